"""Formats, and odd tags of known formats, that are read through mutagen and never written."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import mutagen
from mutagen.apev2 import APEv2
from mutagen.asf import ASFTags
from mutagen.id3 import ID3
from mutagen.mp3 import MP3
from mutagen.mp4 import MP4Tags

from tagger_core.errors import MetadataError, TagsUnreadableError, UnsupportedFormatError
from tagger_core.metadata.fields import Field
from tagger_core.metadata.formats.base import TagFile
from tagger_core.metadata.formats.values import byte_stars, loose_stars, named_genres, stars

T = TypeVar("T")

WRITTEN = "MP3, FLAC, Ogg Vorbis, Opus, M4A, WAV and AIFF"

_Rules = dict[Field, tuple[str, ...]]

_ID3: _Rules = {
    Field.GENRE: ("TCON",),
    Field.MOOD: ("TMOO", "TXXX:mood"),
    Field.GROUPING: ("TIT1",),
    Field.ITUNES_GROUPING: ("GRP1",),
    Field.COMMENT: ("COMM::eng", "COMM"),
    Field.KEY: ("TKEY",),
    Field.BPM: ("TBPM",),
    Field.TITLE: ("TIT2",),
    Field.ARTIST: ("TPE1",),
    Field.ALBUM: ("TALB",),
    Field.ALBUM_ARTIST: ("TPE2",),
    Field.DATE: ("TDRC", "TDRL"),
    Field.RATING: ("POPM", "TXXX:FMPS_Rating"),
}
_ASF: _Rules = {
    Field.GENRE: ("WM/Genre",),
    Field.MOOD: ("WM/Mood",),
    Field.GROUPING: ("WM/ContentGroupDescription",),
    Field.ITUNES_GROUPING: ("WM/ContentGroupDescription",),
    Field.COMMENT: ("Description",),
    Field.KEY: ("WM/InitialKey",),
    Field.BPM: ("WM/BeatsPerMinute",),
    Field.TITLE: ("Title",),
    Field.ARTIST: ("Author",),
    Field.ALBUM: ("WM/AlbumTitle",),
    Field.ALBUM_ARTIST: ("WM/AlbumArtist",),
    Field.DATE: ("WM/Year",),
    Field.RATING: ("WM/SharedUserRating",),
}
_MP4: _Rules = {
    Field.GENRE: ("\xa9gen",),
    Field.MOOD: ("----:com.apple.iTunes:MOOD",),
    Field.GROUPING: ("\xa9grp",),
    Field.ITUNES_GROUPING: ("\xa9grp",),
    Field.COMMENT: ("\xa9cmt",),
    Field.KEY: ("----:com.apple.iTunes:initialkey",),
    Field.BPM: ("tmpo",),
    Field.TITLE: ("\xa9nam",),
    Field.ARTIST: ("\xa9ART",),
    Field.ALBUM: ("\xa9alb",),
    Field.ALBUM_ARTIST: ("aART",),
    Field.DATE: ("\xa9day",),
}
_NAMED: _Rules = {
    Field.GENRE: ("genre",),
    Field.MOOD: ("mood",),
    Field.GROUPING: ("grouping",),
    Field.ITUNES_GROUPING: ("grouping",),
    Field.COMMENT: ("comment",),
    Field.KEY: ("key", "initialkey"),
    Field.BPM: ("bpm",),
    Field.TITLE: ("title",),
    Field.ARTIST: ("artist",),
    Field.ALBUM: ("album",),
    Field.ALBUM_ARTIST: ("album artist", "albumartist"),
    Field.DATE: ("year", "date"),
    Field.RATING: ("rating",),
}


class ForeignTags(TagFile):
    """Tags that mutagen reads; `refusal` is always set.

    Args:
        path: the file.
        refusal: why it is not written, where it would be but for something odd.

    Raises:
        TagsUnreadableError: mutagen stumbles over the file.
    """

    def __init__(self, path: Path, refusal: MetadataError | None = None) -> None:
        loaded = load(path)
        kind = type(loaded).__name__ if loaded is not None else "such"
        super().__init__(path, f"{kind}, only read" if loaded is not None else "unknown")
        reason = (
            "other data stands before its audio"
            if kind == "MP3"
            else f"tags are not written into {kind} files"
        )
        self._why = refusal or UnsupportedFormatError(reason, path=path, remedy=f"Earmark writes {WRITTEN}")
        self.refusal = self._why
        self._tags: Any = loaded.tags if loaded is not None else None
        if self._tags is None and isinstance(loaded, MP3):
            self._tags = ape_tag(path)
        self._rules, self._prefix = _rules(self._tags)

    def get(self, field: Field) -> tuple[str, ...]:
        """Return the values of the first key that has any."""
        if self._tags is None:
            return ()
        keys = (self._prefix + field.custom_name,) if field.is_custom else self._rules.get(field, ())
        for key in keys:
            values = tuple(self._values(key, field))
            if values:
                return (
                    named_genres(values) if field == Field.GENRE and isinstance(self._tags, ID3) else values
                )
        return ()

    def raw(self, field: Field) -> tuple[bytes, ...]:
        """Return nothing: raw bytes matter for writing alone."""
        return ()

    def save(self, path: Path) -> NoReturn:
        """Refuse."""
        raise self._why

    def _replace(self, field: Field, values: tuple[str, ...]) -> NoReturn:
        raise AssertionError("a file that is only read was to be changed")

    def _values(self, key: str, field: Field) -> Iterable[str]:
        found = guarded(self.path, lambda: _lookup(self._tags, key))
        for value in found:
            if field == Field.RATING:
                yield from _stars(key, value)
            elif text := _text(value):
                yield text


def ape_tag(path: Path) -> APEv2 | None:
    """Return the APEv2 tag of an MP3 file, where mutagen looks for none; None where none can be read."""
    try:
        return guarded(path, lambda: APEv2(path))  # type: ignore[no-untyped-call]  # mutagen gives no types
    except TagsUnreadableError:
        return None


def load(path: Path) -> mutagen.FileType | None:
    """Open a file with mutagen; None where it does not know the format.

    Raises:
        TagsUnreadableError: the file is damaged.
        OSError: it cannot be opened.
    """
    # All of mutagen's formats, for the few files that come here.
    from tagger_core.metadata.formats.foreign_files import opened  # noqa: PLC0415

    return guarded(path, lambda: opened(path))


def guarded(path: Path, work: Callable[[], T]) -> T:
    """Run mutagen, which raises whatever its parsers run into, and give every failure one name."""
    try:
        return work()
    except (OSError, MetadataError):
        raise
    except Exception as error:
        said = str(error).replace(repr(str(path)), "it").replace(str(path), "it")
        reason = f"tags cannot be read: {said or type(error).__name__}"
        raise TagsUnreadableError(
            reason, path=path, remedy="repair the file with another tag editor"
        ) from error


def _rules(tags: object) -> tuple[_Rules, str]:
    if isinstance(tags, ID3):
        return _ID3, "TXXX:"
    if isinstance(tags, ASFTags):
        return _ASF, ""
    if isinstance(tags, MP4Tags):
        return _MP4, "----:com.apple.iTunes:"
    return _NAMED, ""


def _lookup(tags: Any, key: str) -> list[Any]:
    if hasattr(tags, "getall"):
        frames = [tags[key]] if key in tags else tags.getall(key)[:1]
        if key.startswith("TXXX:"):
            frames = [frame for name, frame in tags.items() if name.casefold() == key.casefold()]
        return [text for frame in frames for text in getattr(frame, "text", [frame])]
    if hasattr(tags, "keys"):
        keys: Iterable[Any] = tags.keys()
        names = [name for name in keys if str(name).casefold() == key.casefold()]
        values = [tags[name] for name in names]
        return [one for value in values for one in (value if _is_list(value) else [value])]
    return []


def _is_list(value: Any) -> bool:
    return not isinstance(value, (str, bytes)) and hasattr(value, "__iter__")


def _text(value: Any) -> str:
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return text.replace("\0", "").strip()


def _stars(key: str, value: Any) -> tuple[str, ...]:
    if key == "POPM":
        return byte_stars(int(value.rating))
    if key == "WM/SharedUserRating":
        shared = loose_stars(str(100 if str(value) == "99" else value))
        return shared if shared != ("0",) else ()
    return stars(str(value), 1.0) if "FMPS" in key else loose_stars(_text(value))
