"""JSON and YAML text as plain values, within bounds and without recursion of our own.

`json` is fast but builds whatever it is given; so depth and number of values are bounded first, by counting
brackets and commas, exactly only where the quick count is not enough. YAML is read event by event, which
bounds it as it goes. Both note keys that an object has twice, because the last one wins silently.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from flowidl.source.limits import Limits
from flowidl.source.problems import Fact, RefusalError
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from yaml.events import Event

    Value = None | bool | int | float | str | list["Value"] | dict[str, "Value"]


class Document(NamedTuple):
    """What a string holds, the keys that some object in it has more than once, and how much it is."""

    value: Value
    duplicates: tuple[str, ...]
    elements: int


#: A message is at most a list and an object deep, or a map and an object.
DEPTH_FACTOR = 2
_MOST_DUPLICATES = 20
#: What an object or a list counts among elements: it takes several times the memory of anything else.
CONTAINER = 4
#: What a key counts besides its value.
KEY = 4


def decode_text(data: bytes, fact: Fact) -> str:
    """Return the text in `data`, which must be UTF-8, with or without a byte order mark."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RefusalError(fact, f"not UTF-8: {error.reason}", offset=error.start) from None


def read_json(data: bytes, limits: Limits, used: int = 0) -> Document:
    """Read JSON text. `used` counts against the limit on elements already."""
    import json  # start-up: for JSON only

    text = decode_text(data, Fact.INVALID_JSON)
    elements = _bound(text, limits, used)
    duplicates: list[str] = []

    def unique(pairs: list[tuple[str, Value]]) -> dict[str, Value]:
        found = dict(pairs)
        if len(found) < len(pairs) and len(duplicates) < _MOST_DUPLICATES:
            counts = Counter(key for key, _ in pairs)
            duplicates.extend(sorted(key for key in found if counts[key] > 1)[:_MOST_DUPLICATES])
        return found

    try:
        value: Value = json.loads(text, object_pairs_hook=unique)
    except json.JSONDecodeError as error:
        reason = error.msg[:1].lower() + error.msg[1:]
        raise RefusalError(Fact.INVALID_JSON, reason, line=error.lineno, column=error.colno) from None
    except RecursionError:
        raise _too_deep(limits) from None
    except ValueError as error:
        raise RefusalError(Fact.INVALID_JSON, str(error)) from None
    return Document(value, tuple(duplicates), elements)


_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"?|([\[{])|([\]}])|,|:', re.DOTALL)


def _too_deep(limits: Limits) -> RefusalError:
    return RefusalError(Fact.TOO_DEEP, "objects inside each other", limit=limits.depth, seen=limits.depth + 1)


def _too_many(limits: Limits, seen: int) -> RefusalError:
    return RefusalError(Fact.TOO_MANY_ELEMENTS, limit=limits.elements, seen=seen)


def _bound(text: str, limits: Limits, used: int) -> int:
    """Refuse JSON text that is too deep or holds too many values; return how many it holds at most."""
    most_depth = limits.depth * DEPTH_FACTOR
    brackets = text.count("{") + text.count("[")
    most = text.count(",") + CONTAINER * brackets + KEY * text.count(":")
    if brackets <= most_depth and used + most <= limits.elements:
        return most
    depth = count = 0
    for token in _TOKEN.finditer(text):
        if token[1]:
            depth += 1
            count += CONTAINER
            if depth > most_depth:
                raise _too_deep(limits)
        elif token[2]:
            depth -= 1
        elif token[0] == ",":
            count += 1
        elif token[0] == ":":
            count += KEY
        if used + count > limits.elements:
            raise _too_many(limits, used + count)
    return count


def read_yaml(data: bytes, limits: Limits, used: int = 0) -> Document:
    """Read one YAML document. Needs PyYAML. `used` counts against the limit on elements already."""
    try:
        import yaml  # an extra: may not be there
    except ImportError:
        raise RefusalError(Fact.MISSING_YAML_EXTRA) from None
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = decode_text(data, Fact.INVALID_YAML)
    builder = _YamlBuilder(limits, used)
    try:
        for event in yaml.parse(text, Loader=loader):
            builder.take(event)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = str(getattr(error, "problem", "") or getattr(error, "reason", "") or "not YAML")
        line, column = (0, 0) if mark is None else (mark.line + 1, mark.column + 1)
        raise RefusalError(Fact.INVALID_YAML, reason, line=line, column=column) from None
    except ValueError as error:
        raise RefusalError(Fact.INVALID_YAML, str(error)) from None
    return Document(builder.value, tuple(builder.duplicates), builder.elements)


