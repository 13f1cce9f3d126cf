"""What a build says is asserted, entailed, refuted or unknown, and HermiT, who had no part in it."""

from __future__ import annotations

import re
from collections import Counter
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from accuracy import OPEN, RIGHT, WRONG, judged
from hermit_hierarchy import hierarchy
from labels_page import ONTOLOGIES, PAGE, Total, results
from sampled_labels import TRUTHS, Refereed, labels, refereed

from lithograph.core import vocabulary as v
from lithograph.ontology.axioms import Axiom
from lithograph.ontology.graph import Kind, Quantifier, Truth
from lithograph.ontology.load import load
from lithograph.ontology.project import project
from lithograph.reason.candidates import judged as with_candidates
from lithograph.reason.closure import Closure, close
from lithograph.reason.judged import with_claims
from lithograph.reason.lemmas import lemmas
from lithograph.reason.oracle.ask import ask
from lithograph.reason.status import Reasoning, statuses

SAMPLED = {"bfo-2020/bfo-core.owl": 12, "protege-classics/koala.owl": 10, "w3c-vocabularies/prov-o.owl": 12,
           "protege-classics/generations.owl": 10}  # fmt: skip
"""Ontology -> labels of a truth, a construct and a source."""


@pytest.mark.data
def test_three_hundred_labels_of_all_four_kinds_are_right(shared_data: Path) -> None:
    said: list[Refereed] = []
    for name, most in SAMPLED.items():
        ontology = load(shared_data / "ontologies" / name, missing="warn")
        said.append(refereed(ontology, labels(ontology, most, 30, seed=3)))
    assert [text for one in said for text in one.wrong] == []
    counts: Counter[str] = Counter()
    for one in said:
        for (truth, _, _), n in one.right.items():
            counts[truth] += n
    assert counts.total() >= 300
    assert min(counts[truth] for truth in TRUTHS) >= 25


@pytest.mark.data
@pytest.mark.slow
def test_ten_thousand_labels_of_all_four_kinds_are_right(shared_data: Path) -> None:
    found = list(results(shared_data))
    total = Total.of(found)
    assert total.wrong == ()
    assert [r.name for r in found] == list(ONTOLOGIES)
    assert sum(total.by_construct.values()) >= 10_000
    assert min(total.of_truth(truth) for truth in TRUTHS) >= 400


def test_the_page_of_labels_adds_up_and_names_every_ontology() -> None:
    page = PAGE.read_text(encoding="utf-8")
    said = re.search(r"\*\*([\d,]+) labels of \d+ ontologies are right, (\d+) are wrong", page)
    assert said is not None
    sums = [sum(map(number, re.findall(r"[\d,]+", row))) for row in re.findall(r"^\| all .*", page, re.M)]
    assert sums == [number(said[1])] * 2
    assert said[2] == "0"
    assert set(re.findall(r"^\| `(.+?)` \|", page, re.M)) == set(ONTOLOGIES)


def number(text: str) -> int:
    return int(text.replace(",", ""))


# ---------------------------------------------------------------- random ontologies by construct


@pytest.mark.slow
def test_of_no_construct_is_a_random_claim_decided_wrongly() -> None:
    counts = judged(number=4)
    assert {name: found[WRONG] for name, found in counts.items() if found[WRONG]} == {}
    assert all(found[RIGHT] > found[OPEN] for found in counts.values())


# ---------------------------------------------------------------- hierarchies that HermiT printed elsewhere

HIERARCHIES = {
    "bfo-core.owl": "bfo-2020/bfo-core.owl", "foaf.rdf": "w3c-vocabularies/foaf.rdf",
    "generations.owl": "protege-classics/generations.owl", "koala.owl": "protege-classics/koala.owl",
    "primer.rdfxml.xml": "protege-classics/owl2-primer/primer.rdfxml.xml", "prov-o.owl": "w3c-vocabularies/prov-o.owl",
    "skos.rdf": "w3c-vocabularies/skos.rdf", "uberon_module.owl": "unsat-inconsistent-ofn/uberon_module.owl",
    "univ-bench.owl": "protege-classics/univ-bench/univ-bench.owl",
}  # fmt: skip
LARGER = {
    "EDAM_1.25.owl": "edam/EDAM_1.25.owl",
    "go-nucleus.owl": "go-nucleus/go-nucleus.owl",
    "philosurfical.ttl": "events-narrative-metaphor/philosurfical.ttl",
    "pizza.owl": "protege-classics/pizza.owl",
}


