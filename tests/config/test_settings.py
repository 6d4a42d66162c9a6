"""The table of settings agrees with everything that is made of it."""

from __future__ import annotations

import typing
from pathlib import Path

import pytest

from flowidl.compiler.targets import DEFAULT_TARGET, TARGETS
from flowidl.config import settings as table
from flowidl.config.errors import ConfigError
from flowidl.config.files import find, read
from flowidl.config.settings import SETTINGS, Shape
from flowidl.config.values import Settings, settings_of
from flowidl.rules.options import Options, PlatformLimits
from flowidl.source import Limits
from tests.cli.scenario import run

ROOT = Path(__file__).resolve().parents[2]


def test_every_row_is_a_field() -> None:
    assert tuple(setting.key for setting in SETTINGS) == Settings._fields


def test_names_of_other_rooms() -> None:
    assert tuple(name.replace("-", "_") for name in table.LIMITS) == Limits._fields
    assert tuple(name.replace("-", "_") for name in table.PLATFORM) == PlatformLimits._fields
    assert next(iter(TARGETS)) == DEFAULT_TARGET.name
    assert Options().target == table.BY_NAME["target"].default


def test_defaults_are_said_as_they_are() -> None:
    from flowidl.report.policy import Policy

    policy = Policy()
    assert policy.fail_on is not None
    assert table.BY_NAME["fail-on"].default == policy.fail_on.name.lower()
    assert table.BY_NAME["max-findings"].default == str(policy.max_findings)


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_flag_is_an_option_and_every_summary_begins_small(
    setting: table.Setting, tmp_path: Path
) -> None:
    help_text = run(["validate", "--help"], tmp_path).out.decode()
    if setting.option:
        assert f"  {setting.option} " in help_text
    assert setting.summary[0].islower()
    assert not setting.summary.endswith(".")


WRONG: dict[Shape, object] = {
    Shape.FLAG: 1,
    Shape.NUMBER: True,
    Shape.TEXT: 3,
    Shape.PATH: [],
    Shape.TEXTS: [1],
    Shape.PATHS: "a",
    Shape.FOLDER: True,
    Shape.TABLE: ["a"],
    Shape.SUPPRESSIONS: {"code": "FI4"},
}


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_a_wrong_type_is_refused_by_the_name_of_the_key(setting: table.Setting) -> None:
    with pytest.raises(ConfigError, match=rf"^here: `{setting.name}` is .*, not "):
        settings_of({setting.name: WRONG[setting.shape]}, "here")


@pytest.mark.parametrize(
    ("value", "bytes_"),
    [(7, 7), ("64MiB", 64 * 1024**2), ("100k", 100_000), ("2 GB", 2 * 1000**3), ("3Ki", 3072)],
)
def test_sizes(value: object, bytes_: int) -> None:
    assert settings_of({"limits": {"member-size": value}}, "here").limits == {"member-size": bytes_}


@pytest.mark.parametrize("value", [0, -1, True, 1.5, "", "MiB", "-3", "1 apple", "0", []])
def test_no_sizes(value: object) -> None:
    with pytest.raises(ConfigError, match="not a number or a size"):
        settings_of({"limits": {"member-size": value}}, "here")


def test_flags_come_before_the_file_and_tables_are_joined() -> None:
    file = settings_of(
        {"project": "a", "select": ["FI1"], "missing": {"task": "warn", "workflow": "warn"}}, "here"
    )
    both = file.under({"project": "b", "select": (), "missing": {"task": "error"}, "strict": False})
    assert (both.project, both.select, both.strict) == ("b", ("FI1",), False)
    assert both.missing == {"task": "error", "workflow": "warn"}


def test_the_nearest_folder_wins_and_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "flowidl.toml").write_text('project = "far"')
    (tmp_path / "a" / "pyproject.toml").write_text(
        '[tool.flowidl]\nproject = "near"\nbaseline = "x/known.json"\n'
    )
    (inner / "pyproject.toml").write_text("[tool.other]\nflowidl = 1\n")
    found = find(str(inner))
    assert found.settings.project == "near"
    assert found.file == str(tmp_path / "a" / "pyproject.toml")
    assert found.settings.baseline == str(tmp_path / "a" / "x" / "known.json")
    (tmp_path / "a" / "flowidl.toml").write_text('project = "own"')
    assert find(str(inner)).settings.project == "own"


def test_no_file_is_no_settings(tmp_path: Path) -> None:
    file = find(str(tmp_path)).file
    assert file is None or not Path(file).is_relative_to(tmp_path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="does not exist"):
        read(str(tmp_path / "flowidl.toml"))


def test_the_projects_own_pyproject_is_readable() -> None:
    assert isinstance(find(str(ROOT)).settings, Settings)


def test_settings_have_types() -> None:
    assert set(typing.get_type_hints(Settings, vars(typing) | _names())) == set(Settings._fields)


def _names() -> dict[str, object]:
    from collections.abc import Mapping

    from flowidl.report.policy import Suppression

    return {"Mapping": Mapping, "Suppression": Suppression}


def test_a_folder_that_is_not_wanted(tmp_path: Path) -> None:
    assert settings_of({"source": False}, "here").source == table.OFF
    (tmp_path / "flowidl.toml").write_text('source = "services/shop"\n', encoding="utf-8")
    found = read(str(tmp_path / "flowidl.toml"))
    assert found.settings.source == str(tmp_path / "services" / "shop")
