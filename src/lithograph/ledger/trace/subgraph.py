"""What leads to a thing and what it leads to, as a graph that fits on a page: all PROV relations, read from columns.

Relations are read from the adapter down to the source; a picture of them is bounded by showing a few of each kind and
saying how many more there are. Knows nothing about drawing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from lithograph.ledger.arrays import decoded, one_array
from lithograph.ledger.columns import read_all, read_columns, rows_of
from lithograph.ledger.record import key_of
from lithograph.ledger.shape import source_urn, template_urn
from lithograph.ledger.trace.said import SOME

MOST = 40
"""Things in a graph, those counted only included."""

Pairs: TypeAlias = pa.Table
"""Columns above, below: who stands in a relation to whom."""


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation of the view between two kinds of thing, from the adapter's side (`above`) to the source's (`below`).

    pairs: all there are of it in a ledger. backwards: it is said of the one below (a dataset had a split as a member).
    """

    name: str
    above: str
    below: str
    pairs: Callable[[Path], Pairs]
    backwards: bool = False


@dataclass(frozen=True, slots=True)
class Subgraph:
    """shown: (kind, ids) in order; more: how many of a kind are not shown; edges: relation, above, below.

    An end of an edge is an id, or `more:KIND` for those that are not shown.
    """

    shown: Mapping[str, tuple[str, ...]]
    more: Mapping[str, int]
    edges: tuple[tuple[Relation, str, str], ...]


def _pairs(above: Iterable[str | None], below: Iterable[str | None]) -> Pairs:
    """Pairs without gaps, each once, in the order given."""
    table = pa.table({"above": pa.array(above, pa.string()), "below": pa.array(below, pa.string())}).drop_null()
    return table.group_by(["above", "below"], use_threads=False).aggregate([])


def _of_rows(table: str, above: str, below: str) -> Callable[[Path], Pairs]:
    def pairs(ledger: Path) -> Pairs:
        rows = read_all(ledger, table, [above, below])
        return _pairs(decoded(rows[above]), decoded(rows[below]))

    return pairs


def _of_lists(table: str, above: str, lists: str) -> Callable[[Path], Pairs]:
    def pairs(ledger: Path) -> Pairs:
        rows = read_all(ledger, table, [above, lists])
        column = one_array(rows[lists])
        parents = pc.take(decoded(rows[above]), pc.list_parent_indices(column))
        return _pairs(parents, pc.list_flatten(column))

    return pairs


def _run_split(ledger: Path) -> Pairs:
    runs = rows_of(read_all(ledger, "runs", ["id", "splits"]))
    found = [(r["id"], s["id"]) for r in runs for s in r["splits"] or ()]
    return _pairs([a for a, _ in found], [b for _, b in found])


def _split_dataset(ledger: Path) -> Pairs:
    builds = rows_of(read_all(ledger, "builds", ["dataset", "splits"]))
    found = [(s["id"], b["dataset"]) for b in builds for s in b["splits"] or ()]
    return _pairs([a for a, _ in found], [b for _, b in found])


def _split_example(ledger: Path) -> Pairs:
    tables = []
    for build in rows_of(read_all(ledger, "builds", ["id", "splits"])):
        ids = {s["role"]: s["id"] for s in build["splits"] or ()}
        examples = read_columns(ledger, "examples", key_of(build["id"]), ["id", "split"])
        words = decoded(examples["split"])
        found = pc.index_in(words, pa.array(list(ids), pa.string()))
        splits = pc.take(pa.array(list(ids.values()), pa.string()), found)
        tables.append(_pairs(splits, decoded(examples["id"])))
    whole = pa.concat_tables(tables)
    return _pairs(whole["above"].combine_chunks(), whole["below"].combine_chunks())


def _example_template(ledger: Path) -> Pairs:
    rows = read_all(ledger, "examples", ["id", "template"])
    words = decoded(rows["template"]).dictionary_encode()
    urns = pa.array([template_urn(t) for t in words.dictionary.to_pylist()], pa.string())
    return _pairs(decoded(rows["id"]), pc.take(urns, words.indices))


def _template_scene(ledger: Path) -> Pairs:
    rows = rows_of(read_all(ledger, "templates", ["id", "scene"]))
    return _pairs([template_urn(r["id"]) for r in rows], [r["scene"] for r in rows])


def _axiom_source(ledger: Path) -> Pairs:
    tables = []
    for build in rows_of(read_all(ledger, "builds", ["id", "sources"])):
        files = {s["name"].rsplit("/", 1)[-1]: source_urn(s) for s in build["sources"]}
        files |= {s["name"]: source_urn(s) for s in build["sources"]}
        only = next(iter(files.values())) if len(set(files.values())) == 1 else None
        rows = read_columns(ledger, "axioms", key_of(build["id"]), ["axiom", "source"])
        urns = [files.get(name or "", only) for name in decoded(rows["source"]).to_pylist()]
        tables.append(_pairs(decoded(rows["axiom"]), urns))
    whole = pa.concat_tables(tables)
    return _pairs(whole["above"].combine_chunks(), whole["below"].combine_chunks())


