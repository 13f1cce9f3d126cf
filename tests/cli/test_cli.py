"""The verbs: each shows an example, answers on the output stream, and ends with a code that says how it went."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from bad_input import SCENE
from click.testing import CliRunner, Result
from pressed import Pressed

from lithograph import __version__
from lithograph.cli import main
from lithograph.core.vocabulary import LITHO
from lithograph.ledger.named import named_queries
from lithograph.scenes.as_yaml import scenes_from_yaml, standard_scenes


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, prog_name="lithograph")


def verbs(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from verbs(command, (*path, name))
        else:
            yield (*path, name)


@pytest.mark.parametrize("verb", list(verbs(main)), ids=" ".join)
def test_the_help_of_every_verb_shows_an_example_of_it(verb: tuple[str, ...]) -> None:
    done = run(*verb, "--help")
    assert done.exit_code == 0
    assert re.search(rf"^  lithograph {' '.join(verb)}\b", done.stdout, re.M), done.stdout
    assert run(*verb, "-h").stdout == done.stdout


def test_the_program_says_its_version_and_its_verbs() -> None:
    assert __version__ in run("--version").stdout
    done = run("--help")
    assert all(re.search(rf"^  {name}\b", done.stdout, re.M) for name in main.commands)


def test_the_named_queries_are_listed_with_their_parameters(tmp_path: Path) -> None:
    for arguments in (("query", "--list"), ("query",)):
        done = run(*arguments, "--project", str(tmp_path))
        assert done.exit_code == 0
        for query in named_queries().values():
            line = next(line for line in done.stdout.splitlines() if line.startswith(query.name))
            assert all(f"--{name}" in line for name in query.parameter_names())
    assert list(tmp_path.iterdir()) == []


def ask(pizza: Pressed, *arguments: str) -> Result:
    done = run("query", *arguments, "--project", str(pizza.project))
    assert done.exit_code == 0, done.output
    return done


COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?x a litho:Example }"


def test_sparql_knows_the_usual_prefixes_unasked(pizza: Pressed) -> None:
    assert json.loads(ask(pizza, COUNT, "--format", "json").stdout) == [{"n": str(pizza.build.examples)}]


def test_an_answer_comes_as_json_as_tsv_and_as_a_table(pizza: Pressed) -> None:
    scenes = "SELECT DISTINCT ?scene WHERE { ?x a litho:Scene . BIND(STR(?x) AS ?scene) } ORDER BY ?scene"
    rows = [row["scene"] for row in json.loads(ask(pizza, scenes, "--format", "json").stdout)]
    assert LITHO + "IsA" in rows
    assert ask(pizza, scenes, "--format", "tsv").stdout.splitlines() == ["scene", *rows]
    shown = ask(pizza, scenes).stdout.splitlines()
    assert "litho:IsA" in [line.strip() for line in shown] and shown[-1] == f"{len(rows)} rows"
    assert LITHO + "IsA" in ask(pizza, scenes, "--full").stdout


def test_a_named_query_takes_its_parameter_in_both_spellings(pizza: Pressed) -> None:
    apart = ask(pizza, "never-rendered", "--format", "tsv").stdout
    assert apart.splitlines()[0]
    one = ask(pizza, "blast-radius", "--axiom", "Margherita SubClassOf NamedPizza", "--format", "tsv").stdout
    other = ask(pizza, "blast-radius", "--axiom=Margherita SubClassOf NamedPizza", "--format", "tsv").stdout
    assert one == other and len(one.splitlines()) > 1


def test_an_example_is_traced_to_its_axioms_and_an_entity_to_its_examples(pizza: Pressed) -> None:
    row = pizza.table.slice(0, 1).to_pylist()[0]
    done = run("trace", row["id"], "--project", str(pizza.project))
    assert done.exit_code == 0, done.output
    assert row["completion"].split("\n")[0] in done.stdout and row["template"].split("@")[0] in done.stdout
    done = run("trace", row["focus"], "--project", str(pizza.project), "--format", "md")
    assert done.exit_code == 0 and "example" in done.stdout.lower()


def test_an_unknown_thing_is_not_traced(pizza: Pressed) -> None:
    done = run("trace", "http://example.org/nobody", "--project", str(pizza.project))
    assert done.exit_code == 2 and done.stdout == ""
    assert re.fullmatch(r"lithograph: \S+ http://example\.org/nobody: the ledger knows no .*\n", done.stderr)


def test_scenes_are_listed_with_their_instances(pizza: Pressed, tmp_path: Path) -> None:
    options = pizza.build.record.recipe["options"]
    (tmp_path / "lithograph.toml").write_text(f"candidates = {options['candidates']}\n")  # type: ignore[index]
    done = run("scene", "list", "--ontology", str(pizza.source), "--project", str(tmp_path))
    listed = {line.split()[0]: line.split()[-1] for line in done.stdout.splitlines()[1:]}
    found = dict(pizza.build.report["instances"])  # type: ignore[call-overload]
    tallies: Any = pizza.build.report["filter"]
    whole = [name for name in found if "above per_depth" not in tallies[name]["silent"]]
    assert len(whole) > 20
    assert {name: int(listed[name]) for name in whole} == {name: found[name] for name in whole}
    assert set(listed) == {scene.name for scene in standard_scenes()}


def test_a_scene_goes_out_as_owl_comes_in_as_yaml_and_back(project_root: Path, tmp_path: Path) -> None:
    owl = run("scene", "export", "IsA", "Kinds", "--project", str(project_root))
    assert owl.exit_code == 0 and owl.stdout.startswith("@prefix litho:")
    (tmp_path / "s.ttl").write_text(owl.stdout, encoding="utf-8")
    text = run("scene", "import", str(tmp_path / "s.ttl"), "--yaml").stdout
    wanted = [scene for scene in standard_scenes() if scene.name in ("IsA", "Kinds")]
    assert list(scenes_from_yaml(text, "s.yaml")) == wanted
    (tmp_path / "s.yaml").write_text(text, encoding="utf-8")
    assert run("scene", "import", str(tmp_path / "s.yaml"), "--owl").stdout == owl.stdout
    assert run("scene", "export", "IsA", "Kinds", "--yaml", "--project", str(project_root)).stdout == text


def test_the_check_of_a_project_ends_with_one_where_something_is_wrong(tmp_path: Path) -> None:
    assert run("init", str(tmp_path / "p")).exit_code == 0
    assert run("check", "--project", str(tmp_path / "p")).exit_code == 0
    (tmp_path / "p" / "s.yaml").write_text(SCENE.replace("oven: class", "oven: klass"))
    with (tmp_path / "p" / "lithograph.toml").open("a") as file:
        file.write('scenes = ["s.yaml"]\n')
    done = run("check", "--project", str(tmp_path / "p"))
    assert done.exit_code == 1
    assert "'klass' is no role kind" in done.stdout and done.stdout.splitlines()[-1].startswith("1 errors")


def test_a_preview_goes_to_the_output_stream(pizza: Pressed, tmp_path: Path) -> None:
    done = run(
        "dataset", "--preview", "3", "--language", "en", "--ontology", str(pizza.source), "--project", str(tmp_path)
    )
    assert done.exit_code == 0 and done.stdout.count("── ") == 3
    assert "scenes" in done.stderr and list(tmp_path.iterdir()) == []
