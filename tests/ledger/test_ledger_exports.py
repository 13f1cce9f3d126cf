"""Exports of the ledger: what other programs read back is what the view says."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path
from types import ModuleType

import pytest
from prov.identifier import QualifiedName
from prov.model import (
    ProvActivity,
    ProvAssociation,
    ProvDerivation,
    ProvDocument,
    ProvEntity,
    ProvGeneration,
    ProvMembership,
    ProvUsage,
)
from pyoxigraph import RdfFormat, Store

from lithograph.core.errors import LithographError
from lithograph.ledger.ask import Ledger
from lithograph.ledger.errors import EmptyLedger
from lithograph.ledger.exports.dump import dump
from lithograph.ledger.exports.provenance import KINDS, provenance_text, run_document
from lithograph.ledger.published import GRAPH
from lithograph.ledger.view import run_urns

PROV = "http://www.w3.org/ns/prov#"
RELATIONS = {ProvUsage: ("activity", "used", "entity"), ProvGeneration: ("entity", "wasGeneratedBy", "activity"),
             ProvMembership: ("collection", "hadMember", "entity")}  # fmt: skip


@pytest.fixture(scope="module")
def document(plant: Ledger) -> ProvDocument:
    return run_document(plant.path, "latest")


def uri(record: object, name: str) -> str:
    values = record.get_attribute(f"prov:{name}")  # type: ignore[attr-defined]
    (value,) = values
    assert isinstance(value, QualifiedName)
    return str(value.uri)


def stated(document: ProvDocument) -> set[tuple[str, str, str]]:
    """The relations of a document as PROV-O triples."""
    out = set()
    for record in document.get_records():
        if type(record) in RELATIONS:
            subject, predicate, target = RELATIONS[type(record)]
            out.add((uri(record, subject), PROV + predicate, uri(record, target)))
        elif isinstance(record, ProvDerivation):
            types = {str(t.localpart) for t in record.get_attribute("prov:type")}
            predicate = {"PrimarySource": "hadPrimarySource", "Revision": "wasRevisionOf"}.get(
                "".join(types), "wasDerivedFrom"
            )
            out.add((uri(record, "generatedEntity"), PROV + predicate, uri(record, "usedEntity")))
        else:
            assert isinstance(record, ProvEntity | ProvActivity | ProvAssociation) or "agent" in str(record)
    return out


def test_every_relation_of_a_runs_document_stands_in_the_view_and_none_of_the_run_is_missing(
    plant: Ledger, document: ProvDocument
) -> None:
    view = plant.view().store
    said = stated(document)
    things = {str(record.identifier.uri) for record in document.get_records() if record.identifier}
    predicates = {predicate for _, predicate, _ in said}
    in_view = {
        (s.value, p.value, o.value) for s, p, o, _ in view
        if p.value in predicates and s.value in things and o.value in things
    }  # fmt: skip
    assert said == in_view
    assert len(said) == 13 and {p.removeprefix(PROV) for p in predicates} == {
        "used", "wasGeneratedBy", "hadMember", "wasDerivedFrom", "hadPrimarySource"
    }  # fmt: skip


def test_it_goes_from_the_files_to_the_adapter_and_names_no_example(document: ProvDocument, world: ModuleType) -> None:
    kinds = {str(record.identifier.uri).split(":")[2] for record in document.get_records() if record.identifier}
    assert kinds == set(KINDS)
    adapter = document.get_record(f"adapter:{next(iter(_hashes(document, 'adapter')))}")[0]
    assert adapter.get_attribute("litho:testLossBefore") == {2.5}
    assert adapter.get_attribute("litho:testLossAfter") == {0.75}
    (run,) = [r for r in document.get_records(ProvActivity) if str(r.identifier).startswith("run:")]
    values = {str(setting.localpart).rsplit("/", 1)[-1]: document.get_record(setting)[0].get_attribute("mls:hasValue")
              for setting in run.get_attribute("mls:hasInput")}  # fmt: skip
    assert values == {"rank": {8}, "lr": {0.001}, "seed": {7}}
    assert run.get_endTime().isoformat() == "2026-01-01T00:10:00+00:00"
    sources = {value for r in document.get_records(ProvEntity) for value in r.get_attribute("litho:file")}
    assert sources == {"plant.ttl", "tanks.owl"}


def _hashes(document: ProvDocument, kind: str) -> set[str]:
    return {str(r.identifier.localpart) for r in document.get_records() if r.identifier
            and str(r.identifier).startswith(f"{kind}:")}  # fmt: skip


@pytest.mark.parametrize(("form", "name"), [("prov-json", "json"), ("prov-n", "provn")])
def test_prov_reads_back_an_equal_document(plant: Ledger, document: ProvDocument, form: str, name: str) -> None:
    text = provenance_text(plant.path, "first", form)
    assert ProvDocument.deserialize(content=text, format=name) == document
    assert text == provenance_text(plant.path, run_urns(plant.path)[0], form)  # by slug and by urn, twice the same


def test_prov_json_and_prov_n_are_also_plain_text_that_says_so(plant: Ledger) -> None:
    raw = json.loads(provenance_text(plant.path, "latest", "prov-json"))
    assert len(raw["entity"]) == 13 and len(raw["activity"]) == 2 and len(raw["agent"]) == 1
    assert raw["prefix"]["adapter"] == "urn:litho:adapter:"
    lines = provenance_text(plant.path, "latest", "prov-n").splitlines()
    assert lines[0] == "document" and lines[-1] == "endDocument"
    counted = {kind: sum(line.strip().startswith(f"{kind}(") for line in lines) for kind in
               ("entity", "activity", "agent", "used", "wasGeneratedBy", "wasDerivedFrom", "hadMember",
                "wasAssociatedWith")}  # fmt: skip
    assert counted == {"entity": 13, "activity": 2, "agent": 1, "used": 4, "wasGeneratedBy": 2, "wasDerivedFrom": 4,
                       "hadMember": 3, "wasAssociatedWith": 2}  # fmt: skip


def test_it_speaks_only_terms_that_the_vocabulary_declares(document: ProvDocument, project_root: Path) -> None:
    said = {name for record in document.get_records() for name, _ in record.attributes}
    said |= {value for record in document.get_records() for value in record.get_attribute("prov:type")}
    terms = {str(name.uri) for name in said if isinstance(name, QualifiedName) and name.namespace.prefix == "litho"}
    store = Store()
    store.load(path=str(project_root / "ontology" / "lithograph.ttl"), format=RdfFormat.TURTLE)
    declared = {quad.subject.value for quad in store if hasattr(quad.subject, "value")}
    assert len(terms) > 12 and terms <= declared, terms - declared


def test_a_revised_ontology_names_what_it_revises(plant: Ledger, world: ModuleType, tmp_path: Path) -> None:
    second = world.build(2, ("E1", "E3")).dataset
    shutil.copytree(plant.path, tmp_path / "ledger")
    ledger = Ledger(tmp_path / "ledger")
    ledger.record_run(world.write_run(tmp_path / "runs", "second", dataset=second, adapter=b"other"))
    document = run_document(ledger.path, "second")
    revisions = {(s, o) for s, p, o in stated(document) if p == PROV + "wasRevisionOf"}
    assert revisions == {(world.urn("ontology", "2"), world.urn("ontology", "1"))}


def test_without_a_run_there_is_one_line(fresh: Ledger, tmp_path: Path) -> None:
    with pytest.raises(EmptyLedger, match=r"no run is recorded\. Run `lithograph train` first"):
        provenance_text(fresh.path, "latest", "prov-n")
    with pytest.raises(LithographError) as refused:
        dump(tmp_path / "none", "trig", io.BytesIO())
    assert "no build is recorded" in str(refused.value)


def dumped(ledger: Path, form: str) -> bytes:
    out = io.BytesIO()
    assert dump(ledger, form, out) > 0
    return out.getvalue()


@pytest.mark.parametrize(("form", "kind"), [("trig", RdfFormat.TRIG), ("nquads", RdfFormat.N_QUADS)])
def test_a_dump_loaded_elsewhere_is_the_view_with_the_steps_of_every_run(
    plant: Ledger, form: str, kind: RdfFormat
) -> None:
    store = Store()
    store.bulk_load(input=dumped(plant.path, form), format=kind)
    (run,) = run_urns(plant.path)
    assert set(store) == set(plant.expand_steps(run).store)
    graphs = {graph.value for graph in store.named_graphs()}
    assert graphs == {f"{run}/steps", GRAPH}
    steps = store.query(
        f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{run}/steps> {{ ?s a <https://w3id.org/lithograph/ns#Step> }} }}"
    )
    assert [row["n"].value for row in steps] == ["4"]


@pytest.mark.parametrize("form", ["trig", "nquads"])
def test_the_same_columns_give_the_same_bytes_from_another_folder(plant: Ledger, tmp_path: Path, form: str) -> None:
    shutil.copytree(plant.path / "columns", tmp_path / "elsewhere" / "columns")
    assert dumped(plant.path, form) == dumped(tmp_path / "elsewhere", form)


def test_the_prefixes_of_a_dump_stand_in_order(plant: Ledger) -> None:
    lines = dumped(plant.path, "trig").decode().splitlines()
    prefixes = [line for line in lines if line.startswith("@prefix")]
    assert len(prefixes) == 13 and prefixes == sorted(prefixes) == lines[:13]
    assert any("litho:Example" in line for line in lines)
