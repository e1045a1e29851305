"""Country picking, folk, waltz, baroque, choir, piano alone, string quartet and a raga over its drone."""

from __future__ import annotations

from trainer.distil.composed.harmony import (
    BHAIRAV,
    DORIAN,
    HARMONIC,
    MAJOR,
    MINOR,
    PENTATONIC,
    Random,
    close,
    degree,
    rhythm,
    triad,
    walk,
)
from trainer.distil.composed.score import DRUMS, KICK, SNARE, STICK, TAMBOURINE, Score


def country(random: Random) -> Score:
    """Return thumb and fingers on a steel guitar, or banjo and fiddle, over a bass in two."""
    score = Score(random.uniform(95, 135), {0: 32, 1: 25, 2: int(random.choice([105, 110, 25, 22])), 3: 25})
    root, chords = (
        int(random.integers(43, 51)),
        [0, 0, 3, 0, 0, 4, 4, 0] if random.random() < 0.5 else [0, 3, 4, 0],
    )
    for bar in range(24):
        place = chords[bar % len(chords)]
        tones = triad(root, MAJOR, place)
        for beat, step in ((0, 0), (2, 4)):
            score.play(0, 4 * bar + beat, 0.9, degree(root, MAJOR, place + step) - 12, 98)
        for half in range(8):
            score.play(1, 4 * bar + half / 2, 0.6, tones[(0, 2, 1, 2)[half % 4]] + 12 * (half % 2), 88)
        score.pattern(DRUMS, 4 * bar, KICK, "X.......X.......", 80)
        score.pattern(DRUMS, 4 * bar, SNARE, "....x..x....x..x", 62)
        at = 4.0 * bar
        if bar % 8 >= 2:
            for length in rhythm(random, 4, (0.5, 0.5, 1.0)):
                step = place + int(random.integers(0, 8))
                score.play(2, at, length * 0.9, degree(root + 12, MAJOR, step), 88)
                at += length
    return score


def folk(random: Random) -> Score:
    """Return an old tune on flute, fiddle, accordion or whistle over a strummed or plucked guitar."""
    jig = random.random() < 0.5
    score = Score(
        random.uniform(90, 125),
        {1: int(random.choice([24, 25, 46])), 2: int(random.choice([73, 110, 21, 79, 72]))},
    )
    root, scale, beats = int(random.integers(48, 56)), (MAJOR, DORIAN)[random.integers(2)], 3 if jig else 4
    tune = [walk(random, 2 * beats, 4, 12) for _ in range(4)]
    for bar in range(30):
        place = (0, 3, 0, 4, 0, 6, 4, 0)[bar % 8]
        for half, step in enumerate(tune[(0, 1, 0, 2, 0, 1, 3, 2)[bar % 8]]):
            if half % 2 == 0 or random.random() < 0.7:
                score.play(2, beats * bar + half / 2, 0.48, degree(root + 12, scale, step), 92)
        for beat in range(beats):
            score.chord(1, beats * bar + beat, 0.9, triad(root, scale, place), 66 if beat else 80)
        if bar >= 8:
            score.pattern(DRUMS, beats * bar, TAMBOURINE, "X.x." * beats, 45)
    return score


def waltz(random: Random) -> Score:
    """Return bass and two chords to the bar under a melody: piano, accordion or a small orchestra."""
    lead, chord, bass = ((0, 0, 0), (21, 21, 32), (40, 48, 43), (73, 46, 42))[random.integers(4)]
    score = Score(random.uniform(120, 180), {0: bass, 1: chord, 2: lead})
    root, scale = int(random.integers(45, 55)), MAJOR if random.random() < 0.6 else HARMONIC
    for bar in range(40):
        place = (0, 0, 4, 4, 4, 4, 0, 0, 3, 3, 0, 0, 4, 4, 0, 0)[bar % 16]
        tones = close(triad(root, scale, place), 60)
        score.play(0, 3 * bar, 1, degree(root, scale, place) - 12, 90)
        for beat in (1, 2):
            score.chord(1, 3 * bar + beat, 0.6, tones, 62)
        at = 3.0 * bar
        for length in rhythm(random, 3, (1.0, 2.0, 0.5, 1.5)):
            score.play(2, at, length * 0.97, degree(root + 12, scale, place + int(random.integers(0, 8))), 96)
            at += length
    return score


def baroque(random: Random) -> Score:
    """Return two or three voices in running notes: harpsichord, organ, or strings with continuo."""
    upper, lower = ((6, 6), (6, 6), (19, 19), (40, 6), (73, 6), (68, 42))[random.integers(6)]
    score = Score(random.uniform(72, 112), {0: lower, 1: upper, 2: upper})
    root, scale = int(random.integers(48, 57)), (MAJOR, HARMONIC)[random.integers(2)]
    circle = [0, 3, 6, 2, 5, 1, 4, 0]
    for bar in range(20):
        for half in range(2):
            place, at = circle[(2 * bar + half) % 8], 4.0 * bar + 2 * half
            figure = [0, 2, 4, 2, 1, 2, 4, 7] if bar % 2 else [4, 3, 2, 1, 0, 1, 2, 4]
            for step, offset in enumerate(figure):
                score.play(1, at + step / 4, 0.24, degree(root + 12, scale, place + offset), 88)
            for beat in (0, 1):
                score.play(0, at + beat, 0.9, degree(root, scale, place - 7 * beat) - 12, 86)
            for late in (0.5, 1.0, 1.5):
                score.play(
                    2, at + late, 0.45, degree(root + 12, scale, place + int(random.choice([-3, 0, 2]))), 74
                )
    return score


