"""What a print depends on, as numbers that an edit elsewhere does not move: digests of terms, claims and instances.

A row of a table, the number of a term, the version of the ontology move with every edit. A digest (uint64) is made of
content alone: of a term its IRI, its kinds, and what it is called in every language; of a claim its terms and status,
and what proves it; of an instance all that its prints can depend on. Two instances of one id and one digest print the
same. Knows nothing about where prints are kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from lithograph.core.identity import canonical_json
from lithograph.ontology.axioms import Axiom, Expression
from lithograph.ontology.graph import ClaimGraph
from lithograph.pipeline.kept import packed
from lithograph.reason.evidence import Derivation, Evidence
from lithograph.render.cast import Cast, Speech
from lithograph.render.corpus import Types
from lithograph.render.doubt import Doubt, doubts_of
from lithograph.render.filter import manners
from lithograph.render.questions import HUB
from lithograph.render.templates import WRONG
from lithograph.scenes.instances import Lists
from lithograph.select.choose import mix
from lithograph.select.held_out import HeldOut
from lithograph.select.stated import Stated

Digests = NDArray[np.uint64]


def digest_of(text: str) -> int:
    """64 bits of the hash of a text."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def digests_of(texts: Sequence[str]) -> Digests:
    """`digest_of` many texts."""
    sha = hashlib.sha256
    raw = b"".join(sha(text.encode()).digest()[:8] for text in texts)
    return np.frombuffer(raw, ">u8").astype(np.uint64)


def chained(*columns: NDArray[np.generic]) -> Digests:
    """One number a row for several columns, whose order counts."""
    out = np.zeros(len(columns[0]), np.uint64)
    for place, column in enumerate(columns):
        out = mix(out ^ mix(_bits(column), f"column {place}"), "chained")
    return out


def _bits(column: NDArray[np.generic]) -> Digests:
    if column.dtype.kind == "f":
        return np.ascontiguousarray(column, np.float64).view(np.uint64)
    return column.astype(np.int64).view(np.uint64) if column.dtype.kind in "iub" else column.view(np.uint64)


def in_lists(lists: Lists, values: Digests) -> Digests:
    """One number for each list, by its values in their order. values: of each member."""
    counts = np.diff(lists.offsets)
    inner = np.arange(len(lists.values)) - np.repeat(lists.offsets[:-1], counts)
    return _summed(mix(values ^ mix(inner.astype(np.uint64), "place"), "member"), lists.offsets)


def _summed(values: Digests, offsets: NDArray[np.int64]) -> Digests:
    ends = np.append(np.zeros(1, np.uint64), np.cumsum(values, dtype=np.uint64))
    with np.errstate(over="ignore"):
        return mix(ends[offsets[1:]] - ends[offsets[:-1]] + np.diff(offsets).astype(np.uint64), "list")


