"""Scenes as a user lists, exports and converts them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lithograph.config import Config
from lithograph.ontology.load import load
from lithograph.pipeline.forme import NoScene, gather_scenes
from lithograph.pipeline.stone import Stone
from lithograph.reason.patterns import ClaimIndex
from lithograph.scenes.as_owl import scenes_from_ontology, scenes_to_turtle
from lithograph.scenes.as_yaml import read_scenes, scenes_to_yaml
from lithograph.scenes.instances import Instances
from lithograph.scenes.matching import find_instances


def counted(config: Config, stone: Stone) -> dict[str, int]:
    """Scene -> number of instances, of a loaded ontology; scenes without any are left out."""
    return {found.scene.name: len(found) for found in _found(config, stone) if len(found)}


def _found(config: Config, stone: Stone) -> list[Instances]:
    index = ClaimIndex.of(stone.graph)
    scenes = gather_scenes(config, stone.ontology)
    return [find_instances(stone.graph, scene, index, stone.unspoken()) for scene in scenes]


def exported(config: Config, names: Sequence[str], form: str) -> str:
    """Scenes by name (all where none is given) as "owl" (Turtle) or "yaml". Raises NoScene."""
    scenes = gather_scenes(config, load(config.root / config.ontology))
    known = {scene.name: scene for scene in scenes}
    for name in names:
        if name not in known:
            raise NoScene("scene", name, list(known))
    chosen = [known[name] for name in names] or list(scenes)
    return scenes_to_turtle(chosen) if form == "owl" else scenes_to_yaml(chosen)


def converted(file: Path, form: str) -> str:
    """The scenes of a YAML or ontology file in the other form."""
    is_yaml = file.suffix in (".yaml", ".yml")
    scenes = read_scenes(file) if is_yaml else scenes_from_ontology(load(file, imports=False))
    return scenes_to_turtle(scenes) if form == "owl" else scenes_to_yaml(scenes)
