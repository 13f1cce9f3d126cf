"""PrOntoQA (Saparov & He 2023) and ProofWriter under the open world (Tafjord et al. 2021), premises in the question."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .rows import question_row, read_json

PRONTOQA = (
    ("1hop_2shot_random", 1), ("3hop_2shot_random", 3), ("3hop_2shot_random_falseontology", 3),
    ("3hop_2shot_random_trueontology_nodistractor", 3), ("5hop_2shot_random", 5),
)  # fmt: skip
"""The generator's files that ask "True or false", with their hops; those of single rules only ask for a proof."""
_TRUTH = {"True": "entailed", "False": "refuted", "Unknown": "unknown"}
_KEYS = ("True", "False", "Unknown")


def prontoqa(folder: Path) -> Iterator[dict[str, Any]]:
    """The 500 five-hop questions of Logic-LM and those of the generator, by hops; two answers."""
    for row in read_json(folder / "logic" / "prontoqa-logiclm-dev.json"):
        claim = row["question"].split("?", 1)[1].strip()
        yield _row("prontoqa", row["context"], claim, _KEYS["AB".index(row["answer"])], 2, row["id"], 5)
    for name, hops in PRONTOQA:
        for key, held in read_json(folder / "logic" / "prontoqa" / f"{name}.json").items():
            asked = held["test_example"]
            claim = asked["query"].removeprefix("True or false:").strip()
            yield _row("prontoqa", asked["question"], claim, asked["answer"], 2, f"{name}-{key}", hops)


def proofwriter(folder: Path) -> Iterator[dict[str, Any]]:
    """The 600 questions of Logic-LM, theories up to depth 5; three answers. Questions of one theory are a group."""
    for row in read_json(folder / "logic" / "proofwriter-owa-dev.json"):
        claim = row["question"].split("?", 1)[1].strip()
        theory = row["id"].rsplit("_", 1)[0]
        yield _row("proofwriter", row["context"], claim, _KEYS["ABC".index(row["answer"])], 3, theory, None)


def _row(name: str, context: str, claim: str, answer: str, keys: int, group: str, depth: int | None) -> dict[str, Any]:
    options = list(_KEYS[:keys])
    words = ", ".join(word.lower() for word in options[:-1]) + f" or {options[-1].lower()}"
    question = f"{context.strip()}\n\nIs the following statement {words}? {claim}"
    return question_row(name, question, options, options.index(answer), axis="taxonomy", group=group, form="yes_no",
                        truth=_TRUTH[answer], depth=depth)  # fmt: skip
