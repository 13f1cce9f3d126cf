"""Every form by its name: usual places, options that fit, the output stream; a crate that rocrate reads back."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from huggingface_hub import ModelCard
from prov.model import ProvDocument
from rocrate.rocrate import ROCrate

from lithograph.cli import main
from lithograph.cli.exports import FORMS as OFFERED
from lithograph.config import load_config
from lithograph.core.errors import LithographError
from lithograph.core.identity import file_sha256
from lithograph.ledger.ask import Ledger
from lithograph.pipeline.build import manifest, press
from lithograph.pipeline.crate import PROFILE, DatasetGone, RunGone
from lithograph.pipeline.export import NotWritten
from lithograph.pipeline.exports import FORMS, CrateInTheWay, NoStream, OptionUnfit, export
from lithograph.train.card import model_card
from lithograph.train.record import RunRecord

SHOP = """@prefix : <http://example.org/shop#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix dct: <http://purl.org/dc/terms/> .
<http://example.org/shop> a owl:Ontology ; dct:license <https://creativecommons.org/licenses/by/4.0/> .
:Bread a owl:Class ; rdfs:label "bread"@en .
:Loaf a owl:Class ; rdfs:label "loaf"@en ; rdfs:subClassOf :Bread .
:Bun a owl:Class ; rdfs:label "bun"@en ; rdfs:subClassOf :Bread .
"""


def run_json(build_dataset: str, digest: str) -> dict[str, object]:
    """A finished run of two steps, as training writes it down."""
    return {
        "format": 1, "id": "shop-tiny-1", "status": "finished",
        "options": {"rank": 8, "layers": "all", "alpha": 16, "lr": 0.001, "batch": 2, "seed": 7, "languages": ["en"]},
        "versions": {"lithograph": "0.1.0", "torch": "2.13.0", "transformers": "5.23.0", "peft": "0.21.0"},
        "platform": {"system": "any"}, "threads": 1, "device": "cpu", "dtype": "float32", "system": "",
        "model": {"name": "tiny", "source": "org/tiny", "digest": "3" * 64, "license": "apache-2.0"},
        "dataset": {"name": "shop", "id": build_dataset, "digest": digest, "splits": {"train": "5" * 64}, "facts": 2,
                    "sources": [{"name": "shop.ttl", "sha256": "1" * 64,
                                 "licence": "https://creativecommons.org/licenses/by/4.0/"}]},
        "steps": 2, "tokens": 20, "facts": [{"instance": "urn:litho:instance:" + "a" * 64, "shown": 2,
                                             "examples": ["x"], "axioms": [],
                                             "scene": "https://w3id.org/lithograph/ns#IsA"}],
        "times": {"started": "2026-01-01T00:00:00+00:00", "ended": "2026-01-01T00:10:00+00:00"},
        "result": {"losses": {"test": {"before": 2.5, "after": 0.75, "examples": 2}}, "answers": []},
    }  # fmt: skip


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pressed project with a run on it, recorded. Only to be read."""
    root = tmp_path_factory.mktemp("shop") / "project"
    root.mkdir()
    (root / "shop.ttl").write_text(SHOP)
    (root / "lithograph.toml").write_text(
        'ontology = "shop.ttl"\ndataset = "shop"\nlanguages = ["en"]\noracle = "off"\n'
    )
    build = press(load_config(root), workers=1)
    there = root / "runs" / "shop-tiny-1"
    (there / "adapter").mkdir(parents=True)
    (there / "adapter" / "adapter_model.safetensors").write_bytes(b"weights")
    raw = run_json(build.record.dataset, "4" * 64)
    (there / "run.json").write_text(json.dumps(raw))
    (there / "adapter" / "README.md").write_text(model_card(record(raw, there)))
    Ledger(root / "ledger").record_run(there)
    return root


def record(raw: dict[str, object], folder: Path) -> RunRecord:
    held = {key: value for key, value in raw.items() if key != "format"}
    return RunRecord(folder=folder, **held)  # type: ignore[arg-type]


