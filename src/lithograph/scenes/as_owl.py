"""Scenes as individuals of litho:Scene and back, without loss. Knows nothing about YAML or matching.

What each property means stands in docs/reference/vocabulary.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import numpy as np

from lithograph.core.vocabulary import COMMENT, LABEL, LITHO, PREFIXES, TYPE
from lithograph.ontology.axioms import Ontology
from lithograph.ontology.terms import is_literal, literal, literal_parts
from lithograph.scenes.check import checked
from lithograph.scenes.declaration import Coupling, Role, Scene, in_order
from lithograph.scenes.errors import BadSceneFile, SceneWithout

Facts = dict[str, dict[str, list[str]]]  # subject -> predicate -> objects, in order of text


def scenes_from_ontology(ontology: Ontology) -> tuple[Scene, ...]:
    """The scenes an ontology declares, in order of IRI.

    Raises the errors of `scenes.errors`; the place is the scene's IRI.
    """
    ids = ontology.terms.ids
    scene_class, type_id = ids.get(LITHO + "Scene", -1), ids.get(TYPE, -1)
    atoms = ontology.atoms
    found = atoms[(atoms[:, 1] == type_id) & (atoms[:, 2] == scene_class), 0]
    facts = _facts(ontology)
    texts = ontology.terms.texts
    return tuple(_scene(texts[i], facts) for i in np.unique(found).tolist())


def _facts(ontology: Ontology) -> Facts:
    """What is said with the vocabulary's own properties, labels and comments."""
    texts = ontology.terms.texts
    wanted = [i for t, i in ontology.terms.ids.items() if t.startswith(LITHO) or t in (LABEL, COMMENT)]
    facts: Facts = defaultdict(lambda: defaultdict(list))
    for s, p, o in ontology.atoms[np.isin(ontology.atoms[:, 1], wanted)].tolist():
        facts[texts[s]][texts[p]].append(texts[o])
    return facts


def _scene(iri: str, facts: Facts) -> Scene:
    said = facts[iri]
    roles = _ordered(said[LITHO + "hasRole"] + said[LITHO + "focusRole"], facts)
    couplings = _ordered(said[LITHO + "hasCoupling"], facts)
    focus = _one(said, "focusRole")
    axis = _one(said, "axis")
    for part, value in (("axis", axis), ("focusRole", focus), ("hasRole", roles), ("hasCoupling", couplings)):
        if not value:
            raise SceneWithout(iri, f"litho:{part}")
    forms = in_order(_local(form) for form in said[LITHO + "inForm"])
    return checked(
        Scene(
            iri=iri, axis=_local(str(axis)), focus=_name(str(focus), facts),
            roles=tuple(_role(r, facts) for r in roles), couplings=tuple(_coupling(c, facts) for c in couplings),
            forms=forms or ("statement",),
            level=_local(_one(said, "atLevel") or "atom"),
            registers=tuple(sorted(_local(r) for r in said[LITHO + "inRegister"])),
            weight=_number(iri, said, "weight", 1.0), label=_by_language(said[LABEL]),
            comment=_by_language(said[COMMENT]), enabled=_value(said, "enabled") not in ("false", "0"),
            computed=_value(said, "computedBy"),
        ),
        iri,
    )  # fmt: skip


def _ordered(things: list[str], facts: Facts) -> list[str]:
    def key(thing: str) -> tuple[int, str]:
        return _whole(thing, facts[thing], "order", 0), thing

    return sorted(set(things), key=key)


def _one(said: dict[str, list[str]], name: str) -> str | None:
    values = said[LITHO + name]
    return values[0] if values else None


def _value(said: dict[str, list[str]], name: str) -> str | None:
    value = _one(said, name)
    return literal_parts(value)[0] if value is not None and is_literal(value) else value


def _number(thing: str, said: dict[str, list[str]], name: str, default: float) -> float:
    """The number that a property gives a thing. Raises BadSceneFile."""
    value = _value(said, name)
    if value is None:
        return default
    try:
        return float(value)
    except ValueError:
        raise BadSceneFile(thing, f"litho:{name} is no number: '{value}'", "Give a number.") from None


def _whole(thing: str, said: dict[str, list[str]], name: str, default: int) -> int:
    """The whole number that a property gives a thing. Raises BadSceneFile."""
    number = _number(thing, said, name, default)
    if number != number // 1:
        raise BadSceneFile(thing, f"litho:{name} is no whole number: {number}", "Give a whole number.")
    return int(number)


def _local(term: str) -> str:
    return literal_parts(term)[0] if is_literal(term) else term.rsplit("#", 1)[-1].rsplit("/", 1)[-1]


def _name(role: str, facts: Facts) -> str:
    return _value(facts[role], "roleName") or _local(role)


def _by_language(values: list[str]) -> dict[str, str]:
    parts = [literal_parts(value) for value in values]
    return {language or "en": text for text, language, _ in sorted(parts, key=lambda part: (part[1] or "", part[0]))}


