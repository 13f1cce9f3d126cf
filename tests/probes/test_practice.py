"""Practice: in the manner of probes, about other claims than they, in other words; rows of the train split like any."""

from __future__ import annotations

import itertools
import json
import re
import shutil
from collections import Counter, defaultdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lithograph.config import load_config
from lithograph.core.identity import sha256_hex
from lithograph.ledger.ask import Ledger
from lithograph.ledger.columns import read_all, read_columns
from lithograph.ledger.leaks import find_leaks
from lithograph.pipeline.build import Build, manifest, press
from lithograph.pipeline.forme import RENDERER, packaged
from lithograph.pipeline.probing import asking_templates
from lithograph.pipeline.why import NoInstance, why
from lithograph.probes.draft import Draft, Option
from lithograph.probes.ground import OPEN, REASONING
from lithograph.probes.practice import LONGEST_THOUGHT, READINGS, _not_asked, instance_of
from lithograph.probes.swaps import PARTNERS
from lithograph.probes.table import PARTS, read_probes
from lithograph.render.corpus import SCHEMA
from lithograph.render.rows import BETWEEN
from lithograph.render.templates import PRACTICE, PROBES

FALSE = ("refuted", "unknown")
OF_READING = frozenset(instance_of(f"reading {number}") for number in range(READINGS))


def rows(build: Build, practice: bool = True) -> list[dict[str, Any]]:
    """The train split's practice, or the rest of it."""
    table = pa.concat_tables(pq.read_table(path) for path in sorted((build.folder / "data").glob("train-*.parquet")))
    return [row for row in table.to_pylist() if row["template"].startswith("practice/") is practice]


def probes(build: Build) -> list[dict[str, Any]]:
    return [row for part in PARTS for row in read_probes(build.folder, part).to_pylist()]


def test_it_is_rows_of_the_train_split_with_ids_that_can_be_made_again(build: Build) -> None:
    last = sorted((build.folder / "data").glob("train-*.parquet"))[-1]
    assert pq.read_schema(last).equals(SCHEMA)
    asked = rows(build)
    assert len(asked) > 40
    assert {row["form"] for row in asked} == {"yes_no", "choice"}
    for row in asked:
        said = "sha256:" + sha256_hex(f"{row['prompt']}{BETWEEN}{row['completion']}")
        assert row["content_hash"] == said
        owner = row["instance"].rsplit(":", 1)[-1]
        key = "\n".join((row["template"], RENDERER, owner + said))
        assert row["id"] == f"urn:litho:example:{sha256_hex(key)}"
        assert [m["content"] for m in row["messages"]] == [row["prompt"], row["completion"]]
        assert row["axioms"], "what is not known is answered by what is"


def test_what_it_says_is_so_and_was_told(build: Build) -> None:
    told = {claim for row in rows(build, practice=False) for claim in row["claims"]}
    asked = [row for row in rows(build) if row["form"] == "yes_no"]
    answers = {(row["truth"], row["completion"].rpartition(" So: ")[2]) for row in asked}
    assert answers == {("asserted", "Yes"), ("entailed", "Yes"), ("unknown", "It cannot be known")}
    for row in asked:
        if row["truth"] in ("asserted", "entailed"):
            assert told.issuperset(row["claims"])


def test_whether_a_claim_holds_is_answered_by_what_is_known_of_its_subject_first(build: Build) -> None:
    """Each sentence is an axiom's; the chain of an entailed claim begins at its subject and ends at its object."""
    asked = [row for row in rows(build) if row["form"] == "yes_no" and row["language"] == "en"]
    assert {row["truth"] for row in asked if row["completion"].startswith("Every ")} >= {"asserted", "unknown"}
    for row in asked:
        thought, mark, _ = row["completion"].partition(" So: ")
        sentences = thought.split(". ")
        assert mark and 1 <= len(sentences) <= LONGEST_THOUGHT
        assert len(row["axioms"]) >= (row["truth"] == "entailed") + 1
    links = [re.findall(r"[Ee]very (.+?) is an? (.+?)\.", row["completion"]) for row in asked
             if row["truth"] == "entailed" and row["completion"].count(" is a") == len(row["axioms"])]  # fmt: skip
    assert any(len(chain) > 1 for chain in links)
    for chain in links:
        assert all(above == below for (_, above), (below, _) in itertools.pairwise(chain))


def test_a_question_is_asked_after_true_sentences_too_of_which_an_answer_takes_some(build: Build) -> None:
    given = [row for row in rows(build) if row["instance"] in OF_READING]  # fmt: skip
    assert len(given) > 10
    assert {row["truth"] for row in given} >= {"asserted", "unknown"}
    for row in given:
        thought = row["completion"].partition(" So: ")[0]
        assert all(one in row["prompt"] for one in re.split(r"(?<=\.) ", thought))


