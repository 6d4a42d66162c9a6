"""What Kubernetes lets things be called: names, keys and values of labels, variables, ports, paths.

Each question is answered with the reason why not, in a few words, or with an empty text. Kubernetes itself
holds every object against these rules, whatever the installation. The lengths are those of its API, and are
asked before any pattern, so that a long text costs nothing.
"""

from __future__ import annotations

import re

#: Longest DNS label, label value, and name part of a key.
LABEL = 63
#: Longest DNS subdomain: names of most objects, prefixes of keys, keys of config maps and secrets.
SUBDOMAIN = 253
#: Longest name of a port.
PORT_NAME = 15
#: All annotations of one object together, in bytes.
ANNOTATIONS = 256 * 1024

_DNS_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_DNS_LABEL_1035 = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
_DNS_SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_QUALIFIED = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?")
_CONFIG_KEY = re.compile(r"[-._a-zA-Z0-9]+")
_VARIABLE = re.compile(r"[-._a-zA-Z][-._a-zA-Z0-9]*")
_RELAXED_VARIABLE = re.compile(r"[ -<>-~]+")
_PORT_NAME = re.compile(r"[-a-z0-9]+")
_HEADER = re.compile(r"[-A-Za-z0-9]+")
_SYSCTL = re.compile(r"[a-z0-9]([-_a-z0-9]*[a-z0-9])?([./][a-z0-9]([-_a-z0-9]*[a-z0-9])?)*")

_WORDS = "lower-case letters, digits and dashes, with a letter or digit at both ends"
_KEY_WORDS = "letters, digits, dashes, underscores and dots, with a letter or digit at both ends"


def _unless(pattern: re.Pattern[str], text: str, longest: int, words: str) -> str:
    """Say why `text` does not match, or is empty or too long."""
    if not text:
        return "it is empty"
    if len(text) > longest:
        return f"it has {len(text)} characters, and at most {longest} are allowed"
    return "" if pattern.fullmatch(text) else f"it must be {words}"


def label_problem(name: str) -> str:
    """Say why `name` is no DNS label: names of containers and volumes."""
    return _unless(_DNS_LABEL, name, LABEL, _WORDS)


def old_label_problem(name: str) -> str:
    """Say why `name` is no DNS label of the older kind, which begins with a letter: names of services."""
    return _unless(_DNS_LABEL_1035, name, LABEL, f"{_WORDS}, and begin with a letter")


def subdomain_problem(name: str) -> str:
    """Say why `name` is no DNS subdomain: names of objects."""
    return _unless(_DNS_SUBDOMAIN, name, SUBDOMAIN, f"{_WORDS}, in parts joined by dots")


def key_problem(key: str) -> str:
    """Say why `key` is no qualified name: keys of labels, taints and topologies."""
    prefix, slash, name = key.rpartition("/")
    if slash:
        if "/" in prefix:
            return "it has more than one slash"
        reason = subdomain_problem(prefix)
        if reason:
            return f"before the slash, {reason}"
    if not name:
        return "its name is empty"
    reason = _unless(_QUALIFIED, name, LABEL, _KEY_WORDS)
    return reason.replace("it ", "its name ", 1)


def annotation_key_problem(key: str) -> str:
    """Say why `key` is no key of an annotation; capitals count as small letters there."""
    return key_problem(key.lower())


def value_problem(value: str) -> str:
    """Say why `value` cannot be the value of a label. An empty one can."""
    return _unless(_QUALIFIED, value, LABEL, _KEY_WORDS) if value else ""


def variable_problem(name: str) -> str:
    """Say why `name` cannot be the name of an environment variable, on any version of Kubernetes."""
    if not name:
        return "it is empty"
    if "=" in name:
        return "it holds a `=`"
    return "" if _RELAXED_VARIABLE.fullmatch(name) else "it must be printable ASCII"


def old_variable_problem(name: str) -> str:
    """Say why `name` cannot be the name of an environment variable before Kubernetes 1.32."""
    if not name:
        return "it is empty"
    if not _VARIABLE.fullmatch(name):
        return "it must be letters, digits, dashes, underscores and dots, and not begin with a digit"
    return _directory(name)


def config_key_problem(key: str) -> str:
    """Say why `key` cannot be a key of a config map or secret."""
    words = "letters, digits, dashes, underscores and dots"
    return _unless(_CONFIG_KEY, key, SUBDOMAIN, words) or _directory(key)


def _directory(name: str) -> str:
    if name in (".", ".."):
        return f"it is `{name}`"
    return "it begins with `..`" if name.startswith("..") else ""


def port_name_problem(name: str) -> str:
    """Say why `name` cannot be the name of a port."""
    reason = _unless(_PORT_NAME, name, PORT_NAME, "lower-case letters, digits and dashes")
    if reason:
        return reason
    if not any("a" <= character <= "z" for character in name):
        return "it has no letter"
    if "--" in name:
        return "it has two dashes in a row"
    return "it begins or ends with a dash" if "-" in (name[0], name[-1]) else ""


def header_problem(name: str) -> str:
    """Say why `name` cannot be the name of an HTTP header."""
    return "" if _HEADER.fullmatch(name) else "it must be letters, digits and dashes"


def sysctl_problem(name: str) -> str:
    """Say why `name` cannot be the name of a kernel setting."""
    return _unless(_SYSCTL, name, SUBDOMAIN, "lower-case words joined by dots or slashes")


def address_problem(text: str) -> str:
    """Say why `text` is no IP address, version 4 or 6."""
    import ipaddress  # start-up: for pods with addresses only

    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return "it is no IP address"
    return "it names a zone" if getattr(address, "scope_id", None) else ""


def inner_path_problem(path: str) -> str:
    """Say why `path` does not stay within the folder that it is relative to."""
    if path.startswith("/"):
        return "it must be a relative path"
    return stepping_problem(path)


def stepping_problem(path: str) -> str:
    """Say why `path` leads up again."""
    return "it must not hold `..`" if ".." in path.split("/") else ""


def item_path_problem(path: str) -> str:
    """Say why `path` cannot be where an item of a volume is put."""
    return inner_path_problem(path) or ("it must not begin with `..`" if path.startswith("..") else "")
