"""What a run learns, on disk: an adapter on a frozen base, or a whole model. Knows nothing about steps."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from peft import PeftModel
from safetensors.torch import load_file, save
from transformers import PreTrainedTokenizerBase

from .lora import restore_adapter, save_adapter
from .materials import Materials
from .model import load_model, no_bars
from .terms import TERMS

WHOLE = "model.safetensors"


def save_weights(model: Any, folder: Path) -> None:
    """Write what is learned; the same weights give the same bytes."""
    if isinstance(model, PeftModel):
        save_adapter(model, folder)
        return
    folder.mkdir(parents=True, exist_ok=True)
    there: dict[int, str] = {}
    state = {}
    for name, tensor in model.state_dict().items():
        if there.setdefault(tensor.data_ptr(), name) == name:  # tied weights are written once
            state[name] = tensor.detach().cpu().contiguous()
    (folder / WHOLE).write_bytes(save(state, metadata={"format": "pt"}))


def restore_weights(model: Any, folder: Path) -> None:
    """Put what `save_weights` wrote back into the model."""
    if isinstance(model, PeftModel):
        restore_adapter(model, folder)
        return
    missing = model.load_state_dict(load_file(folder / WHOLE), strict=False)
    if missing.unexpected_keys:
        raise KeyError(missing.unexpected_keys[0])
    model.tie_weights()


def hand_over(model: Any, materials: Materials, folder: Path) -> None:
    """Write the result as others open it: an adapter for PEFT, with its tokenizer where it has terms of its own, or a
    model folder for transformers."""
    tokenizer: PreTrainedTokenizerBase = materials.format.tokenizer
    if isinstance(model, PeftModel):
        save_adapter(model, folder)
        if materials.terms:
            tokenizer.save_pretrained(folder)
            told = [{"term": one.text, "id": one.id, "pieces": list(one.pieces)} for one in materials.terms]
            (folder / TERMS).write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        return
    model.config.use_cache = True
    with no_bars():
        model.save_pretrained(folder)
        tokenizer.save_pretrained(folder)


@contextlib.contextmanager
def untrained(model: Any, materials: Materials) -> Iterator[None]:
    """Inside, the model is what it was before the run: without its adapter, or with the weights it began from."""
    if isinstance(model, PeftModel):
        with model.disable_adapter():
            yield
        return
    learned = {name: tensor.detach().clone() for name, tensor in model.state_dict().items()}
    start: Any = load_model(materials.base)
    model.load_state_dict(start.state_dict())
    try:
        yield
    finally:
        model.load_state_dict(learned)
