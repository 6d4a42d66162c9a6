"""Placeholders in commands, arguments and statements: `{{.inputs.day}}`, `{{ $outputPrefix }}`.

The back end fills them in for every run. Its grammar is small. A placeholder is `{{`, a dot or a dollar
sign, a word and `}}`, with ASCII blanks after the opening and before the closing braces, and nowhere else.
Words are read in any letter case. After `inputs.` stands the name of an input, which is all that follows up
to a blank or a closing brace, in the letter case of the interface. What does not fit the grammar, or has
another word, is left as it is.

Placeholders of inputs come last: the name of an input may hold another placeholder, which is filled in first.
"""

from __future__ import annotations

import re

from flowidl.tuples import NamedTuple

#: The words that the back end replaces by a path or a name, as its documentation spells them.
WORDS = (
    "input",
    "inputPrefix",
    "outputPrefix",
    "rawOutputDataPrefix",
    "perRetryUniqueKey",
    "taskTemplatePath",
    "prevCheckpointPrefix",
    "checkpointOutputPrefix",
    "namespace",
)

_BLANKS = r"[\t\n\f\r ]*"
_KNOWN = re.compile(rf"\{{\{{{_BLANKS}[.$](?:{'|'.join(WORDS)}){_BLANKS}\}}\}}", re.IGNORECASE)
_INPUT = re.compile(rf"\{{\{{{_BLANKS}[.$]inputs\.([^}}\t\n\f\r ]+){_BLANKS}\}}\}}", re.IGNORECASE)
_ANY = re.compile(r"\{\{\s*[.$]?\s*([^{}]*?)\s*\}\}")
_FILLER = "\x00"


class Placeholder(NamedTuple):
    """What looks like a placeholder in a string: the whole of it, and what stands between the braces."""

    text: str
    name: str


def inputs(text: str) -> list[Placeholder]:
    """Return the placeholders of inputs in a string, in order; `name` is the name of the input."""
    filled = _KNOWN.sub(lambda found: _FILLER * len(found[0]), text)
    return [
        Placeholder(text[found.start() : found.end()], text[found.start(1) : found.end(1)])
        for found in _INPUT.finditer(filled)
    ]


def left_alone(text: str) -> list[Placeholder]:
    """Return what looks like a placeholder and stays so, in order; `name` lacks the dot or dollar sign."""
    for pattern in (_KNOWN, _INPUT):
        text = pattern.sub("", text)
    return [Placeholder(found[0], found[1]) for found in _ANY.finditer(text) if found[1]]


def plain(name: str) -> str:
    """Return a name without what people vary: letter case, `_` and `-`, and what follows a dot."""
    return name.partition(".")[0].replace("_", "").replace("-", "").casefold()
