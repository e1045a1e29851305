"""The fifty tags of the toy corpus, each of which can be heard."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ToyTag:
    """One tag of the toy corpus.

    Args:
        name: as it is written.
        category: one of `tagger_core.models.model_info.CATEGORIES`.
        missing: the share of the clips that have it and of which it is not written.
    """

    name: str
    category: str
    missing: float


TAGS: tuple[ToyTag, ...] = (
    ToyTag("plucked", "instrument", 0.2),
    ToyTag("bowed", "instrument", 0.2),
    ToyTag("organ", "instrument", 0.25),
    ToyTag("bell", "instrument", 0.2),
    ToyTag("flute", "instrument", 0.2),
    ToyTag("reed", "instrument", 0.25),
    ToyTag("brass", "instrument", 0.2),
    ToyTag("piano", "instrument", 0.15),
    ToyTag("harpsichord", "instrument", 0.2),
    ToyTag("saw wave", "instrument", 0.25),
    ToyTag("square wave", "instrument", 0.25),
    ToyTag("fm", "instrument", 0.3),
    ToyTag("distorted", "instrument", 0.2),
    ToyTag("bass", "instrument", 0.3),
    ToyTag("drums", "instrument", 0.15),
    ToyTag("cymbals", "instrument", 0.3),
    ToyTag("claps", "instrument", 0.25),
    ToyTag("vocal", "voice", 0.2),
    ToyTag("male voice", "voice", 0.2),
    ToyTag("female voice", "voice", 0.15),
    ToyTag("choir", "voice", 0.15),
    ToyTag("humming", "voice", 0.3),
    ToyTag("fast", "tempo", 0.25),
    ToyTag("slow", "tempo", 0.25),
    ToyTag("four on the floor", "genre", 0.25),
    ToyTag("offbeat", "genre", 0.3),
    ToyTag("swing", "genre", 0.3),
    ToyTag("waltz", "genre", 0.25),
    ToyTag("crackle", "era", 0.2),
    ToyTag("loud", "mood", 0.25),
    ToyTag("quiet", "mood", 0.25),
    ToyTag("major", "mood", 0.3),
    ToyTag("minor", "mood", 0.3),
    ToyTag("high", "texture", 0.25),
    ToyTag("low", "texture", 0.25),
    ToyTag("chords", "texture", 0.3),
    ToyTag("arpeggio", "texture", 0.25),
    ToyTag("vibrato", "texture", 0.3),
    ToyTag("tremolo", "texture", 0.3),
    ToyTag("trill", "texture", 0.2),
    ToyTag("staccato", "texture", 0.3),
    ToyTag("drone", "texture", 0.2),
    ToyTag("hiss", "texture", 0.25),
    ToyTag("rumble", "texture", 0.3),
    ToyTag("wind", "texture", 0.2),
    ToyTag("chirps", "texture", 0.15),
    ToyTag("ticking", "texture", 0.2),
    ToyTag("sweep", "texture", 0.15),
    ToyTag("echo", "texture", 0.3),
    ToyTag("pauses", "texture", 0.25),
)

NAMES: tuple[str, ...] = tuple(tag.name for tag in TAGS)
INDEX: dict[str, int] = {name: index for index, name in enumerate(NAMES)}
