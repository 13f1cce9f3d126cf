"""Causality: e-CARE (Du et al. 2022) and XCOPA (Ponti et al. 2020): which of two is the cause, or the effect."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .rows import question_row, read_json_lines

XCOPA = ("it", "tr", "zh")
"""The languages that there are; an English model is asked in them only to see that it stays at chance."""
_ASKED = {
    "en": {"cause": "What was the cause of this?", "effect": "What happened as a result?"},
    "it": {"cause": "Qual è stata la causa?", "effect": "Che cosa è successo di conseguenza?"},
    "tr": {"cause": "Bunun nedeni neydi?", "effect": "Bunun sonucunda ne oldu?"},
    "zh": {"cause": "原因是什么？", "effect": "结果是什么？"},
}


def ecare(folder: Path) -> Iterator[dict[str, Any]]:
    """The development set, English."""
    for row in read_json_lines(folder / "causality" / "ecare-dev_full.jsonl"):
        question = f"{row['premise'].strip()} {_ASKED['en'][row['ask-for']]}"
        options = [row["hypothesis1"].strip(), row["hypothesis2"].strip()]
        yield question_row("e-care", question, options, int(row["label"]), axis="causality", group=row["index"])


def xcopa(folder: Path) -> Iterator[dict[str, Any]]:
    """The validation sets; a translation of one question is of its group."""
    for language in XCOPA:
        for row in read_json_lines(folder / "causality" / f"xcopa-val.{language}.jsonl"):
            question = f"{row['premise'].strip()} {_ASKED[language][row['question']]}"
            options = [row["choice1"].strip(), row["choice2"].strip()]
            yield question_row(f"xcopa-{language}", question, options, int(row["label"]), axis="causality",
                               group=str(row["idx"]), language=language)  # fmt: skip
