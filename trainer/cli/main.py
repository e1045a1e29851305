"""Entry point: parse, run the command, turn errors and Ctrl-C into exit statuses."""

from __future__ import annotations

import argparse
import importlib
import logging
import sys
from collections.abc import Sequence

from tagger_core.cli.interrupt import Interrupt
from tagger_core.cli.output import print_nowhere
from tagger_core.cli.parser import UsageError
from tagger_core.errors import Cancelled, EarmarkError, shown
from trainer.cli.parser import build_parser

DONE = 0
ERROR = 2
INTERRUPTED = 130
STOPPED = "stopped; what was finished is kept, and the same command goes on"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status.

    Each command lives in a module of its own, imported only when it is called: torch takes seconds to load.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    with Interrupt() as interrupt:
        try:
            arguments = build_parser().parse_args(words, argparse.Namespace(words=words))
            _log_to_stderr(quiet=arguments.quiet)
            command = importlib.import_module(f"trainer.cli.{arguments.module}")
            getattr(command, arguments.function)(arguments, interrupt)
            sys.stdout.flush()
        except BrokenPipeError:
            print_nowhere()
        except (Cancelled, KeyboardInterrupt) as stop:
            return _complain(str(stop) or STOPPED, INTERRUPTED)
        except UsageError as error:
            sys.stderr.write(error.usage)
            return _complain(str(error), ERROR)
        except EarmarkError as error:
            return _complain(str(error), ERROR)
        except OSError as error:
            where = f"{shown(error.filename)}: " if error.filename else ""
            return _complain(f"{where}{error.strerror or error}", ERROR)
    return DONE


def _complain(said: str, status: int) -> int:
    sys.stderr.write(f"earmark-train: {said}\n")
    return status


def _log_to_stderr(*, quiet: bool) -> None:
    """Let the trainer's progress lines through, each with the time, anew for the stream of this call."""
    log = logging.getLogger("trainer")
    for handler in list(log.handlers):
        log.removeHandler(handler)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s  %(message)s", "%H:%M:%S"))
    log.addHandler(handler)
    log.setLevel(logging.WARNING if quiet else logging.INFO)
