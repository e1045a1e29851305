"""Pieces for one player."""

from __future__ import annotations

import numpy as np

from demo_songs import bowed, plucked, struck
from demo_songs.mix import Stage, hall
from demo_songs.score import Hand, Note, line, pitch, swell, words
from demo_songs.sound import Sound


def nocturne() -> Sound:
    """Piano, slow: a song over broken chords, with the pedal down for a bar at a time."""
    stage = Stage(34.5, seed=1)
    hand = Hand(bpm=62, timing=0.012, dynamics=0.07, breath=0.10)
    chords = (
        "Db2 Ab2 F3 Ab3 Db4 Ab3|Bb1 F2 Db3 Ab3 Db4 Ab3|Gb1 Db2 Bb2 F3 Bb3 F3|Ab1 Eb2 C3 Gb3 C4 Gb3|"
        "F2 C3 Eb3 Ab3 C4 Ab3/Bb1 F2 D3 Ab3 D4 Ab3|Eb2 Bb2 Gb3 Db4 Gb4 Db4/Ab1 Gb2 C3 F3 C4 F3|"
        "Db2 Ab2 Gb3 A3 Db4 A3|Db2 Ab2 F3 Ab3 Db4 F4"
    )
    left = []
    for bar, halves in enumerate(chords.split("|")):
        for half, names in enumerate((halves.split("/") * 2)[:2]):
            for step, name in enumerate(names.split()):
                at = bar * 4 + half * 2 + step / 3
                left.append(Note(at, pitch(name), bar * 4 + 4 - at, 0.42 if step else 0.52))
    melody = line(
        "F5:1.5 Gb5:.25 F5 Ab5:2 | Db6:1 C6:.5 Bb5 Ab5:1.5 F5:.5 |"
        "Bb5:1.5 Ab5:.5 Gb5:1 F5:.5 Gb5 | Eb5:2.5 r:.5 Eb5 F5 |"
        "Ab5:1.5 G5:.25 Ab5 D6:1 C6:.5 Bb5 | Db6:1 Bb5:.5 Gb5 F5:.75 Gb5:.25 Eb5:1 |"
        "F5:.5 A5:1 Gb5:.5 Eb5 Db5 Eb5 Gb5 | F5:4",
        velocity=0.74,
    )
    bars = [*swell(left, 0.8, 1.0, 0.85, 1.1, 0.55), *swell(melody, 0.85, 1.05, 0.9, 1.15, 1.0, 0.6)]
    stage.play(hand.play(bars, stage.rng, 32), struck.piano, keyboard=0.5, gain=0.5, room=0.34)
    return stage.finish(room=hall(2.4, 11, dark=3800), loudness=-18.5, fade=2.5)


def guitar_study() -> Sound:
    """Guitar, nylon strings: a bass, a pattern of the fingers, a melody on top."""
    stage = Stage(25.5, seed=2)
    hand = Hand(bpm=126, timing=0.006, dynamics=0.09, legato=1.6, breath=0.10)
    shapes = (
        "A2 A3 C4 E4|G2 A3 C4 E4|F2 A3 C4 F4|E2 G#3 D4 E4|A2 A3 C4 A4|D3 A3 D4 A4|G2 G3 B3 G4|C3 G3 C4 E4|"
        "F2 A3 C4 F4|D3 F3 B3 F4|E2 G#3 B3 E4|A2 A3 C4 E4|D3 A3 B3 D4|E2 G#3 B3 D4"
    )
    notes = []
    for bar, names in enumerate(shapes.split("|")):
        low, third, second, first = (pitch(name) for name in names.split())
        notes.append(Note(bar * 3, low, 3, 0.8))
        for step, tone in enumerate((first, third, second, first, second, third)):
            strong = tone == first
            notes.append(Note(bar * 3 + step * 0.5, tone, 1.2 if strong else 0.6, 0.78 if strong else 0.5))
    notes += line("[A2 E3 A3 C4 E4 A4]:4", 42, velocity=0.75)
    played = hand.play(swell(notes, 0.8, 1.0, 0.85, 1.1, 0.8), stage.rng, 46)
    last = max(note.start for note in played)
    played = [
        Note(note.start + 0.04 * rank, note.pitch, note.length, note.velocity)
        for rank, note in enumerate(sorted(played, key=lambda n: (n.start < last - 0.2, n.pitch)))
        if note.start >= last - 0.2
    ] + [note for note in played if note.start < last - 0.2]
    stage.play(played, plucked.guitar, gain=0.5, room=0.2, keyboard=0.25)
    return stage.finish(room=hall(1.3, 12, dark=3500, before=0.012), loudness=-18.0, fade=2.0)


