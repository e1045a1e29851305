"""Techno, house, trance, electro, drum and bass, dub, hip-hop, lounge, ambient: synthesisers alone."""

from __future__ import annotations

import numpy as np

from trainer.distil.composed import synths
from trainer.distil.composed.harmony import MINOR, PENTATONIC, Random, close, degree, triad, walk
from trainer.distil.composed.synths import Signal, Tape, hertz
from trainer.distil.corpus import RATE

PROGRESSIONS = ((0, 5, 2, 6), (0, 3, 5, 4), (0, 6, 5, 6), (0, 0, 3, 5))


def _pads(random: Random, tape: Tape, root: int, bars: tuple[int, ...], size: int = 4) -> Signal:
    """Return wide chords, one a bar of sixteen steps."""
    track, n = tape.empty(), int(16 * tape.step * RATE)
    for bar in range(tape.steps // 16 + 1):
        for pitch in close(triad(root, MINOR, bars[bar % len(bars)], size), root + 14):
            tone = synths.wide(random, hertz(pitch), n) * synths.swell(n, 0.08, 0.12)
            tape.lay(track, tone, 16 * bar, 0.25)
    return track


def _arpeggio(random: Random, tape: Tape, root: int, bars: tuple[int, ...], every: int = 1) -> Signal:
    length = 0.25 if every == 1 else 0.5
    track, n = tape.empty(), int(length * RATE)
    order = [int(k) for k in random.integers(0, 6, 8)]
    for step in range(0, tape.steps, every):
        pitch = degree(
            root, MINOR, bars[(step // 16) % len(bars)] + (0, 2, 4, 7, 9, 11)[order[(step // every) % 8]]
        )
        tape.lay(track, synths.saw(hertz(pitch), n) * synths.decay(n, length / 3), step, 0.4)
    return track


def _bass(tape: Tape, root: int, bars: tuple[int, ...], steps: str, wave: str = "saw") -> Signal:
    track, n = tape.empty(), int(1.6 * tape.step * RATE)
    for step in range(tape.steps):
        if steps[step % len(steps)] in "xX":
            hz = hertz(degree(root, MINOR, bars[(step // 16) % len(bars)]) - 12)
            tone = synths.saw(hz, n) if wave == "saw" else np.sin(2 * np.pi * hz * np.arange(n) / RATE)
            tape.lay(track, tone * synths.swell(n, 0.004, 0.05), step, 0.5)
    return synths.low_pass(track, 700.0)


def _sweep(tape: Tape, low: float, high: float, cycles: float) -> Signal:
    turn = 0.5 - 0.5 * np.cos(2 * np.pi * cycles * np.arange(tape.n) / tape.n)
    return np.asarray(low * (high / low) ** turn)


def techno(random: Random, seconds: float) -> Signal:
    """Return a bass drum on every beat, a resonant line of one chord, hats between."""
    tape = Tape(seconds, random.uniform(124, 142))
    root, line = int(random.integers(33, 41)), [int(k) for k in random.choice([0, 0, 0, 3, 12, 10, 7], 16)]
    acid, n = tape.empty(), int(tape.step * RATE)
    for step in range(tape.steps):
        if random.random() < 0.8:
            tape.lay(acid, synths.saw(hertz(root + line[step % 16]), n) * synths.decay(n, 0.12), step)
    out = 0.5 * synths.swept(acid, _sweep(tape, 250, 3500, random.uniform(0.5, 3)))
    out = np.tanh(2 * out) * tape.duck(0.6)
    out += tape.pattern(synths.kick(random), "X...", 1.1)
    out += tape.pattern(synths.hat(random, True), "..X.", 0.5) + tape.pattern(
        synths.hat(random), "x.xXx.xX", 0.3
    )
    out += tape.pattern(synths.snare(random), "....X.......X..x", 0.4, 32)
    return synths.room(random, out, 0.6, 0.15)


def house(random: Random, seconds: float) -> Signal:
    """Return organ or piano chords off the beat, a round bass, claps on two and four."""
    tape, bars = Tape(seconds, random.uniform(118, 128)), PROGRESSIONS[random.integers(4)]
    root, stabs, n = int(random.integers(43, 53)), tape.empty(), int(2 * tape.step * RATE)
    rhythm = str(random.choice(["..X..X..X..X..X.", "X..X..X...X..X..", "..X...X...X...X."]))
    for step in range(tape.steps):
        if rhythm[step % 16] == "X":
            for pitch in close(triad(root, MINOR, bars[(step // 16) % 4], 4), root + 16):
                tone = synths.pulse(hertz(pitch), n, 0.3) + np.sin(
                    2 * np.pi * hertz(pitch) * np.arange(n) / RATE
                )
                tape.lay(stabs, tone * synths.decay(n, 0.12), step, 0.2)
    out = (
        synths.low_pass(stabs, random.uniform(1500, 5000))
        + _bass(tape, root, bars, "..X...X.X.X...x.", "sine") * 1.2
    )
    out = out * tape.duck(0.5) + tape.pattern(synths.kick(random), "X...", 1.0)
    out += tape.pattern(synths.snare(random), "....X...", 0.55) + tape.pattern(
        synths.hat(random, True), "..X.", 0.45
    )
    return synths.room(random, out + tape.pattern(synths.hat(random), "x.xx", 0.25), 0.8, 0.2)


def trance(random: Random, seconds: float) -> Signal:
    """Return supersaw chords and arpeggios that open slowly over a galloping bass."""
    tape, bars = Tape(seconds, random.uniform(134, 144)), PROGRESSIONS[random.integers(4)]
    root = int(random.integers(45, 53))
    lead = _arpeggio(random, tape, root + 24, bars) + _pads(random, tape, root, bars, 3) * 1.6
    lead = synths.swept(lead, _sweep(tape, 600, 7000, 1.0))
    out = (synths.echo(lead, 3 * tape.step) + _bass(tape, root, bars, ".xXx") * 1.3) * tape.duck(0.75)
    out += tape.pattern(synths.kick(random), "X...", 1.0) + tape.pattern(
        synths.hat(random, True), "..X.", 0.5
    )
    out += tape.pattern(synths.snare(random), "....X...", 0.45)
    return synths.room(random, out, 1.8, 0.3)


def electro(random: Random, seconds: float) -> Signal:
    """Return a broken machine beat, a square bass line and short bleeps."""
    tape, bars = Tape(seconds, random.uniform(108, 132)), (0, 0, 3, 5)
    root, n = int(random.integers(36, 44)), RATE // 8
    bleeps = tape.empty()
    for step, place in enumerate(walk(random, 16, 0, 9, 4) * (tape.steps // 16 + 1)):
        if random.random() < 0.6:
            tone = synths.pulse(hertz(degree(root + 24, PENTATONIC, place)), n, 0.25) * synths.decay(n, 0.05)
            tape.lay(bleeps, tone, step, 0.4)
    out = synths.echo(bleeps, 3 * tape.step, 0.4) + _bass(tape, root, bars, "X.x.X..xX.x...xx") * 1.5
    out += tape.pattern(synths.kick(random), "X.....X...X.....", 1.1) + tape.pattern(
        synths.snare(random), "....X...", 0.7
    )
    return np.asarray(out + tape.pattern(synths.hat(random), "xxXx", 0.35))


def drum_and_bass(random: Random, seconds: float) -> Signal:
    """Return a fast broken beat over a slow, deep bass and a pad."""
    tape, bars = Tape(seconds, random.uniform(164, 178)), PROGRESSIONS[random.integers(4)]
    root = int(random.integers(40, 47))
    out = _pads(random, tape, root, bars) * 0.7 + _bass(tape, root, bars, "X.......x.....x.", "sine") * 1.6
    out += tape.pattern(synths.kick(random), "X.........X.....", 1.0) + tape.pattern(
        synths.snare(random), "....X..x.x..X..x", 0.8
    )
    return synths.room(random, out + tape.pattern(synths.hat(random), "X.x.x.x.", 0.45), 0.8, 0.15)


def dub(random: Random, seconds: float) -> Signal:
    """Return chords off the beat in long echoes over a bass that is mostly bottom."""
    tape, bars = Tape(seconds, random.uniform(68, 84) * 1.0), (0, 0, 3, 0)
    root, n = int(random.integers(43, 50)), RATE // 6
    skank = tape.empty()
    for step in range(4, tape.steps, 8):
        if random.random() < 0.75:
            for pitch in close(triad(root, MINOR, bars[(step // 16) % 4]), root + 16):
                tape.lay(skank, synths.pulse(hertz(pitch), n, 0.35) * synths.decay(n, 0.06), step, 0.4)
    out = synths.echo(synths.high_pass(skank, 300.0), 3 * tape.step, 0.75, 0.9)
    out += _bass(tape, root, bars, "X..x..X...x.X...", "sine") * 2.2
    out += tape.pattern(synths.kick(random), "........X.......", 1.0)
    out += synths.echo(
        tape.pattern(synths.snare(random), "........X......." * 3 + "........X.....x.", 0.6),
        3 * tape.step,
        0.6,
    )
    return synths.room(random, out + tape.pattern(synths.hat(random), "..x...X...x...x.", 0.4), 2.5, 0.35)


def hip_hop(random: Random, seconds: float) -> Signal:
    """Return a slow, late beat, a short dusty loop and a deep bass."""
    tape, bars = Tape(seconds, random.uniform(78, 98)), PROGRESSIONS[random.integers(4)]
    root, loop, n = int(random.integers(43, 51)), tape.empty(), int(0.9 * RATE)
    phrase = [
        (int(s), int(p))
        for s, p in zip(random.choice(16, 6, replace=False), random.integers(0, 9, 6), strict=True)
    ]
    for bar in range(tape.steps // 16 + 1):
        for step, place in phrase:
            hz = hertz(degree(root + 12, PENTATONIC, place))
            tone = np.sin(
                2 * np.pi * hz * np.arange(n) / RATE
                + 2 * synths.decay(n, 0.1) * np.sin(2 * np.pi * 3 * hz * np.arange(n) / RATE)
            )
            tape.lay(loop, tone * synths.decay(n, 0.25), 16 * bar + step, 0.4)
    dust = 0.01 * random.standard_normal(tape.n) + 0.3 * (random.random(tape.n) < 4e-4)
    out = (
        synths.low_pass(loop, 2500.0)
        + synths.low_pass(dust, 4000.0)
        + _bass(tape, root, bars, "X.....x..xX.....", "sine") * 1.8
    )
    out += tape.pattern(
        synths.kick(random),
        str(random.choice(["X.....x...X.....", "X..x......X..x..", "X.x.......X....."])),
        1.2,
    )
    out += tape.pattern(synths.snare(random), "....X...", 0.9) + tape.pattern(
        synths.hat(random), "x.X.x.Xxx.X.x.X.", 0.4
    )
    return synths.room(random, np.tanh(out), 0.4, 0.1)


def lounge(random: Random, seconds: float) -> Signal:
    """Return soft sevenths of an electric piano over a slow, brushed beat and a round bass."""
    tape, bars = Tape(seconds, random.uniform(72, 100)), PROGRESSIONS[random.integers(4)]
    root, keys, n = int(random.integers(45, 52)), tape.empty(), int(12 * tape.step * RATE)
    t = np.arange(n) / RATE
    for bar in range(tape.steps // 16 + 1):
        for late in (0, 10):
            for pitch in close(triad(root, MINOR, bars[bar % 4], 5), root + 15):
                hz = hertz(pitch)
                tone = np.sin(2 * np.pi * hz * t + 1.2 * synths.decay(n, 0.2) * np.sin(2 * np.pi * hz * t))
                tape.lay(keys, tone * synths.decay(n, 0.7), 16 * bar + late, 0.22)
    out = keys * (1 + 0.25 * np.sin(2 * np.pi * 5 * np.arange(tape.n) / RATE))
    out += 0.35 * synths.echo(_arpeggio(random, tape, root + 12, bars, 6), 3 * tape.step)
    out = synths.low_pass(out, 3500.0) + _bass(tape, root, bars, "X.....x...X...x.", "sine") * 1.3
    out += tape.pattern(synths.kick(random), "X.....x...X.....", 0.6) + tape.pattern(
        synths.snare(random), "....x...", 0.5
    )
    return synths.room(random, out + tape.pattern(synths.hat(random), "x.xx", 0.25), 1.5, 0.3)


def ambient(random: Random, seconds: float) -> Signal:
    """Return chords without a beat that grow out of each other in a very large room."""
    tape, bars = Tape(seconds, 60.0), PROGRESSIONS[random.integers(4)]
    root, out, n = int(random.integers(36, 48)), tape.empty(), 12 * RATE
    for place, start in enumerate(np.arange(0, seconds - 4, random.uniform(4, 7))):
        for pitch in close(triad(root, MINOR, bars[place % 4], 4), root + 19):
            tone = synths.wide(random, hertz(pitch), n, 3, 0.004) * synths.swell(n, 4.0, 5.0)
            tape.lay(out, tone, start / tape.step, 0.2)
    out = synths.swept(out, _sweep(tape, 300, random.uniform(900, 3000), random.uniform(0.5, 2)))
    for start in random.uniform(0, seconds - 2, 8 if random.random() < 0.6 else 0):
        bell = np.sin(
            2 * np.pi * hertz(degree(root + 36, PENTATONIC, int(random.integers(0, 6)))) * np.arange(n) / RATE
        )
        tape.lay(out, bell * synths.decay(n, 0.8), start / tape.step, 0.08)
    air = synths.low_pass(random.standard_normal(tape.n), random.uniform(300, 1500)) * 0.05
    return synths.room(random, out + air, 5.0, 0.9)
