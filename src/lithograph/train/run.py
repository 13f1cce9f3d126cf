"""A training run from a dataset to an adapter with its card: the room's one entry.

Knows nothing about ontologies, scenes or the ledger. A run is a folder named by what decides its outcome, so asking for
the same run again goes on where it stopped, or says that it is finished.
"""

from __future__ import annotations

import contextlib
import errno
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import torch

from ..core.activity import Listener, Notice, StageReport, silent
from .batches import Plan, make_plan
from .before_after import compare
from .calibrate import calibrate
from .card import model_card
from .checkpoints import remove_whole
from .errors import DiskFull, LossNotFinite, RunInterrupted
from .facts import rows_per_fact
from .learner import Learner, base_dtype, make_learner
from .loop import walk
from .lora import save_adapter
from .materials import Materials, find, gather, sample_of
from .model import load_model
from .options import TrainOptions, check_options
from .prefix import head_length
from .record import (
    FAILED,
    FINISHED,
    INTERRUPTED,
    PLANNED,
    TRAINED,
    TRAINING,
    RunRecord,
    fact_list,
    json_values,
    platform_here,
    read_record,
    run_id,
    versions_here,
    write_json,
    write_record,
)
from .stopping import Stop, only_one, stop_signals
from .update import Update


@dataclass(frozen=True, slots=True)
class _Ways:
    """How a run hears, is heard and knows the time."""

    stop: Stop
    listener: Listener
    clock: Callable[[], float]
    now: Callable[[], str]


def utc_now() -> str:
    """The time of day, as in run.json."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def train(dataset: Path, runs: Path, options: TrainOptions | None = None, *, update: Update | None = None,
          listener: Listener = silent, clock: Callable[[], float] = time.perf_counter,
          now: Callable[[], str] = utc_now) -> RunRecord:  # fmt: skip
    """Train an adapter on a dataset in `runs/ID/`, or go on with it; a finished run is returned as it stands.

    An `update` starts from an earlier adapter and learns only what is new to it, with some of the rest shown again.

    Raises RunInterrupted (nothing lost) on Ctrl-C or termination, and a LithographError for all that a user can mend.
    """
    options = options or TrainOptions()
    check_options(options, update.replay if update else 0.0)
    corpus, base = find(dataset, options, listener)
    folder = runs / run_id(corpus, base, options, update)
    with _full_disk_named(folder), only_one(folder), stop_signals() as stop:
        record = read_record(folder)
        if record and record.finished:
            listener(Notice("train", f"{folder} is finished: the same dataset, model and options, nothing to do"))
            return record
        clear_leftovers(folder)
        materials = gather(corpus, base, options, update)
        if record:
            _say_what_differs(record, options, listener)
        record = record or _new_record(folder, materials, options, update)
        with _threads(record.threads):
            return _train(record, materials, options, _Ways(stop, listener, clock, now), update)


def clear_leftovers(folder: Path) -> None:
    """Remove what a killed process was about to rename; whoever calls holds the run's lock."""
    for pattern in (".run.json.*", ".before_after.json.*", "steps/.part-*"):
        for left in folder.glob(pattern):
            left.unlink()
    for pattern in (".adapter*", ".sketches*"):
        for left in folder.glob(pattern):
            shutil.rmtree(left)


def _new_record(folder: Path, materials: Materials, options: TrainOptions, update: Update | None) -> RunRecord:
    corpus, base = materials.corpus, materials.base
    return RunRecord(
        id=folder.name,
        folder=folder,
        status=PLANNED,
        options=json_values(asdict(options)),
        dataset={"name": corpus.name, "id": corpus.dataset_id, "digest": corpus.digest,
                 "splits": dict(corpus.split_hashes), "facts": len(materials.facts),
                 "examples": materials.reading.table.num_rows, "sources": json_values(corpus.sources)},
        model={"name": base.name, "source": base.source, "digest": base.digest, "license": base.license},
        versions=versions_here(),
        platform=platform_here(),
        threads=options.threads or torch.get_num_threads(),
        device="",
        dtype=str(base_dtype(options)).removeprefix("torch."),
        system=materials.format.system,
        update=update.as_json() if update else None,
    )  # fmt: skip


def _say_what_differs(record: RunRecord, options: TrainOptions, listener: Listener) -> None:
    """On resume: what keeps the end from being byte for byte what an undisturbed run would give."""
    listener(Notice("train", f"going on with {record.id} ({record.status})"))
    here = versions_here() | platform_here()
    then = dict(record.versions) | dict(record.platform)
    differing = [f"{name} {then.get(name)} → {value}" for name, value in here.items() if then.get(name) != value]
    if differing:
        listener(Notice("train", f"this run began elsewhere ({', '.join(differing)}): its last digits may differ"))
    if options.threads and options.threads != record.threads:
        listener(Notice("train", f"{record.threads} threads, as this run began, not {options.threads}"))


