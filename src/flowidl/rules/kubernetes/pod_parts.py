"""Every pod of the input, and every part of one that stands alone, with what Kubernetes says of it.

Pods stand in tasks, in overrides at nodes, and in the `custom` of plugins. Each place is one `PodPart`, made
by one of the `SOURCES`; all of them are held against the same checks (`flowidl.kubernetes`), and what these
say is shared out among the rules by `CODES`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.compiler.entities import TaskRecord
from flowidl.kubernetes import Fault, Problem, Shape, check, written
from flowidl.paths import ROOT, FieldPath
from flowidl.rules.declaration import WARNING, Found
from flowidl.rules.kubernetes.podspecs import PRIMARY, field_path
from flowidl.rules.phrases import Hints, entity, node_phrase, quoted
from flowidl.rules.tasks.plugin_pods import custom_pods
from flowidl.tuples import NamedTuple
from flowidl.types.structs import to_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flowidl.compiler.entities import NodeRecord
    from flowidl.kubernetes import Steps
    from flowidl.kubernetes.reading import Json, Part
    from flowidl.rules.context import Context
    from flowidl.source.definitions import Place


class PodPart(NamedTuple):
    """A pod spec, a container, resources or metadata of a pod, and where they stand.

    `path` leads from the record to a `Struct`, `base` the steps in there to the value.
    `primary` is the name of the container that runs the task, if the value is a pod. `adjusted` is false
    where the back end hands resources on as they are. `partial` is true where it uses only some of what is
    there, `merged` where it adds what the task's own pod has: then nothing is certain, and what is missing
    may stand there.
    """

    phrase: str
    record: TaskRecord | NodeRecord
    path: FieldPath
    base: Steps
    shape: Shape
    value: Json
    primary: str = ""
    adjusted: bool = True
    partial: bool = False
    merged: bool = False

    @property
    def is_task_pod(self) -> bool:
        """Whether it is the pod of a task: registration reads it, and looks at its containers' names."""
        return isinstance(self.record, TaskRecord) and self.path == TASK_POD

    @property
    def template(self) -> str:
        """The name of the pod template that the task asks for, whose parts are added to its own."""
        record = self.record if isinstance(self.record, TaskRecord) else self.record.target
        return record.template.metadata.pod_template_name if isinstance(record, TaskRecord) else ""

    def place(self, steps: Steps = ()) -> Place:
        """Return the place of something in the value."""
        place, inner = self.record.place(self.path), (*self.base, *steps)
        return place.under(field_path(inner)).step(written(inner)) if inner else place


class Examined(NamedTuple):
    """A part of a pod, as it was read, and what is wrong with it."""

    part: PodPart
    root: Part
    problems: list[Problem]


TASK_POD = ROOT.field("k8s_pod", "pod_spec")
OVERRIDE_POD = ROOT.field("task_node", "overrides", "pod_template", "pod_spec")
CUSTOM = ROOT.field("custom")
#: A plugin that makes pods of its own, and takes only some settings from the task's.
_SPARK = "spark"


def _own_pods(context: Context) -> Iterator[PodPart]:
    """Yield the pods of tasks, and those of overrides at nodes."""
    for task in context.model.tasks:
        template = task.template
        if template.HasField("k8s_pod") and template.k8s_pod.HasField("pod_spec"):
            phrase = "the pod of the task" if task.id is None else f"the pod of {entity(task.id)}"
            value = to_json(template.k8s_pod.pod_spec)
            primary = template.config[PRIMARY] if PRIMARY in template.config else ""  # noqa: SIM401
            partial = template.type == _SPARK
            yield PodPart(phrase, task, TASK_POD, (), Shape.POD, value, primary, partial=partial)
    for node in context.model.overridden:
        if node.message is not None and node.message.task_node.overrides.pod_template.HasField("pod_spec"):
            pod = node.message.task_node.overrides.pod_template
            phrase, value = f"the pod of {node_phrase(node)}", to_json(pod.pod_spec)
            primary = pod.primary_container_name
            yield PodPart(phrase, node, OVERRIDE_POD, (), Shape.POD, value, primary)


def _legacy_pods(context: Context) -> Iterator[PodPart]:
    """Yield the pods of sidecar tasks of the first two versions, which stand in `custom`."""
    for task in context.model.tasks:
        template = task.template
        if (
            template.type != "sidecar"
            or template.task_type_version not in (0, 1)
            or template.HasField("k8s_pod")
        ):
            continue
        custom = to_json(template.custom)
        value: Json = custom
        key = ""
        if template.task_type_version == 0:
            key = next((name for name in template.custom.fields if name.lower() == "podspec"), "")
            value = custom.get(key)
        if value:
            phrase = "the pod of the task" if task.id is None else f"the pod of {entity(task.id)}"
            yield PodPart(phrase, task, CUSTOM, (key,) if key else (), Shape.POD, value)


