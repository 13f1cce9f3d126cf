"""What a user sees of events and answers: progress bars, stage lines, tables. Knows nothing about stages."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from lithograph.core.activity import Event, Notice, StageReport
from lithograph.core.activity import Progress as Step


class Screen:
    """Draws events on the error stream: bars on a terminal, lines elsewhere; answers go to the output stream."""

    def __init__(self) -> None:
        self._console = Console(stderr=True, soft_wrap=True, highlight=False)
        self._bars = Progress(
            TextColumn("{task.description:>10}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
            TimeRemainingColumn(), TextColumn("{task.fields[note]}"), console=self._console, transient=True,
            disable=not self._console.is_terminal,
        )  # fmt: skip
        self._tasks: dict[str, int] = {}
        self._lines: dict[str, int] = {}

    def __enter__(self) -> Screen:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def hear(self, event: Event) -> None:
        """Draw one event."""
        if isinstance(event, Step):
            self._step(event)
        elif isinstance(event, Notice):
            self._console.print(f"{event.stage:>10}  {event.text}", markup=False)
        else:
            self._console.print(report_line(event), markup=False)

    def _step(self, event: Step) -> None:
        if not self._console.is_terminal:
            tenth = event.done * 10 // event.total if event.total else 0
            if event.total and tenth > self._lines.get(event.stage, 0):
                self._lines[event.stage] = tenth
                self._console.print(f"{event.stage:>10}  {event.done}/{event.total}  {event.note}", markup=False)
            return
        if event.stage not in self._tasks:
            self._tasks[event.stage] = self._bars.add_task(event.stage, total=event.total or None, note="")
        self._bars.update(self._tasks[event.stage], completed=event.done, note=event.note)  # type: ignore[arg-type]


def report_line(report: StageReport) -> str:
    """A stage in one line: in, out, dropped by reason, seconds."""
    reasons = sorted(report.dropped.items(), key=lambda item: (-item[1], item[0]))
    shown = [f"{reason} {count:,}" for reason, count in reasons[:3]]
    if len(reasons) > 3:
        shown.append(f"{len(reasons) - 3} more reasons {sum(c for _, c in reasons[3:]):,}")
    left_out = f"  left out: {'; '.join(shown)}" if shown else ""
    return f"{report.stage:>10}  {report.came_in:,} → {report.came_out:,}  {report.seconds:.1f} s{left_out}"


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table for the terminal; as wide as it needs to be where the output is no terminal."""
    console = Console(highlight=False)
    drawn = Table(show_header=True, header_style="bold", box=None, pad_edge=False)
    for column in columns:
        drawn.add_column(column, overflow="fold")
    for row in rows:
        drawn.add_row(*(str(cell).replace("[", "\\[") for cell in row))
    if not console.is_terminal:
        console = Console(highlight=False, width=180)
    with console.capture() as captured:
        console.print(drawn)
    return "\n".join(line.rstrip() for line in captured.get().splitlines())


def tree(lines: Iterable[tuple[int, str, str]]) -> str:
    """A tree for the terminal, of depth, text and note of each line in order; one line each where it is no terminal."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=10_000)
    root = Tree("")
    branches = [root]
    for depth, text, note in lines:
        label = Text.assemble((text, "bold" if not depth else ""), "  ", (note, "dim italic"))
        branches[depth + 1 :] = [branches[depth].add(label)]
    with console.capture() as captured:
        for top in root.children:
            console.print(top)
    return "\n".join(line.rstrip() for line in captured.get().splitlines())


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part of an answer: a table, or one line where there are no columns. `total`: rows that there are in all,
    where only the first are given."""

    title: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    total: int = 0

    def first(self, limit: int) -> Section:
        """The section with so many rows at most."""
        return replace(self, rows=self.rows[:limit], total=max(self.total, len(self.rows)))

    @property
    def more(self) -> int:
        """How many rows are not given."""
        return max(0, self.total - len(self.rows))


def sections_text(sections: Iterable[Section]) -> str:
    """Sections for the terminal."""
    parts = []
    for section in sections:
        lines = [section.title]
        if section.rows:
            lines += ["  " + line for line in table(section.columns, section.rows).splitlines()]
        if section.more:
            lines.append(f"  … and {section.more:,} more")
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def sections_markdown(sections: Iterable[Section]) -> str:
    """Sections as Markdown tables."""
    parts = []
    for section in sections:
        lines = [f"## {section.title}" if section.columns else section.title]
        if section.rows:
            cells = [[" ".join(cell.split()).replace("|", "\\|") for cell in row] for row in section.rows]
            lines += [
                "",
                *(f"| {' | '.join(row)} |" for row in [section.columns, ["---"] * len(section.columns), *cells]),
            ]
        if section.more:
            lines += ["", f"… and {section.more:,} more"]
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def as_tsv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Tab-separated values, tabs and line ends inside a cell as spaces."""
    return "\n".join("\t".join(" ".join(str(cell).split()) for cell in row) for row in [columns, *rows])


def as_json(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A JSON list of objects."""
    return json.dumps([dict(zip(columns, row, strict=True)) for row in rows], ensure_ascii=False, indent=1)
