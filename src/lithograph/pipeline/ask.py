"""A question to an adapter, to its base, and to the base with a scene in its context; held against the ontology.

ask(config, "Is a disc brake a bicycle part?", everyone=True)

Who is asked is the caller's to say. Routing would be a function from the question and the adapters at hand to one of
their names, called before `ask`; nothing here would change.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow as pa

from lithograph.answer.answers import VERDICTS, answer, room_before
from lithograph.answer.errors import NoQuestion
from lithograph.config import Config
from lithograph.core.activity import Listener, silent
from lithograph.pipeline.behind import Behind, by_influence, by_meaning, train_rows
from lithograph.pipeline.find import dataset_folder
from lithograph.pipeline.influence import pushing, record_of
from lithograph.pipeline.marks import Mark, Referee, referee
from lithograph.pipeline.update import find_parent
from lithograph.probes.context import chosen, laid_out, statements
from lithograph.speech.read_back import Read, split_sentences, verdict_of
from lithograph.speech.words import sentence
from lithograph.train.errors import NoSketches
from lithograph.train.opened import Opened, open_base, open_run
from lithograph.train.record import RunRecord

LATEST = "latest"
CONTEXT = 384
"""Tokens that what is given in context may have."""
TOKENS = 96
"""Tokens of an answer."""
SHOWN = 5
"""Sentences of a context that the terminal shows."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Whom to ask. adapters: runs by name, hash, urn, folder or `latest`; base: the base alone; scenes: what the base
    gets in context, of these scenes. everyone: the latest adapter, its base, and the base with the adapter's own facts
    in context (or with `scenes`). Nobody named is the latest adapter."""

    adapters: tuple[str, ...] = ()
    base: bool = False
    scenes: tuple[str, ...] = ()
    everyone: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer. who: adapter, base or runtime adapter; name: which. verdicts: shares of yes, no and *cannot be known*
    where the question was read. given: the examples whose sentences stood in the context, with those sentences."""

    who: str
    name: str
    text: str
    verdicts: dict[str, float] = field(default_factory=dict)
    marks: tuple[Mark, ...] = ()
    behind: Behind | None = None
    given: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, what the ontology says of it, and the answers."""

    question: str
    mark: Mark
    answers: tuple[Answered, ...]


def ask(config: Config, question: str, wish: Wish | None = None, *, dataset: str | None = None,
        ontology: Path | None = None, top: int = 5, listener: Listener = silent) -> Asked:  # fmt: skip
    """Put a question to whom it is meant for. Raises NoQuestion, NoDataset, UnknownSceneHere, QuestionTooLong, what the
    ledger says of an adapter's wrong name, and what `prove` raises of an ontology.
    """
    question, wish = " ".join(question.split()), wish or Wish()
    if not question.strip(" ?!.…"):
        raise NoQuestion
    language = "ru" if any("а" <= letter <= "я" for letter in question.casefold()) else "en"
    folder = dataset_folder(config, dataset)
    sentences = statements(folder, wish.scenes, language=language) if wish.scenes else None  # a wrong name at once
    names = wish.adapters or ((LATEST,) if wish.everyone or not (wish.base or wish.scenes) else ())
    found = [find_parent(config, name) for name in names]
    judge = referee(config, ontology, listener)
    mark, read = judge.asked(question)
    put = _Put(question, language, read, folder, config, listener)
    answers: list[Answered] = []
    for place, parent in enumerate(found):
        record = replace(record_of(parent), folder=parent.run)
        speaker = open_run(record, adapter=parent.adapter, online=config.allow_network, device="cpu", listener=listener)
        answers.append(_by_adapter(put, record, speaker, judge, top))
        if place == len(found) - 1:
            answers += _by_base(put, speaker, wish, sentences, record)
    if not found:
        speaker = open_base(config.train_model, online=config.allow_network, device="cpu", listener=listener)
        answers += _by_base(put, speaker, wish, sentences, None)
    marked = tuple(replace(one, marks=judge.answered(one.text, read)) for one in answers)
    return Asked(question, mark, marked)


@dataclass(frozen=True, slots=True)
class _Put:
    """A question as it is put to everyone."""

    question: str
    language: str
    read: Read | None
    dataset: Path
    config: Config
    listener: Listener

    @property
    def verdicts(self) -> dict[str, str] | None:
        """How answers may begin, where it is a question that yes or no answers."""
        return dict(VERDICTS[self.language]) if self.read is not None else None


def _by_adapter(put: _Put, record: RunRecord, speaker: Opened, judge: Referee, top: int) -> Answered:
    said = answer(speaker.model, speaker.format, laid_out(put.question, ()), tokens=TOKENS, verdicts=put.verdicts)
    behind = _behind(put, record, speaker, said.text, judge, top)
    return Answered("adapter", record.id, said.text, dict(said.verdicts), behind=behind)


def _behind(put: _Put, record: RunRecord, speaker: Opened, text: str, judge: Referee, top: int) -> Behind:
    """By influence where the run kept gradients, else by what its examples say."""
    try:
        return by_influence(pushing(record, speaker, [(put.question, text)], top)[0], put.dataset)
    except NoSketches:
        shown = {one for fact in record.facts for one in fact["examples"]}
        table = train_rows(put.dataset, shown, put.language)
        return by_meaning(put.question, [*([put.read] if put.read else []), *_reads(judge, text)], table, judge, top)


def _reads(judge: Referee, text: str) -> Iterator[Read]:
    for piece in split_sentences(verdict_of(text)[1]):
        read = judge.reader.statement(sentence(piece))
        if isinstance(read, Read):
            yield read


def _by_base(put: _Put, speaker: Opened, wish: Wish, sentences: pa.Table | None,
             record: RunRecord | None) -> list[Answered]:  # fmt: skip
    """The base alone where it is wanted, and the runtime adapter."""
    out = []
    with speaker.untouched() as base:
        if wish.base or wish.everyone:
            plain = answer(base.model, base.format, laid_out(put.question, ()), tokens=TOKENS, verdicts=put.verdicts)
            out.append(Answered("base", _name(put, record), plain.text, dict(plain.verdicts)))
        if sentences is None and wish.everyone and record is not None:
            facts = frozenset(str(fact["instance"]) for fact in record.facts)
            sentences = statements(put.dataset, instances=facts, language=put.language)
        if sentences is not None:
            named = ", ".join(wish.scenes) or f"the facts of {record.id}" if record else ", ".join(wish.scenes)
            out.append(_in_context(put, base, sentences, named))
    return out


def _in_context(put: _Put, base: Opened, sentences: pa.Table, named: str) -> Answered:
    ends = (put.read.claim.subject, put.read.claim.object) if put.read else ()
    rows = chosen(put.question, sentences, base.tokens, room_before(base, put.question, TOKENS, CONTEXT), ends)
    given = tuple((sentences["example"][row].as_py(), sentences["sentence"][row].as_py()) for row in rows)
    messages = laid_out(put.question, [text for _, text in given], put.language)
    said = answer(base.model, base.format, messages, tokens=TOKENS, verdicts=put.verdicts)
    return Answered("runtime adapter", named, said.text, dict(said.verdicts), given=given)


def _name(put: _Put, record: RunRecord | None) -> str:
    return str(record.model.get("name")) if record else put.config.train_model


# ── forms ────────────────────────────────────────────────────────────────────────────────────────────────────────────

_SHARES = {"yes": "yes", "no": "no", "open": "cannot be known"}


def asked_text(asked: Asked) -> str:
    """What the terminal shows: the question with its mark, then each answer with its marks and what is behind it."""
    out = [f"question: {asked.question}", f"  {_of_question(asked.mark)}"]
    out += [f"  {asked.mark.command}"] if asked.mark.command else []
    for one in asked.answers:
        out += ["", f"{one.who} ({one.name})", *(f"  {line}" for line in one.text.split("\n") or [""])]
        if one.verdicts:
            out.append("  " + ", ".join(f"{_SHARES[key]} {share:.2f}" for key, share in one.verdicts.items()))
        out += ["  marks:"] if one.marks else []
        out += [f"    {_of_sentence(mark, asked.mark)}" for mark in one.marks]
        out += list(_of_examples(one))
    return "\n".join(out)


def _of_question(mark: Mark) -> str:
    return f"{mark.claim}: {mark.status}" if mark.claim else f"not read as a claim: {mark.why}"


def _of_sentence(mark: Mark, question: Mark) -> str:
    if not mark.claim:
        return f"not read as a claim ({mark.why}): {mark.text}"
    link = f"    {mark.command}" if mark.command and mark.claim != question.claim else ""
    return f"{mark.mark}: {mark.text}{link}"


def _of_examples(one: Answered) -> Iterator[str]:
    if one.behind is not None:
        yield f"  examples {one.behind.how}:" if one.behind.examples else f"  {one.behind.how}"
        for urn, said, score in one.behind.examples:
            weight = f"{score:+.3f} " if score is not None else ""
            yield f"    {weight}{_short(urn)} {_cut(said)}"
    if one.given:
        yield f"  {len(one.given)} sentences in its context, the nearest first:"
        for urn, said in one.given[:SHOWN]:
            yield f"    {_short(urn)} {_cut(said)}"
        if len(one.given) > SHOWN:
            yield f"    … and {len(one.given) - SHOWN} more"


def _short(urn: str) -> str:
    kind, _, digest = urn.removeprefix("urn:litho:").partition(":")
    return f"{kind}:{digest[:12]}"


def _cut(text: str, most: int = 150) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def asked_json(asked: Asked) -> str:
    """Everything, for programs: keys in a fixed order."""
    answers = [
        {
            "who": one.who, "name": one.name, "answer": one.text,
            "verdicts": {key: round(share, 6) for key, share in one.verdicts.items()},
            "marks": [_mark_json(mark) for mark in one.marks],
            "behind": {"how": one.behind.how, "examples": [{"example": urn, "says": said, "score": score}
                                                           for urn, said, score in one.behind.examples]}
            if one.behind else None,
            "context": [{"example": urn, "says": said} for urn, said in one.given],
        }
        for one in asked.answers
    ]  # fmt: skip
    told = {"question": asked.question, "mark": _mark_json(asked.mark), "answers": answers}
    return json.dumps(told, ensure_ascii=False, indent=1)


def _mark_json(mark: Mark) -> dict[str, str]:
    return {"text": mark.text, "mark": mark.mark, "status": mark.status, "claim": mark.claim, "why": mark.why,
            "proof": mark.command}  # fmt: skip
