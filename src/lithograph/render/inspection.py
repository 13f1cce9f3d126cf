"""Dead prints found before they are read: from the values of a template's slots and the text beside them.

A print of text and slots can only be dead where a value is, or where a value meets what stands next to it. Values are
few and come again and again, so each is looked at once, and a print costs a look-up for every slot. A suspicion is
enough to have a print read by `checks.dead_prints`, as turns with branches or loops are, so what is found is what
reading finds; a value that is an identifier is dead wherever it stands, and not even printed.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lithograph.render.checks import LONGEST, REASONS, SHORTEST, dead_prints, suspected
from lithograph.render.press import Columns, Plate, Turn
from lithograph.render.sandbox import Slot, normalise, plain_pieces

Ints = NDArray[np.int32]
Rows = NDArray[np.int64]
MEMORY = 1 << 17  # values remembered before the memory is emptied: proofs and definitions hardly come again

READ = np.int8(-1)
"""Instead of the number of a reason: only reading the print can tell."""

_IDENTIFIER = REASONS.index("an identifier")
_ARTICLE_WORDS = frozenset({"a", "an", "the"})
_ALIKE = (("в", "во"), ("с", "со"), ("к", "ко"), ("о", "об"))  # what euphony makes one of the other after the look
_FIRST = re.compile(r"[^\W\d_][\w'’-]*")
_LAST = re.compile(r"(?<![\w'’-])[^\W\d_][\w'’-]*$")
_ARTICLE_FIRST, _ARTICLE_LAST = re.compile(r"(?:an?|the)\b", re.I), re.compile(r"\b(?:an?|the)$", re.I)
_PLAIN_START, _PLAIN_END = re.compile(r"[^\W_]|[“«‘(-]"), re.compile(r"(?:[^\W_]|[)!?”»’%…])$")
_BEFORE, _AFTER = re.compile(r"(?:^|[ (“«\"‘\n—])$"), re.compile(r"$|[ )”»\"\n…—]|[.,;:!?](?:$|[ \n)”»\"])|[’'](?!\w)")
_BETWEEN = " "
_JOINT = 32  # letters that join two turns at most: the name of a layer, a line's end


@dataclass(frozen=True, slots=True)
class _Meeting:
    """What a slot of a turn meets: words by number (0 none, 1 any article), or the slot before it (its place)."""

    slot: Slot
    before: int  # number of the word that stands before the slot
    after: int  # number of the word that stands behind it
    previous: int  # place among the meetings of a slot that only a blank parts from this one, -1
    stop_after: bool


@dataclass(slots=True)
class Seen:
    """Where the values of the rows start … end-1 of a cast stand in the memory, by slot; -1 where nobody asked yet."""

    start: int
    end: int
    slots: dict[Slot, Ints] = field(default_factory=dict)


def _numbers() -> array[int]:
    return array("i")


_Taken = tuple[bool, tuple[_Meeting, ...], int]  # whether its own text is suspect, its slots, its length


@dataclass(slots=True)
class Inspector:
    """Looks at prints of one language; remembers values. known: words that prints may hold (`Lexicon.identifiers`)."""

    known: Collection[str] = frozenset()
    _place: dict[str, int] = field(default_factory=dict)
    _dead: array[int] = field(default_factory=_numbers)
    _first: array[int] = field(default_factory=_numbers)
    _last: array[int] = field(default_factory=_numbers)
    _length: array[int] = field(default_factory=_numbers)
    _stops: array[int] = field(default_factory=_numbers)
    _words: dict[str, int] = field(default_factory=dict)
    _turns: dict[str, _Taken | None] = field(default_factory=dict)
    _arrays: tuple[Ints, ...] = ()

    def __post_init__(self) -> None:
        self._words.update(dict.fromkeys(_ARTICLE_WORDS, 1))
        for number, words in enumerate(_ALIKE, start=2):
            self._words.update(dict.fromkeys(words, number))

    def reasons(self, plate: Plate, columns: Columns, texts: Sequence[Sequence[str]]) -> NDArray[np.object_]:
        """For each row why its print is dead, empty where it lives. texts: what `plate.render(columns)` gave."""
        count = len(texts[0])
        codes = self.foreseen(plate, columns, np.arange(count), Seen(0, count))
        reasons = _REASONS[codes]
        suspects = np.flatnonzero(codes == READ)
        reasons[suspects] = ""
        for printed in texts:
            found = dead_prints([printed[i] for i in suspects.tolist()], self.known)
            reasons[suspects] = np.where(reasons[suspects] == "", found, reasons[suspects])
        return reasons

    def foreseen(self, plate: Plate, columns: Columns, rows: Rows, seen: Seen) -> NDArray[np.int8]:
        """For each row the number of the reason why its print will be dead, 0 where it will live, READ where it may.

        rows: which rows of `seen` the columns hold.
        """
        codes = np.zeros(len(rows), np.int8)
        plain = [turn.speaker for turn in plate.turns] == ["user", "assistant"]
        longest = LONGEST if plain else LONGEST // len(plate.turns) - _JOINT
        for turn in plate.turns:
            met = self._meetings(turn)
            if met is None:
                return np.full(len(rows), READ, np.int8)
            found = self._met(met, columns, rows, seen, longest)
            codes = np.where((codes == 0) | (found == READ), found, codes)
        return codes

    def _met(self, met: _Taken, columns: Columns, rows: Rows, seen: Seen, longest: int) -> NDArray[np.int8]:
        always, meetings, length = met
        codes = np.full(len(rows), READ if always else 0, np.int8)
        slots = dict.fromkeys(m.slot for m in meetings)
        places = {slot: self._places(slot, columns[slot], rows, seen) for slot in slots}
        dead, first, last, sizes, stops = self._remembered()
        suspect, any_dead, any_stop = codes != 0, bool(dead.any()), bool(stops.any())
        for meeting in meetings:
            at = places[meeting.slot]
            if any_dead:
                suspect |= dead[at] < 0
                codes[dead[at] > 0] = _IDENTIFIER
            if meeting.previous >= 0:
                suspect |= _same(last[places[meetings[meeting.previous].slot]], first[at])
            elif meeting.before:
                suspect |= _same(np.int32(meeting.before), first[at])
            if meeting.after:
                suspect |= _same(np.int32(meeting.after), last[at])
            if any_stop and meeting.stop_after:
                suspect |= stops[at] > 0
        if length < SHORTEST or (len(sizes) and length + len(meetings) * int(sizes.max()) > longest):
            lengths = length + sum(sizes[places[meeting.slot]] for meeting in meetings)
            suspect |= (lengths < SHORTEST) | (lengths > longest)
        codes[suspect] = READ
        return codes

    def _places(self, slot: Slot, column: NDArray[np.object_], rows: Rows, seen: Seen) -> Ints:
        """The place of each value in the memory; what was not looked at yet is looked at first, all at once."""
        known = seen.slots.get(slot)
        if known is None:
            known = seen.slots[slot] = np.full(seen.end - seen.start, -1, np.int32)
        places: Ints = known[rows - seen.start]
        missing = places < 0
        if missing.any():
            values = column[missing].tolist()
            try:
                found = np.fromiter(map(self._place.__getitem__, values), np.int32, len(values))
            except KeyError:
                self._look_at([value for value in dict.fromkeys(values) if value not in self._place])
                found = np.fromiter(map(self._place.__getitem__, values), np.int32, len(values))
            places[missing] = found
            known[rows - seen.start] = places
        return places

    def _look_at(self, values: list[str]) -> None:
        for value, reason in zip(values, suspected(values, self.known), strict=True):
            first, last = _edge(_FIRST.match(value)), _edge(_LAST.search(value))
            stop = value.endswith(".")
            plain = _PLAIN_START.match(value) and (stop or _PLAIN_END.search(value)) and "'" not in last
            odd = (_ARTICLE_FIRST.match(value) and first.casefold() not in _ARTICLE_WORDS) or (
                _ARTICLE_LAST.search(value) and last.casefold() not in _ARTICLE_WORDS
            )
            self._place[value] = len(self._dead)
            self._dead.append(-1 if not plain or odd else 0 if not reason else _VALUE_CODES.get(reason, -1))
            self._first.append(self._word(first))
            self._last.append(self._word(last))
            self._length.append(len(value))
            self._stops.append(stop)
        self._arrays = ()

    def _remembered(self) -> tuple[Ints, ...]:
        if not self._arrays:
            columns = (self._dead, self._first, self._last, self._length, self._stops)
            self._arrays = tuple(np.array(column, np.int32) for column in columns)
        return self._arrays

    def _word(self, word: str) -> int:
        """The number of a word, capitals apart; articles share one. 0 is no word."""
        return self._words.setdefault(word.casefold(), len(self._words) + 2) if word else 0

    def forget(self) -> None:
        """Empty the memory of values where it has grown large; called between shards."""
        if len(self._place) > MEMORY:
            self._place.clear()
            for column in (self._dead, self._first, self._last, self._length, self._stops):
                del column[:]
            self._arrays = ()

    def _meetings(self, turn: Turn) -> _Taken | None:
        """What the slots of a turn meet, with what is wrong with its own text; None where it has to be read."""
        if turn.source not in self._turns:
            self._turns[turn.source] = self._taken_apart(turn.source)
        return self._turns[turn.source]

    def _taken_apart(self, source: str) -> _Taken | None:
        pieces = plain_pieces(source)
        if pieces is None:
            return None
        slots = [p for p in pieces if isinstance(p, tuple)]
        texts = normalise("".join(p if isinstance(p, str) else "\x00" for p in pieces)).split("\x00")
        meetings: list[_Meeting] = []
        for place, slot in enumerate(slots):
            before, after = texts[place], texts[place + 1]
            if (place and not before) or not _BEFORE.search(before) or not _AFTER.match(after):
                return None
            word_before = _edge(_LAST.search(before[:-1]) if before.endswith(" ") else None)
            word_after = _edge(_FIRST.match(after[1:]) if after.startswith(" ") else None)
            if "'" in word_before or "-" in word_before + word_after:
                return None
            between = place - 1 if before == _BETWEEN and place else -1
            meetings.append(
                _Meeting(slot, self._word(word_before), self._word(word_after), between, after.startswith("."))
            )
        sample = "".join(text + (f"slot{_letters(i)}" if i < len(slots) else "") for i, text in enumerate(texts))
        own = bool(suspected([sample], self.known)[0])
        return own, tuple(meetings), sum(map(len, texts))


_REASONS = np.array(REASONS, object)
_VALUE_CODES = {"": 0, "an identifier": _IDENTIFIER}


def _letters(number: int) -> str:
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


def _edge(found: re.Match[str] | None) -> str:
    return found[0] if found else ""


def _same(one: Ints | np.int32, other: Ints) -> NDArray[np.bool_]:
    """Where two neighbouring words are one word, or both articles."""
    return np.asarray((one == other) & (other > 0))
