"""Objects that travel pickled, because no type describes them.

Reading a pickle runs code that it names, so neither direction happens unless asked for: `pickling(True)`
for a block, `FLOWIDL_LOCAL_PICKLE=1` for a process. Bytes are the exception: their annotation is typed as a
pickle, as in other SDKs, and they are read by a reader that knows no classes.
"""

from __future__ import annotations

import contextvars
import io
import os
import pathlib
import pickle
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn

from flowidl.core.v1.types_pb2 import BlobType, LiteralType
from flowidl.errors import BuildError
from flowidl.values.blobs import blob_in, blob_literal, new_file
from flowidl.values.converter import Converter
from flowidl.values.places import download, is_remote, new_address, upload

if TYPE_CHECKING:
    from collections.abc import Generator

    from flowidl.core.v1.literals_pb2 import Literal

PICKLE_FORMAT = "PythonPickle"
VARIABLE = "FLOWIDL_LOCAL_PICKLE"

_ALLOWED: contextvars.ContextVar[bool | None] = contextvars.ContextVar("flowidl-pickles", default=None)


def may_pickle() -> bool:
    """Tell whether pickles were asked for."""
    allowed = _ALLOWED.get()
    return os.environ.get(VARIABLE, "") not in ("", "0") if allowed is None else allowed


@contextmanager
def pickling(allowed: bool | None) -> Generator[None]:
    """Allow or forbid pickles for a block; `None` leaves it as it is."""
    token = _ALLOWED.set(_ALLOWED.get() if allowed is None else allowed)
    try:
        yield
    finally:
        _ALLOWED.reset(token)


def pickled_as(class_name: str) -> LiteralType:
    """Return the type of an object of a class, by the class's text."""
    type = LiteralType(blob=BlobType(format=PICKLE_FORMAT))
    type.metadata.update({"python_class_name": class_name})
    return type


class Pickles(Converter):
    """Objects of a class, or of any."""

    def __init__(self, cls: Any, literal_type: LiteralType | None = None) -> None:
        super().__init__(literal_type or pickled_as(str(cls)), "FlytePickle")
        self._cls = cls

    def write(self, value: object, name: str) -> Literal:
        """Write an object of the class to a file of its own."""
        if value is None or (isinstance(self._cls, type) and not isinstance(value, self._cls)):
            raise self.refusal(value, name)
        self._check_allowed(name)
        return self._written(value, name)

    def read(self, literal: Literal, name: str) -> object:
        """Read an object. This runs what the pickle says."""
        path = self._path(literal, name)
        self._check_allowed(name)
        return pickle.loads(pathlib.Path(path).read_bytes())  # asked for

    def _check_allowed(self, name: str) -> None:
        if not may_pickle():
            raise BuildError(
                f"`{name}` travels as a pickle, which can run any code when it is read",
                help=f"ask for pickles with `pickle=True` or {VARIABLE}=1",
            )

    def _written(self, value: object, name: str) -> Literal:
        try:
            data = pickle.dumps(value)
        except Exception as error:  # a class may raise anything while it is pickled
            raise BuildError(f"`{name}` cannot be pickled: {error}") from None
        address = new_address("object.pkl")
        path = new_file("object.pkl") if is_remote(address) else address
        pathlib.Path(path).write_bytes(data)
        if path != address:
            upload(path, address, folder=False)
        return blob_literal(address, self.type.blob, PICKLE_FORMAT)

    def _path(self, literal: Literal, name: str) -> str:
        found = blob_in(literal, self, name)
        if found.metadata.type.format != PICKLE_FORMAT:
            raise self.misread(literal, name)
        return download(found.uri, folder=False)


class PickledBytes(Pickles):
    """The annotation `bytes`: pickled, but neither written nor read with any class."""

    def write(self, value: object, name: str) -> Literal:
        """Write bytes."""
        if value.__class__ is not bytes:
            raise self.refusal(value, name)
        return self._written(value, name)

    def read(self, literal: Literal, name: str) -> object:
        """Read bytes; a pickle that names a class is refused."""
        path = self._path(literal, name)
        try:
            value = _Plain(io.BytesIO(pathlib.Path(path).read_bytes())).load()
        except (pickle.UnpicklingError, EOFError) as error:
            raise BuildError(f"`{name}` is no pickle of bytes: {error}") from None
        if value.__class__ is not bytes:
            raise self.refusal(value, name)
        return value


class _Plain(pickle.Unpickler):
    """A reader of pickles that knows no class and no function."""

    def find_class(self, module_name: str, global_name: str, /) -> NoReturn:
        raise pickle.UnpicklingError(f"it names `{module_name}.{global_name}`")
