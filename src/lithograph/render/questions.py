"""What a question is made of beside its claim: premises among distractors, options in an order of their own, the *no*.

Every order is a choice by the instance's hash, so it is the same in any shard and whatever else stands in the ontology.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from lithograph.core import vocabulary as v
from lithograph.ontology.graph import ClaimGraph, Kind, Quantifier, Truth
from lithograph.reason.candidates import Adjacent
from lithograph.reason.closure import justification
from lithograph.reason.evidence import ASSERTED, Derivation, narrowed
from lithograph.speech.axioms import axiom_sentence
from lithograph.speech.denial import denial
from lithograph.speech.verbalise import clauses, proof_rows, said, sentences
from lithograph.speech.words import sentence, upper_first

if TYPE_CHECKING:
    from lithograph.render.cast import Speech

LETTERS = {"en": "ABCDEFGH", "ru": "АБВГДЕЖЗ"}
DISTRACTORS, PREMISES, CONTEXT = 3, 8, 5
"""How many true sentences stand among the premises, how many premises a question has at most, how many sentences are
given where nothing follows."""
HUB = 40
"""Claims about one thing: what has more of them is no neighbourhood."""
T = TypeVar("T")
Order = Iterator[int]


def order_of(mark: int) -> Order:
    """Numbers below 2^64 that follow from a hash: SplitMix64 (Steele, Lea & Flood 2014)."""
    state = mark
    while True:
        state = (state + 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF
        z = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & 0xFFFFFFFFFFFFFFFF
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & 0xFFFFFFFFFFFFFFFF
        yield z ^ (z >> 31)


def shuffled(things: Sequence[T], mark: int) -> list[T]:
    """Things in an order that follows from a hash (Fisher & Yates 1938)."""
    out, numbers = list(things), order_of(mark)
    for i in range(len(out) - 1, 0, -1):
        j = next(numbers) % (i + 1)
        out[i], out[j] = out[j], out[i]
    return out


# ---- denials -------------------------------------------------------------------------------------------------------


def denials(speech: Speech, rows: Sequence[int]) -> list[str]:
    """The *no* to claims, without capital and full stop, in the extent that was proved."""
    extents = [speech.evidence[row].extent if row in speech.evidence else None for row in rows]
    return [denial(claim, extent) for claim, extent in
            zip(said(speech.graph, speech.lexicon, rows), extents, strict=True)]  # fmt: skip


# ---- premises ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Near:
    """Asserted claims by what they are about: those of classes and individuals that can be said and say something."""

    by_subject: Adjacent
    by_object: Adjacent
    marks: dict[int, int] = field(default_factory=dict)

    def around(self, graph: ClaimGraph, terms: Sequence[int], mark: int) -> list[int]:
        """Rows of claims about terms, in an order that follows from the claims and from a hash."""
        found: set[int] = set()
        for term in terms:
            about = self.by_object(term)
            found.update(self.by_subject(term).tolist(), about.tolist() if len(about) <= HUB else ())
        texts = graph.ontology.terms.texts

        def key(row: int) -> int:
            if row not in self.marks:
                words = "\n".join(texts[int(c[row])] for c in (graph.subject, graph.relation, graph.object))
                self.marks[row] = int.from_bytes(hashlib.sha256(words.encode()).digest()[:8], "big")
            return next(order_of(self.marks[row] ^ mark))

        return sorted(found, key=lambda row: (key(row), row))


def neighbourhood(speech: Speech) -> Near:
    """The claims that can stand beside premises: made once for a language."""
    graph, lexicon = speech.graph, speech.lexicon
    things = np.uint16(Kind.CLASS | Kind.INDIVIDUAL)
    rows = np.flatnonzero((graph.truth == Truth.ASSERTED) & (graph.quantifier != Quantifier.ANNOTATION)
                          & (graph.kinds[graph.subject] & things > 0) & (graph.kinds[graph.object] & things > 0)
                          & ~speech.hollow()).astype(np.int32)  # fmt: skip
    fits = [lexicon.speakable(column[rows]) for column in (graph.subject, graph.object)]
    schema = graph.quantifier[rows] == Quantifier.SCHEMA
    fits.append(schema | lexicon.speakable(graph.relation[rows]))
    rows = rows[np.logical_and.reduce(fits)]
    return Near(Adjacent.of(graph.subject[rows], rows), Adjacent.of(graph.object[rows], rows))


@dataclass(frozen=True, slots=True)
class Given:
    """What a question gives: the sentences of the premises and of what stands beside them, and the latter's rows."""

    sentences: list[str]
    beside: tuple[int, ...]


