"""What a user did and how to mend it, in one line. Knows nothing about who raises it."""

from __future__ import annotations


class LithographError(Exception):
    """A refusal a user can act on: place, problem, facts, cure, printed as one line with exit code 2.

    Every room derives its own named errors and builds their text in the class.

    >>> print(LithographError("a.ttl:7", "'whole' is not a role", facts="roles: part, site", cure="Rename it."))
    a.ttl:7: 'whole' is not a role (roles: part, site). Rename it.
    """

    exit_code = 2

    def __init__(self, place: object, problem: str, *, facts: str = "", cure: str = "") -> None:
        self.place, self.problem, self.facts, self.cure = str(place), problem, facts, cure
        line = f"{place}: {problem}" + (f" ({facts})" if facts else "") + "." + (f" {cure}" if cure else "")
        super().__init__(" ".join(line.split()))