def _pods_of_plugins(context: Context) -> Iterator[PodPart]:
    """Yield the pods in the custom parts of plugins, which are merged into those of their tasks."""
    for pod in context.once(custom_pods):
        value, partial = to_json(pod.message.pod_spec), pod.job.type == _SPARK
        place = (pod.phrase, pod.job.task, CUSTOM, pod.steps)
        yield PodPart(*place, Shape.POD, value, pod.primary, partial=partial, merged=True)


#: Who knows of pods. To have more of them checked, add a function here.
SOURCES: tuple[Callable[[Context], Iterator[PodPart]], ...] = (
    _own_pods,
    _legacy_pods,
    _pods_of_plugins,
)


def examined(context: Context) -> tuple[Examined, ...]:
    """Return every part of a pod with what is wrong with it. Ask for it by `context.once`."""
    found: list[Examined] = []
    for source in SOURCES:
        for part in source(context):
            root, problems = check(part.value, part.shape, primary=part.primary, adjusted=part.adjusted)
            found.append(Examined(part, root, problems))
    return tuple(found)


def task_pods(context: Context) -> dict[int, Examined]:
    """Return the pods of tasks by the `id()` of the task's record. Ask for it by `context.once`."""
    return {id(found.part.record): found for found in context.once(examined) if found.part.is_task_pod}


#: The rule of each kind of problem.
CODES = {
    Fault.UNKNOWN_KEY: "FI640",
    Fault.UNREADABLE: "FI641",
    Fault.MISSING: "FI642",
    Fault.ABOVE_LIMIT: "FI649",
    Fault.AMOUNT: "FI650",
    Fault.LABEL: "FI661",
    Fault.ANNOTATION: "FI662",
    Fault.IMAGE: "FI664",
    Fault.CHOICE: "FI880",
    Fault.RANGE: "FI881",
    Fault.FORM: "FI882",
    Fault.CONFLICT: "FI883",
    Fault.REPEATED: "FI884",
    Fault.RESOURCE_NAME: "FI885",
    Fault.NO_LIMIT: "FI886",
    Fault.REFERENCE: "FI887",
}
#: The rule of a problem with one field, where it has one of its own.
CODES_OF_FIELDS = {
    (Fault.REPEATED, "Container.name"): "FI643",
    (Fault.FORM, "Container.name"): "FI644",
    (Fault.MISSING, "Container.name"): "FI644",
    (Fault.FORM, "Volume.name"): "FI644",
    (Fault.MISSING, "Volume.name"): "FI644",
    (Fault.REPEATED, "Volume.name"): "FI645",
    (Fault.REFERENCE, "VolumeMount.name"): "FI646",
    (Fault.REFERENCE, "VolumeDevice.name"): "FI646",
    (Fault.MISSING, "PodSpec.containers"): "FI647",
    (Fault.MISSING, "Container.image"): "FI648",
    (Fault.FORM, "Container.image"): "FI664",
    (Fault.FORM, "EnvVar.name"): "FI665",
    (Fault.MISSING, "EnvVar.name"): "FI665",
}
#: What a pod template of the installation may add, so that a pod lacks it only if there is none.
_RESCUED = frozenset(
    (
        (Fault.MISSING, "Container.image"),
        (Fault.MISSING, "PodSpec.dnsConfig"),
        (Fault.MISSING, "PodDNSConfig.nameservers"),
        (Fault.REFERENCE, "VolumeMount.name"),
        (Fault.REFERENCE, "VolumeDevice.name"),
        (Fault.REFERENCE, "ResourceClaim.name"),
        (Fault.NO_LIMIT, "ResourceRequirements.requests"),
    )
)
_MAY_BE_ADDED = "a pod template of the installation may add it"


def found_by(context: Context, code: str) -> list[Found]:
    """Return what a rule finds in the pods of the input."""
    return context.once(_by_code).get(code, [])


