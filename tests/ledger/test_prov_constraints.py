"""PROV-CONSTRAINTS: the cases of its suite from their files, each constraint by itself, and the ledger's own graphs."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from random import Random
from types import ModuleType

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pressed import Pressed
from prov_by_hand import valid_by_hand
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store

from lithograph.cli import main
from lithograph.core import vocabulary as v
from lithograph.ledger.ask import Ledger
from lithograph.ledger.constraints.check import TOPLEVEL, check
from lithograph.ledger.constraints.documents import read_document
from lithograph.ledger.constraints.graphs import graph_statements, view_instances
from lithograph.ledger.constraints.ours import check_files, check_ledger
from lithograph.ledger.constraints.statements import KINDS, PROV, Statement
from lithograph.ledger.constraints.verdict import NAMES, Verdict
from lithograph.ledger.errors import EmptyLedger, NotProvenance
from lithograph.ledger.published import GRAPH
from lithograph.ledger.shape import steps_graph

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("LITHOGRAPH_DATA", ROOT.parent / "shared" / "data"))
CASES = DATA / "conformance" / "prov-constraints"
FILES = sorted(p for p in CASES.rglob("*") if p.suffix in (".provn", ".xml", ".provx")) if CASES.is_dir() else []

NO_UNIQUENESS = (
    "no constraint makes usages unique: an activity may use an entity twice (the suite's own runner says so)"
)
EXEMPT = {f"usage-fail{n}{suffix}": NO_UNIQUENESS for n in (1, 5, 6, 7) for suffix in (".provn", ".xml")}
"""Files whose name says fail and that the Recommendation finds valid."""

BY_CONSTRAINT = {
    "activity-end-fail1": 29, "activity-start-fail1": 28, "generation-fail1": 24, "invalidation-fail1": 25,
    "start-fail4": 26, "generation-fail2": 23, "usage-fail2": 23, "association-fail4": 23,
}  # fmt: skip
"""Which constraint some cases of the suite are about, where their names do not say it."""


def _expected(file: Path) -> bool:
    return file.name in EXEMPT or "-fail" not in file.name.lower()


@pytest.mark.data
def test_the_suite_is_there_whole() -> None:
    kinds = {suffix: sum(f.suffix == suffix for f in FILES) for suffix in (".provn", ".xml", ".provx")}
    assert kinds == {".provn": 107, ".xml": 107, ".provx": 7}
    assert sum("-fail" in f.name.lower() for f in FILES) == 97
    assert {f.name for f in FILES} >= set(EXEMPT)


@pytest.mark.data
@pytest.mark.parametrize("file", FILES, ids=lambda f: f.name)
def test_a_case_of_the_suite_has_the_verdict_of_its_name(file: Path) -> None:
    verdict = check(read_document(file))
    assert verdict.valid == _expected(file), [str(violation) for violation in verdict.violations]
    for numbers in re.findall(r"FAIL-(c\S+)\.", file.name):
        named = {int(n) for n in re.findall(r"\d+", numbers)}
        assert named & verdict.constraints
    if file.stem in BY_CONSTRAINT:
        assert verdict.constraints == {BY_CONSTRAINT[file.stem]}


@pytest.mark.data
def test_a_case_reads_the_same_from_prov_n_and_from_xml() -> None:
    both = [f for f in FILES if f.suffix == ".provn"]
    assert len(both) == 107

    def said(file: Path) -> list[tuple[object, ...]]:
        return sorted((str(s), sorted(s.types)) for s in read_document(file)[TOPLEVEL])

    assert [f.name for f in both if said(f) != said(f.with_suffix(".xml"))] == []


def _verdict(folder: Path, statements: str, clocks: bool = False) -> Verdict:
    """A document in PROV-N, checked."""
    file = folder / "case.provn"
    file.write_text(f"document\nprefix ex <http://ex.org/>\n{statements}\nendDocument\n", encoding="utf-8")
    return check(read_document(file), clocks=clocks)


EARLY, LATE = "2026-01-01T00:00:00", "2026-01-02T00:00:00"
ORDERED = [  # constraint, statements of which EARLY and LATE are the wrong way round
    (30, "activity(ex:a, LATE, EARLY)"),
    (31, "wasStartedBy(ex:s1; ex:a, -, ex:b, EARLY)\nwasStartedBy(ex:s2; ex:a, -, ex:c, LATE)"),
    (32, "wasEndedBy(ex:s1; ex:a, -, ex:b, EARLY)\nwasEndedBy(ex:s2; ex:a, -, ex:c, LATE)"),
    (33, "activity(ex:a, LATE, -)\nused(ex:a, ex:e, EARLY)"),
    (33, "activity(ex:a, -, EARLY)\nused(ex:a, ex:e, LATE)"),
    (34, "activity(ex:a, LATE, -)\nwasGeneratedBy(ex:e, ex:a, EARLY)"),
    (34, "activity(ex:a, -, EARLY)\nwasGeneratedBy(ex:e, ex:a, LATE)"),
    (35, "activity(ex:a, LATE, -)\nactivity(ex:b, -, EARLY)\nwasInformedBy(ex:b, ex:a)"),
    (36, "wasGeneratedBy(ex:e, ex:a, LATE)\nwasInvalidatedBy(ex:e, ex:b, EARLY)"),
    (37, "wasGeneratedBy(ex:e, ex:a, LATE)\nused(ex:b, ex:e, EARLY)"),
    (38, "wasInvalidatedBy(ex:e, ex:a, EARLY)\nused(ex:b, ex:e, LATE)"),
    (39, "wasGeneratedBy(ex:e, ex:a, EARLY)\nwasGeneratedBy(ex:e, ex:b, LATE)"),
    (40, "wasInvalidatedBy(ex:e, ex:a, EARLY)\nwasInvalidatedBy(ex:e, ex:b, LATE)"),
    (41, "wasDerivedFrom(ex:e2, ex:e1, ex:a, ex:g, ex:u)\nused(ex:u; ex:a, ex:e1, LATE)\n"
         "wasGeneratedBy(ex:g; ex:e2, ex:a, EARLY)"),
    (42, "wasDerivedFrom(ex:e2, ex:e1)\nwasGeneratedBy(ex:e1, ex:a, LATE)\nwasGeneratedBy(ex:e2, ex:b, EARLY)"),
    (43, "wasGeneratedBy(ex:e, ex:a, LATE)\nwasStartedBy(ex:b, ex:e, -, EARLY)"),
    (43, "wasInvalidatedBy(ex:e, ex:a, EARLY)\nwasStartedBy(ex:b, ex:e, -, LATE)"),
    (44, "wasGeneratedBy(ex:e, ex:a, LATE)\nwasEndedBy(ex:b, ex:e, -, EARLY)"),
    (44, "wasInvalidatedBy(ex:e, ex:a, EARLY)\nwasEndedBy(ex:b, ex:e, -, LATE)"),
    (45, "specializationOf(ex:s, ex:g)\nwasGeneratedBy(ex:g, ex:a, LATE)\nwasGeneratedBy(ex:s, ex:b, EARLY)"),
    (46, "specializationOf(ex:s, ex:g)\nwasInvalidatedBy(ex:g, ex:a, EARLY)\nwasInvalidatedBy(ex:s, ex:b, LATE)"),
    (47, "wasAssociatedWith(ex:a, ex:ag, -)\nactivity(ex:a, LATE, -)\nwasInvalidatedBy(ex:ag, ex:b, EARLY)"),
    (47, "wasAssociatedWith(ex:a, ex:ag, -)\nactivity(ex:a, -, EARLY)\nwasGeneratedBy(ex:ag, ex:b, LATE)"),
    (47, "wasAssociatedWith(ex:a, ex:ag, -)\nactivity(ex:a, LATE, -)\nactivity(ex:ag, -, EARLY)"),
    (47, "wasAssociatedWith(ex:a, ex:ag, -)\nactivity(ex:a, -, EARLY)\nactivity(ex:ag, LATE, -)"),
    (48, "wasAttributedTo(ex:e, ex:ag)\nwasGeneratedBy(ex:ag, ex:a, LATE)\nwasGeneratedBy(ex:e, ex:b, EARLY)"),
    (48, "wasAttributedTo(ex:e, ex:ag)\nactivity(ex:ag, LATE, -)\nwasGeneratedBy(ex:e, ex:b, EARLY)"),
    (49, "actedOnBehalfOf(ex:ag2, ex:ag1, -)\nwasGeneratedBy(ex:ag1, ex:a, LATE)\n"
         "wasInvalidatedBy(ex:ag2, ex:b, EARLY)"),
    (49, "actedOnBehalfOf(ex:ag2, ex:ag1, -)\nactivity(ex:ag1, LATE, -)\nactivity(ex:ag2, -, EARLY)"),
]  # fmt: skip


@pytest.mark.parametrize(("number", "statements"), ORDERED, ids=lambda x: str(x)[:2] if isinstance(x, int) else "")
def test_events_in_the_wrong_order_by_the_clocks_violate_their_constraint(
    tmp_path: Path, number: int, statements: str
) -> None:
    wrong = statements.replace("EARLY", EARLY).replace("LATE", LATE)
    at_once = number in (31, 32, 39, 40)
    right = statements.replace("EARLY", EARLY if at_once else LATE).replace("LATE", EARLY)
    found = _verdict(tmp_path, wrong, clocks=True)
    assert number in found.constraints
    assert all("by the clocks" in str(violation) for violation in found.violations)
    assert _verdict(tmp_path, right, clocks=True).valid
    assert _verdict(tmp_path, wrong).valid, "PROV-CONSTRAINTS does not compare times"


def test_every_ordering_constraint_has_a_case() -> None:
    assert {number for number, _ in ORDERED} == set(range(30, 50))
    assert sorted(NAMES) == list(range(22, 57))


UNORDERED = [  # constraints of the circle, statements that no times are needed to refute
    ({42}, "entity(ex:a)\nentity(ex:b)\nwasDerivedFrom(ex:a, ex:b)\nwasDerivedFrom(ex:b, ex:a)"),
    ({42}, "entity(ex:a)\nwasDerivedFrom(ex:a, ex:a)"),
    ({42, 45}, "entity(ex:g)\nspecializationOf(ex:s, ex:m)\nspecializationOf(ex:m, ex:g)\nwasDerivedFrom(ex:g, ex:s)"),
    ({42, 48}, "entity(ex:e)\nentity(ex:ag)\nwasAttributedTo(ex:e, ex:ag)\nwasDerivedFrom(ex:ag, ex:e)"),
    ({34, 42, 43}, "wasStartedBy(ex:a, -, ex:b, -)\nwasGeneratedBy(ex:e, ex:a, -)\nwasStartedBy(ex:b, ex:d, -, -)\n"
                   "wasDerivedFrom(ex:d, ex:e)\nentity(ex:d)\nentity(ex:e)"),
]  # fmt: skip


@pytest.mark.parametrize(("numbers", "statements"), UNORDERED)
def test_a_circle_of_events_is_found_without_times(tmp_path: Path, numbers: set[int], statements: str) -> None:
    assert numbers <= _verdict(tmp_path, statements).constraints


@pytest.mark.parametrize(
    ("number", "statements"),
    [
        (22, f"activity(ex:a, {EARLY}, -)\nactivity(ex:a, {LATE}, -)"),
        (23, "wasGeneratedBy(ex:i; ex:e, ex:a, -)\nwasInfluencedBy(ex:i; ex:e, ex:b)"),
        (23, "wasDerivedFrom(ex:i; ex:e, ex:f)\nwasGeneratedBy(ex:i; ex:e, ex:a, -)"),
        (24, "wasDerivedFrom(ex:e2, ex:e1, ex:a, ex:g, ex:u)\nwasGeneratedBy(ex:h; ex:e2, ex:a, -)"),
        (27, "wasEndedBy(ex:s1; ex:a, -, ex:b, -)\nwasEndedBy(ex:s2; ex:a, -, ex:b, -)"),
        (51, "wasDerivedFrom(ex:e2, ex:e1, -, ex:g, -)"),
        (51, "wasDerivedFrom(ex:e2, ex:e1, -, -, ex:u)"),
        (52, "specializationOf(ex:a, ex:a)"),
        (52, "specializationOf(ex:a, ex:b)\nspecializationOf(ex:b, ex:c)\nmentionOf(ex:c, ex:a, ex:bundle)"),
        (53, "used(ex:i; ex:a, ex:e, -)\nwasInformedBy(ex:i; ex:a, ex:b)"),
        (54, "agent(ex:i)\nwasInfluencedBy(ex:i; ex:a, ex:b)"),
        (55, "wasDerivedFrom(ex:a, ex:b)\nwasInformedBy(ex:a, ex:c)"),
        (55, "wasAssociatedWith(ex:a, ex:ag, ex:plan)\nactivity(ex:plan, -, -)"),
        (56, "entity(ex:c, [prov:type='prov:EmptyCollection'])\nspecializationOf(ex:s, ex:c)\nhadMember(ex:s, ex:e)"),
    ],
)
def test_a_constraint_is_violated_by_its_smallest_case(tmp_path: Path, number: int, statements: str) -> None:
    assert number in _verdict(tmp_path, statements).constraints


@pytest.mark.parametrize(
    "statements",
    [
        "entity(ex:a)\nagent(ex:a)",
        "agent(ex:a)\nactivity(ex:a, -, -)",
        "wasDerivedFrom(ex:i; ex:e2, ex:e1)\nwasInfluencedBy(ex:i; ex:e2, ex:e1)",
        "wasDerivedFrom(ex:e2, ex:e1)\nwasDerivedFrom(ex:e1, ex:e2)",  # nothing says that they are entities, so neither
        "used(ex:a, ex:e, -)\nused(ex:u; ex:a, ex:e, -)\nused(ex:w; ex:a, ex:e, -)",  # is known to be generated
        f"activity(ex:a, {EARLY}, -)\nactivity(ex:a, -, {LATE})",
        "entity(ex:e)\nwasGeneratedBy(ex:e, ex:a, -)\nwasGeneratedBy(ex:e, ex:b, -)",
        "alternateOf(ex:a, ex:b)\nalternateOf(ex:b, ex:a)",
    ],
)
def test_what_the_recommendation_allows_is_valid(tmp_path: Path, statements: str) -> None:
    assert _verdict(tmp_path, statements).valid


def test_each_bundle_is_an_instance_of_its_own(tmp_path: Path) -> None:
    parted = "entity(ex:x)\nbundle ex:b\nactivity(ex:x, -, -)\nendBundle"
    assert _verdict(tmp_path, parted).valid
    found = _verdict(tmp_path, "entity(ex:x)\nbundle ex:b\nentity(ex:y)\nactivity(ex:y, -, -)\nendBundle")
    assert [violation.instance for violation in found.violations] == ["http://ex.org/b"]


def test_a_violation_is_one_line_with_its_statements(tmp_path: Path) -> None:
    found = _verdict(tmp_path, "entity(ex:a)\nwasDerivedFrom(ex:d; ex:a, ex:a)")
    assert [str(violation) for violation in found.violations] == [
        "toplevel: constraint 42 derivation-generation-generation-ordering: these events have no order (generation of "
        "http://ex.org/a < generation of http://ex.org/a): "
        "wasDerivedFrom(http://ex.org/d; http://ex.org/a, http://ex.org/a, -, -, -)"
    ]


def test_a_time_of_another_zone_is_the_same_time(tmp_path: Path) -> None:
    same = "activity(ex:a, 2026-01-01T01:00:00Z, -)\nactivity(ex:a, 2026-01-01T02:00:00+01:00, -)"
    assert _verdict(tmp_path, same).valid


_TYPICAL = {"entity": ("a", "b", "c"), "activity": ("x", "y"), "agent": ("p", "a", "x")}
"""Names that a random argument of each type takes: few, so that statements meet."""


_ANY = tuple(kind for kind in KINDS if kind not in ("mentionOf", "alternateOf", "hadMember"))
_OF_EVENTS = (*["wasDerivedFrom"] * 3, "entity", "entity", "activity", "wasStartedBy", "wasEndedBy", "wasGeneratedBy",
              "used", "specializationOf", "wasAttributedTo", "wasInformedBy")  # fmt: skip
"""Kinds among which circles of events are often the only contradiction."""


@st.composite
def _statements(draw: st.DrawFn) -> list[Statement]:
    """A few statements of any kind, nothing required left out; identifiers and times are rare and often the same."""
    said = []
    kinds = draw(st.sampled_from([_ANY, _OF_EVENTS]))
    for _ in range(draw(st.integers(1, 6))):
        kind = KINDS[draw(st.sampled_from(kinds))]
        args: list[str | None] = []
        for place, type_ in enumerate(kind.types):
            names = {"time": (EARLY, LATE), "": ("i", "j") if place > 2 else ("a", "b", "x")}.get(type_)
            some = st.sampled_from(names or _TYPICAL[type_])
            args.append(draw(some if place < kind.required else st.one_of(st.none(), some)))
        if kind.name in _TYPICAL:
            own: str | None = draw(st.sampled_from(_TYPICAL[kind.name]))
        else:
            own = draw(st.sampled_from([None, None, "i", "j"])) if kind.identified else None
        said.append(Statement(kind.name, own, tuple(args)))
    return said


@settings(max_examples=100, deadline=None)
@given(_statements(), st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_changes_a_verdict(said: list[Statement], random: Random) -> None:
    mixed = [*said, *said]
    random.shuffle(mixed)
    assert check({TOPLEVEL: mixed}).valid == check({TOPLEVEL: said}).valid


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_statements())
def test_the_rules_of_the_recommendation_applied_by_brute_force_agree(said: list[Statement]) -> None:
    assert check({TOPLEVEL: said}).valid == valid_by_hand(said)


# The ledger's own graphs


@pytest.fixture(scope="module")
def plant_store(plant: Ledger) -> Store:
    """Two builds and a run with its steps."""
    return plant.expand_steps("latest").store


def _with(store: Store, more: Iterable[tuple[str, str, str | Literal]]) -> Verdict:
    """The view of the plant with something more in it, by the clocks."""
    wrong = Store()
    wrong.extend(store)
    for subject, predicate, value in more:
        told = value if isinstance(value, Literal) else NamedNode(value)
        wrong.add(Quad(NamedNode(subject), NamedNode(predicate), told))
    return check(view_instances(wrong), clocks=True)


def test_the_view_of_builds_and_a_run_with_steps_is_valid(plant: Ledger) -> None:
    run = plant.expand_steps("latest").expanded
    (steps,) = [steps_graph(r) for r in run]
    verdict = check_ledger(plant.path, "latest")
    assert [str(violation) for violation in verdict.violations] == []
    assert verdict.instances == 3  # the view, the steps, and both together
    said = view_instances(plant.view().store)
    assert list(said) == [TOPLEVEL, GRAPH, steps] and not said[GRAPH]
    kinds = {statement.kind for statement in said[TOPLEVEL]}
    assert kinds >= {"entity", "activity", "agent", "used", "wasGeneratedBy", "wasDerivedFrom", "wasAssociatedWith"}
    uses = [s for s in said[steps] if s.kind == "used"]
    assert len(uses) == 8 and all(s.id and None not in s.args[:2] for s in uses)


def test_the_view_of_a_pressed_ontology_is_valid(pizza: Pressed) -> None:
    verdict = check_ledger(pizza.ledger.path)
    assert [str(violation) for violation in verdict.violations] == []
    assert verdict.statements > 1000


def test_an_ontology_that_goes_back_to_an_old_version_stays_valid(tmp_path: Path, world: ModuleType) -> None:
    ledger = Ledger(tmp_path / "ledger")
    for version, slug in ((1, "a"), (2, "b"), (1, "c")):
        ledger.record_build(world.renamed(world.build(version), slug), world.tables(version))
    assert check_ledger(ledger.path).valid


def test_an_example_generated_by_two_builds_is_a_violation(plant_store: Store, world: ModuleType) -> None:
    first, second = "urn:litho:build:first", "urn:litho:build:second"
    times = [
        (first, PROV + "endedAtTime", Literal("2026-03-01T00:00:00Z")),
        (second, PROV + "startedAtTime", Literal("2026-03-02T00:00:00Z")),
    ]
    both = [(world.example("E1"), PROV + "wasGeneratedBy", build) for build in (first, second)]
    assert _with(plant_store, [*times, both[0]]).valid
    found = _with(plant_store, [*times, *both])
    assert found.constraints == {34, 39}


def test_two_generations_by_one_build_are_a_violation(plant_store: Store, world: ModuleType) -> None:
    more: list[tuple[str, str, str | Literal]] = []
    for link in ("urn:g1", "urn:g2"):
        more.append((world.example("E1"), PROV + "qualifiedGeneration", link))
        more.append((link, PROV + "activity", "urn:litho:build:one"))
    assert _with(plant_store, more).constraints == {24}


def test_a_usage_after_the_invalidation_is_a_violation(plant_store: Store, world: ModuleType) -> None:
    example, use = world.example("E1"), "urn:use"
    more = [
        (example, PROV + "invalidatedAtTime", Literal("2026-03-01T00:00:00Z")),
        ("urn:litho:run:late", PROV + "qualifiedUsage", use),
        (use, PROV + "entity", example),
        (use, PROV + "atTime", Literal("2026-03-02T00:00:00Z")),
    ]
    assert _with(plant_store, more).constraints == {38}


def test_a_derivation_in_a_circle_is_a_violation(plant_store: Store, world: ModuleType) -> None:
    back = [(world.instance("I1"), PROV + "wasDerivedFrom", world.example("E1"))]
    found = _with(plant_store, back)
    assert found.constraints == {42}
    assert {world.instance("I1"), world.example("E1")} <= set(found.violations[0].statements[0].args)


def test_an_entity_used_as_an_activity_is_a_violation(plant_store: Store, world: ModuleType) -> None:
    clash = [(world.example("E1"), PROV + "used", world.instance("I1"))]
    assert 55 in _with(plant_store, clash).constraints


def test_a_run_that_ended_before_it_began_is_a_violation(plant_store: Store) -> None:
    (run,) = [q.subject.value for q in plant_store.quads_for_pattern(None, None, NamedNode(v.LITHO + "Run"))]
    (end,) = plant_store.quads_for_pattern(NamedNode(run), NamedNode(PROV + "endedAtTime"), None)
    wrong = Store()
    wrong.extend(q for q in plant_store if q != end)
    wrong.add(Quad(end.subject, end.predicate, Literal("2020-01-01T00:00:00Z")))
    found = check(view_instances(wrong), clocks=True)
    assert 30 in found.constraints
    assert check(view_instances(wrong)).valid


def test_a_ledger_without_anything_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EmptyLedger, match="no build or run is recorded"):
        check_ledger(tmp_path / "ledger")


def test_qualified_terms_of_prov_o_are_read() -> None:
    store = Store()
    turtle = f"""@prefix prov: <{PROV}> . @prefix : <urn:> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
    :e a prov:Entity ; prov:wasGeneratedBy :a ; prov:qualifiedGeneration :g ; prov:wasRevisionOf :f ;
      prov:qualifiedDerivation [ prov:entity :d ; prov:hadActivity :a ; prov:hadGeneration :g ; prov:hadUsage :u ] .
    :g prov:activity :a ; prov:atTime "2026-01-01T00:00:00Z"^^xsd:dateTime .
    :a prov:qualifiedStart :s ; prov:qualifiedAssociation [ prov:agent :p ; prov:hadPlan :e ] .
    :s prov:entity :t ; prov:hadActivity :b ; prov:atTime "2026-01-01T00:00:00+01:00"^^xsd:dateTime .
    :m prov:mentionOf :e ; prov:asInBundle :x . :c a prov:EmptyCollection ; prov:alternateOf :e . :p a prov:Person ."""
    store.load(turtle, format=RdfFormat.TURTLE)
    assert [str(s) for s in graph_statements(store)] == [
        "entity(urn:c)",
        "entity(urn:e)",
        "agent(urn:p)",
        "wasGeneratedBy(urn:g; urn:e, urn:a, 2026-01-01T00:00:00+00:00)",
        "wasStartedBy(urn:s; urn:a, urn:t, urn:b, 2025-12-31T23:00:00+00:00)",
        "wasDerivedFrom(urn:e, urn:d, urn:a, urn:g, urn:u)",
        "wasAssociatedWith(urn:a, urn:p, urn:e)",
        "wasDerivedFrom(urn:e, urn:f, -, -, -)",
        "alternateOf(urn:c, urn:e)",
        "mentionOf(urn:m, urn:e, urn:x)",
    ]


# The command


def _said(*words: str) -> Result:
    return CliRunner().invoke(main, ["ledger", "prov", *words])


def test_the_command_says_that_a_ledger_is_valid(plant: Ledger) -> None:
    told = _said("--project", str(plant.path.parent), "--steps", "latest")
    assert (told.exit_code, told.stderr) == (0, "")
    assert re.fullmatch(r"\d+ statements in 3 instances: valid\n", told.stdout)


def test_the_command_prints_a_line_for_each_violation_and_exits_with_one(tmp_path: Path) -> None:
    file = tmp_path / "wrong.provn"
    file.write_text(
        "document\nprefix ex <http://ex.org/>\nentity(ex:x)\nactivity(ex:x, 2026-01-02T00:00:00, 2026-01-01T00:00:00)"
        "\nendDocument",
        encoding="utf-8",
    )
    plain, timed = _said(str(file)), _said("--clocks", str(file))
    assert (plain.exit_code, timed.exit_code) == (1, 1)
    assert plain.stdout.splitlines()[-1] == "2 statements in 1 instance: 1 violation"
    assert "constraint 50 typing, 55 entity-activity-disjoint" in plain.stdout
    assert timed.stdout.splitlines()[-1] == "2 statements in 1 instance: 2 violations"
    assert "30 start-precedes-end" in timed.stdout and "30 " not in plain.stdout


def test_the_command_refuses_what_is_not_there_in_one_line(tmp_path: Path) -> None:
    for words in (["--project", str(tmp_path)], [str(tmp_path / "no.xml")]):
        told = _said(*words)
        assert (told.exit_code, told.stdout) == (2, "")
        assert len(told.stderr.splitlines()) == 1 and told.stderr.startswith("lithograph: ")
    assert list(tmp_path.iterdir()) == []


# Files


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("a.provn", "entity(ex:e", "cannot be read as PROV"),
        ("a.provn", "document\nentity(ex:e)\nendDocument", "cannot be read as PROV"),
        ("a.json", "{", "cannot be read as PROV"),
        ("a.xml", "<prov:document", "cannot be read as PROV"),
        ("a.xml", "<html/>", "its root is html"),
        (
            "a.xml",
            f'<p:document xmlns:p="{PROV}"><p:agent p:id="x:a"/></p:document>',
            "the prefix of x:a is not declared",
        ),
        ("a.xml", f'<p:document xmlns:p="{PROV}"><p:wasSeenBy/></p:document>', "prov:wasSeenBy is no statement"),
        ("a.ttl", "", "files end in .provn"),
    ],
)
def test_a_file_that_is_no_provenance_is_refused_in_one_line(tmp_path: Path, name: str, text: str, reason: str) -> None:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    with pytest.raises(NotProvenance, match=re.escape(reason)) as refused:
        check_files([file])
    assert "\n" not in str(refused.value)


def test_prov_json_is_read_with_its_bundles(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text(
        """{"prefix": {"ex": "http://ex.org/"},
        "entity": {"ex:e": {"prov:type": {"$": "prov:Plan", "type": "xsd:QName"}}},
        "used": {"_:u": {"prov:activity": "ex:a", "prov:entity": "ex:e", "prov:time": "2026-01-01T00:00:00+01:00"}},
        "bundle": {"ex:b": {"activity": {"ex:e": {}}, "entity": {"ex:e": {}}}}}""",
        encoding="utf-8",
    )
    said = {name: [str(s) for s in statements] for name, statements in read_document(file).items()}
    assert said[TOPLEVEL][0] == "entity(http://ex.org/e)"
    assert said[TOPLEVEL][1].endswith("http://ex.org/a, http://ex.org/e, 2025-12-31T23:00:00+00:00)")
    assert said["http://ex.org/b"] == ["activity(http://ex.org/e)", "entity(http://ex.org/e)"]
    assert [v.instance for v in check_files([file]).violations] == [f"{file}: http://ex.org/b"]


def test_bundles_shorthands_and_many_members_of_prov_xml_are_read(tmp_path: Path) -> None:
    file = tmp_path / "a.xml"
    file.write_text(
        f"""<p:document xmlns:p="{PROV}" xmlns:ex="http://ex.org/" xmlns:dc="http://purl.org/dc/terms/">
        <p:collection p:id="ex:c"/><p:softwareAgent p:id="ex:s"/><dc:note/>
        <p:hadMember><p:collection p:ref="ex:c"/><p:entity p:ref="ex:d"/><p:entity p:ref="ex:e"/></p:hadMember>
        <p:bundleContent p:id="ex:b" xmlns:ex="http://ex.net/"><p:hadPrimarySource><p:generatedEntity p:ref="ex:d"/>
        <p:usedEntity p:ref="ex:e"/></p:hadPrimarySource></p:bundleContent></p:document>""",
        encoding="utf-8",
    )
    assert {name: [str(s) for s in statements] for name, statements in read_document(file).items()} == {
        TOPLEVEL: [
            "entity(http://ex.org/c)",
            "agent(http://ex.org/s)",
            "hadMember(http://ex.org/c, http://ex.org/d)",
            "hadMember(http://ex.org/c, http://ex.org/e)",
        ],
        "http://ex.net/b": ["wasDerivedFrom(http://ex.net/d, http://ex.net/e, -, -, -)"],
    }


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    for name in ("no.provn", "no.xml", "no.json"):
        with pytest.raises(NotProvenance, match="No such file"):
            check_files([tmp_path / name])
