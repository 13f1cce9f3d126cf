"""Write the reference pages that the program itself knows: verbs, options, scenes, rules, where silence decides.

python docs/make_reference.py            writes them
python docs/make_reference.py --check    says which are out of date, and ends with 1
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from lithograph.cli import main as program
from lithograph.config import REFERENCE, Config
from lithograph.ontology.graph import Quantifier
from lithograph.reason.calculus.clauses import clauses, written
from lithograph.reason.patterns import Pattern
from lithograph.reason.profiles.completeness import EXCLUDED, SOURCES, TABLE, Shape
from lithograph.reason.profiles.profile import Profile
from lithograph.reason.rules import RULES
from lithograph.scenes.as_yaml import standard_scenes
from lithograph.scenes.declaration import Coupling, Scene
from lithograph.select.one_step import REFUTING

REFERENCE_FOLDER = Path(__file__).parent / "reference"
START, END = "<!-- made by docs/make_reference.py: start -->", "<!-- made by docs/make_reference.py: end -->"

CLI_HEAD = """# The command line

This page is made by `docs/make_reference.py` from the program itself; `lithograph VERB --help` says the same.
`litho` is the same program as `lithograph`.

A mistake of the user's is one line on the error stream (place, problem, facts, cure) and exit code 2. Stage lines (in,
out, left out by reason, seconds) go to the error stream too, answers to the output stream.
"""

CONFIGURATION_HEAD = """# Configuration

This page is made by `docs/make_reference.py` from the program itself.

A project is a folder with `lithograph.toml`: one flat TOML file, every key optional. An unknown key or an unfit value
is refused in one line with a suggestion; `lithograph check` reads the file without pressing. Options of the command
line stand above the file. In Python every key is a keyword: `litho.press("project", wordings=3)`.
"""


def cli_page() -> str:
    """docs/reference/cli.md."""
    parts = [CLI_HEAD]
    for path, command in _commands(program, "lithograph"):
        parts.append("\n".join(_verb(path, command)))
    return "\n".join(parts)


def _commands(group: click.Group, path: str) -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


def _verb(path: str, command: click.Command) -> Iterator[str]:
    context = click.Context(command, info_name=path, **program.context_settings)
    yield f"## `{path}`\n"
    yield f"    {path} {' '.join(command.collect_usage_pieces(context))}\n"
    for paragraph in inspect.cleandoc(command.help or "").split("\n\n"):
        if paragraph.startswith("\b\n"):
            yield "\n".join(f"    {line}" for line in paragraph.removeprefix("\b\n").splitlines()) + "\n"
        else:
            yield " ".join(paragraph.split()) + "\n"
    options = [p for p in command.params if isinstance(p, click.Option)]
    if not options:
        return
    yield "| option | does | default |"
    yield "| --- | --- | --- |"
    for option in options:
        names = ", ".join(f"`{name}`" for name in [*option.opts, *option.secondary_opts])
        value = "" if option.is_flag else f" {_metavar(option)}"
        yield f"| {names}{value} | {option.help or ''} | {_default(option)} |"
    yield ""


def _metavar(option: click.Option) -> str:
    if isinstance(option.type, click.Choice):
        return " \\| ".join(str(choice) for choice in option.type.choices)
    kind = {
        "integer range": "N",
        "integer": "N",
        "float": "NUMBER",
        "path": "PATH",
        "file": "PATH",
        "directory": "PATH",
    }
    return kind.get(option.type.name, "TEXT")


def _default(option: click.Option) -> str:
    if isinstance(option.show_default, str):
        return option.show_default
    if option.is_flag or option.multiple or not isinstance(option.default, str | int | float):
        return ""
    return f"`{option.default}`"


def configuration_page() -> str:
    """docs/reference/configuration.md."""
    defaults = {key: getattr(Config(Path()), key) for key in REFERENCE}
    parts = [CONFIGURATION_HEAD]
    for title, keys in (("Pressing", [k for k in REFERENCE if not k.startswith("train_")]),
                        ("Training", [k for k in REFERENCE if k.startswith("train_")])):  # fmt: skip
        rows = [f"| `{key}` | {REFERENCE[key]} | `{_toml(defaults[key])}` |" for key in keys]
        parts.append("\n".join([f"## {title}\n", "| key | what it is | default |", "| --- | --- | --- |", *rows, ""]))
    return "\n".join(parts)


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name} = {_toml(number)}" for name, number in value.items()) + "}"
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml(v) for v in value) + "]"
    return str(value)


def scenes_table() -> str:
    """The standard library: a table by axis, in the order of standard.yaml."""
    rows = ["| scene | axis, level | what it says | pattern | forms |", "| --- | --- | --- | --- | --- |"]
    for scene in standard_scenes():
        pattern = "<br>".join(_pattern(scene, coupling) for coupling in scene.couplings)
        computed = f"; computed by `{scene.computed}`" if scene.computed else ""
        says = scene.label.get("en", "") + computed
        forms = ", ".join(scene.forms)
        rows.append(f"| `{scene.name}` | {scene.axis}, {scene.level} | {says} | {pattern} | {forms} |")
    return "\n".join(rows)


def _pattern(scene: Scene, coupling: Coupling) -> str:
    many = {role.name for role in scene.roles if role.many}

    def end(name: str) -> str:
        return f"{name}…" if name in many else name

    relation = coupling.relation or (f"?{coupling.relation_role}" if coupling.relation_role else "any relation")
    words = [relation.rsplit("#", 1)[-1].rsplit("/", 1)[-1]]
    if coupling.quantifier not in ("any", "schema", "individual"):
        words.append(coupling.quantifier)
    if coupling.negated:
        words.insert(0, "not")
    if coupling.sign:
        words.append("+" if coupling.sign > 0 else "−")
    if coupling.status != "asserted":
        words.append(f"({coupling.status})")
    return f"{end(coupling.source)} *{' '.join(words)}* {end(coupling.target)}"


def completeness_table() -> str:
    """Where silence decides: a row for a profile and a shape, the sources below."""
    rows = [
        "| profile | claim | asked | entailed side | asked | refuted side |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for profile in (Profile.EL, Profile.RL):
        for shape in Shape:
            cells = {c.side: c for c in TABLE if c.profile is profile and c.shape is shape}
            sides = (f"{c.ask} | {c.source}" if (c := cells.get(side)) else "– | –" for side in ("entailed", "refuted"))
            rows.append(f"| {profile} | {shape} | {' | '.join(sides)} |")
    rows += ["| QL, DL, none | any | – | – | – | – |", ""]
    rows += [f"- **{key}**: {text}" for key, text in SOURCES.items()]
    rows += ["", "| profile | constructs with which no cell holds |", "| --- | --- |"]
    rows += [
        f"| {profile} | {', '.join(f'`{name}`' for name in sorted(names))} |" for profile, names in EXCLUDED.items()
    ]
    return "\n".join(rows)


def one_step_table() -> str:
    """From what a claim follows, or is refuted, in one step: the rules of the closure and those of refutation."""
    rows = ["| rule | from | follows | source |", "| --- | --- | --- | --- |"]
    for rules, mark in ((RULES, ""), (REFUTING, "not: ")):
        for rule in rules:
            if rule.body:
                body = "<br>".join(_claim(pattern) for pattern in rule.body)
                rows.append(f"| {rule.name} | {body} | {mark}{_claim(rule.head)} | {rule.source} |")
    return "\n".join(rows)


def _claim(pattern: Pattern) -> str:
    subject, relation, obj = (end.removeprefix("?").rsplit("#", 1)[-1]
                              for end in (pattern.subject, pattern.relation, pattern.object))  # fmt: skip
    names = [q.name.lower() for q in pattern.quantifiers if q not in (Quantifier.SCHEMA, Quantifier.INDIVIDUAL)]
    denied = "not " if pattern.negated else ""
    return f"{subject} *{denied}{relation}{' ' + '/'.join(names) if names else ''}* {obj}"


CALCULUS_HEAD = """# The calculus

