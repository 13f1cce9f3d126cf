"""A probe before it has words: what is asked of which terms and claims, and which answer is right.

Terms are ids of `ontology.terms`, claims are rows of the claim graph. Knows no language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

YES, NO, OPEN = "yes", "no", "open"
MORE, LESS = "more", "less"


@dataclass(frozen=True, slots=True)
class Option:
    """What may be answered.

    kind: yes, no, open, more, less (fixed words); claim (a row, said as a sentence); number (a row of an exact
    cardinality, and the number that it is said with); term, way (a term); phrases (rows: what they say of their
    subject).
    """

    kind: str
    values: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A probe without words.

    kind: what is asked, the name of the section of templates that asks it. split, part, axis, level, depth, truth,
    evidence: as in `probes.table`. group: what it was made from, the same for all probes of one swap. roles: name of a
    slot -> a term; lists: name -> terms or rows. claim: the row that is asked about, −1 for none. keys: rows that the
    right answer states; nodes: terms asked about; axioms: rows of the justification; proof: urn or None.
    premises: rows whose proofs' leaves the question gives first. beside: all rows of the swap it was made from.
    thought: rows whose proofs' leaves an answer can begin with, so that it follows from them. languages: those it is
    asked in; empty for all. turn: which paraphrase asks, counted from the one that the group takes. instance: of
    practice the instance that it belongs to.
    """

    axis: str
    kind: str
    form: str
    split: str
    part: str
    level: str
    depth: int
    truth: str
    evidence: str
    group: str
    options: tuple[Option, ...]
    answer: int
    keys: tuple[int, ...]
    nodes: tuple[int, ...]
    axioms: tuple[int, ...] = ()
    proof: str | None = None
    claim: int = -1
    roles: Mapping[str, int] = field(default_factory=dict)
    lists: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    premises: tuple[int, ...] = ()
    beside: tuple[int, ...] = ()
    thought: tuple[int, ...] = ()
    languages: tuple[str, ...] = ()
    turn: int = 0
    instance: str = ""
