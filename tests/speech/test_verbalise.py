"""Claims and proofs in words, against golden texts that were read by eye."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from lithograph.speech.lexicon import Lexicon
from lithograph.speech.verbalise import phrases, proof_rows, proof_text, sentences
from lithograph.speech.words import UNSPEAKABLE

GOLDEN = Path(__file__).parents[1] / "golden" / "render"


def said(graph, lexicon):
    """Every claim that can be said: sentence, phrase, proof of derived ones."""
    rows = np.arange(len(graph))
    lines = []
    for row, sentence, phrase in zip(
        rows.tolist(), sentences(graph, lexicon, rows), phrases(graph, lexicon, rows), strict=True
    ):
        if UNSPEAKABLE in sentence:
            continue
        lines.append(f"{sentence}\t{'' if UNSPEAKABLE in phrase else phrase}")
        if graph.rule[row]:
            lines.append(f"    {proof_text(graph, lexicon, row)}")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("language", ["en", "ru"])
def test_claims_and_proofs_read_as_the_golden_text(bicycle, language):
    file = GOLDEN / f"claims.{language}.txt"
    text = said(bicycle, Lexicon.of(bicycle.ontology, bicycle.kinds, language))
    if os.environ.get("LITHOGRAPH_UPDATE_GOLDEN"):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


def test_a_proof_says_premises_before_what_follows_and_nothing_twice(bicycle):
    for row in np.flatnonzero(bicycle.rule).tolist():
        steps = proof_rows(bicycle, row)
        assert steps[-1] == row
        assert len(set(steps)) == len(steps)
        for place, step in enumerate(steps):
            assert all(int(p) in steps[:place] for p in bicycle.premises[step] if p >= 0)


def test_the_proof_of_an_asserted_claim_is_the_claim(bicycle):
    lexicon = Lexicon.of(bicycle.ontology, bicycle.kinds, "en")
    row = int(np.flatnonzero(bicycle.rule == 0)[0])
    assert proof_text(bicycle, lexicon, row) == sentences(bicycle, lexicon, np.array([row]))[0]
