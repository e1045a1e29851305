"""The tags of the data sets that taggers are usually trained on, in the order of the public checkpoints."""

from __future__ import annotations

from collections.abc import Mapping

from tagger_core.models.model_info import Tag


def _tags(order: str, **categories: str) -> tuple[tuple[str, str], ...]:
    """Return (name, category) in the order given; both arguments list names with commas between."""
    category_of = {
        name.strip(): category for category, names in categories.items() for name in names.split(",")
    }
    return tuple((name.strip(), category_of[name.strip()]) for name in order.split(","))


MTAT = _tags(
    "guitar, classical, slow, techno, strings, drums, electronic, rock, fast, piano, ambient, beat, violin,"
    "vocal, synth, female, indian, opera, male, singing, vocals, no vocals, harpsichord, loud, quiet, flute,"
    "woman, male vocal, no vocal, pop, soft, sitar, solo, man, classic, choir, voice, new age, dance,"
    "male voice, female vocal, beats, harp, cello, no voice, weird, country, metal, female voice, choral",
    genre="classical, techno, electronic, rock, ambient, indian, opera, pop, classic, new age, dance,"
    "country, metal",
    mood="weird",
    instrument="guitar, strings, drums, piano, violin, synth, harpsichord, flute, sitar, harp, cello",
    voice="vocal, female, male, singing, vocals, no vocals, woman, male vocal, no vocal, man, choir, voice,"
    "male voice, female vocal, no voice, female voice, choral",
    tempo="slow, fast",
    texture="beat, loud, quiet, soft, solo, beats",
)
"""MagnaTagATune, top 50; by count the data set itself has female voice before metal."""

MSD = _tags(
    "rock, pop, alternative, indie, electronic, female vocalists, dance, 00s, alternative rock, jazz,"
    "beautiful, metal, chillout, male vocalists, classic rock, soul, indie rock, Mellow, electronica, 80s,"
    "folk, 90s, chill, instrumental, punk, oldies, blues, hard rock, ambient, acoustic, experimental,"
    "female vocalist, guitar, Hip-Hop, 70s, party, country, easy listening, sexy, catchy, funk, electro,"
    "heavy metal, Progressive rock, 60s, rnb, indie pop, sad, House, happy",
    genre="rock, pop, alternative, indie, electronic, dance, alternative rock, jazz, metal, chillout,"
    "classic rock, soul, indie rock, electronica, folk, punk, blues, hard rock, ambient, experimental,"
    "Hip-Hop, country, easy listening, funk, electro, heavy metal, Progressive rock, rnb, indie pop, House",
    mood="beautiful, Mellow, chill, party, sexy, catchy, sad, happy",
    instrument="guitar",
    voice="female vocalists, male vocalists, instrumental, female vocalist",
    era="00s, 80s, 90s, oldies, 70s, 60s",
    texture="acoustic",
)
"""Million Song Dataset, the top 50 of the Last.fm tags."""

_JAMENDO_GENRES = (
    "alternative, ambient, atmospheric, chillout, classical, dance, downtempo, easylistening, electronic,"
    "experimental, folk, funk, hiphop, house, indie, instrumentalpop, jazz, lounge, metal, newage,"
    "orchestral, pop, popfolk, poprock, reggae, rock, soundtrack, techno, trance, triphop, world"
)
_JAMENDO_INSTRUMENTS = (
    "acousticguitar, bass, computer, drummachine, drums, electricguitar, electricpiano, guitar, keyboard,"
    "piano, strings, synthesizer, violin"
)
_JAMENDO_MOODS = "emotional, energetic, film, happy, relaxing"

JAMENDO = _tags(
    f"{_JAMENDO_GENRES}, {_JAMENDO_INSTRUMENTS}, voice, {_JAMENDO_MOODS}",
    genre=_JAMENDO_GENRES,
    instrument=_JAMENDO_INSTRUMENTS,
    voice="voice",
    mood=_JAMENDO_MOODS,
)
"""MTG-Jamendo, top 50, spelled as in the data set."""

TAG_NAMES: Mapping[str, tuple[tuple[str, str], ...]] = {"mtat": MTAT, "msd": MSD, "jamendo": JAMENDO}
"""(name, category) of each output, by data set."""


def tags(dataset: str, threshold: float) -> tuple[Tag, ...]:
    """Return the tags of a data set of `TAG_NAMES`, all with one threshold."""
    return tuple(Tag(name, category, threshold) for name, category in TAG_NAMES[dataset])
