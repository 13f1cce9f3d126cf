"""Scenes to instances: the ways in which a scene's couplings hold in a claim graph. Knows nothing about text.

The join is the one of `reason.patterns`; a plain SPARQL query over the same claims is its reference in the tests.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lithograph.core import vocabulary as v
from lithograph.ontology.graph import ClaimGraph, Ints, Kind, Quantifier, Truth
from lithograph.ontology.manchester import short_name
from lithograph.reason.patterns import HOLDING, ClaimIndex, Pattern, Rows, match
from lithograph.scenes.declaration import IN_QUESTION, Coupling, Role, Scene
from lithograph.scenes.finders.mapping import find_mappings
from lithograph.scenes.finders.paths import paths_of
from lithograph.scenes.finders.riddle import find_riddles
from lithograph.scenes.instances import Instances, Lists
from lithograph.scenes.witness import says_so, witnesses

KIND_OF_FILLER: dict[str, Kind] = {
    "class": Kind.CLASS,
    "individual": Kind.INDIVIDUAL,
    "property": Kind.OBJECT_PROPERTY | Kind.DATA_PROPERTY,
    "literal": Kind.LITERAL,
}
QUANTIFIERS_OF_NAME: dict[str, tuple[Quantifier, ...]] = {q.name.lower(): (q,) for q in Quantifier} | {
    "any": (),
    "number": (Quantifier.MIN, Quantifier.MAX, Quantifier.EXACTLY),
}
TRUTHS_OF_STATUS: dict[str, tuple[Truth, ...]] = {
    "asserted": (Truth.ASSERTED,), "entailed": (Truth.ENTAILED,), "any": HOLDING, "refuted": (Truth.REFUTED,),
    "unknown": (Truth.UNKNOWN,), "not_entailed": (Truth.REFUTED, Truth.UNKNOWN),
}  # fmt: skip
SCHEMA_RELATIONS = frozenset({
    v.SUBCLASS_OF, v.SUBPROPERTY_OF, v.EQUIVALENT_CLASS, v.EQUIVALENT_PROPERTY, v.DISJOINT_WITH,
    v.PROPERTY_DISJOINT_WITH, v.INVERSE_OF, v.DOMAIN, v.RANGE, v.TYPE, v.SAME_AS, v.DIFFERENT_FROM,
    v.SKOS + "definition", v.SKOS + "altLabel",
})  # fmt: skip
"""Relations of the language itself."""
SPOKEN_ELSEWHERE = SCHEMA_RELATIONS | {
    v.LITHO + name
    for name in ("analogousTo", "symbolises", "symbolisedBy", "paradoxCause", "paradoxEffect", "gainPath", "lossPath",
                 "resolves", "resolvedBy")
}  # fmt: skip
"""Relations that have scenes of their own: where any relation will do, these do not."""


def find_instances(graph: ClaimGraph, scene: Scene, index: ClaimIndex, unspoken: Ints) -> Instances:
    """All instances of a scene.

    Different roles have different fillers. No filler is deprecated or among `unspoken` (classes that can have no
    member). Couplings between single roles are joined; a coupling to a many-role collects, per filler of its
    source, at most the role's limit, and an instance needs at least one of them in all; of claims in question, and in a
    tableau, at least one of each coupling.
    """
    if scene.computed in FINDERS:
        return FINDERS[scene.computed](graph, scene, unspoken)
    many = {role.name for role in scene.roles if role.many}
    core = [c for c in scene.couplings if c.source not in many and c.target not in many and c.hops == 1]
    collecting = [c for c in scene.couplings if c.source in many or c.target in many]
    dropped: Counter[str] = Counter()
    paths = [paths_of(graph, coupling, dropped) for coupling in scene.couplings if coupling.hops > 1]
    collected = [_collect(graph, scene, c, index, unspoken) for c in collecting]
    if core:
        columns, rows = _join(graph, core, index)
    elif paths:
        columns, rows = paths[0].ends(), np.empty((len(paths[0].sources), 0), np.int64)
    else:
        focus = np.unique(np.concatenate([c.keys for c in collected]))
        columns, rows = {scene.focus: focus.astype(np.int64)}, np.empty((len(focus), 0), np.int64)
    for path in paths:
        led = path.leads(columns)
        columns, rows = {name: column[led] for name, column in columns.items()}, rows[led]
    for collector in (c for c in collected if c.in_question):  # before anything is counted as dropped
        asked = np.isin(columns[collector.source], collector.keys)
        columns, rows = {name: column[asked] for name, column in columns.items()}, rows[asked]
    keep = _fitting(graph, scene, columns, unspoken, dropped)
    columns, rows = {name: c[keep] for name, c in columns.items()}, rows[keep]
    order = np.lexsort([columns[name] for name in sorted(columns, reverse=True)])
    columns, rows = {name: c[order] for name, c in columns.items()}, witnesses(graph, core, rows[order], index)
    lists = {c.role: c.lookup(c.fillers, columns[c.source]) for c in collected}
    facts = {c.name: c.lookup(c.rows, columns[c.source]) for c in collected}
    facts |= {path.name: path.of(columns) for path in paths}
    claims = _gather(rows, list(facts.values()))
    singles = {name: column.astype(np.int32) for name, column in columns.items()}
    found = Instances(scene, singles, lists, facts, claims, dict(sorted(dropped.items())))
    empty = np.diff(claims.offsets) == 0
    if scene.level == "tableau":  # a whole scene: nothing of it may be missing
        empty |= np.logical_or.reduce([np.diff(c.offsets) == 0 for c in lists.values()])
    return found.take(np.flatnonzero(~empty)) if empty.any() else found


Finder = Callable[[ClaimGraph, Scene, Ints], Instances]
FINDERS: dict[str, Finder] = {"structure-mapping": find_mappings, "most-general": find_riddles}
"""Graph rules that find their instances themselves (docs/reference/scenes.md)."""


def role_without_filler(graph: ClaimGraph, scene: Scene, index: ClaimIndex) -> tuple[str, str] | None:
    """The first role that no claim of one of its couplings can fill, and what it wants; None where each has one.

    Roles are looked at one by one: a scene of which each role has fillers can still have no instance.
    """
    for role in scene.roles:
        for coupling in scene.couplings:
            rows = _candidates(graph, coupling, index)
            for end, column in ((coupling.source, graph.subject), (coupling.target, graph.object),
                                (coupling.relation_role, graph.relation)):  # fmt: skip
                if end == role.name and not _fills(graph, role, column[rows].astype(np.int64)).any():
                    return role.name, _wanted(role, coupling)
            if coupling.number_role == role.name and not len(rows):
                return role.name, _wanted(role, coupling)
    return None


def _wanted(role: Role, coupling: Coupling) -> str:
    kind = "something" if role.kind == "any" else f"a{'n' * (role.kind[0] in 'aeiou')} {role.kind}"
    below = f" that is or falls under {short_name(role.filled_by)}" if role.filled_by else ""
    relation = short_name(coupling.relation) if coupling.relation else "any relation"
    return f"wanted: {kind}{below}, in a claim {coupling.source} – {relation} – {coupling.target}"


def _pattern(coupling: Coupling, place: int = 0) -> Pattern:
    quantifiers = QUANTIFIERS_OF_NAME[coupling.quantifier]
    role = f"?{coupling.relation_role}" if coupling.relation_role else None
    relation = coupling.relation or role or f"?relation {place}"  # a blank: no role's name
    number = f"?{coupling.number_role}" if coupling.number_role else None
    return Pattern(f"?{coupling.source}", relation, f"?{coupling.target}", quantifiers, number=number,
                   negated=coupling.negated,
                   sign=coupling.sign if coupling.hops == 1 else None, narrower=coupling.relation is not None
                   and coupling.relation not in SCHEMA_RELATIONS,
                   relation_as=role if coupling.relation else None,
                   truths=TRUTHS_OF_STATUS[coupling.status])  # fmt: skip


def _candidates(graph: ClaimGraph, coupling: Coupling, index: ClaimIndex) -> Rows:
    rows = index.candidates(_pattern(coupling))
    keep = says_so(graph, coupling, rows)
    if coupling.relation is None:
        elsewhere = [graph.ontology.terms.id(iri) for iri in sorted(SPOKEN_ELSEWHERE)]
        keep &= ~np.isin(graph.relation[rows], elsewhere)
    return rows[keep]


def _join(graph: ClaimGraph, core: list[Coupling], index: ClaimIndex) -> tuple[dict[str, Rows], Rows]:
    found = match(
        graph,
        [_pattern(c, i) for i, c in enumerate(core)],
        {i: _candidates(graph, c, index) for i, c in enumerate(core)},
    )
    columns = {name[1:]: c for name, c in found.columns.items() if " " not in name}
    return columns, np.stack(found.rows, axis=1)


def _fitting(
    graph: ClaimGraph, scene: Scene, columns: dict[str, Rows], unspoken: Ints, dropped: Counter[str]
) -> NDArray[np.bool_]:
    """Which candidates fill every role by something that may fill it."""
    n = len(next(iter(columns.values())))
    keep = np.ones(n, bool)
    numbers = {c.number_role for c in scene.couplings if c.number_role}
    roles = {role.name: role for role in scene.roles if role.name in columns and role.name not in numbers}
    for role in roles.values():
        keep &= _fills(graph, role, columns[role.name])  # a role's kind is part of the pattern: no candidate is lost
    for role in roles.values():
        fillers = columns[role.name]
        _drop(keep, (graph.kinds[fillers] & Kind.DEPRECATED) == 0, "deprecated", dropped)
        _drop(keep, ~np.isin(fillers, unspoken), "class that can have no member", dropped)
    names = sorted(roles)
    for i, left in enumerate(names):
        for right in names[i + 1 :]:
            _drop(keep, columns[left] != columns[right], "one filler in two roles", dropped)
    return keep


def _drop(keep: NDArray[np.bool_], fits: NDArray[np.bool_], reason: str, dropped: Counter[str]) -> None:
    lost = int((keep & ~fits).sum())
    if lost:
        dropped[reason] += lost
    keep &= fits


def _fills(graph: ClaimGraph, role: Role, fillers: Rows) -> NDArray[np.bool_]:
    """Whether each filler is of the role's kind and, where it names a class, below it or a member of it."""
    fits = np.ones(len(fillers), bool)
    if role.kind in KIND_OF_FILLER:
        fits &= (graph.kinds[fillers] & KIND_OF_FILLER[role.kind]) > 0
    else:
        fits &= (graph.kinds[fillers] & Kind.LITERAL) == 0
    if role.filled_by:
        top = graph.ontology.terms.id(role.filled_by)
        relations = [graph.ontology.terms.id(iri) for iri in (v.SUBCLASS_OF, v.TYPE)]
        under = graph.subject[(graph.object == top) & np.isin(graph.relation, relations) & graph.holds]
        fits &= np.isin(fillers, under) | (fillers == top)
    return fits


