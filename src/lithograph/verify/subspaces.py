"""Where an adapter's update lies in the weights, beside those of others. Knows nothing about data, probes or training.

A LoRA changes each weight it is put on by ΔW = s·B·A (Hu et al. 2022), of rank r at most. The column space of ΔW is
what the adapter writes into, and it is learned whole: B starts at zero, while A starts at random, so that row spaces
of one seed resemble each other before anything is learned. All that is said here is therefore said of column spaces.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from lithograph.train.errors import AdapterBroken
from lithograph.train.lora import CONFIG, WEIGHTS


@dataclass(frozen=True, slots=True)
class Update:
    """One weight's change. basis: float64[out, r], orthonormal columns, falling; values: float64[r]."""

    basis: Tensor
    values: Tensor

    @property
    def energy(self) -> float:
        """The squared Frobenius norm of ΔW."""
        return float((self.values**2).sum())


@dataclass(frozen=True, slots=True)
class Standing:
    """One adapter beside others.

    norm: Frobenius norm of its whole update. effective_rank: exp of the entropy of the normalised singular values
    (Roy & Vetterli 2007), the mean over its weights by energy. outside: the share of its energy that lies outside the
    span of the others' updates, in [0,1]; by_chance: what that share would be for a random direction. angles: the
    principal angles (Björck & Golub 1973) between it and that span in degrees, ascending, the mean over its weights.
    """

    norm: float
    effective_rank: float
    outside: float
    by_chance: float
    angles: tuple[float, ...]


def updates_of(adapter: Path) -> dict[str, Update]:
    """Module name -> the change that a saved LoRA makes to its weight. Raises AdapterBroken."""
    try:
        config = json.loads((adapter / CONFIG).read_text(encoding="utf-8"))
        weights = load_file(adapter / WEIGHTS)
        scale = float(config["lora_alpha"]) / float(config["r"])
    except (OSError, ValueError, KeyError, SafetensorError) as error:
        raise AdapterBroken(adapter, f"{type(error).__name__}: {str(error).splitlines()[0]}") from error
    suffix = ".lora_A.weight"
    names = sorted(name.removesuffix(suffix) for name in weights if name.endswith(suffix))
    return {name: update_of(weights[f"{name}.lora_B.weight"], weights[f"{name}{suffix}"], scale) for name in names}


def update_of(b: Tensor, a: Tensor, scale: float) -> Update:
    """The singular directions of scale·b·a, without ever making the product. b: (out, r), a: (r, in)."""
    left, upper = torch.linalg.qr(b.double())
    _, lower = torch.linalg.qr(a.double().T)
    turned, values, _ = torch.linalg.svd(scale * upper @ lower.T)
    return Update(left @ turned, values)


def effective_rank(values: Tensor) -> float:
    """exp of the entropy of the singular values as shares of their sum; 0 where all of them are 0.

    >>> round(effective_rank(torch.tensor([2.0, 2.0, 0.0])), 6)
    2.0
    """
    total = float(values.sum())
    if total == 0:
        return 0.0
    shares = values[values > 0] / total
    return math.exp(float(-(shares * shares.log()).sum()))


def standing(mine: Mapping[str, Update], others: Sequence[Mapping[str, Update]]) -> Standing:
    """An adapter beside others; with no others all of it lies outside."""
    energies = {name: update.energy for name, update in mine.items()}
    whole = sum(energies.values())
    if whole == 0:
        return Standing(0.0, 0.0, 0.0, 0.0, ())
    rank = outside = chance = 0.0
    angles = torch.zeros(max((len(update.values) for update in mine.values()), default=0), dtype=torch.float64)
    for name, update in mine.items():
        share = energies[name] / whole
        span = _span([other[name] for other in others if name in other and other[name].energy > 0], len(update.basis))
        inside = span.T @ update.basis  # (k, r): what of each direction lies in the span
        kept = float(((inside**2).sum(0) * update.values**2).sum()) / energies[name] if energies[name] else 0.0
        rank += share * effective_rank(update.values)
        outside += share * (1.0 - min(kept, 1.0))
        chance += share * (1.0 - span.shape[1] / len(update.basis))
        angles[: len(update.values)] += share * _degrees(inside, len(update.values))
    return Standing(math.sqrt(whole), rank, outside, chance, tuple(angles.tolist()))


def _span(updates: Sequence[Update], out: int) -> Tensor:
    """(out, k): an orthonormal basis of all that the updates write into."""
    columns = [u.basis[:, u.values > 1e-9 * u.values[0]] for u in updates]
    if not columns:
        return torch.zeros((out, 0), dtype=torch.float64)
    basis, values, _ = torch.linalg.svd(torch.cat(columns, 1), full_matrices=False)
    spanned: Tensor = basis[:, values > 1e-9 * values[0]]
    return spanned


def _degrees(inside: Tensor, count: int) -> Tensor:
    """The principal angles that the cosines `inside` make, in degrees, ascending; 90 where there is nothing to meet."""
    out = torch.full((count,), 90.0, dtype=torch.float64)
    if inside.shape[0]:
        cosines = torch.linalg.svdvals(inside).clamp(0.0, 1.0)
        found = torch.rad2deg(torch.arccos(cosines))
        out[: len(found)] = found
    return out
