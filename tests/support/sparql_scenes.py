"""The instances of a scene by plain SPARQL over the claims as triples: a second way to the same answer."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pyoxigraph as ox

from lithograph.core import vocabulary as v
from lithograph.ontology.graph import ClaimGraph, Kind, Quantifier, Truth
from lithograph.scenes.declaration import Coupling, Role, Scene
from lithograph.scenes.matching import SCHEMA_RELATIONS, SPOKEN_ELSEWHERE

E = "http://claim/"
KINDS = {"class": Kind.CLASS, "individual": Kind.INDIVIDUAL, "property": Kind.OBJECT_PROPERTY | Kind.DATA_PROPERTY,
         "literal": Kind.LITERAL}  # fmt: skip
NUMBERS = {"number": ("MIN", "MAX", "EXACTLY")}
Fillers = tuple[object, ...]


def term(number: int) -> ox.NamedNode:
    """A term by its id, literals too."""
    return ox.NamedNode(f"{E}t{number}")


def store_of(graph: ClaimGraph, unspoken: np.ndarray) -> ox.Store:
    """Each claim as a node with its columns; each term with its kinds; each property with those above it."""
    store = ox.Store()
    quads = []

    def say(subject: ox.NamedNode, name: str, value: object) -> None:
        node = value if isinstance(value, ox.NamedNode) else ox.Literal(value)  # type: ignore[arg-type]
        quads.append(ox.Quad(subject, ox.NamedNode(E + name), node))

    for i in range(len(graph)):
        claim = ox.NamedNode(f"{E}c{i}")
        for name, column in (("s", graph.subject), ("r", graph.relation), ("o", graph.object)):
            say(claim, name, term(int(column[i])))
        say(claim, "q", Quantifier(graph.quantifier[i]).name)
        say(claim, "n", int(graph.number[i]))
        say(claim, "sign", int(graph.sign[i]))
        say(claim, "negated", bool(graph.negated[i]))
        say(claim, "truth", Truth(int(graph.truth[i])).name.lower())
    for i, flags in enumerate(graph.kinds.tolist()):
        if not flags & Kind.DEPRECATED and i not in unspoken:
            for name, kind in KINDS.items():
                if flags & kind:
                    say(term(i), "may", name)
            if not flags & Kind.LITERAL:
                say(term(i), "may", "any")
    for relation in {*graph.relation.tolist(), *graph.narrower}:
        say(term(relation), "below", term(relation))
        if graph.ontology.terms.texts[relation] not in SPOKEN_ELSEWHERE:
            say(term(relation), "plain", True)
        for narrow in graph.narrower.get(relation, np.empty(0, np.int32)).tolist():
            say(term(narrow), "below", term(relation))
    store.bulk_extend(quads)
    return store


def coupling_pattern(graph: ClaimGraph, coupling: Coupling, place: int) -> str:
    """A coupling as a group graph pattern; its claim is ?c<place>."""
    c, r, id_of = f"?c{place}", f"?r{place}", graph.ontology.terms.id
    negated = "true" if coupling.negated else "false"
    lines = [f"{c} :s ?{coupling.source} ; :r {r} ; :o ?{coupling.target} ; :q ?q{place} ; :n ?n{place} ;"
             f" :negated {negated} ."]  # fmt: skip
    if coupling.relation:
        relation = f":t{id_of(coupling.relation)}" if id_of(coupling.relation) >= 0 else "<http://nowhere/>"
        lines.append(f"{r} :below {relation} .")
        denied = coupling.negated or coupling.status in ("refuted", "unknown", "not_entailed")
        if coupling.relation in SCHEMA_RELATIONS or (denied and not coupling.relation_role):
            lines.append(f"FILTER({r} = {relation})")
        elif not coupling.relation_role:
            upwards = '"SCHEMA","SOME","VALUE","INDIVIDUAL","MIN","ANNOTATION"'
            upwards += ',"EXACTLY"' if coupling.quantifier == "any" else ""
            lines.append(f"FILTER({r} = {relation} || ?q{place} IN ({upwards}))")
    else:
        lines.append(f"{r} :plain true .")
    if coupling.relation_role:
        lines.append(f"BIND({r} AS ?{coupling.relation_role}_{place})")
    if coupling.number_role:
        lines.append(f"BIND(?n{place} AS ?{coupling.number_role}_{place})")
    if coupling.quantifier == "any":
        lines.append(f'FILTER(?q{place} NOT IN ("ONLY", "MAX") && !(?q{place} IN ("MIN", "EXACTLY") && ?n{place} = 0))')
    else:
        names = NUMBERS.get(coupling.quantifier, (coupling.quantifier.upper(),))
        lines.append(f"VALUES ?q{place} {{ {' '.join(repr(n) for n in names)} }}")
    if coupling.sign is not None:
        lines.append(f"{c} :sign {coupling.sign} .")
    truths = {"any": ("asserted", "entailed"), "not_entailed": ("refuted", "unknown")}.get(
        coupling.status, (coupling.status,)
    )
    lines.append(f"{c} :truth ?truth{place} . VALUES ?truth{place} {{ {' '.join(repr(t) for t in truths)} }}")
    return "\n".join(lines)


def role_pattern(graph: ClaimGraph, role: Role) -> str:
    """What may fill a role."""
    lines = [f'FILTER EXISTS {{ ?{role.name} :may "{role.kind}" }}']
    if role.filled_by:
        top = f":t{graph.ontology.terms.id(role.filled_by)}"
        below = [f":t{graph.ontology.terms.id(iri)}" for iri in (v.SUBCLASS_OF, v.TYPE)]
        holds = 'VALUES ?ut { "asserted" "entailed" }'
        under = f"?u :s ?{role.name} ; :r ?ur ; :o {top} ; :truth ?ut . {holds} FILTER(?ur IN ({', '.join(below)}))"
        lines.append(f"FILTER(?{role.name} = {top} || EXISTS {{ {under} }})")
    return "\n".join(lines)


def asked(store: ox.Store, names: list[str], body: str) -> list[Fillers]:
    """The answers: terms as their ids, numbers as they are."""
    text = f"PREFIX : <{E}>\nSELECT {' '.join('?' + n for n in names)} WHERE {{\n{body}\n}}"
    answers = store.query(text)

    def value(node: object) -> int:
        return int(node.value.removeprefix(E + "t"))  # type: ignore[attr-defined]

    return sorted(tuple(value(answer[n]) for n in names) for answer in answers)  # type: ignore[union-attr]


def instances_by_sparql(graph: ClaimGraph, scene: Scene, store: ox.Store) -> list[Fillers]:
    """Each instance as the fillers of its single roles by name, then for each many-role by name its list."""
    roles = {role.name: role for role in scene.roles}
    many = sorted(name for name, role in roles.items() if role.many)
    numbers = {c.number_role for c in scene.couplings if c.number_role}
    core = [c for c in scene.couplings if not {c.source, c.target} & set(many)]
    singles = sorted(name for name in roles if name not in many)
    lists: dict[str, dict[int, list[int]]] = {}
    for coupling in scene.couplings:
        if coupling not in core:
            forward = coupling.target in many
            name, source = (coupling.target, coupling.source) if forward else (coupling.source, coupling.target)
            body = coupling_pattern(graph, coupling, 0) + role_pattern(graph, roles[name])
            found: dict[int, list[int]] = defaultdict(list)
            for key, filler in asked(store, [source, name], body + f"FILTER(?{source} != ?{name})"):
                found[key].append(filler)  # type: ignore[index,arg-type]
            lists[name] = {key: fillers[: roles[name].limit] for key, fillers in found.items()}
    sources = {(c.target if c.target in many else c.source): (c.source if c.target in many else c.target)
               for c in scene.couplings if c not in core}  # fmt: skip
    if core:
        answers = asked(store, singles, joined(graph, scene, core, [roles[n] for n in singles], numbers))
    else:
        keys = " ".join(f":t{k}" for k in sorted({k for found in lists.values() for k in found}))
        body = f"VALUES ?{scene.focus} {{ {keys} }}" + role_pattern(graph, roles[scene.focus])
        answers = asked(store, singles, body)
    out = []
    for answer in answers:
        by_name = dict(zip(singles, answer, strict=True))
        collected = tuple(tuple(lists[name].get(by_name[sources[name]], ())) for name in many)  # type: ignore[arg-type]
        in_question = {c.target if c.target in many else c.source for c in scene.couplings if c not in core
                       and c.status in ("refuted", "unknown", "not_entailed")}  # fmt: skip
        wanted = set(many) if scene.level == "tableau" else in_question
        whole = all(found for name, found in zip(many, collected, strict=True) if name in wanted)
        if whole and (core or any(collected)):
            out.append((*answer, *collected))
    return sorted(out)


def joined(
    graph: ClaimGraph, scene: Scene, core: list[Coupling], roles: list[Role], numbers: set[str | None]
) -> str:  # fmt: skip
    """The couplings between single roles, what may fill these, and that no two have one filler."""
    parts = [coupling_pattern(graph, coupling, i) for i, coupling in enumerate(core)]
    bound: set[str] = set()
    for i, coupling in enumerate(core):
        for name in (coupling.relation_role, coupling.number_role):
            if name:
                parts.append(f"FILTER(?{name} = ?{name}_{i})" if name in bound else f"BIND(?{name}_{i} AS ?{name})")
                bound.add(name)
    parts += [role_pattern(graph, role) for role in roles if role.name not in numbers]
    names = [role.name for role in roles if role.name not in numbers]
    parts += [f"FILTER(?{a} != ?{b})" for i, a in enumerate(names) for b in names[i + 1 :]]
    return "\n".join(parts)
