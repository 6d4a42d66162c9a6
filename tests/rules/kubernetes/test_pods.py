"""Pod specs as plain data."""

from __future__ import annotations

from google.protobuf.struct_pb2 import ListValue, Struct, Value
from hypothesis import given, settings
from hypothesis import strategies as st

from flowidl.rules.kubernetes.podspecs import entries, plain


def test_plain_data() -> None:
    spec = Struct()
    spec.update({"a": 1.0, "b": 1.5, "c": None, "d": [True, None, {"e": "x"}], "f": {}})
    found = plain(spec)
    assert found == {"a": 1, "b": 1.5, "d": [True, "", {"e": "x"}], "f": {}}
    assert isinstance(found["a"], int)
    assert [entry.steps for entry in entries(found, "d")] == [("d", 2)]


VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.floats(), st.text(max_size=3)).map(
        lambda value: Value(null_value=0) if value is None else _value(value)  # type: ignore[arg-type]  # the enum's 0
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda values: Value(list_value=ListValue(values=values))),
        st.dictionaries(st.text(max_size=3), inner, max_size=3).map(
            lambda fields: Value(struct_value=Struct(fields=fields))
        ),
    ),
    max_leaves=8,
)


def _value(value: bool | float | str) -> Value:
    if isinstance(value, bool):
        return Value(bool_value=value)
    return Value(string_value=value) if isinstance(value, str) else Value(number_value=value)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from(["containers", "volumes", "initContainers", "x"]), VALUES, max_size=3))
def test_any_structure_is_read(fields: dict[str, Value]) -> None:
    spec = plain(Struct(fields=fields))
    assert set(spec) <= set(fields)
    for name in fields:
        assert all(isinstance(entry.fields, dict) for entry in entries(spec, name))
