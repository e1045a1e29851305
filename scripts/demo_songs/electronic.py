"""Pieces for machines."""

from __future__ import annotations

import numpy as np

from demo_songs import struck, synths
from demo_songs.mix import Stage, hall
from demo_songs.score import Hand, Note, hertz, line, pitch, shifted, words
from demo_songs.sound import RATE, Sound, band, clock, high, low


def techno() -> Sound:
    """Four to the floor at 128: a bass line under a filter that opens, stabs, a break, the return."""
    stage = Stage(33.0, seed=21)
    rng = stage.rng
    hand = Hand(bpm=128, legato=0.7, timing=0.0, dynamics=0.03)
    beat = 60 / 128
    bars = 16
    kicks = [b * beat for b in range(bars * 4) if not 32 <= b < 40]
    pump = synths.duck(int(stage.seconds * RATE), kicks, 0.75, 0.26)
    steps = words("A1 A1 A2 A1 C2 A1 A1 G1 A1 A2 A1 A1 E2 D2 C2 G1")
    notes = []
    for bar in range(bars):
        for step, name in enumerate(steps):
            loud = 0.95 if step % 4 == 2 else 0.6
            if (bar * 5 + step * 3) % 7:
                notes.append(Note(bar * 4 + step / 4, pitch(name), 0.25, loud))
    time = clock(stage.seconds)
    opening = np.interp(time, [0, 14, 15, 19, 30, 33], [250, 2600, 700, 3200, 3600, 300])
    line_sound = synths.acid(hand.play(notes, rng, 64), stage.seconds, opening)
    stage.add(line_sound * pump, gain=0.3, room=0.06)
    _machine_drums(stage, kicks, bars, beat)
    _stabs(stage, hand, pump)
    sweep = (
        high(rng.standard_normal(int(8 * beat * RATE)), 800) * np.linspace(0, 1, int(8 * beat * RATE)) ** 2
    )
    stage.add(0.05 * sweep, 32 * beat, room=0.3)
    stage.add(struck.crash(0.8, rng), 40 * beat, gain=0.35, room=0.2)
    return stage.finish(room=hall(1.4, 31, dark=6000), loudness=-16.0, fade=2.5)


def _machine_drums(stage: Stage, kicks: list[float], bars: int, beat: float) -> None:
    rng = stage.rng
    for at in kicks:
        stage.add(struck.kick(1.0, rng, deep=44, click=0.4), at, gain=0.85, room=0.01)
    for b in range(bars * 4):
        if b >= 8 and not 32 <= b < 36:
            stage.add(struck.hat(0.9, rng, open_=True), (b + 0.5) * beat, pan=0.15, gain=0.24, room=0.04)
        for step in range(4):
            if b >= 16:
                stage.add(
                    struck.hat(0.5 + 0.3 * (step == 2), rng),
                    (b + step / 4) * beat,
                    pan=-0.2,
                    gain=0.22,
                    room=0.04,
                )
        if b % 2 and b >= 16 and not 32 <= b < 40:
            stage.add(struck.clap(0.9, rng), b * beat, gain=0.5, room=0.16)


def _stabs(stage: Stage, hand: Hand, pump: Sound) -> None:
    track = np.zeros((2, int(stage.seconds * RATE)))
    for bar in range(4, 16):
        for at in (0.75, 2.25, 3.5) if bar % 2 else (0.75, 2.25):
            names = "[A3 C4 E4 G4]" if bar % 4 < 3 else "[F3 A3 C4 E4]"
            for note in hand.play(line(f"{names}:.35", bar * 4 + at, velocity=0.6), stage.rng, 64):
                sound = synths.chord(note, stage.rng)
                start = int(note.start * RATE)
                part = track[:, start : start + sound.shape[1]]
                part += sound[:, : part.shape[1]]
    cut = np.interp(clock(stage.seconds), [0, 15, 19, 30], [900, 1500, 3500, 1800])
    dark = np.stack([synths.moving_low(side, cut, 1.6) for side in track])
    dark = np.stack([high(side, 180) for side in dark])
    stage.add(dark * pump, gain=0.18, room=0.25)
    stage.add(synths.echo(dark, 0.75 * 60 / 128, 0.55), gain=0.14, room=0.2)


def ambient() -> Sound:
    """Pads that open and close, a few bells, and wind: no beat."""
    stage = Stage(38.0, seed=22)
    rng = stage.rng
    chords = ["C3 G3 D4 E4 B4", "A2 G3 C4 E4 B4", "F2 F3 C4 E4 A4 B4", "G2 D3 A3 C4 E4"]
    for number, names in enumerate(chords):
        for name in names.split():
            note = Note(number * 8.6, pitch(name), 9.0, 0.7)
            stage.add(synths.pad(note, rng, cutoff=(280, 1900), attack=3.0), note.start, gain=0.3, room=0.7)
        root = Note(number * 8.6, pitch(names.split()[0]) - 12, 9.0, 0.7)
        time = clock(10.5)
        deep = np.sin(2 * np.pi * 440 * 2 ** ((root.pitch - 69) / 12) * time)
        stage.add(deep * np.sin(np.pi * time / 10.5) ** 2, root.start, gain=0.12, room=0.2)
    scale = [pitch(name) for name in words("E5 G5 B5 D6 E6 G6 A5")]
    at = 4.0
    while at < 32:
        bell = synths.bell(Note(at, rng.choice(scale), 3, rng.uniform(0.3, 0.7)), rng)
        side = rng.uniform(-0.8, 0.8)
        stage.add(bell, at, pan=side, gain=0.10, room=1.1)
        stage.add(synths.echo(bell, 0.61, 0.5, dark=2200), at, gain=0.05, room=0.8)
        at += rng.exponential(1.7) + 0.6
    for side in (-0.9, 0.9):
        gust = band(rng.standard_normal(int(stage.seconds * RATE)), 250, 900)
        slow = np.interp(clock(stage.seconds), np.linspace(0, stage.seconds, 14), rng.uniform(0.1, 1.0, 14))
        stage.add(gust * slow, pan=side, gain=0.02, room=0.6)
    return stage.finish(room=hall(6.0, 32, dark=3500, before=0.05), loudness=-19.0, fade=5.0)


