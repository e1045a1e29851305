"""A host that only teaches has neither decoder nor tags nor database, and needs none of them."""

from __future__ import annotations

import subprocess
import sys

from tests.trainer.test_bare_host import ABSENT

_PROGRAM = f"""
import sys
for name in {ABSENT!r}:
    sys.modules[name] = None
sys.argv = ["python -m trainer.distil", "model", "--help"]
from trainer.distil.__main__ import main
main()
"""


def test_the_command_starts_on_a_bare_host() -> None:
    done = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "--teachers" in done.stdout
