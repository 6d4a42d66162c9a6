"""What a call changes about its node: `with_overrides(retries=3)`, or `overrides(handle, retries=3)`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowidl.builders.nodes import node_id
from flowidl.errors import BuildError, closest
from flowidl.sdk.metadata import Cache, VersionParameters
from flowidl.sdk.pods import extended_resources, pod_message
from flowidl.sdk.promises import Promise
from flowidl.sdk.resources import Amount

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flowidl.builders.nodes import Step

#: The options as they are written, and how the builders call those that they take as they are.
_AS_THEY_ARE = ("name", "aliases", "retries", "interruptible", "cache_version", "cache_serialize")
_OTHERS = (
    *("node_name", "timeout", "cache", "requests", "limits", "resources", "container_image", "accelerator"),
    *("shared_memory", "pod_template", "task_config"),
)


def overridden(step: Step, options: Mapping[str, Any], entity: Any) -> Step:
    """Return a step of a call of an entity, with its node changed."""
    words = step.message.metadata.name
    for name, value in options.items():
        if name not in (*_AS_THEY_ARE, *_OTHERS):
            raise BuildError(
                f"there is no override `{name}`, given to `{words}`",
                help=closest(name, (*_AS_THEY_ARE, *_OTHERS)),
            )
        if (
            name == "retries"
            and value is not None
            and (isinstance(value, bool) or not isinstance(value, int))
        ):
            raise BuildError(
                f"the retries of `{words}` are a `{value.__class__.__qualname__}`", help="give a number"
            )
        if isinstance(value, Promise):
            raise BuildError(f"the override `{name}` of `{words}` is a promise", help="give a value")
    given: dict[str, Any] = {name: options[name] for name in _AS_THEY_ARE if options.get(name) is not None}
    _node(given, options)
    _cache(given, options, words, entity)
    _task(given, options, words, entity)
    changed = step.with_overrides(**given)
    if "timeout" in options and options["timeout"] is None:
        changed.message.metadata.ClearField("timeout")
    return changed


def _node(given: dict[str, Any], options: Mapping[str, Any]) -> None:
    if options.get("node_name") is not None:
        given["id"] = node_id(options["node_name"])
    if options.get("timeout") is not None:
        given["timeout"] = options["timeout"]


def _cache(given: dict[str, Any], options: Mapping[str, Any], words: str, entity: Any) -> None:

    cache = options.get("cache")
    if isinstance(cache, Cache):
        function = getattr(entity, "task_function", None)
        given["cache"] = True
        given["cache_version"] = cache.get_version(VersionParameters(function or (lambda: None)))
        given["cache_serialize"] = cache.serialize
    elif cache is not None:
        if cache and not options.get("cache_version") and not _has_version(entity):
            raise BuildError(
                f"`{words}` is cached without a version",
                rule="node-cache-without-version",
                help='add `cache_version="1"`',
            )
        given["cache"] = bool(cache)


def _has_version(entity: Any) -> bool:
    metadata = getattr(entity, "metadata", None)
    return bool(getattr(metadata, "cache_version", ""))


def _task(given: dict[str, Any], options: Mapping[str, Any], words: str, entity: Any) -> None:
    """Take the overrides that only nodes with a task have."""
    amount = Amount(options.get("resources"), options.get("requests"), options.get("limits"))
    wanted: dict[str, Any] = {}
    if amount.given:
        wanted["resources"] = amount.override
    if options.get("container_image") is not None:
        wanted["container_image"] = str(options["container_image"])
    if options.get("accelerator") is not None or options.get("shared_memory"):
        wanted["extended_resources"] = extended_resources(
            options.get("accelerator"), options.get("shared_memory")
        )
    if options.get("pod_template") is not None:
        wanted["pod_template"] = pod_message(options["pod_template"])
    config = options.get("task_config")
    if config is not None and type(config) is not type(getattr(entity, "task_config", None)):
        raise BuildError(f"`{words}` has a task config of another type than `{type(config).__qualname__}`")
    given.update(wanted)
