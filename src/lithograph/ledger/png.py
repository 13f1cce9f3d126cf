"""An SVG as a PNG, drawn by resvg with Roboto out of a wheel, so that the same picture has the same bytes anywhere.

A script that Roboto does not have (neither Latin, Greek nor Cyrillic) is drawn with the fonts of the machine.
"""

from __future__ import annotations

import html
import re
from pathlib import Path

from lithograph.core.errors import LithographError

ZOOM = 2.0
"""Pixels of the PNG to one of the SVG: a screen of fine resolution shows it sharp."""


class NoDrawer(LithographError):
    """What draws a PNG is not installed."""

    def __init__(self, missing: str) -> None:
        super().__init__(
            "figure", "a PNG cannot be drawn", facts=f"{missing} is not installed",
            cure='Install it with: pip install "resvg-py" "font-roboto". Or ask for svg.',
        )  # fmt: skip


class Undrawable(LithographError):
    """An SVG that the drawer refuses."""

    def __init__(self, reason: str) -> None:
        super().__init__("figure", "a PNG cannot be drawn", facts=reason, cure="Ask for svg.")


def as_png(svg: str) -> bytes:
    """The bytes of a PNG. Raises NoDrawer, Undrawable."""
    try:
        import font_roboto
        import resvg_py
    except ImportError as error:
        raise NoDrawer(error.name or "resvg_py") from error
    folder = Path(font_roboto.__file__).parent / "files"
    try:
        drawn = resvg_py.svg_to_bytes(
            svg_string=svg, zoom=ZOOM, font_family="Roboto", sans_serif_family="Roboto",
            skip_system_fonts=in_roboto(svg),
            font_files=[str(folder / f"Roboto-{face}.ttf") for face in ("Regular", "Bold", "Italic")],
        )  # fmt: skip
    except ValueError as error:
        raise Undrawable(str(error)) from error
    return bytes(drawn)


def in_roboto(svg: str) -> bool:
    """Whether Roboto has all the letters of the texts.

    >>> in_roboto("<text>насос → pump</text>"), in_roboto("<text>泵</text>")
    (False, False)
    >>> in_roboto("<text>насос “pump” …</text>")
    True
    """
    texts = html.unescape("".join(re.findall(r"<text[^>]*>([^<]*)</text>", svg)))
    return all(ord(c) < 0x0530 or 0x2010 <= ord(c) <= 0x2044 for c in texts)
