"""A seeded graph shaped like LUBM's univ-bench, with labels as long as EDAM's, as N-Triples.

    python benchmarks/univ_bench.py --triples 1000000 --seed 1 --out univ-bench.nt

Departments are made one by one after the profile of LUBM's generator (Guo, Pan & Heflin, LUBM: A Benchmark for OWL
Knowledge Base Systems, 2005) until there are enough triples; the file is cut at exactly the number asked for. Every
individual has a `name` as in LUBM and a label beside it. The same arguments give the same bytes.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import numpy as np

UB = "http://www.lehigh.edu/~zhp2/2004/0401/univ-bench.owl#"
RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"

LABEL_LENGTHS = (
    0, 0, 9, 115, 73, 53, 63, 81, 73, 91, 106, 90, 108, 110, 113, 124, 122, 135, 138, 159, 111, 126, 115, 111, 107,
    106, 106, 117, 94, 92, 82, 62, 64, 55, 59, 41, 34, 26, 38, 21, 16, 23, 14, 12, 13, 15, 14, 10, 12, 7, 8, 4, 4, 3,
    1, 3, 0, 2, 2, 1, 0, 3, 1, 3, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1,
)  # fmt: skip
"""How many of the 3,506 `rdfs:label`s of EDAM 1.25 are 0, 1, 2 … characters long."""

CLASSES = {
    "Person": "", "Organization": "", "Publication": "", "Work": "", "Employee": "Person", "Faculty": "Employee",
    "Professor": "Faculty", "FullProfessor": "Professor", "AssociateProfessor": "Professor",
    "AssistantProfessor": "Professor", "Lecturer": "Faculty", "Student": "Person", "UndergraduateStudent": "Student",
    "GraduateStudent": "Student", "TeachingAssistant": "GraduateStudent", "ResearchAssistant": "GraduateStudent",
    "University": "Organization", "Department": "Organization", "ResearchGroup": "Organization", "Course": "Work",
    "GraduateCourse": "Course",
}  # fmt: skip
OBJECT_PROPERTIES = {
    "memberOf": ("member of", "Person", "Organization"), "worksFor": ("works for", "Employee", "Organization"),
    "headOf": ("heads", "Professor", "Department"), "advisor": ("is advised by", "Student", "Professor"),
    "takesCourse": ("takes", "Student", "Course"), "teacherOf": ("teaches", "Faculty", "Course"),
    "teachingAssistantOf": ("assists in", "TeachingAssistant", "Course"),
    "publicationAuthor": ("was written by", "Publication", "Person"),
    "subOrganizationOf": ("is a part of", "Organization", "Organization"),
    "degreeFrom": ("has a degree from", "Person", "University"),
    "undergraduateDegreeFrom": ("has an undergraduate degree from", "Person", "University"),
    "mastersDegreeFrom": ("has a masters degree from", "Person", "University"),
    "doctoralDegreeFrom": ("has a doctoral degree from", "Person", "University"),
}  # fmt: skip
BELOW = {"worksFor": "memberOf", "headOf": "worksFor", "undergraduateDegreeFrom": "degreeFrom",
         "mastersDegreeFrom": "degreeFrom", "doctoralDegreeFrom": "degreeFrom"}  # fmt: skip
DATA_PROPERTIES = {"name": "name", "emailAddress": "has the address", "telephone": "has the telephone number",
                   "researchInterest": "is interested in"}  # fmt: skip
NEEDS = (("GraduateStudent", "takesCourse", "GraduateCourse"), ("Faculty", "teacherOf", "Course"))
"""Class, property, class: the restrictions of the schema, which give the graph its blank nodes."""

FACULTY = (("FullProfessor", 7, 10, 15, 20), ("AssociateProfessor", 10, 14, 10, 18),
           ("AssistantProfessor", 8, 11, 5, 10), ("Lecturer", 5, 7, 0, 5))  # fmt: skip
"""Rank, how many of it in a department (least, most), publications of each (least, most)."""

UNIVERSITIES = 1000  # that degrees come from
CONSONANTS, VOWELS = "bcdfghjklmnprstvwz", "aeiou"


@dataclass(slots=True)
class Words:
    """Labels of pronounceable words, drawn in advance; about 3 words and 20 characters each."""

    random: np.random.Generator
    ready: list[str] = field(default_factory=list)

    def label(self) -> str:
        """The next label."""
        if not self.ready:
            self.ready = self._drawn(4096)
        return self.ready.pop()

    def _drawn(self, count: int) -> list[str]:
        share = np.array(LABEL_LENGTHS) / sum(LABEL_LENGTHS)
        lengths = self.random.choice(len(share), count, p=share)
        consonants = self.random.integers(0, len(CONSONANTS), (count, len(share)))
        vowels = self.random.integers(0, len(VOWELS), (count, len(share)))
        sizes = self.random.integers(3, 11, (count, len(share)))
        rows = zip(lengths.tolist(), consonants.tolist(), vowels.tolist(), sizes.tolist(), strict=True)
        return [_label(*row) for row in rows]


def _label(length: int, consonants: list[int], vowels: list[int], sizes: list[int]) -> str:
    """Exactly `length` characters: words of 3 to 10 letters, consonant and vowel in turn, the first one large."""
    letters, place = [], 0
    for size in sizes:
        left = length - len(letters)
        if left <= 0:
            break
        size = left if left - size < 3 else size  # no last word of one or two letters
        for i in range(size):
            letters.append(VOWELS[vowels[place]] if i % 2 else CONSONANTS[consonants[place]])
            place += 1
        if len(letters) < length:
            letters.append(" ")
    return "".join(letters).capitalize()


def schema() -> Iterator[str]:
    """The triples of the schema."""
    for name, above in CLASSES.items():
        yield f"<{UB}{name}> {RDF_TYPE} <{OWL}Class> ."
        yield f'<{UB}{name}> <{RDFS}label> "{_spaced(name)}"@en .'
        if above:
            yield f"<{UB}{name}> <{RDFS}subClassOf> <{UB}{above}> ."
    for name, (label, domain, of) in OBJECT_PROPERTIES.items():
        yield f"<{UB}{name}> {RDF_TYPE} <{OWL}ObjectProperty> ."
        yield f'<{UB}{name}> <{RDFS}label> "{label}"@en .'
        yield f"<{UB}{name}> <{RDFS}domain> <{UB}{domain}> ."
        yield f"<{UB}{name}> <{RDFS}range> <{UB}{of}> ."
    for name, above in BELOW.items():
        yield f"<{UB}{name}> <{RDFS}subPropertyOf> <{UB}{above}> ."
    for name, label in DATA_PROPERTIES.items():
        yield f"<{UB}{name}> {RDF_TYPE} <{OWL}DatatypeProperty> ."
        yield f'<{UB}{name}> <{RDFS}label> "{label}"@en .'
    yield f"<{UB}subOrganizationOf> {RDF_TYPE} <{OWL}TransitiveProperty> ."
    for number, (name, relation, filler) in enumerate(NEEDS):
        yield f"<{UB}{name}> <{RDFS}subClassOf> _:r{number} ."
        yield f"_:r{number} {RDF_TYPE} <{OWL}Restriction> ."
        yield f"_:r{number} <{OWL}onProperty> <{UB}{relation}> ."
        yield f"_:r{number} <{OWL}someValuesFrom> <{UB}{filler}> ."


def _spaced(name: str) -> str:
    return "".join(f" {c.lower()}" if c.isupper() else c for c in name).strip()


@dataclass(slots=True)
class Department:
    """One department of LUBM's profile: writes its triples into `lines`."""

    iri: str
    host: str
    random: np.random.Generator
    words: Words
    lines: list[str] = field(default_factory=list)

    def fact(self, subject: str, relation: str, target: str) -> None:
        """An object property assertion."""
        self.lines.append(f"<{subject}> <{UB}{relation}> <{target}> .")

    def text(self, subject: str, relation: str, value: str) -> None:
        """A data property assertion."""
        self.lines.append(f'<{subject}> <{UB}{relation}> "{value}" .')

    def thing(self, kind: str, number: int, under: str = "") -> str:
        """An individual of a class: its type, its name, its label; its IRI lies under the department's or another."""
        iri = f"{under or self.iri}/{kind}{number}"
        self.lines.append(f"<{iri}> {RDF_TYPE} <{UB}{kind}> .")
        self.text(iri, "name", f"{kind}{number}")
        self.lines.append(f'<{iri}> <{RDFS}label> "{self.words.label()}"@en .')
        return iri

    def between(self, least: int, most: int) -> int:
        """A number, both ends included."""
        return int(self.random.integers(least, most + 1))

    def degree(self, person: str, relation: str) -> None:
        """A degree from some university."""
        self.fact(person, relation, f"http://www.University{self.between(0, UNIVERSITIES - 1)}.edu")

    def reach(self, person: str) -> None:
        """Address and telephone."""
        self.text(person, "emailAddress", f"{person.rsplit('/', 1)[1]}@{self.host}")
        self.text(person, "telephone", "xxx-xxx-xxxx")


