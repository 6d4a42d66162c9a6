"""Requests and limits: what each resource may be called, and how much of it may be asked for.

Before Kubernetes sees a pod, the back end changes its resources: `gpu` gets the name of the installation's
GPUs (`nvidia.com/gpu` unless it is configured), requests are cut to limits, and what is missing is filled in:
in the container that runs the task and in init containers from one side to the other, in all others with
nothing. A request without a limit gets a limit of 0 there, and is refused.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flowidl.kubernetes.demands import shown
from flowidl.kubernetes.names import key_problem
from flowidl.kubernetes.problems import Fault, Problem, Steps
from flowidl.quantities import Quantity, parse_quantity
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.kubernetes.reading import Part
    from flowidl.kubernetes.surroundings import Surroundings

#: What containers can have by a plain name.
STANDARD = ("cpu", "ephemeral-storage", "memory")
_HUGE = "hugepages-"
_NATIVE = "kubernetes.io/"
_GPU, _GPU_NAME = "gpu", "nvidia.com/gpu"
#: What the back end cuts to the limit, and gives a limit where there is none.
_ADJUSTED = (*STANDARD, _GPU_NAME)
_NANO = 10**9
_SIZE = re.compile(r"[0-9]+[KMGTPE]i")
_ALIASES = {"mem": "memory", "ram": "memory", "cpus": "cpu", "cores": "cpu", "storage": "ephemeral-storage"}


class _Amount(NamedTuple):
    """A request or limit as it reaches Kubernetes: its quantity, and where it was written."""

    quantity: Quantity
    place: Steps


def resource_problems(part: Part, pod: Surroundings, fills_in: bool | None) -> Iterator[Problem]:
    """Check requests and limits.

    `fills_in` tells whether the back end fills in what is missing (the task's container, init containers);
    `None` if it does not touch them at all.
    """
    limits, requests = _amounts(part, "limits", fills_in), _amounts(part, "requests", fills_in)
    for side in (limits, requests):
        for name, amount in side.items():
            yield from _entry(name, amount)
    for name, request in requests.items():
        limit = limits.get(name)
        if limit is None:
            yield from _unlimited(name, request, fills_in)
        else:
            yield from _compared(name, request, limit, fills_in)
    huge = next((a for a in (*_huge(limits), *_huge(requests))), None)
    if fills_in is None and huge and not ({"cpu", "memory"} & {*limits, *requests}):
        reason = "asks for huge pages without asking for cpu or memory"
        yield Problem(Fault.CONFLICT, huge.place, reason, "ask for memory, too")
    yield from _claims(part, pod)


def _amounts(part: Part, side: str, fills_in: bool | None) -> dict[str, _Amount]:
    found = {name: _Amount(value, part.at(side, name)) for name, value in part.quantities(side).items()}
    if fills_in is not None and _GPU in found:
        found[_GPU_NAME] = found.pop(_GPU)
    return found


def _huge(amounts: dict[str, _Amount]) -> list[_Amount]:
    return [amount for name, amount in amounts.items() if name.startswith(_HUGE)]


def _is_native(name: str) -> bool:
    return "/" not in name or _NATIVE in name


def _entry(name: str, amount: _Amount) -> Iterator[Problem]:
    """Check the name and the amount of one entry."""
    reason = _name_problem(name)
    if reason:
        guess = _ALIASES.get(name.lower(), name.lower())
        help = f"did you mean `{guess}`?" if guess in STANDARD else ""
        yield Problem(Fault.RESOURCE_NAME, amount.place, reason, help, known=STANDARD)
    nanos, text = amount.quantity.nanos, amount.quantity.text
    if nanos < 0:
        yield Problem(Fault.AMOUNT, amount.place, f"is {shown(text)}, less than nothing")
    elif not _is_native(name) and nanos % _NANO:
        yield Problem(Fault.AMOUNT, amount.place, f"is {shown(text)}, and devices come whole")
    elif name.startswith(_HUGE):
        size = name.removeprefix(_HUGE)
        page = parse_quantity(size) if size else None
        if page is None or page.nanos <= 0 or nanos % page.nanos or not nanos:
            reason = f"is {shown(text)}, which is no multiple of the page size `{size}`"
            yield Problem(Fault.AMOUNT, amount.place, reason)


def _name_problem(name: str) -> str:
    reason = key_problem(name)
    if reason:
        return f"is no name of a resource: {reason}"
    if "/" not in name:
        known = name in STANDARD or name.startswith(_HUGE)
        words = ", ".join(f"`{word}`" for word in STANDARD)
        return "" if known else f"is no resource: it must be one of {words}, or have a domain in front"
    if _NATIVE not in name:
        reason = key_problem(f"requests.{name}")
        if reason or name.startswith("requests."):
            return f"is no name of a resource: {reason or 'it begins with `requests.`'}"
    return ""


def _unlimited(name: str, request: _Amount, fills_in: bool | None) -> Iterator[Problem]:
    device = not _is_native(name) or name.startswith(_HUGE)
    filled = fills_in is not None and name in _ADJUSTED
    if fills_in is False and filled and request.quantity.nanos > 0:
        reason = (
            "has no limit: in a container that is not the task's own the back end sets one of 0, "
            "which the request is above"
        )
        yield Problem(Fault.NO_LIMIT, request.place, reason, "set the limit")
    elif device and not filled:
        reason = "has no limit, and this resource needs one"
        yield Problem(Fault.NO_LIMIT, request.place, reason, "set the limit, to the same amount")


def _compared(name: str, request: _Amount, limit: _Amount, fills_in: bool | None) -> Iterator[Problem]:
    device = not _is_native(name) or name.startswith(_HUGE)
    asked, allowed = request.quantity.nanos, limit.quantity.nanos
    if fills_in is not None and name in _ADJUSTED and (allowed or fills_in):
        asked = min(asked, allowed) if allowed else 0
    if asked > allowed or (device and asked != allowed):
        relation = "must equal its limit of" if device else "is more than its limit of"
        reason = f"is {shown(request.quantity.text)}, and {relation} {shown(limit.quantity.text)}"
        yield Problem(Fault.ABOVE_LIMIT, request.place, reason, related=limit.place)


def _claims(part: Part, pod: Surroundings) -> Iterator[Problem]:
    first: dict[tuple[str, str], Part] = {}
    for claim in part.parts("claims"):
        name = claim.text("name")
        known = first.setdefault((name, claim.text("request")), claim)
        if known is not claim:
            reason = f"is {shown(name)} once more"
            yield Problem(Fault.REPEATED, claim.at("name"), reason, certain=False, related=known.at("name"))
        elif pod.claims is not None and name not in pod.claims:
            reason = f"is {shown(name)}, which is not among the pod's `resourceClaims`"
            known_names = tuple(sorted(pod.claims))
            yield Problem(Fault.REFERENCE, claim.at("name"), reason, certain=False, known=known_names)


def overhead_problems(spec: Part) -> Iterator[Problem]:
    """Check what a pod needs besides its containers."""
    for name, quantity in spec.quantities("overhead").items():
        yield from _entry(name, _Amount(quantity, spec.at("overhead", name)))
