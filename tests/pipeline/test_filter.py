"""The filter: nothing is lost on the way, nothing depends on order or shards, no move turns a label."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from bad_input import OPTIONS
from pressed import Pressed, pressed

from lithograph.config import load_config
from lithograph.ledger.columns import read_columns
from lithograph.pipeline.build import Build, manifest, press
from lithograph.render.neighbours import grams_of
from lithograph.select.calibration import read_calibration

HEAD = """@prefix : <http://e.org/z#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<http://e.org/z> a owl:Ontology .
:eats a owl:ObjectProperty ; rdfs:label "eats"@en , "ест"@ru .
:lives a owl:ObjectProperty ; rdfs:label "lives in"@en , "живёт в"@ru .
"""
BEASTS = ["cat", "dog", "fox", "hen", "owl", "pig", "rat", "bee", "cow", "emu"]


def zoo(*, mute: tuple[str, ...] = ()) -> str:
    """A zoo: animals of two kinds, each with a food and some with a place; `mute` ones have no Russian label."""
    body = """:Being a owl:Class ; rdfs:label "being"@en , "существо"@ru .
        :Animal a owl:Class ; rdfs:subClassOf :Being ; rdfs:label "animal"@en , "животное"@ru .\n"""
    for i, name in enumerate((*BEASTS, "grain", "meat", "barn")):
        russian = "" if name in mute else f', "зверь-{chr(0x430 + i)}"@ru'
        body += f':{name} a owl:Class ; rdfs:label "{name}"@en{russian} .\n'
    for i, name in enumerate(BEASTS):
        food = ("grain", "meat")[i % 2]
        body += f":{name} rdfs:subClassOf :Animal , [ a owl:Restriction ; owl:onProperty :eats ;\n"
        body += f" owl:someValuesFrom :{food} ] .\n"
        if i % 2:
            body += (
                f":{name} rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :lives ; owl:someValuesFrom :barn ] .\n"
            )
    return HEAD + body


def build(folder: Path, body: str, **options: Any) -> Pressed:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "zoo.ttl"
    file.write_text(body, encoding="utf-8")
    return pressed(folder, file, oracle="off", **options)


def decisions(dataset: Pressed) -> list[dict[str, Any]]:
    key = str(dataset.build.record.id).rsplit(":", 1)[-1]
    rows: list[dict[str, Any]] = read_columns(dataset.project / "ledger", "decisions", key).to_pylist()
    return rows


@pytest.mark.parametrize("name", ["world_build", "pizza"])
def test_what_comes_in_is_printed_merged_or_silent(name: str, request: pytest.FixtureRequest) -> None:
    dataset: Pressed = request.getfixturevalue(name)
    report: Any = dataset.build.report
    printed = Counter(scene.rsplit("#", 1)[-1] for scene in dataset.table["scene"].to_pylist())
    for scene, tally in report["filter"].items():
        assert tally["printed"] == printed[scene]
        assert tally["in"] == tally["printed"] + sum(tally["merged"].values()) + sum(tally["silent"].values())
    assert sum(printed.values()) == dataset.table.num_rows
    told = Counter({s: sum(t["merged"].values()) + sum(t["silent"].values()) for s, t in report["filter"].items()})
    recorded: Counter[str] = Counter()
    for row in decisions(dataset):
        if row["outcome"] in ("merged", "silent") and row["language"] is not None:
            recorded[row["scene"]] += row["count"]
    assert +told == +recorded


@pytest.mark.parametrize("name", ["world_build", "pizza"])
def test_nearly_all_that_has_words_is_said(name: str, request: pytest.FixtureRequest) -> None:
    report: Any = request.getfixturevalue(name).build.report
    said = {kind: (n["said"], n["all"]) for kind, n in report["coverage"]["entities"].items()}
    kept = report["held_out"]["transfer"]["terms"]
    assert sum(s for s, _ in said.values()) + kept >= 0.95 * sum(n for _, n in said.values()), said


@pytest.mark.parametrize("name", ["world_build", "pizza"])
def test_no_two_examples_that_say_the_same_are_nearly_the_same_text(name: str, request: pytest.FixtureRequest) -> None:
    table = request.getfixturevalue(name).table
    rows = table.select(["instance", "form", "truth", "language", "prompt", "completion"]).to_pylist()
    groups: dict[tuple[str, ...], list[frozenset[str]]] = {}
    for row in rows[:: 3 if len(rows) > 30_000 else 1]:
        key = row["instance"], row["form"], row["truth"], row["language"]
        groups.setdefault(key, []).append(grams_of(f"{row['prompt']}\n{row['completion']}"))
    pairs = 0
    for texts in groups.values():
        for i, one in enumerate(texts):
            for other in texts[:i]:
                pairs += 1
                assert len(one & other) < 0.85 * len(one | other)
    assert pairs > 100


def test_shards_and_workers_move_no_row(tmp_path: Path) -> None:
    one = build(tmp_path / "one", zoo(mute=("cat",)), shard_instances=10_000)
    many = build(tmp_path / "many", zoo(mute=("cat",)), shard_instances=7)
    keys = ["id", "split", "probe_split", "resonance", "decisions", "parents", "weight"]
    rows = [sorted(map(repr, d.table.select(keys).to_pylist())) for d in (one, many)]
    assert len(rows[0]) > 200
    assert rows[0] == rows[1]
    assert one.build.report["filter"] == many.build.report["filter"]


def test_the_order_of_the_file_moves_nothing(tmp_path: Path) -> None:
    blocks = zoo().split(" .\n")
    turned = " .\n".join([*blocks[:6], *blocks[6:-1][::-1], blocks[-1]])
    one, other = build(tmp_path / "one", zoo()), build(tmp_path / "other", turned)
    assert one.build.record.dataset == other.build.record.dataset


def test_who_has_no_words_leaves_the_word_to_the_analogue_and_points_to_it(tmp_path: Path) -> None:
    dataset = build(tmp_path, zoo(mute=("cat", "rat")))
    merged = [r for r in decisions(dataset) if r["move"] == "compensate" and r["outcome"] == "merged"]
    assert merged
    rows = dataset.table.select(["instance", "language", "truth", "focus"]).to_pylist()
    spoken = {(r["instance"], r["language"]): r for r in rows}
    for decision in merged:
        assert (decision["target"], decision["language"]) in spoken
        mine = spoken.get((decision["candidate"], "en"))
        if mine:  # the label of who speaks is the label of whom it speaks for
            assert mine["truth"] == spoken[decision["target"], decision["language"]]["truth"]
    assert not [r for r in rows if r["language"] == "ru" and r["focus"] in ("http://e.org/z#cat", "http://e.org/z#rat")]


def test_a_question_in_the_place_of_one_without_words_has_been_proved_anew(tmp_path: Path) -> None:
    dataset = build(tmp_path, zoo(mute=("cat", "hen", "bee")), candidates=40)
    rows = [r for r in dataset.table.to_pylist() if any(d["move"] == "compensate" for d in r["decisions"])]
    assert rows
    assert {r["truth"] for r in rows} <= {"refuted", "unknown"}
    for row in rows:
        asked = "Refuted" if row["truth"] == "refuted" else "Unknown"
        assert asked in row["scene"] or "Which" in row["scene"]
    instances = read_columns(dataset.project / "ledger", "instances", str(dataset.build.record.id).rsplit(":", 1)[-1])
    by = {r["instance"]: r["by"] for r in instances.select(["instance", "by"]).to_pylist()}
    assert all(by[row["instance"]] not in ("an axiom", "the rules") for row in rows)


@pytest.mark.parametrize("budget", [400.0, 0.5])
def test_a_budget_is_met_within_five_percent(tmp_path: Path, budget: float) -> None:
    whole = build(tmp_path / "whole", zoo()).build.examples
    part = build(tmp_path / "part", zoo(), budget=budget)
    wanted = budget if budget >= 1 else budget * whole
    assert abs(part.build.examples - wanted) <= 0.05 * wanted
    kept = read_calibration(part.folder / "calibration.json")
    assert any(t.resonance > 0 for cells in kept.thresholds.values() for t in cells.values())


def test_a_scene_has_its_own_budget_and_the_rest_is_untouched(tmp_path: Path) -> None:
    whole: Any = build(tmp_path / "whole", zoo()).build.report["filter"]
    part: Any = build(tmp_path / "part", zoo(), scene_budgets={"EverySome": 30.0}).build.report["filter"]
    assert abs(part["EverySome"]["printed"] - 30) <= 2
    assert part["EverySome"]["silent"]["below the threshold"] > 0
    assert part["IsA"]["printed"] == whole["IsA"]["printed"]


def test_what_passes_a_threshold_resonates_at_least_as_much_as_what_does_not(tmp_path: Path) -> None:
    part = build(tmp_path, zoo(), scene_budgets={"EverySome": 30.0}, register_weights={"plain": 1.0, "terse": 0.0,
                 "technical": 0.0, "childlike": 0.0, "bodily": 0.0, "poetic": 0.0}, languages=("en",))  # fmt: skip
    printed = [r["resonance"] for r in part.table.to_pylist() if r["scene"].endswith("#EverySome")]
    limits = [r["threshold"] for r in decisions(part) if r["scene"] == "EverySome" and r["threshold"] is not None]
    assert printed and limits
    assert min(printed) >= max(limits) - 1e-6


def test_a_weight_of_zero_silences_and_others_reach_the_weight_column(tmp_path: Path) -> None:
    part = build(
        tmp_path, zoo(), register_weights={"poetic": 0.0, "plain": 3.0}, scene_weights={"IsA": 2.0, "Kinds": 0.0}
    )
    rows = part.table.select(["scene", "register", "weight"]).to_pylist()
    assert {r["register"] for r in rows}.isdisjoint({"poetic"})
    assert not [r for r in rows if r["scene"].endswith("#Kinds")]
    assert {r["weight"] for r in rows if r["scene"].endswith("#IsA") and r["register"] == "plain"} == {6.0}


def test_what_a_model_is_weak_on_is_told_more_in_the_next_edition(tmp_path: Path) -> None:
    first = build(tmp_path, zoo(), budget=500.0)
    results = tmp_path / "results.json"
    results.write_text(json.dumps({"split": "development", "scenes": {
        "IsA": {"probes": 40, "right": 39}, "EverySome": {"probes": 40, "right": 10}}}))  # fmt: skip
    config = load_config(tmp_path, dataset="zoo", candidates=6, probes=0, oracle="off", budget=500.0)
    second: Build = press(config, ontology=first.source, feedback=results)
    before: Any = first.build.report["filter"]
    after: Any = second.report["filter"]
    assert after["EverySome"]["printed"] > before["EverySome"]["printed"]
    assert after["IsA"]["printed"] < before["IsA"]["printed"]
    assert abs(second.examples - 500) <= 25


def test_a_calibration_stays_until_a_new_one_is_asked_for(tmp_path: Path) -> None:
    first = build(tmp_path, zoo())
    kept = (first.folder / "calibration.json").read_bytes()
    more = zoo() + ':yak a owl:Class ; rdfs:label "yak"@en ; rdfs:subClassOf :Animal .\n'
    second = build(tmp_path, more)
    assert (second.folder / "calibration.json").read_bytes() == kept
    was = {r["id"]: r["resonance"] for r in first.table.select(["id", "resonance"]).to_pylist()}
    now = {r["id"]: r["resonance"] for r in second.table.select(["id", "resonance"]).to_pylist()}
    assert len(set(was) & set(now)) > 100
    assert all(was[i] == now[i] for i in set(was) & set(now))
    config = load_config(tmp_path, dataset="zoo", candidates=6, probes=0, oracle="off")
    press(config, ontology=second.source, recalibrate=True)
    assert (second.folder / "calibration.json").read_bytes() != kept


def test_a_larger_example_names_the_smaller_ones_it_contains(world_build: Pressed) -> None:
    rows = world_build.table.select(["id", "level", "parents", "axioms", "language", "scene"]).to_pylist()
    by_id = {row["id"]: row for row in rows}
    order = ("atom", "star", "chain", "tableau")
    linked = [row for row in rows if row["parents"]]
    assert {row["level"] for row in linked} == {"star", "chain", "tableau"}
    for row in linked[::50]:
        for parent in row["parents"]:
            smaller = by_id[parent]
            assert order.index(smaller["level"]) < order.index(row["level"])
            assert smaller["language"] == row["language"]
            assert set(smaller["axioms"]) <= set(row["axioms"])


def test_what_lies_far_off_its_scene_grows_by_a_claim_and_keeps_its_label(tmp_path: Path) -> None:
    plain, grown = (build(tmp_path / str(d), zoo(), deviation=d, languages=("en",)) for d in (99.0, 0.5))
    moved = [r for r in grown.table.to_pylist() if any(d["move"] == "reason" for d in r["decisions"])]
    assert moved
    labels = {(r["scene"], r["focus"], r["form"]): r["truth"] for r in plain.table.to_pylist()}
    for row in moved:
        assert row["truth"] == labels[row["scene"], row["focus"], row["form"]]
        assert len(row["axioms"]) >= 2
    short = {r["form"] for r in moved}
    assert short.isdisjoint({"cloze", "riddle", "multiple_choice"})


def test_a_dead_print_is_regenerated_through_another_register(world_build: Pressed) -> None:
    rows = [r for r in world_build.table.to_pylist() if any(d["move"] == "regenerate" for d in r["decisions"])]
    assert rows
    reasons = {d["reason"] for r in rows for d in r["decisions"] if d["move"] == "regenerate"}
    assert "the question gives the answer away" in reasons


def test_a_register_without_a_template_for_a_form_gives_way_to_another(world_build: Pressed) -> None:
    rows = world_build.table.select(["register", "decisions"]).to_pylist()
    moved = [(r["register"], d["reason"]) for r in rows for d in r["decisions"] if d["move"] == "re-register"]
    assert len(moved) > 100
    assert all(f"no {register} template" not in reason for register, reason in moved)


def test_a_template_speaks_only_of_the_tension_it_names(tmp_path: Path) -> None:
    (tmp_path / "templates" / "taxonomy").mkdir(parents=True)
    (tmp_path / "templates" / "taxonomy" / "plain.en.j2").write_text(
        "@ IsA statement tension 0.5..1\nuser: Tense {{ sub.a }}?\nassistant: {{ sub.A }} is {{ super.a }}.\n"
        "@ IsA statement tension 0..0.4\nuser: Calm {{ sub.a }}?\nassistant: {{ sub.A }} is {{ super.a }}.\n"
        "@ EverySome statement tension 0.5..1\nuser: Tense {{ subject.a }}?\n"
        "assistant: {{ subject.A }} {{ relation.verb }} {{ object.governed }}.\n"
    )
    (tmp_path / "lithograph.toml").write_text(OPTIONS)
    dataset = build(tmp_path, zoo(), languages=("en",))
    prompts = dataset.table["prompt"].to_pylist()
    assert prompts and all(prompt.startswith("Calm") for prompt in prompts)
    report: Any = dataset.build.report["filter"]
    assert report["EverySome"]["silent"]["no template for so much or so little tension"] > 0


def test_a_rebuild_of_the_same_is_the_same_to_the_byte(tmp_path: Path) -> None:
    dataset = build(tmp_path, zoo(mute=("cat",)), budget=300.0)
    first = manifest(dataset.folder)
    shutil.rmtree(tmp_path / "ledger")
    config = load_config(tmp_path, dataset="zoo", candidates=6, probes=0, oracle="off", budget=300.0)
    press(config, ontology=dataset.source, force=True)
    assert manifest(dataset.folder) == first
    assert np.isfinite(pq.read_table(dataset.folder / "data")["resonance"].to_numpy()).all()
