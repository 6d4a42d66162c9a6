"""Cases of `notifications.py`."""

from __future__ import annotations

from flowidl.rules.case import CaseFile
from flowidl.rules.options import Options, PlatformLimits
from flowidl.rules.snippets import bad, call, good, launch_plan, near, quote, task, workflow

BOTH = (task("load", "a: int -> o0: int"), workflow("wf", "-> ", call("n0", "load", a=1)))
TWO = Options(platform=PlatformLimits(max_labels=2))


def _plan(rest: str) -> CaseFile:
    return launch_plan("plan", "wf", rest)


def _entries(field: str, *pairs: tuple[str, str]) -> CaseFile:
    entries = (f"values {{ key: {quote(key)} value: {quote(value)} }}" for key, value in pairs)
    return _plan(f"{field} {{ {' '.join(entries)} }}")


def _many(count: int) -> CaseFile:
    return _entries("labels", *((f"k{n}", "v") for n in range(count)))


def _notified(words: str) -> CaseFile:
    return _plan(f"entity_metadata {{ notifications {{ {words} }} }}")


MAIL = 'email { recipients_email: "a@example.com" }'
AT = "spec.entity_metadata.notifications[0]"

CASES = (
    bad("FI740", "17 labels", *BOTH, _many(17), at="spec.labels"),
    good("FI740", "a label", *BOTH, _many(1)),
    near("FI740", "16 labels", *BOTH, _many(16)),
    bad(
        "FI741",
        "a value with a hash",
        *BOTH,
        _entries("labels", ("team", "#bad")),
        at='spec.labels.values["team"]',
    ),
    bad("FI741", "an empty key", *BOTH, _entries("labels", ("", "x")), at='spec.labels.values[""]'),
    good("FI741", "a label", *BOTH, _entries("labels", ("team", "blue"))),
    near(
        "FI741",
        "a key with a prefix, and an empty value",
        *BOTH,
        _entries("labels", ("example.com/team", "")),
    ),
    bad(
        "FI742",
        "a key with a blank",
        *BOTH,
        _entries("annotations", ("my note", "x")),
        at='spec.annotations.values["my note"]',
    ),
    good("FI742", "an annotation", *BOTH, _entries("annotations", ("note", "x"))),
    near("FI742", "a value with a hash", *BOTH, _entries("annotations", ("note", "# anything"))),
    bad("FI743", "no way to notify", *BOTH, _notified("phases: FAILED"), at=AT),
    good("FI743", "an e-mail", *BOTH, _notified(f"phases: FAILED {MAIL}")),
    near("FI743", "no phases", *BOTH, _notified(MAIL)),
    bad("FI744", "nobody", *BOTH, _notified("phases: FAILED slack { }"), at=f"{AT}.slack"),
    bad(
        "FI744",
        "somebody without an address",
        *BOTH,
        _notified('phases: FAILED email { recipients_email: "" }'),
        at=f"{AT}.email.recipients_email[0]",
    ),
    good("FI744", "somebody", *BOTH, _notified(f"phases: FAILED {MAIL}")),
    near(
        "FI744",
        "somebody by Slack",
        *BOTH,
        _notified('phases: FAILED slack { recipients_email: "x@example.com" }'),
    ),
    bad("FI745", "while it runs", *BOTH, _notified(f"phases: RUNNING {MAIL}"), at=f"{AT}.phases[0]"),
    good("FI745", "when it has failed", *BOTH, _notified(f"phases: FAILED {MAIL}")),
    near(
        "FI745",
        "when it was aborted or timed out",
        *BOTH,
        _notified(f"phases: ABORTED phases: TIMED_OUT {MAIL}"),
    ),
    bad("FI746", "three labels where two are allowed", *BOTH, _many(3), at="spec.labels", options=TWO),
    good("FI746", "two labels where two are allowed", *BOTH, _many(2), options=TWO),
    near("FI746", "three labels where nothing is said", *BOTH, _many(3)),
)
