"""The chip's archive: any members come back; what is unsafe, newer or no chip is refused before anything is written."""

from __future__ import annotations

import io
import shutil
import tarfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from lithograph.core.identity import canonical_json, sha256_hex
from lithograph.pipeline import chip as chips
from lithograph.pipeline.chip import (
    MANIFEST,
    DamagedMember,
    Member,
    NewerChip,
    NotAChip,
    UnsafeMember,
    manifest_text,
    read_chip,
    write_chip,
)
from lithograph.pipeline.unpack import unpack


def chip_bytes(about: Mapping[str, object], members: Sequence[Member]) -> bytes:
    """A chip in memory."""
    out = io.BytesIO()
    write_chip(out, about, members)
    return out.getvalue()


UNSAFE = {
    "../evil": "leads out of the folder", "a/../../evil": "leads out of the folder",
    "/etc/evil": "has an absolute path", "C:evil": "has an absolute path", "a\\b": "has no plain name",
    "a//b": "has no plain name", "./a": "has no plain name", "": "has no plain name",
    "a\nb": "has no plain name", MANIFEST: "stands there twice",
}  # fmt: skip


@pytest.mark.parametrize("name", UNSAFE)
def test_a_member_that_leaves_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    about = {"name": "x", "dataset": "d", "build": "b", "code_version": "0", "program": "p"}
    listed = [{"name": name, "size": 1, "sha256": sha256_hex(b"x")}]
    text = manifest_text(about, listed).encode()
    chip = tmp_path / "evil.tar"
    with tarfile.open(chip, "w", format=tarfile.PAX_FORMAT) as archive:
        for member, content in ((MANIFEST, text), (name, b"x")):
            info = tarfile.TarInfo(member)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    with pytest.raises(UnsafeMember, match=UNSAFE[name]):
        unpack(chip, tmp_path / "in" / "there")
    assert sorted(p.name for p in tmp_path.iterdir()) in (["evil.tar"], ["evil.tar", "in"])
    assert not (tmp_path / "in" / "there").exists()


def test_names_that_stand_in_each_others_way_are_refused(tmp_path: Path) -> None:
    (tmp_path / "x.tar").write_bytes(chip_bytes({}, [Member("a", b"1"), Member("a/b", b"2")]))
    with pytest.raises(UnsafeMember, match="'a' is a file and a folder at once"):
        unpack(tmp_path / "x.tar", tmp_path / "there")


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE])
def test_a_link_in_a_members_place_is_refused(tmp_path: Path, kind: bytes) -> None:
    about = {"name": "x", "dataset": "d", "build": "b", "code_version": "0", "program": "p"}
    text = manifest_text(about, [{"name": "a", "size": 0, "sha256": sha256_hex(b"")}]).encode()
    with tarfile.open(tmp_path / "evil.tar", "w", format=tarfile.PAX_FORMAT) as archive:
        first, link = tarfile.TarInfo(MANIFEST), tarfile.TarInfo("a")
        first.size = len(text)
        link.type, link.linkname = kind, "/etc/passwd"
        archive.addfile(first, io.BytesIO(text))
        archive.addfile(link)
    with pytest.raises(UnsafeMember, match="'a' is no file: a link or a device"):
        unpack(tmp_path / "evil.tar", tmp_path / "there")
    assert not (tmp_path / "there").exists()


def test_a_newer_format_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chips, "FORMAT", 2)
    (tmp_path / "new.tar").write_bytes(chip_bytes({}, []))
    monkeypatch.undo()
    with pytest.raises(NewerChip, match="the chip has format 2, this lithograph reads 1 at most"):
        unpack(tmp_path / "new.tar", tmp_path / "there")


OTHER_FILES: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"", "text": lambda: b"hello " * 200, "zeros": lambda: bytes(2048),
    "gzip": lambda: b"\x1f\x8b" + bytes(600), "bare manifest": lambda: chip_bytes({}, []),
}  # fmt: skip


@pytest.mark.parametrize("kind", OTHER_FILES)
def test_what_is_no_chip_is_one_line(tmp_path: Path, kind: str) -> None:
    (tmp_path / "x.tar").write_bytes(OTHER_FILES[kind]())
    with pytest.raises(NotAChip) as refused:
        unpack(tmp_path / "x.tar", tmp_path / "there")
    assert "\n" not in str(refused.value)


def test_members_of_any_name_and_size_come_back(tmp_path: Path) -> None:
    contents = {"a": b"", "é/ü": b"1" * 511, "b" * 150 + "/c": b"2" * 512, "z": bytes(70_000)}
    chip = tmp_path / "x.tar"
    chip.write_bytes(chip_bytes({}, [Member(name, content) for name, content in contents.items()]))
    (tmp_path / "there").mkdir()
    manifest = read_chip(chip, tmp_path / "there")
    assert {name: (tmp_path / "there" / name).read_bytes() for name in contents} == contents
    whole = {k: v for k, v in manifest.items() if k != "digest"}
    assert manifest["digest"] == sha256_hex(canonical_json(whole))


@pytest.mark.parametrize("member", [{"name": "a"}, {"name": "a", "size": "1", "sha256": ""}, 7, {"name": 1, "size": 0,
                                    "sha256": ""}])  # fmt: skip
def test_a_manifest_of_another_shape_is_refused(tmp_path: Path, member: object) -> None:
    text = manifest_text({}, [member]).encode()  # type: ignore[list-item]
    with tarfile.open(tmp_path / "x.tar", "w", format=tarfile.PAX_FORMAT) as archive:
        info = tarfile.TarInfo(MANIFEST)
        info.size = len(text)
        archive.addfile(info, io.BytesIO(text))
    with pytest.raises(NotAChip, match="its manifest lists no members"):
        unpack(tmp_path / "x.tar", tmp_path / "there")


def test_every_flipped_bit_of_a_small_chip_is_refused(tmp_path: Path) -> None:
    """All of its bytes, each in one bit: none is beyond the check, and the member is named."""
    data = bytearray(chip_bytes({"name": "x"}, [Member("a", b"abc"), Member("b/c", b"d" * 600)]))
    starts = {name: data.find(name.encode() + bytes(50)) for name in (MANIFEST, "a", "b/c")}
    assert 0 == starts[MANIFEST] < starts["a"] < starts["b/c"] < len(data)
    end = starts["b/c"] + 512 + 1024
    chip, there = tmp_path / "x.tar", tmp_path / "there"
    for place in [*range(0, end, 3), *range(end, len(data), 97), len(data) - 1]:
        data[place] ^= 1 << (place % 8)
        chip.write_bytes(data)
        data[place] ^= 1 << (place % 8)
        there.mkdir()
        with pytest.raises((DamagedMember, NotAChip, UnsafeMember)) as refused:
            read_chip(chip, there)
        shutil.rmtree(there)
        owner = "the end of the archive" if place >= end else max((s, n) for n, s in starts.items() if s <= place)[1]
        assert owner in str(refused.value), (place, str(refused.value))
