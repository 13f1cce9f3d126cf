"""What a user can get wrong: one line that says where, what and what to do, exit code ≠ 0, and nothing is harmed.

The lines stand in golden/errors.txt. With LITHOGRAPH_UPDATE_GOLDEN set it is written anew, to be reviewed as a diff.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from bad_input import MISTAKES, STAGE, lay_out
from click.testing import CliRunner

from lithograph.cli import main

GOLDEN = Path(__file__).parents[1] / "golden" / "errors.txt"
OLD = {"datasets/shop/build.json": '{"dataset": "urn:litho:dataset:old"}', "datasets/shop/README.md": "# old\n"}
MACHINERY = re.compile(r"(.*/)?\.[^/]+\.lock|ledger/consistency\.json|ledger/view/.*")
"""What a refusal may leave: a lock, the reasoner's verdict, the view of an empty ledger."""
CURED_BY_THE_PLACE = {"a template that does not compile", "no SPARQL"}
"""Slips of syntax: line and column say what to do."""


def read_golden() -> dict[str, str]:
    """Name -> the line that is printed."""
    said = {}
    for block in GOLDEN.read_text(encoding="utf-8").split("\n\n"):
        name, _, line = block.strip().split("\n")
        said[name.removeprefix("# ")] = line
    return said


@pytest.fixture(scope="module")
def golden() -> Iterator[dict[str, str]]:
    """The expected lines; where they are to be written anew, the place to put them."""
    if not os.environ.get("LITHOGRAPH_UPDATE_GOLDEN"):
        yield read_golden()
        return
    said: dict[str, str] = {}
    yield said
    blocks = [f"# {name}\n$ lithograph {MISTAKES[name].arguments}\n{line}\n" for name, line in said.items()]
    GOLDEN.write_text("\n".join(blocks), encoding="utf-8")


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its bytes."""
    files = (p for p in sorted(folder.rglob("*")) if p.is_file() and "reasoned" not in p.parts)
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in files}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_one_line_and_harms_nothing(
    name: str, golden: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mistake = MISTAKES[name]
    lay_out(mistake, tmp_path)
    if mistake.arguments.startswith("dataset"):
        (tmp_path / "datasets" / "shop").mkdir(parents=True)
        for file, text in OLD.items():
            (tmp_path / file).write_text(text)
    before = files(tmp_path)
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, shlex.split(mistake.arguments), prog_name="lithograph")
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert done.exit_code == mistake.code != 0
    assert done.stdout == ""
    lines = [line for line in done.stderr.splitlines() if not STAGE.match(line)]
    assert len(lines) == 1, done.stderr
    assert done.stderr.endswith(lines[0] + "\n"), "the error is the last that is said"
    line = lines[0].replace(f"{tmp_path.resolve()}/", "").replace(str(tmp_path.resolve()), "PROJECT")
    if os.environ.get("LITHOGRAPH_UPDATE_GOLDEN"):
        golden[name] = line
    assert line == golden[name]
    left = {file: text for file, text in files(tmp_path).items() if not MACHINERY.fullmatch(file)}
    assert left == before


def test_every_golden_line_is_printed_by_a_mistake() -> None:
    assert list(read_golden()) == list(MISTAKES)


def test_every_line_says_where_and_what_to_do() -> None:
    for name, line in read_golden().items():
        where, what = line.removeprefix("lithograph: ").split(": ", 1)
        cured = len(what.split(". ")) > 1 or name in CURED_BY_THE_PLACE
        assert where and cured, f"{name}: {line}"
