"""What is kept out of training before anything is rendered: claims for reasoning, a branch for transfer (CONCEPTS 6).

    reasoning   a claim that follows, is refuted or cannot be known: no text of the dataset states it, none states all
                from which it follows in one step. What it follows from stays.
    transfer    every claim that speaks of a term of one branch: no text names one. Relations and what stands above the
                branch are exempt.

Whether a claim is held out is a choice by the hash of its canonical form and the seed, so it is the same for any order
of files or work, and what says the same in other words is held out with it. Where too little would remain the split
shrinks, and says so. Knows nothing about words but which claims have any.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from lithograph.core import vocabulary as v
from lithograph.core.identity import digest_of_set
from lithograph.ontology.graph import ClaimGraph, Ints, Kind, Quantifier, Truth
from lithograph.ontology.terms import Term
from lithograph.reason.evidence import Evidence
from lithograph.select.branch import Branch, choose_branch
from lithograph.select.canonical import Canonical, term_marks
from lithograph.select.choose import mix
from lithograph.select.one_step import Premises, one_step
from lithograph.select.stated import Stated, leaves

Bools = NDArray[np.bool_]


class Role(IntEnum):
    """What a claim is for."""

    OPEN = 0
    REASONING = 1
    TRANSFER = 2


PARTS = ("dev", "test")
"""Only the development part feeds anything back; a claim is of one part, by its hash."""
MOST = 240
"""Claims of one stratum that are held out at most."""
FEW = 12
"""Claims of one stratum that are held out at least, where these are no more than a quarter of it."""
LEAST_FOLLOWING = 40
"""Claims that must follow before any is held out."""
QUESTIONABLE = 3
"""How many times the share of what is refuted or unknown is held out: there are far fewer of these."""
DEEPEST = 5
"""From this depth on claims are one stratum."""


@dataclass(frozen=True, slots=True)
class HeldOut:
    """What is kept out of training.

    role: uint8[n], Role of every claim; part: uint8[n], 0 dev, 1 test, of every claim by hash. branch: the reserved
    terms of transfer, sorted; root: the class that they hang on; ancestors: what stands above and is exempt. one_step:
    representative of a claim held out for reasoning -> the sets of representatives that yield it in one step; sources:
    the same -> the asserted claims that its proof starts from. shrunk: what was wanted and is not there -> why.
    """

    names: Canonical
    role: NDArray[np.uint8]
    part: NDArray[np.uint8]
    branch: tuple[Term, ...]
    root: Term | None
    ancestors: tuple[Term, ...]
    one_step: Mapping[int, tuple[Premises, ...]]
    sources: Mapping[int, Premises]
    shrunk: Mapping[str, str]

    @property
    def anything(self) -> bool:
        """Whether anything is held out at all."""
        return bool(self.branch) or bool(self.one_step)

    @property
    def rows(self) -> Ints:
        """The representatives of all claims held out, ascending."""
        return np.flatnonzero((self.role > 0) & (self.names.row == np.arange(len(self.role)))).astype(np.int32)

    @property
    def digest(self) -> str:
        """Hex hash of which claims are held out for what."""
        return digest_of_set(f"{self.names.urns[row]} {self.role[row]} {self.part[row]}" for row in self.rows.tolist())


def nothing_held_out(graph: ClaimGraph, names: Canonical) -> HeldOut:
    """Everything open."""
    none = np.zeros(len(graph), np.uint8)
    return HeldOut(names, none, none, (), None, (), {}, {}, {})


def hold_out(
    graph: ClaimGraph, names: Canonical, evidence: Mapping[int, Evidence], *, percent: float, transfer_percent: float,
    seed: int = 0, askable: Bools | None = None, called: Sequence[Sequence[str]] = (),
) -> HeldOut:  # fmt: skip
    """Choose what is held out.

    names: of the same graph; evidence: of its lemmas and candidates. percent: of what follows, of each depth; of what
    is in question QUESTIONABLE times as much; transfer_percent: of the named classes. askable: bool[n], which claims
    have words; without it all. called: for each language, of each term what it is called in small letters.
    """
    texts, shrunk = graph.ontology.terms.texts, {}
    part = ((mix(names.marks, f"part {seed}") >> np.uint64(32)) & np.uint64(1)).astype(np.uint8)
    branch = choose_branch(graph, names, transfer_percent, mix(term_marks(graph.ontology.terms), seed), called)
    if branch.why:
        shrunk["transfer"] = branch.why
    role = np.zeros(len(graph), np.uint8)
    reserved = _reserved(graph, branch)
    role[reserved] = Role.TRANSFER
    stated = Stated.of(graph, evidence)
    chosen: dict[int, tuple[Premises, ...]] = {}
    if percent > 0:
        able = _able(graph, names, reserved) & (np.ones(len(graph), bool) if askable is None else askable)
        if int((able & (graph.truth == Truth.ENTAILED)).sum()) < LEAST_FOLLOWING:
            shrunk["reasoning"] = f"fewer than {LEAST_FOLLOWING} claims follow that can be asked about"
        else:
            chosen = _reasoning(graph, names, evidence, stated, able, reserved, percent, seed, shrunk)
    role[np.isin(names.row, np.array(sorted(chosen), np.int32))] = Role.REASONING
    return HeldOut(
        names, role, part, tuple(texts[i] for i in branch.terms.tolist()),
        texts[branch.root] if branch.root >= 0 else None, tuple(texts[i] for i in branch.ancestors.tolist()),
        chosen, {row: _sources(graph, names, evidence, stated, row) for row in chosen}, shrunk,
    )  # fmt: skip


def _reserved(graph: ClaimGraph, branch: Branch) -> Bools:
    """The claims that speak of a term of the branch."""
    inside = np.zeros(len(graph.kinds), bool)
    inside[branch.terms] = True
    return np.asarray(inside[graph.subject] | inside[graph.object])


# ---- reasoning ------------------------------------------------------------------------------------------------------


def _able(graph: ClaimGraph, names: Canonical, reserved: Bools) -> Bools:
    """The representatives of claims that a question can be about and that no axiom says in any form.

    What a thing is, and how two things of the ontology are related; nothing of texts, numbers or the schema.
    """
    ids, kinds = graph.ontology.terms, graph.kinds
    unusable = np.uint16(Kind.LITERAL | Kind.ANONYMOUS | Kind.DATATYPE | Kind.DEPRECATED)
    usable = ((kinds & (Kind.CLASS | Kind.INDIVIDUAL)) > 0) & ((kinds & unusable) == 0)
    usable[[i for i in (ids.id(v.THING), ids.id(v.NOTHING)) if i >= 0]] = False
    usable[ids.starting_with(v.LITHO)] = False
    kind = (graph.relation == ids.id(v.SUBCLASS_OF)) & (graph.quantifier == Quantifier.SCHEMA)
    related = np.isin(graph.quantifier, [Quantifier.SOME, Quantifier.ONLY, Quantifier.INDIVIDUAL])
    related &= ~np.isin(graph.relation, [ids.id(iri) for iri in (v.SAME_AS, v.DIFFERENT_FROM)])
    able = (kind | related) & usable[graph.subject] & usable[graph.object] & ~graph.negated & ~reserved
    able &= np.isin(graph.truth, [Truth.ENTAILED, Truth.REFUTED, Truth.UNKNOWN])
    return np.asarray(able & (names.row == np.arange(len(graph))))


def _strata(graph: ClaimGraph, able: Bools) -> Iterator[tuple[str, Ints, int]]:
    """(name, rows, times the share) of every stratum: what follows by depth, what is refuted, what is unknown."""
    depth = np.clip(graph.depth, 1, DEEPEST)
    for height in range(1, DEEPEST + 1):
        rows = np.flatnonzero(able & (graph.truth == Truth.ENTAILED) & (depth == height))
        yield f"depth {height}{'+' if height == DEEPEST else ''}", rows.astype(np.int32), 1
    for truth in (Truth.REFUTED, Truth.UNKNOWN):
        yield truth.name.lower(), np.flatnonzero(able & (graph.truth == truth)).astype(np.int32), QUESTIONABLE


def _reasoning(
    graph: ClaimGraph, names: Canonical, evidence: Mapping[int, Evidence], stated: Stated, able: Bools, reserved: Bools,
    percent: float, seed: int, shrunk: dict[str, str],
) -> dict[int, tuple[Premises, ...]]:  # fmt: skip
    """Representative -> what yields it in one step, of the claims held out for reasoning.

    Left to training is what a single claim yields in one step: to hold it out that claim would have to be held out, an
    axiom's among them. So is what rests on a reserved term.
    """
    order = mix(names.marks, f"held out {seed}")
    wanted: dict[str, tuple[Ints, int]] = {}
    for name, rows, times in _strata(graph, able):
        share = min(times * percent / 100, 0.5)
        most = min(max(math.ceil(share * len(rows)), min(FEW, len(rows) // 4)), MOST)
        if most < 2:
            shrunk[name] = f"{len(rows)} claims that can be asked about are too few"
            continue
        wanted[name] = rows[np.lexsort((rows, order[rows]))][: 3 * most], most
    if not wanted:
        return {}
    every = np.sort(np.concatenate([rows for rows, _ in wanted.values()]))
    steps = one_step(graph, names, every, evidence, stated)
    out: dict[int, tuple[Premises, ...]] = {}
    for name, (rows, most) in wanted.items():
        fits = [row for row in rows.tolist() if _fits(graph, names, evidence, stated, reserved, row, steps[row])]
        out |= {row: steps[row] for row in fits[:most]}
        if len(fits) < most:
            shrunk[name] = f"{len(fits)} instead of {most}: the others follow at once from a single claim"
    return out


def _fits(
    graph: ClaimGraph, names: Canonical, evidence: Mapping[int, Evidence], stated: Stated, reserved: Bools, row: int,
    steps: tuple[Premises, ...],
) -> bool:  # fmt: skip
    """Whether a claim can be held out though all that it follows from is told."""
    if any(len(premises) < 2 for premises in steps):
        return False
    sources = _sources(graph, names, evidence, stated, row)
    return not any(bool(reserved[source]) for source in sources)


def _sources(
    graph: ClaimGraph, names: Canonical, evidence: Mapping[int, Evidence], stated: Stated, row: int
) -> Premises:  # fmt: skip
    """The representatives of the asserted claims that the proof of a claim starts from."""

    def by_axiom(axiom: int) -> tuple[int, ...]:
        return stated.by_axiom(graph.ontology.axiom(axiom))

    found = leaves(graph, row, evidence, by_axiom)
    return tuple(sorted({int(names.row[source]) for source in found}))
