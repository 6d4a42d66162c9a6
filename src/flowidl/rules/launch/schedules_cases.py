"""Cases of `schedules.py`."""

from __future__ import annotations

from flowidl.rules.case import CaseFile
from flowidl.rules.snippets import bad, call, good, launch_plan, near, quote, task, workflow

LOAD = task("load", "a: int -> o0: int")
WF = workflow("wf", "a: int -> ", call("n0", "load", a="a"))
FREE = workflow("wf", "-> ", call("n0", "load", a=1))
KICKED = workflow("wf", "when: datetime -> ", call("n0", "load", a=1))
ONE = 'fixed_inputs { literals { key: "a" value { scalar { primitive { integer: 1 } } } } }'


def _scheduled(schedule: str, rest: str = "") -> CaseFile:
    return launch_plan("plan", "wf", f"entity_metadata {{ schedule {{ {schedule} }} }} {rest}")


def _cron(text: str, rest: str = "") -> CaseFile:
    """A launch plan of a workflow without inputs, with this schedule."""
    return _scheduled(f"cron_schedule {{ schedule: {quote(text)} {rest} }}")


DAILY = 'cron_schedule { schedule: "@daily" }'
SCHEDULE = "spec.entity_metadata.schedule"
AT = f"{SCHEDULE}.cron_schedule.schedule"

CASES = (
    bad("FI730", "an input without a value", LOAD, WF, _scheduled(DAILY), at=SCHEDULE),
    good("FI730", "an input with a fixed value", LOAD, WF, _scheduled(DAILY, ONE)),
    near(
        "FI730",
        "an input that takes the kickoff time",
        LOAD,
        KICKED,
        _scheduled(f'{DAILY} kickoff_time_input_arg: "when"'),
    ),
    bad(
        "FI731",
        "the kickoff time for a number",
        LOAD,
        WF,
        _scheduled(f'{DAILY} kickoff_time_input_arg: "a"'),
        at=f"{SCHEDULE}.kickoff_time_input_arg",
    ),
    bad(
        "FI731",
        "the kickoff time for what is no input",
        LOAD,
        KICKED,
        _scheduled(f'{DAILY} kickoff_time_input_arg: "whan"'),
        at=f"{SCHEDULE}.kickoff_time_input_arg",
        also=("FI730",),
    ),
    good(
        "FI731",
        "the kickoff time for a time",
        LOAD,
        KICKED,
        _scheduled(f'{DAILY} kickoff_time_input_arg: "when"'),
    ),
    near("FI731", "no kickoff time", LOAD, FREE, _scheduled(DAILY)),
    bad("FI732", "minute 61", LOAD, FREE, _cron("61 * * * *"), at=AT),
    bad("FI732", "the six fields of AWS", LOAD, FREE, _cron("0 10 * * ? *"), at=AT),
    bad("FI732", "Sunday as 7", LOAD, FREE, _cron("0 0 * * 7"), at=AT),
    bad("FI732", "a time zone that does not exist", LOAD, FREE, _cron("TZ=Europe/Nowhere 0 0 * * *"), at=AT),
    bad("FI732", "a word without its sign", LOAD, FREE, _cron("daily"), at=AT),
    good("FI732", "five fields", LOAD, FREE, _cron("0 9 * * mon-fri")),
    near(
        "FI732",
        "a time zone, a question mark and a step",
        LOAD,
        FREE,
        _cron("CRON_TZ=UTC 5/15 0 ? JAN,feb *"),
    ),
    bad("FI733", "the 31st of February", LOAD, FREE, _cron("0 0 31 2 *"), at=AT),
    good("FI733", "the 28th of February", LOAD, FREE, _cron("0 0 28 2 *")),
    near("FI733", "the 31st of February, or any Monday in it", LOAD, FREE, _cron("0 0 31 2 mon")),
    bad(
        "FI734",
        "every no days",
        LOAD,
        FREE,
        _scheduled("rate { value: 0 unit: DAY }"),
        at=f"{SCHEDULE}.rate.value",
    ),
    good("FI734", "every day", LOAD, FREE, _scheduled("rate { value: 1 unit: DAY }")),
    near("FI734", "every minute, the unit that is zero", LOAD, FREE, _scheduled("rate { value: 1 }")),
    bad(
        "FI735",
        "the deprecated field",
        LOAD,
        FREE,
        _scheduled('cron_expression: "0 * * * *"'),
        at=f"{SCHEDULE}.cron_expression",
    ),
    good("FI735", "the present field", LOAD, FREE, _cron("0 * * * *")),
    near("FI735", "a rate", LOAD, FREE, _scheduled("rate { value: 1 unit: DAY }")),
    bad(
        "FI736",
        "an offset of an hour",
        LOAD,
        FREE,
        _cron("@daily", 'offset: "PT1H"'),
        at=f"{SCHEDULE}.cron_schedule.offset",
    ),
    good("FI736", "no offset", LOAD, FREE, _cron("@daily")),
    near("FI736", "an empty offset", LOAD, FREE, _cron("@daily", 'offset: ""')),
    bad("FI737", "an empty text", LOAD, FREE, _cron(""), at=SCHEDULE),
    good("FI737", "a string", LOAD, FREE, _cron("@daily")),
    near("FI737", "no schedule", LOAD, FREE, launch_plan("plan", "wf", "entity_metadata { }")),
)
