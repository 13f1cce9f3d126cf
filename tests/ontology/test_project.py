"""Each OWL construct becomes the claims that docs/reference/claims.md says, from both syntaxes."""

from __future__ import annotations

from pathlib import Path

import claims_in_words as words
import pytest

from lithograph.core import vocabulary as v
from lithograph.ontology.graph import ClaimGraph, Kind
from lithograph.ontology.load import load
from lithograph.ontology.project import project

ROOT = Path(__file__).parents[2]


Row = tuple[str, list[str], dict[str, int]]


def documented() -> list[Row]:
    """The tables of the reference page: axioms, claims, counts."""
    page = (ROOT / "docs" / "reference" / "claims.md").read_text(encoding="utf-8")
    rows: list[Row] = []
    for line in page.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if not line.startswith("| `") or len(cells) != 3 or "(" not in cells[0] or ":" not in cells[0]:
            continue
        axioms, claims, counted = cells
        said = [] if claims == "–" else [claim.strip("`") for claim in claims.split("; ")]
        counts = [] if counted == "–" else [part.rpartition(" ") for part in counted.split("; ")]
        rows.append((axioms.strip("`"), said, {name: int(number) for name, _, number in counts}))
    return rows


ROWS = documented()
TURTLE = {
    # classes
    "SubClassOf(:A :B)": ":A a owl:Class ; rdfs:subClassOf :B . :B a owl:Class .",
    "SubClassOf(:A owl:Thing)": ":A a owl:Class ; rdfs:subClassOf owl:Thing .",
    "SubClassOf(:A ObjectIntersectionOf(:B ObjectSomeValuesFrom(:r :C)))": """
        :A a owl:Class ; rdfs:subClassOf [ a owl:Class ; owl:intersectionOf ( :B
            [ a owl:Restriction ; owl:onProperty :r ; owl:someValuesFrom :C ] ) ] .""",
    "SubClassOf(:A ObjectComplementOf(:B))": ":A rdfs:subClassOf [ a owl:Class ; owl:complementOf :B ] .",
    "SubClassOf(:A ObjectSomeValuesFrom(:r :B))": ":A rdfs:subClassOf [ {r} owl:someValuesFrom :B ] .",
    "SubClassOf(:A ObjectAllValuesFrom(:r :B))": ":A rdfs:subClassOf [ {r} owl:allValuesFrom :B ] .",
    "SubClassOf(:A ObjectHasValue(:r :b))": ":A rdfs:subClassOf [ {r} owl:hasValue :b ] .",
    "SubClassOf(:A ObjectMinCardinality(2 :r :B))":
        ":A rdfs:subClassOf [ {r} owl:onClass :B ; owl:minQualifiedCardinality {2} ] .",
    "SubClassOf(:A ObjectMaxCardinality(3 :r :B))":
        ":A rdfs:subClassOf [ {r} owl:onClass :B ; owl:maxQualifiedCardinality {3} ] .",
    "SubClassOf(:A ObjectExactCardinality(4 :r :B))":
        ":A rdfs:subClassOf [ {r} owl:onClass :B ; owl:qualifiedCardinality {4} ] .",
    "SubClassOf(:A ObjectMinCardinality(1 :r))": ":A rdfs:subClassOf [ {r} owl:minCardinality {1} ] .",
    "SubClassOf(:A ObjectSomeValuesFrom(:r ObjectIntersectionOf(:B :C)))":
        ":A rdfs:subClassOf [ {r} owl:someValuesFrom [ a owl:Class ; owl:intersectionOf ( :B :C ) ] ] .",
    'SubClassOf(:A DataHasValue(:d "7"^^xsd:integer))': ":A rdfs:subClassOf [ {d} owl:hasValue 7 ] .",
    "SubClassOf(:A DataMinCardinality(1 :d))": ":A rdfs:subClassOf [ {d} owl:minCardinality {1} ] .",
    "SubClassOf(:A DataExactCardinality(1 :d xsd:integer))":
        ":A rdfs:subClassOf [ {d} owl:onDataRange xsd:integer ; owl:qualifiedCardinality {1} ] .",
    "EquivalentClasses(:A :B)": ":A a owl:Class ; owl:equivalentClass :B . :B a owl:Class .",
    "EquivalentClasses(:A ObjectIntersectionOf(:B ObjectSomeValuesFrom(:r :C)))":
        ":A owl:equivalentClass [ a owl:Class ; owl:intersectionOf ( :B [ {r} owl:someValuesFrom :C ] ) ] .",
    "DisjointClasses(:A :B)": ":A a owl:Class ; owl:disjointWith :B . :B a owl:Class .",
    "DisjointClasses(:A :B :C)": "[] a owl:AllDisjointClasses ; owl:members ( :A :B :C ) .",
    "DisjointUnion(:A :B :C)": ":A a owl:Class ; owl:disjointUnionOf ( :B :C ) . :B a owl:Class . :C a owl:Class .",
    # what becomes no claim
    "SubClassOf(:A ObjectUnionOf(:B :C))": ":A rdfs:subClassOf [ a owl:Class ; owl:unionOf ( :B :C ) ] .",
    "SubClassOf(:A ObjectOneOf(:a :b))": ":A rdfs:subClassOf [ a owl:Class ; owl:oneOf ( :a :b ) ] .",
    "SubClassOf(:A ObjectHasSelf(:r))": ":A rdfs:subClassOf [ {r} owl:hasSelf true ] .",
    "SubClassOf(:A ObjectComplementOf(ObjectUnionOf(:B :C)))":
        ":A rdfs:subClassOf [ a owl:Class ; owl:complementOf [ a owl:Class ; owl:unionOf ( :B :C ) ] ] .",
    "SubClassOf(:A ObjectSomeValuesFrom(ObjectInverseOf(:r) :B))":
        ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty [ owl:inverseOf :r ] ; owl:someValuesFrom :B ] .",
    "SubClassOf(:A ObjectAllValuesFrom(:r ObjectUnionOf(:B :C)))":
        ":A rdfs:subClassOf [ {r} owl:allValuesFrom [ a owl:Class ; owl:unionOf ( :B :C ) ] ] .",
    "SubClassOf(:A DataSomeValuesFrom(:d xsd:integer))": ":A rdfs:subClassOf [ {d} owl:someValuesFrom xsd:integer ] .",
    "SubClassOf(:A DataAllValuesFrom(:d xsd:integer))": ":A rdfs:subClassOf [ {d} owl:allValuesFrom xsd:integer ] .",
    "SubClassOf(ObjectSomeValuesFrom(:r :B) :A)": "[ {r} owl:someValuesFrom :B ] rdfs:subClassOf :A .",
    "EquivalentClasses(ObjectSomeValuesFrom(:r :B) ObjectUnionOf(:B :C))":
        "[ {r} owl:someValuesFrom :B ] owl:equivalentClass [ a owl:Class ; owl:unionOf ( :B :C ) ] .",
    "DisjointClasses(:A ObjectSomeValuesFrom(:r :B))": ":A owl:disjointWith [ {r} owl:someValuesFrom :B ] .",
    "HasKey(:A (:r) ())": ":A a owl:Class ; owl:hasKey ( :r ) .",
    'DatatypeDefinition(:digit DataOneOf("0" "1"))':
        ':digit a rdfs:Datatype ; owl:equivalentClass [ a rdfs:Datatype ; owl:oneOf ( "0" "1" ) ] .',
    "ClassAssertion(ObjectComplementOf(:A) :a)": ":a a owl:NamedIndividual , [ a owl:Class ; owl:complementOf :A ] .",
    "SubObjectPropertyOf(ObjectPropertyChain(:r :s) :t)":
        ":t a owl:ObjectProperty ; owl:propertyChainAxiom ( :r :s ) .",
    "SubObjectPropertyOf(ObjectInverseOf(:r) :s)": "[ owl:inverseOf :r ] rdfs:subPropertyOf :s .",
    "ObjectPropertyDomain(:r ObjectUnionOf(:A :B))": ":r rdfs:domain [ a owl:Class ; owl:unionOf ( :A :B ) ] .",
    "TransitiveObjectProperty(ObjectInverseOf(:r))": "[ a owl:TransitiveProperty ; owl:inverseOf :r ] .",
    "SubAnnotationPropertyOf(:n :m)":
        ":n a owl:AnnotationProperty ; rdfs:subPropertyOf :m . :m a owl:AnnotationProperty .",
    "AnnotationPropertyDomain(:n :A)": ":n a owl:AnnotationProperty ; rdfs:domain :A .",
    # individuals
    "ClassAssertion(:A :a)": ":a a owl:NamedIndividual , :A . :A a owl:Class .",
    "ClassAssertion(ObjectSomeValuesFrom(:r :B) :a)": ":a a owl:NamedIndividual , [ {r} owl:someValuesFrom :B ] .",
    "ClassAssertion(ObjectHasValue(:r :b) :a)": ":a a owl:NamedIndividual , [ {r} owl:hasValue :b ] .",
    "ClassAssertion(ObjectIntersectionOf(:A :B) :a)":
        ":a a owl:NamedIndividual , [ a owl:Class ; owl:intersectionOf ( :A :B ) ] .",
    "ObjectPropertyAssertion(:r :a :b)": ":a :r :b .",
    "ObjectPropertyAssertion(ObjectInverseOf(:r) :a :b)": ":b :r :a .",
    'DataPropertyAssertion(:d :a "7"^^xsd:integer)': ":a :d 7 .",
    "NegativeObjectPropertyAssertion(:r :a :b)": """[] a owl:NegativePropertyAssertion ; owl:sourceIndividual :a ;
        owl:assertionProperty :r ; owl:targetIndividual :b .""",
    'NegativeDataPropertyAssertion(:d :a "7"^^xsd:integer)': """[] a owl:NegativePropertyAssertion ;
        owl:sourceIndividual :a ; owl:assertionProperty :d ; owl:targetValue 7 .""",
    "SameIndividual(:a :b)": ":a owl:sameAs :b .",
    "DifferentIndividuals(:a :b)": ":a owl:differentFrom :b .",
    "DifferentIndividuals(:a :b :c)": "[] a owl:AllDifferent ; owl:distinctMembers ( :a :b :c ) .",
    "ClassAssertion(ObjectSomeValuesFrom(:r :B) :a); SubClassOf(:a :A)":
        ":a a owl:Class , owl:NamedIndividual , [ {r} owl:someValuesFrom :B ] ; rdfs:subClassOf :A . :A a owl:Class .",
    # properties
    "SubObjectPropertyOf(:r :s)": ":r rdfs:subPropertyOf :s .",
    "SubDataPropertyOf(:d :e)": ":d rdfs:subPropertyOf :e .",
    "EquivalentObjectProperties(:r :s)": ":r owl:equivalentProperty :s .",
    "EquivalentDataProperties(:d :e)": ":d owl:equivalentProperty :e .",
    "DisjointObjectProperties(:r :s)": ":r owl:propertyDisjointWith :s .",
    "DisjointDataProperties(:d :e)": ":d owl:propertyDisjointWith :e .",
    "InverseObjectProperties(:r :s)": ":r owl:inverseOf :s .",
    "ObjectPropertyDomain(:r :A)": ":r rdfs:domain :A .",
    "ObjectPropertyRange(:r :A)": ":r rdfs:range :A .",
    "DataPropertyDomain(:d :A)": ":d rdfs:domain :A .",
    "DataPropertyRange(:d xsd:integer)": ":d rdfs:range xsd:integer .",
    "FunctionalObjectProperty(:r)": ":r a owl:FunctionalProperty .",
    "FunctionalDataProperty(:d)": ":d a owl:FunctionalProperty .",
    "InverseFunctionalObjectProperty(:r)": ":r a owl:InverseFunctionalProperty .",
    "TransitiveObjectProperty(:r)": ":r a owl:TransitiveProperty .",
    "SymmetricObjectProperty(:r)": ":r a owl:SymmetricProperty .",
    "AsymmetricObjectProperty(:r)": ":r a owl:AsymmetricProperty .",
    "ReflexiveObjectProperty(:r)": ":r a owl:ReflexiveProperty .",
    "IrreflexiveObjectProperty(:r)": ":r a owl:IrreflexiveProperty .",
    # descriptions
    'AnnotationAssertion(skos:definition :A "What A is."@en)': ':A skos:definition "What A is."@en .',
    'AnnotationAssertion(obo:IAO_0000115 :A "What A is."@en)': ':A obo:IAO_0000115 "What A is."@en .',
    'AnnotationAssertion(rdfs:comment :A "About A."@en)': ':A rdfs:comment "About A."@en .',
    'AnnotationAssertion(skos:definition :A "What A is."@en); AnnotationAssertion(rdfs:comment :A "About A."@en)':
        ':A skos:definition "What A is."@en ; rdfs:comment "About A."@en .',
    'AnnotationAssertion(Annotation(rdfs:seeAlso "x") skos:definition :A "What A is."@en);'
    ' AnnotationAssertion(rdfs:comment :A "About A."@en)': """:A skos:definition "What A is."@en ;
        rdfs:comment "About A."@en . [] a owl:Axiom ; owl:annotatedSource :A ; owl:annotatedProperty skos:definition ;
        owl:annotatedTarget "What A is."@en ; rdfs:seeAlso "x" .""",
    'AnnotationAssertion(skos:definition :A "What A is."@en); AnnotationAssertion(rdfs:comment :A "Что такое A."@ru)':
        ':A skos:definition "What A is."@en ; rdfs:comment "Что такое A."@ru .',
    'AnnotationAssertion(skos:altLabel :A "another A"@en)': ':A skos:altLabel "another A"@en .',
    'AnnotationAssertion(oboInOwl:hasExactSynonym :A "another A"@en)': ':A oboInOwl:hasExactSynonym "another A"@en .',
    "AnnotationAssertion(skos:definition :A :text)": ":A skos:definition :text .",
    'AnnotationAssertion(rdfs:label :A "a"@en)': ':A rdfs:label "a"@en .',
    # signs, the vocabulary
    "SubObjectPropertyOf(:feeds litho:increases); SubClassOf(:A ObjectSomeValuesFrom(:feeds :B))": """
        :feeds a owl:ObjectProperty ; rdfs:subPropertyOf litho:increases . litho:increases a owl:ObjectProperty .
        :A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :feeds ; owl:someValuesFrom :B ] .""",
    "SubObjectPropertyOf(:wears litho:decreases); SubObjectPropertyOf(:grinds :wears);"
    " SubClassOf(:A ObjectSomeValuesFrom(:grinds :B))": """
        :grinds a owl:ObjectProperty ; rdfs:subPropertyOf :wears . litho:decreases a owl:ObjectProperty .
        :wears a owl:ObjectProperty ; rdfs:subPropertyOf litho:decreases .
        :A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :grinds ; owl:someValuesFrom :B ] .""",
    "SubClassOf(litho:Example litho:Record)": "litho:Example a owl:Class ; rdfs:subClassOf litho:Record .",
    "ClassAssertion(litho:Scene :MyScene)": "litho:Scene a owl:Class . :MyScene a owl:NamedIndividual , litho:Scene .",
}  # fmt: skip
"""The axioms of every row of the page, as triples."""

