"""What a scene found and made of it, and why an instance or a term was or was not printed. Nothing is written."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lithograph.config import Config
from lithograph.core.activity import Listener, silent
from lithograph.core.errors import LithographError
from lithograph.ontology.names import names_of
from lithograph.ontology.survey import CLASS, DATA, INDIVIDUAL, OBJECT
from lithograph.pipeline.asked import ready
from lithograph.pipeline.forme import Forme, NoScene, lock_up
from lithograph.pipeline.practised import practice_story
from lithograph.render.cast import Cast
from lithograph.render.corpus import Prints, Types
from lithograph.render.filter import strike
from lithograph.render.metadata import node_lists
from lithograph.render.repeats import living
from lithograph.render.rows import sheet_of
from lithograph.scenes.measures.depth import memory_depth
from lithograph.select.calibration import FILE_NAME, read_calibration
from lithograph.select.decisions import GOES_ON, MERGED, Decision
from lithograph.select.measured import MICRO
from lithograph.select.mixture import NOTHING

INSTANCE = "urn:litho:instance:"
MOST = 12
"""Instances of a scene that are told about one term."""


class NoInstance(LithographError):
    """An instance that no scene of this ontology has."""

    def __init__(self, place: str) -> None:
        super().__init__(place, "no scene has such an instance",
                         cure="It may have gone with an axiom, lie above per_scene or per_depth, or be practice of "
                              "another build than the last.")  # fmt: skip


def made_ready(config: Config, ontology: Path | None = None, listener: Listener = silent) -> Forme:
    """Everything locked up as the next build would, by the calibration of the last one where there is one."""
    kept = config.root / "datasets" / config.dataset / FILE_NAME
    calibration = read_calibration(kept) if kept.is_file() else None
    return lock_up(config, ready(config, listener, ontology), listener, calibration=calibration)


# ---- list -----------------------------------------------------------------------------------------------------------

LISTED = ("scene", "axis", "level", "forms", "resonance", "density", "tension", "depth", "printed", "instances")


def scene_rows(config: Config, ontology: Path | None = None) -> list[tuple[object, ...]]:
    """A row of LISTED for every scene: medians of its measures, and what the last build printed of its intents."""
    forme = made_ready(config, ontology)
    casts = {cast.scene.name: cast for cast in forme.types.casts}
    report = config.root / "datasets" / config.dataset / "build.json"
    built: Any = json.loads(report.read_text(encoding="utf-8")).get("filter", {}) if report.is_file() else {}
    rows: list[tuple[object, ...]] = []
    for scene in forme.scenes:
        cast, tally = casts.get(scene.name), built.get(scene.name)
        share = f"{100 * tally['printed'] // max(tally['in'], 1)} %" if tally else "–"
        rows.append((scene.name, scene.axis, scene.level, ", ".join(scene.forms), *_medians(forme, cast), share,
                     len(cast) if cast else 0))  # fmt: skip
    return rows


def _medians(forme: Forme, cast: Cast | None) -> tuple[str, ...]:
    if cast is None:
        return ("–",) * 4
    depth = memory_depth(forme.stone.graph, cast.instances)
    columns = (cast.measured.resonance / MICRO, cast.measured.density, cast.measured.tension)
    return (*(_middle(column) for column in columns), str(int(np.median(depth))))


def _middle(values: NDArray[Any]) -> str:
    known = values[~np.isnan(values)]
    return f"{np.median(known):.2f}" if len(known) else "–"


# ---- show -----------------------------------------------------------------------------------------------------------


def scene_shown(config: Config, name: str, ontology: Path | None = None) -> str:
    """A scene with its pattern, its measures, its thresholds, and what the filter makes of it. Raises NoScene."""
    forme = made_ready(config, ontology)
    scene = next((s for s in forme.scenes if s.name == name), None)
    if scene is None:
        raise NoScene("scene", name, [s.name for s in forme.scenes])
    rule = f"; graph rule: {scene.computed}" if scene.computed else ""
    out = [
        f"{name} — {scene.label.get('en', '')}",
        f"axis {scene.axis}, level {scene.level}, focus {scene.focus}{rule}",
    ]
    for coupling in scene.couplings:
        relation = (coupling.relation or f"?{coupling.relation_role or 'any'}").rsplit("#", 1)[-1].rsplit("/", 1)[-1]
        path = f", path of at most {coupling.hops}, sign {coupling.sign:+d}" if coupling.hops > 1 else ""
        out.append(
            f"  {coupling.source} – {relation} → {coupling.target}  ({coupling.quantifier}, {coupling.status}{path})"
        )
    number = next((i for i, cast in enumerate(forme.types.casts) if cast.scene.name == name), None)
    if number is None:
        return "\n".join([*out, "", "no instance in this ontology"])
    types, cast = forme.types, forme.types.casts[number]
    out += ["", f"{len(cast):,} instances", *_spread(cast)]
    out += ["", f"registers: {', '.join(types.registers[number]) or 'none'}", *_thresholds(types, number)]
    return "\n".join([*out, "", *_outcome(forme, number)])


def _spread(cast: Cast) -> Iterator[str]:
    yield f"  {'':<12}{'least':>9}{'quarter':>9}{'median':>9}{'3/4':>9}{'most':>9}"
    columns = {"resonance": cast.measured.resonance / MICRO, "density": cast.measured.density,
               "deviation": cast.measured.deviation, "tension": cast.measured.tension}  # fmt: skip
    for name, column in columns.items():
        known = column[~np.isnan(column)]
        values = np.quantile(known, [0, 0.25, 0.5, 0.75, 1]) if len(known) else []
        yield f"  {name:<12}" + ("".join(f"{value:>9.3f}" for value in values) or "undefined")
    bounds = int((~cast.measured.exact).sum())
    if bounds:
        yield f"  the tension of {bounds} instances is an upper bound"


def _thresholds(types: Types, number: int) -> Iterator[str]:
    cells = types.thresholds.get(types.casts[number].scene.name, {})
    for manner, limit in cells.items():
        said = "nothing" if limit == NOTHING else f"resonance ≥ {limit.resonance / MICRO:.3f}"
        yield f"  {manner}: {said}"


def _outcome(forme: Forme, number: int) -> Iterator[str]:
    prints = Prints()
    strike(forme.types, number, np.arange(len(forme.types.casts[number])), prints)
    sheet = sheet_of(forme.types, prints)
    alive = living(sheet, prints)
    cut = [d for d in forme.bounded if d.cast == number]
    asked = prints.asked[number] + sum(d.count for d in cut)
    yield f"{asked:,} intents (an instance in a language, a form and a wording): {len(alive):,} printed"
    counts: Counter[tuple[str, str, str]] = Counter()
    for d in (*cut, *prints.decisions):
        counts[d.outcome, d.move, d.reason] += d.count
    for (outcome, move, reason), count in sorted(counts.items(), key=lambda item: (item[0][0] == GOES_ON, -item[1])):
        yield f"  {count:>8,}  {outcome}: {move}: {reason}"


# ---- why ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Told:
    """What became of one instance in one language and form."""

    said: str
    moves: tuple[str, ...]


def why(config: Config, what: str, scene: str | None = None, ontology: Path | None = None) -> str:
    """Why an instance (its urn), or what is about a term (IRI, name or label), was or was not printed.

    Of an instance of practice what the last build asked. Raises NoInstance, NoScene, and the errors of names.
    """
    forme = made_ready(config, ontology)
    types = forme.types
    if scene is not None and scene not in [s.name for s in forme.scenes]:
        raise NoScene("--scene", scene, [s.name for s in forme.scenes])
    casts = [(n, cast) for n, cast in enumerate(types.casts) if scene in (None, cast.scene.name)]
    if what.startswith(INSTANCE):
        key = what.removeprefix(INSTANCE).encode()
        for number, cast in casts:
            rows = np.flatnonzero(cast.ids == key)
            if len(rows):
                return "\n".join(_instance(forme, number, int(rows[0])))
        asked = practice_story(forme, config.root / "datasets" / config.dataset, what, scene)
        if asked is None:
            raise NoInstance(what)
        return asked
    term = forme.stone.ontology.terms.id(names_of(forme.stone.ontology).find(what, CLASS + INDIVIDUAL + OBJECT + DATA))
    out: list[str] = []
    for number, cast in casts:
        nodes = node_lists(forme.stone.graph, cast, np.arange(len(cast)))
        owners = np.repeat(np.arange(len(cast)), np.diff(nodes.offsets))
        rows = np.unique(owners[nodes.values == term])
        for row in rows[:MOST].tolist():
            out += [*_instance(forme, number, row), ""]
        if len(rows) > MOST:
            out += [
                f"… and {len(rows) - MOST} more instances of {cast.scene.name}: give an instance's urn",
                "",
            ]
    silent_scenes = (
        [s.name for s in forme.scenes if s.name not in {c.scene.name for _, c in casts}] if scene is None else []
    )
    if silent_scenes:
        out.append(f"scenes without any instance here: {', '.join(silent_scenes)}")
    return "\n".join(out) or f"no scene has an instance about {what}"


def _instance(forme: Forme, number: int, row: int) -> Iterator[str]:
    types, cast = forme.types, forme.types.casts[number]
    measured, texts = cast.measured, types.terms
    numbers = {c.number_role for c in cast.scene.couplings if c.number_role}
    roles = ", ".join(
        f"{name} = {column[row] if name in numbers else texts[column[row]].rsplit('#', 1)[-1].rsplit('/', 1)[-1][:60]}"
        for name, column in cast.instances.roles.items()
    )
    tension = f"{measured.tension[row]:.3f}" + ("" if measured.exact[row] else " at most")
    density = "undefined" if np.isnan(measured.density[row]) else f"{measured.density[row]:.3f}"
    z = "undefined" if np.isnan(measured.deviation[row]) else f"{measured.deviation[row]:+.2f}"
    yield f"{cast.scene.name}: {roles}"
    yield f"  {INSTANCE}{cast.ids[row].decode()}"
    yield f"  resonance {measured.resonance[row] / MICRO:.3f}, density {density} (deviation {z}), tension {tension}"
    prints = Prints()
    strike(types, number, np.array([row]), prints)
    sheet = sheet_of(types, prints)
    alive = set(living(sheet, prints).tolist())
    for place in range(len(sheet.row)):
        template = types.templates[int(sheet.plate[place])]
        if place in alive:
            went = "; ".join(f"{move}: {reason}" for move, reason in sheet.went[int(sheet.moves[place])])
            yield f"  printed  {template.language} {template.form} {template.register}" + (
                f"  ({went})" if went else ""
            )
    for d in prints.decisions:
        if d.outcome != GOES_ON:
            yield f"  {d.outcome:<7}  {d.language} {d.form} {d.register}".rstrip() + f"  {_because(cast, d)}"


def _because(cast: Cast, d: Decision) -> str:
    limit = f" (threshold {d.threshold / MICRO:.3f})" if d.threshold >= 0 else ""
    target = int(d.targets[0]) if d.targets is not None and len(d.targets) else -1
    to = f" → {INSTANCE}{cast.ids[target].decode()}" if d.outcome == MERGED and target >= 0 else ""
    return f"{d.move}: {d.reason}{limit}{to}"
