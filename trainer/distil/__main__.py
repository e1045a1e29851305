"""`python -m trainer.distil STEP`: makes the bundled models from free audio and public teachers."""

from __future__ import annotations

import argparse
import logging
import sys

import torch

from trainer import memory
from trainer.distil import (
    ablation,
    course,
    everything,
    evidence,
    gather,
    instruments,
    manifest,
    parcels,
    short,
)

STEPS = {
    "vocabulary": evidence.main,
    "windows": short.main,
    "manifest": manifest.main,
    "corpus": gather.main,
    "ablation": ablation.main,
    "instruments": instruments.main,
    "model": course.main,
    "everything": everything.main,
    "pack": parcels.main_pack,
    "unpack": parcels.main_unpack,
}
"""What is done one step at a time: by the first word of the command line."""


def main() -> None:
    """Do one of the STEPS, which reads the rest of the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m trainer.distil", description=__doc__, epilog="STEP --help tells more of each."
    )
    parser.add_argument("step", choices=STEPS, metavar="STEP", help=", ".join(STEPS))
    asked = parser.parse_args(sys.argv[1:2])
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(1)
    # Some public checkpoints have weights of almost nothing, with which many processors compute very slowly.
    torch.set_flush_denormal(True)
    memory.keep()
    STEPS[asked.step](sys.argv[2:])


if __name__ == "__main__":
    main()
