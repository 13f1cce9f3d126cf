"""A ledger or a dataset that was damaged: every reader says so in one line with a cure, and pressing again heals it."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from bad_input import OPTIONS, SHOP
from click.testing import CliRunner, Result

from lithograph.cli import main
from lithograph.config import load_config
from lithograph.core.identity import file_sha256
from lithograph.ledger.columns import column_files
from lithograph.ledger.schemas import TABLES
from lithograph.pipeline.build import manifest, press
from lithograph.render.shards import LEDGER

TABLES_OF_A_BUILD = ("builds", "axioms", "nodes", "scenes", "templates", "instances", "examples", "decisions", "times")
QUERY = ["query", "SELECT ?x WHERE { ?x a litho:Build }"]


@pytest.fixture(scope="module")
def pressed_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pressed project, to be copied."""
    root = tmp_path_factory.mktemp("shop") / "project"
    (root / "ontology").mkdir(parents=True)
    (root / "ontology" / "shop.ttl").write_text(SHOP)
    (root / "lithograph.toml").write_text(OPTIONS + "shard_instances = 8\n")
    press(load_config(root), workers=1)
    return root


@pytest.fixture
def shop(pressed_shop: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(pressed_shop, tmp_path / "project"))


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def noise(path: Path) -> None:
    path.write_bytes(random.Random(1).randbytes(path.stat().st_size))


def one_page(path: Path) -> None:
    """A single byte in the midst of the first column's first page: the file opens, and its footer is well."""
    data = bytearray(path.read_bytes())
    column = pq.read_metadata(path).row_group(0).column(0)
    start = column.dictionary_page_offset or column.data_page_offset
    data[start + column.total_compressed_size - 1] ^= 0xFF
    path.write_bytes(data)


def lost(path: Path) -> None:
    path.unlink()


DAMAGES: tuple[Callable[[Path], None], ...] = (truncated, emptied, noise, one_page, lost)


def ask(root: Path, *words: str) -> Result:
    return CliRunner().invoke(main, [*words, "--project", str(root)])


def require_one_line(result: Result, file: Path) -> None:
    """One line that names the file and the cure, and a code that says no."""
    assert result.exit_code == 2, (result.output, result.exception)
    line = result.stderr.strip()
    assert "\n" not in line and line.startswith(f"lithograph: {file}: ")
    assert "lithograph dataset --force" in line


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("table", TABLES_OF_A_BUILD)
def test_a_damaged_table_is_one_line_and_pressing_again_heals_it(
    shop: Path, table: str, damage: Callable[[Path], None]
) -> None:
    before = ask(shop, *QUERY)
    assert before.exit_code == 0
    (file,) = column_files(shop / "ledger", table)
    whole = file_sha256(file)
    if damage is one_page and not pq.read_metadata(file).num_rows:
        pytest.fail(f"{table} has no page to damage")
    damage(file)
    result = ask(shop, *QUERY)
    if table == "builds" and damage is lost:
        assert result.exit_code == 0 and "0 rows" in result.stdout  # as if it had never been recorded
    else:
        require_one_line(result, file)
        assert "lithograph ledger verify" in result.stderr
    if table in ("builds", "times"):
        traced = ask(shop, "trace", "random")
        assert traced.exit_code == 2 and "\n" not in traced.stderr.strip()
    if damage is lost or table in ("builds", "times", "axioms"):
        press(load_config(shop), force=damage is not lost, workers=1)
        assert table == "times" or file_sha256(file) == whole
        assert ask(shop, *QUERY).stdout == before.stdout


@pytest.mark.parametrize("damage", (truncated, emptied, noise, lost))
@pytest.mark.parametrize("verb", (["train"], ["train", "--estimate"], ["export", "messages"]))
def test_a_damaged_shard_is_one_line_and_pressing_again_heals_it(
    shop: Path, damage: Callable[[Path], None], verb: list[str]
) -> None:
    folder = shop / "datasets" / "shop"
    whole = manifest(folder)
    file = sorted((folder / "data").glob("train-*"))[-1]
    damage(file)
    require_one_line(ask(shop, *verb), file)
    assert not (shop / "runs").exists() and not list(folder.parent.glob("*.jsonl"))
    assert press(load_config(shop), workers=1).fresh
    assert manifest(folder) == whole


def test_a_shard_of_other_examples_is_no_shard_of_this_dataset(shop: Path) -> None:
    one, other = sorted((shop / "datasets" / "shop" / "data").glob("train-*"))[:2]
    shutil.copy(other, one)
    require_one_line(ask(shop, "export", "messages"), one)


def test_a_torn_build_report_is_one_line(shop: Path) -> None:
    report = shop / "datasets" / "shop" / "build.json"
    truncated(report)
    require_one_line(ask(shop, "export", "messages"), report)


def test_trace_of_an_example_in_a_damaged_shard_is_one_line(shop: Path) -> None:
    for file in (shop / "datasets" / "shop" / "data").glob("*.parquet"):
        truncated(file)
    traced = ask(shop, "trace", "random")
    assert traced.exit_code == 2 and "\n" not in traced.stderr.strip() and ".parquet: " in traced.stderr


def test_a_half_deleted_view_is_made_anew(shop: Path) -> None:
    before = ask(shop, *QUERY).stdout
    for file in (shop / "ledger" / "view" / "000001").glob("*.sst"):
        file.unlink()
    assert ask(shop, *QUERY).stdout == before


def test_no_table_of_the_ledger_is_forgotten_here(shop: Path) -> None:
    assert {table for table in TABLES if column_files(shop / "ledger", table)} == set(TABLES_OF_A_BUILD)
    assert not (shop / "datasets" / "shop" / LEDGER).exists()
