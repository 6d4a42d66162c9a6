"""The fuzz target: any bytes in, a report out. Nothing is swallowed; a rule that crashes counts as a crash.

The first byte chooses how the rest is taken: under which name, as which kind, strictly or not.
"""

from __future__ import annotations

from flowidl.source import DEFAULT_LIMITS, File, LoadOptions
from flowidl.source.canonical import digest
from flowidl.source.definitions import KINDS
from flowidl.source.loading import load
from flowidl.source.tree import tree
from flowidl.validator.pipeline import examine

NAMES = (
    "x_1.pb",
    "x_2.pb",
    "x_3.pb",
    "x.pb",
    "x.tgz",
    "x.tar",
    "x.zip",
    "x.json",
    "x.yaml",
    "x.txtpb",
    "x.pb.gz",
)
LIMITS = DEFAULT_LIMITS._replace(total_size=1 << 22, member_size=1 << 21, elements=20_000, members=200)


def fuzz(data: bytes) -> None:
    """Read and validate `data`. Raises for any fault of the program."""
    choice = data[0] if data else 0
    name = NAMES[choice % len(NAMES)]
    kind = KINDS[choice % len(KINDS)] if choice > 127 else None
    options = LoadOptions(kind=kind, strict=bool(choice & 1), trust_text=True, limits=LIMITS)
    file = File(name, data[1:])
    for definition in load(file, options=options).definitions:
        assert digest(definition)
        assert all(line.isprintable() for line in tree(definition.message))
    crashed = [finding for finding in examine([file], reading=options).findings if finding.code == "FI900"]
    assert not crashed, crashed
