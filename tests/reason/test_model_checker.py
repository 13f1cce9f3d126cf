"""The model checker against HermiT: a finite interpretation, written out as an ontology, is consistent with the axioms
that hold in it, and with no others."""

from __future__ import annotations

import random
from collections import Counter

import claims_in_words as words
import pytest
from drawn_axioms import AXIOMS, DECLARED, POOLS, filled
from hermit_judges import judge

from lithograph.core.vocabulary import THING, XSD
from lithograph.ontology.axioms import Axiom, Ontology
from lithograph.reason.models.check import violated
from lithograph.reason.models.structure import Interpretation
from lithograph.reason.models.values import value_of

E = "http://e/"
VALUES = {text: value_of(text.replace("xsd:", XSD)) for text in POOLS["v"]}
MORE = (
    "EquivalentObjectProperties({r} {r})", "EquivalentDataProperties({d} {d})", "DisjointDataProperties({d} {d})",
    "NegativeDataPropertyAssertion({d} {i} {v})", "EquivalentClasses({c} {c} {e})", "HasKey({c} ({r}) ())",
    "SubClassOf({e} {e})", "DifferentIndividuals({i} {i} {i})", "ObjectPropertyDomain({r} {e})",
    "ObjectPropertyRange(ObjectInverseOf({r}) {e})", "SubObjectPropertyOf({r} owl:bottomObjectProperty)",
    "SubObjectPropertyOf({r} owl:topObjectProperty)", "SubClassOf({c} ObjectAllValuesFrom({r} owl:Nothing))",
    "SubObjectPropertyOf(ObjectPropertyChain({s} {s} {r}) :r0)", "EquivalentClasses({c} ObjectHasSelf({s}))",
    "SubClassOf(owl:Thing {e})", "SubClassOf({c} DataExactCardinality(1 {d} xsd:integer))",
    "SubClassOf({c} DataSomeValuesFrom({d} DatatypeRestriction(xsd:integer xsd:minInclusive {w})))",
    "DataPropertyRange({d} DataUnionOf(DataOneOf({v}) xsd:string))",
    "DataPropertyRange({d} DataComplementOf(DataOneOf({v})))",
    "SubClassOf({c} ObjectUnionOf({e} {e}))", "DisjointClasses({c} {c} {c})",
)  # fmt: skip


def interpretation(rng: random.Random) -> Interpretation:
    """Three elements, each the one that an individual denotes; everything else by chance."""
    elements = range(3)
    pairs = [(a, b) for a in elements for b in elements]
    return Interpretation(
        3,
        {E + c[1:]: frozenset(e for e in elements if rng.random() < 0.5) for c in POOLS["c"]},
        {E + r[1:]: frozenset(p for p in pairs if rng.random() < rng.choice((0.1, 0.3, 0.6))) for r in POOLS["r"]},
        {E + d[1:]: frozenset((e, VALUES[rng.choice(POOLS["v"])]) for e in (*elements, *elements) if rng.random() < 0.5)
         for d in POOLS["d"]},
        {E + i[1:]: e for e, i in enumerate(POOLS["i"])},
    )  # fmt: skip


def written_out(made: Interpretation) -> list[str]:
    """Axioms of which the interpretation is the one model up to other datatypes' values."""
    inverse = {e: f":{name.removeprefix(E)}" for name, e in made.individuals.items()}
    everything = " ".join(POOLS["i"])
    out = [f"DifferentIndividuals({everything})", f"EquivalentClasses(owl:Thing ObjectOneOf({everything}))"]
    for e, name in inverse.items():
        for c, members in made.classes.items():
            of = f":{c.removeprefix(E)}"
            out.append(f"ClassAssertion({of if e in members else f'ObjectComplementOf({of})'} {name})")
        for r, pairs in made.objects.items():
            for other, other_name in inverse.items():
                sign = "" if (e, other) in pairs else "Negative"
                out.append(f"{sign}ObjectPropertyAssertion(:{r.removeprefix(E)} {name} {other_name})")
        for d, filled_by in made.data.items():
            held = [text for text, value in VALUES.items() if (e, value) in filled_by]
            of = f":{d.removeprefix(E)}"
            out += [f"DataPropertyAssertion({of} {name} {text})" for text in held]
            out.append(f"ClassAssertion(DataAllValuesFrom({of} DataOneOf({' '.join(held)})) {name})" if held
                       else f"ClassAssertion(DataMaxCardinality(0 {of}) {name})")  # fmt: skip
    return out


def ontology_of(axioms: list[str]) -> Ontology:
    return words.graph_of(words.functional(" ; ".join(DECLARED + axioms)), "ofn").ontology


def compared(seeds: range) -> tuple[Counter[tuple[str, bool]], list[str]]:
    """(kind of axiom, whether it holds) to how often; and the axioms on which checker and HermiT differ."""
    cases: list[tuple[str, bool]] = []
    asked: list[tuple[Ontology, list[Axiom]]] = []
    for seed in seeds:
        rng = random.Random(seed)
        made = interpretation(rng)
        for _ in range(4):
            text = filled(rng, rng.choice(AXIOMS + MORE).replace("{w}", rng.choice(POOLS["v"][:2]))).replace(
                "_:b", ":i0"
            )
            cases.append((text, violated(made, ontology_of([text])) is None))
            asked.append((ontology_of([*written_out(made), text]), [Axiom("SubClassOf", (THING, THING))]))
    counts: Counter[tuple[str, bool]] = Counter()
    wrong = []
    for (text, holds), (told,) in zip(cases, judge(asked), strict=True):
        if told is not None:
            counts[text.partition("(")[0], holds] += 1
            if holds is not (told == "entailed"):
                wrong.append(f"{text}: the checker says {holds}, HermiT {told}")
    return counts, wrong


def test_the_checker_agrees_with_hermit_on_random_interpretations() -> None:
    counts, wrong = compared(range(30))
    assert wrong == []
    assert counts.total() > 100
    assert min(sum(counts[kind, holds] for kind, _ in counts) for holds in (True, False)) > 25


@pytest.mark.slow
def test_the_checker_agrees_with_hermit_on_many_random_interpretations() -> None:
    counts, wrong = compared(range(1000, 1600))
    assert wrong == []
    kinds = {kind for kind, _ in counts}
    assert {kind for kind in kinds if not counts[kind, True] or not counts[kind, False]} == set()
    assert len(kinds) >= 28
