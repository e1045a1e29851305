"""Pieces for drums, basses and louder company."""

from __future__ import annotations

import numpy as np

from demo_songs import plucked, struck, synths
from demo_songs.mix import Stage, hall
from demo_songs.score import Hand, Note, line, shifted, words
from demo_songs.sound import RATE, Sound, low, peak


def jazz_trio() -> Sound:
    """Piano, bass and drums: a blues in F, swung."""
    stage = Stage(29.5, seed=9)
    hand = Hand(bpm=164, timing=0.010, dynamics=0.10, legato=1.2, swing=0.64)
    head = line(
        "r:.5 C5 F5 Ab5:1 F5:.5 G5 Ab5 | r:1 A5:.5 F5 C5:1 r:1 |"
        "r:.5 C5 F5 Ab5:1 F5:.5 Bb5 Ab5 | A5:1.5 F5:.5 Eb5:1 r:1 |"
        "r:.5 Db5 F5 Ab5:1 Bb5:.5 B5 C6 | r:1 Bb5:.5 Ab5 F5:1 r:1 |"
        "r:.5 C5 F5 A5:1 C6:.5 A5 F5 | D5:.5 F#5 A5 C6 Eb6:1 D6:1 |"
        "Bb5:.5 G5 D5 F5 A5:1 G5:1 | E5:.5 G5 Bb5 Db6 C6:1 Bb5:1 |"
        "A5:.5 F5 C5 Ab5:1 F5:.5 D5 F5 | Ab5:.5 F5 D5 C5 F5:1 r:1 |"
        "r:.5 C5 F5 Ab5:1 F5:.5 D5 F5 | r:.5 C5 F5 Ab5:1 F5:.5 D5 F5 |"
        "r:.5 C6 A5 F5 Ab5:.5 G5 F5 D5 | F5:1 r:3",
        velocity=0.75,
    )
    left, bass = _rhythm()
    trio = Hand(bpm=164, timing=0.006, dynamics=0.08, legato=0.97, swing=0.64)
    stage.play(
        hand.play([*head, *left], stage.rng, 64), struck.piano, pan=-0.2, keyboard=0.35, gain=0.6, room=0.24
    )
    stage.play(trio.play(bass, stage.rng, 64), plucked.bass, pan=0.1, gain=0.34, room=0.08)
    _brushes(stage, trio)
    return stage.finish(room=hall(0.9, 19, dark=4500, before=0.01), loudness=-17.0, fade=2.0)


def _rhythm() -> tuple[list[Note], list[Note]]:
    """Return the chords of the left hand and the walking bass."""
    comping = {
        "F7": "[Eb3 A3 D4]",
        "Bb7": "[D3 Ab3 C4]",
        "D7": "[C3 F#3 B3]",
        "Gm7": "[F3 Bb3 D4]",
        "C7": "[E3 Bb3 D4]",
    }
    changes = words("F7 Bb7 F7 F7 Bb7 Bb7 F7 D7 Gm7 C7 F7 C7 F7 D7 Gm7 F7")
    walks = (
        "F2 A2 C3 B2|Bb2 D3 F3 E3|F3 C3 A2 C3|F2 G2 A2 A#2|"
        "Bb2 D3 F3 D3|Bb2 Ab2 G2 E2|F2 A2 C3 Eb3|D3 C3 A2 F#2|"
        "G2 Bb2 D3 Db3|C3 E3 G3 E3|F3 D3 C3 A2|G2 Bb2 C3 E2|F2 A2 C3 Eb3|D3 A2 F#2 D2|G2 D3 C3 E2|F2:4"
    )
    left, bass = [], []
    for bar, (name, walk) in enumerate(zip(changes, walks.split("|"), strict=True)):
        rhythm = ("{0}:1.5 {0}:.5", "r:.5 {0}:1 r:1 {0}:.5", "r:1.5 {0}:.5 r:1 {0}:.5")[bar % 3]
        left += line(rhythm.format(comping[name]) if bar < 15 else "[Eb3 A3 D4 G4]:4", bar * 4, velocity=0.45)
        bass += line(walk, bar * 4, velocity=0.8)
    return left, bass


def _brushes(stage: Stage, hand: Hand) -> None:
    """Play the ride, the hi-hat on two and four, a soft bass drum on every beat."""
    for beat in range(61):
        for off in (0.0, 0.5) if beat % 2 else (0.0,):
            loud = 0.55 if off == 0 else 0.35
            at = hand.seconds(beat + off, 64)
            stage.add(
                struck.ride(loud * stage.rng.uniform(0.85, 1.1), stage.rng), at, pan=0.45, gain=0.7, room=0.12
            )
        at = hand.seconds(beat, 64)
        if beat % 2:
            stage.add(struck.hat(0.5, stage.rng), at, pan=0.35, gain=0.5, room=0.1)
        stage.add(struck.kick(0.18, stage.rng, deep=58, click=0.05), at, pan=0.2, gain=0.8, room=0.1)
        if beat % 8 in (3, 6):
            ghost = struck.snare(0.22, stage.rng, tone=210, ring=22)
            stage.add(ghost, hand.seconds(beat + 0.5, 64), pan=0.25, gain=0.8, room=0.15)
    stage.add(struck.crash(0.5, stage.rng), hand.seconds(60, 64), pan=0.4, gain=0.35)


