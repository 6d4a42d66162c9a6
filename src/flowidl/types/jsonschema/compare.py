"""May a value that one schema describes be used where another is expected: the reference's own comparison.

It walks both schemas side by side and collects complaints. That a keyword is *not implemented* does not
count at the top, under properties and under elements; any complaint counts within alternatives and
conditions. What is looked at depends on the expected type; nothing more is where the types differ.

Where the reference crashes, the answer is *open*: schemas that recur on both sides, a pattern or a
`multipleOf` of numbers that only the expected side has, values of an enumeration of texts that are no texts,
constants that are lists or objects. The same answer is given where schemas repeat so often that they are not
compared to the end.

One departure: the reference also ignores a complaint if the name of a field contains the words "not
implemented"; that is an accident and not repeated here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.types.jsonschema.complaints import OPEN, Outcome, Tally
from flowidl.types.jsonschema.documents import as_object
from flowidl.types.jsonschema.keywords import (
    compare_constants,
    compare_lengths,
    compare_numbers,
    compare_required,
    compare_texts,
    compare_types,
    compare_uniqueness,
    is_implemented,
)
from flowidl.types.jsonschema.parts import Part

if TYPE_CHECKING:
    from collections.abc import Generator

    from flowidl.types.jsonschema.compiled import Schema

    #: Yields the pairs of parts whose outcome it needs.
    Comparing = Generator[tuple[Part, Part], Outcome, None]


class Steps:
    """How many more pairs of parts may be compared: a reserve, and an allowance for each schema that is read.

    It keeps schemas that repeat without end from being compared without end, over all comparisons of a run.
    """

    RESERVE = 50_000
    PER_VALUE = 4

    def __init__(self) -> None:
        self.left = self.RESERVE

    def allow(self, schema: Schema) -> None:
        """Add what a schema that has just been read may cost."""
        self.left += self.PER_VALUE * schema.size


#: Schemas that go deeper than this, reference by reference, recur.
_MAX_DEPTH = 20_000


def compare(given: Schema, expected: Schema, steps: Steps) -> Outcome:
    """Compare two schemas that compile."""
    return _Comparison(steps).run(Part(given, given.root), Part(expected, expected.root))


class _Comparison:
    """One comparison. Each pair of parts is compared once, on a stack that is not the interpreter's."""

    def __init__(self, steps: Steps) -> None:
        self._steps = steps
        self._outcomes: dict[tuple[int, int], Outcome] = {}
        self._stack: list[tuple[tuple[int, int], Tally, Comparing]] = []
        self._running: set[tuple[int, int]] = set()
        self._given_up = False

    def run(self, given: Part, expected: Part) -> Outcome:
        reply = self._answer(given, expected)
        while self._stack:
            key, tally, comparing = self._stack[-1]
            try:
                # one that has just begun takes no reply
                needed = next(comparing) if reply is None else comparing.send(reply)
            except StopIteration:
                self._stack.pop()
                self._running.remove(key)
                reply = self._outcomes[key] = tally.outcome()
            else:
                reply = self._answer(*needed)
        assert reply is not None
        return reply

    def _answer(self, given: Part, expected: Part) -> Outcome | None:
        """Return what is known of a pair; if nothing is, begin to compare it."""
        key = id(given.value), id(expected.value)
        self._steps.left -= 1
        if key in self._outcomes:
            return self._outcomes[key]
        if key in self._running or given.leads_nowhere or expected.leads_nowhere:
            return OPEN
        self._given_up |= self._steps.left <= 0 or len(self._stack) >= _MAX_DEPTH
        if self._given_up:
            return OPEN
        tally = Tally()
        self._stack.append((key, tally, self._parts(tally, given, expected)))
        self._running.add(key)
        return None

    def _parts(self, tally: Tally, given: Part, expected: Part) -> Comparing:
        self._steps.left -= _width(given) + _width(expected)
        types = expected.types
        if not compare_types(tally, given, expected):
            return
        compare_constants(tally, given, expected)
        if "number" in types:
            compare_numbers(tally, given, expected)
        if "string" in types:
            compare_lengths(tally, given, expected, "string")
            compare_texts(tally, given, expected)
        for keyword in ("anyOf", "oneOf", "allOf"):
            yield from _alternatives(tally, given, expected, keyword)
        if "object" in types or not types:
            yield from _fields(tally, given, expected)
            compare_lengths(tally, given, expected, "object")
            compare_required(tally, given, expected)
            tally.unimplemented |= not (is_implemented(given) and is_implemented(expected))
            yield from _conditions(tally, given, expected)
        if "array" in types:
            compare_lengths(tally, given, expected, "array")
            compare_uniqueness(tally, given, expected)
            yield from _elements(tally, given, expected)


def _width(part: Part) -> int:
    """Return how much of a part is looked at besides the parts within it."""
    required = part.keywords.get("required")
    values = part.keywords.get("enum")
    return sum(len(each) for each in (required, values) if isinstance(each, list))


def _alternatives(tally: Tally, given: Part, expected: Part, keyword: str) -> Comparing:
    """Each member that is given fits one that is expected, without any complaint."""
    if (keyword in given.keywords) is not (keyword in expected.keywords):
        tally.refuse(f"has `{keyword}` on one side only")
        return
    candidates = expected.members(keyword)
    for member in given.members(keyword):
        for candidate in candidates:
            outcome = yield member, candidate
            tally.open |= outcome.open
            if outcome.clean:
                break
        else:
            tally.refuse(f"may be what no member of the expected `{keyword}` accepts")


def _fields(tally: Tally, given: Part, expected: Part) -> Comparing:
    """Each field that is expected is given, and fits."""
    fields = as_object(given.keywords.get("properties"))
    for name, value in as_object(expected.keywords.get("properties")).items():
        if name in fields:
            outcome = yield given.at(fields[name]), expected.at(value)
            tally.add(outcome, name)
        else:
            tally.refuse("is expected and is not given", name)


def _conditions(tally: Tally, given: Part, expected: Part) -> Comparing:
    """Both sides have the same conditions, and they are equal: each fits the other, without any complaint."""
    have, want = given.conditions, expected.conditions
    for keyword in have | want:
        if keyword not in have or keyword not in want:
            tally.refuse(f"has `{keyword}` on one side only")
            continue
        pair = given.at(have[keyword]), expected.at(want[keyword])
        forth = yield pair
        back = yield pair[1], pair[0]
        tally.open |= forth.open or back.open
        if not forth.clean or not back.clean:
            tally.refuse(f"has another `{keyword}` than is expected")


def _elements(tally: Tally, given: Part, expected: Part) -> Comparing:
    """Elements fit; tuples, which are not implemented either, have the same length and fit one by one."""
    have, want = given.keywords.get("items"), expected.keywords.get("items")
    if isinstance(have, list) or isinstance(want, list):
        tally.unimplemented = True
        if not isinstance(have, list) or not isinstance(want, list) or len(have) != len(want):
            tally.refuse("has another number of elements than is expected")
            return
        pairs = list(zip(have, want, strict=True))
    elif want is None:
        return
    elif have is None:
        tally.refuse("has elements of any type, which is not expected")
        return
    else:
        pairs = [(have, want)]
    for element, wanted in pairs:
        outcome = yield given.at(element), expected.at(wanted)
        tally.add(outcome, "[]")
