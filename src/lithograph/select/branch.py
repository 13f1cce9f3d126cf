"""The branch that is kept for transfer: a class with all that is below it, of which no training text speaks.

Chosen by hash among the branches of fitting size. A branch of which a name stands in the name of something outside
(`valve` in `valve spring`) is passed over: whoever reads of the one has read the other. Knows no words but those names.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lithograph.core import vocabulary as v
from lithograph.ontology.graph import ClaimGraph, Ints, Kind, Quantifier
from lithograph.select.canonical import Canonical
from lithograph.select.choose import Hashes, mix

SMALL, LARGE = 0.4, 1.6
"""How small and how large a branch may be, as a share of the wanted size."""
LEAST = 3
"""Terms below which a branch is too small to ask about."""
TRIED = 64
"""Branches that are looked at, in the order of their hash."""
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Branch:
    """Sorted term ids. terms: the class of the branch, all below it and its members; ancestors: what stands above it.

    root: the class, −1 where there is none; why: then the reason.
    """

    root: int
    terms: Ints
    ancestors: Ints
    why: str = ""


def no_branch(why: str) -> Branch:
    """No branch, for a reason."""
    return Branch(-1, np.empty(0, np.int32), np.empty(0, np.int32), why)


def choose_branch(
    graph: ClaimGraph, names: Canonical, percent: float, marks: Hashes, called: Sequence[Sequence[str]] = ()
) -> Branch:
    """A branch of about so many per cent of the named classes.

    marks: a hash of every term, in whose order branches are tried. called: for each language, of each term what it is
    called, without capitals; empty where it has no words.
    """
    if percent <= 0:
        return no_branch("")
    usable = _usable(graph)
    wanted = percent / 100 * int(usable.sum())
    low, high = max(LEAST, math.ceil(SMALL * wanted)), math.floor(LARGE * wanted)
    if high < low:
        return no_branch(f"{int(usable.sum())} classes: {percent:g} % of them are fewer than {LEAST}")
    child, parent = _below(graph)
    within = usable[child] & usable[parent]
    sizes = np.bincount(parent[within], minlength=len(usable)) + 1
    roots = np.flatnonzero(usable & (sizes >= low) & (sizes <= high))
    if not len(roots):
        return no_branch(f"no class has {low - 1} to {high - 1} classes below it")
    roots = roots[np.lexsort((roots, mix(marks[roots], "branch")))][:TRIED]
    found = [_branch(graph, names, int(root), child, parent) for root in roots.tolist()]
    shared = _entangled(found, called)
    free = [branch for branch, count in zip(found, shared, strict=True) if not count]
    if not free:
        return no_branch(f"of {len(found)} branches of fitting size every one has a name that stands in another's")
    return free[0]


def _usable(graph: ClaimGraph) -> Bools:
    """The named classes that are counted: no vocabulary of ours, nothing deprecated."""
    ids, kinds = graph.ontology.terms, graph.kinds
    unusable = np.uint16(Kind.LITERAL | Kind.ANONYMOUS | Kind.DATATYPE | Kind.DEPRECATED)
    usable = ((kinds & Kind.CLASS) > 0) & ((kinds & unusable) == 0)
    usable[[i for i in (ids.id(v.THING), ids.id(v.NOTHING)) if i >= 0]] = False
    usable[ids.starting_with(v.LITHO)] = False
    return np.asarray(usable)


def _below(graph: ClaimGraph) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(below, above) of every pair of classes, and of members and their classes; each once, sorted."""
    ids, n = graph.ontology.terms, len(graph.kinds)
    rows = graph.holds & ~graph.negated
    rows &= ((graph.relation == ids.id(v.SUBCLASS_OF)) & (graph.quantifier == Quantifier.SCHEMA)) | (
        (graph.relation == ids.id(v.TYPE)) & (graph.quantifier == Quantifier.INDIVIDUAL)
    )
    codes = np.unique(graph.subject[rows].astype(np.int64) * n + graph.object[rows])
    return codes // n, codes % n


def _branch(
    graph: ClaimGraph, names: Canonical, root: int, child: NDArray[np.int64], parent: NDArray[np.int64]
) -> Branch:
    terms = np.append(child[parent == root], root)
    forms = names.urns.forms
    same = np.isin(forms.things, np.unique(forms.things[terms]))
    terms = np.flatnonzero(same & ((graph.kinds & Kind.LITERAL) == 0))
    above = np.setdiff1d(parent[np.isin(child, terms)], terms)
    return Branch(root, terms.astype(np.int32), above.astype(np.int32))


def _entangled(branches: Sequence[Branch], called: Sequence[Sequence[str]]) -> list[int]:
    """Of each branch in how many names of other terms a name of its own stands, word for word."""
    out = [0] * len(branches)
    for column in called:
        mine = {column[term] for branch in branches for term in branch.terms.tolist() if column[term]}
        longest = max((name.count(" ") + 1 for name in mine), default=0)
        holders: dict[str, set[int]] = {}
        for term, name in enumerate(column):
            words = name.split()
            for size in range(1, min(longest, len(words)) + 1):
                for start in range(len(words) - size + 1):
                    part = " ".join(words[start : start + size])
                    if part in mine:
                        holders.setdefault(part, set()).add(term)
        for number, branch in enumerate(branches):
            own = set(branch.terms.tolist())
            told = [holders[column[t]] for t in own if column[t] in holders]
            out[number] += len(set().union(*told) - own) if told else 0
    return out
