"""A scene of one's own, from the command line into the project: as OWL that Protégé opens, or as YAML.

Nothing that a user wrote is rewritten: a Turtle root gets one statement at its end, a catalog one entry, the options
one name; everything else is a new file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lithograph.config import FILE_NAME, Config
from lithograph.core.errors import LithographError
from lithograph.core.vocabulary import LITHO, PREFIXES
from lithograph.ontology.axioms import Ontology
from lithograph.ontology.imports import CATALOG
from lithograph.ontology.load import load
from lithograph.pipeline.check import unknown_relations
from lithograph.pipeline.forme import gather_scenes, require_fillers, template_folder
from lithograph.pipeline.stone import prepare
from lithograph.reason.patterns import ClaimIndex
from lithograph.scenes.as_owl import scenes_to_turtle
from lithograph.scenes.as_yaml import expand, scenes_to_yaml
from lithograph.scenes.check import checked
from lithograph.scenes.declaration import QUANTIFIERS, Coupling, Role, Scene, in_order
from lithograph.scenes.matching import find_instances


class SceneTaken(LithographError):
    """A name that a scene has already."""

    def __init__(self, name: str) -> None:
        super().__init__(f"scene {name}", "there is a scene of this name already", cure="Give another name.")


class FileTaken(LithographError):
    """A file that stands where the scene's would."""

    def __init__(self, place: Path) -> None:
        super().__init__(place, "a file of this name is there already", cure="Give the scene another name, or move it.")


class BadSceneOption(LithographError):
    """An option that does not say a role or a coupling."""

    def __init__(self, option: str, given: str, wanted: str) -> None:
        super().__init__(option, f"'{given}' cannot be read", cure=f"Write it as {wanted}.")


class NoPlaceForScene(LithographError):
    """A project into whose ontology no scene can be written without rewriting it."""

    def __init__(self, place: Path, problem: str) -> None:
        super().__init__(place, problem, cure="Write the scene as YAML with --yaml, or import it by hand.")


@dataclass(frozen=True, slots=True)
class NewScene:
    """A scene that was written: where, what else was touched, how many instances it finds, where it can be worded."""

    scene: Scene
    files: tuple[Path, ...]
    instances: int


def new_scene(
    config: Config, name: str, *, axis: str, focus: str, roles: Sequence[str], couplings: Sequence[str],
    forms: Sequence[str] = ("statement", "question"), level: str = "atom", label: str = "", yaml: bool = False,
) -> NewScene:  # fmt: skip
    """Write a scene into the project, match it, and lay out a template for it where the project has its own templates.

    roles: `name`, `name:kind` or `name:kind:class`; couplings: `source relation target [quantifier]`. Raises
    SceneTaken, FileTaken, BadSceneOption, NoPlaceForScene, and the errors of `scenes.errors`; nothing is written then.
    """
    root = config.root / config.ontology
    ontology = load(root)
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9]*", name):
        raise BadSceneOption("NAME", name, "one word of letters and digits, such as PartAndPlace")
    if name in [scene.name for scene in gather_scenes(config, ontology)]:
        raise SceneTaken(name)
    scene = checked(_scene(ontology, name, axis, focus, roles, couplings, forms, level, label), f"scene {name}")
    stone = prepare(config, path=root)
    for wrong in unknown_relations(stone.graph, scene):
        raise wrong
    index = ClaimIndex.of(stone.graph)
    found = find_instances(stone.graph, scene, index, stone.unspoken())
    require_fillers(stone.graph, found, index)  # before anything is written
    files = _as_yaml(config, scene) if yaml else _as_owl(config, root, ontology, scene)
    return NewScene(scene, (*files, *_templates(config, scene)), len(found))


def _scene(
    ontology: Ontology, name: str, axis: str, focus: str, roles: Sequence[str], couplings: Sequence[str],
    forms: Sequence[str], level: str, label: str,
) -> Scene:  # fmt: skip
    prefixes = {**PREFIXES, **ontology.prefixes}
    base = (ontology.iri or "https://example.org/project").rstrip("#/")
    return Scene(
        iri=f"{base}/scenes#{name}", axis=axis, focus=focus,
        roles=tuple(_role(role, prefixes) for role in roles),
        couplings=tuple(_coupling(coupling, prefixes) for coupling in couplings), forms=in_order(forms), level=level,
        label={"en": label or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()},
    )  # fmt: skip


def _role(given: str, prefixes: dict[str, str]) -> Role:
    name, _, rest = given.partition(":")
    kind, _, filler = rest.partition(":")
    if not name.isidentifier():
        raise BadSceneOption("--role", given, "name, name:kind or name:kind:prefix:Class, such as part:class")
    return Role(name, kind or "any", expand(filler, prefixes, f"--role {given}") if filler else None)


