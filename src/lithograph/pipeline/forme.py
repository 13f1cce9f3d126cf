"""Stone to forme: scenes matched, measured and made ready for the press. Nothing is written here."""

from __future__ import annotations

import difflib
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lithograph.config import Config
from lithograph.core.activity import Listener, Notice, StageReport, silent
from lithograph.core.errors import LithographError
from lithograph.core.identity import canonical_json
from lithograph.ontology.axioms import Ontology
from lithograph.ontology.graph import ClaimGraph
from lithograph.pipeline.asked import tell_of_waiting
from lithograph.pipeline.casting import Bench, bridges, casting
from lithograph.pipeline.digests import Contents
from lithograph.pipeline.kept_back import held_out, reserved_names
from lithograph.pipeline.mixed import mixture_errors
from lithograph.pipeline.stone import Stone
from lithograph.reason.patterns import ClaimIndex
from lithograph.reason.proof import check as check_proofs
from lithograph.render.cast import Cast, Speech, shelved
from lithograph.render.checks import known_words
from lithograph.render.corpus import Types
from lithograph.render.filter import candidates
from lithograph.render.press import Plate, make_plate
from lithograph.render.templates import PRACTICE, PROBES, Template, read_templates
from lithograph.scenes.as_owl import scenes_from_ontology
from lithograph.scenes.as_yaml import read_scenes, standard_scenes
from lithograph.scenes.declaration import IN_QUESTION, Scene
from lithograph.scenes.errors import RoleWithoutFiller
from lithograph.scenes.instances import Instances
from lithograph.scenes.matching import find_instances, role_without_filler
from lithograph.select.calibration import Calibration
from lithograph.select.canonical import canonical
from lithograph.select.decisions import Decision
from lithograph.select.held_out import HeldOut
from lithograph.select.levels import contained
from lithograph.select.measured import Ground
from lithograph.select.mixture import NOTHING, Threshold, Weights, quotas, threshold
from lithograph.select.stated import Stated
from lithograph.select.withheld import Withheld
from lithograph.speech.lexicon import Lexicon

RENDERER = "2"
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
    """Everything locked up for the press: the stone, the scenes, the templates, the casts.

    dropped: candidates that are no instance, by scene and reason. bounded: what the bounds of the options decided.
    calibration: the numbers that everything was measured by. wanted: scene -> the prints that its budget gives it,
    where there is a budget; passed: the candidates that are let through for it. held: what is kept out of training.
    """

    stone: Stone
    scenes: tuple[Scene, ...]
    templates: tuple[Template, ...]
    types: Types
    dropped: Counter[tuple[str, str]]
    bounded: tuple[Decision, ...]
    calibration: Calibration
    bench: Bench
    held: HeldOut
    wanted: Mapping[str, int] = field(default_factory=dict)
    passed: Mapping[str, int] = field(default_factory=dict)

    def mute(self) -> dict[str, int]:
        """Why instances cannot be said, and how many: in each language, or for want of templates."""
        out: Counter[str] = Counter()
        for cast in self.types.casts:
            for voice in cast.voices.values():
                for code in voice.reason[(voice.reason > 0) & voice.wanted].tolist():
                    out[voice.reasons[code]] += 1
            out["no template"] += len(cast) * (not cast.templates)
        return dict(sorted((+out).items()))

    @property
    def printable(self) -> bool:
        """Whether anything can be printed at all."""
        return any(cast.voices[language].says.any() for cast in self.types.casts for language, _ in cast.templates)


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


def asking_folder(config: Config, room: str) -> Path:
    """The templates among which a room of questions lies (probes, practice): the project's own where it has the room,
    or those that come with the program."""
    own = template_folder(config)
    return own if (own / room).is_dir() else packaged("templates")


def template_files(config: Config) -> dict[str, Path]:
    """Every file of templates that a build may read, by its path among them, sorted."""
    own = template_folder(config)
    files = {path.relative_to(own).as_posix(): path for path in own.rglob("*.j2")}
    for room in (PROBES, PRACTICE):
        folder = asking_folder(config, room)
        files |= {path.relative_to(folder).as_posix(): path for path in (folder / room).rglob("*.j2")}
    return dict(sorted(files.items()))


def packaged(name: str) -> Path:
    """A folder that comes with the program: inside the installed package, or beside its source."""
    inside = Path(__file__).parents[1] / "share" / name
    return inside if inside.is_dir() else Path(__file__).resolve().parents[3] / name


