"""Every kind of thing has a story in both directions: down to the file, up to the adapter. Golden, and line by line."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from traced import GOLDEN, make_plant, stories, traced

from lithograph.core.errors import LithographError
from lithograph.core.identity import urn
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
    assert (
        {kind.name for kind in KINDS} - {"sentence", "build", "evaluation", "probe"}
        == set(traced(world))
        == set(DOWN_AND_UP)
    )


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
    for whole in (world.example("E1"), world.axiom("A1"), world.instance("I6")):
        kind, digest = whole.split(":")[2:]
        assert _tree(project, f"{kind}:{digest[:12]}") == _tree(project, whole)


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


def test_a_hash_of_two_kinds_is_refused_with_what_they_are(world: ModuleType, tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger")
    tables = world.tables(1)
    nodes = tables["nodes"].to_pylist()
    start = world.example("E1")[18:23]
    tables["nodes"] = pa.Table.from_pylist([{**nodes[0], "label_en": start}, *nodes[1:]])
    ledger.record_build(world.build(1), tables)
    with pytest.raises(
        LithographError, match=rf"thing {start}: 2 of them answer to this name \(example:.*; {start} \("
    ):
        tell(tmp_path, start)
    assert _tree(tmp_path, f"node:{start}").startswith(f"{start} (class)")
    assert _tree(tmp_path, f"example:{start}").startswith("example:22249aa61fd2")


def test_the_hash_of_a_run_is_the_run_and_that_of_its_adapter_the_adapter(project: Path, world: ModuleType) -> None:
    assert _tree(project, urn("run", "first")[14:26]).startswith("run first\n")
    assert _tree(project, "9a129038d9a0").startswith("adapter:9a129038d9a0\n")
    for name in ("E1", "A1", "I6"):
        whole = {"E": world.example, "A": world.axiom, "I": world.instance}[name[0]](name)
        assert _tree(project, whole.rpartition(":")[2][:12]) == _tree(project, whole)


def test_a_text_is_found_where_a_later_build_printed_other_rows_in_the_shard(world: ModuleType, tmp_path: Path) -> None:
    project = make_plant(world, tmp_path)
    shard = project / "datasets" / "plant" / "data" / "train-0.parquet"
    pq.write_table(pq.read_table(shard).take([5, 4, 3, 2, 1, 0]), shard, row_group_size=2)
    assert "assistant: A pump has a valve." in _tree(project, world.example("E1"))
    assert "assistant: Every pump has a valve in it." in _tree(project, world.example("E2"))
    pq.write_table(pq.read_table(shard).slice(0, 1), shard)
    assert "its text stands in plant/data/train-0.parquet, not found" in _tree(project, world.example("E1"))
    shard.write_bytes(b"PAR1 broken")
    with pytest.raises(LithographError, match="this part of the ledger cannot be read"):
        _tree(project, world.example("E1"))
