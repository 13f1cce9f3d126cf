"""What adapters learned that is no longer asserted: the same answer as the named query's, with weights."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pyarrow as pa
import pytest

from lithograph.config import Config
from lithograph.core.identity import sha256_hex, urn
from lithograph.ledger.ask import Ledger
from lithograph.ledger.columns import column_path
from lithograph.ledger.errors import UnreadableColumns
from lithograph.ledger.manifests import newest_build, recording
from lithograph.ledger.record import BuildRecord, OntologyRecord, SourceRecord, SplitRecord, Times, key_of
from lithograph.ledger.schemas import BUILD_TABLES, RUN_TABLES, TABLES
from lithograph.pipeline.stale import StaleAdapter, stale_axioms
from lithograph.pipeline.status import project_status

AXIOMS = {"A1": "a pump is a device", "A2": "a valve is a device", "A3": "no pump is a valve",
          "A4": "a tank is a device", "A5": "a pipe is a device"}  # fmt: skip
RESTS = {"E1": ("A1",), "E2": ("A2",), "E3": ("A1", "A3"), "E4": ("A3",), "E5": ("A4",), "E6": ("A5",)}
TOKENS = {"E1": 10, "E2": 20, "E3": 30, "E4": 40, "E5": 50, "E6": 60}


def axiom(name: str) -> str:
    return urn("axiom", name)


def example(name: str) -> str:
    return urn("example", name)


def adapter(name: str) -> str:
    return urn("adapter", name)


def press(ledger: Path, name: str, axioms: Sequence[str], examples: Sequence[str], dataset: str = "plant") -> None:
    """Record a build of these axioms and examples."""
    rows = {
        "axioms": [{"axiom": axiom(a), "annotated": axiom(a), "kind": "SubClassOf", "text": a, "display": AXIOMS[a],
                    "nodes": [], "source": "plant.ttl", "examples": 1} for a in axioms],
        "instances": [{"instance": urn("instance", e), "axioms": [axiom(a) for a in RESTS[e]]} for e in examples],
        "examples": [{"id": example(e), "content_hash": f"sha256:{sha256_hex(e)}", "split": "train",
                      "instance": urn("instance", e), "language": "en", "row": n} for n, e in enumerate(examples)],
    }  # fmt: skip
    tables = {
        table: pa.Table.from_pylist([{c: row.get(c) for c in BUILD_TABLES[table].names} for row in held],
                                    schema=BUILD_TABLES[table])
        for table, held in rows.items()
    }  # fmt: skip
    iri = f"http://ex.org/{dataset}"
    record = BuildRecord(
        id=urn("build", name), slug=name, dataset_name=dataset, dataset=urn("dataset", name),
        ontology=OntologyRecord(urn("ontology", name), iri, name), code_version="0.1.0", recipe={}, shards=(),
        sources=(SourceRecord("plant.ttl", iri, "1" * 64, "Turtle"),),
        splits={"train": SplitRecord(urn("split", name), len(examples))},
    )  # fmt: skip
    Ledger(ledger).record_build(record, tables, Times())


def learn(
    ledger: Path, name: str, build: str, shown: Iterable[str], parent: str = "", retracted: Sequence[str] = ()
) -> None:
    """Record a run on a build that showed these examples, one a step."""
    run = urn("run", name)
    row = dict.fromkeys(TABLES["runs"].names) | {
        "id": run, "slug": name, "status": "finished", "dataset": urn("dataset", build), "adapter": adapter(name),
        "splits": [{"role": "train", "id": urn("split", build), "rows": 1}], "options": "{}", "versions": "{}",
        "facts": [], "parent": adapter(parent) if parent else None, "retracted": [example(e) for e in retracted],
    }  # fmt: skip
    steps = [{"step": n, "micro": 0, "example": example(e), "loss": 1.0, "tokens": TOKENS[e], "lr": 0.1}
             for n, e in enumerate(shown, 1)]  # fmt: skip
    sequence = 100 + len(list((ledger / "columns" / "runs").glob("*")))
    times = {"activity": run, "sequence": sequence, "started": "", "ended": "", "platform": "",
             "first_of": adapter(name)}  # fmt: skip
    with recording(ledger, key_of(run), newest_build(ledger, urn("dataset", build))) as begun:
        begun.write("steps", pa.Table.from_pylist(steps, schema=RUN_TABLES["steps"]))
        begun.write("unprinted", begun.packer.unprinted)
        begun.write("times", pa.Table.from_pylist([times], schema=TABLES["times"]))
        begun.write("runs", pa.Table.from_pylist([row], schema=TABLES["runs"]))


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """Three versions: A3 goes with the second, A4 with the third. One adapter, its update, the update's update."""
    folder = tmp_path / "ledger"
    press(folder, "v1", ("A1", "A2", "A3", "A4"), ("E1", "E2", "E3", "E4", "E5"))
    learn(folder, "first", "v1", ("E1", "E3", "E4", "E1", "E5"))  # 10 + 30 + 40 + 10 + 50 = 140
    press(folder, "v2", ("A1", "A2", "A4", "A5"), ("E1", "E2", "E5", "E6"))
    learn(folder, "second", "v2", ("E6", "E1"), "first", ("E3", "E4"))  # 70 more
    press(folder, "v3", ("A1", "A2", "A5"), ("E1", "E2", "E6"))
    learn(folder, "apart", "v3", ("E2", "E6"))
    return folder


