"""The PROV-O view: derived, droppable, sound as provenance."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, Store

from lithograph.ledger import turtle
from lithograph.ledger.ask import Ledger
from lithograph.ledger.columns import VIEW_LOCK, writing
from lithograph.ledger.view import drop_view, open_view


def _quads(ledger: Ledger) -> list[str]:
    return sorted(str(quad) for quad in ledger.view().store)


def test_a_dropped_view_comes_back_the_same(plant: Ledger) -> None:
    plant.view()
    before = [q for q in _quads(plant) if "/steps>" not in q]
    drop_view(plant.path)
    assert not (plant.path / "view").exists()
    assert _quads(plant) == before


def test_a_view_that_grew_equals_one_made_at_once(plant: Ledger, tmp_path: Path, world: ModuleType) -> None:
    grown = Ledger(tmp_path / "ledger")
    for step in (
        lambda: grown.record_build(world.build(1), world.tables(1)),
        lambda: grown.record_run(world.write_run(tmp_path)),
        lambda: grown.record_build(world.build(2), world.tables(2)),
    ):
        step()
        grown.view()
    added = _quads(grown)
    drop_view(grown.path)
    assert _quads(grown) == added
    assert len(list((grown.path / "view").glob("*.json"))) == 1


def test_only_two_generations_are_kept(fresh: Ledger, world: ModuleType) -> None:
    for slug in ("a", "b", "c", "d"):
        fresh.record_build(world.renamed(world.build(1), slug), world.tables(1))
        fresh.view()
    assert len([p for p in (fresh.path / "view").iterdir() if p.is_dir()]) == 2


def test_a_record_that_changed_changes_the_view(fresh: Ledger, tmp_path: Path, world: ModuleType) -> None:
    run_dir = world.write_run(tmp_path)
    fresh.record_run(run_dir)
    asked = "SELECT ?s WHERE { ?r litho:runStatus ?s }"
    assert fresh.query(asked).rows == (("finished",),)
    file = run_dir / "run.json"
    file.write_text(file.read_text(encoding="utf-8").replace('"finished"', '"interrupted"'), encoding="utf-8")
    fresh.record_run(run_dir)
    assert fresh.query(asked).rows == (("interrupted",),)


def test_a_broken_view_is_made_anew(fresh: Ledger) -> None:
    before = _quads(fresh)
    (fresh.path / "view" / "current").write_text("999999", encoding="utf-8")
    assert _quads(fresh) == before
    for part in (fresh.path / "view" / (fresh.path / "view" / "current").read_text(encoding="utf-8")).iterdir():
        part.unlink()
    assert _quads(fresh) == before


def test_steps_are_expanded_on_demand_into_their_own_graph(fresh: Ledger, tmp_path: Path, world: ModuleType) -> None:
    run = fresh.record_run(world.write_run(tmp_path))
    before = _quads(fresh)
    assert not any("/steps>" in q for q in before)
    fresh.expand_steps("first")
    asked = "SELECT (COUNT(?s) AS ?n) WHERE { GRAPH ?g { ?s a litho:Step } }"
    assert fresh.query(asked).rows == (("4",),)
    assert [q for q in _quads(fresh) if f"{run}/steps>" not in q] == before
    assert fresh.expand_steps("latest").expanded == {run}


def test_readers_do_not_disturb_each_other(fresh: Ledger) -> None:
    first, second = open_view(fresh.path), open_view(fresh.path)
    assert len(first.store) == len(second.store) > 0


def test_no_entity_is_generated_twice_and_no_example_at_all(plant: Ledger) -> None:
    twice = "SELECT ?e WHERE { ?e prov:wasGeneratedBy ?a, ?b . FILTER(?a != ?b) }"
    assert plant.query(twice).rows == ()
    assert plant.query("ASK { ?e a litho:Example ; prov:wasGeneratedBy ?a }").rows == (("false",),)
    assert plant.query("ASK { ?d a mls:Dataset ; prov:wasGeneratedBy ?b . ?b a litho:Build }").rows == (("true",),)


def test_nothing_is_both_an_entity_and_an_activity(plant: Ledger) -> None:
    plant.expand_steps("latest")
    both = "ASK { { ?x a prov:Entity } UNION { GRAPH ?g { ?x a prov:Entity } } ?x a prov:Activity }"
    assert plant.query(both).rows == (("false",),)


def test_every_loss_hangs_on_a_record_and_never_on_an_example(plant: Ledger) -> None:
    assert plant.query("ASK { ?e a litho:Example ; litho:finalLoss ?l }").rows == (("false",),)
    rows = plant.query("SELECT ?n ?l ?x WHERE { ?r litho:finalLoss ?l ; litho:firstLoss ?f ; litho:exposures ?n ; "
                       "litho:firstStep ?x } ORDER BY DESC(?n) ?f").rows  # fmt: skip
    assert rows[:2] == (("2", "0.4", "1"), ("2", "0.5", "1"))
    assert len(rows) == 6


def test_everything_used_and_derived_from_is_described(plant: Ledger) -> None:
    dangling = plant.query("SELECT DISTINCT ?x WHERE { ?s prov:wasDerivedFrom|prov:used|prov:hadMember ?x "
                           "FILTER NOT EXISTS { ?x a ?kind } }")  # fmt: skip
    assert dangling.rows == ()


def test_no_node_of_the_view_is_blank(plant: Ledger) -> None:
    assert not any(q.startswith("<Quad subject=<BlankNode") or "object=<BlankNode" in q for q in _quads(plant))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(st.none(), st.text()), max_size=6))
def test_any_text_comes_back_from_turtle(texts: list[str | None]) -> None:
    values = pa.array([t and t.encode("utf-8", "ignore").decode() for t in texts], pa.string())
    rows = pa.array([str(i) for i in range(len(values))], pa.string())
    chunk = turtle.statements("<urn:x:", rows, "> rdfs:label ", turtle.text(values), " .\n")
    store = Store()
    store.load(turtle.PREFIXES + bytes(chunk), format=RdfFormat.TURTLE)
    found = {q.subject.value: q.object.value for q in store}
    assert found == {f"urn:x:{i}": t for i, t in enumerate(values.to_pylist()) if t is not None}


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1))
def test_any_iri_is_written_as_one(text: str) -> None:
    iri = "http://ex.org/" + text.encode("utf-8", "ignore").decode()
    store = Store()
    chunk = turtle.statements("<urn:s> <urn:p> ", turtle.iri(pa.array([iri])), " .\n")
    store.load(turtle.PREFIXES + bytes(chunk), format=RdfFormat.TURTLE, lenient=True)
    assert len(store) == 1


def test_literals_and_anonymous_terms_are_no_iris() -> None:
    assert turtle.iri(pa.array(['"x"@en', "_:b", "urn:a"])).to_pylist() == [None, None, "<urn:a>"]


def test_numbers_that_are_none_are_written_as_xsd_knows_them() -> None:
    written = turtle.number(pa.array([float("nan"), float("inf"), 0.5])).to_pylist()
    assert written == ['"NaN"^^xsd:double', '"INF"^^xsd:double', '"0.5"^^xsd:double']


def test_a_build_can_be_recorded_while_a_view_is_made(fresh: Ledger, world: ModuleType) -> None:
    with writing(fresh.path, lock=VIEW_LOCK):
        fresh.record_build(world.build(2), world.tables(2))
    assert len(fresh.query("SELECT ?b WHERE { ?b a litho:Build }")) == 2


def test_the_way_from_an_adapter_to_a_licence_is_one_path(plant: Ledger) -> None:
    way = """ASK { ?adapter a fair4ml:MLModel ; fair4ml:fineTunedFrom ?base ; fair4ml:trainedOn ?split ;
        prov:wasGeneratedBy ?run . ?run prov:used ?split, ?base . ?split prov:hadMember ?example .
        ?dataset prov:hadMember ?split ; prov:wasGeneratedBy ?build .
        ?build prov:used ?ontology ; prov:qualifiedAssociation/prov:hadPlan ?recipe . ?ontology prov:hadMember ?axiom .
        ?example prov:wasDerivedFrom ?instance . ?instance prov:hadMember ?axiom .
        ?axiom litho:mentions ?node ; prov:hadPrimarySource/dct:license ?licence }"""
    assert plant.query(way).rows == (("true",),)


def test_an_example_of_two_builds_says_everything_once(plant: Ledger, world: ModuleType) -> None:
    said = plant.query("SELECT ?p (COUNT(?o) AS ?n) WHERE { ?e a litho:Example . ?e ?p ?o . FILTER(?p != rdf:type) } "
                       "GROUP BY ?e ?p HAVING (COUNT(?o) > 1)")  # fmt: skip
    assert said.rows == ()
    both = plant.query(
        f"SELECT ?d WHERE {{ ?d prov:hadMember/prov:hadMember <{world.example('E3')}> ; a mls:Dataset }}"
    )
    assert len(both) == 2
