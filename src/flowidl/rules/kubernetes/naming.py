"""What Kubernetes lets things be called: names, keys and values of labels, names of images and variables.

Each question is answered with the reason why not, in a few words, or with an empty text. Kubernetes itself
holds every object against these rules, whatever the installation. The lengths are those of its API.
"""

from __future__ import annotations

import re

#: Longest DNS label, label value, and name part of a key.
LABEL = 63
#: Longest DNS subdomain: names of most objects, prefixes of keys.
SUBDOMAIN = 253
#: All annotations of one object together, in bytes.
ANNOTATIONS = 256 * 1024

_DNS_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_DNS_SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_QUALIFIED = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?")

_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_DIGEST = re.compile(r"[A-Za-z][A-Za-z0-9]*([-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}")
_REGISTRY = re.compile(
    r"([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.|(?=:|$)))+(:[0-9]+)?|\[[0-9a-fA-F:]+\](:[0-9]+)?"
)
_REPOSITORY = re.compile(r"[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*")

_WORDS = "lower-case letters, digits and dashes, with a letter or digit at both ends"
_KEY_WORDS = "letters, digits, dashes, underscores and dots, with a letter or digit at both ends"


def label_problem(name: str) -> str:
    """Say why `name` is no DNS label: names of containers, volumes and ports."""
    if not name:
        return "it is empty"
    if len(name) > LABEL:
        return f"it has {len(name)} characters, and at most {LABEL} are allowed"
    return "" if _DNS_LABEL.fullmatch(name) else f"it must be {_WORDS}"


def subdomain_problem(name: str) -> str:
    """Say why `name` is no DNS subdomain: names of objects."""
    if not name:
        return "it is empty"
    if len(name) > SUBDOMAIN:
        return f"it has {len(name)} characters, and at most {SUBDOMAIN} are allowed"
    return "" if _DNS_SUBDOMAIN.fullmatch(name) else f"it must be {_WORDS}, in parts joined by dots"


def key_problem(key: str) -> str:
    """Say why `key` is no qualified name: keys of labels and annotations."""
    prefix, slash, name = key.rpartition("/")
    if slash:
        if "/" in prefix:
            return "it has more than one slash"
        reason = subdomain_problem(prefix)
        if reason:
            return f"before the slash, {reason}"
    if not name:
        return "its name is empty"
    if len(name) > LABEL:
        return f"its name has {len(name)} characters, and at most {LABEL} are allowed"
    return "" if _QUALIFIED.fullmatch(name) else f"its name must be {_KEY_WORDS}"


def value_problem(value: str) -> str:
    """Say why `value` cannot be the value of a label. An empty one can."""
    if len(value) > LABEL:
        return f"it has {len(value)} characters, and at most {LABEL} are allowed"
    return "" if not value or _QUALIFIED.fullmatch(value) else f"it must be {_KEY_WORDS}"


def image_problem(image: str) -> str:
    """Say why `image` cannot be the name of a container image."""
    name, at, digest = image.partition("@")
    if at and not _DIGEST.fullmatch(digest):
        return "what follows the `@` is no digest"
    head, slash, rest = name.rpartition("/")
    last, colon, tag = rest.partition(":")
    if colon and not _TAG.fullmatch(tag):
        return "its tag is empty" if not tag else "its tag has characters that a tag cannot have"
    path = f"{head}{slash}{last}".split("/")
    if len(path) > 1 and _is_registry(path[0]):
        del path[0]
    for part in path:
        if not _REPOSITORY.fullmatch(part):
            return (
                "its repository has capitals"
                if _REPOSITORY.fullmatch(part.lower())
                else "its repository is not well formed"
            )
    return ""


def _is_registry(part: str) -> bool:
    """Tell whether the first part of an image's name is a registry, as Docker does."""
    marked = set(part) & {".", ":", "["} or part == "localhost" or part != part.lower()
    return bool(marked) and _REGISTRY.fullmatch(part) is not None


def variable_problem(name: str) -> str:
    """Say why `name` cannot be the name of an environment variable, on any version of Kubernetes."""
    if not name:
        return "it is empty"
    if "=" in name:
        return "it holds a `=`"
    return "" if all(" " <= character <= "~" for character in name) else "it must be printable ASCII"
