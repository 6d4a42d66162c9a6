"""Definitions of Flyte 2, told from those of Flyte 1.

`flyteidl2.task.TaskSpec` (package flyteidl2 2.0.53) looks like our `TaskSpec` as far as field 1, the
template, and differs after it: 2 default inputs (there a parameter with a name, here documentation with an
identifier), 3 a short name, 4 an environment, 5 documentation. In JSON the template is called
`taskTemplate`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flowidl.source.definitions import Kind
from flowidl.source.messages import descriptor
from flowidl.source.wire.encoding import fields
from flowidl.source.wire.tables import Table

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Tags of length-delimited fields.
_TEMPLATE, _SHORT_NAME, _ENVIRONMENT, _DOCUMENTATION = (number << 3 | 2 for number in (1, 3, 4, 5))
#: How the template of a task begins: with an identifier, `n` bytes long, of resource type TASK.
_IDENTIFIER, _OF_A_TASK = b"\x0a", b"\x08\x01"


def is_flyte_2(data: bytes, tables: Mapping[str, Table]) -> bool:
    """Tell whether bytes are a task of Flyte 2: a task's template, and what only Flyte 2 has beside it."""
    table = tables.get(Kind.TASK_SPEC.value) or Table(descriptor(Kind.TASK_SPEC))
    found: dict[int, bytes] = {}
    for tag, _, _, start, end in fields(data, 0, len(data), table):
        if tag not in found:
            found[tag] = data[start : min(end, start + 4)]
        if tag != _TEMPLATE and not _is_task(found.get(_TEMPLATE, b"")):
            return False
    beside = found.keys() & {_SHORT_NAME, _ENVIRONMENT, _DOCUMENTATION}
    return _is_task(found.get(_TEMPLATE, b"")) and (_ENVIRONMENT in beside or len(beside) > 1)


def _is_task(template: bytes) -> bool:
    return template[:1] == _IDENTIFIER and template[2:4] == _OF_A_TASK


def is_flyte_2_document(value: object) -> bool:
    """Tell whether plain values are a task of Flyte 2."""
    if not isinstance(value, dict):
        return False
    fields_by_name = cast("dict[object, object]", value)
    template = fields_by_name.get("taskTemplate", fields_by_name.get("task_template"))
    return isinstance(template, dict)
