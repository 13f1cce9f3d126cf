"""A proof as a picture: every step drawn once, nothing over anything else, the same bytes always."""

from __future__ import annotations

import re
import subprocess
import sys
from itertools import combinations
from xml.etree import ElementTree

from lithograph.render.proof_figure import COLOURS, LETTER, Step, as_list, as_svg, lines

SVG = "{http://www.w3.org/2000/svg}"


def proof() -> Step:
    first = Step("bicycle SubClassOf vehicle", "in bike.ttl <http://e/bike>", "asserted")
    second = Step("roadster SubClassOf bicycle", "in bike.ttl <http://e/bike>", "asserted")
    shared = Step("roadster SubClassOf vehicle", "by: subclass of a subclass", "derived", (second, first))
    long = Step("vehicle SubClassOf 'has as one of its many parts' some (wheel and (joined some wall))", "", "asserted")
    whole = Step("roadster SubClassOf 'has as one of its many parts' some wheel", "by: some", "derived", (shared, long))
    supposed = Step('roadster SubClassOf <b> & "c"', "supposed, to be refuted", "supposed")
    there = Step("there is: roadster", "presupposed", "presupposed")
    return Step("roadster SubClassOf Nothing", "by: apart", "impossible", (there, supposed, whole, shared))


def boxes(svg: str) -> list[tuple[int, int, int, int]]:
    found = ElementTree.fromstring(svg).findall(f"{SVG}rect")[1:]
    return [tuple(int(r.attrib[k]) for k in ("x", "y", "width", "height")) for r in found]  # type: ignore[misc]


def test_each_step_is_drawn_once_and_named_by_its_number_again() -> None:
    svg = as_svg(proof(), "a proof")
    texts = [t.text or "" for t in ElementTree.fromstring(svg).findall(f"{SVG}text")]
    assert sum("bicycle SubClassOf vehicle" in t for t in texts) == 1
    number = next(t for t in texts if "roadster SubClassOf vehicle" in t).split(" ")[0]
    assert texts.count(number) == 1
    assert len(boxes(svg)) == 9


def test_no_box_lies_over_another_and_all_lie_inside() -> None:
    svg = as_svg(proof(), "a proof")
    width, height = (int(n) for n in re.findall(r'viewBox="0 0 (\d+) (\d+)"', svg)[0])
    drawn = boxes(svg)
    assert all(x >= 0 and y > 26 and x + w <= width and y + h <= height for x, y, w, h in drawn)
    for (x, y, w, h), (u, v, k, m) in combinations(drawn, 2):
        assert x + w < u or u + k < x or y + h < v or v + m < y


def test_every_line_fits_its_box() -> None:
    root = ElementTree.fromstring(as_svg(proof(), "a proof"))
    texts = [t for t in root.findall(f"{SVG}text") if t.attrib.get("text-anchor")]
    for text in texts:
        x, y, length = int(text.attrib["x"]), int(text.attrib["y"]), LETTER * len(text.text or "")
        assert any(
            left <= x - length // 2 and x + length // 2 <= left + w and top < y < top + h
            for left, top, w, h in boxes(as_svg(proof(), "a proof"))
        )


def test_premises_stand_above_what_follows_from_them() -> None:
    found = boxes(as_svg(proof(), "a proof"))
    assert max(y + h for _, y, _, h in found) == found[0][1] + found[0][3]


def test_the_picture_is_the_same_bytes_in_another_process() -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from test_proof_figure import *; print(end=as_svg(proof(), 'p'))"
    )
    said = {
        subprocess.run([sys.executable, "-c", code, __file__.rpartition("/")[0]], env={"PYTHONHASHSEED": seed},
                       capture_output=True, check=True).stdout for seed in ("1", "2")
    }  # fmt: skip
    assert said == {as_svg(proof(), "p").encode()}


def test_every_kind_of_step_has_its_colour() -> None:
    kinds = set()
    todo = [proof()]
    while todo:
        step = todo.pop()
        kinds.add(step.kind)
        todo.extend(step.premises)
    assert kinds == set(COLOURS)


def test_a_list_opens_each_step_once() -> None:
    told = list(lines(proof()))
    assert told[0] == (0, "roadster SubClassOf Nothing", "by: apart")
    assert [note for _, text, note in told if text == "roadster SubClassOf vehicle"] == [
        "by: subclass of a subclass", "by: subclass of a subclass; shown above",
    ]  # fmt: skip
    assert as_list(proof()).count("bicycle SubClassOf vehicle") == 1
    assert "supposed" in as_list(proof())
