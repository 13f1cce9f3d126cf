"""The probes of the world and of pizza: every key against something that is not ours, and how they are kept apart."""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import networkx as nx
import pyoxigraph
import pytest
from sides import sides_of

from lithograph.config import load_config
from lithograph.core import vocabulary as v
from lithograph.core.activity import silent
from lithograph.ontology.axioms import Axiom
from lithograph.ontology.graph import Truth
from lithograph.pipeline.asked import engine_of
from lithograph.pipeline.forme import packaged
from lithograph.pipeline.stone import Stone, prepare
from lithograph.probes.balance import balance, check_balanced
from lithograph.probes.make import Made, Sides, make_probes, swapped_for_probes
from lithograph.probes.wording import read_probe_templates
from lithograph.reason.candidates import axiom_of
from lithograph.reason.evidence import Evidence
from lithograph.reason.judged import ClaimKey
from lithograph.reason.models.certify import two_models
from lithograph.reason.oracle.ask import ask
from lithograph.render.templates import check_templates
from lithograph.scenes.as_yaml import standard_scenes
from lithograph.speech.lexicon import Lexicon

MOST, SAMPLE = 16, 24
LANGUAGES = ("en", "ru")
Row = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """An ontology's probes, what they were made from, and what was judged for them."""

    stone: Stone
    sides: Sides
    made: Made
    judged: list[tuple[Axiom, Evidence]]

    def rows(self, *kinds: str, language: str = "en") -> list[Row]:
        rows: list[Row] = self.made.table.to_pylist()
        return [row for row in rows if row["language"] == language and (not kinds or row["kind"] in kinds)]


def made_of(file: Path, root: Path, languages: Sequence[str]) -> Asked:
    config = load_config(root, languages=tuple(languages))
    stone = prepare(config, silent, file)
    known, judged = engine_of(config, keep=False).of_many(stone.closure), list[tuple[Axiom, Evidence]]()

    def statuses(claims: Sequence[Axiom]) -> Sequence[Evidence]:
        found = known(claims)
        judged.extend(zip(claims, found, strict=True))
        return found

    lexicons = {language: Lexicon.of(stone.ontology, stone.graph.kinds, language) for language in languages}
    sides = sides_of(stone.graph, stone.unspoken())
    shelf = read_probe_templates(packaged("templates"), languages)
    swapped = swapped_for_probes(stone.closure, sides, lexicons, most=MOST)
    return Asked(stone, sides, make_probes(swapped, sides, statuses, shelf, most=MOST), judged)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, project_root: Path) -> Asked:
    return made_of(project_root / "ontology" / "world" / "world.ttl", tmp_path_factory.mktemp("probes"), LANGUAGES)


@pytest.fixture(scope="module")
def pizzas(tmp_path_factory: pytest.TempPathFactory, pizza_file: Path) -> Asked:
    return made_of(pizza_file, tmp_path_factory.mktemp("probes"), ("en",))


@pytest.fixture(params=["world", "pizzas"])
def asked(request: pytest.FixtureRequest) -> Asked:
    found: Asked = request.getfixturevalue(request.param)
    return found


# ---- keys against others -------------------------------------------------------------------------------------------


def test_hermit_and_two_models_agree_with_what_was_judged(asked: Asked) -> None:
    sample = random.Random(7).sample(asked.judged, min(SAMPLE, len(asked.judged)))
    by_rules = [(claim, e) for claim, e in sample if e.truth is Truth.REFUTED]
    by_hermit = [(claim, e) for claim, e in sample if e.truth is Truth.UNKNOWN]
    assert sample
    assert by_rules or by_hermit
    answers = ask(asked.stone.ontology, [claim for claim, _ in by_rules])
    assert all(answer.refuted and not answer.entailed for answer in answers)
    certified = [two_models(asked.stone.ontology, claim) is not None for claim, _ in by_hermit]
    assert sum(certified) >= 0.8 * len(certified)  # finding none says nothing
    assert any(certified) or not by_hermit


