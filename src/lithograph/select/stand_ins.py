"""Claims that could stand in for claims in question which a language has no words for. Nobody has judged them here."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from lithograph.core import vocabulary as v
from lithograph.ontology.graph import ClaimGraph, Ints, Kind
from lithograph.reason.judged import ClaimKey, known_keys
from lithograph.scenes.measures.delta import analogues, delta_codes
from lithograph.scenes.measures.information import descendants, information_content, nodes_of

Speakable = Callable[[Ints], NDArray[np.bool_]]


def stand_ins(graph: ClaimGraph, speakable: Speakable, most: int, unspoken: Ints) -> list[tuple[int, ClaimKey]]:
    """(row of a claim in question, the claim with the analogue of the one end that has no words in its place).

    speakable: which terms a language has words for. unspoken: classes that can have no member. At most `most`; none is
    in the graph already, and none is about one thing twice.
    """
    rows = np.flatnonzero(~graph.holds & (graph.relation >= 0)).astype(np.int32)
    schema = np.isin(graph.relation[rows], [graph.ontology.terms.id(iri) for iri in (v.SUBCLASS_OF, v.TYPE)])
    rows = rows[schema | speakable(graph.relation[rows])]
    mute_subject, mute_object = ~speakable(graph.subject[rows]), ~speakable(graph.object[rows])
    one = mute_subject ^ mute_object
    rows, mute_subject = rows[one][:most], mute_subject[one][:most]
    if not len(rows):
        return []
    pool = _pool(graph, speakable, unspoken)
    content = information_content(descendants(graph), int(nodes_of(graph).sum()))
    needy = np.unique(np.where(mute_subject, graph.subject[rows], graph.object[rows])).astype(np.int32)
    codes = delta_codes(graph)
    other: dict[int, int] = {}
    for sort in (Kind.CLASS, Kind.INDIVIDUAL):
        mine = needy[(graph.kinds[needy] & sort) > 0]
        able = pool[(graph.kinds[pool] & sort) > 0]
        if len(mine) and len(able):
            found = analogues(codes, mine, able, content=content)
            other |= {int(node): pair.node for node, pair in zip(mine, found, strict=True) if pair}
    known, out = known_keys(graph), []
    for row, subject in zip(rows.tolist(), mute_subject.tolist(), strict=True):
        key = ClaimKey(*(int(c[row]) for c in (graph.subject, graph.relation, graph.object, graph.quantifier)))
        analogue = other.get(key.subject if subject else key.object)
        if analogue is not None:
            made = key._replace(subject=int(analogue)) if subject else key._replace(object=int(analogue))
            if made not in known and made.subject != made.object:
                out.append((row, made))
    return out


def rows_of_keys(graph: ClaimGraph, start: int) -> dict[ClaimKey, int]:
    """The rows of the claims from a row on, by their key."""
    columns = (graph.subject[start:], graph.relation[start:], graph.object[start:], graph.quantifier[start:])
    keys = zip(*(column.tolist() for column in columns), strict=True)
    return {ClaimKey(*key): start + i for i, key in enumerate(keys)}


def _pool(graph: ClaimGraph, speakable: Speakable, unspoken: Ints) -> Ints:
    """What can stand in: entities of the ontology with words."""
    barred = graph.kinds & (Kind.DEPRECATED | Kind.ANONYMOUS | Kind.LITERAL | Kind.DATATYPE)
    usable = (graph.kinds & (Kind.CLASS | Kind.INDIVIDUAL) > 0) & (barred == 0)
    ids = graph.ontology.terms
    usable[[ids.id(v.THING), ids.id(v.NOTHING), *unspoken.tolist()]] = False
    usable[ids.starting_with(v.LITHO)] = False
    terms = np.flatnonzero(usable).astype(np.int32)
    return terms[speakable(terms)]
