"""The closure against two independent reasoners: owlrl (OWL 2 RL) and HermiT (OWL 2 DL); its proofs on real files."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import claims_in_words as words
import numpy as np
import owlrl
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

from lithograph.core import vocabulary as v
from lithograph.core.identity import sha256_hex
from lithograph.ontology.axioms import Axiom, Expression, Ontology
from lithograph.ontology.graph import ClaimGraph, Kind, Quantifier
from lithograph.ontology.load import load
from lithograph.ontology.project import project
from lithograph.ontology.terms import is_literal
from lithograph.reason.closure import Closure, close
from lithograph.reason.oracle.consistency import consistency
from lithograph.reason.proof import BrokenProof, check

ROOT = Path(__file__).parents[2]
Triple = tuple[str, str, str]
COMPARED = (v.SUBCLASS_OF, v.SUBPROPERTY_OF, v.TYPE)


@functools.cache
def closed(path: Path, depth: int = 40) -> Closure:
    return close(project(load(path)), depth=depth)


def ours(graph: ClaimGraph, relations: Iterable[str]) -> set[Triple]:
    """Claims that are triples: hierarchy, types, facts; nothing about oneself and nothing of OWL's own."""
    texts, wanted = graph.ontology.terms.texts, {*COMPARED, *relations}
    plain = np.isin(graph.quantifier, [Quantifier.SCHEMA, Quantifier.INDIVIDUAL]) & ~graph.negated
    rows = np.flatnonzero(plain).tolist()
    found = {(texts[graph.subject[i]], texts[graph.relation[i]], texts[graph.object[i]]) for i in rows}
    return {t for t in found if _compared(t, wanted)}


def theirs(turtle: str, relations: Iterable[str]) -> set[Triple]:
    """The same of owlrl's deductive closure."""
    graph = rdflib.Graph()
    graph.parse(data=turtle, format="turtle")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # owlrl uses what rdflib has renamed
        owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    wanted = {*COMPARED, *relations}
    iris = [t for t in graph if all(isinstance(x, rdflib.URIRef) for x in t)]
    return {t for t in ((str(s), str(p), str(o)) for s, p, o in iris) if _compared(t, wanted)}


def _compared(triple: Triple, wanted: set[str]) -> bool:
    s, p, o = triple
    return p in wanted and s != o and not any(x.startswith((v.OWL, v.RDFS, v.RDF, v.XSD)) for x in (s, o))


one_class, one_thing, one_relation = (
    st.sampled_from([f":{name}" for name in names]) for names in ("ABCD", "abcd", "rst")
)
TRIPLE = st.one_of(
    st.builds("{} rdfs:subClassOf {} .".format, one_class, one_class),
    st.builds("{} owl:equivalentClass {} .".format, one_class, one_class),
    st.builds("{} a {} .".format, one_thing, one_class),
    st.builds("{} {} {} .".format, one_thing, one_relation, one_thing),
    st.builds("{} rdfs:subPropertyOf {} .".format, one_relation, one_relation),
    st.builds("{} owl:equivalentProperty {} .".format, one_relation, one_relation),
    st.builds("{} owl:inverseOf {} .".format, one_relation, one_relation),
    st.builds("{} a owl:TransitiveProperty .".format, one_relation),
    st.builds("{} a owl:SymmetricProperty .".format, one_relation),
    st.builds("{} rdfs:domain {} .".format, one_relation, one_class),
    st.builds("{} rdfs:range {} .".format, one_relation, one_class),
)
DECLARED = " ".join(
    [f":{name} a owl:Class ." for name in "ABCD"] + [f":{name} a owl:ObjectProperty ." for name in "rst"]
    + [f":{name} a owl:NamedIndividual ." for name in "abcd"]
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.lists(TRIPLE, min_size=1, max_size=12, unique=True))
def test_on_small_graphs_owlrl_derives_the_same(lines: list[str]) -> None:
    text = words.turtle("\n".join([DECLARED, *lines]))
    relations = [f"http://e/{name}" for name in "rst"]
    closure = close(words.graph_of(text, "ttl"), depth=40)
    assert closure.complete
    assert ours(closure.graph, relations) == theirs(text, relations)


