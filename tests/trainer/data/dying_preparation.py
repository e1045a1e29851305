"""A preparation that is killed: `python -m tests.trainer.data.dying_preparation AUDIO OUT KILL_AFTER`."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from tests.trainer.data.small import catalogue_of
from trainer.data.prepare import prepare


def main(audio: Path, out: Path, kill_after: int) -> None:
    def progress(done: int, total: int) -> None:
        if done >= kill_after:
            os.kill(os.getpid(), signal.SIGKILL)

    prepare(catalogue_of(audio), out, sample_rate=8000, seconds=1.0, workers=2, progress=progress)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
