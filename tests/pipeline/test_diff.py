"""What `lithograph diff` says of two versions: their axioms in frames, and what follows for claims and examples."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pyhornedowl
import pytest
from bad_input import OPTIONS, SHOP
from click.testing import CliRunner
from rdflib import Graph

from lithograph.cli import main
from lithograph.config import FILE_NAME, load_config
from lithograph.ontology.axioms import Axiom, Ontology
from lithograph.ontology.diff import Difference, Version, difference, version_of
from lithograph.ontology.functional import to_functional
from lithograph.ontology.load import load
from lithograph.ontology.manchester import short_name
from lithograph.ontology.pairing import assigned
from lithograph.ontology.read_structural import read_structural
from lithograph.ontology.renames import renamed
from lithograph.pipeline.affected import Fate
from lithograph.pipeline.build import press
from lithograph.pipeline.diff import Diff, diff
from lithograph.pipeline.diff_told import as_values, told
from lithograph.screen import Section

PANTRY = (
    SHOP
    + """
:Loaf rdfs:comment "A shaped bread."@en . :bakes rdfs:domain :Oven .
:Rye a owl:Class ; rdfs:subClassOf :Loaf ; rdfs:label "rye"@en .
:Bun a owl:Class ; rdfs:subClassOf :Bread ; rdfs:label "bun"@en .
:tom a owl:NamedIndividual , :Loaf ; rdfs:label "Tom"@en .
"""
)
NOTE = """[] a owl:Axiom ; owl:annotatedSource :Rye ; owl:annotatedProperty rdfs:subClassOf ;
  owl:annotatedTarget :Loaf ; rdfs:comment "checked" .
