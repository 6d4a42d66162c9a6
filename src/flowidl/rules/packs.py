"""The table of rule packs, and how to find a rule.

To add a pack, add a row (see `docs/adding-a-rule.md`). To rename a rule, add its former name to
`REDIRECTS`; codes never change and are never used again.
"""

from __future__ import annotations

import enum
from functools import cache
from importlib import import_module

from flowidl.rules.declaration import Rule
from flowidl.rules.own import RESERVED, own_rules
from flowidl.tuples import NamedTuple


class Subject(enum.Enum):
    """What rules are about, and so which context they read and which command runs them."""

    #: Definitions that belong together: rules read a `Context`, `flowidl validate` runs them.
    DEFINITIONS = "definitions"
    #: The same, held against Flyte 2: run in addition where the target judges readiness.
    READINESS = "readiness"
    #: Two versions of them: rules read a `PairContext`, `flowidl breaking` runs them.
    VERSIONS = "versions"


class Pack(NamedTuple):
    """One module of rules, with the range of codes that it may use.

    `path` is where the module is in this package: `graph.graph_lint`. The cases of its rules are beside it,
    in a module whose name ends in `_cases`.
    """

    path: str
    title: str
    first: int
    last: int
    subject: Subject = Subject.DEFINITIONS

    @property
    def module(self) -> str:
        """The full name of the module."""
        return f"flowidl.rules.{self.path}"

    @property
    def name(self) -> str:
        """The last part of the module's name."""
        return self.path.rpartition(".")[2]

    def rules(self) -> tuple[Rule, ...]:
        """Import the pack and return its rules by code: every `Rule` that its module defines."""
        module = import_module(self.module)
        own = (value for value in vars(module).values() if isinstance(value, Rule))
        return tuple(
            sorted((r for r in own if self.first <= int(r.code[2:]) <= self.last), key=lambda r: r.code)
        )


#: Every pack, in the order of codes.
PACKS: tuple[Pack, ...] = (
    Pack("reading.source", "Input and wire", 0, 99),
    Pack("entities.identity", "Identity and required fields", 100, 139),
    Pack("entities.registration", "Registration", 150, 169),
    Pack("entities.closures", "Compiled closures", 170, 179),
    Pack("entities.references", "References", 200, 239),
    Pack("graph.graph", "The graph", 300, 339),
    Pack("graph.graph_lint", "What is lost without a word", 340, 359),
    Pack("data.bindings", "Bindings", 400, 419),
    Pack("data.promises", "Promises and aliases", 420, 439),
    Pack("data.loose_bindings", "Loose bindings", 440, 449),
    Pack("data.run_time_values", "Values at run time", 450, 469),
    Pack("nodes.branches", "Branches and conditions", 500, 519),
    Pack("nodes.special_nodes", "Gates and arrays", 520, 539),
    Pack("nodes.arrays", "Array nodes at run time", 550, 569),
    Pack("nodes.gates", "Gates at run time", 570, 579),
    Pack("nodes.alternatives", "Branches at run time", 580, 594),
    Pack("nodes.failure_nodes", "Failure nodes", 595, 599),
    Pack("tasks.task_compile", "Tasks that do not compile", 600, 619),
    Pack("kubernetes.resources", "Resources", 620, 639),
    Pack("kubernetes.pods", "Pod specs", 640, 659),
    Pack("kubernetes.kubernetes_names", "Names in Kubernetes", 660, 679),
    Pack("tasks.caching", "Caching", 680, 689),
    Pack("nodes.timeouts", "Timeouts", 690, 699),
    Pack("launch.launch_plans", "Launch plans", 700, 719),
    Pack("launch.input_values", "Values of inputs", 720, 729),
    Pack("launch.schedules", "Schedules", 730, 739),
    Pack("launch.notifications", "Labels and notifications", 740, 749),
    Pack("launch.executions", "Executions", 750, 759),
    Pack("launch.surroundings", "What runs bring along", 760, 769),
    Pack("sizes.sizes", "Size and depth", 800, 819),
    Pack("tasks.templates", "Placeholders", 820, 829),
    Pack("tasks.plugins", "Plugins", 830, 839),
    Pack("tasks.plugin_pods", "Pods of plugins", 840, 849),
    Pack("kubernetes.secrets", "Secrets", 850, 859),
    Pack("data.local_paths", "Paths of the packaging machine", 860, 869),
    Pack("tasks.executors", "Task types and executors", 870, 879),
    Pack("kubernetes.pod_values", "Values in pods", 880, 899),
    Pack("tool", "The tool itself", 900, 919),
    Pack("changes.callers", "Two versions: callers", 920, 929, Subject.VERSIONS),
    Pack("changes.cache", "Two versions: the cache", 930, 939, Subject.VERSIONS),
    Pack("changes.operation", "Two versions: operation", 940, 949, Subject.VERSIONS),
    Pack("changes.stored", "Two versions: stored values", 950, 959, Subject.VERSIONS),
    Pack("changes.known_callers", "Two versions: known callers", 960, 969, Subject.VERSIONS),
    Pack("readiness.flyte_2", "Readiness for Flyte 2", 970, 989, Subject.READINESS),
)

#: Former names of rules, each with the name that it has now.
REDIRECTS: dict[str, str] = {
    "invalid-override-pod": "unreadable-pod",
    "pod-schema-violation": "incomplete-pod",
}


def find(wanted: str, own: tuple[str, ...] = ()) -> Rule | None:
    """Return the rule with a code (`FI301`) or a name (`cycle`), present or former; `None` if there is none.

    A code imports one pack. A name imports packs until one has it. `own` are modules with rules of one's own
    (`flowidl.rules.own`), which are looked at first.
    """
    wanted = REDIRECTS.get(wanted, wanted)
    code = wanted.upper()
    for rule in own_rules(own):
        if rule.code == code or rule.name == wanted.lower():
            return rule
    if code.startswith("FI") and code[2:].isdecimal():
        number = int(code[2:])
        packs = tuple(pack for pack in PACKS if pack.first <= number <= pack.last)
    else:
        packs = PACKS
    return next(
        (r for pack in packs for r in pack.rules() if r.code == code or r.name == wanted.lower()), None
    )


@cache
def all_rules(own: tuple[str, ...] = ()) -> tuple[Rule, ...]:
    """Import every pack and return all rules by code, those of one's own (by module) among them."""
    rules = [r for pack in PACKS for r in pack.rules()]
    return tuple(sorted((*rules, *own_rules(own)), key=lambda r: r.code))


def subject_of(code: str) -> Subject:
    """Return what the rule with a code is about."""
    if not code.startswith(RESERVED):
        return Subject.DEFINITIONS
    number = int(code[2:])
    return next((pack.subject for pack in PACKS if pack.first <= number <= pack.last), Subject.DEFINITIONS)


@cache
def rules_about(subject: Subject) -> tuple[Rule, ...]:
    """Import the packs about a subject and return their rules by code."""
    found = (r for pack in PACKS if pack.subject is subject for r in pack.rules())
    return tuple(sorted(found, key=lambda r: r.code))


def similar(wanted: str, own: tuple[str, ...] = ()) -> list[str]:
    """Return codes and names that look like `wanted`, best first: for a hint after `find` found nothing."""
    from difflib import get_close_matches

    known = {word.lower(): word for r in all_rules(own) for word in (r.code, r.name)}
    return [known[word] for word in get_close_matches(wanted.lower(), known, n=3, cutoff=0.75)]
