"""Content ids: what a thing *is*, as a hash. Knows nothing about the things themselves.

Every id is `urn:litho:{kind}:{sha256 hex}` (docs/reference/ids.md).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path


def sha256_hex(data: str | bytes) -> str:
    """Hex SHA-256 of bytes, or of UTF-8 text."""
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def urn(kind: str, data: str | bytes) -> str:
    """`urn:litho:{kind}:{sha256 of data}`.

    >>> urn("axiom", "SubClassOf(<a> <b>)")[:25]
    'urn:litho:axiom:7cd29ba55'
    """
    return f"urn:litho:{kind}:{sha256_hex(data)}"


def canonical_json(value: object) -> str:
    """JSON with sorted keys and no spaces: the same value gives the same bytes."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def urn_of(kind: str, value: object) -> str:
    """The urn of a JSON value."""
    return urn(kind, canonical_json(value))


def digest_of_set(ids: Iterable[str]) -> str:
    """Hex SHA-256 of a set of ids, whatever order they come in."""
    return sha256_hex("\n".join(sorted(set(ids))))


def file_sha256(path: Path) -> str:
    """Hex SHA-256 of a file, read in blocks."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
