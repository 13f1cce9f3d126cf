"""One scene ready for the press: its instances, what each rests on, in which languages it can be said.

Knows nothing about files; the hot loop over one template is `press`, the columns it asks for are made here.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lithograph.core import vocabulary as v
from lithograph.ontology.graph import ClaimGraph, Ints, Kind, Truth
from lithograph.ontology.terms import is_literal, literal_parts
from lithograph.reason.evidence import Evidence, narrowed
from lithograph.reason.proof import proofs_of
from lithograph.render.questions import (
    Given,
    Near,
    claim_column,
    neighbourhood,
    options,
    premises_among_others,
    said_by_others,
    word_of,
)
from lithograph.render.tautology import hollow, telling
from lithograph.render.templates import WRONG, Template
from lithograph.scenes.declaration import IN_QUESTION, Scene
from lithograph.scenes.instances import Instances, Lists
from lithograph.select.choose import Hashes, first_of_each, mix
from lithograph.select.decisions import MERGE, SILENCE
from lithograph.select.growth import GROWING
from lithograph.select.measured import Measured
from lithograph.speech.derivation import derivation_text
from lithograph.speech.lexicon import Lexicon
from lithograph.speech.verbalise import phrases, proof_text, sentences
from lithograph.speech.words import join_list, upper_first

Strings = NDArray[np.object_]
Bools = NDArray[np.bool_]
PROOFS = 1 << 16  # proofs in words that are kept from one shard to the next


EVERY_FORM, SHORT_FORMS, GROWN_FORMS = range(3)


@dataclass(frozen=True, slots=True)
class Voice:
    """How a language takes the instances of a cast.

    says: bool[n], which can be said in it. reason: uint8[n], why not, as an index into `reasons`. target: int64[n],
    the instance that speaks in the place of one that cannot; −1 where nobody does. moves: of each reason the move it
    comes from. wanted: bool[n], which are meant to be said in it at all: an instance that stands in for another only
    where that one has no words.
    """

    says: Bools
    reason: NDArray[np.uint8]
    target: NDArray[np.int64]
    wanted: Bools
    reasons: tuple[str, ...]
    moves: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cast:
    """A scene's instances, and what the press needs to know of each.

    axioms: the axiom rows behind each instance. ids: S64[n] hex ids; hashes: uint64[n] of them and the seed.
    voices: language -> which instances can be said in it. templates: (language, form) -> numbers of the templates that
    print it, by register, then in the order of the file. forms: those that are asked for. measured: resonance and the
    other measures. grown: int32[n], the claim that an instance says beside its scene's own, or −1; only: uint8[n],
    whether an instance is said in every form, or only in those of short answers, or only in the others, grown.
    claims_hash: uint64[n], equal where two instances make the same claims. standing: language -> bool[n], which stand
    in the place of a question without words.
    """

    scene: Scene
    instances: Instances
    axioms: Lists
    ids: NDArray[np.bytes_]
    hashes: Hashes
    voices: Mapping[str, Voice]
    templates: Mapping[tuple[str, str], tuple[int, ...]]
    forms: tuple[str, ...]
    measured: Measured
    grown: Ints
    only: NDArray[np.uint8]
    claims_hash: Hashes
    standing: Mapping[str, Bools]

    def __len__(self) -> int:
        return len(self.instances)

    def wanting(self, language: str, form: str, chosen: NDArray[np.int64]) -> NDArray[np.int64]:
        """Those of chosen instances that are meant to be said in a form of a language."""
        mine = self.voices[language].wanted[chosen]
        if self.only.any():
            mine = mine & np.isin(self.only[chosen], (EVERY_FORM, GROWN_FORMS if form in GROWING else SHORT_FORMS))
        return chosen[mine]


@dataclass(frozen=True, slots=True)
class Speech:
    """What the columns of a template are made from: the claim graph, what judged claims rest on, a language's words."""

    graph: ClaimGraph
    lexicon: Lexicon
    evidence: Mapping[int, Evidence] = field(default_factory=dict)
    proofs: dict[int, str] = field(default_factory=dict)
    empty_steps: list[Bools] = field(default_factory=list)
    others: list[Bools] = field(default_factory=list)
    around: list[Near] = field(default_factory=list)
    given: dict[tuple[int, int], Given] = field(default_factory=dict)

    def proof(self, claim: int) -> str:
        """The proof of a claim in words, or how supposing it leads to a contradiction; made once."""
        if claim not in self.proofs:
            derivation = self.evidence[claim].proof if claim in self.evidence else None
            self.proofs[claim] = (
                derivation_text(narrowed(derivation), self.lexicon)
                if derivation
                else proof_text(self.graph, self.lexicon, claim)
            )
        return self.proofs[claim]

    def forget(self) -> None:
        """Let go of premises, and of proofs in words where there are many; an instance is printed in one shard only."""
        self.given.clear()
        if len(self.proofs) > PROOFS:
            self.proofs.clear()

    def hollow(self) -> Bools:
        """Of every claim, whether a step of its proof says nothing in words; made once."""
        if not self.empty_steps:
            self.empty_steps.append(hollow(self.graph, self.lexicon))
        return self.empty_steps[0]

    def doubtful(self) -> Bools:
        """Of every claim in question, whether its words are those of a claim of another status; made once."""
        if not self.others:
            self.others.append(said_by_others(self))
        return self.others[0]

    def near(self) -> Near:
        """Asserted claims by what they are about; made once."""
        if not self.around:
            self.around.append(neighbourhood(self))
        return self.around[0]


