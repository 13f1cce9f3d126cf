"""Which texts would give away what is held out: those that state it, and those from which it follows in one step.

A text is here a list of claims. Knows nothing about words but the names that are kept back.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lithograph.scenes.instances import Lists
from lithograph.select.held_out import HeldOut, Role

_BETWEEN = re.compile(r"[\W_]+")


def plain(text: str) -> str:
    """The words of a text in small letters, a blank before and behind each.

    >>> plain("Every valve, new or old.")
    ' every valve new or old '
    """
    return f" {_BETWEEN.sub(' ', text.lower()).strip()} "


STATES = "states a held-out claim"
ONE_STEP = "a held-out claim follows from it in one step"
RESERVED = "speaks of a term that is kept for transfer"
NAMED = "names a term that is kept for transfer"
REASONS = ("", STATES, ONE_STEP, RESERVED)

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Withheld:
    """What is held out, made ready to look at many texts.

    held: uint8 by claim row, its Role. trigger: bool by representative, whether it is the claim by which premise sets
    are found; sets: by that claim, the sets. reserved: bool by term. names: language -> what a text of it can call
    reserved terms, as `plain` writes it.
    """

    held: NDArray[np.uint8]
    trigger: Bools
    sets: Mapping[int, Sequence[frozenset[int]]]
    reserved: Bools
    names: Mapping[str, Sequence[str]]

    @classmethod
    def of(cls, held: HeldOut, terms: Sequence[str], names: Mapping[str, Sequence[str]]) -> Withheld:
        """Make ready; terms: those of the ontology by id."""
        every = {frozenset(premises) for sets in held.one_step.values() for premises in sets}
        common = Counter(claim for premises in every for claim in premises)
        sets: dict[int, list[frozenset[int]]] = {}
        for premises in sorted(every, key=sorted):
            sets.setdefault(min(premises, key=lambda claim: (common[claim], claim)), []).append(premises)
        trigger = np.zeros(len(held.role), bool)
        trigger[sorted(sets)] = True
        inside = set(held.branch)
        reserved = np.array([term in inside for term in terms], bool) if inside else np.zeros(len(terms), bool)
        return cls(held.role, trigger, sets, reserved, names)

    @property
    def anything(self) -> bool:
        """Whether anything is held out."""
        return bool(self.held.any())

    def why(self, claims: Lists) -> NDArray[np.uint8]:
        """Of each text why it is left out, as a place in REASONS. claims: the representatives that each states."""
        n = len(claims.offsets) - 1
        out = np.zeros(n, np.uint8)
        owner = np.repeat(np.arange(n), np.diff(claims.offsets))
        roles = self.held[claims.values]
        for number in np.unique(owner[self.trigger[claims.values]]).tolist():
            said = claims.row(number).tolist()
            if len(said) > 1 and self._yields(set(said)):
                out[number] = REASONS.index(ONE_STEP)
        out[owner[roles == Role.REASONING]] = REASONS.index(STATES)
        out[owner[roles == Role.TRANSFER]] = REASONS.index(RESERVED)
        return out

    def naming(self, language: str, texts: Sequence[str]) -> Bools:
        """Which texts name a reserved term as a whole word, in whatever sense of the word.

        Most names share no word with most texts: they are looked for among the words of all texts first.
        """
        out = np.zeros(len(texts), bool)
        names = self.names.get(language, ()) if len(texts) else ()
        if not names:
            return out
        whole = plain("\n".join(texts))
        words = set(whole.split())
        near = [f" {name} " for name in names if all(word in words for word in name.split()) and f" {name} " in whole]
        for place, text in enumerate(texts) if near else ():
            told = plain(text)
            out[place] = any(name in told for name in near)
        return out

    def _yields(self, said: set[int]) -> bool:
        return any(premises <= said for claim in said if claim in self.sets for premises in self.sets[claim])
