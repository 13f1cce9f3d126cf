"""A lab's findings as tables for the terminal and as one page of HTML with its figures. Measures nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from lithograph.pipeline.lab import Lab
from lithograph.verify.compose import BASE
from lithograph.verify.heat_map import Square, heat_map
from lithograph.verify.lab import Span
from lithograph.verify.statistics import Interval

Table = tuple[str, tuple[str, ...], Sequence[tuple[str, ...]]]
"""A heading, the columns, the rows."""

_STYLE = """body{font:15px/1.5 Roboto,system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:#111}
table{border-collapse:collapse;margin:.6rem 0 1.6rem}th,td{border:1px solid #ccc;padding:.25rem .6rem;text-align:left}
th{background:#f3f3f3}figure{margin:1rem 0;overflow-x:auto}h2{margin-top:2.2rem}.q{font-weight:bold}"""


def tables(found: Lab) -> list[Table]:
    """Everything that is told, as tables."""
    return [_axes(found), _own(found), _growth(found), *_removed(found), _updates(found), _won(found)]


def _axes(found: Lab) -> Table:
    axes = sorted(axis for axis in found.base if axis != "all")
    rows = [("base", *(_share(found.base[axis]) for axis in axes))]
    for name, by in found.cells.items():
        rows.append((name, *(f"{_share(by[axis].accuracy)}{' *' if by[axis].won else ''}" for axis in axes)))
    return "Accuracy by axis (* won beyond chance and base, corrected for their number)", ("adapter", *axes), rows


def _own(found: Lab) -> Table:
    names = [m.name for m in found.members]
    rows = [(wearer, *(_span(found.own[name][wearer]) for name in names))
            for wearer in names if wearer in found.own[names[0]]]  # fmt: skip
    return "What each knows of the others' examples (loss below the base's, nats per token)", ("adapter", *names), rows


def _growth(found: Lab) -> Table:
    members = [m.name for m in found.members]
    rows = []
    for title, by in found.stages.items():
        known = [found.own[name][title] for name in members if title in found.own[name]]
        rows.append((title, _share(by["all"]), *(_span(one) for one in known)))
    how = {"stack": "acting together", "merge": "added into one", "train": "one trained on all of their scenes"}
    return (f"Grown one by one, one taken away, one replaced ({how[found.way]})",
            ("adapters", "accuracy", *(f"knows {name}" for name in members)), rows)  # fmt: skip


def _removed(found: Lab) -> Iterator[Table]:
    if found.removals:
        rows = [(name, _span(one.learned), _span(one.lost), _share(one.left), "yes" if one.gone else "no")
                for name, one in found.removals.items()]  # fmt: skip
        yield ("Knowledge of a scene that was taken away (nats per token of its own examples)",
               ("scene", "all had learned", "lost without it", "share left", "measurably gone"), rows)  # fmt: skip


def _updates(found: Lab) -> Table:
    rows = []
    for member in found.members:
        one = found.standings[member.name]
        angles = f"{one.angles[0]:.0f}° … {one.angles[-1]:.0f}°" if one.angles else "–"
        rows.append((member.name, str(member.shown), str(member.record.steps), f"{one.norm:.2f}",
                     f"{one.effective_rank:.2f}", f"{one.outside:.1%} ({one.by_chance:.1%})", angles,
                     f"{member.tension[0]:.2f} / {member.tension[1]:.2f}"))  # fmt: skip
    return ("Where each update lies beside the others'",
            ("adapter", "examples", "steps", "norm", "effective rank", "outside their span (by chance)",
             "principal angles", "tension, mean / greatest"), rows)  # fmt: skip


def _won(found: Lab) -> Table:
    rows = [(name, axis, _share(cell.accuracy), _points(cell.gain), f"{cell.chance:.0%}", f"{cell.corrected:.3f}")
            for name, by in found.cells.items() for axis, cell in by.items() if cell.won]  # fmt: skip
    return ("Axes that appeared" if rows else "No new axis appeared",
            ("adapter", "axis", "accuracy", "ahead of the base", "guessing", "corrected p"), rows)  # fmt: skip


def page(found: Lab) -> str:
    """The whole report as one page that stands alone."""
    parts = [f"<!doctype html><html lang='en'><meta charset='utf-8'><title>Adapters side by side</title>"
             f"<style>{_STYLE}</style><body><h1>Adapters side by side</h1>",
             f"<p>{len(found.members)} adapters, put together by <em>{escape(found.way)}</em>. Intervals hold 95 % of "
             "the resamplings; probes that were made of one another are drawn together.</p>"]  # fmt: skip
    parts += [f"<figure>{svg}</figure>" for svg in figures(found)]
    for heading, columns, rows in tables(found):
        parts.append(f"<h2>{escape(heading)}</h2>{_html(columns, rows)}")
    parts.append("<h2>What they say</h2>")
    for question, name, heard in found.answers:
        parts.append(f"<p class='q'>{escape(question)} <small>({escape(name)})</small></p>"
                     + _html(("who", "says"), list(heard.items())))  # fmt: skip
    return "\n".join([*parts, "</body></html>\n"])


def figures(found: Lab) -> list[str]:
    """Heat maps: the gain of each adapter on each axis, and what each knows of each other's examples."""
    names = list(found.cells)
    axes = sorted(axis for axis in found.base if axis != "all")
    gains = [[Square(c.gain.value, c.gain.low, c.gain.high, "*" if c.won else "") for c in
              (found.cells[name][axis] for axis in axes)] for name in names]  # fmt: skip
    wearers = [t for t in found.own[found.members[0].name] if t != BASE]
    members = [m.name for m in found.members]
    known = [[Square(s.value, s.low, s.high) for s in (found.own[name][wearer] for name in members)]
             for wearer in wearers]  # fmt: skip
    top = max((abs(s.value) for row in known for s in row if s.value is not None), default=1.0) or 1.0
    return [heat_map("Accuracy above the base, by axis", names, axes, gains, unit=0.5),
            heat_map("Loss below the base's on each scene's examples", wearers, members, known, unit=top)]  # fmt: skip


def _html(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in columns)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>"


def _share(one: Interval | Span) -> str:
    return f"{one.value:.0%} ({one.low:.0%}–{one.high:.0%})"


def _points(one: Interval) -> str:
    return f"{100 * one.value:+.0f} ({100 * one.low:+.0f} … {100 * one.high:+.0f})"


def _span(one: Span) -> str:
    return f"{one.value:+.2f} ({one.low:+.2f} … {one.high:+.2f})"
