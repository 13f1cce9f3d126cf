"""Stories as Markdown: what is said is what is read, and every link leads to a file that is there."""

from __future__ import annotations

import html
import re
import shutil
from pathlib import Path
from types import ModuleType
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from traced import make_plant, traced

from lithograph.core.errors import LithographError
from lithograph.ledger.story import Link, Story, as_markdown
from lithograph.ledger.trace import tell

TEXTS = st.text(st.sampled_from("ab 1.-+*_`~<>[]()#|&;:/!$=\\\"'\t"), max_size=24)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, world: ModuleType) -> Path:
    return make_plant(world, tmp_path_factory.mktemp("paged"))


def _links(page: str) -> list[str]:
    return re.findall(r'href="([^"]*)"', MarkdownIt("gfm-like", {"linkify": False}).render(page))


@pytest.mark.parametrize("kind", ["example", "axiom", "node", "scene", "template", "ontology", "dataset", "run",
                                  "adapter", "instance", "source"])  # fmt: skip
def test_every_link_of_a_page_leads_to_a_file_from_where_the_page_lies(
    project: Path, world: ModuleType, kind: str
) -> None:
    folder = project / "a page's folder"
    folder.mkdir(exist_ok=True)
    links = _links(tell(project, traced(world)[kind], out=folder / "story.md").decode("utf-8"))
    assert links
    for link in links:
        path, _, anchor = unquote(html.unescape(link)).partition("#")
        assert (folder / path).exists(), link
        assert re.fullmatch(r"(L\d+)?", anchor), link


def test_an_example_links_its_shard_its_template_line_its_source_and_its_run(project: Path, world: ModuleType) -> None:
    page = tell(project, world.example("E1"), out=project / "story.md").decode("utf-8")
    assert set(_links(page)) == {
        "datasets/plant/data/train-0.parquet", "templates/taxonomy/plain.en.j2#L7", "plant.ttl",
        "datasets/plant/README.md", "runs/first", "runs/first/adapter",
    }  # fmt: skip


def test_what_is_not_there_is_not_linked(project: Path, world: ModuleType, tmp_path: Path) -> None:
    shutil.copytree(project / "ledger", tmp_path / "ledger")
    for kind, name in traced(world).items():
        page = tell(tmp_path, name, form="md").decode("utf-8")
        assert _links(page) == [], kind


def _read(html_text: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", html_text)).split())


@settings(max_examples=150, deadline=None)
@given(TEXTS, st.lists(TEXTS, max_size=3), TEXTS, TEXTS)
def test_whatever_a_text_holds_is_read_as_it_stands(title: str, lines: list[str], inner: str, deepest: str) -> None:
    deep = Story(f"q{inner}q", "\n".join(lines), (Story(f"q{deepest}q", deepest, link=Link(Path("a [b](c).ttl"))),))
    story = Story(f"q{title}q", "\n".join(lines), (Story("q", "\n".join(lines), (deep,)),))
    page = MarkdownIt("gfm-like", {"linkify": False}).render(as_markdown(story, Path()))
    said = [f"q{title}q", *lines, "q", *lines, f"q{inner}q", *lines, f"q{deepest}q", deepest]
    assert _read(page) == " ".join(" ".join(said).split())
    assert page.count("<h1>") == page.count("<h2>") == 1 and page.count("<li>") == 2
    assert re.findall(r'href="([^"]*)"', page) == ["a%20%5Bb%5D%28c%29.ttl"]


def test_a_file_is_replaced_whole_and_its_suffix_is_its_form(project: Path, world: ModuleType, tmp_path: Path) -> None:
    starts = {"s.md": b"# [example", "s.markdown": b"# [example", "s.txt": b"example:", "s.SVG": b"<svg "}
    for name, start in starts.items():
        (tmp_path / name).write_text("old", encoding="utf-8")
        data = tell(project, world.example("E1"), out=tmp_path / name)
        assert data.startswith(start) and (tmp_path / name).read_bytes() == data
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(starts)
    assert tell(project, world.example("E1"), out=tmp_path / "s.txt", form="md").startswith(b"# ")


def test_a_file_of_no_form_or_in_no_folder_is_refused_in_a_line_and_nothing_is_left(
    project: Path, world: ModuleType, tmp_path: Path
) -> None:
    with pytest.raises(LithographError, match=r"story\.doc: the name does not say which form is meant"):
        tell(project, world.example("E1"), out=tmp_path / "story.doc")
    with pytest.raises(LithographError, match="the story cannot be written there"):
        tell(project, world.example("E1"), out=tmp_path / "nowhere" / "story.md")
    assert list(tmp_path.iterdir()) == []