def _ontology_source(ledger: Path) -> Pairs:
    builds = rows_of(read_all(ledger, "builds", ["ontology", "sources"]))
    found = [(b["ontology"], source_urn(s)) for b in builds for s in b["sources"]]
    return _pairs([a for a, _ in found], [b for _, b in found])


RELATIONS: tuple[Relation, ...] = (
    Relation("prov:wasGeneratedBy", "adapter", "run", _of_rows("runs", "adapter", "id")),
    Relation("prov:used", "run", "model", _of_rows("runs", "id", "model")),
    Relation("prov:used", "run", "split", _run_split),
    Relation("prov:hadMember", "split", "dataset", _split_dataset, backwards=True),
    Relation("prov:hadMember", "split", "example", _split_example),
    Relation("prov:wasGeneratedBy", "dataset", "build", _of_rows("builds", "dataset", "id")),
    Relation("prov:used", "build", "ontology", _of_rows("builds", "id", "ontology")),
    Relation("prov:wasDerivedFrom", "example", "instance", _of_rows("examples", "id", "instance")),
    Relation("litho:template", "example", "template", _example_template),
    Relation("prov:hadMember", "instance", "axiom", _of_lists("instances", "instance", "axioms")),
    Relation("litho:scene", "instance", "scene", _of_rows("instances", "instance", "scene")),
    Relation("litho:printsScene", "template", "scene", _template_scene),
    Relation("litho:mentions", "axiom", "node", _of_lists("axioms", "axiom", "nodes")),
    Relation("prov:hadPrimarySource", "axiom", "source", _axiom_source),
    Relation("prov:hadPrimarySource", "ontology", "source", _ontology_source),
)
"""Each after those that lead to it."""

_BESIDE = {"node": ("source",), "scene": ("axiom",)}
"""Kinds that are told beside what leads to a thing, although they do not: an entity's axioms stand in files."""


def subgraph(ledger: Path, centres: Sequence[tuple[str, str]], some: int = SOME) -> Subgraph:
    """What leads to the centres (kind, id), all of one kind, and what they lead to; `some` of each kind at most.

    Of a run only the examples are followed that it saw, and to a run only where it saw one of those that lead to it.
    """
    kind = centres[0][0]
    everything = {relation: relation.pairs(ledger) for relation in RELATIONS}
    reached = _reached(ledger, everything, kind, [i for _, i in centres])
    inside = {
        relation: _within(pairs, reached.get(relation.above), reached.get(relation.below))
        for relation, pairs in everything.items()
    }
    lists = {r: [(p["above"], p["below"]) for p in rows_of(pairs)] for r, pairs in inside.items()}
    first = _taught(ledger, lists, reached)
    quota = {k: some + (len(ids) == some + 1) for k, ids in reached.items()}  # one more takes no more room than itself
    quota[kind] = max(min(len(centres), 2 * SOME), 1)
    while True:
        shown = _shown(lists, reached, kind, [i for _, i in centres], quota, first)
        more = {k: len(reached[k]) - len(shown[k]) for k in shown if len(reached[k]) > len(shown[k])}
        longest = max((k for k in shown if k != kind), key=lambda k: len(shown[k]), default=kind)
        if sum(map(len, shown.values())) + len(more) <= MOST or len(shown[longest]) <= 1:
            return Subgraph(shown, more, _edges(lists, shown, more))
        quota[longest] = len(shown[longest]) - 1


def _within(pairs: Pairs, above: pa.Array | None, below: pa.Array | None) -> Pairs:
    if above is None or below is None:
        return pairs.slice(0, 0)
    return pairs.filter(pc.and_(pc.is_in(pairs["above"], above), pc.is_in(pairs["below"], below)))


def _reached(ledger: Path, everything: Mapping[Relation, Pairs], kind: str, ids: Sequence[str]) -> dict[str, pa.Array]:
    """All ids of each kind that lead to the centres, or that they lead to."""
    reached = {kind: pa.array(list(dict.fromkeys(ids)), pa.string())}
    for relation, pairs in everything.items():
        if relation.above in reached:
            found = pairs.filter(pc.is_in(pairs["above"], reached[relation.above]))["below"]
            if relation.below == "example" and "run" in reached:
                found = found.filter(pc.is_in(found, _seen_by(ledger, reached["run"])))
            _join(reached, relation.below, found)
    upward = {kind: reached[kind]}
    for relation, pairs in reversed(list(everything.items())):
        if relation.below in upward:
            found = pairs.filter(pc.is_in(pairs["below"], upward[relation.below]))["above"]
            if relation.above == "run" and "example" in upward:
                found = found.filter(pc.is_in(found, _that_saw(ledger, upward["example"])))
            _join(upward, relation.above, found)
    for relation, pairs in everything.items():
        if relation.below in _BESIDE.get(kind, ()) and relation.above in upward:
            _join(upward, relation.below, pairs.filter(pc.is_in(pairs["above"], upward[relation.above]))["below"])
    return {**upward, **reached}


