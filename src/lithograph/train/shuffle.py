"""Answers that belong to other questions: what a format teaches without its content. Knows nothing about models.

The control is asked the same questions in the same order and is told, of each, what answers another question of the
same form, scene, language and number of turns. It learns how such answers sound and how often each is right, and
nothing about which: what a model trained on the right answers knows beyond this one, the content taught it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from typing import Any

import pyarrow as pa

from ..core.identity import sha256_hex

Turns = list[dict[str, str]]


def shuffled_answers(table: pa.Table, seed: int) -> tuple[pa.Table, int]:
    """The table with its answers permuted within the groups, and how many examples kept an answer equal to their own.

    An example keeps its own answer only where more than half of its group has that very answer. The order of the rows
    does not matter, their ids do.
    """
    ids, conversations = table["id"].to_pylist(), table["messages"].to_pylist()
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for row, key in enumerate(zip(*(table[name].to_pylist() for name in ("form", "scene", "language")), strict=True)):
        groups[(*key, _roles(conversations[row]))].append(row)
    told: list[Turns] = [list(conversation) for conversation in conversations]
    same = 0
    for rows in groups.values():
        rows.sort(key=lambda row: ids[row])
        answers = [_answers(conversations[row]) for row in rows]
        order = another_each([(answer, ids[row]) for answer, row in zip(answers, rows, strict=True)], seed)
        for place, row in enumerate(rows):
            told[row] = _with(conversations[row], answers[order[place]])
            same += answers[order[place]] == answers[place]
    place = table.column_names.index("messages")
    return table.set_column(place, "messages", pa.array(told, table.schema.field("messages").type)), same


def another_each(items: Sequence[tuple[tuple[str, ...], str]], seed: int) -> list[int]:
    """A permutation that gives each (answer, id) another answer, wherever no answer is more than half of all.

    Equal answers stand together, in an order drawn by the seed; everyone takes the answer that stands as far ahead as
    the commonest answer is common, so that nobody meets its own kind. Places into `items`.

    >>> items = [(("yes",), "a"), (("yes",), "b"), (("no",), "c"), (("why",), "d")]
    >>> [items[place][0][0] for place in another_each(items, 0)]
    ['no', 'why', 'yes', 'yes']
    """
    counts: dict[tuple[str, ...], int] = defaultdict(int)
    for answer, _ in items:
        counts[answer] += 1
    drawn = {answer: sha256_hex("\n".join((str(seed), *answer))) for answer in counts}
    line = sorted(range(len(items)), key=lambda place: (drawn[items[place][0]],
                                                        sha256_hex(f"{seed}\n{items[place][1]}")))  # fmt: skip
    far = max(counts.values())
    out = [0] * len(items)
    for place, item in enumerate(line):
        out[item] = line[(place + far) % len(line)]
    return out


def _roles(conversation: Sequence[Any]) -> tuple[str, ...]:
    return tuple(message["role"] for message in conversation)


def _answers(conversation: Sequence[Any]) -> tuple[str, ...]:
    return tuple(message["content"] for message in conversation if message["role"] == "assistant")


def _with(conversation: Sequence[Any], answers: Sequence[str]) -> Turns:
    left = iter(answers)
    return [{"role": message["role"], "content": next(left) if message["role"] == "assistant" else message["content"]}
            for message in conversation]  # fmt: skip