def invention() -> Sound:
    """Harpsichord: two voices that chase one subject."""
    stage = Stage(27.0, seed=3)
    hand = Hand(bpm=92, timing=0.005, dynamics=0.0, legato=0.92, breath=0.12, roll=0.03)
    right = line(
        "G4:.5 D5:.25 C5 Bb4 A4 Bb4 G4 F#4 G4 A4 Bb4 C5 A4 D5:.5 |"
        "Bb4:.5 D5 G5 D5 A4 C5 F#5 A5 |"
        "D5:.5 A5:.25 G5 F5 E5 F5 D5 C#5 D5 E5 F5 G5 E5 A5:.5 |"
        "G5:.25 D5 Bb4 D5 G5 E5 C5 E5 F5 C5 A4 C5 F5 D5 Bb4 D5 |"
        "Eb5 Bb4 G4 Bb4 Eb5 C5 A4 C5 D5 A4 F#4 A4 D5 Bb4 G4 Bb4 |"
        "Bb4:.5 D5 G5 Bb5 A5 F#5 D5 C5 |"
        "Eb5:.25 C5 D5 Eb5 A4 Bb4 C5 A4 F#4 A4 D5 C5 Bb4 A4 G4 F#4 | [G4 B4 D5 G5]:4"
    )
    left = line(
        "G2:2 D3:2 | G3:.5 D4:.25 C4 Bb3 A3 Bb3 G3 F#3 G3 A3 Bb3 C4 A3 D4:.5 |"
        "F3:.5 A3 D4 A3 E3 G3 C#4 A3 | G3 G2 C3 C4 F3 F2 Bb2 Bb3 | Eb3 Eb4 A2 A3 D3 D4 G3 F3 |"
        "G3:.5 D4:.25 C4 Bb3 A3 Bb3 G3 F#3 G3 A3 Bb3 C4 A3 D4:.5 | C3:1 A2 D3:.5 C3 D3 D2 | [G2 D3 G3]:4"
    )
    for voice, pan in ((right, 0.2), (left, -0.2)):
        stage.play(hand.play(voice, stage.rng, 32), plucked.harpsichord, pan=pan, gain=0.4, room=0.36)
    return stage.finish(room=hall(2.1, 13, dark=5000), loudness=-18.0, fade=1.5)


def music_box_waltz() -> Sound:
    """Music box: a waltz that runs down."""
    stage = Stage(23.5, seed=4)
    hand = Hand(bpm=156, timing=0.004, dynamics=0.05, legato=1.0, breath=0.22)
    melody = line(
        "C6:2 A5:1 | F5:2 A5:1 | G5:1 A5 Bb5 | D6:3 | Bb5:2 G5:1 | E5:2 G5:1 | F5:1 G5 A5 | C6:3 |"
        "C6:2 A5:1 | F5:2 A5:1 | Bb5:1 C6 D6 | F6:3 | E6:1 D6 C6 | Bb5 A5 G5 | A5:2 G5:1 | F5:3",
        velocity=0.8,
    )
    basses = words("F4 F4 C4 Bb3 C4 C4 F4 F4 F4 D4 G4 Bb3 C4 C4 C4 F4")
    thirds = words("A4 A4 Bb4 D4 Bb4 Bb4 C5 C5 A4 A4 Bb4 D4 Bb4 E4 Bb4 A4")
    for bar, (bass, third) in enumerate(zip(basses, thirds, strict=True)):
        melody += line(f"{bass}:1 [{third} C5] [{third} C5]", bar * 3, velocity=0.42)
    melody += line("[F4 A4 C5 F5 C6]:3", 48, velocity=0.6)
    stage.play(hand.play(melody, stage.rng, 51), struck.music_box, keyboard=0.4, gain=0.6, room=0.25)
    return stage.finish(room=hall(1.0, 14, dark=6000), loudness=-20.0, fade=1.5)


