"""Two versions of a set of definitions: what changed by meaning, and what each definition's meaning is.

    compared = compare(load("old.tgz").definitions, load("new.tgz").definitions)
    compared.changes        what differs, in the user's words, in order

Whom a change breaks is a matter of rules: see `flowidl breaking`.
"""

from flowidl.changes.compare import Change, ChangeKind, Comparison, compare
from flowidl.changes.meaning import Attention

__all__ = ["Attention", "Change", "ChangeKind", "Comparison", "compare"]
