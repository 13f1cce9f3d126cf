"""What a check says: valid, or which constraints are violated by which statements. Knows nothing of how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lithograph.ledger.constraints.statements import Statement

NAMES: Mapping[int, str] = {
    22: "key-object", 23: "key-properties", 24: "unique-generation", 25: "unique-invalidation",
    26: "unique-wasStartedBy", 27: "unique-wasEndedBy", 28: "unique-startTime", 29: "unique-endTime",
    30: "start-precedes-end", 31: "start-start-ordering", 32: "end-end-ordering", 33: "usage-within-activity",
    34: "generation-within-activity", 35: "wasInformedBy-ordering", 36: "generation-precedes-invalidation",
    37: "generation-precedes-usage", 38: "usage-precedes-invalidation", 39: "generation-generation-ordering",
    40: "invalidation-invalidation-ordering", 41: "derivation-usage-generation-ordering",
    42: "derivation-generation-generation-ordering", 43: "wasStartedBy-ordering", 44: "wasEndedBy-ordering",
    45: "specialization-generation-ordering", 46: "specialization-invalidation-ordering",
    47: "wasAssociatedWith-ordering", 48: "wasAttributedTo-ordering", 49: "actedOnBehalfOf-ordering", 50: "typing",
    51: "impossible-unspecified-derivation-generation-use", 52: "impossible-specialization-reflexive",
    53: "impossible-property-overlap", 54: "impossible-object-property-overlap", 55: "entity-activity-disjoint",
    56: "membership-empty-collection",
}  # fmt: skip
"""The constraints of PROV-CONSTRAINTS by number."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One contradiction.

    `constraints` are the numbers of all constraints that take part: one, or all those that close a circle of events.
    Empty: the statement itself is no PROV (a required argument is missing), or it is a rule of PROV-LINKS.
    """

    instance: str
    constraints: tuple[int, ...]
    problem: str
    statements: tuple[Statement, ...]

    def __str__(self) -> str:
        numbers = ", ".join(f"{n} {NAMES[n]}" for n in self.constraints)
        head = f"{self.instance}: constraint {numbers}: " if numbers else f"{self.instance}: "
        return f"{head}{self.problem}: {' ; '.join(map(str, self.statements))}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer for all instances of a document: what contradicts, in the order of instances and constraints."""

    violations: tuple[Violation, ...]
    instances: int
    statements: int

    @property
    def valid(self) -> bool:
        return not self.violations

    @property
    def constraints(self) -> frozenset[int]:
        """The numbers of all constraints that take part in a violation."""
        return frozenset(n for violation in self.violations for n in violation.constraints)

    @property
    def summary(self) -> str:
        """In one line."""
        count = len(self.violations)
        said = "valid" if self.valid else f"{count} violation{'' if count == 1 else 's'}"
        return (
            f"{self.statements:,} statements in {self.instances} instance{'' if self.instances == 1 else 's'}: {said}"
        )
