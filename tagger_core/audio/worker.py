"""Decodes in a process of its own: `python -m tagger_core.audio.worker`, started by `tagger_core.audio.pool`.

Reads requests from its input and answers on its output, as `tagger_core.audio.messages` says, until its input
ends or nobody listens any more. A file that makes FFmpeg crash, hang or take all memory harms this process
alone.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from dataclasses import asdict
from io import FileIO

from tagger_core.audio import messages
from tagger_core.audio.decode import open_audio
from tagger_core.audio.opening import REMEDY, reason
from tagger_core.errors import AudioError

# Address space, of which a child needs a quarter of one with everything loaded.
MOST_GIB = 4
# Of the processor's time, between two messages: ends a decoder in an endless loop even when nobody waits for
# it any more. A clock on the wall would also run while the machine sleeps.
MOST_SECONDS = 300


def main() -> None:
    """Serve until the parent is gone, or a file has brought about what nobody expects."""
    for wish in (signal.SIGINT, signal.SIGTERM):  # for the parent, which ends its children by other means
        signal.signal(wish, signal.SIG_IGN)
    answers = _take_stdout()
    _limit_resources()
    # The input ends, or nobody reads any more: so it is over, whatever was asked.
    with answers, suppress(BrokenPipeError, ConnectionError):
        _send(answers, messages.message(messages.READY))
        while (line := sys.stdin.buffer.readline()) and _serve(line, answers):
            pass


def _serve(line: bytes, answers: FileIO) -> bool:
    """Answer one request, whatever the file does to the decoder, and tell whether to go on with the next."""
    path, rate = messages.requested(line)
    try:
        _rewind_clock()
        with open_audio(path, rate) as stream:
            _send(answers, messages.message_of(messages.INFO, asdict(stream.info)))
            for block in stream:
                _send(answers, messages.message_of_block(block))
            said = {"problem": stream.problem, "digest": stream.digest}
        _send(answers, messages.message_of(messages.END, said))
    except BrokenPipeError:
        raise
    except AudioError as error:
        _send_error(answers, type(error), error.message, error.remedy)
    except MemoryError:
        _send_error(answers, AudioError, "needs more memory than decoding may take", "leave it out")
    except Exception as error:  # noqa: BLE001 - told to the parent
        # What it left of this process may harm the next song.
        message = f"cannot be decoded: {type(error).__name__}: {reason(error)}"
        _send_error(answers, AudioError, message, REMEDY, is_last=True)
        return False
    return True


def _send_error(
    answers: FileIO, kind: type[AudioError], message: str, remedy: str, *, is_last: bool = False
) -> None:
    said = {"kind": kind.__name__, "message": message, "remedy": remedy, "is_last": is_last}
    _send(answers, messages.message_of(messages.ERROR, said))


def _send(answers: FileIO, message: bytes) -> None:
    rest = memoryview(message)
    while rest:
        rest = rest[answers.write(rest) :]
    _rewind_clock()


def _take_stdout() -> FileIO:
    """Return the output for answers alone: whatever else a library prints goes where errors go."""
    answers = FileIO(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return answers


def _rewind_clock() -> None:
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_PROF, MOST_SECONDS)  # what is not rewound in time ends the process


def _limit_resources() -> None:
    if sys.platform == "linux":  # others accept a limit of memory and do not hold it, or refuse
        import resource  # noqa: PLC0415 - there on POSIX only

        # No image of the memory on the disk for a file that makes FFmpeg crash.
        for limit, most in ((resource.RLIMIT_AS, MOST_GIB << 30), (resource.RLIMIT_CORE, 0)):
            _, hard = resource.getrlimit(limit)
            with suppress(OSError, ValueError):
                resource.setrlimit(limit, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


if __name__ == "__main__":
    main()
