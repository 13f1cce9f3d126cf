"""The figure of a subgraph: its relations are the view's, its boxes have their ids and links, its bytes stay."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from types import ModuleType
from urllib.parse import unquote

import pyarrow as pa
import pytest
from traced import GOLDEN, make_plant, traced

from lithograph.core.errors import LithographError
from lithograph.core.identity import urn
from lithograph.ledger.ask import Ledger
from lithograph.ledger.figure import Arrow, Box, as_svg
from lithograph.ledger.png import as_png
from lithograph.ledger.trace import tell
from lithograph.ledger.trace.boxes import KINDS_DRAWN
from lithograph.ledger.trace.subgraph import MOST, RELATIONS, Relation, subgraph

SVG, LINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}href"
CLASSES = {  # of the view; a node and a model have none that is theirs alone
    "adapter": "litho:Adapter", "run": "litho:Run", "split": "litho:Split", "dataset": "mls:Dataset",
    "build": "litho:Build", "ontology": "litho:OntologyVersion", "source": "litho:SourceFile",
    "example": "litho:Example", "instance": "litho:SceneInstance", "template": "litho:Template",
    "scene": "litho:Scene", "axiom": "litho:Axiom",
}  # fmt: skip


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, world: ModuleType) -> Path:
    return make_plant(world, tmp_path_factory.mktemp("drawn"))


def _svg(project: Path, what: str, **options: int) -> ET.Element:
    return ET.fromstring(tell(project, what, out=project / "figure.svg", **options))


def _boxes(svg: ET.Element) -> dict[str, str]:
    """Id -> all that a box says."""
    return {g.get("id", ""): " ".join(t.text or "" for t in g.iter(f"{SVG}text")) for g in svg.iter(f"{SVG}g")}


# ── the relations ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("relation", RELATIONS, ids=lambda r: f"{r.above}-{r.below}")
def test_a_relation_of_the_columns_is_the_one_of_the_view(project: Path, relation: Relation) -> None:
    ledger = Ledger(project / "ledger")
    subject, thing = (relation.below, relation.above) if relation.backwards else (relation.above, relation.below)
    kinds = "".join(f"?{v} a {CLASSES[k]} . " for v, k in (("s", subject), ("o", thing)) if k in CLASSES)
    kinds += 'FILTER(STRSTARTS(STR(?o), "urn:litho:model:"))' if thing == "model" else ""
    rows = ledger.query(f"SELECT DISTINCT ?s ?o WHERE {{ ?s {relation.name} ?o . {kinds} }}").rows
    found = {(r["above"], r["below"]) for r in relation.pairs(ledger.path).to_pylist()}
    assert found == {(o, s) if relation.backwards else (s, o) for s, o in rows}
    assert found


def test_every_relation_goes_to_the_next_column() -> None:
    for relation in RELATIONS:
        assert KINDS_DRAWN[relation.below][0] == KINDS_DRAWN[relation.above][0] + 1


def test_a_run_is_followed_to_the_examples_that_it_saw_only(project: Path, world: ModuleType) -> None:
    ledger = Ledger(project / "ledger")
    run = urn("run", "first")
    graph = subgraph(ledger.path, [("run", run)], some=20)
    assert {world.name_of(e) for e in graph.shown["example"]} == {"E1", "E2", "E3", "E4", "E5", "E6"}
    assert {world.name_of(a) for a in graph.shown["axiom"]} == {"A1", "A2", "A3", "A4", "A5"}


def test_a_thing_that_no_run_saw_leads_to_no_run(project: Path, world: ModuleType) -> None:
    path = project / "ledger"
    assert "run" not in subgraph(path, [("axiom", world.axiom("A7"))]).shown
    seen = subgraph(path, [("axiom", world.axiom("A5"))]).shown
    assert len(seen["run"]) == 1 and len(seen["adapter"]) == 1
    assert seen["source"] and {world.name_of(e) for e in seen["example"]} == {"E6"}


def test_what_does_not_fit_is_counted_and_still_related(project: Path, world: ModuleType) -> None:
    graph = subgraph(project / "ledger", [("axiom", world.axiom("A1"))], some=1)
    assert {world.name_of(e) for e in graph.shown["example"]} == {"E1"} and graph.more["example"] == 2
    assert {k: len(v) for k, v in graph.shown.items() if k in ("node", "run")} == {"node": 1, "run": 1}
    assert graph.more["node"] == 2 and "run" not in graph.more
    ends = {(r.name, world.name_of(a), world.name_of(b)) for r, a, b in graph.edges}
    assert ("prov:wasDerivedFrom", "E1", "I1") in ends or ("prov:wasDerivedFrom", "E1", "more:instance") in ends
    assert ("litho:mentions", "A1", "more:node") in ends


def _wide(world: ModuleType, folder: Path, many: int) -> Ledger:
    """A build in which one axiom carries many instances of many examples each."""
    ledger = Ledger(folder / "ledger")
    tables = world.tables(1)
    names = [f"W{i}" for i in range(many)]
    instance = tables["instances"].to_pylist()[0]
    example = tables["examples"].to_pylist()[0]
    tables["instances"] = pa.Table.from_pylist([{**instance, "instance": urn("instance", n)} for n in names])
    tables["examples"] = pa.Table.from_pylist(
        [{**example, "id": urn("example", f"{n}{i}"), "instance": urn("instance", n)} for n in names for i in range(3)]
    )
    ledger.record_build(world.build(1), tables)
    return ledger


def test_a_figure_of_thousands_has_forty_boxes_at_most_and_says_how_many_more(
    world: ModuleType, tmp_path: Path
) -> None:
    ledger = _wide(world, tmp_path, 1000)
    for some in (5, 20):
        graph = subgraph(ledger.path, [("axiom", world.axiom("A1"))], some)
        assert sum(map(len, graph.shown.values())) + len(graph.more) <= MOST
        assert len(graph.shown["instance"]) + graph.more["instance"] == 1000
        assert len(graph.shown["example"]) + graph.more["example"] == 3000
    boxes = _boxes(_svg(tmp_path, world.axiom("A1")))
    assert boxes["more:example"] == "example and 2995 more" and boxes["more:instance"] == "instance and 995 more"


# ── the drawing ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_figure_of_every_kind_holds_its_thing_and_links_that_lead_to_files(
    project: Path, world: ModuleType
) -> None:
    for kind, name in traced(world).items():
        svg = _svg(project, name)
        boxes = _boxes(svg)
        heavy = [g.get("id") for g in svg.iter(f"{SVG}g") if g.find(f"{SVG}rect").get("stroke-width") == "2.5"]  # type: ignore[union-attr]
        assert len(heavy) == 1 and heavy[0] in boxes, kind
        assert boxes[str(heavy[0])].startswith(kind)
        links = [a.get(LINK, "") for a in svg.iter(f"{SVG}a")]
        assert links, kind
        assert all((project / unquote(link).partition("#")[0]).exists() for link in links)


def test_every_id_of_the_subgraph_is_a_box_and_every_relation_an_arrow(project: Path, world: ModuleType) -> None:
    graph = subgraph(project / "ledger", [("adapter", _adapter(project))])
    svg = _svg(project, "adapter:latest")
    wanted = {i for ids in graph.shown.values() for i in ids} | {f"more:{kind}" for kind in graph.more}
    assert set(_boxes(svg)) == wanted
    arrows = [p.find(f"{SVG}title") for p in svg.iter(f"{SVG}path")]
    assert sorted(t.text or "" for t in arrows if t is not None) == sorted(r.name for r, _, _ in graph.edges)
    words = {t.text for t in svg.iter(f"{SVG}text")}
    assert {r.name for r, _, _ in graph.edges} <= words


def _adapter(project: Path) -> str:
    return Ledger(project / "ledger").query("SELECT ?a WHERE { ?a a litho:Adapter }").rows[0][0]


def test_the_figure_has_a_title_and_says_in_words_what_it_shows(project: Path, world: ModuleType) -> None:
    svg = _svg(project, world.axiom("A1"))
    assert svg.findtext(f"{SVG}title") == "axiom pump SubClassOf has part some valve"
    assert "axiom 1" in svg.findtext(f"{SVG}desc", "") and "prov:wasDerivedFrom" in svg.findtext(f"{SVG}desc", "")
    assert svg.get("role") == "img" and svg.get("aria-labelledby") == "title desc"


def test_boxes_do_not_cover_each_other_and_lie_inside() -> None:
    boxes = [Box(f"b{i}", "node", "long words " * (i % 7), "n", f"b{i}", i % 3) for i in range(30)]
    arrows = [Arrow(f"b{i}", f"b{i + 1}", "r") for i in range(29) if i % 3 < 2]
    svg = ET.fromstring(as_svg(boxes, arrows, "t"))
    rects = [tuple(int(r.get(k, "0")) for k in ("x", "y", "width", "height"))
             for g in svg.iter(f"{SVG}g") for r in g.iter(f"{SVG}rect")]  # fmt: skip
    assert len(rects) == 30
    for n, (x, y, w, h) in enumerate(rects):
        assert x >= 0 and y >= 0 and x + w <= int(svg.get("width", "0")) and y + h <= int(svg.get("height", "0"))
        for a, b, c, d in rects[n + 1 :]:
            assert x + w <= a or a + c <= x or y + h <= b or b + d <= y


def test_texts_that_xml_cannot_hold_or_reads_as_signs_are_drawn_whole() -> None:
    box = Box('a"<&', "node", "x < y & \x00\x0b z", "n", "<about>", 0, 'l"&')
    svg = ET.fromstring(as_svg([box], [], "<t> & \x01"))
    (only,) = svg.iter(f"{SVG}g")
    assert only.get("id") == 'a"<&' and "x < y & z" in " ".join(t.text or "" for t in only.iter(f"{SVG}text"))
    assert svg.findtext(f"{SVG}title") == "<t> & "


def test_the_figure_is_as_it_was_looked_at_whatever_the_hash_seed(project: Path, world: ModuleType) -> None:
    golden = (GOLDEN / "trace.axiom.svg").read_bytes()
    assert tell(project, world.axiom("A1"), out=project / "figure.svg") == golden
    code = (
        "import sys; from pathlib import Path; from lithograph.ledger.trace import tell; p = Path(sys.argv[1]); "
        "tell(p, sys.argv[2], out=p / 'again.svg')"
    )
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", code, str(project), world.axiom("A1")],
            env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert (project / "again.svg").read_bytes() == golden


# ── the PNG ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_png_is_the_svg_at_twice_its_size(project: Path, world: ModuleType) -> None:
    svg = _svg(project, world.axiom("A1"))
    png = tell(project, world.axiom("A1"), out=project / "figure.png")
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", png[16:24]) == (2 * int(svg.get("width", "0")), 2 * int(svg.get("height", "0")))
    assert png == tell(project, world.axiom("A1"), out=project / "again.png")
    assert len(png) > 20_000  # letters and lines, not an empty sheet


@pytest.mark.parametrize("module", ["resvg_py", "font_roboto"])
def test_without_a_drawer_a_png_is_refused_with_the_cure_and_the_old_one_stands(
    project: Path, world: ModuleType, monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    (project / "kept.png").write_bytes(b"old")
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(LithographError, match=r'a PNG cannot be drawn .*pip install "resvg-py" "font-roboto"'):
        tell(project, world.axiom("A1"), out=project / "kept.png")
    assert (project / "kept.png").read_bytes() == b"old"


def test_what_is_no_svg_is_refused_in_a_line() -> None:
    with pytest.raises(LithographError, match="a PNG cannot be drawn"):
        as_png("no picture")
