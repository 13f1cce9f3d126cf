"""How many claims about random ontologies the rules and the models decide rightly, by construct; HermiT judges.

python tests/support/accuracy.py         draws, judges, and writes docs/explanation/figures/accuracy.svg

Of each construct there are small ontologies of a few named classes, facts and disjointness, with axioms in which it
stands; half of the claims use it too. Those that contradict themselves are left out.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

from hermit_judges import judge
from tried_afresh import XSD, E, ontology_of

from lithograph.core import vocabulary as v
from lithograph.ontology.axioms import Axiom, Expression, Ontology
from lithograph.ontology.graph import Truth
from lithograph.ontology.terms import literal
from lithograph.reason.evidence import Evidence
from lithograph.reason.status import Reasoning, statuses
from lithograph.render.figure import Bar, bars

FIGURE = Path(__file__).parents[2] / "docs" / "explanation" / "figures" / "accuracy.svg"
SEED, NUMBER, EACH, DRAWN = 7, 12, 10, 2
"""The seed; how many ontologies of a construct; claims about each; how many are drawn for each that is wanted."""

Draw = random.Random
ONE, TWO = (literal(n, datatype=XSD + "integer") for n in "12")


def c(rng: Draw) -> str:
    """A class."""
    return E + rng.choice("ABCD")


def i(rng: Draw) -> str:
    """An individual."""
    return E + rng.choice("abc")


def r(rng: Draw) -> str:
    """A property."""
    return E + rng.choice("pqr")


EXPRESSIONS: Mapping[str, Callable[[Draw], Expression]] = {
    "some": lambda x: ("ObjectSomeValuesFrom", r(x), c(x)),
    "only": lambda x: ("ObjectAllValuesFrom", r(x), c(x)),
    "at least": lambda x: ("ObjectMinCardinality", x.choice((1, 2)), r(x), c(x)),
    "at most": lambda x: ("ObjectMaxCardinality", x.choice((0, 1)), r(x), c(x)),
    "exactly": lambda x: ("ObjectExactCardinality", 1, r(x), c(x)),
    "and": lambda x: ("ObjectIntersectionOf", c(x), ("ObjectSomeValuesFrom", r(x), c(x))),
    "or": lambda x: ("ObjectUnionOf", *sorted(x.sample([E + n for n in "ABCD"], 2))),
    "not": lambda x: ("ObjectComplementOf", c(x)),
    "one of": lambda x: ("ObjectOneOf", *sorted(x.sample([E + n for n in "abc"], 2))),
    "value": lambda x: ("ObjectHasValue", r(x), i(x)),
    "self": lambda x: ("ObjectHasSelf", r(x)),
    "inverse": lambda x: ("ObjectSomeValuesFrom", ("ObjectInverseOf", r(x)), c(x)),
    "data": lambda x: x.choice([("DataHasValue", E + "d", x.choice((ONE, TWO))),
                                ("DataSomeValuesFrom", E + "d", XSD + "integer"),
                                ("DataAllValuesFrom", E + "d", ("DataOneOf", ONE)),
                                ("DataMinCardinality", 2, E + "d")]),
}  # fmt: skip
"""Construct of class expressions -> one, drawn."""

AXIOMS: Mapping[str, Callable[[Draw], Axiom]] = {
    "subclass": lambda x: Axiom("SubClassOf", (c(x), c(x))),
    "disjoint": lambda x: Axiom("DisjointClasses", tuple(sorted(x.sample([E + n for n in "ABCD"], 2)))),
    "subproperty": lambda x: Axiom("SubObjectPropertyOf", (r(x), r(x))),
    "chain": lambda x: Axiom("SubObjectPropertyOf", (("ObjectPropertyChain", E + x.choice("pq"), E + "p"), E + "p")),
    "functional": lambda x: Axiom(x.choice(("FunctionalObjectProperty", "InverseFunctionalObjectProperty")), (r(x),)),
    "symmetry": lambda x: Axiom(f"{x.choice(('S', 'As'))}ymmetricObjectProperty", (r(x),)),
    "domain, range": lambda x: Axiom(x.choice(("ObjectPropertyDomain", "ObjectPropertyRange")), (r(x), c(x))),
    "same, different": lambda x: Axiom(x.choice(("SameIndividual", "DifferentIndividuals")),
                                       tuple(sorted(x.sample([E + n for n in "abc"], 2)))),
    "keys": lambda x: Axiom("HasKey", (c(x), ("", r(x)), ("",))),
    "denied facts": lambda x: Axiom("NegativeObjectPropertyAssertion", (r(x), i(x), i(x))),
}  # fmt: skip
"""Construct of axioms -> one, drawn."""


def named(rng: Draw) -> Axiom:
    """A claim, or an axiom, in which no construct stands."""
    return rng.choice([Axiom("SubClassOf", (c(rng), c(rng))), Axiom("ClassAssertion", (c(rng), i(rng))),
                       Axiom("ObjectPropertyAssertion", (r(rng), i(rng), i(rng)))])  # fmt: skip


def using(rng: Draw, construct: str) -> Axiom:
    """An axiom in which a construct stands."""
    if construct in AXIOMS:
        return AXIOMS[construct](rng)
    expression = EXPRESSIONS[construct](rng)
    return rng.choice([Axiom("SubClassOf", (c(rng), expression)), Axiom("SubClassOf", (expression, c(rng))),
                       Axiom("EquivalentClasses", (c(rng), expression)),
                       Axiom("ClassAssertion", (expression, i(rng)))])  # fmt: skip


def asked(rng: Draw, construct: str) -> Axiom:
    """A claim in which a construct of expressions may stand."""
    if construct in AXIOMS or rng.random() < 0.5:
        return named(rng)
    expression = EXPRESSIONS[construct](rng)
    return rng.choice([Axiom("SubClassOf", (c(rng), expression)), Axiom("ClassAssertion", (expression, i(rng)))])


def drawn(rng: Draw, construct: str) -> tuple[Ontology, list[Axiom]]:
    """A random ontology with a construct, and claims about it."""
    apart = Axiom("DisjointClasses", tuple(sorted(rng.sample([E + n for n in "ABCD"], 2))))
    known = [Axiom("ClassAssertion", (v.THING, E + n)) for n in "abc"]  # HermiT knows nothing of one that is not named
    some = [apart, *known, *(named(rng) for _ in range(5)), *(using(rng, construct) for _ in range(rng.randint(1, 4)))]
    return ontology_of(*some), [asked(rng, construct) for _ in range(EACH)]


RIGHT, OPEN, WRONG = "right", "left open", "wrong"


def judged(number: int = NUMBER, seed: int = SEED) -> dict[str, Counter[str]]:
    """Construct -> how many claims are decided rightly, left open, decided wrongly, of those that HermiT decides."""
    names = sorted({*EXPRESSIONS, *AXIOMS})
    cases = [(name, *drawn(random.Random(f"{seed} {name} {n}"), name)) for name in names for n in range(DRAWN * number)]
    counts: dict[str, Counter[str]] = {name: Counter() for name in names}
    told = judge([(ontology, claims) for _, ontology, claims in cases])
    for (name, ontology, claims), meant in zip(cases, told, strict=True):
        if None in meant or "inconsistent" in meant or counts[name].total() >= number * EACH:
            continue
        for evidence, truth in zip(statuses(Reasoning.of(ontology), claims), meant, strict=True):
            counts[name][_verdict(evidence, str(truth))] += 1
    return counts


def _verdict(evidence: Evidence, meant: str) -> str:
    if evidence.truth is None:
        return OPEN
    said = "entailed" if evidence.truth is Truth.ASSERTED else evidence.truth.name.lower()
    return RIGHT if said == meant else WRONG


def figure(counts: Mapping[str, Counter[str]]) -> str:
    """Three panels of bars: what is right, left open, wrong."""
    order = sorted(counts, key=lambda name: (-counts[name][RIGHT] / max(counts[name].total(), 1), name))
    panels = []
    for verdict, colour in ((RIGHT, "#4c8c6b"), (OPEN, "#c9a23f"), (WRONG, "#a8453a")):
        rows: list[Bar] = [(name if verdict == RIGHT else "", counts[name][verdict] / max(counts[name].total(), 1),
                            f"{counts[name][verdict]} of {counts[name].total()}") for name in order]  # fmt: skip
        panels.append((verdict, colour, rows))
    total: Counter[str] = sum(counts.values(), Counter())
    return bars(f"{total.total():,} claims about random ontologies, judged by HermiT", panels)


def main() -> int:
    """Write the figure; 1 where a claim is decided wrongly."""
    counts = judged()
    FIGURE.write_text(figure(counts), encoding="utf-8", newline="\n")
    for name, found in counts.items():
        print(f"{name}: {found[RIGHT]} right, {found[OPEN]} left open, {found[WRONG]} wrong")
    total: Counter[str] = sum(counts.values(), Counter())
    print(f"all: {total[RIGHT]} right, {total[OPEN]} left open, {total[WRONG]} wrong")
    return 1 if total[WRONG] else 0


if __name__ == "__main__":
    sys.exit(main())
