"""Runs in flytekit's environment: imports modules, and says which line made each node of their workflows.

    python record_nodes.py FOLDER MODULE OUT

Writes every entity as a file of a package into OUT, and prints as JSON, by workflow and node path, the lines
of the user's code from the inside out. Nothing of flowidl is here.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections import OrderedDict
from pathlib import Path

folder, module, out = sys.argv[1:]
sys.path.insert(0, folder)

from flytekit.configuration import Image, ImageConfig, SerializationSettings  # noqa: E402
from flytekit.core.condition import BranchNode  # noqa: E402
from flytekit.core.context_manager import FlyteEntities  # noqa: E402
from flytekit.core.node import Node  # noqa: E402
from flytekit.core.workflow import PythonFunctionWorkflow  # noqa: E402
from flytekit.tools.translator import get_serializable  # noqa: E402

made = {}
kept = []
original = Node.__init__


def record(self, *args, **kwargs):
    original(self, *args, **kwargs)
    lines = []
    frame = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_filename.startswith(folder):
            positions = list(frame.f_code.co_positions())
            lines.append((Path(frame.f_code.co_filename).name, positions[frame.f_lasti // 2][0]))
        frame = frame.f_back
    made[id(self)] = lines
    kept.append(self)


Node.__init__ = record
importlib.import_module(module)


def walk(node, path, found):
    path = f"{path}/{node.id}" if path else node.id
    found[path] = made.get(id(node), [])
    if isinstance(node.flyte_entity, BranchNode):
        block = node.flyte_entity._ifelse_block
        for case in (block.case, *(block.other or [])):
            walk(case.then_node, path, found)
        if block.else_node:
            walk(block.else_node, path, found)


settings = SerializationSettings(
    image_config=ImageConfig(Image("d", "a", "b")), project="", domain="", version=""
)
entities = list(FlyteEntities.entities)
lines = {}
for entity in entities:
    if isinstance(entity, PythonFunctionWorkflow):
        entity.compile()
        lines[entity.name] = found = {}
        for node in entity.nodes:
            walk(node, "", found)
cache = OrderedDict()
for entity in entities:
    get_serializable(cache, settings, entity)
number = 0
for spec in cache.values():
    kind = {"TaskSpec": 1, "WorkflowSpec": 2}.get(type(spec).__name__)
    if kind is not None:
        message = spec.to_flyte_idl()
        name = f"{number:03d}_{message.template.id.name}_{kind}.pb"
        Path(out, name).write_bytes(message.SerializeToString())
        number += 1
print(json.dumps(lines))
