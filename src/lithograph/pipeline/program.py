"""Which program this is: what was made by another one may be made otherwise."""

from __future__ import annotations

import functools
from pathlib import Path

from lithograph.core.identity import digest_of_set, file_sha256


@functools.cache
def program_hash() -> str:
    """Hex hash of the program's own files: code, scenes, rules."""
    here = Path(__file__).parents[1]
    files = (p for p in here.rglob("*") if p.suffix in (".py", ".yaml", ".rls"))
    return digest_of_set(f"{p.relative_to(here)} {file_sha256(p)}" for p in files)
