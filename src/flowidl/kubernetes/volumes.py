"""Volumes: what concerns several fields of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.kubernetes.demands import shown
from flowidl.kubernetes.problems import Fault, Problem, Steps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.kubernetes.reading import Part

_OURS = ("kubernetes.io", "k8s.io")


def empty_dir(part: Part) -> Iterator[Problem]:
    """Check a volume that begins empty."""
    limit = part.quantity("sizeLimit")
    if limit is not None and limit.nanos < 0:
        yield Problem(Fault.AMOUNT, part.at("sizeLimit"), f"is {shown(limit.text)}, less than nothing")


def azure_disk(part: Part) -> Iterator[Problem]:
    """Check a disk of Azure, whose place is written by its kind."""
    uri = part.text("diskURI")
    start = "/subscriptions/" if part.text("kind") == "Managed" else "https://"
    if uri and not uri.startswith(start):
        yield Problem(Fault.FORM, part.at("diskURI"), f"must begin with `{start}` for this `kind`")


def fibre_channel(part: Part) -> Iterator[Problem]:
    """Check a volume of a fibre channel."""
    if part.texts("targetWWNs") and not part.has("lun"):
        yield Problem(Fault.MISSING, part.at("lun"), "must be there together with `targetWWNs`")


def flex_volume(part: Part) -> Iterator[Problem]:
    """Check a flex volume, whose options must not be those of Kubernetes."""
    for key in part.map("options"):
        prefix, slash, _ = key.rpartition("/")
        if slash and any(prefix == domain or prefix.endswith(f".{domain}") for domain in _OURS):
            yield Problem(Fault.FORM, part.at("options", key), "has a key that Kubernetes keeps for itself")


def iscsi(part: Part) -> Iterator[Problem]:
    """Check a volume of iSCSI."""
    for field in ("chapAuthDiscovery", "chapAuthSession"):
        if part.flag(field) and not part.has("secretRef"):
            yield Problem(Fault.MISSING, part.at("secretRef"), f"must be there where `{field}` is true")
            return


def quobyte(part: Part) -> Iterator[Problem]:
    """Check a volume of Quobyte."""
    if len(part.text("tenant")) > 64:
        yield Problem(Fault.FORM, part.at("tenant"), "must have at most 64 characters")


def claim(part: Part) -> Iterator[Problem]:
    """Check a claim that is made for a pod."""
    modes = part.texts("accessModes")
    if "ReadWriteOncePod" in modes and len(modes) > 1:
        reason = "must be the only entry where it is `ReadWriteOncePod`"
        yield Problem(Fault.CONFLICT, part.at("accessModes"), reason, "keep one access mode")
    resources = part.part("resources")
    storage = None if resources is None else resources.quantities("requests").get("storage")
    place: Steps = part.at("resources", "requests", "storage")
    if storage is None:
        yield Problem(Fault.MISSING, place, "must be there", "say how much is wanted")
    elif storage.nanos <= 0:
        yield Problem(Fault.AMOUNT, place, f"is {shown(storage.text)}, and must be more than nothing")


def data_source(part: Part) -> Iterator[Problem]:
    """Check where the data of a claim come from."""
    kind = part.text("kind")
    if kind and not part.text("apiGroup") and kind != "PersistentVolumeClaim":
        reason = f"is {shown(kind)}, and without `apiGroup` it must be `PersistentVolumeClaim`"
        yield Problem(Fault.CHOICE, part.at("kind"), reason)


def projected(part: Part) -> Iterator[Problem]:
    """Check that no two items of a projected volume are one file. (Kubernetes leaves tokens out.)"""
    first: dict[str, Steps] = {}
    for source in part.parts("sources"):
        for path, place in _paths(source):
            if path in first:
                reason = f"is {shown(path)}, where another item is put"
                yield Problem(Fault.REPEATED, place, reason, "change one of the two", related=first[path])
            elif path:
                first[path] = place


def _paths(source: Part) -> Iterator[tuple[str, Steps]]:
    for field in ("secret", "configMap", "downwardAPI"):
        projection = source.part(field)
        for item in () if projection is None else projection.parts("items"):
            yield item.text("path"), item.at("path")
