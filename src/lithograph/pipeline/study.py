"""Several seeds and every control of one dataset, trained, asked the same probes and compared.

    adapter          the same training with several seeds
    format-only      the same questions, each with another's answer: what the form alone is worth
    plain sentences  the axioms behind the first seed's facts as sentences, for as many tokens
    from scratch     an own tokenizer and a small model, the dataset and nothing else
    runtime adapter  the base with sentences of the facts before the question;  base, and the majority answer

Each is a run like any other, so a study that was stopped goes on, and one that is done says the same again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from lithograph.config import Config
from lithograph.core.activity import Listener, Notice, StageReport, silent
from lithograph.core.identity import canonical_json, sha256_hex
from lithograph.core.whole import replace_whole
from lithograph.pipeline.evaluated import record_verified
from lithograph.pipeline.find import dataset_folder
from lithograph.pipeline.learn import learn
from lithograph.pipeline.runs_here import Taught, taught
from lithograph.pipeline.triples import learn_plain
from lithograph.pipeline.verification import (
    Asking,
    VerifyOptions,
    about_of,
    askable,
    chosen_rows,
    perplexity_of,
    probe_set,
    side_by_side,
    threads,
    with_context,
)
from lithograph.train.opened import Opened, adapter_urn, open_run
from lithograph.train.record import RunRecord, write_json
from lithograph.verify.asking import Progressed, ask
from lithograph.verify.kept import open_kept
from lithograph.verify.report import report
from lithograph.verify.results import results_of
from lithograph.verify.verified import ADAPTER, FORMAT_ONLY, Answers, Verified, as_values, verified
from lithograph.verify.worth import worth_of

PLAIN, SCRATCH = "plain sentences", "from scratch"
CONTROLS = (FORMAT_ONLY, PLAIN, SCRATCH)


@dataclass(frozen=True, slots=True)
class StudyOptions:
    """seeds: of the adapter; controls: which of CONTROLS are trained, with the first seed; asking: the probes."""

    seeds: tuple[int, ...] = (0, 1, 2)
    controls: tuple[str, ...] = CONTROLS
    asking: VerifyOptions = VerifyOptions()  # noqa: RUF009 - frozen


@dataclass(frozen=True, slots=True)
class Study:
    """Where it lies, what was trained for each name, and what was found."""

    folder: Path
    runs: dict[str, tuple[RunRecord, ...]]
    found: Verified


def study(
    config: Config, options: StudyOptions | None = None, *, dataset: str | None = None, listener: Listener = silent,
    clock: Callable[[], float] = time.perf_counter,
) -> Study:  # fmt: skip
    """Train what is not trained yet, ask all of it the same probes, write `runs/study-ID/` and the ledger.

    Raises what training and verifying raise; what is trained already stands.
    """
    options, began = options or StudyOptions(), clock()
    where = dataset_folder(config, dataset)
    runs = _trained(config, where, options, listener)
    learned = _shared([taught(config, run, where) for run in runs[ADAPTER]])
    probes = askable(where, options.asking.part, learned)
    folder = config.root / "runs" / f"study-{_name(runs, options)}"
    folder.mkdir(parents=True, exist_ok=True)
    asking = Asking(folder, options.asking, listener, clock, clock())
    with threads(options.asking.threads or runs[ADAPTER][0].threads):
        first = open_run(runs[ADAPTER][0], online=config.allow_network, listener=listener)
        questions = with_context(probes, learned, first, options.asking)
        rows = chosen_rows(asking, first, probes, questions)
        probes, questions = probes.take(rows), [questions[row] for row in rows]
        answers = _answers(config, asking, runs, first, probes, questions)
    found = verified(options.asking.part, probes, answers, options.asking.seed,
                     about_of(where, options.asking, folder.name, probes))  # fmt: skip
    named = {name: [run.id for run in held] for name, held in runs.items()}
    write_json(folder / f"{found.part}.json", as_values(found) | {"runs": named})
    replace_whole(folder / "report.html", report(found))
    _record(config, where, runs, found)
    listener(StageReport("study", sum(map(len, runs.values())), probes.num_rows, {}, clock() - began))
    return Study(folder, runs, found)


def _trained(
    config: Config, where: Path, options: StudyOptions, listener: Listener
) -> dict[str, tuple[RunRecord, ...]]:
    """Name -> its runs. Controls get the steps or tokens of the first seed."""
    runs: dict[str, tuple[RunRecord, ...]] = {}
    for seed in options.seeds:
        listener(Notice("study", f"{ADAPTER}, seed {seed}"))
        steps = runs[ADAPTER][0].steps if runs else config.train_steps  # the budget is turned into steps once
        record = learn(replace(config, train_seed=seed, train_steps=steps), dataset=str(where), listener=listener)
        runs[ADAPTER] = (*runs.get(ADAPTER, ()), record)
    first = runs[ADAPTER][0]
    same = replace(config, train_seed=options.seeds[0])
    for name in options.controls:
        listener(Notice("study", f"the control: {name}"))
        if name == FORMAT_ONLY:
            own = replace(same, train_steps=first.steps, train_answers="shuffled")
            runs[name] = (learn(own, dataset=str(where), listener=listener),)
        elif name == PLAIN:
            runs[name] = (learn_plain(same, first.id, listener=listener),)
        elif name == SCRATCH:
            runs[name] = (learn(replace(same, train_scratch=True), dataset=str(where), listener=listener),)
    return runs


def _shared(told: Sequence[Taught]) -> Taught:
    """What every seed was told: probes are asked of all of them, so that they are about the same."""
    stated = None if told[0].stated is None else frozenset.intersection(*(one.stated or frozenset() for one in told))
    return replace(told[0], stated=stated, facts=frozenset.intersection(*(one.facts for one in told)),
                   axioms=frozenset.intersection(*(one.axioms for one in told)))  # fmt: skip


def _name(runs: dict[str, tuple[RunRecord, ...]], options: StudyOptions) -> str:
    what = [{name: [run.id for run in held] for name, held in runs.items()}, options.asking.part]
    return sha256_hex(canonical_json(what))[:12]


def _answers(
    config: Config, asking: Asking, runs: dict[str, tuple[RunRecord, ...]], first: Opened, probes: pa.Table,
    questions: Sequence[str],
) -> list[Answers]:  # fmt: skip
    adapter, *untrained = side_by_side(asking, first, probes, questions)
    held = {ADAPTER: [adapter]}
    for name, records in runs.items():
        for record in records[1:] if name == ADAPTER else records:
            opened = open_run(record, online=config.allow_network, listener=asking.listener)
            held.setdefault(name, []).append(_asked(asking, opened, name, probes))
    joined = [Answers(name, tuple(one.results[0] for one in many), tuple(p for one in many for p in one.perplexity))
              for name, many in held.items()]  # fmt: skip
    return [joined[0], *untrained, *joined[1:]]


def _asked(asking: Asking, opened: Opened, name: str, probes: pa.Table) -> Answers:
    progress = Progressed(asking.listener, probes.num_rows, asking.clock)
    scores = ask(
        opened.model, opened.format, probes, open_kept(asking.folder, opened.key), progress=progress, note=name
    )
    # another tokenizer's perplexity is in another unit: it is not set beside the base's
    spoken = () if name == SCRATCH else (perplexity_of(asking, opened),)
    return Answers(name, (results_of(probes, worth_of(opened.format, probes, scores)),), spoken)


def _record(config: Config, where: Path, runs: dict[str, tuple[RunRecord, ...]], found: Verified) -> None:
    """Every run's answers into the ledger, an evaluation each."""
    asked = probe_set(where, found.part)
    for one in found.answers:
        for record, result in zip(runs.get(one.name, ()), one.results, strict=False):
            if record.options.get("scratch"):
                continue  # its whole model is in the ledger with the run; it is no adapter that an evaluation scores
            alone = verified(found.part, found.probes, [Answers(ADAPTER, (result,))], int(found.about["seed"]),
                             dict(found.about) | {"model": record.id})  # fmt: skip
            record_verified(config.root / "ledger", record, alone, {ADAPTER: adapter_urn(record.adapter)}, asked)
