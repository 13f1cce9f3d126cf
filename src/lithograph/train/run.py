"""A training run from a dataset to an adapter with its card: the room's one entry.

Knows nothing about ontologies, scenes or the ledger. A run is a folder named by what decides its outcome, so asking for
the same run again goes on where it stopped, or says that it is finished.
"""

from __future__ import annotations

import contextlib
import errno
import shutil
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import torch

from ..core.activity import Listener, Notice, StageReport, silent
from .batches import Plan
from .before_after import by_hash, compare
from .calibrate import calibrate
from .card import model_card, said_of_choice
from .checkpoints import remove_whole
from .choice import focus_of
from .corpus import example_at, read_split
from .errors import DiskFull, EmptySplit, LossNotFinite, RunInterrupted, TooLittleMemory
from .estimate import memory_needed
from .facts import rows_per_fact
from .learner import Learner, base_dtype, make_learner
from .loop import walk
from .materials import Materials, find, gather, plan_for, sample_of
from .memory import memory_there
from .model import load_model, load_tokenizer
from .options import TrainOptions, check_options
from .own_answers import OwnAnswers, own_answers
from .prefix import head_length
from .record import (
    FAILED,
    FINISHED,
    INTERRUPTED,
    PLANNED,
    TRAINED,
    TRAINING,
    RunRecord,
    choice_told,
    fact_list,
    json_values,
    platform_here,
    read_record,
    run_id,
    versions_here,
    write_json,
    write_record,
)
from .scratch import scratch_start
from .stopping import Stop, only_one, stop_signals
from .terms import grow
from .tokens import chat_format, encode
from .update import Update
from .watch import Watch
from .weights import hand_over


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
          focus: Collection[str | Collection[str]] = (), labels: Collection[str] = (), listener: Listener = silent,
          clock: Callable[[], float] = time.perf_counter, now: Callable[[], str] = utc_now) -> RunRecord:  # fmt: skip
    """Train an adapter on a dataset in `runs/ID/`, or go on with it; a finished run is returned as it stands.

    An `update` starts from an earlier adapter and learns only what is new to it, with some of the rest shown again.
    focus: axiom ids, or sets of them that belong together, whose facts are chosen first. labels: terms of the ontology
    that may become tokens.

    Raises RunInterrupted (nothing lost) on Ctrl-C or termination, and a LithographError for all that a user can mend.
    """
    options = options or TrainOptions()
    check_options(options, update.replay if update else 0.0)
    corpus, base = find(dataset, options, listener)
    sets = focus_of(focus)
    folder = runs / run_id(corpus, base, options, update, focus=sets, labels=labels)
    with _full_disk_named(folder), only_one(folder), stop_signals() as stop:
        record = read_record(folder)
        if record and record.finished:
            listener(Notice("train", f"{folder} is finished: the same dataset, model and options, nothing to do"))
            return record
        clear_leftovers(folder)
        if options.scratch:
            base = scratch_start(base, corpus, options, folder / "start")
        materials = gather(corpus, base, options, update, focus=sets, labels=labels)
        if record:
            _say_what_differs(record, options, listener)
        record = record or _new_record(folder, materials, options, update)
        with _threads(record.threads):
            return _train(record, materials, options, _Ways(stop, listener, clock, now), update)


def clear_leftovers(folder: Path) -> None:
    """Remove what a killed process was about to rename; whoever calls holds the run's lock."""
    for pattern in (".*.json.*", "steps/.part-*"):
        for left in folder.glob(pattern):
            left.unlink()
    for pattern in (".adapter*", ".model*", ".start*", ".sketches*"):
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
    model = load_model(materials.base, base_dtype(options))
    own = None
    if options.own_answers:
        plain = chat_format(load_tokenizer(materials.base), options.system, materials.base.source)
        own = own_answers(materials.base, model, plain, record.folder / "own_answers.json", ways.listener)
        materials = replace(materials, how=replace(materials.how, own=own.shown))
        if record.choice.get("own_answers", {}).get("likely", own.likely) != own.likely:
            ways.listener(Notice("train", "what the base holds likely was computed anew since this run began, with "
                                          "other last digits: the run's may differ too"))  # fmt: skip
    grow(model, materials.terms)
    watch = _watch(record.folder, materials, options)
    learner = make_learner(model, options, materials.base.source, update.adapter if update else None, materials.terms,
                           head=head_length(materials.format))  # fmt: skip
    record = replace(record, device=learner.device.type)
    if not record.steps and options.tokens is None:
        record = _budget(record, materials, learner, options, ways, update)
    plan = plan_for(materials, options, record.steps, update)
    _require_memory(learner, plan, options)
    times = {"started": ways.now()} | dict(record.times)
    record = replace(
        record, status=TRAINING, steps=len(plan.steps), facts=fact_list(plan), dropped=plan.dropped, tokens=plan.tokens,
        times=times, choice=choice_told(plan, materials, own),
        update={**record.update, "replayed": round(plan.replay_share, 6)} if record.update else None,
    )  # fmt: skip
    write_record(record)
    _say_plan(record, ways)
    try:
        last = walk(learner, plan, options, record.folder, stop=ways.stop, listener=ways.listener, clock=ways.clock,
                    watch=watch)  # fmt: skip
    except RunInterrupted:
        write_record(replace(record, status=INTERRUPTED))
        raise
    except LossNotFinite:
        write_record(replace(record, status=FAILED))
        raise
    if last < len(plan.steps):
        record = replace(record, stopped=last)
        ways.listener(Notice("train", f"the valid loss got no better: stopped at step {last} of {len(plan.steps)}"))
    write_record(replace(record, status=TRAINED))
    record = _finish(record, learner, plan, materials, options, ways, own)
    ways.listener(StageReport("train", materials.reading.table.num_rows, len(plan.examples), plan.dropped,
                              ways.clock() - began))  # fmt: skip
    return record


