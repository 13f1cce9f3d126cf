"""A batch as one line of distinct tokens: what several examples begin with is there once. Knows nothing about models.

Examples form a tree of prefixes (the head of the chat template, then prompts that are asked twice, then answers), and
each node of the tree is one token of the line. All that is done token by token (nine tenths of a language model) is
done once a node; only attention looks at examples. Nothing is padded but attention's own view.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from .tokens import ChatFormat, Encoded, prompt_ids


@dataclass(frozen=True, slots=True)
class Branch:
    """A distinct example of a batch and the tokens that it alone brought into the line.

    examples: the batch's rows that read so. first, end: its new tokens in the line; at: the place of the first of them
    in the example. own: where among the line its own tokens begin (they end at `end`), those after the shared head.
    """

    examples: tuple[int, ...]
    encoded: Encoded
    first: int
    end: int
    at: int
    own: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A batch laid out. n tokens in the line, r distinct examples, the longest of l tokens, k tokens that are asked for
    the next word, p learned words.

    ids, places: (n,), the token and its place in its example. chains: (r, l), the line's tokens of each example, in
    order, padded with token 0 behind. homes: (n,), where in the flattened chains a token's attention is read. asked:
    (k,), tokens of the line. asked_of, words, rows: (p,), for each learned word its place in `asked`, the word's id,
    and the batch's row. meant_at, meant: (m,), (m, hidden), the learned words in whose place stands what a base holds
    likely there (`meant`).
    """

    ids: Tensor
    places: Tensor
    chains: Tensor
    homes: Tensor
    asked: Tensor
    asked_of: Tensor
    words: Tensor
    rows: Tensor
    meant_at: Tensor
    meant: Tensor | None
    branches: tuple[Branch, ...]
    size: int


def head_length(format: ChatFormat) -> int:
    """How many tokens every conversation of this format begins with, whatever the user says.

    With SmolLM2's template and an empty system message: 8.
    """
    one, other = (prompt_ids(format, [{"role": "user", "content": said}]) for said in ("What?", "7"))
    return next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def lay_out(batch: Sequence[Encoded], device: torch.device, head: int | None = None) -> Sheet:
    """The sheet of a batch. The last token of an example is left out: nothing is asked of it.

    head: share only what lies before this place (and whole examples that are the same), so that every other token
    belongs to one example; None shares whatever is the same.
    """
    tree: dict[tuple[int, int], int] = {}  # (token of the line before, id) -> token of the line
    ids: list[int] = []
    places: list[int] = []
    branches: list[Branch] = []
    chains: list[list[int]] = []
    for members, one in _distinct(batch):
        chain: list[int] = []
        first, at = len(ids), 0
        for place, token in enumerate(one.ids[:-1]):
            step = (chain[-1] if chain else -1, token)
            node = tree.get(step) if head is None or place < head else None
            if node is None:
                node = len(ids)
                tree.setdefault(step, node)
                ids.append(token)
                places.append(place)
            else:
                at = place + 1
            chain.append(node)
        own = min(len(ids), first + max(0, (head or 0) - at))
        branches.append(Branch(members, one, first, len(ids), at, own))
        chains.append(chain)
    return _sheet(ids, places, chains, branches, len(batch), device)


def _distinct(batch: Sequence[Encoded]) -> list[tuple[tuple[int, ...], Encoded]]:
    """The batch's distinct examples with the rows that show them, in order of first showing."""
    rows: dict[tuple[object, object], list[int]] = {}
    for row, one in enumerate(batch):
        rows.setdefault((one.ids, one.learned), []).append(row)
    return [(tuple(members), batch[members[0]]) for members in rows.values()]


def _sheet(ids: list[int], places: list[int], chains: list[list[int]], branches: list[Branch], size: int,
           device: torch.device) -> Sheet:  # fmt: skip
    longest = max(len(chain) for chain in chains)
    homes = [0] * len(ids)
    for row, branch in enumerate(branches):
        for place in range(branch.at, len(chains[row])):
            homes[chains[row][place]] = row * longest + place
    asked: dict[int, int] = {}
    asked_of: list[int] = []
    words: list[int] = []
    rows: list[int] = []
    meant_at: list[int] = []
    meant: list[Tensor] = []
    for chain, branch in zip(chains, branches, strict=True):
        one = branch.encoded
        said = [place for place in range(1, len(one.ids)) if one.learned[place]]
        for number, place in enumerate(said):
            if one.meant is not None:
                meant_at += range(len(words), len(words) + len(branch.examples))
                meant += [one.meant[number]] * len(branch.examples)
            at = asked.setdefault(chain[place - 1], len(asked))
            asked_of += [at] * len(branch.examples)
            words += [one.ids[place]] * len(branch.examples)
            rows += branch.examples
    longs: Callable[[object], Tensor] = lambda held: torch.tensor(held, dtype=torch.long, device=device)  # noqa: E731
    padded = longs([chain + [0] * (longest - len(chain)) for chain in chains])
    return Sheet(longs(ids), longs(places), padded, longs(homes), longs(list(asked)), longs(asked_of), longs(words),
                 longs(rows), longs(meant_at), torch.stack(meant).to(device) if meant else None, tuple(branches),
                 size)  # fmt: skip
