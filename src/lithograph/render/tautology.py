"""Instances that say nothing in a language: a theme is a theme, a habitat has as habitat a habitat.

Two terms of an ontology can differ and be called the same; what is true of them is then no news in words. Knows
nothing about templates. Names are compared once for each distinct term.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from lithograph.core import vocabulary as v
from lithograph.ontology.graph import ClaimGraph, Ints, Kind
from lithograph.scenes.instances import Instances
from lithograph.speech.lexicon import Lexicon

Bools = NDArray[np.bool_]

BY_NAME = frozenset({
    v.SUBCLASS_OF, v.TYPE, v.EQUIVALENT_CLASS, v.DISJOINT_WITH, v.INVERSE_OF, v.SUBPROPERTY_OF, v.EQUIVALENT_PROPERTY,
    v.SAME_AS, v.SKOS + "altLabel", v.SKOS + "definition", v.DCT + "description",
})  # fmt: skip
"""Relations that say nothing, or something absurd, between two things of one name."""

DESCRIBING = frozenset({v.SKOS + "definition", v.DCT + "description"})
_QUANTIFIED = frozenset({"some", "only"})
_EDGES = re.compile(r"^(?:an?|the|has|has an?|имеет|is|is an?)\s+|[ .:;]+$", re.I)


def telling(lexicon: Lexicon, instances: Instances, hollow: Bools) -> Bools:
    """Whether each instance says more than that a thing is what it is called. hollow: of each claim (`hollow`)."""
    keep = np.ones(len(instances), bool)
    roles = instances.roles
    if hollow.any() and len(instances) and not instances.lists:
        keep &= ~np.logical_or.reduceat(hollow[instances.claims.values], instances.claims.offsets[:-1])
    for coupling in instances.scene.couplings:
        if coupling.source not in roles or coupling.target not in roles:
            continue
        if coupling.relation in DESCRIBING:
            keep &= ~_namesakes(lexicon, roles[coupling.source])
        if coupling.relation in BY_NAME:
            keep &= ~_same(lexicon, roles[coupling.source], roles[coupling.target])
        elif coupling.relation_role in roles and coupling.quantifier in _QUANTIFIED:
            keep &= ~_same(lexicon, roles[str(coupling.relation_role)], roles[coupling.target])
    return keep


def _namesakes(lexicon: Lexicon, terms: Ints) -> Bools:
    """Which terms are relations called as a class among them: a question about the name would ask for the class."""
    names = lexicon.column(terms, "name")
    is_class = (lexicon.kinds[terms] & Kind.CLASS) != 0
    classes = set(names[is_class].tolist())
    return np.asarray(np.array([name in classes for name in names.tolist()], bool) & ~is_class, bool)


def hollow(graph: ClaimGraph, lexicon: Lexicon) -> Bools:
    """Of every claim, whether it says nothing in words, or a step of its proof does.

    Two vocabularies joined by equivalences have two classes called `organization`: what follows by the way from one to
    the other is no step that a reader sees.
    """
    out = np.zeros(len(graph), bool)
    schema = np.flatnonzero(np.isin(graph.relation, [graph.ontology.terms.id(iri) for iri in BETWEEN_SCHEMAS]))
    out[schema] = _same(lexicon, graph.subject[schema], graph.object[schema])
    if not out.any():
        return out
    derived = np.flatnonzero(graph.rule != 0)
    premises = graph.premises[derived]
    while True:
        reached = (out[premises] & (premises >= 0)).any(axis=1) | out[derived]
        if (reached == out[derived]).all():
            return out
        out[derived] = reached


BETWEEN_SCHEMAS = (v.SUBCLASS_OF, v.EQUIVALENT_CLASS, v.SUBPROPERTY_OF, v.EQUIVALENT_PROPERTY, v.INVERSE_OF)


def _same(lexicon: Lexicon, one: Ints, other: Ints) -> Bools:
    """Row by row, whether two columns of terms are called the same, articles, `has` and capitals apart.

    The side with fewer terms is read first; of the other only the names that end as one of its names does.
    """
    (few, few_at), (many, many_at) = sorted(
        (np.unique(column, return_inverse=True) for column in (one, other)), key=lambda found: len(found[0])
    )
    numbers: dict[str, int] = {}
    few_names = [numbers.setdefault(bare(name), len(numbers)) for name in lexicon.column(few, "name").tolist()]
    ends = {name[-2:] for name in numbers}
    many_names = [
        numbers.get(bare(name), -1) if name.rstrip(" .:;")[-2:].casefold() in ends else -1
        for name in lexicon.column(many, "name").tolist()
    ]
    return np.asarray(np.array(few_names, np.int32)[few_at] == np.array(many_names, np.int32)[many_at], bool)


def bare(name: str) -> str:
    """A name without article, `has`, full stop and capitals.

    >>> bare("A theme."), bare("has habitat"), bare("Skype ID")
    ('theme', 'habitat', 'skype id')
    """
    return _EDGES.sub("", _EDGES.sub("", name)).casefold()