def test_no_text_holds_all_that_the_answer_of_a_probe_follows_from(build: Build) -> None:
    behind = [frozenset(row["axioms"]) for row in rows(build) if row["form"] == "yes_no"]
    asked = [frozenset(row["axioms"]) for row in probes(build) if row["probe_split"] != "memory"]
    asked = [axioms for axioms in asked if len(axioms) > 1]
    assert asked
    assert not any(axioms <= text for axioms in asked for text in behind)


def test_beside_each_claim_that_holds_stand_claims_of_the_same_words_that_do_not(build: Build) -> None:
    asked: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows(build):
        if row["form"] == "yes_no" and row["instance"] not in OF_READING:
            asked[row["instance"]].append(row)
    assert len(asked) > 8
    for together in asked.values():
        truths = Counter(row["truth"] in FALSE for row in together)
        assert truths[True] and truths[False]
        assert len({row["nodes"][0] for row in together}) == 1, "one subject"
    ends = [len({row["nodes"][-1] for row in together if row["truth"] in FALSE}) for together in asked.values()]
    assert max(ends) == PARTNERS, "what conclusions start from is asked for beside several"


def test_no_probe_shares_a_question_or_a_claim_that_does_not_hold(build: Build) -> None:
    asked = rows(build)
    questions = {row["question"] for row in probes(build)}
    false = {claim for row in probes(build) if row["truth"] in FALSE for claim in row["claims"]}
    assert false
    for row in asked:
        assert row["prompt"] not in questions
        assert false.isdisjoint(row["claims"])
    assert find_leaks(build.folder) == ()


def test_no_line_of_its_templates_is_a_line_of_the_probes(project_root: Path) -> None:
    for language in ("en", "ru"):
        texts = [(project_root / "templates" / room / f"plain.{language}.j2").read_text(encoding="utf-8")
                 for room in ("practice", "probes")]  # fmt: skip
        mine, theirs = ({re.sub(r"\W+", " ", line).strip().casefold() for line in text.splitlines()
                         if line.startswith("user:")} for text in texts)  # fmt: skip
        assert mine
        assert mine.isdisjoint(theirs)


def test_it_is_recorded_like_any_other_example(build: Build, project: Path) -> None:
    one = next(row for row in rows(build) if row["axioms"])
    ledger = Ledger(project / "ledger")
    found = ledger.query(f"""PREFIX prov: <http://www.w3.org/ns/prov#> PREFIX litho: <https://w3id.org/lithograph/ns#>
        SELECT ?template ?axiom WHERE {{ <{one["id"]}> litho:template ?template .
        <{one["id"]}> prov:wasDerivedFrom*/litho:restsOn ?axiom }}""")  # fmt: skip
    assert found is not None
    columns = read_all(project / "ledger", "examples")
    assert one["id"] in columns["id"].to_pylist()
    templates = read_all(project / "ledger", "templates")
    assert one["template"] in templates["id"].to_pylist()
    instances = read_all(project / "ledger", "instances").to_pylist()
    assert [set(row["axioms"]) >= set(one["axioms"]) for row in instances if row["instance"] == one["instance"]] == [
        True
    ]


def test_whatever_counts_examples_counts_it(build: Build, project: Path) -> None:
    report: Any = build.report
    everything = [*rows(build), *rows(build, practice=False)]
    for path in (build.folder / "data").glob("*.parquet"):
        everything += [] if path.name.startswith("train-") else pq.read_table(path).to_pylist()
    assert len(everything) == build.examples
    told = report["coverage"]
    for counted in ("relations", "depths", "templates"):
        assert sum(told[counted].values()) == build.examples
    assert told["templates"] == dict(Counter(row["template"] for row in everything))
    assert told["depths"] == {str(d): n for d, n in Counter(row["depth"] for row in everything).items()}
    scenes = Counter(row["scene"] for row in everything)
    asked = Counter(row["scene"].rsplit("#", 1)[-1] for row in rows(build))
    for name, tally in report["filter"].items():
        assert tally["in"] == tally["printed"] + sum(tally["merged"].values()) + sum(tally["silent"].values())
        assert tally["practice"] == asked[name]
    sums = {name: tally["printed"] + tally["practice"] for name, tally in report["filter"].items()}
    assert +Counter(sums) == Counter({iri.rsplit("#", 1)[-1]: n for iri, n in scenes.items()})
    key = str(build.record.id).rsplit(":", 1)[-1]
    axioms = read_columns(project / "ledger", "axioms", key).to_pylist()
    stands = Counter(axiom for row in everything for axiom in row["axioms"])
    assert {row["axiom"]: row["examples"] for row in axioms if row["examples"]} == stands
    assert all((row["silence"] is None) == (row["examples"] > 0) for row in axioms)
    assert Counter(row["silence"] for row in axioms if row["silence"]) == told["never"]
    assert told["said"] == len(stands)
    card = (build.folder / "README.md").read_text(encoding="utf-8")
    table = card[card.index("| silent | practice |") :].split("\n\n", 1)[0].splitlines()[2:]
    shown = {row.split(" | ")[0].strip("| "): row.split(" | ")[-1].strip("| ") for row in table}
    assert shown == {name: f"{tally['practice']:,}" for name, tally in report["filter"].items()}


