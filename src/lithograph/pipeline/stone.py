"""Ontology to stone: loaded, checked for consistency, projected, closed. Knows nothing about scenes or text."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lithograph.config import Config
from lithograph.core.activity import Event, Listener, StageReport, silent
from lithograph.core.errors import LithographError
from lithograph.ontology.axioms import Ontology
from lithograph.ontology.graph import ClaimGraph, Ints
from lithograph.ontology.load import load
from lithograph.ontology.project import project
from lithograph.reason.closure import Closure, close
from lithograph.reason.oracle.consistency import Verdict, consistency, require_consistent

if TYPE_CHECKING:
    import networkx as nx


class Undecided(LithographError):
    """An ontology of which the reasoner could not say whether it holds together."""

    def __init__(self, place: Path, seconds: int, why: str) -> None:
        super().__init__(place, "whether the ontology is consistent was not decided", facts=why,
                         cure=f"Raise oracle_seconds above {seconds}, or set oracle = \"off\".")  # fmt: skip


class Question:
    """HermiT's verdict on an ontology, asked beside other work: a thread waits for the reasoner's process."""

    def __init__(self, ask: Callable[[], Verdict | None]) -> None:
        self._answer: Verdict | None = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, args=(ask,), daemon=True)
        self._thread.start()

    def _run(self, ask: Callable[[], Verdict | None]) -> None:
        try:
            self._answer = ask()
        except BaseException as error:
            self._error = error

    def answer(self) -> Verdict | None:
        """Wait for the verdict; None where nothing was asked."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._answer

    def pending(self, seconds: float) -> bool:
        """Whether there is still no answer after so many seconds more."""
        self._thread.join(seconds)
        return self._thread.is_alive()


@dataclass(frozen=True, slots=True)
class Stone:
    """An ontology ready for scenes: its axioms, its claims and what follows from them; which were put in question.

    stand_ins: language -> rows of claims in question that stand in for others, which have no words in it.
    """

    path: Path
    ontology: Ontology
    closure: Closure
    question: Question
    asked: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  # kind of candidate -> status -> how many
    stand_ins: Mapping[str, Ints] = field(default_factory=dict)

    @property
    def graph(self) -> ClaimGraph:
        """All claims, asserted and derived."""
        return self.closure.graph

    def network(self, *around: str, hops: int = 1) -> nx.MultiDiGraph[str]:
        """The claims between terms as a networkx graph, all of them or those near some IRIs (`ontology.network`)."""
        from lithograph.ontology.network import network  # here: networkx takes long to load, and no build asks for it

        return network(self.graph, around, hops=hops)

    def checked(self) -> tuple[str, dict[str, int]]:
        """What decided that the ontology holds together, and why how many axioms had no part in that.

        Of what was left out a contradiction would not be seen. Waits for the reasoner.
        """
        verdict = self.question.answer()
        return (verdict.why, dict(verdict.skipped)) if verdict else ("nobody (oracle = off)", {})

    def unspoken(self) -> Ints:
        """Sorted ids of the classes that can have no member: nothing is said of them. Waits for the reasoner.

        Raises Inconsistent or Undecided.
        """
        verdict = self.question.answer()
        named = [self.ontology.terms.id(iri) for iri in (verdict.unsatisfiable or ())] if verdict else []
        return np.union1d(self.closure.unsatisfiable, np.array([i for i in named if i >= 0], np.int32)).astype(np.int32)


def ontology_path(config: Config) -> Path:
    """The root ontology file of a project."""
    return config.root / config.ontology


@dataclass(frozen=True, slots=True)
class Loaded:
    """An ontology, and what was told while it was loaded."""

    ontology: Ontology
    told: tuple[Event, ...]


def load_ontology(config: Config, path: Path) -> Loaded:
    """Load an ontology as the options have it. Raises the errors of `prepare`."""
    missing, told = "error" if config.imports == "error" else "warn", list[Event]()
    ontology = load(path, allow_network=config.allow_network, missing=missing, listener=told.append)  # type: ignore[arg-type]
    return Loaded(ontology, tuple(told))


def prepare(
    config: Config,
    listener: Listener = silent,
    path: Path | None = None,
    *,
    keep: bool = False,
    loaded: Loaded | None = None,
) -> Stone:
    """Load, project and close an ontology, while the reasoner is asked whether it is consistent.

    keep: look the verdict up in the project's ledger, and write it there. loaded: what stands in that file, if it was
    loaded already.
    Raises LithographError for a file that cannot be read, an import that must be there and is not.
    """
    path = path or ontology_path(config)
    loaded = loaded or load_ontology(config, path)
    for event in loaded.told:
        listener(event)
    ontology = loaded.ontology
    question = Question(lambda: _verdict(config, path, ontology, keep))
    started = time.perf_counter()
    graph = project(ontology)
    listener(StageReport("project", len(ontology), len(graph), graph.unprojected, time.perf_counter() - started))
    started = time.perf_counter()
    closure = close(graph, depth=config.depth)
    seconds = time.perf_counter() - started
    listener(StageReport("reason", len(graph), len(closure.graph), {}, seconds))
    return Stone(path, closure.graph.ontology, closure, question)


def _verdict(config: Config, path: Path, ontology: Ontology, keep: bool) -> Verdict | None:
    """HermiT on consistency and on classes that can have no member; decided, or an error: never another dataset.

    Raises NoOracle where it cannot be asked, Inconsistent, Undecided.
    """
    if config.oracle == "off":
        return None
    seconds, cache = config.oracle_seconds, config.root / "ledger" / "consistency.json" if keep else None
    verdict = consistency(ontology, unsatisfiable=True, seconds=seconds, cache=cache)
    require_consistent(ontology, verdict)
    if verdict.consistent is None or verdict.unsatisfiable is None:
        raise Undecided(path, seconds, verdict.why)
    return verdict
