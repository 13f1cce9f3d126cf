"""A question put to a model: its greedy answer, and how likely it holds yes, no and that it cannot be known.

Here the model is one thing with its adapter on, off, or none at all; who is to be asked is the caller's to say. A
function that chooses among adapters by the question would stand beside this one and return a name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch.nn.functional import log_softmax

from lithograph.answer.errors import QuestionTooLong
from lithograph.probes.context import laid_out
from lithograph.train.generate import greedy_ids
from lithograph.train.opened import Opened
from lithograph.train.thinking import thought_in
from lithograph.train.tokens import ChatFormat, prompt_ids

VERDICTS: Mapping[str, Mapping[str, str]] = {
    "en": {"yes": "Yes", "no": "No", "open": "It cannot be known"},
    "ru": {"yes": "Да", "no": "Нет", "open": "Неизвестно"},
}
"""How the answers of a dataset begin, by what they mean."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model said. verdicts: yes, no, open -> their shares of the likelihood of the three, where they were asked
    for."""

    text: str
    verdicts: Mapping[str, float]


def answer(model: Any, format: ChatFormat, messages: Sequence[Mapping[str, str]], *, tokens: int = 96,
           verdicts: Mapping[str, str] | None = None) -> Answer:  # fmt: skip
    """The most likely answer to a conversation, token by token, up to the end of the turn or so many tokens.

    verdicts: beginnings of an answer to be weighed against one another, after the model's own thought where it has one
    (`train.thinking`). Raises QuestionTooLong where question and answer do not fit into what the model can read.
    """
    prompt = prompt_ids(format, messages)
    room = int(getattr(model.config, "max_position_embeddings", 0) or 0)
    if room and len(prompt) + tokens > room:
        raise QuestionTooLong(len(prompt), room - tokens)
    (ids,) = greedy_ids(model, format, [prompt], tokens)
    tokenizer: Any = format.tokenizer
    said = tokenizer.decode(list(ids), skip_special_tokens=True).strip()
    if not verdicts:
        return Answer(said, {})
    thought = thought_in(format, ids)
    words = [f" {word}" if thought else word for word in verdicts.values()]
    weights = likelihoods(model, format, (*prompt, *thought), words)
    shares = torch.softmax(torch.tensor(weights, dtype=torch.float64), 0).tolist()
    return Answer(said, dict(zip(verdicts, shares, strict=True)))


def room_before(opened: Opened, question: str, answer: int, most: int) -> int:
    """Tokens, `most` of them, that may stand before a question so that an answer of so many still fits."""
    holds = int(getattr(opened.model.config, "max_position_embeddings", 0) or 0)
    taken = len(prompt_ids(opened.format, laid_out(question, [""]))) + answer
    return max(0, min(most, holds - taken)) if holds else most


def likelihoods(model: Any, format: ChatFormat, prompt: Sequence[int], beginnings: Sequence[str]) -> list[float]:
    """The log-likelihood, in nats, of each text as the beginning of the answer: the sum over its tokens."""
    device = next(model.parameters()).device
    tokenizer: Any = format.tokenizer
    out = []
    with torch.inference_mode():
        for text in beginnings:
            ids = tokenizer(text, add_special_tokens=False)["input_ids"]
            whole = torch.tensor([[*prompt, *ids]], device=device)
            logits = model(input_ids=whole[:, :-1], use_cache=False, logits_to_keep=len(ids)).logits[0]  # (len(ids), v)
            chosen = torch.tensor(ids, device=device)
            out.append(float(log_softmax(logits.float(), -1)[torch.arange(len(ids)), chosen].sum()))
    return out