@dataclass(frozen=True, slots=True)
class Contents:
    """Digests of the terms and claims of a graph.

    terms: of every term that a claim is about, 0 of others. claims: of every claim what it says, its status and the
    axiom that says it; `proved` and `around` are made when asked for. stated: the claims that a judged claim's proof
    tells, where it is known.
    """

    graph: ClaimGraph
    speech: Mapping[str, Speech]
    axioms: Digests
    terms: Digests
    claims: Digests
    stated: Stated | None = None
    _made: dict[str, Digests] = field(default_factory=dict)

    @classmethod
    def of(cls, graph: ClaimGraph, speech: Mapping[str, Speech]) -> Contents:
        """Those of a graph, in the words of some languages."""
        ids = graph.ontology.axiom_ids()
        axioms = np.append(np.fromiter((int(i[-16:], 16) for i in ids), np.uint64, len(ids)), np.zeros(1, np.uint64))
        terms = _terms(graph, speech)
        claims = chained(terms[graph.subject], terms[graph.relation], terms[graph.object], graph.quantifier,
                         graph.negated, graph.sign, graph.number, graph.truth, graph.depth,
                         axioms[graph.axiom])  # fmt: skip
        return cls(graph, speech, axioms, terms, claims)

    def beside_held_out(self, held: HeldOut, stated: Stated) -> Contents:
        """The same where claims are held out: a claim is also what it is for, and a term whether it is reserved."""
        names = held.names
        inside = set(held.branch)
        places = [self.graph.ontology.terms.id(term) for term in sorted(inside)]
        terms = self.terms.copy()
        terms[places] = mix(terms[places], "reserved")
        near = np.zeros(len(names.row), np.uint64)
        for claim, sets in held.one_step.items():
            for premises in sets:
                rows = sorted(premises)
                whole = np.sum(mix(names.marks[rows], "premise"), dtype=np.uint64) + names.marks[claim : claim + 1]
                near[rows] += mix(whole, "one step")
        claims = chained(self.claims, names.marks, held.role, near[names.row])
        return replace(self, terms=terms, claims=claims, stated=stated, _made={})

    @property
    def proved(self) -> Digests:
        """Of every claim what it says and how it is proved: claims, rules and axioms down to the leaves."""
        if "proved" not in self._made:
            self._made["proved"] = self._proved()
        return self._made["proved"]

    def _proved(self) -> Digests:
        graph = self.graph
        out = mix(self.claims, "asserted")
        done = graph.rule == 0
        for row, evidence in self._evidence().items():
            out[row] = self._judged(row, evidence)
            done[row] = True
        for rows in _after(graph, done):
            premises = graph.premises[rows]
            below = np.where(premises >= 0, out[premises], np.uint64(0))
            out[rows] = chained(self.claims[rows], graph.rule[rows], *below.T)
        return out

    def _evidence(self) -> Mapping[int, Evidence]:
        return next(iter(self.speech.values())).evidence if self.speech else {}

    def _judged(self, row: int, evidence: Evidence) -> int:
        """A digest of a claim whose status was judged: all that is said of it, in the words of its terms."""
        ids = self.graph.ontology.axiom_ids()
        words = [int(self.terms[place]) for place in self._spoken_in(evidence)]
        told = [int(self.claims[other]) for other in self.stated.by_proof(row)] if self.stated else []
        text = canonical_json([packed(evidence, ids), words, int(self.claims[row]), int(self.graph.rule[row]), told])
        return digest_of(text)

    def _spoken_in(self, evidence: Evidence) -> list[int]:
        """The terms that the proof of a claim speaks of, as far as the ontology has them."""
        terms = self.graph.ontology.terms
        named = dict.fromkeys(_named(evidence.proof)) if evidence.proof else {}
        return [place for place in (terms.id(name) for name in named) if place >= 0]

    @property
    def around(self) -> Digests:
        """Of every claim the true sentences that could stand among its premises: those near what its proof is about."""
        if "around" not in self._made:
            self._made["around"] = self._around()
        return self._made["around"]

    def _around(self) -> Digests:
        graph, near = self.graph, np.zeros(len(self.graph.ontology.terms), np.uint64)
        for language, speech in self.speech.items():
            beside = speech.near().by_subject.values
            said, about = mix(self.claims[beside], f"near {language}"), graph.object[beside]
            few = (np.bincount(about, minlength=len(near)) <= HUB)[about]
            np.add.at(near, graph.subject[beside], said)
            np.add.at(near, about[few], mix(said[few], "object"))
        out = mix(near[graph.subject], "subject") + mix(near[graph.object], "object")
        done = graph.rule == 0
        for row, evidence in self._evidence().items():
            out[row : row + 1] += np.sum(near[self._spoken_in(evidence)], dtype=np.uint64)
            done[row] = True
        for rows in _after(graph, done):
            premises = graph.premises[rows]
            below = np.where(premises >= 0, out[premises], np.uint64(0))
            out[rows] = chained(out[rows], *below.T)
        return out


def _terms(graph: ClaimGraph, speech: Mapping[str, Speech]) -> Digests:
    """Of every term that a claim is about: IRI or literal, kinds, names, and hints on their forms."""
    texts = graph.ontology.terms.texts
    used = np.unique(np.concatenate((graph.subject, graph.relation, graph.object)))
    names = [s.lexicon.column(used, "name").tolist() for s in speech.values()]
    hinted = [s.lexicon.hinted for s in speech.values()]
    rows = zip(used.tolist(), graph.kinds[used].tolist(), *names, strict=True)
    said = []
    for i, kind, *called in rows:
        hints = [sorted(of[i].items()) for of in hinted if i in of]
        said.append(f"{texts[i]}\n{kind}\n{called}\n{hints}")
    out = np.zeros(len(texts), np.uint64)
    out[used] = digests_of(said)
    return out