#: Plain YAML scalars that are no strings, as YAML 1.2 has it: `no` and dates stay strings.
_NULL = re.compile(r"~|null|Null|NULL|")
_BOOL = re.compile(r"true|True|TRUE|false|False|FALSE")
_INT = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(
    r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
)
_TAG = "tag:yaml.org,2002:"
_TAGS = frozenset({"!", "str", "int", "float", "bool", "null", "binary", "map", "seq"})


class _YamlBuilder:
    """Builds values from YAML events with a stack of its own."""

    def __init__(self, limits: Limits, used: int) -> None:
        self._limits = limits
        self._used = used
        self._open: list[list[Value] | dict[str, Value]] = []
        self._keys: list[str | None] = []
        self.elements = 0
        self._documents = 0
        self.value: Value = None
        self.duplicates: list[str] = []

    def take(self, event: Event) -> None:
        """Take the next event."""
        match type(event).__name__:
            case "ScalarEvent":
                self._scalar(event)
            case "MappingStartEvent":
                self._push({}, event)
            case "SequenceStartEvent":
                self._push([], event)
            case "MappingEndEvent" | "SequenceEndEvent":
                self._open.pop()
                self._keys.pop()
            case "AliasEvent":
                raise self._invalid("an alias, which is not read here", event)
            case "DocumentStartEvent":
                self._documents += 1
                if self._documents > 1:
                    raise self._invalid("a second document", event)
            case _:
                pass

    def _push(self, container: list[Value] | dict[str, Value], event: Event) -> None:
        if len(self._open) >= self._limits.depth * DEPTH_FACTOR:
            raise _too_deep(self._limits)
        self._tag(event)
        self.elements += CONTAINER - 1
        self._put(container, event)
        self._open.append(container)
        self._keys.append(None)

    def _scalar(self, event: Event) -> None:
        text: str = getattr(event, "value", "")
        if self._open and isinstance(self._open[-1], dict) and self._keys[-1] is None:
            if text in self._open[-1] and len(self.duplicates) < _MOST_DUPLICATES:
                self.duplicates.append(text)
            self._keys[-1] = text
            return
        tag = self._tag(event)
        plain = tag not in ("!", _TAG + "str", _TAG + "binary") and not getattr(event, "style", "")
        self._put(_plain(text) if plain or tag in (_TAG + "int", _TAG + "float") else text, event)

    def _tag(self, event: Event) -> str | None:
        """Return an event's tag, which must be one of YAML's own."""
        tag: str | None = getattr(event, "tag", None)
        if tag is not None and tag.removeprefix(_TAG) not in _TAGS:
            raise self._invalid(f"the tag {tag.removeprefix(_TAG)}", event)
        return tag

    def _put(self, value: Value, event: Event) -> None:
        self.elements += 1
        if self._used + self.elements > self._limits.elements:
            raise _too_many(self._limits, self._used + self.elements)
        if not self._open:
            self.value = value
            return
        container = self._open[-1]
        if isinstance(container, list):
            container.append(value)
            return
        key = self._keys[-1]
        if key is None:
            raise self._invalid("a key that is not a string", event)
        container[key] = value
        self._keys[-1] = None

    def _invalid(self, reason: str, event: Event) -> RefusalError:
        mark = event.start_mark
        line, column = (0, 0) if mark is None else (mark.line + 1, mark.column + 1)
        return RefusalError(Fact.INVALID_YAML, reason, line=line, column=column)


def _plain(text: str) -> Value:
    """Return what a plain scalar stands for."""
    if _NULL.fullmatch(text):
        return None
    if _BOOL.fullmatch(text):
        return text[0] in "tT"
    if _INT.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        lowered = text.lower()
        return float(lowered.replace(".", "") if lowered.endswith(("inf", "nan")) else lowered)
    return text
