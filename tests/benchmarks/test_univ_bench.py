"""The generated graph of the benchmarks: seeded, shaped like LUBM, with labels as long as EDAM's."""

from __future__ import annotations

import importlib.util
import sys
from collections import Counter
from itertools import islice
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from lithograph.ontology.ntriples import read_canonical


@pytest.fixture(scope="module")
def univ_bench() -> ModuleType:
    path = Path(__file__).parents[2] / "benchmarks" / "univ_bench.py"
    spec = importlib.util.spec_from_file_location("univ_bench", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["univ_bench"] = module
    spec.loader.exec_module(module)
    return module


def test_a_seed_gives_the_same_distinct_triples_and_another_seed_others(univ_bench: ModuleType, tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        univ_bench.write(tmp_path / name, 20_000, seed)
    one, same, other = ((tmp_path / name).read_bytes() for name in "abc")
    assert one == same
    assert one != other
    assert len(set(one.splitlines())) == 20_000
    assert read_canonical(one) is not None


def test_labels_are_as_long_as_those_of_edam(univ_bench: ModuleType) -> None:
    words = univ_bench.Words(np.random.default_rng(3))
    lengths = Counter(len(words.label()) for _ in range(50_000))
    wanted = np.array(univ_bench.LABEL_LENGTHS) / sum(univ_bench.LABEL_LENGTHS)
    found = np.array([lengths[i] for i in range(len(wanted))]) / 50_000
    assert np.abs(found - wanted).max() < 0.01


def test_a_department_has_the_ranks_of_the_profile(univ_bench: ModuleType) -> None:
    lines = univ_bench.department(0, 0, np.random.default_rng(5), univ_bench.Words(np.random.default_rng(5)))
    kinds = Counter(line.split("#")[-1].rstrip("> .") for line in lines if univ_bench.RDF_TYPE in line)
    for rank, least, most, _, _ in univ_bench.FACULTY:
        assert least <= kinds[rank] <= most
    teachers = sum(kinds[rank] for rank, *_ in univ_bench.FACULTY)
    assert 8 * teachers <= kinds["UndergraduateStudent"] <= 14 * teachers
    assert 3 * teachers <= kinds["GraduateStudent"] <= 4 * teachers


def test_the_stream_has_no_end(univ_bench: ModuleType) -> None:
    assert sum(1 for _ in islice(univ_bench.triples(1), 120_000)) == 120_000
