"""CPU seconds to a held-out loss: TRL's SFTTrainer, a plain loop, and ours, on one dataset and one plan of showings.

Every way starts from the same model and the same seed, sees the same examples equally often under the same rate
(AdamW, 5 % rise, then the same, falling over the last three tenths), and computes in float32 on one thread without
gradient checkpointing. Held out are examples of the same facts in other words (splits valid and test). What is counted
is the process's CPU time from the first step on, without the evaluations.

    trl        trl.SFTTrainer, LoRA on all layers, packed to `--pack` tokens, loss on the completion alone
    plain      the loop a Trainer runs: padded batches with labels, all logits
    all        ours, LoRA on all layers
    top:K      ours, LoRA on the top K layers over kept states of the lower ones

    PYTHONPATH=/where/trl/is python benchmarks/train.py --dataset datasets/world --out docs/benchmarks

TRL is no dependency of the project: pip install --no-deps --target DIR trl==1.16.0. Each way runs in a process of its
own, `--together` of them at once. The figure is drawn from the JSON: --draw.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

from machine import arguments, machine, resident, write_down

WAYS = ("trl", "plain", "all", "top:15", "top:10")
COLOURS = {"trl": "#b3261e", "plain": "#8a6d00", "all": "#1f5fa8", "top:15": "#1b7f4b", "top:10": "#6b3fa0"}


class Clock:
    """CPU seconds of this process, evaluations left out, and the held-out losses at the steps looked at."""

    def __init__(self, look: set[int]) -> None:
        self.look, self.spent, self.curve = look, 0.0, []  # type: ignore[var-annotated]
        self._began = time.process_time()

    def after(self, step: int, evaluate: Any) -> None:
        """Note the loss after `step`, if it is one to look at; the clock stands meanwhile."""
        self.spent += time.process_time() - self._began if step else 0.0
        if step in self.look:
            self.curve.append({"step": step, "cpu_seconds": round(self.spent, 2), "loss": round(evaluate(), 4)})
            print(self.curve[-1], file=sys.stderr, flush=True)
        self._began = time.process_time()


def prepare(args: Any, layers: str) -> Any:
    """Options, plan, held-out examples, format and base."""
    from lithograph.train.batches import make_plan
    from lithograph.train.before_after import by_hash
    from lithograph.train.corpus import example_at, read_split
    from lithograph.train.materials import find, gather
    from lithograph.train.options import TrainOptions
    from lithograph.train.tokens import encode

    options = TrainOptions(steps=args.steps, exposures=args.exposures, layers=layers, seed=args.seed, lr=args.lr,
                           threads=1, device="cpu", sketches=not args.no_sketches)  # fmt: skip
    corpus, base = find(args.dataset, options)
    materials = gather(corpus, base, options)
    plan = make_plan(materials.facts, materials.reading, steps=args.steps, batch=options.batch,
                     exposures=args.exposures, seed=args.seed)  # fmt: skip
    chosen = {fact.instance for fact in plan.facts}
    held = {}
    for split in ("valid", "test"):
        table = read_split(corpus, split, options.languages)
        for row, instance in enumerate(table["instance"].to_pylist()):
            if instance in chosen:
                example = example_at(table, row)
                held[example.id] = example
    some = [held[name] for name in by_hash(held, args.seed)[: args.held_out]]
    return options, plan, encode(materials.format, some), base, materials.format


def ours(args: Any, way: str, clock: Clock) -> dict[str, Any]:
    """The project's own steps."""
    from lithograph.train.learner import learning_rate, make_learner, take_step
    from lithograph.train.losses import mean_loss
    from lithograph.train.model import load_model
    from lithograph.train.prefix import head_length

    options, plan, held, base, format = prepare(args, way)
    learner = make_learner(load_model(base), options, base.source, head=head_length(format))
    evaluate = lambda: mean_loss(learner.model, held, learner.device)  # noqa: E731
    clock.after(0, evaluate)
    for step, rows in enumerate(plan.steps, 1):
        take_step(learner, [plan.encoded[row] for row in rows], options, step, learning_rate(options, step, args.steps))
        clock.after(step, evaluate)
    return {"shortcuts": learner.shortcuts is not None, "held_out": len(held), "facts": len(plan.facts),
            "examples": len(plan.examples), "tokens": plan.tokens, "steps": args.steps}  # fmt: skip


