"""How a scene heals itself: the filter that every intent passes, five moves in order (CONCEPTS 4).

An intent is an instance that wants to be said in a language, a form and a wording. What happens to it is a decision,
a value with its reason and its numbers; in the end it is printed, merged into something that says it, or silent:

    1  compensate    no words for it, or it resonates below the threshold of its register: the instance in which the
                     analogue of one of its fillers stands speaks in its place
    2  reason        far off the density of its scene: it has grown by a hop before it came here (`select.growth`)
    3  re-register   no template of its register fits the form, the language or the tension: the next register
    4  print         rendered and looked at; a dead print is regenerated once, through another register
    5  silence       nothing helped

Choices fall by hash, so neither order nor sharding moves any of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lithograph.render.corpus import Prints, Run, Types
from lithograph.render.doubt import doubts_of
from lithograph.render.inspection import Seen
from lithograph.render.printing import printed
from lithograph.render.said import speaks_of, stated
from lithograph.scenes.instances import Lists
from lithograph.select.choose import Hashes, mix, split_of
from lithograph.select.decisions import (
    COMPENSATE,
    GOES_ON,
    MERGED,
    REASON,
    REGENERATE,
    REREGISTER,
    SILENCE,
    SILENT,
    Decision,
)
from lithograph.select.mixture import EVERYTHING
from lithograph.select.registers import assigned, secondary, wanted
from lithograph.select.withheld import REASONS, RESERVED

Rows = NDArray[np.int64]
NO_TEMPLATE = "no template of any register"
NO_WEIGHT = "a weight of 0"
TOO_TENSE = "no template for so much or so little tension"
TOO_WEAK = "below the threshold"


@dataclass(frozen=True, slots=True)
class Manner:
    """What intents are asked for: a cast in a language and a form, one wording of several."""

    cast: int
    language: str
    form: str
    templates: tuple[int, ...]
    turn: int
    turns: int


@dataclass(frozen=True, slots=True)
class Intents:
    """Instances of a manner on their way through the filter.

    keys: uint64[n]; wish: the place of the register in `Types.registers` of the cast that each is to have; inside:
    where in it the hash falls, in [0, 1); moves: codes of what was done to each so far.
    """

    manner: Manner
    rows: Rows
    keys: Hashes
    wish: Rows
    inside: NDArray[np.float64]
    moves: NDArray[np.int32]

    def take(self, keep: NDArray[np.bool_]) -> Intents:
        """Some of them."""
        return replace(self, rows=self.rows[keep], keys=self.keys[keep], wish=self.wish[keep], inside=self.inside[keep],
                       moves=self.moves[keep])  # fmt: skip

    def ties(self) -> Hashes:
        """What decides among those that resonate alike."""
        return mix(self.keys, f"tie {self.manner.turn}")


def strike(types: Types, number: int, chosen: Rows, prints: Prints) -> None:
    """Put chosen instances of a cast, ascending, through the filter, in every language, form and wording."""
    low, high = (int(chosen[0]), int(chosen[-1]) + 1) if len(chosen) else (0, 0)
    seen = {language: Seen(low, high) for language in types.speech}
    for manner, rows in manners(types, number, chosen):
        prints.asked[number] += len(rows) * manner.turns
        prints.intents.append((rows, manner.turns))
        rows = _with_words(types, manner, rows, prints)
        rows = _without_doubt(types, manner, rows, prints)
        if not manner.templates:
            _silent(manner, rows, NO_TEMPLATE, prints, each=manner.turns)
            continue
        taken: list[Rows] = []
        for turn in range(manner.turns):
            intents = in_registers(types, replace(manner, turn=turn), rows)
            if intents is None:
                _silent(manner, rows, NO_WEIGHT, prints)
                continue
            intents = _grown(types, intents, prints)
            place, moves = _places(types, intents, taken, prints)
            taken.append(place)
            intents = replace(intents, moves=moves)
            keep = _resonant(types, intents, prints)
            if (place < 0).any():
                _silent(manner, intents.rows[keep & (place < 0)], TOO_TENSE, prints)
                keep &= place >= 0
            _print(types, intents.take(keep), place[keep], seen[manner.language], prints)


def manners(types: Types, number: int, chosen: Rows) -> Iterator[tuple[Manner, Rows]]:
    """Every language and form of a cast, with those of chosen instances that want to be said in it."""
    cast = types.casts[number]
    for language in types.speech:
        for form in cast.forms:
            templates = tuple(t for t in cast.templates.get((language, form), ())
                              if types.weights.of_manner(types.templates[t].register, language))  # fmt: skip
            turns = max(min(types.wordings, len(templates)), 1)
            yield Manner(number, language, form, templates, 0, turns), cast.wanting(language, form, chosen)


def candidates(types: Types, number: int) -> dict[str, tuple[NDArray[np.int32], Hashes]]:
    """What thresholds are set on: of every "register language" of a cast the resonance of the intents that have words,
    and what decides among those that resonate alike."""
    cast, silent = types.casts[number], Prints()
    found: dict[str, list[tuple[NDArray[np.int32], Hashes]]] = {}
    for manner, rows in manners(types, number, np.arange(len(cast))):
        rows = _without_doubt(types, manner, _with_words(types, manner, rows, silent), silent)
        for turn in range(manner.turns if manner.templates else 0):
            intents = in_registers(types, replace(manner, turn=turn), rows)
            if intents is None:
                continue
            ties = intents.ties()
            for place, register in enumerate(types.registers[number]):
                mine = intents.wish == place
                cell = found.setdefault(f"{register} {manner.language}", [])
                cell.append((cast.measured.resonance[intents.rows[mine]], ties[mine]))
    return {name: (np.concatenate([r for r, _ in cells]), np.concatenate([t for _, t in cells]))
            for name, cells in found.items()}  # fmt: skip


# ---- 1: compensate ------------------------------------------------------------------------------------------------


def _with_words(types: Types, manner: Manner, rows: Rows, prints: Prints) -> Rows:
    """The instances that the language has words for; the others leave the word to another instance, or are silent."""
    voice = types.casts[manner.cast].voices[manner.language]
    says = voice.says[rows]
    if says.all():
        return rows
    mute = rows[~says]
    for code in np.unique(voice.reason[mute]).tolist():
        mine = mute[voice.reason[mute] == code]
        targets = voice.target[mine]
        for outcome, these in ((MERGED, targets >= 0), (SILENT, targets < 0)):
            if these.any():
                named = outcome == MERGED or voice.moves[code] == COMPENSATE
                prints.decisions.append(
                    Decision(manner.cast, voice.moves[code], voice.reasons[code], outcome, manner.language, manner.form,
                             rows=mine[these], targets=targets[these] if named else None, each=manner.turns,
                             count=int(these.sum()) * manner.turns, named=named)
                )  # fmt: skip
    return rows[says]


def _without_doubt(types: Types, manner: Manner, rows: Rows, prints: Prints) -> Rows:
    """The instances whose words leave nothing open; each doubt is looked for once in a process."""
    cast, known = types.casts[manner.cast], types.doubts
    roles = {role for t in manner.templates for role, _ in types.templates[t].needs}
    for reason, find in doubts_of(cast, manner.form, roles):
        key = manner.cast, manner.language, reason
        if key not in known:
            known[key] = find(types.speech[manner.language], cast)
        doubtful = known[key][rows]
        _silent(manner, rows[doubtful], reason, prints, each=manner.turns)
        rows = rows[~doubtful]
    return rows


def in_registers(types: Types, manner: Manner, rows: Rows) -> Intents | None:
    """Instances with the register that this wording is to have, by weight; None where no register weighs anything."""
    registers = types.registers[manner.cast]
    weights = [types.weights.of_manner(register, manner.language) for register in registers]
    if not any(weights) or not types.weights.of_scene(types.casts[manner.cast].scene):
        return None
    keys = mix(types.casts[manner.cast].hashes[rows], f"{manner.language} {manner.form}")
    wish, inside = wanted(keys, manner.turn, manner.turns, weights)
    return Intents(manner, rows, keys, wish, inside, np.zeros(len(rows), np.int32))


def _resonant(types: Types, intents: Intents, prints: Prints) -> NDArray[np.bool_]:
    """Which intents pass the threshold of their register; the others leave the word to their analogue's instance."""
    manner, keep = intents.manner, np.ones(len(intents.rows), bool)
    cast = types.casts[manner.cast]
    for place, register in enumerate(types.registers[manner.cast]):
        limit = types.threshold(manner.cast, register, manner.language)
        if limit == EVERYTHING:
            continue
        mine = intents.wish == place
        passed = limit.passed(cast.measured.resonance[intents.rows], intents.ties())
        weak = intents.rows[mine & ~passed]
        keep &= ~mine | passed
        target = types.bridges.get((manner.cast, manner.language))
        bridged = target[weak] if target is not None else np.full(len(weak), -1)
        if (bridged >= 0).any():
            prints.decisions.append(
                Decision(manner.cast, COMPENSATE, TOO_WEAK, MERGED, manner.language, manner.form, register,
                         weak[bridged >= 0], bridged[bridged >= 0], 1, int((bridged >= 0).sum()), limit.resonance)
            )  # fmt: skip
        rest = weak[bridged < 0]
        if len(rest):
            prints.decisions.append(Decision(manner.cast, SILENCE, TOO_WEAK, SILENT, manner.language, manner.form,
                                             register, rest, count=len(rest), threshold=limit.resonance,
                                             named=False))  # fmt: skip
    return keep


