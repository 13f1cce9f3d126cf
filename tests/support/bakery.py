"""A small ontology in which much follows and nothing excludes anything: kinds of what is baked."""

from __future__ import annotations

KINDS = ("bread", "cake", "tart", "roll", "bun", "pie", "scone", "wafer")
MADE = ("flour", "sugar", "butter", "yeast", "salt", "milk", "honey", "cream")


def ontology() -> str:
    """Kinds of what is baked, each below its own kind and with a part of its own; nothing excludes anything."""
    lines = ["@prefix : <http://e/#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .",
             "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . <http://e/> a owl:Ontology .",
             ':has a owl:ObjectProperty ; rdfs:label "has"@en .']  # fmt: skip
    for kind, made in zip(KINDS, MADE, strict=True):
        lines += [f':{kind} a owl:Class ; rdfs:label "{kind}"@en .', f':{made} a owl:Class ; rdfs:label "{made}"@en .',
                  f':{kind} rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :has ; '
                  f'owl:someValuesFrom :{made} ] .']  # fmt: skip
        for sort in ("small", "large"):
            lines += [f':{sort}{kind} a owl:Class ; rdfs:label "{sort} {kind}"@en ; rdfs:subClassOf :{kind} .',
                      f':{sort}{kind}ofthehouse a owl:Class ; rdfs:label "{sort} {kind} of the house"@en ; '
                      f'rdfs:subClassOf :{sort}{kind} .']  # fmt: skip
    return "\n".join(lines) + "\n"
