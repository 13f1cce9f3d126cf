"""Plain sentences back to claims, in the closed world of an ontology's own words. No sentence is guessed at.

Two ways lead back, the first that finds anything decides, and it must find one claim:

    whole      the sentence that `verbalise` says of a claim of the graph
    by parts   a form of a subject, a form of a relation or of *is*, a form of an object (`read_english`,
               `read_russian`), all of them forms that the lexicon itself makes

Spaces, capitals, quotation marks and the full stop do not count; everything else does. A sentence that two claims are
said in (two classes of one name) is read as neither.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from lithograph.core.conclusion import THEREFORE
from lithograph.ontology.axioms import Axiom
from lithograph.ontology.claim_axioms import axiom_of_claim
from lithograph.ontology.constructs import Claim
from lithograph.ontology.graph import ClaimGraph, Quantifier
from lithograph.speech import read_english, read_russian
from lithograph.speech.lexicon import Lexicon
from lithograph.speech.read_parts import Meaning, Parts, normal
from lithograph.speech.verbalise import clauses
from lithograph.speech.words import UNSPEAKABLE

_CYRILLIC = re.compile(r"[А-Яа-яЁё]")
_END = re.compile(r"(?<=[.!?…])[”»\"]?\s+(?=[“«\"]?[A-ZА-ЯЁ0-9])|\n+")
_LAYER = re.compile(r"^(?:THOUGHT|COMMENT|RESPONSE|МЫСЛЬ|КОММЕНТАРИЙ|ОТВЕТ):\s*")
_RESPONSE = re.compile(r"(?:RESPONSE|ОТВЕТ):\s*")
_THEREFORE = re.compile(rf"\s(?:{'|'.join(map(re.escape, THEREFORE.values()))})\s*")
_VERDICT = {"yes": "yes", "да": "yes", "no": "no", "нет": "no"}
_OPEN = ("it cannot be known", "cannot be known", "неизвестно")
_HEAD = re.compile(r"(yes|no|да|нет)\b(?:\s*[.,:;!–—-]\s*|\s*$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Read:
    """A sentence that was read: the axiom it says or asks about. denied: it says that this is not so.

    claim: the same as a claim's columns, for looking up what is said of it.
    """

    text: str
    axiom: Axiom
    claim: Claim
    denied: bool = False


@dataclass(frozen=True, slots=True)
class Unread:
    """A sentence that is no claim by our own words, or several: `meanings` of them."""

    text: str
    meanings: int = 0


@dataclass(frozen=True, slots=True)
class SentenceReader:
    """Reads sentences of the languages of its lexicons (module docstring)."""

    graph: ClaimGraph
    parts: Mapping[str, Parts]
    _whole: dict[str, Mapping[str, Collection[Meaning]]] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, graph: ClaimGraph, lexicons: Mapping[str, Lexicon]) -> SentenceReader:
        """A reader of an ontology's sentences; lexicons: language -> its words."""
        return cls(graph, {language: Parts.of(graph, lexicon) for language, lexicon in lexicons.items()})

    def statement(self, text: str) -> Read | Unread:
        """What a sentence states."""
        return self._one(text, self._statements(text))

    def question(self, text: str) -> Read | Unread:
        """What a question asks whether it is so; a statement with a question mark asks that too."""
        language = self._language(text)
        if language is None:
            return Unread(text)
        stated = self._statements(text)
        return self._one(text, stated or list(_GRAMMAR[language].questions(self.parts[language], normal(text))))

    def _language(self, text: str) -> str | None:
        language = "ru" if _CYRILLIC.search(text) else "en"
        return language if language in self.parts else None

    def _statements(self, text: str) -> list[Meaning]:
        language, clause = self._language(text), normal(text)
        if language is None or not clause:
            return []
        grammar, parts = _GRAMMAR[language], self.parts[language]
        found: list[Meaning] = []
        for inner, denied in grammar.unframed(clause):
            said = self._said_whole(language).get(inner) or grammar.statements(parts, inner)
            found += [Meaning(meaning.claim, meaning.denied != denied) for meaning in said]
        return found

    def _one(self, text: str, meanings: Collection[Meaning]) -> Read | Unread:
        texts, kinds = self.graph.ontology.terms, self.graph.kinds

        def kind_of(term: str) -> int:
            place = texts.id(term)
            return int(kinds[place]) if place >= 0 else 0

        read: dict[tuple[Axiom, bool], Claim] = {}
        for meaning in meanings:
            axiom = axiom_of_claim(meaning.claim, kind_of)
            if axiom is not None:
                read.setdefault((axiom, meaning.denied), meaning.claim)
        if len(read) != 1:
            return Unread(text, len(read))
        (((axiom, denied), claim),) = read.items()
        return Read(text, axiom, claim, denied)

    def _said_whole(self, language: str) -> Mapping[str, Collection[Meaning]]:
        """Sentence -> the claims of the graph that are said so; made when it is first asked for."""
        if language not in self._whole:
            graph, lexicon = self.graph, self.parts[language].lexicon
            rows = np.flatnonzero((graph.quantifier != Quantifier.ANNOTATION) & graph.holds).tolist()
            texts, said = graph.ontology.terms.texts, defaultdict[str, set[Meaning]](set)
            for row, clause in zip(rows, clauses(graph, lexicon, rows), strict=True):
                if UNSPEAKABLE not in clause:
                    claim = Claim(
                        texts[graph.subject[row]], texts[graph.relation[row]], texts[graph.object[row]],
                        Quantifier(int(graph.quantifier[row])), bool(graph.negated[row]), int(graph.number[row]),
                    )  # fmt: skip
                    said[normal(clause)].add(Meaning(claim))
            self._whole[language] = said
        return self._whole[language]


_GRAMMAR = {"en": read_english, "ru": read_russian}


def split_sentences(text: str) -> Iterator[str]:
    """The sentences of an answer, without the names of its layers.

    >>> list(split_sentences("THOUGHT: Every a is b. So it is.\\nRESPONSE: Yes. It is 2.5 cm."))
    ['Every a is b.', 'So it is.', 'Yes.', 'It is 2.5 cm.']
    """
    for line in text.split("\n"):
        for piece in _END.split(_LAYER.sub("", line.strip())):
            if piece.strip():
                yield piece.strip()


def verdict_of(answer: str) -> tuple[str | None, str]:
    """`yes`, `no` or `open` where an answer begins with it, or comes to it after a thought, and what else it says.

    >>> verdict_of("THOUGHT: So.\\nRESPONSE: No: no axle is a hub."), verdict_of("It cannot be known. Who knows?")
    (('no', 'THOUGHT: So.\\nno axle is a hub.'), ('open', 'Who knows?'))
    >>> verdict_of("None of them."), verdict_of("Every axle is a part. So: Yes")
    ((None, 'None of them.'), ('yes', 'Every axle is a part. '))
    """
    last = max((m.end() for m in _RESPONSE.finditer(answer)), default=0)
    before, said = _RESPONSE.sub("", answer[:last]), answer[last:].strip()
    if not before and (mark := _THEREFORE.search(said)):
        before, said = said[: mark.start()] + " ", said[mark.end() :]
    found = _HEAD.match(said)
    if found:
        return _VERDICT[found[1].casefold()], before + said[found.end() :]
    for words in _OPEN:
        if normal(said).startswith(words):
            rest = said[len(words) :]
            _, stop, other = rest.partition(".")
            return "open", before + (other if stop else "").strip()
    return None, answer
