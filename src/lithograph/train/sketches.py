"""What each example pulled at, in 8,192 numbers. Knows nothing about steps, files of a run or questions.

The gradient of an example by all LoRA weights has a million numbers; its CountSketch (Charikar, Chen and Farach-Colton
2002; Weinberger et al. 2009) has 8,192 and keeps inner products: E⟨Sx, Sy⟩ = ⟨x, y⟩. Each weight has a random sign and
a bucket. Weights lie in blocks of 8,192 that are turned by a random number of places each, so two weights of different
blocks share a bucket with probability 1/8192 and two of one block never do: variance at most that of independent
buckets, and a sketch is a few additions of whole rows. Signs and turns come from SHAKE-256 of the module's name, so
they are the same for every run, machine and version.

A gradient here is that through an example's *own* tokens, those after the head which the chat template puts before
every conversation: the head is computed once for a whole batch, and its part cannot be told apart by example. Values
and queries are sketched alike.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from .prefix import Sheet

BUCKETS = 8192
MEMORY = 1 << 30
"""Bytes of sums at most; a run on more examples than fit (32,768) is made without sketches, and says so."""
FOLDER = "sketches"


def room_for(examples: int) -> bool:
    """Whether the sums of so many examples may be held in memory."""
    return examples * BUCKETS * 4 <= MEMORY


@dataclass(frozen=True, slots=True)
class _Hash:
    """Signs (numbers,) of ±1, and how far each block is turned."""

    signs: Tensor
    turns: tuple[int, ...]


def _hash_of(name: str, count: int, device: torch.device) -> _Hash:
    blocks = -(-count // BUCKETS)
    raw = hashlib.shake_256(f"lithograph sketch {name}".encode()).digest(2 * blocks + -(-count // 8))
    turns = np.frombuffer(raw[: 2 * blocks], dtype="<u2") % BUCKETS  # 65,536 is a multiple of 8,192
    bits = np.unpackbits(np.frombuffer(raw[2 * blocks :], dtype=np.uint8))[:count]
    signs = torch.from_numpy(bits.astype(np.float32) * 2 - 1).to(device)
    return _Hash(signs, tuple(int(turn) for turn in turns))


def fold(name: str, rows: Tensor, into: Tensor, hashes: dict[str, _Hash]) -> None:
    """Add the sketches of rows (examples, numbers) of one weight to `into` (examples, 8192). Rows are overwritten."""
    held = hashes.get(name)
    if held is None:
        held = hashes[name] = _hash_of(name, rows.shape[1], rows.device)
    rows.mul_(held.signs)
    for block, turn in enumerate(held.turns):
        part = rows[:, block * BUCKETS : (block + 1) * BUCKETS]
        before = min(part.shape[1], BUCKETS - turn)
        into[:, turn : turn + before] += part[:, :before]
        if before < part.shape[1]:
            into[:, : part.shape[1] - before] += part[:, before:]


def sketch(gradients: Mapping[str, Tensor]) -> Tensor:
    """(8192,): the sketch of one gradient, given by weight: `{module}.lora_A` (r, in), `{module}.lora_B` (out, r)."""
    into = torch.zeros(1, BUCKETS)
    for name, gradient in gradients.items():
        fold(name, gradient.detach().float().reshape(1, -1).clone(), into, {})
    return into[0]


@dataclass(slots=True)
class Sketches:
    """Looks on in the backward pass and adds up, per example, lr times the example's part of the step's gradient.

    sums: by example's id, (8192,) float32 in memory.
    """

    sums: dict[str, Tensor] = field(default_factory=dict)
    _spans: tuple[tuple[int, int], ...] = ()
    _now: Tensor | None = None
    _hashes: dict[str, _Hash] = field(default_factory=dict)

    def begin(self, sheet: Sheet) -> None:
        """The next backward pass is that of this sheet."""
        self._spans = tuple((branch.own, branch.end) for branch in sheet.branches)
        self._now = torch.zeros(len(self._spans), BUCKETS, device=sheet.ids.device)

    def see(self, name: str, x: Tensor, down: Tensor, h: Tensor, out: Tensor) -> None:
        """Each example's own gradient of one module, folded at once."""
        if self._now is None:
            return
        rank, examples = down.shape[1], len(self._spans)
        a = torch.empty(examples, rank, x.shape[1], device=x.device)
        b = torch.empty(examples, out.shape[1], rank, device=x.device)
        for row, (start, end) in enumerate(self._spans):
            a[row] = down[start:end].T @ x[start:end]
            b[row] = out[start:end].T @ h[start:end]
        fold(f"{name}.lora_A", a.view(examples, -1), self._now, self._hashes)
        fold(f"{name}.lora_B", b.view(examples, -1), self._now, self._hashes)

    def end(self) -> Tensor:
        """(distinct examples, 8192): what was seen since `begin`."""
        assert self._now is not None
        found, self._now = self._now, None
        return found

    def add(self, sheet: Sheet, batch: Sequence[str], lr: float) -> None:
        """Add what was seen of a sheet to the sums of the batch's examples. Rows that read the same share alike."""
        for branch, found in zip(sheet.branches, self.end().cpu(), strict=True):
            for row in branch.examples:
                part = found * (lr / len(branch.examples))
                held = self.sums.get(batch[row])
                self.sums[batch[row]] = part if held is None else held + part


def in_order(sums: Mapping[str, Tensor]) -> tuple[list[str], np.ndarray]:
    """Ids in ascending order and their sums (n, 8192), float32."""
    ids = sorted(sums)
    rows = torch.stack([sums[name] for name in ids]).numpy() if ids else np.zeros((0, BUCKETS), np.float32)
    return ids, rows


def save_sums(folder: Path, sums: Mapping[str, Tensor]) -> None:
    """Exactly as they are, for a checkpoint."""
    ids, rows = in_order(sums)
    np.save(folder / "sketches.npy", rows, allow_pickle=False)
    (folder / "sketches.json").write_text(json.dumps(ids) + "\n", encoding="utf-8")


def load_sums(folder: Path) -> dict[str, Tensor]:
    """The sums of a checkpoint; raises OSError or ValueError."""
    ids = json.loads((folder / "sketches.json").read_text(encoding="utf-8"))
    rows = np.load(folder / "sketches.npy", allow_pickle=False)
    if rows.shape != (len(ids), BUCKETS):
        raise ValueError(f"{rows.shape} sketches of {len(ids)} examples")
    return {name: torch.from_numpy(row.copy()) for name, row in zip(ids, rows, strict=True)}


def write_sketches(folder: Path, sums: Mapping[str, Tensor], modules: Sequence[str], head: int) -> None:
    """What a run leaves, as a folder that appears whole: `sketches.npy` (n, 8192) float16, rows of length 1 (or 0);
    `norms.npy` (n,) float32, what they were divided by; `examples.json`, the ids in the rows' order; `about.json`."""
    ids, rows = in_order(sums)
    norms = np.sqrt(np.einsum("ij,ij->i", rows, rows, dtype=np.float64)).astype(np.float32)
    unit = rows / np.where(norms > 0, norms, 1)[:, None]
    aside = folder.with_name(f".{folder.name}.{os.getpid()}")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    np.save(aside / "sketches.npy", unit.astype(np.float16), allow_pickle=False)
    np.save(aside / "norms.npy", norms, allow_pickle=False)
    (aside / "examples.json").write_text(json.dumps(ids, indent=0) + "\n", encoding="utf-8")
    about = {"format": 1, "buckets": BUCKETS, "head": head, "modules": list(modules)}
    (aside / "about.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    aside.rename(folder)
