"""What is known only when definitions are written for a place: project, images, variables."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flowidl.builders.entry_points import FLYTEKIT, EntryPoint
from flowidl.errors import BuildError

if TYPE_CHECKING:
    from collections.abc import Mapping

#: The image of a task that names none; whoever writes the definitions says which one it is.
DEFAULT_IMAGE = "{{.image.default}}"

_TEMPLATE = re.compile(r"\{\{\s*\.images?\.(?P<name>[\w-]+)(?:\.(?P<part>\w+))?\s*\}\}", re.IGNORECASE)


@dataclass(frozen=True)
class Image:
    """An image: a short name, and where it is. A digest is given as the tag, `sha256:...`, or as `digest`."""

    name: str
    fqn: str
    tag: str | None = None
    digest: str | None = None

    @property
    def version(self) -> str:
        """The tag or digest."""
        return self.digest or self.tag or ""

    @property
    def full(self) -> str:
        """The whole reference, as containers have it."""
        if not self.version:
            return self.fqn
        return f"{self.fqn}{'@' if self.version.startswith('sha256:') else ':'}{self.version}"

    @staticmethod
    def of(name: str, reference: str) -> Image:
        """Return the image of a whole reference."""
        base, at, digest = reference.partition("@")
        if at:
            return Image(name, base, digest=digest)
        path, slash, last = base.rpartition("/")
        last, _, tag = last.partition(":")
        return Image(name, f"{path}{slash}{last}", tag or None)


@dataclass(frozen=True)
class ImageConfig:
    """The images that tasks may name, and the one of those that name none."""

    default_image: Image | None = None
    images: list[Image] | None = None

    @staticmethod
    def auto(img_name: str | None = None) -> ImageConfig:
        """Return a configuration with one image."""
        image = Image.of("default", img_name) if img_name else None
        return ImageConfig(image, [image] if image else None)

    def find(self, name: str) -> Image:
        """Return an image by its short name."""
        known = {each.name.lower(): each for each in self.images or ()}
        if self.default_image is not None:
            known["default"] = self.default_image
        image = known.get(name.lower())
        if image is None:
            raise BuildError(
                f"no image is called `{name}`", help=f"there are {', '.join(sorted(known)) or 'none'}"
            )
        return image


@dataclass(frozen=True)
class FastSerializationSettings:
    """Whether code travels beside the image."""

    enabled: bool = False
    destination_dir: str | None = None
    distribution_location: str | None = None


@dataclass(frozen=True)
class SerializationSettings:
    """Where definitions are written for. `entry_point` is the program that a task's container runs."""

    image_config: ImageConfig = field(default_factory=ImageConfig)
    project: str | None = None
    domain: str | None = None
    version: str | None = None
    env: Mapping[str, str] | None = None
    git_repo: str | None = None
    python_interpreter: str | None = None
    flytekit_virtualenv_root: str | None = None
    fast_serialization_settings: FastSerializationSettings | None = None
    source_root: str | None = None
    entry_point: EntryPoint = FLYTEKIT

    def image(self, given: str | None) -> str:
        """Return the image of a task that names `given`, with its placeholders filled."""

        def filled(match: re.Match[str]) -> str:
            image = self.image_config.find(match["name"])
            part = (match["part"] or "").lower()
            if part in ("", "fqn", "version"):
                return {"": image.full, "fqn": image.fqn, "version": image.version}[part]
            raise BuildError(f"`{match[0]}` names no part of an image", help="use `fqn` or `version`")

        return _TEMPLATE.sub(filled, given or DEFAULT_IMAGE)


#: For runs on this machine, where no container needs an image.
LOCAL = SerializationSettings(ImageConfig(Image("default", "local")))
