"""Stone to stone with claims in question: candidates are made, judged, and counted. Knows nothing about text."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from lithograph.config import Config
from lithograph.core.activity import Listener, Notice, StageReport, silent
from lithograph.core.identity import canonical_json, sha256_hex
from lithograph.ontology.axioms import Axiom, Ontology
from lithograph.ontology.graph import ClaimGraph, Kind
from lithograph.pipeline.by_module import ByModule
from lithograph.pipeline.kept import Kept
from lithograph.pipeline.program import made_with
from lithograph.pipeline.stone import Loaded, Stone, prepare
from lithograph.reason.candidates import Statuses, axiom_of, judged, why_not
from lithograph.reason.closure import Closure
from lithograph.reason.contradiction import contradiction, impossible_classes
from lithograph.reason.evidence import Evidence
from lithograph.reason.judged import ClaimKey, with_claims
from lithograph.reason.lemmas import lemmas
from lithograph.reason.oracle.answers import Answer
from lithograph.reason.oracle.ask import ask
from lithograph.reason.oracle.consistency import require_consistent
from lithograph.reason.status import Reasoning, statuses, two_found
from lithograph.select.stand_ins import rows_of_keys, stand_ins
from lithograph.speech.lexicon import Lexicon

Judge = Callable[[Closure], Statuses]
"""From what follows by the rules to somebody who knows the status of any claim about the same ontology."""
PATIENCE = 5.0
"""Seconds to wait for the reasoner before a user is told that it is being waited for."""


class Engine:
    """The rules, the models and, where `oracle` is required, HermiT behind them. An ontology is saturated once, and not
    at all where everything that is asked was kept.

    cache: a folder in which the oracle's answers are kept. kept: where statuses and lemmas are. by_module: where it is
    kept what was found of single claims; only for an ontology that holds together.
    """

    def __init__(
        self, config: Config, cache: Path | None = None, kept: Kept | None = None, by_module: ByModule | None = None
    ) -> None:
        self._config, self._cache, self.kept, self._by_module = config, cache, kept, by_module
        self._known: Reasoning | None = None

    def reasoning(self, ontology: Ontology) -> Reasoning:
        """What follows from an ontology."""
        if self._known is None or self._known.ontology is not ontology:
            kept = self._by_module

            def asked(axioms: Sequence[Axiom]) -> Sequence[Answer]:
                return ask(ontology, axioms, seconds=self._config.oracle_seconds, cache=self._cache)

            def hermit(axioms: Sequence[Axiom]) -> Sequence[Answer]:
                return kept.oracle(ontology, axioms, asked) if kept else asked(axioms)

            def unknown(about: Ontology, claim: Axiom) -> bool:
                return kept.models(about, claim, two_found) if kept else two_found(about, claim)

            self._known = Reasoning.of(ontology, hermit if self._config.oracle == "required" else None, unknown)
        return self._known

    def __call__(self, closure: Closure) -> Statuses:
        """Who knows the status of any claim."""
        return self._judge(closure, models=True)

    def of_many(self, closure: Closure) -> Statuses:
        """The same for hundreds of claims: what the rules leave open goes straight to the oracle, where one is."""
        return self._judge(closure, models=False)

    def _judge(self, closure: Closure, *, models: bool) -> Statuses:
        ontology, kept = closure.graph.ontology, self.kept

        def known(claims: Sequence[Axiom]) -> Sequence[Evidence]:
            def asked() -> Sequence[Evidence]:
                found = statuses(self.reasoning(ontology), claims, models=models)
                if self._by_module:
                    self._by_module.save()
                return found

            return kept.statuses(ontology, claims, asked) if kept else asked()

        return known

    def lemmas(self, stone: Stone) -> tuple[Sequence[str], Sequence[tuple[ClaimKey, Evidence]]]:
        """The classes that the rules find empty, and what follows beyond the closure.

        Raises Inconsistent where the rules see a contradiction.
        """
        graph, most, seed = stone.graph, self._config.lemmas, self._config.seed
        texts = graph.ontology.terms.texts

        def found() -> tuple[Sequence[str], Sequence[tuple[Any, Evidence]]]:
            reasoning = self.reasoning(stone.ontology)
            refuted = contradiction(reasoning)
            if refuted is not None:
                require_consistent(stone.ontology, refuted)
            made = lemmas(reasoning, graph, most, seed=seed)
            return impossible_classes(reasoning), [
                ((*(texts[i] for i in key[:3]), key.quantifier), e) for key, e in made
            ]

        about = canonical_json([most, seed, graph_digest(graph)])
        empty, named = self.kept.lemmas(stone.ontology, about, found) if self.kept else found()
        ids = graph.ontology.terms
        return empty, [(ClaimKey(ids.id(s), ids.id(p), ids.id(o), q), evidence) for (s, p, o, q), evidence in named]


def engine_of(config: Config, *, keep: bool) -> Engine:
    """An engine of a project. keep: look up what was reasoned before in the project's ledger, and write it there."""
    ledger = config.root / "ledger"
    if not keep:
        return Engine(config)
    kept = Kept(ledger / "reasoned", canonical_json([config.oracle, made_with()]))
    return Engine(config, ledger / "oracle", kept, ByModule(ledger / "reasoned" / "claims", made_with()))


