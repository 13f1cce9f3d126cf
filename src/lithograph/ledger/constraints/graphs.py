"""PROV-O triples in an Oxigraph store as statements: qualified and unqualified terms (https://www.w3.org/TR/prov-o/).

Each predicate of PROV-O is looked up once, so time is linear in what the store says in PROV and does not depend on
what else it holds. A plain relation that a qualified one of the same two things repeats is the same statement. Classes
and properties of other vocabularies say nothing here, even where they specialize one of PROV-O: the view says both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import Any

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Store

from lithograph.core.vocabulary import TYPE
from lithograph.ledger.constraints.check import TOPLEVEL
from lithograph.ledger.constraints.statements import (
    COLLECTION,
    EMPTY_COLLECTION,
    KINDS,
    PROV,
    Statement,
    same_time,
)

_ELEMENTS = {
    "Entity": "entity", "Collection": "entity", "EmptyCollection": "entity", "Plan": "entity", "Bundle": "entity",
    "Activity": "activity", "Agent": "agent", "SoftwareAgent": "agent", "Person": "agent", "Organization": "agent",
}  # fmt: skip

_RELATIONS = {  # predicate -> (kind, places of its subject and object)
    "wasGeneratedBy": ("wasGeneratedBy", 0, 1), "generated": ("wasGeneratedBy", 1, 0), "used": ("used", 0, 1),
    "wasInformedBy": ("wasInformedBy", 0, 1), "wasStartedBy": ("wasStartedBy", 0, 1),
    "wasEndedBy": ("wasEndedBy", 0, 1), "wasInvalidatedBy": ("wasInvalidatedBy", 0, 1),
    "invalidated": ("wasInvalidatedBy", 1, 0), "wasDerivedFrom": ("wasDerivedFrom", 0, 1),
    "wasRevisionOf": ("wasDerivedFrom", 0, 1), "wasQuotedFrom": ("wasDerivedFrom", 0, 1),
    "hadPrimarySource": ("wasDerivedFrom", 0, 1), "wasAttributedTo": ("wasAttributedTo", 0, 1),
    "wasAssociatedWith": ("wasAssociatedWith", 0, 1), "actedOnBehalfOf": ("actedOnBehalfOf", 0, 1),
    "wasInfluencedBy": ("wasInfluencedBy", 0, 1), "influenced": ("wasInfluencedBy", 1, 0),
    "alternateOf": ("alternateOf", 0, 1), "specializationOf": ("specializationOf", 0, 1),
    "hadMember": ("hadMember", 0, 1),
}  # fmt: skip

_EVENT_TIMES = {"generatedAtTime": "wasGeneratedBy", "invalidatedAtTime": "wasInvalidatedBy"}

_AT = {"atTime": 2}
_BY = {"entity": 1, "hadActivity": 2, "atTime": 3}
_DERIVED = {"entity": 1, "hadActivity": 2, "hadGeneration": 3, "hadUsage": 4}
_QUALIFIED = {  # predicate -> (kind, which property of the qualification fills which place)
    "qualifiedGeneration": ("wasGeneratedBy", {"activity": 1, **_AT}),
    "qualifiedUsage": ("used", {"entity": 1, **_AT}),
    "qualifiedInvalidation": ("wasInvalidatedBy", {"activity": 1, **_AT}),
    "qualifiedCommunication": ("wasInformedBy", {"activity": 1}),
    "qualifiedStart": ("wasStartedBy", _BY),
    "qualifiedEnd": ("wasEndedBy", _BY),
    "qualifiedDerivation": ("wasDerivedFrom", _DERIVED),
    "qualifiedRevision": ("wasDerivedFrom", _DERIVED),
    "qualifiedQuotation": ("wasDerivedFrom", _DERIVED),
    "qualifiedPrimarySource": ("wasDerivedFrom", _DERIVED),
    "qualifiedAttribution": ("wasAttributedTo", {"agent": 1}),
    "qualifiedAssociation": ("wasAssociatedWith", {"agent": 1, "hadPlan": 2}),
    "qualifiedDelegation": ("actedOnBehalfOf", {"agent": 1, "hadActivity": 2}),
    "qualifiedInfluence": ("wasInfluencedBy", {"influencer": 1, "entity": 1, "activity": 1, "agent": 1}),
}


def view_instances(store: Store) -> dict[str, list[Statement]]:
    """The default graph of a store, and each named graph as a bundle of its own, in order of their names."""
    out = {TOPLEVEL: graph_statements(store)}
    for name in sorted(graph.value for graph in store.named_graphs()):
        out[name] = graph_statements(store, [NamedNode(name)])
    return out


def graph_statements(store: Store, graphs: Iterable[Any] | None = None) -> list[Statement]:
    """What some graphs (the default one) together say, as one instance: elements, then relations by predicate."""
    reader = _Reader(store, [DefaultGraph()] if graphs is None else list(graphs))
    said = [*reader.elements(), *reader.qualified()]
    return [*said, *reader.plain({(s.kind, *s.args[:2]) for s in said if s.id is None or s.args})]


class _Reader:
    """The graphs that are read as one."""

    def __init__(self, store: Store, graphs: list[Any]) -> None:
        self.store, self.graphs = store, graphs

    def pairs(self, predicate: str, target: str | None = None) -> list[tuple[str, str]]:
        """Subject and object of each triple with a predicate, sorted."""
        wanted = NamedNode(predicate)
        goal = None if target is None else NamedNode(target)
        return sorted({
            (_text(q.subject), _text(q.object))
            for graph in self.graphs
            for q in self.store.quads_for_pattern(None, wanted, goal, graph)
        })  # fmt: skip

    def values(self, name: str) -> dict[str, list[str]]:
        out: defaultdict[str, list[str]] = defaultdict(list)
        for subject, value in self.pairs(PROV + name):
            out[subject].append(value)
        return out

    def elements(self) -> Iterator[Statement]:
        """Entities, activities with their times, agents; an element with two starts is said twice."""
        kinds: defaultdict[str, dict[str, set[str]]] = defaultdict(dict)
        for class_, kind in _ELEMENTS.items():
            for subject, _ in self.pairs(TYPE, PROV + class_):
                types = kinds[kind].setdefault(subject, set())
                if PROV + class_ in (COLLECTION, EMPTY_COLLECTION):
                    types.add(PROV + class_)
        starts, ends = self.values("startedAtTime"), self.values("endedAtTime")
        for name in (*starts, *ends):
            kinds["activity"].setdefault(name, set())
        for kind in ("entity", "agent"):
            for name, types in sorted(kinds[kind].items()):
                yield Statement(kind, name, (), frozenset(types))
        for name in sorted(kinds["activity"]):
            for start, end in product(_said(starts.get(name)), _said(ends.get(name))):
                yield Statement("activity", name, (start and same_time(start), end and same_time(end)))

    def qualified(self) -> Iterator[Statement]:
        """Relations with properties of their own; an anonymous one has no identifier."""
        values: dict[str, dict[str, list[str]]] = {}
        for predicate, (kind, places) in _QUALIFIED.items():
            for subject, link in self.pairs(PROV + predicate):
                filled: list[list[str]] = [[subject], *([] for _ in KINDS[kind].types[1:])]
                for name, place in places.items():
                    if name not in values:
                        values[name] = self.values(name)
                    found = values[name].get(link, [])
                    filled[place] += map(same_time, found) if name == "atTime" else found
                own = None if link.startswith("_:") else link
                for args in product(*map(_said, filled)):
                    yield Statement(kind, own, args)

    def plain(self, known: set[tuple[str | None, ...]]) -> Iterator[Statement]:
        """Relations of two things, but for those known; mentions, and events of which only the time is said."""
        for predicate, (kind, first, second) in _RELATIONS.items():
            rest: tuple[str | None, ...] = (None,) * (len(KINDS[kind].types) - 2)
            for pair in self.pairs(PROV + predicate):
                one, other = pair[first], pair[second]
                if (kind, one, other) not in known:
                    yield Statement(kind, None, (one, other, *rest))
        bundles = self.values("asInBundle")
        for one, other in self.pairs(PROV + "mentionOf"):
            for bundle in _said(bundles.get(one)):
                yield Statement("mentionOf", None, (one, other, bundle))
        for predicate, kind in _EVENT_TIMES.items():
            for entity, time in self.pairs(PROV + predicate):
                yield Statement(kind, None, (entity, None, same_time(time)))


def _said(values: list[str] | None) -> Sequence[str | None]:
    """The values, or one nothing in the place of none."""
    return values or (None,)


def _text(term: Any) -> str:
    if isinstance(term, BlankNode):
        return f"_:{term.value}"
    return str(term.value) if isinstance(term, NamedNode | Literal) else str(term)
