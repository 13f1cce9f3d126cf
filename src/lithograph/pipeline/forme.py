"""Stone to forme: scenes matched and made ready for the press. Nothing is written here."""

from __future__ import annotations

import difflib
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from lithograph.config import Config
from lithograph.core.activity import Listener, Notice, StageReport, silent
from lithograph.core.errors import LithographError
from lithograph.core.vocabulary import LITHO
from lithograph.ontology.axioms import Ontology
from lithograph.ontology.graph import ClaimGraph
from lithograph.ontology.project import within
from lithograph.pipeline.asked import tell_of_waiting
from lithograph.pipeline.stone import Stone
from lithograph.reason.patterns import ClaimIndex
from lithograph.reason.proof import check as check_proofs
from lithograph.render.cast import Cast, Shelf, Speech, by_form, shelved, spoken
from lithograph.render.checks import known_words
from lithograph.render.corpus import Types
from lithograph.render.press import Plate, make_plate
from lithograph.render.templates import Template, read_templates
from lithograph.scenes.as_owl import scenes_from_ontology
from lithograph.scenes.as_yaml import read_scenes, standard_scenes
from lithograph.scenes.declaration import IN_QUESTION, Scene
from lithograph.scenes.errors import RoleWithoutFiller
from lithograph.scenes.matching import Instances, find_instances, role_without_filler
from lithograph.select.choose import evidence, hashes, instance_ids, lowest, lowest_of_each
from lithograph.speech.lexicon import Lexicon

RENDERER = "1"
"""Moves when the press would print other words from the same templates and labels: part of every example's id."""


class NoScene(LithographError):
    """A name that no scene has."""

    def __init__(self, place: str, name: str, known: Sequence[str]) -> None:
        near = difflib.get_close_matches(name, known, 1)
        cure = f"Did you mean '{near[0]}'?" if near else "List them with: lithograph scene list"
        super().__init__(place, f"there is no scene '{name}'", facts=f"scenes: {', '.join(sorted(known))}", cure=cure)


class NoRegister(LithographError):
    """A register that no template is written in."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        near = difflib.get_close_matches(name, known, 1)
        cure = f"Did you mean '{near[0]}'?" if near else "Write templates for it, or remove it."
        facts = f"there are: {', '.join(known)}"
        super().__init__("registers", f"no template is in the register '{name}'", facts=facts, cure=cure)


@dataclass(frozen=True, slots=True)
class Forme:
    """Everything locked up for the press: the stone, the scenes, the templates, the casts."""

    stone: Stone
    scenes: tuple[Scene, ...]
    templates: tuple[Template, ...]
    types: Types
    dropped: Counter[tuple[str, str]]


def gather_scenes(config: Config, ontology: Ontology) -> tuple[Scene, ...]:
    """The standard library, the ontology's own scenes, those of YAML files; a later one of the same IRI replaces."""
    scenes = {scene.iri: scene for scene in standard_scenes()}
    scenes |= {scene.iri: scene for scene in scenes_from_ontology(ontology)}
    for name in config.scenes:
        scenes |= {scene.iri: scene for scene in read_scenes(config.root / name, ontology.prefixes)}
    known = [scene.name for scene in scenes.values()]
    for name in config.scenes_off:
        if name not in known:
            raise NoScene("scenes_off", name, known)
    return tuple(s for s in scenes.values() if s.enabled and s.name not in config.scenes_off)


def template_folder(config: Config) -> Path:
    """The project's templates, or those that come with the program where a project has none."""
    own = config.root / config.templates
    return own if own.is_dir() else packaged("templates")


def packaged(name: str) -> Path:
    """A folder that comes with the program: inside the installed package, or beside its source."""
    inside = Path(__file__).parents[1] / "share" / name
    return inside if inside.is_dir() else Path(__file__).resolve().parents[3] / name


def lock_up(config: Config, stone: Stone, listener: Listener = silent) -> Forme:
    """Match every scene and make it ready for the press.

    Raises the errors of templates and scenes. Nothing is written.
    """
    started = time.perf_counter()
    scenes = gather_scenes(config, stone.ontology)
    names = {s.name: (*s.role_names, *(c.name for c in s.couplings if c.name)) for s in scenes}
    off = {s.name: s.role_names for s in standard_scenes() if s.name not in names}
    templates = read_templates(template_folder(config), {**off, **names})
    require_registers(config, templates)
    graph = stone.graph
    lexicons = {lang: Lexicon.of(stone.ontology, graph.kinds, lang) for lang in config.languages}
    speech = {lang: Speech(graph, lexicon, stone.closure.evidence) for lang, lexicon in lexicons.items()}
    dropped: Counter[tuple[str, str]] = Counter()
    index, shelf = ClaimIndex.of(graph), shelved(templates)
    texts = np.array(stone.ontology.terms.texts, dtype=object)
    tell_of_waiting(config, stone, listener)
    unspoken = stone.unspoken()
    for reason, count in stone.checked()[1].items():
        listener(Notice("consistency", f"decided without {count} axioms: {reason}"))
    found = [find_instances(graph, scene, index, unspoken) for scene in scenes]
    for instances in found:
        require_fillers(graph, instances, index)
    casts = [_cast(config, graph, i, texts, speech, shelf, templates, dropped) for i in found]
    casts = [cast for cast in casts if len(cast)]
    for language in speech:
        if not any(cast.spoken[language].any() for cast in casts):
            listener(Notice("scenes", f"nothing can be said in '{language}': no labels in it"))
    _check_proofs(graph, casts)
    judges = sorted({evidence.by for evidence in stone.closure.evidence.values()})
    known = {language: known_words([*s.lexicon.written(), *judges]) for language, s in speech.items()}
    types = Types(
        casts=casts, templates=templates, plates=_plates(templates, casts), speech=speech,
        axioms=stone.ontology.axiom_ids(), terms=stone.ontology.terms.texts, known_words=known,
        recipe=config.recipe_hash(), version=RENDERER, wordings=config.wordings,
        valid_percent=config.valid_percent, test_percent=config.test_percent,
    )  # fmt: skip
    total = sum(len(i) for i in found)
    reasons: Counter[str] = Counter()
    for (_, reason), count in dropped.items():
        reasons[reason] += count
    kept = sum(len(cast) for cast in casts)
    listener(StageReport("scenes", total, kept, dict(sorted(reasons.items())), time.perf_counter() - started))
    return Forme(stone, scenes, templates, types, dropped)


