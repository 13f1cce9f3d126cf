"""Axioms and derivations in words, against golden texts that were read by eye."""

from __future__ import annotations

import os
import re
from pathlib import Path

import claims_in_words as words
import numpy as np
import pytest
from hypothesis import given, settings
from random_axioms import AXIOMS, SHOP

from lithograph.core import vocabulary as v
from lithograph.ontology.axioms import ANNOTATION_KINDS, Axiom
from lithograph.ontology.load import load
from lithograph.ontology.names import names_of
from lithograph.ontology.project import project
from lithograph.ontology.read_manchester import read_axiom
from lithograph.reason.evidence import ASSERTED, PRESUPPOSED, SUPPOSED, Derivation
from lithograph.speech.axioms import axiom_sentence
from lithograph.speech.derivation import derivation_sentences, derivation_text
from lithograph.speech.lexicon import Lexicon
from lithograph.speech.verbalise import sentences
from lithograph.speech.words import UNSPEAKABLE

GOLDEN = Path(__file__).parents[1] / "golden" / "render"
BIKE = "http://example.org/bicycle#"


@pytest.fixture(scope="module")
def names(bicycle):
    return names_of(bicycle.ontology)


@pytest.fixture(scope="module")
def lexicons(bicycle):
    return {language: Lexicon.of(bicycle.ontology, bicycle.kinds, language) for language in ("en", "ru")}


def test_axioms_read_as_the_golden_table(names, lexicons, check_table):
    def said(row):
        axiom = read_axiom(row[0], names)
        return [row[0], *(axiom_sentence(axiom, lexicons[language]) for language in ("en", "ru"))]

    check_table("axioms.tsv", said)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_an_axiom_that_is_one_claim_is_said_as_the_claim(bicycle, lexicons, language):
    rows = np.flatnonzero((bicycle.rule == 0) & (bicycle.quantifier != 8))
    for row, text in zip(rows.tolist(), sentences(bicycle, lexicons[language], rows), strict=True):
        axiom = bicycle.ontology.axiom(int(bicycle.axiom[row]))
        assert axiom_sentence(axiom, lexicons[language]) == text


def test_a_term_that_the_ontology_does_not_have_is_read_from_its_name(lexicons):
    axiom = Axiom("SubClassOf", ("http://other.org/MountainBike", BIKE + "Bicycle"))
    assert axiom_sentence(axiom, lexicons["en"]) == "Every mountain bike is a bicycle."
    assert UNSPEAKABLE in axiom_sentence(axiom, lexicons["ru"])


@pytest.fixture(scope="module")
def said_of_pumps(tmp_path_factory):
    """What an axiom about the shop of pumps is called in each language."""
    file = tmp_path_factory.mktemp("shop") / "shop.ttl"
    file.write_text(words.turtle(SHOP), encoding="utf-8")
    graph = project(load(file))
    lexicons = [Lexicon.of(graph.ontology, graph.kinds, language) for language in ("en", "ru")]
    return lambda axiom: [axiom_sentence(axiom, lexicon) for lexicon in lexicons]


SYNTAX = re.compile("Object(?:Some|All|Has|Min|Max|Exact|Inter|Union|Comp|One|Inv)|Data[A-Z]|\x1f|http:")


@settings(max_examples=150, deadline=None, derandomize=True)
@given(axiom=AXIOMS)
def test_every_axiom_has_a_sentence_without_a_trace_of_its_syntax(said_of_pumps, axiom):
    for text in said_of_pumps(axiom):
        assert text and not SYNTAX.search(text)
        assert text[-1] in ".!?…"


@pytest.mark.parametrize("file", ["ontology/world/world.ttl", "tests/data/ontologies/pizza.owl"])
def test_every_axiom_of_an_ontology_has_a_sentence(project_root, file):
    graph = project(load(project_root / file))
    axioms = [a for a in map(graph.ontology.axiom, range(len(graph.ontology))) if a.kind not in ANNOTATION_KINDS]
    for language in ("en", "ru"):
        lexicon = Lexicon.of(graph.ontology, graph.kinds, language)
        for axiom in axioms:
            text = axiom_sentence(axiom, lexicon)
            assert text[-1] in ".!?…" and not SYNTAX.search(text), axiom.text


