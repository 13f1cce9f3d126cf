"""What in an ontology will read badly, be misread or be missed. Knows nothing about files, text or reasoners.

    for finding in lint(load(path)): print(finding)

Every finding is one line: place, problem, cure. Whether the ontology contradicts itself is for `reason.oracle`; here is
what shows on the surface. Terms of the vocabularies that everybody uses (RDF, OWL, SKOS, Dublin Core, PROV …) are
not ours to label and define.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from lithograph.core import vocabulary as v
from lithograph.ontology.axioms import Ontology
from lithograph.ontology.lint_scenes import scene_problems
from lithograph.ontology.survey import (
    ANNOTATION,
    CLASS,
    DATA,
    DATATYPE,
    INDIVIDUAL,
    KIND_NAMES,
    OBJECT,
    Survey,
    Texts,
    children_of,
    survey,
)
from lithograph.ontology.terms import Term, is_anonymous

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")

FOREIGN = (
    v.RDF, v.RDFS, v.OWL, v.XSD, v.SKOS, v.PROV, v.DCT, v.DC, v.FOAF, v.SCHEMA, v.SH, v.SWRL, v.OBOINOWL,
    "http://www.w3.org/2003/11/swrlb#", "http://purl.org/vocab/vann/", "http://creativecommons.org/ns#",
)  # fmt: skip
"""Vocabularies whose terms are taken as they are."""

BUILT_IN = (v.RDF, v.RDFS, v.OWL, v.XSD, v.SWRL)
"""Vocabularies whose terms need no declaration."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend: where, what, how, how bad; `check` names the rule that found it."""

    check: str
    place: str
    problem: str
    cure: str
    severity: Severity

    def __str__(self) -> str:
        return f"{self.place}: {self.problem}. {self.cure}"


@dataclass(frozen=True, slots=True)
class Subject:
    """What the checks look at."""

    ontology: Ontology
    facts: Survey
    languages: tuple[str, ...]

    def own(self, *letters: str) -> list[Term]:
        """The entities declared as one of these, deprecated and foreign ones left out, sorted."""
        foreign = FOREIGN if (self.ontology.iri or "").startswith(v.LITHO[:-1]) else (*FOREIGN, v.LITHO)
        names = {iri for letter in letters for iri in self.facts.declared_as(letter)}
        return sorted(i for i in names if i not in self.facts.deprecated and not i.startswith(foreign))

    def show(self, iri: Term) -> str:
        """An IRI by its prefix, where one fits; by a bare colon where it lies below the ontology's own IRI."""
        spaces = {space: prefix for prefix, space in {**v.PREFIXES, **self.ontology.prefixes}.items() if space}
        base = (self.ontology.iri or "").rstrip("#/")
        for space in (base + "#", base + "/") if base else ():
            spaces.setdefault(space, "")
        for space in sorted(spaces, key=len, reverse=True):
            name = iri[len(space) :]
            if iri.startswith(space) and name and not re.search(r"[/#\s]", name):
                return f"{spaces[space]}:{name}"
        return f"<{iri}>"

    def texts(self, texts: Texts, language: str) -> list[str]:
        """Texts in a language or one of its variants; what has no language counts as the first one asked for."""
        found = [t for tag in sorted(texts) if tag.split("-")[0] == language for t in texts[tag]]
        return found + (texts.get("", []) if language == self.languages[0] else [])

    def asked(self, texts: Texts) -> list[tuple[str, list[str]]]:
        """Texts by language, in order, of the languages asked for and of none."""
        return [(tag, texts[tag]) for tag in sorted(texts) if not tag or tag.split("-")[0] in self.languages]


def lint(ontology: Ontology, languages: tuple[str, ...] = ("en", "ru")) -> list[Finding]:
    """Everything found, worst first, then by place. The same ontology gives the same list."""
    subject = Subject(ontology, survey(ontology), languages)
    found = {finding for check in CHECKS for finding in check(subject)}
    return sorted(found, key=lambda f: (SEVERITIES.index(f.severity), f.place, f.check, f.problem))


