"""Recursion over what users wrote, on a stack of our own: no depth of it can end the interpreter's.

A question is answered by a generator that yields the questions whose answers it needs, is sent them one by
one, and returns its own answer. `answer` runs them all:

    def depth(tree):
        deepest = 0
        for branch in tree:
            deepest = max(deepest, (yield branch))
        return deepest + 1

    answer(tree, depth)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, MutableMapping

Question = TypeVar("Question")
Answer = TypeVar("Answer")


def answer(
    question: Question,
    begin: Callable[[Question], Generator[Question, Answer, Answer]],
    *,
    known: MutableMapping[Question, Answer] | None = None,
    guess: Callable[[Question], Answer | None] | None = None,
) -> Answer:
    """Answer a question, and all that it depends on. Answers are anything but `None`.

    `known` holds answers given before, and takes those that are found. `guess` is asked before work on a
    further question begins, and may give an answer instead: that is how a caller bounds the work.
    """
    stack: list[tuple[Question, Generator[Question, Answer, Answer]]] = [(question, begin(question))]
    reply: Any = None
    while stack:
        asked, part = stack[-1]
        try:
            needed = next(part) if reply is None else part.send(reply)
        except StopIteration as stop:
            reply = stop.value
            stack.pop()
            if known is not None:
                known[asked] = reply
            continue
        reply = None if known is None else known.get(needed)
        if reply is None and guess is not None:
            reply = guess(needed)
        if reply is None:
            stack.append((needed, begin(needed)))
    assert reply is not None
    found: Answer = reply
    return found