def _join(reached: dict[str, pa.Array], kind: str, found: pa.ChunkedArray) -> None:
    both = [*([reached[kind]] if kind in reached else []), decoded(found)]
    ids = pc.unique(pa.concat_arrays([part.cast(pa.string()) for part in both]))
    if len(ids):
        reached[kind] = ids


def _seen_by(ledger: Path, runs: pa.Array) -> pa.Array:
    """The examples that any of the runs saw."""
    steps = [read_columns(ledger, "steps", key_of(run), ["example"]) for run in runs.to_pylist()]
    return pc.unique(pa.concat_arrays([decoded(s["example"]).cast(pa.string()) for s in steps]))


def _that_saw(ledger: Path, examples: pa.Array) -> pa.Array:
    """The runs that saw any of the examples."""
    ids = read_all(ledger, "runs", ["id"])["id"].to_pylist()
    saw = [run for run in ids if pc.any(pc.is_in(_seen_by(ledger, pa.array([run])), examples)).as_py()]
    return pa.array(saw, pa.string())


# ── what is shown ────────────────────────────────────────────────────────────────────────────────────────────────────

_Lists: TypeAlias = Mapping[Relation, list[tuple[str, str]]]


def _taught(ledger: Path, lists: _Lists, reached: Mapping[str, pa.Array]) -> frozenset[str]:
    """What is shown before others: examples that a run saw, and all below that they rest on."""
    runs = reached.get("run")
    if runs is None or "example" not in reached:
        return frozenset(below for r, pairs in lists.items() if r.below == "axiom" for _, below in pairs)
    first = set(_seen_by(ledger, runs).to_pylist())
    for relation, pairs in lists.items():
        if relation.above in ("example", "instance"):
            first |= {below for above, below in pairs if above in first}
    return frozenset(first)


def _shown(
    lists: _Lists,
    reached: Mapping[str, pa.Array],
    kind: str,
    ids: Sequence[str],
    quota: Mapping[str, int],
    first: frozenset[str],
) -> dict[str, tuple[str, ...]]:
    """A few of each kind, from the centre outwards: neighbours of what is shown already, one of each in turn."""
    shown = {kind: tuple(ids[: quota[kind]])}
    forward = [(r.above, r.below, pairs) for r, pairs in lists.items()]
    back = [(r.below, r.above, [(b, a) for a, b in pairs]) for r, pairs in reversed(list(lists.items()))]
    for way in (forward, back, forward):
        for near, far, pairs in way:
            if near in shown and far in reached and far != kind:
                have = shown.get(far, ())
                found = _in_turn(shown[near], pairs, first)
                shown[far] = tuple(dict.fromkeys([*have, *found]))[: quota[far]]
    for each, ids_of in reached.items():
        if len(ids_of) <= quota[each]:
            shown[each] = tuple(dict.fromkeys([*shown.get(each, ()), *ids_of.to_pylist()]))
    return {k: v for k, v in shown.items() if v}


def _in_turn(near: Sequence[str], pairs: Sequence[tuple[str, str]], first: frozenset[str]) -> list[str]:
    """The far ends of the near ones: the first of each, then the second of each, and so on."""
    wanted: dict[str, list[str]] = {one: [] for one in near}
    for one, other in pairs:
        if one in wanted:
            wanted[one].append(other)
    queues = [sorted(others, key=lambda other: other not in first) for others in wanted.values()]
    longest = max(map(len, queues), default=0)
    return [queue[turn] for turn in range(min(longest, MOST)) for queue in queues if turn < len(queue)]


def _edges(
    lists: _Lists, shown: Mapping[str, tuple[str, ...]], more: Mapping[str, int]
) -> tuple[tuple[Relation, str, str], ...]:
    """The relations between what is shown, and between that and what is only counted."""
    known = {i for ids in shown.values() for i in ids}
    edges = []
    for relation, pairs in lists.items():
        ends: dict[tuple[str, str], None] = {}
        for above, below in pairs:
            left = above if above in known else f"more:{relation.above}"
            right = below if below in known else f"more:{relation.below}"
            ends[left, right] = None
        edges += [
            (relation, left, right) for left, right in ends
            if relation.above in shown and relation.below in shown
            and all(not e.startswith("more:") or e[5:] in more for e in (left, right))
        ]  # fmt: skip
    return tuple(edges)
