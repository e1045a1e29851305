"""Tags of MP4 (M4A: AAC, ALAC): the atoms inside moov.udta.meta.ilst, each kept as raw bytes.

Sources: QuickTime File Format, "Metadata"; the freeform atom as iTunes writes it (mean, name, data).
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tagger_core.errors import MetadataError, TagsUnreadableError, UnsupportedFormatError
from tagger_core.metadata.fields import Field
from tagger_core.metadata.formats.base import Edit, TagFile, apply_edits, padding_for
from tagger_core.metadata.formats.mp4_atoms import FRAGMENTS, REPAIR, Atom, atoms, render, resized
from tagger_core.metadata.formats.values import JOIN, loose_stars, numbered_genre, stars

_MEAN = b"com.apple.iTunes"
_PLACES = {
    Field.GENRE: (b"\xa9gen", b"gnre"),
    Field.MOOD: (b"MOOD",),
    Field.GROUPING: (b"\xa9grp",),
    Field.ITUNES_GROUPING: (b"\xa9grp",),
    Field.COMMENT: (b"\xa9cmt",),
    Field.KEY: (b"initialkey",),
    Field.BPM: (b"tmpo",),
    Field.TITLE: (b"\xa9nam",),
    Field.ARTIST: (b"\xa9ART",),
    Field.ALBUM: (b"\xa9alb",),
    Field.ALBUM_ARTIST: (b"aART",),
    Field.DATE: (b"\xa9day",),
}
_FREEFORM = (Field.MOOD, Field.KEY)
_SINGLE = (Field.GROUPING, Field.ITUNES_GROUPING, Field.COMMENT)
_TEXTS = {0: "utf-8", 1: "utf-8", 2: "utf-16-be"}
_UTF8, _INTEGER = 1, 21
_EMPTY_META = b"\0\0\0\0" + render(b"hdlr", b"\0" * 8 + b"mdirappl" + b"\0" * 9)
_LARGEST = 1 << 24
_IN_UDTA = 2
_GENRE_GOES = "it has the genre {} too, as a number of the old list; that goes when a genre is written"
_RATINGS = (b"rate", b"rating", b"fmps_rating")


@dataclass(frozen=True)
class _Item:
    """One child of ilst: its atom name, or for ---- its own name with `freeform` set, and all its bytes."""

    name: bytes
    freeform: bool
    raw: bytes
    data: tuple[tuple[int, bytes], ...]


class Mp4Tags(TagFile):
    """The ilst atom of an MP4 file; it is made, with the atoms around it, where there is none.

    Raises:
        MetadataError: the atoms are damaged, or a metadata atom of another kind is there.
    """

    def __init__(self, path: Path, new_version: int = 4) -> None:
        super().__init__(path, "MP4")
        with path.open("rb") as file:
            self._size = file.seek(0, os.SEEK_END)
            self._around, self._ilst, self._free = _locate(file, self._size)
            inside = atoms(file, self._ilst.start, self._ilst.end) if self._ilst else []
            self._items = [_item(file, atom) for atom in inside]
        self._changed = False
        if other := self._other_genre():
            self.warnings = (_GENRE_GOES.format(other),)

    def get(self, field: Field) -> tuple[str, ...]:
        """Return the values of the first atom name that has any."""
        if field == Field.RATING:
            return self._rating()
        return next(filter(None, (self._values(name, field) for name in _places(field))), ())

    def raw(self, field: Field) -> tuple[bytes, ...]:
        """Return whole atoms, headers included."""
        return tuple(item.raw for name in _places(field) for item in self._find(name, field))

    def _replace(self, field: Field, values: tuple[str, ...]) -> None:
        old = [item for name in _places(field) for item in self._find(name, field)]
        at = self._items.index(old[0]) if old else len(self._items)
        before = [item for item in self._items[:at] if item not in old]
        behind = [item for item in self._items[at:] if item not in old]
        self._items = before + [self._new(field, values, old)] * bool(values) + behind
        self._changed = True

    def _new(self, field: Field, values: tuple[str, ...], old: list[_Item]) -> _Item:
        name = _places(field)[0]
        freeform = _is_freeform(field)
        if field == Field.BPM:
            data = tuple((_INTEGER, self._tempo(value)) for value in values[:1])
        elif field in _SINGLE:
            data = ((_UTF8, JOIN.join(values).encode("utf-8")),)
        else:
            data = tuple((_UTF8, value.encode("utf-8")) for value in values)
        if sum(len(content) for _, content in data) > _LARGEST:
            raise MetadataError(
                f"{field} would hold over 16 MiB of text", path=self.path, remedy="write less text"
            )
        body = b"".join(render(b"data", struct.pack(">II", kind, 0) + content) for kind, content in data)
        if freeform:
            name = old[0].name if old else name
            body = render(b"mean", b"\0\0\0\0" + _MEAN) + render(b"name", b"\0\0\0\0" + name) + body
        return _Item(name, freeform, render(b"----" if freeform else name, body), data)

    def _tempo(self, value: str) -> bytes:
        try:
            tempo = round(float(value))
        except (ValueError, OverflowError):
            tempo = -1
        if not 0 <= tempo <= 0x7FFF:
            raise MetadataError(
                f"MP4 cannot hold the tempo {value!r}", path=self.path, remedy="use a whole number"
            )
        return struct.pack(">H", tempo)

    def save(self, path: Path) -> None:
        """Put ilst into a copy; a free atom behind it takes up the difference, so that audio seldom moves."""
        if not self._changed:
            return
        ilst = render(b"ilst", b"".join(item.raw for item in self._items))
        if self._ilst is None:
            length = 0
            at = self._around[-1].start if len(self._around) == _IN_UDTA else self._around[-1].end
            data = ilst + render(b"free", bytes(padding_for(self._size - at)))
            if len(self._around) <= _IN_UDTA:
                data = render(b"meta", _EMPTY_META + data)
            if len(self._around) < _IN_UDTA:
                data = render(b"udta", data)
        else:
            at, length = self._ilst.offset, self._ilst.size + (self._free.size if self._free else 0)
            room = length - len(ilst)
            if room < 0 or 0 < room < 8:
                room = 8 + padding_for(self._size - at - length)
            data = ilst + (render(b"free", bytes(room - 8)) if room else b"")
        edits = [Edit(at, length, data)]
        if len(data) != length:
            with self.path.open("rb") as file:
                edits += resized(file, self._around, at + length, len(data) - length)
        apply_edits(path, edits)

    def _find(self, name: bytes, field: Field) -> list[_Item]:
        if _is_freeform(field):
            return [item for item in self._items if item.freeform and item.name.lower() == name.lower()]
        return [item for item in self._items if not item.freeform and item.name == name]

    def _values(self, name: bytes, field: Field) -> tuple[str, ...]:
        return tuple(
            text
            for item in self._find(name, field)
            for kind, data in item.data
            if (text := _text(name, kind, data))
        )

    def _other_genre(self) -> str:
        """Return the numbered genre where the genre in text is another, which readers prefer."""
        known = {value.casefold() for value in self.get(Field.GENRE)}
        numbered = self._values(b"gnre", Field.GENRE)
        return next((value for value in numbered if value.casefold() not in known), "")

    def _rating(self) -> tuple[str, ...]:
        for item in self._items:
            if item.name.lower() in _RATINGS:
                for _, data in item.data:
                    text = data.decode("utf-8", "replace")
                    return stars(text, 1.0) if item.name.lower() == b"fmps_rating" else loose_stars(text)
        return ()


def _places(field: Field) -> tuple[bytes, ...]:
    return (field.custom_name.encode("ascii"),) if field.is_custom else _PLACES.get(field, ())


def _is_freeform(field: Field) -> bool:
    return field.is_custom or field in _FREEFORM


def _text(name: bytes, kind: int, data: bytes) -> str:
    if name in (b"gnre", b"tmpo") and len(data) > 8:
        return ""
    if name == b"gnre":
        return numbered_genre(int.from_bytes(data, "big") - 1)
    if name == b"tmpo":
        return str(int.from_bytes(data, "big") or "")
    return data.decode(_TEXTS[kind], "replace") if kind in _TEXTS else ""


def _locate(file: BinaryIO, size: int) -> tuple[list[Atom], Atom | None, Atom | None]:
    """Return the atoms around ilst, outermost first, as far as they exist; ilst; the free atom behind it."""
    top = atoms(file, 0, size, top=True)
    if any(atom.name in FRAGMENTS for atom in top):
        raise UnsupportedFormatError("it is a fragmented MP4 file", remedy=REPAIR)
    moov = _only(top, b"moov")
    if moov is None:
        raise TagsUnreadableError("it has no moov atom", remedy=REPAIR)
    found = [moov]
    udta = _only(atoms(file, moov.start, moov.end), b"udta")
    meta = _only(atoms(file, udta.start, udta.end), b"meta") if udta else None
    found += [atom for atom in (udta, meta) if atom]
    if meta is None:
        return found, None, None
    file.seek(meta.start)
    head = file.read(24)
    # Apple's meta is a full atom (version and flags first), QuickTime's is not.
    inside = atoms(file, meta.start + (0 if head[4:8] == b"hdlr" else 4), meta.end)
    file.seek(inside[0].start + 8 if inside else size)
    if not inside or inside[0].name != b"hdlr" or file.read(4) != b"mdir":
        raise UnsupportedFormatError("its metadata is not of the kind that iTunes writes", remedy=REPAIR)
    ilst = _only(inside, b"ilst")
    if ilst is None:
        return found, None, None
    if ilst.size > _LARGEST * 8:
        raise TagsUnreadableError("its tags take over 128 MiB", remedy=REPAIR)
    behind = next((atom for atom in inside if atom.offset == ilst.end), None)
    return found, ilst, behind if behind and behind.name == b"free" else None


def _only(inside: list[Atom], name: bytes) -> Atom | None:
    named = [atom for atom in inside if atom.name == name]
    if len(named) > 1:
        raise UnsupportedFormatError(f"it has more than one {name.decode('ascii')} atom", remedy=REPAIR)
    return named[0] if named else None


def _item(file: BinaryIO, atom: Atom) -> _Item:
    file.seek(atom.offset)
    raw = file.read(atom.size)
    known = any(atom.name in names for names in _PLACES.values())
    if atom.name != b"----" and not known and atom.name != b"rate":
        return _Item(atom.name, False, raw, ())
    inside = [
        (part.name, raw[part.start - atom.offset : part.end - atom.offset])
        for part in atoms(file, atom.start, atom.end)
    ]
    if any(name == b"data" and len(content) < 8 for name, content in inside):
        raise TagsUnreadableError("a metadata atom is damaged", remedy=REPAIR)
    data = tuple(
        (int.from_bytes(content[1:4], "big"), content[8:]) for name, content in inside if name == b"data"
    )
    if atom.name != b"----":
        return _Item(atom.name, False, raw, data)
    named = dict(inside)
    if named.get(b"mean", b"")[4:] != _MEAN or b"name" not in named:
        return _Item(atom.name, False, raw, ())
    return _Item(named[b"name"][4:], True, raw, data)