This page is made by `docs/make_reference.py` from `src/lithograph/reason/calculus/calculus.rls`, the file that the
engine runs and the checker of proofs reads. What the predicates mean stands at the top of that file; 0 is
`owl:Thing`, 1 `owl:Nothing`.

Sources: EL, Baader, Brandt & Lutz 2005 and 2008, "Pushing the EL envelope" and "… further"; RL, the rules of
[OWL 2 RL](https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules); HS, Kazakov 2009,
"Consequence-driven reasoning for Horn SHIQ ontologies"; DL, a consequence of the
[direct semantics](https://www.w3.org/TR/owl2-direct-semantics/), by section.

| rule | says | source |
| --- | --- | --- |
"""


def calculus_page() -> str:
    """docs/reference/calculus.md."""
    rows = []
    for clause in clauses().values():
        says = written(clause).splitlines()[1].removesuffix(" .").replace(", given(1)", "").replace("?", "")
        rows.append(f"| {clause.name} | `{says}` | {clause.source} |")
    return CALCULUS_HEAD + "\n".join(rows) + "\n"


def with_table(page: str, table: str) -> str:
    """A page whose part between the two markers is a table that the program knows."""
    head, rest = page.split(START)
    _, tail = rest.split(END)
    return f"{head}{START}\n{table}\n{END}{tail}"


def pages() -> dict[Path, str]:
    """Every page that is made, with the text it should have."""
    scenes, profiles = REFERENCE_FOLDER / "scenes.md", REFERENCE_FOLDER / "profiles.md"
    splits = REFERENCE_FOLDER / "splits.md"
    return {
        REFERENCE_FOLDER / "cli.md": cli_page(),
        REFERENCE_FOLDER / "configuration.md": configuration_page(),
        REFERENCE_FOLDER / "calculus.md": calculus_page(),
        scenes: with_table(scenes.read_text(encoding="utf-8"), scenes_table()),
        profiles: with_table(profiles.read_text(encoding="utf-8"), completeness_table()),
        splits: with_table(splits.read_text(encoding="utf-8"), one_step_table()),
    }


def outdated() -> list[Path]:
    """The pages that do not say what the program says."""
    return [path for path, text in pages().items() if not path.exists() or path.read_text(encoding="utf-8") != text]


def main(arguments: list[str]) -> int:
    """Write the pages, or with --check only name those that are out of date."""
    stale = outdated()
    if "--check" not in arguments:
        for path, text in pages().items():
            path.write_text(text, encoding="utf-8")
    for path in stale:
        print(path.name, "is out of date" if "--check" in arguments else "written")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
