"""Entry point: parse, run the command, turn errors and Ctrl-C into exit statuses."""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Sequence

from tagger_core.cli import status
from tagger_core.cli.interrupt import Interrupt
from tagger_core.cli.parser import build_parser
from tagger_core.cli.words import protect_negations
from tagger_core.errors import Cancelled, EarmarkError, QueryError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status.

    Each command lives in a module of its own, imported only when it is called, so that help comes up at once.
    """
    _let_paths_print()
    arguments = build_parser().parse_args(protect_negations(sys.argv[1:] if argv is None else argv))
    command = importlib.import_module(f"tagger_core.cli.{arguments.module}")
    with Interrupt() as interrupt:
        try:
            result: int = getattr(command, arguments.function)(arguments, interrupt)
        except QueryError as error:
            _complain(error, as_json=getattr(arguments, "json", False))
            print(f"  {error.query}\n  {' ' * error.position}^", file=sys.stderr)
            return status.USAGE
        except EarmarkError as error:
            _complain(error, as_json=getattr(arguments, "json", False))
            return status.ERROR
        except (Cancelled, KeyboardInterrupt):
            print("Stopped. What was finished is kept.", file=sys.stderr)
            return status.INTERRUPTED
        except BrokenPipeError:
            # The reader (head, less) has seen enough; the interpreter must not fail again when it flushes.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return status.DONE
    return status.INTERRUPTED if interrupt.pressed() and result == status.DONE else result


def _complain(error: EarmarkError, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"error": str(error), "kind": type(error).__name__}))
    print(f"earmark: {error}", file=sys.stderr)


def _let_paths_print() -> None:
    """Keep a name that the terminal's encoding cannot show from ending the program."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
