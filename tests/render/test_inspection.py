"""Looking at values and their neighbours finds what reading the print finds."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lithograph.render.checks import REASONS, reason_of
from lithograph.render.inspection import READ, Inspector, Seen
from lithograph.render.press import make_plate
from lithograph.render.sandbox import parse, slots
from lithograph.render.templates import Template

KNOWN = frozenset({"GenBank"})


def template(*sources):
    turns = tuple(("assistant", source) for source in sources)
    needs = sorted({slot for source in sources for slot, _ in slots(parse(source))})
    lines = (1,) * len(sources)
    return Template("IsA", "question", "plain", "en", "x", "x/plain.en.j2", 1, 0, turns, lines, tuple(needs), "x@0")


def columns(sub, super_):
    return {("sub", "a"): np.array(sub, object), ("super", "a"): np.array(super_, object)}


def both(inspector, sources, data):
    plate = make_plate(template(*sources))
    texts = plate.render(data)
    read = [[reason_of(text, KNOWN) or ("too short" if len(text) < 2 else "") for text in turn] for turn in texts]
    worst = [next((r for r in row if r), "") for row in zip(*read, strict=True)]
    return inspector.reasons(plate, data, texts).tolist(), worst


@pytest.mark.parametrize(
    ("source", "sub", "super_", "reason"),
    [
        ("What is {{ sub.a }}?", "a valve", "", ""),
        ("What is a {{ sub.a }}?", "a valve", "", "two articles"),
        ("What is the {{ sub.a }}?", "a valve", "", "two articles"),
        ("It has spiciness {{ sub.a }}.", "spiciness", "", "a word twice"),
        ("The {{ sub.a }} topic is.", "has topic", "", "a word twice"),
        ("{{ sub.a }} {{ super.a }}", "has topic", "topic", "a word twice"),
        ("{{ sub.a }}, {{ super.a }}", "topic", "topic", ""),
        ("“{{ sub.a }}” {{ super.a }}", "topic", "topic", ""),
        ("It is {{ sub.a }}.", "", "", "an empty part"),
        ("It is {{ sub.a }}.", "hasTopping", "", "an identifier"),
        ("It is {{ sub.a }}.", "GenBank", "", ""),
        ("It is {{ sub.a }}.", "⟦⟧", "", "an unfilled place"),
        ("It is {{ sub.a }}.", "so it is.", "", "an empty part"),
        ("It is {{ sub.a }} .", "so", "", "an empty part"),
        ("{{ sub.a }}", "x", "", "too short"),
        ("{{ sub.a }}", "long " * 1000, "", "too long"),
    ],
)
def test_a_print_is_dead_where_a_value_meets_its_neighbour(source, sub, super_, reason):
    found, read = both(Inspector(KNOWN), [source], columns([sub], [super_]))
    assert found == [reason]
    if "long" not in sub:
        assert [bool(r) for r in found] == [bool(r) for r in read]


PIECES = st.sampled_from(
    ["{{ sub.a }}", "{{ super.a }}", " ", "is", " the ", " pump ", ". ", ", ", "“", "”", " a", "x", "? ", "\n"]
)
WORDS = st.sampled_from(
    ["pump", "a pump", "The pump", "pump a", "is", "насос", "pump.", "GenBank", "hasPart", "x, pump"]
)


@given(st.lists(PIECES, min_size=1, max_size=7).map("".join), st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=4))
def test_an_inspection_finds_what_reading_finds(source, values):
    data = columns([a for a, _ in values], [b for _, b in values])
    inspector = Inspector(KNOWN)
    plate = make_plate(template(source))
    if not plate.template.needs or "}}{{" in source or re.search(r"[\w]\{\{|\}\}\w", source):
        return  # turns whose slots touch a word are read
    found, read = both(inspector, [source], data)
    assert [bool(r) for r in found] == [bool(r) for r in read]
    again, _ = both(inspector, [source], data)
    assert again == found


def test_turns_with_branches_are_read():
    source = "{% if sub.a %}{{ sub.a }} {{ super.a }}{% endif %}"
    found, read = both(Inspector(KNOWN), [source], columns(["pump", "pump"], ["pump", "valve"]))
    assert found == read == ["a word twice", ""]


def test_any_turn_can_be_the_dead_one():
    found, read = both(Inspector(KNOWN), ["{{ sub.a }}!", "a {{ super.a }}"], columns(["pump"], ["a valve"]))
    assert found == read == ["two articles"]


def test_forgetting_changes_nothing(monkeypatch):
    monkeypatch.setattr("lithograph.render.inspection.MEMORY", 1)
    inspector, data = Inspector(KNOWN), columns(["pump", "a b"], ["pump", "is"])
    before, _ = both(inspector, ["{{ sub.a }} {{ super.a }}"], data)
    inspector.forget()
    after, _ = both(inspector, ["{{ sub.a }} {{ super.a }}"], data)
    assert before == after == ["a word twice", ""]


def test_layers_of_an_answer_are_foreseen_without_reading():
    turns = (("user", "What is {{ sub.a }}?"), ("thought", "It is {{ super.a }}."), ("assistant", "So {{ sub.a }}."))
    needs = (("sub", "a"), ("super", "a"))
    plate = make_plate(Template("IsA", "question", "plain", "en", "x", "x", 1, 0, turns, (1, 2, 3), needs, "x@0"))
    data = columns(["a pump", "hasPart", "a pump", "a pump"], ["a valve", "a valve", "is", "long " * 400])
    codes = Inspector(KNOWN).foreseen(plate, data, np.arange(4), Seen(0, 4)).tolist()
    assert codes == [0, REASONS.index("an identifier"), READ, READ]


def test_what_a_cast_says_is_looked_at_once(monkeypatch):
    inspector, seen, looked = Inspector(KNOWN), Seen(10, 14), []
    look_at = Inspector._look_at
    monkeypatch.setattr(Inspector, "_look_at", lambda self, values: looked.extend(values) or look_at(self, values))
    plate = make_plate(template("It is {{ sub.a }}."))
    for rows in (np.array([10, 12]), np.array([12, 13])):
        data = columns([f"pump {'abcd'[row - 10]}" for row in rows.tolist()], [""] * 2)
        assert inspector.foreseen(plate, data, rows, seen).tolist() == [0, 0]
    assert looked == ["pump a", "pump c", "pump d"]
