"""What the ontology says of a question and of an answer, sentence by sentence. Asks no model.

A sentence gets a mark where it is a readable claim (`speech.read_back`), and is marked as unread where it is not:
nothing is guessed. Whether a claim holds is judged as `lithograph prove` judges it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lithograph.config import LANGUAGES, Config
from lithograph.core.activity import Listener, silent
from lithograph.ontology.axioms import Axiom
from lithograph.ontology.graph import ClaimGraph, Truth
from lithograph.ontology.manchester import manchester
from lithograph.pipeline.axiom_rows import shown_name
from lithograph.pipeline.explain import UNDECIDED
from lithograph.pipeline.prove import judged, loaded_for, opened
from lithograph.reason.closure import close
from lithograph.reason.evidence import Evidence
from lithograph.reason.status import Reasoning
from lithograph.speech.lexicon import Lexicon
from lithograph.speech.read_back import Read, SentenceReader, Unread, split_sentences, verdict_of
from lithograph.speech.words import sentence

PROVED, REFUTED, OPEN, UNREAD = "proved", "refuted", "open", "not read"
"""The marks: the ontology proves what is said, refutes it, leaves it open; it is not read as a claim. Beside them
`undecided`, where nobody could tell in the time that is given."""
VERDICT_WORDS = {"yes": "Yes", "no": "No", "open": "It cannot be known"}


@dataclass(frozen=True, slots=True)
class Mark:
    """A sentence and what the ontology says of it.

    mark: one of the marks above. status: of the claim itself, as `prove` tells it. claim: in Manchester syntax; both
    are empty where nothing was read. why: of what was not read.
    """

    text: str
    mark: str
    status: str = ""
    claim: str = ""
    why: str = ""

    @property
    def command(self) -> str:
        """What shows the proof; empty where there is no claim."""
        return f'lithograph prove "{self.claim}"' if self.claim and '"' not in self.claim else ""


@dataclass(frozen=True, slots=True)
class Referee:
    """An ontology that questions and answers are held against."""

    graph: ClaimGraph
    reasoning: Reasoning
    reader: SentenceReader
    _known: dict[Axiom, Evidence] = field(default_factory=dict, repr=False, compare=False)

    def asked(self, question: str) -> tuple[Mark, Read | None]:
        """The mark of a question, and what it asks; the mark says what the right answer is."""
        read = self.reader.question(question)
        if isinstance(read, Unread):
            return self._unread(read), None
        return self._mark(question, read), read

    def answered(self, answer: str, asked: Read | None) -> tuple[Mark, ...]:
        """The marks of an answer: its yes, no or *cannot be known* first where the question was read, then each
        sentence."""
        verdict, rest = verdict_of(answer)
        marks = []
        if verdict is not None:
            marks.append(self._verdict(verdict, asked))
        for text in dict.fromkeys(split_sentences(rest)):  # a model may say one thing many times over
            read = self.reader.statement(sentence(text))
            marks.append(self._unread(read) if isinstance(read, Unread) else self._mark(text, read))
        return tuple(marks)

    def axioms_of(self, read: Read) -> tuple[str, ...]:
        """Ids of the axioms that the status of a claim rests on."""
        evidence = self._evidence(read.axiom)
        rows = evidence.axioms or (evidence.proof.leaves() if evidence.proof else ())
        return tuple(sorted({self.graph.ontology.axiom(row).id for row in rows}))

    def _verdict(self, verdict: str, asked: Read | None) -> Mark:
        """Whether yes, no or *cannot be known* is what the ontology says of what was asked."""
        text = VERDICT_WORDS[verdict]
        if asked is None:
            return Mark(text, UNREAD, why="the question is not read as a claim")
        status, claim = self._status(asked)
        holds = {"asserted": "yes", "entailed": "yes", "refuted": "no", "unknown": "open"}.get(status)
        if holds in ("yes", "no") and asked.denied:
            holds = {"yes": "no", "no": "yes"}[holds]
        if holds is None:
            return Mark(text, UNDECIDED, status, claim)
        mark = PROVED if verdict == holds else OPEN if holds == "open" else REFUTED
        return Mark(text, mark, status, claim)

    def _mark(self, text: str, read: Read) -> Mark:
        status, claim = self._status(read)
        marks = {"asserted": PROVED, "entailed": PROVED, "refuted": REFUTED, "unknown": OPEN}
        mark = marks.get(status, UNDECIDED)
        if read.denied and mark in (PROVED, REFUTED):
            mark = REFUTED if mark == PROVED else PROVED
        return Mark(text, mark, status, claim)

    def _status(self, read: Read) -> tuple[str, str]:
        truth = self._evidence(read.axiom).truth
        english = self.reader.parts["en"].lexicon if "en" in self.reader.parts else None

        def name(term: str) -> str:
            return shown_name(self.graph.ontology, english, term)

        return UNDECIDED if truth is None else Truth(truth).name.lower(), manchester(read.axiom, name)

    def _evidence(self, axiom: Axiom) -> Evidence:
        if axiom not in self._known:
            self._known[axiom] = judged(self.reasoning, axiom)
        return self._known[axiom]

    def _unread(self, read: Unread) -> Mark:
        several = f"it can mean {read.meanings} claims" if read.meanings else "it is no claim in the ontology's words"
        return Mark(read.text, UNREAD, why=several)


def referee(config: Config, ontology: Path | None = None, listener: Listener = silent) -> Referee:
    """The project's ontology, or another, ready to be asked. Raises as `prove` does."""
    loaded = loaded_for(config, ontology, listener)
    graph, reasoning = opened(config, loaded, kept=ontology is None, listener=listener)
    whole = close(graph, depth=config.depth).graph
    lexicons: Mapping[str, Lexicon] = {one: Lexicon.of(whole.ontology, whole.kinds, one) for one in LANGUAGES}
    return Referee(graph, reasoning, SentenceReader.of(whole, lexicons))
