"""Whether a scene is whole: every name it uses is one it has. Knows nothing about graphs."""

from __future__ import annotations

from lithograph.scenes.declaration import FILLERS, FORMS, LEVELS, QUANTIFIERS, STATUSES, Scene
from lithograph.scenes.errors import BadSceneFile, SceneWithout, UnboundRole, UnknownRole, UnknownSceneWord


def checked(scene: Scene, place: str) -> Scene:
    """The scene itself, if it is whole.

    Raises UnknownSceneWord, UnknownRole, UnboundRole, SceneWithout, BadSceneFile.
    """
    names = scene.role_names
    if not scene.couplings:
        raise SceneWithout(place, "couplings")
    if scene.focus not in names:
        raise UnknownRole(f"{place}, focus", scene.focus, names)
    _one_of(scene.level, "level", LEVELS, place)
    for form in scene.forms:
        _one_of(form, "form", FORMS, place)
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
        if not 0 < coupling.weight <= 1:
            raise BadSceneFile(where, f"weight {coupling.weight} is outside (0, 1]")
    for name in names:
        if name not in bound:
            raise UnboundRole(place, name)
    return scene


def _one_of(word: str, what: str, known: tuple[str, ...], place: str) -> None:
    if word not in known:
        raise UnknownSceneWord(place, what, word, known)
