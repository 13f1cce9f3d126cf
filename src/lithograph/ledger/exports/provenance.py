"""A run's provenance as a PROV document: from the ontology's files to the adapter, without single examples.

It says what the PROV-O view says of the same things (`ledger.shape`), through the `prov` library, which writes
PROV-JSON (W3C Member Submission, 2013) and PROV-N (W3C Recommendation, 2013). Knows no store.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lithograph.core.identity import urn
from lithograph.core.vocabulary import DCT, FAIR4ML, LITHO, MLS
from lithograph.ledger.columns import read_all, rows_of
from lithograph.ledger.record import builds
from lithograph.ledger.resolve import run_row_called
from lithograph.ledger.shape import source_urn

if TYPE_CHECKING:
    from prov.model import ProvActivity, ProvDocument
    from prov.model import QualifiedName as Name

KINDS = ("ontology", "source", "recipe", "build", "dataset", "split", "run", "model", "adapter", "software")
"""The kinds of urn that a document names; each is a namespace of its own."""

FORMATS: Mapping[str, str] = {"prov-json": "json", "prov-n": "provn"}
"""The formats of a run's document, and what the prov library calls them."""


def provenance_text(ledger: Path, run: str, form: str) -> str:
    """A run's document in one of FORMATS; the run by urn, slug or `latest`. Raises EmptyLedger, NothingCalled."""
    document = run_document(ledger, run)
    if form == "prov-n":
        return str(document.get_provn()) + "\n"
    return json.dumps(json.loads(document.serialize(format="json") or "{}"), indent=1, sort_keys=True) + "\n"


def run_document(ledger: Path, run: str) -> ProvDocument:
    """The document of a run, its dataset's builds and their ontology versions."""
    from prov.model import ProvDocument

    row = run_row_called(ledger, run)
    document = ProvDocument()
    for prefix, iri in (("litho", LITHO), ("mls", MLS), ("fair4ml", FAIR4ML), ("dct", DCT)):
        document.add_namespace(prefix, iri)
    for kind in KINDS:
        document.add_namespace(kind, f"urn:litho:{kind}:")
    times = {t["activity"]: t for t in rows_of(read_all(ledger, "times"))}
    for build in builds(ledger):
        if build["dataset"] == row["dataset"]:
            _add_build(document, build, times.get(str(build["id"]), {}))
    _add_run(document, row, times.get(row["id"], {}))
    return document.unified()


def _name(document: ProvDocument, iri: str) -> Name:
    """A urn of ours as a qualified name."""
    kind, _, local = iri.removeprefix("urn:litho:").partition(":")
    if iri.startswith("urn:litho:") and kind in KINDS and local:
        return _qualified(document, f"{kind}:{local}")
    return _qualified(document, f"litho:{urn('thing', iri)[-64:]}")


def _qualified(document: ProvDocument, name: str) -> Name:
    found = document.valid_qualified_name(name)
    assert found is not None, f"{name} has a prefix that run_document does not declare"
    return found


def _activity(document: ProvDocument, row: Mapping[str, Any], times: Mapping[str, Any],
              attributes: list[tuple[str, object]]) -> ProvActivity:  # fmt: skip
    """A build or run with its times and the program that did it."""
    return document.activity(_name(document, row["id"]), times.get("started") or None, times.get("ended") or None,
                                 [("prov:label", row["slug"]), *attributes])  # fmt: skip


def _agent(document: ProvDocument, version: str) -> Name:
    name = _name(document, f"urn:litho:software:{version}")
    document.agent(name, [*_typed(document, "prov:SoftwareAgent"), ("prov:label", f"lithograph {version}")])
    return name


def _typed(document: ProvDocument, *names: str) -> list[tuple[str, object]]:
    return [("prov:type", _qualified(document, name)) for name in names]