# ---- 2: reason ----------------------------------------------------------------------------------------------------


def _grown(types: Types, intents: Intents, prints: Prints) -> Intents:
    """Marks of what was done before: grown by a hop, or standing in for what has no words."""
    cast, manner = types.casts[intents.manner.cast], intents.manner
    grown = cast.grown[intents.rows] >= 0
    moves = intents.moves
    if grown.any():
        moves = prints.moved(moves, grown, REASON, "density far off its scene's: grown by a hop")
        prints.decisions.append(Decision(manner.cast, REASON, "density far off its scene's: grown by a hop", GOES_ON,
                                         manner.language, manner.form, rows=intents.rows[grown],
                                         count=int(grown.sum())))  # fmt: skip
    standing = cast.standing.get(manner.language)
    if standing is not None and standing[intents.rows].any():
        stands = standing[intents.rows]
        moves = prints.moved(moves, stands, COMPENSATE, "in the place of a question without words")
        prints.decisions.append(Decision(manner.cast, COMPENSATE, "in the place of a question without words", GOES_ON,
                                         manner.language, manner.form, rows=intents.rows[stands],
                                         count=int(stands.sum())))  # fmt: skip
    return replace(intents, moves=moves)


# ---- 3: re-register -----------------------------------------------------------------------------------------------