def pressed_from(path: Path, most: int) -> tuple[Closure, Reasoning]:
    """What a build without an oracle says of an ontology: its closure with lemmas and candidates."""
    closure = close(project(load(path, missing="warn")))
    reasoning = Reasoning.of(closure.graph.ontology)
    closure = with_claims(closure, lemmas(reasoning, closure.graph, most))
    return with_candidates(closure, most // 10, partial(statuses, reasoning))[0], reasoning


def subsumptions(closure: Closure) -> dict[str, set[tuple[str, str]]]:
    """Truth -> pairs of named classes of which a build says that the one is, or is not, the other."""
    graph, texts = closure.graph, closure.graph.ontology.terms.texts
    apart, below = (graph.relation == graph.ontology.terms.id(iri) for iri in (v.DISJOINT_WITH, v.SUBCLASS_OF))
    schema = graph.quantifier == Quantifier.SCHEMA
    living = ~np.isin(graph.subject, closure.unsatisfiable)
    found: dict[str, set[tuple[str, str]]] = {"holds": set(), "refuted": set(), "unknown": set()}
    for row in np.flatnonzero(schema & living & (apart | below)):
        truth = Truth(graph.truth[row])
        kind = "refuted" if apart[row] else "holds" if truth <= Truth.ENTAILED else truth.name.lower()
        found[kind].add((texts[graph.subject[row]], texts[graph.object[row]]))
    return found


def wrong_by(name: str, path: Path, listing: Path, most: int) -> list[tuple[str, object]]:
    """The labels of an ontology that disagree with a printed hierarchy, of classes and of individuals in them."""
    closure, _ = pressed_from(path, most)
    classes, pairs, empty = hierarchy(listing)
    living = classes - empty - {v.THING}
    said = subsumptions(closure)
    told = {kind: {(a, b) for a, b in some if {a, b} <= living} for kind, some in said.items()}
    assert told["holds"], name
    wrong: list[tuple[str, object]] = [("does not follow", pair) for pair in sorted(told["holds"] - pairs)]
    wrong += [("follows", pair) for kind in ("refuted", "unknown") for pair in sorted(told[kind] & pairs)]
    return wrong + list(wrong_types(closure, pairs, empty))


def wrong_types(closure: Closure, pairs: set[tuple[str, str]], empty: set[str]) -> list[tuple[str, object]]:
    """Instance labels against the hierarchy: what is in a class is in all above it, and nothing is in an empty one.

    What the hierarchy does not give from the asserted kinds HermiT is asked about.
    """
    graph, texts = closure.graph, closure.graph.ontology.terms.texts
    types = (graph.relation == graph.ontology.terms.id(v.TYPE)) & (graph.quantifier == Quantifier.INDIVIDUAL)
    rows = np.flatnonzero(types & ((graph.kinds[graph.subject] & Kind.ANONYMOUS) == 0))
    kinds = {(texts[graph.subject[r]], texts[graph.object[r]]): Truth(graph.truth[r]) for r in rows.tolist()}
    holding = {pair for pair, truth in kinds.items() if truth <= Truth.ENTAILED}
    above = {(a, high) for a, low in holding for x, high in pairs if x == low}
    asserted = {pair for pair, truth in kinds.items() if truth == Truth.ASSERTED}
    by_hierarchy = asserted | {(a, high) for a, low in asserted for x, high in pairs if x == low}
    wrong: list[tuple[str, object]] = [("in an empty class", pair) for pair in sorted(holding) if pair[1] in empty]
    wrong += [("follows", pair) for pair in sorted(above & {pair for pair, t in kinds.items() if t > Truth.ENTAILED})]
    rest = sorted(holding - by_hierarchy)
    answers = ask(graph.ontology, [Axiom("ClassAssertion", (kind, a)) for a, kind in rest]) if rest else []
    wrong += [("does not follow", pair) for pair, answer in zip(rest, answers, strict=True) if answer.entailed is False]
    return wrong


@pytest.mark.data
@pytest.mark.parametrize("name", HIERARCHIES)
def test_what_a_build_says_of_classes_and_their_members_is_in_hermits_hierarchy(name: str, shared_data: Path) -> None:
    listing = shared_data / "oracle" / "hermit-classification" / f"{name}.hermit.txt"
    assert wrong_by(name, shared_data / "ontologies" / HIERARCHIES[name], listing, 60) == []


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.parametrize("name", LARGER)
def test_what_a_build_says_of_a_larger_ontology_is_in_hermits_hierarchy(name: str, shared_data: Path) -> None:
    listing = shared_data / "oracle" / "hermit-classification" / f"{name}.hermit.txt"
    assert wrong_by(name, shared_data / "ontologies" / LARGER[name], listing, 60) == []


@pytest.mark.data
def test_every_printed_hierarchy_is_compared(shared_data: Path) -> None:
    listings = {path.name for path in (shared_data / "oracle" / "hermit-classification").glob("*.hermit.txt")}
    assert listings == {f"{name}.hermit.txt" for name in (*HIERARCHIES, *LARGER)}
