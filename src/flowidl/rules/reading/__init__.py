"""Packs about inputs: files, archives, encodings, and fields that readers do not know."""