def plain(args: Any, way: str, clock: Clock) -> dict[str, Any]:
    """Padded batches, labels, PEFT's own layers."""
    import torch

    from lithograph.train.learner import learning_rate
    from lithograph.train.lora import add_lora
    from lithograph.train.losses import collate, mean_loss
    from lithograph.train.model import load_model

    options, plan, held, base, _ = prepare(args, "all")
    model: Any = add_lora(load_model(base), options, base.source).train()
    optimizer = torch.optim.AdamW([w for w in model.parameters() if w.requires_grad], lr=options.lr, weight_decay=0.0)
    cpu = torch.device("cpu")
    evaluate = lambda: mean_loss(model, held, cpu)  # noqa: E731
    clock.after(0, evaluate)
    for step, rows in enumerate(plan.steps, 1):
        batch = [plan.encoded[row] for row in rows]
        ids, learned = collate(batch, cpu)
        there = torch.tensor([[place < len(row.ids) for place in range(ids.shape[1])] for row in batch])
        labels = torch.where(learned, ids, torch.tensor(-100))
        model(input_ids=ids, attention_mask=there.long(), labels=labels).loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), options.clip)
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(options, step, args.steps)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        clock.after(step, evaluate)
    return {"held_out": len(held), "tokens": plan.tokens, "steps": args.steps}


def trl(args: Any, way: str, clock: Clock) -> dict[str, Any]:
    """SFTTrainer with its slow defaults put right: float32, no checkpointing, our rate, packing, completion only."""
    from datasets import Dataset
    from transformers import TrainerCallback
    from trl import SFTConfig, SFTTrainer

    from lithograph.train.learner import FALL
    from lithograph.train.lora import lora_config
    from lithograph.train.losses import mean_loss
    from lithograph.train.model import load_model, load_tokenizer

    options, plan, held, base, _ = prepare(args, "all")
    model = load_model(base)
    rows = []
    for step in plan.steps:
        for row in step:
            one = plan.encoded[row]
            rows.append({"input_ids": list(one.ids), "completion_mask": [int(flag) for flag in one.learned]})
    config = SFTConfig(output_dir=tempfile.mkdtemp(), packing=True, max_length=args.pack, completion_only_loss=True,
                       per_device_train_batch_size=1, num_train_epochs=1, learning_rate=options.lr, bf16=False,
                       gradient_checkpointing=False, lr_scheduler_type="warmup_stable_decay",
                       lr_scheduler_kwargs={"num_decay_steps": round(FALL * args.steps), "decay_type": "linear"},
                       warmup_steps=max(1, round(options.warmup * args.steps)),
                       weight_decay=0.0, max_grad_norm=options.clip, seed=args.seed, use_cpu=True, report_to=[],
                       save_strategy="no", logging_strategy="no", disable_tqdm=True)  # fmt: skip

    class Look(TrainerCallback):
        def on_step_end(self, _args: Any, state: Any, control: Any, **_: Any) -> None:
            clock.after(state.global_step, evaluate)

    trainer = SFTTrainer(model=model, args=config, train_dataset=Dataset.from_list(rows),
                         processing_class=load_tokenizer(base), peft_config=lora_config(model, options),
                         callbacks=[Look()])  # fmt: skip

    def evaluate() -> float:
        trainer.model.eval()
        found = mean_loss(trainer.model, held, trainer.model.device)
        trainer.model.train()
        return found

    clock.after(0, evaluate)
    trainer.train()
    return {"held_out": len(held), "tokens": plan.tokens, "steps": trainer.state.global_step,
            "dtype": str(next(trainer.model.parameters()).dtype)}  # fmt: skip


def run_one(args: Any) -> None:
    """One way in this process; its figures as JSON on the standard output."""
    import torch

    torch.set_num_threads(1)
    clock = Clock({int(step) for step in args.look.split(",")} | {args.steps})
    told = {"trl": trl, "plain": plain}.get(args.one, ours)(args, args.one, clock)
    spent = round(clock.spent, 1)
    print(json.dumps({**told, "cpu_seconds": spent, "tokens_per_cpu_second": round(told["tokens"] / spent, 1),
                      "peak_mb": resident(), "curve": clock.curve}))  # fmt: skip