def lock_up(
    config: Config, stone: Stone, listener: Listener = silent, *, calibration: Calibration | None = None,
    factors: Mapping[str, float] | None = None,
) -> Forme:  # fmt: skip
    """Match every scene, measure it, and make it ready for the press.

    calibration: numbers of the ontology as a whole that were kept from an earlier build; without them they are made.
    factors: what results on development probes made of the weights of scenes, instead of the calibration's own.
    Raises the errors of templates and scenes. Nothing is written.
    """
    started = time.perf_counter()
    scenes = gather_scenes(config, stone.ontology)
    for wrong in mixture_errors(config, scenes):
        raise wrong
    templates = gather_templates(config, scenes)
    graph = stone.graph
    lexicons = {lang: Lexicon.of(stone.ontology, graph.kinds, lang) for lang in config.languages}
    speech = {lang: Speech(graph, lexicon, stone.closure.evidence) for lang, lexicon in lexicons.items()}
    index = ClaimIndex.of(graph)
    tell_of_waiting(config, stone, listener)
    unspoken = stone.unspoken()
    for reason, count in stone.checked()[1].items():
        listener(Notice("consistency", f"decided without {count} axioms: {reason}"))
    found = [find_instances(graph, scene, index, unspoken) for scene in scenes]
    for instances in found:
        require_fillers(graph, instances, index)
    kept = _calibrated(graph, calibration, listener)
    texts = np.array(stone.ontology.terms.texts, dtype=object)
    bench = Bench(config, graph, speech, shelved(templates), templates, texts, kept.content(graph),
                  Ground.of(graph, kept.weights(graph)), kept.spread, stone.stand_ins,
                  Contents.of(graph, speech))  # fmt: skip
    castings = [casting(bench, instances) for instances in found]
    kept = kept.with_scenes({c.cast.scene.iri: c.spread for c in castings})
    castings = [c for c in castings if len(c.cast)]
    casts = [c.cast for c in castings]
    for language in speech:
        if not any(cast.voices[language].says.any() for cast in casts):
            listener(Notice("scenes", f"nothing can be said in '{language}': no labels in it"))
    _check_proofs(graph, casts)
    judges = sorted({evidence.by for evidence in stone.closure.evidence.values()})
    known = {language: known_words([*s.lexicon.written(), *judges]) for language, s in speech.items()}
    weights = Weights(config.scene_weights, config.axis_weights, config.register_weights, config.level_weights,
                      config.language_weights, kept.factors if factors is None else factors)  # fmt: skip
    names = canonical(graph)
    held = held_out(config, stone.closure, names, speech)
    types = Types(
        casts=casts, templates=templates, plates=_plates(templates, casts), speech=speech,
        axioms=stone.ontology.axiom_ids(), terms=stone.ontology.terms.texts, known_words=known,
        version=RENDERER, wordings=config.wordings, valid_percent=config.valid_percent,
        test_percent=config.test_percent, weights=weights,
        registers=[registers_of(config, cast, templates) for cast in casts], shared=shared_claims(casts),
        parts=contained(graph, [cast.instances for cast in casts]),
        starts=np.append(0, np.cumsum([len(cast) for cast in casts])), names=names,
        stated=Stated.of(graph, stone.closure.evidence),
        withheld=Withheld.of(held, stone.ontology.terms.texts, reserved_names(held, speech)),
    )  # fmt: skip
    bounded = [decision for number, c in enumerate(castings) for decision in c.decisions(number)]
    kept = replace(kept, factors=dict(weights.factors))
    forme = budgeted(config, Forme(stone, scenes, templates, types, bench.dropped, tuple(bounded), kept, bench, held))
    total = sum(len(i) for i in found)
    reasons: Counter[str] = Counter()
    for (_, reason), count in bench.dropped.items():
        reasons[reason] += count
    listener(StageReport("scenes", total, sum(map(len, casts)), dict(sorted(reasons.items())),
                         time.perf_counter() - started))  # fmt: skip
    return forme


def gather_templates(config: Config, scenes: Sequence[Scene]) -> tuple[Template, ...]:
    """The templates of these scenes, in every language and register that the options name. Raises NoRegister."""
    names = {s.name: (*s.role_names, *(c.name for c in s.couplings if c.name)) for s in scenes}
    off = {s.name: s.role_names for s in standard_scenes() if s.name not in names}
    templates = read_templates(template_folder(config), {**off, **names})
    require_registers(config, templates)
    return templates


def _calibrated(graph: ClaimGraph, kept: Calibration | None, listener: Listener) -> Calibration:
    """The numbers of the ontology as a whole: new ones, or the kept ones, with a word on how far off they are."""
    if kept is None:
        return Calibration.of(graph)
    if kept.ontology != graph.ontology.version:
        drift = f"{100 * kept.drift(graph):.1f} % of its counts have moved since; --recalibrate makes them anew"
        listener(Notice("calibration", f"kept from version {kept.ontology[:8]} of the ontology: {drift}"))
    return kept


def registers_of(config: Config, cast: Cast, templates: Sequence[Template]) -> tuple[str, ...]:
    """The registers that a scene has any template in, in the order of preference."""
    spoken = {templates[number].register for numbers in cast.templates.values() for number in numbers}
    return tuple(register for register in config.registers if register in spoken)


def shared_claims(casts: Sequence[Cast]) -> list[NDArray[np.bool_]]:
    """Of every instance of every cast whether another makes the same claims."""
    if not casts:
        return []
    every = np.concatenate([cast.claims_hash for cast in casts])
    _, inverse, counts = np.unique(every, return_inverse=True, return_counts=True)
    ends = np.cumsum([len(cast) for cast in casts])[:-1]
    return np.split(np.asarray(counts[inverse] > 1), ends)


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


