"""Names of container images, as runtimes read them: `[registry[:port]/]repository[:tag][@digest]`."""

from __future__ import annotations

import re

#: Longest repository, without registry, in bytes.
LONGEST = 255
#: Longer texts are not looked at: repository, registry, tag and digest together are far shorter.
_LONGEST_TEXT = 4096

_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_COMPONENT = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_REGISTRY = re.compile(rf"(?:{_COMPONENT}(?:\.{_COMPONENT})*|\[[0-9a-fA-F:]+\])(?::[0-9]+)?")
_PART = re.compile(r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*")
_HEX = re.compile(r"[0-9a-f]+")
#: Digits of a digest, by algorithm.
_DIGESTS = {"sha256": 64, "sha384": 96, "sha512": 128}

_NO_FORM = "its repository is not well formed"
_DEFAULT, _OLD_DEFAULT = "docker.io", "index.docker.io"


def image_problem(image: str) -> str:
    """Say why `image` cannot be the name of a container image, or return an empty text."""
    if not image:
        return "it is empty"
    if len(image) > _LONGEST_TEXT:
        return f"it has {len(image)} characters"
    if len(image) == 64 and _HEX.fullmatch(image):
        return "64 hexadecimal digits are the id of an image, and not its name"
    registry, rest = _split(image)
    name, at, digest = rest.partition("@")
    reason = _digest_problem(digest) if at else ""
    if reason:
        return reason
    repository, colon, tag = name.partition(":")
    if repository != repository.lower():
        return "its repository has capitals"
    if colon and not _TAG.fullmatch(tag):
        return "its tag is empty" if not tag else "its tag has characters that a tag cannot have"
    if not _REGISTRY.fullmatch(registry):
        return f"its registry `{registry}` is not well formed" if registry.isprintable() else _NO_FORM
    if not all(_PART.fullmatch(part) for part in repository.split("/")):
        return _NO_FORM
    if len(repository) > LONGEST:
        return f"its repository has {len(repository)} characters, and at most {LONGEST} are allowed"
    return ""


def _split(image: str) -> tuple[str, str]:
    """Return the registry and the rest; what has no registry comes from the default one."""
    head, slash, rest = image.partition("/")
    named = slash and (set(head) & {".", ":"} or head == "localhost" or head != head.lower())
    registry, rest = (head, rest) if named else (_DEFAULT, image)
    if registry == _OLD_DEFAULT:
        registry = _DEFAULT
    if registry == _DEFAULT and "/" not in rest:
        rest = f"library/{rest}"
    return registry, rest


def _digest_problem(digest: str) -> str:
    algorithm, colon, digits = digest.partition(":")
    if not colon or algorithm not in _DIGESTS:
        return "what follows the `@` is no digest such as `sha256:...`"
    length = _DIGESTS[algorithm]
    if len(digits) != length:
        return f"its digest has {len(digits)} digits, and {algorithm} has {length}"
    return "" if _HEX.fullmatch(digits) else "its digest must be hexadecimal digits in lower case"