DECLARED = {
    ":r": "owl:ObjectProperty", ":s": "owl:ObjectProperty", ":t": "owl:ObjectProperty", ":d": "owl:DatatypeProperty",
    ":e": "owl:DatatypeProperty", ":A": "owl:Class", ":B": "owl:Class", ":C": "owl:Class", ":b": "owl:NamedIndividual",
}  # fmt: skip


def triples(body: str, axioms: str) -> str:
    """A Turtle body with its abbreviations written out and its names declared."""
    for name in ("r", "d"):
        body = body.replace("{" + name + "}", f"a owl:Restriction ; owl:onProperty :{name} ;")
    for number in "1234":
        body = body.replace("{" + number + "}", f'"{number}"^^xsd:nonNegativeInteger')
    used = [f"{name} a {kind} ." for name, kind in DECLARED.items() if _mentions(axioms, name)]
    return "\n".join([body, *used])


def _mentions(axioms: str, name: str) -> bool:
    return any(f"{name}{end}" in axioms for end in " )")


def test_every_row_of_the_page_is_tried_in_turtle() -> None:
    assert len(ROWS) > 85
    assert {row[0] for row in ROWS} == set(TURTLE)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_an_axiom_becomes_the_claims_of_its_row(row: Row, tmp_path: Path) -> None:
    axioms, claims, counted = row
    assert words.projected(words.functional(axioms), tmp_path / "o.ofn") == (claims, counted)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_the_same_triples_become_the_same_claims(row: Row, tmp_path: Path) -> None:
    axioms, claims, counted = row
    text = words.turtle(triples(TURTLE[axioms], axioms))
    assert words.projected(text, tmp_path / "o.ttl") == (claims, counted)


