"""Reading: bytes, files, folders, archives and streams become definitions and problems.

`load` never raises for what an input holds. It yields definitions, and facts about everything that is wrong
with the input; the rules FI0xx give those facts a code, a sentence and a remedy.
"""

from flowidl.source.definitions import Definition, Kind, Origin, Place
from flowidl.source.inputs.files import File
from flowidl.source.limits import DEFAULT_LIMITS, Limits
from flowidl.source.loading import load
from flowidl.source.options import LoadOptions
from flowidl.source.problems import Fact, Loaded, Problem

__all__ = [
    "DEFAULT_LIMITS",
    "Definition",
    "Fact",
    "File",
    "Kind",
    "Limits",
    "LoadOptions",
    "Loaded",
    "Origin",
    "Place",
    "Problem",
    "load",
]
