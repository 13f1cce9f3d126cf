"""The archive of a data chip: a tar whose bytes are decided by its members alone. Knows nothing about what they hold.

The first member, MANIFEST.json, names all others in order with size and SHA-256, and carries a hash of itself. Since
nothing else decides a byte, a reader knows every byte beforehand: what differs is refused, and named. Members are not
compressed (Parquet is already), so no version of a compressor moves a byte.
"""

from __future__ import annotations

import hashlib
import json
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from lithograph.core.errors import LithographError
from lithograph.core.identity import canonical_json, file_sha256, sha256_hex

FORMAT = 1
MANIFEST = "MANIFEST.json"
_BLOCK = 1 << 20


class NotAChip(LithographError):
    """A file that is no data chip."""

    def __init__(self, place: Path, problem: str) -> None:
        super().__init__(place, f"this is no data chip: {problem}", cure="Make one with: lithograph pack")


class NewerChip(LithographError):
    """A chip of a format that this program does not know."""

    def __init__(self, place: Path, found: object) -> None:
        super().__init__(place, f"the chip has format {found}, this lithograph reads {FORMAT} at most",
                         cure="Unpack it with a newer lithograph.")  # fmt: skip


class DamagedMember(LithographError):
    """A member whose bytes are not those that were packed."""

    def __init__(self, place: Path, member: str, problem: str = "its bytes are not those that were packed") -> None:
        super().__init__(place, f"{member} is damaged: {problem}", facts="nothing was unpacked",
                         cure="Fetch the chip again.")  # fmt: skip


class UnsafeMember(LithographError):
    """A member that would be written elsewhere, or is no file."""

    def __init__(self, place: Path, member: str, problem: str) -> None:
        super().__init__(place, f"the member {member!r} {problem}", facts="nothing was unpacked",
                         cure="Do not trust this file.")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Member:
    """A member before it is packed: its name in the chip, and its bytes or the file that holds them."""

    name: str
    content: bytes | Path

    @property
    def size(self) -> int:
        """In bytes."""
        return self.content.stat().st_size if isinstance(self.content, Path) else len(self.content)

    @property
    def sha256(self) -> str:
        """Hex."""
        return file_sha256(self.content) if isinstance(self.content, Path) else sha256_hex(self.content)

    def blocks(self) -> Iterator[bytes]:
        """The content, piece by piece."""
        if isinstance(self.content, bytes):
            yield self.content
            return
        with self.content.open("rb") as file:
            while block := file.read(_BLOCK):
                yield block


def manifest_text(about: Mapping[str, Any], members: Sequence[Mapping[str, Any]]) -> str:
    """The text of MANIFEST.json: what the chip is about, its members, and a hash of all that."""
    whole = {"format": FORMAT, **about, "members": list(members)}
    return _shown(whole | {"digest": sha256_hex(canonical_json(whole))})


