"""Dead prints found before they are read: from the values of a template's slots and the text beside them.

A print of text and slots can only be dead where a value is, or where a value meets what stands next to it. Values are
few and come again and again, so each is looked at once, and a print costs a look-up for every slot. Finds what
`checks.reason_of` finds in the printed text; turns with branches or loops are read by `checks.dead_prints`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lithograph.render.checks import LONGEST, REASONS, SHORTEST, dead_prints
from lithograph.render.press import Columns, Plate, Turn
from lithograph.render.sandbox import Slot, normalise, plain_pieces

Ints = NDArray[np.int32]
MEMORY = 1 << 18  # values remembered before the memory is emptied: proofs and definitions hardly come again

_CODE = {reason: code for code, reason in enumerate(REASONS)}
_EMPTY, _TWICE, _ARTICLES = _CODE["an empty part"], _CODE["a word twice"], _CODE["two articles"]
_ARTICLE_WORDS = frozenset({"a", "an", "the"})
_FIRST = re.compile(r"[^\W\d_][\w'’-]*")
_LAST = re.compile(r"(?<![\w'’-])[^\W\d_][\w'’-]*$")
_LOOSE = re.compile(r"[.,;?!](?:\s|$)")
_BETWEEN = " "


@dataclass(frozen=True, slots=True)
class _Meeting:
    """What a slot of a turn meets: words by number (0 none, 1 any article), or the slot before it (its place)."""

    slot: Slot
    before: int  # number of the word that stands before the slot
    after: int  # number of the word that stands behind it
    previous: int  # place among the meetings of a slot that only a blank parts from this one, -1
    blank_before: bool
    mark_after: str


@dataclass(slots=True)
class Inspector:
    """Looks at prints of one language; remembers values. known: words that prints may hold (`Lexicon.identifiers`)."""

    known: Collection[str] = frozenset()
    _place: dict[str, int] = field(default_factory=dict)
    _dead: list[int] = field(default_factory=list)
    _first: list[int] = field(default_factory=list)
    _last: list[int] = field(default_factory=list)
    _length: list[int] = field(default_factory=list)
    _ends: list[int] = field(default_factory=list)
    _words: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_ARTICLE_WORDS, 1))
    _turns: dict[str, tuple[int, tuple[_Meeting, ...], int] | None] = field(default_factory=dict)
    _arrays: tuple[Ints, ...] = ()

    def reasons(self, plate: Plate, columns: Columns, texts: Sequence[Sequence[str]]) -> NDArray[np.object_]:
        """For each row why its print is dead, empty where it lives. texts: what `plate.render(columns)` gave."""
        count = len(texts[0])
        codes = np.zeros(count, np.int8)
        for turn, printed in zip(plate.turns, texts, strict=True):
            met = self._meetings(turn)
            if met is None:
                found = np.array([_CODE[r] for r in dead_prints(printed, self.known).tolist()], np.int8)
            else:
                found = self._met(met, columns, count)
            codes = np.where(codes == 0, found, codes)
        return _REASONS[codes]

    def _met(self, met: tuple[int, tuple[_Meeting, ...], int], columns: Columns, count: int) -> NDArray[np.int8]:
        always, meetings, length = met
        codes = np.full(count, always, np.int8)
        places = {slot: self._places(columns[slot]) for slot in dict.fromkeys(m.slot for m in meetings)}
        dead, first, last, sizes, ends = self._remembered()
        any_dead, any_ends = bool(dead.any()), bool(ends.any())
        for meeting in meetings:
            at = places[meeting.slot]
            if any_dead:
                _mark(codes, dead[at])
            if meeting.previous >= 0:
                _mark_same(codes, last[places[meetings[meeting.previous].slot]], first[at])
            elif meeting.before:
                _mark_same(codes, np.int32(meeting.before), first[at])
            if meeting.after:
                _mark_same(codes, np.int32(meeting.after), last[at])
            if any_ends and meeting.blank_before:
                _mark(codes, np.where(ends[at] & 4, _EMPTY, 0))
            if any_ends and meeting.mark_after:
                _mark(codes, np.where(ends[at] & (3 if meeting.mark_after == "." else 2), _EMPTY, 0))
        if length < SHORTEST or (len(sizes) and length + len(meetings) * int(sizes.max()) > LONGEST):
            lengths = length + sum(sizes[places[meeting.slot]] for meeting in meetings)
            _mark(codes, np.where(lengths < SHORTEST, _CODE["too short"], 0))
            codes[lengths > LONGEST] = _CODE["too long"]
        return codes

    def _places(self, column: NDArray[np.object_]) -> Ints:
        """The place of each value in the memory; new values are looked at first, all at once."""
        values = column.tolist()
        try:
            return np.fromiter(map(self._place.__getitem__, values), np.int32, len(values))
        except KeyError:
            self._look_at([value for value in dict.fromkeys(values) if value not in self._place])
        return np.fromiter(map(self._place.__getitem__, values), np.int32, len(values))

    def _look_at(self, values: list[str]) -> None:
        dead = dead_prints(values, self.known, shortest=0, longest=LONGEST)
        for value, reason in zip(values, dead.tolist(), strict=True):
            first, last = _FIRST.match(value), _LAST.search(value)
            self._place[value] = len(self._dead)
            self._dead.append(_CODE[reason])
            self._first.append(self._word(first[0]) if first else 0)
            self._last.append(self._word(last[0]) if last else 0)
            self._length.append(len(value))
            self._ends.append(value.endswith(".") + 2 * value.endswith(",") + 4 * bool(_LOOSE.match(value)))
        self._arrays = ()

    def _remembered(self) -> tuple[Ints, ...]:
        if not self._arrays:
            columns = (self._dead, self._first, self._last, self._length, self._ends)
            self._arrays = tuple(np.array(column, np.int32) for column in columns)
        return self._arrays

    def _word(self, word: str) -> int:
        """The number of a word, capitals apart; articles share one."""
        return self._words.setdefault(word.casefold(), len(self._words) + 2)

    def forget(self) -> None:
        """Empty the memory of values where it has grown large; called between shards."""
        if len(self._place) > MEMORY:
            self._place.clear()
            for column in (self._dead, self._first, self._last, self._length, self._ends):
                column.clear()
            self._arrays = ()

    def _meetings(self, turn: Turn) -> tuple[int, tuple[_Meeting, ...], int] | None:
        """What the slots of a turn meet, with what is wrong with its own text; None where it has to be read."""
        if turn.source not in self._turns:
            self._turns[turn.source] = self._taken_apart(turn.source)
        return self._turns[turn.source]

    def _taken_apart(self, source: str) -> tuple[int, tuple[_Meeting, ...], int] | None:
        pieces = plain_pieces(source)
        if pieces is None:
            return None
        slots = [p for p in pieces if isinstance(p, tuple)]
        texts = normalise("".join(p if isinstance(p, str) else "\x00" for p in pieces)).split("\x00")
        meetings: list[_Meeting] = []
        for place, slot in enumerate(slots):
            before, after = texts[place], texts[place + 1]
            if (before[-1:] and (before[-1].isalnum() or before[-1] in "_-")) or (place and not before):
                return None
            if after[:1] and (after[0].isalnum() or after[0] in "_-'’"):
                return None
            word_before = _LAST.search(before[:-1]) if before.endswith(" ") else None
            word_after = _FIRST.match(after[1:]) if after.startswith(" ") else None
            meetings.append(
                _Meeting(
                    slot,
                    self._word(word_before[0]) if word_before else 0,
                    self._word(word_after[0]) if word_after else 0,
                    place - 1 if before == _BETWEEN and place else -1,
                    before.endswith(" "),
                    after[0] if after[:1] in (".", ",") else "",
                )
            )
        sample = "".join(text + (f"slot{_letters(i)}" if i < len(slots) else "") for i, text in enumerate(texts))
        own = _CODE[str(dead_prints([sample], self.known, shortest=0)[0])]
        return own, tuple(meetings), sum(map(len, texts))


_REASONS = np.array(REASONS, object)


def _letters(number: int) -> str:
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


def _mark(codes: NDArray[np.int8], found: NDArray[np.int32]) -> None:
    """Write a reason where there is none yet."""
    if found.any():
        np.copyto(codes, found.astype(np.int8), where=codes == 0)


def _mark_same(codes: NDArray[np.int8], one: NDArray[np.int32] | np.int32, other: NDArray[np.int32]) -> None:
    """Mark rows where two neighbouring words are one word, or both articles."""
    same = (one == other) & (other > 0)
    if same.any():
        _mark(codes, np.where(same, np.where(other == 1, _ARTICLES, _TWICE), 0).astype(np.int32))
