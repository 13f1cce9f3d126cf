"""Patterns of OWL 2 DL axioms over a few names, filled by chance: for the tests that referee models."""

from __future__ import annotations

import random
from collections.abc import Callable

CLASSES = (
    "ObjectSomeValuesFrom({r} {c})", "ObjectAllValuesFrom({r} {c})", "ObjectHasValue({r} {i})", "DataHasValue({d} {v})",
    "ObjectMinCardinality({n} {s} {c})", "ObjectMaxCardinality({n} {s} {c})", "ObjectExactCardinality(1 {s} {c})",
    "DataMinCardinality({n} {d})", "DataMaxCardinality(1 {d})", "ObjectIntersectionOf({c} {c})",
    "ObjectUnionOf({c} {c})", "ObjectSomeValuesFrom(ObjectInverseOf({r}) {c})", "ObjectComplementOf({c})",
    "ObjectOneOf({i} {i})", "ObjectHasSelf({s})", "DataSomeValuesFrom({d} xsd:integer)",
    "DataAllValuesFrom({d} DataOneOf({v} {v}))", "ObjectIntersectionOf({c} ObjectComplementOf({c}))",
    "ObjectSomeValuesFrom({r} ObjectIntersectionOf({c} ObjectSomeValuesFrom({r} {c})))",
)  # fmt: skip
AXIOMS = (
    "SubClassOf({c} {c})", "SubClassOf({c} {e})", "SubClassOf({c} {e})", "SubClassOf({e} {c})",
    "EquivalentClasses({c} {e})", "DisjointClasses({c} {c})", "DisjointClasses({c} {e})", "ClassAssertion({c} {i})",
    "ClassAssertion({e} {i})", "ObjectPropertyAssertion({r} {i} {i})", "ObjectPropertyAssertion({r} _:b {i})",
    "DataPropertyAssertion({d} {i} {v})", "SubObjectPropertyOf({s} {r})", "SubDataPropertyOf({d} {d})",
    "InverseObjectProperties({r} {r})", "SymmetricObjectProperty({s})", "AsymmetricObjectProperty({s})",
    "ReflexiveObjectProperty({r})", "IrreflexiveObjectProperty({s})", "FunctionalObjectProperty({s})",
    "InverseFunctionalObjectProperty({s})", "ObjectPropertyDomain({r} {c})", "ObjectPropertyRange({r} {c})",
    "DataPropertyDomain({d} {c})", "DataPropertyRange({d} xsd:integer)", "FunctionalDataProperty({d})",
    "TransitiveObjectProperty(:r0)", "SubObjectPropertyOf(ObjectPropertyChain({s} :r0) :r0)", "SameIndividual({i} {i})",
    "DifferentIndividuals({i} {i})", "NegativeObjectPropertyAssertion({r} {i} {i})", "HasKey({c} () ({d}))",
    "DisjointUnion({c} {c} {c})", "DisjointObjectProperties({s} {s})",
)  # fmt: skip
POOLS = {
    "c": [f":C{i}" for i in range(4)], "r": [":r0", ":s0", ":s1"], "s": [":s0", ":s1"], "d": [":d0", ":d1"],
    "i": [f":i{i}" for i in range(3)], "v": ['"1"^^xsd:integer', '"2"^^xsd:integer', '"x"'], "n": ["0", "1", "2"],
}  # fmt: skip
SORTS = {"c": "Class", "i": "NamedIndividual", "r": "ObjectProperty", "d": "DataProperty"}
DECLARED = [f"Declaration({sort}({name}))" for pool, sort in SORTS.items() for name in POOLS[pool]]


def filled(rng: random.Random, pattern: str) -> str:
    """A pattern with its places filled; only simple roles stand at `s`, as OWL 2 DL wants it."""
    choices: dict[str, Callable[[], str]] = {name: lambda pool=pool: rng.choice(pool) for name, pool in POOLS.items()}  # type: ignore[misc]
    choices["e"] = lambda: filled(rng, rng.choice(CLASSES))
    first, *parts = pattern.split("{")
    return first + "".join(choices[part[0]]() + part[2:] for part in parts)