def graph_of(body: str, folder: Path) -> ClaimGraph:
    file = folder / "o.ttl"
    file.write_text(words.turtle(body), encoding="utf-8")
    return project(load(file))


def test_a_claim_said_twice_stands_once_and_names_the_first_axiom(tmp_path: Path) -> None:
    axioms = "SubClassOf(:A ObjectIntersectionOf(:B :C)) ; SubClassOf(:A ObjectIntersectionOf(:B :D))"
    (tmp_path / "o.ofn").write_text(words.functional(axioms), encoding="utf-8")
    graph = project(load(tmp_path / "o.ofn"))
    assert words.claims(graph) == ["A subClassOf B", "A subClassOf C", "A subClassOf D"]
    texts = [graph.ontology.axiom(row).text for row in graph.axiom.tolist()]
    assert texts[0] == texts[1] != texts[2]


def test_claims_are_sorted_whatever_the_order_of_the_triples(tmp_path: Path) -> None:
    lines = [":C rdfs:subClassOf :A .", ":A a owl:Class .", ":B rdfs:subClassOf :A .", ":C owl:disjointWith :B ."]
    first = words.claims(graph_of("\n".join(lines), tmp_path))
    assert words.claims(graph_of("\n".join(reversed(lines)), tmp_path)) == first
    assert first == ["B subClassOf A", "B disjointWith C", "C subClassOf A"]


