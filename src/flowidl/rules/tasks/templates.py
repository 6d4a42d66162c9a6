"""Rules 820-829: placeholders in commands, arguments and statements that cannot be filled in.

`flowidl.templates` has the grammar. The back end fills placeholders in when it makes a pod, for every try
anew, so that nothing of this comes to light before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl import templates
from flowidl.compiler.entities import TaskRecord
from flowidl.core.v1.types_pb2 import SimpleType
from flowidl.findings import Phase
from flowidl.rules.declaration import ERROR, WARNING, Found, rule
from flowidl.rules.kubernetes.podspecs import pods, text
from flowidl.rules.phrases import Hints, listed, node_phrase, or_else, quoted
from flowidl.rules.tasks.jobs import Job, jobs, task_phrase
from flowidl.source.definitions import Kind
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.core.v1.types_pb2 import LiteralType
    from flowidl.rules.context import Context
    from flowidl.source.definitions import Place

_READS = (
    "core.TaskTemplate.sql",
    "core.TaskTemplate.custom",
    "core.Container.command",
    "core.Container.args",
    "core.K8sPod.pod_spec",
    "core.Sql.statement",
)

#: Kinds of message that registration wrote: what it fills in, it has filled in there.
_REGISTERED = (Kind.TASK, Kind.WORKFLOW, Kind.COMPILED_TASK, Kind.COMPILED_WORKFLOW_CLOSURE)
#: What registration puts in place of the addresses of code that was uploaded.
_OF_REGISTRATION = frozenset(("remotepackagepath", "destdir"))
#: How alike a word is, from 0 to 1, that is taken for one of ours: programs have placeholders of their own.
_ALIKE = 0.84


class _Text(NamedTuple):
    """A text that the back end fills placeholders into: what it is called, where it is, and whose it is.

    A `statement` is run by another service, of which only the installation knows: nothing there is certain.
    """

    phrase: str
    place: Place
    text: str
    task: TaskRecord
    statement: bool


@rule("FI820", "unknown-input-in-template", ERROR, Phase.RUN, reads=_READS)
def unknown_input_in_template(context: Context) -> Iterator[Found]:
    """A placeholder names an input that the task does not have

    What: `{{.inputs.NAME}}` stands in the command or in the arguments of a container, or in a statement, and
    the task has no input of that name. The word `inputs` may be in any letter case, the name may not. A dot
    belongs to the name: there is no way to name a part of an input.

    Why it fails: registration does not look. When the task runs, every try fails because the requested input
    is not found. Who runs a statement is up to the installation, so there it is a warning.

    Fix: correct the name, or add the input to the task's interface.
    """
    hints = Hints()
    for each in context.once(_texts):
        known = each.task.template.interface.inputs.variables
        for name in _names(each) if known else ():
            if name not in known:
                inputs = f"its inputs are {listed(sorted(known))}"
                yield Found(
                    each.place,
                    f"{each.phrase} names the input {quoted(name)}, which {task_phrase(each.task)} lacks",
                    or_else(hints.did_you_mean(name, sorted(known)), inputs),
                    severity=WARNING if each.statement else None,
                )


@rule("FI821", "input-without-text-form", WARNING, Phase.RUN, reads=_READS)
def input_without_text_form(context: Context) -> Iterator[Found]:
    """A placeholder names an input whose values cannot be written as text

    What: `{{.inputs.NAME}}` names an input that is a map, a union, a dataset, an error or nothing, or a list
    of such. Numbers, strings, truth values, times, enumerations, files, schemas, structures, and lists of
    them can be written.

    Why it fails: when the task runs, every try fails with an unexpected type. A structure is written only
    where its values are binary, as newer SDKs write them, and a union only if its value comes plain.

    Fix: give the value in a form of its own, for example as a string, or pass `{{.input}}`, the path of a
    file     with all inputs.
    """
    for each in context.once(_texts):
        known = each.task.template.interface.inputs.variables
        for name in _names(each):
            reason = _unprintable(known[name].type) if name in known else ""
            if reason:
                yield Found(
                    each.place,
                    f"{each.phrase} names the input {quoted(name)} of {task_phrase(each.task)}, "
                    f"which is {reason} and has no text form",
                    "pass it in another form, or pass `{{.input}}` and read the inputs from that file",
                    related=(("the input", each.task.field("interface", "inputs", "variables").key(name)),),
                )


@rule("FI822", "unknown-placeholder", WARNING, Phase.RUN, reads=_READS)
def unknown_placeholder(context: Context) -> Iterator[Found]:
    """A placeholder is almost one that the back end knows

    What: a string in braces resembles a placeholder, and is misspelt: `{{.output_prefix}}`, `{{inputs.x}}`.
    Placeholders that resemble none are left to the program that they are for.

    Why it fails: the back end leaves what it does not know as it is, and the program gets the braces.

    Fix: correct the name. Known are `input`, `inputs.NAME`, `inputPrefix`, `outputPrefix`,
    `rawOutputDataPrefix`, `perRetryUniqueKey`, `taskTemplatePath`, `prevCheckpointPrefix`,
    `checkpointOutputPrefix` and `namespace`, each after a dot, in any letter case.
    """
    hints = Hints()
    for each in context.once(_texts):
        for placeholder in templates.left_alone(each.text):
            meant = _meant(placeholder.name, each.task, hints)
            if meant:
                yield Found(
                    each.place,
                    f"{each.phrase} has {quoted(placeholder.text)}, which is no placeholder and stays",
                    f"did you mean {quoted(meant)}?",
                )


@rule("FI823", "template-left-over", WARNING, Phase.RUN, reads=(*_READS, "core.Container.image"))
def template_left_over(context: Context) -> Iterator[Found]:
    """What packaging or registration fills in was left unfilled

    What: an image still has a placeholder, or a task that was registered still has
    `{{ .remote_package_path }}` or `{{ .dest_dir }}`. In a package the latter are as they should be.

    Why it fails: nothing fills them in any more. The container cannot be pulled, or fails when it looks for
    its code.

    Fix: for an image, give the image's configuration when packaging; else register the package by the
    command that uploads its code.
    """
    for phrase, image, place in _images(context):
        if "{{" in image:
            yield Found(
                place,
                f"the image of {phrase} is {quoted(image)}, a template that nothing fills in",
                "give the image, or its configuration, when packaging",
            )
    for each in context.once(_texts):
        if each.task.definition.kind not in _REGISTERED:
            continue
        for placeholder in templates.left_alone(each.text):
            if templates.plain(placeholder.name) in _OF_REGISTRATION:
                yield Found(
                    each.place,
                    f"{each.phrase} still has {quoted(placeholder.text)}, which registration fills in",
                    "register by the command that uploads the code",
                )


@rule("FI824", "placeholder-without-inputs", WARNING, Phase.RUN, reads=_READS)
def placeholder_without_inputs(context: Context) -> Iterator[Found]:
    """A placeholder names an input, and the task has no inputs at all

    What: `{{.inputs.NAME}}` stands in a command, in arguments or in a statement of a task without inputs.

    Why it fails: for such a task the back end leaves the text as it is, and the program gets the braces.

    Fix: add the input to the task's interface, or take the placeholder out.
    """
    for each in context.once(_texts):
        for name in () if each.task.template.interface.inputs.variables else _names(each):
            yield Found(
                each.place,
                f"{each.phrase} names the input {quoted(name)}, and {task_phrase(each.task)} has no inputs, "
                "so the text stays as it is",
                "add the input to the interface",
            )


def _texts(context: Context) -> tuple[_Text, ...]:
    """Return every text that the back end fills in. Ask for it by `context.once`."""
    return tuple(each for each in (*_of_tasks(context), *_of_pods(context)) if "{{" in each.text)


def _of_tasks(context: Context) -> Iterator[_Text]:
    for task in context.model.tasks:
        template = task.template
        of = task_phrase(task)
        for position, word in enumerate(template.container.command):
            yield _Text(
                f"the command of {of}", task.field("container", "command").item(position), word, task, False
            )
        for position, word in enumerate(template.container.args):
            yield _Text(
                f"an argument of {of}", task.field("container", "args").item(position), word, task, False
            )
        if template.sql.statement:
            yield _Text(
                f"the statement of {of}", task.field("sql", "statement"), template.sql.statement, task, True
            )
    for job in context.once(jobs):
        for names, words in _statements(job):
            yield _Text(f"the {names[-1]} of {job.phrase}", job.place(*names), words, job.task, True)


def _statements(job: Job) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the texts of a query that the back end fills in, each with the names of the fields to it."""
    message = job.custom.message
    if job.type == "hive":
        yield ("query", "query"), message.query.query
    elif job.type == "presto":
        for field in ("statement", "catalog", "schema"):
            yield (field,), getattr(message, field)
        yield ("routingGroup",), message.routing_group


