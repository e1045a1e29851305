"""Entry point: parse, run the command, turn errors and Ctrl-C into exit statuses."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
import traceback
from collections.abc import Sequence

from tagger_core.cli import status
from tagger_core.cli.interrupt import Interrupt
from tagger_core.cli.output import excerpt, print_nowhere
from tagger_core.cli.parser import UsageError
from tagger_core.cli.words import parse
from tagger_core.errors import Cancelled, EarmarkError, QueryError, shown

_CHANGING = frozenset({"scan", "decide", "write", "undo"})
"""Commands that print while they work: what they say may go unread, but not that it was cut short."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status.

    Each command lives in a module of its own, imported only when it is called, so that help comes up at once.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    _let_all_print()
    with Interrupt() as interrupt:
        changes, result = False, status.ERROR
        try:
            arguments = parse(words)
            changes = arguments.module in _CHANGING
            result = _run(arguments, interrupt)
            sys.stdout.flush()
        except BrokenPipeError:
            # The reader (head, less) has seen enough; the interpreter must not fail again when it flushes.
            print_nowhere()
            # Whether what was asked for was done is another matter.
            result = result if changes else status.DONE
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - even a bug ends with a status of ours
            result = _status(error)
            _complain(error, as_json="--json" in words)
    return status.INTERRUPTED if interrupt.pressed() and result == status.DONE else result


def _run(arguments: argparse.Namespace, interrupt: Interrupt) -> int:
    command = importlib.import_module(f"tagger_core.cli.{arguments.module}")
    result: int = getattr(command, arguments.function)(arguments, interrupt)
    return result


def _status(error: BaseException) -> int:
    if isinstance(error, UsageError | QueryError):
        return status.USAGE
    return status.INTERRUPTED if isinstance(error, Cancelled | KeyboardInterrupt) else status.ERROR


def _complain(error: BaseException, *, as_json: bool) -> None:
    if isinstance(error, Cancelled | KeyboardInterrupt):
        said = "stopped; what was finished is kept"
    elif isinstance(error, OSError):
        where = f"{shown(os.fsdecode(error.filename))}: " if isinstance(error.filename, str | bytes) else ""
        said = f"{where}{error.strerror or error}"
    else:
        said = str(error)
    try:
        if as_json:
            print(json.dumps({"error": said, "kind": type(error).__name__}), flush=True)
        sys.stdout.flush()
    except OSError:
        print_nowhere()
    if not isinstance(error, EarmarkError | OSError | UsageError | Cancelled | KeyboardInterrupt):
        traceback.print_exception(error)
        said = f"{said or type(error).__name__} (this is a mistake in Earmark: please report the lines above)"
    print(error.usage if isinstance(error, UsageError) else "", end="", file=sys.stderr)
    print(f"earmark: {said}", file=sys.stderr)
    if isinstance(error, QueryError):
        print("\n".join(f"  {line}" for line in excerpt(error.query, error.position)), file=sys.stderr)


def _let_all_print() -> None:
    """Keep a closed stream, or a name that the encoding cannot show, from ending the program."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115 - until the end
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