def _plates(templates: Sequence[Template], casts: Sequence[Cast]) -> dict[int, Plate]:
    """The templates that a cast can be said with, compiled."""
    used = {number for cast in casts for (language, _), numbers in cast.templates.items()
            if cast.voices[language].says.any() for number in numbers}  # fmt: skip
    return {number: make_plate(templates[number]) for number in sorted(used)}


def _check_proofs(graph: ClaimGraph, casts: Sequence[Cast]) -> None:
    """Re-check every step of every proof that can be printed. Raises BrokenProof."""
    claims = [np.unique(cast.instances.claims.values) for cast in casts]
    check_proofs(graph, np.unique(np.concatenate(claims)).tolist() if claims else [])


# ---- budgets --------------------------------------------------------------------------------------------------------


def budgeted(config: Config, forme: Forme, yields: Mapping[str, float] | None = None) -> Forme:
    """The forme with the thresholds that meet its budgets: those that were kept for the same budgets, or new ones.

    yields: scene -> the share of its candidates that a print came of, where that was seen; without it all are counted.
    """
    if not config.budget and not config.scene_budgets:
        return replace(forme, calibration=forme.calibration.with_thresholds({}, ""))
    types, asked = forme.types, _budgets(config, forme)
    wanted, passed = forme.wanted, forme.passed
    if forme.calibration.budgets == asked and yields is None and set(forme.calibration.thresholds) == _names(types):
        thresholds = forme.calibration.thresholds
    else:
        thresholds, wanted, passed = _thresholds(config, types, yields or {})
    least: dict[tuple[int, str], int] = {}
    for number, cast in enumerate(types.casts):
        for language in types.speech:
            cells = thresholds.get(cast.scene.name, {})
            limits = [t.resonance for manner, t in cells.items() if manner.endswith(f" {language}") and t != NOTHING]
            if limits and min(limits) > 0:
                least[number, language] = min(limits)
    types = replace(types, thresholds=thresholds, bridges=bridges(forme.bench, types.casts, least))
    return replace(forme, types=types, wanted=wanted, passed=passed,
                   calibration=forme.calibration.with_thresholds(thresholds, asked))  # fmt: skip


NEAR_ENOUGH = 0.03
"""How far off its budget a dataset may be, as a share of it."""


def retuned(config: Config, forme: Forme, printed: Mapping[str, int]) -> Forme | None:
    """The forme with other thresholds where what was printed is off the budget by more than NEAR_ENOUGH; else None.

    printed: scene -> examples. Dead prints and repeats cannot be foreseen, so a yield is seen only once it is pressed.
    """
    own = [name for name in config.scene_budgets if name in forme.wanted]
    pairs = [(sum(forme.wanted.values()), sum(printed.values())), *((forme.wanted[n], printed.get(n, 0)) for n in own)]
    if all(abs(got - wanted) <= NEAR_ENOUGH * wanted for wanted, got in pairs):
        return None
    yields = {name: min(printed.get(name, 0) / let, 1.0) for name, let in forme.passed.items() if let}
    again = budgeted(config, forme, yields)
    return None if again.types.thresholds == forme.types.thresholds else again


def _names(types: Types) -> set[str]:
    return {cast.scene.name for cast in types.casts}


def _budgets(config: Config, forme: Forme) -> str:
    """What thresholds are set for: budgets and weights."""
    weights = forme.types.weights
    return canonical_json([config.budget, dict(config.scene_budgets), asdict(weights)])


def _thresholds(
    config: Config, types: Types, yields: Mapping[str, float]
) -> tuple[dict[str, dict[str, Threshold]], dict[str, int], dict[str, int]]:
    """Thresholds by scene and manner; by scene the prints that its budget gives it and the candidates let through."""
    found = {cast.scene.name: candidates(types, number) for number, cast in enumerate(types.casts)}
    available = {name: {manner: len(r) for manner, (r, _) in cells.items()} for name, cells in found.items()}
    effective = {name: {manner: round(n * yields.get(name, 1.0)) for manner, n in cells.items()}
                 for name, cells in available.items()}  # fmt: skip
    weights = {cast.scene.name: types.weights.of_scene(cast.scene) for cast in types.casts}
    manners = {name: {manner: types.weights.of_manner(*manner.split(" ", 1)) for manner in cells}
               for name, cells in found.items()}  # fmt: skip
    given = quotas(effective, weights, manners, config.budget, config.scene_budgets)
    let = {name: {manner: _let(given[name][manner], effective[name][manner], n) for manner, n in cells.items()}
           for name, cells in available.items()}  # fmt: skip
    thresholds = {name: {manner: threshold(r, ties, let[name][manner]) for manner, (r, ties) in sorted(cells.items())}
                  for name, cells in sorted(found.items())}  # fmt: skip
    return (thresholds, {name: sum(cells.values()) for name, cells in given.items()},
            {name: sum(cells.values()) for name, cells in let.items()})  # fmt: skip


def _let(wanted: int, effective: int, available: int) -> int:
    """How many candidates it takes for so many prints."""
    return available if wanted >= effective else round(wanted * available / effective)