# ---- derivations


def leaf(names, text, rule=ASSERTED):
    return Derivation(read_axiom(text, names), rule, axiom=0 if rule == ASSERTED else None)


def step(names, text, *premises, rule="a rule"):
    return Derivation(read_axiom(text, names), rule, premises)


def derivations(names):
    """Name -> a derivation made by hand."""
    kind, part = leaf(names, "Roadster SubClassOf Bicycle"), leaf(names, "Bicycle SubClassOf hasPart some Chain")
    whole = step(names, "Roadster SubClassOf hasPart some Chain", kind, part)
    chain, apart = leaf(names, "Chain SubClassOf Chain", PRESUPPOSED), leaf(names, "Chain DisjointWith Wheel")
    wheel = leaf(names, "Chain SubClassOf Wheel", SUPPOSED)
    three = leaf(names, "Chain DisjointWith Wheel, Wall")
    fact, range_ = leaf(names, "Anna rides redOne"), leaf(names, "rides Range Vehicle")
    denied = leaf(names, "Anna not rides redOne")
    twice = step(names, "redOne Type Vehicle", fact, range_)
    rewritten = step(names, "Roadster SubClassOf Bicycle", kind, step(names, "Roadster SubClassOf Roadster", kind))
    roadster = leaf(names, "Roadster SubClassOf Roadster", PRESUPPOSED)
    no_part = leaf(names, "Roadster SubClassOf not (hasPart some Chain)", SUPPOSED)
    member = leaf(names, "_:member Type Roadster", PRESUPPOSED)
    walled = step(names, "Roadster SubClassOf Wall", leaf(names, "Roadster SubClassOf Wheel", SUPPOSED),
                  leaf(names, "Wheel SubClassOf Wall"))  # fmt: skip
    rewrite = step(names, "Roadster SubClassOf Bicycle", kind, leaf(names, "Bicycle SubClassOf Bicycle"))
    no_wall = leaf(names, "Bicycle DisjointWith Wall")
    clash = step(names, "Roadster SubClassOf owl:Nothing", walled, no_wall, rewrite)
    return {
        "what follows of the presupposed member": step(names, "owl:Thing SubClassOf owl:Nothing", member, clash),
        "nothing is both": step(names, "Roadster DisjointWith Wheel", clash),
        "a part of a kind": whole,
        "a range": twice,
        "premises said once": step(names, "Anna relatedTo redOne", fact, twice, fact),
        "a rewriting says nothing": step(names, "Roadster SubClassOf hasPart some Chain", rewritten, part),
        "a supposed kind": step(names, "Chain SubClassOf owl:Nothing", chain, wheel, apart),
        "one of three that are apart": step(names, "Chain SubClassOf owl:Nothing", chain, wheel, three),
        "apart from the kind itself": step(names, "Chain SubClassOf owl:Nothing", wheel, three),
        "a supposed fact": step(names, "Anna Type owl:Nothing", leaf(names, "Anna rides redOne", SUPPOSED), denied),
        "a supposed lack": step(names, "Roadster SubClassOf owl:Nothing", roadster, whole, no_part),
        "a class that can have no member": step(
            names, "Chain SubClassOf owl:Nothing", leaf(names, "Chain SubClassOf Wheel"), apart
        ),
    }


@pytest.mark.parametrize("language", ["en", "ru"])
def test_derivations_read_as_the_golden_text(names, lexicons, language):
    file = GOLDEN / f"derivations.{language}.txt"
    said = [f"# {n}\n{derivation_text(d, lexicons[language])}\n" for n, d in derivations(names).items()]
    text = "\n".join(said)
    if os.environ.get("LITHOGRAPH_UPDATE_GOLDEN"):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


def test_a_derivation_says_nothing_twice_and_the_conclusion_last(names, lexicons):
    for derivation in derivations(names).values():
        for lexicon in lexicons.values():
            said = derivation_sentences(derivation, lexicon)
            assert len(set(said)) == len(said)
            if v.NOTHING not in derivation.says.operands:
                end = axiom_sentence(derivation.says, lexicon).rstrip(".")
                assert said[-1].rstrip(".").lower().endswith(end.lower())