def _of_pods(context: Context) -> Iterator[_Text]:
    for pod in context.once(pods):
        task = pod.record if isinstance(pod.record, TaskRecord) else pod.record.target
        if not isinstance(task, TaskRecord):
            continue
        for container in pod.containers():
            for field, kind in (("command", "the command"), ("args", "an argument")):
                words = container.fields.get(field)
                for position, word in enumerate(words if isinstance(words, list) else ()):
                    where = f"{kind} of container {quoted(container.name)} of {pod.phrase}"
                    yield _Text(
                        where, pod.place((*container.steps, field, position)), text(word), task, False
                    )


def _images(context: Context) -> Iterator[tuple[str, str, Place]]:
    """Yield every image: of what, its name, and its place."""
    for task in context.model.tasks:
        yield task_phrase(task), task.template.container.image, task.field("container", "image")
    for node in context.model.overridden:
        if node.message is not None:
            image = node.message.task_node.overrides.container_image
            yield node_phrase(node), image, node.field("task_node", "overrides", "container_image")
    for pod in context.once(pods):
        for container in pod.containers():
            image = text(container.fields.get("image"))
            yield pod.phrase, image, pod.place((*container.steps, "image"))


def _names(each: _Text) -> list[str]:
    """Return the names of inputs in a string, each once, in order."""
    return list(dict.fromkeys(placeholder.name for placeholder in templates.inputs(each.text)))


