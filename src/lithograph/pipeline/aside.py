"""Files written aside and renamed: what stood there stands until the new one is whole."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from lithograph.core.errors import LithographError
from lithograph.pipeline.export import NotWritten


@contextmanager
def aside(out: Path, refusal: Callable[[Path, str], LithographError] = NotWritten) -> Iterator[Path]:
    """A path beside `out` to write a file or a folder to; renamed at the end, deleted where something went wrong.

    A folder takes the place of a folder: look first what is in that. Raises NotWritten, or another refusal, where the
    disk refuses.
    """
    out = out if out.name not in ("", "..") else out.resolve()
    part = out.with_name(f".{out.name}.part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        _remove(part)
        yield part
        if part.is_dir() and out.is_dir():
            old = out.with_name(f".{out.name}.old")
            _remove(old)
            out.rename(old)
            part.rename(out)
            _remove(old)
        else:
            part.replace(out)
    except OSError as error:
        raise refusal(out, error.strerror or str(error)) from error
    finally:
        _remove(part)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    elif path.exists():
        path.unlink()