@pytest.mark.parametrize("room", [PROBES, PRACTICE])
def test_the_recipe_names_what_asks_in_the_order_in_which_it_stands(
    build: Build, project: Path, tmp_path: Path, room: str
) -> None:
    """Other places of the same paraphrases are other questions, and so another recipe."""
    told: Any = build.record.recipe
    asked = told[room]
    used = {row["template"] for row in rows(build)}
    assert used <= set(told[PRACTICE]) and used.isdisjoint(told[PROBES])
    assert all(name.startswith(f"{room}/") for name in asked)
    shutil.copytree(project, tmp_path / "copy", ignore=shutil.ignore_patterns("datasets", ".*"))
    file = tmp_path / "copy" / "templates" / room / "plain.en.j2"
    shutil.copytree(packaged("templates"), tmp_path / "copy" / "templates")
    head, *rest = file.read_text(encoding="utf-8").split("@ follows", 1)
    first, second, *others = head.split("\n--\n")
    *before, mine = first.split("\nuser: ", 1)
    swapped = "\n--\n".join(["\nuser: ".join([*before, second.removeprefix("user: ")]), f"user: {mine}", *others])
    file.write_text("@ follows".join([swapped, *rest]), encoding="utf-8")
    now = [template.id for template in asking_templates(load_config(tmp_path / "copy"), room)]
    assert sorted(now) == sorted(asked)
    assert now != asked


def test_its_instances_are_told_as_one_story(build: Build, project: Path) -> None:
    config = load_config(project)
    status = [row for row in rows(build) if row["form"] == "yes_no"]
    one = next(row for row in status if row["truth"] == "asserted")
    told = why(config, one["instance"])
    beside = [row for row in rows(build) if row["instance"] == one["instance"]]
    first, second, *_ = told.splitlines()
    assert re.fullmatch(r"practice: [A-Z].*\. \(asserted\)", first)
    assert second.strip() == one["instance"]
    assert re.search(r"rests on .* SubClassOf ", told)
    holding = sum(row["truth"] in ("asserted", "entailed") for row in beside)
    assert f"  {len(beside)} questions of the train split, {holding} about what holds" in told
    for row in beside:
        inner = row["prompt"].replace("\n", "\n      ")
        assert f"    user: {inner}\n    assistant: {row['completion']}" in told
    other = next(row for row in beside if row["truth"] == "unknown")
    scene = other["scene"].rsplit("#", 1)[-1]
    assert why(config, one["instance"], scene).count("    user: ") == sum(r["scene"] == other["scene"] for r in beside)
    with pytest.raises(NoInstance, match="or be practice of another build than the last"):
        why(config, "urn:litho:instance:" + "0" * 64)


def test_without_it_a_build_has_the_same_probes_and_other_examples(project: Path, build: Build, tmp_path: Path) -> None:
    without = press(load_config(project, practice=0), out=tmp_path / "none", workers=1)
    assert rows(without) == []
    assert rows(without, practice=False) == rows(build, practice=False)
    mine, its = ({k: h for k, h in manifest(b.folder).items() if k.endswith(("dev.parquet", "test.parquet"))}
                 for b in (build, without))  # fmt: skip
    assert mine == its
    told = json.loads((build.folder / "build.json").read_text())
    assert told["probes"]["practice"] == len(rows(build))
    for values in told["counts"].values():
        assert sum(values.values()) == sum(split["rows"] for split in told["splits"].values())


def test_what_is_held_out_is_put_in_no_other_words_either() -> None:
    """A swap can give a claim of its own that says the same as one that is held out: both have one urn."""
    ground: Any = SimpleNamespace(role=np.array([REASONING, OPEN, OPEN, OPEN], np.uint8), dropped=Counter(),
                                  urns=["said", "said", "asked", "free"])  # fmt: skip
    probe = pa.table({"truth": ["unknown"], "claims": [["asked"]]})
    drafts = [Draft("taxonomy", "isa", "yes_no", "memory", "dev", "atom", 0, "unknown", "certificate", "g",
                    (Option("yes"),), 0, (row,), (1, 2)) for row in (1, 2, 3)]  # fmt: skip
    assert [draft.keys for draft in _not_asked(ground, drafts, probe)] == [(3,)]
    assert ground.dropped == {"a probe asks about it": 2}
