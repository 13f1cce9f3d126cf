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
from lithograph.ontology.axioms import ANNOTATION_KINDS, ATOM_KINDS, Axiom, Expression, Ontology
from lithograph.reason.profiles.grammars import GRAMMARS, Grammar, departure, without_names
from lithograph.reason.profiles.restrictions import departures, undeclared, unranged_chains


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
    shapes: dict[tuple[Expression, ...], list[int]] = {}
    for i, axiom in enumerate(ontology.compounds):
        if axiom.kind not in ANNOTATION_KINDS and axiom.kind != "Declaration":
            shapes.setdefault(without_names((axiom.kind, *axiom.operands)), []).append(len(ontology.atoms) + i)
    for name, grammar in GRAMMARS.items():
        found = leaving[Profile(name)]
        _atoms(ontology, grammar, found)
        for (kind, *operands), rows in shapes.items():
            reason = departure(grammar, Axiom(str(kind), tuple(operands)))
            if reason:
                found.update(dict.fromkeys(rows, reason))
    for row in unranged_chains(ontology):
        leaving[Profile.EL].setdefault(row, "a chain's property with a range that its last link has not")
    leaving[Profile.DL] = departures(ontology)
    untyped, punned = undeclared(ontology)
    left = {p: tuple(Leaving(row, found[row]) for row in sorted(found)) for p, found in leaving.items()}
    return Profiles(left, untyped, punned, ontology.rules)


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
        suspects = _special(ontology, grammar)[atoms[rows][:, [0, 2]]].any(axis=1)
        for row in rows[suspects].tolist() if len(texts) else ():
            reason = departure(grammar, ontology.axiom(row))
            if reason:
                found[row] = reason


def _special(ontology: Ontology, grammar: Grammar) -> NDArray[np.bool_]:
    """bool[terms]: what a grammar may refuse: reserved names, anonymous individuals, literals of other datatypes."""
    terms = ontology.terms
    out = np.zeros(len(terms), np.bool_)
    for prefix in (v.OWL, v.XSD, v.RDF, v.RDFS, "_:"):
        out[terms.starting_with(prefix)] = True
    valued = ontology.atoms[ontology.atom_kinds == ATOM_KINDS.index("DataPropertyAssertion"), 2]
    for i in np.unique(valued).tolist():
        datatype = terms.texts[i].rpartition('"')[2]
        out[i] |= datatype.startswith("^^") and datatype[2:] not in grammar.datatypes
    return out