NO_WORDS, NO_NEWS, SAME_WORDS = range(1, 4)


def voice_of(speech: Speech, instances: Instances, hashes: Hashes) -> Voice:
    """Which instances a language can say: those with words for every filler that tell something with these words.

    Of those with the same words one is said, and the others are merged into it.
    """
    n, language = len(instances), speech.lexicon.language
    able = speakable_roles(speech, instances)
    keep = np.logical_and.reduce([np.ones(n, bool), *able.values()])
    if instances.facts or instances.lists:
        keep &= _has_words(speech, instances)
    news = keep & telling(speech.lexicon, instances, speech.hollow())
    reason = np.select([~keep, ~news], [NO_WORDS, NO_NEWS], 0).astype(np.uint8)
    target = np.full(n, -1)
    if not instances.lists:
        rows = np.flatnonzero(news)
        words = [_same_words(speech, instances.roles[name][rows]) if name in able else instances.roles[name][rows]
                 for name in sorted(instances.roles)]  # fmt: skip
        first = rows[first_of_each(words, hashes[rows])]
        reason[rows[first != rows]] = SAME_WORDS
        target[rows] = np.where(first != rows, first, -1)
    return Voice(reason == 0, reason, target, ~foreign(speech, instances),
                 ("", f"no words in {language}", "nothing but names", "the same words as another"),
                 ("", SILENCE, SILENCE, MERGE))  # fmt: skip


def foreign(speech: Speech, instances: Instances) -> Bools:
    """Which instances hold a text in another language: they are not meant to be said in this one."""
    graph, out = speech.graph, np.zeros(len(instances), bool)
    numbers = _numbers(instances.scene)
    for role in instances.scene.roles:
        if role.kind == "literal" and role.name in instances.roles and role.name not in numbers:
            distinct, place = np.unique(instances.roles[role.name], return_inverse=True)
            texts = [graph.ontology.terms.texts[i] for i in distinct.tolist()]
            tags = [literal_parts(text)[1] if is_literal(text) else None for text in texts]
            elsewhere = [tag is not None and tag.split("-")[0] != speech.lexicon.language for tag in tags]
            out |= np.array(elsewhere, bool)[place]
    return out


def speakable_roles(speech: Speech, instances: Instances) -> dict[str, Bools]:
    """Role -> whether its filler has words, for the roles that are filled by a term."""
    numbers = _numbers(instances.scene)
    return {name: speech.lexicon.speakable(column) for name, column in sorted(instances.roles.items())
            if name not in numbers}  # fmt: skip


def _has_words(speech: Speech, instances: Instances) -> Bools:
    """Which instances have something to say in their lists: in one of them, in all of a tableau's, and of what a graph
    rule tells every claim: a path with a gap is none, and of fewer clues something else is the answer."""
    scene = instances.scene
    couplings = {c.target: c.name for c in scene.couplings if c.name in instances.facts}
    each: list[Bools] = []
    for role, lists in instances.lists.items():
        if role in couplings:
            lists = instances.facts[str(couplings[role])]
            able = _sayable(speech, lists.values, wrong=couplings[role] == WRONG)
        else:
            able = speech.lexicon.speakable(lists.values)
        each.append(np.diff(_only(lists, able).offsets) > 0)
    if not scene.computed:
        return np.asarray((np.logical_and if scene.level == "tableau" else np.logical_or).reduce(each))
    whole = [np.diff(_only(lists, _sayable(speech, lists.values)).offsets) == np.diff(lists.offsets)
             for lists in instances.facts.values()]  # fmt: skip
    return np.asarray(np.logical_and.reduce(whole))


