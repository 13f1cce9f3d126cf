"""The functional-style writer, against a parser of others."""

from __future__ import annotations

import numpy as np
import pyhornedowl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lithograph.ontology.axioms import ATOM_KINDS, Axiom, Ontology
from lithograph.ontology.functional import axiom_text, document, expression_text, to_functional
from lithograph.ontology.terms import Terms, literal

E = "http://ex.org/"
OWL_CLASS = "http://www.w3.org/2002/07/owl#Class"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
SUBCLASS_OF = "http://www.w3.org/2000/01/rdf-schema#subClassOf"


def small_ontology(*compounds: Axiom) -> Ontology:
    """Two declared classes, one below the other, and some compounds."""
    terms = Terms.of([E + "A", E + "B", TYPE, SUBCLASS_OF, OWL_CLASS])
    triples = [(E + "A", TYPE, OWL_CLASS), (E + "A", SUBCLASS_OF, E + "B"), (E + "B", TYPE, OWL_CLASS)]
    kinds = [ATOM_KINDS.index(k) for k in ("Declaration", "SubClassOf", "Declaration")]
    return Ontology(
        E + "o", E + "o/1", terms,
        np.array([[terms.id(t) for t in triple] for triple in triples], np.int32), np.array(kinds, np.uint8),
        compounds, {}, (),
    )  # fmt: skip


def axioms_read(text: str) -> int:
    """How many axioms py-horned-owl reads in a document."""
    return len(pyhornedowl.open_ontology_from_string(text, "ofn").get_axioms())


def test_a_document_has_one_axiom_a_line_in_row_order() -> None:
    text = to_functional(small_ontology(Axiom("DisjointClasses", (E + "B", E + "A"))))
    assert text.splitlines() == [
        "Ontology(<http://ex.org/o> <http://ex.org/o/1>",
        "Declaration(Class(<http://ex.org/A>))",
        "SubClassOf(<http://ex.org/A> <http://ex.org/B>)",
        "Declaration(Class(<http://ex.org/B>))",
        "DisjointClasses(<http://ex.org/A> <http://ex.org/B>)",
        ")",
    ]


def test_chosen_rows_come_with_every_declaration() -> None:
    ontology = small_ontology(
        Axiom("DisjointClasses", (E + "A", E + "B")), Axiom("HasKey", (E + "A", ("", E + "p"), ("",)))
    )
    text = to_functional(ontology, [4])
    assert "DisjointClasses" not in text
    assert text.count("Declaration(") == 2
    assert "HasKey(<http://ex.org/A> (<http://ex.org/p>) ())" in text


def test_an_axiom_keeps_its_annotations_in_front() -> None:
    axiom = Axiom("SubClassOf", (E + "A", E + "B"), ((E + "note", literal("why", language="en")),))
    expected = 'SubClassOf(Annotation(<http://ex.org/note> "why"@en) <http://ex.org/A> <http://ex.org/B>)'
    assert axiom_text(axiom) == expected


def test_anonymous_individuals_can_be_written_as_named_ones() -> None:
    assert expression_text(("ObjectOneOf", "_:x"), skolem=True) == "ObjectOneOf(<urn:litho:anonymous:x>)"
    assert expression_text(("ObjectOneOf", "_:x")) == "ObjectOneOf(_:x)"


def test_chains_and_facets_keep_their_order() -> None:
    assert expression_text(("ObjectPropertyChain", E + "q", E + "p")).startswith(
        "ObjectPropertyChain(<http://ex.org/q>"
    )
    facet = ("DatatypeRestriction", E + "d", E + "min", literal("1"), E + "max", literal("2"))
    assert expression_text(facet) == (
        'DatatypeRestriction(<http://ex.org/d> <http://ex.org/min> "1" <http://ex.org/max> "2")'
    )


@pytest.mark.parametrize(
    "axiom",
    [
        Axiom("SubClassOf", (E + "A", ("ObjectMinCardinality", 2, E + "p", E + "B"))),
        Axiom("SubClassOf", (E + "A", ("ObjectSomeValuesFrom", ("ObjectInverseOf", E + "p"), E + "B"))),
        Axiom("SubClassOf", (E + "A", ("DataHasValue", E + "d", literal('say "x\\y"\nand z')))),
        Axiom("SubObjectPropertyOf", (("ObjectPropertyChain", E + "p", E + "q"), E + "p")),
        Axiom("HasKey", (E + "A", ("", E + "p"), ("", E + "d"))),
        Axiom("NegativeObjectPropertyAssertion", (E + "p", E + "a", E + "b")),
        Axiom("ClassAssertion", (E + "A", "_:x")),
    ],
    ids=lambda axiom: axiom.kind,
)  # fmt: skip
def test_another_parser_reads_every_construct(axiom: Axiom) -> None:
    assert axioms_read(to_functional(small_ontology(axiom))) == axioms_read(to_functional(small_ontology())) + 1


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"], include_characters="\n\t"), max_size=30))
def test_any_literal_comes_back_through_the_parser(text: str) -> None:
    axiom = Axiom("AnnotationAssertion", (E + "note", E + "A", literal(text, language="en")))
    ontology = pyhornedowl.open_ontology_from_string(document([axiom_text(axiom)], E + "o"), "ofn")
    (component,) = ontology.get_axioms()
    assert component.component.ann.av.literal == text
