"""Stories of evaluations and probes, from tables as an evaluation writes them."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from traced import make_plant

from lithograph.core.errors import LithographError
from lithograph.core.identity import urn
from lithograph.ledger.trace import tell

PROBES = {"P1": ("yes", "yes", ("A1",)), "P2": ("no", "yes", ("A5", "A2")), "P3": ("a device", "a tank", ())}
"""Name -> key, answer, axioms."""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, world: ModuleType) -> Path:
    folder = make_plant(world, tmp_path_factory.mktemp("judged"))
    (adapter,) = {r["adapter"] for r in pq.read_table(folder / "ledger" / "columns" / "runs").to_pylist()}
    for slug, model, run in (("first on probes", adapter, urn("run", "first")), ("base", "urn:litho:model:33", None)):
        _write(folder / "ledger", world, slug, model, run)
    return folder


def _write(ledger: Path, world: ModuleType, slug: str, model: str, run: str | None) -> None:
    me = urn("evaluation", slug)
    probes = [
        {"item": urn("probe", name), "axis": "taxonomy", "depth": 1, "level": "atom", "register": "plain",
         "expected": key, "answer": said, "correct": key == said, "score": float(key == said),
         "axioms": [world.axiom(a) for a in axioms]} for name, (key, said, axioms) in PROBES.items()
    ]  # fmt: skip
    weights = [{"item": urn("probe", "P2"), "example": world.example(e), "score": w, "method": "gradient"}
               for e, w in (("E6", -0.5), ("E3", 0.25))]  # fmt: skip
    row = {
        "id": me, "slug": slug, "kind": "probes", "model": model, "run": run, "dataset": urn("probes", "all"),
        "measures": [{"name": "accuracy", "value": 1 / 3}], "items": 3, "options": "{}", "code_version": "0.1.0",
    }  # fmt: skip
    tables = {"evaluations": [row], "probes": probes} | ({"attributions": weights} if run else {})
    for name, rows in tables.items():
        path = ledger / "columns" / name / f"{me.rpartition(':')[2]}.parquet"
        path.parent.mkdir(exist_ok=True)
        pq.write_table(pa.Table.from_pylist(rows), path)


def _tree(project: Path, what: str) -> str:
    return tell(project, what).decode("utf-8")


def test_an_evaluation_leads_to_its_adapter_and_to_what_was_answered_wrong(project: Path) -> None:
    told = _tree(project, "first on probes")
    assert told.startswith("evaluation first on probes\n│   probes on probes:")
    assert "accuracy 0.333" in told and "1 of 3 answers right" in told and "2 wrong" in told
    assert "answered 'yes', key 'no', score 0.000" in told
    assert "scored adapter:9a129038d9a0" in told and "run first" in told
    assert told.index("-0.500 by gradient") < told.index("+0.250 by gradient")
    assert "assistant: No pump is a valve." in told


def test_a_probe_leads_to_every_answer_to_its_axioms_and_to_the_examples_on_them(
    project: Path, world: ModuleType
) -> None:
    told = _tree(project, urn("probe", "P2"))
    assert "key: no" in told and "rests on 2 axioms" in told
    assert "axiom pump DisjointWith valve" in told and "axiom pump SubClassOf device" in told
    assert "evaluation first on probes: wrong" in told and "evaluation base: wrong" in told
    assert "scored model:33" in told and "weighed by 2 examples" in told
    assert "assistant: A pump is a device." in told and "run first: 2 examples used 3 times" in told
    short = urn("probe", "P2").split(":")[-1][:12]
    assert _tree(project, f"probe:{short}") == told


def test_an_adapter_and_an_axiom_lead_to_the_answers(project: Path, world: ModuleType) -> None:
    assert "evaluation first on probes, 3 items" in _tree(project, "adapter:latest")
    told = _tree(project, world.axiom("A2"))
    assert "evaluation first on probes: 0 of 1 answer on it right" in told
    assert "evaluation base: 0 of 1 answer on it right" in told
    assert "evaluation first on probes: 1 of 1 answer on it right" in _tree(project, world.axiom("A1"))
    assert "evaluation" not in _tree(project, world.axiom("A3"))


def test_the_figure_of_an_evaluation_is_its_models_and_that_of_a_probe_its_axioms(
    project: Path, world: ModuleType, tmp_path: Path
) -> None:
    figure = tell(project, "first on probes", out=tmp_path / "e.svg").decode("utf-8")
    assert 'stroke-width="2.5"' in figure and "adapter" in figure and "plant.ttl" in figure
    figure = tell(project, urn("probe", "P2"), out=tmp_path / "p.svg").decode("utf-8")
    assert figure.count('stroke-width="2.5"') == 2 and world.axiom("A5") in figure
    with pytest.raises(LithographError, match="no figure can be drawn: it rests on nothing in the ledger"):
        tell(project, urn("probe", "P3"), out=tmp_path / "n.svg")
    assert not (tmp_path / "n.svg").exists()


def test_a_result_of_nobody_is_refused(project: Path) -> None:
    with pytest.raises(LithographError, match=r"evaluation secondd: .* \(nearest: base, first on probes\)"):
        _tree(project, "evaluation:secondd")
    with pytest.raises(LithographError, match="probe 0000: the ledger knows no probe by this name"):
        _tree(project, "probe:0000")
