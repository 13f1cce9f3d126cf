"""What an update of an adapter is: where it starts, what is new to it, what it is shown again. Knows nothing about
how that was found out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..core.identity import digest_of_set


@dataclass(frozen=True, slots=True)
class Update:
    """An earlier adapter and what it is to learn next; all lists are ids of examples, sorted.

    parent: urn of the earlier adapter; run: the name of the run that made it; adapter: the folder it lies in; base:
    hex SHA-256 of the model it belongs to. new: of facts it was never shown; changed: other words for facts that its
    dataset had. kept: shown before and still in the dataset, what replay draws from. retracted: shown before and in
    the dataset no more. replay: the share of all that is shown which is replay, from 0 to below 1.
    """

    parent: str
    run: str
    adapter: Path
    base: str
    new: tuple[str, ...]
    changed: tuple[str, ...]
    kept: tuple[str, ...]
    retracted: tuple[str, ...]
    replay: float

    @property
    def learned(self) -> tuple[str, ...]:
        """What is to be learned: new facts and new words."""
        return tuple(sorted((*self.new, *self.changed)))

    def identity(self) -> Mapping[str, object]:
        """What of it decides the outcome of a run, as JSON values."""
        sets = {name: digest_of_set(getattr(self, name)) for name in ("learned", "kept", "retracted")}
        return {"parent": self.parent, "replay": self.replay, **sets}

    def as_json(self) -> Mapping[str, Any]:
        """How run.json tells of it. What was replayed stands there among the facts."""
        return {"parent": self.parent, "run": self.run, "replay": self.replay, "new": list(self.new),
                "changed": list(self.changed), "kept": len(self.kept), "retracted": list(self.retracted)}  # fmt: skip