def exported(root: Path, form: str, **options: object) -> bytes:
    stream = io.BytesIO()
    export(load_config(root), form, stream, out=Path("-"), **options)  # type: ignore[arg-type]
    return stream.getvalue()


def test_the_command_offers_every_form() -> None:
    assert OFFERED == FORMS and len(FORMS) == 9


USUAL = {"messages": "datasets/shop.messages.jsonl", "croissant": "datasets/shop/croissant.json",
         "ro-crate": "runs/shop-tiny-1.crate", "prov-json": "runs/shop-tiny-1.prov.json",
         "prov-n": "runs/shop-tiny-1.provn", "trig": "ledger.trig", "nquads": "ledger.nq"}  # fmt: skip


@pytest.mark.parametrize("form", USUAL)
def test_each_form_has_its_usual_place_and_the_stream_holds_the_same(shop: Path, tmp_path: Path, form: str) -> None:
    root = tmp_path / "project"
    shutil.copytree(shop, root)
    done = CliRunner().invoke(main, ["export", form, "--project", str(root)])
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith(f"{root / USUAL[form]}: ") and done.stdout.count("\n") == 1
    assert not list(root.rglob("*.part"))
    if form != "ro-crate":
        assert exported(root, form) == (root / USUAL[form]).read_bytes() != b""


def test_croissant_is_what_the_build_wrote(shop: Path) -> None:
    assert exported(shop, "croissant") == (shop / "datasets" / "shop" / "croissant.json").read_bytes()


def test_a_run_is_found_by_name_and_its_provenance_read_back(shop: Path) -> None:
    text = exported(shop, "prov-json", run="shop-tiny-1").decode()
    document = ProvDocument.deserialize(content=text, format="json")
    assert "CC" not in text and "https://creativecommons.org/licenses/by/4.0/" in text
    assert ProvDocument.deserialize(content=exported(shop, "prov-n").decode(), format="provn") == document


