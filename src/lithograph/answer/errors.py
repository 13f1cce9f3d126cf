"""What can be refused before a question is answered. Knows nothing about torch."""

from __future__ import annotations

from lithograph.core.errors import LithographError


class NoQuestion(LithographError):
    """Nothing to answer."""

    def __init__(self) -> None:
        super().__init__("question", "nothing is asked", cure='Write one, such as: lithograph ask "What is a wheel?".')


class QuestionTooLong(LithographError):
    """A question that the model cannot read and still answer."""

    def __init__(self, tokens: int, room: int) -> None:
        super().__init__("question", f"it is {tokens} tokens long with what stands before it", facts=f"room: {room}",
                         cure="Ask a shorter one.")  # fmt: skip
