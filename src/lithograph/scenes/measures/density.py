"""Density: how thickly the claims of the whole graph stand between the nodes of an instance."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lithograph.ontology.graph import ClaimGraph, Kind
from lithograph.scenes.instances import Instances, Lists

Floats = NDArray[np.float64]
TO_SIGMA = 1.4826
"""What makes the median absolute deviation of a normal distribution its standard deviation (Rousseeuw & Croux 1993)."""


def bound_nodes(graph: ClaimGraph, instances: Instances) -> Lists:
    """V_s: the nodes bound by each instance, those on its paths too, ascending, each once; no literals, no numbers."""
    numbers = {c.number_role for c in instances.scene.couplings if c.number_role}
    n, terms = len(instances), len(graph.kinds)
    table = _plainly(graph, instances, numbers)
    if table is not None:
        return Lists(np.arange(n + 1, dtype=np.int64) * table.shape[1], table.ravel())
    owners = [np.arange(n) for name in instances.roles if name not in numbers]
    values = [column.astype(np.int64) for name, column in instances.roles.items() if name not in numbers]
    for lists in instances.lists.values():
        owners.append(np.repeat(np.arange(n), np.diff(lists.offsets)))
        values.append(lists.values.astype(np.int64))
    for path in _paths(instances):
        for column in (graph.subject, graph.object):
            owners.append(np.repeat(np.arange(n), np.diff(path.offsets)))
            values.append(column[path.values].astype(np.int64))
    if not values:
        return Lists(np.zeros(n + 1, np.int64), np.empty(0, np.int32))
    owner, value = np.concatenate(owners), np.concatenate(values)
    plain = graph.kinds[value] & Kind.LITERAL == 0
    packed = np.unique(owner[plain] * terms + value[plain])
    offsets = np.searchsorted(packed, np.arange(n + 1) * terms)
    return Lists(offsets, (packed % terms).astype(np.int32))


def _plainly(graph: ClaimGraph, instances: Instances, numbers: set[str]) -> NDArray[np.int32] | None:
    """The nodes as a table, sorted by row, where every instance binds as many: single roles, all of different nodes."""
    columns = [column for name, column in instances.roles.items() if name not in numbers]
    if instances.lists or _paths(instances) or not columns:
        return None
    table = np.sort(np.stack(columns, axis=1), axis=1)
    literal = (graph.kinds[table] & Kind.LITERAL > 0).any()
    same = (table[:, 1:] == table[:, :-1]).any()
    return None if literal or same else table


def _paths(instances: Instances) -> list[Lists]:
    """The claims of the couplings that are paths."""
    names = {coupling.name for coupling in instances.scene.couplings if coupling.hops > 1}
    return [instances.facts[name] for name in sorted(instances.facts) if name in names]


def edges_of(graph: ClaimGraph) -> NDArray[np.int64]:
    """E as sorted numbers, one for each pair of nodes that a claim that holds leads between, whatever its relation."""
    rows = np.flatnonzero(graph.holds & ~graph.negated)
    return np.unique(graph.subject[rows].astype(np.int64) * len(graph.kinds) + graph.object[rows])


def density(graph: ClaimGraph, nodes: Lists, edges: NDArray[np.int64] | None = None) -> Floats:
    """ρ(s) = |E[V_s]| / (|V_s| (|V_s| − 1)), float64[n]: simple directed edges among the nodes; NaN for one node.

    edges: `edges_of` the graph, where they are at hand. Three nodes with a → b, b → c and c → b have 3 of 6 possible
    edges, so 0.5. (Wasserman & Faust 1994, 4.3.)
    """
    terms = len(graph.kinds)
    edges = edges_of(graph) if edges is None else edges
    sizes = np.diff(nodes.offsets)
    out = np.full(len(sizes), np.nan)
    for size in np.unique(sizes[sizes > 1]).tolist():
        mine = np.flatnonzero(sizes == size)
        table = nodes.values[nodes.offsets[mine][:, None] + np.arange(size)].astype(np.int64)
        found = np.zeros(len(mine), np.int64)
        for i in range(size):
            for j in range(size):
                if i != j:
                    found += _among(edges, table[:, i] * terms + table[:, j])
        out[mine] = found / (size * (size - 1))
    return out


def _among(edges: NDArray[np.int64], sought: NDArray[np.int64]) -> NDArray[np.bool_]:
    if not len(edges):
        return np.zeros(len(sought), bool)
    return np.asarray(edges[np.minimum(np.searchsorted(edges, sought), len(edges) - 1)] == sought)


def spread(values: Floats) -> tuple[float, float]:
    """Median and median absolute deviation of what is defined; NaN where nothing is.

    >>> spread(np.array([1.0, 2.0, 4.0, np.nan]))
    (2.0, 1.0)
    """
    known = values[~np.isnan(values)]
    if not len(known):
        return float("nan"), float("nan")
    middle = float(np.median(known))
    return middle, float(np.median(np.abs(known - middle)))


def deviation(values: Floats, median: float, mad: float) -> Floats:
    """z(s) = (ρ(s) − median) / (1.4826 · MAD), float64[n]; NaN where it is undefined: one node, or MAD = 0.

    The modified z-score of Iglewicz & Hoaglin (1993), who call what lies beyond 3.5 an outlier.
    """
    if not mad > 0:
        return np.full(len(values), np.nan)
    return np.asarray((values - median) / (TO_SIGMA * mad))
