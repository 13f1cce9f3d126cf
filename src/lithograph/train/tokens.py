"""Messages to token ids, and which of them are learned. Knows nothing about models, losses or batches.

A conversation is laid out by the model's own chat template. Every assistant turn is learned, from the first character
of the answer to its end-of-turn token; nothing else is. The text is cut at each boundary *before* it is tokenised, so
the boundary is exact and a prompt's ids are the very ids generation will start from. Masks are spans, never "all that
is not padding": SmolLM2 pads with its end-of-turn token.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jinja2.exceptions import TemplateError
from transformers import PreTrainedTokenizerBase

from .corpus import Example, Message
from .errors import NoExactBoundary

_PROBE: tuple[Message, ...] = (
    {"role": "user", "content": "What is a wheel?"},
    {"role": "assistant", "content": "A round part."},
    {"role": "user", "content": "And a spoke?"},
    {"role": "assistant", "content": "A part of it."},
)


@dataclass(frozen=True, slots=True)
class ChatFormat:
    """A tokenizer with its chat template, the system message put first, and the ids that end a turn."""

    tokenizer: PreTrainedTokenizerBase
    system: str | None
    special_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class Encoded:
    """An example as tokens: ids and, per id, whether it is learned.

    meant: (learned tokens, hidden), where an example is not to be said but to be held likely as a base does (`meant`).
    """

    example: str
    ids: tuple[int, ...]
    learned: tuple[bool, ...]
    meant: Any = field(default=None, compare=False, repr=False)

    @property
    def learned_count(self) -> int:
        """How many tokens the loss counts."""
        return sum(self.learned)


def chat_format(tokenizer: PreTrainedTokenizerBase, system: str | None, place: object = "the model") -> ChatFormat:
    """The format, proved on a two-turn conversation; raises NoExactBoundary where it cannot be told exactly.

    A template that knows no system role (it refuses one) is used without: `system` is then None.
    """
    format = ChatFormat(tokenizer, system, frozenset(tokenizer.all_special_ids))
    if system is not None:
        try:
            _text(format, _PROBE[:1], ask=True)
        except TemplateError:
            format = ChatFormat(tokenizer, None, format.special_ids)
    pieces = _pieces(format, _PROBE, place)
    ids = [token for piece, _ in _ids(format, pieces) for token in piece]
    whole = "".join(text for text, _ in pieces)
    if tokenizer.decode(ids, skip_special_tokens=False, clean_up_tokenization_spaces=False) != whole:
        raise NoExactBoundary(place, "the tokenizer does not give back the text it was given piece by piece")
    return format


def encode(format: ChatFormat, examples: Iterable[Example]) -> list[Encoded]:
    """Each example as tokens, in order."""
    pieces = [(example.id, _pieces(format, example.messages, example.id)) for example in examples]
    ids = iter(_ids(format, [piece for _, parts in pieces for piece in parts]))
    return [_join(name, [next(ids) for _ in parts]) for name, parts in pieces]


def prompt_ids(format: ChatFormat, messages: Sequence[Message]) -> tuple[int, ...]:
    """What the model is given so that it says the last assistant turn itself."""
    before = list(messages)
    while before and before[-1]["role"] == "assistant":
        before.pop()
    return tuple(format.tokenizer(_text(format, before, ask=True), add_special_tokens=False)["input_ids"])


def decode_masked(format: ChatFormat, encoded: Encoded) -> tuple[str, ...]:
    """The learned text, one piece per assistant turn: what the loss sees, read back."""
    spans: list[list[int]] = []
    inside = False
    for token, learned in zip(encoded.ids, encoded.learned, strict=True):
        if learned and not inside:
            spans.append([])
        if learned:
            spans[-1].append(token)
        inside = learned
    decode: Any = format.tokenizer.decode
    return tuple(decode(span, skip_special_tokens=False, clean_up_tokenization_spaces=False) for span in spans)


def _pieces(format: ChatFormat, messages: Sequence[Message], place: object) -> list[tuple[str, bool]]:
    """The conversation as (text, is an answer) pieces that together are the whole text."""
    pieces: list[tuple[str, bool]] = []
    done = ""
    for turn, message in enumerate(messages):
        if message["role"] != "assistant":
            continue
        before = _text(format, messages[:turn], ask=True)
        after = _text(format, messages[: turn + 1], ask=False)
        if not before.startswith(done) or not after.startswith(before):
            raise NoExactBoundary(place, "the chat template rewrites what it wrote before")
        pieces += [(before[len(done) :], False), (after[len(before) :], True)]
        done = after
    return pieces


def _text(format: ChatFormat, messages: Sequence[Message], *, ask: bool) -> str:
    turns: list[Mapping[str, str]] = list(messages)
    if format.system is not None and not (turns and turns[0]["role"] == "system"):
        turns.insert(0, {"role": "system", "content": format.system})
    text: Any = format.tokenizer.apply_chat_template(
        [dict(turn) for turn in turns], tokenize=False, add_generation_prompt=ask
    )
    return str(text)


def _ids(format: ChatFormat, pieces: Sequence[tuple[str, bool]]) -> list[tuple[list[int], list[bool]]]:
    """Ids and mask of each piece. An answer is learned up to its last special token (the end of the turn)."""
    if not pieces:
        return []
    rows: Any = format.tokenizer([text for text, _ in pieces], add_special_tokens=False)["input_ids"]
    answers = (answer for _, answer in pieces)
    return [(ids, _learned(ids, format.special_ids) if answer else [False] * len(ids))
            for ids, answer in zip(rows, answers, strict=True)]  # fmt: skip


def _learned(ids: Sequence[int], special_ids: frozenset[int]) -> list[bool]:
    end = len(ids)
    while end and ids[end - 1] not in special_ids:
        end -= 1
    end = end or len(ids)
    return [True] * end + [False] * (len(ids) - end)


def _join(name: str, parts: Sequence[tuple[list[int], list[bool]]]) -> Encoded:
    """One example of its pieces; what follows the last learned token is cut off, for nothing learns from it."""
    ids = [token for piece, _ in parts for token in piece]
    learned = [flag for _, piece in parts for flag in piece]
    end = max((place + 1 for place, flag in enumerate(learned) if flag), default=0)
    return Encoded(name, tuple(ids[:end]), tuple(learned[:end]))
