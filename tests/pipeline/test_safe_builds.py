"""Whatever goes wrong in a build, the dataset that stood there stands, whole, and the next build works."""

from __future__ import annotations

import fcntl
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from bad_input import OPTIONS, SHOP

from lithograph.config import Config, load_config
from lithograph.core.activity import Event, Progress
from lithograph.core.errors import LithographError
from lithograph.ledger import record
from lithograph.ledger.errors import LedgerBusy, UnwritableLedger
from lithograph.ledger.record import builds
from lithograph.pipeline import build as builder
from lithograph.pipeline.build import (
    Build,
    NotADataset,
    NothingToPrint,
    NotWritten,
    WorkerDied,
    manifest,
    press,
)
from lithograph.pipeline.swap import BuildBusy


@pytest.fixture(scope="module")
def pressed_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pressed project, to be copied."""
    root = tmp_path_factory.mktemp("shop") / "project"
    (root / "ontology").mkdir(parents=True)
    (root / "ontology" / "shop.ttl").write_text(SHOP)
    (root / "lithograph.toml").write_text(OPTIONS + "shard_instances = 3\n")
    press(load_config(root), workers=1)
    return root


@pytest.fixture
def shop(pressed_shop: Path, tmp_path: Path) -> Path:
    """A pressed project of one's own, its ontology edited since."""
    root = tmp_path / "project"
    shutil.copytree(pressed_shop, root)
    with (root / "ontology" / "shop.ttl").open("a") as file:
        file.write(':Bun a owl:Class ; rdfs:label "bun"@en ; rdfs:subClassOf :Bread .\n')
    return root


@contextmanager
def the_old_stands(root: Path) -> Iterator[Path]:
    """Whatever happens inside, the dataset is whole, nothing is left beside it, and a build afterwards works."""
    folder = root / "datasets" / "shop"
    old = manifest(folder)
    yield folder
    assert manifest(folder) == old
    assert {path.name for path in folder.parent.iterdir()} <= {
        "shop", ".shop.lock", ".shop.inputs.json", ".shop.pieces",
    }  # fmt: skip
    new = press(load_config(root), workers=1)
    assert new.fresh and manifest(folder) != old
    assert recorded_builds(root)[-1] == new.record.id


def recorded_builds(root: Path) -> list[object]:
    return [row["id"] for row in builds(root / "ledger")]


def test_a_killed_build_leaves_the_old_dataset(shop: Path) -> None:
    folder = shop / "datasets" / "shop"
    old = manifest(folder)
    stop = "import time; from lithograph.pipeline import build; build.name_shards = lambda aside: time.sleep(600)\n"
    code = f"{stop}from lithograph.cli import main; main(['dataset'])"
    process = subprocess.Popen([sys.executable, "-c", code], cwd=shop, stderr=subprocess.DEVNULL)
    aside = folder.with_name(".shop.part")
    while not list(aside.glob("data/test-*")) + list(aside.glob("data/train-*")):
        assert process.poll() is None, "it ended before it was killed"
        time.sleep(0.02)
    with pytest.raises(BuildBusy, match=r"shop: another build is writing this dataset\. Wait for it"):
        press(load_config(shop))
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert aside.exists()
    assert manifest(folder) == old
    assert press_when_free(shop).fresh and not aside.exists()


def press_when_free(root: Path) -> Build:
    """Press as soon as the workers of a killed build have noticed that it is gone."""
    for _ in range(200):
        try:
            return press(load_config(root), workers=1)
        except BuildBusy:
            time.sleep(0.05)
    raise AssertionError("the workers of a killed build live on and hold its lock")


def test_a_build_killed_in_the_midst_of_the_swap_gives_the_old_dataset_back(shop: Path) -> None:
    folder = shop / "datasets" / "shop"
    old = manifest(folder)
    folder.rename(folder.with_name(".shop.old"))
    with pytest.raises(LithographError, match="cannot be opened"):
        press(load_config(shop), ontology=shop / "nowhere.ttl")
    assert manifest(folder) == old
    assert not folder.with_name(".shop.old").exists()


