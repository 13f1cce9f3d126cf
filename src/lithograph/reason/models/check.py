"""Whether a finite interpretation is a model of an ontology, axiom by axiom. Knows no rules and no finder.

It shares nothing with the closure or with any reasoner: a certificate of *unknown* rests on it alone.
"""

from __future__ import annotations

from lithograph.ontology.axioms import Ontology
from lithograph.reason.models.axioms import faults
from lithograph.reason.models.index import OF_INDIVIDUALS, Index, index_of
from lithograph.reason.models.structure import Interpretation, Structure, structure_of
from lithograph.reason.models.values import Refused

__all__ = ["Refused", "first_violated", "violated", "violated_beside"]


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


def violated_beside(part: Structure, index: Index) -> int | None:
    """The first row that a part violates where it stands beside a *checked* model of the individuals; None where the
    disjoint union of both is a model. The individuals have no elements in the part (`Structure.elsewhere`).

    Whether an element is in a class expression depends on the elements connected to it alone, and no element of one
    part is connected to one of the other: axioms that hold in each part hold in both (OWL 2 without the top property is
    invariant under disjoint unions but for nominals, which here denote elements of the other part). Keys compare
    elements across parts, and owl:topObjectProperty connects them: Refused.
    """
    if index.rules or index.connected:
        raise Refused("SWRL rules and owl:topObjectProperty reach across parts")
    for row in index.touched(inhabited(part)):
        axiom = index.axioms[row]
        if axiom.kind in OF_INDIVIDUALS:
            continue
        if axiom.kind == "HasKey":
            raise Refused("keys reach across parts")
        for _ in faults(part, axiom):
            return row
    return None


def inhabited(s: Structure) -> list[str]:
    """The symbols with a member, a pair or a value."""
    return [
        *(name for name, members in s.classes.items() if members),
        *(name for table in (s.after, s.values) for name, links in table.items() if links),
    ]
