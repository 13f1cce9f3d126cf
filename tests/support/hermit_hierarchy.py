"""The class hierarchies that HermiT printed, as sets of pairs."""

from __future__ import annotations

import re
from pathlib import Path

from lithograph.core.vocabulary import NOTHING

_PREFIX = re.compile(r"Prefix\((\w*):=<([^>]*)>\)")
_PAIR = re.compile(r"SubClassOf\( (\S+) (\S+) \)")
_SAME = re.compile(r"EquivalentClasses\( ([^)]*) \)")


def hierarchy(path: Path) -> tuple[set[str], set[tuple[str, str]], set[str]]:
    """Classes, pairs of a class and one above it (reflexive and transitive), and the empty classes of a listing."""
    text = path.read_text(encoding="utf-8")
    prefixes = dict(_PREFIX.findall(text)) | {"owl": "http://www.w3.org/2002/07/owl#"}

    def iri(name: str) -> str:
        if name.startswith("<"):
            return name[1:-1]
        prefix, _, local = name.partition(":")
        return prefixes[prefix] + local

    above: dict[str, set[str]] = {}
    for low, high in _PAIR.findall(text):
        above.setdefault(iri(low), set()).add(iri(high))
    for names in _SAME.findall(text):
        same = [iri(name) for name in names.split()]
        for one in same:
            above.setdefault(one, set()).update(same)
    pairs = set()
    for low in above:
        found, todo = {low}, [low]
        while todo:
            new = above.get(todo.pop(), set()) - found
            found |= new
            todo += new
        pairs |= {(low, high) for high in found}
    empty = {low for low, high in pairs if high == NOTHING}
    return set(above) - {NOTHING}, pairs, empty
