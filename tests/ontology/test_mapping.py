"""What each piece of RDF becomes: OWL 2 Mapping to RDF Graphs, section 3, and the lenient reading of untyped terms."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lithograph.ontology.axioms import ANNOTATION_KINDS, Ontology
from lithograph.ontology.load import load, logical_axiom_count

PREFIXES = """@prefix : <http://ex.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix swrl: <http://www.w3.org/2003/11/swrl#> .
"""
DECLARED = """:A a owl:Class . :B a owl:Class . :C a owl:Class . :p a owl:ObjectProperty . :q a owl:ObjectProperty .
:d a owl:DatatypeProperty . :e a owl:DatatypeProperty . :n a owl:AnnotationProperty .
"""


def read(folder: Path, text: str, name: str = "o.ttl") -> Ontology:
    file = folder / name
    file.write_text(PREFIXES + text, encoding="utf-8")
    return load(file)


def said(ontology: Ontology, *, logical: bool = True) -> set[str]:
    """The axioms as texts without the namespace; logical ones unless asked otherwise."""
    axioms = [ontology.axiom(row) for row in range(len(ontology))]
    return {
        a.text.replace("http://ex.org/", "").replace("http://www.w3.org/2001/XMLSchema#", "xsd:")
        for a in axioms
        if not logical or not (a.kind in ANNOTATION_KINDS or a.kind == "Declaration")
    }


CASES = {
    ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom :B ] .": (
        "SubClassOf(<A> ObjectSomeValuesFrom(<p> <B>))"
    ),
    ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty [ owl:inverseOf :p ] ; owl:allValuesFrom :B ] .": (
        "SubClassOf(<A> ObjectAllValuesFrom(ObjectInverseOf(<p>) <B>))"
    ),
    ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:hasValue :i ] .": (
        "SubClassOf(<A> ObjectHasValue(<p> <i>))"
    ),
    ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :d ; owl:hasValue 3 ] .": (
        'SubClassOf(<A> DataHasValue(<d> "3"^^<xsd:integer>))'
    ),
    ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:hasSelf true ] .": (
        "SubClassOf(<A> ObjectHasSelf(<p>))"
    ),
    ':A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:minCardinality "2"^^xsd:int ] .': (
        "SubClassOf(<A> ObjectMinCardinality(2 <p>))"
    ),
    ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:qualifiedCardinality 2 ; owl:onClass :B ] .": (
        "SubClassOf(<A> ObjectExactCardinality(2 <p> <B>))"
    ),
    ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:maxQualifiedCardinality 1 ; "
    "owl:onClass owl:Thing ] .": "SubClassOf(<A> ObjectMaxCardinality(1 <p>))",
    ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :d ; owl:maxCardinality 1 ] .": (
        "SubClassOf(<A> DataMaxCardinality(1 <d>))"
    ),
    ":A owl:equivalentClass [ a owl:Class ; owl:intersectionOf ( :C [ owl:complementOf :B ] ) ] .": (
        "EquivalentClasses(<A> ObjectIntersectionOf(<C> ObjectComplementOf(<B>)))"
    ),
    ":A owl:unionOf ( :C :B ) .": "EquivalentClasses(<A> ObjectUnionOf(<B> <C>))",
    ":A owl:equivalentClass [ a owl:Class ; owl:oneOf ( :j :i ) ] .": "EquivalentClasses(<A> ObjectOneOf(<i> <j>))",
    ":A owl:equivalentClass [ a owl:Class ; owl:intersectionOf ( :B ) ] .": "EquivalentClasses(<A> <B>)",
    ":A owl:disjointUnionOf ( :C :B ) .": "DisjointUnion(<A> <B> <C>)",
    "[] a owl:AllDisjointClasses ; owl:members ( :C :A :B ) .": "DisjointClasses(<A> <B> <C>)",
    "[] a owl:AllDisjointProperties ; owl:members ( :q :p ) .": "DisjointObjectProperties(<p> <q>)",
    "[] a owl:AllDisjointProperties ; owl:members ( :e :d ) .": "DisjointDataProperties(<d> <e>)",
    "[] a owl:AllDifferent ; owl:distinctMembers ( :j :i ) .": "DifferentIndividuals(<i> <j>)",
    ":p owl:propertyChainAxiom ( :q [ owl:inverseOf :p ] ) .": (
        "SubObjectPropertyOf(ObjectPropertyChain(<q> ObjectInverseOf(<p>)) <p>)"
    ),
    ":A owl:hasKey ( :p :d ) .": "HasKey(<A> (<p>) (<d>))",
    "[] a owl:NegativePropertyAssertion ; owl:sourceIndividual :i ; owl:assertionProperty :p ; "
    "owl:targetIndividual :j .": "NegativeObjectPropertyAssertion(<p> <i> <j>)",
    "[] a owl:NegativePropertyAssertion ; owl:sourceIndividual :i ; owl:assertionProperty :d ; "
    'owl:targetValue "x" .': 'NegativeDataPropertyAssertion(<d> <i> "x")',
    ":d rdfs:range [ a rdfs:Datatype ; owl:onDatatype xsd:int ; owl:withRestrictions "
    "( [ xsd:minInclusive 1 ] [ xsd:maxExclusive 9 ] ) ] .": (
        'DataPropertyRange(<d> DatatypeRestriction(<xsd:int> <xsd:maxExclusive> "9"^^<xsd:integer> '
        '<xsd:minInclusive> "1"^^<xsd:integer>))'
    ),
    ":d rdfs:range [ a owl:DataRange ; owl:oneOf ( 1 2 ) ] .": (
        'DataPropertyRange(<d> DataOneOf("1"^^<xsd:integer> "2"^^<xsd:integer>))'
    ),
    ":t a rdfs:Datatype ; owl:equivalentClass [ a rdfs:Datatype ; owl:datatypeComplementOf xsd:int ] .": (
        "DatatypeDefinition(<t> DataComplementOf(<xsd:int>))"
    ),
    ":p owl:inverseOf :q .": "InverseObjectProperties(<p> <q>)",
    ":d a owl:FunctionalProperty .": "FunctionalDataProperty(<d>)",
    ":p a owl:FunctionalProperty .": "FunctionalObjectProperty(<p>)",
    "[ owl:inverseOf :p ] a owl:FunctionalProperty .": "FunctionalObjectProperty(ObjectInverseOf(<p>))",
    ":i a [ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom :B ] .": (
        "ClassAssertion(ObjectSomeValuesFrom(<p> <B>) <i>)"
    ),
    ":d rdfs:domain :A .": "DataPropertyDomain(<d> <A>)",
    ":p rdfs:domain [ owl:unionOf ( :A :B ) ] .": "ObjectPropertyDomain(<p> ObjectUnionOf(<A> <B>))",
    ':i :d "x"@en-GB .': 'DataPropertyAssertion(<d> <i> "x"@en-gb)',
    ":p <http://www.w3.org/2006/12/owl11#disjointObjectProperties> :q .": "DisjointObjectProperties(<p> <q>)",
}


@pytest.mark.parametrize("triples", CASES, ids=range(len(CASES)))
def test_triples_become_the_axiom_of_the_mapping(triples: str, tmp_path: Path) -> None:
    ontology = read(tmp_path, DECLARED + triples)
    assert said(ontology) == {CASES[triples]}
    assert ontology.forgiven == ()
    assert logical_axiom_count(ontology) == 1


UNTYPED = {
    ":x :r :y .": set(),
    ":x :r 3 .": set(),
    ":X rdfs:subClassOf :Y .": {"SubClassOf(<X> <Y>)"},
    ":X owl:equivalentClass :Y .": set(),
    ":r rdfs:range :X .": {"ObjectPropertyRange(<r> <X>)"},
    ":r rdfs:range xsd:int . :x :r 3 .": {
        "DataPropertyRange(<r> <xsd:int>)",
        'DataPropertyAssertion(<r> <x> "3"^^<xsd:integer>)',
    },
    ":r rdfs:subPropertyOf :p .": {"SubObjectPropertyOf(<r> <p>)"},
    ":r rdfs:subPropertyOf :s .": set(),
    ":x a :X .": {"ClassAssertion(<X> <x>)"},
}


@pytest.mark.parametrize("triples", UNTYPED)
def test_use_decides_what_an_undeclared_term_is(triples: str, tmp_path: Path) -> None:
    assert said(read(tmp_path, DECLARED + triples)) == UNTYPED[triples]


def test_rdfs_alone_is_an_ontology(tmp_path: Path) -> None:
    text = ":A a rdfs:Class . :B rdfs:subClassOf :A . :r a rdf:Property ; rdfs:range :A ; rdfs:domain :B ."
    ontology = read(tmp_path, text)
    assert said(ontology) == {
        "SubClassOf(<B> <A>)",
        "ObjectPropertyRange(<r> <A>)",
        "ObjectPropertyDomain(<r> <B>)",
    }


def test_an_annotated_axiom_is_kept_once_with_its_annotations(tmp_path: Path) -> None:
    plain = read(tmp_path, DECLARED + ":A rdfs:subClassOf :B .")
    text = (
        DECLARED
        + """:A rdfs:subClassOf :B . [] a owl:Axiom ; owl:annotatedSource :A ; rdfs:comment "why" ;
    owl:annotatedProperty rdfs:subClassOf ; owl:annotatedTarget :B ."""
    )
    annotated = read(tmp_path, text)
    assert [a.annotations for a in annotated.compounds] == [
        (("http://www.w3.org/2000/01/rdf-schema#comment", '"why"'),),
    ]
    assert sorted(annotated.axiom_ids()) == sorted(plain.axiom_ids())


def test_an_annotated_annotation_is_an_annotation(tmp_path: Path) -> None:
    text = """:A rdfs:label "a" . [] a owl:Axiom ; owl:annotatedSource :A ; owl:annotatedProperty rdfs:label ;
    owl:annotatedTarget "a" ; :n "source" ."""
    ontology = read(tmp_path, DECLARED + text)
    assert [a.kind for a in ontology.compounds] == ["AnnotationAssertion"]
    assert logical_axiom_count(ontology) == 0


def test_swrl_rules_are_counted(tmp_path: Path) -> None:
    text = """[] a swrl:Imp ; swrl:body ( [ a swrl:ClassAtom ; swrl:classPredicate :A ; swrl:argument1 :x ] ) ;
    swrl:head ( [ a swrl:ClassAtom ; swrl:classPredicate :B ; swrl:argument1 :x ] ) . :x a swrl:Variable ."""
    ontology = read(tmp_path, DECLARED + text)
    assert (ontology.rules, logical_axiom_count(ontology), said(ontology)) == (1, 1, set())


def test_an_expression_nobody_can_read_is_passed_over_and_said(tmp_path: Path) -> None:
    ontology = read(tmp_path, DECLARED + ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ] .")
    assert said(ontology) == set()
    assert [f.what for f in ontology.forgiven] == [
        "passed over: SubClassOf of <http://ex.org/A>: a node restricts <http://ex.org/p> in no known way"
    ]
    assert logical_axiom_count(ontology) == 1


def test_header_annotations_are_no_axioms(tmp_path: Path) -> None:
    ontology = read(
        tmp_path, '<http://ex.org/o> a owl:Ontology ; rdfs:comment "c" ; owl:versionIRI <http://ex.org/v> .'
    )
    assert (ontology.iri, ontology.version_iri, len(ontology)) == ("http://ex.org/o", "http://ex.org/v", 0)


BLANK = """_:x a :A ; :p _:y . _:y a :A ; :p _:x ; :d "1" . _:z :p _:z2 . _:z2 :p _:z . _:u a :B . _:v a :B .
:A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:hasValue _:x ] .
[] a owl:Axiom ; owl:annotatedSource _:x ; owl:annotatedProperty rdf:type ; owl:annotatedTarget :A ; :n _:u .
:C owl:equivalentClass [ owl:intersectionOf ( :A [ owl:unionOf ( :B [ owl:complementOf :A ] ) ] ) ] .
:i a :A ; :p :j ; :d "x" . :j owl:sameAs :i ; owl:differentFrom :k . :q rdfs:subPropertyOf :p .
"""


def lines(folder: Path) -> list[str]:
    """The triples of a small ontology, one a line."""
    import pyoxigraph as ox

    quads = ox.parse((PREFIXES + DECLARED + BLANK).encode(), ox.RdfFormat.TURTLE)
    return [f"{q.subject} {q.predicate} {q.object} ." for q in quads]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_order_and_the_labels_of_triples_change_nothing(tmp_path: Path, data: st.DataObject) -> None:
    first = read(tmp_path, DECLARED + BLANK)
    triples = data.draw(st.permutations(lines(tmp_path)))
    label = data.draw(st.sampled_from(["b", "zz", "c14n"]))
    file = tmp_path / "shuffled.nt"
    file.write_text("\n".join(triples).replace("_:", f"_:{label}"), encoding="utf-8")
    second = load(file)
    assert second.terms.texts == first.terms.texts
    assert (second.atoms == first.atoms).all()
    assert (second.atom_kinds == first.atom_kinds).all()
    assert second.compounds == first.compounds
    assert second.version == first.version


def test_interchangeable_individuals_stay_two(tmp_path: Path) -> None:
    ontology = read(tmp_path, DECLARED + "_:u a :B . _:v a :B . _:a :p _:b . _:b :p _:a .")
    assert logical_axiom_count(ontology) == 4


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edges=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=9), order=st.permutations(range(6)))
def test_graphs_of_anonymous_individuals_have_names_that_do_not_depend_on_labels(
    tmp_path: Path, edges: list[tuple[int, int]], order: list[int]
) -> None:
    versions = set()
    for label in (range(6), order):
        text = "".join(f"_:n{label[a]} :p _:n{label[b]} .\n" for a, b in edges)
        versions.add(read(tmp_path, DECLARED + text).version)
    assert len(versions) == 1
