"""Upwards: the examples that rest on something, the runs that were trained on them, the adapters those made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from lithograph.ledger.arrays import decoded
from lithograph.ledger.ask import short
from lithograph.ledger.columns import column_files, read_columns, rows_of
from lithograph.ledger.record import builds, key_of
from lithograph.ledger.story import Story
from lithograph.ledger.trace.places import Place, adapter_folder, run_folder, shard_file
from lithograph.ledger.trace.said import SOME, count, example_line, lists_holding, spread

Choose = Callable[[str], pa.Table]
"""From a build's key to the instances (columns instance, focus) that are meant."""


def uses(place: Place, examples: pa.Array) -> list[Story]:
    """For each run that used any of the examples: how often, at which steps, with which losses, into which adapter."""
    stories = []
    for path in column_files(place.ledger, "runs"):
        run = rows_of(read_columns(place.ledger, "runs", path.stem))[0]
        steps = read_columns(place.ledger, "steps", path.stem)
        used = steps.filter(pc.is_in(decoded(steps["example"]), examples.cast(pa.string())))
        if used.num_rows:
            stories.append(_use(place, run, used, len(examples)))
    return stories or [Story("no run has used it yet")]


def _use(place: Place, run: Mapping[str, Any], used: pa.Table, examples: int) -> Story:
    index, losses = used["step"].to_pylist(), used["loss"].to_pylist()
    times = f"used {count(used.num_rows, 'time')}"
    what = f"{count(len(pc.unique(decoded(used['example']))), 'example')} {times}" if examples > 1 else times
    pairs = list(zip(index, losses, strict=True))
    shown = pairs if len(pairs) <= SOME else [*pairs[: SOME - 1], pairs[-1]]
    told = ", ".join(f"step {s}: {x:.3f}" for s, x in shown)
    loss = f"losses {told}" if examples == 1 else f"loss {losses[0]:.3f} at first, {losses[-1]:.3f} at last"
    span = f"steps {min(index)} to {max(index)}" if max(index) > min(index) else f"step {index[0]}"
    title = f"run {run['slug']}: {what}, {span}"
    return Story(title, loss, made_by(place, run), run_folder(place, run["slug"]))


def made_by(place: Place, run: Mapping[str, Any]) -> tuple[Story, ...]:
    """The adapter of a run that has one."""
    return (Story(short(run["adapter"]), link=adapter_folder(place, run["slug"])),) if run["adapter"] else ()


def trained_on(place: Place, dataset: str) -> list[Story]:
    """The runs on a dataset, with their adapters."""
    stories = []
    for path in column_files(place.ledger, "runs"):
        run = rows_of(read_columns(place.ledger, "runs", path.stem))[0]
        if run["dataset"] == dataset:
            link = run_folder(place, run["slug"])
            stories.append(Story(f"run {run['slug']}, {run['status']}", "", made_by(place, run), link))
    return stories or [Story("no run has used it yet")]


def resting_on(place: Place, axioms: Sequence[str], about: str | None = None) -> list[Story]:
    """The examples that rest on any of the axioms, with a few of them, and the runs that used them.

    Those whose focus is `about` are shown first.
    """

    def chosen(key: str) -> pa.Table:
        instances = read_columns(place.ledger, "instances", key, ["instance", "axioms", "focus"])
        return lists_holding(instances, "axioms", axioms)

    return through(place, chosen, about)


def through(place: Place, chosen: Choose, about: str | None = None) -> list[Story]:
    """The examples that print the chosen instances, build by build, and the runs that used them."""
    stories, ids = [], []
    for build in builds(place.ledger):
        key = key_of(str(build["id"]))
        instances = chosen(key)
        some = decoded(instances["instance"])
        examples = read_columns(place.ledger, "examples", key)
        examples = examples.filter(pc.is_in(decoded(examples["instance"]), some))
        if not examples.num_rows:
            continue
        ids += examples["id"].to_pylist()
        inner = some.filter(pc.equal(decoded(instances["focus"]), about or "")) if about else some
        first = examples.filter(pc.is_in(decoded(examples["instance"]), inner))
        stories.append(printed_in(place, build, len(some), examples, first if first.num_rows else examples))
    known = pa.array(ids, pa.string())
    return [*stories, *uses(place, known)] if stories else [Story("no example rests on it")]


def printed_in(place: Place, build: Mapping[str, Any], instances: int, examples: pa.Table, some: pa.Table) -> Story:
    """A build's examples, counted by split, with a few of `some`."""
    splits = Counter(decoded(examples["split"]).to_pylist())
    counts = ", ".join(f"{splits[role]} {role}" for role in ("train", "valid", "test") if splits[role])
    title = f"{build['slug']}: {count(examples.num_rows, 'example')}" + (f" ({counts})" if counts else "")
    name = build["dataset_name"]
    shown = [
        Story(
            f"{short(row['id'])}, {row['split']}",
            example_line(place, name, row),
            link=shard_file(place, name, row["shard"]),
        )
        for row in rows_of(some.take(spread(some.num_rows)))
    ]
    return Story(title, f"through {count(instances, 'scene instance')}" if instances else "", tuple(shown))
