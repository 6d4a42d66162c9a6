"""Packs about tasks: what does not compile, and caching."""
