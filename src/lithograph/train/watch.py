"""Looks at the valid split while a run learns, and when to stop for it. Knows nothing about what is learned.

The looks stand in `valid.json` of the run's folder, so that a run that is gone on with decides as an undisturbed one.
Early stopping with patience (Prechelt 1998): after so many looks without a better loss, the run ends as if its steps
had been done.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .errors import RunBroken
from .learner import Learner
from .losses import mean_loss
from .record import write_json
from .tokens import Encoded

FILE = "valid.json"


@dataclass(frozen=True, slots=True)
class Watch:
    """What to look at, how often, and how many looks without a better loss end the run (0: none do)."""

    folder: Path
    examples: Sequence[Encoded]
    every: int
    patience: int

    def looks(self, upto: int) -> list[tuple[int, float]]:
        """Step and loss of each look up to a step, in order. Raises RunBroken."""
        file = self.folder / FILE
        if not file.is_file():
            return []
        try:
            rows = json.loads(file.read_text(encoding="utf-8"))
            return [(int(row["step"]), float(row["loss"])) for row in rows if row["step"] <= upto]
        except (ValueError, KeyError, TypeError) as error:
            raise RunBroken(file, "the looks at the valid split cannot be read") from error

    def ended(self, step: int) -> bool:
        """Whether what was seen up to this step ends the run here."""
        if not self.patience:
            return False
        losses = [loss for _, loss in self.looks(step)]
        best = losses.index(min(losses)) if losses else 0
        return len(losses) - 1 - best >= self.patience

    def look(self, learner: Learner, step: int) -> bool:
        """After a step: look where it is time to, and say whether the run ends here."""
        if not self.patience or not self.examples or step % self.every:
            return False
        learner.model.eval()
        loss = mean_loss(learner.model, self.examples, learner.device)
        learner.model.train()
        looks = [*self.looks(step - 1), (step, round(loss, 6))]
        write_json(self.folder / FILE, [{"step": at, "loss": value} for at, value in looks])
        return self.ended(step)
