"""A story: why something is as it is, as a tree of lines, drawn for a terminal, a page or a picture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

WIDTH = 112
"""Characters a line of a picture may have; longer ones are cut."""


@dataclass(frozen=True, slots=True)
class Story:
    """One thing: what it is (`title`), what is to be said of it (`detail`, any number of lines), what it rests on."""

    title: str
    detail: str = ""
    children: tuple[Story, ...] = ()

    def __str__(self) -> str:
        return as_tree(self)


def render(story: Story, form: str = "tree") -> str:
    """The story as `tree`, `md` or `svg`."""
    return {"tree": as_tree, "md": as_markdown, "svg": as_svg}[form](story)


def as_tree(story: Story) -> str:
    """Text with branches drawn in box characters.

    >>> print(as_tree(Story("a", "said of a", (Story("b"), Story("c", "said of c")))))
    a
    │   said of a
    ├── b
    └── c
            said of c
    """
    return "\n".join(_tree(story, "", ""))


def _tree(story: Story, first: str, rest: str) -> Iterator[str]:
    yield first + story.title
    for line in story.detail.splitlines():
        yield f"{rest}{'│   ' if story.children else '    '}{line}".rstrip()
    for child in story.children:
        last = child is story.children[-1]
        yield from _tree(child, rest + ("└── " if last else "├── "), rest + ("    " if last else "│   "))


def as_markdown(story: Story) -> str:
    """A heading and nested lists; details are quoted."""
    lines = [f"# {_plain(story.title)}", ""]
    lines += [f"> {_plain(line)}  " for line in story.detail.splitlines()] + [""] * bool(story.detail)
    for child in story.children:
        lines += _items(child, "")
    return "\n".join(lines) + "\n"


def _items(story: Story, indent: str) -> Iterator[str]:
    yield f"{indent}- **{_plain(story.title)}**"
    for line in story.detail.splitlines():
        yield f"{indent}  {_plain(line)}  "
    for child in story.children:
        yield from _items(child, indent + "  ")


def _plain(text: str) -> str:
    """Text whose signs mean themselves in Markdown."""
    return "".join(f"\\{c}" if c in "\\*_`<>[]|#" else c for c in text)


def as_svg(story: Story) -> str:
    """A picture of the tree: one line of text a row, bold where a thing begins."""
    rows = list(_rows(story, 0))
    height = 22 * len(rows) + 24
    texts = "".join(
        f'<text x="{16 + 22 * depth}" y="{28 + 22 * i}"{" font-weight=" + chr(34) + "600" + chr(34) if bold else ""}>'
        f"{escape(line[:WIDTH] + ('…' if len(line) > WIDTH else ''))}</text>\n"
        for i, (depth, line, bold) in enumerate(rows)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="960" height="{height}" viewBox="0 0 960 {height}" '
        f'font-family="ui-sans-serif, system-ui, sans-serif" font-size="14" fill="#1c2733">\n'
        f'<rect width="960" height="{height}" fill="#fbfaf6"/>\n{texts}</svg>\n'
    )


def _rows(story: Story, depth: int) -> Iterator[tuple[int, str, bool]]:
    yield depth, story.title, True
    for line in story.detail.splitlines():
        yield depth + 1, line, False
    for child in story.children:
        yield from _rows(child, depth + 1)
