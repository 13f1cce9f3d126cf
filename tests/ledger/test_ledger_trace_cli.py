"""`lithograph trace` at the command line: prints, or writes a file; a mistake is one line and exit code 2."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner, Result
from traced import make_plant, traced

from lithograph.cli import main


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, world: ModuleType) -> Path:
    return make_plant(world, tmp_path_factory.mktemp("asked"))


def _run(project: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["trace", *words, "--project", str(project)])


def test_a_tree_is_printed_and_ends_its_line(project: Path, world: ModuleType) -> None:
    done = _run(project, world.example("E1"))
    assert done.exit_code == 0 and done.stdout.startswith("example:22249aa61fd2, train of plant\n│   user: Say a fact.")
    assert done.stdout.endswith("└── adapter:9a129038d9a0\n")


def test_a_random_example_is_one_of_the_newest_dataset(project: Path) -> None:
    done = _run(project, "random")
    assert done.exit_code == 0 and done.stdout.split(",")[0] in ("example:22249aa61fd2", "example:183499aaeec2")


@pytest.mark.parametrize(("name", "start"), [("s.svg", b"<svg "), ("s.png", b"\x89PNG"), ("s.md", b"# ")])
def test_a_file_is_written_in_the_form_of_its_suffix_and_its_size_is_said(
    project: Path, world: ModuleType, tmp_path: Path, name: str, start: bytes
) -> None:
    done = _run(project, traced(world)["scene"], "--out", str(tmp_path / name))
    data = (tmp_path / name).read_bytes()
    assert done.exit_code == 0 and data.startswith(start)
    assert done.stdout == f"{tmp_path / name}: {len(data)} bytes\n"


def test_a_png_goes_through_a_pipe_whole(project: Path, tmp_path: Path) -> None:
    code = "from lithograph.cli import main; main()"
    words = [sys.executable, "-c", code, "trace", "latest", "--format", "png", "--project", str(project)]
    done = subprocess.run(words, capture_output=True)
    assert done.returncode == 0, done.stderr
    _run(project, "latest", "--out", str(tmp_path / "s.png"))
    assert len(done.stdout) == len((tmp_path / "s.png").read_bytes())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["zeppelin"], "lithograph: thing zeppelin: the ledger knows no thing by this name"),
        (["random", "--out", "story.doc"], "lithograph: story.doc: the name does not say which form is meant"),
        (["random", "--out", "nowhere/story.md"], "lithograph: nowhere/story.md: the story cannot be written there"),
        (["random", "--limit", "0"], "lithograph: trace: Invalid value for '--limit'"),
        (["random", "--language", "de"], "lithograph: trace: Invalid value for '--language'"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(project: Path, words: list[str], said: str) -> None:
    done = _run(project, *words)
    assert done.exit_code == 2 and done.stdout == ""
    assert done.stderr.startswith(said) and done.stderr.count("\n") == 1, done.stderr
