"""What a reasoner finds in an ontology: counts, profile, consistency, classes without members, what follows by rule."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lithograph.config import Config
from lithograph.core import vocabulary as v
from lithograph.core.activity import Listener, silent
from lithograph.ontology.axioms import ATOM_KINDS, Axiom, Ontology
from lithograph.ontology.graph import Ints
from lithograph.ontology.lint import BUILT_IN
from lithograph.ontology.load import load, logical_axiom_count
from lithograph.ontology.manchester import manchester, short_name
from lithograph.ontology.survey import KIND_NAMES, survey
from lithograph.pipeline.places import Place, places_of
from lithograph.pipeline.stone import ontology_path
from lithograph.reason.calculus.engine import Saturation, saturate
from lithograph.reason.calculus.translate import program_of
from lithograph.reason.oracle.ask import justify
from lithograph.reason.oracle.consistency import Verdict, consistency
from lithograph.reason.profiles.profile import Profile, Profiles, profiles

EXPLAINED, REASONS = 5, 4
"""Of how many classes without members the reason is looked for; how many constructs are shown that leave a profile."""

Placed = tuple[str, Place | None]  # an axiom in Manchester syntax, its place


@dataclass(frozen=True, slots=True)
class Inferred:
    """What follows between names: pairs, and how many of them no single axiom says. Classes that can have no member
    and owl:Thing are left out of the pairs.

    complete: False where a bound ended the rules' search.
    """

    subsumptions: int
    new_subsumptions: int
    types: int
    new_types: int
    complete: bool


@dataclass(frozen=True, slots=True)
class Reasoned:
    """What was found of one ontology.

    entities: kind in words -> how many. verdict: None where nobody was asked (oracle = "off"). contradiction: the
    axioms that cannot all be true. unsatisfiable: IRI -> the axioms to blame; of some only. seconds: stage -> seconds.
    """

    path: Path
    ontology: Ontology
    logical: int
    entities: dict[str, int]
    profiles: Profiles
    verdict: Verdict | None
    contradiction: tuple[Placed, ...]
    unsatisfiable: dict[str, tuple[Placed, ...]]
    inferred: Inferred | None
    seconds: dict[str, float] = field(default_factory=dict)


def reason_about(config: Config, path: Path | None = None, listener: Listener = silent) -> Reasoned:
    """Load an ontology, ask the reasoner and the rules. What follows from a contradiction is not counted.

    Raises LithographError for a file that cannot be read.
    """
    path = path or ontology_path(config)
    seconds: dict[str, float] = {}
    with _timed(seconds, "load"):
        missing = "error" if config.imports == "error" else "warn"
        ontology = load(path, allow_network=config.allow_network, missing=missing, listener=listener)  # type: ignore[arg-type]
    with _timed(seconds, "profile"):
        profile = profiles(ontology)
    with _timed(seconds, "consistency"):
        verdict = None
        if config.oracle != "off":
            verdict = consistency(ontology, unsatisfiable=True, seconds=config.oracle_seconds)
    inconsistent = verdict is not None and verdict.consistent is False
    inferred: Inferred | None = None
    empty: tuple[str, ...] = ()
    if not inconsistent:
        with _timed(seconds, "rules"):
            found = saturate(program_of(ontology))
            empty = unsatisfiable_by_rule(found)
            inferred = inferred_of(ontology, found)
    told = verdict.unsatisfiable if verdict and verdict.unsatisfiable is not None else ()
    with _timed(seconds, "explain"):
        contradiction = _placed(ontology, verdict.justification) if verdict and inconsistent else ()
        blamed = _blamed(ontology, sorted({*told, *empty}), config)
    return Reasoned(
        path, ontology, logical_axiom_count(ontology), entities_of(ontology), profile, verdict, contradiction, blamed,
        inferred, seconds,
    )  # fmt: skip


@contextmanager
def _timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    seconds[stage] = time.perf_counter() - started


def entities_of(ontology: Ontology) -> dict[str, int]:
    """How many entities of each kind there are, declared or used, the languages' own left out."""
    facts = survey(ontology)
    counts = dict.fromkeys(KIND_NAMES.values(), 0)
    for iri in {*facts.declared, *facts.used}:
        if not iri.startswith(BUILT_IN):
            for letter in facts.declared.get(iri, set()) | facts.used.get(iri, set()):
                counts[KIND_NAMES[letter]] += 1
    return counts


