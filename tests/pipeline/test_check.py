"""What `lithograph check` finds before a build: scenes that cannot match or speak, weights that leave nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from bad_input import OPTIONS, SCENE, SHOP

from lithograph.config import load_config
from lithograph.pipeline.check import check_project

KEPT = "focus: oven\n"


def found(tmp_path: Path, scene: str = SCENE, options: str = "") -> list[str]:
    (tmp_path / "ontology").mkdir()
    (tmp_path / "ontology" / "shop.ttl").write_text(SHOP)
    (tmp_path / "s.yaml").write_text(scene)
    (tmp_path / "lithograph.toml").write_text(OPTIONS + 'scenes = ["s.yaml"]\n' + options)
    return [f"{finding.severity}: {finding}" for finding in check_project(load_config(tmp_path, oracle="off"))]


def test_a_project_without_mistakes_has_none_about_scenes_or_options(tmp_path: Path) -> None:
    assert [line for line in found(tmp_path) if line.startswith("error")] == []


@pytest.mark.parametrize(("old", "new", "said"), [
    ("shop#bakes", "shop#baks", "coupling 1: its relation <http://example.org/shop#baks> is no property of this "
     "ontology. Did you mean 'bakes'"),
    (KEPT, KEPT + "  registers: [poetic]\n", "scene Bakes: no template says it in the register 'poetic'"),
    ("loaf: class", "loaf: {kind: class, filled_by: <http://example.org/shop#Oven>}",
     "scene Bakes, role loaf: nothing in the ontology fills it"),
])  # fmt: skip
def test_a_scene_that_can_never_be_said_is_one_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in SCENE
    errors = [line for line in found(tmp_path, SCENE.replace(old, new)) if line.startswith("error")]
    assert len(errors) == 1
    assert said in errors[0]


@pytest.mark.parametrize(("options", "said"), [
    ("language_weights = {en = 0}\n", "the weight of every language that is printed is 0"),
    ("level_weights = {atm = 2}\n", "'atm' is no level"),
    ("budget = 5\nscene_budgets = {IsA = 4, Kinds = 4}\n", "come to 8 examples, and all get 5"),
])  # fmt: skip
def test_budgets_and_weights_that_clash_are_one_line(tmp_path: Path, options: str, said: str) -> None:
    errors = [line for line in found(tmp_path, options=options) if line.startswith("error")]
    assert len(errors) == 1
    assert "lithograph.toml" in errors[0] and said in errors[0]
