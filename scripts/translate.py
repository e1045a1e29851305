"""Bring the window's translations up to date: python scripts/translate.py.

Takes the texts of app/ into resources/i18n/earmark_LANGUAGE.ts, where new ones stand as unfinished until
somebody translates them (a text editor will do, or Qt Linguist), and makes the .qm that the window reads.
Needs nothing but PySide6, whose lupdate and lrelease it calls. The same sources give the same files.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
FOLDER = PROJECT / "resources" / "i18n"
LANGUAGES = ("de",)


class ToolError(Exception):
    """One of Qt's tools is not there, or failed."""


def main() -> int:
    """Renew every catalogue."""
    FOLDER.mkdir(exist_ok=True)
    try:
        for language in LANGUAGES:
            catalogue = FOLDER / f"earmark_{language}.ts"
            update(catalogue, language)
            release(catalogue, catalogue.with_suffix(".qm"))
            unfinished = catalogue.read_text(encoding="utf-8").count('type="unfinished"')
            print(f"{catalogue.relative_to(PROJECT)}: {unfinished} texts wait for their translation")
    except ToolError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def update(catalogue: Path, language: str) -> None:
    """Take the texts of the sources into a catalogue: new ones come, those that are gone go.

    Args:
        catalogue: a .ts file; made where it is not there.
        language: such as "de".

    Raises:
        ToolError: Qt's lupdate cannot run here.
    """
    sources = [path.relative_to(PROJECT).as_posix() for path in sorted((PROJECT / "app").rglob("*.py"))]
    # Line numbers would change with every edit; guesses from similar texts would look like translations.
    options = ["-silent", "-locations", "none", "-no-obsolete", "-sort-messages"]
    options += ["-disable-heuristic", "similartext", "-disable-heuristic", "sametext"]
    options += ["-source-language", "en", "-target-language", language]
    _run("pyside6-lupdate", *options, *sources, "-ts", str(catalogue))


def release(catalogue: Path, compiled: Path) -> None:
    """Make the .qm file of a catalogue; texts that are not finished are left out, and stay English.

    Raises:
        ToolError: Qt's lrelease cannot run here.
    """
    _run("pyside6-lrelease", "-silent", "-nounfinished", str(catalogue), "-qm", str(compiled))


def _run(name: str, *arguments: str) -> None:
    tool = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    if tool is None:
        raise ToolError(f"{name} is not there; it comes with PySide6: pip install PySide6")
    done = subprocess.run([tool, *arguments], cwd=PROJECT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ToolError(f"{name} failed: {(done.stderr or done.stdout).strip()[-500:]}")


if __name__ == "__main__":
    sys.exit(main())
