"""Template files: sections of paraphrases read into values, and everything that can be wrong with them.

The format is described in docs/reference/templates.md. Knows nothing about graphs; which scenes and roles there are
is an argument.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lithograph.core.errors import LithographError
from lithograph.core.identity import sha256_hex
from lithograph.render.sandbox import BadSnippet, Slot, parse, plain_pieces, slots
from lithograph.scenes.declaration import FORMS, Scene
from lithograph.speech.lexicon import ENTITY_ATTRIBUTES, LANGUAGES, RELATION_ATTRIBUTES

TURNS = ("user", "thought", "comment", "assistant")

LIST_ATTRIBUTES: Mapping[str, tuple[str, ...]] = {
    "en": ("list", "names", "sentences"),
    "ru": ("list", "names", "sentences", "list_gen", "list_dat", "list_acc", "list_ins", "list_loc"),
}
"""What a role of many can be asked for."""

NUMBER_ATTRIBUTES = ("exactly", "counted")
"""`number.exactly`: "at least 2"; `object.counted`: "at least 2 valves"."""

EXTRA_ROLES: Mapping[str, tuple[str, ...]] = {
    "proof": ("text",), "chain": ("sign",), "claim": ("text", "denied"), "given": ("text",), "evidence": ("by",),
    "options": ("list", "letter", "why"),
}  # fmt: skip
"""Roles that no scene declares: the proof of a claim, the sign of a causal chain, the claim itself and its denial, its
premises among others, whose word its status is, the options of a multiple choice."""
WRONG = "wrong"
"""The name of the coupling that collects the wrong options of a multiple choice."""

PROBES, PRACTICE = "probes", "practice"
"""The folders of the templates that ask probes, and of those that ask the like in other words (`probes.wording`)."""

_HEADER = re.compile(r"@\s*(\S+)\s+(\S+)(?:\s+tension\s+(0?\.\d+|[01](?:\.0*)?)\.\.(0?\.\d+|[01](?:\.0*)?))?\s*$")
_TURN = re.compile(r"([A-Za-z_]+):(?:\s+|$)(.*)")
_COMMENT = re.compile(r"\{#.*?#\}", re.S)


@dataclass(frozen=True, slots=True)
class Template:
    """One paraphrase: how one form of one scene is said in one register and language.

    path: relative to the templates folder; line: of the first turn; index: of the paraphrase in its file.
    turns: (speaker, Jinja source); lines: the line on which each turn starts. needs: the slots, sorted.
    id: `path@hash`, hash = the first 12 hex digits of the SHA-256 of the paraphrase's source. tension: the least
    and the greatest tension of an instance that it speaks of, None for any.
    """

    scene_name: str
    form: str
    register: str
    language: str
    axis: str
    path: str
    line: int
    index: int
    turns: tuple[tuple[str, str], ...]
    lines: tuple[int, ...]
    needs: tuple[Slot, ...]
    id: str
    tension: tuple[float, float] | None = None


class TemplateError(LithographError):
    """Something in a template file that has to be mended; place is `templates/…:line`."""


class BadTemplatePath(TemplateError):
    def __init__(self, path: str) -> None:
        super().__init__(
            path,
            "this name does not say axis, register and language",
            facts=f"languages: {', '.join(LANGUAGES)}",
            cure="Call it {axis}/{register}.{language}.j2.",
        )


class StrayText(TemplateError):
    def __init__(self, place: str, what: str, cure: str) -> None:
        super().__init__(place, what, cure=cure)


class UnknownWord(TemplateError):
    def __init__(self, place: str, what: str, word: str, known: Iterable[str], cure: str = "") -> None:
        known = list(known)
        super().__init__(
            place, f"'{word}' is no {what}", facts=f"known: {', '.join(known)}", cure=_guess(word, known) or cure
        )


class UnknownScene(UnknownWord):
    """A section for a scene that is not declared here: a slip where the name is nearly another's, else left out."""

    def __init__(self, place: str, scene: str, known: Collection[str]) -> None:
        super().__init__(place, "scene", scene, known, "Declare it, or take the section out.")
        alike = any(scene.casefold() == name.casefold() for name in known)
        self.slip = alike or bool(difflib.get_close_matches(scene, list(known), 1, 0.8))


class UnknownRole(TemplateError):
    def __init__(self, place: str, role: str, scene: str, roles: Collection[str]) -> None:
        facts = f"roles: {', '.join(roles)}"
        cure = _guess(role, roles) or "Rename it, or add the role in the ontology."
        super().__init__(place, f"'{role}' is not a role of scene {scene}", facts=facts, cure=cure)