def premises_among_others(speech: Speech, claims: Sequence[int], marks: NDArray[np.uint64]) -> list[str]:
    """For each claim what a proof of its status starts from, among true sentences that it does not need, shuffled.

    Of what is unknown only such sentences, whatever stands nearest: nothing follows from them, nor from all the others.
    """
    return [" ".join(shuffled(given_of(speech, claim, mark).sentences, mark))
            for claim, mark in zip(claims, marks.tolist(), strict=True)]  # fmt: skip


def given_of(speech: Speech, claim: int, mark: int) -> Given:
    """What a question about a claim gives; made once for a piece of a dataset."""
    if (claim, mark) not in speech.given:
        speech.given[claim, mark] = _given(speech, claim, mark)
    return speech.given[claim, mark]


def _given(speech: Speech, claim: int, mark: int) -> Given:
    graph, lexicon = speech.graph, speech.lexicon
    needed, terms = premises_of(speech, claim)
    behind = set(justification(graph, claim, speech.evidence))
    most = DISTRACTORS if needed else CONTEXT
    beside: dict[str, int] = {}
    for row in speech.near().around(graph, terms, mark):
        if int(graph.axiom[row]) in behind:
            continue
        words = sentences(graph, lexicon, np.array([row], np.int32))[0]
        if words not in needed:
            beside.setdefault(words, row)
        if len(beside) == most:
            break
    return Given([*needed, *beside], tuple(beside.values()))


def premises_of(speech: Speech, claim: int) -> tuple[list[str], list[int]]:
    """The sentences at the leaves of a claim's proof, and the terms that these and the claim are about."""
    graph, lexicon = speech.graph, speech.lexicon
    terms = [int(graph.subject[claim]), int(graph.object[claim])]
    if claim in speech.evidence:
        proof = speech.evidence[claim].proof
        axioms = list(dict.fromkeys(leaf.says for leaf in _leaves(narrowed(proof)))) if proof else []
        said_of = [graph.ontology.terms.id(operand) for axiom in axioms for operand in axiom.operands
                   if isinstance(operand, str)]  # fmt: skip
        return [axiom_sentence(axiom, lexicon) for axiom in axioms], list(dict.fromkeys([*terms, *said_of]))
    rows = [row for row in proof_rows(graph, claim) if graph.truth[row] == Truth.ASSERTED]
    for row in rows:
        terms += [int(graph.subject[row]), int(graph.object[row])]
    return list(dict.fromkeys(sentences(graph, lexicon, np.array(rows, np.int32)))), list(dict.fromkeys(terms))


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A sentence at a leaf of a proof: what it is about, what else it speaks of, whether it only sets things apart."""

    sentence: str
    subject: int
    others: frozenset[int]
    apart: bool


def thought_of(speech: Speech, claim: int) -> list[str]:
    """The sentences at the leaves of a claim's proof as one would think them: from its subject upwards, each from what
    was reached before; then from its object; at last what sets the two apart."""
    left = list(dict.fromkeys(_said_leaves(speech, claim)))
    out: list[str] = []
    for start in (int(speech.graph.subject[claim]), int(speech.graph.object[claim])):
        reached = {start}
        while found := next((leaf for leaf in left if leaf.subject in reached and not leaf.apart), None):
            left.remove(found)
            out.append(found.sentence)
            reached |= found.others
    return list(dict.fromkeys([*out, *(leaf.sentence for leaf in left)]))


def _said_leaves(speech: Speech, claim: int) -> Iterator[_Leaf]:
    graph, lexicon, ids = speech.graph, speech.lexicon, speech.graph.ontology.terms
    if claim in speech.evidence:
        proof = speech.evidence[claim].proof
        for axiom in dict.fromkeys(leaf.says for leaf in _leaves(narrowed(proof))) if proof else ():
            subject, *others = dict.fromkeys(_terms_in(axiom.operands))
            yield _Leaf(axiom_sentence(axiom, lexicon), ids.id(subject), frozenset(map(ids.id, others)),
                        axiom.kind.startswith("Disjoint"))  # fmt: skip
        return
    rows = [row for row in proof_rows(graph, claim) if graph.truth[row] == Truth.ASSERTED]
    disjoint = ids.id(v.DISJOINT_WITH)
    for row, words in zip(rows, sentences(graph, lexicon, np.array(rows, np.int32)), strict=True):
        reached = frozenset((int(graph.relation[row]), int(graph.object[row])))
        yield _Leaf(words, int(graph.subject[row]), reached, int(graph.relation[row]) == disjoint)


def _terms_in(operands: Iterable[Any]) -> Iterator[str]:
    """The texts of an expression, in the order in which they stand."""
    for operand in operands:
        if isinstance(operand, str):
            yield operand
        else:
            yield from _terms_in(operand)


def _leaves(derivation: Derivation) -> Iterator[Derivation]:
    if not derivation.premises:
        if derivation.rule == ASSERTED or derivation.axiom is not None:
            yield derivation
        return
    for premise in derivation.premises:
        yield from _leaves(premise)


# ---- options -------------------------------------------------------------------------------------------------------


def options(speech: Speech, right: int, wrong: Sequence[int], mark: int, attribute: str) -> str:
    """The options of a multiple choice: `list` as lettered lines, the right one's `letter`, or `why` line by line."""
    rows, letters = shuffled([right, *wrong], mark), LETTERS[speech.lexicon.language]
    if attribute == "letter":
        return letters[rows.index(right)]
    if attribute == "list":
        texts = sentences(speech.graph, speech.lexicon, np.array(rows, np.int32))
    else:
        texts = [_why(speech, row) for row in rows]
    return "\n".join(f"{letter}) {text}" for letter, text in zip(letters, texts, strict=False))


