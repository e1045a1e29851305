"""What trains and measures on prepared data runs where the app's libraries are not installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ABSENT = ("av", "mutagen", "sqlalchemy", "alembic", "PySide6", "appdirs")

_PROGRAM = f"""
import sys
for name in {ABSENT!r}:
    sys.modules[name] = None
from trainer.cli.main import main
import trainer.figures.named
for line in sys.stdin:
    if main(line.split()):
        sys.exit(line)
"""

_COMMANDS = """\
toy --clips 16 --rate 8000 --seconds 3 --workers 1 --data {folder}/data --quiet
train --model 3^8-19683 --on toy --rate 8000 --scale 0.02 --epochs 1 --device cpu --data {folder}/data \
--runs {folder}/runs --quiet
evaluate {folder}/runs/toy-m3n8-19683-8000+x0.02+e1/seed-0 --device cpu --data {folder}/data --quiet
"""


def test_a_bare_host_trains_and_measures(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM],
        input=_COMMANDS.format(folder=tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert list(tmp_path.glob("runs/*/seed-0/test.json"))