def _labels(s: Subject) -> Iterator[Finding]:
    entities = s.own(CLASS, OBJECT, DATA, INDIVIDUAL)
    yield from _missing(s, entities, s.facts.labels, "label", "rdfs:label", "warning")
    for iri in s.own(CLASS, OBJECT, DATA, INDIVIDUAL, ANNOTATION, DATATYPE):
        for language, texts in s.asked(s.facts.labels.get(iri, {})):
            tag = f"@{language}" if language else "without a language"
            if len(set(texts)) > 1:
                shown = ", ".join(f"'{t}'" for t in sorted(set(texts)))
                cure = "Keep one and make the others skos:altLabel."
                yield Finding("several-labels", s.show(iri), f"has several labels {tag}: {shown}", cure, "note")
            for text in sorted(set(texts)):
                if IDENTIFIER.fullmatch(text) and (iri, v.LITHO + "properName") not in s.facts.said:
                    cure = "Write it as words, or mark it with litho:properName: it is what a reader will see."
                    problem = f"the label '{text}' {tag} is an identifier"
                    severity: Severity = "note" if NAME_LIKE.fullmatch(text) and not iri.endswith(text) else "warning"
                    yield Finding("label-identifier", s.show(iri), problem, cure, severity)
                if text != text.strip() or "  " in text:
                    cure = "Remove them."
                    yield Finding(
                        "label-spaces", s.show(iri), f"the label '{text}' {tag} has stray spaces", cure, "note"
                    )


_TURN = r"[a-zа-яё]{2}[A-ZА-ЯЁ][a-zа-яё]{2}"
IDENTIFIER = re.compile(rf"\S*{_TURN}\S*|\S+_\S*|[A-Za-z]+:?\d{{3,}}|[A-Z]{{2,}}[:_]\S+|https?:\S+|[a-z]+:[A-Za-z]\w+")
"""hasTopping, has_topping, data0006, GO:0008150, an IRI; not mRNA, pH, 3D or plain words."""
NAME_LIKE = re.compile(rf"[A-ZА-ЯЁ]((?!{_TURN})\w)*{_TURN}((?!{_TURN})\w)*")
"""GenBank: one turn in a capitalised word, which may be how it is called."""


def _missing(
    s: Subject, entities: list[Term], said: Mapping[Term, Texts], what: str, term: str, severity: Severity
) -> Iterator[Finding]:
    """One finding for each entity and language without a text; one for a language that is not used at all."""
    for language in s.languages:
        without = [iri for iri in entities if not s.texts(said.get(iri, {}), language)]
        if entities and len(without) == len(entities):
            problem = f"no entity has a {what} @{language} ({len(entities)} have none)"
            cure = f"Add {term} in this language, or leave it out of the project's languages."
            nowhere = not any(said.get(iri) for iri in entities)
            check = f"no-{what.replace(' ', '-')}s"
            yield Finding(check, _name(s), problem, cure, severity if nowhere and what == "label" else "note")
            continue
        for iri in without:
            cure = f"Add {term} in this language."
            yield Finding(
                f"{what.replace(' ', '-')}-missing", s.show(iri), f"has no {what} @{language}", cure, severity
            )


def _name(s: Subject) -> str:
    return f"<{s.ontology.iri}>" if s.ontology.iri else "the ontology"


def _duplicate_labels(s: Subject) -> Iterator[Finding]:
    for letters in ((CLASS,), (OBJECT, DATA), (INDIVIDUAL,)):
        holders: dict[tuple[str, str], set[Term]] = defaultdict(set)
        for iri in s.own(*letters):
            for language, texts in s.asked(s.facts.labels.get(iri, {})):
                for text in texts:
                    holders[language, " ".join(text.casefold().split())].add(iri)
        for (language, text), iris in sorted(holders.items()):
            if len(iris) > 1:
                first, *others = sorted(s.show(iri) for iri in iris)
                tag = f" @{language}" if language else ""
                problem = f"shares the label '{text}'{tag} with {', '.join(others)}"
                yield Finding("label-duplicate", first, problem, "Tell them apart by their labels.", "warning")


