"""A session of HermiT: many questions about one ontology in one process. Knows nothing about claims, only of trials.

One JSON request on standard input, JSON lines of answers on standard output, each line final: whoever reads them may
stop the process at any time and keep what was answered. What is asked of HermiT is only ever whether the ontology and
some axioms contradict each other; nothing is taken from its classification or realisation.

Request: document and row as in `worker`, left_out [row] (axioms that HermiT is not given), seconds, memory_mb,
each (seconds a question may take), most (questions that may be tried at once), rules (whether there are SWRL rules),
trials (functional-style text, its axioms marked `number part` in the annotation), numbers [[number, of_class,
of_individuals]], justify (whether axioms are asked for instead).
Lines: started, or missing; engine; consistent; answer (a number) with entailed, refuted, extent, why, lasting (whether
the next session would say the same); or justified (a number) with rows, minimal, entailed; failed; finished.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lithograph.reason.oracle.places import Places
from lithograph.reason.oracle.worker import Oracle, reason, say, serve, started

IN_PLACE = frozenset({
    "SubClassOf", "EquivalentClasses", "DisjointClasses", "ClassAssertion", "SameIndividual", "DifferentIndividuals",
    "ObjectPropertyAssertion", "NegativeObjectPropertyAssertion", "DataPropertyAssertion",
})  # fmt: skip
"""What a loaded reasoner takes in addition, for one trial. Other axioms need a reasoner of their own."""

AT_ONCE = 64
"""The most questions that are tried together."""

Verdict = bool | str
"""Whether there is a contradiction; a text says why that was not decided."""


@dataclass(slots=True)
class Groups:
    """How many questions are tried together. Where none of them contradicts, one trial answers them all."""

    most: int = AT_ONCE
    size: int = 1

    def record(self, tried: int, clean: bool) -> None:
        """Larger after a clean trial, smaller otherwise."""
        if not clean:
            self.size = max(1, self.size // 2)
        elif tried >= self.size:
            self.size = min(self.most, self.size * 2)


class Session:
    """HermiT loaded with one ontology, and the trials it is asked about."""

    def __init__(self, request: Mapping[str, Any]) -> None:
        self.deadline = time.monotonic() + float(request["seconds"])
        self.each, self.rules = float(request["each"]), bool(request["rules"])
        self.most = int(request["most"])
        self.oracle = Oracle(request["document"], request["row"], self.deadline)
        self.java, self.engine = self.oracle.java, self.oracle.engine
        self.oracle.leave_out(set(request["left_out"]))
        self.places = Places(self.oracle, self.each)
        self.trials = self._trials(request["trials"], request["row"])
        self.task = self.java("org.semanticweb.HermiT.tableau.ReasoningTaskDescription").isABoxSatisfiable()
        self.groups = {part: Groups(self.most) for part in ("denied", "fits", "subject", "claimed")}
        self.passing: set[int] = set()
        """Numbers of questions that time was too short for."""

    def _trials(self, text: str, row: str) -> dict[tuple[int, str], list[Any]]:
        """The axioms of each part of each trial."""
        ontology = self.oracle.managers.createOWLOntologyManager().createOntology()
        parser = self.java("org.coode.owlapi.functionalparser.OWLFunctionalSyntaxOWLParser")()
        parser.parse(self.java("org.semanticweb.owlapi.io.StringDocumentSource")(text), ontology)
        mark = self.oracle.factory.getOWLAnnotationProperty(self.oracle.iri.create(row))
        found: dict[tuple[int, str], list[Any]] = {}
        for axiom in ontology.getLogicalAxioms():
            for note in axiom.getAnnotations(mark):
                number, part = str(note.getValue().getLiteral()).split()
                found.setdefault((int(number), part), []).append(axiom.getAxiomWithoutAnnotations())
        return {place: sorted(axioms, key=str) for place, axioms in found.items()}

    def decide(self, numbers: Iterable[int], part: str, known: bool) -> dict[int, Verdict]:
        """Whether a part of each trial contradicts the ontology; `known`: what is known of individuals takes part."""
        numbers = list(numbers)
        verdicts: dict[int, Verdict] = dict.fromkeys(self._clear(numbers, part, known), True)
        groups, waiting = self.groups[part], [[number for number in numbers if number not in verdicts]]
        while waiting:
            group = waiting.pop()
            size = 1 if self.places.slow() else groups.size
            if len(group) > size:
                waiting += [group[size:], group[:size]]
                continue
            if not group:
                continue
            verdict = self._tried(group, part, known)
            groups.record(len(group), verdict is False)
            if verdict is False or len(group) == 1:
                verdicts.update(dict.fromkeys(group, verdict))
            else:
                waiting += [group[len(group) // 2 :], group[: len(group) // 2]]
        return verdicts

    def _clear(self, numbers: Iterable[int], part: str, known: bool) -> Iterator[int]:
        """Those whose part contradicts the schema and a few assertions already: found before the rest is grouped."""
        for number in numbers:
            first = self.places.first(self._axioms([number], part))
            if first is None or time.monotonic() > self.deadline:
                return
            reasoner, axioms = first
            try:
                if self._in_place(axioms) and self._clash(reasoner, axioms, known):
                    yield number
            except self.oracle.exception as error:
                self._undecided([], error)

    def _axioms(self, group: list[int], part: str) -> Any:
        """The axioms of a part of some trials."""
        axioms = self.java("java.util.ArrayList")()
        for number in group:
            for axiom in self.trials.get((number, part), ()):
                axioms.add(axiom)
        return axioms

    def _tried(self, group: list[int], part: str, known: bool) -> Verdict:
        """Whether the ontology and a part of some trials contradict each other."""
        axioms = self._axioms(group, part)
        if time.monotonic() > self.deadline:
            self.passing.update(group)
            return "no time was left"
        try:
            if self._contradicts(axioms, known):
                return True
        except self.oracle.exception as error:
            return self._undecided(group, error)
        if self.rules:
            return "there are SWRL rules, which HermiT was not given"
        if self.oracle.left_out.size():
            module = self.oracle.module(self.oracle.axioms, self.oracle.left_out, axioms)
            if any(axiom in module for axiom in self.oracle.left_out):
                return "axioms that HermiT cannot take may have a part in it"
        return False

    def _contradicts(self, axioms: Any, known: bool) -> bool:
        """HermiT's word on the ontology and some more axioms, on a loaded reasoner where it can take them."""
        if not self._in_place(axioms):
            selection = self.java("java.util.ArrayList")(self.oracle.axioms)
            selection.addAll(axioms)
            return not self.oracle.load(selection, self.each).isConsistent()
        began = time.monotonic()
        reasoner = self.places.of(axioms)
        found = self._clash(reasoner, axioms, known)
        self.places.record(reasoner is self.places.whole, time.monotonic() - began)
        return found

    def _in_place(self, axioms: Any) -> bool:
        return all(str(axiom.getAxiomType().getName()) in IN_PLACE for axiom in axioms)

    def _clash(self, reasoner: Any, axioms: Any, known: bool) -> bool:
        """Whether a reasoner's axioms and some more contradict each other.

        What is known of individuals takes part where asked for, and where classes name individuals.
        """
        tableau = reasoner.getTableau(self.java("org.semanticweb.owlapi.model.OWLAxiom[]")(list(axioms)))
        nothing = (None,) * 5
        if known:
            return not tableau.isSatisfiable(True, True, *nothing, self.task)
        return not tableau.isSatisfiable(True, *nothing, self.task)

    def _undecided(self, group: list[int], error: Any) -> str:
        """Why a question was not decided. Raises what leaves no reasoner to ask."""
        name = str(error.getClass().getSimpleName())
        if name in ("ReasonerTimeOutException", "TimeOutException", "StackOverflowError"):
            self.passing.update(group)
            return "the stack was too small" if name.startswith("Stack") else f"not decided in {self.each:g} s"
        if isinstance(error, self.java("java.lang.Error")):
            raise error
        return f"refused by the reasoner: {reason(error)}"

    def answers(self, numbers: list[int], of_class: set[int], of_individuals: set[int]) -> dict[int, Answer]:
        """What is known of some claims."""
        entailed = self.decide([n for n in numbers if n not in of_individuals], "denied", False)
        entailed |= self.decide([n for n in numbers if n in of_individuals], "denied", True)
        misfit = self.decide([n for n in numbers if n in of_class], "fits", False)
        doubtful = [n for n in misfit if misfit[n] is not False and entailed[n] is not True]
        empty = self.decide(doubtful, "subject", False)
        asked = [n for n in numbers if entailed[n] is not True and misfit.get(n) is not True]
        refuted = self.decide(asked, "claimed", True)
        pairs = [n for n in asked if refuted[n] is True and n not in of_class | of_individuals]
        misfit |= self.decide(pairs, "fits", False)
        return {
            n: of_subject(entailed[n], misfit[n], empty.get(n, False), refuted.get(n, False))
            if n in of_class
            else of_others(entailed[n], misfit.get(n), refuted.get(n, False))
            for n in numbers
        }

    def justify(self, number: int, of_class: bool, of_individuals: bool) -> None:
        """Say which axioms make a claim follow, or refute it."""
        for part, entailed in (("denied", True), ("fits", False), ("claimed", False)):
            if part == "fits" and not of_class:
                continue
            if self._tried([number], part, part == "claimed" or of_individuals) is not True:
                continue
            self.oracle.deadline = min(self.deadline, time.monotonic() + self.each)
            fixed = self.java("java.util.ArrayList")(self.trials.get((number, part), []))
            *_, (rows, minimal) = self.oracle.justifications(fixed)
            say(justified=number, rows=rows, minimal=minimal, entailed=entailed)
            return
        say(justified=number, rows=[], minimal=False, entailed=None)


