"""Pieces for several quiet players."""

from __future__ import annotations

from functools import partial

from demo_songs import bowed, plucked
from demo_songs.mix import Stage, hall
from demo_songs.score import Hand, Note, line, swell
from demo_songs.sound import Sound


def adagio() -> Sound:
    """String quartet: suspensions down the circle of fifths, and a cadence that ends in major."""
    stage = Stage(34.0, seed=6)
    parts = {
        "violin 1": "F5:2 F5:1.5 F5:.5 E5:2 E5:1.5 E5:.5 D5:2 D5:1 C#5:.5 D5 C#5:2 D5:1.5 E5:.5 |"
        "A5:1.5 G5:.5 F5:1 D5:1 Eb5:1.5 D5:.5 D5:1 C#5:1 D5:4",
        "violin 2": "A4:2 Bb4:2 Bb4:1.5 Bb4:.5 A4:2 A4:1.5 A4:.5 G4:2 G4:1.5 G4:.5 F4:1 G4:1 |"
        "D5:1.5 C5:.5 Bb4:2 Bb4:2 A4:2 A4:4",
        "viola": "D4:2 D4:1 F4:1 C4:2 C4:1 F4:1 Bb3:2 Bb3:2 E4:2 A3:1 Bb3:1 |"
        "F4:2 F4:1 F4:1 G4:2 F4:1 E4:1 F#4:4",
        "cello": "D3:2 G2:2 C3:2 F2:2 Bb2:2 E2:2 A2:2 D3:1 C3:.5 Bb2 | F3:1 A2 Bb2:2 G2:2 A2:2 D2:4",
    }
    bodies = {"violin 1": bowed.VIOLIN, "violin 2": bowed.VIOLIN, "viola": bowed.VIOLA, "cello": bowed.CELLO}
    places = {"violin 1": -0.55, "violin 2": -0.2, "viola": 0.25, "cello": 0.55}
    for name, text in parts.items():
        hand = Hand(bpm=56, timing=0.03, dynamics=0.05, legato=1.04, breath=0.12)
        notes = hand.play(swell(line(text), 0.7, 0.95, 0.75, 1.1, 0.85, 0.5), stage.rng, 28)
        player = partial(bowed.bow, body=bodies[name], attack=0.16 if name == "cello" else 0.12)
        loud = {"violin 1": 0.62, "violin 2": 0.42, "viola": 0.42, "cello": 0.55}[name]
        stage.play(notes, player, pan=places[name], gain=loud, room=0.36)
    return stage.finish(room=hall(2.6, 16, dark=4200), loudness=-18.0, fade=2.0)


def motet() -> Sound:
    """Choir in four parts, three voices each, on vowels."""
    stage = Stage(30.0, seed=7)
    parts = {
        "soprano": (
            "A4:2 C5:2 D5:2 C5:1 Bb4:1 A4:2 G4:2 F4:2 G4:1 A4:1 Bb4:2 A4:2 G4:1 F4:1 E4:2 F4:4",
            -0.45,
        ),
        "alto": (
            "F4:2 E4:2 F4:2 F4:1 D4:1 F4:1 C4:1 E4:2 D4:2 E4:1 F4:1 F4:2 F4:2 D4:1 D4:1 C4:2 C4:4",
            0.45,
        ),
        "tenor": (
            "C4:2 A3:2 Bb3:2 A3:1 Bb3:1 C4:2 C4:1 Bb3:1 A3:2 C4:1 C4:1 D4:2 C4:2 Bb3:1 A3:1 G3:2 A3:4",
            -0.2,
        ),
        "bass": ("F3:2 A2:2 Bb2:2 F3:1 G3:1 A3:2 C3:2 D3:2 C3:1 A2:1 Bb2:2 F3:2 G2:1 D3:1 C3:2 F2:4", 0.2),
    }
    vowels = ["ah", "ah", "oh", "oo", "eh", "ah", "oh", "oo"]
    for name, (text, place) in parts.items():
        for singer in range(3):
            hand = Hand(bpm=64, timing=0.035, dynamics=0.05, legato=1.03, breath=0.15)
            for note in hand.play(swell(line(text), 0.7, 1.0, 0.8, 1.1, 0.6), stage.rng, 28):
                vowel = vowels[int(note.start / 3.75) % len(vowels)]
                voice = bowed.sing(note, stage.rng, vowel, woman=name in ("soprano", "alto"))
                spread = place + 0.16 * (singer - 1)
                stage.add(voice, note.start, pan=spread, gain=0.3 if name != "soprano" else 0.36, room=0.5)
    return stage.finish(room=hall(3.4, 17, dark=3600, before=0.03), loudness=-18.0, fade=2.5)


def pastoral() -> Sound:
    """Flute over harp: broken chords under a long line."""
    stage = Stage(32.0, seed=8)
    hand = Hand(bpm=76, timing=0.010, dynamics=0.08, legato=1.0, breath=0.10)
    shapes = (
        "G2 D3 G3 B3 D4 G4|E2 B2 G3 B3 E4 G4|C3 G3 B3 E4 G4 B4|D3 A3 C4 F#4 A4 C5|B2 F#3 D4 F#4 A4 D5|"
        "E2 B2 G3 D4 G4 B4|A2 E3 G3 C4 E4 G4|D3 A3 C4 E4 F#4 C5|C3 G3 Eb4 G4 C5 Eb5|G2 D3 B3 D4 G4 B4"
    )
    harp = []
    for bar, names in enumerate(shapes.split("|")):
        tones = names.split()
        for step, name in enumerate([*tones, *reversed(tones[1:-1]), tones[2], tones[3]]):
            harp += line(f"{name}:2", bar * 3 + step * 0.25, velocity=0.7 if step == 0 else 0.5)
    harp += line("[G2 D3]:4", 30, velocity=0.6)
    harp += [
        Note(30 + 0.12 * step, note.pitch, 4, 0.6) for step, note in enumerate(line("[B3 D4 G4 B4 D5 G5]:4"))
    ]
    flute = line(
        "r:1 D5:.5 G5 A5 B5 | B5:1.5 A5:.5 G5 E5 |"
        "G5:1 B5:1.5 A5:.25 G5 | A5:2 F#5:.5 A5 | D6:1.5 C#6:.5 A5 F#5 |"
        "G5:1 B5:1.5 r:.5 | C6:1 B5:.5 A5 G5 E5 | F#5:1.5 A5:.5 E5 F#5 | G5:2 F5:.5 Eb5 | D5:3 | [G5]:3",
        velocity=0.78,
    )
    stage.play(
        hand.play(swell(harp, 0.85, 1.0, 0.8), stage.rng, 34), plucked.harp, keyboard=0.6, gain=0.3, room=0.32
    )
    blown = hand.play(swell(flute, 0.8, 1.05, 0.9, 1.1, 0.7), stage.rng, 34)
    stage.play(blown, bowed.flute, pan=-0.15, gain=1.15, room=0.4)
    return stage.finish(room=hall(2.2, 18, dark=4800), loudness=-18.5, fade=2.5)
