"""One claim in question: read, judged, explained.

prove(config, "Pump SubClassOf hasPart some Valve").status        # asserted, entailed, refuted, unknown
prove(config, "Pump", "has part", "Valve", ontology=path)
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from lithograph.config import LANGUAGES, Config
from lithograph.core import vocabulary as v
from lithograph.core.activity import Listener, silent
from lithograph.core.errors import LithographError
from lithograph.ontology.axioms import Axiom, Ontology
from lithograph.ontology.graph import ClaimGraph, Truth
from lithograph.ontology.load import load
from lithograph.ontology.names import Names, names_of
from lithograph.ontology.project import project
from lithograph.ontology.read_manchester import read_axiom, read_triple
from lithograph.pipeline.explain import Proved, explained
from lithograph.pipeline.stone import Question, ontology_path
from lithograph.reason.contradiction import contradiction
from lithograph.reason.evidence import Derivation, Evidence
from lithograph.reason.oracle.ask import ask, justify
from lithograph.reason.oracle.consistency import consistency, require_consistent
from lithograph.reason.status import Reasoning, statuses

__all__ = ["Proved", "claim_of", "prove"]

THING, NOTHING = 0, 1
"""Numbers of the calculus."""


class NothingAsked(LithographError):
    """No claim."""

    def __init__(self) -> None:
        super().__init__("claim", "nothing is asked", cure="Write one, such as: Pump SubClassOf hasPart some Valve.")


def claim_of(words: tuple[str, ...], names: Names) -> Axiom:
    """The claim that one line says, or three words, or any number of words that are one line together.

    Raises NothingAsked, Unreadable, NothingNamed, SeveralNamed.
    """
    if not any(word.strip() for word in words):
        raise NothingAsked
    return read_triple(*words, names) if len(words) == 3 else read_axiom(" ".join(words), names)


def prove(config: Config, *claim: str, ontology: Path | None = None, listener: Listener = silent) -> Proved:
    """The status of a claim about the project's ontology, or about another, with what it rests on.

    Raises LithographError for an ontology that cannot be read or contradicts itself, and for a claim that cannot be
    read; NoOracle where the oracle is required and is not there.
    """
    loaded = loaded_for(config, ontology, listener)
    axiom = claim_of(claim, names_of(loaded))
    graph, reasoning = opened(config, loaded, kept=ontology is None, listener=listener)
    evidence = _justified(graph.ontology, axiom, judged(reasoning, axiom), config)
    return explained(graph, axiom, evidence, LANGUAGES)


def loaded_for(config: Config, ontology: Path | None = None, listener: Listener = silent) -> Ontology:
    """The project's ontology, or another, as axioms. Raises LithographError for one that cannot be read."""
    missing = "error" if config.imports == "error" else "warn"
    path = ontology or ontology_path(config)
    return load(path, allow_network=config.allow_network, missing=missing, listener=listener)  # type: ignore[arg-type]


def opened(config: Config, loaded: Ontology, *, kept: bool = False,
           listener: Listener = silent) -> tuple[ClaimGraph, Reasoning]:  # fmt: skip
    """An ontology's claims as asserted, and what knows the status of others; kept: look the verdict on consistency up.

    Raises Inconsistent; NoOracle where the oracle is required and is not there.
    """
    graph = project(loaded)
    asked = config.oracle == "required"
    cache = config.root / "ledger" / "consistency.json" if kept else None
    question = Question(lambda: consistency(loaded, seconds=config.oracle_seconds, cache=cache) if asked else None)
    oracle = partial(ask, graph.ontology, seconds=config.oracle_seconds, listener=listener) if asked else None
    reasoning = Reasoning.of(graph.ontology, oracle)
    verdict = question.answer() or contradiction(reasoning)
    if verdict is not None:
        require_consistent(loaded, verdict)
    return graph, reasoning


def as_subclasses(axiom: Axiom) -> list[Axiom]:
    """The subclass axioms that say the same together; none for a kind that has no such reading."""
    kind, o = axiom.kind, axiom.operands
    if kind == "EquivalentClasses" and len(o) == 2:
        return [Axiom("SubClassOf", (o[0], o[1])), Axiom("SubClassOf", (o[1], o[0]))]
    if kind == "ObjectPropertyDomain":
        return [Axiom("SubClassOf", (("ObjectSomeValuesFrom", o[0], v.THING), o[1]))]
    if kind == "ObjectPropertyRange":
        return [Axiom("SubClassOf", (v.THING, ("ObjectAllValuesFrom", o[0], o[1])))]
    return []


def judged(reasoning: Reasoning, axiom: Axiom) -> Evidence:
    """The evidence for a claim; where nobody decides it as it stands, by the subclass axioms that say the same."""
    found = statuses(reasoning, [axiom])[0]
    parts = statuses(reasoning, as_subclasses(axiom)) if found.truth is None else []
    if not parts:
        return found
    open_ = [part for part in parts if part.truth not in (Truth.ASSERTED, Truth.ENTAILED)]
    refuted = [part for part in open_ if part.truth is Truth.REFUTED]
    if refuted:
        return replace(refuted[0], extent=refuted[0].extent if len(parts) == 1 else None)
    if len(open_) > 1:  # each is open; whether both hold together somewhere nobody has shown
        return found
    if open_:
        return open_[0]
    proofs = tuple(part.proof for part in parts if part.proof)
    whole = Derivation(axiom, "the same in other words", proofs) if len(proofs) == len(parts) else None
    rows = tuple(sorted({row for part in parts for row in part.axioms}))
    words = " and ".join(dict.fromkeys(part.by for part in parts))
    return Evidence(Truth.ENTAILED, words, whole, rows, len(parts) == 1 and parts[0].minimal)


def _justified(ontology: Ontology, axiom: Axiom, evidence: Evidence, config: Config) -> Evidence:
    """What the oracle alone knows, with the axioms from which it follows."""
    if evidence.truth not in (Truth.ENTAILED, Truth.REFUTED) or evidence.axioms or evidence.proof:
        return evidence
    why = justify(ontology, [axiom], seconds=config.oracle_seconds)[0]
    return replace(evidence, axioms=why.rows, minimal=why.minimal)
