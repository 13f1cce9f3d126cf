"""Everything that can be wrong before a build, found at once: ontology, consistency, scenes, templates."""

from __future__ import annotations

from lithograph.config import Config
from lithograph.core.errors import LithographError
from lithograph.ontology.lint import Finding, Severity, lint
from lithograph.pipeline.forme import gather_scenes, require_fillers, require_registers, template_folder
from lithograph.pipeline.stone import prepare
from lithograph.reason.patterns import ClaimIndex
from lithograph.render.templates import UnknownScene, check_templates
from lithograph.scenes.as_yaml import standard_scenes
from lithograph.scenes.declaration import Scene
from lithograph.scenes.matching import find_instances


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
    spoken = {template.scene_name for template in templates}
    index = ClaimIndex.of(stone.graph)
    standard = {scene.iri for scene in standard_scenes()}
    for scene in scenes:
        if scene.name not in spoken:
            findings.append(_silent(scene, "has no template", "Write one under templates/, or switch the scene off."))
        found = find_instances(stone.graph, scene, index, unspoken)
        try:
            require_fillers(stone.graph, found, index)
        except LithographError as error:
            findings.append(_finding("scene", error))
            continue
        if scene.iri not in standard and not len(found):
            findings.append(_silent(scene, "matches nothing", "Loosen its couplings, or switch it off."))
    return sorted(findings, key=lambda f: (f.severity != "error", f.place, f.problem))


def _finding(check: str, error: LithographError, severity: Severity = "error") -> Finding:
    problem = error.problem + (f" ({error.facts})" if error.facts else "")
    return Finding(check, error.place, problem, error.cure.rstrip("."), severity)


def _silent(scene: Scene, problem: str, cure: str) -> Finding:
    return Finding("scene", f"scene {scene.name}", problem, cure, "warning")
