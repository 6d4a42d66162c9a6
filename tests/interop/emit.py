"""Serialize every module of a folder with flytekit, by whose interpreter this is run.

    python emit.py FOLDER      [{"module": ..., "kind": ..., "name": ..., "data": base64}, ...]

A module's tasks, workflows and launch plans are taken by its globals. Launch plans of its `REGISTERED` are
serialized with the options that they stand beside; dynamic tasks of its `DYNAMIC` are run, with the inputs
beside them, up to the job that they hand over.
"""

import base64
import importlib
import json
import sys
from collections import OrderedDict
from pathlib import Path

from flytekit.configuration import Image, ImageConfig, SerializationSettings
from flytekit.core.base_task import PythonTask
from flytekit.core.context_manager import ExecutionState, FlyteContextManager
from flytekit.core.launch_plan import LaunchPlan
from flytekit.core.workflow import WorkflowBase
from flytekit.models.admin.workflow import WorkflowSpec
from flytekit.models.launch_plan import LaunchPlan as LaunchPlanMessage
from flytekit.models.task import TaskSpec
from flytekit.tools.translator import get_serializable

KINDS = {TaskSpec: "TaskSpec", WorkflowSpec: "WorkflowSpec", LaunchPlanMessage: "LaunchPlan"}


def settings():
    image = Image(name="default", fqn="reg.example/app", tag="v9")
    images = ImageConfig(default_image=image, images=[image])
    return SerializationSettings(project="proj", domain="dev", version="ver1", image_config=images)


def entities(module):
    found = OrderedDict()
    for each in vars(module).values():
        if isinstance(each, (PythonTask, WorkflowBase, LaunchPlan)):
            get_serializable(found, settings(), each)
            if isinstance(each, WorkflowBase):
                get_serializable(found, settings(), LaunchPlan.get_default_launch_plan(None, each))
    return found


def registered(module):
    for plan, options in getattr(module, "REGISTERED", {}).items():
        yield get_serializable(OrderedDict(), settings(), plan, options)


def messages(module):
    for model in (*entities(module).values(), *registered(module)):
        if type(model) in KINDS:
            message = model.to_flyte_idl()
            name = (message.id if isinstance(model, LaunchPlanMessage) else message.template.id).name
            yield entry(module, KINDS[type(model)], name, message)
    yield from jobs(module)


def jobs(module):
    context = FlyteContextManager.current_context().with_serialization_settings(settings())
    for task, inputs in getattr(module, "DYNAMIC", {}).items():
        with FlyteContextManager.with_context(context) as serializing:
            running = serializing.execution_state.with_params(mode=ExecutionState.Mode.TASK_EXECUTION)
            with FlyteContextManager.with_context(serializing.with_execution_state(running)) as executing:
                job = task.compile_into_workflow(executing, task.task_function, **inputs).to_flyte_idl()
        yield entry(module, "DynamicJobSpec", task.name, job)


def entry(module, kind, name, message):
    data = base64.b64encode(message.SerializeToString(deterministic=True)).decode()
    return {"module": module.__name__, "kind": kind, "name": name, "data": data}


def main():
    folder = Path(sys.argv[1])
    sys.path.insert(0, str(folder))
    found = []
    for path in sorted(folder.glob("*.py")):
        found += messages(importlib.import_module(path.stem))
    json.dump(found, sys.stdout)


main()
