"""The data chip: the same bytes wherever it is packed, nothing unsafe unpacked, the same bytes pressed again."""

from __future__ import annotations

import json
import random
import shutil
import sys
import tarfile
from pathlib import Path

import pytest
from bad_input import OPTIONS, SCENE, SHOP
from click.testing import CliRunner
from pressed import Pressed

from lithograph.cli import main
from lithograph.config import Config, as_toml, load_config
from lithograph.core.errors import LithographError
from lithograph.core.identity import sha256_hex
from lithograph.ledger.ask import Ledger
from lithograph.ledger.trace import trace
from lithograph.pipeline import unpack as unpacking
from lithograph.pipeline.build import manifest, press
from lithograph.pipeline.chip import (
    MANIFEST,
    DamagedMember,
    NotAChip,
    UnsafeMember,
)
from lithograph.pipeline.find import DamagedDataset
from lithograph.pipeline.pack import NotAsPressed, pack
from lithograph.pipeline.unpack import FolderTaken, NoSuchChip, unpack, verify

FLOUR = """@prefix : <http://example.org/flour#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<http://example.org/flour> a owl:Ontology .
:Flour a owl:Class ; rdfs:label "flour"@en ; rdfs:subClassOf :Powder .
:Powder a owl:Class ; rdfs:label "powder"@en .
"""
CATALOG = """<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">
<uri name="http://example.org/mill" uri="../../common/flour.ttl"/><uri name="http://example.org/salt" uri="more/s.ttl"/>
</catalog>"""
IMPORTS = "<http://example.org/shop> owl:imports <http://example.org/mill> , <http://example.org/salt> .\n"


def make_bakery(folder: Path) -> Path:
    """A project that imports a file of its own, and one outside under another IRI; with a scene of its own."""
    root = folder / "project"
    files = {
        "ontology/shop.ttl": SHOP + IMPORTS, "ontology/catalog-v001.xml": CATALOG, "../common/flour.ttl": FLOUR,
        "ontology/more/s.ttl": FLOUR.replace("flour", "salt").replace("Flour", "Salt").replace("Powder", "Grain")
                                    .replace("powder", "grain"),
        "scenes/s.yaml": SCENE,
        "lithograph.toml": OPTIONS + 'scenes = ["scenes/s.yaml"]\nshard_instances = 4\nscene_weights = {IsA = 2.0}\n',
    }  # fmt: skip
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    press(load_config(root), workers=1)
    return root


@pytest.fixture(scope="module")
def bakery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pressed once; only to be read."""
    return make_bakery(tmp_path_factory.mktemp("bakery"))


@pytest.fixture(scope="module")
def chip(bakery: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its chip; only to be read."""
    return pack(load_config(bakery), out=tmp_path_factory.mktemp("chips") / "shop.chip.tar").file


