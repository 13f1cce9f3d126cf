"""Who can be asked: a base model by itself, and with an adapter on it. Knows nothing about questions.

An adapter is asked on the base that it was trained on, with the system message of its run; the base beside it is the
same model with the adapter off.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lithograph.core.activity import Listener, silent
from lithograph.probes.context import laid_out
from lithograph.train.errors import OtherBase
from lithograph.train.lora import open_adapter
from lithograph.train.model import find_model, load_model, load_tokenizer
from lithograph.train.record import RunRecord
from lithograph.train.tokens import ChatFormat, chat_format, prompt_ids


@dataclass(frozen=True, slots=True)
class Speaker:
    """A model that can be asked. adapted: whether there is an adapter on it that can be taken off."""

    model: Any
    format: ChatFormat
    adapted: bool

    def tokens(self, text: str) -> int:
        """How many tokens a text is."""
        tokenizer: Any = self.format.tokenizer
        return len(tokenizer(text, add_special_tokens=False)["input_ids"])

    def room(self, question: str, answer: int, most: int) -> int:
        """Tokens, `most` of them, that may stand before a question so that an answer of so many still fits."""
        holds = int(getattr(self.model.config, "max_position_embeddings", 0) or 0)
        taken = len(prompt_ids(self.format, laid_out(question, [""]))) + answer
        return max(0, min(most, holds - taken)) if holds else most

    @contextmanager
    def without_adapter(self) -> Iterator[Any]:
        """The base alone."""
        if not self.adapted:
            yield self.model
            return
        with self.model.disable_adapter():
            yield self.model


def open_base(wish: str, *, online: bool = False, system: str | None = "", listener: Listener = silent) -> Speaker:
    """A base model by name, folder or hub id. Raises ModelMissing, NoChatTemplate, NoExactBoundary."""
    base = find_model(wish, online=online, listener=listener)
    return Speaker(load_model(base), chat_format(load_tokenizer(base), system, base.source), False)


def open_run(record: RunRecord, folder: Path, *, online: bool = False, listener: Listener = silent) -> Speaker:
    """A run's adapter, from its folder, on its base. Raises OtherBase where the base on this machine is another."""
    wish = str(record.options.get("model") or record.model.get("source"))
    base = find_model(wish, online=online, listener=listener)
    if base.digest != record.model["digest"]:
        raise OtherBase(record.id, str(record.model["digest"]), base.source)
    format = chat_format(load_tokenizer(base), record.system, base.source)
    model = open_adapter(load_model(base), folder)
    model.eval()
    return Speaker(model, format, True)
