"""Entities that only got another IRI: their axioms are the same, with one name put for the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lithograph.core.identity import sha256_hex
from lithograph.ontology.axioms import Axiom, Expression
from lithograph.ontology.manchester import mentioned
from lithograph.ontology.terms import Term

THIS, OTHER = "urn:litho:this", "urn:litho:another"
"""Stand for the entity that is looked at, and for any other that is only on one side."""


@dataclass(frozen=True, slots=True)
class Renaming:
    """An IRI that was put for another, and how many axioms say the same under it."""

    old: Term
    new: Term
    axioms: int


def renames(
    went: Mapping[str, Axiom], came: Mapping[str, Axiom], vanished: frozenset[Term], appeared: frozenset[Term]
) -> tuple[list[Renaming], set[str], set[str]]:
    """The renamings, and the texts of the axioms of either side that they explain.

    vanished: IRIs that are in the old version only; appeared: in the new one only. Renamed is what has the same axioms
    under the new name, one at least that is no declaration, and what no second entity could be taken for.
    """
    if not vanished or not appeared:
        return [], set(), set()
    old, new = _by_iri(went.values(), vanished), _by_iri(came.values(), appeared)
    marks = [_unique({iri: _mark(iri, axioms, names) for iri, axioms in held.items()})
             for held, names in ((old, vanished), (new, appeared))]  # fmt: skip
    names = {marks[0][mark]: marks[1][mark] for mark in sorted(marks[0].keys() & marks[1].keys())}
    while True:  # a renaming whose axioms name another entity that was not renamed after all is none
        wrong = [iri for iri in sorted(names) if not _holds(names, old[iri], came, new[names[iri]])]
        if not wrong:
            break
        for iri in wrong:
            del names[iri]
    gone = {axiom.text: renamed(axiom, names).text for iri in names for axiom in old[iri]}
    found = [Renaming(iri, names[iri], len(old[iri])) for iri in sorted(names)]
    return found, set(gone), set(gone.values())


def _by_iri(axioms: Iterable[Axiom], names: frozenset[Term]) -> dict[Term, list[Axiom]]:
    out: dict[Term, list[Axiom]] = defaultdict(list)
    for axiom in axioms:
        for iri in mentioned(axiom):
            if iri in names:
                out[iri].append(axiom)
    return out


def _mark(iri: Term, axioms: Iterable[Axiom], names: frozenset[Term]) -> str | None:
    """What is said of an entity, whatever it is called; None where it is only declared."""
    axioms = list(axioms)
    if all(axiom.kind == "Declaration" for axiom in axioms):
        return None
    masks = {name: THIS if name == iri else OTHER for axiom in axioms for name in mentioned(axiom) if name in names}
    return sha256_hex("\n".join(sorted(renamed(axiom, masks).text for axiom in axioms)))


def _unique(marks: Mapping[Term, str | None]) -> dict[str, Term]:
    """mark -> its entity, where it is only one's."""
    owners: dict[str, list[Term]] = defaultdict(list)
    for iri, mark in marks.items():
        if mark is not None:
            owners[mark].append(iri)
    return {mark: iris[0] for mark, iris in owners.items() if len(iris) == 1}


def _holds(names: Mapping[Term, Term], old: list[Axiom], came: Mapping[str, Axiom], new: list[Axiom]) -> bool:
    said = {renamed(axiom, names).text for axiom in old}
    return said <= came.keys() and said == {axiom.text for axiom in new}


def renamed(axiom: Axiom, names: Mapping[Term, Term]) -> Axiom:
    """The axiom with other names in it."""

    def put(expression: Expression) -> Expression:
        if isinstance(expression, tuple):
            return (expression[0], *(put(part) for part in expression[1:]))
        return names.get(expression, expression) if isinstance(expression, str) else expression

    return Axiom(axiom.kind, tuple(put(operand) for operand in axiom.operands), axiom.annotations)
