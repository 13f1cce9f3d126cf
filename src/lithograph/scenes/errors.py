"""What can be wrong with a scene, in one line each. Knows nothing about where it was found."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from lithograph.core.errors import LithographError


def _nearest(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, list(known), 1)
    return f"Did you mean '{near[0]}'?" if near else ""


class UnknownSceneKey(LithographError):
    """A key that no scene, role or coupling has."""

    def __init__(self, place: str, key: str, known: Iterable[str]) -> None:
        names = sorted(known)
        cure = _nearest(key, names) or "Remove it."
        super().__init__(place, f"unknown key '{key}'", facts=f"known: {', '.join(names)}", cure=cure)


class UnknownSceneWord(LithographError):
    """A value outside a closed list: a form, level, quantifier, role kind, status."""

    def __init__(self, place: str, what: str, word: str, known: Iterable[str]) -> None:
        names = list(known)
        cure = _nearest(word, names) or "Use one of these."
        super().__init__(place, f"'{word}' is no {what}", facts=f"there are: {', '.join(names)}", cure=cure)


class UnknownRole(LithographError):
    """A coupling or a focus that names a role the scene does not have."""

    def __init__(self, place: str, role: str, known: Iterable[str]) -> None:
        names = list(known)
        cure = _nearest(role, names) or "Rename it, or add the role."
        super().__init__(place, f"'{role}' is not a role of this scene", facts=f"roles: {', '.join(names)}", cure=cure)


class UnboundRole(LithographError):
    """A role that no coupling binds: it could be filled by anything."""

    def __init__(self, place: str, role: str) -> None:
        super().__init__(place, f"nothing binds role '{role}'", cure="Add a coupling that ends in it, or remove it.")


class BadJoin(LithographError):
    """Couplings that cannot be matched together."""

    def __init__(self, place: str, problem: str, cure: str) -> None:
        super().__init__(place, problem, cure=cure)


class RoleWithoutFiller(LithographError):
    """A declared scene one of whose roles nothing in the ontology can fill: it would print nothing, in silence."""

    def __init__(self, scene: str, role: str, wanted: str) -> None:
        super().__init__(f"scene {scene}, role {role}", "nothing in the ontology fills it", facts=wanted,
                         cure="Loosen the role or its coupling, or name the scene in scenes_off.")  # fmt: skip


class UnknownRelation(LithographError):
    """A coupling whose relation is no property of the ontology: it can never match."""

    def __init__(self, place: str, relation: str, known: Iterable[str]) -> None:
        name = relation.rsplit("#", 1)[-1].rsplit("/", 1)[-1]
        cure = _nearest(name, known) or "Correct the name, or declare the property."
        super().__init__(place, f"its relation <{relation}> is no property of this ontology", cure=cure)


class RegisterWithoutTemplate(LithographError):
    """A scene that asks for a register in which nothing says it."""

    def __init__(self, scene: str, register: str, written: Iterable[str]) -> None:
        found = ", ".join(written) or "none"
        cure = "Write one, or take the register out of the scene."
        super().__init__(
            f"scene {scene}",
            f"no template says it in the register '{register}'",
            facts=f"there are: {found}",
            cure=cure,
        )


class SceneWithout(LithographError):
    """A scene that lacks a part no scene can do without."""

    def __init__(self, place: str, part: str) -> None:
        super().__init__(place, f"the scene has no {part}", cure=f"Add {part}.")


class BadSceneFile(LithographError):
    """A scene file that cannot be read as one."""

    def __init__(self, place: str, problem: str, cure: str = "") -> None:
        super().__init__(place, problem, cure=cure or "Write scenes as 'Name: {axis: …, roles: …, couplings: …}'.")