def unsatisfiable_by_rule(found: Saturation) -> tuple[str, ...]:
    """The named classes of which the rules find that they can have no member, sorted."""
    table = found.pairs("sub")
    empty = table[(table[:, 1] == 1) & (table[:, 0] > 1) & (table[:, 0] < 2 + found.program.size), 0]
    return tuple(sorted(str(found.program.expression(int(n))) for n in empty if n != 1))


def inferred_of(ontology: Ontology, found: Saturation) -> Inferred:
    """What the rules find between named classes, and of named individuals."""
    size, table = found.program.size, found.pairs("sub")
    empty = np.unique(table[table[:, 1] == 1, 0])
    named = (table[:, 1] > 1) & (table[:, 1] < 2 + size) & (table[:, 0] > 1) & (table[:, 0] != table[:, 1])
    table = table[named & ~np.isin(table[:, 0], empty)]
    classes = table[table[:, 0] < 2 + size] - 2
    types = table[(table[:, 0] >= 2 + size) & (table[:, 0] < 2 + 2 * size)]
    types = types[:, ::-1] - np.array([2, 2 + size], np.int32)
    types = types[~_unnamed(ontology, types[:, 1])]
    said_sub, said_type = _said(ontology, "SubClassOf", 0, 2), _said(ontology, "ClassAssertion", 2, 0)
    return Inferred(
        len(classes), _beyond(classes, said_sub, size), len(types), _beyond(types, said_type, size), found.complete
    )


def _unnamed(ontology: Ontology, ids: Ints) -> NDArray[np.bool_]:
    """Which terms are anonymous individuals or literals."""
    anonymous, literals = ontology.terms.starting_with("_:"), ontology.terms.starting_with('"')
    return np.asarray(
        ((ids >= anonymous.start) & (ids < anonymous.stop)) | ((ids >= literals.start) & (ids < literals.stop))
    )


def _said(ontology: Ontology, kind: str, first: int, second: int) -> Ints:
    """The pairs of terms that atoms of a kind say."""
    rows = ontology.atoms[ontology.atom_kinds == ATOM_KINDS.index(kind)]
    return np.asarray(rows[:, [first, second]], np.int32)


def _beyond(pairs: Ints, said: Ints, size: int) -> int:
    """How many pairs are not said."""
    codes, known = (p[:, 0].astype(np.int64) * size + p[:, 1] for p in (pairs, said))
    return int((~np.isin(codes, known)).sum())


def _placed(ontology: Ontology, rows: tuple[int, ...]) -> tuple[Placed, ...]:
    places = places_of(ontology, rows)
    return tuple((manchester(ontology.axiom(row)), places.get(row)) for row in rows)


def _blamed(ontology: Ontology, classes: list[str], config: Config) -> dict[str, tuple[Placed, ...]]:
    """For each class that can have no member the axioms to blame, for the first `EXPLAINED` of them."""
    out: dict[str, tuple[Placed, ...]] = dict.fromkeys(classes, ())
    asked = classes[:EXPLAINED] if config.oracle != "off" else []
    if asked:
        empty = [Axiom("SubClassOf", (iri, v.NOTHING)) for iri in asked]
        for iri, why in zip(asked, justify(ontology, empty, seconds=config.oracle_seconds), strict=True):
            out[iri] = _placed(ontology, why.rows) if why.entailed else ()
    return out