class BadTurn(TemplateError):
    def __init__(self, place: str, problem: str, cure: str = "") -> None:
        super().__init__(place, problem, cure=cure)


def _guess(word: str, known: Collection[str]) -> str:
    close = difflib.get_close_matches(word, list(known), 1, 0.6) or [k for k in known if k.lower() == word.lower()]
    return f"Did you mean '{close[0]}'?" if close else ""


def attributes(language: str) -> tuple[str, ...]:
    """Every attribute that some role of a template in a language can be asked for, small forms only."""
    known = (
        *ENTITY_ATTRIBUTES[language],
        *RELATION_ATTRIBUTES[language],
        *LIST_ATTRIBUTES[language],
        *NUMBER_ATTRIBUTES,
    )
    return tuple(dict.fromkeys(known))


def spoken_roles(scenes: Iterable[Scene]) -> dict[str, tuple[str, ...]]:
    """Scene name -> what its templates can speak of: its roles, and its couplings that have a name."""
    return {s.name: (*s.role_names, *dict.fromkeys(c.name for c in s.couplings if c.name)) for s in scenes}


def read_templates(root: Path, scenes: Mapping[str, Collection[str]]) -> tuple[Template, ...]:
    """The templates under a folder, sorted by path and place. scenes: scene name -> role names.

    Sections for scenes that are not declared here are left out. Raises the first TemplateError there is;
    `check_templates` gives all of them.
    """
    templates, errors = check_templates(root, scenes)
    for error in errors:
        if not (isinstance(error, UnknownScene) and not error.slip):
            raise error
    return templates


def check_templates(
    root: Path, scenes: Mapping[str, Collection[str]]
) -> tuple[tuple[Template, ...], tuple[TemplateError, ...]]:
    """The templates under a folder that are whole, and what is wrong with the others."""
    templates: list[Template] = []
    errors: list[TemplateError] = []
    for file in sorted(root.rglob("*.j2"), key=lambda f: f.relative_to(root).as_posix()):
        if file.relative_to(root).parts[0] in (PROBES, PRACTICE):
            continue
        for item in read_file(file, root, scenes):
            (errors if isinstance(item, TemplateError) else templates).append(item)  # type: ignore[arg-type]
    return tuple(templates), tuple(errors)


