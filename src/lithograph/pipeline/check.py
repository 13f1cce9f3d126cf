"""Everything that can be wrong before a build, found at once: ontology, consistency, scenes, templates."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lithograph.config import Config
from lithograph.core.errors import LithographError
from lithograph.ontology.graph import ClaimGraph, Kind
from lithograph.ontology.lint import Finding, Severity, lint
from lithograph.ontology.manchester import short_name
from lithograph.ontology.project import VOCABULARY
from lithograph.pipeline.forme import gather_scenes, require_fillers, require_registers, template_folder
from lithograph.pipeline.mixed import mixture_errors
from lithograph.pipeline.stone import prepare
from lithograph.reason.patterns import ClaimIndex
from lithograph.render.templates import Template, UnknownScene, check_templates
from lithograph.scenes.as_yaml import standard_scenes
from lithograph.scenes.declaration import Scene
from lithograph.scenes.errors import RegisterWithoutTemplate, UnknownRelation
from lithograph.scenes.matching import SCHEMA_RELATIONS, find_instances


def check_project(config: Config) -> list[Finding]:
    """What is wrong, errors first. An ontology that cannot be read or is inconsistent is one finding, and the last."""
    try:
        stone = prepare(config, keep=True)
        unspoken = stone.unspoken()
        scenes = gather_scenes(config, stone.ontology)
    except LithographError as error:
        return [_finding("project", error)]
    findings = lint(stone.ontology, config.languages)
    names = {s.name: (*s.role_names, *(c.name for c in s.couplings if c.name)) for s in scenes}
    off = {s.name: s.role_names for s in standard_scenes() if s.name not in names}
    templates, errors = check_templates(template_folder(config), {**off, **names})
    for wrong in errors:
        elsewhere = isinstance(wrong, UnknownScene) and not wrong.slip
        findings.append(_finding("template", wrong, "warning" if elsewhere else "error"))
    try:
        require_registers(config, templates)
    except LithographError as error:
        findings.append(_finding("configuration", error))
    findings += [_finding("configuration", wrong) for wrong in mixture_errors(config, scenes)]
    findings += [_finding("scene", wrong) for wrong in _mute(scenes, templates)]
    spoken = {template.scene_name for template in templates}
    index = ClaimIndex.of(stone.graph)
    standard = {scene.iri for scene in standard_scenes()}
    for scene in scenes:
        if scene.name not in spoken:
            findings.append(_silent(scene, "has no template", "Write one under templates/, or switch the scene off."))
        found = find_instances(stone.graph, scene, index, unspoken)
        unknown = [] if scene.iri in standard else unknown_relations(stone.graph, scene)
        if unknown:
            findings += [_finding("scene", wrong) for wrong in unknown]
            continue
        try:
            require_fillers(stone.graph, found, index)
        except LithographError as error:
            findings.append(_finding("scene", error))
            continue
        if scene.iri not in standard and not len(found):
            findings.append(_silent(scene, "matches nothing", "Loosen its couplings, or switch it off."))
    return sorted(findings, key=lambda f: (f.severity != "error", f.place, f.problem))


def unknown_relations(graph: ClaimGraph, scene: Scene) -> list[LithographError]:
    """The relations that a scene names and the ontology does not have."""
    ids, kinds = graph.ontology.terms, graph.kinds
    properties = np.flatnonzero(kinds & (Kind.OBJECT_PROPERTY | Kind.DATA_PROPERTY | Kind.ANNOTATION_PROPERTY) > 0)
    known = {short_name(ids.texts[i]): ids.texts[i] for i in properties.tolist()}
    out: list[LithographError] = []
    for number, coupling in enumerate(scene.couplings, 1):
        relation = coupling.relation
        if relation is None or relation in SCHEMA_RELATIONS or relation in VOCABULARY or relation in known.values():
            continue
        out.append(UnknownRelation(f"scene {scene.name}, coupling {number}", relation, list(known)))
    return out


def _mute(scenes: Sequence[Scene], templates: Sequence[Template]) -> list[LithographError]:
    """Scenes that ask for a register in which no template says them."""
    written = {(template.scene_name, template.register) for template in templates}
    return [RegisterWithoutTemplate(scene.name, register, sorted(r for s, r in written if s == scene.name))
            for scene in scenes for register in scene.registers if (scene.name, register) not in written]  # fmt: skip


def _finding(check: str, error: LithographError, severity: Severity = "error") -> Finding:
    problem = error.problem + (f" ({error.facts})" if error.facts else "")
    return Finding(check, error.place, problem, error.cure.rstrip("."), severity)


def _silent(scene: Scene, problem: str, cure: str) -> Finding:
    return Finding("scene", f"scene {scene.name}", problem, cure, "warning")