def require_fillers(graph: ClaimGraph, instances: Instances, index: ClaimIndex) -> None:
    """Refuse a declared scene without any instance where nothing can fill one of its roles.

    A scene of the standard library may find nothing in an ontology; a scene that somebody declared is meant to. What
    is refuted or unknown is sampled: a scene of such claims may find nothing too.
    """
    if len(instances) or instances.scene.iri in {scene.iri for scene in standard_scenes()}:
        return
    if any(coupling.status in IN_QUESTION for coupling in instances.scene.couplings):
        return
    missing = role_without_filler(graph, instances.scene, index)
    if missing is not None:
        raise RoleWithoutFiller(instances.scene.name, *missing)


def require_registers(config: Config, templates: Sequence[Template]) -> None:
    """Refuse a register that neither a template nor the program's own list knows. Raises NoRegister."""
    known = sorted({template.register for template in templates})
    for register in config.registers:
        if register not in known and register not in Config(config.root).registers:
            raise NoRegister(register, known)


def _cast(
    config: Config, graph: ClaimGraph, instances: Instances, texts: np.ndarray, speech: dict[str, Speech],
    shelf: Shelf, templates: Sequence[Template], dropped: Counter[tuple[str, str]],
) -> Cast:  # fmt: skip
    scene = instances.scene
    for reason, count in instances.dropped.items():
        dropped[scene.name, reason] += count
    ours = within(graph.ontology, instances.roles[scene.focus], LITHO) if scene.focus in instances.roles else None
    if ours is not None and ours.any():
        dropped[scene.name, "about a term of the vocabulary itself"] += int(ours.sum())
        instances = instances.take(np.flatnonzero(~ours))
    axioms = evidence(graph, instances, next(iter(speech.values())).evidence)
    ids = instance_ids(instances, texts, axioms, graph.ontology.axiom_ids())
    keys = hashes(ids, config.seed)
    plates = by_form(shelf, scene, config.registers, config.forms, config.languages)
    kept = lowest(keys, config.per_scene)
    longer = among_others(templates, plates)
    if longer:
        kept = lowest_of_each(keys, depths(graph, instances), config.per_depth)
    if len(kept) < len(ids):
        dropped[scene.name, "above per_depth" if longer else "above per_scene"] += len(ids) - len(kept)
        instances, axioms, keys, ids = instances.take(kept), axioms.take(kept), keys[kept], [ids[i] for i in kept]
    pairs = {language: spoken(s, instances, keys) for language, s in speech.items()}
    said = {language: first for language, (*_, first) in pairs.items()}
    worded, news, heard = (np.logical_or.reduce([pair[k] for pair in pairs.values()]) for k in (0, 1, 2))
    for reason, lost in ((f"no words in {' or '.join(speech)}", ~worded), ("nothing but names", worded & ~news),
                         ("the same words as another", news & ~heard)):  # fmt: skip
        if lost.any():
            dropped[scene.name, reason] += int(lost.sum())
    if not plates and len(instances):
        dropped[scene.name, "no template"] += len(instances)
    cast = Cast(scene, instances, axioms, np.array(ids, "S64"), keys, said, plates)
    printable = any(said[language].any() for language, _ in plates)
    return cast if printable else replace(cast, instances=instances.take(np.empty(0, np.int64)))


def among_others(templates: Sequence[Template], plates: Mapping[tuple[str, str], Sequence[int]]) -> bool:
    """Whether a scene is only asked about among other claims, premises or options: such questions come by depth."""
    used = [templates[number] for numbers in plates.values() for number in numbers]
    return bool(used) and all(any(role in ("given", "options") for role, _ in t.needs) for t in used)


def depths(graph: ClaimGraph, instances: Instances) -> np.ndarray:
    """The depth of the first claim of each instance."""
    return np.asarray(graph.depth[instances.claims.values[instances.claims.offsets[:-1]]])


def _plates(templates: Sequence[Template], casts: Sequence[Cast]) -> dict[int, Plate]:
    """The templates that a cast can be said with, compiled."""
    used = {number for cast in casts for (language, _), numbers in cast.templates.items()
            if cast.spoken[language].any() for number in numbers}  # fmt: skip
    return {number: make_plate(templates[number]) for number in sorted(used)}


def _check_proofs(graph: ClaimGraph, casts: Sequence[Cast]) -> None:
    """Re-check every step of every proof that can be printed. Raises BrokenProof."""
    claims = [np.unique(cast.instances.claims.values) for cast in casts]
    check_proofs(graph, np.unique(np.concatenate(claims)).tolist() if claims else [])
