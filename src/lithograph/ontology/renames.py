"""Entities that only got another IRI: what is said of them is the same, with one name put for the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lithograph.core.identity import sha256_hex
from lithograph.ontology.axioms import Axiom, Expression
from lithograph.ontology.manchester import mentioned, short_name
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

    vanished: IRIs that are in the old version only; appeared: in the new one only. Renamed is an entity of which the
    very same is said under the new name, one axiom at least that is no declaration, where no second entity could be
    meant; or one whose last part of the IRI stayed, where half at least of what is said of it did. The axioms that
    such an edit leaves unexplained are no part of it.
    """
    if not vanished or not appeared:
        return [], set(), set()
    old, new = _by_iri(went.values(), vanished), _by_iri(came.values(), appeared)
    marks = [_unique({iri: _mark(iri, axioms, names) for iri, axioms in held.items()})
             for held, names in ((old, vanished), (new, appeared))]  # fmt: skip
    names = {marks[0][mark]: marks[1][mark] for mark in sorted(marks[0].keys() & marks[1].keys())}
    locals_ = [_unique({iri: short_name(iri) for iri in held if iri not in done})
               for held, done in ((old, names.keys()), (new, set(names.values())))]  # fmt: skip
    names |= {locals_[0][name]: locals_[1][name] for name in sorted(locals_[0].keys() & locals_[1].keys())}
    while True:  # what a renaming explains can hang on another one that is none after all
        said = {iri: {axiom.text: renamed(axiom, names).text for axiom in old[iri]} for iri in sorted(names)}
        held = {iri: {was: now for was, now in texts.items() if now in came} for iri, texts in said.items()}
        wrong = [iri for iri in names if 2 * len(held[iri]) < max(len(old[iri]), len(new[names[iri]]))]
        if not wrong:
            break
        for iri in wrong:
            del names[iri]
    explained = {was: now for texts in held.values() for was, now in texts.items()}
    found = [Renaming(iri, names[iri], len(held[iri])) for iri in sorted(names)]
    return found, set(explained), set(explained.values())


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
    """mark (or name) -> its entity, where it is only one's."""
    owners: dict[str, list[Term]] = defaultdict(list)
    for iri, mark in marks.items():
        if mark is not None:
            owners[mark].append(iri)
    return {mark: iris[0] for mark, iris in owners.items() if len(iris) == 1}


def renamed(axiom: Axiom, names: Mapping[Term, Term]) -> Axiom:
    """The axiom with other names in it."""

    def put(expression: Expression) -> Expression:
        if isinstance(expression, tuple):
            return (expression[0], *(put(part) for part in expression[1:]))
        return names.get(expression, expression) if isinstance(expression, str) else expression

    return Axiom(axiom.kind, tuple(put(operand) for operand in axiom.operands), axiom.annotations)