def _definitions(s: Subject) -> Iterator[Finding]:
    classes = s.own(CLASS)
    yield from _missing(s, classes, s.facts.definitions, "definition", "skos:definition or rdfs:comment", "note")
    for iri in s.own(CLASS, OBJECT, DATA, INDIVIDUAL):
        labels = {_folded(t) for texts in s.facts.labels.get(iri, {}).values() for t in texts}
        for language, texts in s.asked(s.facts.definitions.get(iri, {})):
            for text in sorted(set(texts)):
                if _folded(text) in labels:
                    problem = f"the definition @{language or 'none'} only repeats the label"
                    cure = "Say what sets it apart from its kind."
                    yield Finding("definition-is-label", s.show(iri), problem, cure, "warning")


def _folded(text: str) -> str:
    return re.sub(r"[\s.]+", " ", text.casefold()).strip()


def _verbs(s: Subject) -> Iterator[Finding]:
    spoken = [iri for iri in s.own(OBJECT) if not iri.startswith(v.LITHO)]  # the vocabulary's own links are not said
    yield from _missing(s, spoken, s.facts.verbs, "verb phrase", "litho:verbPhrase", "warning")


def _hierarchy(s: Subject) -> Iterator[Finding]:
    children = children_of(s.facts.parents)
    members = {c for types in s.facts.types.values() for c in types}
    for iri in (c for c in s.own(CLASS) if not c.startswith(v.LITHO)):  # upper classes wait for others' subclasses
        above = s.facts.parents.get(iri, set()) - {v.THING, iri}
        if not above and iri not in s.facts.described and not children.get(iri) and iri not in members:
            problem = "is a class that stands alone, with no parent, no subclass and no member"
            yield Finding("class-alone", s.show(iri), problem, "Put it under a class, or remove it.", "note")
    for parents, what in ((s.facts.parents, "subclass"), (s.facts.property_parents, "subproperty")):
        for cycle in cycles(parents):
            shown = ", ".join(s.show(iri) for iri in cycle)
            problem = f"is a {what} of itself" if len(cycle) == 1 else f"are {what} one of another in a circle: {shown}"
            cure = "Remove it." if len(cycle) == 1 else "Break the circle, or say that they are equivalent."
            yield Finding("cycle", s.show(cycle[0]) if len(cycle) == 1 else _name(s), problem, cure, "warning")
    for iri in s.own(INDIVIDUAL):
        if not s.facts.types.get(iri):
            yield Finding("no-class", s.show(iri), "is an individual of no named class", "Say what it is.", "note")


def cycles(parents: Mapping[Term, set[Term]]) -> list[list[Term]]:
    """The circles of a hierarchy (strongly connected components), each sorted, in order; without recursion."""
    number: dict[Term, int] = {}
    low: dict[Term, int] = {}
    stack: list[Term] = []
    on_stack: set[Term] = set()
    found: list[list[Term]] = []
    for root in sorted(parents):
        work = [] if root in number else [(root, iter(sorted(parents[root])))]
        while work:
            node, above = work[-1]
            if node not in number:
                number[node] = low[node] = len(number)
                stack.append(node)
                on_stack.add(node)
            for parent in above:
                if parent not in number:
                    work.append((parent, iter(sorted(parents.get(parent, ())))))
                    break
                if parent in on_stack:
                    low[node] = min(low[node], number[parent])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == number[node]:
                    circle = stack[stack.index(node) :]
                    del stack[stack.index(node) :]
                    on_stack.difference_update(circle)
                    if len(circle) > 1 or node in parents.get(node, ()):
                        found.append(sorted(circle))
    return sorted(found)