@pytest.fixture(scope="module")
def pizza_chip(pizza: Pressed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pizza's: its ontology lies outside the project, and HermiT was asked."""
    config = load_config(pizza.project, dataset="pizza")
    return pack(config, out=tmp_path_factory.mktemp("chips") / "pizza.chip.tar").file


def test_packing_twice_and_in_another_folder_pressed_anew_gives_the_same_bytes(
    bakery: Path, chip: Path, tmp_path: Path
) -> None:
    assert pack(load_config(bakery), out=tmp_path / "again.tar").file.read_bytes() == chip.read_bytes()
    there = make_bakery(tmp_path / "another folder" / "папка")
    press(load_config(there), force=True, workers=2)
    done = pack(load_config(there), "shop")
    assert done.file == there / "datasets" / "shop.chip.tar"
    assert done.file.read_bytes() == chip.read_bytes()
    assert done.sha256 == sha256_hex(chip.read_bytes()) and done.size == len(chip.read_bytes())


def test_a_ledger_with_other_builds_and_runs_moves_no_byte(bakery: Path, chip: Path, tmp_path: Path) -> None:
    root = tmp_path / "project"
    shutil.copytree(bakery, root)
    shutil.copytree(bakery.parent / "common", tmp_path / "common")
    press(load_config(root, wordings=1), workers=1, out=root / "datasets" / "other")
    assert len(list((root / "ledger" / "columns" / "builds").iterdir())) == 2
    assert pack(load_config(root, wordings=1), "shop").file.read_bytes() == chip.read_bytes()


def test_any_tar_reader_opens_it_and_finds_no_clock_and_no_owner(chip: Path) -> None:
    with tarfile.open(chip) as archive:
        members = archive.getmembers()
    names = [member.name for member in members]
    assert names[0] == MANIFEST and names[1:] == sorted(names[1:]) and len(names) > 50
    assert {(m.mtime, m.mode, m.uid, m.gid, m.uname, m.gname, m.isreg()) for m in members} == {
        (0, 0o644, 0, 0, "", "", True)
    }
    assert {"ontology/shop.ttl", "ontology/more/s.ttl", "flour.ttl", "ontology/catalog-v001.xml", "scenes/s.yaml",
            "lithograph.toml", "README.md", "datasets/shop/croissant.json"} <= set(names)  # fmt: skip


def test_no_path_of_this_machine_is_in_it(bakery: Path, chip: Path) -> None:
    data = chip.read_bytes()
    assert str(bakery).encode() not in data and str(bakery.parent).encode() not in data


def test_unpacked_it_is_the_dataset_and_verifies_to_the_same_bytes(bakery: Path, chip: Path, tmp_path: Path) -> None:
    done = unpack(chip, tmp_path / "there")
    assert manifest(done.dataset) == manifest(bakery / "datasets" / "shop")
    before = manifest(done.folder)
    verified = verify(done, workers=1)
    assert verified.same and verified.differing == ()
    assert verified.compared == len(manifest(done.dataset)) + 8  # with all columns but the times
    assert verified.lines() == (f"pressed again: the same bytes in all {verified.compared} files",)
    assert manifest(done.folder) == before


def test_unpacked_it_is_a_project_that_presses_answers_and_traces(chip: Path, tmp_path: Path) -> None:
    done = unpack(chip, tmp_path / "there")
    before = manifest(done.dataset)
    ledger = Ledger(done.folder / "ledger")
    rows = ledger.query("SELECT (COUNT(DISTINCT ?e) AS ?n) { ?e a litho:Example }").rows
    assert int(rows[0][0]) == sum(json.loads((done.dataset / "build.json").read_text())["counts"]["form"].values())
    assert ledger.query("SELECT ?b { ?d prov:wasGeneratedBy ?b . ?d a mls:Dataset }").rows == (
        (done.manifest["build"],),
    )
    assert len(ledger.query("coverage")) > 3
    story = trace(ledger, "random", datasets=done.folder / "datasets", runs=done.folder / "runs")
    assert "shop" in str(story)
    build = press(load_config(done.folder), workers=1)
    assert build.fresh and manifest(build.folder) == before
    assert not press(load_config(done.folder)).fresh


def test_the_pizza_verifies_with_the_oracles_answers_and_without_asking(
    pizza: Pressed, pizza_chip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = unpack(pizza_chip, tmp_path / "there")
    assert (done.folder / "pizza.owl").read_bytes() == pizza.source.read_bytes()
    assert done.manifest["oracle"].startswith("its answers lie in ledger/oracle")

    def unasked(*arguments: object) -> None:
        raise AssertionError("the reasoner was asked")

    for module in ("consistency", "ask"):
        monkeypatch.setattr(sys.modules[f"lithograph.reason.oracle.{module}"], "Process", unasked)
    verified = verify(done, workers=1)
    assert verified.same, verified.differing
    assert manifest(done.dataset) == manifest(pizza.folder)


def test_a_source_edited_after_unpacking_is_told_with_the_first_differing_file(chip: Path, tmp_path: Path) -> None:
    done = unpack(chip, tmp_path / "there")
    shop = done.folder / "ontology" / "shop.ttl"
    shop.write_text(shop.read_text().replace('"loaf"', '"roll"'))
    verified = verify(done, workers=1)
    assert not verified.same
    assert verified.differing[0].startswith("datasets/shop/")
    assert verified.lines()[-1].startswith(f"not the same bytes: {verified.differing[0]} is the first of ")


def test_another_version_is_said_and_is_not_the_same(
    chip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = unpack(chip, tmp_path / "there")
    monkeypatch.setattr(unpacking, "__version__", "9.9.9")
    verified = verify(done, workers=1)
    assert not verified.same and verified.differing == ()
    assert (
        verified.lines()[0] == f"another version: pressed by lithograph {done.manifest['code_version']}, this is 9.9.9"
    )


def test_every_flipped_byte_is_refused_by_name_and_nothing_is_unpacked(chip: Path, tmp_path: Path) -> None:
    """Sampled over the whole file: in every member's header, content and padding, in the manifest, at the end."""
    data = bytearray(chip.read_bytes())
    with tarfile.open(chip) as archive:
        members = archive.getmembers()
    places = {member.offset_data + member.size // 2: member.name for member in members if member.size}
    places |= {member.offset + 5: member.name for member in members}
    places |= {member.offset + 150: member.name for member in members}
    places |= {member.offset_data + member.size: member.name for member in members if member.size % 512}
    places |= {len(data) - 1: "the end of the archive", len(data) - 1_000: "the end of the archive"}
    broken = tmp_path / "broken.tar"
    assert len(places) > 200
    first = [places.popitem() for _ in range(2)] + [(place, places[place]) for place in (5, 150)]
    for place, name in [*first, *random.Random(0).sample(sorted(places.items()), 50)]:
        data[place] ^= 0x10
        broken.write_bytes(data)
        data[place] ^= 0x10
        with pytest.raises(LithographError) as refused:
            unpack(broken, tmp_path / "there")
        assert isinstance(refused.value, DamagedMember), (place, str(refused.value))
        assert f"{name} is damaged" in str(refused.value), (place, name, str(refused.value))
        assert not (tmp_path / "there").exists() and [p.name for p in tmp_path.iterdir()] == ["broken.tar"]


@pytest.mark.parametrize("cut", [0, 100, 511, 5_000, 100_000, -1])
def test_a_cut_chip_is_refused(chip: Path, tmp_path: Path, cut: int) -> None:
    (tmp_path / "cut.tar").write_bytes(chip.read_bytes()[:cut])
    with pytest.raises((DamagedMember, NotAChip)):
        unpack(tmp_path / "cut.tar", tmp_path / "there")
    assert not (tmp_path / "there").exists()


def test_more_at_the_end_is_refused(chip: Path, tmp_path: Path) -> None:
    (tmp_path / "long.tar").write_bytes(chip.read_bytes() + bytes(512))
    with pytest.raises(DamagedMember, match="the end of the archive is damaged"):
        unpack(tmp_path / "long.tar", tmp_path / "there")


def test_a_member_that_the_manifest_does_not_name_is_refused(chip: Path, tmp_path: Path) -> None:
    copy = tmp_path / "more.tar"
    shutil.copy(chip, copy)
    with tarfile.open(copy, "a") as archive:
        info = tarfile.TarInfo("../evil")
        archive.addfile(info)
    with pytest.raises(UnsafeMember, match=r"'../evil' leads out of the folder"):
        unpack(copy, tmp_path / "there")


def test_a_folder_that_holds_something_is_never_touched(chip: Path, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    assert unpack(chip, tmp_path / "there").folder == tmp_path / "there"  # an empty one is taken
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").write_text("mine")
    with pytest.raises(FolderTaken, match=r"full: the folder is not empty \(it holds notes.txt\)"):
        unpack(chip, tmp_path / "full")
    assert [p.name for p in (tmp_path / "full").iterdir()] == ["notes.txt"]
    with pytest.raises(NoSuchChip, match="No such file"):
        unpack(tmp_path / "nowhere.tar", tmp_path / "new")


@pytest.fixture
def own(bakery: Path, tmp_path: Path) -> Path:
    """A copy to spoil."""
    root = tmp_path / "project"
    shutil.copytree(bakery, root)
    shutil.copytree(bakery.parent / "common", tmp_path / "common")
    return root


SPOILED = {
    "ontology/shop.ttl": "ontology/shop.ttl: the dataset cannot be packed: the ontology file is not here",
    "ontology/more/s.ttl": "an imported file is not as it was pressed",
    "../common/flour.ttl": "an imported file is not as it was pressed",
    "scenes/s.yaml": "the scenes have changed since",
    "datasets/shop/data/train-00000-of-*.parquet": "the shard is damaged: its bytes are not those that were pressed",
}


@pytest.mark.parametrize("name", SPOILED)
def test_what_is_not_as_it_was_pressed_is_not_packed(own: Path, name: str) -> None:
    (spoiled,) = own.glob(name) if "*" in name else [own / name]
    old = spoiled.read_bytes()
    spoiled.write_bytes(old.replace(b"axis: composition", b"axis: taxonomy") if name.endswith("yaml") else old + b"\n#")
    assert spoiled.read_bytes() != old
    with pytest.raises((NotAsPressed, DamagedDataset)) as refused:
        pack(load_config(own))
    assert SPOILED[name] in str(refused.value)
    assert not (own / "datasets" / "shop.chip.tar").exists()


def test_edited_templates_are_not_packed(own: Path, project_root: Path) -> None:
    shutil.copytree(project_root / "templates", own / "templates")
    assert pack(load_config(own)).members > 50  # the same ones are
    for path in (own / "templates").rglob("*.en.j2"):
        path.write_text(
            path.read_text(encoding="utf-8").replace("{{ sub.a }}", "Behold: {{ sub.a }}"), encoding="utf-8"
        )
    with pytest.raises(NotAsPressed, match="the templates have changed since"):
        pack(load_config(own))


def test_every_option_survives_the_resolved_configuration(tmp_path: Path) -> None:
    config = Config(tmp_path, dataset='a "b"', languages=("ru",), budget=0.5, allow_network=True, train_lr=1e-5,
                    scene_weights={"IsA": 2.0, "Is Not": 0.0}, scenes=("x\\y", "é\x7f"))  # fmt: skip
    (tmp_path / "lithograph.toml").write_text(as_toml(config), encoding="utf-8")
    assert load_config(tmp_path) == config


def run(*arguments: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(main, [str(a) for a in arguments])
    return done.exit_code, done.stdout, done.stderr


def test_the_commands_end_in_one_line_and_in_the_exit_code(
    bakery: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, err = run("pack", "shop", "--project", bakery, "--out", tmp_path / "s.tar")
    assert (code, out.count("\n"), err) == (0, 1, "") and ": 1" in out and " MB, sha256 " in out
    code, out, _ = run("unpack", tmp_path / "s.tar", tmp_path / "there", "--verify", "--workers", 1)
    assert code == 0 and out.splitlines()[-1].startswith("pressed again: the same bytes in all ")
    monkeypatch.setattr(unpacking, "__version__", "9.9.9")
    code, out, _ = run("unpack", tmp_path / "s.tar", tmp_path / "two", "--verify", "--workers", 1)
    assert code == 1 and "another version" in out
    code, _, err = run("unpack", tmp_path / "s.tar", tmp_path / "there")
    assert code == 2 and err.startswith("lithograph: ") and err.count("\n") == 1
    code, _, err = run("pack", "nothing", "--project", bakery)
    assert code == 2 and "there is no dataset here" in err
