"""Which claims a print states, whatever layer states them: its own, those of its proof, its premises, its options.

What is asked is stated too: with the answer it is. Knows nothing about files.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from lithograph.render.cast import Cast, Speech
from lithograph.render.questions import given_of
from lithograph.render.templates import WRONG
from lithograph.scenes.instances import Lists
from lithograph.select.canonical import Canonical
from lithograph.select.choose import lists_of, mix
from lithograph.select.stated import Stated

Rows = NDArray[np.int64]
Need = tuple[str, str]


def stated(
    speech: Speech, stated_by: Stated, names: Canonical, cast: Cast, rows: Rows, needs: Collection[Need]
) -> Lists:
    """Of chosen instances of a cast the representatives of the claims that a template with these needs states.

    Each once, ascending. needs: what the template asks for (role, attribute).
    """
    parts = [_own(speech, cast, rows)]
    first = cast.instances.claims.values[cast.instances.claims.offsets[rows]]
    asked = {role for role, _ in needs if role not in cast.instances.roles}
    if "proof" in asked:
        parts.append(_proofs(stated_by, Lists(np.arange(len(rows) + 1), first)))
    if "given" in asked:
        marks = mix(cast.hashes[rows], "given").tolist()
        parts.append(lists_of([(*stated_by.by_leaves(claim), *given_of(speech, claim, mark).beside)
                               for claim, mark in zip(first.tolist(), marks, strict=True)]))  # fmt: skip
    if any(role in asked and attribute.casefold() == "why" for role, attribute in needs if role == "options"):
        parts.append(_proofs(stated_by, parts[0]))
    return _together(names, parts)


def speaks_of(cast: Cast, rows: Rows, reserved: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which instances have a reserved term in one of their roles. reserved: bool by term."""
    numbers = {c.number_role for c in cast.scene.couplings if c.number_role}
    out = np.zeros(len(rows), bool)
    for name, column in cast.instances.roles.items():
        if name not in numbers:
            out |= reserved[column[rows]]
    for lists in (lists.take(rows) for lists in cast.instances.lists.values()):
        out[np.repeat(np.arange(len(rows)), np.diff(lists.offsets))[reserved[lists.values]]] = True
    return out


def _own(speech: Speech, cast: Cast, rows: Rows) -> Lists:
    """The claims of the instances themselves; of lists those that have words, of wrong options those that are put."""
    claims, instances, graph = cast.instances.claims.take(rows), cast.instances, speech.graph
    if not instances.lists and not instances.facts:
        return claims
    values = claims.values
    keep = speech.lexicon.speakable(graph.subject[values]) & speech.lexicon.speakable(graph.object[values])
    if WRONG in instances.facts:
        keep &= graph.holds[values] | ~speech.doubtful()[values]
    counts = np.concatenate((np.zeros(1, np.int64), np.cumsum(keep)))
    return Lists(counts[claims.offsets].astype(np.int64), values[keep])


def _proofs(stated_by: Stated, claims: Lists) -> Lists:
    """What the proofs of claims that follow, and the refutations of those that do not, tell."""
    distinct, place = np.unique(claims.values, return_inverse=True)
    told = lists_of([stated_by.by_proof(claim) for claim in distinct.tolist()]).take(np.asarray(place).reshape(-1))
    return Lists(told.offsets[claims.offsets], told.values)


def _together(names: Canonical, parts: Sequence[Lists]) -> Lists:
    """Several lists a row as one, of representatives, each once, ascending."""
    n = len(parts[0].offsets) - 1
    if len(parts) == 1 and len(parts[0].values) == n and (np.diff(parts[0].offsets) == 1).all():
        return Lists(parts[0].offsets, names.row[parts[0].values])
    owner = np.concatenate([np.repeat(np.arange(n), np.diff(part.offsets)) for part in parts])
    claims = names.row[np.concatenate([part.values for part in parts])]
    packed = np.unique(owner * len(names.row) + claims)
    ends = np.searchsorted(packed, np.arange(n + 1) * len(names.row))
    return Lists(ends, (packed % len(names.row)).astype(np.int32))
