"""Scores to sound: FluidSynth plays a MIDI file, and what is needed of it is kept as a WAV file."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tagger_core.errors import EarmarkError
from trainer.distil.sources import Piece

RATE = 44100
BYTES_PER_SECOND = RATE * 2 * 2
DRUM_CHANNEL = 9


def commands(program: int, replace: bool, transpose: int) -> str:
    """Return FluidSynth's start-up commands: each channel's program; to replace programs, event routes."""
    lines = [f"prog {channel} {program}" for channel in range(16) if channel != DRUM_CHANNEL]
    if not replace:
        return "\n".join(lines) + "\n"
    lines.append("router_clear")
    for event in ("note", "cc", "pbend", "prog"):
        lines.append(f"router_begin {event}")
        if event == "note":
            lines.append(f"router_par1 0 127 1 {transpose}")
        if event == "prog":
            lines.append(f"router_par1 0 127 0 {program}")
        lines.append("router_end")
    return "\n".join(lines) + "\n"


def _play(arguments: list[str], wanted: int) -> bytes:
    """Return the first bytes that the player writes; a long score is not played to its end."""
    with subprocess.Popen(  # noqa: S603 - a fixed program with arguments of our own, no shell
        arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as player:
        if player.stdout is None:
            raise EarmarkError("FluidSynth was started without its output")
        sound = player.stdout.read(wanted)
        player.kill()
    return sound


@contextmanager
def rendered(piece: Piece, fluidsynth: str, soundfont: Path) -> Iterator[Path]:
    """Yield a temporary WAV file with the first `piece.seconds` of the score, 44.1 kHz stereo.

    Raises:
        EarmarkError: FluidSynth or the sound font is not there, or does not play the score.
    """
    program = shutil.which(fluidsynth)
    if program is None:
        raise EarmarkError(f"{fluidsynth} is not installed", remedy="install FluidSynth")
    if piece.program is None:
        raise EarmarkError("is no score", path=piece.path)
    if not soundfont.is_file():
        # FluidSynth would play silence.
        raise EarmarkError("is missing", path=soundfont, remedy="name a sound font that is there")
    with tempfile.TemporaryDirectory() as folder:
        setup, path = Path(folder) / "setup.txt", Path(folder) / "score.wav"
        setup.write_text(commands(piece.program, piece.replace, piece.transpose), "ascii")
        arguments = [program, "-ni", "-q", "-g", "0.6", "-r", str(RATE), "-o", "player.reset-synth=0"]
        # Of a large sound font, only what the score names is read.
        arguments += [
            "-o",
            "synth.dynamic-sample-loading=1",
            "-f",
            str(setup),
            "-T",
            "raw",
            "-O",
            "s16",
            "-F",
            "-",
        ]
        sound = _play([*arguments, str(soundfont), str(piece.path)], int(piece.seconds * BYTES_PER_SECOND))
        if not sound:
            raise EarmarkError(
                "FluidSynth does not play it", path=piece.path, remedy="try it with fluidsynth"
            )
        with wave.open(str(path), "wb") as file:
            file.setnchannels(2)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(sound[: len(sound) // 4 * 4])
        yield path
