"""What stands between a thought and the answer that follows from it, where an answer begins with its reasons."""

from __future__ import annotations

from collections.abc import Mapping

THEREFORE: Mapping[str, str] = {"en": "So:", "ru": "Итак:"}
"""Language -> the mark; what comes after the last one is the answer."""
