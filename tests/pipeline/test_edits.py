"""A build after an edit gives the bytes of a full build, whatever it took from earlier ones."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest
from edits import EDITS, edited

from lithograph.config import Config, load_config
from lithograph.core.errors import LithographError
from lithograph.core.identity import file_sha256
from lithograph.pipeline import asked
from lithograph.pipeline.build import manifest, press
from lithograph.render import shards
from lithograph.render.corpus import Types

PIZZA = Path(__file__).parents[1] / "data" / "ontologies" / "pizza.owl"
NOT_REPEATED = ("times", "builds")
"""Tables of what a clock decides, and of which version came before."""


def project(root: Path, ontology: Path, options: str = "") -> Path:
    """A project of one ontology file; its path."""
    file = root / "ontology" / ontology.name
    file.parent.mkdir(parents=True)
    shutil.copy(ontology, file)
    (root / "lithograph.toml").write_text(f'ontology = "ontology/{file.name}"\ndataset = "it"\nprobes = 0\n{options}')
    return file


def outcome(config: Config) -> dict[str, str]:
    """What a build makes: every file of the dataset and of its columns in the ledger; or what it refuses."""
    try:
        build = press(config, workers=1)
    except LithographError as error:
        return {"refused": f"{type(error).__name__} {error}".replace(str(config.root), "")}
    key = build.record.id.rsplit(":", 1)[-1]
    tables = [p for p in (config.root / "ledger" / "columns").glob(f"*/{key}.parquet")
              if p.parent.name not in NOT_REPEATED]  # fmt: skip
    return manifest(build.folder) | {f"table {p.parent.name}": file_sha256(p) for p in tables}


def walk(root: Path, file: Path, edits: list[str], seed: int, tmp: Path) -> None:
    """Build, then edit and build, again and again; each build equals that of a project that never reasoned before.

    Only the calibration goes along: it stays as it was unless it is asked for.
    """
    outcome(load_config(root))
    for number, edit in enumerate(edits, start=seed):
        edited(file, edit, number)
        other = tmp / f"full-{number}"
        shutil.copytree(root, other, ignore=shutil.ignore_patterns("ledger", ".*"))
        after, full = outcome(load_config(root)), outcome(load_config(other))
        wrong = sorted(name for name in {*after, *full} if after.get(name) != full.get(name))
        assert not wrong, f"{edit} by seed {number} differs in {wrong[:5]}"
        shutil.rmtree(other)


def test_edits_of_pizza_give_what_full_builds_give(tmp_path: Path) -> None:
    file = project(tmp_path / "pizza", PIZZA, 'oracle = "off"\ncandidates = 12\n')
    walk(tmp_path / "pizza", file, ["add", "rename", "change", "remove"], 11, tmp_path)


def test_an_edited_label_is_pressed_without_reasoning_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "pizza"
    file = project(root, PIZZA, 'oracle = "off"\ncandidates = 12\n')
    before = outcome(load_config(root))
    edited(file, "rename", 3)

    def never(*_: object) -> None:
        raise AssertionError("the ontology was reasoned about again")

    monkeypatch.setattr(asked.Reasoning, "of", never)
    after = outcome(load_config(root))
    assert after["build.json"] != before["build.json"] and len(after) > 5


def test_an_edited_axiom_is_reasoned_about_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "pizza"
    file = project(root, PIZZA, 'oracle = "off"\ncandidates = 12\n')
    outcome(load_config(root))
    edited(file, "remove", 3)
    monkeypatch.setattr(asked.Reasoning, "of", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        outcome(load_config(root))


def test_an_edited_template_presses_its_own_scene_alone(
    tmp_path: Path, project_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "pizza"
    project(root, PIZZA, 'oracle = "off"\ncandidates = 12\n')
    shutil.copytree(project_root / "templates", root / "templates")
    outcome(load_config(root))
    file = root / "templates" / "taxonomy" / "plain.en.j2"
    file.write_text(file.read_text().replace("State one fact about", "Name one fact about", 1))
    full = tmp_path / "full"
    shutil.copytree(root, full, ignore=shutil.ignore_patterns("ledger", ".*"))
    pressed: list[str] = []
    press_piece = shards.press_piece

    def heard(types: Types, number: int, part: shards.Part, folder: Path) -> shards.Pressed:
        pressed.append(types.casts[part[0]].scene.name)
        return press_piece(types, number, part, folder)

    monkeypatch.setattr(shards, "press_piece", heard)
    after = outcome(load_config(root))
    assert set(pressed) == {"IsA"}
    pressed.clear()
    assert outcome(load_config(full)) == after and len(set(pressed)) > 5


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_random_edits_of_pizza_give_what_full_builds_give(tmp_path: Path, seed: int) -> None:
    file = project(tmp_path / "pizza", PIZZA, 'oracle = "off"\ncandidates = 12\n')
    edits = random.Random(seed).choices(sorted(EDITS), k=6)
    walk(tmp_path / "pizza", file, edits, 100 * seed, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["bicycle.ttl", "machine.ttl", "bridge.ttl"])
def test_edits_of_the_world_give_what_full_builds_give(tmp_path: Path, project_root: Path, name: str) -> None:
    root = tmp_path / "world"
    for folder in ("ontology", "templates"):
        shutil.copytree(project_root / folder, root / folder)
    shutil.copy(project_root / "lithograph.toml", root)
    walk(root, root / "ontology" / "world" / name, ["rename", "add"], 7, tmp_path)


@pytest.mark.slow
@pytest.mark.data
@pytest.mark.parametrize("name", ["edam/EDAM_1.25.owl", "go-nucleus/go-nucleus.owl"])
def test_edits_of_real_ontologies_give_what_full_builds_give(tmp_path: Path, shared_data: Path, name: str) -> None:
    file = project(tmp_path / "real", shared_data / "ontologies" / name, 'oracle = "off"\ncandidates = 12\n')
    walk(tmp_path / "real", file, ["add", "rename", "change", "remove"], 5, tmp_path)
