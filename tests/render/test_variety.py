"""Variety against numbers worked out by hand and against the plain definition of BLEU."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pressed import Pressed

from lithograph.render import variety
from lithograph.render.variety import SAMPLE, distinct, self_bleu, variety_of

TEXTS = st.lists(st.lists(st.sampled_from("abcd"), min_size=1, max_size=9), min_size=2, max_size=7)


def grams(words: list[str], n: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(words[i : i + n]) for i in range(len(words) - n + 1))


def plain(texts: list[list[str]]) -> float:
    """Self-BLEU as it is defined, every reference looked at anew."""
    scores = []
    for i, text in enumerate(texts):
        others, logs = texts[:i] + texts[i + 1 :], []
        for n in range(1, 5):
            own = grams(text, n)
            if own:
                met = sum(min(count, max(grams(o, n)[g] for o in others)) for g, count in own.items())
                logs.append(math.log((met or 0.5) / own.total()))
        nearest = min((len(o) for o in others), key=lambda size: (abs(size - len(text)), size))
        scores.append(min(1.0, math.exp(1 - nearest / len(text))) * math.exp(sum(logs) / len(logs)))
    return sum(scores) / len(scores)


@given(TEXTS)
def test_self_bleu_is_that_of_the_plain_definition(texts: list[list[str]]) -> None:
    assert math.isclose(self_bleu(texts), plain(texts), rel_tol=1e-9)


def test_texts_that_are_alike_score_one_and_texts_that_share_nothing_little() -> None:
    assert self_bleu([list("abcdef")] * 3) == 1.0
    assert self_bleu([list("abcdef"), list("ghijkl")]) < 0.2
    assert distinct([list("abab"), list("ab")], 1) == 2 / 6
    assert distinct([list("abab"), list("ab")], 2) == 2 / 4
    assert distinct([[]], 2) == 0.0


def test_a_build_reports_the_variety_of_every_scene_it_printed(pizza: Pressed) -> None:
    report: Any = pizza.build.report
    rows = {(r["scene"], r["language"]): r for r in report["variety"]}
    printed = Counter(s.rsplit("#", 1)[-1] for s in pizza.table["scene"].to_pylist())
    assert {scene for scene, _ in rows} == set(printed)
    for (scene, _), row in rows.items():
        assert row["texts"] == min(printed[scene], SAMPLE)
        assert 0 < row["distinct1"] <= 1
    card = (pizza.folder / "README.md").read_text(encoding="utf-8")
    assert "| self-BLEU |" in card


def test_what_was_measured_of_the_same_texts_is_not_measured_again(
    pizza: Pressed, monkeypatch: pytest.MonkeyPatch
) -> None:
    files, known = sorted((pizza.folder / "data").glob("*.parquet")), dict[str, variety.Numbers]()
    rows = variety_of(files, known)
    assert rows == variety_of(files) and len(known) > 5
    known["of texts that are gone"] = {}
    monkeypatch.setattr(variety, "self_bleu", lambda _: 1 / 0)
    assert variety_of(files, known) == rows
    assert "of texts that are gone" not in known
