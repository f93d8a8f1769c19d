"""Settings from the environment: odd values are refused in one plain sentence."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.runtime import env, testing, web
from core.runtime.env import SettingError

NAME = "KASA_TEST_VALUE"


@pytest.fixture(autouse=True)
def _registry_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(env, "REGISTRY", dict(env.REGISTRY))
    yield


def given(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(NAME, value)


@pytest.mark.parametrize("text", ["yes", "1", "TRUE", " on "])
def test_yes_can_be_said_in_four_ways(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    given(monkeypatch, text)
    assert env.env_bool(NAME, False, "x") is True


@pytest.mark.parametrize("text", ["2", "y", "maybe", "True1", "нет"])
def test_anything_else_is_no_truth_value(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    given(monkeypatch, text)
    with pytest.raises(SettingError, match=f"{NAME} must be yes or no"):
        env.env_bool(NAME, False, "x")


@pytest.mark.parametrize("text", ["", "   "])
def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    given(monkeypatch, text)
    assert env.env_int(NAME, 7, "x") == 7


@pytest.mark.parametrize("text", ["8000.0", "8e3", "0x10", "１２", "1_000", "--1", "9" * 19, "NaN"])
def test_a_number_is_decimal_digits(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    given(monkeypatch, text)
    with pytest.raises(SettingError, match="whole number"):
        env.env_int(NAME, 1, "x")


def test_a_number_stays_within_its_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, "65536")
    with pytest.raises(SettingError, match="at most 65535, not 65536"):
        env.env_int(NAME, 1, "x", minimum=1, maximum=65535)
    given(monkeypatch, "0")
    with pytest.raises(SettingError, match="at least 1"):
        env.env_int(NAME, 1, "x", minimum=1)
    given(monkeypatch, "-3")
    assert env.env_int(NAME, 1, "x") == -3


def test_a_choice_is_one_of_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, "UA")
    assert env.env_choice(NAME, "pl", ("pl", "ua"), "x") == "ua"
    given(monkeypatch, "de")
    with pytest.raises(SettingError, match="one of pl, ua, not 'de'"):
        env.env_choice(NAME, "pl", ("pl", "ua"), "x")


def test_a_path_is_absolute(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, "data/here")
    with pytest.raises(SettingError, match="absolute path"):
        env.env_path(NAME, None, "x")
    given(monkeypatch, "/srv/../srv/kasa/")
    assert env.env_path(NAME, None, "x") == Path("/srv/kasa")


@pytest.mark.parametrize(
    "text", ["localhost", "ftp://host/x", "https://", "http:host", "https://h:99999/", "https://[::1"]
)
def test_a_url_has_a_known_scheme_and_a_place(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    given(monkeypatch, text)
    with pytest.raises(SettingError, match="URL"):
        env.env_url(NAME, None, "x")


def test_a_refused_url_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, "mysql://kasa:secret@host/db")
    with pytest.raises(SettingError) as refused:
        env.env_url(NAME, None, "x", schemes=("postgresql",))
    assert "secret" not in str(refused.value)


def test_a_list_has_no_empty_items(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, "store.lan , 10.0.0.1")
    assert env.env_list(NAME, (), "x") == ["store.lan", "10.0.0.1"]
    given(monkeypatch, "a,,b")
    with pytest.raises(SettingError, match="empty item"):
        env.env_list(NAME, (), "x")


@pytest.mark.parametrize("text", ["a\nb", "a\x7fb", "x" * 5000])
def test_control_characters_and_endless_values_are_refused(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    given(monkeypatch, text)
    with pytest.raises(SettingError, match="too long or contains control characters"):
        env.env_str(NAME, "", "x")


def test_one_name_has_one_meaning() -> None:
    env.env_int(NAME, 1, "x")
    env.env_int(NAME, 1, "x")
    with pytest.raises(AssertionError, match="declared twice"):
        env.env_bool(NAME, True, "x")


def test_a_misspelt_setting_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KASA_PROT", "8000")
    web.port()
    assert "KASA_PROT" in env.unknown_settings()
    assert "KASA_PORT" not in env.unknown_settings()


def test_every_setting_is_documented_for_the_administrator() -> None:
    """The settings that are read only when something runs are not in the registry before: read them here."""
    web.read_all()
    text = (env.CLONE_DIR / "docs" / "administrator.md").read_text(encoding="utf-8")
    ours = [name for name in env.REGISTRY if name.startswith(("KASA_", "DATABASE", "REDIS"))]
    assert [name for name in ours if f"`{name}`" not in text] == []


def test_tests_never_touch_a_shop() -> None:
    assert testing and os.environ["KASA_DATA"].endswith("-test")
    assert os.environ["KASA_FSYNC"] == "no"


def test_a_secret_is_made_once_and_kept_private(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KASA_DATA", str(tmp_path / "data"))
    first = env.stored_secret("key")
    assert first == env.stored_secret("key")
    assert len(first) >= 50
    assert stat.S_IMODE((tmp_path / "data" / "key").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["key"]


def test_a_damaged_secret_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KASA_DATA", str(tmp_path))
    (tmp_path / "key").write_text("short")
    with pytest.raises(SettingError, match="too short"):
        env.stored_secret("key")


def test_a_data_folder_that_cannot_be_made_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("KASA_DATA", str(tmp_path / "file" / "data"))
    with pytest.raises(SettingError, match="cannot be made"):
        env.ensure_data_dir()


def test_root_keeps_data_outside_a_clone_that_may_be_private(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(env, "is_root", lambda: True)
    assert env.default_data_dir().parent == Path("/var/lib/openkasa")
    monkeypatch.setattr(env, "is_root", lambda: False)
    assert env.default_data_dir() == env.CLONE_DIR / ".data"
