"""Random small ontologies, with punned names and anonymous individuals: HermiT confirms all that the rules derive."""

from __future__ import annotations

import random
from collections.abc import Callable

import claims_in_words as words
import pytest
from hermit_says import as_axiom, ask

from lithograph.reason.closure import close
from lithograph.reason.rules import RULES

CLASSES = (
    "ObjectSomeValuesFrom({r} {c})", "ObjectAllValuesFrom({r} {c})", "ObjectHasValue({r} {i})", "DataHasValue({d} {v})",
    "ObjectMinCardinality({n} {r} {c})", "ObjectMaxCardinality(3 {r} {c})", "ObjectExactCardinality(1 {r} {c})",
    "ObjectMinCardinality(1 {r})", "DataMinCardinality(1 {d})", "ObjectIntersectionOf({c} {c})",
    "ObjectUnionOf({c} {c})", "ObjectSomeValuesFrom(ObjectInverseOf({r}) {c})",
    "ObjectSomeValuesFrom({r} ObjectIntersectionOf({c} ObjectSomeValuesFrom({r} {c})))",
)  # fmt: skip
AXIOMS = (
    "SubClassOf({c} {c})", "SubClassOf({c} {e})", "SubClassOf({c} {e})", "EquivalentClasses({c} {e})",
    "EquivalentClasses({c} {c})", "ClassAssertion({c} {i})", "ClassAssertion({e} {i})", "ClassAssertion({c} _:b{k})",
    "ObjectPropertyAssertion({r} {i} {i})", "ObjectPropertyAssertion(ObjectInverseOf({r}) {i} {i})",
    "ObjectPropertyAssertion({r} _:b{k} {i})", "DataPropertyAssertion({d} {i} {v})", "SubObjectPropertyOf({r} {r})",
    "SubDataPropertyOf({d} {d})", "EquivalentObjectProperties({r} {r})", "InverseObjectProperties({r} {r})",
    "SymmetricObjectProperty({r})", "ReflexiveObjectProperty({r})", "ObjectPropertyDomain({r} {c})",
    "ObjectPropertyRange({r} {c})", "DataPropertyDomain({d} {c})",
)  # fmt: skip


def ontology(rng: random.Random, k: int) -> list[str]:
    """Sixteen axioms about names of their own; cardinalities or a transitive relation, as OWL 2 DL wants it."""
    names = {
        kind: [f":k{k}{kind}{i}" for i in range(count)] for kind, count in zip("cirdp", (4, 3, 3, 2, 2), strict=True)
    }
    pools = {"c": names["c"] + names["p"], "i": names["i"] + names["p"], "r": names["r"], "d": names["d"],
             "v": ['"1"^^xsd:integer', '"x"', '"y"@en'], "n": ["0", "1", "2"], "k": [str(k)]}  # fmt: skip

    def filled(pattern: str) -> str:
        choices: dict[str, Callable[[], str]] = {
            name: (lambda pool=pool: rng.choice(pool)) for name, pool in pools.items()
        }  # type: ignore[misc]
        choices["e"] = lambda: filled(rng.choice(CLASSES))
        parts = pattern.split("{")
        return parts[0] + "".join(choices[part[0]]() + part[2:] for part in parts[1:])

    sorts = {"c": "Class", "i": "NamedIndividual", "r": "ObjectProperty", "d": "DataProperty"}
    declared = [f"Declaration({sort}({name}))" for kind, sort in sorts.items() for name in pools[kind]]
    axioms = [filled(rng.choice(AXIOMS)) for _ in range(16)]
    if rng.random() < 0.5:
        axioms = [a for a in axioms if "Cardinality" not in a] + [f"TransitiveObjectProperty({names['r'][0]})"]
    return declared + axioms


def refereed(seed: int) -> tuple[int, list[str]]:
    """How many derived claims HermiT confirms, and which claims, asserted ones too, it does not."""
    rng = random.Random(seed)
    text = words.functional(" ; ".join(axiom for k in range(12) for axiom in ontology(rng, k)))
    graph = close(words.graph_of(text, "ofn"), depth=6).graph
    rows = [row for row in range(len(graph)) if as_axiom(graph, row) is not None]
    answers = ask(graph.ontology, [(as_axiom(graph, row), None) for row in rows], seconds=120)  # type: ignore[misc]
    told = list(zip(rows, answers.follows, strict=True))
    wrong = [f"{words.claims(graph, [row])[0]} ({RULES[graph.rule[row]].name})" for row, yes in told if yes is not True]
    return sum(yes is True and graph.rule[row] != 0 for row, yes in told), wrong


def test_hermit_confirms_what_is_derived_from_a_random_ontology() -> None:
    confirmed, wrong = refereed(2)
    assert wrong == []
    assert confirmed > 50


@pytest.mark.slow
@pytest.mark.parametrize("seed", [3, 4, 5, 6])
def test_hermit_confirms_what_is_derived_from_random_ontologies(seed: int) -> None:
    confirmed, wrong = refereed(seed)
    assert wrong == []
    assert confirmed > 50
