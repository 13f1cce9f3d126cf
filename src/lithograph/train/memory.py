"""How much memory this process may still take. Knows nothing about models."""

from __future__ import annotations

import os
from pathlib import Path

_GROUP = Path("/sys/fs/cgroup")


def memory_there() -> int | None:
    """Bytes that this process holds or could still get, by kernel and control group; None where none is told."""
    try:
        told = dict(line.split(":", 1) for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines())
        free = int(told["MemAvailable"].split()[0]) * 1024
        mine = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, KeyError, IndexError):
        return None
    return min(free, _left_in_group(free)) + mine


def _left_in_group(otherwise: int) -> int:
    try:
        most = (_GROUP / "memory.max").read_text(encoding="ascii").strip()
        used = int((_GROUP / "memory.current").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return otherwise
    return int(most) - used if most.isdecimal() else otherwise
