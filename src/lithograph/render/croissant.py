"""A dataset's description for machines: Croissant 1.1 in JSON-LD, with its provenance. Knows only the build report.

Source: Croissant Format Specification 1.1 (mlcommons.org/croissant/1.1) and its RAI vocabulary 1.0. `datePublished`
and `url` are left to whoever publishes the dataset: a build knows neither, and a clock would move its bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from lithograph.core.identity import canonical_json, sha256_hex
from lithograph.core.vocabulary import DCT, LITHO, PROV
from lithograph.render.corpus import SCHEMA

FILE_NAME = "croissant.json"
CONFORMS_TO = ("http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0")
RECORDS, SPLITS, SHARDS = "examples", "splits", "shards"
"""The ids of the record sets, and of the file set that the examples are read from."""

_SPLIT_TYPES = {"train": "cr:TrainingSplit", "valid": "cr:ValidationSplit", "test": "cr:TestSplit"}
_TYPES = {pa.string(): "sc:Text", pa.int16(): "cr:Int16", pa.float32(): "cr:Float32"}

CONTEXT: Mapping[str, Any] = {
    "@language": "en", "@vocab": "https://schema.org/", "arrayShape": "cr:arrayShape", "citeAs": "cr:citeAs",
    "column": "cr:column", "conformsTo": "dct:conformsTo", "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/", "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"}, "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": DCT, "description": {"@container": "@language"}, "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"}, "extract": "cr:extract", "field": "cr:field",
    "fileProperty": "cr:fileProperty", "fileObject": "cr:fileObject", "fileSet": "cr:fileSet", "format": "cr:format",
    "includes": "cr:includes", "isArray": "cr:isArray", "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath", "key": "cr:key", "md5": "cr:md5", "name": {"@container": "@language"},
    "parentField": "cr:parentField", "path": "cr:path", "recordSet": "cr:recordSet", "references": "cr:references",
    "regex": "cr:regex", "repeated": "cr:repeated", "replace": "cr:replace", "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/", "separator": "cr:separator", "source": "cr:source", "subField": "cr:subField",
    "transform": "cr:transform", "prov": PROV, "litho": LITHO,
}  # fmt: skip
"""The standard context of Croissant 1.1, and two prefixes: of PROV-O and of Lithograph's own terms."""

COLUMNS: Mapping[str, str] = {
    "id": "The recipe key, urn:litho:example:…: instance, template, options, renderer, words.",
    "content_hash": "SHA-256 of prompt and completion.",
    "split": "train, valid or test.",
    "probe_split": "memory where a held-out example says in other words what a training example says.",
    "messages": "The conversation.",
    "prompt": "What is asked: the turns before the last.",
    "completion": "The last turn: the answer.",
    "thought": "The layer THOUGHT of the answer: the proof in words.",
    "comment": "The layer COMMENT of the answer: sources, certainty, register.",
    "form": "What kind of example it is: statement, question, yes_no, multiple_choice, cloze, riddle …",
    "axis": "The dimension of thinking.",
    "register": "The manner of speaking.",
    "level": "atom, star, chain or tableau.",
    "language": "BCP 47.",
    "truth": "Status of the claim that is asked about: asserted, entailed, refuted, unknown or computed.",
    "depth": "Height of the proof.",
    "scene": "IRI of the scene's declaration.",
    "instance": "The scene with its roles filled, and the axioms behind it.",
    "focus": "IRI of the entity that the example is about.",
    "nodes": "IRIs of all entities that it speaks of.",
    "axioms": "The axioms that it rests on.",
    "proof": "The proof, where a claim is not simply asserted.",
    "template": "path@hash of the paraphrase.",
    "resonance": "How strongly the couplings bind, 0 to 1.",
    "density": "How thickly the graph stands between the nodes, 0 to 1.",
    "tension": "How far signed claims among the nodes pull apart, 0 to 1.",
    "weight": "Its share of what is trained on.",
    "parents": "Ids of smaller examples that it contains.",
    "decisions": "What the filter did on the way.",
    "claims": "Urns of every claim that any of its layers states, canonical under inverses and equivalents.",
}
"""Each column of the dataset in one sentence."""

