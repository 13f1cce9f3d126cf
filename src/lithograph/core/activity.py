"""Events and reports: how a stage says what it does and did. Knows nothing about terminals.

The library yields values through a `Listener`; the command line draws them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Progress:
    """A stage is under way: `done` of `total` (0 = unknown), with a short note such as a loss."""

    stage: str
    done: int
    total: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a user should know and nothing had to stop for (what was forgiven, what was not found)."""

    stage: str
    text: str


@dataclass(frozen=True, slots=True)
class StageReport:
    """A stage has ended: how much went in and came out, and what was dropped for which reason."""

    stage: str
    came_in: int
    came_out: int
    dropped: Mapping[str, int] = field(default_factory=dict)
    seconds: float = 0.0


Event = Progress | Notice | StageReport
Listener = Callable[[Event], None]


def silent(event: Event) -> None:
    """The listener that hears nothing."""