@pytest.fixture(scope="module")
def crate_folder(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("crates") / "crate"
    export(load_config(shop), "ro-crate", io.BytesIO(), out=out)
    return out


def test_rocrate_reads_the_crate_back_with_both_actions(shop: Path, crate_folder: Path) -> None:
    crate = ROCrate(crate_folder)
    assert crate.version == "1.2" and crate.root_dataset["conformsTo"].id == PROFILE
    train, press_ = crate.dereference("#train"), crate.dereference("#press")
    assert {entity.id for entity in crate.root_dataset["mentions"]} == {"#train", "#press"}
    assert [e.id for e in train["object"]] == ["dataset/", f"urn:litho:model:{'3' * 64}"]
    assert [e.id for e in train["result"]] == ["adapter/", "run.json"]
    assert train["startTime"] == "2026-01-01T00:00:00+00:00" and train["endTime"] == "2026-01-01T00:10:00+00:00"
    assert train["instrument"]["softwareVersion"] == "0.1.0"
    assert [e.id for e in press_["result"]] == ["dataset/"] if isinstance(press_["result"], list) else True
    (source,) = press_["object"] if isinstance(press_["object"], list) else [press_["object"]]
    assert source["license"] == "https://creativecommons.org/licenses/by/4.0/" and source["name"] == "shop.ttl"
    assert source["sha256"] == file_sha256(shop / "shop.ttl")


def test_a_crate_lists_every_file_in_it_with_its_hash_and_size(shop: Path, crate_folder: Path) -> None:
    crate = ROCrate(crate_folder)
    listed = {entity.id: (entity["sha256"], int(entity["contentSize"])) for entity in crate.get_by_type("File")}
    there = {p.relative_to(crate_folder).as_posix() for p in crate_folder.rglob("*") if p.is_file()}
    assert set(listed) == there - {"ro-crate-metadata.json"} and len(listed) >= 10
    for name, (digest, size) in listed.items():
        assert (file_sha256(crate_folder / name), (crate_folder / name).stat().st_size) == (digest, size)
    assert manifest(crate_folder / "dataset") == manifest(shop / "datasets" / "shop")
    assert {"run.json", "adapter/README.md", "adapter/adapter_model.safetensors", "dataset/croissant.json"} <= set(
        listed
    )


def test_the_same_run_gives_the_same_crate_which_replaces_an_earlier_one(
    shop: Path, crate_folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "crate"
    for _ in range(2):
        export(load_config(shop), "ro-crate", io.BytesIO(), out=out)
        assert manifest(out) == manifest(crate_folder)
    assert [p.name for p in tmp_path.iterdir()] == ["crate"]


def test_a_crate_never_replaces_anything_else(shop: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    with pytest.raises(CrateInTheWay, match="something stands there that is no RO-Crate"):
        export(load_config(shop), "ro-crate", io.BytesIO(), out=tmp_path / "mine")
    assert (tmp_path / "mine" / "notes.txt").read_text() == "mine"


@pytest.fixture
def own(shop: Path, tmp_path: Path) -> Path:
    """A copy to spoil."""
    shutil.copytree(shop, tmp_path / "project")
    return tmp_path / "project"


def test_a_run_or_a_dataset_that_is_gone_is_said(own: Path) -> None:
    press(load_config(own, wordings=1), workers=1)  # another dataset under the same name
    with pytest.raises(DatasetGone, match=r"was pressed anew since\). Give it with --dataset"):
        export(load_config(own), "ro-crate", io.BytesIO())
    shutil.rmtree(own / "runs")
    with pytest.raises(RunGone, match="its folder is not here"):
        export(load_config(own), "ro-crate", io.BytesIO())
    assert not (own / "runs" / "shop-tiny-1.crate").exists()


@pytest.mark.parametrize("form", ["ro-crate", "prov-json", "prov-n"])
def test_a_form_that_needs_a_run_says_so_in_one_line(own: Path, form: str) -> None:
    shutil.rmtree(own / "ledger" / "columns" / "runs")
    done = CliRunner().invoke(main, ["export", form, "--project", str(own), "--out", str(own / "out")])
    assert done.exit_code == 2 and not (own / "out").exists()
    assert done.stderr.count("\n") == 1 and "no run is recorded. Run `lithograph train` first." in done.stderr


@pytest.mark.parametrize(("form", "option", "value"), [
    ("trig", "dataset", "shop"), ("nquads", "run", "latest"), ("croissant", "run", "latest"),
    ("prov-n", "splits", ("test",)), ("messages", "run", "latest"),
])  # fmt: skip
def test_an_option_without_a_meaning_is_refused(shop: Path, form: str, option: str, value: object) -> None:
    with pytest.raises(OptionUnfit, match="has no meaning here"):
        exported(shop, form, **{option: value})


def test_a_crate_cannot_go_to_the_stream_and_an_unknown_run_is_named(shop: Path, tmp_path: Path) -> None:
    with pytest.raises(NoStream):
        exported(shop, "ro-crate")
    with pytest.raises(LithographError, match="nonsense"):
        exported(shop, "prov-n", run="nonsense")
    (tmp_path / "file").write_text("")
    with pytest.raises(NotWritten, match="what stood there before still stands"):
        export(load_config(shop), "trig", io.BytesIO(), out=tmp_path / "file" / "x.trig")


def test_the_model_card_is_one_that_the_hub_reads_and_says_where_all_comes_from(shop: Path) -> None:
    card = ModelCard.load(shop / "runs" / "shop-tiny-1" / "adapter" / "README.md")
    said = card.data.to_dict()
    assert said["license"] == "apache-2.0" and said["base_model"] == "org/tiny" and said["library_name"] == "peft"
    assert (
        said["datasets"] == ["shop"]
        and said["language"] == ["en"]
        and said["tags"] == ["lithograph", "lora", "ontology"]
    )
    for fact in ("`shop.ttl`", "https://creativecommons.org/licenses/by/4.0/", "licence: apache-2.0",
                 "lithograph 0.1.0", "## How to make it again", "## What it is not",
                 "`" + "4" * 64 + "`", "2 of 2 examples"):  # fmt: skip
        assert fact in card.text, fact