LIMITS = (
    "Every text is made from templates: it is as varied as they are, and no sample of how people write.",
    "What the ontology does not say is not in it; what the ontology says wrongly is in it.",
    "An example says what follows from the ontology's axioms, not what is so in the world.",
)
"""What a reader must know before using any dataset of this kind."""


def croissant(report: Mapping[str, Any]) -> dict[str, Any]:
    """The description of a dataset as a JSON-LD object. The same report gives the same object."""
    rows = {split: report["splits"][split]["rows"] for split in _SPLIT_TYPES if split in report["splits"]}
    licences = sorted({s["licence"] for s in report["sources"] if s["licence"]})
    about: dict[str, Any] = {
        "@context": CONTEXT, "@type": "sc:Dataset", "@id": report["dataset"], "name": report["name"],
        "description": f"{sum(rows.values())} training examples pressed from the ontology "
                       f"{report['ontology']['iri'] or 'without an IRI'}; each names the axioms that it rests on.",
        "conformsTo": list(CONFORMS_TO), "identifier": report["dataset"],
        "version": f"{report['code_version']}+{report['dataset'].rsplit(':', 1)[-1][:12]}",
        "inLanguage": sorted(report["counts"].get("language", {})),
        "keywords": ["ontology", "provenance", "lithograph"],
    }  # fmt: skip
    if licences:
        about["license"] = licences
    return about | _provenance(report) | _responsible(report) | {
        "distribution": [_file_set(), *(_file_object(shard) for shard in report["shards"])],
        "recordSet": [_splits(rows), _records(sum(rows.values()))],
    }  # fmt: skip


def croissant_text(report: Mapping[str, Any]) -> str:
    """The text of croissant.json."""
    return json.dumps(croissant(report), indent=1, ensure_ascii=False) + "\n"


def _provenance(report: Mapping[str, Any]) -> dict[str, Any]:
    """Where the dataset comes from: as PROV-O, and as plain fields for those who read no PROV."""
    ontology, recipe = report["ontology"], sha256_hex(canonical_json(report["recipe"]))
    sources = [_source(source) for source in report["sources"]]
    version = {"@id": ontology["id"], "@type": "prov:Entity", "prov:label": ontology["iri"] or "the ontology",
               "prov:hadPrimarySource": [{"@id": source["@id"]} for source in sources]}  # fmt: skip
    build = {
        "@id": report["id"], "@type": "prov:Activity", "prov:label": report["slug"],
        "prov:used": [{"@id": ontology["id"]}, {"@id": f"urn:litho:recipe:{recipe}"}],
        "prov:wasAssociatedWith": {"@id": f"urn:litho:software:{report['code_version']}",
                                   "@type": "prov:SoftwareAgent",
                                   "prov:label": f"lithograph {report['code_version']}"},
    }  # fmt: skip
    plain = {
        "build": report["slug"], "ontology": ontology["iri"] or "", "ontology version": ontology["version"],
        "recipe": recipe, "code version": report["code_version"],
        "sources": "; ".join(f"{s['name']} sha256:{s['sha256']} licence: {s['licence'] or 'not stated'}"
                             for s in report["sources"]),
    }  # fmt: skip
    fields = [{"@type": "sc:PropertyValue", "name": name, "value": value} for name, value in plain.items()]
    return {"prov:wasDerivedFrom": [version, *sources], "prov:wasGeneratedBy": build, "additionalProperty": fields}


def _source(source: Mapping[str, Any]) -> dict[str, Any]:
    """A file of the ontology, under the urn that the ledger gives it."""
    out = {"@id": "urn:litho:source:" + sha256_hex(f"{source['name']}\n{source['sha256']}"), "@type": "prov:Entity",
           "prov:label": source["name"], "litho:sha256": source["sha256"],
           "dct:format": source["syntax"] or ""}  # fmt: skip
    return out | ({"dct:license": source["licence"]} if source["licence"] else {})


