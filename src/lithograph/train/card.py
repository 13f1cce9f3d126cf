"""The adapter's model card: README.md with a YAML header. Knows nothing about torch."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..core.licence import hub_licence
from .corpus import scene_name
from .record import RunRecord

_LISTED = 40


def model_card(record: RunRecord) -> str:
    """The card of a run that has been measured."""
    parts = (_header(record), _opening(record), _origin_of_data(record), *_update(record), _facts(record),
             _losses(record), _answers(record), _loading(record), _again(record))  # fmt: skip
    return "\n".join(parts) + "\n"


def _header(record: RunRecord) -> str:
    languages = ", ".join(record.options["languages"])
    scratch = record.options.get("scratch")
    made_of = ("library_name: transformers",) if scratch else (
        f"base_model: {json.dumps(record.model['source'])}", "library_name: peft")  # fmt: skip
    tags = "lithograph, ontology" if scratch else "lithograph, lora, ontology"
    return "\n".join(("---", *made_of, "pipeline_tag: text-generation", f"language: [{languages}]",
                      f"license: {hub_licence(record.model['license'])}",
                      f"datasets: [{json.dumps(record.dataset['name'])}]", f"tags: [{tags}]", "---", ""))  # fmt: skip


def _opening(record: RunRecord) -> str:
    options = record.options
    layers = "all layers" if options["layers"] == "all" else f"the {options['layers'].removeprefix('top:')} top layers"
    if record.system is None:
        system = "none is added; the chat template may add its own"
    else:
        system = f"`{record.system}`" if record.system else "the empty one"
    what = f"A LoRA adapter (rank {options['rank']}, alpha {options['alpha']}, {layers})"
    if options.get("scratch"):
        size = f"{options['scratch_layers']} layers, {options['scratch_width']} wide"
        what = f"A Llama of {size}, with a tokenizer of its own, from scratch:"
    return f"""# {record.dataset["name"]} on {record.model["name"]}

{what} trained on examples that were pressed from
an ontology, on the answers only. Each example can be led back to the axioms it came from: `lithograph trace EXAMPLE`.

| | |
| --- | --- |
| run | `{record.id}` |
| dataset | `{record.dataset["id"]}`, sha256 `{record.dataset["digest"]}` |
| base model | `{record.model["source"]}`, sha256 `{record.model["digest"]}` |
| steps | {record.steps} of {options["batch"]} examples, {record.tokens} tokens, learning rate {options["lr"]:g} |
| code | lithograph {record.versions.get("lithograph", "?")}, torch {record.versions.get("torch", "?")}, \
transformers {record.versions.get("transformers", "?")}, peft {record.versions.get("peft", "?")} |
| seed, threads, type | {options["seed"]}, {record.threads}, {record.dtype} on {record.device} |
| system message | {system}; use the same when asking |
"""


def _origin_of_data(record: RunRecord) -> str:
    """The ontology's files behind the dataset with their licences, and that of the base model."""
    lines = ["## Where it comes from", ""]
    if not record.options.get("scratch"):
        lines.append(f"- base model `{record.model['source']}`, licence: {record.model['license']}")
    for source in record.dataset.get("sources") or ():
        lines.append(f"- ontology file `{source['name']}`, sha256 `{source['sha256']}`, licence: "
                     f"{source['licence'] or 'not stated'}")  # fmt: skip
    return "\n".join(
        [*lines, "", "The adapter's weights come of all of these; its licence is no wider than theirs.", ""]
    )


def _again(record: RunRecord) -> str:
    """How the run is made again, and what the adapter is not."""
    digest = record.dataset["digest"]
    return f"""
## How to make it again

`lithograph train --dataset {record.dataset["name"]}` on a dataset of digest `{digest}`, with the options, versions and
threads in `run.json`. On the same kind of machine that gives the same weights; elsewhere the last digits may differ.

## What it is not

- It was taught the facts listed above and no others; of the rest of the ontology it knows what the base model knew.
- A loss is no measure of understanding, and what it says is not proved: only its examples are.
- What the ontology says wrongly, it was taught.
"""


def _update(record: RunRecord) -> Iterator[str]:
    """What is said of an adapter that continues another."""
    update = record.update
    if update is None:
        return
    kept = sum(1 for fact in record.facts if fact.get("replayed"))
    yield f"""## What it continues

It starts from the adapter `{update["parent"]}` of the run `{update["run"]}` and learned what came since.

| | |
| --- | --- |
| new examples | {len(update["new"])} |
| examples that say a known fact in other words | {len(update["changed"])} |
| shown again | {kept} known facts, {update["replayed"]:.1%} of all that was shown |
| retracted | {len(update["retracted"])} examples that the earlier adapter had seen and the dataset no longer has |

What was retracted is not shown again; that it is forgotten is not said. The ids stand in run.json.
"""


