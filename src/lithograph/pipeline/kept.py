"""What was reasoned before, kept for the next build: statuses of claims and lemmas, by what they depend on.

    ledger/reasoned/{hash}.json

The hash is that of the ontology's logical axioms, of the question, of the options that bound the answer, and of the
program and its libraries. So an edit of a label, a template or an option finds its answers, and an edit of a logical
axiom does not: a status depends on the whole ontology. What a clock decided is not kept. Knows nothing about how
anything is decided.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lithograph.core.identity import canonical_json, sha256_hex
from lithograph.core.whole import replace_whole, taking_turns
from lithograph.ontology.axioms import Axiom, Expression, Ontology
from lithograph.ontology.graph import Truth
from lithograph.reason.evidence import Derivation, Evidence, Extent
from lithograph.reason.question import logical_version
from lithograph.reason.status import RULES

MOST = 64
"""How many answers are kept: of more, those that were not asked for longest go."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A folder of answers. bounds: what else the answers depend on, the program among it."""

    folder: Path
    bounds: str

    def statuses(
        self, ontology: Ontology, claims: Sequence[Axiom], ask: Callable[[], Sequence[Evidence]]
    ) -> Sequence[Evidence]:
        """The evidence for claims, which are asked about together; asked for where it was not kept."""
        name = self._name(ontology, ["statuses", *(claim.id for claim in claims)])
        found = self._read(name, ontology)
        if found is not None and len(found) == len(claims):
            return found
        made = ask()
        if all(lasting(evidence) for evidence in made):
            self._write(name, ontology, made)
        return made

    def lemmas(
        self, ontology: Ontology, about: str, find: Callable[[], tuple[Sequence[str], Sequence[tuple[Any, Evidence]]]]
    ) -> tuple[Sequence[str], Sequence[tuple[tuple[Any, ...], Evidence]]]:
        """Classes that can have no member, and lemmas with their keys, as names; sought where they were not kept.

        about: what was asked for, in which graph.
        """
        name = self._name(ontology, ["lemmas", about])
        raw = self._raw(name)
        if raw is not None:
            with suppress(KeyError, TypeError, ValueError):
                rows = _rows(ontology)
                keys = [tuple(key) for key in raw["keys"]]
                return raw["empty"], list(zip(keys, [_restored(e, rows) for e in raw["evidence"]], strict=True))
        empty, found = find()
        ids = ontology.axiom_ids()
        self._put(name, {"empty": list(empty), "keys": [list(key) for key, _ in found],
                         "evidence": [packed(e, ids) for _, e in found]})  # fmt: skip
        return empty, [(tuple(key), evidence) for key, evidence in found]

    def _name(self, ontology: Ontology, asked: Sequence[str]) -> str:
        return sha256_hex(canonical_json([logical_version(ontology), self.bounds, list(asked)]))

    def _read(self, name: str, ontology: Ontology) -> list[Evidence] | None:
        raw = self._raw(name)
        if raw is None:
            return None
        with suppress(KeyError, TypeError, ValueError):
            rows = _rows(ontology)
            return [_restored(e, rows) for e in raw["evidence"]]
        return None

    def _write(self, name: str, ontology: Ontology, made: Iterable[Evidence]) -> None:
        ids = ontology.axiom_ids()
        self._put(name, {"evidence": [packed(e, ids) for e in made]})

    def _raw(self, name: str) -> dict[str, Any] | None:
        """A kept answer; one that is missing or broken was not kept."""
        path = self.folder / f"{name}.json"
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
            os.utime(path)
        except (OSError, ValueError):
            return None
        return raw if isinstance(raw, dict) else None

    def _put(self, name: str, answer: Mapping[str, Any]) -> None:
        """Keep an answer whole or not at all; where the disk does not take it, it is reasoned out again."""
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            text = json.dumps(answer, ensure_ascii=False, separators=(",", ":")) + "\n"
            with taking_turns(self.folder):
                replace_whole(self.folder / f"{name}.json", text)
            files = sorted(self.folder.glob("*.json"), key=lambda p: (p.stat().st_mtime_ns, p.name))
            for path in files[:-MOST]:
                path.unlink(missing_ok=True)


def lasting(evidence: Evidence) -> bool:
    """Whether the same would be found again: what a reasoner did not decide in its time is asked anew."""
    return evidence.truth is not None or evidence.by in ("", RULES)


def _rows(ontology: Ontology) -> dict[str, int]:
    rows: dict[str, int] = {}
    for row, axiom_id in enumerate(ontology.axiom_ids()):
        rows.setdefault(axiom_id, row)
    return rows


def packed(evidence: Evidence, ids: Sequence[str]) -> dict[str, Any]:
    """Evidence as a JSON value, axioms by their ids: rows move with every edit."""
    return {
        "truth": None if evidence.truth is None else evidence.truth.name, "by": evidence.by,
        "proof": _told(evidence.proof, ids) if evidence.proof else None,
        "axioms": [ids[row] for row in evidence.axioms],
        "minimal": evidence.minimal, "extent": evidence.extent.value if evidence.extent else None,
        "presupposed": list(evidence.presupposed), "why": evidence.why,
    }  # fmt: skip


def _told(node: Derivation, ids: Sequence[str]) -> list[Any]:
    says = [node.says.kind, node.says.operands, node.says.annotations]
    return [says, node.rule, None if node.axiom is None else ids[node.axiom], [_told(p, ids) for p in node.premises]]


def _restored(raw: Mapping[str, Any], rows: Mapping[str, int]) -> Evidence:
    return Evidence(
        Truth[raw["truth"]] if raw["truth"] is not None else None, raw["by"],
        _derivation(raw["proof"], rows) if raw["proof"] else None, tuple(sorted(rows[i] for i in raw["axioms"])),
        raw["minimal"], Extent(raw["extent"]) if raw["extent"] else None, tuple(raw["presupposed"]), raw["why"],
    )  # fmt: skip


def _derivation(raw: Sequence[Any], rows: Mapping[str, int]) -> Derivation:
    (kind, operands, notes), rule, axiom, premises = raw
    said = Axiom(kind, tuple(map(_expression, operands)), tuple((p, v) for p, v in notes))
    return Derivation(said, rule, tuple(_derivation(p, rows) for p in premises), None if axiom is None else rows[axiom])


def _expression(raw: Any) -> Expression:
    return tuple(map(_expression, raw)) if isinstance(raw, list) else raw
