"""One scene ready for the press: its instances, what each rests on, in which languages it can be said.

Knows nothing about files. Which instances a language can say is decided in `voices`, what fills a template in `slots`,
what an example tells of itself in `metadata`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lithograph.ontology.graph import ClaimGraph, Ints
from lithograph.reason.evidence import Evidence, narrowed
from lithograph.render.questions import Given, Near, neighbourhood, said_by_others
from lithograph.render.tautology import hollow
from lithograph.render.templates import Template
from lithograph.scenes.declaration import Scene
from lithograph.scenes.instances import Instances, Lists
from lithograph.select.choose import Hashes
from lithograph.select.growth import GROWING
from lithograph.select.measured import Measured
from lithograph.speech.derivation import derivation_text
from lithograph.speech.lexicon import Lexicon
from lithograph.speech.verbalise import proof_text

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


def numbers_of(scene: Scene) -> set[str]:
    """The roles of a scene that a number fills."""
    return {c.number_role for c in scene.couplings if c.number_role}


def only(lists: Lists, keep: Bools) -> Lists:
    """Lists without the values that are not kept."""
    counts = np.add.reduceat(np.append(keep, False).astype(np.int64), lists.offsets[:-1]) if len(keep) else 0
    counts = np.where(np.diff(lists.offsets) > 0, counts, 0)
    return Lists(np.concatenate((np.zeros(1, np.int64), np.cumsum(counts))), lists.values[keep])


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
