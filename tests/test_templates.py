"""Placeholders in texts: what is one, what is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowidl import templates

NAMES = st.text(st.characters(exclude_characters="}\t\n\f\r ", codec="utf-8"), min_size=1, max_size=8)


def names(text: str) -> list[str]:
    return [placeholder.name for placeholder in templates.inputs(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{.inputs.x}}", ["x"]),
        ("a {{ $INPUTS.x }} {{\t.Inputs.y-z\n}} b", ["x", "y-z"]),
        ("{{.inputs.x.y}}", ["x.y"]),
        ("{{.inputs.x\u00a0}}", ["x\u00a0"]),
        ("{{.inputs.{{.inputs.x}}}}", ["{{.inputs.x"]),
        ("{{.inputs.{{.outputPrefix}}}}", ["{{.outputPrefix}}"]),
        ("{{.inputs.x}}}", ["x"]),
        ("{{.inputs.}} {{inputs.x}} {{. inputs.x}} {{.inputs .x}} {.inputs.x} {{.inputs.x y}}", []),
        ("{{\u200b.inputs.x}} {{\v.inputs.x}} {{.inputs.a}b}}", []),
        ("{{.input}} {{.inputs}}", []),
    ],
)
def test_inputs_are_found_by_the_grammar(text: str, expected: list[str]) -> None:
    assert names(text) == expected


@given(
    NAMES, st.sampled_from([".inputs", "$inputs", " .INPUTS", "\n$Inputs"]), st.sampled_from(["", " ", "\t"])
)
def test_every_name_without_blanks_and_closing_braces_is_read_back(name: str, word: str, blank: str) -> None:
    assert names(f"a {{{{{word}.{name}{blank}}}}}") == [name]


def test_what_is_filled_in_is_not_left_alone() -> None:
    text = " ".join(f"{{{{.{word}}}}} {{{{ ${word.upper()} }}}}" for word in templates.WORDS)
    assert templates.left_alone(text + "{{.inputs.x}}") == []
    assert [p.name for p in templates.left_alone("{{.output_prefix}} {{ image }} {{}}")] == [
        "output_prefix",
        "image",
    ]
