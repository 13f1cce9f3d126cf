"""What adapters learned that is no longer asserted: from the ledger's columns, whole arrays at a time.

An axiom is *gone* for an adapter when an example that it was shown rests on it, and no newest build of a dataset that
it was trained on has it in its ontology. An adapter that continues another has seen what that one has seen. Weight is
tokens × exposures: the learned tokens of an example, once for each time that it was shown. The same question as the
named query `stale-adapters`, with weights, and with what a later update retracted. Retracted is not forgotten: an
update only shows it no more, and whether a model still says it is for its verification to tell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lithograph.ledger.arrays import decoded
from lithograph.ledger.columns import read_columns
from lithograph.ledger.record import builds, key_of
from lithograph.ledger.runs import OWN_ANSWER
from lithograph.pipeline.lineage import chain_of, makers, runs_by_age, weighed


@dataclass(frozen=True, slots=True)
class GoneAxiom:
    """An axiom that is asserted no more. display: how to read it. examples: of those shown, how many rest on it.

    share: their part of all training weight. retracted_by: urns of the adapters whose updates retracted all of them,
    each one for its own part; empty where some are retracted by none.
    """

    axiom: str
    display: str
    examples: int
    share: float
    retracted_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StaleAdapter:
    """An adapter and what it learned that is no longer asserted; `axioms` is empty where all of it still is.

    run: the name of the run that made it; datasets: names, its own first. seen: how many examples it was shown along
    its chain of parents; examples: how many of them rest on gone axioms; share: their part of all training weight, 0 to
    1. retracted: how many of `examples` an update retracted, its own or one that continues it; retracted_by: the
    adapters those updates made. untraced: examples seen that no recorded build printed, of which nothing is known.
    """

    adapter: str
    run: str
    datasets: tuple[str, ...]
    seen: int
    examples: int
    share: float
    axioms: tuple[GoneAxiom, ...]
    retracted: int
    retracted_by: tuple[str, ...]
    untraced: int


@dataclass(frozen=True, slots=True)
class _Shown:
    """What one run showed: ids of examples, the weight of each, and pairs (place of an example, axiom it rests on)."""

    ids: pa.Array
    weights: NDArray[np.float64]
    traced: NDArray[np.bool_]
    places: NDArray[np.int64]
    axioms: pa.Array


def stale_axioms(ledger: Path) -> tuple[StaleAdapter, ...]:
    """Every adapter that is recorded, the oldest first, with what it learned that is no longer asserted."""
    runs = runs_by_age(ledger)
    made = makers(runs)
    pressed = builds(ledger)
    newest = {str(build["dataset_name"]): build for build in pressed}
    chains = {adapter: chain_of(run, made) for adapter, run in made.items()}
    by_dataset = {str(build[name]): build for build in pressed for name in ("dataset", "id")}
    asserted: dict[str, pa.Table] = {}
    shown: dict[str, _Shown] = {}
    found = []
    for adapter, chain in chains.items():
        known = [str(by_dataset[run["dataset"]]["dataset_name"]) for run in chain if run["dataset"] in by_dataset]
        names = tuple(dict.fromkeys(known))
        for name in names:
            if name not in asserted:
                asserted[name] = read_columns(ledger, "axioms", key_of(str(newest[name]["id"])), ["axiom"])["axiom"]
        now = pa.concat_arrays([decoded(asserted[name]) for name in names]) if names else pa.array([], pa.string())
        for run in chain:
            if run["id"] not in shown:
                shown[run["id"]] = _shown(ledger, run, by_dataset.get(run["dataset"]))
        retracting = {other: later for other, later in chains.items() if made[adapter] in later}
        retractions = {other: list(made[other]["retracted"] or ()) for other in retracting}
        links = [shown[run["id"]] for run in chain]
        found.append(_judged(ledger, adapter, made[adapter], names, links, now, retractions))
    return tuple(found)


def _shown(ledger: Path, run: Mapping[str, Any], build: Mapping[str, Any] | None) -> _Shown:
    ids, weights = weighed(read_columns(ledger, "steps", key_of(run["id"]), ["example", "tokens"]))
    told = pc.invert(pc.starts_with(ids, OWN_ANSWER))  # the base's own answers rest on no axiom
    ids, weights = ids.filter(told), weights[told.to_numpy(zero_copy_only=False)]
    if build is None:
        nothing = np.zeros(0, np.int64)
        return _Shown(ids, weights, np.zeros(len(ids), np.bool_), nothing, pa.array([], pa.string()))
    key = key_of(str(build["id"]))
    examples = read_columns(ledger, "examples", key, ["id", "instance"])
    rows = pc.index_in(ids, value_set=decoded(examples["id"]))
    instances = pc.take(decoded(examples["instance"]), rows)
    table = read_columns(ledger, "instances", key, ["instance", "axioms"])
    places = pc.index_in(instances, value_set=decoded(table["instance"]))
    lists = pc.take(table["axioms"].combine_chunks(), places)
    if isinstance(lists, pa.ChunkedArray):
        lists = lists.combine_chunks()
    traced = pc.is_valid(places).to_numpy(zero_copy_only=False)
    parents = pc.list_parent_indices(lists).to_numpy(zero_copy_only=False).astype(np.int64)
    return _Shown(ids, weights, traced, parents, pc.list_flatten(lists))


def _judged(
    ledger: Path, adapter: str, run: Mapping[str, Any], names: tuple[str, ...], links: Sequence[_Shown],
    now: pa.Array, retractions: Mapping[str, Sequence[str]],
) -> StaleAdapter:  # fmt: skip
    """One adapter against the axioms as they are now; an example that two runs of the chain showed counts once."""
    weight: dict[str, float] = {}  # gone examples only: they are few
    resting: dict[str, set[str]] = {}
    for link in links:
        words = link.axioms.dictionary_encode()
        gone = ~pc.is_in(words.dictionary, value_set=now).to_numpy(zero_copy_only=False)
        mask = gone[words.indices.to_numpy(zero_copy_only=False)] if len(words) else np.zeros(0, np.bool_)
        for place in np.unique(link.places[mask]).tolist():
            name = link.ids[place].as_py()
            weight[name] = weight.get(name, 0.0) + float(link.weights[place])
        pairs = zip(link.places[mask].tolist(), link.axioms.filter(pa.array(mask)).to_pylist(), strict=True)
        for place, axiom in pairs:
            resting.setdefault(axiom, set()).add(link.ids[place].as_py())
    whole = sum(float(link.weights.sum()) for link in links) or 1.0
    every = pa.concat_arrays([link.ids for link in links])
    lost = pa.concat_arrays([link.ids.filter(pa.array(~link.traced)) for link in links])
    traced = pa.concat_arrays([link.ids.filter(pa.array(link.traced)) for link in links])
    taken = {other: weight.keys() & set(ids) for other, ids in retractions.items()}
    texts = _displays(ledger, list(resting))
    return StaleAdapter(
        adapter=adapter, run=run["slug"], datasets=names, seen=len(every.unique()), examples=len(weight),
        share=sum(weight.values()) / whole,
        axioms=tuple(sorted((_gone(axiom, texts.get(axiom, axiom), on, weight, whole, taken)
                             for axiom, on in resting.items()), key=lambda one: (-one.share, one.axiom))),
        retracted=len(set().union(*taken.values())),
        retracted_by=tuple(other for other, ids in taken.items() if ids),
        untraced=len(set(lost.to_pylist()) - set(traced.to_pylist())) if len(lost) else 0,
    )  # fmt: skip


def _gone(axiom: str, display: str, on: set[str], weight: Mapping[str, float], whole: float,
          taken: Mapping[str, set[str]]) -> GoneAxiom:  # fmt: skip
    by = tuple(other for other, ids in taken.items() if ids & on)
    every = on <= set().union(*taken.values())
    return GoneAxiom(axiom, display, len(on), sum(weight[name] for name in sorted(on)) / whole, by if every else ())


def _displays(ledger: Path, axioms: Sequence[str]) -> dict[str, str]:
    """How axioms are read, from whichever build last had them."""
    texts: dict[str, str] = {}
    wanted = pa.array(axioms, pa.string())
    for build in builds(ledger) if axioms else ():
        table = read_columns(ledger, "axioms", key_of(str(build["id"])), ["axiom", "text", "display"])
        held = table.filter(pc.is_in(table["axiom"], value_set=wanted))
        texts |= {row["axiom"]: row["display"] or row["text"] for row in held.to_pylist()}
    return texts