def department(university: int, number: int, random: np.random.Generator, words: Words) -> list[str]:
    """All triples of one department: about nine thousand."""
    host = f"Department{number}.University{university}.edu"
    d = Department(f"http://www.{host}", host, random, words)
    d.lines.append(f"<{d.iri}> {RDF_TYPE} <{UB}Department> .")
    d.text(d.iri, "name", f"Department{number}")
    d.lines.append(f'<{d.iri}> <{RDFS}label> "{words.label()}"@en .')
    d.fact(d.iri, "subOrganizationOf", f"http://www.University{university}.edu")
    courses: list[str] = []
    graduate: list[str] = []
    papers: list[str] = []
    teachers = _teach(d, courses, graduate, papers)
    students = [d.thing("UndergraduateStudent", i) for i in range(len(teachers) * d.between(8, 14))]
    for i, student in enumerate(students):
        d.fact(student, "memberOf", d.iri)
        d.reach(student)
        _take(d, student, courses, 2, 4)
        if i % 5 == 0:
            d.fact(student, "advisor", teachers[d.between(0, len(teachers) - 1)])
    _graduates(d, teachers, courses, graduate, papers)
    for group in range(d.between(10, 20)):
        d.fact(d.thing("ResearchGroup", group), "subOrganizationOf", d.iri)
    return d.lines


