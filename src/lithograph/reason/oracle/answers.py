"""What the DL oracle answered, kept on disk: one JSON file for each ontology, by the hash of its axioms.

Only what the next session would say as well is kept. A file is replaced whole, so a reader never sees half of one; one
that is missing, broken or of another format holds nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lithograph.core.whole import replace_whole, taking_turns
from lithograph.reason.evidence import Extent

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reasoner said of one claim.

    entailed, refuted: None where not decided, then `why` says what was in the way. extent: of a refuted claim about a
    class or a property; None about individuals, and where it was not decided. engine: whose word it is.
    """

    entailed: bool | None
    refuted: bool | None
    extent: Extent | None = None
    engine: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Justification:
    """Axiom rows from which a claim follows (entailed), or that refute it (False); None and no rows where neither.

    minimal: none of the rows can be left out, and every question on the way was decided. why: what was in the way.
    """

    entailed: bool | None
    rows: tuple[int, ...] = ()
    minimal: bool = False
    engine: str = ""
    why: str = ""


def recall(folder: Path | None, version: str, table: str) -> dict[str, Any]:
    """A table of what was kept for an ontology version: claim key -> a JSON value."""
    if folder is None:
        return {}
    try:
        kept = json.loads(_file(folder, version).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    found = kept.get(table) if isinstance(kept, dict) and kept.get("format") == FORMAT else None
    return found if isinstance(found, dict) else {}


def keep(folder: Path | None, version: str, table: str, entries: Mapping[str, Any]) -> None:
    """Add entries to a table of an ontology version."""
    if folder is None or not entries:
        return
    with taking_turns(folder):
        tables = {name: recall(folder, version, name) for name in ("answers", "justifications")}
        tables[table] = {**tables[table], **entries}
        replace_whole(_file(folder, version), json.dumps({"format": FORMAT, **tables}, indent=0, sort_keys=True) + "\n")


def _file(folder: Path, version: str) -> Path:
    return folder / f"{version}.json"


def packed(answer: Answer) -> list[Any]:
    """An answer as a JSON value."""
    extent = answer.extent.value if answer.extent else None
    return [answer.entailed, answer.refuted, extent, answer.engine, answer.why]


def unpacked(value: list[Any]) -> Answer:
    """The answer that a JSON value stands for."""
    entailed, refuted, extent, engine, why = value
    return Answer(entailed, refuted, Extent(extent) if extent else None, engine, why)