def _role(role: str, facts: Facts) -> Role:
    said = facts[role]
    return Role(_name(role, facts), _value(said, "roleKind") or "any", _one(said, "filledBy"),
                _value(said, "many") in ("true", "1"), _whole(role, said, "limit", 6))  # fmt: skip


def _coupling(coupling: str, facts: Facts) -> Coupling:
    said = facts[coupling]
    ends = {name: _one(said, name) for name in ("fromRole", "toRole", "relationRole", "numberRole")}
    names = {name: _name(end, facts) if end else None for name, end in ends.items()}
    for end in ("fromRole", "toRole"):
        if not names[end]:
            raise SceneWithout(coupling, f"litho:{end}")
    sign = _whole(coupling, said, "sign", 0) if _value(said, "sign") is not None else None
    return Coupling(
        source=str(names["fromRole"]), target=str(names["toRole"]), relation=_one(said, "relation"),
        relation_role=names["relationRole"], quantifier=_value(said, "quantifier") or "any",
        negated=_value(said, "negated") in ("true", "1"), sign=sign,
        weight=_number(coupling, said, "weight", 1.0), status=_value(said, "status") or "asserted",
        number_role=names["numberRole"], name=_value(said, "couplingName"), hops=_whole(coupling, said, "hops", 1),
    )  # fmt: skip


def scenes_to_turtle(scenes: Iterable[Scene]) -> str:
    """Turtle that declares scenes: `scenes_from_ontology` of it gives the same values back."""
    lines = [f"@prefix {prefix}: <{PREFIXES[prefix]}> ." for prefix in ("litho", "owl", "rdfs", "xsd")]
    for scene in scenes:
        lines += ["", *_turtle(scene)]
    return "\n".join(lines) + "\n"


def _turtle(scene: Scene) -> list[str]:
    def part(kind: str, name: str) -> str:
        return f"<{scene.iri}.{kind}.{name}>"

    def text(value: str, language: str | None = None) -> str:
        return literal(value, language=language)

    roles = ", ".join(part("role", r.name) for r in scene.roles if r.name != scene.focus)
    couplings = ", ".join(part("coupling", str(i + 1)) for i in range(len(scene.couplings)))
    out = [f"<{scene.iri}> a owl:NamedIndividual, litho:Scene", f"litho:axis litho:{scene.axis}",
           f"litho:atLevel litho:{scene.level}", f"litho:focusRole {part('role', scene.focus)}"]  # fmt: skip
    out += [f"litho:hasRole {roles}"] if roles else []
    out += [f"litho:hasCoupling {couplings}", *(f"litho:inForm litho:{form}" for form in scene.forms)]
    out += [f"litho:inRegister litho:{register}" for register in scene.registers]
    out += [f"litho:weight {scene.weight:.6f}"] if scene.weight != 1 else []
    out += ["litho:enabled false"] if not scene.enabled else []
    out += [f"litho:computedBy {text(scene.computed)}"] if scene.computed else []
    out += [f"rdfs:label {text(value, language)}" for language, value in sorted(scene.label.items())]
    out += [f"rdfs:comment {text(value, language)}" for language, value in sorted(scene.comment.items())]
    lines = [" ;\n    ".join(out) + " ."]
    for i, role in enumerate(scene.roles):
        said = [f"{part('role', role.name)} a owl:NamedIndividual, litho:Role", f"litho:order {i}",
                f"litho:roleName {text(role.name)}", f"litho:roleKind {text(role.kind)}"]  # fmt: skip
        said += [f"litho:filledBy <{role.filled_by}>"] if role.filled_by else []
        said += ["litho:many true"] if role.many else []
        said += [f"litho:limit {role.limit}"] if role.limit != 6 else []
        lines.append(" ;\n    ".join(said) + " .")
    for i, coupling in enumerate(scene.couplings):
        said = [
            f"{part('coupling', str(i + 1))} a owl:NamedIndividual, litho:Coupling", f"litho:order {i}",
            f"litho:fromRole {part('role', coupling.source)}", f"litho:toRole {part('role', coupling.target)}",
        ]  # fmt: skip
        said += [f"litho:relation <{coupling.relation}>"] if coupling.relation else []
        for name, role_name in (("relationRole", coupling.relation_role), ("numberRole", coupling.number_role)):
            said += [f"litho:{name} {part('role', role_name)}"] if role_name else []
        said += [f"litho:quantifier {text(coupling.quantifier)}"] if coupling.quantifier != "any" else []
        said += ["litho:negated true"] if coupling.negated else []
        said += [f"litho:sign {coupling.sign}"] if coupling.sign is not None else []
        said += [f"litho:weight {coupling.weight:.6f}"] if coupling.weight != 1 else []
        said += [f"litho:status {text(coupling.status)}"] if coupling.status != "asserted" else []
        said += [f"litho:couplingName {text(coupling.name)}"] if coupling.name else []
        said += [f"litho:hops {coupling.hops}"] if coupling.hops != 1 else []
        lines.append(" ;\n    ".join(said) + " .")
    return lines
