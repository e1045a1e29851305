"""The fields of a file that Earmark reads and writes, whatever the format calls them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

_CUSTOM = "custom:"
_CUSTOM_NAME = re.compile(r"[A-Za-z0-9][ -<>-}]{0,63}")
_TAKEN = {"genre", "mood", "grouping", "comment", "description", "key", "initialkey", "bpm", "tempo"}
_TAKEN |= {"title", "artist", "album", "albumartist", "album_artist", "date", "year", "rating"}
_TAKEN |= {"tracknumber", "discnumber", "composer", "lyrics", "metadata_block_picture"}


@dataclass(frozen=True, order=True)
class Field:
    """A place for text in a file, named alike for all formats.

    Args:
        name: "genre", "mood" ..., or "custom:NAME" for a field of any name.

    Raises:
        ValueError: the name is not one of these, or the custom name cannot be held by every format.

    Examples:
        >>> str(Field.custom("EARMARK"))
        'custom:EARMARK'
        >>> Field("genre") == Field.GENRE
        True
    """

    name: str

    GENRE: ClassVar[Field]
    MOOD: ClassVar[Field]
    GROUPING: ClassVar[Field]
    ITUNES_GROUPING: ClassVar[Field]
    COMMENT: ClassVar[Field]
    KEY: ClassVar[Field]
    BPM: ClassVar[Field]
    TITLE: ClassVar[Field]
    ARTIST: ClassVar[Field]
    ALBUM: ClassVar[Field]
    ALBUM_ARTIST: ClassVar[Field]
    DATE: ClassVar[Field]
    RATING: ClassVar[Field]

    def __post_init__(self) -> None:
        if self.is_custom:
            if not _CUSTOM_NAME.fullmatch(self.custom_name) or self.custom_name != self.custom_name.strip():
                raise ValueError(
                    f"{self.custom_name!r} cannot name a field: use up to 64 printable ASCII characters, "
                    "a letter or digit first, no = and no ~"
                )
            if self.custom_name.casefold() in _TAKEN:
                raise ValueError(f"{self.custom_name!r} is no custom field: it has a meaning of its own")
        elif self.name not in WRITABLE and self.name not in READ_ONLY:
            raise ValueError(f"{self.name!r} is not a field")

    def __str__(self) -> str:
        return self.name

    @classmethod
    def custom(cls, name: str) -> Field:
        """Return the field of a name of one's own; files that have it in another case keep that case."""
        return cls(_CUSTOM + name)

    @property
    def is_custom(self) -> bool:
        """Whether the name is one of the person's own."""
        return self.name.startswith(_CUSTOM)

    @property
    def custom_name(self) -> str:
        """The name in the file of a custom field; empty for the others."""
        return self.name[len(_CUSTOM) :] if self.is_custom else ""

    @property
    def writable(self) -> bool:
        """Whether Earmark ever writes this field."""
        return self.is_custom or self.name in WRITABLE


WRITABLE = ("genre", "mood", "grouping", "itunes_grouping", "comment", "key", "bpm")
"""`grouping` is TIT1 in ID3, which iTunes takes for the work; `itunes_grouping` GRP1; elsewhere the same."""

READ_ONLY = ("title", "artist", "album", "album_artist", "date", "rating")
"""What a library shows and nobody asked Earmark to change; `rating` reads as stars, 0 to 5."""

for _name in (*WRITABLE, *READ_ONLY):
    setattr(Field, _name.upper(), Field(_name))


def clean(value: str) -> str:
    """Return text that every format can hold: without NUL (it parts values in ID3) and lone surrogates."""
    return value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
