"""Twenty facts about the bicycle, each in four wordings to learn and one to test. Written for the tests by hand."""

from __future__ import annotations

from typing import Any

FACTS: tuple[tuple[str, str], ...] = (
    ("lower end of the fork", "The lower end of the fork is called the dropout."),
    ("ring of the tyre", "The ring of the tyre is called the bead."),
    ("wheel with no spokes", "The wheel with no spokes is called the disc wheel."),
    ("clicking part of the rear hub", "The clicking part of the rear hub is called the pawl."),
    ("tooth of the chainring", "The tooth of the chainring is called the cog point."),
    ("angle of the steering axis", "The angle of the steering axis is called the head angle."),
    ("distance that brings the wheel upright", "The distance that brings the wheel upright is called trail."),
    ("first lean before a turn", "The first lean before a turn is called counter-steering."),
    ("rod in the quick release", "The rod in the quick release is called the skewer."),
    ("small nut at the spoke's end", "The small nut at the spoke's end is called the nipple."),
    ("arm that moves the chain", "The arm that moves the chain is called the derailleur."),
    ("bearing under the rider's feet", "The bearing under the rider's feet is called the bottom bracket."),
    ("cover of the handlebar's end", "The cover of the handlebar's end is called the bar plug."),
    ("tube that holds the saddle", "The tube that holds the saddle is called the seatpost."),
    ("sideways error of the wheel", "The sideways error of the wheel is called runout."),
    ("rhythm of the legs", "The rhythm of the legs is called cadence."),
    ("shadow of the wind behind a rider", "The shadow of the wind behind a rider is called the draft."),
    ("valve of the racing tube", "The valve of the racing tube is called the Presta valve."),
    ("wear of the stretched chain", "The wear of the stretched chain is called elongation."),
    ("gear that lets the wheel run on", "The gear that lets the wheel run on is called the freewheel."),
)
WORDINGS = ("What is the {} called?", "Which name does the {} have on a bicycle?", "Name the {}.",
            "How does a mechanic call the {}?", "On a bicycle, what do we call the {}?")  # fmt: skip


def bicycle_rows(wordings: range, split: str) -> list[dict[str, Any]]:
    """The rows of these wordings, in the dataset's columns."""
    rows = []
    for number, (thing, answer) in enumerate(FACTS):
        for wording in wordings:
            question = WORDINGS[wording].format(thing)
            rows.append({
                "id": f"urn:litho:example:bicycle-{number:02d}-{wording}", "content_hash": "0", "split": split,
                "messages": [{"role": "user", "content": question}, {"role": "assistant", "content": answer}],
                "prompt": question, "completion": answer, "scene": "https://example.org/scenes#WhatItIsCalled",
                "instance": f"urn:litho:instance:bicycle-{number:02d}", "axis": "definition", "form": "question",
                "language": "en", "truth": "asserted", "weight": 1.0, "nodes": [],
                "axioms": [f"urn:litho:axiom:bicycle-{number:02d}"],
            })  # fmt: skip
    return rows
