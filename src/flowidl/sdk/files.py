"""Files and folders under the names that SDK users know. They are those of `flowidl.values`."""

from __future__ import annotations

import os

from flowidl.values import Directory, File, converter_of, register


class FlyteFile(File):
    """A file, as `flowidl.values.File`."""


class FlyteDirectory(Directory):
    """A folder, as `flowidl.values.Directory`."""


register(os.PathLike, lambda _cls: converter_of(FlyteFile))
