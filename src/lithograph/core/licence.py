"""Licences as ontologies and models state them, and as the Hugging Face hub names them. Knows no files."""

from __future__ import annotations

import re

UNKNOWN, OTHER = "unknown", "other"
"""The hub's words for what nobody states, and for what it has no name for."""

_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"creativecommons\.org/licenses/(by(?:-nc)?(?:-sa|-nd)?)/(\d\.\d)"), r"cc-\1-\2"),
    (re.compile(r"creativecommons\.org/publicdomain/zero/1\.0"), "cc0-1.0"),
    (re.compile(r"\bcc[- ](by(?:-nc)?(?:-sa|-nd)?)[- ](\d\.\d)\b"), r"cc-\1-\2"),
    (re.compile(r"\bcc0(?:-1\.0)?\b"), "cc0-1.0"),
    (re.compile(r"apache\.org/licenses/license-2\.0|\bapache-2\.0\b"), "apache-2.0"),
    (re.compile(r"opensource\.org/licenses?/mit\b|spdx\.org/licenses/mit\b|^mit$"), "mit"),
)


def hub_licence(stated: str | None) -> str:
    """The hub's name of a licence that is stated as an IRI or in words; `other` where it has none.

    >>> hub_licence("https://creativecommons.org/licenses/by-sa/4.0/")
    'cc-by-sa-4.0'
    >>> hub_licence("https://spdx.org/licenses/CC-BY-4.0")
    'cc-by-4.0'
    >>> hub_licence("Ask before use."), hub_licence(None)
    ('other', 'unknown')
    """
    if not stated:
        return UNKNOWN
    for pattern, name in _PATTERNS:
        found = pattern.search(stated.strip().lower())
        if found:
            return found.expand(name)
    return OTHER
