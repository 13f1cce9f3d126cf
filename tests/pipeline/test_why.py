"""Scenes can be asked: what they found, why something was or was not printed; and new ones can be written."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from lithograph.cli import main
from lithograph.config import load_config
from lithograph.core.errors import LithographError
from lithograph.ontology.load import load
from lithograph.ontology.owlapi import read_by_owlapi
from lithograph.pipeline.build import press
from lithograph.pipeline.init import init_project
from lithograph.pipeline.new_scene import FileTaken, new_scene
from lithograph.pipeline.why import scene_rows, scene_shown, why
from lithograph.scenes.as_owl import scenes_from_ontology


@pytest.fixture
def project(tmp_path: Path) -> Path:
    init_project(tmp_path / "p")
    options = tmp_path / "p" / "lithograph.toml"
    options.write_text(options.read_text() + 'oracle = "off"\ncandidates = 6\n')
    return tmp_path / "p"


def test_a_scene_shows_its_pattern_its_measures_and_what_became_of_its_intents(project: Path) -> None:
    shown = scene_shown(load_config(project), "EverySome")
    assert "axis composition, level atom, focus subject" in shown
    assert re.search(r"resonance +0\.\d{3}", shown) and "1 instances" in shown
    asked, printed = (int(n) for n in re.search(r"(\d+) intents .*: (\d+) printed", shown).groups())  # type: ignore[union-attr]
    lost = sum(int(n) for n in re.findall(r"(\d+)  (?:silent|merged):", shown))
    assert asked == printed + lost > 0


def test_every_scene_is_listed_with_its_yield_once_something_was_built(project: Path) -> None:
    before = {row[0]: row for row in scene_rows(load_config(project))}
    press(load_config(project))
    after = {row[0]: row for row in scene_rows(load_config(project))}
    assert before["IsA"][-2] == "–" and str(after["IsA"][-2]).endswith("%")
    assert len(after) > 60 and after["IsA"][-1] == 2


def test_a_term_and_an_instance_are_told_why_they_were_printed_or_not(project: Path) -> None:
    file = project / "ontology" / "my-ontology.ttl"
    file.write_text(file.read_text().replace('"valve"@en , "клапан"@ru', '"valve"@en'))
    told = why(load_config(project), "Valve", scene="EverySome")
    assert "EverySome: subject = Pump, relation = hasPart, object = Valve" in told
    assert re.search(r"printed  en statement", told)
    assert re.search(r"silent   ru statement.*no words in ru", told)
    urn = re.search(r"urn:litho:instance:[0-9a-f]{64}", told)
    assert urn
    assert why(load_config(project), urn[0]).splitlines()[0] == told.splitlines()[0]


@pytest.mark.parametrize("yaml", [False, True])
def test_a_new_scene_is_matched_printed_and_read_back(project: Path, yaml: bool) -> None:
    made = new_scene(load_config(project), "WholeAndPart", axis="composition", focus="whole",
                     roles=("whole:class", "part:class"), couplings=("whole litho:hasPart part some",),
                     yaml=yaml)  # fmt: skip
    assert made.instances == 1
    assert tomllib.loads((project / "lithograph.toml").read_text())
    config = load_config(project)
    build = press(config)
    report: dict[str, dict[str, int]] = build.report["filter"]  # type: ignore[assignment]
    assert report["WholeAndPart"]["in"] == 4 and report["WholeAndPart"]["printed"] >= 2
    if not yaml:
        (scene,) = scenes_from_ontology(load(project / "ontology" / "my-ontology.ttl"))
        assert scene == made.scene


def test_what_is_written_for_a_new_scene_protege_opens(project: Path) -> None:
    new_scene(load_config(project), "WholeAndPart", axis="composition", focus="whole",
              roles=("whole:class", "part:class"), couplings=("whole litho:hasPart part some",))  # fmt: skip
    for name in ("scene-WholeAndPart.ttl", "my-ontology.ttl"):
        read = read_by_owlapi(project / "ontology" / name, "https://example.org/")
        assert read is not None
        assert "Turtle" in read[1]
        assert len(read[0].axioms) > 10


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_new_scene_leaves_what_a_user_wrote_as_it_was(project: Path, end: bytes) -> None:
    root, catalog = project / "ontology" / "my-ontology.ttl", project / "ontology" / "catalog-v001.xml"
    root.write_bytes(root.read_bytes().replace(b"\n", end) + end * 2)
    before = root.read_bytes()
    new_scene(load_config(project), "Whole2", axis="composition", focus="whole", roles=("whole:class", "part:class"),
              couplings=("whole litho:hasPart part",))  # fmt: skip
    assert root.read_bytes().startswith(before)
    assert root.read_bytes().count(b"\n") == root.read_bytes().count(end)
    assert "scene-Whole2.ttl" in catalog.read_text()


def test_the_verbs_print_what_the_functions_say(project: Path) -> None:
    done = CliRunner().invoke(main, ["scene", "why", "Pump", "--scene", "IsA", "--project", str(project)])
    assert done.exit_code == 0 and done.stdout.startswith("IsA: sub = Pump, super = Machine")


@pytest.mark.parametrize("yaml", [False, True])
def test_a_file_that_stands_in_the_way_is_never_replaced(project: Path, yaml: bool) -> None:
    file = project / ("scenes/Whole3.yaml" if yaml else "ontology/scene-Whole3.ttl")
    file.parent.mkdir(exist_ok=True)
    file.write_text("# mine\n")
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    with pytest.raises(FileTaken, match="a file of this name is there already"):
        new_scene(load_config(project), "Whole3", axis="composition", focus="whole",
                  roles=("whole:class", "part:class"), couplings=("whole litho:hasPart part",), yaml=yaml)  # fmt: skip
    assert {path: path.read_bytes() for path in project.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(("roles", "coupling"), [
    (("whole:class", "part:class"), "whole litho:hasPrt part"),
    (("whole:class", "part:class"), "whole <http://nowhere.org/x> part"),
    (("whole:class:litho:Nope", "part:class"), "whole litho:hasPart part"),
    (("whole:literal", "part:literal"), "whole litho:hasPart part"),
])  # fmt: skip
def test_a_new_scene_that_can_never_match_is_refused_and_nothing_is_written(
    project: Path, roles: tuple[str, ...], coupling: str
) -> None:
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    with pytest.raises(LithographError):
        new_scene(load_config(project), "Never", axis="composition", focus="whole", roles=roles, couplings=(coupling,))
    assert {path: path.read_bytes() for path in project.rglob("*") if path.is_file()} == before