# ── in words ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def report(found: Reasoned) -> str:
    """What the terminal shows: one finding a line, the axioms behind it indented."""
    ontology = found.ontology
    iri = f" <{ontology.iri}>" if ontology.iri else ""
    files = f" in {len(ontology.sources)} files" if len(ontology.sources) > 1 else ""
    kinds = ", ".join(_count(n, kind) for kind, n in found.entities.items() if n)
    out = [f"{found.path.name}{iri}", f"axioms: {len(ontology):,}{files}, {found.logical:,} of them logical",
           f"entities: {kinds or 'none'}"]  # fmt: skip
    out += [f"missing import: {i}" for i in ontology.missing_imports]
    out += _profiles(ontology, found.profiles)
    out += _consistency(found)
    out += _unsatisfiable(found)
    if found.inferred is not None:
        out.append(_inferred(found.inferred))
    out.append("seconds: " + ", ".join(f"{stage} {s:.1f}" for stage, s in found.seconds.items()))
    return "\n".join(out)


def _profiles(ontology: Ontology, found: Profiles) -> Iterator[str]:
    """The profiles, and what leaves the others: axioms by construct, with one of them."""
    inside = [f"OWL 2 {p}" for p in found.names]
    yield f"profile: {', '.join(inside) or 'none of OWL 2 EL, QL, RL, DL'}"
    if found.rules:
        yield f"  SWRL rules leave every profile: {found.rules:,}"
    for profile in Profile:
        reasons: dict[str, list[int]] = {}
        for leaving in found.leaving[profile]:
            reasons.setdefault(leaving.construct, []).append(leaving.row)
        if reasons:
            yield f"  outside {profile}: {_count(len(found.leaving[profile]), 'axiom')}"
        told = sorted(reasons.items(), key=lambda item: (-len(item[1]), item[0]))
        for construct, rows in told[:REASONS]:
            yield f"    {len(rows):,} by {construct}, such as: {manchester(ontology.axiom(rows[0]))[:120]}"
        if told[REASONS:]:
            yield f"    {sum(len(rows) for _, rows in told[REASONS:]):,} by {len(told) - REASONS} others"
    if found.untyped:
        name, why = min(found.untyped.items())
        names = _count(len(found.untyped), "name")
        yield f"  by the letter outside all of them: {names}, such as {short_name(name)}: {why}"


def _inferred(i: Inferred) -> str:
    subs = f"{i.subsumptions:,} subclass pairs ({i.new_subsumptions:,} that no axiom says)"
    types = f"{i.types:,} types of individuals ({i.new_types:,} that no axiom says)"
    return f"follows by the rules: {subs}, {types}{'' if i.complete else '; a bound ended the search'}"


def _consistency(found: Reasoned) -> Iterator[str]:
    verdict = found.verdict
    if verdict is None:
        yield 'consistent: nobody was asked (oracle = "off")'
        return
    said = {True: "yes", False: "no", None: "not decided"}[verdict.consistent]
    yield f"consistent: {said} ({verdict.why})"
    for reason, count in verdict.skipped.items():
        yield f"  left out of the question: {count:,} axioms, {reason}"
    if found.contradiction:
        yield f"  {_count(len(found.contradiction), 'axiom')} that cannot all be true{_minimal(verdict.minimal)}:"
        yield from _axioms(found.contradiction)


def _minimal(minimal: bool) -> str:
    return ", none of them to spare" if minimal else ""


def _unsatisfiable(found: Reasoned) -> Iterator[str]:
    classes = found.unsatisfiable
    if found.verdict is not None and found.verdict.consistent is False:
        return
    known = found.verdict is not None and found.verdict.unsatisfiable is not None
    sure = "" if known else ", as far as the rules see"
    yield f"classes that can have no member: {len(classes) or 'none'}{sure}"
    for iri, axioms in classes.items():
        yield f"  {short_name(iri)} <{iri}>" + (", because:" if axioms else "")
        yield from _axioms(axioms, "    ")


def _axioms(axioms: tuple[Placed, ...], indent: str = "    ") -> Iterator[str]:
    for text, place in axioms:
        yield f"{indent}{text}" + (f"    in {place}" if place else "")


def _count(n: int, noun: str) -> str:
    plural = {"class": "classes", "object property": "object properties", "data property": "data properties",
              "annotation property": "annotation properties"}.get(noun, noun + "s")  # fmt: skip
    return f"{n:,} {noun if n == 1 else plural}"