def _by_code(context: Context) -> dict[str, list[Found]]:
    """Share the problems of all pods out among the rules."""
    found: dict[str, list[Found]] = {}
    hints = Hints()
    default = context.options.platform.default_pod_template
    for part, root, problems in context.once(examined):
        for problem in problems:
            about = (problem.fault, problem.subject)
            code = _code(problem)
            if part.is_task_pod and _is_known_at_registration(code, problem):
                continue
            if part.merged and about in _RESCUED:
                continue
            rescued = about in _RESCUED and bool(default or part.template)
            result = _found(part, root, problem, hints)
            if rescued:
                result = result._replace(notes=(*result.notes, _MAY_BE_ADDED))
            uncertain = (part.partial or part.merged) and problem.fault is not Fault.UNREADABLE
            if rescued or uncertain or not problem.certain:
                result = result._replace(severity=WARNING)
            found.setdefault(code, []).append(result)
    return found


def _code(problem: Problem) -> str:
    """Return the rule of a problem. Labels that something is chosen by are no labels of the pod."""
    if problem.fault is Fault.LABEL and not problem.subject.endswith("Metadata.labels"):
        return CODES[Fault.FORM]
    return CODES_OF_FIELDS.get((problem.fault, problem.subject)) or CODES[problem.fault]


def _is_known_at_registration(code: str, problem: Problem) -> bool:
    """Tell whether a rule about registration says the same of the pod of a task (FI603, FI604)."""
    named = code == "FI644" and problem.subject == "Container.name" and _is_of(problem.steps, "containers")
    return code == "FI641" or named


def _is_of(steps: Steps, field: str) -> bool:
    return isinstance(steps[0], str) and steps[0].lower() == field.lower()


def _found(part: PodPart, root: Part, problem: Problem, hints: Hints) -> Found:
    """Put words to a problem."""
    subject = subject_phrase(part, root, problem.steps)
    help = problem.help
    if problem.fault is Fault.UNKNOWN_KEY:
        key = str(problem.steps[-1])
        subject = subject_phrase(part, root, problem.steps[:-1])
        message = f"{subject} has a key {quoted(key)}, which the back end does not know"
        help = _elsewhere(problem, key) or hints.did_you_mean(key, sorted(problem.known)) or "remove it"
    elif problem.fault is Fault.UNREADABLE:
        message = f"{subject} is not as Kubernetes has it: {problem.reason} is expected"
        help = f"write {problem.reason}"
    else:
        message = f"{subject} {problem.reason}"
        help = (_guess(part, problem, hints) or help or "write it as Kubernetes has it").strip()
    related = (("the other place", part.place(problem.related)),) if problem.related is not None else ()
    notes = () if problem.certain else ("not every version of Kubernetes refuses it",)
    return Found(part.place(problem.steps), message, help, notes, related)


def _guess(part: PodPart, problem: Problem, hints: Hints) -> str:
    """Return a guess at what was meant, where the names that were possible are known."""
    if not problem.known:
        return ""
    value: object = part.value
    for step in problem.steps:
        if isinstance(value, dict):
            value = value.get(str(step))
        elif isinstance(value, list) and isinstance(step, int):
            value = value[step] if step < len(value) else None
    wrong = str(problem.steps[-1]) if problem.fault is Fault.RESOURCE_NAME else value
    if not isinstance(wrong, str) or not wrong:
        return ""
    same = next((name for name in problem.known if name.lower() == wrong.lower()), "")
    return f"did you mean {quoted(same)}?" if same else hints.did_you_mean(wrong, problem.known)


def _elsewhere(problem: Problem, key: str) -> str:
    """Say where a key belongs that stands at the wrong level."""
    from flowidl.kubernetes.structures import structures

    structure = problem.subject.partition(".")[0]
    if structure == "PodSpec" and structures()["Container"].field(key):
        return "it belongs to a container"
    if structure != "PodSpec" and structures()["PodSpec"].field(key):
        return "it belongs to the pod spec itself"
    return ""


_LISTS = {"containers": "container", "initcontainers": "init container", "volumes": "volume"}


def subject_phrase(part: PodPart, root: Part, steps: Steps) -> str:
    """Return what a place is: `env[0].name` of container `main` in the pod of task `fit`."""
    if not steps:
        return part.phrase
    word = _LISTS.get(str(steps[0]).lower(), "")
    if part.shape is not Shape.POD or not word or len(steps) < 2:
        return f"{quoted(written(steps))} in {part.phrase}"
    field = {"container": "containers", "init container": "initContainers", "volume": "volumes"}[word]
    position = steps[1] if isinstance(steps[1], int) else 0
    entries = root.parts(field)
    name = entries[position].text("name") if position < len(entries) else ""
    owner = f"{word} {quoted(name)}" if name else f"{quoted(written(steps[:2]))}"
    if len(steps) == 2:
        return f"{owner} in {part.phrase}"
    return f"{quoted(written(steps[2:]))} of {owner} in {part.phrase}"
