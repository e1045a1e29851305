"""Voices: recorded speech and singing at other pitches and paces, and espeak-ng reading in many voices.

Single notes and phrases of recorded instruments are heard on other keys likewise.
"""

from __future__ import annotations

import dataclasses
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torchaudio.functional import phase_vocoder

from tagger_core.errors import EarmarkError
from trainer.distil.corpus import RATE
from trainer.distil.sources import Piece, split_of

Sound = NDArray[np.float32]
FFT, HOP = 512, 128

SHIFTS = ((0, 1.0), (-3, 0.9), (3, 1.12))
"""(semitones, pace) in which a recorded voice is heard."""

KEYS = (-7, -5, -3, -2, 2, 3, 5, 7)
"""Semitones by which a recorded instrument is heard higher and lower."""

SPEAKERS = tuple(
    f"{language}+{who}" for language in ("en-us", "en-gb", "de", "fr", "it", "es", "pl")
    for who in ("m1", "m3", "m7", "f1", "f2", "f5")
)  # fmt: skip
"""espeak-ng's languages, each with men and women."""

TEXT = (
    "The river was high that morning and the boats lay still. Nobody spoke of the weather, but everybody "
    "looked at the sky. Later the wind turned, and one after the other they went out to see what the night "
    "had left. She counted the windows of the house across the street: seven were lit, two were open, and "
    "from one of them somebody was singing. He wrote it down, folded the paper twice, and never showed it."
)
"""Read by every speaker, in whatever accent; written for this."""


def stretched(sound: Sound, pace: float) -> Sound:
    """Return the sound `pace` times as fast at its own pitch, by a phase vocoder."""
    if pace == 1.0:
        return sound
    window = torch.hann_window(FFT)
    spectrum = torch.stft(torch.from_numpy(sound), FFT, HOP, window=window, return_complex=True)
    advance = torch.linspace(0, torch.pi * HOP, FFT // 2 + 1)[:, None]
    out = torch.istft(phase_vocoder(spectrum, pace, advance), FFT, HOP, window=window)
    return np.asarray(out.numpy(), np.float32)


def shifted(sound: Sound, semitones: float) -> Sound:
    """Return the sound higher or lower at its own pace: stretched, then resampled; formants move along."""
    ratio = 2.0 ** (semitones / 12)
    if semitones == 0:
        return sound
    slow = stretched(sound, 1 / ratio)
    return faster(slow, ratio)


def faster(sound: Sound, ratio: float) -> Sound:
    """Return the sound played `ratio` times as fast, and as much higher, as a sampler plays a key."""
    places = np.arange(int(len(sound) / ratio)) * ratio
    return np.asarray(np.interp(places, np.arange(len(sound)), sound), np.float32)


def variants(piece: Piece) -> Iterator[Piece]:
    """Yield a recorded voice as it is, and at other pitches and paces."""
    for semitones, pace in SHIFTS:
        name = piece.name if (semitones, pace) == (0, 1.0) else f"{piece.name} {semitones:+d} x{pace}"
        yield dataclasses.replace(piece, name=name, transpose=semitones, rate=pace, voice=True)


def keys(piece: Piece) -> Iterator[Piece]:
    """Yield a recorded instrument as it is, and as a sampler plays it on other keys."""
    yield piece
    for semitones in KEYS:
        ratio = 2.0 ** (semitones / 12)
        yield dataclasses.replace(piece, name=f"{piece.name} {semitones:+d}", transpose=semitones, rate=ratio)


def spoken() -> list[Piece]:
    """Return a piece for each of espeak-ng's speakers."""
    return [
        Piece("espeak", who, who, Path(), "made here", split_of(who, validation=0.1, test=0.1), voice=True)
        for who in SPEAKERS
    ]


def read_aloud(speaker: str, espeak: str = "espeak-ng") -> Sound:
    """Return TEXT as a speaker of espeak-ng reads it.

    Raises:
        EarmarkError: espeak-ng is not there, or does not have that speaker.
    """
    program = shutil.which(espeak)
    if program is None:
        raise EarmarkError(f"{espeak} is not installed", remedy="install espeak-ng")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "voice.wav"
        done = subprocess.run(  # noqa: S603 - a fixed program with arguments of our own, no shell
            [program, "-v", speaker, "-w", str(path), TEXT], capture_output=True, check=False, timeout=60
        )
        if done.returncode != 0 or not path.exists():
            raise EarmarkError(f"{espeak} does not speak as {speaker}", remedy="install its voices")
        return _decoded(path)


def heard(piece: Piece) -> Sound:
    """Return a voice, espeak's or a recorded one as the piece shifts and stretches it, or a key's sound."""
    if piece.source == "espeak":
        return read_aloud(piece.name)
    if not piece.voice:
        return faster(_decoded(piece.path), piece.rate)
    return shifted(stretched(_decoded(piece.path), piece.rate), piece.transpose)


def _decoded(path: Path) -> Sound:
    from tagger_core.audio import decode  # noqa: PLC0415 - a host that only teaches has no av

    return decode.load(path, RATE)