"""
EX = "http://example.org/shop#"


def version(folder: Path, text: str, name: str = "v.ttl") -> Version:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return version_of(load(file), name)


@pytest.fixture
def compare(tmp_path: Path) -> Callable[[str], Difference]:
    """The difference from the pantry to another text."""
    old = version(tmp_path, PANTRY)
    return lambda text: difference(old, version(tmp_path, text, "w.ttl"))


def texts(axioms: tuple[Axiom, ...]) -> list[str]:
    return [axiom.text.replace(EX, "") for axiom in axioms]


# ---- axioms ----------------------------------------------------------------------------------------------------------


def in_turtle(ontology: Path, out: Path) -> None:
    Graph().parse(ontology).serialize(out, format="turtle")


def in_functional(ontology: Path, out: Path) -> None:
    out.write_text(to_functional(load(ontology)), encoding="utf-8")


def in_owlxml(ontology: Path, out: Path) -> None:
    pyhornedowl.open_ontology(str(ontology)).save_to_file(str(out), "owx")


def shuffled(ontology: Path, out: Path) -> None:
    head, *axioms, end = to_functional(load(ontology)).strip().split("\n")
    random.Random(7).shuffle(axioms)
    out.write_text("\n".join([head, *axioms, end]), encoding="utf-8")


@pytest.mark.parametrize("write", [in_turtle, in_functional, in_owlxml, shuffled])
def test_order_and_syntax_make_no_difference(
    pizza_file: Path, tmp_path: Path, write: Callable[[Path, Path], None]
) -> None:
    write(pizza_file, tmp_path / "again.owl")
    old, new = load(pizza_file), load(tmp_path / "again.owl")
    assert len(old) == len(new) == 939
    assert not difference(version_of(old, "a"), version_of(new, "b"))
    result = CliRunner().invoke(main, ["diff", str(pizza_file), str(tmp_path / "again.owl"), "--exit-code"])
    assert result.exit_code == 0
    assert "the same axioms" in result.output


def test_every_axiom_is_read_back_from_its_structural_string(pizza_file: Path, project_root: Path) -> None:
    for file in (pizza_file, project_root / "ontology" / "world" / "world.ttl"):
        said = load(file).axiom_texts()
        assert [read_structural(text).text for text in said] == said
    awkward = Axiom("AnnotationAssertion", ("http://e/p", "http://e/a", '"a \\"b\\" (c)\\n <d>"^^http://e/type'))
    assert read_structural(awkward.text) == awkward
    for broken in ("SubClassOf(<http://e/A>", "<http://e/A>", "A) (", "SubClassOf(?)"):
        with pytest.raises(ValueError, match=r"no axiom|no structural string|too many"):
            read_structural(broken)


def test_an_axiom_comes_and_an_axiom_goes(compare: Callable[[str], Difference]) -> None:
    came = compare(PANTRY + ":Rye owl:disjointWith :Bun .")
    assert (texts(came.came), came.went, came.changed) == (["DisjointClasses(<Bun> <Rye>)"], (), ())
    went = compare(PANTRY.replace(":bakes rdfs:domain :Oven .", ""))
    assert (went.came, texts(went.went)) == ((), ["ObjectPropertyDomain(<bakes> <Oven>)"])


@pytest.mark.parametrize(("old", "new", "before", "after"), [
    ("owl:someValuesFrom :Loaf", "owl:someValuesFrom :Bread", "bakes some loaf", "bakes some bread"),
    ("owl:someValuesFrom :Loaf", "owl:allValuesFrom :Loaf", "bakes some loaf", "bakes only loaf"),
    (":Rye a owl:Class ; rdfs:subClassOf :Loaf", ":Rye a owl:Class ; rdfs:subClassOf :Bread", "loaf", "bread"),
    ("owl:NamedIndividual , :Loaf", "owl:NamedIndividual , :Bun", "loaf", "bun"),
])  # fmt: skip
def test_an_edit_inside_an_axiom_is_a_change(tmp_path: Path, old: str, new: str, before: str, after: str) -> None:
    assert old in PANTRY
    (tmp_path / "a.ttl").write_text(PANTRY)
    (tmp_path / "b.ttl").write_text(PANTRY.replace(old, new))
    found = diff(load_config(tmp_path), str(tmp_path / "a.ttl"), str(tmp_path / "b.ttl"))
    (section,) = [s for s in told(found, 20) if s.title == "Axioms that changed"]
    assert [row[2:] for row in section.rows] == [(before, after)]
    assert not (found.difference.came or found.difference.went)


def test_a_cardinality_is_edited_and_another_restriction_is_not_the_same_axiom(tmp_path: Path) -> None:
    def with_axioms(*axioms: str) -> Version:
        body = "\n".join(f"SubClassOf(:A {axiom})" for axiom in axioms)
        text = f"Prefix(:=<http://e/>)\nOntology(<http://e/o>\nDeclaration(Class(:A))\n{body}\n)"
        return version(tmp_path, text, "v.ofn")

    one = with_axioms("ObjectMinCardinality(2 :r :B)", "ObjectSomeValuesFrom(:r :C)", "ObjectSomeValuesFrom(:r :D)")
    other = with_axioms("ObjectMinCardinality(3 :r :B)", "ObjectSomeValuesFrom(:r :D)", "ObjectSomeValuesFrom(:s :C)",
                        "ObjectSomeValuesFrom(:t :E)")  # fmt: skip
    found = difference(one, other)
    assert [(short(c.old), short(c.new)) for c in found.changed] == [
        (("ObjectMinCardinality", 2, "r", "B"), ("ObjectMinCardinality", 3, "r", "B")),
        (("ObjectSomeValuesFrom", "r", "C"), ("ObjectSomeValuesFrom", "s", "C")),
    ]
    assert [short(axiom) for axiom in found.came] == [("ObjectSomeValuesFrom", "t", "E")]


def short(axiom: Axiom) -> tuple[object, ...]:
    """The second operand, names shortened."""
    expression = axiom.operands[1]
    assert isinstance(expression, tuple)
    return tuple(short_name(part) if isinstance(part, str) else part for part in expression)


def test_labels_are_told_old_and_new_by_language(compare: Callable[[str], Difference]) -> None:
    found = compare(PANTRY.replace('"loaf"@en', '"loaf of bread"@en , "буханка"@ru'))
    assert [(c.old.operands[2], c.new.operands[2]) for c in found.changed] == [('"loaf"@en', '"loaf of bread"@en')]
    assert [axiom.operands[2] for axiom in found.came] == ['"буханка"@ru']
    other = compare(PANTRY.replace('"loaf"@en', '"loaf"@de'))
    assert [(c.old.operands[2], c.new.operands[2]) for c in other.changed] == [('"loaf"@en', '"loaf"@de')]


def test_an_annotation_on_an_axiom_is_told_as_such(compare: Callable[[str], Difference], tmp_path: Path) -> None:
    found = compare(PANTRY + NOTE)
    (noted,) = found.annotated
    assert noted.axiom.text == f"SubClassOf(<{EX}Rye> <{EX}Loaf>)"
    assert noted.old == () and noted.new is not None and noted.new[0][0][1] == '"checked"'
    assert not (found.came or found.went or found.changed)
    edited = difference(
        version(tmp_path, PANTRY + NOTE), version(tmp_path, PANTRY + NOTE.replace("checked", "new"), "w")
    )
    assert len(edited.annotated) == 1


def test_an_entity_with_another_iri_is_renamed_and_its_edit_told_under_the_new_name(
    compare: Callable[[str], Difference],
) -> None:
    found = compare(PANTRY.replace(":Bun ", ":Bap ").replace(":tom ", ":thomas "))
    assert [(r.old[len(EX) :], r.new[len(EX) :], r.axioms) for r in found.renamed] == [
        ("Bun", "Bap", 3),
        ("tom", "thomas", 3),
    ]
    assert not (found.came or found.went or found.changed)
    two = compare(
        PANTRY.replace(":Loaf ", ":Bloomer ").replace(':Bloomer rdfs:comment "A shaped', ':Bloomer rdfs:comment "Any')
    )
    assert not two.renamed, "its definition was edited too: that is not obviously the same entity"


def test_a_namespace_that_moved_renames_all_its_entities_and_edits_are_told_beside(tmp_path: Path) -> None:
    old = version(tmp_path, PANTRY)
    moved = PANTRY.replace("/shop#>", "/store#>").replace("someValuesFrom :Loaf", "someValuesFrom :Bread")
    found = difference(old, version(tmp_path, moved, "w.ttl"))
    entities = {"Bread", "Bun", "Loaf", "Oven", "Rye", "bakes", "tom"}
    assert {r.old.rpartition("#")[2] for r in found.renamed} == entities
    assert all(r.new == r.old.replace("/shop#", "/store#") for r in found.renamed)
    assert len(found.changed) == 1 and not (found.came or found.went)


def test_what_could_be_two_entities_is_not_renamed(compare: Callable[[str], Difference]) -> None:
    twins = ":One a owl:Class ; rdfs:subClassOf :Bread . :Two a owl:Class ; rdfs:subClassOf :Bread ."
    bun = ':Bun a owl:Class ; rdfs:subClassOf :Bread ; rdfs:label "bun"@en .'
    assert bun in PANTRY
    assert not compare(PANTRY.replace(bun, twins)).renamed


def test_the_head_of_the_file_is_compared(compare: Callable[[str], Difference]) -> None:
    shop = "<http://example.org/shop> a owl:Ontology"
    found = compare(PANTRY.replace(shop, f"{shop} ; owl:versionIRI <http://e/2> ; owl:imports <http://e/flour>"))
    assert found.header == (("imports", "", "http://e/flour"), ("version IRI", "", "http://e/2"))


def test_pairs_have_the_least_total_cost() -> None:
    draw = random.Random(3)
    for _ in range(200):
        rows, columns = draw.randint(1, 5), draw.randint(1, 5)
        costs = [[draw.randint(0, 9) for _ in range(columns)] for _ in range(rows)]
        found = assigned(costs)
        assert len(found) == min(rows, columns)
        assert len({i for i, _ in found}) == len({j for _, j in found}) == len(found)
        assert sum(costs[i][j] for i, j in found) == least(costs)


def least(costs: list[list[int]]) -> int:
    """The least total cost, by trying all."""
    if len(costs) > len(costs[0]):
        costs = [list(column) for column in zip(*costs, strict=True)]

    def best(row: int, free: frozenset[int]) -> int:
        return min((costs[row][j] + best(row + 1, free - {j}) for j in free), default=0) if row < len(costs) else 0

    return best(0, frozenset(range(len(costs[0]))))


def edited(ontology: Ontology, draw: random.Random) -> Iterator[Axiom]:
    """The axioms of an ontology with some taken out, some copied under another operand, one entity renamed."""
    axioms = [ontology.axiom(row) for row in range(len(ontology))]
    names = sorted({str(a.operands[0]) for a in axioms if a.kind == "SubClassOf" and isinstance(a.operands[0], str)})
    iri = draw.choice(names)
    for axiom in axioms:
        chance = draw.random()
        if chance < 0.02:
            continue
        if chance < 0.04:
            yield renamed(axiom, {draw.choice(names): draw.choice(names)})
        yield renamed(axiom, {iri: iri + "Renamed"})


@pytest.mark.parametrize("seed", range(12))
def test_the_difference_makes_the_new_version_from_the_old_one(pizza_file: Path, seed: int) -> None:
    ontology = load(pizza_file)
    old = version_of(ontology, "old")
    new = Version("new", dict.fromkeys((a.text for a in edited(ontology, random.Random(seed))), ()))
    found = difference(old, new)
    put = {r.old: r.new for r in found.renamed}
    gone = {a.text for a in found.went} | {c.old.text for c in found.changed}
    kept = {renamed(read_structural(text), put).text for text in old.said.keys() - gone}
    assert kept | {a.text for a in found.came} | {c.new.text for c in found.changed} == set(new.said)
    again = difference(
        Version("old", dict(reversed(old.said.items()))), Version("new", dict(reversed(new.said.items())))
    )
    assert again == found, "the order in which axioms are given has no part in it"


# ---- consequences ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pantry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pantry, pressed. Only to be copied."""
    root = tmp_path_factory.mktemp("pantry") / "project"
    (root / "ontology").mkdir(parents=True)
    (root / "ontology" / "shop.ttl").write_text(PANTRY)
    (root / FILE_NAME).write_text(OPTIONS + "candidates = 0\n")
    press(load_config(root), workers=1)
    return root


