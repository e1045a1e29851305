"""Rock, metal, punk, funk, reggae, blues and jazz: drums, bass, guitars and keys of a sound font."""

from __future__ import annotations

from trainer.distil.composed.harmony import (
    BLUES,
    DORIAN,
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
from trainer.distil.composed.score import (
    CRASH,
    DRUMS,
    HAT,
    KICK,
    OPEN,
    PEDAL,
    RIDE,
    SHAKER,
    SNARE,
    STICK,
    TOM,
    Score,
)

BASS, RHYTHM, LEAD, KEYS = 0, 1, 2, 3
BARS = 24
BACKBEAT = "....X.......X..."


def _drums(score: Score, bar: int, *lines: tuple[int, str]) -> None:
    """Play a bar of sixteenths; every eighth bar begins with a crash, and the one before ends with a fill."""
    start = 4.0 * bar
    fill = bar % 8 == 7
    for pitch, steps in lines:
        score.pattern(DRUMS, start, pitch, steps[:12] if fill else steps, 105)
    if fill:
        for place, pitch in enumerate((SNARE, SNARE, TOM, TOM)):
            score.play(DRUMS, start + 3 + place * 0.25, 0.25, pitch, 100)
    if bar % 8 == 0:
        score.play(DRUMS, start, 1, CRASH, 100)


def _lead(score: Score, random: Random, bar: int, root: int, scale: tuple[int, ...]) -> None:
    at = 4.0 * bar
    lengths = rhythm(random, 4.0, (0.5, 0.5, 1.0, 0.25))
    for length, place in zip(lengths, walk(random, len(lengths), 4, 14), strict=True):
        if random.random() < 0.85:
            score.play(LEAD, at, length * 0.95, degree(root, scale, place), 95)
        at += length


def rock(random: Random) -> Score:
    """Return power chords in eighths over a straight beat, now and then with a lead guitar."""
    score = Score(random.uniform(105, 150), {BASS: 34, RHYTHM: int(random.choice([29, 30, 27])), LEAD: 29})
    root, scale = int(random.integers(40, 48)), (MINOR, MAJOR, DORIAN)[random.integers(3)]
    chords = [0, *(int(step) for step in random.choice([2, 3, 4, 5, 6], 3))]
    kick = str(random.choice(["X...x...X.x.x...", "X.....x.X.......", "X...X...X...X..."]))
    strum = str(random.choice(["X.x.x.x.X.x.x.x.", "X..x..x.x..x..x.", "X.......x.x.x.x."]))
    for bar in range(BARS):
        place = chords[bar % 4]
        low = degree(root, scale, place)
        cymbal = HAT if bar % 16 < 8 else RIDE
        _drums(score, bar, (KICK, kick), (SNARE, BACKBEAT), (cymbal, "X.x.X.x.X.x.X.x."))
        for pitch in (low, low + 7, low + 12):
            score.pattern(RHYTHM, 4 * bar, pitch, strum, 100)
        score.pattern(BASS, 4 * bar, low - 12, "X.x.x.x.X.x.x.x.", 100)
        if bar % 16 >= 8:
            _lead(score, random, bar, root + 12, PENTATONIC if scale != MAJOR else MAJOR)
    return score


def metal(random: Random) -> Score:
    """Return palm-muted gallops, double bass drums and a fast lead on overdriven guitars, tuned low."""
    score = Score(random.uniform(130, 200), {BASS: 34, RHYTHM: 30, KEYS: 30, LEAD: 30})
    root, gallop = int(random.integers(33, 41)), str(random.choice(["XxxXxxXxXxxXxxXx", "X.xxX.xxX.xxX.xx"]))
    for bar in range(BARS):
        riff = [0, 0, int(random.choice([1, 3, 5, 6])), 0] if bar % 4 == 3 else [0, 0, 0, 3]
        fast = bar % 8 >= 4
        kick = "xxxxxxxxxxxxxxxx" if fast else gallop
        snare = "..X...X...X...X." if fast else BACKBEAT
        _drums(score, bar, (KICK, kick), (SNARE, snare), (RIDE, "X...X...X...X..."))
        for beat, step in enumerate(riff):
            low = root + step
            for channel, pitch in ((RHYTHM, low), (RHYTHM, low + 7), (KEYS, low + 12), (BASS, low)):
                score.pattern(channel, 4 * bar + beat, pitch, gallop[4 * beat : 4 * beat + 4], 112)
        if bar % 16 >= 12:
            for step, place in enumerate(walk(random, 16, 7, 21, 3)):
                score.play(LEAD, 4 * bar + step / 4, 0.25, degree(root + 12, MINOR, place), 105)
    return score


def punk(random: Random) -> Score:
    """Return three chords as fast as they go."""
    score = Score(random.uniform(165, 205), {BASS: 34, RHYTHM: int(random.choice([29, 30]))})
    root = int(random.integers(40, 47))
    chords = [0, 5, 7, 5] if random.random() < 0.5 else [0, 7, 9, 5]
    for bar in range(BARS):
        low = root + chords[bar % 4]
        _drums(
            score, bar, (KICK, "X...X.x.X...X.x."), (SNARE, "..X...X...X...X."), (OPEN, "X.X.X.X.X.X.X.X.")
        )
        for pitch in (low, low + 7, low + 12):
            score.pattern(RHYTHM, 4 * bar, pitch, "X.X.X.X.X.X.X.X.", 110)
        score.pattern(BASS, 4 * bar, low - 12, "X.X.X.X.X.X.X.X.", 108)
    return score


def funk(random: Random) -> Score:
    """Return syncopated slap bass, muted ninth chords, clavinet or brass stabs and a broken beat."""
    score = Score(
        random.uniform(95, 116), {BASS: 36, RHYTHM: 28, KEYS: int(random.choice([7, 61, 16])), LEAD: 65}
    )
    root = int(random.integers(40, 47))
    bass = str(random.choice(["X..x..x.x..x.xx.", "X.xx..x...x.x..x", "X..xx.....x..xx."]))
    chop = str(random.choice([".xx..xxX.xx..xx.", "..x.x.xX..x.x.x.", "x..xx..xx..xX..x"]))
    for bar in range(BARS):
        shift = 5 if bar % 8 >= 6 else 0
        _drums(score, bar, (KICK, "X..x..x...x..x.."), (SNARE, "....X..x.x..X..."), (HAT, "x.xxx.xxx.xxx.Xx"))
        for place, letter in enumerate(bass):
            if letter != ".":
                jump = int(random.choice([0, 0, 12, 10, 7]))
                score.play(BASS, 4 * bar + place / 4, 0.2, root + shift + jump - 12, 112)
        for pitch in (root + shift + 16, root + shift + 22, root + shift + 26):
            score.pattern(RHYTHM, 4 * bar, pitch, chop, 88)
        if bar % 2:
            stab = close([root + shift, root + shift + 4, root + shift + 10, root + shift + 2], 66)
            score.chord(KEYS, 4 * bar + 2.5, 0.3, stab, 96)
    return score


def reggae(random: Random) -> Score:
    """Return chords on the off-beat, a heavy bass and a beat with its weight on three."""
    score = Score(
        random.uniform(66, 84), {BASS: 33, RHYTHM: 27, KEYS: int(random.choice([16, 17, 0])), LEAD: 56}
    )
    root, chords = (
        int(random.integers(40, 47)),
        [0, int(random.choice([3, 4])), 0, int(random.choice([4, 5]))],
    )
    scale = MINOR if random.random() < 0.6 else MAJOR
    for bar in range(BARS * 2 // 3):
        tones = triad(root, scale, chords[bar % 4])
        _drums(score, bar, (KICK, "........X......."), (SNARE, "........X......."), (HAT, "x.X.x.X.x.X.x.X."))
        score.pattern(DRUMS, 4 * bar, STICK, "...x......x..x..", 70)
        for pitch in close(tones, 64):
            score.pattern(RHYTHM, 4 * bar, pitch, "....X.......X...", 95)
            score.pattern(KEYS, 4 * bar, pitch, "..x.X.x...x.X.x.", 62)
        line = [0, 0, 2, 4] if bar % 2 else [0, 4, 2, 0]
        for beat, place in zip((0.0, 1.5, 2.0, 3.0), line, strict=True):
            score.play(BASS, 4 * bar + beat, 0.7, degree(root, scale, chords[bar % 4] + place) - 12, 115)
    return score


def blues(random: Random) -> Score:
    """Return twelve bars in shuffle with a guitar, a harmonica or a piano on the blue notes."""
    score = Score(
        random.uniform(70, 120), {BASS: 32, RHYTHM: 26, LEAD: int(random.choice([26, 22, 29, 0]))}, 0.16
    )
    root = int(random.integers(40, 46))
    for bar in range(24):
        low = root + (0, 0, 0, 0, 5, 5, 0, 0, 7, 5, 0, 7)[bar % 12]
        _drums(score, bar, (KICK, "X.......X......."), (SNARE, BACKBEAT), (RIDE, "X.x.X.x.X.x.X.x."))
        for beat in range(8):
            sixth = (7, 7, 9, 9, 10, 10, 9, 9)[beat]
            score.chord(RHYTHM, 4 * bar + beat / 2, 0.4, [low, low + sixth], 85)
        for beat, step in enumerate((0, 4, 7, 9)):
            score.play(BASS, 4 * bar + beat, 0.9, low + step - 12, 95)
        if bar % 4 != 3:
            _lead(score, random, bar, root + 12, BLUES)
    return score


def jazz(random: Random) -> Score:
    """Return a walking bass, sevenths and ninths on the piano, brushes, and a horn that improvises."""
    score = Score(
        random.uniform(110, 210), {BASS: 32, KEYS: 0, LEAD: int(random.choice([66, 65, 56, 11, 26]))}, 0.17
    )
    root = int(random.integers(43, 53))
    changes = [1, 4, 0, 0, 3, 6, 5, 5] if random.random() < 0.6 else [0, 5, 1, 4, 2, 5, 1, 4]
    for bar in range(BARS):
        place = changes[bar % 8]
        score.pattern(DRUMS, 4 * bar, RIDE, "X.x.X.xxX.x.X.xx", 78)
        score.pattern(DRUMS, 4 * bar, PEDAL, "....X.......X...", 70)
        line = walk(random, 4, place - 4, place + 3)
        line[0] = place
        for beat, step in enumerate(line):
            score.play(BASS, 4 * bar + beat, 0.95, degree(root, MAJOR, step) - 12, 92)
        voicing = close(triad(root, MAJOR, place, 5)[1:], 62)
        for late in random.choice([0, 0.5, 1.5, 2.5, 3.5], 2, replace=False):
            score.chord(KEYS, 4 * bar + float(late), 0.6, voicing, 68)
        if bar % 8 != 7:
            _lead(score, random, bar, root + 12, MAJOR if random.random() < 0.7 else BLUES)
        score.pattern(DRUMS, 4 * bar, SHAKER, "x.x.x.x.x.x.x.x.", 25)
    return score
