"""Fields in ID3v2.3 and 2.4 frames, wherever the tag stands: before MPEG audio, in a chunk of WAV or AIFF."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tagger_core.errors import MetadataError, TagsUnreadableError
from tagger_core.metadata.fields import Field
from tagger_core.metadata.formats.base import TagFile, of_places
from tagger_core.metadata.formats.id3_frames import Frame, Id3Tag, content, decode_text, encode_text, frame_of
from tagger_core.metadata.formats.values import (
    JOIN,
    byte_stars,
    is_reference,
    loose_stars,
    named_genres,
    split,
    stars,
)

_PLACES = {
    Field.GENRE: ("TCON",),
    Field.MOOD: ("TMOO", "TXXX:mood"),
    Field.GROUPING: ("TIT1",),
    Field.ITUNES_GROUPING: ("GRP1",),
    Field.COMMENT: ("COMM",),
    Field.KEY: ("TKEY",),
    Field.BPM: ("TBPM",),
    Field.TITLE: ("TIT2",),
    Field.ARTIST: ("TPE1",),
    Field.ALBUM: ("TALB",),
    Field.ALBUM_ARTIST: ("TPE2",),
    Field.DATE: ("TDRC", "TYER", "TDRL"),
}
_LANGUAGE = b"eng"


class Id3TagFile(TagFile):
    """A file whose fields are ID3v2 frames; the version found is the version written.

    A field goes to every place where the file already has it, so that TMOO and TXXX:mood never disagree, or
    else to the first place that its version knows. Frames of other fields keep their bytes and their order.
    """

    def __init__(self, path: Path, kind: str, tag: Id3Tag) -> None:
        super().__init__(path, f"ID3v2.{tag.version} ({kind})")
        self._tag = tag
        self._changed = False

    def get(self, field: Field) -> tuple[str, ...]:
        """Return the values of all places, or of the first that has any where the field is only read."""
        if field == Field.RATING:
            return self._rating()
        return of_places(field, (self._values(field, place) for place in self._places(field)))

    def raw(self, field: Field) -> tuple[bytes, ...]:
        """Return whole frames, headers included."""
        indices = sorted(at for place in self._places(field) for at in self._find(place))
        return tuple(self._tag.frames[at].data for at in indices)

    def _replace(self, field: Field, values: tuple[str, ...]) -> None:
        if field == Field.GENRE:
            values = tuple(self._safe_genre(value) for value in values)
        places = self._places(field)
        frames: list[Frame | None] = list(self._tag.frames)
        for place in [place for place in places if self._find(place)] or places[:1]:
            found = self._find(place)
            new = self._frame(place, field, values, found) if values else None
            for at in found:
                frames[at] = None
            if found:
                frames[found[0]] = new
            else:
                frames.append(new)
        self._tag = replace(self._tag, frames=tuple(frame for frame in frames if frame is not None))
        self._changed = True

    def _values(self, field: Field, place: str) -> tuple[str, ...]:
        values = tuple(text for at in self._find(place) for text in self._texts(self._tag.frames[at]) if text)
        if self._tag.version == 3 and field in (Field.GENRE, Field.MOOD):
            values = split(values)
        return named_genres(values) if field == Field.GENRE else values

    def _places(self, field: Field) -> tuple[str, ...]:
        if field.is_custom:
            return (f"TXXX:{field.custom_name}",)
        places = _PLACES.get(field, ())
        return places[::-1] if field == Field.MOOD and self._tag.version == 3 else places

    def _find(self, place: str) -> list[int]:
        frame_id, _, description = place.partition(":")
        frames = self._tag.frames
        found = [at for at, frame in enumerate(frames) if frame.id == frame_id]
        if frame_id == "TXXX":
            wanted = description.casefold()
            return [at for at in found if _description(frames[at], self._tag).casefold() == wanted]
        if frame_id == "COMM":
            plain = [at for at in found if _description(frames[at], self._tag, 3) == ""]
            return sorted(plain, key=lambda at: _language(frames[at], self._tag) != _LANGUAGE)[:1]
        return found

    def _texts(self, frame: Frame) -> tuple[str, ...]:
        data = content(frame, self._tag)
        if frame.id == "COMM":
            return decode_text(data, 3)[1:]
        return decode_text(data)[1:] if frame.id == "TXXX" else decode_text(data)

    def _frame(self, place: str, field: Field, values: tuple[str, ...], found: list[int]) -> Frame:
        frame_id, _, description = place.partition(":")
        version = self._tag.version
        if version == 3 or field == Field.COMMENT:
            values = (JOIN.join(values),)
        prefix = b""
        if frame_id == "TXXX":
            values = (_description(self._tag.frames[found[0]], self._tag) if found else description, *values)
        elif frame_id == "COMM":
            values = ("", *values)
            prefix = _language(self._tag.frames[found[0]], self._tag) if found else _LANGUAGE
        data = encode_text(*values, version=version, prefix=prefix)
        if len(data) >= 1 << 24:
            raise MetadataError(
                f"{field} would hold over 16 MiB of text", path=self.path, remedy="write less text"
            )
        return frame_of(frame_id, data, version)

    def _safe_genre(self, value: str) -> str:
        if is_reference(value):
            (name, *_) = named_genres((value,))
            raise MetadataError(
                f"readers of ID3 would show the genre {value!r} as {name!r}",
                path=self.path,
                remedy="write it under another name, as 80s instead of 80",
            )
        return "(" + value if value.startswith("((") else value

    def _rating(self) -> tuple[str, ...]:
        for frame in self._tag.frames:
            if frame.id == "POPM":
                _, _, rest = content(frame, self._tag).partition(b"\0")
                if rest and rest[0]:
                    return byte_stars(rest[0])
        for place, scale in (("TXXX:FMPS_Rating", 1.0), ("TXXX:RATING", 0.0)):
            for at in self._find(place):
                for text in self._texts(self._tag.frames[at]):
                    found = stars(text, scale) if scale else loose_stars(text)
                    if found:
                        return found
        return ()


def _description(frame: Frame, tag: Id3Tag, prefix: int = 0) -> str:
    """Return the first text of a TXXX or COMM frame; an unreadable one gets a name that no field has."""
    try:
        texts = decode_text(content(frame, tag), prefix)
    except TagsUnreadableError:
        return "\0"
    return texts[0] if texts else ""


def _language(frame: Frame, tag: Id3Tag) -> bytes:
    return content(frame, tag)[1:4]
