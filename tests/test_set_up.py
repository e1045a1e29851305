"""The set-up on a bare machine: what is missing is named, a wrong Python told, a second run does nothing."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

PROJECT = Path(__file__).resolve().parent.parent


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setenv("VENV", str(tmp_path / "environment"))
    spec = importlib.util.spec_from_file_location("make", PROJECT / "scripts" / "make.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def ran(make: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that would be run, instead of running them."""
    commands: list[list[str]] = []

    def note(*command: object, **extra: str) -> int:
        commands.append([str(part) for part in command])
        return 0

    monkeypatch.setattr(make, "run", note)
    return commands


def without(monkeypatch: pytest.MonkeyPatch, make: ModuleType, *libraries: str) -> None:
    """Let the machine lack some system libraries."""

    def load(name: str) -> None:
        if name in libraries:
            raise OSError(name)

    monkeypatch.setattr(make.ctypes, "CDLL", load)
    monkeypatch.setattr(make.sys, "platform", "linux")


def test_missing_system_libraries_are_named_to_those_who_may_not_install(make, ran, monkeypatch, capsys):
    without(monkeypatch, make, "libEGL.so.1", "libpulse.so.0")
    monkeypatch.setattr(make.shutil, "which", lambda name: None)
    make.provide_system_libraries()
    assert "sudo apt-get install libegl1 libpulse0" in capsys.readouterr().out
    assert ran == []


def test_missing_system_libraries_are_installed_by_root(make, ran, monkeypatch):
    without(monkeypatch, make, "libxcb-cursor.so.0")
    monkeypatch.setattr(make.shutil, "which", lambda name: "/usr/bin/apt-get")
    monkeypatch.setattr(make.os, "geteuid", lambda: 0, raising=False)
    make.provide_system_libraries()
    assert ran[-1][-1] == "libxcb-cursor0"


def test_a_desktop_that_has_all_is_asked_for_nothing(make, ran, monkeypatch, capsys):
    without(monkeypatch, make)
    make.provide_system_libraries()
    assert ran == []
    assert capsys.readouterr().out == ""


def test_the_environment_is_made_once(make, ran, monkeypatch):
    without(monkeypatch, make)
    make.ENVIRONMENT.mkdir()
    assert make.set_up("dev") == 0
    assert ran[0][1:3] == ["-m", "venv"]
    assert ran[1][-1] == ".[dev]"
    first = len(ran)
    assert make.set_up("dev") == 0
    assert len(ran) == first


@pytest.mark.parametrize("version", [(3, 10, 14), (3, 14, 0)])
def test_another_python_is_refused_with_the_versions_that_do(make, ran, monkeypatch, capsys, version):
    monkeypatch.setattr(make.sys, "version_info", version)
    assert make.set_up("") == 2
    assert "3.11 to 3.13" in capsys.readouterr().out
    assert ran == []


def test_the_versions_are_those_of_the_project(make):
    assert 'requires-python = ">=3.11,<3.14"' in (PROJECT / "pyproject.toml").read_text("utf-8")
    assert (3, 11) <= sys.version_info[:2] <= (3, 13)


def test_a_task_that_is_not_there_shows_what_there_is(make, monkeypatch, capsys):
    monkeypatch.setattr(make.sys, "argv", ["make.py", "tea"])
    assert make.main() == 2
    assert "demo|test|lint" in capsys.readouterr().out