def _sayable(speech: Speech, claims: Ints, *, wrong: bool = False) -> Bools:
    """Which claims have words: their object, and their relation unless every language has words for it anyway. wrong:
    they are wrong options, whose relation is that of the right one."""
    graph, ids = speech.graph, speech.graph.ontology.terms
    known = np.isin(graph.relation[claims], [ids.id(v.SUBCLASS_OF), ids.id(v.TYPE)]) | wrong
    able = speech.lexicon.speakable(graph.object[claims])
    return np.asarray(able & (known | speech.lexicon.speakable(graph.relation[claims])))


def _same_words(speech: Speech, ids: Ints) -> Ints:
    """For each term the number of its name: equal where two terms are called the same."""
    distinct, place = np.unique(ids, return_inverse=True)
    names = speech.lexicon.column(distinct, "name").tolist()
    number: dict[str, int] = {}
    numbers = [number.setdefault(name, len(number)) for name in names]
    return np.array(numbers, np.int32)[place] if numbers else ids


def _numbers(scene: Scene) -> set[str]:
    return {c.number_role for c in scene.couplings if c.number_role}


def columns_for(
    speech: Speech, cast: Cast, rows: NDArray[np.int64], needs: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], Strings]:
    """The columns that a template asks for, for chosen instances.

    Roles are columns of the lexicon; beside them a template can ask for `proof.text`, `chain.sign`, the number of a
    cardinality, lists of a role of many, and the phrases of a named coupling (docs/reference/templates.md).
    """
    return {need: _column(speech, cast, rows, *need) for need in needs}


def _column(speech: Speech, cast: Cast, rows: NDArray[np.int64], role: str, attribute: str) -> Strings:
    small = attribute[:1].lower() + attribute[1:]
    made = _special(speech, cast, rows, role, small)
    if made is None:
        return speech.lexicon.column(cast.instances.roles[role][rows], attribute)
    return made if small == attribute else _objects([upper_first(text) for text in made.tolist()])


def _special(speech: Speech, cast: Cast, rows: NDArray[np.int64], role: str, attribute: str) -> Strings | None:
    """A column that the lexicon cannot make from the role's fillers alone; None where it can."""
    instances, lexicon, graph = cast.instances, speech.lexicon, speech.graph
    numbers = _numbers(cast.scene)
    if role in ("claim", "given", "evidence", "options") and role not in instances.roles:
        return _of_claim(speech, cast, rows, role, attribute)
    if role == "chain":
        return lexicon.signs(_sign_product(graph, instances, rows))
    if role in instances.lists:
        return _list(speech, instances.lists[role].take(rows), attribute)
    if role in instances.facts:
        return _facts(speech, instances.facts[role].take(rows), attribute)
    if attribute == "governed" and "relation" in instances.roles:
        return lexicon.governed(instances.roles[role][rows], instances.roles["relation"][rows])
    if role != "proof" and role not in numbers and attribute != "counted":
        return None
    claims = instances.claims.values[instances.claims.offsets[rows]]
    if role == "proof":
        return _objects([speech.proof(claim) for claim in claims.tolist()])
    if attribute == "counted":
        number = instances.roles[min(numbers)][rows]
        return lexicon.counted(instances.roles[role][rows], number, graph.quantifier[claims])
    if attribute == "exactly":
        return lexicon.cardinality(instances.roles[role][rows], graph.quantifier[claims])
    return _objects([str(n) for n in instances.roles[role][rows].tolist()])


def _of_claim(speech: Speech, cast: Cast, rows: NDArray[np.int64], role: str, attribute: str) -> Strings:
    """A column about the first claim of each instance: in words, denied, among its premises, among wrong options."""
    claims = cast.instances.claims
    first = claims.values[claims.offsets[rows]].tolist()
    if role == "claim":
        return _objects(claim_column(speech, first, attribute))
    if role == "evidence":
        return _objects([word_of(speech, row) for row in first])
    marks = mix(cast.hashes[rows], role)
    if role == "given":
        return _objects(premises_among_others(speech, first, marks))
    wrong = wrong_options(speech, cast).take(rows)
    return _objects([
        options(speech, claim, wrong.row(i).tolist(), mark, attribute)
        for i, (claim, mark) in enumerate(zip(first, marks.tolist(), strict=True))
    ])  # fmt: skip


