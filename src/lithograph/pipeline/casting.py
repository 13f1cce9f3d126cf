"""A scene's instances made ready for the filter: measured, bounded, grown, with words, with who speaks for whom.

The moves that need to see a whole scene are made here, so that a shard can print without it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from lithograph.config import Config
from lithograph.core.vocabulary import LITHO
from lithograph.ontology.graph import ClaimGraph, Ints
from lithograph.ontology.project import within
from lithograph.pipeline.digests import Contents
from lithograph.render.cast import EVERY_FORM, GROWN_FORMS, SHORT_FORMS, Cast, Shelf, Speech, Voice, by_form
from lithograph.render.metadata import truth_and_depth
from lithograph.render.templates import Template
from lithograph.render.voices import NO_WORDS, speakable_roles, voice_of
from lithograph.scenes.instances import Instances
from lithograph.scenes.measures.delta import DeltaCodes, delta_codes
from lithograph.select.choose import evidence, hashes, instance_ids, lowest, lowest_of_each, mix
from lithograph.select.decisions import COMPENSATE, SILENCE, SILENT, Decision
from lithograph.select.growth import GROWING, can_grow, grown, together, with_claim
from lithograph.select.measured import Ground, Measured, measured
from lithograph.select.substitutes import (
    FOUND,
    MOST,
    NO_ANALOGUE,
    NO_INSTANCE,
    OTHER_TRUTH,
    Substitutes,
    role_without_words,
    substitutes,
    weakest_role,
)

Rows = NDArray[np.int64]


@dataclass(slots=True)
class Bench:
    """What every cast of a build is made with.

    contents: digests of terms and claims. codes: Δ-codes, made when somebody has to be spoken for.
    """

    config: Config
    graph: ClaimGraph
    speech: Mapping[str, Speech]
    shelf: Shelf
    templates: Sequence[Template]
    texts: NDArray[np.object_]
    content: Ints
    ground: Ground
    spread: Mapping[str, tuple[int, int]]
    stand_ins: Mapping[str, Ints]
    contents: Contents
    dropped: Counter[tuple[str, str]] = field(default_factory=Counter)
    _codes: list[DeltaCodes] = field(default_factory=list)

    def codes(self) -> DeltaCodes:
        """The Δ-code of every term."""
        if not self._codes:
            self._codes.append(delta_codes(self.graph))
        return self._codes[0]


@dataclass(frozen=True, slots=True)
class Casting:
    """A cast, the median and MAD of its scene's density, and how many intents a bound of the options left out."""

    cast: Cast
    spread: tuple[int, int]
    bounded: Mapping[str, int]

    def decisions(self, number: int) -> list[Decision]:
        """What the bounds decided, for the cast of a number."""
        return [Decision(number, SILENCE, reason, SILENT, "", count=count) for reason, count in self.bounded.items()]


def casting(bench: Bench, instances: Instances) -> Casting:
    """Make a scene's instances ready."""
    config, graph, scene = bench.config, bench.graph, instances.scene
    for reason, count in instances.dropped.items():
        bench.dropped[scene.name, reason] += count
    ours = within(graph.ontology, instances.roles[scene.focus], LITHO) if scene.focus in instances.roles else None
    if ours is not None and ours.any():
        bench.dropped[scene.name, "about a term of the vocabulary itself"] += int(ours.sum())
        instances = instances.take(np.flatnonzero(~ours))
    measures, spread = measured(graph, instances, bench.ground, bench.spread.get(scene.iri))
    plates = by_form(bench.shelf, scene, config.registers, config.forms, config.languages)
    forms = tuple(form for form in scene.forms if not config.forms or form in config.forms)
    kept, why = _bounded(bench, instances, measures, plates)
    bounded = {}
    if len(kept) < len(instances):
        bounded[why] = (len(instances) - len(kept)) * _intents(config, plates, forms)
        instances, measures = instances.take(kept), measures.take(kept)
    cast = _grown(bench, instances, measures, plates, forms)
    voices = {language: _voice(bench, cast, language) for language in bench.speech}
    return Casting(replace(cast, voices=voices, standing=_standing(bench, cast)), spread, bounded)


def _intents(config: Config, plates: Mapping[tuple[str, str], Sequence[int]], forms: Sequence[str]) -> int:
    """How many intents an instance has in all languages."""
    return sum(max(min(config.wordings, len(plates.get((language, form), ()))), 1)
               for language in config.languages for form in forms)  # fmt: skip


# ---- bounds ---------------------------------------------------------------------------------------------------------