def _train(record: RunRecord, materials: Materials, options: TrainOptions, ways: _Ways,
           update: Update | None) -> RunRecord:  # fmt: skip
    began = ways.clock()
    learner = make_learner(load_model(materials.base, base_dtype(options)), options, materials.base.source,
                           update.adapter if update else None, head=head_length(materials.format))  # fmt: skip
    record = replace(record, device=learner.device.type)
    share = update.replay if update and materials.replay else 0.0
    if not record.steps:
        record = _budget(record, materials, learner, options, ways, share)
    plan = make_plan(materials.facts, materials.reading, steps=record.steps, batch=options.batch,
                     exposures=options.exposures, seed=options.seed, place=materials.corpus.folder,
                     replay=materials.replay, share=share)  # fmt: skip
    times = {"started": ways.now()} | dict(record.times)
    record = replace(
        record, status=TRAINING, facts=fact_list(plan), dropped=plan.dropped, tokens=plan.tokens, times=times,
        update={**record.update, "replayed": round(plan.replay_share, 6)} if record.update else None,
    )  # fmt: skip
    write_record(record)
    _say_plan(record, ways)
    try:
        walk(learner, plan, options, record.folder, stop=ways.stop, listener=ways.listener, clock=ways.clock)
    except RunInterrupted:
        write_record(replace(record, status=INTERRUPTED))
        raise
    except LossNotFinite:
        write_record(replace(record, status=FAILED))
        raise
    write_record(replace(record, status=TRAINED))
    record = _finish(record, learner, plan, materials, options, ways)
    ways.listener(StageReport("train", materials.reading.table.num_rows, len(plan.examples), plan.dropped,
                              ways.clock() - began))  # fmt: skip
    return record


def _budget(record: RunRecord, materials: Materials, learner: Learner, options: TrainOptions, ways: _Ways,
            share: float) -> RunRecord:  # fmt: skip
    """The number of steps, decided once and written down before step 1."""
    if options.steps is not None:
        return replace(record, steps=options.steps)
    ways.listener(Notice("train", f"timing a few steps, to turn {options.minutes:g} minutes into a number of them"))
    timed = calibrate(learner, sample_of(materials, options), options, len(materials.facts), ways.clock, share,
                      rows_per_fact(materials.facts))  # fmt: skip
    record = replace(record, steps=timed.steps, calibration=asdict(timed))
    write_record(record)
    return record


def _say_plan(record: RunRecord, ways: _Ways) -> None:
    shown = [fact["shown"] for fact in record.facts if not fact.get("replayed")]
    timed = record.calibration
    first = timed.get("seconds_per_example", 0) * timed.get("examples", 0) if timed else 0
    seconds = timed["seconds_per_step"] * record.steps + first if timed else 0
    takes = f", about {seconds / 60:.0f} min" if seconds >= 60 else ""
    facts = f"{len(shown)} of {record.dataset['facts']} {'new ' if record.update else ''}facts"
    often = " to ".join(str(number) for number in sorted({min(shown), max(shown)}))
    text = f"{record.id}: {record.steps} steps on {facts}, each shown {often} times{_again(record)}{takes}"
    ways.listener(Notice("train", text))


def _again(record: RunRecord) -> str:
    again = sum(1 for fact in record.facts if fact.get("replayed"))
    return f", and {again} known ones again ({record.update['replayed']:.0%} of all)" if record.update and again else ""


def _finish(record: RunRecord, learner: Learner, plan: Plan, materials: Materials, options: TrainOptions,
            ways: _Ways) -> RunRecord:  # fmt: skip
    """Measure, then write before_after.json and the adapter with its card; the adapter folder appears whole."""
    model = learner.accelerator.unwrap_model(learner.model)
    ways.listener(Notice("train", "comparing losses and answers with and without the adapter"))
    result = json_values(asdict(compare(model, materials.format, materials.corpus, plan, options)))
    write_json(record.folder / "before_after.json", result)
    record = replace(record, status=FINISHED, result=result, times=dict(record.times) | {"ended": ways.now()})
    aside = record.folder / ".adapter"
    shutil.rmtree(aside, ignore_errors=True)
    save_adapter(model, aside)
    (aside / "README.md").write_text(model_card(record), encoding="utf-8")
    remove_whole(record.adapter)
    aside.rename(record.adapter)
    write_record(record)
    return record


@contextlib.contextmanager
def _threads(count: int) -> Iterator[None]:
    """Compute with so many threads: another number would round sums differently."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@contextlib.contextmanager
def _full_disk_named(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(folder, error.strerror or "no space left") from error
        raise
