"""Random axioms about a shop of pumps, in every construct of OWL 2, for the tests that read, write and say them."""

from __future__ import annotations

from hypothesis import strategies as st

from lithograph.core import vocabulary as v
from lithograph.ontology.axioms import Axiom, Expression
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
