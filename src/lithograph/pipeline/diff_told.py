"""A difference between two versions, told: sections of rows for a screen or a page, and plain values for JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from lithograph.ontology.axioms import Axiom
from lithograph.ontology.diff import Annotated, Change, Notes
from lithograph.ontology.frames import Line, line_of
from lithograph.ontology.manchester import Namer
from lithograph.ontology.terms import is_literal
from lithograph.pipeline.affected import Affected, Fate
from lithograph.pipeline.diff import Diff
from lithograph.pipeline.examples_apart import ExamplesApart, Said
from lithograph.screen import Section

FRAME = ("entity", "", "axiom")


def told(diff: Diff, limit: int) -> list[Section]:
    """What a user is told: the axioms, then what follows from them. Sections without rows are left out."""
    sections = [section.first(limit) for section in (*_axioms(diff), *_claims(diff)) if section.rows]
    head = Section(f"{diff.old} → {diff.new}: {summary(diff)}")
    examples = [*_examples(diff.examples, limit)] if diff.examples else []
    adapters = [s.first(limit) for s in _adapters(diff.adapters) if s.rows] if diff.adapters else []
    return [head, *sections, *examples, *adapters, *(Section(f"({remark})") for remark in diff.remarks)]


def summary(diff: Diff) -> str:
    """The numbers of a difference in one line."""
    found = diff.difference
    if diff.same:
        return "the same axioms"
    texts = sum(change.is_text for change in found.changed)
    edited = "text edited" if texts == 1 else "texts edited"
    counts = {"came": len(found.came), "went": len(found.went), "changed": len(found.changed) - texts,
              edited: texts, "renamed": len(found.renamed), "annotated otherwise": len(found.annotated),
              "in the header": len(found.header)}  # fmt: skip
    return ", ".join(f"{count:,} {what}" for what, count in counts.items() if count)


def _axioms(diff: Diff) -> Iterator[Section]:
    found = diff.difference
    yield Section("Header", ("what", "before", "after"), found.header)
    yield Section("Renamed", ("before", "after", "axioms"),
                  tuple((f"<{r.old}>", f"<{r.new}>", str(r.axioms)) for r in found.renamed))  # fmt: skip
    yield Section("Axioms that came", FRAME, _lines(found.came, diff, 1))
    yield Section("Axioms that went", FRAME, _lines(found.went, diff, 0))
    yield Section("Axioms that changed", ("entity", "", "before", "after"),
                  tuple(sorted(_change(c, diff) for c in found.changed if not c.is_text)))  # fmt: skip
    yield Section("Labels and other texts that changed", ("entity", "", "before", "after"),
                  tuple(sorted(_text(c, diff) for c in found.changed if c.is_text)))  # fmt: skip
    yield Section("Annotations on axioms that changed", (*FRAME, "before", "after"),
                  tuple(sorted(_annotated(a, diff) for a in found.annotated)))  # fmt: skip


def _line(axiom: Axiom, diff: Diff, side: int) -> Line:
    return line_of(axiom, diff.names[side], diff.kinds[side])


def _lines(axioms: Sequence[Axiom], diff: Diff, side: int) -> tuple[tuple[str, ...], ...]:
    lines = sorted(_line(axiom, diff, side) for axiom in axioms)
    return tuple((line.frame, line.heading, line.text) for line in lines)


def _change(change: Change, diff: Diff) -> tuple[str, ...]:
    before, after = _line(change.old, diff, 0), _line(change.new, diff, 1)
    return after.frame, after.heading, before.text, after.text


def _text(change: Change, diff: Diff) -> tuple[str, ...]:
    before, after = _line(change.old, diff, 0), _line(change.new, diff, 1)
    relation = diff.names[1](str(change.new.operands[0]))
    return after.frame, relation, before.text.removeprefix(f"{diff.names[0](str(change.old.operands[0]))} "), (
        after.text.removeprefix(f"{relation} "))  # fmt: skip


def _annotated(found: Annotated, diff: Diff) -> tuple[str, ...]:
    line = _line(found.axiom, diff, 1)
    before, after = (_notes(notes, name) for notes, name in zip((found.old, found.new), diff.names, strict=True))
    return line.frame, line.heading, line.text, before, after


def _notes(notes: tuple[Notes, ...] | None, name: Namer) -> str:
    if notes is None:
        return "(not kept in the ledger)"
    return "; ".join(f"{name(p)} {value if is_literal(value) else name(value)}" for note in notes for p, value in note)


def _claims(diff: Diff) -> Iterator[Section]:
    if diff.claims is not None:
        yield Section("What follows now, and did not", ("claim",), tuple((c,) for c in diff.claims.came))
        yield Section("What followed, and does not any more", ("claim",), tuple((c,) for c in diff.claims.went))


_FATES = {Fate.KEPT: "the same", Fate.REWORDED: "only reworded", Fate.RESTATED: "same words, other axioms or template",
          Fate.UNSAID: "hold, no longer printed", Fate.GONE: "no longer hold"}  # fmt: skip


def counts_of(apart: ExamplesApart) -> dict[str, int]:
    """How many examples met which fate, in words."""
    return {_FATES[fate]: count for fate, count in sorted(apart.counts.items())} | {
        "new": apart.new, "further wordings": apart.more}  # fmt: skip


def _examples(apart: ExamplesApart, limit: int) -> Iterator[Section]:
    counts = ", ".join(f"{count:,} {what}" for what, count in counts_of(apart).items() if count)
    yield Section(f"Examples: {counts or 'none'}")
    for title, lines in (("Examples that no longer hold", apart.gone_lines), ("New examples", apart.new_lines),
                         ("Examples that only changed their wording", apart.reworded_lines)):  # fmt: skip
        if lines:
            yield Section(title, ("scene", "example", "examples"), tuple(_said(line) for line in lines[:limit]),
                          len(lines))  # fmt: skip


def _said(line: Said) -> tuple[str, ...]:
    return line.scene, " → ".join(text for text in (line.before, line.after) if text), f"{line.examples:,}"


def percent(share: float) -> str:
    """A share as a percentage; what is little is not told as nothing.

    >>> percent(0.0004), percent(0.25), percent(0.0)
    ('<0.1 %', '25.0 %', '0 %')
    """
    return "0 %" if share == 0 else "<0.1 %" if share < 0.001 else f"{100 * share:.1f} %"


def _adapters(adapters: Sequence[Affected]) -> Iterator[Section]:
    yield Section(
        "Adapters, by share of their training",
        ("run", "", "on what no longer holds", "on what was reworded", "on axioms that went"),
        tuple((str(a.run["slug"]), "stale" if a.stale else "as good as before", percent(a.gone), percent(a.reworded),
               percent(a.retired_share)) for a in adapters),
    )  # fmt: skip


# ---- as values -------------------------------------------------------------------------------------------------------


def as_values(diff: Diff, limit: int) -> dict[str, Any]:
    """The same as JSON values: numbers whole, rows as `told` gives them."""
    sections = {s.title: {"rows": [dict(zip((c or "heading" for c in s.columns), row, strict=True)) for row in s.rows],
                          "more": s.more} for s in told(diff, limit) if s.columns}  # fmt: skip
    return {
        "old": diff.old, "new": diff.new, "same": diff.same, "summary": summary(diff),
        "sections": sections, "examples": counts_of(diff.examples) if diff.examples else None,
        "adapters": [affected_values(a) for a in diff.adapters] if diff.adapters is not None else None,
        "remarks": list(diff.remarks),
    }  # fmt: skip


def affected_values(affected: Affected) -> dict[str, Any]:
    """An adapter held against a build, as JSON values."""
    return {"run": affected.run["slug"], "adapter": affected.run["adapter"], "stale": affected.stale,
            "examples": affected.examples, "gone_share": round(affected.gone, 6),
            "reworded_share": round(affected.reworded, 6), "retired_axioms": list(affected.retired),
            "retired_share": round(affected.retired_share, 6), "unknown_share": round(affected.unknown, 6)}  # fmt: skip
