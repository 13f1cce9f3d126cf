"""Claims as they are typed: what the writer writes is read back, names are found, slips are refused in one line."""

from __future__ import annotations

from pathlib import Path

import claims_in_words as words
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lithograph.core import vocabulary as v
from lithograph.core.errors import LithographError
from lithograph.ontology.axioms import Axiom, Expression, Ontology
from lithograph.ontology.functional import term_text
from lithograph.ontology.load import load
from lithograph.ontology.manchester import manchester
from lithograph.ontology.names import Names, names_of
from lithograph.ontology.read_manchester import in_order, read_axiom, read_triple
from lithograph.ontology.terms import literal

E = "http://e/"
SHOP = """
:Pump a owl:Class ; rdfs:label "pump"@en , "насос"@ru .
:Valve a owl:Class ; rdfs:label "safety valve"@en .
:Seal a owl:Class ; rdfs:label "seal"@en . :Animal a owl:Class ; rdfs:label "seal"@en .
:Type a owl:Class . :and a owl:Class .
:hasPart a owl:ObjectProperty ; rdfs:label "has part"@en . :drives a owl:ObjectProperty .
:weight a owl:DatatypeProperty . :code a owl:DatatypeProperty .
:anna a owl:NamedIndividual . :bert a owl:NamedIndividual ; rdfs:label "O'Brien"@en .
:both a owl:Class , owl:NamedIndividual .
:Short a rdfs:Datatype .
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Ontology:
    file = tmp_path_factory.mktemp("shop") / "shop.ttl"
    file.write_text(words.turtle(SHOP), encoding="utf-8")
    return load(file)


@pytest.fixture(scope="module")
def names(shop: Ontology) -> Names:
    return names_of(shop)


# ---- what is written is read back

CLASSES = st.sampled_from([E + "Pump", E + "Valve", E + "Seal", E + "Animal", E + "and", E + "Type", v.THING])
INDIVIDUALS = st.sampled_from([E + "anna", E + "bert", E + "both", "_:b0"])
OBJECT = st.sampled_from([E + "hasPart", E + "drives"])
DATA = st.sampled_from([E + "weight", E + "code"])
RELATIONS = st.one_of(OBJECT, OBJECT.map(lambda r: ("ObjectInverseOf", r)))
LITERALS = st.one_of(
    st.integers(-9, 9).map(lambda n: literal(str(n), datatype=v.XSD + "integer")),
    st.sampled_from(["2.5", "-0.5"]).map(lambda n: literal(n, datatype=v.XSD + "decimal")),
    st.text("ab \"'\\,{}<\n", max_size=5).map(literal),
    st.text("ab'", max_size=3).map(lambda t: literal(t, language="en")),
    st.just(literal("true", datatype=v.XSD + "boolean")),
)
NUMBERS = st.integers(0, 3)
DATATYPES = st.sampled_from([v.XSD + "integer", v.XSD + "string", E + "Short"])
FACETS = st.lists(
    st.tuples(st.sampled_from([v.XSD + "minInclusive", v.XSD + "maxExclusive", v.XSD + "length"]), LITERALS),
    min_size=1, max_size=2, unique=True,
).map(lambda pairs: [part for pair in sorted(pairs) for part in pair])  # fmt: skip


def several(of: st.SearchStrategy[Expression]) -> st.SearchStrategy[tuple[Expression, ...]]:
    return st.lists(of, min_size=2, max_size=3, unique_by=repr).map(tuple)


def ranges() -> st.SearchStrategy[Expression]:
    plain = st.one_of(
        DATATYPES,
        st.tuples(DATATYPES, FACETS).map(lambda t: ("DatatypeRestriction", t[0], *t[1])),
        st.lists(LITERALS, min_size=1, max_size=2, unique=True).map(lambda ls: ("DataOneOf", *ls)),
    )
    return st.recursive(plain, lambda of: st.one_of(
        of.map(lambda e: ("DataComplementOf", e)), several(of).map(lambda es: ("DataUnionOf", *es)),
        several(of).map(lambda es: ("DataIntersectionOf", *es)),
    ), max_leaves=3)  # fmt: skip


def larger(of: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    bound = st.sampled_from(["MinCardinality", "MaxCardinality", "ExactCardinality"])
    quantifier = st.sampled_from(["SomeValuesFrom", "AllValuesFrom"])
    return st.one_of(
        several(of).map(lambda es: ("ObjectIntersectionOf", *es)),
        several(of).map(lambda es: ("ObjectUnionOf", *es)),
        of.map(lambda e: ("ObjectComplementOf", e)),
        st.tuples(quantifier, RELATIONS, of).map(lambda t: ("Object" + t[0], *t[1:])),
        st.tuples(bound, NUMBERS, RELATIONS, of.filter(lambda e: e != v.THING)).map(
            lambda t: ("Object" + t[0], *t[1:])
        ),
        st.tuples(bound, NUMBERS, RELATIONS).map(lambda t: ("Object" + t[0], *t[1:])),
        st.tuples(RELATIONS, INDIVIDUALS).map(lambda t: ("ObjectHasValue", *t)),
        RELATIONS.map(lambda r: ("ObjectHasSelf", r)),
        st.tuples(DATA, LITERALS).map(lambda t: ("DataHasValue", *t)),
        st.tuples(quantifier, DATA, ranges()).map(lambda t: ("Data" + t[0], *t[1:])),
        st.tuples(bound, NUMBERS, DATA, ranges()).map(lambda t: ("Data" + t[0], *t[1:])),
        st.lists(INDIVIDUALS, min_size=1, max_size=3, unique=True).map(lambda xs: ("ObjectOneOf", *xs)),
    )


EXPRESSIONS = st.recursive(CLASSES, larger, max_leaves=5)
CHAINS = st.lists(RELATIONS, min_size=2, max_size=3).map(lambda rs: ("ObjectPropertyChain", *rs))
OBJECT_KINDS = st.sampled_from(["Functional", "InverseFunctional", "Transitive", "Symmetric", "Asymmetric",
                                "Reflexive", "Irreflexive"])  # fmt: skip


def axiom(kind: str, *operands: st.SearchStrategy[Expression]) -> st.SearchStrategy[Axiom]:
    return st.tuples(*operands).map(lambda t: Axiom(kind, t))


AXIOMS = st.one_of(
    axiom("SubClassOf", EXPRESSIONS, EXPRESSIONS),
    several(EXPRESSIONS).map(lambda es: Axiom("EquivalentClasses", es)),
    several(EXPRESSIONS).map(lambda es: Axiom("DisjointClasses", es)),
    axiom("ClassAssertion", EXPRESSIONS, INDIVIDUALS),
    axiom("ObjectPropertyAssertion", RELATIONS, INDIVIDUALS, INDIVIDUALS.filter(lambda i: i != E + "both")),
    axiom("NegativeObjectPropertyAssertion", OBJECT, st.just(E + "anna"), INDIVIDUALS),
    axiom("DataPropertyAssertion", DATA, INDIVIDUALS, LITERALS),
    axiom("NegativeDataPropertyAssertion", DATA, st.just(E + "anna"), LITERALS),
    several(INDIVIDUALS).map(lambda xs: Axiom("SameIndividual", xs)),
    several(INDIVIDUALS).map(lambda xs: Axiom("DifferentIndividuals", xs)),
    axiom("SubObjectPropertyOf", st.one_of(RELATIONS, CHAINS), RELATIONS),
    axiom("SubDataPropertyOf", DATA, DATA),
    several(RELATIONS).map(lambda rs: Axiom("EquivalentObjectProperties", rs)),
    several(DATA).map(lambda rs: Axiom("DisjointDataProperties", rs)),
    axiom("InverseObjectProperties", RELATIONS, RELATIONS),
    axiom("ObjectPropertyDomain", RELATIONS, EXPRESSIONS),
    axiom("ObjectPropertyRange", RELATIONS, EXPRESSIONS),
    axiom("DataPropertyRange", DATA, ranges()),
    st.tuples(OBJECT_KINDS, RELATIONS).map(lambda t: Axiom(f"{t[0]}ObjectProperty", (t[1],))),
    DATA.map(lambda r: Axiom("FunctionalDataProperty", (r,))),
    axiom("DatatypeDefinition", st.just(E + "Short"), ranges()),
    st.just(Axiom("HasKey", (E + "Pump", ("", E + "drives"), ("", E + "code", E + "weight")))),
    several(CLASSES.filter(lambda c: c not in (v.THING, E + "Pump"))).map(
        lambda es: Axiom("DisjointUnion", (E + "Pump", *sorted(es)))
    ),
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(said=AXIOMS)
def test_an_axiom_in_manchester_syntax_is_read_back(names: Names, said: Axiom) -> None:
    text = manchester(in_order(said), term_text)
    assert read_axiom(text, names).text == said.text, text


# ---- how names are found

PART_OF_PUMP = Axiom("SubClassOf", (E + "Pump", ("ObjectSomeValuesFrom", E + "hasPart", E + "Valve")))


@pytest.mark.parametrize("text", [
    "Pump SubClassOf hasPart some Valve", ":Pump SubClassOf: :hasPart some :Valve",
    "<http://e/Pump> SubClassOf <http://e/hasPart> some <http://e/Valve>", "насос SubClassOf 'has part' some Valve",
    "'Pump' subclassof 'has part' some 'safety valve'", "pump SubClassOf HASPART some (Valve)",
    "Pump hasPart Valve", "Pump SubClassOf (hasPart some Valve)",
])  # fmt: skip
def test_a_name_is_a_prefixed_name_an_iri_its_end_or_a_label(names: Names, text: str) -> None:
    assert read_axiom(text, names) == PART_OF_PUMP


@pytest.mark.parametrize(("triple", "text"), [
    (("Pump", "subClassOf", "Valve"), "Pump SubClassOf Valve"),
    (("насос", "has part", "safety valve"), "Pump SubClassOf hasPart some Valve"),
    (("anna", "a", "Pump"), "anna Type Pump"),
    (("anna", "type", "hasPart some Valve"), "anna Type hasPart some Valve"),
    (("anna", "drives", "O'Brien"), "anna drives bert"),
    (("Pump", "drives", "anna"), "Pump SubClassOf drives value anna"),
    (("Pump", "disjointWith", "http://e/Valve"), "Pump DisjointWith Valve"),
    (("Pump", "weight", "5"), 'Pump SubClassOf weight value "5"'),
    (("anna", "weight", '"5"^^xsd:decimal'), 'anna weight "5"'),
    (("Pump", "weight", "xsd:decimal"), "Pump SubClassOf weight some decimal"),
    (("both", "drives", "anna"), "both drives anna"),
    (("both", "drives", "Pump"), "both SubClassOf drives some Pump"),
])  # fmt: skip
def test_three_words_are_an_axiom(names: Names, triple: tuple[str, str, str], text: str) -> None:
    assert manchester(read_triple(*triple, names)) == text


def test_a_relation_that_is_asserted_of_classes_as_such_is_read_so(tmp_path: Path) -> None:
    file = tmp_path / "punned.ttl"
    file.write_text(words.turtle("""
        :Gear a owl:Class , owl:NamedIndividual ; :like :Adapter . :Adapter a owl:Class , owl:NamedIndividual .
        :Tooth a owl:Class . :like a owl:ObjectProperty . :hasPart a owl:ObjectProperty .
    """), encoding="utf-8")  # fmt: skip
    names = names_of(load(file))
    assert manchester(read_axiom("Gear like Adapter", names)) == "Gear like Adapter"
    assert manchester(read_axiom("Gear hasPart Adapter", names)) == "Gear SubClassOf hasPart some Adapter"
    assert manchester(read_axiom("Gear like Tooth", names)) == "Gear SubClassOf like some Tooth"


def test_a_claim_about_a_class_can_be_denied(names: Names) -> None:
    assert manchester(read_axiom("Pump not hasPart Valve", names)) == "Pump SubClassOf not (hasPart some Valve)"
    assert manchester(read_axiom("anna not drives bert", names)) == "anna not drives bert"


def test_a_claim_that_the_ontology_says_has_the_id_of_its_axiom(shop: Ontology, names: Names, tmp_path: Path) -> None:
    file = tmp_path / "said.ttl"
    file.write_text(words.turtle(SHOP + """
        :Pump owl:equivalentClass [ a owl:Class ; owl:intersectionOf ( :Valve
            [ a owl:Restriction ; owl:onProperty :hasPart ; owl:onClass :Seal ; owl:minQualifiedCardinality 2 ] ) ] .
    """), encoding="utf-8")  # fmt: skip
    ids = load(file).axiom_ids()
    assert read_axiom("Pump EquivalentTo (hasPart min 2 :Seal) and Valve", names).id in ids


# ---- what is refused

MISTAKES = {
    "Pmup SubClassOf Valve": "no class is called 'Pmup' (nearest: Pump)",
    "Pump hasParts Valve": "no object property or data property is called 'hasParts' (nearest: hasPart, 'has part')",
    "Pump SubClassOf anna": "no class is called 'anna' (it is the name of an individual)",
    "Pump DisjointWith seal": "2 entities are called 'seal' where one class is due (<http://e/Animal>,",
    "Pump SubClassOf nowhere:Valve": "the prefix of 'nowhere:Valve' is not declared",
    "Pump SubClassOf hasPart some": "it breaks off where more is due",
    "Pump SubClassOf hasPart min Valve": "'Valve' stands where a number is due",
    "Pump SubClassOf (hasPart some Valve": "')' is missing",
    "Pump SubClassOf Valve Pump": "'Pump' stands where the axiom is at its end",
    "Pump SubClassOf inverse hasPart": "one of some, only, value, min, max, exactly, Self is due behind a relation",
    "Pump SubClassOf weight value heavy": "'heavy' stands where a value is due",
    "Pump SubClassOf weight some integer[below 5]": "'below' stands where a facet is due",
    "Pump SubClassOf 'safety": "a quotation mark at character 17 is not closed ('safety)",
    "hasPart Characteristics: Sticky": "'Sticky' is no characteristic of a relation",
    "Pump": "it is no axiom (an axiom has a subject, a relation and an object)",
    "": "nothing is said",
}


@pytest.mark.parametrize("text", MISTAKES)
def test_what_cannot_be_read_is_one_line_that_says_why(names: Names, text: str) -> None:
    with pytest.raises(LithographError) as refused:
        read_axiom(text, names)
    assert str(refused.value).startswith(f"claim: {MISTAKES[text]}")
    assert "\n" not in str(refused.value) and refused.value.cure
