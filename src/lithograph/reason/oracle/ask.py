"""Claims put to the DL oracle: what follows, what is refuted, and by which axioms. Knows nothing about the press.

    ask(ontology, [Axiom("SubClassOf", (PIZZA, FOOD))])[0].entailed

Many claims are answered in one process (see `ask_worker`). A question that takes too much time or memory, or that
HermiT refuses, is answered *not decided* with its reason; a process that dies is started again for the rest.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lithograph.core.activity import Listener, Notice, Progress, StageReport, silent
from lithograph.ontology.axioms import Axiom, Ontology
from lithograph.ontology.functional import axiom_text, document
from lithograph.ontology.terms import literal
from lithograph.reason.evidence import Extent
from lithograph.reason.oracle.answers import Answer, Justification, keep, packed, recall, unpacked
from lithograph.reason.oracle.process import NoOracle, Process
from lithograph.reason.oracle.trial import Trial, key, trial
from lithograph.reason.question import ROW, datatypes_defined, left_out, logical_version, question, strange_datatype

__all__ = ["Answer", "Justification", "NoOracle", "ask", "justify"]

STAGE, WORKER = "oracle", "lithograph.reason.oracle.ask_worker"
EACH = 10.0
"""How many seconds one question may take."""

AT_ONCE = 64
"""The most questions that are tried together; after a process died, one by one."""

RESTARTS = 8
"""How often a process may die before the rest is given up."""


def ask(
    ontology: Ontology,
    claims: Sequence[Axiom],
    *,
    seconds: float = 600,
    each: float = EACH,
    memory_mb: int = 2048,
    cache: Path | None = None,
    listener: Listener = silent,
) -> list[Answer]:
    """An answer for each claim, in their order; the same claim is asked once.

    seconds and each: bounds on all and on one question. cache: a folder of kept answers; where it has them all, no
    Java is started. Terms that the ontology does not have may stand in a claim. Raises NoOracle.
    """
    began = time.monotonic()
    kept = {k: unpacked(value) for k, value in recall(cache, logical_version(ontology), "answers").items()}
    asked = _Asked.of(ontology, {k: claim for claim in claims if (k := key(claim)) not in kept})
    answers = {k: Answer(None, None, why=why) for k, why in asked.impossible.items()}
    lasting: dict[str, Any] = {}
    for k, found in asked.put(ontology, seconds, each, memory_mb, False, listener):
        extent = Extent(found["extent"]) if found.get("extent") else None
        answers[k] = Answer(found.get("entailed"), found.get("refuted"), extent, found["engine"], found["why"])
        if found.get("lasting"):
            lasting[k] = packed(answers[k])
    keep(cache, logical_version(ontology), "answers", lasting)
    told = kept | answers
    keys = [key(claim) for claim in claims]
    undecided = Counter(told[k].why for k in set(keys) if told[k].entailed is None or told[k].refuted is None)
    decided, reasons = len(set(keys)) - undecided.total(), dict(sorted(undecided.items()))
    listener(StageReport(STAGE, len(set(keys)), decided, reasons, time.monotonic() - began))
    return [told[k] for k in keys]


def justify(
    ontology: Ontology,
    claims: Sequence[Axiom],
    *,
    seconds: float = 600,
    each: float = EACH,
    memory_mb: int = 2048,
    cache: Path | None = None,
    listener: Listener = silent,
) -> list[Justification]:
    """For each claim that follows or is refuted a set of axiom rows that suffices, minimal where said so.

    Of a refuted claim whose extent is *none* the rows show that no member fits. Bounds, cache and errors as in `ask`.
    """
    rows: dict[str, int] = {}
    for row, axiom_id in enumerate(ontology.axiom_ids()):
        rows.setdefault(axiom_id, row)
    kept = {
        k: Justification(entailed, tuple(sorted(rows[i] for i in ids)), minimal, engine, why)
        for k, (entailed, ids, minimal, engine, why) in recall(
            cache, logical_version(ontology), "justifications"
        ).items()
    }
    asked = _Asked.of(ontology, {k: claim for claim in claims if (k := key(claim)) not in kept})
    found = {k: Justification(None, why=why) for k, why in asked.impossible.items()}
    lasting: dict[str, Any] = {}
    for k, told in asked.put(ontology, seconds, each, memory_mb, True, listener):
        chosen, entailed, minimal = tuple(told.get("rows", ())), told.get("entailed"), told.get("minimal") is True
        found[k] = Justification(entailed, chosen, minimal, told["engine"], told.get("why", ""))
        if minimal:
            lasting[k] = [entailed, sorted(ontology.axiom_ids()[row] for row in chosen), True, told["engine"], ""]
    keep(cache, logical_version(ontology), "justifications", lasting)
    return [(kept | found)[key(claim)] for claim in claims]


@dataclass(slots=True)
class _Asked:
    """Claims on their way to the oracle: a trial each, by key, or why there can be none."""

    trials: dict[str, Trial] = field(default_factory=dict)
    impossible: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, ontology: Ontology, claims: Mapping[str, Axiom]) -> _Asked:
        """The trials of some claims."""
        asked, defined = cls(), datatypes_defined(ontology)
        for number, (k, claim) in enumerate(sorted(claims.items())):
            strange = strange_datatype(claim, defined)
            found = f"datatype outside the OWL 2 datatype map: {strange}" if strange else trial(claim, number)
            if isinstance(found, Trial):
                asked.trials[k] = found
            else:
                asked.impossible[k] = found
        return asked

    def put(
        self, ontology: Ontology, seconds: float, each: float, memory_mb: int, axioms: bool, listener: Listener
    ) -> Iterable[tuple[str, dict[str, Any]]]:
        """Put the trials to HermiT; yields each claim's key with what was found, for every claim once."""
        if not self.trials:
            return
        lines, skipped = question(ontology)
        apart = left_out(ontology)
        request = {
            "document": document([*lines, *apart.values()]), "row": ROW, "left_out": sorted(apart), "each": each,
            "memory_mb": memory_mb, "rules": bool(skipped["SWRL rule"]), "justify": axioms,
        }  # fmt: skip
        keys = sorted(self.trials)
        for number, found in _sessions([self.trials[k] for k in keys], request, seconds, listener):
            yield keys[number], found


