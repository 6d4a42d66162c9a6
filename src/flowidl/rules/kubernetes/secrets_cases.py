"""Cases of `rules/kubernetes/secrets.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.rules.snippets import CONTAINER, bad, good, near, task

if TYPE_CHECKING:
    from flowidl.rules.case import CaseFile


def _secrets(*secrets: str) -> CaseFile:
    """A task with secrets, each `GROUP KEY MOUNT [REST]`, where `-` is nothing."""
    written = ""
    for secret in secrets:
        group, key, mount, *rest = secret.split()
        names = (f'{f}: "{v}" ' for f, v in (("group", group), ("key", key)) if v != "-")
        written += f"secrets {{ {' '.join(names)} mount_requirement: {mount} {' '.join(rest)} }} "
    return task("flights.fit", "->", f"{CONTAINER} security_context {{ {written} }}")


FIRST = "template.security_context.secrets[0]"
SECOND = "template.security_context.secrets[1]"
LONG = "relay-credentials-of-the-eu-team-two"

CASES = (
    bad("FI850", "no group", _secrets("- token FILE"), at=FIRST),
    bad("FI850", "no key", _secrets("mail - ENV_VAR"), at=FIRST),
    good("FI850", "a group and a key", _secrets("mail token FILE")),
    near("FI850", "a group and a key, in whatever form", _secrets("mail token ANY")),
    bad("FI851", "a mount of number 9", _secrets("mail token 9"), at=f"{FIRST}.mount_requirement"),
    good("FI851", "a file", _secrets("mail token FILE")),
    near("FI851", "any", _secrets("mail token ANY")),
    bad(
        "FI852",
        "a key of 170,000 characters",
        _secrets(f"mail {'k' * 170_000} FILE"),
        at="template.security_context",
    ),
    good("FI852", "a short key", _secrets("mail token FILE")),
    near("FI852", "a key of 160,000 characters", _secrets(f"mail {'k' * 160_000} FILE")),
    bad("FI853", "an equals sign", _secrets('mail token FILE env_var:"A=B"'), at=f"{FIRST}.env_var"),
    bad("FI853", "an accent in the group", _secrets("café token ENV_VAR"), at=FIRST),
    good("FI853", "a name in capitals", _secrets('mail token ENV_VAR env_var:"TOKEN"')),
    near("FI853", "dashes, and a file of any name", _secrets("mail-relay token ENV_VAR", "café token FILE")),
    bad("FI854", "a slash in a group", _secrets("prod/mail token ENV_VAR"), at=f"{FIRST}.group"),
    bad("FI854", "a colon in a key", _secrets("mail a:b FILE"), at=f"{FIRST}.key"),
    good("FI854", "small letters", _secrets("mail token ENV_VAR")),
    near("FI854", "an address as group of a file", _secrets("arn:aws:mail/relay token FILE")),
    bad(
        "FI855",
        "a long group and a version",
        _secrets(f'{LONG} token ANY group_version:"1234"'),
        at=f"{FIRST}.group",
    ),
    good("FI855", "a short group", _secrets('mail token FILE group_version:"1"')),
    near("FI855", "a long group for a variable", _secrets(f'{LONG} token ENV_VAR group_version:"1234"')),
    bad(
        "FI856",
        "one variable",
        _secrets("mail relay_pw ENV_VAR", "mail-relay pw ENV_VAR env_var:'_FSEC_MAIL_RELAY_PW'"),
        at=SECOND,
    ),
    bad(
        "FI856",
        "two versions of one group",
        _secrets('g a FILE group_version:"1"', 'g b FILE group_version:"2"'),
        at=SECOND,
    ),
    bad("FI856", "letter case", _secrets("mail a FILE", "Mail b FILE"), at=SECOND),
    good("FI856", "two groups", _secrets("mail a FILE", "relay b FILE")),
    near(
        "FI856", "two keys of one group, and one of them twice", _secrets("g a FILE", "g b FILE", "g a FILE")
    ),
    near(
        "FI856",
        "two versions, one of them a variable",
        _secrets('g a FILE group_version:"1"', 'g b ENV_VAR group_version:"2"'),
    ),
)
