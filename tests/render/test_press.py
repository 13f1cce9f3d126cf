"""The press prints what stock Jinja prints row by row, refuses what reaches outside, and names the row that fails."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lithograph.render.press import CHUNK, RenderError, make_plate, render_row
from lithograph.render.sandbox import BadSnippet, normalise, parse, slots
from lithograph.render.templates import Template
from lithograph.speech.words import fold

SUB, SUPER, MANY = ("sub", "a"), ("super", "a"), ("subs", "list")


def template(*sources):
    turns = tuple(("assistant", source) for source in sources)
    needs = sorted({slot for source in sources for slot, _ in slots(parse(source))})
    lines = tuple(range(10, 10 + len(sources)))
    return Template("IsA", "question", "plain", "en", "x", "x/plain.en.j2", 10, 0, turns, lines, tuple(needs), "x@0")


def columns(**values):
    return {(k, "a"): np.array(v, object) for k, v in values.items()}


def row_by_row(plate, data, rows):
    return tuple(
        [render_row(turn.source, {slot: data[slot][i] for slot in turn.needs}) for i in range(rows)]
        for turn in plate.turns
    )


def test_every_turn_is_a_list_of_texts():
    plate = make_plate(template("What is {{ sub.a }}?", "It is {{ super.a }}."))
    assert plate.fused
    assert plate.render(columns(sub=["a cat", "a dog"], super=["an animal", "a pet"])) == (
        ["What is a cat?", "What is a dog?"],
        ["It is an animal.", "It is a pet."],
    )


def test_a_template_without_slots_is_printed_as_often_as_asked():
    assert make_plate(template("Yes.")).render({}, 3) == (["Yes."] * 3,)
    assert make_plate(template("{% if 1 == 1 %}Yes.{% endif %}")).render({}, 2) == (["Yes."] * 2,)
    assert make_plate(template("{% for i in [1, 2] %}{{ i }}{% endfor %}")).render({}, 2) == (["12"] * 2,)


def test_no_rows_print_nothing():
    assert make_plate(template("{{ sub.a }}")).render(columns(sub=[]), 0) == ([],)


def test_chunks_do_not_show():
    rows = CHUNK * 2 + 7
    data = columns(sub=[f"thing {i}" for i in range(rows)])
    (texts,) = make_plate(template("{{ sub.a }}{% for i in [0] %}!{% endfor %}")).render(data)
    assert texts == [f"thing {i}!" for i in range(rows)]


def test_blanks_are_folded_and_line_breaks_stay():
    plate = make_plate(template("  One   {{ sub.a }}  \n\n\n\n  two  "))
    assert plate.render(columns(sub=["cat"])) == (["One cat\n\ntwo"],)


def test_branches_are_fused_and_leave_no_blanks_behind():
    source = "A {% if sub.a == 'x' %} cat {% elif not super.a %} dog {% else %} {{ super.a }} {% endif %} ."
    plate = make_plate(template(source))
    assert plate.fused
    data = columns(sub=["x", "y", "y"], super=["", "", "hen"])
    assert plate.render(data) == row_by_row(plate, data, 3)
    assert plate.render(data) == (["A cat .", "A dog .", "A hen ."],)


PIECES = st.sampled_from([
    "{{ sub.a }}", "{{ super.a }}", "text", " ", "  ", "\n", "\n\n\n", " {braces} ", "%d %s", "'quoted' \"twice\"",
    "\\n",
    "{% if sub.a %}yes{% endif %}",
    "{% if sub.a in super.a %} in {% else %}  out {% endif %}", "{{ sub.a | upper }}",
    "{% for c in sub.a %}{{ loop.index }}{{ c }}{% endfor %}",
    "{% if not sub.a and super.a %}-{{ super.a }}{% endif %}",
    "{% set x = sub.a %}{{ x }}", "{# remark #}", "é", "{{ '{{' }}",
])  # fmt: skip
VALUES = st.lists(st.tuples(st.text(max_size=8).map(fold), st.text(max_size=8).map(fold)), min_size=1, max_size=4)


@given(st.lists(PIECES, min_size=1, max_size=6).map("".join), VALUES)
def test_the_press_prints_what_stock_jinja_prints(source, values):
    plate = make_plate(template(source))
    data = columns(sub=[a or "x" for a, _ in values], super=[b or "y" for _, b in values])
    assert plate.render(data, len(values)) == row_by_row(plate, data, len(values))


@given(VALUES)
def test_empty_values_print_alike_where_branches_test_them(values):
    plate = make_plate(template("{% if sub.a %}{{ sub.a }}, {% endif %}{% if super.a %}{{ super.a }}{% endif %}!"))
    data = columns(sub=[a for a, _ in values], super=[b for _, b in values])
    assert plate.render(data, len(values)) == row_by_row(plate, data, len(values))


def test_the_same_columns_print_the_same_bytes():
    source = "{{ sub.a }} {% if super.a %}{{ super.a | lower }}{% endif %}"
    data = columns(sub=["b", "a"], super=["X", "Y"])
    assert make_plate(template(source)).render(data) == make_plate(template(source)).render(data)


def test_a_row_that_fails_is_named_with_its_template_and_values():
    plate = make_plate(template("fine {{ sub.a }}", "{{ 10 // (sub.a | length) }}"))
    with pytest.raises(RenderError) as caught:
        plate.render(columns(sub=["abc", "abc", ""]))
    assert str(caught.value) == (
        "templates/x/plain.en.j2:11: row 2 cannot be printed: integer division or modulo by zero (sub.a = ''). "
        "Mend the template, or the label of what fills the role."
    )


ESCAPES = [
    "{{ sub.a.__class__ }}",
    "{{ sub.a.__class__.__mro__ }}",
    "{{ ''.__class__.__base__.__subclasses__() }}",
    "{{ sub.a.format.__globals__ }}",
    "{{ '{0.__class__}'.format(sub.a) }}",
    "{{ range(100000000) | list }}",
    "{{ sub.a * 100000000 }}",
    "{{ 9 ** 9 ** 9 }}",
    "{% set x = [] %}{{ x.append(sub.a) }}",
    "{{ undefined_name.x }}{{ sub.a }}",
]


@pytest.mark.parametrize("source", ESCAPES)
def test_nothing_gets_out_of_the_sandbox(source):
    names = {slot for slot, _ in slots(parse(source))}
    data = {slot: np.array(["abc"], object) for slot in names if slot[0] == "sub"}
    plate = make_plate(template(source))
    if names - set(data):
        with pytest.raises(KeyError):
            plate.render(data, 1)
        return
    with pytest.raises(RenderError):
        plate.render(data, 1)


@pytest.mark.parametrize("source", ["{% include 'x' %}", "{% import 'x' as y %}", "{% extends 'x' %}",
                                    "{% macro m() %}{% endmacro %}", "{% block b %}{% endblock %}"])  # fmt: skip
def test_nothing_is_included_from_elsewhere(source):
    with pytest.raises(BadSnippet, match="is not used in templates"):
        parse(source)


def test_values_are_never_read_as_templates():
    plate = make_plate(template("{{ sub.a }}", "{% if sub.a %}{{ sub.a }}{% endif %}"))
    evil = "{{ 7 * 7 }} {% if x %} {sub} %s \\"
    assert plate.render(columns(sub=[evil])) == ([evil], [evil])


def test_russian_prints_are_euphonic():
    plate = make_plate(replace(template("Он в {{ sub.a }} и с {{ super.a }}."), language="ru"))
    assert plate.render(columns(sub=["втулке", "оси"], super=["осью", "стеной"])) == (
        ["Он во втулке и с осью.", "Он в оси и со стеной."],
    )


@given(st.text())
def test_normalising_is_idempotent(text):
    assert normalise(normalise(text)) == normalise(text)