def by_name(found: Iterable[StaleAdapter]) -> dict[str, StaleAdapter]:
    return {one.run: one for one in found}


def test_it_says_which_axioms_are_gone_in_how_many_examples_and_with_what_weight(ledger: Path) -> None:
    found = stale_axioms(ledger)
    assert [one.run for one in found] == ["first", "second", "apart"]
    first = found[0]
    assert (first.adapter, first.datasets, first.seen, first.examples) == (adapter("first"), ("plant",), 4, 3)
    assert first.share == pytest.approx((30 + 40 + 50) / 140)
    gone = [(one.axiom, one.display, one.examples, round(one.share * 140)) for one in first.axioms]
    assert gone == [(axiom("A3"), "no pump is a valve", 2, 70), (axiom("A4"), "a tank is a device", 1, 50)]
    assert (found[2].axioms, found[2].examples, found[2].share, found[2].untraced) == ((), 0, 0.0, 0)


def test_an_update_has_seen_what_the_adapter_it_continues_has_seen(ledger: Path) -> None:
    second = by_name(stale_axioms(ledger))["second"]
    assert (second.seen, second.examples) == (5, 3)
    assert second.share == pytest.approx((30 + 40 + 50) / 210)


def test_status_lists_what_the_adapters_it_continues_had_learned_too(ledger: Path) -> None:
    wanted = {one.run: sorted(axiom.display for axiom in one.axioms) for one in stale_axioms(ledger)}
    runs = {run.slug: run.affected for run in project_status(Config(ledger.parent)).runs}
    assert runs["second"] is not None and wanted["second"]
    assert {slug: list(held.retired) for slug, held in runs.items() if held} == {s: wanted[s] for s in runs if runs[s]}


def test_it_says_what_a_later_update_retracted_and_what_none_did(ledger: Path) -> None:
    found = by_name(stale_axioms(ledger))
    for name in ("first", "second"):
        assert (found[name].retracted, found[name].retracted_by) == (2, (adapter("second"),))
        assert [one.retracted_by for one in found[name].axioms] == [(adapter("second"),), ()]
    learn(ledger, "third", "v3", ("E2",), "second", ("E5",))
    first = by_name(stale_axioms(ledger))["first"]
    assert (first.retracted, first.retracted_by) == (3, (adapter("second"), adapter("third")))
    assert [one.retracted_by for one in first.axioms] == [(adapter("second"),), (adapter("third"),)]
    assert by_name(stale_axioms(ledger))["apart"].retracted == 0


def test_it_finds_what_the_named_query_finds(ledger: Path) -> None:
    asked = {row[1]: (row[0], int(row[2]), int(row[3])) for row in Ledger(ledger).query("stale-adapters").rows}
    found = {one.run: (one.adapter, len(one.axioms), one.examples) for one in stale_axioms(ledger) if one.axioms}
    assert len(asked) == 2
    assert found == asked


def test_going_back_to_an_old_version_makes_what_it_holds_asserted_again(ledger: Path) -> None:
    press(ledger, "v4", ("A1", "A2", "A3", "A4", "A5"), ("E1",))
    assert [one.axioms for one in stale_axioms(ledger)] == [(), (), ()]


def test_a_build_of_another_dataset_changes_nothing(ledger: Path) -> None:
    before = stale_axioms(ledger)
    press(ledger, "other", ("A3", "A4"), ("E4",), "other")
    assert stale_axioms(ledger) == before


def test_examples_that_no_recorded_build_printed_are_counted(ledger: Path) -> None:
    learn(ledger, "lost", "pressed elsewhere", ("E1", "E3", "E4", "E1"))
    learn(ledger, "found", "v3", ("E2",), "lost")
    found = by_name(stale_axioms(ledger))
    assert (found["found"].axioms, found["found"].seen, found["found"].untraced) == ((), 4, 3)


def test_a_run_whose_build_is_lost_is_told_in_one_line(ledger: Path) -> None:
    lost = column_path(ledger, "examples", key_of(urn("build", "v1")))
    lost.unlink()
    with pytest.raises(UnreadableColumns, match="lithograph dataset --force"):
        stale_axioms(ledger)


def test_an_empty_ledger_has_no_adapters(tmp_path: Path) -> None:
    assert stale_axioms(tmp_path / "ledger") == ()
