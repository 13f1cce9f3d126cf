"""What a lab says of adapters beside each other, on answers and losses made by hand."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
import resvg_py

from lithograph.verify.heat_map import Square, heat_map
from lithograph.verify.lab import accuracies, cells, mean_span, removal
from lithograph.verify.results import RESULTS


def _probes(count: int = 40) -> pa.Table:
    return pa.table({
        "id": [f"p{n:03d}" for n in range(count)], "group": [f"g{n // 2:03d}" for n in range(count)],
        "axis": ["taxonomy" if n < count // 2 else "causality" for n in range(count)],
        "options": [["Yes", "No"]] * count, "answer": pa.array([n % 2 for n in range(count)], pa.int8()),
    })  # fmt: skip


def _results(right: list[bool]) -> pa.Table:
    return pa.table({"id": [f"p{n:03d}" for n in range(len(right))], "answer": [0] * len(right), "correct": right,
                     "score": [0.5] * len(right), "confidence": [0.5] * len(right)}, schema=RESULTS)  # fmt: skip


def test_an_axis_is_won_where_all_groups_gain_and_not_where_none_does() -> None:
    base = _results([n % 2 == 0 for n in range(40)])
    taught = _results([n < 20 or n % 2 == 0 for n in range(40)])
    found = cells(_probes(), base, {"taxa": taught, "same": base})
    assert found["taxa"]["taxonomy"].won and found["taxa"]["taxonomy"].gain.value == pytest.approx(0.5)
    assert not found["taxa"]["causality"].won and found["taxa"]["causality"].gain.value == 0.0
    assert not any(cell.won for cell in found["same"].values())
    assert found["taxa"]["taxonomy"].corrected >= found["taxa"]["taxonomy"].p


def test_a_gain_that_stays_below_chance_is_not_an_axis_won() -> None:
    base = _results([False] * 40)
    better = _results([n % 4 == 0 for n in range(40)])
    cell = cells(_probes(), base, {"a": better})["a"]["taxonomy"]
    assert cell.gain.value > 0 and cell.chance == 0.5 and not cell.won


def test_the_more_adapters_there_are_the_harder_an_axis_is_won() -> None:
    base = _results([n % 2 == 0 for n in range(40)])
    taught = _results([n < 8 or n % 2 == 0 for n in range(40)])
    alone = cells(_probes(), base, {"a": taught})["a"]["taxonomy"].corrected
    many = cells(_probes(), base, dict.fromkeys("abcdef", taught))["a"]["taxonomy"].corrected
    assert many > alone


def test_accuracies_are_given_by_axis_and_whole() -> None:
    found = accuracies(_probes(), _results([n < 20 for n in range(40)]))
    assert [found[name].value for name in ("all", "taxonomy", "causality")] == [0.5, 1.0, 0.0]


def test_knowledge_that_only_one_adapter_holds_is_gone_with_it() -> None:
    drawn = np.random.default_rng(0)
    base = drawn.normal(3.0, 0.1, 30)
    whole, facts = base - 2.0, [f"f{n // 3}" for n in range(30)]
    found = removal(base, whole, base - 0.2, facts)
    assert found.gone and found.left.value == pytest.approx(0.1) and found.learned.value == pytest.approx(2.0)
    kept = removal(base, whole, whole + drawn.normal(0, 0.05, 30), facts)
    assert not kept.gone and kept.left.value == pytest.approx(1.0, abs=0.05)


def test_an_interval_over_facts_holds_the_mean() -> None:
    values = np.random.default_rng(1).normal(1.0, 0.3, 60)
    found = mean_span(values, [str(n) for n in range(60)])
    assert found.low < found.value < found.high and found.value == pytest.approx(values.mean())


def test_a_heat_map_is_drawn_with_a_number_in_every_cell() -> None:
    svg = heat_map("Gain <over> base", ["one", "two"], ["taxonomy", "causality"],
                   [[Square(0.5, 0.4, 0.6, "*"), Square(-0.25)], [Square(None), Square(0.0)]])  # fmt: skip
    assert "+0.50*" in svg and "-0.25" in svg and "&lt;over&gt;" in svg and svg.count("<rect") == 5
    assert bytes(resvg_py.svg_to_bytes(svg_string=svg)).startswith(b"\x89PNG")