def _bounded(
    bench: Bench, instances: Instances, measures: Measured, plates: Mapping[tuple[str, str], Sequence[int]]
) -> tuple[Rows, str]:
    """The instances that the options leave: of a large scene the most resonant, of equals those of lower hash; of
    questions among other claims those of lowest hash for each depth."""
    config, everyone = bench.config, np.arange(len(instances))
    if among_others(bench.templates, plates):
        keys = _hashed(bench, instances)
        return lowest_of_each(keys, depths(bench.graph, instances), config.per_depth), "above per_depth"
    if len(instances) <= config.per_scene:
        return everyone, ""
    level = np.partition(measures.resonance, len(instances) - config.per_scene)[len(instances) - config.per_scene]
    above, equal = np.flatnonzero(measures.resonance > level), np.flatnonzero(measures.resonance == level)
    few = lowest(_hashed(bench, instances.take(equal)), config.per_scene - len(above))
    return np.sort(np.concatenate((above, equal[few]))), "above per_scene"


def _hashed(bench: Bench, instances: Instances) -> NDArray[np.uint64]:
    """A hash of what each instance is."""
    axioms = evidence(bench.graph, instances, next(iter(bench.speech.values())).evidence)
    ids = instance_ids(instances, bench.texts, axioms, bench.graph.ontology.axiom_ids())
    return hashes(ids, bench.config.seed)


def among_others(templates: Sequence[Template], plates: Mapping[tuple[str, str], Sequence[int]]) -> bool:
    """Whether a scene is only asked about among other claims, premises or options: such questions come by depth."""
    used = [templates[number] for numbers in plates.values() for number in numbers]
    return bool(used) and all(any(role in ("given", "options") for role, _ in t.needs) for t in used)


def depths(graph: ClaimGraph, instances: Instances) -> np.ndarray:
    """The depth of the first claim of each instance."""
    return np.asarray(graph.depth[instances.claims.values[instances.claims.offsets[:-1]]])


# ---- growth ---------------------------------------------------------------------------------------------------------


def _grown(
    bench: Bench, instances: Instances, measures: Measured, plates: Mapping[tuple[str, str], tuple[int, ...]],
    forms: tuple[str, ...],
) -> Cast:  # fmt: skip
    """The cast, in which an instance far off its scene's density stands twice: as it is where answers are short, and
    grown by a claim where they are sentences."""
    graph, scene = bench.graph, instances.scene
    n = len(instances)
    more, only = np.full(n, -1, np.int32), np.full(n, EVERY_FORM, np.uint8)
    far = (
        np.flatnonzero(np.abs(measures.deviation) > bench.config.deviation)
        if can_grow(scene)
        else np.empty(0, np.int64)
    )
    rows, claims = grown(graph, instances, far, bench.ground.weights, lambda ids: _worded(bench, ids))
    if len(rows):
        order = np.argsort(np.concatenate((np.arange(n), rows)), kind="stable")
        only[rows] = SHORT_FORMS
        more = np.concatenate((more, claims))[order]
        only = np.concatenate((only, np.full(len(rows), GROWN_FORMS, np.uint8)))[order]
        instances = together(instances, with_claim(instances, rows, claims)).take(order)
        measures = measures.take(np.concatenate((np.arange(n), rows))[order])
        if GROWING.issuperset(forms):
            keep = np.flatnonzero(only != SHORT_FORMS)
            instances, measures, more, only = instances.take(keep), measures.take(keep), more[keep], only[keep]
    axioms = evidence(graph, instances, next(iter(bench.speech.values())).evidence)
    texts = bench.texts
    said = ["" if c < 0 else f"{texts[graph.subject[c]]} {texts[graph.relation[c]]} {texts[graph.object[c]]}"
            for c in more.tolist()] if len(rows) else None  # fmt: skip
    ids = instance_ids(instances, texts, axioms, graph.ontology.axiom_ids(), said)
    return Cast(scene, instances, axioms, np.array(ids, "S64"), hashes(ids, bench.config.seed), {}, plates, forms,
                measures, more, only, claims_hash(instances, bench.contents.claims), {})  # fmt: skip


def _worded(bench: Bench, ids: Ints) -> NDArray[np.bool_]:
    """Which terms have words in every language that has words for anything."""
    able = [speech.lexicon.speakable(ids) for speech in bench.speech.values()]
    spoken = [words for words in able if words.any()]
    return np.asarray(np.logical_and.reduce([*spoken, np.full(len(ids), bool(spoken))]))


