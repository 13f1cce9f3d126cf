"""The labels that a build would print about an ontology, a stratified sample of them, and HermiT's word on each.

A label is a claim with its truth: asserted or entailed by the closure, entailed as a lemma, refuted or unknown as a
candidate. Nobody asks the oracle for a label here (two models, rules and axioms alone give them), so HermiT referees
them by fresh checks of its own.
"""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from hermit_says import as_axiom

from lithograph.core import vocabulary as v
from lithograph.ontology.axioms import Axiom, Ontology
from lithograph.ontology.graph import Truth
from lithograph.ontology.project import project
from lithograph.reason.candidates import candidates, judged
from lithograph.reason.closure import Closure, close
from lithograph.reason.evidence import Extent
from lithograph.reason.judged import with_claims
from lithograph.reason.lemmas import lemmas
from lithograph.reason.models.certify import two_models
from lithograph.reason.oracle.answers import Answer
from lithograph.reason.oracle.ask import ask
from lithograph.reason.rules import CANDIDATE, LEMMA
from lithograph.reason.status import Reasoning, statuses

TRUTHS = ("asserted", "entailed", "refuted", "unknown")
LEMMAS = 60
"""The most lemmas of an ontology."""


@dataclass(frozen=True, slots=True)
class Label:
    """A claim as an axiom, its truth (one of TRUTHS), what it is about, who found it, and how far a *no* goes."""

    claim: Axiom
    truth: str
    construct: str
    source: str
    extent: Extent | None = None

    @property
    def stratum(self) -> tuple[str, str, str]:
        """What labels are drawn by, beside their ontology."""
        return self.truth, self.construct, self.source


CONSTRUCTS = {
    "SomeValuesFrom": "some", "AllValuesFrom": "only", "HasValue": "value", "MinCardinality": "at least",
    "MaxCardinality": "at most", "ExactCardinality": "exactly",
}  # fmt: skip
KINDS = {
    "SubClassOf": "subclass", "EquivalentClasses": "equivalent classes", "DisjointClasses": "disjoint classes",
    "ClassAssertion": "instance", "ObjectPropertyAssertion": "fact", "DataPropertyAssertion": "value of data",
    "NegativeObjectPropertyAssertion": "denied fact", "NegativeDataPropertyAssertion": "denied fact",
    "SameIndividual": "same", "DifferentIndividuals": "different", "SubObjectPropertyOf": "subproperty",
}  # fmt: skip


def construct(claim: Axiom) -> str:
    """What a claim is about, in a word or two; empty for kinds of axioms that no question can be made of.

    Nor of the property that holds of everything: HermiT 1.3.8 does not know what lies below it.
    """
    if v.OWL + "topObjectProperty" in claim.operands:
        return ""
    for operand in claim.operands:
        if isinstance(operand, tuple):
            return CONSTRUCTS.get(str(operand[0]).removeprefix("Object").removeprefix("Data"), "")
    return KINDS.get(claim.kind, "")


def labels(ontology: Ontology, most: int, asked: int, seed: int = 0) -> list[Label]:
    """At most `most` labels of every stratum, drawn with a seed, as a build without an oracle would print them.

    asked: candidates of each kind of which the unknown ones are sought; a fifth of them is put to the rules as well.
    """
    closure = close(project(ontology))
    reasoning = Reasoning.of(closure.graph.ontology)
    closure = with_claims(closure, lemmas(reasoning, closure.graph, LEMMAS, seed=seed))
    unknown = _unknown(closure, asked, seed)
    closure, _, _ = judged(closure, asked // 5, partial(statuses, reasoning), seed=seed)
    found: dict[tuple[str, str, str], dict[str, Label]] = {}
    rng = random.Random(seed)
    drawn = (_label(closure, row) for row in rng.sample(range(len(closure.graph)), len(closure.graph)))
    for label in itertools.chain(drawn, unknown):
        if label is not None and len(found.setdefault(label.stratum, {})) < most:
            found[label.stratum].setdefault(label.claim.text, label)
    return [label for stratum in sorted(found) for label in found[stratum].values()]


def _unknown(closure: Closure, asked: int, seed: int) -> Iterator[Label]:
    """Candidates that two models show to be unknown, which `statuses` asks of whatever the rules do not decide."""
    graph = closure.graph
    for candidate in candidates(graph, asked, seed=seed, unsatisfiable=closure.unsatisfiable):
        if two_models(graph.ontology, candidate.axiom) is not None:
            yield Label(candidate.axiom, "unknown", construct(candidate.axiom), "candidate")


def _label(closure: Closure, row: int) -> Label | None:
    """A claim as a label; a denial as the *no* to what it denies. None where no question can be made of it."""
    graph = closure.graph
    found = as_axiom(graph, row)
    if found is None or np.isin(graph.subject[row], closure.unsatisfiable):
        return None
    rule, evidence = int(graph.rule[row]), closure.evidence.get(row)
    source = {LEMMA: "lemma", CANDIDATE: "candidate"}.get(rule, "closure")
    truth, extent = Truth(graph.truth[row]).name.lower(), evidence.extent if evidence else None
    claim = _affirmed(found)
    if claim != found:
        truth, extent = "refuted", Extent.NONE if claim.kind == "SubClassOf" else None
    return Label(claim, truth, construct(claim), source, extent) if construct(claim) else None


def _affirmed(claim: Axiom) -> Axiom:
    """What a claim denies; a claim that denies nothing, itself."""
    if claim.kind == "DisjointClasses":
        return Axiom("SubClassOf", claim.operands)
    return Axiom(claim.kind.removeprefix("Negative"), claim.operands)


# ---------------------------------------------------------------- the referee


@dataclass(frozen=True, slots=True)
class Refereed:
    """What HermiT says of the labels of one ontology: right and wrong by stratum, undecided by reason.

    weaker: labels that deny less than could be denied (*not all*, where HermiT shows *none*); they are right.
    """

    right: Counter[tuple[str, str, str]]
    wrong: tuple[str, ...]
    undecided: Counter[str]
    weaker: int = 0


def refereed(ontology: Ontology, found: Sequence[Label], seconds: float = 300) -> Refereed:
    """Put labels to HermiT, each as a claim by fresh checks. Raises NoOracle."""
    answers = ask(ontology, [label.claim for label in found], seconds=seconds)
    right: Counter[tuple[str, str, str]] = Counter()
    wrong, undecided, weaker = [], Counter[str](), 0
    for label, answer in zip(found, answers, strict=True):
        verdict = _verdict(label, answer)
        if verdict is None:
            undecided[answer.why] += 1
        elif verdict:
            right[label.stratum] += 1
            weaker += label.extent is Extent.NOT_ALL and answer.extent is Extent.NONE
        else:
            wrong.append(f"{label.truth}: {label.claim.text}")
    return Refereed(right, tuple(wrong), undecided, weaker)


def _verdict(label: Label, answer: Answer) -> bool | None:
    """Whether HermiT agrees with a label; None where it did not decide that."""
    if label.truth in ("asserted", "entailed"):
        return answer.entailed
    if label.truth == "refuted":
        if answer.refuted and label.extent is Extent.NONE and answer.extent is Extent.NOT_ALL:
            return False
        return answer.refuted
    if answer.entailed or answer.refuted:
        return False
    return True if answer.entailed is False and answer.refuted is False else None