def after(pantry: Path, tmp_path: Path, edit: Callable[[str], str]) -> tuple[Path, Diff]:
    """A copy of the project with an edit, held against its newest build."""
    root = tmp_path / "project"
    shutil.copytree(pantry, root)
    file = root / "ontology" / "shop.ttl"
    file.write_text(edit(file.read_text()))
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    found = diff(load_config(root))
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before, "nothing is written"
    return root, found


def test_an_untouched_project_keeps_every_example(pantry: Path, tmp_path: Path) -> None:
    root, found = after(pantry, tmp_path, lambda text: "# saved again\n" + text)
    assert found.same and found.examples is not None and found.examples.same
    assert found.examples.counts[Fate.KEPT] == press(load_config(root)).examples


def test_a_class_that_went_takes_its_examples_and_what_followed(pantry: Path, tmp_path: Path) -> None:
    rye = ':Rye a owl:Class ; rdfs:subClassOf :Loaf ; rdfs:label "rye"@en .'
    _, found = after(pantry, tmp_path, lambda text: text.replace(rye, ""))
    assert found.claims is not None and found.claims.went == ("rye SubClassOf bread",)
    assert found.examples is not None
    gone = [line.before.casefold() for line in found.examples.gone_lines]
    assert gone and all("rye" in text for text in gone)
    assert not found.examples.new_lines
    assert found.examples.counts[Fate.GONE] == sum(line.examples for line in found.examples.gone_lines)


