"""What a model says when it may say nothing but the options, and what it says when it may say anything.

Knows nothing about what is right. The options of a probe are a prefix tree of tokens; at each step only the branches
that go on from what was said may be taken, or the end of the turn where an option is whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pyarrow as pa
import torch

from lithograph.train.generate import greedy
from lithograph.train.tokens import ChatFormat, prompt_ids

from .asked import Asked, asked, batches, require_room

Tree = Mapping[tuple[int, ...], tuple[int, ...]]
"""What was said of an option so far -> the tokens that may follow, ascending."""


def constrained_answers(model: Any, format: ChatFormat, probes: pa.Table, *, batch: int = 16) -> list[int]:
    """For each probe the option that greedy generation ends in when only options may be said, in the table's order."""
    rows = asked(format, probes)
    require_room(model, probes["id"].to_pylist(), rows)
    end = _end_of_turn(format)
    answers = [0] * len(rows)
    model.eval()
    for places in batches(rows, batch):
        for place, said in zip(places, _said(model, [rows[p] for p in places], end), strict=True):
            answers[place] = rows[place].options.index(said)
    return answers


def free_answers(model: Any, format: ChatFormat, probes: pa.Table, *, most: int = 48, batch: int = 16) -> list[str]:
    """For each probe the most likely answer token by token, whatever it is, up to `most` tokens; in table order."""
    prompts = [prompt_ids(format, [{"role": "user", "content": text}]) for text in probes["question"].to_pylist()]
    answers: list[str] = [""] * len(prompts)
    model.eval()
    order = sorted(range(len(prompts)), key=lambda place: (len(prompts[place]), place))
    for start in range(0, len(order), batch):
        places = order[start : start + batch]
        for place, text in zip(places, greedy(model, format, [prompts[p] for p in places], most), strict=True):
            answers[place] = text
    return answers


def prefix_tree(options: Sequence[Sequence[int]], end: int) -> Tree:
    """The tree of a probe's options; an option that is whole may only end, or go on to one that it begins.

    >>> prefix_tree([(7,), (7, 9)], end=2)[(7,)]
    (2, 9)
    """
    follow: dict[tuple[int, ...], set[int]] = {}
    for option in options:
        for place, token in enumerate([*option, end]):
            follow.setdefault(tuple(option[:place]), set()).add(token)
    return {begun: tuple(sorted(tokens)) for begun, tokens in follow.items()}


def _said(model: Any, rows: Sequence[Asked], end: int) -> list[tuple[int, ...]]:
    longest = max(len(row.prompt) for row in rows)
    device = next(model.parameters()).device
    ids = torch.full((len(rows), longest), end, dtype=torch.long)
    mask = torch.zeros((len(rows), longest), dtype=torch.long)
    for place, row in enumerate(rows):
        ids[place, longest - len(row.prompt) :] = torch.tensor(row.prompt)
        mask[place, longest - len(row.prompt) :] = 1
    with torch.inference_mode():
        out = model.generate(
            input_ids=ids.to(device), attention_mask=mask.to(device), do_sample=False, use_cache=True,
            max_new_tokens=max(len(option) for row in rows for option in row.options) + 1, eos_token_id=end,
            pad_token_id=end, prefix_allowed_tokens_fn=_allowed([prefix_tree(r.options, end) for r in rows], longest,
                                                                end),
        )  # fmt: skip
    return [_until(line, end) for line in out[:, longest:].tolist()]


def _allowed(trees: Sequence[Tree], longest: int, end: int) -> Callable[[int, torch.Tensor], list[int]]:
    def allowed(row: int, sent: torch.Tensor) -> list[int]:
        return list(trees[row].get(tuple(sent[longest:].tolist()), (end,)))  # a finished row is padded with the end

    return allowed


def _until(line: Sequence[int], end: int) -> tuple[int, ...]:
    return tuple(line[: line.index(end)]) if end in line else tuple(line)


def _end_of_turn(format: ChatFormat) -> int:
    tokenizer: Any = format.tokenizer
    return int(tokenizer.eos_token_id)
