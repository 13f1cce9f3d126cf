"""The scenes that the world declares: each is found in it and can be spoken in every form it has."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from lithograph.ontology.graph import ClaimGraph
from lithograph.ontology.load import load
from lithograph.ontology.project import project
from lithograph.reason.closure import close
from lithograph.reason.patterns import ClaimIndex
from lithograph.render.templates import check_templates, spoken_roles
from lithograph.scenes.as_owl import scenes_from_ontology
from lithograph.scenes.as_yaml import standard_scenes
from lithograph.scenes.declaration import Scene
from lithograph.scenes.matching import find_instances
from lithograph.speech.lexicon import Lexicon

ROOT = Path(__file__).resolve().parents[2]
NONE = np.array([], np.int32)


@pytest.fixture(scope="module")
def graph() -> ClaimGraph:
    """What the world says and what follows from it."""
    return close(project(load(ROOT / "ontology" / "world" / "world.ttl"))).graph


@pytest.fixture(scope="module")
def scenes(graph: ClaimGraph) -> tuple[Scene, ...]:
    """The scenes of the world."""
    return scenes_from_ontology(graph.ontology)


def test_the_world_declares_fifteen_scenes(scenes: tuple[Scene, ...]) -> None:
    assert len(scenes) == 15
    assert all(set(scene.label) == {"en", "ru"} and set(scene.comment) == {"en", "ru"} for scene in scenes)


def test_every_scene_is_found_at_least_three_times(graph: ClaimGraph, scenes: tuple[Scene, ...]) -> None:
    index = ClaimIndex.of(graph)
    found = {scene.name: len(find_instances(graph, scene, index, NONE)) for scene in scenes}
    assert {name: count for name, count in found.items() if count < 3} == {}


def test_every_form_of_a_scene_has_three_wordings_in_both_languages(scenes: tuple[Scene, ...]) -> None:
    templates, errors = check_templates(ROOT / "templates", spoken_roles((*standard_scenes(), *scenes)))
    assert errors == ()
    written = Counter((t.scene_name, t.form, t.language) for t in templates if t.register == "plain")
    wanted = [(scene.name, form, language) for scene in scenes for form in scene.forms for language in ("en", "ru")]
    assert [key for key in wanted if written[key] < 3] == []


def test_a_thing_is_spoken_with_the_article_and_the_case_that_the_world_gives_it(graph: ClaimGraph) -> None:
    english, russian = (Lexicon.of(graph.ontology, graph.kinds, language) for language in ("en", "ru"))
    bike = "https://w3id.org/lithograph/world/bicycle#"
    ids = {term.removeprefix(bike): i for i, term in enumerate(graph.ontology.terms.texts) if term.startswith(bike)}
    assert english.word(ids["Chainring34"], "a") == "the small chainring of the workshop bicycle"
    assert english.word(ids["Gear50x17"], "The") == "The 50×17 gear"
    assert [english.word(ids[name], "a") for name in ("KarlDrais", "Steel", "Chain")] == [
        "Karl Drais",
        "steel",
        "a chain",
    ]
    assert russian.word(ids["JohnKempStarley"], "gen") == "Джона Кемпа Старли"