def test_an_entity_is_what_it_is_used_as(tmp_path: Path) -> None:
    graph = graph_of(
        """:A a owl:Class , owl:NamedIndividual ; owl:deprecated true . :r a owl:ObjectProperty .
        :d a owl:DatatypeProperty . :a a :A ; :r :b ; :d 7 . :n a owl:AnnotationProperty .""", tmp_path
    )  # fmt: skip
    kinds = {text: Kind(int(kind)) for text, kind in zip(graph.ontology.terms.texts, graph.kinds, strict=True)}
    assert kinds["http://e/A"] == Kind.CLASS | Kind.INDIVIDUAL | Kind.DEPRECATED
    assert kinds["http://e/a"] == kinds["http://e/b"] == Kind.INDIVIDUAL
    assert kinds["http://e/r"] == Kind.OBJECT_PROPERTY
    assert kinds["http://e/d"] == Kind.DATA_PROPERTY
    assert kinds["http://e/n"] == Kind.ANNOTATION_PROPERTY
    assert kinds[f'"7"^^{v.XSD}integer'] == Kind.LITERAL


def test_the_narrower_relations_of_one_are_all_below_it_and_itself(tmp_path: Path) -> None:
    graph = graph_of(
        """:r a owl:ObjectProperty ; rdfs:subPropertyOf :s . :s a owl:ObjectProperty ; rdfs:subPropertyOf :t .
        :t a owl:ObjectProperty . :u a owl:ObjectProperty ; owl:equivalentProperty :s .""", tmp_path
    )  # fmt: skip
    texts, ids = graph.ontology.terms.texts, graph.ontology.terms.ids

    def below(name: str) -> list[str]:
        return [texts[i].rsplit("/", 1)[-1] for i in graph.narrower[ids[f"http://e/{name}"]].tolist()]

    assert below("t") == ["r", "s", "t", "u"]
    assert below("u") == below("s") == ["r", "s", "u"]
    assert graph.narrower.get(ids["http://e/r"], [ids["http://e/r"]]) == [ids["http://e/r"]]


def test_an_empty_ontology_has_no_claims_and_nothing_left_out(tmp_path: Path) -> None:
    graph = graph_of("", tmp_path)
    assert len(graph) == 0
    assert graph.unprojected == {}