def read_file(file: Path, root: Path, scenes: Mapping[str, Collection[str]]) -> Iterator[Template | TemplateError]:
    """The templates of one file in their order, and an error in the place of each that is not whole."""
    path = file.relative_to(root).as_posix()
    named = re.fullmatch(r"(.+)/([^/.]+)\.([a-z]{2,3})\.j2", path)
    if named is None or named[3] not in LANGUAGES:
        yield BadTemplatePath(f"{root.name}/{path}")
        return
    try:
        text = unicodedata.normalize("NFC", file.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        yield BadTurn(f"{root.name}/{path}", f"byte {error.start} is no UTF-8", "Save the file as UTF-8.")
        return
    for index, block in enumerate(_blocks(f"{root.name}/{path}", text)):
        if isinstance(block, TemplateError):
            yield block
            continue
        try:
            yield _template(block, index, path, f"{root.name}/{path}", (named[1], named[2], named[3]), scenes)
        except TemplateError as error:
            yield error


@dataclass(frozen=True, slots=True)
class _Block:
    """The lines of one paraphrase with their numbers, under the header of its section."""

    scene: str
    form: str
    header: int
    tension: tuple[float, float] | None
    lines: tuple[tuple[int, str], ...]


def _blocks(place: str, text: str) -> Iterator[_Block | TemplateError]:
    """The paraphrases of a file. Whole-line comments are taken out first, their lines kept."""
    text = _COMMENT.sub(lambda m: m[0] if not _alone(text, m) else "\n" * m[0].count("\n"), text)
    header: tuple[str, str, int, tuple[float, float] | None] | None = None
    lines: list[tuple[int, str]] = []
    for number, line in enumerate([*text.splitlines(), "@"], 1):
        if not (line.startswith("@") or line.rstrip() == "--"):
            if header is not None:
                lines.append((number, line))
            elif line.strip():
                yield StrayText(f"{place}:{number}", "this stands before the first section", "Start one: @ Scene form.")
                return
            continue
        if header is not None:
            yield _Block(*header, tuple(lines))
        lines = []
        if line.startswith("@") and line != "@":
            found = _HEADER.fullmatch(line)
            if found is None:
                yield StrayText(
                    f"{place}:{number}",
                    "this is no section header",
                    "Write it as: @ Scene form, or @ Scene form tension 0.1..1.",
                )
                return
            header = (found[1], found[2], number, (float(found[3]), float(found[4])) if found[3] else None)
        elif line.startswith("@"):
            return


def _alone(text: str, match: re.Match[str]) -> bool:
    before = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
    end = text.find("\n", match.end())
    return not before.strip() and not text[match.end() : end if end >= 0 else len(text)].strip()


def _template(
    block: _Block,
    index: int,
    path: str,
    place: str,
    named: tuple[str, str, str],
    scenes: Mapping[str, Collection[str]],
) -> Template:
    axis, register, language = named
    if block.scene not in scenes:
        raise UnknownScene(f"{place}:{block.header}", block.scene, sorted(scenes))
    if block.form not in FORMS:
        raise UnknownWord(f"{place}:{block.header}", "form", block.form, FORMS)
    turns, lines = _turns(block, place)
    needs: set[Slot] = set()
    for (_, source), line in zip(turns, lines, strict=True):
        needs |= _needs(source, line, place, block.scene, scenes[block.scene], language)
    source = "\n".join(f"{speaker}: {text}" for speaker, text in turns)
    name = f"{path}@{sha256_hex(source)[:12]}"
    return Template(
        block.scene,
        block.form,
        register,
        language,
        axis,
        path,
        lines[0],
        index,
        turns,
        lines,
        tuple(sorted(needs)),
        name,
        block.tension,
    )


def _turns(block: _Block, place: str) -> tuple[tuple[tuple[str, str], ...], tuple[int, ...]]:
    """The turns of a paraphrase and the lines they start on."""
    found: list[tuple[str, int, list[str]]] = []
    for number, line in block.lines:
        turn = _TURN.fullmatch(line)
        if turn is not None and (turn[1] in TURNS or turn[1].islower() or not found):
            if turn[1] not in TURNS:
                raise UnknownWord(f"{place}:{number}", "turn", turn[1], TURNS)
            found.append((turn[1], number, [turn[2]]))
        elif found:
            found[-1][2].append(line.strip())
        elif line.strip():
            raise BadTurn(f"{place}:{number}", "this text belongs to no turn", f"Start one of: {', '.join(TURNS)}.")
    first = block.lines[0][0] if block.lines else block.header
    if not found:
        raise BadTurn(f"{place}:{first}", "this paraphrase is empty", "Write its turns, or take the separator out.")
    for speaker, number, text in found:
        if not "".join(text).strip():
            raise BadTurn(f"{place}:{number}", f"the turn '{speaker}' is empty", "Write it, or take it out.")
    if found[-1][0] != "assistant":
        raise BadTurn(
            f"{place}:{found[-1][1]}", "the last turn is not the assistant's", "Give the answer: assistant: …."
        )
    return tuple((s, "\n".join(t).strip()) for s, _, t in found), tuple(n for _, n, _ in found)


def _needs(source: str, line: int, place: str, scene: str, roles: Collection[str], language: str) -> set[Slot]:
    """The slots of a turn, each checked against the roles of the scene and the attributes of the language."""
    pieces = plain_pieces(source)
    try:
        if pieces is None:
            found = slots(parse(source))
        else:
            found = tuple((piece, 1) for piece in pieces if isinstance(piece, tuple))
    except BadSnippet as error:
        raise BadTurn(f"{place}:{line + error.line - 1}", error.problem) from None
    known = attributes(language)
    if pieces is not None and "\n" in source:  # find the line of each slot only now that lines matter
        found = tuple((slot, 1 + source[: source.index(slot[0] + "." + slot[1])].count("\n")) for slot, _ in found)
    for (role, attribute), at in found:
        where = f"{place}:{line + at - 1}"
        extra = EXTRA_ROLES.get(role, ()) if role not in roles and (role != "options" or WRONG in roles) else ()
        if role not in roles and not extra:
            raise UnknownRole(where, role, scene, tuple(roles))
        words = extra or known
        if attribute.lower() not in words or attribute not in (attribute.lower(), attribute.capitalize()):
            raise UnknownWord(where, f"attribute of a role in '{language}'", attribute, words)
    return {slot for slot, _ in found}
