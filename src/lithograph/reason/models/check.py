"""Whether a finite interpretation is a model of an ontology, axiom by axiom. Knows no rules and no finder.

It shares nothing with the closure or with any reasoner: a certificate of *unknown* rests on it alone.
"""

from __future__ import annotations

from lithograph.ontology.axioms import Axiom, Ontology
from lithograph.reason.models.axioms import faults
from lithograph.reason.models.expressions import holds
from lithograph.reason.models.index import Index, index_of, individuals_of
from lithograph.reason.models.structure import Interpretation, Structure, structure_of
from lithograph.reason.models.values import Refused

__all__ = ["Refused", "satisfies", "violated"]


def violated(interpretation: Interpretation, ontology: Ontology) -> int | None:
    """The first row of an axiom that an interpretation violates, None where it is a model of the whole ontology.

    Raises Refused where an axiom that could be false cannot be evaluated (a datatype without known values, SWRL rules,
    an individual that denotes nothing): what is not understood is never passed. Rows whose triggers are all empty
    hold and are not looked at (see `index`).
    """
    index = index_of(ontology)
    return first_violated(structure_of(interpretation, index.definitions), index)


def first_violated(s: Structure, index: Index) -> int | None:
    """The same for tables."""
    if index.rules:
        raise Refused("SWRL rules are not held")
    for individual in index.individuals:
        s.element(individual)
    for row in index.touched(inhabited(s)):
        for _ in faults(s, index.axioms[row]):
            return row
    return None


def inhabited(s: Structure) -> list[str]:
    """The symbols with a member, a pair or a value."""
    return [
        *(name for name, members in s.classes.items() if members),
        *(name for table in (s.after, s.values) for name, links in table.items() if links),
    ]


def satisfies(interpretation: Interpretation, ontology: Ontology, axiom: Axiom) -> bool:
    """Whether an axiom, in the ontology or not, holds in an interpretation. Raises Refused."""
    s = structure_of(interpretation, index_of(ontology).definitions)
    for individual in individuals_of([axiom]):
        s.element(individual)
    return next(faults(s, axiom), None) is None


def member(interpretation: Interpretation, ontology: Ontology, expression: object) -> bool:
    """Whether a class expression has a member in an interpretation. Raises Refused."""
    s = structure_of(interpretation, index_of(ontology).definitions)
    return any(holds(s, e, expression) for e in s.elements)  # type: ignore[arg-type]
