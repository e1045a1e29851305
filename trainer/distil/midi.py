"""How long a MIDI file plays and on which instruments, without playing it."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tagger_core.errors import EarmarkError

DRUMS = 128
"""Stands for the drums among the programs, which are 0 to 127."""
_DRUM_CHANNEL = 9


class _Event(NamedTuple):
    """What happens at a tick: a status byte and what follows it; of a meta event, its kind first."""

    tick: int
    status: int
    data: bytes


def seconds(path: Path) -> float:
    """Return the length of a Standard MIDI File.

    Raises:
        EarmarkError: it is none, or it is cut off.
    """
    division, events = _read(path)
    tempi, last = [(0, 500_000)], 0
    for event in events:
        last = max(last, event.tick)
        if event.status == 0xFF and event.data[:1] == b"\x51" and any(event.data[1:]):
            tempi.append((event.tick, int.from_bytes(event.data[1:], "big")))
    ends = [tick for tick, _ in tempi[1:]] + [max(last, tempi[-1][0])]
    micro: int = sum((end - tick) * tempo for (tick, tempo), end in zip(tempi, ends, strict=True))
    return float(micro / division / 1e6)


def programs(path: Path, default: int) -> frozenset[int]:
    """Return the General MIDI programs that notes are played with, from 0, and DRUMS if there are any.

    Args:
        path: of a Standard MIDI File.
        default: the program of channels that name none.

    Raises:
        EarmarkError: it is none, or it is cut off.
    """
    chosen, played = [default] * 16, set()
    for _, status, data in _read(path)[1]:
        kind, channel = status >> 4, status & 0xF
        if kind == 0xC:
            chosen[channel] = data[0]
        elif kind == 0x9 and data[1]:
            played.add(DRUMS if channel == _DRUM_CHANNEL else chosen[channel])
    return frozenset(played)


def _read(path: Path) -> tuple[int, list[_Event]]:
    """Return the ticks of a beat and all tracks' events by time."""
    data = path.read_bytes()
    try:
        return _parsed(data)
    except (IndexError, struct.error, ValueError) as error:
        raise EarmarkError("is no whole MIDI file", path=path, remedy="fetch it again") from error


def _parsed(data: bytes) -> tuple[int, list[_Event]]:
    kind, size, _, tracks, division = struct.unpack(">4sIHHH", data[:14])
    if kind != b"MThd" or division & 0x8000 or not division:
        raise ValueError("no header, or time in frames of film")
    at, events = 8 + size, list[_Event]()
    for _ in range(tracks):
        kind, size = struct.unpack(">4sI", data[at : at + 8])
        if kind != b"MTrk":
            raise ValueError("no track")
        track = data[at + 8 : at + 8 + size]
        if len(track) < size:
            raise ValueError("a track is cut off")
        events += _events(track)
        at += 8 + size
    return division, sorted(events, key=lambda event: event.tick)


def _events(track: bytes) -> Iterator[_Event]:
    at, tick, status = 0, 0, 0
    while at < len(track):
        delta, at = _number(track, at)
        tick += delta
        if track[at] & 0x80:
            status, at = track[at], at + 1
        if status == 0xFF:
            kind = track[at]
            size, at = _number(track, at + 1)
            yield _Event(tick, status, bytes([kind]) + track[at : at + size])
            at += size
        elif status in {0xF0, 0xF7}:
            size, at = _number(track, at)
            at += size
        else:
            size = 1 if status & 0xE0 == 0xC0 else 2
            if at + size > len(track) or max(track[at : at + size]) & 0x80:
                raise ValueError("an event is cut off, or is none")
            yield _Event(tick, status, track[at : at + size])
            at += size


def _number(track: bytes, at: int) -> tuple[int, int]:
    """Return a number of variable length and the place after it."""
    value = 0
    while True:
        value = value << 7 | track[at] & 0x7F
        at += 1
        if not track[at - 1] & 0x80:
            return value, at