@dataclass(frozen=True, slots=True)
class _Collected:
    """What a coupling to a many-role collects: for each sorted key (filler of the source) a list."""

    name: str
    source: str
    role: str
    keys: Rows
    offsets: NDArray[np.int64]
    fillers: Ints
    rows: Ints
    in_question: bool

    def lookup(self, values: Ints, sources: Rows) -> Lists:
        """The lists of given fillers of the source; empty where nothing was collected."""
        place = np.searchsorted(self.keys, sources)
        found = np.zeros(len(sources), bool)
        inside = place < len(self.keys)
        found[inside] = self.keys[place[inside]] == sources[inside]
        offsets = np.append(self.offsets, self.offsets[-1])  # one more key, with an empty list
        return Lists(offsets, values).take(np.where(found, place, len(self.keys)))


def _collect(graph: ClaimGraph, scene: Scene, coupling: Coupling, index: ClaimIndex, unspoken: Ints) -> _Collected:
    roles = {role.name: role for role in scene.roles}
    forward = roles[coupling.target].many
    role, source = (coupling.target, coupling.source) if forward else (coupling.source, coupling.target)
    rows = _candidates(graph, coupling, index)
    keys, fillers = (graph.subject, graph.object) if forward else (graph.object, graph.subject)
    keep = _fills(graph, roles[role], fillers[rows].astype(np.int64))
    keep &= (graph.kinds[fillers[rows]] & Kind.DEPRECATED) == 0
    keep &= ~np.isin(fillers[rows], unspoken) & (keys[rows] != fillers[rows])
    rows = rows[keep]
    rows = rows[np.lexsort((rows, fillers[rows], keys[rows]))]
    distinct, start, counts = np.unique(keys[rows], return_index=True, return_counts=True)
    within = np.arange(len(rows)) - np.repeat(start, counts)
    rows = rows[within < roles[role].limit]
    offsets = np.concatenate((np.zeros(1, np.int64), np.cumsum(np.minimum(counts, roles[role].limit))))
    return _Collected(coupling.name or role, source, role, distinct.astype(np.int64), offsets,
                      fillers[rows].astype(np.int32), rows.astype(np.int32),
                      coupling.status in IN_QUESTION)  # fmt: skip


def _gather(core: Rows, facts: list[Lists]) -> Lists:
    """Core claims and collected claims of each instance, one list a row."""
    n, width = core.shape
    counts = np.full(n, width, np.int64)
    for lists in facts:
        counts += np.diff(lists.offsets)
    offsets = np.concatenate((np.zeros(1, np.int64), np.cumsum(counts)))
    values = np.empty(int(offsets[-1]), np.int32)
    place = offsets[:-1].copy()
    for column in range(width):
        values[place] = core[:, column]
        place += 1
    for lists in facts:
        lengths = np.diff(lists.offsets)
        inner = np.arange(len(lists.values)) - np.repeat(lists.offsets[:-1], lengths)
        values[np.repeat(place, lengths) + inner] = lists.values
        place += lengths
    return Lists(offsets, values)
