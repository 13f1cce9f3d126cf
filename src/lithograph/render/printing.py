"""One template over chosen instances of a cast: the texts, and why some of them are dead. Knows nothing about moves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lithograph.render.cast import Cast, Speech
from lithograph.render.checks import REASONS, dead_prints
from lithograph.render.corpus import Layers, Types
from lithograph.render.inspection import READ, Seen
from lithograph.render.press import Plate
from lithograph.render.slots import columns_for, gives_itself_away
from lithograph.select.withheld import NAMED
from lithograph.speech.verbalise import sentences

Rows = NDArray[np.int64]
EMPTY = "an empty part"
GIVEN_AWAY = "the question gives the answer away"

LAYER = {"en": ("THOUGHT", "COMMENT", "RESPONSE"), "ru": ("МЫСЛЬ", "КОММЕНТАРИЙ", "ОТВЕТ")}
"""The names of the three layers in an answer that has more than one."""


@dataclass(frozen=True, slots=True)
class Printed:
    """The prints of one template: of each row the reason why it is dead, empty where it lives; the texts that live."""

    reasons: NDArray[np.object_]
    layers: Layers

    @property
    def alive(self) -> NDArray[np.bool_]:
        """Which rows live."""
        return np.asarray(self.reasons == "", bool)


def printed(types: Types, number: int, template: int, rows: Rows, seen: Seen) -> Printed:
    """Instances of a cast printed by a template, each print looked at: most by what it is made of, some by reading."""
    cast, plate = types.casts[number], types.plates[template]
    language = plate.template.language
    speech = types.speech[language]
    columns = columns_for(speech, cast, rows, plate.template.needs)
    codes = types.inspector(language).foreseen(plate, columns, rows, seen)
    reasons = np.full(len(rows), "", object)
    dead = codes > 0
    if dead.any():
        reasons[dead] = np.array(REASONS, object)[codes[dead]]
        rows, codes = rows[~dead], codes[~dead]
        columns = {slot: column[~dead] for slot, column in columns.items()}
    layers = _layered(plate, plate.render(columns, len(rows)))
    more = cast.grown[rows]
    if (more >= 0).any():
        layers = _saying_more(speech, layers, more)
        codes = np.where(more >= 0, READ, codes)
    lost = _read(layers, np.flatnonzero(codes == READ), types.known_words[language])
    for texts in layers.messages[:-1] if len(layers.messages) > 2 else ():
        lost[np.array([not text for text in texts], bool) & (lost == "")] = EMPTY
    if plate.template.form in ("riddle", "cloze"):
        lost[_told(cast, plate, speech, rows, layers) & (lost == "")] = GIVEN_AWAY
    for texts in (layers.prompt, layers.completion):
        lost[types.withheld.naming(language, texts) & (lost == "")] = NAMED
    reasons[~dead] = lost
    return Printed(reasons, layers if (lost == "").all() else layers.take(lost == ""))


def _layered(plate: Plate, texts: tuple[list[str], ...]) -> Layers:
    """Turns to messages: thought and comment become layers of the answer that follows them."""
    names = LAYER[plate.template.language]
    out: list[list[str]] = []
    held: list[tuple[str, list[str]]] = []
    inner: dict[str, list[str]] = {}
    for turn, said in zip(plate.turns, texts, strict=True):
        if turn.speaker in ("thought", "comment"):
            held.append((names[0] if turn.speaker == "thought" else names[1], said))
            inner[turn.speaker] = said
        elif turn.speaker == "assistant" and held:
            joined = [f"{held[0][0]}: {text}" for text in held[0][1]]
            for name, layer in (*held[1:], (names[2], said)):
                joined = [f"{above}\n{name}: {text}" for above, text in zip(joined, layer, strict=True)]
            out.append(joined)
            held = []
        else:
            out.append(said)
    before = zip(*out[:-1], strict=True) if len(out) > 1 else [()] * len(texts[0])
    prompt = out[0] if len(out) == 2 else ["\n".join(spoken) for spoken in before]
    return Layers(tuple(out), prompt, out[-1], inner.get("thought"), inner.get("comment"))


def _saying_more(speech: Speech, layers: Layers, more: NDArray[np.int32]) -> Layers:
    """The last answer of those that have grown, with one sentence more."""
    grown = np.flatnonzero(more >= 0)
    told = sentences(speech.graph, speech.lexicon, more[grown])
    completion = list(layers.completion)
    for place, sentence in zip(grown.tolist(), told, strict=True):
        completion[place] = f"{completion[place]} {sentence}"
    return Layers((*layers.messages[:-1], completion), layers.prompt, completion, layers.thought, layers.comment)


def _read(layers: Layers, suspects: Rows, known: frozenset[str]) -> NDArray[np.object_]:
    """For each print the reason why it is dead, empty where it lives; only suspects are read."""
    reasons = np.full(len(layers.prompt), "", object)
    for texts in (layers.prompt, layers.completion):
        if len(suspects):
            found = dead_prints(pa.array([texts[i] for i in suspects.tolist()], pa.string()), known)
            reasons[suspects] = np.where(reasons[suspects] == "", found, reasons[suspects])
    return reasons


def _told(cast: Cast, plate: Plate, speech: Speech, rows: Rows, layers: Layers) -> NDArray[np.bool_]:
    """Which riddles and clozes hold the words they ask for: the focus of a riddle, otherwise the answer itself."""
    if plate.template.form == "riddle":
        names = speech.lexicon.column(cast.instances.roles[cast.scene.focus][rows], "name").tolist()
    else:
        names = [answer.rstrip(".") for answer in layers.completion]
    return np.array(gives_itself_away(layers.prompt, names), bool)