def _responsible(report: Mapping[str, Any]) -> dict[str, Any]:
    """The RAI fields that a build can fill in truthfully."""
    left_out = report["ontology"]["missing_imports"]
    limits = [*LIMITS, *(f"The import {iri} was found nowhere; what it says is missing." for iri in left_out)]
    return {
        "rai:dataCollection": "Printed through templates from the claims of an ontology, asserted or proved.",
        "rai:dataCollectionType": ["Synthetic"],
        "rai:machineAnnotationTools": [f"lithograph {report['code_version']}"],
        "rai:dataAnnotationProtocol": ["The truth of each claim is computed: an axiom says it, a checked proof or "
                                       "refutation, two models or a reasoner, or a stated graph rule."],
        "rai:dataUseCases": ["Fine-tuning a language model on an ontology, and asking which axioms it was taught."],
        "rai:dataLimitations": limits,
    }  # fmt: skip


def _file_set() -> dict[str, Any]:
    return {"@type": "cr:FileSet", "@id": SHARDS, "name": SHARDS, "description": "All shards of all splits.",
            "encodingFormat": "application/x-parquet", "includes": "data/*.parquet"}  # fmt: skip


def _file_object(shard: Mapping[str, Any]) -> dict[str, Any]:
    name = shard["file"]
    split = name.rsplit("/", 1)[-1].split("-", 1)[0]
    return {"@type": "cr:FileObject", "@id": name, "name": name, "contentUrl": name, "sha256": shard["sha256"],
            "encodingFormat": "application/x-parquet",
            "description": f"{shard['rows']} examples of the split {split}."}  # fmt: skip


def _splits(rows: Mapping[str, int]) -> dict[str, Any]:
    """The splits, as the field `split` of an example names them."""
    return {
        "@type": "cr:RecordSet", "@id": SPLITS, "name": SPLITS, "dataType": "cr:Split",
        "description": "The splits of the dataset.", "key": {"@id": f"{SPLITS}/name"},
        "field": [
            {"@type": "cr:Field", "@id": f"{SPLITS}/name", "name": "name", "dataType": "sc:Text"},
            {"@type": "cr:Field", "@id": f"{SPLITS}/url", "name": "url", "dataType": "sc:URL"},
            {"@type": "cr:Field", "@id": f"{SPLITS}/rows", "name": "rows", "dataType": "sc:Integer"},
        ],
        "data": [{f"{SPLITS}/name": split, f"{SPLITS}/url": _SPLIT_TYPES[split], f"{SPLITS}/rows": n}
                 for split, n in rows.items()],
    }  # fmt: skip


def _records(count: int) -> dict[str, Any]:
    return {"@type": "cr:RecordSet", "@id": RECORDS, "name": RECORDS, "key": {"@id": f"{RECORDS}/id"},
            "description": f"{count} examples, one a row.", "field": [_field(column) for column in SCHEMA]}  # fmt: skip


def _field(column: pa.Field) -> dict[str, Any]:
    """A column as a field; a list as an array, a list of structs as an array with one sub-field a member."""
    name = f"{RECORDS}/{column.name}"
    field: dict[str, Any] = {"@type": "cr:Field", "@id": name, "name": column.name,
                             "description": COLUMNS[column.name]}  # fmt: skip
    kind = column.type
    if pa.types.is_list(kind):
        field |= {"isArray": True, "arrayShape": "-1"}
        kind = kind.value_type
    if pa.types.is_struct(kind):
        return field | {"subField": [
            {"@type": "cr:Field", "@id": f"{name}/{part.name}", "name": part.name, "dataType": _TYPES[part.type],
             "source": _extract(column.name) | {"transform": {"jsonPath": part.name}}} for part in kind
        ]}  # fmt: skip
    field |= {"dataType": _TYPES[kind], "source": _extract(column.name)}
    return field | ({"references": {"field": {"@id": f"{SPLITS}/name"}}} if column.name == "split" else {})


def _extract(column: str) -> dict[str, Any]:
    return {"fileSet": {"@id": SHARDS}, "extract": {"column": column}}
