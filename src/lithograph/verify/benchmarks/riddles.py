"""Riddles of BIG-Bench Hard (Suzgun et al. 2022): liars, sarcasm, whose pronoun, when there was time.

Each option is scored as a text of its own, so the list of options is left out of the question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .rows import question_row, read_json

TASKS = (("web_of_lies", "paradox"), ("snarks", "paradox"), ("disambiguation_qa", "symbol"),
         ("temporal_sequences", "time"))  # fmt: skip
"""File -> the axis that it comes nearest to."""
_OPTION = re.compile(r"^\(([A-Z])\)\s", re.MULTILINE)


def big_bench_hard(folder: Path) -> Iterator[dict[str, Any]]:
    """The four tasks that are here; liars are answered by yes and no. Two questions of `snarks` are left out: one is
    cut short, one offers the same text twice."""
    for task, axis in TASKS:
        for place, row in enumerate(read_json(folder / "riddle-paradox" / f"bbh-{task}.json")["examples"]):
            asked = _row(task, axis, str(place), row["input"], row["target"])
            if len(set(asked["options"])) == len(asked["options"]) > 1:
                yield asked


def _row(task: str, axis: str, group: str, text: str, target: str) -> dict[str, Any]:
    name = f"bbh-{task.replace('_', '-')}"
    if target in ("Yes", "No"):
        question = text.removeprefix("Question:").strip()
        return question_row(name, question, ["Yes", "No"], ("Yes", "No").index(target), axis=axis, group=group,
                            form="yes_no", truth="entailed" if target == "Yes" else "refuted")  # fmt: skip
    asked, _, listed = text.partition("\nOptions:\n")
    parts = _OPTION.split(listed)[1:]  # letter, text, letter, text …; a text may have several lines
    letters = {letter: " ".join(option.split()) for letter, option in zip(parts[::2], parts[1::2], strict=True)}
    return question_row(name, asked.strip(), list(letters.values()), list(letters).index(target.strip("()")),
                        axis=axis, group=group)  # fmt: skip
