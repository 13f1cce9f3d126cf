"""The number of the ledger's form on disk, and small JSON files that bear a seal. Knows nothing about tables.

    ledger/format.json   {"format": 3, "seal": …, "unmanifested": [keys]}

1: columns only (a ledger without the file). 2: every build, run, evaluation and export has a manifest of its files'
hashes. 3: hashes lie as bytes and rows of other tables as their places (see `packed`). Older forms are read as they
are; the first that writes to one brings it to today's, and notes what had no manifest under `unmanifested`. A newer
form is refused by every reader and writer. Whatever the form, this file keeps its seal: a damaged number is told
apart from a newer one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lithograph.core.identity import canonical_json, sha256_hex
from lithograph.ledger.errors import BrokenSeal, NewerLedger, UnwritableLedger

FORMAT = 3
FILE = "format.json"


def sealed(value: Mapping[str, Any]) -> bytes:
    """A JSON object with the hash of its canonical text as `seal`, as the bytes of a file."""
    return (canonical_json({**value, "seal": sha256_hex(canonical_json(value))}) + "\n").encode()


def unsealed(path: Path) -> dict[str, Any]:
    """The object in a sealed file, without its seal. Raises BrokenSeal: no byte of it can change unseen."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise BrokenSeal(path, error.strerror or str(error)) from error
    try:
        value = json.loads(data)
    except ValueError:
        raise BrokenSeal(path, "it is no JSON") from None
    if not isinstance(value, dict):
        raise BrokenSeal(path, "it is no JSON object")
    value.pop("seal", None)
    if sealed(value) != data:
        raise BrokenSeal(path, "its bytes are not those that its seal is of")
    return value


def format_of(ledger: Path) -> int:
    """The number of a ledger's form: 1 where it says none. Raises BrokenSeal."""
    path = ledger / FILE
    return int(unsealed(path)["format"]) if path.exists() else 1


def check_format(ledger: Path) -> None:
    """Raise NewerLedger where the ledger's form is not known here."""
    number = format_of(ledger)
    if number > FORMAT:
        raise NewerLedger(ledger, number, FORMAT)


def needs_upgrade(ledger: Path) -> bool:
    """Whether the ledger is of an older form, or new and says none. Raises BrokenSeal."""
    return not (ledger / FILE).exists() or format_of(ledger) < FORMAT


def stamp_format(ledger: Path, before: list[str]) -> None:
    """Say that the ledger is of today's form; before: the keys of what was recorded in form 1. Hold the lock."""
    write_whole(ledger / FILE, sealed({"format": FORMAT, "unmanifested": before}))


def unmanifested(ledger: Path) -> frozenset[str]:
    """The keys of what was recorded before there were manifests. Raises BrokenSeal."""
    path = ledger / FILE
    return frozenset(unsealed(path)["unmanifested"]) if path.exists() else frozenset()


def write_whole(path: Path, data: bytes) -> None:
    """Write a small file whole or not at all."""
    aside = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside.write_bytes(data)
        aside.replace(path)
    except OSError as error:
        raise UnwritableLedger(path, error.strerror or str(error)) from error
    finally:
        aside.unlink(missing_ok=True)
