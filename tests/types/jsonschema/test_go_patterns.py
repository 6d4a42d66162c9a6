"""Patterns that Go's regular expressions take, and those that they refuse; each answer is that of Go."""

from __future__ import annotations

import pytest

from flowidl.types.jsonschema.go_patterns import pattern_fault
from tests.types.jsonschema.pairs import STR, field_compiles

GOOD = [
    "",
    "^a$",
    "a|b|",
    "^*",
    "(|a)*",
    r"\d\D\s\S\w\W\b\B\A\z",
    r"\pL\p{Greek}\P{^Lu}\p{Any}",
    r"\x41\x{10FFFF}\x{00000041}",
    r"\12\0\08\_\-\]\/\a\f\n\r\t\v",
    r"\Q(*\E+",
    r"\Q(",
    r"[]a][^]a][a\]][a-][-a][\d-z][--a]",
    "[[:alpha:][:^word:]]",
    "[[:]",
    "(?P<n>a)(?<m>b)(?i)c(?s-m:d)(?:e)(?)",
    "a{2}b{2,}c{2,3}d{,3}e{01}f{",
    "a{1000}",
    "(a{10}){100}",
    "(a{600}){0}(b{0}){600}",
    "a+?b*?c??d{2}?",
    "a*(?i)*",
    "}]",
    "\u00e9",
]
BAD = [
    "(?=a)",
    "(?!a)",
    "(?<=a)",
    "(?<!a)",
    "(?>a)",
    "(?#a)",
    "(?x)a",
    "(?P=n)",
    "(?P<n",
    "(?-:a)",
    r"\1",
    r"\8",
    r"\Z",
    r"\C",
    r"\h",
    r"\E",
    r"\u0041",
    r"\cA",
    r"\x4",
    r"\x{110000}",
    "\\",
    "\\\u00e9",
    r"\p{Foo}",
    r"\p",
    r"\p{L",
    "a++",
    "a**",
    "a???",
    "a{2}{3}",
    "*a",
    "(*a)",
    "a|*",
    "{2}",
    "a{1001}",
    "a{3,2}",
    "a{99999999999999999999}",
    "(a{100}){11}",
    "(",
    ")",
    "[a",
    "[",
    "[]",
    "[z-a]",
    r"[a-\d]",
    r"[\b]",
    "[[:foo:]]",
    "(" * 1_001 + "a" + ")" * 1_001,
]


@pytest.mark.parametrize("pattern", GOOD)
def test_patterns_that_compile(pattern: str) -> None:
    assert pattern_fault(pattern) == ""
    assert field_compiles({"pattern": pattern})


@pytest.mark.parametrize("pattern", BAD)
def test_patterns_that_do_not(pattern: str) -> None:
    assert pattern_fault(pattern)
    assert not field_compiles({"pattern": pattern})
    assert not field_compiles({"patternProperties": {pattern: STR}})


@pytest.mark.parametrize(
    "unit", ["(", "[", "[[:", "[:", "a{1", "(?:", "\\Q", "a*", "(a", "|", "[^]", "\\x{0", "(?i", "(?P<"]
)
def test_long_patterns_are_read_once(unit: str) -> None:
    pattern_fault(unit * 200_000)
    pattern_fault(unit * 200_000 + "]")
