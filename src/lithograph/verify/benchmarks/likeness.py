"""Analogy (Google's set, Mikolov et al. 2013; StoryAnalogy, Jiayang et al. 2023); metaphor (Fig-QA, Liu et al.
2022)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lithograph.core.identity import sha256_hex

from .rows import question_row, read_json, read_text, turned


def google_analogies(folder: Path) -> Iterator[dict[str, Any]]:
    """A is to B as C is to …? with the words that the same relation gives for three other pairs beside the right one.

    The file only has answers; which three stand beside is decided by a hash. Pairs of one relation are a group.
    """
    relation, quads = "", []
    for line in read_text(folder / "analogy" / "google-questions-words.txt").splitlines():
        if line.startswith(":"):
            relation = line[1:].strip()
        elif line.strip():
            quads.append((relation, tuple(line.split())))
    wholes = {name: sorted({quad[3] for there, quad in quads if there == name}) for name, _ in quads}
    for name, (a, b, c, d) in quads:
        others = sorted((word for word in wholes[name] if word not in (d, b)),
                        key=lambda word, key=f"{a} {b} {c} {d}": sha256_hex(f"{key}\n{word}"))[:3]  # fmt: skip
        options, answer = turned([d, *others], f"{a} {b} {c}")
        question = f"{_word(a)} is to {_word(b)} as {_word(c)} is to what?"
        yield question_row("google-analogy", question, [_word(word) for word in options], answer, axis="analogy",
                           group=f"{name}:{c}", truth="computed")  # fmt: skip


def _word(text: str) -> str:
    return text.replace("_", " ")


def story_analogies(folder: Path) -> Iterator[dict[str, Any]]:
    """Which of four stories is like a story in how its parts hang together."""
    for place, row in enumerate(read_json(folder / "analogy" / "storyanalogy_multiple_choice.json")):
        question = f"{row['source'].strip()}\n\nWhich story is most analogous to this one?"
        yield question_row("story-analogy", question, [text.strip() for text in row["choices"]], int(row["answer"]),
                           axis="analogy", group=str(place))  # fmt: skip


def figqa(folder: Path) -> Iterator[dict[str, Any]]:
    """What a figure of speech means, of two readings; the two opposite figures of a pair are a group."""
    for row in csv.DictReader(io.StringIO(read_text(folder / "metaphor" / "figqa-dev.csv"))):
        figure = row["startphrase"].strip()
        question = f"“{figure}” What does this mean?"
        yield question_row("fig-qa", question, [row["ending1"].strip(), row["ending2"].strip()], int(row["labels"]),
                           axis="analogy", group=row["qid"])  # fmt: skip
