"""Whether a scene is whole: every name it uses is one it has. Knows nothing about graphs."""

from __future__ import annotations

from lithograph.scenes.declaration import FILLERS, FORMS, LEVELS, QUANTIFIERS, STATUSES, Coupling, Scene
from lithograph.scenes.errors import BadJoin, BadSceneFile, SceneWithout, UnboundRole, UnknownRole, UnknownSceneWord

LONGEST = 6
"""Claims that a path may be long: there are too many beyond, and nobody would follow them."""


def checked(scene: Scene, place: str) -> Scene:
    """The scene itself, if it is whole.

    Raises UnknownSceneWord, UnknownRole, UnboundRole, SceneWithout, BadSceneFile, BadJoin.
    """
    names = scene.role_names
    if not scene.couplings:
        raise SceneWithout(place, "couplings")
    if scene.focus not in names:
        raise UnknownRole(f"{place}, focus", scene.focus, names)
    _one_of(scene.level, "level", LEVELS, place)
    for form in scene.forms:
        _one_of(form, "form", FORMS, place)
    if not 0 < scene.weight < float("inf"):
        raise BadSceneFile(place, f"weight {scene.weight} is not a number above 0")
    for role in scene.roles:
        _one_of(role.kind, "role kind", FILLERS, f"{place}, role {role.name}")
        if role.limit < 1:
            raise BadSceneFile(f"{place}, role {role.name}", f"limit {role.limit} is below 1")
    bound: set[str] = set()
    for i, coupling in enumerate(scene.couplings):
        where = f"{place}, coupling {i + 1}"
        ends = [n for n in (coupling.source, coupling.target, coupling.relation_role, coupling.number_role) if n]
        for name in ends:
            if name not in names:
                raise UnknownRole(where, name, names)
        bound.update(ends)
        _one_of(coupling.quantifier, "quantifier", QUANTIFIERS, where)
        _one_of(coupling.status, "status", STATUSES, where)
        if coupling.sign not in (None, -1, 0, 1):
            raise UnknownSceneWord(where, "sign", str(coupling.sign), ("1", "0", "-1"))
        if not 1 <= coupling.hops <= LONGEST:
            raise BadSceneFile(where, f"hops {coupling.hops} is outside 1 … {LONGEST}")
        if coupling.hops > 1 and (coupling.sign not in (-1, 1) or not coupling.name or coupling.relation_role):
            raise BadJoin(where, "a path needs a sign and a name, and no role for its relation",
                          "Give it `sign: 1` or `sign: -1` and a `name`, or leave `hops` out.")  # fmt: skip
        if not 0 < coupling.weight <= 1:
            raise BadSceneFile(where, f"weight {coupling.weight} is outside (0, 1]")
    for name in names:
        if name not in bound:
            raise UnboundRole(place, name)
    _joined(scene, place)
    return scene


def _joined(scene: Scene, place: str) -> None:
    """Refuse couplings that cannot be joined: every single role must hang together with the focus."""
    many = {role.name for role in scene.roles if role.many}
    if scene.focus in many:
        raise BadJoin(f"{place}, focus", f"'{scene.focus}' collects many fillers", "Name a role with one filler.")
    numbers = {c.number_role for c in scene.couplings if c.number_role}
    reached = {scene.focus}
    filled: set[str] = set()
    core = [_variables(c) for c in scene.couplings if not many & {c.source, c.target}]
    while found := [names for names in core if names & reached and not names <= reached]:
        reached.update(*found)
    for i, coupling in enumerate(scene.couplings):
        where = f"{place}, coupling {i + 1}"
        ends = {coupling.source, coupling.target}
        if clash := sorted(numbers & (ends | {coupling.relation_role})):
            raise BadJoin(where, f"role '{clash[0]}' is a number elsewhere", "Give the number a role of its own.")
        if ends <= many:
            raise BadJoin(where, "both of its roles collect many fillers", "Let one of them have one filler.")
        if twice := sorted(ends & filled):
            raise BadJoin(where, f"role '{twice[0]}' collects from another coupling already", "Give it one coupling.")
        filled |= ends & many
        if ends & many and (coupling.relation_role or coupling.number_role):
            raise BadJoin(where, "it collects many fillers, so no role can hold its relation or number",
                          "Name the relation, or let the role have one filler.")  # fmt: skip
        if not (ends - many) <= reached:
            raise BadJoin(where, f"nothing joins it to the focus '{scene.focus}'",
                          "Add a coupling between them, or make two scenes of it.")  # fmt: skip


def _variables(coupling: Coupling) -> set[str]:
    names = (coupling.source, coupling.target, coupling.relation_role, coupling.number_role)
    return {name for name in names if name}


def _one_of(word: str, what: str, known: tuple[str, ...], place: str) -> None:
    if word not in known:
        raise UnknownSceneWord(place, what, word, known)