# Sa of the sitar: C sharp below middle C.
_SA = 49


def _degree(name: str) -> float:
    octave = name.count("'") - name.count(",")
    steps = {"S": 0, "R": 2, "G": 4, "M": 6, "P": 7, "D": 9, "N": 11}
    return _SA + 12 + 12 * octave + steps[name[0]]


def _tanpura(stage: Stage) -> None:
    """Play Pa, high Sa twice and low Sa for ever."""
    rng = stage.rng
    for count in range(14):
        for step, tone in enumerate((_SA - 5, _SA, _SA, _SA - 12)):
            at = count * 2.5 + step * 0.6
            flat = bowed.glide([(0, tone), (4.5, tone)], 4.5)
            stage.add(
                plucked.jawari(flat, rng, ring=9.0, buzz=0.5), at, pan=0.45 - 0.3 * step, gain=0.055, room=0.5
            )


def raga() -> Sound:
    """Sitar over tanpura: phrases in the mode of Yaman, slow and free, then in a measure."""
    stage = Stage(33.0, seed=5)
    rng = stage.rng
    _tanpura(stage)
    # "N,>S:2" is plucked on Ni and pulled to Sa; a comma lowers by an octave, an apostrophe raises.
    text = (
        "N,>R:1.3 G:1.6 R:.5 S>N,:.7 S:1.8 N,:.5 R:.4 G>M:1.0 P:1.6 M>G:.9 R>G:.5 R:.4 S:1.8 "
        "G:.3 M:.3 D:.3 N:.3 S'>N:.6 S':.9 N:.3 R'>S':.6 N:.3 D:.3 P:.9 "
        "M:.3 D:.3 P:.3 M:.3 G:.6 R:.3 G:.3 M:.3 G:.3 R:.3 S:.6 N,:.3 R:.3 G:.3 R:.3 N,:.3 R:.3 S:.6 "
        "G:.3 M:.3 P:.3 D:.3 N:.3 D:.3 P>M:.6 G:.3 R:.3 N,>S:3.2"
    )
    at = 1.4
    for number, token in enumerate(text.split()):
        name, _, beats = token.partition(":")
        first, _, second = name.partition(">")
        length = float(beats)
        tone, goal = _degree(first), _degree(second or first)
        ring = max(length + 0.9, 1.6)
        bend = bowed.glide([(0, tone), (0.35 * length, tone), (0.62 * length, goal), (ring, goal)], ring)
        sway = 1 + 0.002 * np.sin(2 * np.pi * 5.2 * np.arange(len(bend)) / 44_100) * np.linspace(
            0, 1, len(bend)
        )
        sound = plucked.jawari(bend * sway, rng, ring=3.4, buzz=0.85)
        fall = np.exp(-np.maximum(0, np.arange(len(sound)) / 44_100 - length) * 9)
        stage.add(sound * fall, at, pan=-0.1, gain=0.3 * rng.uniform(0.85, 1.0), room=0.3)
        if number > 14 and number % 4 == 0:  # the high drone strings keep time
            for chikari in (_SA + 24, _SA + 19):
                high_string = bowed.glide([(0, chikari), (0.8, chikari)], 0.8)
                stage.add(
                    plucked.jawari(high_string, rng, ring=1.6, buzz=0.6),
                    at + 0.02,
                    pan=0.3,
                    gain=0.07,
                    room=0.3,
                )
        at += length * (1.0 if at < 14 else 0.94)
    return stage.finish(room=hall(1.6, 15, dark=4500), loudness=-18.0, fade=3.0)