def seconds_to(curve: list[dict[str, Any]], loss: float) -> float | None:
    """CPU seconds until the curve first stands at this loss or below, between two looks by a straight line."""
    for before, after in pairwise(curve):
        if after["loss"] <= loss < before["loss"]:
            share = (before["loss"] - loss) / (before["loss"] - after["loss"])
            return round(before["cpu_seconds"] + share * (after["cpu_seconds"] - before["cpu_seconds"]), 1)
    return None


def draw(figures: dict[str, Any], file: Path) -> None:
    """The curves as SVG: CPU seconds to the right, held-out loss up."""
    curves = {way: found["curve"] for way, found in figures["ways"].items()}
    most = max(point["cpu_seconds"] for curve in curves.values() for point in curve)
    top = max(point["loss"] for curve in curves.values() for point in curve)
    x = lambda seconds: 60 + 560 * seconds / most  # noqa: E731
    y = lambda loss: 320 - 290 * loss / top  # noqa: E731
    parts = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 370" font-family="sans-serif" font-size="12">',
             '<rect width="720" height="370" fill="white"/>',
             '<path d="M60 20V320H630" fill="none" stroke="#444"/>',
             '<text x="345" y="360" text-anchor="middle">CPU seconds</text>',
             '<text x="16" y="175" text-anchor="middle" transform="rotate(-90 16 175)">held-out loss, nats/token</text>'
             ]  # fmt: skip
    parts += [
        f'<text x="{x(most * k / 5):.0f}" y="337" text-anchor="middle">{most * k / 5:.0f}</text>' for k in range(6)
    ]
    parts += [f'<text x="54" y="{y(top * k / 4) + 4:.0f}" text-anchor="end">{top * k / 4:.1f}</text>' for k in range(5)]
    for row, (way, curve) in enumerate(curves.items()):
        line = " ".join(f"{x(point['cpu_seconds']):.1f},{y(point['loss']):.1f}" for point in curve)
        colour = COLOURS.get(way, "#444")
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [
            f'<circle cx="{x(p["cpu_seconds"]):.1f}" cy="{y(p["loss"]):.1f}" r="3" fill="{colour}"/>' for p in curve
        ]
        parts.append(f'<text x="640" y="{40 + 18 * row}" fill="{colour}">{way}</text>')
    file.write_text("\n".join([*parts, "</svg>", ""]), encoding="utf-8")


def main() -> None:
    """All ways, or one of them, or the figure."""
    parser = arguments(__doc__)
    parser.add_argument("--dataset", type=Path, default=Path("datasets/world"))
    parser.add_argument("--ways", default=",".join(WAYS))
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--exposures", type=int, default=10)
    parser.add_argument("--held-out", type=int, default=24)
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--pack", type=int, default=512)
    parser.add_argument("--look", default="0,5,10,15,20,30", help="steps after which the held-out loss is taken")
    parser.add_argument("--together", type=int, default=1, help="ways that run at the same time")
    parser.add_argument("--no-sketches", action="store_true")
    parser.add_argument("--one", help="run this way here and print its figures")
    parser.add_argument("--draw", action="store_true", help="draw the curves of the figures that are in --out")
    args = parser.parse_args()
    if args.one:
        run_one(args)
        return
    if args.draw:
        draw(json.loads((args.out / "train.json").read_text(encoding="utf-8")), args.out / "train.svg")
        return
    here = machine()
    waiting, running, found = args.ways.split(","), {}, {}
    while waiting or running:
        while waiting and len(running) < args.together:
            way = waiting.pop(0)
            command = [sys.executable, __file__, *sys.argv[1:], "--one", way]
            running[way] = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        way, process = next(iter(running.items()))
        told = process.communicate()[0]
        del running[way]
        if process.returncode:
            print(f"{way} ended with {process.returncode}", file=sys.stderr)
        else:
            found[way] = json.loads(told.splitlines()[-1])
    goal = found["trl"]["curve"][-1]["loss"] if "trl" in found else None
    for one in found.values():
        one["cpu_seconds_to_the_loss_of_trl"] = None if goal is None else seconds_to(one["curve"], goal)
    write_down({"machine": here, "steps": args.steps, "exposures": args.exposures, "lr": args.lr, "goal": goal,
                "ways": found}, args.out, "train", args.date)  # fmt: skip
    if args.out is not None:
        draw(json.loads((args.out / "train.json").read_text(encoding="utf-8")), args.out / "train.svg")


if __name__ == "__main__":
    main()
