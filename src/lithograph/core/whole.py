"""Small files that are written whole or not at all. Knows nothing about what stands in them."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def taking_turns(folder: Path) -> Iterator[None]:
    """Make a folder where there is none, and hold its lock: who wants to write a file in it waits.

    The lock is the folder's own, so it leaves no file, and the system frees it when the process dies.
    """
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def replace_whole(path: Path, text: str) -> None:
    """Put a text in the place of a file. The name aside is always the same, so what a killed writer left is written
    over; hold the folder's lock (`taking_turns`) where there may be two writers."""
    aside = path.with_name(f".{path.name}.part")
    try:
        aside.write_text(text, encoding="utf-8")
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