def wrong_options(speech: Speech, cast: Cast) -> Lists:
    """The wrong options of each instance that have words of their own, and the relation of the right one."""
    lists, graph, claims = cast.instances.facts[WRONG], speech.graph, cast.instances.claims
    able = speech.lexicon.speakable(graph.object[lists.values]) & ~speech.doubtful()[lists.values]
    right = np.repeat(claims.values[claims.offsets[:-1]], np.diff(lists.offsets))
    return _only(lists, able & (graph.relation[lists.values] == graph.relation[right]))


def _sign_product(graph: ClaimGraph, instances: Instances, rows: NDArray[np.int64]) -> NDArray[np.int8]:
    claims = instances.claims.take(rows)
    width = len(instances.scene.couplings)
    return np.asarray(graph.sign[claims.values].reshape(-1, width).prod(axis=1), np.int8)


def _list(speech: Speech, lists: Lists, attribute: str) -> Strings:
    """Lists in prose, of the fillers that have words."""
    lists = _only(lists, speech.lexicon.speakable(lists.values))
    return speech.lexicon.lists(lists.values, lists.offsets, attribute)


def _only(lists: Lists, keep: Bools) -> Lists:
    counts = np.add.reduceat(np.append(keep, False).astype(np.int64), lists.offsets[:-1]) if len(keep) else 0
    counts = np.where(np.diff(lists.offsets) > 0, counts, 0)
    return Lists(np.concatenate((np.zeros(1, np.int64), np.cumsum(counts))), lists.values[keep])


def _facts(speech: Speech, lists: Lists, attribute: str) -> Strings:
    """The claims of a named coupling as verb phrases or sentences, one list a row."""
    graph, lexicon = speech.graph, speech.lexicon
    lists = _only(lists, _sayable(speech, lists.values))
    if attribute == "sentences":
        flat, join = sentences(graph, lexicon, lists.values), " ".join
    else:
        flat = phrases(graph, lexicon, lists.values)

        def join(parts: list[str]) -> str:  # type: ignore[misc]
            return join_list(parts, lexicon.language)

    ends = lists.offsets.tolist()
    return _objects([join(flat[a:b]) for a, b in itertools.pairwise(ends)])


def _objects(values: Sequence[str]) -> Strings:
    out = np.empty(len(values), object)
    out[:] = values
    return out


def truth_and_depth(
    graph: ClaimGraph, cast: Cast, rows: NDArray[np.int64]
) -> tuple[NDArray[np.int16], NDArray[np.uint8]]:
    """For each chosen instance the greatest depth of its claims, and its truth.

    Where the first coupling is in question, that of its claim; else whether all claims that hold are asserted. What is
    refuted or unknown beside a claim that holds is there to be told apart from it.
    """
    claims = _answering(graph, cast, rows)
    lengths = np.diff(claims.offsets)
    owner, status = np.repeat(np.arange(len(rows)), lengths), graph.truth[claims.values]
    own = np.ones(len(status), bool)
    own[claims.offsets[1:][cast.grown[rows] >= 0] - 1] = False  # what an instance grew by moves no label
    truth = np.full(len(rows), Truth.ASSERTED, np.uint8)
    truth[owner[own & (status == Truth.ENTAILED)]] = Truth.ENTAILED
    if cast.scene.couplings[0].status in IN_QUESTION:
        truth = status[claims.offsets[:-1]]
    depth = np.zeros(len(rows), np.int16)
    some = lengths > 0
    if some.any():
        depth[some] = np.maximum.reduceat(graph.depth[claims.values], claims.offsets[:-1][some])
    return depth, truth


def _answering(graph: ClaimGraph, cast: Cast, rows: NDArray[np.int64]) -> Lists:
    """The claims of chosen instances but for wrong options: what an example answers with."""
    claims = cast.instances.claims.take(rows)
    if cast.scene.couplings[0].status in IN_QUESTION or not any(c.status in IN_QUESTION for c in cast.scene.couplings):
        return claims
    return _only(claims, graph.truth[claims.values] <= Truth.ENTAILED)


def whose_word(speech: Speech, cast: Cast, rows: NDArray[np.int64]) -> list[str]:
    """By whose word each chosen instance's first claim has its status: an axiom, the rules, or what judged it."""
    graph, claims = speech.graph, cast.instances.claims
    if cast.scene.computed:
        return [f"the graph rule {cast.scene.computed}"] * len(rows)
    first = claims.values[claims.offsets[rows]].tolist()
    return [speech.evidence[row].by if row in speech.evidence else "the rules" if graph.rule[row] else "an axiom"
            for row in first]  # fmt: skip


