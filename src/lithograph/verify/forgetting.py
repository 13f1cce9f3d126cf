"""What a model forgets: perplexity on a text that has nothing to do with any ontology. Knows nothing about probes.

The text is two chapters of a novel in the public domain (`share/text/README.md`). It is read in windows of WINDOW
tokens, each STRIDE further on; in each the tokens that no earlier window has scored are scored, so that every token but
the first is scored once, with WINDOW − STRIDE tokens before it or all that there are. Line breaks inside paragraphs are
read as spaces: the model is to be surprised by words, not by where a printer broke a line.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch.nn.functional import cross_entropy

from lithograph.core.errors import LithographError
from lithograph.core.identity import sha256_hex

TEXT = Path(__file__).parents[1] / "share" / "text" / "persuasion.txt"
SHA256 = "456e0f712fa628b6fa7289ba4d27156c29ca27cdf47689eed11c3efa41bc7393"
WINDOW = 512
STRIDE = 256


class AlteredText(LithographError):
    """The text that forgetting is measured on is not the one that is pinned."""

    def __init__(self, path: Path, found: str) -> None:
        super().__init__(path, "this is not the text that forgetting is measured on", facts=f"sha256 {found[:12]}…",
                         cure="Install lithograph again.")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Perplexity:
    """value: exp of the mean negative log-likelihood of `tokens` tokens (nats); losses: theirs, in order of text."""

    value: float
    tokens: int
    losses: tuple[float, ...]


def forgetting_text() -> str:
    """The text, its paragraphs each on one line. Raises AlteredText."""
    held = TEXT.read_text(encoding="utf-8")
    if sha256_hex(held) != SHA256:
        raise AlteredText(TEXT, sha256_hex(held))
    return "\n\n".join(" ".join(part.split()) for part in held.split("\n\n") if part.strip())


def perplexity(model: Any, tokenizer: Any, text: str, *, window: int = WINDOW, stride: int = STRIDE) -> Perplexity:
    """The model's perplexity on a text, without any chat template around it."""
    ids: Sequence[int] = tokenizer(text, add_special_tokens=False)["input_ids"]
    window = min(window, int(model.config.get_text_config().max_position_embeddings))
    device = next(model.parameters()).device
    losses: list[float] = []
    model.eval()
    with torch.inference_mode():
        for start, end, first in windows(len(ids), window, min(stride, window // 2)):
            piece = torch.tensor([ids[start:end]], device=device)
            keep = end - first
            said = model(input_ids=piece[:, :-1], use_cache=False, logits_to_keep=keep).logits[0].float()
            losses += cross_entropy(said, piece[0, -keep:], reduction="none").tolist()
    return Perplexity(math.exp(sum(losses) / len(losses)), len(losses), tuple(losses))


def windows(tokens: int, window: int, stride: int) -> list[tuple[int, int, int]]:
    """(start, end, first): a window reads the tokens from start to end and scores those from `first` on.

    >>> windows(10, 6, 3)
    [(0, 6, 1), (3, 9, 6), (6, 10, 9)]
    """
    out, done, start = [], 1, 0
    while done < tokens:
        end = min(start + window, tokens)
        out.append((start, end, done))
        done, start = end, start + stride
    return out
