"""The engine past its bounds, broken or missing: one line, and nothing from half an answer."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest

from lithograph.ontology.axioms import Axiom, Ontology
from lithograph.ontology.load import load
from lithograph.reason.calculus import engine_process, engine_worker
from lithograph.reason.calculus.engine import saturate
from lithograph.reason.calculus.engine_process import Bounds, Engine, EngineFailed
from lithograph.reason.calculus.translate import program_of
from lithograph.reason.status import Reasoning, statuses

EX = "http://ex.org/"
CHAIN = "a(?x, ?z) :- a(?x, ?y), a(?y, ?z) .\n"
LOOP = "a(0) .\na(?x + 1) :- a(?x) .\n"


def line(tmp_path: Path, length: int) -> Ontology:
    """A line of classes, each below the next."""
    file = tmp_path / "line.ofn"
    axioms = "\n".join(f"SubClassOf(<{EX}C{i}> <{EX}C{i + 1}>)" for i in range(length))
    file.write_text(f"Ontology(\n{axioms}\n)", encoding="utf-8")
    return load(file)


@pytest.mark.parametrize("apart", [True, False])
def test_rules_that_nobody_can_read_are_one_line(tmp_path: Path, apart: bool) -> None:
    with pytest.raises(
        EngineFailed, match=r"^the rule engine: gave up \(NemoError: .*\)\. Please report this\.$"
    ) as why:
        Engine(Bounds(), apart=apart).reason("a(1", tmp_path, [])
    assert "\n" not in str(why.value)


def test_an_engine_past_its_time_is_ended_and_named(tmp_path: Path) -> None:
    with pytest.raises(EngineFailed, match="did not finish in 1 s"):
        Engine(Bounds(seconds=1.0)).reason(LOOP, tmp_path, [])


def test_an_engine_past_its_memory_is_ended_and_named(tmp_path: Path) -> None:
    with pytest.raises(EngineFailed, match=r"needs more than 200 MB \(.*memory"):
        facts = "".join(f"a({i}, {i + 1}) .\n" for i in range(6_000))
        Engine(Bounds(seconds=120.0, megabytes=200)).reason(facts + CHAIN, tmp_path, [])


def test_a_large_program_runs_past_its_bounds_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(EngineFailed, match=r"did not finish in 0\.01 s"):
        saturate(program_of(line(tmp_path, 300)), bounds=Bounds(seconds=0.01))


def test_a_panic_of_the_engine_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class PanicException(BaseException):
        """As pyo3 makes it: no Exception."""

    def panic(self: object, *_: object) -> None:
        raise PanicException("index out of bounds")

    monkeypatch.setattr(engine_worker.Nemo, "reason", panic)
    with pytest.raises(EngineFailed, match=r"gave up \(PanicException: index out of bounds\)"):
        saturate(program_of(line(tmp_path, 3)))


def test_without_nemo_the_error_names_the_cure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nmo_python", None)
    with pytest.raises(EngineFailed, match=r"cannot be started .*Install it with: pip install nemo-python\.$"):
        saturate(program_of(line(tmp_path, 3)))


def test_here_and_apart_say_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ontology = line(tmp_path, 6)
    claim = Axiom("SubClassOf", (EX + "C0", EX + "C6"))
    here = statuses(Reasoning.of(ontology), [claim])
    monkeypatch.setattr(sys.modules[saturate.__module__], "SMALL", 0)
    assert statuses(Reasoning.of(ontology), [claim]) == here
    assert here[0].proof is not None and len(here[0].axioms) == 6


def test_the_process_ends_with_the_engine(tmp_path: Path) -> None:
    engine = Engine(engine_process.BOUNDS)
    engine.reason("a(1) .", tmp_path, [])
    process = engine._process
    assert process is not None and process.poll() is None
    del engine
    assert process.poll() is not None


def test_an_engine_is_let_go_by_the_thread_that_made_it(tmp_path: Path) -> None:
    """In another thread Nemo would say so on standard error, here as a warning that is an error."""
    engine = Engine(Bounds(), apart=False)
    engine.reason("a(1) .", tmp_path, [])
    held = [engine]
    del engine
    thread = threading.Thread(target=held.clear)
    thread.start()
    thread.join()
    assert len(engine_worker._left) == 1
    Engine(Bounds(), apart=False).reason("a(1) .", tmp_path, [])
    assert not engine_worker._left
