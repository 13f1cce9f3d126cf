"""How much of what is shown comes from a scene, axis, level, register or language. Knows nothing about tokens.

A table of weights says shares: among the groups that there are, a group's share of what is shown goes by its weight, 1
where none is given, whatever number of scenes or wordings stands in it. Several tables hold at once (iterative
proportional fitting, Deming & Stephan 1940). Where no table is given, the dataset's own weights stand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace

from .corpus import scene_name
from .errors import UnknownWeight
from .facts import Fact, Traits

ROUNDS = 50
"""Rounds of fitting; two tables that agree are met in a few."""


@dataclass(frozen=True, slots=True)
class Mixture:
    """Weights by name, one table a facet; an empty table leaves that facet as the dataset has it. 0 leaves out."""

    scene: Mapping[str, float] = field(default_factory=dict)
    axis: Mapping[str, float] = field(default_factory=dict)
    level: Mapping[str, float] = field(default_factory=dict)
    register: Mapping[str, float] = field(default_factory=dict)
    language: Mapping[str, float] = field(default_factory=dict)


def mixed(facts: Sequence[Fact], mixture: Mixture, place: object = "train") -> tuple[Fact, ...]:
    """The facts with weights that make the mixture; those that weigh nothing are left out. Raises UnknownWeight."""
    _known(facts, mixture, place)
    spoken = tuple(one for fact in facts for one in _in_manner(fact, mixture))
    if not (mixture.scene or mixture.axis or mixture.level):
        return spoken
    goals = _scene_weights(spoken, mixture)
    means = _means(spoken)
    scaled = (_scaled(fact, goals[fact.scene] / means[fact.scene]) for fact in spoken)
    return tuple(fact for fact in scaled if fact.weight > 0)


def _known(facts: Sequence[Fact], mixture: Mixture, place: object) -> None:
    there: dict[str, set[str]] = {one.name: set() for one in fields(Mixture)}
    for fact in facts:
        there["scene"] |= {fact.scene, scene_name(fact.scene)}
        for traits in fact.traits:
            for name in ("axis", "level", "register", "language"):
                value = getattr(traits, name)
                there[name] |= {value} if value else set()
    for name, names in there.items():
        unknown = sorted(set(getattr(mixture, name)) - names)
        if unknown:
            raise UnknownWeight(place, name, unknown[0], names)


def _in_manner(fact: Fact, mixture: Mixture) -> list[Fact]:
    """The fact with its wordings weighed by register and language; none where nothing is left of it."""
    weights = list(fact.weights)
    whole = sum(weights)
    tables: tuple[tuple[Mapping[str, float], Callable[[Traits], str | None]], ...] = (
        (mixture.register, lambda traits: traits.register),
        (mixture.language, lambda traits: traits.language),
    )
    tables = tuple(table for table in tables if table[0])
    if not tables or not fact.traits:
        return [fact]
    for _ in range(ROUNDS if len(tables) > 1 else 1):
        for table, key in tables:
            weights = _shared(weights, [key(traits) or "" for traits in fact.traits], table)
            if not sum(weights):
                return []
    scale = whole / sum(weights)
    kept = [place for place, weight in enumerate(weights) if weight > 0]
    return [replace(fact, rows=tuple(fact.rows[place] for place in kept),
                    weights=tuple(weights[place] * scale for place in kept),
                    traits=tuple(fact.traits[place] for place in kept))]  # fmt: skip


def _shared(values: Sequence[float], groups: Sequence[str], table: Mapping[str, float]) -> list[float]:
    """The values scaled within their groups so that the groups' sums go by the table."""
    sums: dict[str, float] = defaultdict(float)
    for value, group in zip(values, groups, strict=True):
        sums[group] += value
    return [value * table.get(group, 1.0) / sums[group] if sums[group] else 0.0
            for value, group in zip(values, groups, strict=True)]  # fmt: skip


def _means(facts: Sequence[Fact]) -> dict[str, float]:
    """The mean weight of each scene's facts: its share of the choice."""
    held: dict[str, list[float]] = defaultdict(list)
    for fact in facts:
        held[fact.scene].append(fact.weight)
    return {scene: sum(weights) / len(weights) for scene, weights in held.items()}


def _scene_weights(facts: Sequence[Fact], mixture: Mixture) -> dict[str, float]:
    """What each scene is to weigh so that scenes, axes and levels get their shares."""
    means, first = _means(facts), {fact.scene: fact.first for fact in reversed(facts)}
    scenes = sorted(means)
    own = mixture.scene
    values = [own.get(name, own.get(scene_name(name), 1.0)) if own else means[name] for name in scenes]
    tables = [(mixture.axis, [first[name].axis or "" for name in scenes]),
              (mixture.level, [first[name].level or "" for name in scenes])]  # fmt: skip
    given = [(table, groups) for table, groups in tables if table]
    for _ in range(ROUNDS if len(given) > 1 else 1):
        for table, groups in given:
            values = _shared(values, groups, table)
    return dict(zip(scenes, values, strict=True))


def _scaled(fact: Fact, factor: float) -> Fact:
    return replace(fact, weights=tuple(weight * factor for weight in fact.weights))
