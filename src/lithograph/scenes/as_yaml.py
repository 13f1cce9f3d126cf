"""Scenes as YAML and back, without loss. Knows nothing about OWL or matching."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from lithograph.core.vocabulary import LITHO, PREFIXES
from lithograph.scenes.check import checked
from lithograph.scenes.declaration import Coupling, Role, Scene, in_order
from lithograph.scenes.errors import BadSceneFile, SceneWithout, UnknownSceneKey

SCENE_KEYS = ("iri", "axis", "label", "comment", "focus", "level", "forms", "registers", "roles", "couplings", "weight",
              "enabled", "computed")  # fmt: skip
ROLE_KEYS = ("kind", "filled_by", "many", "limit")
COUPLING_KEYS = ("from", "to", "relation", "relation_role", "quantifier", "negated", "sign", "weight", "status",
                 "number_role", "name", "hops")  # fmt: skip


def scenes_from_yaml(text: str, place: str, prefixes: Mapping[str, str] = PREFIXES) -> tuple[Scene, ...]:
    """The scenes of a YAML text, in its order; `place` names the file in errors.

    Raises the errors of `scenes.errors`, each with the file and the scene it is about.
    """
    try:
        document = yaml.load(text, _OnceEach)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{place}:{mark.line + 1}" if mark else place
        raise BadSceneFile(where, f"this is not YAML: {getattr(error, 'problem', error)}") from None
    if document is None:
        return ()
    if not isinstance(document, dict):
        raise BadSceneFile(place, "there is no scene in it")
    own = _mapping(document, "prefixes", place)
    document.pop("prefixes", None)
    known = {**PREFIXES, **prefixes, **{prefix: str(iri) for prefix, iri in own.items()}}
    return tuple(_scene(str(name), body, f"{place}, scene {name}", known) for name, body in document.items())


def read_scenes(path: Path, prefixes: Mapping[str, str] = PREFIXES) -> tuple[Scene, ...]:
    """The scenes of a YAML file. Raises BadSceneFile where it cannot be read, and what `scenes_from_yaml` raises."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise BadSceneFile(str(path), f"cannot be opened: {error.strerror or error}", "Check the path.") from None
    except UnicodeDecodeError as error:
        raise BadSceneFile(str(path), f"byte {error.start} is no UTF-8", "Save the file as UTF-8.") from None
    return scenes_from_yaml(text, str(path), prefixes)


