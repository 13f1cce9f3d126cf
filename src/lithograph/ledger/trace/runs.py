"""The stories of a run and of its adapter: taught what, from which dataset and ontology, with which losses."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from lithograph.ledger.arrays import decoded
from lithograph.ledger.ask import short
from lithograph.ledger.columns import read_all, read_columns, rows_of
from lithograph.ledger.record import builds, key_of
from lithograph.ledger.resolve import adapter_called, run_row_called
from lithograph.ledger.runs import OWN_ANSWER
from lithograph.ledger.story import Story
from lithograph.ledger.trace.examples import instance_lines
from lithograph.ledger.trace.places import (
    Place,
    adapter_folder,
    dataset_card,
    run_folder,
    shard_file,
    source_file,
)
from lithograph.ledger.trace.results import evaluations_of
from lithograph.ledger.trace.said import SOME, axiom_stories, count, example_line, some_of
from lithograph.ledger.trace.uses import made_by

_TOLD = ("rank", "lr", "seed", "batch", "exposures", "minutes", "steps")
"""Options of a run that are told, where it has them."""


def run_story(place: Place, what: str) -> Story:
    """A run by its urn, name, the start of its hash, or `latest`. Raises NothingCalled, EmptyLedger."""
    return _run(place, run_row_called(place.ledger, what))


def adapter_story(place: Place, what: str) -> Story:
    """An adapter by its urn or the start of its hash: the run that made it, and the axioms it learned."""
    adapter = adapter_called(place.ledger, what)
    runs = [r for r in _runs(place) if r["adapter"] == adapter]
    detail = [f"tuned from {runs[0]['model_name'] or '?'} ({runs[0]['model_licence'] or 'no licence stated'})"]
    detail += [f"the same weights came out of {count(len(runs), 'run')}"] if len(runs) > 1 else []
    learned = [story for run in runs[:1] for story in _learned(place, run)]
    link = adapter_folder(place, runs[0]["slug"])
    children = (*(_run(place, run) for run in runs), *learned, *evaluations_of(place, adapter))
    return Story(short(adapter), "\n".join(detail), children, link, (("adapter", adapter),))


def _runs(place: Place) -> list[dict[str, Any]]:
    return sorted(rows_of(read_all(place.ledger, "runs")), key=lambda r: str(r["slug"]))


def _run(place: Place, run: dict[str, Any]) -> Story:
    steps = read_columns(place.ledger, "steps", key_of(run["id"]))
    seen = pc.unique(decoded(steps["example"])) if steps.num_rows else pa.array([], pa.string())
    last = int(pc.max(steps["step"]).as_py()) if steps.num_rows else 0
    lines = [f"{run['status']}, {count(last, 'step')}, {count(len(seen), 'example')} seen"]
    if run["loss_before"] is not None and run["loss_after"] is not None:
        lines.append(f"test loss {run['loss_before']:.3f} before, {run['loss_after']:.3f} after")
    options = json.loads(run["options"] or "{}")
    chosen = [f"{name} {options[name]}" for name in _TOLD if isinstance(options.get(name), int | float | str)]
    lines += [", ".join(chosen)] if chosen else []
    folder = run_folder(place, run["slug"])
    lines += [f"runs/{run['slug']}"] if folder else []
    children = [*made_by(place, run), Story(f"tuned from {run['model_name'] or short(run['model'] or '?')}")]
    if run["facts"]:
        children.append(Story(f"{count(len(run['facts']), 'chosen fact')}"))
    for build in reversed(builds(place.ledger)):
        if build["dataset"] == run["dataset"]:
            children.append(_taught(place, build, steps))
            break
    return Story(f"run {run['slug']}", "\n".join(lines), tuple(children), folder, (("run", run["id"]),))


def _taught(place: Place, build: Any, steps: pa.Table) -> Story:
    """The build behind a run, and the examples it was still most wrong about."""
    key, name = key_of(str(build["id"])), build["dataset_name"]
    final = dict(zip(decoded(steps["example"]).to_pylist(), steps["loss"].to_pylist(), strict=True))  # the last stays
    examples = read_columns(place.ledger, "examples", key)
    hardest = []
    ours = [one for one in final if not one.startswith(OWN_ANSWER)]
    for urn in sorted(ours, key=lambda e: (-final[e], e))[:SOME]:
        for row in rows_of(examples.filter(pc.equal(examples["id"], urn)).slice(0, 1)):
            axioms = instance_lines(place, key, row["instance"]).children
            title = f"{short(urn)}, last loss {final[urn]:.3f}"
            link = shard_file(place, name, row["shard"])
            hardest.append(Story(title, example_line(place, name, row), axioms, link))
    sources = tuple(source_story(place, s) for s in build["sources"])
    title = f"dataset {name}, build {build['slug']}, ontology {str(build['ontology_version'])[:12]}"
    told = (Story("still hardest", "", tuple(hardest)),) if hardest else ()
    return Story(title, "", (*sources, *told), dataset_card(place, name))


def source_story(place: Place, source: dict[str, Any]) -> Story:
    """A file of the ontology with its licence."""
    licence = f"licence {source['licence']}" if source["licence"] else "no licence stated"
    return Story(source["name"], licence, link=source_file(place, source["name"]))


def _learned(place: Place, run: dict[str, Any]) -> list[Story]:
    """The axioms behind what a run saw, those seen most often first."""
    steps = read_columns(place.ledger, "steps", key_of(run["id"]), ["example"])
    seen = Counter(decoded(steps["example"]).to_pylist())
    for build in reversed(builds(place.ledger)):
        if build["dataset"] != run["dataset"]:
            continue
        key = key_of(str(build["id"]))
        times = _times_of(place, key, seen)
        top = sorted(times, key=lambda urn: (-times[urn], urn))
        told = [
            Story(f"{count(times[urn], 'time')}: {story.title}", story.detail, link=story.link)
            for urn, story in zip(top, axiom_stories(place, key, top[:SOME]), strict=False)
        ]
        return [Story(f"learned from {count(len(times), 'axiom')}", "", some_of(told, len(times)))]
    return []


def _times_of(place: Place, key: str, seen: Counter[str]) -> Counter[str]:
    """How often each axiom was behind an example that was seen."""
    examples = read_columns(place.ledger, "examples", key, ["id", "instance"])
    examples = examples.filter(pc.is_in(examples["id"], pa.array(list(seen), pa.string())))
    shown: Counter[str] = Counter()
    for row in rows_of(examples):
        shown[row["instance"]] += seen[row["id"]]
    instances = read_columns(place.ledger, "instances", key, ["instance", "axioms"])
    instances = instances.filter(pc.is_in(instances["instance"], pa.array(list(shown), pa.string())))
    times: Counter[str] = Counter()
    for row in rows_of(instances):
        for axiom in row["axioms"] or ():
            times[axiom] += shown[row["instance"]]
    return times