def triples_of(graph: ClaimGraph, relations: Iterable[int]) -> str:
    """The named hierarchy and facts of a graph as Turtle, for another reasoner."""
    texts = graph.ontology.terms.texts
    lines = []
    for i in range(len(graph)):
        said = [texts[column[i]] for column in (graph.subject, graph.relation, graph.object)]
        plain = graph.quantifier[i] in (Quantifier.SCHEMA, Quantifier.INDIVIDUAL) and not graph.negated[i]
        if plain and graph.relation[i] in relations and not any(is_literal(t) or t.startswith("_:") for t in said):
            lines.append(" ".join(f"<{t}>" for t in said) + " .")
    return "\n".join(lines)


@pytest.mark.data
def test_on_the_named_hierarchy_of_pizza_owlrl_derives_the_same(shared_data: Path) -> None:
    graph = project(load(shared_data / "ontologies/protege-classics/pizza.owl"))
    ids = graph.ontology.terms
    kept = [ids.id(r) for r in (*COMPARED, v.EQUIVALENT_CLASS, v.INVERSE_OF)]
    text = triples_of(graph, kept)
    assert len(text.splitlines()) > 100
    pure = replace(graph, quantifier=np.where(
        np.isin(graph.quantifier, [Quantifier.SCHEMA, Quantifier.INDIVIDUAL]) & np.isin(graph.relation, kept),
        graph.quantifier, np.uint8(Quantifier.ANNOTATION)))  # fmt: skip
    closure = close(pure, depth=40)
    assert closure.complete
    assert ours(closure.graph, []) == theirs(text, [])


# ---------------------------------------------------------------- HermiT


def negation(graph: ClaimGraph, row: int) -> Expression | None:
    """The class of things that would refute a claim: that it is empty is the claim. None where it cannot be said."""
    texts = graph.ontology.terms.texts
    s, r, o = (texts[column[row]] for column in (graph.subject, graph.relation, graph.object))
    q, n = Quantifier(graph.quantifier[row]), int(graph.number[row])
    if is_literal(o) or o.startswith((v.XSD, v.RDFS)) or r in (v.SUBPROPERTY_OF, v.INVERSE_OF):
        return None
    if graph.kinds[graph.relation[row]] & Kind.DATA_PROPERTY:
        return None
    who: Expression = s if graph.kinds[graph.subject[row]] & Kind.CLASS and q != Quantifier.INDIVIDUAL else (
        "ObjectOneOf", s)  # fmt: skip
    no: Expression = ("ObjectComplementOf", o)
    lacks: dict[Quantifier, Expression] = {
        Quantifier.SOME: ("ObjectAllValuesFrom", r, no),
        Quantifier.ONLY: ("ObjectSomeValuesFrom", r, no),
        Quantifier.MIN: ("ObjectMaxCardinality", n - 1, r, o),
        Quantifier.MAX: ("ObjectMinCardinality", n + 1, r, o),
        Quantifier.VALUE: ("ObjectAllValuesFrom", r, ("ObjectComplementOf", ("ObjectOneOf", o))),
        Quantifier.INDIVIDUAL: ("ObjectAllValuesFrom", r, ("ObjectComplementOf", ("ObjectOneOf", o))),
    }
    if r in (v.SUBCLASS_OF, v.TYPE):
        lacks = {Quantifier.SCHEMA: no, Quantifier.INDIVIDUAL: no}
    return ("ObjectIntersectionOf", who, lacks[q]) if q in lacks else None


def refuted(ontology: Ontology, classes: dict[str, Expression]) -> set[str]:
    """Which of some class expressions can have no member, by HermiT."""
    axioms = tuple(Axiom("EquivalentClasses", (iri, e)) for iri, e in classes.items())
    asked = replace(ontology, compounds=(*ontology.compounds, *axioms), _cache={})
    verdict = consistency(asked, unsatisfiable=True, explain=False, seconds=120)
    assert verdict.consistent is True, verdict.why
    assert verdict.unsatisfiable is not None, verdict.why
    return set(verdict.unsatisfiable) & classes.keys()


def not_entailed(closure: Closure, most: int) -> tuple[int, list[str]]:
    """How many derived claims were asked about, and those that HermiT does not find to follow."""
    graph = closure.graph
    rows = np.flatnonzero(graph.rule != 0).tolist()
    rows = sorted(rows, key=lambda row: sha256_hex(words.claims(graph, [row])[0]))
    asked = {f"urn:negation:{row}": n for row in rows if (n := negation(graph, row)) is not None}
    asked = dict(list(asked.items())[:most])
    wrong = asked.keys() - refuted(graph.ontology, asked)
    return len(asked), words.claims(graph, [int(iri.rsplit(":", 1)[-1]) for iri in sorted(wrong)])


