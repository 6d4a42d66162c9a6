"""Which flowidl this is, and on which protobuf it runs."""

from __future__ import annotations

from flowidl.tuples import NamedTuple

#: The package's version. The build reads it from here.
__version__ = "0.1.0"

#: The release of flyteidl that the schema is compared with, element by element.
UPSTREAM = "1.16.8"


class Versions(NamedTuple):
    """What a bug report needs to say."""

    #: Version of this package.
    flowidl: str
    #: Release of flyteidl with the same wire format and JSON.
    flyteidl: str
    #: Release of protobuf whose generator wrote the modules; the oldest runtime that can import them.
    gencode: str
    #: Release of protobuf installed here.
    protobuf: str
    #: How that protobuf is implemented: `upb`, `cpp` or `python`.
    implementation: str
    #: Version of the Python interpreter.
    python: str


def versions() -> Versions:
    """Return the versions of everything that decides how definitions are read."""
    import sys

    import google.protobuf
    from google.protobuf.internal import api_implementation

    from flowidl._schema import GENCODE

    python = ".".join(map(str, sys.version_info[:3]))
    return Versions(
        __version__, UPSTREAM, GENCODE, google.protobuf.__version__, api_implementation.Type(), python
    )
