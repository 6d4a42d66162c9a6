"""`BuildError`, as builders offer it; see `flowidl.errors`."""

from flowidl.errors import RULES, BuildError, closest

__all__ = ["RULES", "BuildError", "closest"]
