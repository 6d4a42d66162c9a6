"""Rules 850-859: secrets that are not given to a task, or that keep its pod from being made.

The pod that runs a task carries its secrets as annotations, and a webhook turns them into variables, volumes
and mounts. Which manager keeps the secrets is the installation's choice; the default is Kubernetes itself.
What only that one refuses is a warning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.core.v1.security_pb2 import Secret
from flowidl.findings import Phase
from flowidl.kubernetes.names import config_key_problem, subdomain_problem, variable_problem
from flowidl.rules.declaration import ERROR, WARNING, Found, rule
from flowidl.rules.phrases import quoted
from flowidl.rules.tasks.jobs import task_phrase
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.compiler.entities import TaskRecord
    from flowidl.rules.context import Context
    from flowidl.source.definitions import Place

_SECRET = "core.Secret."
#: So many characters fit into one annotation, and into all annotations of a pod.
_LONGEST = 256 * 1024
#: So long may the name of a volume be.
_VOLUME = 63
_PREFIX = "_FSEC_"


class _Use(NamedTuple):
    """One secret of a task."""

    task: TaskRecord
    position: int
    secret: Secret

    @property
    def phrase(self) -> str:
        """What messages call it."""
        return f"secret {quoted(f'{self.secret.group}/{self.secret.key}')} of {task_phrase(self.task)}"

    @property
    def variable(self) -> str:
        """The name of the variable that it becomes, or empty if it becomes a file."""
        names = f"{_PREFIX}{self.secret.group}_{self.secret.key}".upper()
        return names if self.secret.mount_requirement == Secret.ENV_VAR else ""

    @property
    def is_file(self) -> bool:
        """Whether it becomes a file."""
        return self.secret.mount_requirement in (Secret.ANY, Secret.FILE)

    def field(self, *names: str) -> Place:
        """Return the place of the secret or of a field of it."""
        return self.task.field("security_context", "secrets").item(self.position).field(*names)


def _uses(context: Context) -> tuple[tuple[_Use, ...], ...]:
    """Return the secrets of each task that has some. Ask for it by `context.once`."""
    tasks = (task for task in context.model.tasks if task.template.security_context.secrets)
    return tuple(
        tuple(_Use(task, n, secret) for n, secret in enumerate(task.template.security_context.secrets))
        for task in tasks
    )


def _each(context: Context) -> Iterator[_Use]:
    for uses in context.once(_uses):
        yield from uses


@rule(
    "FI850",
    "secret-without-group-or-key",
    WARNING,
    Phase.RUN,
    reads=("core.TaskTemplate.security_context", f"{_SECRET}group", f"{_SECRET}key"),
)
def secret_without_group_or_key(context: Context) -> Iterator[Found]:
    """A secret has no group or no key

    What: the `group` or the `key` of a secret is empty.

    Why it fails: every manager of secrets that comes with the back end wants both. The pod is refused by the
    webhook for every try of the task.

    Fix: name both. Where secrets have no groups, the group is the name of the secret in Kubernetes.
    """
    for use in _each(context):
        missing = [field for field in ("group", "key") if not getattr(use.secret, field)]
        if missing:
            name = use.secret.group or use.secret.key
            yield Found(
                use.field(),
                f"{'secret ' + quoted(name) if name else 'a secret'} of {task_phrase(use.task)} has no "
                f"{' and no '.join(missing)}",
                "name both, the group and the key",
            )


@rule("FI851", "unknown-secret-mount", ERROR, Phase.RUN, reads=(f"{_SECRET}mount_requirement",))
def unknown_secret_mount(context: Context) -> Iterator[Found]:
    """A secret is wanted in a way that there is not

    What: the `mount_requirement` of a secret is none of `ANY`, `ENV_VAR` and `FILE`.

    Why it fails: the pod is refused by the webhook for every try of the task.

    Fix: ask for a variable or for a file.
    """
    for use in _each(context):
        if use.secret.mount_requirement not in Secret.MountType.values():
            yield Found(
                use.field("mount_requirement"),
                f"{use.phrase} is wanted in the way {use.secret.mount_requirement}, which nobody knows",
                "use `ANY`, `ENV_VAR` or `FILE`",
            )


@rule("FI852", "secrets-too-long", ERROR, Phase.RUN, reads=("core.SecurityContext.secrets",))
def secrets_too_long(context: Context) -> Iterator[Found]:
    """The secrets of a task do not fit into the annotations of its pod

    What: the secrets of a task, written as text in base32, are longer than 262,144 characters.

    Why it fails: they travel as annotations of the pod, of which Kubernetes takes no more.

    Fix: ask for fewer secrets, by shorter names.
    """
    for uses in context.once(_uses):
        # The text is at least as long as the message; base32 takes eight characters for five.
        length = sum(-(-use.secret.ByteSize() * 8 // 5) for use in uses)
        if length > _LONGEST:
            yield Found(
                uses[0].task.field("security_context"),
                f"the secrets of {task_phrase(uses[0].task)} take at least {length:,} characters, and "
                f"{_LONGEST:,} are the most",
                "ask for fewer secrets, by shorter names",
            )


@rule("FI853", "invalid-secret-variable", WARNING, Phase.RUN, reads=(f"{_SECRET}env_var",))
def invalid_secret_variable(context: Context) -> Iterator[Found]:
    """A secret becomes a variable with a name that no variable can have

    What: `env_var` of a secret, or the name that is made of its group and key, is no name of an environment
    variable: it is not printable ASCII, or holds `=`.

    Why it fails: Kubernetes refuses the pod.

    Fix: correct the name, or ask for a file.
    """
    for use in _each(context):
        named = use.secret.env_var
        for name, names in ((named, ("env_var",)), (use.variable, ())):
            problem = variable_problem(name) if name else ""
            if problem:
                yield Found(
                    use.field(*names),
                    f"{use.phrase} becomes the variable {quoted(name)}, which cannot be: {problem}",
                    "correct the name" if names else "correct group and key, or ask for a file",
                )
                break


@rule("FI854", "invalid-secret-name", WARNING, Phase.RUN, reads=(f"{_SECRET}group", f"{_SECRET}key"))
def invalid_secret_name(context: Context) -> Iterator[Found]:
    """A secret has a group or a key that Kubernetes does not take

    What: the key is none that a secret in Kubernetes can have (letters, digits, `-`, `_` and `.`); or the
    secret is wanted as a variable, and its group is no name of a secret (small letters, digits, `-`, `.`).

    Why it fails: with secrets in Kubernetes, which is the default, the pod is refused. Other managers take
    other names for files, and most of them no variables at all.

    Fix: correct the name, or ask for a file.
    """
    for use in _each(context):
        group, key = use.secret.group, use.secret.key
        problem = config_key_problem(key) if key else ""
        if problem:
            yield Found(
                use.field("key"),
                f"{use.phrase} has a key that Kubernetes does not take: {problem}",
                "correct the key",
            )
        problem = subdomain_problem(group) if group and use.variable else ""
        if problem:
            yield Found(
                use.field("group"),
                f"{use.phrase} is wanted as a variable, and its group names no secret in Kubernetes: "
                f"{problem}",
                "correct the group, or ask for a file",
            )


@rule("FI855", "secret-group-too-long", WARNING, Phase.RUN, reads=(f"{_SECRET}group_version",))
def secret_group_too_long(context: Context) -> Iterator[Found]:
    """A secret's group makes too long a name of a volume

    What: the secret is wanted as a file, and its group and version make more than 38 bytes.

    Why it fails: with secrets in Kubernetes, which is the default, the volume is called by both in base32,
    and no name of a volume has more than 63 characters. The pod is refused.

    Fix: shorten the group or its version, or ask for a variable.
    """
    for use in _each(context):
        name = f"{use.secret.group}_{use.secret.group_version}".encode()
        length = -(-len(name) * 8 // 5)
        if use.is_file and length > _VOLUME:
            yield Found(
                use.field("group"),
                f"the volume of {use.phrase} has a name of {length} characters, and {_VOLUME} are the most",
                "shorten the group or its version",
            )


@rule("FI856", "secrets-collide", WARNING, Phase.RUN, reads=(f"{_SECRET}group", f"{_SECRET}group_version"))
def secrets_collide(context: Context) -> Iterator[Found]:
    """Two secrets of a task have one place

    What: two secrets become one variable, because their groups and keys in capitals, joined by `_`, are the
    same; or their groups differ in letter case only, or in the version only, and both are wanted as files.

    Why it fails: of two variables the second is left out without a word. Two groups of files have one folder,
    and Kubernetes refuses a pod with two mounts at one path, or a mount without its volume.

    Fix: rename one, or ask for one as a file and for the other as a variable.
    """
    for uses in context.once(_uses):
        seen: dict[tuple[str, str], _Use] = {}
        for use in uses:
            for place in _places(use):
                first = seen.setdefault(place, use)
                problem = "" if first is use else _collision(first.secret, use.secret, *place)
                if problem:
                    yield Found(
                        use.field(),
                        f"{use.phrase} {problem} as {quoted(f'{first.secret.group}/{first.secret.key}')}",
                        "rename one, or ask for one as a file and for the other as a variable",
                        related=(("the other secret", first.field()),),
                    )


def _places(use: _Use) -> Iterator[tuple[str, str]]:
    """Yield where a secret is put: variables by their names, and a folder by its group."""
    for name in dict.fromkeys((use.variable, use.secret.env_var)):
        if name:
            yield "variable", name
    if use.is_file and use.secret.group:
        yield "folder", use.secret.group.lower()


def _collision(first: Secret, second: Secret, kind: str, name: str) -> str:
    """Say how two secrets at one place differ, or nothing if they do not."""
    if kind == "variable":
        differ = any(
            getattr(first, field) != getattr(second, field) for field in ("group", "key", "group_version")
        )
        return f"becomes the same variable {quoted(name)}" if differ else ""
    if first.group != second.group:
        return "has the same folder, because their groups differ in letter case only,"
    if first.group_version != second.group_version:
        return "has the same folder in another version"
    return ""
