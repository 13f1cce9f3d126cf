"""A probe as tokens: what the model is given, and each option as the beginning of what it says. Knows no weights.

The question is laid out by the model's chat template, as in training, and cut where the answer begins, so that an
option's ids are the very ids that training put there (`train.tokens`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from lithograph.core.errors import LithographError
from lithograph.train.tokens import ChatFormat, prompt_ids


class UnaskableProbe(LithographError):
    """A probe that cannot be put to a model."""

    def __init__(self, probe: str, problem: str, cure: str = "Press the dataset again with: make dataset.") -> None:
        super().__init__(probe, problem, cure=cure)


class TooLongProbe(LithographError):
    """A probe that does not fit into the model's context."""

    def __init__(self, probe: str, tokens: int, most: int) -> None:
        super().__init__(probe, f"the question and its longest option take {tokens} tokens",
                         facts=f"the model reads {most}",
                         cure="Give less in context, or take a model with a longer one.")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """prompt: ids up to where the assistant begins; options: the ids of each option, never empty."""

    prompt: tuple[int, ...]
    options: tuple[tuple[int, ...], ...]

    @property
    def length(self) -> int:
        """The tokens of the question with its longest option."""
        return len(self.prompt) + max(len(option) for option in self.options)


def asked(format: ChatFormat, probes: pa.Table, questions: Sequence[str] | None = None) -> list[Asked]:
    """Each probe as tokens, in the table's order; `questions` in place of the table's own. Raises UnaskableProbe."""
    texts = probes["question"].to_pylist() if questions is None else list(questions)
    names, options = probes["id"].to_pylist(), probes["options"].to_pylist()
    ids = option_ids(format, (text for row in options for text in row))
    return [_asked(format, name, text, row, ids) for name, text, row in zip(names, texts, options, strict=True)]


def _asked(
    format: ChatFormat, name: str, question: str, options: Sequence[str], ids: dict[str, tuple[int, ...]]
) -> Asked:
    if len(options) < 2:
        raise UnaskableProbe(name, f"it has {len(options)} options to choose from")
    if not all(ids[option] for option in options):
        raise UnaskableProbe(name, "one of its options is empty")
    if len({ids[option] for option in options}) < len(options):
        raise UnaskableProbe(name, "two of its options are the same")
    return Asked(prompt_ids(format, [{"role": "user", "content": question}]), tuple(ids[one] for one in options))


def option_ids(format: ChatFormat, options: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """Each distinct text as the ids that the assistant's turn begins with."""
    distinct = sorted(set(options))
    if not distinct:
        return {}
    tokenizer: Any = format.tokenizer
    rows = tokenizer(distinct, add_special_tokens=False)["input_ids"]
    return {text: tuple(row) for text, row in zip(distinct, rows, strict=True)}


def require_room(model: Any, names: Sequence[str], questions: Sequence[Asked]) -> None:
    """Raise TooLongProbe for the first question that does not fit into the model's context."""
    most = int(model.config.get_text_config().max_position_embeddings)
    for name, question in zip(names, questions, strict=True):
        if question.length > most:
            raise TooLongProbe(name, question.length, most)


def batches(questions: Sequence[Asked], size: int) -> list[list[int]]:
    """The places of the questions in batches of like length, shortest first; ties by place."""
    order = sorted(range(len(questions)), key=lambda place: (len(questions[place].prompt), place))
    return [order[start : start + size] for start in range(0, len(order), size)]