def test_hermit_finds_that_derived_claims_of_every_kind_follow(tmp_path: Path) -> None:
    axioms = """SubClassOf(:A :B) ; SubClassOf(:B ObjectExactCardinality(2 :r :C)) ; DisjointClasses(:B :C)
        ; SubClassOf(:B ObjectMinCardinality(2 :r :C)) ; SubClassOf(:B ObjectMaxCardinality(3 :r :C))
        ; SubClassOf(:B ObjectAllValuesFrom(:r :C)) ; SubClassOf(:C :D) ; SubClassOf(:B ObjectHasValue(:s :b))
        ; SubClassOf(:B ObjectSomeValuesFrom(:t :C)) ; SubClassOf(:C ObjectSomeValuesFrom(:t :D))
        ; TransitiveObjectProperty(:t) ; ObjectPropertyDomain(:t :E) ; ClassAssertion(:A :a)
        ; ObjectPropertyAssertion(:s :b :c) ; SubObjectPropertyOf(:s :u) ; ObjectPropertyRange(:u :C)"""
    closure = close(words.graph_of(words.functional(axioms), "ofn"), depth=9)
    count, wrong = not_entailed(closure, 500)
    assert count > 25
    assert wrong == []


@pytest.mark.data
def test_hermit_finds_that_what_is_derived_from_pizza_follows(shared_data: Path) -> None:
    closure = closed(shared_data / "ontologies/protege-classics/pizza.owl")
    count, wrong = not_entailed(closure, 400)
    assert count == 400
    assert wrong == []


@pytest.mark.slow
def test_hermit_finds_that_what_is_derived_from_the_world_follows() -> None:
    count, wrong = not_entailed(closed(ROOT / "ontology/world/world.ttl"), 100)
    assert count == 100
    assert wrong == []


@pytest.mark.data
def test_classes_without_members_are_among_those_hermit_finds(shared_data: Path) -> None:
    for name in ("pizza.owl", "koala.owl"):
        closure = closed(shared_data / "ontologies/protege-classics" / name)
        texts = closure.graph.ontology.terms.texts
        found = {texts[i] for i in closure.unsatisfiable.tolist()}
        verdict = consistency(load(shared_data / "ontologies/protege-classics" / name), unsatisfiable=True)
        assert found <= set(verdict.unsatisfiable or ())
    assert closed(shared_data / "ontologies/protege-classics/pizza.owl").unsatisfiable.size > 0


# ---------------------------------------------------------------- proofs


@pytest.mark.data
@pytest.mark.parametrize(("path", "least"), [("protege-classics/pizza.owl", 900), ("edam/EDAM_1.25.owl", 5000)])
def test_every_proof_of_a_real_ontology_checks(path: str, least: int, shared_data: Path) -> None:
    graph = closed(shared_data / "ontologies" / path, 3).graph
    rows = np.flatnonzero(graph.rule != 0).tolist()
    assert len(rows) > least
    check(graph, rows)


def test_every_proof_of_the_world_checks() -> None:
    graph = closed(ROOT / "ontology/world/world.ttl", 3).graph
    rows = np.flatnonzero(graph.rule != 0).tolist()
    assert len(rows) > 1000
    check(graph, rows)


@pytest.mark.parametrize("column", ["subject", "relation", "object", "quantifier", "number", "rule", "premises"])
def test_a_tampered_proof_is_refused(column: str) -> None:
    graph = closed(ROOT / "ontology/world/world.ttl", 3).graph
    inherited = [i for i in range(len(graph)) if words.rule_name(graph, i) == "inherited from a superclass"]
    for row in inherited[:20]:
        check(graph, [row])
        values = getattr(graph, column).copy()
        values[row] = values[row] + 1
        with pytest.raises(BrokenProof, match=f"claim {row}: does not follow by the rule"):
            check(replace(graph, **{column: values}), [row])


def test_a_proof_is_refused_when_one_of_its_premises_is_tampered_with() -> None:
    graph = closed(ROOT / "ontology/world/world.ttl", 3).graph
    deep = np.flatnonzero(graph.depth == 2)[:20].tolist()
    for row in deep:
        premise = next(int(p) for p in graph.premises[row] if p >= 0 and graph.rule[p] != 0)
        rule = graph.rule.copy()
        rule[premise] += 1
        with pytest.raises(BrokenProof):
            check(replace(graph, rule=rule), [row])
