"""Several adapters on one model: each alone, several at once, several merged into one. Knows nothing about probes.

    stack   the adapters stay what they are and act together: each adds its own ΔW. Any of them is taken away again
            by naming the others
    merge   one new adapter whose ΔW is the weighted sum of theirs, exactly (PEFT's "cat": ranks add up)

With weights of one, both are the same model; a merged one can be handed out as a single adapter.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from peft import PeftModel
from transformers import PreTrainedModel

from lithograph.core.errors import LithographError
from lithograph.train.errors import AdapterBroken
from lithograph.train.lora import WEIGHTS, quiet_peft
from lithograph.train.terms import terms_of

BASE = "__base__"
"""The name of no adapter: the model as it was (PEFT's own word for it)."""


class NothingToCompose(LithographError):
    """No adapter where at least one is wanted."""

    def __init__(self) -> None:
        super().__init__("adapters", "there is none to put on the model", cure="Name at least one.")


class TermsApart(LithographError):
    """Adapters of which one made tokens of its terms: the model would have to be grown otherwise for each."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "an adapter with tokens of its own cannot stand on one model with others",
                         cure="Train it with train_add_terms = 0, or ask it alone: lithograph verify.")  # fmt: skip


def load_together(model: PreTrainedModel, adapters: Mapping[str, Path]) -> PeftModel:
    """The model with all of these adapters on it, by name, for use. Raises AdapterBroken, TermsApart,
    NothingToCompose."""
    if not adapters:
        raise NothingToCompose
    together: Any = None
    for name, folder in adapters.items():
        if not (folder / WEIGHTS).is_file():
            raise AdapterBroken(folder, "there are no weights in it")
        if terms_of(folder):
            raise TermsApart(folder)
        with quiet_peft():
            if together is None:
                together = PeftModel.from_pretrained(model, folder, adapter_name=name)
            else:
                together.load_adapter(folder, adapter_name=name)
    together.eval()
    return together  # type: ignore[no-any-return]


@contextlib.contextmanager
def wearing(model: PeftModel, names: Sequence[str]) -> Iterator[PeftModel]:
    """The model with these adapters acting together, in whatever order; with none of them for `BASE` or no name."""
    wanted = [name for name in names if name != BASE]
    inner: Any = model.base_model
    if not wanted:
        with model.disable_adapter():
            yield model
        return
    inner.set_adapter(wanted, inference_mode=True)
    yield model


def merge(model: PeftModel, names: Sequence[str], into: str, weights: Sequence[float] | None = None) -> None:
    """Make one adapter `into` of several; it is on the model afterwards, and not yet worn. Raises NothingToCompose."""
    if not names:
        raise NothingToCompose
    with quiet_peft():
        inner: Any = model.base_model
        inner.add_weighted_adapter(list(names), list(weights or [1.0] * len(names)), into, combination_type="cat")
