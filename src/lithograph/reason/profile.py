"""Which OWL 2 profiles an ontology is in, and which axioms leave them by which construct. Decides nothing else.

EL, QL and RL: https://www.w3.org/TR/owl2-profiles/, sections 2 to 4. DL: the restrictions of
https://www.w3.org/TR/owl2-syntax/, section 11, and the typing constraints of its section 5.8. The grammars stand in
`grammars`, the restrictions on the whole in `restrictions`; atoms are looked at in columns.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from lithograph.core import vocabulary as v
from lithograph.ontology.axioms import ANNOTATION_KINDS, ATOM_KINDS, Axiom, Ontology
from lithograph.ontology.terms import is_anonymous, literal_parts
from lithograph.reason.grammars import GRAMMARS, Grammar, departure
from lithograph.reason.restrictions import departures, undeclared, unranged_chains


class Profile(StrEnum):
    """A profile of OWL 2, or OWL 2 DL itself."""

    EL = "EL"
    QL = "QL"
    RL = "RL"
    DL = "DL"


@dataclass(frozen=True, slots=True)
class Leaving:
    """An axiom row that leaves a profile, and by what, in a few words."""

    row: int
    construct: str


@dataclass(frozen=True, slots=True)
class Profiles:
    """What an ontology's axioms leave.

    leaving: profile -> rows that its grammar does not know (of DL: that break a restriction on the whole), ascending,
    one reason each. untyped: names that are used undeclared, or as two kinds that DL keeps apart -> the reason; these
    leave every profile by the letter, and change nothing of what follows. punned: whether a name is a class or a
    property, and an individual or the other. rules: SWRL rules, which leave all of them.
    """

    leaving: Mapping[Profile, tuple[Leaving, ...]]
    untyped: Mapping[str, str]
    punned: bool
    rules: int

    def within(self, profile: Profile, *, by_the_letter: bool = False) -> bool:
        """Whether the ontology is in a profile: in its grammar and in DL; by the letter also fully declared."""
        if self.rules or self.leaving[profile] or self.leaving[Profile.DL]:
            return False
        return not (by_the_letter and self.untyped)

    @property
    def names(self) -> tuple[Profile, ...]:
        """The profiles that the ontology is in."""
        return tuple(p for p in Profile if self.within(p))


def profiles(ontology: Ontology) -> Profiles:
    """The profiles of an ontology with its imports."""
    leaving: dict[Profile, dict[int, str]] = {profile: {} for profile in Profile}
    for name, grammar in GRAMMARS.items():
        found = leaving[Profile(name)]
        _atoms(ontology, grammar, found)
        for i, axiom in enumerate(ontology.compounds):
            reason = _outside(grammar, axiom)
            if reason:
                found[len(ontology.atoms) + i] = reason
    for row in unranged_chains(ontology):
        leaving[Profile.EL].setdefault(row, "a chain's property with a range that its last link has not")
    leaving[Profile.DL] = departures(ontology)
    untyped, punned = undeclared(ontology)
    rows = {p: tuple(Leaving(row, found[row]) for row in sorted(found)) for p, found in leaving.items()}
    return Profiles(rows, untyped, punned, ontology.rules)


def _outside(grammar: Grammar, axiom: Axiom) -> str:
    return "" if axiom.kind in ANNOTATION_KINDS or axiom.kind == "Declaration" else departure(grammar, axiom)


def _atoms(ontology: Ontology, grammar: Grammar, found: dict[int, str]) -> None:
    """Rows of atoms outside a grammar: by kind at once, then by the terms that a kind holds."""
    kinds, atoms, texts = ontology.atom_kinds, ontology.atoms, ontology.terms.texts
    for index in np.unique(kinds).tolist():
        kind = ATOM_KINDS[index]
        if kind in ANNOTATION_KINDS or kind == "Declaration":
            continue
        rows = np.flatnonzero(kinds == index)
        if kind not in grammar.axioms:
            found.update(dict.fromkeys(rows.tolist(), kind))
            continue
        suspects = _suspects(ontology, atoms[rows])
        for row in rows[suspects].tolist() if len(texts) else ():
            reason = departure(grammar, ontology.axiom(row))
            if reason:
                found[row] = reason


def _suspects(ontology: Ontology, triples: NDArray[np.int32]) -> NDArray[np.bool_]:
    """bool[rows]: triples with a term that a grammar may refuse: built in, a typed literal, anonymous."""
    return np.asarray(_special(ontology)[triples[:, [0, 2]]].any(axis=1), np.bool_)


def _special(ontology: Ontology) -> NDArray[np.bool_]:
    """bool[terms]: what a grammar may refuse; made once. Of literals only those with a datatype."""
    made = ontology._cache.get("special terms")
    if isinstance(made, np.ndarray):
        return np.array(made, dtype=np.bool_, copy=False)
    terms = ontology.terms
    out = np.zeros(len(terms), np.bool_)
    for prefix in (v.OWL, v.XSD, v.RDF, v.RDFS, "_:"):
        out[terms.starting_with(prefix)] = True
    used = np.zeros(len(terms), np.bool_)
    used[ontology.atoms[ontology.atom_kinds == ATOM_KINDS.index("DataPropertyAssertion"), 2]] = True
    for i in np.flatnonzero(used).tolist():
        text = terms.texts[i]
        out[i] = out[i] or (not text.endswith('"') and (is_anonymous(text) or literal_parts(text)[2] is not None))
    ontology._cache["special terms"] = out
    return out