def _places(types: Types, intents: Intents, taken: Sequence[Rows], prints: Prints) -> tuple[Rows, NDArray[np.int32]]:
    """The template of each intent as a place in its manner's, −1 where none fits its tension; and its moves so far."""
    manner, names = intents.manner, types.registers[intents.manner.cast]
    own = np.array([names.index(types.templates[t].register) for t in manner.templates], np.int64)
    place, moved = np.full(len(intents.rows), -1), np.zeros(len(intents.rows), bool)
    for fits, mine in _by_tension(types, intents):
        if fits.any():
            able = np.flatnonzero(fits)
            inner = [np.searchsorted(able, t[mine]) for t in taken]
            chosen, away = assigned(own[able].tolist(), intents.wish[mine], intents.inside[mine], inner)
            place[mine], moved[mine] = able[chosen], away
    moves = intents.moves
    for wish in np.unique(intents.wish[moved]).tolist():
        mine = moved & (intents.wish == wish)
        absent = wish not in own
        reason = f"no {names[wish]} template for this form" if absent else f"another {names[wish]} wording is taken"
        moves = prints.moved(moves, mine, REREGISTER, reason)
        prints.decisions.append(Decision(manner.cast, REREGISTER, reason, GOES_ON, manner.language, manner.form,
                                         names[wish], intents.rows[mine], count=int(mine.sum()),
                                         named=False))  # fmt: skip
    return place, moves


