"""Where the things of a story lie: the ledger, the project's folders, and which file stands for what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lithograph.ledger.story import Link


@dataclass(frozen=True, slots=True)
class Place:
    """A project as a story needs it: its ledger, its folders, and the language in which entities are named."""

    ledger: Path
    datasets: Path
    runs: Path
    root: Path
    language: str = "en"


def linked(path: Path, line: int | None = None) -> Link | None:
    """A link to a file or folder, at a line of it; None where it is not there."""
    return Link(path, f"L{line}" if line else "") if path.exists() else None


def source_file(place: Place, name: str | None) -> Link | None:
    """A file of the ontology, by its name in the build (a path from the project's folder)."""
    return linked(place.root / name) if name else None


def template_file(place: Place, row: Mapping[str, Any]) -> Link | None:
    """A template at its line. One that came with the program lies in no folder of the project."""
    path = str(row["path"])
    link = linked(place.root / path, row["line"])
    return link or linked(place.root / "templates" / path, row["line"])


def dataset_card(place: Place, name: object) -> Link | None:
    """A dataset's card, or else its folder."""
    return linked(place.datasets / str(name) / "README.md") or linked(place.datasets / str(name))


def shard_file(place: Place, name: object, shard: object) -> Link | None:
    """The shard in which an example stands."""
    return linked(place.datasets / str(name) / str(shard))


def run_folder(place: Place, slug: object) -> Link | None:
    """A run's folder."""
    return linked(place.runs / str(slug))


def adapter_folder(place: Place, slug: object) -> Link | None:
    """The folder of a run's adapter."""
    return linked(place.runs / str(slug) / "adapter")
