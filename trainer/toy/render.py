"""A plan becomes sound."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from trainer.toy import drums
from trainer.toy.instruments import note
from trainer.toy.layer import Layer
from trainer.toy.mix import Mix
from trainer.toy.noise import NoiseBank
from trainer.toy.plan import Plan
from trainer.toy.score import Event, Score
from trainer.toy.textures import TEXTURE
from trainer.toy.tone import HIGHEST, Signal, Sound, hertz
from trainer.toy.voices import CENTRE, Song, sing

SECONDS = 29.1
_LAYER = 3
_LEVELS = {"loud": 0.22, "": 0.07, "quiet": 0.014}  # root mean square
_LEAD = {"high": 86, "": 67, "low": 41}  # MIDI

_LAYERS = ("noise", "score", "lead", "accompaniment", "voice", "bass", "drums", *TEXTURE, "finish")


def render(plan: Plan, seed: int, number: int, rate: int, seconds: float = SECONDS) -> Signal:
    """Return a clip, float32 [n] in -1 to 1.

    Args:
        plan: of the clip.
        seed: of the corpus.
        number: of the clip; with the seed it gives every phase.
        rate: samples a second, 2,000 to 44,100; a lower one loses what lies above half of it, and only that.
        seconds: its length.
    """

    def random(name: str) -> np.random.Generator:
        return np.random.default_rng([seed, _LAYER, number, _LAYERS.index(name)])

    mix, noise = Mix(seconds, rate), NoiseBank(rate, random("noise"))
    layers = {name: Layer(plan.artist, noise, random(name)) for name in _LAYERS}
    score = Score(plan, seconds, random("score"))
    _play_instruments(mix, score, plan, layers)
    if plan.voice:
        _sing(mix, score, plan, layers["voice"])
    if "drums" in plan.heard:
        drums.play(mix, score, plan, layers["drums"])
    for name, add in TEXTURE.items():
        if name in plan.heard:
            add(mix, plan, layers[name], layers[name].gain())
    return _finish(mix, plan, layers["finish"])


def _play_instruments(mix: Mix, score: Score, plan: Plan, layers: dict[str, Layer]) -> None:
    if plan.lead:
        layer, lead = layers["lead"], plan.lead
        register = next((name for name in ("high", "low") if name in plan.heard), "")
        gain = layer.gain()
        melody = score.melody(_LEAD[register], layer.random)
        _lay(mix, melody, gain, lambda hz, seconds: note(lead, hz, seconds, layer, plan.manner))
    if plan.accompaniment:
        beneath, below = layers["accompaniment"], plan.accompaniment
        arpeggio = "arpeggio" in plan.heard
        events, share = (score.arpeggio(), 0.9) if arpeggio else (score.chords(), 0.5)
        gain = share * beneath.gain()
        _lay(mix, events, gain, lambda hz, seconds: note(below, hz, seconds, beneath))
    if "bass" in plan.heard:
        low = layers["bass"]
        _lay(mix, score.bass(), 1.1 * low.gain(), lambda hz, seconds: note("bass", hz, seconds, low))


def _sing(mix: Mix, score: Score, plan: Plan, layer: Layer) -> None:
    kind = plan.voice or ""
    song = Song(vibrato=plan.manner == "vibrato", hums="humming" in plan.heard)
    gain = 1.2 * layer.gain()
    melody = score.melody(CENTRE[kind], layer.random)
    _lay(mix, melody, gain, lambda hz, seconds: sing(kind, hz, seconds, layer, song))


def _lay(mix: Mix, events: Iterable[Event], gain: float, play: Callable[[float, float], Sound]) -> None:
    """Add notes; a pitch of a length is played once and then repeated, as by a sampler."""
    played: dict[tuple[int, int], Sound] = {}
    for event in events:
        if event.at < 0:
            continue
        key = (event.pitch, round(200 * event.seconds))
        if key not in played:
            played[key] = play(hertz(event.pitch), event.seconds)
        mix.add(played[key], event.at, gain)


def _finish(mix: Mix, plan: Plan, layer: Layer) -> Signal:
    """Add what concerns the whole clip: echo, pauses, the noise of the recording, the level."""
    random = layer.random
    if "echo" in plan.heard:
        mix.echo(plan.artist.delay, 0.6)
    if "pauses" in plan.heard:
        at = random.uniform(1.0, 4.0)
        while at < mix.seconds - 1.5:
            seconds = random.uniform(0.4, 0.9)
            mix.silence(at, seconds)
            at += seconds + random.uniform(1.5, 4.0)
    strength = float(np.sqrt(mix.energy / mix.seconds)) * plan.artist.floor
    floor = layer.noise.cut(len(mix.samples), 40.0, HIGHEST, random)
    mix.add(Sound(floor, mix.seconds), 0.0, strength)
    loudness = next((name for name in ("loud", "quiet") if name in plan.heard), "")
    return mix.finish(_LEVELS[loudness] * plan.artist.level * random.uniform(0.9, 1.1))