def _after(graph: ClaimGraph, done: NDArray[np.bool_]) -> Iterator[NDArray[np.int64]]:
    """Derived claims in rounds, each after its premises. done: claims that need none; it is used up."""
    left = np.flatnonzero(~done)
    while len(left):
        premises = graph.premises[left]
        able = (done[premises] | (premises < 0)).all(axis=1)
        assert able.any(), "a proof goes in a circle"
        yield left[able]
        done[left[able]] = True
        left = left[~able]


def _named(derivation: Derivation) -> Iterator[str]:
    """The terms that the steps of a derivation speak of."""
    todo: list[Expression | Axiom] = list(derivation.says.operands)
    while todo:
        expression = todo.pop()
        if isinstance(expression, str):
            yield expression
        elif isinstance(expression, tuple):
            todo += expression
    for premise in derivation.premises:
        yield from _named(premise)


# ---- instances ------------------------------------------------------------------------------------------------------


def instance_digests(types: Types, number: int, contents: Contents) -> Digests:
    """Of every instance of a cast a digest of all that its prints depend on, beside what its scene's all depend on."""
    cast = types.casts[number]
    asked = {role for manner, _ in manners(types, number, np.empty(0, np.int64)) for t in manner.templates
             for role, _ in types.templates[t].needs}  # fmt: skip
    columns = [*_fillers(cast, contents), *_measures(cast), types.shared[number]]
    for language, speech in sorted(types.speech.items()):
        columns += _spoken(types, number, language)
        columns += _doubted(types, number, language)
        if WRONG in cast.instances.facts:
            lists = cast.instances.facts[WRONG]
            columns.append(in_lists(lists, speech.doubtful()[lists.values].astype(np.uint64)))
    if "given" in asked:
        first = cast.instances.claims.values[cast.instances.claims.offsets[:-1]]
        columns.append(contents.around[first])
    return chained(cast.hashes, *columns)


def _fillers(cast: Cast, contents: Contents) -> list[NDArray[np.generic]]:
    """What fills the roles, and the claims with their proofs."""
    instances, proved = cast.instances, contents.proved
    numbers = {c.number_role for c in cast.scene.couplings if c.number_role}
    columns: list[NDArray[np.generic]] = [
        column if name in numbers else contents.terms[column] for name, column in sorted(instances.roles.items())
    ]
    columns += [in_lists(lists, contents.terms[lists.values]) for _, lists in sorted(instances.lists.items())]
    facts = [lists for _, lists in sorted(instances.facts.items())]
    columns += [in_lists(lists, proved[lists.values]) for lists in (*facts, instances.claims)]
    columns.append(in_lists(cast.axioms, contents.axioms[cast.axioms.values]))
    columns.append(np.where(cast.grown >= 0, proved[cast.grown], np.uint64(0)))
    return columns


def _measures(cast: Cast) -> list[NDArray[np.generic]]:
    measured = cast.measured
    return [measured.resonance, measured.density, measured.deviation, measured.tension, measured.exact, cast.only]


def _spoken(types: Types, number: int, language: str) -> list[NDArray[np.generic]]:
    """How a language takes each instance, and who speaks in its place."""
    cast = types.casts[number]
    voice, whole = cast.voices[language], np.append(mix(cast.hashes, "who"), np.zeros(1, np.uint64))
    reasons = digests_of([f"{why}\n{move}" for why, move in zip(voice.reasons, voice.moves, strict=True)])
    columns: list[NDArray[np.generic]] = [voice.says, reasons[voice.reason], whole[voice.target], voice.wanted]
    if language in cast.standing:
        columns.append(cast.standing[language])
    if (number, language) in types.bridges:
        columns.append(whole[types.bridges[number, language]])
    return columns


def _doubted(types: Types, number: int, language: str) -> list[NDArray[np.generic]]:
    """Which instances are not printed for a doubt about their words, by doubt; what was found is left in `types`."""
    cast, found = types.casts[number], dict[str, Doubt]()
    for manner, _ in manners(types, number, np.empty(0, np.int64)):
        if manner.language == language:
            roles = {role for t in manner.templates for role, _ in types.templates[t].needs}
            found.update(doubts_of(cast, manner.form, roles))
    for reason, find in found.items():
        if (number, language, reason) not in types.doubts:
            types.doubts[number, language, reason] = find(types.speech[language], cast)
    return [types.doubts[number, language, reason] for reason in sorted(found)]