class _OnceEach(yaml.CSafeLoader):
    """A safe loader that refuses a key given twice: YAML would silently keep the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key.value, str):
                raise yaml.MarkedYAMLError(problem="a key is a word", problem_mark=key.start_mark)
            if key.value in seen:
                raise yaml.MarkedYAMLError(problem=f"'{key.value}' is given twice", problem_mark=key.start_mark)
            seen.add(key.value if key.value != "<<" else "")
        return super().construct_mapping(node, deep)


@functools.cache
def standard_scenes() -> tuple[Scene, ...]:
    """The standard library, in the order of `standard.yaml`."""
    path = Path(__file__).with_name("standard.yaml")
    return scenes_from_yaml(path.read_text(encoding="utf-8"), path.name)


def _scene(name: str, body: Any, place: str, prefixes: Mapping[str, str]) -> Scene:
    if not isinstance(body, dict):
        raise BadSceneFile(place, "the scene has no keys")
    _known(body, SCENE_KEYS, place)
    for part in ("axis", "focus", "roles", "couplings"):
        if part not in body:
            raise SceneWithout(place, part)
    roles = tuple(_role(role, spec, place, prefixes) for role, spec in _mapping(body, "roles", place).items())
    couplings = tuple(_coupling(spec, f"{place}, coupling {i + 1}", prefixes) for i, spec in
                      enumerate(_list(body, "couplings", place)))  # fmt: skip
    return checked(
        Scene(
            iri=expand(str(body.get("iri", f"litho:{name}")), prefixes, place), axis=str(body["axis"]),
            focus=str(body["focus"]), roles=roles, couplings=couplings,
            forms=in_order(_words(body, "forms", place) or ("statement",)), level=str(body.get("level", "atom")),
            registers=tuple(sorted(set(_words(body, "registers", place)))), weight=_number(body, "weight", 1.0, place),
            label=_spoken(body, "label", place), comment=_spoken(body, "comment", place),
            enabled=_switch(body, "enabled", True, place), computed=_word(body, "computed", place),
        ),
        place,
    )  # fmt: skip


def _part(body: Mapping[str, Any], part: str, default: Any, kinds: tuple[type, ...], what: str, place: str) -> Any:
    """A part of one of some types, or the default where it is not there. Raises BadSceneFile."""
    value = body.get(part)
    if value is None:
        return default
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        raise BadSceneFile(place, f"'{part}' is not {what}: {value!r}")
    return value


def _mapping(body: Mapping[str, Any], part: str, place: str) -> dict[str, Any]:
    value = dict(_part(body, part, {}, (dict,), "a mapping", place))
    for key in value:
        if not isinstance(key, str):
            raise BadSceneFile(place, f"'{key}' in '{part}' is no word: put quotes around it")
    return value


def _spoken(body: Mapping[str, Any], part: str, place: str) -> dict[str, str]:
    """Text by language, the tags in small letters as RDF compares them."""
    texts = _mapping(body, part, place)
    for language, text in texts.items():
        if not isinstance(text, str):
            raise BadSceneFile(place, f"the {part} in '{language}' is no text: put quotes around it")
    return {language.lower(): text for language, text in texts.items()}


def _list(body: Mapping[str, Any], part: str, place: str) -> list[Any]:
    return list(_part(body, part, [], (list,), "a list", place))


def _words(body: Mapping[str, Any], part: str, place: str) -> list[str]:
    words = _list(body, part, place)
    for word in words:
        if not isinstance(word, str):
            raise BadSceneFile(place, f"'{part}' is not a list of words: {word!r}")
    return words


def _number(body: Mapping[str, Any], part: str, default: float, place: str) -> float:
    return float(_part(body, part, default, (int, float), "a number", place))


def _switch(body: Mapping[str, Any], part: str, default: bool, place: str) -> bool:
    return bool(_part(body, part, default, (bool,), "true or false", place))


def _word(body: Mapping[str, Any], part: str, place: str, default: str | None = None) -> Any:
    return _part(body, part, default, (str,), "a word", place)


def _known(body: Mapping[str, Any], keys: Iterable[str], place: str) -> None:
    for key in body:
        if key not in keys:
            raise UnknownSceneKey(place, str(key), keys)


def _role(name: str, spec: Any, place: str, prefixes: Mapping[str, str]) -> Role:
    if isinstance(spec, str):
        spec = {"kind": spec}
    place, spec = f"{place}, role {name}", spec or {}
    if not isinstance(spec, dict):
        raise BadSceneFile(place, f"the role is neither a kind nor a mapping: {spec!r}")
    _known(spec, ROLE_KEYS, place)
    filler = _word(spec, "filled_by", place)
    limit = _part(spec, "limit", 6, (int,), "a whole number", place)
    return Role(name, _word(spec, "kind", place, "any"), expand(filler, prefixes, place) if filler else None,
                _switch(spec, "many", False, place), limit)  # fmt: skip


def _coupling(spec: Any, place: str, prefixes: Mapping[str, str]) -> Coupling:
    if not isinstance(spec, dict):
        raise BadSceneFile(place, "the coupling has no keys")
    _known(spec, COUPLING_KEYS, place)
    for part in ("from", "to"):
        if spec.get(part) is None:
            raise SceneWithout(place, part)
    relation = _word(spec, "relation", place)
    return Coupling(
        source=_word(spec, "from", place), target=_word(spec, "to", place),
        relation=expand(relation, prefixes, place) if relation else None,
        relation_role=_word(spec, "relation_role", place), quantifier=_word(spec, "quantifier", place, "any"),
        negated=_switch(spec, "negated", False, place), sign=_part(spec, "sign", None, (int,), "1, 0 or -1", place),
        weight=_number(spec, "weight", 1.0, place), status=_word(spec, "status", place, "asserted"),
        number_role=_word(spec, "number_role", place), name=_word(spec, "name", place),
        hops=_part(spec, "hops", 1, (int,), "a whole number", place),
    )  # fmt: skip


def expand(name: str, prefixes: Mapping[str, str], place: str) -> str:
    """A prefixed name or <IRI> as an IRI."""
    if name.startswith("<"):
        return name[1:-1]
    prefix, colon, local = name.partition(":")
    if colon and local.startswith("//"):
        return name
    if not colon or prefix not in prefixes:
        raise BadSceneFile(place, f"'{name}' is no IRI and no name with a known prefix")
    return prefixes[prefix] + local


def scenes_to_yaml(scenes: Iterable[Scene]) -> str:
    """The YAML text of scenes: `scenes_from_yaml` gives the same values back."""
    document = {scene.name: _spec(scene) for scene in scenes}
    return str(yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=110))


def _shorten(iri: str) -> str:
    for prefix, namespace in PREFIXES.items():
        local = iri.removeprefix(namespace)
        if local != iri and local.replace("_", "").replace("-", "").isalnum():
            return f"{prefix}:{local}"
    return f"<{iri}>"


def _spec(scene: Scene) -> dict[str, Any]:
    spec: dict[str, Any] = {} if scene.iri == LITHO + scene.name else {"iri": _shorten(scene.iri)}
    spec |= {"axis": scene.axis, "focus": scene.focus, "level": scene.level}
    spec |= {"label": dict(scene.label)} if scene.label else {}
    spec |= {"comment": dict(scene.comment)} if scene.comment else {}
    spec["roles"] = {role.name: _role_spec(role) for role in scene.roles}
    spec["couplings"] = [_coupling_spec(coupling) for coupling in scene.couplings]
    spec["forms"] = list(scene.forms)
    if scene.registers:
        spec["registers"] = list(scene.registers)
    spec |= {"weight": scene.weight} if scene.weight != 1.0 else {}
    spec |= {"enabled": False} if not scene.enabled else {}
    return spec | ({"computed": scene.computed} if scene.computed else {})


def _role_spec(role: Role) -> Any:
    spec: dict[str, Any] = {"kind": role.kind}
    spec |= {"filled_by": _shorten(role.filled_by)} if role.filled_by else {}
    spec |= {"many": True} if role.many else {}
    spec |= {"limit": role.limit} if role.limit != 6 else {}
    return role.kind if len(spec) == 1 else spec


def _coupling_spec(coupling: Coupling) -> dict[str, Any]:
    spec: dict[str, Any] = {"from": coupling.source}
    spec |= {"relation": _shorten(coupling.relation)} if coupling.relation else {}
    spec |= {"relation_role": coupling.relation_role} if coupling.relation_role else {}
    spec["to"] = coupling.target
    spec |= {"quantifier": coupling.quantifier} if coupling.quantifier != "any" else {}
    spec |= {"negated": True} if coupling.negated else {}
    spec |= {"sign": coupling.sign} if coupling.sign is not None else {}
    spec |= {"weight": coupling.weight} if coupling.weight != 1.0 else {}
    spec |= {"status": coupling.status} if coupling.status != "asserted" else {}
    spec |= {"number_role": coupling.number_role} if coupling.number_role else {}
    spec |= {"hops": coupling.hops} if coupling.hops != 1 else {}
    return spec | ({"name": coupling.name} if coupling.name else {})