Answer = dict[str, Any]


def of_subject(entailed: Verdict, misfit: Verdict, empty: Verdict, refuted: Verdict) -> Answer:
    """The answer about a class. misfit: whether no member fits; empty: whether the class has none, where in doubt.

    A claim and its denial both contradict where the subject can have no member; of such a class nothing is said.
    """
    if empty is True or (entailed is True and misfit is True):
        return said(None, None, "its subject can have no member")
    if entailed is True:
        return said(True, False) if misfit is False else said(None, None, misfit)
    if empty is not False:
        return said(_told(entailed), None, empty)
    if misfit is True:
        return said(False, True, extent="none")
    if refuted is True:
        return said(False, True, extent="not all" if misfit is False else None, why=misfit or "")
    return said(_told(entailed), _told(refuted), entailed or refuted)


def of_others(entailed: Verdict, misfit: Verdict | None, refuted: Verdict) -> Answer:
    """The answer about individuals, or about a property; misfit: whether no pair of the property fits."""
    if entailed is True:
        return said(True, False)
    if refuted is True:
        extent = {True: "none", False: "not all"}.get(misfit) if isinstance(misfit, bool) else None
        return said(False, True, extent=extent)
    return said(_told(entailed), _told(refuted), entailed or refuted)


def said(entailed: bool | None, refuted: bool | None, why: Verdict = "", extent: str | None = None) -> Answer:
    """An answer; a text that is not needed any more is left out."""
    undecided = entailed is None or refuted is None or (refuted and extent is None)
    return {"entailed": entailed, "refuted": refuted, "extent": extent, "why": str(why or "") if undecided else ""}


def _told(verdict: Verdict) -> bool | None:
    return verdict if isinstance(verdict, bool) else None


def answer(request: dict[str, Any]) -> None:
    """Answer one request."""
    started(int(request["memory_mb"]))
    session = Session(request)
    consistent = bool(session.places.whole.isConsistent())
    say(engine=session.engine, consistent=consistent)
    numbers = [number for number, _, _ in request["numbers"]] if consistent else []
    of_class = {number for number, yes, _ in request["numbers"] if yes}
    of_individuals = {number for number, _, yes in request["numbers"] if yes}
    if request["justify"]:
        for number in numbers:
            session.justify(number, number in of_class, number in of_individuals)
        numbers = []
    for first in range(0, len(numbers), session.most):
        chunk = numbers[first : first + session.most]
        for number, told in session.answers(chunk, of_class, of_individuals).items():
            say(answer=number, **told, lasting=number not in session.passing)
    say(finished=True)


if __name__ == "__main__":
    serve(answer)