_OPEN = {"en": "Neither this nor its contrary follows", "ru": "Ни это, ни обратное не следует"}
_SAID = {"en": "That is said", "ru": "Так сказано"}


def _why(speech: Speech, row: int) -> str:
    """Why an option is right or wrong, in a line."""
    truth, language = Truth(int(speech.graph.truth[row])), speech.lexicon.language
    if truth is Truth.ASSERTED:
        return sentence(_SAID[language])
    if truth is Truth.ENTAILED:
        return speech.proof(row)
    if truth is Truth.REFUTED:
        return sentence(upper_first(denials(speech, [row])[0]))
    return sentence(_OPEN[language])


# ---- whose word ----------------------------------------------------------------------------------------------------

_WORDS = {
    "an axiom": ("an axiom", "аксиома"), "the rules": ("the rules", "правила вывода"),
    "two models": ("two checked models of the ontology, one in which it holds and one in which it does not",
                   "две проверенные модели онтологии: в одной это верно, в другой нет"),
}  # fmt: skip
_COMPLETE = "the rules are complete for "


def word_of(speech: Speech, row: int) -> str:
    """By whose word a claim has its status: `the reasoner HermiT 1.3.8`."""
    russian = speech.lexicon.language == "ru"
    by = speech.evidence[row].by if row in speech.evidence else "the rules" if speech.graph.rule[row] else "an axiom"
    if by in _WORDS:
        return _WORDS[by][russian]
    if by.startswith(_COMPLETE):
        profile = by.removeprefix(_COMPLETE)
        return f"правила вывода, полные для {profile}" if russian else f"rules that are complete for {profile}"
    return f"машина вывода {by}" if russian else f"the reasoner {by}"


def claim_column(speech: Speech, rows: Sequence[int], attribute: str) -> list[str]:
    """Claims as clauses: `text` as they are, `denied` as they are denied."""
    return denials(speech, rows) if attribute == "denied" else clauses(speech.graph, speech.lexicon, rows)


def said_by_others(speech: Speech) -> NDArray[np.bool_]:
    """Of every claim in question, whether a claim of other things that holds, or of another status, has its words.

    Two classes called `dog` are two for the reasoner and one for the reader.
    """
    graph, lexicon = speech.graph, speech.lexicon
    out = np.zeros(len(graph), bool)
    asked = np.flatnonzero(~graph.holds)
    if not len(asked):
        return out
    alike = np.isin(graph.relation, np.unique(graph.relation[asked])) & ~graph.negated
    alike &= np.isin(graph.quantifier, np.unique(graph.quantifier[asked]))
    rows = np.flatnonzero(alike)
    distinct, place = np.unique(np.concatenate((graph.subject[rows], graph.object[rows])), return_inverse=True)
    numbers: dict[str, int] = {}
    names = lexicon.column(distinct, "name").tolist()
    called = np.array([numbers.setdefault(n.casefold().strip(" .\n\t"), len(numbers)) for n in names], np.int64)[place]
    columns = np.stack([called[: len(rows)], called[len(rows) :], graph.relation[rows], graph.quantifier[rows]], axis=1)
    _, group = np.unique(columns, axis=0, return_inverse=True)
    group = np.asarray(group).reshape(-1)
    truth = np.where(graph.truth[rows] <= Truth.ENTAILED, Truth.ENTAILED, graph.truth[rows])
    least, most = np.full(group.max() + 1, 99), np.zeros(group.max() + 1, int)
    np.minimum.at(least, group, truth)
    np.maximum.at(most, group, truth)
    out[rows] = (least != most)[group]
    return out & ~graph.holds
