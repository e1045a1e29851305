"""A score in beats, and its way into a MIDI file that any sound font plays."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field

DRUMS = 9
"""The channel on which General MIDI plays percussion."""
TICKS = 480
"""MIDI ticks a beat."""

KICK, STICK, SNARE, HAT, PEDAL, OPEN, RIDE, CRASH = 36, 37, 38, 42, 44, 46, 51, 49
TOM, TAMBOURINE, SHAKER = 47, 54, 70


@dataclass(frozen=True)
class Note:
    """One note: start and length in beats, MIDI pitch, velocity 1 to 127."""

    channel: int
    start: float
    length: float
    pitch: int
    velocity: int


@dataclass
class Score:
    """Notes for up to 16 channels.

    Args:
        bpm: beats a minute.
        programs: General MIDI program (from 0) by channel.
        swing: how far every second eighth is late, in beats.
    """

    bpm: float
    programs: dict[int, int]
    swing: float = 0.0
    notes: list[Note] = field(default_factory=list)

    def play(self, channel: int, start: float, length: float, pitch: int, velocity: float = 90) -> None:
        """Add a note; pitches that no keyboard has are brought back by octaves."""
        while pitch > 108:
            pitch -= 12
        while pitch < 21:
            pitch += 12
        if self.swing and abs(start % 1 - 0.5) < 1e-6:
            start += self.swing
        self.notes.append(Note(channel, max(0.0, start), length, pitch, int(min(127, max(1, velocity)))))

    def chord(
        self, channel: int, start: float, length: float, pitches: Sequence[int], velocity: float = 80
    ) -> None:
        """Add notes together."""
        for pitch in pitches:
            self.play(channel, start, length, pitch, velocity)

    def pattern(self, channel: int, start: float, pitch: int, steps: str, velocity: float = 90) -> None:
        """Add a note at each sixteenth's letter of `steps`: X is loud, x is not, anything else is a rest."""
        for place, letter in enumerate(steps):
            if letter in "xX":
                loud = velocity * (1.0 if letter == "X" else 0.72)
                self.play(channel, start + place / 4, 0.22, pitch, loud)

    def to_midi(self) -> bytes:
        """Return a Standard MIDI File of one track."""
        events: list[tuple[int, int, bytes]] = []
        for channel, program in self.programs.items():
            events.append((0, 0, bytes([0xC0 | channel, program])))
        for note in self.notes:
            begin = round(note.start * TICKS)
            end = max(begin + 1, round((note.start + note.length) * TICKS))
            events.append((begin, 2, bytes([0x90 | note.channel, note.pitch, note.velocity])))
            # Before what begins at the same time, or a repeated note would be cut off at once.
            events.append((end, 1, bytes([0x80 | note.channel, note.pitch, 0])))
        tempo = b"\x00\xff\x51\x03" + round(60_000_000 / self.bpm).to_bytes(3, "big")
        body, now = bytearray(tempo), 0
        for tick, _, event in sorted(events, key=lambda item: item[:2]):
            body += _variable(tick - now) + event
            now = tick
        body += b"\x00\xff\x2f\x00"
        header = b"MThd" + struct.pack(">IHHH", 6, 0, 1, TICKS)
        return header + b"MTrk" + struct.pack(">I", len(body)) + bytes(body)


def _variable(number: int) -> bytes:
    """Return a MIDI number of variable length."""
    out = [number & 0x7F]
    while number := number >> 7:
        out.append(0x80 | number & 0x7F)
    return bytes(reversed(out))
