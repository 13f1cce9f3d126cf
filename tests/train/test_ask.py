"""A question to a tiny adapter, its base and the base with context: what is marked, what is said to be behind it."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from click.testing import CliRunner, Result

from lithograph.answer.answers import VERDICTS, answer, likelihoods, room_before
from lithograph.answer.errors import QuestionTooLong
from lithograph.cli import main
from lithograph.config import Config, load_config
from lithograph.core.identity import urn
from lithograph.ledger.ask import Ledger
from lithograph.ledger.columns import read_columns
from lithograph.ledger.evaluations import EvaluationRecord, record_evaluation
from lithograph.ledger.record import key_of
from lithograph.ledger.schemas import TABLES
from lithograph.pipeline.ask import Wish, ask, asked_json, asked_text
from lithograph.pipeline.behind import BY_CLAIM, BY_INFLUENCE, NOTHING
from lithograph.pipeline.build import press
from lithograph.pipeline.influence import METHOD, NoSketches, influences, nearest, read_sketches
from lithograph.pipeline.learn import learn
from lithograph.pipeline.marks import referee
from lithograph.probes.table import PROBES, probe_path
from lithograph.speech.read_back import Read
from lithograph.train.opened import Opened, open_base
from lithograph.train.record import RunRecord
from lithograph.train.tokens import prompt_ids

SHOP = """
@prefix : <http://ex.org/shop#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<http://ex.org/shop> a owl:Ontology .
:hasPart a owl:ObjectProperty ; rdfs:label "has part"@en .
:Thing a owl:Class ; rdfs:label "ware"@en .
:Wheel a owl:Class ; rdfs:subClassOf :Thing ,
  [ a owl:Restriction ; owl:onProperty :hasPart ; owl:someValuesFrom :Hub ] ; rdfs:label "wheel"@en .