def test_a_new_class_brings_its_examples_and_what_follows(pantry: Path, tmp_path: Path) -> None:
    roll = ':Roll a owl:Class ; rdfs:subClassOf :Loaf ; rdfs:label "roll"@en .\n'
    root, found = after(pantry, tmp_path, lambda text: text + roll)
    assert found.claims is not None and found.claims.came == ("roll SubClassOf bread",)
    assert found.examples is not None and found.examples.counts[Fate.GONE] == 0
    new = [line.after.casefold() for line in found.examples.new_lines]
    assert new and all("roll" in text for text in new)
    apart = found.examples
    survivors = sum(apart.counts[fate] for fate in (Fate.KEPT, Fate.RESTATED, Fate.REWORDED))
    assert survivors + apart.new + apart.more == press(load_config(root)).examples, "as `dataset` presses it then"


def test_a_label_only_changes_wordings(pantry: Path, tmp_path: Path) -> None:
    _, found = after(pantry, tmp_path, lambda text: text.replace('"rye"@en', '"rye bread"@en'))
    assert found.claims is not None and not (found.claims.came or found.claims.went)
    assert found.examples is not None and found.examples.counts[Fate.GONE] == found.examples.new == 0
    assert found.examples.counts[Fate.REWORDED] > 0
    for line in found.examples.reworded_lines[:20]:
        assert "rye bread" not in line.before and line.before != line.after