def rock_trio() -> Sound:
    """Distorted guitar on both sides, bass, drums, and a lead with a voice of its own."""
    stage = Stage(34.0, seed=10)
    hand = Hand(bpm=106, timing=0.010, dynamics=0.06, legato=0.96)
    riff = (
        "E2:.5 E2:.5 E2:.5 G2:.5! A2:.5 E2:.5 D3:1! | E2:.5 E2:.5 E2:.5 G2:.5! A2:.5 Bb2:.5 A2:.5 G2:.5 |"
        "E2:.5 E2:.5 E2:.5 G2:.5! A2:.5 E2:.5 D3:1! | C3:1! C3:.5 D3:1! D3:.5 B2:1 |"
    )
    chorus = "E2:4! | C3:4! | G2:4! | D3:2! B2:2! |"
    roots = [
        *line(riff, 0),
        *shifted(line(chorus, 0), beats=16),
        *shifted(line(riff, 0), beats=32),
        *line("E2:4!", 48),
    ]
    for pan, detune in ((-0.8, -0.04), (0.8, 0.05)):
        _chords(stage, hand.play(shifted(roots, semitones=detune), stage.rng, 60), pan)
    deep = [Note(note.start, note.pitch - 12, note.length, note.velocity) for note in roots]
    _bass_guitar(stage, hand.play(deep, stage.rng, 60))
    lead = line(
        "E5:1.5 D5:.5 B4:1 A4:.5 B4 | C5:1 E5 G5:1.5 E5:.5 |"
        "D5:1 B4:.5 G4 A4:1 B4 | D5:1 E5:.5 F#5 G5:.5 A5 B5:1",
        16,
        velocity=0.9,
    ) + line(
        "B5:2 A5:.5 G5 E5 D5 | E5:.5 G5 E5 D5 B4 A4 G4 A4 | B4:1 D5:.5 E5 G5:1 A5 | E5:4", 36, velocity=0.9
    )
    _lead(stage, hand.play(lead, stage.rng, 60))
    _rock_drums(stage, hand)
    return stage.finish(room=hall(0.8, 20, dark=5000, before=0.008), loudness=-15.5, fade=2.0)


def _bass_guitar(stage: Stage, notes: list[Note]) -> None:
    track = np.zeros(int(stage.seconds * RATE))
    for note in notes:
        _put(track, plucked.electric(note, stage.rng), note.start)
    stage.add(low(np.tanh(2.2 * low(track, 1200)), 2200), gain=2.0, room=0.03)


def _lead(stage: Stage, notes: list[Note]) -> None:
    track = np.zeros(int(stage.seconds * RATE))
    for note in notes:
        _put(track, plucked.electric(note, stage.rng), note.start)
    sound = synths.amplifier(track, 14.0)
    stage.add(sound, gain=0.3, room=0.22)
    stage.add(synths.echo(sound, 0.425, 0.3), gain=0.2, room=0.2)


def _chords(stage: Stage, notes: list[Note], pan: float) -> None:
    track = np.zeros(int(stage.seconds * RATE))
    for note in notes:
        muted = note.length < 0.24 and note.velocity < 0.8
        held = Note(note.start, note.pitch, note.length * (0.6 if muted else 1.0), note.velocity)
        for string, interval in enumerate((0, 7, 12, 16, 19, 24)):
            loud = held.velocity * (1.0, 0.9, 0.8, 0.5, 0.6, 0.5)[string]
            sound = plucked.electric(Note(held.start, held.pitch + interval, held.length, loud), stage.rng)
            _put(track, low(sound, 900) if muted else sound, held.start + 0.006 * string)
    stage.add(synths.amplifier(track, 16.0), pan=pan, gain=0.63, room=0.15)


def _put(track: Sound, sound: Sound, at: float) -> None:
    start = int(at * RATE)
    part = track[start : start + len(sound)]
    part += sound[: len(part)]


def _rock_drums(stage: Stage, hand: Hand) -> None:
    rng = stage.rng
    for bar in range(12):
        kicks = (0, 1.5, 2, 2.5) if bar < 4 or bar >= 8 else (0, 0.5, 2, 3.5)
        fill = bar in (3, 7, 11)
        for beat in kicks:
            stage.add(struck.rock_kick(0.9, rng), hand.seconds(bar * 4 + beat, 0), gain=0.60, room=0.1)
        for beat in (1, 3) if not fill else (1,):
            sound = peak(struck.snare(0.9, rng, tone=185, ring=11), 200, 3)
            stage.add(sound, hand.seconds(bar * 4 + beat, 0) + 0.004, pan=0.05, gain=0.48, room=0.35)
        if fill:
            for step, hz in enumerate((190, 190, 150, 150, 110, 110, 85, 85)):
                stage.add(
                    struck.tom(0.9, rng, hz=hz),
                    hand.seconds(bar * 4 + 2 + step / 4, 0),
                    pan=0.5 - step / 8,
                    gain=0.54,
                    room=0.3,
                )
        for step in range(8 if not fill else 4):
            at = hand.seconds(bar * 4 + step / 2, 0) + 0.003 * rng.standard_normal()
            if 4 <= bar < 8:
                stage.add(
                    struck.ride(0.9 if step % 2 == 0 else 0.6, rng), max(0, at), pan=-0.4, gain=0.45, room=0.2
                )
            else:
                stage.add(
                    struck.loose_hat(0.8 if step % 2 == 0 else 0.5, rng),
                    max(0, at),
                    pan=-0.35,
                    gain=0.38,
                    room=0.2,
                )
        if bar % 4 == 0:
            stage.add(struck.crash(0.9, rng), hand.seconds(bar * 4, 0), pan=0.4, gain=0.39, room=0.3)
    stage.add(struck.crash(1.0, rng), hand.seconds(48, 0), pan=-0.4, gain=0.45, room=0.3)
    stage.add(struck.rock_kick(1.0, rng), hand.seconds(48, 0), gain=0.60)