def graph_digest(graph: ClaimGraph) -> str:
    """Hex hash of the claims of a graph between terms that are no literals, and of what kinds these are."""
    texts, named = graph.ontology.terms.texts, (graph.kinds & Kind.LITERAL) == 0
    rows = np.flatnonzero(named[graph.subject] & named[graph.object] & ~graph.negated)
    columns = (graph.subject[rows].tolist(), graph.relation[rows].tolist(), graph.object[rows].tolist(),
               graph.quantifier[rows].tolist())  # fmt: skip
    said = sorted(f"{texts[s]} {texts[p]} {texts[o]} {q}" for s, p, o, q in zip(*columns, strict=True))
    kinds = sorted(f"{texts[i]} {graph.kinds[i]}" for i in np.flatnonzero(named).tolist())
    return sha256_hex("\n".join([*said, "", *kinds]))


def ready(config: Config, listener: Listener = silent, path: Path | None = None, *, keep: bool = False,
          judge: Judge | None = None, loaded: Loaded | None = None) -> Stone:  # fmt: skip
    """An ontology ready for scenes: prepared, with its lemmas, with claims in question.

    keep: look the oracle's answers up in the project's ledger, and write them there. judge: who knows the status of
    claims in question; where it is no engine there are no lemmas. Without one an engine does it. loaded: what stands
    in the file, if it was loaded already. Raises as `prepare`, `with_lemmas`.
    """
    stone = prepare(config, listener, path, keep=keep, loaded=loaded)
    judge = judge or engine_of(config, keep=keep)
    if isinstance(judge, Engine):
        stone = with_lemmas(config, stone, judge, listener)
    return with_stand_ins(config, with_questions(config, stone, judge, listener), judge, listener)


def with_lemmas(config: Config, stone: Stone, engine: Engine, listener: Listener) -> Stone:
    """The stone with what follows beyond the rules of its closure, `lemmas` at most; without what the rules find empty.

    Raises Inconsistent where the rules see a contradiction, Undecided.
    """
    if not config.lemmas:
        return stone
    started, graph = time.perf_counter(), stone.graph
    impossible, found = engine.lemmas(stone)
    tell_of_waiting(config, stone, listener)
    stone.unspoken()
    empty = [graph.ontology.terms.id(iri) for iri in impossible]
    closure = replace(stone.closure, unsatisfiable=np.union1d(stone.closure.unsatisfiable, empty).astype(np.int32))
    listener(StageReport("lemmas", len(graph), len(found), {},
                         time.perf_counter() - started))  # fmt: skip
    return replace(stone, closure=with_claims(closure, found))


def with_questions(config: Config, stone: Stone, judge: Judge, listener: Listener) -> Stone:
    """The stone with refuted and unknown claims near the truth, `candidates` of each kind at most, and their counts.

    A candidate that is entailed after all joins what holds. What nobody could decide is left out and counted. Waits for
    the verdict on the ontology: from a contradiction everything would follow. Raises Inconsistent or Undecided.
    """
    if not config.candidates:
        return stone
    tell_of_waiting(config, stone, listener)
    unsatisfiable = stone.unspoken()
    started, closure = time.perf_counter(), stone.closure
    found, counts, left_out = judged(closure, config.candidates, judge(closure), unsatisfiable, seed=config.seed)
    kept = sum(sum(by_status.values()) for by_status in counts.values())
    dropped = dict(sorted(left_out.items()))
    listener(StageReport("candidates", kept + left_out.total(), kept, dropped, time.perf_counter() - started))
    asked = {kind: dict(sorted(by_status.items())) for kind, by_status in counts.items()}
    return replace(stone, closure=found, asked=asked)


def with_stand_ins(config: Config, stone: Stone, judge: Judge, listener: Listener) -> Stone:
    """The stone with claims that stand in for claims in question which have no words in a language.

    One end of such a claim is given to its analogue that has words. What comes of that is judged anew, and kept only
    where its status is that of the claim it stands in for: a substitution never turns a label. At most `candidates` are
    tried in each language.
    """
    started, graph = time.perf_counter(), stone.graph
    lexicons = {language: Lexicon.of(stone.ontology, graph.kinds, language) for language in config.languages}
    wanted = {language: stand_ins(graph, lexicon.speakable, config.candidates, stone.unspoken())
              for language, lexicon in lexicons.items()}  # fmt: skip
    keys = sorted({key for pairs in wanted.values() for _, key in pairs})
    if not keys:
        return stone
    found = judge(stone.closure)([axiom_of(graph.ontology.terms, key) for key in keys])
    evidence = {key: e for key, e in zip(keys, found, strict=True) if not why_not(e)}
    kept = {language: [key for row, key in pairs if key in evidence and evidence[key].truth == graph.truth[row]]
            for language, pairs in wanted.items()}  # fmt: skip
    new = sorted({key for mine in kept.values() for key in mine})
    closure = with_claims(stone.closure, [(key, evidence[key]) for key in new])
    row_of = rows_of_keys(closure.graph, len(graph))
    lost = {"another status than what it stands in for": len(keys) - len(new)} if len(new) < len(keys) else {}
    listener(StageReport("stand-ins", len(keys), len(new), lost, time.perf_counter() - started))
    rows = {
        language: np.unique([row_of[key] for key in mine]).astype(np.int32) for language, mine in kept.items() if mine
    }
    return replace(stone, closure=closure, stand_ins=rows)


def tell_of_waiting(config: Config, stone: Stone, listener: Listener) -> None:
    """Say that the reasoner is being waited for, where it takes long."""
    if stone.question.pending(PATIENCE):
        most = config.oracle_seconds
        listener(Notice("consistency", f"HermiT is still looking for contradictions, for {most} s at most"))
