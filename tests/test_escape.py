"""What is printed neither controls a terminal nor commands a build service."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowidl.escape import escape, without_commands

COMMANDS = [
    "::error::forged",
    "::add-mask::x",
    "##vso[task.setvariable variable=a]b",
    "##[group]x",
    "##teamcity[message text='x']",
    "###vso[task.complete result=Succeeded;]",
]

#: What a service obeys at the beginning of a line, behind blanks and colours.
OBEYED = re.compile(r"^(?:[^\S\n]|\x1b\[[0-9;]*m)*(?:::|##\w*\[)", re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("before", ["", "   ", "\t", "\x1b[1;31m", "first line\n", "\n\n  \x1b[2m "])
def test_no_line_begins_with_a_command(command: str, before: str) -> None:
    printed = without_commands(f"{before}{command}\n")
    assert not OBEYED.search(printed)
    assert printed.startswith(before)
    assert without_commands(printed) == printed


@pytest.mark.parametrize("text", ["a::b", "## heading", "std::vector", "# [x]", ": : x", "a #[x]"])
def test_other_text_stays(text: str) -> None:
    assert without_commands(text) == text
    assert escape(text) == text


@given(st.text(st.sampled_from(":#[vso \n\x1bm1;x"), max_size=30))
def test_no_text_commands(text: str) -> None:
    assert not OBEYED.search(without_commands(text))


@given(st.text(st.sampled_from("#[vsoé \n\x1b"), max_size=20))
def test_escaped_text_is_printable_and_commands_nothing(text: str) -> None:
    escaped = escape(text)
    assert escaped.isprintable()
    assert not re.search(r"##\w*\[", escaped)
    assert escape(escaped) == escaped
