"""LoRA on a frozen model, and an adapter as a folder in PEFT's own layout. Knows nothing about data or steps."""

from __future__ import annotations

import contextlib
import json
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, PeftModel, get_peft_model, get_peft_model_state_dict, set_peft_model_state_dict
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from transformers import PreTrainedModel

from .errors import AdapterBroken, BadOption, OtherModel, OtherShape, UnknownTarget
from .options import TrainOptions
from .terms import Term, grow, terms_of, token_indices

WEIGHTS = "adapter_model.safetensors"
CONFIG = "adapter_config.json"


def linear_names(model: PreTrainedModel) -> tuple[str, ...]:
    """The last names of the model's linear modules, the output head left out, in alphabetical order."""
    head = model.get_output_embeddings()  # type: ignore[no-untyped-call]
    return tuple(sorted({name.rsplit(".", 1)[-1] for name, module in model.named_modules()
                         if isinstance(module, torch.nn.Linear) and module is not head}))  # fmt: skip


def lora_config(model: PreTrainedModel, options: TrainOptions, terms: Sequence[Term] = ()) -> LoraConfig:
    """The adapter's configuration; raises UnknownTarget or BadOption where the model has no such part.

    terms: tokens that the model was grown by; their rows are trained too.
    """
    there = linear_names(model)
    unknown = set(options.targets) - set(there)
    if unknown:
        raise UnknownTarget(unknown, there)
    layers = int(model.config.get_text_config().num_hidden_layers)
    top = options.top_layers
    if top is not None and top > layers:
        raise BadOption("layers", options.layers, f'at most "top:{layers}": the model has {layers} layers')
    return LoraConfig(
        task_type="CAUSAL_LM",
        r=options.rank,
        lora_alpha=options.alpha,
        lora_dropout=options.dropout,
        target_modules=list(options.targets or there),
        layers_to_transform=None if top is None else list(range(layers - top, layers)),
        trainable_token_indices=token_indices(model, terms),
    )


def add_lora(model: PreTrainedModel, options: TrainOptions, source: str, terms: Sequence[Term] = ()) -> PeftModel:
    """The model with a fresh adapter, drawn from torch's generator seeded with `options.seed`."""
    torch.manual_seed(options.seed)
    with quiet_peft():
        adapted: Any = get_peft_model(model, lora_config(model, options, terms))
    adapted.peft_config["default"].base_model_name_or_path = source
    return adapted  # type: ignore[no-any-return]


def open_adapter(model: PreTrainedModel, folder: Path) -> PeftModel:
    """The model with a saved adapter on it, for use; it is grown by the adapter's terms, where it has any.

    Such an adapter is asked with the tokenizer beside it. Raises AdapterBroken and OtherModel.
    """
    grow(model, terms_of(folder))
    if not (folder / WEIGHTS).is_file() or not (folder / CONFIG).is_file():
        raise AdapterBroken(folder, f"{WEIGHTS} or {CONFIG} is missing")
    try:
        with quiet_peft():
            warnings.filterwarnings("error", "Found missing adapter keys", UserWarning)
            return PeftModel.from_pretrained(model, folder)
    except SafetensorError as error:
        raise AdapterBroken(folder, str(error).splitlines()[0]) from error
    except (RuntimeError, ValueError, KeyError, TypeError, UserWarning) as error:
        raise OtherModel(folder, _base_of(folder)) from error


def _base_of(folder: Path) -> str:
    """The base model that an adapter's configuration names."""
    try:
        return str(json.loads((folder / CONFIG).read_text(encoding="utf-8"))["base_model_name_or_path"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise AdapterBroken(folder / CONFIG, type(error).__name__) from error


@contextlib.contextmanager
def quiet_peft() -> Iterator[None]:
    """PEFT and transformers without what they warn each other of."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "`is_gradient_checkpointing` is deprecated", FutureWarning)
        yield


def save_adapter(model: PeftModel, folder: Path) -> None:
    """Write weights and configuration so that PEFT opens them; the same adapter gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    # "auto" would ask the hub over the network whether the vocabulary grew; it never does here
    state = get_peft_model_state_dict(model, save_embedding_layers=False)
    weights = {name: tensor.detach().cpu().contiguous() for name, tensor in state.items()}
    (folder / WEIGHTS).write_bytes(save(weights, metadata={"format": "pt"}))
    text = json.dumps(_plain_config(model), indent=2, sort_keys=True, default=str, ensure_ascii=False)
    (folder / CONFIG).write_text(text + "\n", encoding="utf-8")


def _plain_config(model: PeftModel) -> dict[str, Any]:
    config = model.peft_config["default"].to_dict() | {"inference_mode": True}
    return {key: sorted(value) if isinstance(value, set) else value for key, value in config.items()}


def restore_adapter(model: PeftModel, folder: Path) -> None:
    """Put a saved adapter's weights into the model."""
    set_peft_model_state_dict(model, load_file(folder / WEIGHTS))


_SHAPE = {"rank": "r", "alpha": "lora_alpha", "targets": "target_modules", "layers": "layers_to_transform"}
"""What must be the same for one adapter to be continued as another: its name here -> in PEFT's configuration."""


def start_from(model: PeftModel, folder: Path) -> None:
    """Put an earlier adapter's weights into the model's fresh one. Raises AdapterBroken or OtherShape."""
    try:
        there = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
        weights = load_file(folder / WEIGHTS)
    except (OSError, ValueError, SafetensorError) as error:
        raise AdapterBroken(folder, f"{type(error).__name__}: {str(error).splitlines()[0]}") from error
    mine = _plain_config(model)
    for name, key in _SHAPE.items():
        one, other = (sorted(held[key]) if isinstance(held.get(key), list) else held.get(key) for held in (there, mine))
        if one != other:
            raise OtherShape(folder, name, _shown(one), _shown(other))
    fresh = get_peft_model_state_dict(model, save_embedding_layers=False)
    shapes = [{key: tuple(tensor.shape) for key, tensor in held.items()} for held in (weights, fresh)]
    for key in sorted(shapes[0].keys() | shapes[1].keys()):
        if shapes[0].get(key) != shapes[1].get(key):
            raise OtherShape(folder, f"form of {key}", shapes[0].get(key, "none"), shapes[1].get(key, "none"))
    set_peft_model_state_dict(model, weights)


def _shown(value: object) -> str:
    if value is None:
        return "all"
    return ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)