def _watch(folder: Path, materials: Materials, options: TrainOptions) -> Watch | None:
    """What is looked at while the run learns; None unless it may end the run. Raises EmptySplit."""
    if not options.patience:
        return None
    table = read_split(materials.corpus, "valid", options.languages, options.scenes)
    places = {name: row for row, name in enumerate(table["id"].to_pylist())}
    ids = by_hash(places, options.seed)[: 4 * options.loss_examples]
    rows = [row for row in encode(materials.format, [example_at(table, places[name]) for name in ids])
            if row.ids and len(row.ids) <= options.max_length]  # fmt: skip
    if not rows:
        raise EmptySplit(materials.corpus.folder, "valid", "patience needs one to look at")
    return Watch(folder, rows[: options.loss_examples], options.valid_steps, options.patience)


def _require_memory(learner: Learner, plan: Plan, options: TrainOptions) -> None:
    """Raises TooLittleMemory where the run on this processor would not fit."""
    there = memory_there() if learner.device.type == "cpu" else None
    if there is None:
        return
    size = min(options.micro_batch or options.batch, options.batch)
    need = memory_needed(learner.accelerator.unwrap_model(learner.model), size,
                         max(len(row.ids) for row in plan.encoded.values()),
                         max(row.learned_count for row in plan.encoded.values()), shortcuts=learner.shortcuts,
                         examples=len(plan.encoded),
                         kept=sum(len(row.ids) for row in plan.encoded.values()))  # fmt: skip
    if need > there:
        raise TooLittleMemory(need, there)


def _budget(record: RunRecord, materials: Materials, learner: Learner, options: TrainOptions, ways: _Ways,
            update: Update | None) -> RunRecord:  # fmt: skip
    """The number of steps, decided once and written down before step 1."""
    if options.steps is not None:
        return replace(record, steps=options.steps)
    ways.listener(Notice("train", f"timing a few steps, to turn {options.minutes:g} minutes into a number of them"))
    again = (update.replay if update and materials.replay else 0.0) + options.own_answers
    timed = calibrate(learner, sample_of(materials, options), options, len(materials.facts), ways.clock, again,
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
    told = list(said_of_choice(record))
    if told:
        ways.listener(Notice("train", "; ".join(told)))


def _again(record: RunRecord) -> str:
    again = sum(1 for fact in record.facts if fact.get("replayed"))
    return f", and {again} known ones again ({record.update['replayed']:.0%} of all)" if record.update and again else ""


def _finish(record: RunRecord, learner: Learner, plan: Plan, materials: Materials, options: TrainOptions,
            ways: _Ways, own: OwnAnswers | None) -> RunRecord:  # fmt: skip
    """Measure, then write before_after.json and the adapter with its card; its folder appears whole."""
    model = learner.accelerator.unwrap_model(learner.model)
    ways.listener(Notice("train", "comparing losses and answers with those from before"))
    result = json_values(asdict(compare(model, materials, plan, options, own.held_back if own else ())))
    write_json(record.folder / "before_after.json", result)
    record = replace(record, status=FINISHED, result=result, times=dict(record.times) | {"ended": ways.now()})
    aside = record.adapter.with_name(f".{record.adapter.name}")
    shutil.rmtree(aside, ignore_errors=True)
    hand_over(model, materials, aside)
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