def _coupling(given: str, prefixes: dict[str, str]) -> Coupling:
    words = given.split()
    if len(words) not in (3, 4) or (len(words) == 4 and words[3] not in QUANTIFIERS):
        raise BadSceneOption("--coupling", given, "'source relation target', such as 'whole litho:hasPart part some'")
    source, relation, target = words[:3]
    return Coupling(source, target, expand(relation, prefixes, f"--coupling '{given}'"),
                    quantifier=words[3] if len(words) == 4 else "any", status="asserted")  # fmt: skip


def _as_yaml(config: Config, scene: Scene) -> tuple[Path, ...]:
    file = config.root / "scenes" / f"{scene.name}.yaml"
    options = config.root / FILE_NAME
    text = _read(options) if options.exists() else ""
    file.parent.mkdir(exist_ok=True)
    _new(file, scenes_to_yaml([scene]))
    entry = f'"scenes/{scene.name}.yaml"'
    listed = re.search(r"^scenes\s*=\s*\[", text, re.M)
    if listed:
        rest = text[listed.end() :]
        text = text[: listed.end()] + entry + ("" if rest.lstrip().startswith("]") else ", ") + rest
    else:
        table = re.search(r"^\[", text, re.M)
        at = table.start() if table else len(text)
        end = _line_end(text)
        text = text[:at] + f"{end}# Scenes of this project's own.{end}scenes = [{entry}]{end}" + text[at:]
    options.write_text(text, encoding="utf-8", newline="")
    return file, options


def _read(file: Path) -> str:
    """A user's file with its line ends as they are. Raises NoPlaceForScene for one that is no UTF-8."""
    try:
        return file.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        raise NoPlaceForScene(file, "the file is no UTF-8, so nothing can be added to it") from None


def _line_end(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _new(file: Path, text: str) -> None:
    """Write a file that is not there yet. Raises FileTaken."""
    try:
        with file.open("x", encoding="utf-8", newline="\n") as new:
            new.write(text)
    except FileExistsError:
        raise FileTaken(file) from None


def _as_owl(config: Config, root: Path, ontology: Ontology, scene: Scene) -> tuple[Path, ...]:
    """A new ontology beside the root, imported by it."""
    syntax = next((s.syntax for s in ontology.sources if s.path.resolve() == root.resolve()), "")
    if ontology.iri is None:
        raise NoPlaceForScene(root, "the ontology has no IRI, so it cannot import one")
    if "turtle" not in syntax.lower():
        raise NoPlaceForScene(
            root, f"a file in {syntax or 'this syntax'} cannot take an import without being rewritten"
        )
    iri, file = f"{scene.iri.rsplit('#', 1)[0]}/{scene.name}", root.with_name(f"scene-{scene.name}.ttl")
    head = (f"<{iri}> a <http://www.w3.org/2002/07/owl#Ontology> ;\n"
            f"    <http://www.w3.org/2002/07/owl#imports> <{LITHO.rstrip('#')}> .\n")  # fmt: skip
    written, catalog = _read(root), root.with_name(CATALOG)
    entries = _read(catalog) if catalog.exists() else ""
    _new(file, scenes_to_turtle([scene]) + "\n" + head)
    end = _line_end(written)
    line = f"{end}<{ontology.iri}> <http://www.w3.org/2002/07/owl#imports> <{iri}> .{end}"
    root.write_text(written + line, encoding="utf-8", newline="")
    at = entries.rfind("</catalog>")
    if at < 0:
        return file, root
    entry = f'    <uri name="{iri}" uri="{file.name}"/>{_line_end(entries)}'
    catalog.write_text(entries[:at] + entry + entries[at:], encoding="utf-8", newline="")
    return file, root, catalog


SKELETON = {
    "en": ("Say something about {{ %s.the }}.", "{{ claim.Text }}.", "What is there to say about {{ %s.the }}?"),
    "ru": ("Скажи что-нибудь: {{ %s.nom }}.", "{{ claim.Text }}.", "Что можно сказать: {{ %s.nom }}?"),
}
"""The prompt of a statement, the answer, the prompt of a question."""


def _templates(config: Config, scene: Scene) -> tuple[Path, ...]:
    """Templates to begin with, in the plain register, where the project has a folder of its own."""
    own = config.root / config.templates
    if template_folder(config) != own:
        return ()
    made = []
    for language in config.languages:
        statement, answer, question = SKELETON[language]
        asked = {"statement": statement, "question": question}
        sections = [f"@ {scene.name} {form}\nuser: {asked[form] % scene.focus}\nassistant: {answer}\n"
                    for form in scene.forms if form in asked]  # fmt: skip
        file = own / scene.name / f"plain.{language}.j2"
        if sections and not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("\n".join(sections), encoding="utf-8")
            made.append(file)
    return tuple(made)
