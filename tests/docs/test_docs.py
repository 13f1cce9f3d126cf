"""Every command that the documentation shows is run, in one trained project, in the order of each page.

A block ```console holds commands (lines that begin with `$ `) and what they print. `check` compares: the lines shown
must be printed, in this order, `…` standing for anything. `refused` expects exit code 2. A block ```turtle file=PATH
(or of any other language) is written to PATH before the commands below it run, relative to the folder that they
stand in.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = ["README.md", *sorted(p.relative_to(ROOT).as_posix() for kind in ("tutorial", "how-to")
                              for p in (ROOT / "docs" / kind).glob("*.md"))]  # fmt: skip


@dataclass(frozen=True)
class Block:
    """A fenced block: the words after the fence, its lines, and the number of its first line."""

    words: tuple[str, ...]
    lines: tuple[str, ...]
    number: int

    @property
    def file(self) -> str | None:
        """Where its text is to be written."""
        return next((word.removeprefix("file=") for word in self.words if word.startswith("file=")), None)

    def commands(self) -> Iterator[tuple[str, list[str]]]:
        """Each command with the lines shown below it."""
        shown: list[str] = []
        command = ""
        for line in self.lines:
            if line.startswith("$ "):
                if command:
                    yield command, shown
                command, shown = line[2:], []
            else:
                shown.append(line)
        if command:
            yield command, shown


def blocks(text: str) -> Iterator[Block]:
    """The fenced blocks of a page."""
    opened: tuple[tuple[str, ...], int] | None = None
    lines: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        if opened is None and line.startswith("```"):
            opened, lines = (tuple(line[3:].split()), number + 1), []
        elif opened is not None and line.rstrip() == "```":
            yield Block(opened[0], tuple(lines), opened[1])
            opened = None
        else:
            lines.append(line)


def missing_line(shown: list[str], printed: str) -> str | None:
    """The first of the shown lines that is not printed in its order."""
    rest = iter(" ".join(line.split()) for line in printed.splitlines())
    for line in shown:
        wanted = " ".join(line.split())
        if wanted in ("", "…"):
            continue
        pattern = re.compile(".*".join(re.escape(part) for part in wanted.split("…")))
        if not any(pattern.fullmatch(found) for found in rest):
            return line
    return None


@pytest.mark.model
@pytest.mark.parametrize("page", PAGES)
def test_every_command_of_a_page_does_what_the_page_says(page: str, trained) -> None:  # type: ignore[no-untyped-def]
    folder = trained.folder
    for block in blocks((ROOT / page).read_text(encoding="utf-8")):
        if block.file:
            path = folder / block.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("\n".join(block.lines) + "\n", encoding="utf-8")
        elif block.words[:1] == ("console",):
            for command, shown in block.commands():
                folder = _run(trained, f"{page}:{block.number}", block, command, shown, folder)


def _run(trained, place: str, block: Block, command: str, shown: list[str], folder: Path) -> Path:  # type: ignore[no-untyped-def]
    """Run one command; the folder that it leaves the shell in."""
    note = trained.folder.parent / "cwd"
    done = trained.run(f"{command}\nrc=$?; pwd -P > {shlex.quote(str(note))}; exit $rc", folder)
    wanted = 2 if "refused" in block.words else 0
    assert done.returncode == wanted, f"{place}: $ {command}\nexit code {done.returncode}\n{done.stdout}"
    if "check" in block.words:
        line = missing_line(shown, done.stdout)
        assert line is None, f"{place}: $ {command}\nis said to print\n{line}\nbut prints\n{done.stdout}"
    return Path(note.read_text(encoding="utf-8").strip())


def test_pages_show_commands_only_in_blocks_that_are_run() -> None:
    for page in PAGES:
        for block in blocks((ROOT / page).read_text(encoding="utf-8")):
            if block.words[:1] in (("sh",), ("bash",), ("shell",), ()):
                first = next((line for line in block.lines if line.strip()), "")
                assert not re.match(r"(\$ )?(lithograph|litho|make)\b", first), f"{page}:{block.number}: {first}"


def test_what_is_shown_is_found_in_order_with_an_ellipsis_for_anything() -> None:
    assert missing_line(["a … c", "…", "e"], "x\na b c\nd\ne") is None
    assert missing_line(["e", "a … c"], "a b c\ne") == "a … c"