def _unprintable(type: LiteralType) -> str:
    """Say what a type is that has no text form, or nothing."""
    lists = 0
    while type.WhichOneof("type") == "collection_type":
        lists, type = lists + 1, type.collection_type
    kind = type.WhichOneof("type")
    simple = {SimpleType.NONE: "nothing", SimpleType.ERROR: "an error"}
    reason = {
        "map_value_type": "a map",
        "union_type": "a union",
        "structured_dataset_type": "a dataset",
        "simple": simple.get(type.simple, ""),
    }.get(kind or "", "")
    return f"a list of {reason.removeprefix('a ').removeprefix('an ')}s" if lists and reason else reason


def _meant(name: str, task: TaskRecord, hints: Hints) -> str:
    """Return the placeholder that was probably meant, or an empty text."""
    word = templates.plain(name)
    words = {known.casefold(): known for known in templates.WORDS}
    if word in _OF_REGISTRATION:
        return ""
    rest = name.partition(".")[2]
    if word in ("inputs", "input") and rest:
        return f"{{{{.inputs.{rest}}}}}" if rest in task.template.interface.inputs.variables else ""
    if word not in words:
        from difflib import SequenceMatcher

        closest = hints.closest(word, words) or ""
        word = closest if SequenceMatcher(None, word, closest).ratio() >= _ALIKE else ""
    return f"{{{{.{words[word]}}}}}" if word in words else ""
