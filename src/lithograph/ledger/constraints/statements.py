"""The statements of PROV-DM as values, and which arguments each has. Knows nothing about files, graphs or verdicts.

Positions, and what may be left out, are those of PROV-N (https://www.w3.org/TR/prov-n/); types are those of
PROV-CONSTRAINTS, constraint 50; which absent arguments stand for something unknown is its table 3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

PROV = "http://www.w3.org/ns/prov#"
COLLECTION, EMPTY_COLLECTION = PROV + "Collection", PROV + "EmptyCollection"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of statement: the types of its arguments in order ("time" for a time, "" for anything)."""

    name: str
    types: tuple[str, ...] = ()
    required: int = 0
    """How many of the first arguments may not be left out."""
    identified: bool = True
    """Whether it may bear an identifier of its own."""


_KINDS = (
    Kind("entity"),
    Kind("activity", ("time", "time")),
    Kind("agent"),
    Kind("wasGeneratedBy", ("entity", "activity", "time"), 1),
    Kind("used", ("activity", "entity", "time"), 1),
    Kind("wasInformedBy", ("activity", "activity"), 2),
    Kind("wasStartedBy", ("activity", "entity", "activity", "time"), 1),
    Kind("wasEndedBy", ("activity", "entity", "activity", "time"), 1),
    Kind("wasInvalidatedBy", ("entity", "activity", "time"), 1),
    Kind("wasDerivedFrom", ("entity", "entity", "activity", "", ""), 2),
    Kind("wasAttributedTo", ("entity", "agent"), 2),
    Kind("wasAssociatedWith", ("activity", "agent", "entity"), 1),
    Kind("actedOnBehalfOf", ("agent", "agent", "activity"), 2),
    Kind("wasInfluencedBy", ("", ""), 2),
    Kind("alternateOf", ("entity", "entity"), 2, identified=False),
    Kind("specializationOf", ("entity", "entity"), 2, identified=False),
    Kind("mentionOf", ("entity", "entity", "entity"), 3, identified=False),
    Kind("hadMember", ("entity", "entity"), 2, identified=False),
)
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in _KINDS}
ELEMENTS = ("entity", "activity", "agent")


class Statement(NamedTuple):
    """One statement: a named tuple, since a view has a million of them.

    `id` is the element, or the statement's own identifier; None where it has none. `args` has one place for each type
    of its kind, None where nothing is said; a time is ISO 8601. Of the attributes only `types` (prov:type) can decide.
    """

    kind: str
    id: str | None
    args: tuple[str | None, ...]
    types: frozenset[str] = frozenset()

    def __str__(self) -> str:
        """As in PROV-N, with whole IRIs."""
        args = ", ".join(arg or "-" for arg in self.args)
        if self.kind in ELEMENTS:
            return f"{self.kind}({self.id}{', ' + args if any(self.args) else ''})"
        return f"{self.kind}({self.id + '; ' if self.id else ''}{args})"


def moment(text: str) -> datetime | None:
    """A time on one scale (without a zone it is taken as UTC), or None where the text is no time."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def same_time(text: str) -> str:
    """One text for one moment, so that 16:00Z and 17:00+01:00 are equal; what has no zone stays apart."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return text
    return (found.astimezone(UTC) if found.tzinfo else found).isoformat()