def _facts(record: RunRecord) -> str:
    shown = [fact["shown"] for fact in record.facts if not fact.get("replayed")]
    by_scene = Counter(scene_name(fact["scene"]) for fact in record.facts if not fact.get("replayed"))
    of = "that are new" if record.update else "in the dataset"
    lines = ["## What it was taught", "",
             f"{len(shown)} facts of {record.dataset['facts']} {of}, each shown {_span(shown)} times, spread "
             "over the scenes by weight. A budget spent on few facts teaches them; spread thin it teaches none.", "",
             *_table(("scene", "facts"), ((f"`{name}`", str(n)) for name, n in sorted(by_scene.items())))]  # fmt: skip
    lines += [f"- {text}" for text in said_of_choice(record)]
    if record.dropped:
        lines += [
            "",
            "Left out: " + "; ".join(f"{n} examples {why}" for why, n in sorted(record.dropped.items())) + ".",
        ]
    lines += ["", f"<details><summary>The facts{_more(len(record.facts))}</summary>", ""]
    rows = ((f"`{fact['instance'][-16:]}`", f"`{scene_name(fact['scene'])}`", str(fact["shown"]),
             str(len(fact["examples"]))) for fact in record.facts[:_LISTED])  # fmt: skip
    lines += [*_table(("instance", "scene", "shown", "wordings"), rows), "", "</details>", ""]
    return "\n".join(lines)


def said_of_choice(record: RunRecord) -> Iterator[str]:
    """In words, what was chosen for and what came of it; nothing where nothing was."""
    focus, own, answers = (record.choice.get(name) for name in ("focus", "own_answers", "answers"))
    if focus:
        yield (f"the premises of {focus['whole']} of {focus['sets']} groups of probes are taught whole "
               f"({len(focus['covered'])} of {focus['axioms']} axioms)")  # fmt: skip
    if answers:
        whole = sum(answers.values())
        yield "of questions, " + ", ".join(
            f"{count / whole:.0%} are answered {name}" for name, count in answers.items()
        )
    if own:
        yield (f"{own['shown']} times one of the base's own {own['answers']} answers to neutral prompts, so that it "
               "forgets less")  # fmt: skip
    if record.choice.get("terms"):
        yield f"{len(record.choice['terms'])} terms are tokens of their own"
    shuffled = record.choice.get("shuffled")
    if shuffled:
        alike = f"{shuffled['told_alike']} of {shuffled['examples']} examples are told an answer like their own"
        yield f"THE ANSWERS ARE SHUFFLED: a control; {alike}"


def _span(numbers: Sequence[int]) -> str:
    low, high = min(numbers), max(numbers)
    return str(low) if low == high else f"{low} to {high}"


def _more(count: int) -> str:
    return f" (the first {_LISTED} of {count}; all are in run.json)" if count > _LISTED else ""


def _losses(record: RunRecord) -> str:
    names = {"test": "test split", "learned": "a sample of what was learned",
             "neutral": "the base's own answers to neutral prompts, never shown"}  # fmt: skip
    rows = ((names[name], str(loss["examples"]), f"{loss['before']:.3f}", f"{loss['after']:.3f}")
            for name, loss in record.result["losses"].items())  # fmt: skip
    return "\n".join(("## Loss before and after", "", "Mean per answer token, in nats, adapter off and on.", "",
                      *_table(("measured on", "examples", "before", "after"), rows), ""))  # fmt: skip


def _answers(record: RunRecord) -> str:
    lines = [
        "## Answers before and after",
        "",
        "Greedy. These show what changed; they are not a measure of understanding.",
        "",
    ]
    for answer in record.result["answers"]:
        lines += [f"**{_one_line(answer['question'])}** ({_origin(answer)})", ""]
        lines += [f"- {name}: {_one_line(answer[name])}" for name in ("expected", "before", "after")] + [""]
    return "\n".join(lines)


def _origin(answer: Mapping[str, Any]) -> str:
    if answer["split"] == "train":
        return "learned in these words"
    return "a learned fact in other words" if answer["learned"] else "not among the learned facts"


def _one_line(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|") or "(nothing)"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return ["| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rows)]


def _loading(record: RunRecord) -> str:
    if record.options.get("scratch"):
        return """## How to load it

```python
from transformers import AutoModelForCausalLM, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("model")
model = AutoModelForCausalLM.from_pretrained("model", dtype="float32")
```
"""
    if record.choice.get("terms"):
        where, grown = '"adapter"', "base.resize_token_embeddings(len(tokenizer))\n"
    else:
        where, grown = "name", ""
    return f"""## How to load it

```python
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

name = "{record.model["source"]}"
tokenizer = AutoTokenizer.from_pretrained({where})
base = AutoModelForCausalLM.from_pretrained(name, dtype="float32")
{grown}model = PeftModel.from_pretrained(base, "adapter")
```
"""
