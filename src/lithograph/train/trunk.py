"""What the frozen lower layers make of an example, computed once and kept. Knows nothing about steps or adapters.

Where LoRA sits on the top layers alone, the states below them never change, so from the second showing of an example
on its way begins in the middle of the model. Each example is computed by itself: its states depend on nothing but the
model and its tokens, so it makes no difference to a single bit whether they were kept, read back or computed again.
"""

from __future__ import annotations

import tempfile
import weakref
from dataclasses import dataclass, field
from typing import IO

import numpy as np
import torch
from torch import Tensor

from .decoder import Decoder, lower_states
from .prefix import Sheet
from .tokens import Encoded

MEMORY = 1 << 30
"""Bytes of states kept in memory; what comes after goes to a file without a name in the system's temporary folder."""
DISK = 8 << 30
"""Bytes in that file; what comes after is computed each time."""


@dataclass(slots=True, weakref_slot=True)
class Trunk:
    """The kept states of one base model cut at one height. Several runs may share one, as the adapters of a lab do.

    computed: how many examples went through the lower layers so far.
    """

    decoder: Decoder
    memory: int = MEMORY
    disk: int = DISK
    computed: int = 0
    _held: dict[tuple[int, ...], Tensor] = field(default_factory=dict)
    _filed: dict[tuple[int, ...], tuple[int, tuple[int, ...]]] = field(default_factory=dict)
    _bytes: int = 0
    _end: int = 0
    _file: IO[bytes] | None = None

    def of(self, one: Encoded) -> Tensor:
        """(tokens - 1, hidden): the states of all but the last token."""
        held = self._held.get(one.ids)
        if held is not None:
            return held
        if one.ids in self._filed:
            return self._read(one.ids)
        states = lower_states(self.decoder, one.ids[:-1])
        self.computed += 1
        self._keep(one.ids, states)
        return states

    def line(self, sheet: Sheet) -> Tensor:
        """(n, hidden): the states of a sheet's tokens."""
        if not self.decoder.cut:  # embeddings: a look-up costs nothing
            states: Tensor = self.decoder.inner.embed_tokens(sheet.ids)
            return states.detach()
        return torch.cat([self.of(branch.encoded)[branch.at :] for branch in sheet.branches])

    def forget(self) -> None:
        """Let go of everything."""
        self._held.clear()
        self._filed.clear()
        self._bytes = self._end = 0
        if self._file is not None:
            self._file.close()
            self._file = None

    def _keep(self, ids: tuple[int, ...], states: Tensor) -> None:
        size = states.numel() * states.element_size()
        if self._bytes + size <= self.memory:
            self._held[ids] = states
            self._bytes += size
        elif self._end + size <= self.disk:
            if self._file is None:
                self._file = tempfile.TemporaryFile(prefix="lithograph-trunk-")  # noqa: SIM115
                weakref.finalize(self, self._file.close)
            self._file.seek(self._end)
            self._file.write(states.cpu().contiguous().view(torch.uint8).numpy().tobytes())
            self._filed[ids] = self._end, tuple(states.shape)
            self._end += size

    def _read(self, ids: tuple[int, ...]) -> Tensor:
        assert self._file is not None
        start, shape = self._filed[ids]
        kind = self.decoder.dtype
        self._file.seek(start)
        raw = np.frombuffer(self._file.read(shape[0] * shape[1] * kind.itemsize), dtype=np.uint8).copy()
        device = self.decoder.inner.embed_tokens.weight.device
        return torch.from_numpy(raw).view(kind).view(shape).to(device)


def kept_bytes(tokens: int, hidden: int, width: int = 4) -> int:
    """How many bytes of memory the states of examples with so many tokens in all take."""
    return min(MEMORY, tokens * hidden * width)
