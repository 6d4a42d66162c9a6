"""Packs about the data that flows: bindings, promises, and what values meet at run time."""