def _by_tension(types: Types, intents: Intents) -> Iterator[tuple[NDArray[np.bool_], Rows]]:
    """Which templates fit, and the intents that they fit: nearly always all and all."""
    ranges = [types.templates[t].tension for t in intents.manner.templates]
    everyone = np.arange(len(intents.rows))
    if all(limits is None for limits in ranges):
        yield np.ones(len(ranges), bool), everyone
        return
    tension = types.casts[intents.manner.cast].measured.tension[intents.rows]
    fits = np.stack([np.ones(len(everyone), bool) if limits is None else (tension >= limits[0]) & (tension <= limits[1])
                     for limits in ranges], axis=1)  # fmt: skip
    patterns, which = np.unique(fits, axis=0, return_inverse=True)
    for number, pattern in enumerate(patterns):
        yield pattern, np.flatnonzero(which.reshape(-1) == number)


# ---- 4 and 5: print, regenerate, silence --------------------------------------------------------------------------


def _print(types: Types, intents: Intents, place: Rows, seen: Seen, prints: Prints) -> None:
    """Print each intent by its template; what is dead once more by another, and what is dead then is silent."""
    manner, names = intents.manner, types.registers[intents.manner.cast]
    dead, reasons = _attempt(types, intents, place, seen, prints)
    if not dead.any():
        return
    own = [names.index(types.templates[t].register) for t in manner.templates]
    again, second = intents.take(dead), secondary(own, place[dead], intents.inside[dead])
    able = second >= 0
    for reason in np.unique(reasons[dead].astype(str)).tolist():
        mine = able & (reasons[dead] == reason)
        again = replace(again, moves=prints.moved(again.moves, mine, REGENERATE, reason))
    still = np.ones(len(second), bool)
    why = reasons[dead].copy()
    if able.any():
        still[able], why[able] = _attempt(types, again.take(able), second[able], seen, prints)
    for reason in np.unique(reasons[dead].astype(str)).tolist():
        saved = ~still & (reasons[dead] == reason)
        if saved.any():
            prints.decisions.append(Decision(manner.cast, REGENERATE, reason, GOES_ON, manner.language, manner.form,
                                             rows=again.rows[saved], count=int(saved.sum())))  # fmt: skip
    for reason in np.unique(why[still].astype(str)).tolist():
        _silent(manner, again.rows[still & (why == reason)], reason, prints, named=True)


def _attempt(
    types: Types, intents: Intents, place: Rows, seen: Seen, prints: Prints
) -> tuple[NDArray[np.bool_], NDArray[np.object_]]:
    """Print intents by the templates at given places; which are dead, and why."""
    manner = intents.manner
    splits = split_of(mix(intents.keys, manner.turn), types.valid_percent, types.test_percent)
    reasons = np.full(len(place), "", object)
    for chosen in np.unique(place).tolist():
        mine, template = np.flatnonzero(place == chosen), manner.templates[chosen]
        claims, held = _may_say(types, manner, template, intents.rows[mine])
        reasons[mine] = held
        free = np.flatnonzero(held == "")
        found = printed(types, manner.cast, template, intents.rows[mine[free]], seen)
        reasons[mine[free]] = found.reasons
        alive = free[found.alive]
        lives = mine[alive]
        if len(lives):
            prints.runs.append(Run(manner.cast, template, intents.rows[lives], splits[lives], found.layers,
                                   intents.moves[lives], claims.take(alive)))  # fmt: skip
    return np.asarray(reasons != "", bool), reasons


def _may_say(types: Types, manner: Manner, template: int, rows: Rows) -> tuple[Lists, NDArray[np.object_]]:
    """What instances would state by a template, and why they may not: what is held out is not given away."""
    cast, speech = types.casts[manner.cast], types.speech[manner.language]
    claims = stated(speech, types.stated, types.names, cast, rows, types.templates[template].needs)
    reasons = np.full(len(rows), "", object)
    if types.withheld.anything:
        why = types.withheld.why(claims)
        if types.withheld.reserved.any():
            why[speaks_of(speech, cast, rows, types.withheld.reserved) & (why == 0)] = REASONS.index(RESERVED)
        reasons[why > 0] = np.array(REASONS, object)[why[why > 0]]
    return claims, reasons


def _silent(manner: Manner, rows: Rows, reason: str, prints: Prints, *, each: int = 1, named: bool = False) -> None:
    if len(rows):
        prints.decisions.append(Decision(manner.cast, SILENCE, reason, SILENT, manner.language, manner.form,
                                         rows=rows, each=each, count=len(rows) * each, named=named))  # fmt: skip
