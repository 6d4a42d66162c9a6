"""The table of the pod API against the schema that Kubernetes publishes."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

import pytest

from flowidl.kubernetes.demands import MAPS
from flowidl.kubernetes.forms import FORMS
from flowidl.kubernetes.structures import SCALARS, structures

#: Structures that the table has under a name of its own, because more is demanded of them, or for several.
PUBLISHED = {
    "ClaimMetadata": ("ObjectMeta",),
    "DataSource": ("TypedLocalObjectReference", "TypedObjectReference"),
    "EnvSource": ("ConfigMapEnvSource", "SecretEnvSource"),
    "KeyProjection": ("ConfigMapProjection", "SecretProjection"),
    "KeySelector": ("ConfigMapKeySelector", "SecretKeySelector"),
    "NodeFieldRequirement": ("NodeSelectorRequirement",),
    "PodAffinity": ("PodAffinity", "PodAntiAffinity"),
    "PodMetadata": (),
    "SecretReference": ("LocalObjectReference",),
}
TYPES = {"string": "text", "boolean": "bool", "Quantity": "quantity", "IntOrString": "port", "Time": "time"}


@cache
def schema() -> dict[str, Any]:
    folder = files("kubernetes_validate") / "kubernetes-json-schema" / "v1.34.0-local-strict"
    definitions = json.loads((folder / "_definitions.json").read_text("utf-8"))["$defs"]
    own = ("io.k8s.api.core.v1.", "io.k8s.apimachinery.pkg.")
    return {name.rpartition(".")[2]: value for name, value in definitions.items() if name.startswith(own)}


def type_of(published: dict[str, Any]) -> str:
    """Return a published type as the table writes it."""
    if "$ref" in published:
        name = str(published["$ref"]).rpartition(".")[2].rpartition("/")[2]
        return TYPES.get(name, name)
    given: Any = published.get("type")
    kinds: list[str] = [given] if isinstance(given, str) else given or []
    kind = next((name for name in kinds if name != "null"), "")
    if kind == "array":
        return f"[{type_of(published['items'])}"
    if kind == "object" and "additionalProperties" in published:
        return f"{{{type_of(published['additionalProperties'])}"
    return str(published["format"]) if kind == "integer" else TYPES.get(kind, kind)


@pytest.mark.parametrize("name", sorted(structures()))
def test_fields_are_those_of_kubernetes(name: str) -> None:
    """Every field that is published is in the table with its type, and no other is."""
    fields = structures()[name].fields
    sources = PUBLISHED.get(name, (name,))
    published: dict[str, Any] = {}
    for source in sources:
        published |= schema()[source]["properties"]
    if sources:
        assert set(fields) == set(published)
    for field in fields.values() if sources else ():
        wanted, own = type_of(published[field.name]), f"{field.many}{field.type}"
        aliases = {alias for alias, names in PUBLISHED.items() if wanted.strip("[{") in names}
        if field.type != "any":
            assert own == wanted or field.type in aliases, field.name


def test_every_word_of_the_table_is_known() -> None:
    for structure in structures().values():
        for field in structure.fields.values():
            assert field.type in SCALARS or field.type in structures(), field
            for demand in field.demands:
                assert demand.kind != "form" or demand.words[0] in {*FORMS, *MAPS}, field
        for group in structure.groups:
            assert set(group.fields) <= set(structure.fields)


def test_every_structure_is_reached() -> None:
    """Nothing stands in the table that no pod can hold."""
    reached, waiting = set[str](), ["PodSpec", "PodMetadata"]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            types = (field.type for field in structures()[name].fields.values())
            waiting += [type for type in types if type not in SCALARS]
    assert reached == set(structures())