def choir(random: Random) -> Score:
    """Return four voices in long chords that move by step, alone or with an organ."""
    score = Score(random.uniform(48, 76), dict.fromkeys(range(4), int(random.choice([52, 52, 53, 54]))))
    if random.random() < 0.3:
        score.programs[4] = 19
    root, scale = int(random.integers(45, 53)), (MAJOR, MINOR, DORIAN)[random.integers(3)]
    at, place = 0.0, 0
    while at < 40:
        length = float(random.choice([1, 2, 2, 4]))
        tones = triad(root, scale, place)
        voices = [tones[0] - 0, tones[2] - 0, tones[1] + 12, tones[int(random.integers(3))] + 12]
        for channel, pitch in enumerate(voices):
            score.play(channel, at, length, pitch, 82 + int(random.integers(-8, 8)))
        if 4 in score.programs:
            score.chord(4, at, length, [pitch - 12 for pitch in voices[:2]], 60)
        at += length
        place = int(random.choice([0, 3, 4, 5, 1, place + 1, place - 1])) % 7
    return score


def piano(random: Random) -> Score:
    """Return a nocturne: broken chords in the left hand, a slow song in the right."""
    score = Score(random.uniform(52, 92), {0: 0, 1: 0})
    root, scale = int(random.integers(41, 50)), (MAJOR, MINOR, HARMONIC)[random.integers(3)]
    chords = [0, 5, 3, 4, 0, 2, 3, 4]
    for bar in range(16):
        place, at = chords[bar % 8], 4.0 * bar
        for half, step in enumerate((0, 4, 7, 9, 7, 4, 7, 4)):
            score.play(
                0, at + half / 2, 0.9, degree(root, scale, place + step), 52 + int(random.integers(0, 14))
            )
        for length in rhythm(random, 4, (1.0, 2.0, 0.5, 1.5)):
            score.play(
                1, at, length, degree(root + 24, scale, place + int(random.choice([0, 2, 4, 1, 7]))), 78
            )
            at += length
    return score


def quartet(random: Random) -> Score:
    """Return an adagio for strings: a solo violin or cello over slow suspensions."""
    solo = int(random.choice([40, 42, 41]))
    score = Score(random.uniform(50, 84), {0: solo, 1: 48, 2: 49, 3: 42})
    root, scale = int(random.integers(43, 52)), (MINOR, HARMONIC, MAJOR)[random.integers(3)]
    for bar in range(14):
        place = (0, 3, 4, 0, 5, 1, 4, 0)[bar % 8]
        score.chord(1, 4 * bar, 4, close(triad(root, scale, place), 62), 66)
        score.play(3, 4 * bar, 4, degree(root, scale, place) - 12, 76)
        at = 4.0 * bar
        for length in rhythm(random, 4, (1.0, 2.0, 0.5)):
            step = place + int(random.choice([0, 1, 2, 4, 7]))
            score.play(0, at, length, degree(root + (0 if solo == 42 else 12), scale, step), 98)
            at += length
    return score


def raga(random: Random) -> Score:
    """Return a sitar that unfolds a scale over a drone, after a while with hand drums."""
    score = Score(random.uniform(60, 105), {0: 104, 1: 104, 2: int(random.choice([104, 104, 111, 77]))})
    root, scale = int(random.integers(48, 54)), (BHAIRAV, DORIAN, PENTATONIC, HARMONIC)[random.integers(4)]
    beats, at = 56.0, 2.0
    for beat in range(int(beats)):
        score.play(0, beat, 2.5, (root - 5, root, root, root - 12)[beat % 4], 62)
        if beat >= beats / 4:
            for place, pitch in enumerate((64, 61, 63, 60)):
                if random.random() < 0.6:
                    score.play(DRUMS, beat + place / 4, 0.25, pitch, 55 + 30 * (place == 0))
    place = 0
    while at < beats:
        for step in walk(random, int(random.integers(3, 9)), place - 2, place + 4):
            length = float(random.choice([0.25, 0.25, 0.5, 1.0]))
            score.play(2, at, length * 1.5, degree(root + 12, scale, step), 100)
            score.play(1, at, 0.3, degree(root, scale, step), 45) if random.random() < 0.2 else None
            at, place = at + length, step
        score.play(2, at, 2.0, root + 12, 96)
        at += float(random.choice([1.0, 2.0]))
    score.pattern(DRUMS, beats, STICK, "x")
    return score
