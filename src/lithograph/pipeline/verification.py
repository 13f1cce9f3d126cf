"""A run's adapter, or a base model, put to probes beside its controls, and what was found written down.

The composition of the rooms: probes of the dataset, the models that `verify` asks, the ledger. What is scored is kept
in `runs/ID/verify/`, so a verification that was stopped goes on where it was.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import torch

from lithograph import __version__
from lithograph.config import Config
from lithograph.core.activity import Listener, Notice, StageReport, silent
from lithograph.core.errors import LithographError
from lithograph.core.identity import canonical_json, sha256_hex, urn_of
from lithograph.pipeline.evaluated import record_verified
from lithograph.pipeline.find import dataset_folder
from lithograph.pipeline.runs_here import LATEST, Taught, all_runs, find_run, taught
from lithograph.pipeline.verification_page import write_page
from lithograph.probes.context import as_one_turn, chosen, statements
from lithograph.probes.table import NoProbes, probe_path, read_probes
from lithograph.train.corpus import open_corpus
from lithograph.train.opened import Opened, open_base, open_run
from lithograph.train.record import RunRecord, write_json
from lithograph.verify.asking import Progressed, ask
from lithograph.verify.choosing import choose_probes, taught_only
from lithograph.verify.forgetting import SHA256, forgetting_text, perplexity
from lithograph.verify.kept import open_kept
from lithograph.verify.results import results_of
from lithograph.verify.verified import ADAPTER, BASE, FORMAT_ONLY, RUNTIME, Answers, Verified, as_values, verified
from lithograph.verify.worth import worth_of

TIMED = 24
"""Probes that are scored to see how long one takes."""
FEWEST = 40
"""Probes below which no budget goes."""


class NotOneRight(LithographError):
    """Probes that are all answered alike by their key: who has read the question does no better than who has not."""

    def __init__(self, place: Path, answer: str) -> None:
        super().__init__(place, "no probe of this set is to be affirmed" if answer == "" else
                         f"every probe of this set has the same answer, '{answer}'",
                         cure="Press the dataset again with more probes, of an ontology that says more.")  # fmt: skip


@dataclass(frozen=True, slots=True)
class VerifyOptions:
    """part: dev or test. minutes: wall clock for all models together, turned into a number of probes once; probes: that
    number, given. context: tokens that the runtime adapter gets. seed: of the choice and of the resampling."""

    part: str = "dev"
    minutes: float = 10.0
    probes: int | None = None
    context: int = 256
    seed: int = 0
    threads: int | None = None


@dataclass(slots=True)
class Asking:
    """One verification under way: where it is kept, who hears of it."""

    folder: Path
    options: VerifyOptions
    listener: Listener = silent
    clock: Callable[[], float] = time.perf_counter
    began: float = 0.0
    perplexities: dict[str, float] = field(default_factory=dict)


def verify_run(
    config: Config, run: str = LATEST, options: VerifyOptions | None = None, *, model: str | None = None,
    dataset: str | None = None, listener: Listener = silent, clock: Callable[[], float] = time.perf_counter,
) -> Verified:  # fmt: skip
    """Verify a run's adapter beside its base, the runtime adapter, the majority and a format-only run where there is
    one; write `runs/ID/verify/{part}.json` and the ledger.

    model: a base to put the adapter on, in place of its own (refused where it is another). Raises UnknownRun,
    RunUnfinished, OtherBase, NoProbes, NotOneRight.
    """
    options = options or VerifyOptions()
    record = find_run(config, run)
    where = dataset_folder(config, dataset or str(record.dataset["name"]))
    if open_corpus(where).digest != record.dataset["digest"]:
        listener(Notice("verify", f"{where.name} was pressed again since {record.id}: what it states is read there"))
    learned = taught(config, record, where)
    probes = askable(where, options.part, learned)
    asking = Asking(record.folder / "verify", options, listener, clock, clock())
    with threads(options.threads or record.threads):
        opened = open_run(record, online=config.allow_network, listener=listener, wish=model)
        questions = with_context(probes, learned, opened, options)
        chosen = chosen_rows(asking, opened, probes, questions)
        probes, questions = probes.take(chosen), [questions[row] for row in chosen]
        answers = side_by_side(asking, opened, probes, questions)
        answers += _format_only(config, asking, record, probes)
        found = verified(options.part, probes, answers, options.seed, about_of(where, options, record.id, probes))
        write_page(asking.folder, found, record, opened, where, listener)
    _write(asking, found)
    urns = {ADAPTER: opened.adapter or "", BASE: f"urn:litho:model:{opened.base.digest}"}
    record_verified(config.root / "ledger", record, found, urns, probe_set(where, options.part))
    listener(StageReport("verify", len(questions), probes.num_rows, {}, clock() - asking.began))
    return found


def verify_model(
    config: Config, model: str | None = None, options: VerifyOptions | None = None, *, dataset: str | None = None,
    listener: Listener = silent, clock: Callable[[], float] = time.perf_counter,
) -> Verified:  # fmt: skip
    """Verify a base model by itself, beside the majority. Memory probes are asked too: there is no run to know them."""
    options = options or VerifyOptions()
    where = dataset_folder(config, dataset)
    probes = askable(where, options.part, None)
    with threads(options.threads):
        opened = open_base(model or config.train_model, online=config.allow_network, listener=listener)
        asking = Asking(base_folder(config, opened), options, listener, clock, clock())
        probes = probes.take(chosen_rows(asking, opened, probes, None))
        answers = side_by_side(asking, opened, probes)
    found = verified(options.part, probes, answers, options.seed, about_of(where, options, opened.base.name, probes))
    _write(asking, found)
    record_verified(config.root / "ledger", None, found, {BASE: f"urn:litho:model:{opened.base.digest}"},
                    probe_set(where, options.part))  # fmt: skip
    return found


def base_folder(config: Config, opened: Opened) -> Path:
    """Where the results of a base model by itself are kept."""
    return config.root / "runs" / f"base-{opened.base.name}-{opened.base.digest[:10]}" / "verify"


def askable(dataset: Path, part: str, learned: Taught | None) -> pa.Table:
    """The probes that may be asked of a run. Raises NoProbes, NotOneRight."""
    probes, path = read_probes(dataset, part), probe_path(dataset, part)
    if learned is not None:
        if learned.stated is None and "memory" in probes["probe_split"].to_pylist():
            raise NoProbes(path, "the dataset does not say which claims its examples state")
        probes = taught_only(probes, learned.stated or frozenset(), learned.axioms, learned.languages)
    if not probes.num_rows:
        raise NoProbes(path, f"no probe of the {part} part asks for what this run was told",
                       "Train on more facts, or ask for more probes.")  # fmt: skip
    keys = {options[answer] for options, answer, form in
            zip(probes["options"].to_pylist(), probes["answer"].to_pylist(), probes["form"].to_pylist(), strict=True)
            if form == "yes_no"}  # fmt: skip
    if len(keys) == 1 and set(probes["form"].to_pylist()) == {"yes_no"}:
        raise NotOneRight(path, keys.pop())
    truths = set(probes["truth"].to_pylist())
    if not truths & {"asserted", "entailed", "computed"}:
        raise NotOneRight(path, "")
    return probes


def with_context(probes: pa.Table, learned: Taught, opened: Opened, options: VerifyOptions) -> list[str]:
    """Each question with what the run was told of its nodes before it, where anything was: the runtime adapter."""
    told = {language: statements(learned.dataset, instances=learned.facts, language=language)
            for language in set(probes["language"].to_pylist())}  # fmt: skip
    columns = (probes[name].to_pylist() for name in ("question", "nodes", "language"))
    out = []
    for question, nodes, language in zip(*columns, strict=True):
        rows = chosen(question, told[language], opened.tokens, options.context, nodes)
        out.append(as_one_turn(question, [told[language]["sentence"][row].as_py() for row in rows], language))
    return out


def chosen_rows(asking: Asking, opened: Opened, probes: pa.Table, questions: Sequence[str] | None) -> list[int]:
    """The rows to ask: a number by the budget, decided once and kept, so that a resumed verification asks the same."""
    options, plan = asking.options, asking.folder / "plan.json"
    what = sha256_hex(canonical_json([options.part, options.minutes, options.seed, options.context,
                                      probes["id"].to_pylist()]))  # fmt: skip
    held = _read_json(plan)
    count = options.probes or held.get(what)
    if count is None:
        count = max(FEWEST, _affordable(asking, opened, probes, questions))
        write_json(plan, held | {what: min(count, probes.num_rows)})
    chosen = choose_probes(probes, count, options.seed)
    asking.listener(Notice("verify", f"{len(chosen):,} of {probes.num_rows:,} probes of the {options.part} part"))
    return chosen


def _affordable(asking: Asking, opened: Opened, probes: pa.Table, questions: Sequence[str] | None) -> int:
    """How many probes the minutes pay for, by timing a few with every model that is asked."""
    some = choose_probes(probes, TIMED, asking.options.seed)
    kept = open_kept(
        asking.folder / "timed", opened.key + repr(asking.began)
    )  # a file of its own: nothing is known yet
    seconds = 0.0
    for texts in [None, questions] if questions is not None else [None]:
        began = asking.clock()
        ask(opened.model, opened.format, probes.take(some), kept,
            questions=None if texts is None else [texts[row] for row in some])  # fmt: skip
        seconds += (asking.clock() - began) * (2 if texts is None and questions is not None else 1)
    kept.path.unlink(missing_ok=True)
    began = asking.clock()
    perplexity_of(asking, opened)
    reading = asking.clock() - began
    left = asking.options.minutes * 60 - 2 * reading - (asking.clock() - asking.began)
    return int(0.9 * left * len(some) / max(seconds, 1e-9))


def side_by_side(
    asking: Asking, opened: Opened, probes: pa.Table, questions: Sequence[str] | None = None
) -> list[Answers]:
    """The answers of a model with its adapter, without it, and without it but with these questions instead."""
    rounds = 1 + (opened.adapter is not None) + (questions is not None)
    progress = Progressed(asking.listener, rounds * probes.num_rows, asking.clock)

    def asked(who: Opened, name: str, texts: Sequence[str] | None = None) -> Answers:
        scores = ask(who.model, who.format, probes, open_kept(asking.folder, who.key), questions=texts,
                     progress=progress, note=name)  # fmt: skip
        spoken = () if texts is not None else (perplexity_of(asking, who),)
        return Answers(name, (results_of(probes, worth_of(who.format, probes, scores)),), spoken)

    answers = [asked(opened, ADAPTER)] if opened.adapter else []
    with opened.untouched() as base:
        answers.append(asked(base, BASE))
        if questions is not None:
            answers.append(asked(base, RUNTIME, questions))
    return answers


def _format_only(config: Config, asking: Asking, record: RunRecord, probes: pa.Table) -> list[Answers]:
    """The answers of a run on the same dataset and base whose answers were shuffled, where there is a finished one."""
    for other in reversed(all_runs(config)):
        same = other.dataset["id"] == record.dataset["id"] and other.model["digest"] == record.model["digest"]
        if other.finished and same and other.options.get("answers") == "shuffled" and other.id != record.id:
            opened = open_run(other, online=config.allow_network, listener=asking.listener)
            progress = Progressed(asking.listener, probes.num_rows, asking.clock)
            scores = ask(opened.model, opened.format, probes, open_kept(asking.folder, opened.key), progress=progress,
                         note=FORMAT_ONLY)  # fmt: skip
            held = (results_of(probes, worth_of(opened.format, probes, scores)),)
            return [Answers(FORMAT_ONLY, held, (perplexity_of(asking, opened),))]
    return []


def perplexity_of(asking: Asking, opened: Opened) -> float:
    """The model's perplexity on the text that has nothing to do with the ontology; kept."""
    path, name = asking.folder / "forgetting.json", sha256_hex(f"{opened.key}\n{SHA256}")[:16]
    held = _read_json(path)
    if name not in held:
        found = perplexity(opened.model, opened.format.tokenizer, forgetting_text())
        held[name] = {"perplexity": found.value, "tokens": found.tokens}
        write_json(path, held)
    return float(held[name]["perplexity"])


def about_of(dataset: Path, options: VerifyOptions, model: str, probes: pa.Table) -> dict[str, Any]:
    return {"model": model, "dataset": dataset.name, "part": options.part, "seed": options.seed,
            "context": options.context, "probes": probes.num_rows,
            "asked": urn_of("probes", probes["id"].to_pylist()), "program": __version__}  # fmt: skip


def probe_set(dataset: Path, part: str) -> str:
    """The urn of a part of a dataset's probes, by the ids of all of them."""
    return urn_of("probes", read_probes(dataset, part)["id"].to_pylist())


def _write(asking: Asking, found: Verified) -> None:
    write_json(asking.folder / f"{found.part}.json", as_values(found))


def _read_json(path: Path) -> dict[str, Any]:
    """What a file of this room holds; nothing where it is not there, or was damaged: it can be worked out again."""
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return held if isinstance(held, dict) else {}


@contextlib.contextmanager
def threads(count: int | None) -> Iterator[None]:
    """Compute with so many threads; with as many as torch takes where none are given."""
    before = torch.get_num_threads()
    torch.set_num_threads(count or before)
    try:
        yield
    finally:
        torch.set_num_threads(before)
