"""The splits of a pressed dataset: nothing leaks, every kind of leak is found and named, what is stated is listed."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from pressed import Pressed

from lithograph.cli import main
from lithograph.config import load_config
from lithograph.core.identity import file_sha256
from lithograph.ledger.leaks import KINDS, Leaks, NoCertificate, find_leaks, query_hashes, read_certificate
from lithograph.ontology.graph import Kind, Quantifier, Truth
from lithograph.pipeline.asked import ready
from lithograph.pipeline.build import press
from lithograph.probes.table import PROBES
from lithograph.select.canonical import canonical
from lithograph.select.withheld import NAMED, ONE_STEP, RESERVED, STATES, Withheld
from lithograph.speech.lexicon import Lexicon
from lithograph.speech.verbalise import sentences

Change = Callable[[dict[str, Any], list[dict[str, Any]]], None]


@pytest.fixture
def copied(pizza: Pressed, tmp_path: Path) -> Path:
    """A copy of the pizza dataset, to spoil."""
    folder = tmp_path / "datasets" / "pizza"
    shutil.copytree(pizza.folder, folder)
    return folder


def held_rows(folder: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(folder / "held_out.parquet").to_pylist()
    return rows


def spoil(folder: Path, change: Change) -> str:
    """Change the first row of the training split; its id."""
    path = sorted((folder / "data").glob("train-*.parquet"))[0]
    table = pq.read_table(path)
    rows = table.to_pylist()
    change(rows[0], held_rows(folder))
    pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), path)
    return str(rows[0]["id"])


def state(row: dict[str, Any], held: list[dict[str, Any]]) -> None:
    row["claims"] = [*row["claims"], next(h["claim"] for h in held if h["role"] == "reasoning")]


def yield_in_one_step(row: dict[str, Any], held: list[dict[str, Any]]) -> None:
    row["claims"] = next(h["one_step"][0] for h in held if h["role"] == "reasoning" and h["one_step"])


def speak_of(row: dict[str, Any], held: list[dict[str, Any]]) -> None:
    row["claims"] = [*row["claims"], next(h["claim"] for h in held if h["role"] == "transfer")]


SEEDED: dict[str, Change] = {"stated": state, "one-step": yield_in_one_step, "reserved-term": speak_of}


def test_a_build_leaks_nothing_and_says_by_which_queries_it_was_proved(pizza: Pressed) -> None:
    assert find_leaks(pizza.folder) == ()
    assert read_certificate(pizza.folder)["queries"] == query_hashes()
    assert set(query_hashes()) == {name for name, _ in KINDS}


@pytest.mark.parametrize("kind", SEEDED)
def test_a_seeded_leak_is_named_with_its_example(copied: Path, kind: str) -> None:
    example = spoil(copied, SEEDED[kind])
    leaks = {leak.kind: leak for leak in find_leaks(copied)}
    assert leaks[kind].example == example
    assert leaks[kind].what.startswith("urn:litho:claim:")


def test_a_reserved_node_is_a_leak(copied: Path) -> None:
    term = read_certificate(copied)["transfer"]["terms"][0]
    example = spoil(copied, lambda row, _: row["nodes"].append(term))
    (leak,) = find_leaks(copied)
    assert (leak.kind, leak.example, leak.what) == ("reserved-term", example, term)


def test_a_reserved_name_in_a_text_is_a_leak_in_capitals_too(copied: Path) -> None:
    name = read_certificate(copied)["transfer"]["names"]["en"][0]

    def tell(row: dict[str, Any], _: object) -> None:
        row["completion"] = f"Look, a {name.upper()}."

    example = spoil(copied, tell)
    (leak,) = find_leaks(copied)
    assert (leak.kind, leak.example, leak.what) == ("reserved-name", example, name)


def test_a_text_in_two_splits_is_a_leak(copied: Path) -> None:
    test = pq.read_table(next((copied / "data").glob("test-*.parquet"))).to_pylist()[0]

    def repeat(row: dict[str, Any], _: object) -> None:
        row["content_hash"] = test["content_hash"]

    spoil(copied, repeat)
    (leak,) = find_leaks(copied)
    assert (leak.kind, leak.what) == ("shared-text", test["content_hash"])


def probe(part: str, question: str, claim: str, number: int) -> dict[str, Any]:
    row = dict.fromkeys(PROBES.names)
    return row | {"id": f"urn:litho:probe:{number}", "part": part, "probe_split": "reasoning", "question": question,
                  "claims": [claim]}  # fmt: skip


def with_probes(folder: Path, rows: list[dict[str, Any]]) -> None:
    (folder / "probes").mkdir(exist_ok=True)
    for part in ("dev", "test"):
        mine = [row for row in rows if row["part"] == part]
        pq.write_table(pa.Table.from_pylist(mine, schema=PROBES), folder / "probes" / f"{part}.parquet")


def test_a_probe_that_training_asks_in_the_same_words_is_a_leak(copied: Path, pizza: Pressed) -> None:
    held = next(h for h in held_rows(copied) if h["role"] == "reasoning")
    asked = pizza.table.filter(pa.compute.equal(pizza.table["split"], "train"))["prompt"][0].as_py()
    with_probes(copied, [probe(held["part"], asked, held["claim"], 1)])
    (leak,) = find_leaks(copied)
    assert (leak.kind, leak.what) == ("shared-text", "urn:litho:probe:1")


def test_a_question_in_both_parts_and_a_claim_of_the_other_part_are_leaks(copied: Path) -> None:
    held = next(h for h in held_rows(copied) if h["role"] == "reasoning" and h["part"] == "dev")
    with_probes(copied, [probe("dev", "Is it so?", held["claim"], 1), probe("test", "Is it so?", held["claim"], 2)])
    (leak,) = find_leaks(copied)
    assert (leak.kind, leak.count) == ("parts", 2)


def test_a_probe_of_reasoning_whose_key_training_states_is_a_leak(copied: Path, pizza: Pressed) -> None:
    claim = pizza.table.filter(pa.compute.equal(pizza.table["split"], "train"))["claims"][0][0].as_py()
    with_probes(copied, [probe("dev", "Is it so?", claim, 1)])
    (leak,) = find_leaks(copied)
    assert (leak.kind, leak.what) == ("stated-key", "urn:litho:probe:1")


def test_a_claim_taken_out_of_the_held_out_ones_is_noticed(copied: Path) -> None:
    table = pq.read_table(copied / "held_out.parquet")
    pq.write_table(table.slice(1), copied / "held_out.parquet")
    (leak,) = find_leaks(copied)
    assert leak.kind == "changed"


def test_check_splits_ends_with_one_and_a_line_for_each_kind_of_leak(copied: Path) -> None:
    arguments = ["check", "--splits", "--dataset", "pizza", "--project", str(copied.parents[1])]
    clean = CliRunner().invoke(main, arguments)
    assert (clean.exit_code, clean.output.splitlines()[-1].endswith("nothing leaks")) == (0, True)
    example = spoil(copied, state)
    found = CliRunner().invoke(main, arguments)
    assert found.exit_code == 1
    assert any(line.startswith("stated: ") and example in line for line in found.output.splitlines())


def test_a_dataset_without_a_certificate_is_told_so(copied: Path) -> None:
    (copied / "splits.json").unlink()
    with pytest.raises(NoCertificate, match="no certificate"):
        find_leaks(copied)


def test_the_certificate_counts_what_it_holds_out(pizza: Pressed) -> None:
    certificate, rows = read_certificate(pizza.folder), held_rows(pizza.folder)
    assert certificate["held_out"]["sha256"] == file_sha256(pizza.folder / "held_out.parquet")
    counts = Counter((row["role"], row["part"]) for row in rows)
    for role in ("reasoning", "transfer"):
        for part in ("dev", "test"):
            assert certificate[role]["parts"][part] == counts[role, part] > 0
    truths = {row["truth"] for row in rows if row["role"] == "reasoning"}
    assert "entailed" in truths
    assert not truths & {"asserted"}


def test_what_is_left_out_is_counted_in_the_report_and_for_every_reason(pizza: Pressed) -> None:
    left_out = pizza.build.report["held_out"]["left_out"]  # type: ignore[index]
    assert set(left_out) <= {STATES, ONE_STEP, RESERVED, NAMED}
    assert {STATES, ONE_STEP, RESERVED} <= set(left_out)
    silent: Counter[str] = Counter()
    for scene in pizza.build.report["filter"].values():  # type: ignore[attr-defined]
        silent += Counter(scene["silent"])
    assert all(silent[why] == count for why, count in left_out.items())


def test_nearly_every_source_of_what_is_held_out_is_told(pizza: Pressed) -> None:
    claims = pizza.build.report["held_out"]["claims"]  # type: ignore[index]
    assert claims["with every source told"] >= 0.9 * claims["held out"]


def test_with_nothing_held_out_a_certificate_says_so(tmp_path: Path) -> None:
    source = tmp_path / "few.ttl"
    source.write_text("@prefix : <http://e/> . @prefix owl: <http://www.w3.org/2002/07/owl#> . "
                      "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
                      ":A a owl:Class ; rdfs:label 'valve'@en ; rdfs:subClassOf :B . :B a owl:Class ; "
                      "rdfs:label 'device'@en .", encoding="utf-8")  # fmt: skip
    config = load_config(tmp_path, dataset="few", oracle="off", languages=("en",))
    build = press(config, ontology=source)
    assert find_leaks(build.folder) == ()
    assert set(build.report["held_out"]["shrunk"]) == {"reasoning", "transfer"}  # type: ignore[index]
    assert held_rows(build.folder) == []


SYLLABLES = ("ba", "do", "ki")


def forest(folder: Path) -> Path:
    """An ontology of 121 classes in five storeys, each with a word of its own."""
    level, said = ["Mu"], [":Mu a owl:Class ; rdfs:label 'mu'@en ."]
    for _ in range(4):
        level = [name + syllable for name in level for syllable in SYLLABLES]
        said += [f":{n} a owl:Class ; rdfs:label '{n.lower()}'@en ; rdfs:subClassOf :{n[:-2]} ." for n in level]
    file = folder / "forest.ttl"
    head = ("@prefix : <http://e/> . @prefix owl: <http://www.w3.org/2002/07/owl#> . "
            "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n")  # fmt: skip
    file.write_text(head + "\n".join(said), encoding="utf-8")
    return file


def test_a_build_that_would_leak_is_none_and_what_stood_there_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = {"dataset": "forest", "oracle": "off", "lemmas": 0, "candidates": 0, "languages": ("en",)}
    config, source = load_config(tmp_path, **options), forest(tmp_path)
    first = press(config, ontology=source, workers=1)
    assert first.report["held_out"]["claims"]["held out"] > 20  # type: ignore[index]
    monkeypatch.setattr(Withheld, "why", lambda self, claims: np.zeros(len(claims.offsets) - 1, np.uint8))
    with pytest.raises(Leaks) as caught:
        press(replace(config, seed=1), ontology=source, workers=1)
    assert "stated: " in caught.value.facts
    assert "one-step: " in caught.value.facts
    assert read_certificate(first.folder)["options"]["seed"] == 0
    assert find_leaks(first.folder) == ()


def test_the_same_build_holds_out_the_same_whatever_the_number_of_workers(tmp_path: Path) -> None:
    options = {"dataset": "forest", "oracle": "off", "lemmas": 0, "candidates": 0, "languages": ("en",),
               "shard_instances": 100}  # fmt: skip
    source, seen = forest(tmp_path), []
    for workers in (1, 2):
        (tmp_path / str(workers)).mkdir()
        build = press(load_config(tmp_path / str(workers), **options), ontology=source, workers=workers)
        seen.append([file_sha256(build.folder / name) for name in ("splits.json", "held_out.parquet")])
    assert seen[0] == seen[1]


# ---- what is stated -------------------------------------------------------------------------------------------------


def test_every_claim_whose_sentence_stands_in_a_text_is_listed(pizza: Pressed) -> None:
    """Claims with words of their own: a sentence that two claims have in common says either."""
    missing = _unlisted(pizza)
    assert not missing, missing[:3]


def _unlisted(build: Pressed) -> list[tuple[str, str]]:
    config = load_config(build.project, dataset="pizza", candidates=6, languages=("en",))
    graph = ready(config, path=build.source, keep=True).graph  # with its lemmas: they decide what is equivalent
    lexicon = Lexicon.of(graph.ontology, graph.kinds, "en")
    able = lexicon.speakable(graph.subject) & lexicon.speakable(graph.object) & (graph.truth <= Truth.ENTAILED)
    able &= (graph.quantifier != Quantifier.ANNOTATION) & ((graph.kinds[graph.subject] & Kind.CLASS) > 0)
    rows = np.flatnonzero(able).astype(np.int32)
    names = canonical(graph)
    by_words: dict[str, set[str]] = {}
    for row, words in zip(rows.tolist(), sentences(graph, lexicon, rows), strict=True):
        by_words.setdefault(words, set()).add(names.urns[row])
    unique = {words: urns for words, urns in by_words.items() if len(urns) == 1}
    assert len(unique) > 500
    missing, found = [], 0
    columns = build.table.select(["id", "completion", "prompt", "claims", "form"]).to_pylist()
    for row in columns:
        for words in re.findall(r"[A-Z][^.\n]*\.", f"{row['prompt']}\n{row['completion']}"):
            told = words.removeprefix("So ")
            urns = unique.get(told[:1].upper() + told[1:])
            if urns:
                found += 1
                if not urns <= set(row["claims"]):
                    missing.append((row["id"], words))
    assert found > 1000
    return missing


def test_every_example_of_one_claim_states_it_and_the_steps_of_a_proof_are_among_its_claims(pizza: Pressed) -> None:
    rows = pizza.table.select(["claims", "thought", "depth", "scene"]).to_pylist()
    assert all(row["claims"] == sorted(set(row["claims"])) and row["claims"] for row in rows)
    proved = [row for row in rows if row["scene"].endswith("IsAByReasoning") and row["thought"] and row["depth"] == 1]
    assert proved
    assert all(len(row["claims"]) >= 2 for row in proved)


def test_the_report_is_the_certificates_summary(pizza: Pressed) -> None:
    certificate = json.loads((pizza.folder / "splits.json").read_text(encoding="utf-8"))
    summary = pizza.build.report["held_out"]
    assert {k: certificate[k] for k in ("claims", "left_out", "reasoning", "shrunk")} == {
        k: summary[k] for k in ("claims", "left_out", "reasoning", "shrunk")}  # type: ignore[index] # fmt: skip