def _shown(manifest: Mapping[str, Any]) -> str:
    return json.dumps(manifest, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def write_chip(out: IO[bytes], about: Mapping[str, Any], members: Sequence[Member]) -> None:
    """Write a chip: the manifest, then the members by name. Raises DamagedMember where a file changes meanwhile."""
    ordered = sorted(members, key=lambda m: m.name)
    listed: list[dict[str, Any]] = [{"name": m.name, "size": m.size, "sha256": m.sha256} for m in ordered]
    manifest = Member(MANIFEST, manifest_text(about, listed).encode())
    written = 0
    for member, size, digest in [
        (manifest, manifest.size, manifest.sha256),
        *((m, row["size"], row["sha256"]) for m, row in zip(ordered, listed, strict=True)),
    ]:
        seen, held = hashlib.sha256(), 0
        written += out.write(_header(member.name, size))
        for block in member.blocks():
            seen.update(block)
            held += out.write(block)
        if (held, seen.hexdigest()) != (size, digest):
            raise DamagedMember(Path(member.name), member.name, "it changed while it was packed")
        written += held + out.write(_padding(size))
    out.write(_end(written))


def _header(name: str, size: int) -> bytes:
    """What stands before a member: no owner, no time, mode 644."""
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o644
    return info.tobuf(tarfile.PAX_FORMAT, "utf-8", "strict")


def _padding(size: int) -> bytes:
    return bytes(-size % tarfile.BLOCKSIZE)


def _end(written: int) -> bytes:
    """Two empty blocks and what fills up the last record."""
    blocks = 2 * tarfile.BLOCKSIZE
    return bytes(blocks + -(written + blocks) % tarfile.RECORDSIZE)


def read_chip(chip: Path, folder: Path) -> dict[str, Any]:
    """Write every member of a chip into an empty folder; its manifest. What was written is checked byte for byte.

    Raises NotAChip, NewerChip, DamagedMember, UnsafeMember; the folder then holds a part.
    """
    with chip.open("rb") as file:
        manifest = _manifest(chip, file)
        (folder / MANIFEST).write_text(_shown(manifest), encoding="utf-8")
        for row in manifest["members"]:
            name, size = row["name"], row["size"]
            expected = _header(name, size)
            found = file.read(len(expected))
            if found != expected:
                raise _misfit(chip, name, found)
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            seen, left = hashlib.sha256(), size
            with target.open("wb") as out:
                while left and (block := file.read(min(left, _BLOCK))):
                    seen.update(block)
                    out.write(block)
                    left -= len(block)
            if left or seen.hexdigest() != row["sha256"] or file.read(len(_padding(size))) != _padding(size):
                raise DamagedMember(chip, name)
        end = _end(file.tell())
        rest = file.read(len(end) + tarfile.BLOCKSIZE)
        if rest != end:
            raise _misfit(chip, "the end of the archive", rest)
    return manifest


def _misfit(chip: Path, expected: str, found: bytes) -> LithographError:
    """What stands where a member's header should: a member that must not be there, or a damaged one."""
    try:
        info = tarfile.TarInfo.frombuf(found[: tarfile.BLOCKSIZE], "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return DamagedMember(chip, expected)
    if not info.isreg() and info.type != tarfile.XHDTYPE:
        return UnsafeMember(chip, info.name, "is no file: a link or a device")
    problem = _unsafe(info.name)
    return UnsafeMember(chip, info.name, problem) if problem else DamagedMember(chip, expected, "another stands there")


def _manifest(chip: Path, file: IO[bytes]) -> dict[str, Any]:
    head = file.read(tarfile.BLOCKSIZE)
    try:
        info = tarfile.TarInfo.frombuf(head, "utf-8", "surrogateescape")
    except tarfile.HeaderError as error:
        if head[:4] == MANIFEST[:4].encode() or head[4:13] == MANIFEST[4:].encode():
            raise DamagedMember(chip, MANIFEST) from None
        raise NotAChip(chip, str(error)) from None
    if info.name != MANIFEST:
        problem = _unsafe(info.name)
        raise UnsafeMember(chip, info.name, problem) if problem else NotAChip(chip, f"it begins with {info.name!r}")
    if head != _header(MANIFEST, info.size) or info.size > chip.stat().st_size:
        raise DamagedMember(chip, MANIFEST)
    text, padding = file.read(info.size), file.read(len(_padding(info.size)))
    try:
        manifest = json.loads(text.decode())
    except (ValueError, RecursionError):
        raise DamagedMember(chip, MANIFEST) from None
    if not isinstance(manifest, dict) or padding != _padding(info.size):
        raise DamagedMember(chip, MANIFEST)
    whole = {key: value for key, value in manifest.items() if key != "digest"}
    if manifest.get("digest") != sha256_hex(canonical_json(whole)) or _shown(manifest).encode() != text:
        raise DamagedMember(chip, MANIFEST)
    if not isinstance(manifest.get("format"), int) or manifest["format"] > FORMAT:
        raise NewerChip(chip, manifest.get("format"))
    _require_safe(chip, manifest)
    return manifest


def _require_safe(chip: Path, manifest: Mapping[str, Any]) -> None:
    """Refuse members that would leave the folder, or stand in each other's way."""
    try:
        names = [(row["name"], row["size"], row["sha256"]) for row in manifest["members"]]
    except (KeyError, TypeError):
        raise NotAChip(chip, "its manifest lists no members") from None
    if not all((type(n), type(size), type(digest)) == (str, int, str) for n, size, digest in names):
        raise NotAChip(chip, "its manifest lists no members")
    files: set[str] = {MANIFEST}
    folders: set[str] = set()
    for name, size, _ in names:
        problem = _unsafe(name)
        if not problem and (name in files or size < 0):
            problem = "stands there twice" if name in files else "has no size"
        if problem:
            raise UnsafeMember(chip, name, problem)
        files.add(name)
        folders.update(parent.as_posix() for parent in PurePosixPath(name).parents)
    for name in sorted(files & folders):
        raise UnsafeMember(chip, name, "is a file and a folder at once")


def _unsafe(name: str) -> str:
    """Why a name would be written elsewhere than in the folder; empty where it would not."""
    if name.startswith("/") or (len(name) > 1 and name[1] == ":"):
        return "has an absolute path"
    if ".." in name.split("/"):
        return "leads out of the folder"
    if "\\" in name or any(ord(c) < 32 for c in name) or any(p in ("", ".") for p in name.split("/")):
        return "has no plain name"
    return ""
