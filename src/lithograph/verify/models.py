"""The models that are asked: a base, and an adapter of it, opened once. Knows nothing about probes.

An adapter is put on the very base that was trained with it, and asked with the same system message: its run's record
says which. Without its adapter the same model in memory is the untouched base.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from lithograph.core.activity import Listener, silent
from lithograph.core.errors import LithographError
from lithograph.core.identity import file_sha256
from lithograph.train.errors import OtherBase
from lithograph.train.lora import WEIGHTS, open_adapter
from lithograph.train.model import BaseModel, find_model, load_model, load_tokenizer
from lithograph.train.record import RunRecord
from lithograph.train.tokens import ChatFormat, chat_format


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
    """A model that can be asked. adapter: whether one is on it. base_key, key: what the base and the whole of it are,
    by content: scores are kept under them."""

    model: Any
    format: ChatFormat
    base: BaseModel
    adapter: str | None
    system: str | None

    @property
    def base_key(self) -> str:
        """The base by its bytes, and the system message it is asked with."""
        return f"{self.base.digest}\n{self.system}"

    @property
    def key(self) -> str:
        """The base with its adapter."""
        return f"{self.base_key}\n{self.adapter}" if self.adapter else self.base_key

    @contextlib.contextmanager
    def untouched(self) -> Iterator[Any]:
        """The model without its adapter."""
        with self.model.disable_adapter() if self.adapter else contextlib.nullcontext():
            yield self.model


def open_base(
    wish: str, *, system: str | None = "", online: bool = False, device: str = "auto", listener: Listener = silent
) -> Opened:
    """A base model by name, folder or hub id. Raises ModelMissing, NoChatTemplate."""
    base = find_model(wish, online=online, listener=listener)
    format = chat_format(load_tokenizer(base), system, base.source)
    return Opened(_placed(load_model(base), device), format, base, None, system)


def open_run(
    record: RunRecord, *, online: bool = False, device: str = "auto", listener: Listener = silent,
    adapter: Path | None = None, wish: str | None = None,
) -> Opened:  # fmt: skip
    """A finished run's adapter on its base; `adapter` opens another folder of the run in its place (a checkpoint).

    wish: the base to put it on, its own where none is given. Raises RunUnfinished, AdapterGone, OtherBase.
    """
    if adapter is None and not record.finished:
        raise RunUnfinished(record.folder, record.status)
    folder = adapter or record.adapter
    if not (folder / WEIGHTS).is_file():
        raise AdapterGone(folder)
    base = find_model(wish or str(record.options["model"]), online=online, listener=listener)
    if base.digest != record.model["digest"]:
        raise OtherBase(folder, str(record.model["digest"]), base.source)
    format = chat_format(load_tokenizer(base), record.system, base.source)
    model = _placed(load_model(base), device)
    adapted = open_adapter(model, folder)
    adapted.eval()
    return Opened(adapted, format, base, adapter_urn(folder), record.system)


def adapter_urn(folder: Path) -> str:
    """The urn of an adapter by its weights, as the ledger has it."""
    return f"urn:litho:adapter:{file_sha256(folder / WEIGHTS)}"


def _placed(model: Any, device: str) -> Any:
    return model.to(torch.device("cuda")) if device == "auto" and torch.cuda.is_available() else model