def test_an_interrupted_build_cleans_up(shop: Path) -> None:
    def interrupt(event: Event) -> None:
        if isinstance(event, Progress) and event.done == 2:
            raise KeyboardInterrupt

    with the_old_stands(shop), pytest.raises(KeyboardInterrupt):
        press(load_config(shop), workers=1, listener=interrupt)


def test_a_second_build_in_the_same_folder_is_refused(shop: Path) -> None:
    with the_old_stands(shop) as folder, folder.with_name(".shop.lock").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(BuildBusy):
            press(load_config(shop))


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file of this process grows above `size` bytes: EFBIG, as a full disk is ENOSPC."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("size", [0, 3_000, 12_000, 14_000])
def test_a_full_disk_is_one_line(shop: Path, size: int) -> None:
    with the_old_stands(shop), room_for(size), pytest.raises((NotWritten, UnwritableLedger)) as refused:
        press(load_config(shop), workers=1)
    assert "\n" not in str(refused.value)
    assert "File too large" in str(refused.value)


def test_a_full_disk_in_a_worker_is_one_line(shop: Path) -> None:
    with the_old_stands(shop), room_for(3_000), pytest.raises(NotWritten, match=r"File too large \(what stood there"):
        press(load_config(shop), workers=2)


def test_a_dead_worker_is_one_line(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lithograph.render.shards.set_aside", lambda table, path: os._exit(9))
    with the_old_stands(shop):
        with pytest.raises(WorkerDied, match=r"a worker's process was killed .* Give fewer --workers than 2"):
            press(load_config(shop), workers=2)
        monkeypatch.undo()


def test_a_ledger_that_cannot_be_written_leaves_the_old_dataset(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*arguments: object) -> None:
        raise LedgerBusy(shop / "ledger" / "lock")

    with the_old_stands(shop):
        monkeypatch.setattr(record, "record_build", busy)
        with pytest.raises(LedgerBusy):
            press(load_config(shop), workers=1)
        monkeypatch.undo()


def test_an_ontology_that_became_mute_leaves_the_old_dataset(shop: Path) -> None:
    text = (shop / "ontology" / "shop.ttl").read_text()
    with the_old_stands(shop):
        (shop / "ontology" / "shop.ttl").write_text("@prefix : <http://e/> .\n<http://e/> a <http://e/Empty> .\n")
        with pytest.raises(NothingToPrint):
            press(load_config(shop))
        (shop / "ontology" / "shop.ttl").write_text(text)


def test_a_folder_that_may_not_be_written_is_one_line(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o555)
    for parent in (tmp_path, *tmp_path.parents[:3]):
        parent.chmod(parent.stat().st_mode | 0o055)
    root_user = os.geteuid() == 0
    if root_user:
        os.seteuid(65534)
    try:
        with pytest.raises(NotWritten, match=r"could not be written: Permission denied .* Look what is in the way"):
            press(Config(tmp_path), out=closed / "shop")
    finally:
        if root_user:
            os.seteuid(0)


@pytest.mark.parametrize("inside", ["notes.txt", "build.json"])
def test_a_folder_that_is_no_dataset_is_never_replaced(shop: Path, tmp_path: Path, inside: str) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / inside).write_text("{}")
    with pytest.raises(NotADataset, match=rf"precious: the folder holds something .* \(it holds {inside}\)"):
        press(load_config(shop), out=precious)
    assert (precious / inside).read_text() == "{}"


def test_an_empty_folder_and_an_older_dataset_are_written_over(shop: Path, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    assert press(load_config(shop), out=tmp_path / "new", workers=1).fresh
    assert press(load_config(shop, wordings=1), out=tmp_path / "new", workers=1).fresh


def test_the_folder_of_the_dataset_may_be_given_relative(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = shop / "elsewhere"
    out.mkdir()
    monkeypatch.chdir(out)
    assert press(load_config(shop), out=Path(), workers=1).folder == out
    assert (out / "build.json").exists()


def test_every_refusal_of_the_disk_is_known_by_name() -> None:
    for number in builder._REFUSALS:
        line = str(NotWritten(Path("x"), OSError(number, "as a library words it")))
        assert os.strerror(number) in line and "as a library" not in line
