"""Closure to closure with claims in question: candidates are made, judged, and counted. Knows nothing about text."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from lithograph.config import Config
from lithograph.core.activity import Listener, StageReport
from lithograph.ontology.axioms import Axiom
from lithograph.reason.answers import Answer
from lithograph.reason.ask import ask
from lithograph.reason.candidates import Statuses, judged
from lithograph.reason.closure import Closure
from lithograph.reason.status import Reasoning, statuses

Judge = Callable[[Closure], Statuses]
"""From what follows by the rules to somebody who knows the status of any claim about the same ontology."""
Asked = Mapping[str, Mapping[str, int]]
"""Kind of candidate -> status -> how many."""


def engine(config: Config, cache: Path | None = None) -> Judge:
    """The engine with its rules, its models and, where `oracle` is required, HermiT behind them.

    cache: a folder in which the oracle's answers are kept.
    """

    def judge(closure: Closure) -> Statuses:
        ontology = closure.graph.ontology

        def hermit(axioms: Sequence[Axiom]) -> Sequence[Answer]:
            return ask(ontology, axioms, seconds=config.oracle_seconds, cache=cache)

        return partial(statuses, Reasoning.of(ontology, hermit if config.oracle == "required" else None))

    return judge


def with_questions(config: Config, closure: Closure, judge: Judge, listener: Listener) -> tuple[Closure, Asked]:
    """The closure with refuted and unknown claims near the truth, `candidates` of each kind at most, and their counts.

    A candidate that is entailed after all joins what holds. What nobody could decide is left out and counted.
    """
    if not config.candidates:
        return closure, {}
    started = time.perf_counter()
    found, counts, undecided = judged(closure, config.candidates, judge(closure), seed=config.seed)
    kept = sum(sum(by_status.values()) for by_status in counts.values())
    dropped = dict(sorted(undecided.items()))
    listener(StageReport("candidates", kept + undecided.total(), kept, dropped, time.perf_counter() - started))
    return found, {kind: dict(sorted(by_status.items())) for kind, by_status in counts.items()}
