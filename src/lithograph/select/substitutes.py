"""HyperBridge: who speaks for an instance that cannot be spoken, or resonates too little.

One role is given to the analogue of what fills it; what comes of that is an instance only where the claim graph has it
with the same truth. A substitution changes who an example is about, never whether it is true.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lithograph.ontology.graph import ClaimGraph, Ints, Kind
from lithograph.scenes.instances import Instances
from lithograph.scenes.measures.delta import DeltaCodes, analogues
from lithograph.select.choose import mix

Bools = NDArray[np.bool_]
Rows = NDArray[np.int64]

FOUND, NO_ANALOGUE, NO_INSTANCE, OTHER_TRUTH = range(4)
"""That somebody speaks for an instance, or why nobody does: no analogue has words, its analogue is nowhere in this
scene, its analogue has another truth."""
MOST = 500
"""Substitutes sought for one scene in one language; the rest is silent, and counted."""


@dataclass(frozen=True, slots=True)
class Substitutes:
    """Of each row the instance that speaks in its place (−1: nobody), and why nobody does."""

    partner: Rows
    outcome: NDArray[np.uint8]


def substitutes(
    instances: Instances, rows: Rows, roles: NDArray[np.object_], able: Bools, truth: NDArray[np.uint8],
    codes: DeltaCodes, content: Ints,
) -> Substitutes:  # fmt: skip
    """Who speaks for chosen instances when one role of each is given to its analogue.

    roles: of each row the name of the role. able: of every instance whether it can speak. Analogues are sought among
    what fills the same role in instances that can. truth: of every instance. content: IC of every term.
    """
    n = len(rows)
    found = Substitutes(np.full(n, -1), np.full(n, NO_ANALOGUE, np.uint8))
    keys = _keys(instances.roles)
    order = np.argsort(keys, kind="stable")
    for role in sorted(set(roles.tolist())):
        mine = np.flatnonzero(roles == role)
        column = instances.roles[role]
        needy = np.unique(column[rows[mine]])
        pool = np.unique(column[able])
        pairs = analogues(codes, needy, pool, content=content)
        place = np.searchsorted(needy, column[rows[mine]])
        other = np.array([pair.node if pair else -1 for pair in pairs], np.int32)[place]
        with_other = {name: c[rows[mine]] for name, c in instances.roles.items()} | {role: other}
        partner = _looked_up(keys[order], order, _keys(with_other))
        met = (other >= 0) & (partner >= 0)
        same = met & (truth[partner] == truth[rows[mine]]) & able[partner]
        found.partner[mine] = np.where(same, partner, -1)
        found.outcome[mine] = np.select([same, met, other >= 0], [FOUND, OTHER_TRUTH, NO_INSTANCE], NO_ANALOGUE)
    return found


def role_without_words(instances: Instances, rows: Rows, speakable: dict[str, Bools]) -> NDArray[np.object_]:
    """The first role of each chosen instance whose filler has no words; empty where a list is to blame.

    speakable: role -> bool[n].
    """
    out = np.full(len(rows), "", object)
    for name in [n for n in instances.scene.role_names if n in speakable]:
        lost = ~speakable[name][rows] & (out == "")
        out[lost] = name
    return out


def weakest_role(graph: ClaimGraph, instances: Instances, rows: Rows, content: Ints) -> NDArray[np.object_]:
    """The role of each chosen instance whose filler tells least (lowest information content), the first of equals."""
    names = [role.name for role in instances.scene.roles if role.name in instances.roles and role.kind != "property"]
    names = [n for n in names if not (graph.kinds[instances.roles[n][rows]] & Kind.LITERAL).any()]
    if not names:
        return np.full(len(rows), "", object)
    table = np.stack([content[instances.roles[n][rows]] for n in names])
    return np.asarray(np.array(names, object)[table.argmin(axis=0)])


def _keys(roles: Mapping[str, Ints]) -> NDArray[np.uint64]:
    """One hash for the fillers of all roles of each row."""
    key = np.zeros(len(next(iter(roles.values()))), np.uint64)
    for name in sorted(roles):
        key = mix(key ^ mix(roles[name].astype(np.uint64), 1), name)
    return key


def _looked_up(keys: NDArray[np.uint64], places: Rows, sought: NDArray[np.uint64]) -> Rows:
    at = np.minimum(np.searchsorted(keys, sought), len(keys) - 1)
    return np.where(keys[at] == sought, places[at], -1)
