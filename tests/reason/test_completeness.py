"""The table of where silence decides: on random EL ontologies, with completion rules of a page, HermiT agrees."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from itertools import product

import claims_in_words as words
import pytest
from hermit_judges import judge

from lithograph.core.vocabulary import NOTHING, THING
from lithograph.ontology.axioms import Axiom, Expression, Ontology
from lithograph.reason.profiles.completeness import (
    SOURCES,
    TABLE,
    Ask,
    Completeness,
    Shape,
    complete_for,
    member_decides,
    shape_of,
    usable,
)  # fmt: skip
from lithograph.reason.profiles.profile import Profile, profiles
from lithograph.reason.question import logical_rows

NAMES = [f":A{i}" for i in range(5)]
ROLES = [":r", ":s", ":t"]
AXIOMS = ("SubClassOf({c} {c})", "SubClassOf({c} {x})", "SubClassOf({c} {x})", "SubClassOf({x} {c})",
          "EquivalentClasses({c} {x})", "DisjointClasses({c} {c})", "SubObjectPropertyOf({r} {r})",
          "SubObjectPropertyOf(ObjectPropertyChain({r} {r}) :t)", "ObjectPropertyDomain({r} {c})",
          "SubClassOf({x} owl:Nothing)")  # fmt: skip
EXPRESSIONS = ("ObjectIntersectionOf({c} {c})", "ObjectSomeValuesFrom({r} {c})",
               "ObjectIntersectionOf({c} ObjectSomeValuesFrom({r} {c}))")  # fmt: skip

Rules = tuple[list[tuple[Expression, Expression]], dict[str, set[str]], list[tuple[str, str, str]]]


def filled(rng: random.Random, pattern: str) -> str:
    choices: dict[str, Callable[[], str]] = {
        "c": lambda: rng.choice(NAMES),
        "r": lambda: rng.choice(ROLES),
        "x": lambda: filled(rng, rng.choice(EXPRESSIONS)),
    }
    first, *parts = pattern.split("{")
    return first + "".join(choices[part[0]]() + part[2:] for part in parts)


def drawn(seed: int) -> Ontology:
    """Eight random EL axioms; `:t` is the one property above a chain, as a regular order wants it."""
    rng = random.Random(seed)
    declared = [f"Declaration(Class({n}))" for n in NAMES] + [f"Declaration(ObjectProperty({r}))" for r in ROLES]
    axioms = [filled(rng, rng.choice(AXIOMS)) for _ in range(8)]
    return words.graph_of(words.functional(" ; ".join(declared + axioms)), "ofn").ontology


def said_by(ontology: Ontology) -> Rules:
    """(inclusions, property -> those above it and itself, chains) of an EL ontology."""
    inclusions: list[tuple[Expression, Expression]] = []
    above = {f"http://e/{r[1:]}": {f"http://e/{r[1:]}"} for r in ROLES}
    chains: list[tuple[str, str, str]] = []
    for axiom in map(ontology.axiom, logical_rows(ontology)):
        o = axiom.operands
        if axiom.kind == "SubClassOf":
            inclusions.append((o[0], o[1]))
        elif axiom.kind == "EquivalentClasses":
            inclusions += [(o[0], o[1]), (o[1], o[0])]
        elif axiom.kind == "DisjointClasses":
            inclusions.append((("ObjectIntersectionOf", o[0], o[1]), NOTHING))
        elif axiom.kind == "ObjectPropertyDomain":
            inclusions.append((("ObjectSomeValuesFrom", o[0], THING), o[1]))
        elif isinstance(o[0], tuple):
            chains.append((str(o[0][1]), str(o[0][2]), str(o[1])))
        else:
            above[str(o[0])].add(str(o[1]))
    for _ in ROLES:
        above = {r: set().union(*(above[x] for x in up)) for r, up in above.items()}
    return inclusions, above, chains


class Completion:
    """The canonical model as the completion rules build it: an element for the start and for every filler."""

    def __init__(self, rules: Rules, start: tuple[Expression, ...]) -> None:
        self.rules = rules
        self.types: dict[Expression, set[Expression]] = {"start": set(start) | {THING}}
        self.links: set[tuple[Expression, str, Expression]] = set()
        size = -1
        while size != self.size():
            size = self.size()
            for e, (inside, due) in product(list(self.types), rules[0]):
                if self.holds(e, inside):
                    self.make(e, due)
            for (a, p, b), (c, q, d) in product(list(self.links), repeat=2):
                for first, second, whole in rules[2]:
                    if b == c and (p, q) == (first, second):
                        self.link(a, whole, d)
            for a, _, b in self.links:
                if NOTHING in self.types[b]:
                    self.types[a].add(NOTHING)

    def size(self) -> int:
        return len(self.links) + sum(map(len, self.types.values()))

    def link(self, one: Expression, prop: str, other: Expression) -> None:
        self.links.update((one, up, other) for up in self.rules[1][prop])

    def holds(self, e: Expression, x: Expression) -> bool:
        if not isinstance(x, tuple):
            return x in self.types[e] or NOTHING in self.types[e]
        if x[0] == "ObjectIntersectionOf":
            return all(self.holds(e, part) for part in x[1:])
        return any(a == e and p == x[1] and self.holds(b, x[2]) for a, p, b in self.links) or NOTHING in self.types[e]

    def make(self, e: Expression, x: Expression) -> None:
        if not isinstance(x, tuple):
            self.types[e].add(x)
        elif x[0] == "ObjectIntersectionOf":
            for part in x[1:]:
                self.make(e, part)
        else:
            self.types.setdefault(x[2], {THING})
            self.make(x[2], x[2])
            self.link(e, str(x[1]), x[2])

    @property
    def empty(self) -> bool:
        return NOTHING in self.types["start"]


def silence(rules: Rules, claim: Axiom) -> tuple[bool, bool | None]:
    """(whether the rules are silent on a claim's being entailed; on its being refuted, None where nothing is asked)."""
    one, other = claim.operands
    if claim.kind == "DisjointClasses":
        return not Completion(rules, (one, other)).empty, None
    both = Completion(rules, (one,))
    both.make("start", other)
    joined = Completion((rules[0] + [(("ObjectIntersectionOf", one), other)], *rules[1:]), (one,))
    entailed = Completion(rules, (one,)).holds("start", other)
    return not entailed, not joined.empty


def compared(seeds: range) -> tuple[Counter[str], list[str]]:
    """How many claims of each status; and those on which silence and HermiT differ."""
    drawings, counts, wrong = [], Counter[str](), []
    for seed in seeds:
        rng = random.Random(seed + 10_000)
        names = [f"http://e/{n[1:]}" for n in NAMES]
        claims = [Axiom("SubClassOf", tuple(rng.sample(names, 2))) for _ in range(4)]
        claims += [Axiom("SubClassOf", (rng.choice(names), ("ObjectSomeValuesFrom", f"http://e/{rng.choice('rst')}",
                                                            rng.choice(names)))) for _ in range(2)]  # fmt: skip
        claims += [Axiom("DisjointClasses", tuple(sorted(rng.sample(names, 2)))) for _ in range(2)]
        drawings.append((drawn(seed), claims))
    for (ontology, claims), told in zip(drawings, judge(drawings), strict=True):
        if Profile.EL not in usable(profiles(ontology), ontology):
            counts["outside"] += 1
            continue
        rules = said_by(ontology)
        for claim, status in zip(claims, told, strict=True):
            if status is None or Completion(rules, (claim.operands[0],)).empty:
                continue  # of a class without members everything follows, and O⁺ is inconsistent
            counts[status] += 1
            entailed, refuted = silence(rules, claim)
            decides = decided_by_member(rules, claim) if claim.kind == "SubClassOf" else None
            counts["decided by the member"] += decides is not None
            sides = (entailed is (status != "entailed"), refuted in (None, status != "refuted"))
            if not all(sides) or (decides is not None and decides is not (status == "refuted")):
                wrong.append(f"{claim.text}: {status}, silence {entailed, refuted}, member {decides}")
    return counts, wrong


def decided_by_member(rules: Rules, claim: Axiom) -> bool | None:
    """Whether the claim is refuted, as the unsatisfiability of subject ⊓ X tells; None where it does not decide."""
    subject, other = claim.operands
    met = Completion((rules[0] + [("fresh", subject), ("fresh", other)], *rules[1:]), ("fresh",))
    if met.empty:
        return True
    reached = [types for element, types in met.types.items() if element != "start"]
    decides = member_decides(str(subject), [{str(t) for t in types} for types in reached], ())
    return False if decides else None


def test_silence_decides_in_random_el_ontologies_as_hermit_does() -> None:
    counts, wrong = compared(range(25))
    assert wrong == []
    assert min(counts[status] for status in ("entailed", "refuted", "unknown")) > 2
    assert counts["decided by the member"] > 30


@pytest.mark.slow
def test_silence_decides_in_many_random_el_ontologies_as_hermit_does() -> None:
    counts, wrong = compared(range(1000, 1400))
    assert wrong == []
    assert counts["refuted"] > 50


def test_the_member_alone_does_not_decide_where_a_successor_is_a_member() -> None:
    text = "SubClassOf(:A ObjectSomeValuesFrom(:r :C)) ; SubClassOf(:C :A) ; DisjointClasses(:C :B)"
    ontology = words.graph_of(words.functional(text), "ofn").ontology
    claim = Axiom("SubClassOf", ("http://e/A", "http://e/B"))
    assert judge([(ontology, [claim])]) == [["refuted"]]
    rules = said_by(words.graph_of(words.functional(text), "ofn").ontology)
    assert not Completion(rules, claim.operands).empty
    assert decided_by_member(rules, claim) is None


def test_a_cell_stands_once_and_names_its_source() -> None:
    assert len({(c.profile, c.shape, c.side) for c in TABLE}) == len(TABLE)
    assert {c.source for c in TABLE} == set(SOURCES)
    assert {c.side for c in TABLE} == {"entailed", "refuted"}


def test_silence_decides_nothing_that_was_not_asked() -> None:
    claim = Axiom("SubClassOf", ("http://e/A", "http://e/B"))
    assert complete_for(Profile.RL, claim) == Completeness(None, None)
    assert complete_for(Profile.RL, claim, {Ask.MEMBER, Ask.SUPPOSED}) == Completeness("PR1+", "PR1+")
    only = Axiom("SubClassOf", ("http://e/A", ("ObjectAllValuesFrom", "http://e/r", "http://e/B")))
    assert shape_of(only) is Shape.ONLY
    assert complete_for(Profile.EL, only, tuple(Ask)) == Completeness(None, None)
    assert complete_for(Profile.DL, claim, tuple(Ask)) == Completeness(None, None)


@pytest.mark.parametrize(
    ("axioms", "inside"),
    [
        ("SubClassOf(:A ObjectSomeValuesFrom(:r :B))", ["EL"]),
        ("SubClassOf(:A ObjectAllValuesFrom(:r :B))", ["RL"]),
        ("SubClassOf(:A ObjectSomeValuesFrom(:r :B)) ; SubClassOf(:A ObjectAllValuesFrom(:r :B))", []),
        ("SubClassOf(:A ObjectHasValue(:r :a))", ["RL"]),
        ("SubClassOf(:A :B) ; ClassAssertion(:A :B)", ["EL"]),
        ("SubClassOf(:A :B)", ["EL", "RL"]),
    ],
)
def test_a_mixture_is_in_neither_profile(axioms: str, inside: list[str]) -> None:
    ontology = words.graph_of(words.functional(axioms), "ofn").ontology
    assert list(usable(profiles(ontology), ontology)) == inside
