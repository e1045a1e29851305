"""What must never be parted between training, validation and test, and where each of it belongs.

Real music is held out by album or, where an album is of many hands, by composer; scores by work; voices by
speaker. So a test never hears a version, a movement or a studio that was taught.
"""

from __future__ import annotations

import re
from pathlib import Path

from trainer.distil.parts import Part
from trainer.distil.sources import split_of

TEST = {
    "wesnoth: Ryan Reilly",
    "wesnoth: Gianmarco Leone",
    "warzone2100: legacy_soundtrack",
    "sectoid",
    "hyperrogue: hr-domina",
    "unknown-horizons",
    "widelands: MiddleFinger",
    "xmoto",
}
VALIDATION = {"wesnoth: Doug Kaufman", "singularity", "fillets"}
"""Albums that were chosen by hand, so that each split has orchestral, electronic, ambient and loud music."""

WHOLE = (
    "muldjord", "sectoid", "singularity", "sms-tools", "asterisk",
    "marsshooter", "unknown-horizons", "fillets", "asc", "frozen-bubble", "xmoto", "freeorion",
    "0ad", "nexuiz", "flare", "pushover", "ardentryst", "zaz",
)  # fmt: skip
"""Parts of one band, one game or one speaker; single notes and textures of sms-tools only teach."""

TAUGHT = (
    "wesnoth", "warzone2100", "hyperrogue",
    "widelands", "naev", "supertux", "colobot", "freedroidrpg", "planetblupi", "extremetuxracer",
    "ufoai", "trackballs", "opsound",
)  # fmt: skip
"""Parts of many hands whose albums all teach, but for those chosen by hand."""


def album_of(part: Part, path: Path, origin: str) -> str:
    """Return what a file may not be parted from.

    Args:
        part: that it belongs to.
        path: the file, for its tags.
        origin: its path in a repository, "" for a package.
    """
    if part.name in WHOLE:
        return part.name
    name = re.sub(r"(_fast|_f|_remake|-old|(?<=[a-z])[0-9])+$", "", path.stem)
    if part.name == "wesnoth":
        # Two composers wrote a "Frantic", the newer one after the older.
        name = "Aleksi Aubry-Carlson" if path.stem == "frantic" else _artist(path)
    elif part.name == "widelands":
        name = _artist(path)
    elif part.name == "warzone2100":
        # The album "aftermath" holds enhanced versions of the original's tracks.
        legacy = path.parent.name == "legacy_soundtrack"
        name = "legacy_soundtrack" if legacy else "original_soundtrack"
    elif part.name == "hyperrogue":
        name = path.stem.rsplit("-", 1)[0]
    elif part.name in {"hedgewars voices", "hydrogen"}:
        name = path.parent.name
    elif part.name == "mutopia":
        name = "/".join(origin.split("/")[:3])
    return f"{part.name}: {name}"


def _artist(path: Path) -> str:
    import mutagen  # noqa: PLC0415 - a host that only teaches has none

    tags = mutagen.File(path)
    return str(next(iter((tags or {}).get("artist", ())), path.stem))


def split(part: Part, album: str) -> str:
    """Return "train", "validation" or "test" for an album of a part."""
    if part.name == "songs" or album in TEST:
        return "test"
    if album in VALIDATION:
        return "validation"
    if part.name in WHOLE or part.name in TAUGHT:
        return "train"
    if part.kind == "score":
        return split_of(album, validation=0.1, test=0.12)
    return split_of(album, validation=0.15, test=0.2)
