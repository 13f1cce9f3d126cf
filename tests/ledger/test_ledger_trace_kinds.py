"""Every kind of thing has a story in both directions: down to the file, up to the adapter. Golden, and line by line."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest
from traced import GOLDEN, make_plant, stories, traced

from lithograph.core.errors import LithographError
from lithograph.ledger.ask import Ledger
from lithograph.ledger.trace import KINDS, tell, trace

DOWN_AND_UP = {  # kind -> what is below it, what is above it
    "example": ("in plant.ttl, axiom:", "adapter:9a129038d9a0"),
    "axiom": ("in plant.ttl, axiom:", "adapter:9a129038d9a0"),
    "node": ("in tanks.owl, axiom:", "adapter:9a129038d9a0"),
    "scene": ("whole = pump <http://ex.org/Pump>", "adapter:9a129038d9a0"),
    "template": ("scene what it is (taxonomy, atom)", "adapter:9a129038d9a0"),
    "instance": ("axiom valve SubClassOf device", "example:a8d0a1117e28, test"),
    "ontology": ("1 axiom went", "pressed into dataset plant, build plant-2"),
    "dataset": ("licence https://spdx.org/licenses/CC-BY-4.0", "run first, finished"),
    "run": ("in tanks.owl, axiom:", "adapter:9a129038d9a0"),
    "adapter": ("learned from 5 axioms", "test loss 2.500 before, 0.750 after"),
    "source": ("axiom tank SubClassOf device", "adapter:9a129038d9a0"),
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, world: ModuleType) -> Path:
    return make_plant(world, tmp_path_factory.mktemp("traced"))


def _tree(project: Path, what: str, language: str = "en") -> str:
    return tell(project, what, language=language).decode("utf-8")


def test_every_kind_of_the_registry_is_tried(world: ModuleType) -> None:
    assert {kind.name for kind in KINDS} - {"sentence", "build"} == set(traced(world)) == set(DOWN_AND_UP)


@pytest.mark.parametrize("kind", DOWN_AND_UP)
def test_a_story_leads_down_to_what_it_rests_on_and_up_to_what_came_of_it(
    project: Path, world: ModuleType, kind: str
) -> None:
    told = _tree(project, traced(world)[kind])
    for line in DOWN_AND_UP[kind]:
        assert line in told, told


@pytest.mark.parametrize(("form", "file"), [("tree", "trace.txt"), ("md", "trace.md")])
def test_the_stories_are_told_as_they_were_read_and_found_good(
    project: Path, world: ModuleType, form: str, file: str
) -> None:
    assert stories(world, project, form) == (GOLDEN / file).read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", sorted(set(DOWN_AND_UP) - {"adapter"}))
def test_a_kind_before_the_name_says_which_thing_is_meant(project: Path, world: ModuleType, kind: str) -> None:
    name = traced(world)[kind]
    bare = name.rpartition(":")[2] if name.startswith("urn:") else name
    assert _tree(project, f"{kind}:{bare}") == _tree(project, name)


def test_the_short_ids_that_a_story_prints_are_names(project: Path, world: ModuleType) -> None:
    for urn in (world.example("E1"), world.axiom("A1"), world.instance("I6")):
        kind, digest = urn.split(":")[2:]
        assert _tree(project, f"{kind}:{digest[:12]}") == _tree(project, urn)


def test_what_went_from_an_ontology_is_named(project: Path) -> None:
    told = _tree(project, "ontology:v2")
    assert "since ontology:6b86b273ff34" in told and "axiom pump DisjointWith valve" in told
    assert "went" not in _tree(project, "ontology:v1")


def test_an_axiom_of_no_example_says_why(project: Path, world: ModuleType) -> None:
    told = _tree(project, world.axiom("A6"))
    assert "behind no example of plant-1: no scene finds it" in told and "no example rests on it" in told


def test_entities_are_named_in_the_language_that_is_asked_for(project: Path, world: ModuleType) -> None:
    told = _tree(project, world.axiom("A1"), "ru")
    assert "насос <http://ex.org/Pump>" in told and "has part <http://ex.org/hasPart>" in told


def test_latest_is_the_newest_build_where_nothing_was_trained(fresh: Ledger) -> None:
    project = fresh.path.parent
    told = trace(fresh, "latest", datasets=project / "datasets", runs=project / "runs")
    assert told.title == "dataset plant, build plant-1"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Pumpp", "thing Pumpp: the ledger knows no thing by this name (nearest: pump)"),
        ("scene:what it iss", "scene what it iss: the ledger knows no scene by this name (nearest: what it is, what"),
        ("template:plain.en.j2", "template plain.en.j2: 3 of them answer to this name"),
        ("source:plant.tt", "source plant.tt: the ledger knows no source by this name (nearest: plant.ttl)"),
        ("instance:ffffffff", "instance ffffffff: the ledger knows no instance by this name"),
        ("ontology:v9", "ontology v9: the ledger knows no ontology by this name (nearest: v1, v2)"),
        ("dataset:bakery", "build bakery: the ledger knows no build by this name"),
        ("run:second", "run second: the ledger knows no run by this name"),
    ],
)
def test_a_name_that_fits_nothing_or_several_is_one_line_with_what_is_near(project: Path, name: str, said: str) -> None:
    with pytest.raises(LithographError) as error:
        tell(project, name)
    assert str(error.value).startswith(said) and "\n" not in str(error.value), error.value