def test_hermit_entails_what_is_answered_by_yes(asked: Asked) -> None:
    graph = asked.stone.graph
    row_of = {urn: row for row, urn in enumerate(asked.sides.urns(graph))}
    yes = [row for row in asked.rows("isa", "instance", "has", "cause") if row["truth"] in ("asserted", "entailed")]
    claims = {row["claims"][0] for row in yes}
    sample = random.Random(3).sample(sorted(claims), min(SAMPLE, len(claims)))
    keys = [ClaimKey(*(int(c[row_of[urn]]) for c in (graph.subject, graph.relation, graph.object, graph.quantifier)))
            for urn in sample]  # fmt: skip
    answers = ask(asked.stone.ontology, [axiom_of(graph.ontology.terms, key) for key in keys])
    assert len(answers) >= 10
    assert all(answer.entailed for answer in answers)


def sparql_links(root: Path) -> dict[tuple[str, str], int]:
    """Which class of the world raises or lowers which, by SPARQL over its files; told both ways it is left out."""
    store = pyoxigraph.Store()
    for file in [*sorted((root / "ontology" / "world").glob("*.ttl")), root / "ontology" / "lithograph.ttl"]:
        store.bulk_load(path=str(file), format=pyoxigraph.RdfFormat.TURTLE)
    found: dict[tuple[str, str], set[int]] = defaultdict(set)
    for name, sign in (("increases", 1), ("decreases", -1)):
        rows = store.query(f"""
            PREFIX rdfs: <{v.RDFS}> PREFIX owl: <{v.OWL}>
            SELECT DISTINCT ?s ?o WHERE {{ ?p rdfs:subPropertyOf* <{v.LITHO}{name}> .
              {{ ?s rdfs:subClassOf/(owl:intersectionOf/(owl:rest*)/owl:first)? ?r .
                 ?r owl:onProperty ?p ; owl:someValuesFrom ?o }} UNION {{ ?s ?p ?o }}
              FILTER(isIRI(?s) && isIRI(?o)) }}""")
        for row in rows:  # type: ignore[union-attr]
            found[row["s"].value, row["o"].value].add(sign)  # type: ignore[index]
    return {ends: next(iter(signs)) for ends, signs in found.items() if len(signs) == 1}


@pytest.fixture(scope="module")
def links(project_root: Path) -> nx.DiGraph:
    graph = nx.DiGraph()
    graph.add_edges_from((s, o, {"sign": sign}) for (s, o), sign in sparql_links(project_root).items())
    return graph


def test_the_sign_of_a_chain_is_the_product_of_its_links(world: Asked, links: nx.DiGraph) -> None:
    rows = world.rows("sign", "chain")
    assert len(rows) >= 8
    assert {row["depth"] for row in rows} >= {0, 1, 2}
    for row in rows:
        product = 1
        for pair in zip(row["nodes"], row["nodes"][1:], strict=False):
            product *= links.edges[pair]["sign"]
        assert row["options"][row["answer"]] == ("More" if product > 0 else "Less")


def test_a_removal_cuts_what_networkx_cannot_reach(world: Asked, links: nx.DiGraph) -> None:
    rows = world.rows("removal")
    assert len(rows) >= 4
    for row in rows:
        start, end, node = row["nodes"]
        left = links.copy()
        left.remove_node(node)
        assert row["options"][row["answer"]] == ("Yes" if nx.has_path(left, start, end) else "No")


def test_sparql_finds_the_direction_of_links(world: Asked, links: nx.DiGraph) -> None:
    graph = world.stone.graph
    row_of = {urn: row for row, urn in enumerate(world.sides.urns(graph))}
    known = 0
    for row in world.rows("direction"):
        claim = row_of[row["claims"][0]]
        ends = [graph.ontology.terms.texts[int(column[claim])] for column in (graph.subject, graph.object)]
        assert row["nodes"] == ends
        if links.has_edge(*ends) or links.has_edge(*ends[::-1]):
            known += 1
            assert links.has_edge(*ends)
        lexicon = Lexicon.of(world.stone.ontology, graph.kinds, "en")
        said = re.match(rf"(every |the )?{re.escape(lexicon.name(int(graph.subject[claim])))}\b",
                        row["options"][row["answer"]], re.IGNORECASE)  # fmt: skip
        assert said or ends[0] == ends[1]
    assert known >= 3


