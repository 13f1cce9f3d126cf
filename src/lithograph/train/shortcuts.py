"""What a step need not do twice: shared beginnings, frozen lower layers, each example's gradient. Knows nothing about
steps or files.

Only for models that were tried and found to give the same losses this way (`decoder.sheets_fit`), and only where
nothing but LoRA on their layers is trained. Everything else goes the plain way, and no sketches are taken there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from .decoder import sheet_losses, sheets_fit, take_apart
from .lowrank import adapted_layers, fuse
from .options import TrainOptions
from .prefix import Sheet, lay_out
from .sketches import Sketches
from .tokens import Encoded
from .trunk import Trunk


@dataclass(frozen=True, slots=True)
class Shortcuts:
    """The ways that are open for a model. trunk: kept lower states. sketches: None where they are not wanted or not to
    be had. head: how many tokens every conversation begins with. modules: the names of the layers that carry LoRA."""

    trunk: Trunk
    sketches: Sketches | None
    head: int
    modules: tuple[str, ...]

    def sheet(self, batch: Sequence[Encoded], device: torch.device) -> Sheet:
        """The batch laid out: with sketches only the head is shared, so that every gradient has one owner."""
        return lay_out(batch, device, None if self.sketches is None else self.head)

    def losses(self, sheet: Sheet) -> Tensor:
        """(examples,): their summed losses, with the way back open."""
        if self.sketches is not None:
            self.sketches.begin(sheet)
        return sheet_losses(self.trunk.decoder, sheet, self.trunk.line(sheet))


def find_shortcuts(model: Any, options: TrainOptions, head: int = 0, trunk: Trunk | None = None) -> Shortcuts | None:
    """The shortcuts through a model with LoRA on it (PEFT's wrapper taken off by nobody); None where there are none.

    trunk: one that was filled before by the same base model, cut at the same height. The model's LoRA layers are fused
    from here on, whether or not there are other shortcuts.
    """
    sketches = Sketches() if options.sketches else None
    layers = tuple(name for name, _ in adapted_layers(model))
    fused = fuse(model, sketches)
    trained = [name for name, weight in model.named_parameters() if weight.requires_grad]
    if not layers or any(".lora_A." not in name and ".lora_B." not in name for name in trained):
        return None
    base = model.get_base_model()
    cut = _cut(base, options)
    try:
        decoder = take_apart(base, cut)
    except AttributeError:
        return None
    if not sheets_fit(decoder):
        return None
    if trunk is None or trunk.decoder.cut != cut:
        trunk = Trunk(decoder)
    else:
        trunk.decoder = decoder
    return Shortcuts(trunk, sketches if fused == len(layers) else None, head, layers)


def _cut(base: Any, options: TrainOptions) -> int:
    """How many of the lower layers carry nothing that is trained."""
    if options.top_layers is None:
        return 0
    return int(base.config.get_text_config().num_hidden_layers) - options.top_layers
