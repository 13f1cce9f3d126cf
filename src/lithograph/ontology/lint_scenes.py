"""What is wrong with the scenes that an ontology declares, as triples. Knows nothing about matching or printing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from lithograph.core import vocabulary as v
from lithograph.ontology.survey import ANNOTATION, CLASS, DATA, OBJECT, Survey
from lithograph.ontology.terms import Term, is_literal, literal_parts

HAS_ROLE, FOCUS, HAS_COUPLING = v.LITHO + "hasRole", v.LITHO + "focusRole", v.LITHO + "hasCoupling"
ENDS = ("fromRole", "toRole", "relationRole", "numberRole")
Problem = tuple[Term, str, str]


def scene_problems(facts: Survey, built_in: tuple[str, ...]) -> Iterator[Problem]:
    """(IRI, problem, cure) for every scene, role and coupling that is not whole; built-in relations are properties."""
    said: dict[Term, dict[str, list[Term]]] = defaultdict(dict)
    for (subject, relation), values in facts.said.items():
        said[subject][relation.removeprefix(v.LITHO)] = values
    scenes = sorted(s for s, types in facts.types.items() if v.LITHO + "Scene" in types)
    for scene in scenes:
        yield from _scene(scene, said, facts, built_in)
    owned = {c for scene in scenes for c in said[scene].get("hasCoupling", [])}
    for coupling in sorted(s for s, types in facts.types.items() if v.LITHO + "Coupling" in types):
        if coupling not in owned:
            yield coupling, "is a coupling of no scene", "Name it with litho:hasCoupling, or remove it."


def _scene(
    scene: Term, said: dict[Term, dict[str, list[Term]]], facts: Survey, built_in: tuple[str, ...]
) -> Iterator[Problem]:
    own = said[scene]
    roles = sorted({*own.get("hasRole", []), *own.get("focusRole", [])})
    couplings = sorted(set(own.get("hasCoupling", [])))
    if "enabled" in own and not couplings and not roles:
        return  # switches a standard scene off
    if not couplings:
        yield scene, "has no coupling", "Add litho:hasCoupling: a scene without one matches nothing."
    if "focusRole" not in own:
        yield scene, "has no focus", "Name the role that an example is about with litho:focusRole."
    names: dict[str, Term] = {}
    for role in roles:
        held = said.get(role, {})
        name = _text(held.get("roleName"))
        if name is None:
            yield role, "is a role without a name", "Add litho:roleName."
        elif names.setdefault(name, role) != role:
            yield role, f"has the same role name '{name}' as another role of its scene", "Rename one of them."
        for filler in held.get("filledBy", []):
            if CLASS not in facts.declared.get(filler, ()) and not filler.startswith(built_in):
                yield role, f"is filled by <{filler}>, which is no class here", "Correct litho:filledBy."
    bound: set[Term] = set()
    for coupling in couplings:
        held = said.get(coupling, {})
        ends = [e for end in ENDS for e in held.get(end, [])]
        bound.update(ends)
        yield from _coupling(coupling, held, set(roles), facts, built_in)
    for role in roles:
        if couplings and role not in bound:
            name = _text(said.get(role, {}).get("roleName")) or role
            yield scene, f"its role '{name}' is in no coupling, so nothing can fill it", "Bind it, or remove the role."


def _coupling(
    coupling: Term, held: dict[str, list[Term]], roles: set[Term], facts: Survey, built_in: tuple[str, ...]
) -> Iterator[Problem]:
    for end in ENDS[:2]:
        if end not in held:
            yield coupling, f"has no litho:{end}", "Name the role at that end."
    for end in ENDS:
        for role in held.get(end, []):
            if role not in roles:
                problem = f"its litho:{end} is <{role}>, which is not a role of its scene"
                yield coupling, problem, "Name one of the scene's roles, or add it with litho:hasRole."
    for relation in held.get("relation", []):
        kinds = facts.declared.get(relation, set())
        if not kinds & {OBJECT, DATA, ANNOTATION} and not relation.startswith(built_in):
            problem = f"its litho:relation is <{relation}>, which is no property here"
            yield coupling, problem, "Correct the name, or declare the property."
    if not held.get("relation") and not held.get("relationRole"):
        yield coupling, "names no relation", "Add litho:relation, or litho:relationRole to take any."


def _text(values: list[Term] | None) -> str | None:
    if not values:
        return None
    return literal_parts(values[0])[0] if is_literal(values[0]) else values[0]
