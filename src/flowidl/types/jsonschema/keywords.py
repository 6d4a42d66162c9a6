"""What the comparison says of two parts themselves, leaving the parts within them.

Each function notes in a tally what it finds. Which of them are asked depends on the expected type.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.types.jsonschema.documents import as_list, canonical

if TYPE_CHECKING:
    from flowidl.types.jsonschema.complaints import Tally
    from flowidl.types.jsonschema.parts import Part

#: Smallest and greatest lengths, by the type that they belong to.
_LENGTHS = {
    "string": ("minLength", "maxLength"),
    "array": ("minItems", "maxItems"),
    "object": ("minProperties", "maxProperties"),
}


def compare_types(tally: Tally, given: Part, expected: Part) -> bool:
    """The types are the same; an object may also stand where no type is stated. Return whether it is so."""
    have, want = given.types, expected.types
    if have == want or (have == frozenset({"object"}) and not want):
        return True
    tally.refuse(f"is {_listed(have)}, and {_listed(want)} is expected")
    return False


def _listed(types: frozenset[str]) -> str:
    return " or ".join(f"`{name}`" for name in sorted(types)) or "a value of any type"


def compare_lengths(tally: Tally, given: Part, expected: Part, type: str) -> None:
    """A limit on length that is expected is given, and at least as strict."""
    for keyword, shorter in zip(_LENGTHS[type], (True, False), strict=True):
        have, want = given.length(keyword), expected.length(keyword)
        if want is not None and (have is None or (have < want if shorter else have > want)):
            tally.refuse(f"may be {'shorter' if shorter else 'longer'} than the expected `{keyword}`")


def compare_numbers(tally: Tally, given: Part, expected: Part) -> None:
    """A bound that is expected is given, and at least as strict; exclusive ones are not implemented."""
    least, given_least = expected.bound("minimum"), given.bound("minimum")
    if least is not None and (given_least is None or given_least < least):
        tally.refuse("may be less than the expected `minimum`")
    most, given_most = expected.bound("maximum"), given.bound("maximum")
    if most is not None and (given_most is None or given_most > most):
        tally.refuse("may be more than the expected `maximum`")
    tally.unimplemented |= given.has_exclusive_bound or expected.has_exclusive_bound
    _compare_multiples(tally, given, expected)


def _compare_multiples(tally: Tally, given: Part, expected: Part) -> None:
    """The given number is a multiple of the expected one; only whole ones are implemented."""
    have, want = given.keywords.get("multipleOf"), expected.keywords.get("multipleOf")
    if not isinstance(want, int | float):
        return
    if not isinstance(have, int | float):
        tally.open = True
    elif have != int(have) or want != int(want):
        tally.unimplemented = True
    elif int(have) % int(want):
        tally.refuse("is a multiple of another number than is expected")


def compare_texts(tally: Tally, given: Part, expected: Part) -> None:
    """Formats and patterns are the same, and every text of an enumeration is among the expected ones."""
    have, want = given.keywords, expected.keywords
    if have.get("format") != want.get("format"):
        tally.refuse("has another `format` than is expected")
    if "pattern" in want:
        if "pattern" not in have:
            tally.open = True
        elif have["pattern"] != want["pattern"]:
            tally.refuse("has another `pattern` than is expected")
    if "enum" not in have or "enum" not in want:
        return
    values, allowed = as_list(have["enum"]), as_list(want["enum"])
    if not all(isinstance(value, str) for value in (*values, *allowed)):
        tally.open = True
        return
    # the empty text is always accepted
    accepted = {"", *(value for value in allowed if isinstance(value, str))}
    if not all(value in accepted for value in values):
        tally.refuse("may have values that are not expected")


def compare_constants(tally: Tally, given: Part, expected: Part) -> None:
    """A constant that is expected is given. Lists and objects cannot be compared by the reference."""
    if "const" not in expected.keywords or not expected.schema.draft.knows("const"):
        return
    known = "const" in given.keywords and given.schema.draft.knows("const")
    have, want = given.keywords.get("const"), expected.keywords["const"]
    if known and any(isinstance(have, kind) and isinstance(want, kind) for kind in (list, dict)):
        tally.open = True
    elif not known or canonical(have) != canonical(want):
        tally.refuse("is not the expected constant")


def compare_required(tally: Tally, given: Part, expected: Part) -> None:
    """Fields that are expected to be there are."""
    present = {name for name in as_list(given.keywords.get("required")) if isinstance(name, str)}
    for name in as_list(expected.keywords.get("required")):
        if isinstance(name, str) and name not in present:
            tally.refuse("is expected to be there and may be absent", name)


def compare_uniqueness(tally: Tally, given: Part, expected: Part) -> None:
    """Elements that are expected not to repeat do not."""
    if expected.keywords.get("uniqueItems") is True and given.keywords.get("uniqueItems") is not True:
        tally.refuse("may have elements that repeat, which is not expected")


def is_implemented(part: Part) -> bool:
    """Tell whether the comparison implements all that a part says of the fields of objects."""
    keywords = part.keywords
    return (
        "not" not in keywords
        and not keywords.get("dependencies")
        and not keywords.get("patternProperties")
        and keywords.get("additionalProperties", True) is True
    )
