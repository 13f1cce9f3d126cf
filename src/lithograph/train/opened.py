"""The models that are asked: a base, and an adapter of it, opened once. Knows nothing about questions.

An adapter is put on the very base that was trained with it, and asked with the same system message: its run's record
says which. Without its adapter the same model in memory is the untouched base. Where terms became tokens, the model is
grown by them and the tokenizer cuts by them; its untouched base is then opened by itself, since it has neither.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from ..core.activity import Listener, silent
from ..core.errors import LithographError
from ..core.identity import file_sha256
from .errors import AdapterBroken, OtherBase
from .lora import WEIGHTS, open_adapter
from .model import BaseModel, find_model, load_model, load_tokenizer
from .record import RunRecord
from .terms import Term, add_terms, grow, terms_of
from .tokens import ChatFormat, chat_format


class RunUnfinished(LithographError):
    """A run whose adapter is not there yet."""

    def __init__(self, run: object, status: str) -> None:
        super().__init__(run, "this run is not finished, so it has no adapter to verify", facts=f"it is {status}",
                         cure="Go on with it: lithograph train, with the options it was started with.")  # fmt: skip


class AdapterGone(LithographError):
    """A finished run whose adapter is not in its folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "the adapter's weights are gone", cure="Train it again.")


@dataclass(frozen=True, slots=True)
class Opened:
    """A model that can be asked. adapter: which is on it, None for none. terms: what became tokens for it.

    base_key, key: what the base and the whole of it are, by content: scores are kept under them.
    """

    model: Any
    format: ChatFormat
    base: BaseModel
    adapter: str | None
    system: str | None
    terms: tuple[Term, ...] = ()

    @property
    def base_key(self) -> str:
        """The base by its bytes, and the system message it is asked with."""
        return f"{self.base.digest}\n{self.system}"

    @property
    def key(self) -> str:
        """The base with its adapter."""
        return f"{self.base_key}\n{self.adapter}" if self.adapter else self.base_key

    def tokens(self, text: str) -> int:
        """How many tokens a text is."""
        tokenizer: Any = self.format.tokenizer
        return len(tokenizer(text, add_special_tokens=False)["input_ids"])

    @contextlib.contextmanager
    def untouched(self) -> Iterator[Opened]:
        """The base alone, as it was before anything was put on it."""
        if self.adapter is None:
            yield self
        elif self.terms:
            yield _base(self.base, self.system, self.model.device)
        else:
            with self.model.disable_adapter():
                yield replace(self, adapter=None)


def open_base(
    wish: str, *, system: str | None = "", online: bool = False, device: str = "auto", listener: Listener = silent
) -> Opened:
    """A base model by name, folder or hub id. Raises ModelMissing, NoChatTemplate."""
    return _base(find_model(wish, online=online, listener=listener), system, _device(device))


def open_run(
    record: RunRecord, *, online: bool = False, device: str = "auto", listener: Listener = silent,
    adapter: Path | None = None, wish: str | None = None,
) -> Opened:  # fmt: skip
    """A finished run's adapter on its base; `adapter` opens another folder of the run in its place (a checkpoint).

    wish: the base to put it on, its own where none is given. device: `auto` is a GPU where there is one. Of a run from
    scratch the whole model. Raises RunUnfinished, AdapterGone, AdapterBroken, OtherBase.
    """
    if adapter is None and not record.finished:
        raise RunUnfinished(record.folder, record.status)
    if record.options.get("scratch"):
        return open_base(str(record.folder / "model"), system=record.system, device=device)
    folder = adapter or record.adapter
    if not (folder / WEIGHTS).is_file():
        raise AdapterGone(folder)
    name = wish or str(record.options.get("model") or record.model.get("source"))
    base = find_model(name, online=online, listener=listener)
    if base.digest != record.model["digest"]:
        raise OtherBase(folder, str(record.model["digest"]), base.source)
    terms = terms_of(folder) or terms_of(record.adapter)  # checkpoints have those of their run
    tokenizer = load_tokenizer(base)
    if terms and add_terms(tokenizer, [term.text[1:] for term in terms], folder) != terms:
        raise AdapterBroken(folder, "its terms are not the tokens that its base's tokenizer makes of them")
    format = chat_format(tokenizer, record.system, base.source)
    model: Any = load_model(base)
    grow(model, terms)
    adapted = open_adapter(model.to(_device(device)), folder)
    adapted.eval()
    return Opened(adapted, format, base, adapter_urn(folder), record.system, terms)


def adapter_urn(folder: Path) -> str:
    """The urn of an adapter by its weights, as the ledger has it."""
    return f"urn:litho:adapter:{file_sha256(folder / WEIGHTS)}"


def _base(base: BaseModel, system: str | None, device: torch.device) -> Opened:
    format = chat_format(load_tokenizer(base), system, base.source)
    model: Any = load_model(base)
    return Opened(model.to(device), format, base, None, system)


def _device(wish: str) -> torch.device:
    return torch.device("cuda" if wish == "auto" and torch.cuda.is_available() else "cpu")