def _teach(d: Department, courses: list[str], graduate: list[str], papers: list[str]) -> list[str]:
    """The faculty with what it teaches and has written."""
    teachers: list[str] = []
    for kind, least, most, few, many in FACULTY:
        for number in range(d.between(least, most)):
            person = d.thing(kind, number)
            teachers.append(person)
            for taught, name in ((courses, "Course"), (graduate, "GraduateCourse")):
                for _ in range(d.between(1, 2)):
                    taught.append(d.thing(name, len(taught)))
                    d.fact(person, "teacherOf", taught[-1])
            for degree in ("undergraduateDegreeFrom", "mastersDegreeFrom", "doctoralDegreeFrom"):
                d.degree(person, degree)
            d.fact(person, "worksFor", d.iri)
            d.reach(person)
            d.text(person, "researchInterest", f"Research{d.between(0, 29)}")
            for paper in range(d.between(few, many)):
                papers.append(d.thing("Publication", paper, under=person))
                d.fact(papers[-1], "publicationAuthor", person)
    d.fact(teachers[0], "headOf", d.iri)
    return teachers


def _graduates(d: Department, teachers: list[str], courses: list[str], graduate: list[str], papers: list[str]) -> None:
    for number in range(len(teachers) * d.between(3, 4)):
        student = d.thing("GraduateStudent", number)
        d.fact(student, "memberOf", d.iri)
        d.reach(student)
        d.degree(student, "undergraduateDegreeFrom")
        d.fact(student, "advisor", teachers[d.between(0, len(teachers) - 1)])
        _take(d, student, graduate, 1, 3)
        for _ in range(d.between(0, 5)):
            d.fact(papers[d.between(0, len(papers) - 1)], "publicationAuthor", student)
        if number % 5 == 0:
            d.lines.append(f"<{student}> {RDF_TYPE} <{UB}TeachingAssistant> .")
            d.fact(student, "teachingAssistantOf", courses[d.between(0, len(courses) - 1)])
        elif number % 5 == 1:
            d.lines.append(f"<{student}> {RDF_TYPE} <{UB}ResearchAssistant> .")


def _take(d: Department, student: str, courses: list[str], least: int, most: int) -> None:
    start, count = d.between(0, len(courses) - 1), d.between(least, most)
    for i in range(min(count, len(courses))):
        d.fact(student, "takesCourse", courses[(start + 7 * i) % len(courses)])


def triples(seed: int) -> Iterator[str]:
    """Lines of N-Triples without end: the schema, the universities that degrees come from, department by department.

    Distinct but for what a student may have written twice.
    """
    random = np.random.default_rng(seed)
    words = Words(random)
    yield f"<{UB.rstrip('#')}> {RDF_TYPE} <{OWL}Ontology> ."
    yield from schema()
    for number in range(UNIVERSITIES):
        iri = f"http://www.University{number}.edu"
        yield f"<{iri}> {RDF_TYPE} <{UB}University> ."
        yield f'<{iri}> <{UB}name> "University{number}" .'
        yield f'<{iri}> <{RDFS}label> "{words.label()}"@en .'
    university = 0
    while True:
        for number in range(int(random.integers(15, 26))):
            yield from department(university, number, random, words)
        university += 1


def distinct(lines: Iterator[str]) -> Iterator[str]:
    """Each line once."""
    seen: set[str] = set()
    for line in lines:
        if line not in seen:
            seen.add(line)
            yield line


def write(path: Path, count: int, seed: int) -> None:
    """The first `count` distinct triples as a file."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in islice(distinct(triples(seed)), count))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--triples", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    write(options.out, options.triples, options.seed)


if __name__ == "__main__":
    main()