CONFUSED = {OBJECT: {DATA}, DATA: {OBJECT}, CLASS: {DATATYPE}, DATATYPE: {CLASS}}
"""What OWL 2 DL does not allow one name to be at once."""


def _declarations(s: Subject) -> Iterator[Finding]:
    perhaps = " (an import was not found)" if s.ontology.missing_imports else ""
    for iri in s.ontology.missing_imports:
        cure = "Put the file beside the ontology, or name it in catalog-v001.xml."
        yield Finding("import-missing", _name(s), f"the import <{iri}> was not found", cure, "warning")
    for iri in sorted(s.facts.used):
        for letter in sorted(s.facts.used[iri] - s.facts.declared.get(iri, set()) - {INDIVIDUAL}):
            if iri.startswith(BUILT_IN) or (letter == ANNOTATION and iri.startswith((*FOREIGN, v.LITHO))):
                continue
            severity: Severity = "note" if letter == ANNOTATION else "warning"
            problem = f"is used as {_a(KIND_NAMES[letter])} but not declared{perhaps}"
            cure = "Declare it, or correct the name."
            confused = s.facts.declared.get(iri, set()) & CONFUSED.get(letter, set())
            if confused:
                problem = f"is declared as {_a(KIND_NAMES[min(confused)])} and used as {_a(KIND_NAMES[letter])}"
                cure, severity = "Use it as what it is.", "error"
            yield Finding("undeclared", s.show(iri), problem, cure, severity)


def _a(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aio" else f"a {noun}"


def _deprecated(s: Subject) -> Iterator[Finding]:
    for iri, users in sorted(s.facts.users.items()):
        first, *others = sorted(s.show(u) if not u.endswith(")") else u for u in users)
        more = f" and {len(others)} more" if others else ""
        problem = f"is deprecated but still used by {first}{more}"
        yield Finding("deprecated-used", s.show(iri), problem, "Use what replaces it.", "warning")


def _disjoint(s: Subject) -> Iterator[Finding]:
    children = children_of(s.facts.parents)
    members: dict[Term, list[Term]] = defaultdict(list)
    for individual, types in sorted(s.facts.types.items()):
        for c in types:
            members[c].append(individual)
    for operands in s.facts.disjoint:
        seen: dict[Term, Term] = {}
        for operand in operands:
            queue = [operand]
            while queue:
                c = queue.pop()
                other = seen.get(c)
                if other == operand:
                    continue
                if other is not None:
                    yield _clash(s, c, other, operand, "it can have no member", "is below")
                    continue
                seen[c] = operand
                queue.extend(children.get(c, ()))
        homes: dict[Term, Term] = {}
        for c, operand in sorted(seen.items()):
            for individual in members.get(c, ()):
                other = homes.setdefault(individual, operand)
                if other != operand and not is_anonymous(individual):
                    yield _clash(s, individual, other, operand, "the ontology contradicts itself", "is a member of")


def _clash(s: Subject, iri: Term, left: Term, right: Term, so: str, how: str) -> Finding:
    first, second = sorted((s.show(left), s.show(right)))
    problem = f"{how} both {first} and {second}, which are disjoint: {so}"
    return Finding("disjoint", s.show(iri), problem, "Take it out of one of them, or remove the disjointness.", "error")


def _scenes(s: Subject) -> Iterator[Finding]:
    for iri, problem, cure in scene_problems(s.facts, (*BUILT_IN, v.SKOS)):
        yield Finding("scene", s.show(iri), problem, cure, "error")


CHECKS: tuple[Callable[[Subject], Iterator[Finding]], ...] = (
    _labels, _duplicate_labels, _definitions, _verbs, _hierarchy, _declarations, _deprecated, _disjoint, _scenes,
)  # fmt: skip