_BREAKS = (
    ("k . . . s . . g . g k . s . . g", "h . h . h . h . h . h h h . h ."),
    ("k . k . s . . g . g k . . g s .", "h . h . h . h . h . h . h . o ."),
)


def drum_and_bass() -> Sound:
    """Broken beats at 172 over a bass that turns against itself, with long chords above."""
    stage = Stage(27.0, seed=23)
    beat = 60 / 172
    bars = 18
    kicks = [at for bar in range(2, bars) for at in _break(stage, bar, beat)]
    for bar in (2, 10):
        stage.add(struck.crash(0.8, stage.rng), bar * 4 * beat, pan=-0.3, gain=0.35, room=0.2)
    pump = synths.duck(int(stage.seconds * RATE), kicks, 0.6, 0.18)
    bass = _turning_bass(stage, range(4, bars), beat)
    sway = 500 + 420 * np.sin(2 * np.pi * clock(stage.seconds) / (beat * 3)) ** 2
    growl = synths.moving_low(np.tanh(1.6 * bass), sway, 2.2)
    stage.add((low(bass, 110) * 0.9 + high(growl, 90)) * pump, gain=0.36, room=0.03)
    chords = ["D3 A3 C4 F4 A4", "Bb2 F3 A3 D4 F4", "F3 C4 E4 A4 C5", "C3 G3 D4 E4 G4"]
    for number in range(5):
        for name in words(chords[number % 4]):
            note = Note(number * 16 * beat, pitch(name), 15.5 * beat, 0.6)
            sound = synths.pad(note, stage.rng, cutoff=(600, 3200), attack=0.6)
            stage.add(sound, note.start, gain=0.2, room=0.4)
    hand = Hand(bpm=172, legato=0.97, timing=0.0, dynamics=0.03)
    tune = line("A5:1.5 F5:1.5 E5:1 D5:2 C5:2 A4:1.5 C5:1.5 D5:1 E5:4", velocity=0.6)
    for start in (0, 32, 48):
        glass = hand.play(shifted(tune, beats=start), stage.rng, 72)
        stage.play(glass, synths.bell, pan=0.1, gain=0.16, room=0.6)
    return stage.finish(room=hall(2.0, 33, dark=5500), loudness=-16.0, fade=2.0)


def _break(stage: Stage, bar: int, beat: float) -> list[float]:
    """Play a bar of drums and return when its bass drum falls."""
    rng = stage.rng
    skins, metal = (words(text) for text in _BREAKS[bar % 2])
    kicks = []
    for step, (skin, plate) in enumerate(zip(skins, metal, strict=True)):
        at = (bar * 4 + step / 4) * beat + 0.002 * abs(rng.standard_normal())
        if skin == "k":
            kicks.append(at)
            stage.add(struck.kick(1.0, rng, deep=52, click=0.6), at, gain=0.75, room=0.02)
        elif skin != ".":
            loud = 1.0 if skin == "s" else 0.25
            stage.add(struck.snare(loud, rng, tone=225, ring=17), at, gain=0.62, room=0.10)
        if plate != ".":
            loud = 0.8 if step % 4 == 0 else 0.5
            stage.add(struck.hat(loud, rng, open_=plate == "o"), at, pan=0.2, gain=0.23, room=0.05)
        if bar >= 6:
            stage.add(struck.hat(0.25, rng), at + beat / 8, pan=-0.4, gain=0.18, room=0.05)
    return kicks


def _turning_bass(stage: Stage, bars: range, beat: float) -> Sound:
    """Return the bass line on two saws that are detuned so far that they beat."""
    roots = words("D2 D2 F2 C2 D2 D2 Bb1 C2")
    track = np.zeros(int(stage.seconds * RATE))
    for bar in bars:
        for at, length, up in ((0, 1.4, 0), (1.5, 0.9, 0), (2.5, 0.45, 12), (3.0, 0.9, 0)):
            start, n = int((bar * 4 + at) * beat * RATE), int(length * beat * RATE)
            flat = np.full(n, hertz(pitch(roots[bar % 8]) + up))
            wave = sum(synths.saw(flat * tune, stage.rng.uniform()) for tune in (0.994, 1.006))
            edge = np.minimum(np.arange(n), np.arange(n)[::-1]) / (0.006 * RATE)
            part = track[start : start + n]
            part += (0.45 * wave * np.clip(edge, 0, 1))[: len(part)]
    return track
