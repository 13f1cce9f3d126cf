"""A causal language model taken apart: its lower layers, its upper ones, its head, and a way through for sheets.

Knows nothing about training. Works for any model of transformers whose decoder has `layers` and a last `norm`, keeps to
the library's attention interface, and asks its head for words without further ado. Whether that is so is not believed
but tried (`sheets_fit`).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention
from transformers import AttentionInterface

from .head import word_losses
from .losses import example_losses
from .prefix import Sheet, lay_out
from .tokens import Encoded

ATTENTION = "lithograph_sheet"
TOLERANCE = 1e-3
"""How far, of its own size, a loss may differ between the two ways of computing it: rounding, not another model."""


@dataclass(frozen=True, slots=True)
class Decoder:
    """A model's parts. cut: how many layers are below; those are frozen and their states can be kept."""

    model: Any
    inner: Any
    cut: int
    below: torch.nn.ModuleList
    above: torch.nn.ModuleList

    @property
    def dtype(self) -> torch.dtype:
        """The type of the states."""
        kind: torch.dtype = self.inner.embed_tokens.weight.dtype
        return kind


def take_apart(model: Any, cut: int = 0) -> Decoder:
    """The parts of a model out of PEFT's wrapper, LoRA layers and all. Raises AttributeError where it has none."""
    inner = model.get_decoder()
    layers = inner.layers
    return Decoder(model, inner, cut, layers[:cut], layers[cut:])


def lower_states(decoder: Decoder, ids: Sequence[int]) -> Tensor:
    """(tokens, hidden): what the layers below the cut make of one example, without gradients."""
    device = decoder.inner.embed_tokens.weight.device
    with torch.no_grad():
        if not decoder.cut:
            states: Tensor = decoder.inner.embed_tokens(torch.tensor(ids, device=device))
            return states
        with _only(decoder.inner, decoder.below, torch.nn.Identity()):
            found: Tensor = decoder.inner(input_ids=torch.tensor([ids], device=device), use_cache=False)[0]
        return found[0]


def sheet_losses(decoder: Decoder, sheet: Sheet, states: Tensor) -> Tensor:
    """(examples,): as `losses.example_losses`, for a sheet whose tokens have these states at the cut, (n, hidden)."""
    config = decoder.inner.config
    with _only(decoder.inner, decoder.above, decoder.inner.norm), _attending(config):
        hidden = decoder.inner(inputs_embeds=states[None], position_ids=sheet.places[None], use_cache=False,
                               sheet=sheet)[0][0]  # fmt: skip
    weight = decoder.model.get_output_embeddings().weight
    aims = weight.detach()[sheet.words]
    if sheet.meant is not None:
        aims[sheet.meant_at] = sheet.meant.to(aims.dtype)
    words = word_losses(hidden[sheet.asked], weight, sheet.asked_of, aims)
    return torch.zeros(sheet.size, device=words.device).index_add(0, sheet.rows, words)


def sheets_fit(decoder: Decoder) -> bool:
    """Whether a sheet gives this model the losses that the plain way gives, tried on two examples that share a head."""
    words = len(decoder.model.get_output_embeddings().weight)
    tried = [Encoded(str(row), tuple(t % words for t in (5, 7, 11, *tail)), (False,) * 3 + (True,) * len(tail))
             for row, tail in enumerate(((13, 17, 19), (23, 29)))]  # fmt: skip
    device = decoder.inner.embed_tokens.weight.device
    try:
        with torch.no_grad():
            plain = example_losses(decoder.model, tried, device)
            sheet = lay_out(tried, device)
            states = [lower_states(decoder, branch.encoded.ids[:-1])[branch.at :] for branch in sheet.branches]
            mine = sheet_losses(decoder, sheet, torch.cat(states))
    except (AttributeError, TypeError, ValueError, RuntimeError, IndexError):
        return False
    return bool(torch.allclose(plain, mine, rtol=TOLERANCE if decoder.dtype == torch.float32 else 0.05))


@contextlib.contextmanager
def _only(inner: Any, layers: torch.nn.ModuleList, norm: torch.nn.Module) -> Iterator[None]:
    """Inside, the decoder has only these layers and this last norm."""
    before = inner.layers, inner.norm
    inner.layers, inner.norm = layers, norm
    try:
        yield
    finally:
        inner.layers, inner.norm = before


@contextlib.contextmanager
def _attending(config: Any) -> Iterator[None]:
    """Inside, attention is computed example by example of a sheet."""
    before = config._attn_implementation
    config._attn_implementation = ATTENTION
    try:
        yield
    finally:
        config._attn_implementation = before


def _attend(module: Any, query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None, *, sheet: Sheet,
            scaling: float | None = None, sliding_window: int | None = None,
            **_: Any) -> tuple[Tensor, None]:  # fmt: skip
    """Causal attention within each example. query (1, heads, n, width), key and value with fewer heads; mask unused.

    Returns (1, n, heads, width), as transformers wants it.
    """
    r, length = sheet.chains.shape
    line = sheet.chains.reshape(-1)
    groups = getattr(module, "num_key_value_groups", 1)
    q, k, v = (held[0].transpose(0, 1).index_select(0, line).view(r, length, -1, held.shape[-1]).transpose(1, 2)
               for held in (query, key, value))  # each (r, heads, length, width)  # fmt: skip
    if groups > 1:
        k, v = k.repeat_interleave(groups, 1), v.repeat_interleave(groups, 1)
    near = None
    if sliding_window is not None and sliding_window < length:
        ones = torch.ones(length, length, dtype=torch.bool, device=q.device)
        near = ones.tril() & ~ones.tril(-sliding_window)
    out = scaled_dot_product_attention(q, k, v, attn_mask=near, is_causal=near is None, scale=scaling)
    told = out.transpose(1, 2).reshape(r * length, out.shape[1], -1)
    return told.index_select(0, sheet.homes)[None], None


AttentionInterface.register(ATTENTION, _attend)
