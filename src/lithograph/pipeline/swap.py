"""One build at a time in a folder, and the new dataset in the place of the old one. Knows nothing about datasets.

    datasets/.NAME.lock    held while a build runs; the system frees it when the process dies
    datasets/.NAME.part    the new dataset while it is pressed
    datasets/.NAME.old     the old one for a moment, where the system cannot exchange two folders in one step

Whatever a killed build left is cleared by the next one, before it begins.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lithograph.core.errors import LithographError


class BuildBusy(LithographError):
    """Another build is writing the same dataset."""

    def __init__(self, place: Path) -> None:
        super().__init__(
            place, "another build is writing this dataset", cure="Wait for it, or give --out another folder."
        )


def aside_of(folder: Path) -> Path:
    """Where a dataset is pressed before it takes its place."""
    return folder.with_name(f".{folder.name}.part")


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the dataset's lock, and clear away what a killed build left. Raises BuildBusy."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    lock = folder.with_name(f".{folder.name}.lock")
    with lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BuildBusy(folder) from None
        old = _old(folder)
        if old.exists() and not folder.exists():
            old.rename(folder)
        for left in (old, aside_of(folder)):
            shutil.rmtree(left, ignore_errors=True)
        yield


def swap(aside: Path, folder: Path) -> None:
    """Put the new dataset in the place of the old one: in one step where the system can, so that one always stands."""
    if folder.exists() and exchange(aside, folder):
        shutil.rmtree(aside, ignore_errors=True)
        return
    old = _old(folder)
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    aside.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _old(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.old")


_HERE, _EXCHANGE = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of <fcntl.h> and <linux/fs.h>
_CANNOT = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EXDEV)


def exchange(one: Path, other: Path) -> bool:
    """Let two paths change places in one step (renameat2 of Linux); False where this system or its disk cannot.

    Raises OSError where it can, and refuses.
    """
    if not sys.platform.startswith("linux"):
        return False
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is None:
        return False
    if call(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _CANNOT:
        return False
    raise OSError(number, os.strerror(number), str(other))