def test_an_annotation_on_an_axiom_changes_no_example(pantry: Path, tmp_path: Path) -> None:
    _, found = after(pantry, tmp_path, lambda text: text + NOTE)
    assert len(found.difference.annotated) == 1
    assert found.examples is not None and found.examples.same


def test_another_iri_changes_no_fact(pantry: Path, tmp_path: Path) -> None:
    _, found = after(pantry, tmp_path, lambda text: text.replace(":Bun ", ":Bap "))
    assert [r.axioms for r in found.difference.renamed] == [3]
    assert found.examples is not None and found.examples.counts[Fate.GONE] == found.examples.new == 0
    assert found.claims is not None and not (found.claims.came or found.claims.went)


def test_what_cannot_be_pressed_is_a_remark_beside_the_axioms(pantry: Path, tmp_path: Path) -> None:
    root = tmp_path / "project"
    shutil.copytree(pantry, root)
    (root / "templates").mkdir()
    (root / "templates" / "x.j2").write_text("@ nonsense")
    (root / "ontology" / "shop.ttl").write_text(PANTRY + ":Rye owl:disjointWith :Bun .")
    found = diff(load_config(root))
    assert len(found.difference.came) == 1 and found.examples is None
    assert "the examples of the new version are not known" in found.remarks[0]


# ---- the command -----------------------------------------------------------------------------------------------------


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["diff", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.output


def test_the_command_tells_versions_of_the_ledger_in_text_markdown_and_json(pantry: Path, tmp_path: Path) -> None:
    root = tmp_path / "project"
    shutil.copytree(pantry, root)
    file = root / "ontology" / "shop.ttl"
    file.write_text(PANTRY.replace("owl:someValuesFrom :Loaf", "owl:someValuesFrom :Bread"))
    first = load(file).version
    press(load_config(root), workers=1)
    slug = f"shop-{version_hash(pantry)[:8]}"
    code, out = run(slug, "latest", "--project", str(root), "--limit", "2")
    assert code == 0 and "Class: oven  SubClass Of  bakes some loaf  bakes some bread" in " ".join(out.split(" "))
    assert "Examples that no longer hold" in out and "… and " in out
    code, out = run(slug, first[:12], "--project", str(root), "--format", "md", "--exit-code")
    assert code == 1 and "| Class: oven | SubClass Of | bakes some loaf | bakes some bread |" in out
    code, out = run(slug, str(file), "--project", str(root), "--format", "json")
    values = json.loads(out[out.index("{\n") :])
    assert values["summary"] == "1 changed" and values["examples"]["no longer hold"] > 0 and values["adapters"] == []
    assert values["sections"]["Axioms that changed"]["rows"][0]["entity"] == "Class: oven"


def version_hash(root: Path) -> str:
    return load(root / "ontology" / "shop.ttl").version


@pytest.mark.parametrize(("arguments", "said"), [
    (("nowhere.ttl",), "nowhere.ttl: this is neither an ontology file nor a build in the ledger (there is no such"),
    (("nobody",), "nobody: this is neither an ontology file nor a build in the ledger"),
    ((), "no build of the dataset 'shop' is recorded to compare with"),
    (("broken.ttl", "broken.ttl"), "broken.ttl:1:"),
])  # fmt: skip
def test_a_slip_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], said: str
) -> None:
    (tmp_path / FILE_NAME).write_text(OPTIONS)
    (tmp_path / "broken.ttl").write_text("@prefix : <http://e/ .\n:a :b")
    monkeypatch.chdir(tmp_path)
    code, out = run(*arguments)
    assert code == 2
    assert said in out and out.count("\n") == 1


def test_a_long_list_ends_with_how_many_more(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text(PANTRY)
    (tmp_path / "b.ttl").write_text(PANTRY + "".join(f":X{i} a owl:Class .\n" for i in range(30)))
    found = diff(load_config(tmp_path), str(tmp_path / "a.ttl"), str(tmp_path / "b.ttl"))
    (section,) = [s for s in told(found, 7) if s.title == "Axioms that came"]
    assert isinstance(section, Section) and len(section.rows) == 7 and section.more == 23
    assert as_values(found, 7)["sections"]["Axioms that came"]["more"] == 23
