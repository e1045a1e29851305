"""How long a MIDI file plays, without playing it: from its tempo changes and its last event."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from tagger_core.errors import EarmarkError


def seconds(path: Path) -> float:
    """Return the length of a Standard MIDI File.

    Raises:
        EarmarkError: it is none, or it is cut off.
    """
    data = path.read_bytes()
    try:
        return _length(data)
    except (IndexError, struct.error, ValueError) as error:
        raise EarmarkError("is no whole MIDI file", path=path, remedy="fetch it again") from error


def _length(data: bytes) -> float:
    kind, size, _, tracks, division = struct.unpack(">4sIHHH", data[:14])
    if kind != b"MThd" or division & 0x8000 or not division:
        raise ValueError("no header, or time in frames of film")
    at, tempi, last = 8 + size, [(0, 500_000)], 0
    for _ in range(tracks):
        kind, size = struct.unpack(">4sI", data[at : at + 8])
        if kind != b"MTrk":
            raise ValueError("no track")
        track = data[at + 8 : at + 8 + size]
        if len(track) < size:
            raise ValueError("a track is cut off")
        for tick, tempo in _events(track):
            last = max(last, tick)
            if tempo:
                tempi.append((tick, tempo))
        at += 8 + size
    tempi.sort(key=lambda change: change[0])
    ends = [tick for tick, _ in tempi[1:]] + [max(last, tempi[-1][0])]
    micro: int = sum((end - tick) * tempo for (tick, tempo), end in zip(tempi, ends, strict=True))
    return float(micro / division / 1e6)


def _events(track: bytes) -> Iterator[tuple[int, int]]:
    """Yield (tick, tempo) of each event; tempo in microseconds a beat, 0 where the event is none."""
    at, tick, status = 0, 0, 0
    while at < len(track):
        delta, at = _number(track, at)
        tick += delta
        if track[at] & 0x80:
            status, at = track[at], at + 1
        if status == 0xFF:
            kind = track[at]
            size, at = _number(track, at + 1)
            yield tick, int.from_bytes(track[at : at + size], "big") if kind == 0x51 else 0
            at += size
        elif status in {0xF0, 0xF7}:
            size, at = _number(track, at)
            at += size
        else:
            yield tick, 0
            at += 1 if status & 0xE0 == 0xC0 else 2


def _number(track: bytes, at: int) -> tuple[int, int]:
    """Return a number of variable length and the place after it."""
    value = 0
    while True:
        value = value << 7 | track[at] & 0x7F
        at += 1
        if not track[at - 1] & 0x80:
            return value, at
