"""The view speaks the vocabulary: every `litho:` term it uses is declared, explained, and used as what it is."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from types import ModuleType

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store

from lithograph.core import vocabulary as v
from lithograph.core.identity import sha256_hex
from lithograph.ledger.ask import Ledger
from lithograph.ledger.record import Times
from lithograph.ledger.shape import steps_graph
from lithograph.ontology.axioms import Ontology
from lithograph.ontology.lint import lint
from lithograph.ontology.load import load
from lithograph.reason.oracle.consistency import consistency
from lithograph.train.options import TrainOptions

ROOT = Path(__file__).resolve().parents[2]
VOCABULARY = ROOT / "ontology" / "lithograph.ttl"
PAGE = ROOT / "docs" / "reference" / "ledger.md"
CLASS, OBJECT, DATA, ANNOTATION, INDIVIDUAL = (
    NamedNode(v.OWL + name)
    for name in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty", "NamedIndividual")
)
TYPE = NamedNode(v.TYPE)
POINTING_ANNOTATIONS = {v.LITHO + "template", v.DCT + "license"}
"""Annotation properties, since they stand on scenes and ontologies too: in the view their value may be an IRI."""


@pytest.fixture(scope="module")
def vocabulary() -> Store:
    return _read(VOCABULARY)


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory, world: ModuleType) -> list[Quad]:
    """All that a view can say: two versions, the first pressed twice, a run with its steps, one that continues it."""
    folder = tmp_path_factory.mktemp("vocabulary")
    ledger = Ledger(folder / "ledger")
    times = Times("2026-01-01T00:00:00Z", "2026-01-01T00:00:02Z", "any")
    for version, slug in ((1, "first"), (1, "again"), (2, "second")):
        ledger.record_build(world.renamed(world.build(version), slug), world.tables(version), times)
    world.judge(ledger, folder)
    run = world.urn("run", "first")
    first = f"urn:litho:adapter:{sha256_hex(b'weights')}"
    update = {"parent": first, "retracted": [world.example("E6")], "replayed": 0.25}
    ledger.record_run(world.write_run(folder, "third", world.build(2).dataset, b"other weights", update))
    store = ledger.expand_steps(run).store
    assert any(store.quads_for_pattern(None, None, None, NamedNode(steps_graph(run))))
    return list(store)


def _read(file: Path) -> Store:
    store = Store()
    store.load(path=str(file), format=RdfFormat.TURTLE, to_graph=DefaultGraph())
    return store


def _own(terms: Iterable[object]) -> list[NamedNode]:
    found = {t for t in terms if isinstance(t, NamedNode) and t.value.startswith(v.LITHO)}
    return sorted(found, key=lambda t: t.value)


def _is(vocabulary: Store, term: NamedNode, kind: NamedNode) -> bool:
    return Quad(term, TYPE, kind) in vocabulary


def _unexplained(vocabulary: Store, terms: Iterable[NamedNode]) -> list[str]:
    """Terms without a label or a comment in either language."""
    missing = []
    for term in terms:
        for said in ("label", "comment"):
            texts = [q.object for q in vocabulary.quads_for_pattern(term, NamedNode(v.RDFS + said), None)]
            languages = sorted(t.language or "" for t in texts if isinstance(t, Literal))
            if languages != ["en", "ru"]:
                missing.append(f"{term.value} {said} {languages}")
    return missing


def test_every_class_of_the_view_is_declared(vocabulary: Store, view: list[Quad]) -> None:
    classes = _own(q.object for q in view if q.predicate == TYPE)
    assert len(classes) == 23
    assert [c.value for c in classes if not _is(vocabulary, c, CLASS)] == []
    assert _unexplained(vocabulary, classes) == []


def test_every_property_of_the_view_is_declared_as_what_it_is(vocabulary: Store, view: list[Quad]) -> None:
    properties = _own(q.predicate for q in view)
    assert len(properties) == 84
    assert _unexplained(vocabulary, properties) == []
    for term in properties:
        objects = [q.object for q in view if q.predicate == term]
        pointing = all(isinstance(o, NamedNode) for o in objects)
        assert pointing or all(isinstance(o, Literal) for o in objects), term
        kind = ANNOTATION if term.value in POINTING_ANNOTATIONS else OBJECT if pointing else DATA
        assert [k for k in (OBJECT, DATA, ANNOTATION) if _is(vocabulary, term, k)] == [kind], term


def test_every_setting_of_a_run_is_declared(vocabulary: Store, view: list[Quad]) -> None:
    chosen = {q.subject for q in view if q.object == NamedNode(v.MLS + "HyperParameterSetting")}
    named = NamedNode(v.MLS + "specifiedBy")
    recorded = _own(q.object for q in view if q.predicate == named and q.subject in chosen)
    measures = _own(q.object for q in view if q.predicate == named and q.subject not in chosen)
    assert [m.value for m in measures if not _is(vocabulary, m, NamedNode(v.LITHO + "Measure"))] == []
    assert len(measures) == 1
    defaults = TrainOptions()
    lists = {f.name for f in fields(TrainOptions) if isinstance(getattr(defaults, f.name), tuple)}  # not in the view
    options = [NamedNode(v.LITHO + f.name) for f in fields(TrainOptions) if f.name not in lists]
    settings = sorted({*recorded, *options}, key=lambda t: t.value)
    wanted = (INDIVIDUAL, NamedNode(v.LITHO + "Setting"))
    assert [s.value for s in settings if not all(_is(vocabulary, s, kind) for kind in wanted)] == []
    assert _unexplained(vocabulary, settings) == []


SUB_CLASS, SUB_PROPERTY = NamedNode(v.RDFS + "subClassOf"), NamedNode(v.RDFS + "subPropertyOf")


def _above(vocabulary: Store, term: NamedNode, relation: NamedNode) -> set[NamedNode]:
    """The term and all named terms that it specializes."""
    found, waiting = {term}, [term]
    while waiting:
        for q in vocabulary.quads_for_pattern(waiting.pop(), relation, None):
            if isinstance(q.object, NamedNode) and q.object not in found:
                found.add(q.object)
                waiting.append(q.object)
    return found


def test_what_the_view_makes_of_a_thing_besides_follows_from_its_own_class(vocabulary: Store, view: list[Quad]) -> None:
    types: defaultdict[object, set[NamedNode]] = defaultdict(set)
    for q in view:
        if q.predicate == TYPE and isinstance(q.object, NamedNode):
            types[q.subject].add(q.object)
    said: defaultdict[NamedNode, set[NamedNode]] = defaultdict(set)
    for kinds in types.values():
        for own in _own(kinds):
            said[own] |= kinds
    missing = {own.value: kinds - _above(vocabulary, own, SUB_CLASS) for own, kinds in said.items()}
    assert {own: kinds for own, kinds in missing.items() if kinds} == {}
    assert NamedNode(v.MLS + "Run") in said[NamedNode(v.LITHO + "Run")]
    assert NamedNode(v.FAIR4ML + "MLModel") in said[NamedNode(v.LITHO + "Adapter")]


def test_every_relation_between_things_of_provenance_is_an_influence(vocabulary: Store, view: list[Quad]) -> None:
    prov = {NamedNode(v.PROV + name) for name in ("Entity", "Activity", "Usage")}
    things = {q.subject for q in view if q.predicate == TYPE and q.object in prov}
    between = {q.predicate for q in view if q.subject in things and q.object in things and q.predicate != TYPE}
    own = [p for p in _own(between) if p.value not in POINTING_ANNOTATIONS]
    influence = NamedNode(v.PROV + "wasInfluencedBy")
    assert len(own) == 17
    others = [p.value for p in own if influence not in _above(vocabulary, p, SUB_PROPERTY)]
    assert others == [v.LITHO + "reproduced"]  # what an activity made again was influenced by it, not it by that


def test_no_other_term_of_the_vocabulary_stands_in_the_view(vocabulary: Store, view: list[Quad]) -> None:
    terms = _own(t for q in view for t in (q.subject, q.predicate, q.object))
    assert [t.value for t in terms if not any(vocabulary.quads_for_pattern(t, TYPE, None))] == []


def test_the_page_about_the_ledger_names_the_terms_of_the_view_and_no_other(view: list[Quad]) -> None:
    named = {v.LITHO + name for name in re.findall(r"litho:([A-Za-z]\w*)", PAGE.read_text(encoding="utf-8"))}
    used = _own([q.predicate for q in view] + [q.object for q in view if q.predicate == TYPE])
    assert sorted(named) == [t.value for t in used]


def test_the_vocabulary_has_nothing_to_mend() -> None:
    assert [str(finding) for finding in lint(load(VOCABULARY))] == []


def _together(folder: Path, view: Iterable[Quad]) -> Ontology:
    """The view's triples in one file with the vocabulary.

    What other vocabularies say is declared as it is used, so that nothing is passed over. Of PROV, the disjointness of
    its kinds is added (PROV-O; PROV-CONSTRAINTS, impossibility of typing): it is what a misused term would run into.
    """
    store = _read(VOCABULARY)
    for q in view:
        store.add(Quad(q.subject, q.predicate, q.object))
        foreign = q.predicate.value.startswith((v.PROV, v.MLS, v.FAIR4ML, v.DCT))
        if foreign and q.predicate.value not in POINTING_ANNOTATIONS:
            store.add(Quad(q.predicate, TYPE, DATA if isinstance(q.object, Literal) else OBJECT))
    kinds = [NamedNode(v.PROV + name) for name in ("Activity", "Entity", "Usage")]
    for i, one in enumerate(kinds):
        for other in kinds[i + 1 :]:
            store.add(Quad(one, NamedNode(v.DISJOINT_WITH), other))
    file = folder / "view.ttl"
    store.dump(str(file), RdfFormat.TURTLE, from_graph=DefaultGraph())
    return load(file, imports=False)


def test_the_view_and_the_vocabulary_contradict_each_other_nowhere(view: list[Quad], tmp_path: Path) -> None:
    whole = _together(tmp_path, view)
    assert whole.forgiven == ()
    verdict = consistency(whole, unsatisfiable=True)
    assert (verdict.consistent, verdict.unsatisfiable, verdict.skipped) == (True, (), {})


@pytest.mark.parametrize(
    ("subject", "predicate", "value"),
    [
        ("E1", "finalLoss", Literal(0.5)),  # a loss belongs to a record
        ("E1", "ofRun", None),  # only a step belongs to a run
    ],
)
def test_a_term_on_the_wrong_thing_is_a_contradiction(
    view: list[Quad], world: ModuleType, tmp_path: Path, subject: str, predicate: str, value: Literal | None
) -> None:
    about = NamedNode(world.example(subject))
    run = next(q.subject for q in view if q.object == NamedNode(v.LITHO + "Run"))
    right = [q for q in view if q.subject in (about, run)]
    wrong = Quad(about, NamedNode(v.LITHO + predicate), value or run)
    assert consistency(_together(tmp_path, [*right, wrong]), explain=False).consistent is False
