"""croissant.json: valid to mlcroissant, which reads from it the very rows that the shards hold; and both cards."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import mlcroissant
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from huggingface_hub import DatasetCard
from pressed import Pressed, pressed

from lithograph.core.identity import file_sha256
from lithograph.render.card import dataset_card
from lithograph.render.corpus import SCHEMA
from lithograph.render.croissant import COLUMNS, CONTEXT, croissant, croissant_text

pytestmark = pytest.mark.filterwarnings(
    "ignore:ConjunctiveGraph is deprecated:DeprecationWarning",  # rdflib's JSON-LD parser uses it itself
    "ignore:The inplace keyword in DataFrame.reset_index",  # mlcroissant's reader uses it
)


@pytest.fixture(scope="module")
def described(pizza: Pressed) -> mlcroissant.Dataset:
    return mlcroissant.Dataset(str(pizza.folder / "croissant.json"))


@pytest.fixture(scope="module")
def report(pizza: Pressed) -> dict[str, Any]:
    return dict(json.loads((pizza.folder / "build.json").read_text(encoding="utf-8")))


def test_mlcroissant_finds_no_error_and_misses_only_what_a_build_cannot_know(described: mlcroissant.Dataset) -> None:
    issues = described.metadata.ctx.issues
    assert not issues.errors
    missing = {warning.split('"')[1].rsplit("/", 1)[-1] for warning in issues.warnings}
    assert missing == {"citeAs", "datePublished", "license"}  # pizza.owl states no licence
    assert described.metadata.ctx.is_v1_1()


def plain(name: str, value: Any) -> Any:
    """A value as mlcroissant gives it, as pyarrow gives it: text as bytes, sub-fields under their full ids."""
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, dict):
        return {key.removeprefix(f"examples/{name}/"): plain(name, part) for key, part in value.items()}
    if isinstance(value, list):
        return [plain(name, part) for part in value]
    return value.item() if hasattr(value, "item") else value


def test_mlcroissant_reads_the_rows_of_the_shards(described: mlcroissant.Dataset, pizza: Pressed) -> None:
    shards = sorted((pizza.folder / "data").glob("*.parquet"))
    rows = pa.concat_tables([pq.read_table(path) for path in shards]).to_pylist()
    count = 0
    for record, row in zip(described.records("examples"), rows, strict=True):
        assert {key.removeprefix("examples/"): plain(key.removeprefix("examples/"), value)
                for key, value in record.items()} == row  # fmt: skip
        count += 1
    assert count == pizza.build.examples > 5_000


def test_the_splits_are_those_of_the_build(described: mlcroissant.Dataset, pizza: Pressed) -> None:
    said = {r["splits/name"]: (r["splits/rows"], r["splits/url"]) for r in described.records("splits")}
    rows = {split: record.rows for split, record in pizza.build.record.splits.items()}
    types = {"train": "cr:TrainingSplit", "valid": "cr:ValidationSplit", "test": "cr:TestSplit"}
    assert said == {split: (rows[split], types[split]) for split in rows}


def test_every_shard_stands_there_with_its_hash(described: mlcroissant.Dataset, pizza: Pressed) -> None:
    hashes = {file.content_url: file.sha256 for file in described.metadata.file_objects}
    assert hashes == {
        path.relative_to(pizza.folder).as_posix(): file_sha256(path) for path in (pizza.folder / "data").iterdir()
    }


def test_every_column_is_a_field_in_order_and_is_described(report: dict[str, Any]) -> None:
    assert list(COLUMNS) == SCHEMA.names
    fields = croissant(report)["recordSet"][1]["field"]
    assert [field["name"] for field in fields] == SCHEMA.names
    lists = {field["name"] for field in fields if field.get("isArray")}
    assert lists == {"messages", "nodes", "axioms", "parents", "decisions", "claims"}
    assert [part["name"] for part in fields[SCHEMA.names.index("messages")]["subField"]] == ["role", "content"]


def test_the_provenance_is_that_of_the_ledger(pizza: Pressed) -> None:
    """As RDF, the file and the PROV-O view say the same of where the dataset comes from."""
    from rdflib import Graph, URIRef

    graph = Graph().parse(pizza.folder / "croissant.json", format="json-ld")
    prov = "http://www.w3.org/ns/prov#"
    build = pizza.build.record
    assert graph.value(URIRef(build.dataset), URIRef(prov + "wasGeneratedBy")) == URIRef(build.id)
    derived = {str(o) for o in graph.objects(URIRef(build.dataset), URIRef(prov + "wasDerivedFrom"))}
    sources = {row[0] for row in pizza.ledger.query("SELECT ?s { ?s a litho:SourceFile }")}
    assert derived == {build.ontology.id, *sources} and len(sources) == 1
    used = {str(o) for o in graph.objects(URIRef(build.id), URIRef(prov + "used"))}
    assert used == {row[0] for row in pizza.ledger.query(f"SELECT ?x {{ <{build.id}> prov:used ?x }}")}
    stated = json.loads((pizza.folder / "croissant.json").read_text(encoding="utf-8"))
    plain = {field["name"]: field["value"] for field in stated["additionalProperty"]}
    assert plain == {
        "build": build.slug, "ontology": build.ontology.iri, "ontology version": build.ontology.version,
        "recipe": build.recipe_hash, "code version": build.code_version,
        "sources": f"pizza.owl sha256:{build.sources[0].sha256} licence: not stated",
    }  # fmt: skip


def test_the_context_is_the_one_that_mlcroissant_expects(described: mlcroissant.Dataset) -> None:
    from mlcroissant._src.core.rdf import make_context

    standard = make_context(described.metadata.ctx)
    assert {key: CONTEXT[key] for key in standard} == standard


LICENSED = """@prefix : <http://example.org/a#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix dct: <http://purl.org/dc/terms/> .
<http://example.org/a> a owl:Ontology ; dct:license <https://creativecommons.org/licenses/by-sa/4.0/> .
:Bread a owl:Class ; rdfs:label "bread"@en .
:Loaf a owl:Class ; rdfs:label "loaf"@en ; rdfs:subClassOf :Bread .
"""


def test_licences_of_the_sources_stand_in_croissant_and_card(tmp_path: Path) -> None:
    source = tmp_path / "a.ttl"
    source.write_text(LICENSED)
    build = pressed(tmp_path, source, languages=("en",), oracle="off", dataset='its "odd: name', test_percent=0).build
    described = mlcroissant.Dataset(str(build.folder / "croissant.json"))
    assert described.metadata.license == ["https://creativecommons.org/licenses/by-sa/4.0/"]
    card = DatasetCard.load(build.folder / "README.md")
    assert card.data.license == ["cc-by-sa-4.0"]
    assert card.data.pretty_name == 'its "odd: name'


def test_the_card_is_one_that_the_hub_reads(pizza: Pressed) -> None:
    card = DatasetCard.load(pizza.folder / "README.md")
    said = card.data.to_dict()
    assert said["license"] == ["unknown"] and said["language"] == ["en"] and said["size_categories"] == ["1K<n<10K"]
    assert [file["split"] for file in said["configs"][0]["data_files"]] == ["train", "valid", "test"]
    for file in said["configs"][0]["data_files"]:
        assert list(pizza.folder.glob(file["path"]))


def test_the_card_states_sources_counts_version_how_to_make_it_again_and_limits(
    pizza: Pressed, report: dict[str, Any]
) -> None:
    text = DatasetCard.load(pizza.folder / "README.md").text
    record = pizza.build.record
    for fact in (record.sources[0].sha256[:16], "licence: not stated", f"Lithograph {record.code_version}", record.id,
                 record.ontology.version, "lithograph dataset pizza --ontology pizza.owl --force",
                 "## How to make it again", "## What it is not"):  # fmt: skip
        assert fact in text, fact
    for split, counted in record.splits.items():
        assert f"| {split} | {counted.rows:,} |" in text
    odd = report | {"sources": [{**report["sources"][0], "licence": "Ask, before: use"}]}
    header = yaml.safe_load(dataset_card(odd).split("---\n")[1])
    assert header["license"] == ["other"] and header["license_name"] == "as-the-sources-state"


def test_the_same_report_gives_the_same_text(report: dict[str, Any], pizza: Pressed) -> None:
    shuffled = dict(reversed(report.items()))
    assert croissant_text(shuffled) == (pizza.folder / "croissant.json").read_text(encoding="utf-8")
