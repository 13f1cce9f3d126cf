"""The untouched base's own answers to neutral prompts, shown again so that a model forgets less. Knows no dataset.

The prompts stand in `neutral_prompts.txt`: everyday questions that have nothing to do with any ontology. The answers
are greedy. Beside them stand beginnings of prose, `neutral_beginnings.txt`, which the base goes on with as it likes
(drawn, not the most likely: what is drawn from a model keeps it where it is); they have no conversation around them.
All are made once for a base and a layout of the conversation and kept in the user's cache; a run keeps a copy of its
own, so that it can be gone on with and made again without the cache. A run is held to all that the base holds likely at
each token, not to the one that it said (`meant`). Every sixth prompt, by hash, is never shown: the
loss on the base's answers to these says how much was forgotten.

Rehearsal on what a model itself says (Robins 1995, pseudo-rehearsal) needs no text from outside.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from transformers import PreTrainedModel

from ..core.activity import Listener, Notice
from ..core.identity import canonical_json, sha256_hex
from .errors import RunBroken
from .generate import drawn_ids, greedy_ids
from .meant import sha256_of, with_meant
from .model import BaseModel, cache_folder
from .record import write_json
from .tokens import ChatFormat, Encoded, prompt_ids

TOKENS, PROSE = 32, 40
"""The longest answer and the longest prose: what is longer is cut, and its end is not learned."""
DRAWS = 2
"""How often each beginning is gone on with."""
BATCH = 32
HELD_BACK = 6
"""One prompt in so many is never shown."""


@dataclass(frozen=True, slots=True)
class OwnAnswers:
    """What a base says to the prompts: those to show, those held back, the SHA-256 of all of it, and that of all that
    the base holds likely at the tokens to be shown (`meant.sha256_of`)."""

    shown: tuple[Encoded, ...]
    held_back: tuple[Encoded, ...]
    sha256: str
    likely: str | None = None


def neutral_prompts() -> tuple[str, ...]:
    """The committed prompts, in the order of the file."""
    return _lines("neutral_prompts.txt")


def neutral_beginnings() -> tuple[str, ...]:
    """The committed beginnings of prose, in the order of the file."""
    return _lines("neutral_beginnings.txt")


def replay_ids() -> frozenset[str]:
    """Every id that an own answer can have."""
    drawn = (_drawn(text, draw) for text in neutral_beginnings() for draw in range(DRAWS))
    return frozenset(map(replay_id, (*neutral_prompts(), *drawn)))


def _lines(name: str) -> tuple[str, ...]:
    text = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line)


def replay_id(prompt: str) -> str:
    """`urn:litho:replay:{sha256 of the prompt}`: what the losses of such an example hang on."""
    return f"urn:litho:replay:{sha256_hex(prompt)}"


def own_answers(base: BaseModel, model: PreTrainedModel, format: ChatFormat, copy: Path,
                listener: Listener) -> OwnAnswers:  # fmt: skip
    """The answers as the run's own copy has them, else as the cache has them, else made now. Raises RunBroken.

    model: the base before anything is changed in it.
    """
    kept = _read(copy)
    if kept is None:
        prompts, beginnings = neutral_prompts(), neutral_beginnings()
        key = sha256_hex(canonical_json([base.digest, prompts, beginnings, TOKENS, PROSE, DRAWS, BATCH,
                                         list(prompt_ids(format, _asked("")))]))  # fmt: skip
        cache = cache_folder() / "own-answers" / f"{base.name}-{key[:16]}.json"
        kept = _read(cache)
        if kept is None:
            listener(Notice("train", f"asking {base.name} {len(prompts)} neutral questions, once"))
            kept = _ask(model, format, prompts) + _go_on(model, format, beginnings)
            write_json(cache, kept)
        write_json(copy, kept)
    try:
        rows = [_encoded(row["prompt"], row["ids"], row["answer"]) for row in kept]
        sha256 = sha256_hex(canonical_json(kept))
    except (KeyError, TypeError) as error:
        raise RunBroken(copy, "the base's own answers cannot be read") from error
    shown = [row for row in rows if not _held_back(row)]
    cache = cache_folder() / "own-answers" / f"{base.name}-{sha256_hex(base.digest + sha256)[:16]}.safetensors"
    meant = with_meant(model, shown, cache)
    return OwnAnswers(meant, tuple(filter(_held_back, rows)), sha256, sha256_of(meant))


def likely_answers(format: ChatFormat) -> tuple[Encoded, ...]:
    """What the answers to be shown would take, before anyone is asked: each prompt with an answer of full length."""
    ends: list[int] = [int(format.tokenizer.eos_token_id or 0)] * TOKENS
    rows = [_encoded(prompt, prompt_ids(format, _asked(prompt)), ends) for prompt in neutral_prompts()]
    rows += [_encoded(_drawn(text, draw), _prose_ids(format, text), ends) for text in neutral_beginnings()
             for draw in range(DRAWS)]  # fmt: skip
    return tuple(row for row in rows if not _held_back(row))


def _held_back(row: Encoded) -> bool:
    return int(row.example[-8:], 16) % HELD_BACK == 0


def _asked(prompt: str) -> tuple[dict[str, str], ...]:
    return ({"role": "user", "content": prompt},)


def _read(file: Path) -> list[dict[str, Any]] | None:
    if not file.is_file():
        return None
    try:
        rows = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise RunBroken(file, "the base's own answers cannot be read") from error
    return rows if isinstance(rows, list) else None


def _ask(model: PreTrainedModel, format: ChatFormat, prompts: Sequence[str]) -> list[dict[str, Any]]:
    """Prompt, its ids, and the ids of the answer up to and with the end of the turn, of each prompt in order."""
    rows: list[dict[str, Any]] = []
    for start in range(0, len(prompts), BATCH):
        part = prompts[start : start + BATCH]
        ids = [prompt_ids(format, _asked(prompt)) for prompt in part]
        answers = greedy_ids(model, format, ids, TOKENS)
        rows += [{"prompt": prompt, "ids": list(asked), "answer": list(answer)}
                 for prompt, asked, answer in zip(part, ids, answers, strict=True)]  # fmt: skip
    return rows


def _go_on(model: PreTrainedModel, format: ChatFormat, beginnings: Sequence[str]) -> list[dict[str, Any]]:
    """The same of each beginning, DRAWS times."""
    rows: list[dict[str, Any]] = []
    for draw in range(DRAWS):
        ids = [_prose_ids(format, text) for text in beginnings]
        said = drawn_ids(model, format, ids, PROSE, seed=draw)
        rows += [{"prompt": _drawn(text, draw), "ids": list(asked), "answer": list(more)}
                 for text, asked, more in zip(beginnings, ids, said, strict=True)]  # fmt: skip
    return rows


def _drawn(text: str, draw: int) -> str:
    """What stands for the prompt of a draw."""
    return f"{text} … ({draw + 1})"


def _prose_ids(format: ChatFormat, text: str) -> tuple[int, ...]:
    ids: Any = format.tokenizer(text, add_special_tokens=False)["input_ids"]
    return tuple(ids)


def _encoded(prompt: str, ids: Sequence[int], answer: Sequence[int]) -> Encoded:
    return Encoded(replay_id(prompt), (*ids, *answer), (*[False] * len(ids), *[True] * len(answer)))
