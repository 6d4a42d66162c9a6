"""The forms that a text in a pod must have, by the word that the table has for them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flowidl.kubernetes.names import (
    address_problem,
    config_key_problem,
    header_problem,
    inner_path_problem,
    item_path_problem,
    key_problem,
    label_problem,
    old_variable_problem,
    port_name_problem,
    stepping_problem,
    subdomain_problem,
    sysctl_problem,
    value_problem,
    variable_problem,
)

if TYPE_CHECKING:
    from collections.abc import Callable

#: Longest name of a CSI driver.
_DRIVER = 63
#: Longest user name on Windows with its domain, and each of the two.
_WINDOWS_USER, _WINDOWS_DOMAIN = 104, 256

_IQN = re.compile(
    r"iqn\.[0-9]{4}-[0-9]{2}\.[0-9A-Za-z.-]+(:[^,;*&$|\s]+)?|eui.[0-9A-Za-z]{16}|naa.[0-9A-Za-z]{32}"
)
_SEARCH = re.compile(r"[a-z0-9_]([-a-z0-9_]*[a-z0-9_])?(\.[a-z0-9_]([-a-z0-9_]*[a-z0-9_])?)*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_WINDOWS_NAME = re.compile(r'[^"/\\:;|=,+*?<>@\[\]\x00-\x1f\x7f]+')


def _trimmed(text: str) -> str:
    return "" if text == text.strip() else "it must not begin or end with blanks"


def _absolute(text: str) -> str:
    return "" if text.startswith("/") else "it must be an absolute path"


def _no_slash(text: str) -> str:
    return "it must not hold a slash" if "/" in text else ""


def _driver(text: str) -> str:
    if len(text) > _DRIVER:
        return f"it has {len(text)} characters, and at most {_DRIVER} are allowed"
    return subdomain_problem(text.lower())


def _search(text: str) -> str:
    """A search domain: since Kubernetes 1.34 also with underscores, or a single dot."""
    name = text.removesuffix(".")
    if text == "." or (len(name) <= 253 and _SEARCH.fullmatch(name)):
        return ""
    return subdomain_problem(name)


def _iqn(text: str) -> str:
    if len(text) > 4096 or not _IQN.fullmatch(text):
        return "it must be a name of iSCSI, such as `iqn.2001-04.com.example:disk`"
    return ""


def _host_ports(text: str) -> str:
    for entry in text.split(","):
        host, colon, port = entry.rpartition(":")
        bare = ":" in host and not (host.startswith("[") and host.endswith("]"))
        if not colon or bare or "]" in port:
            return "it must be `host:port`, or several joined by commas"
    return ""


def _group(text: str) -> str:
    return subdomain_problem(text) if text else ""


def _old_variable(text: str) -> str:
    """A name that every version of Kubernetes takes, if it is one that newer ones take."""
    reason = "" if variable_problem(text) else old_variable_problem(text)
    return f"before Kubernetes 1.32, {reason}" if reason else ""


def _windows_user(text: str) -> str:
    if not text:
        return "it is empty"
    if _CONTROL.search(text):
        return "it holds control characters"
    domain, backslash, user = text.rpartition("\\")
    if backslash and (not domain or "\\" in domain or len(domain) > _WINDOWS_DOMAIN):
        return "it must be `user` or `domain\\user`"
    if len(user) > _WINDOWS_USER or not _WINDOWS_NAME.fullmatch(user) or not user.strip(". "):
        return "its user is not well formed"
    return ""


FORMS: dict[str, Callable[[str], str]] = {
    "absolute": _absolute,
    "address": address_problem,
    "config-key": config_key_problem,
    "csi-driver": _driver,
    "group": _group,
    "header": header_problem,
    "host-ports": _host_ports,
    "inner-path": inner_path_problem,
    "iqn": _iqn,
    "item-path": item_path_problem,
    "key": key_problem,
    "label": label_problem,
    "no-slash": _no_slash,
    "no-steps": stepping_problem,
    "old-variable": _old_variable,
    "port": port_name_problem,
    "port-name": port_name_problem,
    "search": _search,
    "subdomain": subdomain_problem,
    "sysctl": sysctl_problem,
    "trimmed": _trimmed,
    "value": value_problem,
    "variable": variable_problem,
    "windows-user": _windows_user,
}
