"""Types of values, as builders offer them. They are made in `flowidl.values`."""

from flowidl.values.datasets import Schema, StructuredDataset
from flowidl.values.files import Directory, File
from flowidl.values.markers import Exactly, HashMethod, Note
from flowidl.values.types import (
    blob_type,
    collection_type,
    dataset_type,
    enum_type,
    literal_type,
    map_type,
    optional_type,
    pickle_type,
    schema_type,
    union_type,
)

__all__ = [
    "Directory",
    "Exactly",
    "File",
    "HashMethod",
    "Note",
    "Schema",
    "StructuredDataset",
    "blob_type",
    "collection_type",
    "dataset_type",
    "enum_type",
    "literal_type",
    "map_type",
    "optional_type",
    "pickle_type",
    "schema_type",
    "union_type",
]
