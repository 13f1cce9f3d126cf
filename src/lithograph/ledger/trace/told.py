"""A story in one of its forms, printed or in a file. Knows which forms there are, and which suffix means which."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from lithograph.core.errors import LithographError
from lithograph.ledger.figure import as_svg
from lithograph.ledger.png import as_png
from lithograph.ledger.story import Story, as_markdown, as_tree
from lithograph.ledger.trace.boxes import boxes
from lithograph.ledger.trace.places import Place
from lithograph.ledger.trace.said import SOME
from lithograph.ledger.trace.subgraph import subgraph

FORMS: Mapping[str, tuple[str, ...]] = {
    "tree": (".txt",), "md": (".md", ".markdown"), "svg": (".svg",), "png": (".png",)
}  # fmt: skip
"""Each form with the suffixes of its files."""


class NoForm(LithographError):
    """A file whose name does not say which form it is to have."""

    def __init__(self, path: Path) -> None:
        suffixes = ", ".join(f"{s} {form}" for form, many in FORMS.items() for s in many[:1])
        super().__init__(path, "the name does not say which form is meant", facts=suffixes, cure="Or give --format.")


class NoFigure(LithographError):
    """A thing from which nothing leads anywhere."""

    def __init__(self, title: str) -> None:
        super().__init__(title, "no figure can be drawn: it rests on nothing in the ledger", cure="Ask for tree or md.")


class Unwritable(LithographError):
    """A file that cannot be written."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, "the story cannot be written there", facts=reason, cure="Name another file with --out.")


def form_of(out: Path | None, form: str | None) -> str:
    """The form that is asked for, or that a file's suffix means, or a tree. Raises NoForm."""
    if form or out is None:
        return form or "tree"
    for name, suffixes in FORMS.items():
        if out.suffix.lower() in suffixes:
            return name
    raise NoForm(out)


def told(place: Place, story: Story, form: str, folder: Path, some: int = SOME) -> bytes:
    """The story as the bytes of a file that is to lie in `folder`: links are relative to it.

    some: how many things of a kind a figure shows. Raises NoDrawer where a PNG is asked for and cannot be drawn.
    """
    if form in ("svg", "png"):
        svg = figure(place, story, folder, some)
        return as_png(svg) if form == "png" else svg.encode("utf-8")
    text = as_markdown(story, folder) if form == "md" else f"{as_tree(story)}\n"
    return text.encode("utf-8", "backslashreplace")


def figure(place: Place, story: Story, folder: Path, some: int = SOME) -> str:
    """What leads to the story's thing, and what it leads to, as an SVG. Raises NoFigure."""
    if not story.about:
        raise NoFigure(story.title)
    graph = subgraph(place.ledger, story.about, some)
    drawn, arrows = boxes(place, graph, [i for _, i in story.about], folder)
    return as_svg(drawn, arrows, story.title)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file aside, then in its place: what stood there stands until the new one is whole. Raises Unwritable."""
    aside = path.with_name(f".{path.name}.part")
    try:
        aside.write_bytes(data)
        aside.replace(path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise Unwritable(path, error.strerror or str(error)) from error
