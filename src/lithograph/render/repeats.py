"""What is said twice: equal texts, nearly equal ones that say the same, and into which print each is merged.

The print of the lowest key stays, so neither order nor sharding has a part in it. A piece merges what one instance says
twice; what others may say too, `settle` decides with the same functions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lithograph.render.corpus import Prints, Types
from lithograph.render.neighbours import near_duplicates
from lithograph.render.rows import Bytes, Rows, Sheet, truths
from lithograph.select.choose import mix
from lithograph.select.decisions import MERGE, MERGED, Decision

ALREADY, NEARLY = "a text that is printed already", "nearly a text that is printed already"


def living(sheet: Sheet, prints: Prints) -> Rows:
    """The prints that stay when each instance is looked at by itself; what went is in the prints' decisions.

    In the order of the splits. Whatever else is pressed with an instance has no part in it.
    """
    keys = first_word(sheet.keys)
    into = equal_to(first_word(sheet.digests) ^ mix(_owners(sheet), "owner"), keys)
    own = np.flatnonzero(~flag(sheet, sheet.types.shared))  # whose claims no other instance makes
    near = np.full(len(into), -1)
    found = nearly_equal_to(says_the_same(sheet)[own], keys[own], lambda few: both(sheet, own[few]))
    near[own] = np.where(found >= 0, own[found], -1)
    prints.decisions += merged(sheet.types, sheet.cast, sheet.row, sheet.plate, into, near)
    alive = np.flatnonzero((into < 0) & (near < 0))
    return alive[np.argsort(sheet.split[alive], kind="stable")]


def _owners(sheet: Sheet) -> NDArray[np.uint64]:
    """The hash of each print's instance."""
    out = np.empty(len(sheet.row), np.uint64)
    for number in np.unique(sheet.cast).tolist():
        mine = sheet.cast == number
        out[mine] = sheet.types.casts[number].hashes[sheet.row[mine]]
    return out


def first_word(digests: Bytes) -> NDArray[np.uint64]:
    """The first 64 bits of each hash."""
    return np.ascontiguousarray(digests[:, :8]).view(">u8").ravel().astype(np.uint64)


def equal_to(texts: NDArray[np.uint64], keys: NDArray[np.uint64]) -> Rows:
    """Of each print the one of the lowest key with the same text, −1 for itself. texts: a hash of each."""
    ordered = np.sort(texts)
    if not (ordered[1:] == ordered[:-1]).any():
        return np.full(len(texts), -1)
    order = np.lexsort((keys, texts))
    starts = np.flatnonzero(np.append(True, texts[order][1:] != texts[order][:-1]))
    out = np.empty(len(texts), np.int64)
    out[order] = order[np.repeat(starts, np.diff(np.append(starts, len(order))))]
    out[out == np.arange(len(out))] = -1
    return out


def nearly_equal_to(
    groups: NDArray[np.uint64], keys: NDArray[np.uint64], texts: Callable[[Rows], pa.StringArray]
) -> Rows:
    """Of each print the near-duplicate of the lowest key in its group, −1 for none. texts: of prints by place, asked
    only of those that share their group."""
    out = np.full(len(groups), -1)
    _, inverse, counts = np.unique(groups, return_inverse=True, return_counts=True)
    several = np.flatnonzero(counts[inverse] > 1)
    if len(several):
        found = near_duplicates(texts(several), groups[several], keys[several])
        out[several] = np.where(found >= 0, several[found], -1)
    return out


def merged(
    types: Types, cast: NDArray[np.int32], row: Rows, plate: NDArray[np.int32], into: Rows, near: Rows
) -> list[Decision]:
    """What was merged into what, by scene, language and form: equal texts first, then nearly equal ones.

    cast, row, plate: of each print; into, near: the print whose text is equal, or nearly, −1 for none.
    """
    out: list[Decision] = []
    for reason, target in ((ALREADY, into), (NEARLY, np.where(into < 0, near, -1))):
        lost = np.flatnonzero(target >= 0)
        stays = target[lost]
        same = np.where(cast[stays] == cast[lost], row[stays], -1)
        packed = cast[lost].astype(np.int64) << 32 | plate[lost]
        for code in np.unique(packed).tolist():
            mine, template = packed == code, types.templates[code & 0xFFFFFFFF]
            out.append(Decision(code >> 32, MERGE, reason, MERGED, template.language, template.form, template.register,
                                row[lost[mine]], same[mine], 1, int(mine.sum())))  # fmt: skip
    return out


def flag(sheet: Sheet, flags: Sequence[NDArray[np.bool_]]) -> NDArray[np.bool_]:
    """For each print the flag of its instance."""
    out = np.zeros(len(sheet.row), bool)
    for number in np.unique(sheet.cast).tolist():
        mine = sheet.cast == number
        out[mine] = flags[number][sheet.row[mine]]
    return out


def says_the_same(sheet: Sheet) -> NDArray[np.uint64]:
    """A hash for each print: equal where claims, form, truth and language are."""
    types, claims = sheet.types, np.empty(len(sheet.row), np.uint64)
    for number in np.unique(sheet.cast).tolist():
        mine = sheet.cast == number
        claims[mine] = types.casts[number].claims_hash[sheet.row[mine]]
    manners = {(t.form, t.language) for t in types.templates}  # few, where there are thousands of templates
    hashed = {pair: mix(np.zeros(1, np.uint64), f"{pair[0]} {pair[1]}")[0] for pair in manners}
    manner = np.array([hashed[t.form, t.language] for t in types.templates], np.uint64)
    truth = truths(sheet, np.arange(len(sheet.row))).astype(np.uint64)
    return mix(claims ^ manner[sheet.plate] ^ mix(truth, "truth"), "same")


def both(sheet: Sheet, places: Rows) -> pa.StringArray:
    """Prompt and answer of chosen prints as one text each."""
    asked, answered = (sheet.texts.take(pa.array(2 * places + turn)) for turn in (0, 1))
    return pc.binary_join_element_wise(asked, answered, "\n")
