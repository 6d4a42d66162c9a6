"""Examples of every rule, as data: what it finds (bad), what is right (good), what only looks bad (near).

Tests run all of them, the documentation prints the bad ones with their real output, and `flowidl explain
CODE --bad` writes them as files. Nothing here is imported while definitions are validated. The cases of a
pack are in the module beside it (`graph/graph_lint.py`, `graph/graph_lint_cases.py`), written with the
functions of `snippets.py`.
"""

from __future__ import annotations

import enum
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from flowidl.rules.options import DEFAULT, Options
from flowidl.rules.own import RESERVED, OwnRulesError
from flowidl.rules.packs import PACKS, Subject, subject_of
from flowidl.source.definitions import Definition, Kind, Origin
from flowidl.source.inputs.files import File
from flowidl.source.messages import message_class
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from google.protobuf.message import Message

    from flowidl.rules.packs import Pack
    from flowidl.source.options import LoadOptions


class Role(enum.Enum):
    """What a case shows about its rule.

    Validating a `BAD` case yields the rule's finding at the path that the case names, and no other error
    than those that it lists. A `GOOD` case yields no error at all. A `NEAR` miss yields nothing of this
    rule.
    """

    BAD = "bad"
    GOOD = "good"
    NEAR = "near"


class CaseFile(NamedTuple):
    """One file of a case: its name, its bytes, and the kind of message in them (`None`: to be found out)."""

    name: str
    data: bytes
    kind: Kind | None = None

    @property
    def message(self) -> Message:
        """The message in the bytes. Raises `ValueError` if the kind is not stated."""
        if self.kind is None:
            raise ValueError(f"{self.name} has no stated kind")
        return message_class(self.kind).FromString(self.data)

    def input(self) -> Definition | File:
        """What to hand to `validate`: a definition, or a file whose kind reading has to find out."""
        if self.kind is None:
            return File(self.name, self.data)
        return Definition(self.kind, self.message, Origin(self.name, "", self.data))


class Case(NamedTuple):
    """One example of a rule.

    `at` is the field path of a bad case's finding, `also` lists other codes it may have. `reading` are the
    choices for reading, where they are not those that `options` imply. `old` is the older version, for rules
    about two of them.
    """

    code: str
    role: Role
    title: str
    files: tuple[CaseFile, ...]
    at: str = ""
    also: tuple[str, ...] = ()
    options: Options = DEFAULT
    reading: LoadOptions | None = None
    old: tuple[CaseFile, ...] = ()

    def inputs(self) -> tuple[Definition | File, ...]:
        """The arguments for `flowidl.validator.validate`."""
        return tuple(file.input() for file in self.files)

    def contents(self) -> dict[str, bytes]:
        """The case as files; of two versions each has a folder, `old` and `new`."""
        if subject_of(self.code) is not Subject.VERSIONS:
            return {part.name: part.data for part in self.files}
        sides = (("old", self.old), ("new", self.files))
        return {f"{side}/{part.name}": part.data for side, files in sides for part in files}

    def old_inputs(self) -> tuple[Definition | File, ...]:
        """The older version, for `flowidl.validator.breaking`."""
        return tuple(part.input() for part in self.old)


def cases_of(pack: Pack) -> tuple[Case, ...]:
    """Import and return the cases of one pack's rules."""
    return cases_beside(pack.module)


def cases_beside(module: str) -> tuple[Case, ...]:
    """Import and return the cases of a module's rules: `CASES` in the module of its name and `_cases`."""
    name = f"{module}_cases"
    if find_spec(name) is None:
        return ()
    try:
        cases: Iterable[Case] = import_module(name).CASES
    except (ImportError, AttributeError) as error:
        raise OwnRulesError(f"`{name}` has no usable `CASES`: {error}") from error
    return tuple(cases)


def cases_for(code: str, own: tuple[str, ...] = ()) -> tuple[Case, ...]:
    """Return the cases of the rule with this code, bad ones first. Imports the cases of one pack.

    `own` are modules with rules of one's own.
    """
    if code.startswith(RESERVED):
        number = int(code[2:])
        modules = tuple(pack.module for pack in PACKS if pack.first <= number <= pack.last)
    else:
        modules = own
    cases = (case for module in modules for case in cases_beside(module) if case.code == code)
    return tuple(sorted(cases, key=lambda case: case.role is not Role.BAD))
