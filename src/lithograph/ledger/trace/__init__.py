"""The story behind one thing: an example down to its axioms, or an axiom up to the adapters that learned it.

Reads columns and the dataset's shards, needs no view. Knows nothing about terminals. `kinds` says what can be traced,
`told` in which forms.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

from lithograph.ledger.ask import Ledger
from lithograph.ledger.errors import EmptyLedger
from lithograph.ledger.record import builds
from lithograph.ledger.story import Link, Story, as_markdown, as_tree
from lithograph.ledger.trace import told
from lithograph.ledger.trace.examples import random_example
from lithograph.ledger.trace.kinds import KINDS, story_of
from lithograph.ledger.trace.places import Place

__all__ = ["KINDS", "Link", "Story", "render", "tell", "trace"]


def trace(
    ledger: Ledger,
    what: str,
    *,
    datasets: Path,
    runs: Path,
    root: Path | None = None,
    language: str = "en",
    choose: Callable[[int], int] = random.randrange,
) -> Story:
    """The story of a thing by its urn, the start of its hash, its name, what it says; or of a `random` example.

    datasets, runs: the project's folders, for texts of examples; root: the project, or else what `datasets` lies in.
    Raises EmptyLedger; NothingCalled or SeveralCalled where the name is nobody's or several things'.
    """
    place = Place(ledger.path, datasets, runs, datasets.parent if root is None else root, language)
    if not builds(ledger.path):
        raise EmptyLedger(ledger.path, "build", "dataset")
    return story_of(place, random_example(place, choose) if what == "random" else what)


def render(story: Story, form: str = "tree", folder: Path = Path()) -> str:
    """The story as a `tree`, or as a page (`md`) that is to lie in `folder`."""
    return as_markdown(story, folder) if form == "md" else as_tree(story)


def tell(
    root: Path, what: str, *, form: str | None = None, out: Path | None = None, some: int = 5, language: str = "en"
) -> bytes:
    """The story of a thing in a project, as tree, md, svg or png; written to `out` where that is given.

    The suffix of `out` is the form where none is named. Links are relative to the file, or to the current folder.
    """
    chosen = told.form_of(out, form)
    place = Place(root / "ledger", root / "datasets", root / "runs", root, language)
    ledger = Ledger(place.ledger)
    story = trace(ledger, what, datasets=place.datasets, runs=place.runs, root=root, language=language)
    data = told.told(place, story, chosen, out.parent if out else Path(), some)
    if out:
        told.write_whole(out, data)
    return data
