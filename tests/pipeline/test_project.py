"""A project from its making to its dataset: `init`, `check`, `--preview`, the columns, the card, the ledger."""

from __future__ import annotations

import json
import re
from pathlib import Path

import datasets
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from pressed import Pressed

from lithograph.cli import main
from lithograph.config import load_config
from lithograph.ledger.columns import read_all
from lithograph.ledger.record import builds
from lithograph.pipeline.build import Build, manifest, press
from lithograph.pipeline.check import check_project
from lithograph.pipeline.init import FolderTaken, init_project
from lithograph.pipeline.preview import preview_examples
from lithograph.render.corpus import SCHEMA


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `lithograph init` makes."""
    root = tmp_path_factory.mktemp("init") / "my-project"
    made = init_project(root)
    assert all(path.exists() for path in made)
    return root


@pytest.fixture(scope="module")
def build(project: Path) -> Build:
    """Its dataset."""
    return press(load_config(project))


def everything(folder: Path) -> dict[str, tuple[int, int]]:
    """Every file and folder with its size and time."""
    return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in [folder, *folder.rglob("*")]}


def test_a_preview_writes_nothing(tmp_path: Path) -> None:
    init_project(tmp_path / "new")
    before = everything(tmp_path)
    shown = preview_examples(load_config(tmp_path / "new"), 7)
    assert everything(tmp_path) == before
    assert len(re.findall(r"^── ", shown, re.M)) == 7
    assert re.search(r"^EverySome\s+1 instances$", shown, re.M)


def test_a_preview_shows_what_is_pressed(project: Path, build: Build) -> None:
    shown = preview_examples(load_config(project), 12).split("\n\n")[:-1]
    tables = [pq.read_table(path, columns=["messages"]) for path in (build.folder / "data").iterdir()]
    pressed = {
        "\n".join(f"{turn['role']}: {turn['content']}" for turn in messages)
        for table in tables for messages in table.column(0).to_pylist()
    }  # fmt: skip
    assert len(shown) == 12
    assert [example for example in shown if example.partition("\n")[2] not in pressed] == []


def test_a_new_project_checks_without_an_error_or_a_warning(project: Path) -> None:
    assert {finding.severity for finding in check_project(load_config(project))} <= {"note"}


def test_a_new_project_presses_every_split_in_both_languages(build: Build) -> None:
    assert {split: record.rows > 0 for split, record in build.record.splits.items()} == {
        "train": True, "valid": True, "test": True,
    }  # fmt: skip
    assert set(build.report["counts"]["language"]) == {"en", "ru"}  # type: ignore[index]


def test_a_project_is_made_only_where_nothing_is(project: Path, tmp_path: Path) -> None:
    with pytest.raises(FolderTaken, match=r"the folder is not empty \(it holds "):
        init_project(project)
    (tmp_path / "empty").mkdir()
    assert init_project(tmp_path / "empty")
    with pytest.raises(FolderTaken, match=r"it holds \.gitignore"):
        init_project(tmp_path / "empty")


def test_a_new_projects_makefile_calls_verbs_that_there_are(project: Path) -> None:
    called = re.findall(r"^\tlithograph (\w+)", (project / "Makefile").read_text(), re.M)
    assert called == ["dataset", "train", "query", "check"]
    assert set(called) <= set(main.commands)


def test_the_dataset_opens_as_a_dataset(build: Build, tmp_path: Path) -> None:
    opened = datasets.load_dataset(str(build.folder), cache_dir=str(tmp_path))
    assert {name: split.num_rows for name, split in opened.items()} == {
        name: record.rows for name, record in build.record.splits.items()
    }
    assert all(split.column_names == SCHEMA.names for split in opened.values())
    row = opened["train"][0]
    assert row["messages"][-1]["content"] == row["completion"]


def test_every_column_is_documented(project_root: Path) -> None:
    page = (project_root / "docs" / "reference" / "dataset.md").read_text(encoding="utf-8")
    assert [name for name in SCHEMA.names if f"`{name}`" not in page] == []


def test_the_card_begins_with_a_yaml_header_and_holds_the_counts(build: Build) -> None:
    import yaml

    card = (build.folder / "README.md").read_text(encoding="utf-8")
    _, header, body = card.split("---\n", 2)
    said = yaml.safe_load(header)
    assert said["language"] == ["en", "ru"]
    assert {"train", "valid", "test"} == {file["split"] for file in said["configs"][0]["data_files"]}
    assert f"{build.examples:,}" in body and "coverage.svg" in body and "lithograph.ttl" in body


def test_the_report_accounts_for_every_shard_and_row(build: Build) -> None:
    report = json.loads((build.folder / "build.json").read_text(encoding="utf-8"))
    hashes = manifest(build.folder)
    assert {shard["file"]: shard["sha256"] for shard in report["shards"]} == {
        name: digest for name, digest in hashes.items() if name.startswith("data/")
    }
    assert sum(shard["rows"] for shard in report["shards"]) == build.examples


def test_the_build_is_recorded_with_everything_it_printed(project: Path, build: Build) -> None:
    ledger = project / "ledger"
    assert [row["id"] for row in builds(ledger)] == [build.record.id]
    printed = {i for path in (build.folder / "data").iterdir() for i in pq.read_table(path)["id"].to_pylist()}
    assert set(read_all(ledger, "examples")["id"].to_pylist()) == printed
    axioms = set(read_all(ledger, "axioms")["axiom"].to_pylist())
    behind = pc.list_flatten(read_all(ledger, "instances")["axioms"]).to_pylist()
    assert behind and set(behind) <= axioms


def test_the_names_of_its_sources_are_relative_to_the_project(build: Build) -> None:
    assert [source.name for source in build.record.sources] == ["ontology/my-ontology.ttl", "ontology/lithograph.ttl"]


def test_loading_an_ontology_writes_nothing_beside_it(project: Path, tmp_path: Path) -> None:
    import lithograph

    source = tmp_path / "my-ontology.ttl"
    source.write_bytes((project / "ontology" / "my-ontology.ttl").read_bytes())
    before = everything(tmp_path)
    stone = lithograph.load(source)
    assert lithograph.scenes(stone)["IsA"] == 2
    assert everything(tmp_path) == before


def test_a_scene_list_of_a_foreign_file_writes_nothing(pizza: Pressed, tmp_path: Path) -> None:
    before = everything(tmp_path)
    arguments = ["scene", "list", "--ontology", str(pizza.source), "--project", str(tmp_path)]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0 and re.search(r"^IsA .* 95$", done.stdout, re.M), done.output
    assert everything(tmp_path) == before