def _add_build(document: ProvDocument, build: Mapping[str, Any], times: Mapping[str, Any]) -> None:
    from prov.identifier import Identifier

    me, onto, dataset = (_name(document, build[key]) for key in ("id", "ontology", "dataset"))
    recipe = _name(document, f"urn:litho:recipe:{build['recipe_hash']}")
    _activity(document, build, times, _typed(document, "litho:Build"))
    document.entity(
        recipe,
        [
            *_typed(document, "prov:Plan", "litho:Recipe"),
            ("litho:json", json.dumps(build["recipe"], sort_keys=True, ensure_ascii=False)),
        ],
    )
    about: list[tuple[str, object]] = [("litho:version", build["ontology_version"])]
    about += [("litho:describes", Identifier(build["ontology_iri"]))] if build["ontology_iri"] else []
    about += [("litho:missingImport", Identifier(iri)) for iri in build["missing_imports"] or ()]
    document.entity(onto, [*_typed(document, "prov:Collection", "litho:OntologyVersion"), *about])
    document.used(me, onto)
    document.used(me, recipe)
    document.association(me, _agent(document, build["code_version"]), recipe)
    if build["previous"]:
        document.entity(_name(document, build["previous"]), _typed(document, "litho:OntologyVersion"))
        document.revision(onto, _name(document, build["previous"]))
    for source in build["sources"]:
        there = _name(document, source_urn(source))
        said = [("litho:file", source["name"]), ("litho:sha256", source["sha256"]), ("dct:format", source["syntax"])]
        said += [("dct:license", source["licence"])] if source["licence"] else []
        document.entity(there, [*_typed(document, "litho:SourceFile"), *said])
        document.primary_source(onto, there)
    document.entity(
        dataset, [*_typed(document, "prov:Collection", "mls:Dataset"), ("prov:label", build["dataset_name"])]
    )
    document.wasDerivedFrom(dataset, onto)
    if times.get("first_of") == build["dataset"]:
        document.wasGeneratedBy(dataset, me)
    for split in build["splits"]:
        part = _name(document, split["id"])
        document.entity(
            part,
            [
                *_typed(document, "prov:Collection", "litho:Split"),
                ("litho:role", split["role"]),
                ("litho:rows", split["rows"]),
            ],
        )
        document.hadMember(dataset, part)


def _add_run(document: ProvDocument, run: Mapping[str, Any], times: Mapping[str, Any]) -> None:
    me = _name(document, run["id"])
    options = {k: v for k, v in json.loads(run["options"] or "{}").items() if isinstance(v, str | int | float | bool)}
    settings = {name: _name(document, f"{run['id']}/setting/{name}") for name in sorted(options)}
    said: list[tuple[str, object]] = [("litho:runStatus", run["status"] or "")]
    said += [("mls:hasInput", setting) for setting in settings.values()]
    _activity(document, run, times, [*_typed(document, "mls:Run", "litho:Run"), *said])
    for name, setting in settings.items():
        document.entity(
            setting,
            [
                *_typed(document, "mls:HyperParameterSetting"),
                ("mls:hasValue", options[name]),
                ("mls:specifiedBy", _qualified(document, f"litho:{name}")),
            ],
        )
    if run["code_version"]:
        document.association(me, _agent(document, run["code_version"]))
    trained = [_name(document, split["id"]) for split in run["splits"] if split["role"] == "train"]
    for split in trained:
        document.entity(split)
        document.used(me, split)
    model = _name(document, run["model"]) if run["model"] else None
    if model:
        said = [("prov:label", run["model_name"] or run["model"])]
        said += [("dct:license", run["model_licence"])] if run["model_licence"] else []
        document.entity(model, [*_typed(document, "fair4ml:MLModel"), *said])
        document.used(me, model)
    if run["adapter"]:
        _add_adapter(document, run, times, trained, model)


def _add_adapter(document: ProvDocument, run: Mapping[str, Any], times: Mapping[str, Any], trained: list[Name],
                 model: Name | None) -> None:  # fmt: skip
    adapter = _name(document, run["adapter"])
    said: list[tuple[str, object]] = [("prov:label", run["slug"])]
    said += [("fair4ml:fineTunedFrom", model)] if model else []
    said += [("fair4ml:trainedOn", split) for split in trained]
    said += [
        (f"litho:{name}", run[key])
        for key, name in (("loss_before", "testLossBefore"), ("loss_after", "testLossAfter"))
        if run[key] is not None
    ]
    document.entity(adapter, [*_typed(document, "fair4ml:MLModel", "litho:Adapter"), *said])
    if times.get("first_of") == run["adapter"]:
        document.wasGeneratedBy(adapter, _name(document, run["id"]))
    for split in trained:
        document.wasDerivedFrom(adapter, split)
