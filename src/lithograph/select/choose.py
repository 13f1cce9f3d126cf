"""Choices by hash: which instances stay, which wording they get, which split they fall into.

A choice depends on what a thing is (its content id) and on the seed, never on its place, so it is the same for any
order, shard or number of workers. Knows nothing about words or files.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lithograph.ontology.graph import ClaimGraph, Ints
from lithograph.reason.closure import justification
from lithograph.reason.evidence import Evidence
from lithograph.scenes.instances import Instances, Lists

Hashes = NDArray[np.uint64]
SPLITS = ("train", "valid", "test")


def evidence(graph: ClaimGraph, instances: Instances, judged: Mapping[int, Evidence] | None = None) -> Lists:
    """The axiom rows behind each instance: its claims' own, or the leaves of their proofs; in order, each once.

    judged: the evidence of lemmas and candidates by row.
    """
    claims = instances.claims
    if not len(claims.values) or not (graph.rule[claims.values] != 0).any():
        axioms = Lists(claims.offsets, graph.axiom[claims.values])
        return axioms if (np.diff(claims.offsets) <= 1).all() else _unique(axioms)
    leaves: dict[int, list[int]] = {}
    out: list[list[int]] = []
    for i in range(len(instances)):
        rows: list[int] = []
        for claim in claims.row(i).tolist():
            if claim not in leaves:
                leaves[claim] = justification(graph, claim, judged)
            rows += leaves[claim]
        out.append(list(dict.fromkeys(rows)))
    return lists_of(out)


def lists_of(rows: Sequence[Sequence[int]]) -> Lists:
    """Python lists as offsets and values."""
    offsets = np.concatenate((np.zeros(1, np.int64), np.cumsum([len(r) for r in rows], dtype=np.int64)))
    return Lists(offsets, np.fromiter((v for r in rows for v in r), np.int32, int(offsets[-1])))


def _unique(lists: Lists) -> Lists:
    return lists_of([list(dict.fromkeys(lists.row(i).tolist())) for i in range(len(lists.offsets) - 1)])


def instance_ids(
    instances: Instances, texts: NDArray[np.object_], axioms: Lists, axiom_ids: Sequence[str],
    grown: Sequence[str] | None = None,
) -> list[str]:  # fmt: skip
    """Hex sha256 of each instance: its scene, the fillers of its roles, the axioms behind it.

    texts: object[number of terms], the terms by id. grown: of each instance what it says beside that, empty for most.
    """
    numbers = {c.number_role for c in instances.scene.couplings if c.number_role}
    columns: list[list[str]] = []
    for name in sorted(instances.roles):
        column = instances.roles[name]
        filler = [str(n) for n in column.tolist()] if name in numbers else texts[column].tolist()
        columns.append(filler)
    for name in sorted(instances.lists):
        lists = instances.lists[name]
        columns.append([" ".join(texts[lists.row(i)].tolist()) for i in range(len(instances))])
    if grown is not None and any(grown):
        columns[-1] = [f"{own}\n+ {more}" if more else own for own, more in zip(columns[-1], grown, strict=True)]
    names = "\n".join([instances.scene.iri, *sorted(instances.roles), *sorted(instances.lists)])
    prefix, sha = names + "\n", hashlib.sha256
    behind = _joined(axioms, axiom_ids)
    return [sha((prefix + "\n".join(row)).encode()).hexdigest() for row in zip(*columns, behind, strict=True)]


def _joined(lists: Lists, words: Sequence[str]) -> list[str]:
    values, offsets = lists.values.tolist(), lists.offsets.tolist()
    if (np.diff(lists.offsets) == 1).all():
        return [words[v] for v in values]
    return [" ".join(words[v] for v in values[a:b]) for a, b in itertools.pairwise(offsets)]


def hashes(ids: Sequence[str], seed: int) -> Hashes:
    """The first 64 bits of each hex id, mixed with the seed."""
    start = np.fromiter((int(i[:16], 16) for i in ids), np.uint64, len(ids))
    return mix(start, seed)


def mix(values: Hashes, salt: int | str) -> Hashes:
    """SplitMix64 (Steele, Lea & Flood 2014) of values and a salt: independent for every salt."""
    if isinstance(salt, str):
        salt = int.from_bytes(hashlib.sha256(salt.encode()).digest()[:8], "big")
    with np.errstate(over="ignore"):
        z = values + np.uint64((salt * 0x9E3779B97F4A7C15 + 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return np.asarray(z ^ (z >> np.uint64(31)))


def lowest(values: Hashes, most: int) -> NDArray[np.int64]:
    """The places of the `most` lowest values, in ascending place."""
    if len(values) <= most:
        return np.arange(len(values))
    return np.sort(np.argpartition(values, most)[:most])


def lowest_of_each(values: Hashes, groups: NDArray[Any], most: int) -> NDArray[np.int64]:
    """The places of the `most` lowest values of each group, in ascending place."""
    kept = [mine[lowest(values[mine], most)] for mine in (np.flatnonzero(groups == g) for g in np.unique(groups))]
    return np.sort(np.concatenate(kept)) if kept else np.empty(0, np.int64)


def first_of_each(columns: Sequence[Ints], order: Hashes) -> NDArray[np.int64]:
    """Of each row the one with equal columns and the lowest hash: itself, where it is the first."""
    by: list[NDArray[Any]] = [order, *columns]
    keys = np.lexsort(by)
    first = np.arange(len(order))
    if len(order):
        same = np.ones(len(order) - 1, bool)
        for column in columns:
            ordered = column[keys]
            same &= ordered[1:] == ordered[:-1]
        starts = np.flatnonzero(np.append(True, ~same))
        first[keys] = keys[np.repeat(starts, np.diff(np.append(starts, len(order))))]
    return first


def split_of(values: Hashes, valid_percent: int, test_percent: int) -> NDArray[np.int8]:
    """Index into SPLITS for each example's hash."""
    share = values % np.uint64(100)
    out = np.zeros(len(values), np.int8)
    out[share >= np.uint64(100 - valid_percent - test_percent)] = 1
    out[share >= np.uint64(100 - test_percent)] = 2
    return out
