"""Packs about entities: ids, references, what registration asks, and compiled closures."""
