"""A build writes its probes: files, hashes, report, the verb that shows them, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from lithograph.cli import main
from lithograph.config import load_config
from lithograph.core.identity import file_sha256
from lithograph.pipeline.build import Build, manifest, press
from lithograph.probes.table import PARTS, PROBES, NoProbes, read_probes
from lithograph.probes.wording import NoProbeTemplate, read_probe_templates


def probes(build: Build) -> list[dict[str, Any]]:
    return [row for part in PARTS for row in read_probes(build.folder, part).to_pylist()]


def test_the_build_report_knows_the_hashes_of_its_probes(build: Build) -> None:
    told = json.loads((build.folder / "build.json").read_text())["probes"]
    assert told["rows"] == len(probes(build)) > 0
    for part in PARTS:
        path = build.folder / "probes" / f"{part}.parquet"
        assert told["files"][part] == file_sha256(path)
        table = pq.read_table(path)
        assert table.schema.equals(PROBES)
        assert set(table["part"].to_pylist()) == {part}
        assert table["id"].to_pylist() == sorted(table["id"].to_pylist())


def test_a_status_that_the_ontology_lacks_is_no_option_and_is_reported(build: Build) -> None:
    report = json.loads((build.folder / "probes" / "report.json").read_text())
    assert report["lacks"]["statuses"] == ["refuted"]
    asked = [row for row in probes(build) if row["form"] == "yes_no"]
    assert asked
    assert {tuple(row["options"]) for row in asked} == {("Yes", "It cannot be known")}
    assert {row["truth"] for row in asked} >= {"unknown"}


def test_no_cell_is_larger_than_the_option_says(build: Build) -> None:
    report = json.loads((build.folder / "probes" / "report.json").read_text())
    assert report["cells"]
    assert max(report["cells"].values()) <= 12
    assert sum(report["cells"].values()) == report["probes"]


def test_memory_is_stated_by_a_training_text_and_no_question_is_one(build: Build) -> None:
    train = [row for path in sorted((build.folder / "data").glob("train-*.parquet"))
             for row in pq.read_table(path, columns=["claims", "prompt"]).to_pylist()]  # fmt: skip
    stated, asked = {claim for row in train for claim in row["claims"]}, {row["prompt"] for row in train}
    splits = {row["probe_split"] for row in probes(build)}
    assert {"memory", "reasoning"} <= splits
    for row in probes(build):
        assert row["question"] not in asked
        if row["probe_split"] == "memory":
            assert stated.issuperset(row["claims"])
        elif row["probe_split"] == "reasoning":
            assert stated.isdisjoint(row["claims"])


def test_the_number_of_workers_moves_no_byte_of_the_probes(project: Path, build: Build, tmp_path: Path) -> None:
    other = press(load_config(project), out=tmp_path / "bakery", workers=2, force=True)
    mine, its = ({k: h for k, h in manifest(b.folder).items() if k.startswith("probes/")} for b in (build, other))
    assert mine == its
    assert len(mine) == 3


def test_the_verb_shows_counts_and_probes(project: Path, build: Build) -> None:
    said = CliRunner().invoke(main, ["probes", "--project", str(project), "--preview", "3"])
    assert said.exit_code == 0
    assert said.output.startswith(f"{read_probes(build.folder, 'dev').num_rows} probes of the dev part")
    assert said.output.count("  * ") == 3
    none = CliRunner().invoke(main, ["probes", "--project", str(project), "--axis", "time"])
    assert none.exit_code == 2
    assert none.output.count("\n") == 1


def test_without_probes_a_build_still_writes_the_files_and_reading_them_is_refused(
    project: Path, tmp_path: Path
) -> None:
    without = press(load_config(project, probes=0), out=tmp_path / "none", workers=1)
    assert pq.read_table(without.folder / "probes" / "dev.parquet").num_rows == 0
    with pytest.raises(NoProbes, match="empty"):
        read_probes(without.folder, "dev")


def test_a_kind_that_no_template_asks_is_one_line(tmp_path: Path, project_root: Path) -> None:
    (tmp_path / "probes").mkdir()
    text = (project_root / "templates" / "probes" / "plain.en.j2").read_text(encoding="utf-8")
    (tmp_path / "probes" / "plain.en.j2").write_text(text[: text.index("@ riddle")], encoding="utf-8")
    with pytest.raises(NoProbeTemplate, match="no template asks 'riddle' in 'en'"):
        read_probe_templates(tmp_path, ["en"])
