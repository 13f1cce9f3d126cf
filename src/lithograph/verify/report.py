"""A verification as one HTML page that stands alone: tables and figures, nothing fetched. Knows no models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from .cartography import Standing
from .figures import Bar, Curve, Dot, cloud, curves, intervals
from .statistics import Interval
from .verified import Verified, ahead_table, sliced_table, tables_of, whole_table

_STYLE = (
    "body{font:15px/1.5 Roboto,Helvetica,Arial,sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color:#222}"
    "table{border-collapse:collapse;margin:1em 0;font-size:13px}td,th{border-bottom:1px solid #ddd;padding:.3em .8em;"
    "text-align:left;font-variant-numeric:tabular-nums}svg{max-width:100%;height:auto;margin:1em 0}"
)
MAP = "Each point is an example: right is hard, up is unsteady (Swayamdipta et al. 2020)."
HOW = (
    "Intervals are 95 % bootstrap intervals over groups of probes that were made of one another, 10,000 draws; where "
    "all groups agree, Wilson's. The majority answers without reading the question, by the most frequent key of these "
    "very probes. The runtime adapter is the base with sentences of the run's facts before the question."
)


def report(
    found: Verified,
    learning: Sequence[Curve] = (),
    map_of: Sequence[Standing] = (),
    scene_of: Mapping[str, str] | None = None,
    samples: Sequence[Sequence[str]] = (),
) -> str:
    """The page. learning: accuracy by axis over steps; map_of: examples over the run, coloured by `scene_of` them;
    samples: (question, key, and what each of two models says freely)."""
    about = found.about
    title = f"{about.get('model', '')}: {found.part} probes"
    parts = [f"<h1>{escape(title)}</h1>", f"<p>{escape(_asked(found))} {escape(HOW)}</p>", _table(*whole_table(found))]
    if any(found.ahead.values()):
        parts += ["<h2>Ahead of the others</h2>", _table(*ahead_table(found))]
    for column in tables_of(found):
        name = column.removeprefix("probe_")
        parts += [f"<h2>Accuracy by {escape(name)}</h2>", intervals(f"Accuracy by {name}", _rows(found, column)),
                  _table(*sliced_table(found, column))]  # fmt: skip
    if learning:
        parts += ["<h2>Learning</h2>", curves("Accuracy by axis over the run", "step", learning)]
    if map_of:
        scenes = scene_of or {}
        dots = [Dot(one.mean, one.spread, scenes.get(one.example, "others")) for one in map_of]
        drawn = cloud("Loss of each example over the run", "mean loss, nats a token", "standard deviation", dots)
        parts += ["<h2>What was hard to learn</h2>", f"<p>{MAP}</p>", drawn]
    if samples:
        parts += [
            "<h2>In its own words</h2>",
            _table(("question", "key", "the adapter says", "the base says"), samples),
        ]
    return (f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
            f"<style>{_STYLE}</style></head><body>\n" + "\n".join(parts) + "\n</body></html>\n")  # fmt: skip


def brief(found: Verified) -> str:
    """What a notebook shows of a verification, as HTML: how each model did, and by split as a figure."""
    drawn = intervals("Accuracy by split", _rows(found, "probe_split"))
    return f"<p>{escape(_asked(found))}</p>{_table(*whole_table(found))}{drawn}"


def _asked(found: Verified) -> str:
    first = next(iter(found.measures.values())).whole["accuracy"]
    return f"{first.probes} probes in {first.groups} groups, the same for every model."


def _rows(found: Verified, column: str) -> list[tuple[str, list[Bar]]]:
    models = [one.name for one in found.answers]
    values = found.measures[models[0]].sliced[column]
    return [(f"{value} ({held.probes})", [_bar(model, found.measures[model].sliced[column][value]) for model in models])
            for value, held in values.items()]  # fmt: skip


def _bar(model: str, held: Interval) -> Bar:
    return Bar(model, held.value, held.low, held.high)


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(str(cell))}</th>" for cell in columns)
    body = "".join("<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