def proof_ids(speech: Speech, cast: Cast, rows: NDArray[np.int64], axiom_ids: Sequence[str]) -> list[str | None]:
    """The id of the proof of each instance's first claim that no axiom says; None where there is none."""
    graph = speech.graph
    claims = _answering(graph, cast, rows)
    derived = graph.rule[claims.values] != 0
    out: list[str | None] = [None] * len(rows)
    if not derived.any():
        return out
    owners = np.repeat(np.arange(len(rows)), np.diff(claims.offsets))[derived]
    mine, first = np.unique(owners, return_index=True)
    proved = proofs_of(graph, claims.values[derived][first], axiom_ids, speech.evidence)
    for row, proof in zip(mine.tolist(), proved, strict=True):
        out[row] = proof
    return out


def node_lists(graph: ClaimGraph, cast: Cast, rows: NDArray[np.int64]) -> Lists:
    """The entities each instance is about: the fillers of its roles in order, literals and numbers left out; then what
    a claim that came to it is about."""
    instances, numbers = cast.instances, _numbers(cast.scene)
    more, hops = cast.grown[rows], [c.name for c in cast.scene.couplings if c.hops > 1]
    parts = [Lists(np.arange(len(rows) + 1), instances.roles[name][rows]) for name in cast.scene.role_names
             if name in instances.roles and name not in numbers]  # fmt: skip
    parts += [instances.lists[name].take(rows) for name in sorted(instances.lists)]
    for path in (instances.facts[str(name)].take(rows) for name in hops):
        between = np.ones(len(path.values), bool)
        between[path.offsets[1:] - 1] = False  # the last claim leads to the other end, a role of its own
        parts.append(_only(Lists(path.offsets, graph.object[path.values]), between))
    if (more >= 0).any():
        parts.append(Lists(np.append(0, np.cumsum(more >= 0)), graph.object[more[more >= 0]]))
    counts = sum(np.diff(part.offsets) for part in parts)
    offsets = np.concatenate((np.zeros(1, np.int64), np.cumsum(counts)))
    values, place = np.empty(int(offsets[-1]), np.int32), offsets[:-1].copy()
    for part in parts:
        lengths = np.diff(part.offsets)
        inner = np.arange(len(part.values)) - np.repeat(part.offsets[:-1], lengths)
        values[np.repeat(place, lengths) + inner] = part.values
        place += lengths
    return _only(Lists(offsets, values), (graph.kinds[values] & Kind.LITERAL) == 0)


def gives_itself_away(prompts: Sequence[str], answers: Sequence[str]) -> list[bool]:
    """Whether a prompt already holds the words it asks for (riddles and clozes)."""
    asked, sought = _folded(prompts), _folded(answers)
    return [answer in prompt for prompt, answer in zip(asked, sought, strict=True)]


def _folded(texts: Sequence[str]) -> list[str]:
    """Texts without their capitals, all at once where nothing in them looks like the mark between them."""
    together = "\x1e".join(texts).casefold().split("\x1e")
    return together if len(together) == len(texts) else [text.casefold() for text in texts]


Shelf = Mapping[tuple[str, str, str], Sequence[tuple[str, int]]]
"""(scene, language, form) -> (register, number of the template), in the order of the files."""


def shelved(templates: Sequence[Template]) -> Shelf:
    """Templates by what they print."""
    out: dict[tuple[str, str, str], list[tuple[str, int]]] = {}
    for number, template in enumerate(templates):
        key = template.scene_name, template.language, template.form
        out.setdefault(key, []).append((template.register, number))
    return out


def by_form(shelf: Shelf, scene: Scene, registers: Sequence[str], forms: Sequence[str],
            languages: Sequence[str]) -> dict[tuple[str, str], tuple[int, ...]]:  # fmt: skip
    """(language, form) -> numbers of the templates of a scene, by register, then in the order of the file."""
    wanted = [r for r in registers if not scene.registers or r in scene.registers]
    out: dict[tuple[str, str], tuple[int, ...]] = {}
    for language in languages:
        for form in scene.forms:
            found = shelf.get((scene.name, language, form), ()) if not forms or form in forms else ()
            fitting = [(wanted.index(register), number) for register, number in found if register in wanted]
            if fitting:
                out[language, form] = tuple(number for _, number in sorted(fitting))
    return out