:Hub a owl:Class ; rdfs:subClassOf :Thing ; rdfs:label "hub"@en ; owl:disjointWith :Wheel .
:FrontWheel a owl:Class ; rdfs:subClassOf :Wheel ; rdfs:label "front wheel"@en .
:Bell a owl:Class ; rdfs:subClassOf :Thing ; rdfs:label "bell"@en .
"""
SHOWN = "Is a front wheel a wheel?"


@dataclass(frozen=True)
class Shop:
    """A tiny project, pressed and trained on."""

    root: Path
    config: Config
    run: RunRecord


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path) -> Shop:
    root = tmp_path_factory.mktemp("shop")
    (root / "shop.ttl").write_text(SHOP, encoding="utf-8")
    (root / "lithograph.toml").write_text(
        f'ontology = "shop.ttl"\ndataset = "shop"\nlanguages = ["en"]\noracle = "off"\ncandidates = 4\n'
        f'train_model = "{tiny_model}"\ntrain_steps = 8\ntrain_exposures = 1\n',
        encoding="utf-8",
    )
    config = load_config(root)
    press(config)
    return Shop(root, config, learn(config))


def run(shop: Shop, *arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--project", str(shop.root)], prog_name="lithograph")


def test_all_three_answer_side_by_side_and_none_of_them_is_another(shop: Shop) -> None:
    asked = ask(shop.config, SHOWN, Wish(everyone=True))
    assert [one.who for one in asked.answers] == ["adapter", "base", "runtime adapter"]
    assert (
        asked.mark.status == "asserted" and asked.mark.command == "lithograph prove \"'front wheel' SubClassOf wheel\""
    )
    shares = [tuple(one.verdicts.values()) for one in asked.answers]
    assert all(sum(three) == pytest.approx(1) for three in shares) and len(set(shares)) == 3
    assert asked.answers[2].given and not asked.answers[1].given
    told = asked_text(asked)
    assert "adapter (" in told and "runtime adapter (" in told and "cannot be known" in told
    assert json.loads(asked_json(asked))["answers"][0]["name"] == shop.run.id


def test_the_base_beside_an_adapter_is_the_base_alone(shop: Shop) -> None:
    beside = ask(shop.config, SHOWN, Wish(everyone=True)).answers[1]
    alone = ask(shop.config, SHOWN, Wish(base=True)).answers
    assert [(one.who, one.text) for one in alone] == [("base", beside.text)]
    assert alone[0].verdicts == pytest.approx(beside.verdicts)


def test_nobody_named_is_the_latest_adapter_and_a_scene_speaks_by_the_base(shop: Shop) -> None:
    assert [(one.who, one.name) for one in ask(shop.config, SHOWN).answers] == [("adapter", shop.run.id)]
    scene = ask(shop.config, SHOWN, Wish(scenes=("IsA",))).answers
    assert [(one.who, one.name) for one in scene] == [("runtime adapter", "IsA")]
    rows = {
        row["id"]: row for row in pq.read_table(next((shop.root / "datasets/shop/data").glob("train-*"))).to_pylist()
    }
    assert scene[0].given and all(rows[one]["scene"].endswith("#IsA") for one, _ in scene[0].given)


@pytest.mark.parametrize(
    ("question", "answer", "marks"),
    [
        (SHOWN, "Yes. Every front wheel is a ware.", ["proved", "proved"]),
        (SHOWN, "No. No front wheel is a wheel.", ["refuted", "refuted"]),
        (SHOWN, "It cannot be known.", ["refuted"]),
        ("Is a wheel a hub?", "No. No wheel is a hub.", ["proved", "proved"]),
        ("Is a wheel a hub?", "Yes. A hub is a wheel.", ["refuted", "refuted"]),
        ("Is a bell a wheel?", "It cannot be known.", ["proved"]),
        ("Is a bell a wheel?", "Yes. Every bell is a wheel.", ["open", "open"]),
        ("Is a bell a wheel?", "Not every bell is a wheel.", ["open"]),
        ("What is a bell?", "Yes. It rings.", ["not read", "not read"]),
    ],
)
def test_an_answer_is_held_against_the_ontology(question: str, answer: str, marks: list[str], shop: Shop) -> None:
    judge = referee(shop.config)
    _, read = judge.asked(question)
    assert [mark.mark for mark in judge.answered(answer, read)] == marks


def test_without_gradients_examples_that_state_the_claim_stand_behind_an_answer(shop: Shop) -> None:
    shutil.rmtree(shop.run.folder / "sketches", ignore_errors=True)
    behind = ask(shop.config, "Does a wheel have as part a hub?", top=3).answers[0].behind
    assert behind is not None and behind.how == BY_CLAIM and 0 < len(behind.examples) <= 3
    shown = {one for fact in shop.run.facts for one in fact["examples"]}
    assert {one for one, _, _ in behind.examples} <= shown
    near = ask(shop.config, "Does a wheel have as part a bell?").answers[0].behind
    assert near is not None and near.how not in (BY_CLAIM, BY_INFLUENCE)
    none = ask(shop.config, "Where does the zeppelin fly?").answers[0].behind
    assert none is not None and (none.how, none.examples) == (NOTHING, ())


# ── influence ────────────────────────────────────────────────────────────────────────────────────────────────────────


def sketched(run: RunRecord) -> tuple[list[str], np.ndarray[Any, Any]]:
    """Sketches as a run leaves them, each example along an axis of its own."""
    ids = sorted({one for fact in run.facts for one in fact["examples"]})
    rows = np.zeros((len(ids), 8192), np.float16)
    rows[np.arange(len(ids)), np.arange(len(ids))] = 1 + np.arange(len(ids)) % 3
    folder = run.folder / "sketches"
    folder.mkdir(exist_ok=True)
    np.save(folder / "sketches.npy", rows)
    (folder / "examples.json").write_text(json.dumps(ids))
    return ids, rows


def probes(shop: Shop) -> list[str]:
    """Two probes of the dataset, and an evaluation in which the first was answered wrongly."""
    ids = [urn("probe", "one"), urn("probe", "two")]
    blank = dict.fromkeys(PROBES.names)
    rows = [{**blank, "id": one, "part": "dev", "question": asked, "options": ["Yes", "No"], "answer": 0, "group": one,
             "form": "yes_no", "axis": "taxonomy", "language": "en", "claims": [], "nodes": [], "axioms": [],
             "premises": []} for one, asked in zip(ids, (SHOWN, "Is a wheel a ware?"), strict=True)]  # fmt: skip
    path = probe_path(shop.root / "datasets" / "shop", "dev")
    path.parent.mkdir(exist_ok=True)
    pq.write_table(pa.Table.from_pylist(sorted(rows, key=lambda row: row["id"]), schema=PROBES), path)
    adapter = read_columns(shop.root / "ledger", "runs", key_of(_run_urn(shop)))["adapter"][0].as_py()
    record = EvaluationRecord("tiny", "probes", adapter, urn("set", "dev"), {"accuracy": 0.5}, run=_run_urn(shop))
    answers = [{"item": one, "axis": "taxonomy", "depth": 0, "level": "atom", "register": "plain", "expected": "Yes",
                "answer": said, "correct": said == "Yes", "score": 0.5, "axioms": []}
               for one, said in zip(ids, ("No", "Yes"), strict=True)]  # fmt: skip
    evaluation = record_evaluation(shop.root / "ledger", record, pa.Table.from_pylist(answers, TABLES["probes"]))
    return [*ids, evaluation]


def _run_urn(shop: Shop) -> str:
    (file,) = (shop.root / "ledger" / "columns" / "runs").glob("*.parquet")
    return str(pq.read_table(file)["id"][0].as_py())


def test_the_examples_that_pushed_an_answer_are_written_down_and_rolled_up(shop: Shop) -> None:
    wrong, right, evaluation = probes(shop)
    ids, _ = sketched(shop.run)

    def sketcher(model: Any, format: Any, asked: Any) -> np.ndarray[Any, Any]:
        """The first answer pulls along the second example and against the third, any other along the first."""
        assert (SHOWN, "No") in asked
        out = np.zeros((len(asked), 8192), np.float32)
        for place, pair in enumerate(asked):
            if pair == (SHOWN, "No"):
                out[place, 1], out[place, 2] = 2, -2
            else:
                out[place, 0] = 1
        return out

    found = influences(shop.config, "latest", top=2, sketcher=sketcher)
    by_item = {one.item: one for one in found.answers}
    assert by_item[wrong].pushes[0].example == ids[1] and not by_item[wrong].correct
    assert by_item[wrong].pushes[0].score == pytest.approx(2**-0.5, abs=1e-3)
    assert by_item[right].pushes[0].example == ids[0]
    kept = read_columns(shop.root / "ledger", "attributions", key_of(evaluation)).to_pylist()
    assert {(row["item"], row["example"]) for row in kept if row["score"] > 0.5} == {(wrong, ids[1]), (right, ids[0])}
    assert {row["method"] for row in kept} == {METHOD}
    pulled = sum(push.score for push in by_item[wrong].pushes)
    assert sum(score for _, score in found.axioms) == pytest.approx(pulled, abs=1e-4)
    for source in ("columns", "view"):
        nodes = Ledger(shop.root / "ledger").query("node-attribution", source=source)
        assert len(nodes) and "http://ex.org/shop#" in nodes.rows[0][0]
    traced = run(shop, "trace", wrong)
    assert traced.exit_code == 0 and METHOD in traced.output and ids[1].removeprefix("urn:litho:")[:20] in traced.output
    again = influences(shop.config, "latest", top=2, probe=wrong, sketcher=sketcher)
    assert [one.item for one in again.answers] == [wrong]
    assert read_columns(shop.root / "ledger", "attributions", key_of(evaluation)).to_pylist() == kept


def test_nearest_goes_by_cosine_and_ties_by_id() -> None:
    rows = np.eye(3, 8, dtype=np.float32)
    query = np.array([[5, 5, 0, 0, 0, 0, 0, 0]], np.float32)
    (found,) = nearest(query, ["b", "a", "c"], rows, 2)
    assert [push.example for push in found] == ["a", "b"] and found[0].score == pytest.approx(2**-0.5, abs=1e-5)


def test_damaged_or_missing_sketches_are_said_to_be(tmp_path: Path) -> None:
    with pytest.raises(NoSketches, match="left no gradient sketches"):
        read_sketches(tmp_path)
    (tmp_path / "sketches").mkdir()
    np.save(tmp_path / "sketches" / "sketches.npy", np.zeros((2, 8192), np.float16))
    (tmp_path / "sketches" / "examples.json").write_text('["one"]')
    with pytest.raises(NoSketches, match="damaged"):
        read_sketches(tmp_path)


# ── the room of answers ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def speaker(tiny_model: Path) -> Opened:
    return open_base(str(tiny_model))


def test_a_beginning_is_as_likely_as_its_tokens_one_by_one(speaker: Opened) -> None:
    prompt = prompt_ids(speaker.format, [{"role": "user", "content": "Is it?"}])
    tokenizer: Any = speaker.format.tokenizer
    for text, weight in zip(("Yes", "It cannot be known"), likelihoods(speaker.model, speaker.format, prompt,
                            ("Yes", "It cannot be known")), strict=True):  # fmt: skip
        plain = 0.0
        ids = list(prompt)
        for token in tokenizer(text, add_special_tokens=False)["input_ids"]:
            with torch.inference_mode():
                plain += float(torch.log_softmax(speaker.model(input_ids=torch.tensor([ids])).logits[0, -1], -1)[token])
            ids.append(token)
        assert weight == pytest.approx(plain, abs=1e-4)


def test_the_answer_is_the_same_each_time_and_its_shares_are_of_one(speaker: Opened) -> None:
    messages = [{"role": "user", "content": "Is it?"}]
    one, other = (answer(speaker.model, speaker.format, messages, tokens=8, verdicts=VERDICTS["en"]) for _ in range(2))
    assert one == other and sum(one.verdicts.values()) == pytest.approx(1)
    assert answer(speaker.model, speaker.format, messages, tokens=8).verdicts == {}


def test_a_question_that_leaves_no_room_for_an_answer_is_refused(speaker: Opened) -> None:
    with pytest.raises(QuestionTooLong):
        answer(speaker.model, speaker.format, [{"role": "user", "content": "wheel " * 300}], tokens=8)
    assert room_before(speaker, "Is it?", 8, 10**6) < 256 and room_before(speaker, "wheel " * 300, 8, 100) == 0


# ── what can be wrong ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("ask", "  ?"), "nothing is asked"),
        (("ask", ""), "nothing is asked"),
        (("ask", "Is it?", "--adapter", "nobody"), "nobody"),
        (("ask", "Is it?", "--scene", "Nowhere"), "no training example of scene 'Nowhere'"),
        (("ask", "Is it?", "--dataset", "nowhere"), "there is no dataset here"),
        (("ask", "wheel " * 300, "--base"), "tokens long"),
        (("influence", "nobody"), "nobody"),
        (("influence", "latest", "--probe", "urn:litho:probe:00"), "urn:litho:probe:00"),
    ],
)
def test_a_mistake_is_one_line(arguments: tuple[str, ...], said: str, shop: Shop) -> None:
    done = run(shop, *arguments)
    assert done.exit_code == 2 and done.stdout == ""
    lines = [line for line in done.stderr.splitlines() if line.startswith("lithograph: ")]
    assert len(lines) == 1 and said in lines[0], done.stderr


def test_a_project_without_an_adapter_says_to_train_one(shop: Shop, tmp_path: Path) -> None:
    for name in ("shop.ttl", "lithograph.toml"):
        shutil.copy(shop.root / name, tmp_path / name)
    shutil.copytree(shop.root / "datasets", tmp_path / "datasets")
    done = CliRunner().invoke(main, ["ask", SHOWN, "--project", str(tmp_path)], prog_name="lithograph")
    assert done.exit_code == 2 and "no adapter is recorded" in done.stderr and "lithograph train" in done.stderr


def test_a_read_question_is_a_value(shop: Shop) -> None:
    mark, read = referee(shop.config).asked(SHOWN)
    assert isinstance(read, Read) and mark.claim == "'front wheel' SubClassOf wheel"