# ---- balance -------------------------------------------------------------------------------------------------------


def test_a_bag_of_words_is_at_chance(asked: Asked) -> None:
    found = balance(asked.made.table)
    assert "en status" in found
    assert [(name, one.figures()) for name, one in found.items() if not one.even] == []
    check_balanced(asked.made.table, "probes")


def test_a_swap_asks_yes_and_not_in_the_same_words(world: Asked) -> None:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in world.rows("isa", "has", "instance", "cause"):
        if row["probe_split"] == "reasoning":
            groups[row["group"]].append(row)
    whole = [rows for rows in groups.values() if len(rows) == 4]
    assert len(whole) >= 6
    for rows in whole:
        bags: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
        for row in rows:
            bags[row["truth"] in ("asserted", "entailed")].update(row["nodes"])
        assert bags[True] == bags[False]


def test_a_right_choice_stands_at_every_place(world: Asked) -> None:
    fours = [row["answer"] for row in world.rows() if row["form"] == "choice" and len(row["options"]) == 4]
    assert set(fours) == {0, 1, 2, 3}
    assert max(Counter(fours).values()) <= 0.4 * len(fours)


# ---- how they are kept apart ---------------------------------------------------------------------------------------


def test_what_memory_asks_is_stated_and_what_reasoning_asks_is_not(asked: Asked) -> None:
    for row in asked.made.table.to_pylist():
        stated = [asked.sides.stated.says(claim) for claim in row["claims"]]
        if row["probe_split"] == "memory":
            assert all(stated), row
        if row["probe_split"] == "reasoning":
            assert not any(stated) or row["truth"] not in ("entailed", "refuted", "unknown"), row


def test_no_claim_and_no_question_is_in_both_parts(asked: Asked) -> None:
    parts: dict[str, set[str]] = defaultdict(set)
    for row in asked.made.table.to_pylist():
        for thing in (*row["claims"], row["question"]):
            parts[thing].add(row["part"])
    assert all(len(found) == 1 for found in parts.values())


def test_every_answer_has_a_proof_a_certificate_or_is_computed(asked: Asked) -> None:
    for row in asked.made.table.to_pylist():
        assert 0 <= row["answer"] < len(row["options"])
        assert row["evidence"] == {"unknown": "certificate", "computed": "computed"}.get(row["truth"], "proof")
        assert (row["proof"] is None) or row["proof"].startswith("urn:litho:proof:")
        if row["truth"] in ("asserted", "refuted", "entailed"):
            assert row["axioms"], row
        if row["truth"] in ("entailed", "refuted") and row["kind"] != "excluded":  # that an axiom may say
            assert row["proof"], row


def test_the_same_stone_gives_the_same_probes(pizzas: Asked, tmp_path: Path, pizza_file: Path) -> None:
    assert made_of(pizza_file, tmp_path, ("en",)).made.table.equals(pizzas.made.table)


def test_no_question_is_asked_in_the_words_of_a_training_template(project_root: Path) -> None:
    root = project_root / "templates"
    scenes = {s.name: (*s.role_names, *(c.name for c in s.couplings if c.name)) for s in standard_scenes()}
    trained, _ = check_templates(root, scenes)
    taught = {_bare(text) for t in trained for speaker, text in t.turns if speaker == "user"}
    shelf = read_probe_templates(root, LANGUAGES)
    asked = [_bare(dict(t.turns)["user"]) for of in shelf.values() for t in of]
    assert len(taught) > 500
    assert len(asked) > 40
    assert taught.isdisjoint(asked)


def _bare(source: str) -> str:
    return re.sub(r"\{\{[^}]*\}\}", "_", source).casefold().strip()
