"""Vorbis comments as raw bytes, so that comments nobody asked to change keep theirs, valid or not.

Source: xiph.org, Ogg Vorbis I comment field and header specification.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from pathlib import Path

from tagger_core.errors import TagsUnreadableError
from tagger_core.metadata.fields import Field
from tagger_core.metadata.formats.base import TagFile, of_places
from tagger_core.metadata.formats.values import loose_stars, stars

_VENDOR = b"Earmark"
_KEYS = {
    Field.GENRE: ("GENRE",),
    Field.MOOD: ("MOOD",),
    Field.GROUPING: ("GROUPING",),
    Field.ITUNES_GROUPING: ("GROUPING",),
    Field.COMMENT: ("COMMENT",),
    Field.KEY: ("KEY", "INITIALKEY"),
    Field.BPM: ("BPM",),
    Field.TITLE: ("TITLE",),
    Field.ARTIST: ("ARTIST",),
    Field.ALBUM: ("ALBUM",),
    Field.ALBUM_ARTIST: ("ALBUMARTIST", "ALBUM ARTIST", "ALBUM_ARTIST"),
    Field.DATE: ("DATE", "YEAR"),
}


@dataclass(frozen=True)
class Comments:
    """A Vorbis comment taken apart.

    Args:
        vendor: who encoded the stream.
        entries: KEY=value, as they stand in the file.
        tail: what follows the last entry: a framing bit, padding.
    """

    vendor: bytes = _VENDOR
    entries: tuple[bytes, ...] = ()
    tail: bytes = b""

    @classmethod
    def parse(cls, data: bytes) -> Comments:
        """Take the bytes of a comment apart.

        Raises:
            TagsUnreadableError: a length leads outside.
        """
        try:
            vendor, at = _sized(data, 0)
            (count,) = struct.unpack_from("<I", data, at)
            at += 4
            entries: list[bytes] = []
            for _ in range(count):
                entry, at = _sized(data, at)
                entries.append(entry)
        except struct.error as error:
            raise TagsUnreadableError(
                "the Vorbis comment is damaged",
                remedy="save its tags once with another tag editor",
            ) from error
        return cls(vendor, tuple(entries), data[at:])

    def render(self) -> bytes:
        """Return the bytes, without the tail."""
        parts = [self.vendor, *self.entries]
        sized = [struct.pack("<I", len(part)) + part for part in parts]
        return sized[0] + struct.pack("<I", len(self.entries)) + b"".join(sized[1:])


class VorbisTagFile(TagFile):
    """A file whose fields are Vorbis comments.

    New values stand where the first old one stood, under a key in the same case; vendor, order and bytes of
    all other comments stay.
    """

    def __init__(self, path: Path, kind: str, comments: Comments) -> None:
        super().__init__(path, f"Vorbis comment ({kind})")
        self._comments = comments
        self._changed = False

    def get(self, field: Field) -> tuple[str, ...]:
        """Return the values of all keys, or of the first that has any where the field is only read."""
        if field == Field.RATING:
            return self._rating()
        return of_places(field, map(self._values, _keys(field)))

    def raw(self, field: Field) -> tuple[bytes, ...]:
        """Return whole comments, keys included."""
        keys = [key.encode("ascii").lower() for key in _keys(field)]
        return tuple(entry for entry in self._comments.entries if _key(entry) in keys)

    def _replace(self, field: Field, values: tuple[str, ...]) -> None:
        entries = list(self._comments.entries)
        keys = [key.encode("ascii") for key in _keys(field)]
        for key in [key for key in keys if any(_key(entry) == key.lower() for entry in entries)] or keys[:1]:
            found = [at for at, entry in enumerate(entries) if _key(entry) == key.lower()]
            name = entries[found[0]].partition(b"=")[0] if found else key
            at = found[0] if found else len(entries)
            kept = [entry for entry in entries[at:] if _key(entry) != key.lower()]
            entries = [*entries[:at], *(name + b"=" + value.encode("utf-8") for value in values), *kept]
        self._comments = replace(self._comments, entries=tuple(entries))
        self._changed = True

    def _values(self, key: str) -> tuple[str, ...]:
        wanted = key.encode("ascii").lower()
        raw = (entry.partition(b"=")[2] for entry in self._comments.entries if _key(entry) == wanted)
        return tuple(value.decode("utf-8", "replace") for value in raw if value)

    def _rating(self) -> tuple[str, ...]:
        for key, scale in (("FMPS_RATING", 1.0), ("RATING", 0.0), ("RATING WMP", 0.0)):
            for text in self._values(key):
                found = stars(text, scale) if scale else loose_stars(text)
                if found:
                    return found
        return ()


def _keys(field: Field) -> tuple[str, ...]:
    return (field.custom_name,) if field.is_custom else _KEYS.get(field, ())


def _key(entry: bytes) -> bytes | None:
    key, equals, _ = entry.partition(b"=")
    return key.lower() if equals else None


def _sized(data: bytes, at: int) -> tuple[bytes, int]:
    (length,) = struct.unpack_from("<I", data, at)
    at += 4
    if length > len(data) - at:
        raise struct.error
    return data[at : at + length], at + length