def _sessions(
    trials: Sequence[Trial], request: Mapping[str, Any], seconds: float, listener: Listener
) -> Iterable[tuple[int, dict[str, Any]]]:
    """What HermiT said of each trial, by its place; a process that dies is started again for what it left.

    The trial that a process died of is the first it left, once they are tried one by one.
    """
    deadline, waiting, most, why, engine = time.monotonic() + seconds, list(range(len(trials))), AT_ONCE, "", ""
    for _ in range(RESTARTS + 1):
        left = deadline - time.monotonic()
        if not waiting or left <= 0:
            break
        process = Process(WORKER, left)
        for said in process.answers({**request, **_written(trials, waiting), "seconds": left, "most": most}):
            engine = said.get("engine", engine)
            number = said.get("answer", said.get("justified"))
            if said.get("consistent") is False:
                yield from ((n, {"engine": engine, "why": "the ontology contradicts itself"}) for n in waiting)
                return
            if number is not None:
                waiting.remove(number)
                listener(Progress(STAGE, len(trials) - len(waiting), len(trials)))
                yield number, {"why": "", **said, "engine": engine}
        why = process.problem and (process.problem if time.monotonic() < deadline else f"not decided in {seconds:g} s")
        if not why or not engine:
            break
        listener(Notice(STAGE, f"{why}; {len(waiting)} claims are left"))
        if most == 1 and waiting:
            yield waiting.pop(0), {"engine": engine, "why": why}
        most = 1
    for number in waiting:
        yield number, {"engine": engine, "why": why or f"not decided in {seconds:g} s"}


def _written(trials: Sequence[Trial], numbers: Iterable[int]) -> dict[str, Any]:
    """Some trials as the worker takes them."""
    lines, sorts = [], []
    for number in numbers:
        found = trials[number]
        sorts.append([number, found.of_class, found.of_individuals])
        for part in ("denied", "claimed", "fits", "subject"):
            for axiom in getattr(found, part):
                lines.append(axiom_text(axiom, [(ROW, literal(f"{number} {part}"))]))
    return {"trials": document(lines), "numbers": sorts}