def claims_hash(instances: Instances, claims: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """A hash for each instance: equal where the claims are, whatever their order. claims: a digest of every claim."""
    values = mix(claims[instances.claims.values], "claims")
    ends = np.concatenate((np.zeros(1, np.uint64), np.cumsum(values, dtype=np.uint64)))
    with np.errstate(over="ignore"):
        sums = ends[instances.claims.offsets[1:]] - ends[instances.claims.offsets[:-1]]
    return mix(sums, "all")


# ---- words, and who speaks for whom ---------------------------------------------------------------------------------


def _voice(bench: Bench, cast: Cast, language: str) -> Voice:
    """How a language takes the instances: with words of its own, or through the instance of an analogue."""
    voice = voice_of(bench.speech[language], cast.instances, cast.hashes)
    standing = _stands(bench, cast, language)
    elsewhere = np.zeros(len(cast), bool)
    for other in bench.speech:
        elsewhere |= _stands(bench, cast, other)
    voice = replace(voice, wanted=voice.wanted & ~(elsewhere & ~standing))
    mute = np.flatnonzero((voice.reason == NO_WORDS) & voice.wanted)
    if not len(mute) or not voice.says.any():
        return voice
    roles = role_without_words(cast.instances, mute, speakable_roles(bench.speech[language], cast.instances))
    mute, roles = mute[roles != ""], roles[roles != ""]
    few = lowest(cast.hashes[mute], MOST)
    beyond = np.delete(mute, few)
    found = _substitutes(bench, cast, mute[few], roles[few], voice.says)
    return _bridged(voice, language, mute[few], beyond, found, standing)


def _substitutes(
    bench: Bench, cast: Cast, rows: Rows, roles: NDArray[np.object_], able: NDArray[np.bool_]
) -> Substitutes:
    _, truth = truth_and_depth(bench.graph, cast, np.arange(len(cast)))
    return substitutes(cast.instances, rows, roles, able, truth, bench.codes(), bench.content)


def _bridged(
    voice: Voice, language: str, rows: Rows, beyond: Rows, found: Substitutes, standing: NDArray[np.bool_]
) -> Voice:
    """The voice with who speaks for whom, and why nobody does for the others."""
    mute = f"no words in {language}"
    reason, target, wanted = voice.reason.copy(), voice.target.copy(), voice.wanted.copy()
    first = len(voice.reasons)
    codes = np.zeros(4, np.uint8)
    codes[[FOUND, NO_ANALOGUE, NO_INSTANCE, OTHER_TRUTH]] = np.arange(first, first + 4)
    reason[rows], target[rows] = codes[found.outcome], found.partner
    reason[beyond] = first + 4
    spoken = rows[found.partner >= 0]
    new = standing[target[spoken]]
    owners = spoken[new][np.unique(target[spoken[new]], return_index=True)[1]] if new.any() else spoken[:0]
    wanted[owners] = False  # who stands in for them is asked for in their place
    return replace(
        voice, reason=reason, target=target, wanted=wanted,
        reasons=(*voice.reasons, mute, f"{mute}, and no analogue has any",
                 f"{mute}, and its analogue is nowhere in this scene", f"{mute}, and its analogue has another truth",
                 f"{mute}, and no substitute was sought: more than {MOST}"),
        moves=(*voice.moves, COMPENSATE, SILENCE, COMPENSATE, COMPENSATE, SILENCE),
    )  # fmt: skip


def _stands(bench: Bench, cast: Cast, language: str) -> NDArray[np.bool_]:
    """Which instances stand in the place of a question that has no words in a language."""
    claims = bench.stand_ins.get(language)
    if claims is None or not len(claims) or len(cast.scene.couplings) != 1 or not len(cast):
        return np.zeros(len(cast), bool)
    return np.isin(cast.instances.claims.values[cast.instances.claims.offsets[:-1]], claims)


def _standing(bench: Bench, cast: Cast) -> dict[str, NDArray[np.bool_]]:
    found = {language: _stands(bench, cast, language) for language in bench.speech}
    return {language: stands for language, stands in found.items() if stands.any()}


def bridges(bench: Bench, casts: Sequence[Cast], least: Mapping[tuple[int, str], int]) -> dict[tuple[int, str], Rows]:
    """Who speaks for instances that resonate below the threshold, by cast and language; of many the MOST resonant.

    least: (cast, language) -> the resonance that speaks in some register.
    """
    out: dict[tuple[int, str], Rows] = {}
    for (number, language), limit in sorted(least.items()):
        cast = casts[number]
        voice, resonance = cast.voices[language], cast.measured.resonance
        weak = np.flatnonzero(voice.says & (resonance < limit))
        able = voice.says & (resonance >= limit)
        if not len(weak) or not able.any():
            continue
        order = np.lexsort((cast.hashes[weak], -resonance[weak].astype(np.int64)))
        weak = np.sort(weak[order[:MOST]])
        roles = weakest_role(bench.graph, cast.instances, weak, bench.content)
        weak, roles = weak[roles != ""], roles[roles != ""]
        if len(weak):
            target = np.full(len(cast), -1)
            target[weak] = _substitutes(bench, cast, weak, roles, able).partner
            out[number, language] = target
    return out
