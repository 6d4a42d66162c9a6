"""Cases of `rules/changes/cache.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.rules.snippets import bad, case_file, good, ident, interface, near
from flowidl.source.definitions import Kind

if TYPE_CHECKING:
    from flowidl.rules.case import CaseFile


def _task(
    *, version: str = "1", image: str = "r.io/fit:1", words: str = "x: int -> o0: int", cached: bool = True
) -> CaseFile:
    metadata = f'discoverable: {str(cached).lower()} discovery_version: "{version}"'
    body = f'id {{ {ident("TASK", "fit")} }} type: "container" metadata {{ {metadata} }}'
    container = f'container {{ image: "{image}" args: "fit" }}'
    return case_file(Kind.TASK_SPEC, "fit_1.pb", f"template {{ {body} {interface(words)} {container} }}")


AT = "template.metadata.discovery_version"

CASES = (
    bad("FI930", "one more output", _task(words="x: int -> o0: int, o1: int"), old=(_task(),), at=AT),
    good(
        "FI930",
        "one more output and a new cache version",
        _task(words="x: int -> o0: int, o1: int", version="2"),
        old=(_task(),),
    ),
    near(
        "FI930",
        "one more output of a task that is not cached",
        _task(words="x: int -> o0: int, o1: int", cached=False),
        old=(_task(cached=False),),
    ),
    bad("FI931", "an image of another repository", _task(image="r.io/fit-gpu:1"), old=(_task(),), at=AT),
    good(
        "FI931",
        "another image and a new cache version",
        _task(image="r.io/fit-gpu:1", version="2"),
        old=(_task(),),
    ),
    near("FI931", "another tag of the same image", _task(image="r.io/fit:2"), old=(_task(),)),
    bad("FI932", "a new cache version of the same task", _task(version="2"), old=(_task(),), at=AT),
    good(
        "FI932",
        "a new cache version of another image",
        _task(image="r.io/fit-gpu:1", version="2"),
        old=(_task(),),
    ),
    near(
        "FI932",
        "a new cache version with another tag of the image",
        _task(image="r.io/fit:2", version="2"),
        old=(_task(),),
    ),
)
