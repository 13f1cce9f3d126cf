"""From a word to the one scene, template, instance or file that is meant. Reads columns only.

What ends in `_called` gives (key of the newest build that has it, its row); it raises NothingCalled, with what is
near, or SeveralCalled.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import pyarrow.compute as pc

from lithograph.core.vocabulary import PREFIXES
from lithograph.ledger.ask import short
from lithograph.ledger.columns import read_columns, rows_of
from lithograph.ledger.errors import NothingCalled, SeveralCalled
from lithograph.ledger.record import builds, key_of
from lithograph.ledger.shape import template_urn

Found: TypeAlias = tuple[str, dict[str, Any]]

_HASH = re.compile(r"(?:urn:litho:[a-z-]+:)?([0-9a-f]{4,64})…?")


def keys(ledger: Path) -> list[str]:
    """The keys of all builds, the newest first."""
    return [key_of(str(build["id"])) for build in reversed(builds(ledger))]


def scene_called(ledger: Path, value: str) -> Found:
    """A scene by its IRI, a prefixed name, its label, or the last part of its IRI."""
    prefix, _, local = value.partition(":")
    iri = PREFIXES[prefix] + local if prefix in PREFIXES else value.strip("<>")
    readings: list[Callable[[dict[str, Any]], bool]] = [
        lambda s: s["iri"] == iri,
        lambda s: str(s["label"] or "").casefold() == value.casefold(),
        lambda s: re.split(r"[#/]", s["iri"])[-1] == value,
    ]
    rows = [(key, row) for key in keys(ledger) for row in rows_of(read_columns(ledger, "scenes", key))]
    names = sorted({str(row["label"]) for _, row in rows if row["label"]})
    return _first("scene", value, rows, readings, lambda s: str(s["iri"]), names)


def template_called(ledger: Path, value: str) -> Found:
    """A template by its urn, its id (path@hash), or its file, with a line where several stand in it."""
    readings: list[Callable[[dict[str, Any]], bool]] = [
        lambda t: value in (t["id"], template_urn(t["id"]), f"{t['path']}:{t['line']}", f"{t['path']}#L{t['line']}"),
        lambda t: bool(hexes(value)) and str(t["id"]).rpartition("@")[2].startswith(hexes(value)),
        lambda t: value in (t["path"], str(t["path"]).rsplit("/", 1)[-1]),
    ]
    rows = [(key, row) for key in keys(ledger) for row in rows_of(read_columns(ledger, "templates", key))]
    names = sorted({str(row["path"]) for _, row in rows})
    return _first("template", value, rows, readings, lambda t: str(t["id"]), names)


def instance_called(ledger: Path, value: str) -> Found:
    """A scene instance by its urn or the start of its hash."""
    if hexes(value):
        for key in keys(ledger):
            table = read_columns(ledger, "instances", key)
            mask = pc.starts_with(table["instance"], f"urn:litho:instance:{hexes(value)}")
            hits = rows_of(table.filter(mask).slice(0, 4))
            if len(hits) > 1:
                raise SeveralCalled("instance", value, pc.sum(mask).as_py(), [short(r["instance"]) for r in hits[:3]])
            if hits:
                return key, hits[0]
    raise NothingCalled("instance", value)


def source_called(ledger: Path, value: str) -> Found:
    """A file of an ontology by its path, its name or its ontology's IRI."""
    readings: list[Callable[[dict[str, Any]], bool]] = [
        lambda s: value in (s["name"], s["iri"]),
        lambda s: str(s["name"]).rsplit("/", 1)[-1] == value,
    ]
    rows = [(key, s) for key in keys(ledger) for s in rows_of(read_columns(ledger, "builds", key))[0]["sources"]]
    names = sorted({str(s["name"]) for _, s in rows})
    return _first("source", value, rows, readings, lambda s: str(s["name"]), names)


def hexes(value: str) -> str:
    """The start of a hash that a name is or ends in, or nothing."""
    found = _HASH.fullmatch(value)
    return found[1] if found else ""


def _first(
    kind: str,
    value: str,
    rows: Sequence[Found],
    readings: Sequence[Callable[[dict[str, Any]], bool]],
    identity: Callable[[dict[str, Any]], str],
    names: Sequence[str],
) -> Found:
    """What the first reading finds in the newest build in which it finds something, if that is one thing."""
    for reading in readings:
        hits = [(key, row) for key, row in rows if reading(row)]
        newest = {identity(row): (key, row) for key, row in hits if key == hits[0][0]}
        if len(newest) > 1:
            raise SeveralCalled(kind, value, len(newest), list(newest)[:3])
        if newest:
            return next(iter(newest.values()))
    raise NothingCalled(kind, value, difflib.get_close_matches(value, names, n=3, cutoff=0.6))
