"""A story: why something is as it is, as a tree of lines, drawn for a terminal or written as a page with links."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Link:
    """A file or folder that is there, and a place in it (`L7`: its seventh line)."""

    path: Path
    anchor: str = ""

    def seen_from(self, folder: Path) -> str:
        """The relative URL of it for a page that lies in `folder`.

        >>> Link(Path("a/b c.ttl"), "L7").seen_from(Path("a/docs"))
        '../b%20c.ttl#L7'
        """
        path = quote(Path(os.path.relpath(self.path, folder)).as_posix())
        return f"{path}#{self.anchor}" if self.anchor else path


@dataclass(frozen=True, slots=True)
class Story:
    """One thing: what it is (`title`), what is to be said of it (`detail`, any number of lines), what it rests on and
    what rests on it (`children`), the file that it stands in, and its id in the ledger, (kind, id), or several."""

    title: str
    detail: str = ""
    children: tuple[Story, ...] = ()
    link: Link | None = None
    about: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return as_tree(self)


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


# ── a page ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def as_markdown(story: Story, folder: Path = Path()) -> str:
    """A page to lie in `folder`: a heading for the thing and for each of its parts, nested lists below, relative links.

    >>> print(as_markdown(Story("a*", "said", (Story("b", "1. not a list"),))), end="")
    # a\\*
    <BLANKLINE>
    > said
    <BLANKLINE>
    ## b
    <BLANKLINE>
    1\\. not a list
    """
    blocks = [f"# {_title(story, folder)}", _broken(story.detail, "> ")]
    for child in story.children:
        below = "\n".join(line for part in child.children for line in _items(part, "", folder))
        blocks += [f"## {_title(child, folder)}", _broken(child.detail, ""), below]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _items(story: Story, indent: str, folder: Path) -> Iterator[str]:
    yield f"{indent}- **{_title(story, folder)}**" + ("  " if story.detail.strip() else "")
    if story.detail.strip():
        yield _broken(story.detail, f"{indent}  ")
    for child in story.children:
        yield from _items(child, indent + "  ", folder)


def _broken(detail: str, before: str) -> str:
    """Lines of one paragraph that are broken where they end."""
    return "  \n".join(before + _line(line) for line in detail.splitlines() if line.strip())


def _title(story: Story, folder: Path) -> str:
    words = _plain(" ".join(story.title.split()))
    return f"[{words}]({story.link.seen_from(folder)})" if story.link else words


def _line(text: str) -> str:
    """A line that begins no list, heading, rule or quotation.

    >>> _line("- a"), _line("12) b"), _line("    c")
    ('\\\\- a', '12\\\\) b', 'c')
    """
    plain = _plain(text.strip())
    return re.sub(r"^(\d+)([.)])", r"\1\\\2", re.sub(r"^([-+=])", r"\\\1", plain))


def _plain(text: str) -> str:
    """Text whose signs mean themselves in Markdown; an IRI in it is no link, for it need not lead anywhere."""
    plain = "".join(f"\\{c}" if c in "\\*_`<>[]|#~&$" else c for c in text)
    return plain.replace("://", "\\://").replace("www.", "www\\.")
