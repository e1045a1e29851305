"""MP4 atoms: where they stand, and how a change of size reaches the sizes and offsets that depend on it.

Source: ISO/IEC 14496-12, sections 4.2, 8.7.5 and 8.16; QuickTime File Format, "Metadata".
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from tagger_core.errors import MetadataError, TagsUnreadableError, UnsupportedFormatError
from tagger_core.metadata.formats.base import Edit

REPAIR = "repair it with another MP4 tool, for example by remuxing"
_CONTAINERS = frozenset((b"moov", b"trak", b"mdia", b"minf", b"stbl", b"udta"))
FRAGMENTS = frozenset((b"moof", b"sidx", b"mfra", b"ssix"))
_MOST_ATOMS = 100_000


@dataclass(frozen=True)
class Atom:
    """One atom.

    Args:
        name: four bytes.
        offset: of its size field in the file.
        header: bytes before the content: 8, or 16 where the size has 64 bits.
        size: bytes of the whole atom.
        open_ended: whether it claims to reach to the end of the file (size 0).
    """

    name: bytes
    offset: int
    header: int
    size: int
    open_ended: bool = False

    @property
    def start(self) -> int:
        """Offset of the content."""
        return self.offset + self.header

    @property
    def end(self) -> int:
        """Offset behind the atom."""
        return self.offset + self.size


def atoms(file: BinaryIO, start: int, end: int, *, top: bool = False) -> list[Atom]:
    """Return the atoms that fill a range of a file; inside one, QuickTime may close with four zero bytes.

    Raises:
        TagsUnreadableError: they do not fill it.
    """
    found: list[Atom] = []
    at = start
    while at < end:
        file.seek(at)
        head = file.read(min(16, end - at))
        size = int.from_bytes(head[:4], "big")
        if not top and head == b"\0\0\0\0":
            break
        header, open_ended = 8, top and size == 0
        if size == 1 and len(head) == 16:
            header, size = 16, int.from_bytes(head[8:], "big")
        if open_ended:
            size = end - at
        if len(head) < 8 or size < header or size > end - at or len(found) >= _MOST_ATOMS:
            raise TagsUnreadableError("the MP4 atoms do not fit together", remedy=REPAIR)
        found.append(Atom(head[4:8], at, header, size, open_ended))
        at += size
    return found


def render(name: bytes, data: bytes) -> bytes:
    """Return an atom with this content."""
    return struct.pack(">I4s", len(data) + 8, name) + data


def resized(file: BinaryIO, parents: list[Atom], at: int, growth: int) -> Iterator[Edit]:
    """Yield what has to change elsewhere when the file grows at an offset inside nested atoms.

    Args:
        file: the file as it is before.
        parents: the atoms around the place, outermost first.
        at: where bytes are put in or taken out; what stands there or behind it moves.
        growth: by how many bytes.

    Raises:
        UnsupportedFormatError: it holds offsets of a kind that is not known.
        MetadataError: a size or an offset would need more than 32 bits.
    """
    for parent in parents:
        size = parent.size + growth
        if parent.header == 16:
            yield Edit(parent.offset + 8, 8, size.to_bytes(8, "big"))
        elif not parent.open_ended:
            yield Edit(parent.offset, 4, _in_32_bits(size))
    top = atoms(file, 0, file.seek(0, os.SEEK_END), top=True)
    moved = [atom for atom in top if atom.offset >= at]
    if not any(atom.name == b"mdat" for atom in moved):
        return
    for table in _tables(file, [atom for atom in top if atom.name == b"moov"]):
        yield from _moved_table(file, table, at, growth)


def _tables(file: BinaryIO, inside: list[Atom]) -> Iterator[Atom]:
    for atom in inside:
        if atom.name in (b"stco", b"co64"):
            yield atom
        elif atom.name in (b"saio", b"iloc"):
            raise UnsupportedFormatError("it holds offsets that Earmark does not know", remedy=REPAIR)
        elif atom.name in _CONTAINERS and atom.name != b"udta":
            yield from _tables(file, atoms(file, atom.start, atom.end))


def _moved_table(file: BinaryIO, table: Atom, at: int, growth: int) -> Iterator[Edit]:
    file.seek(table.start)
    data = file.read(table.end - table.start)
    width, code = (4, "I") if table.name == b"stco" else (8, "Q")
    count = int.from_bytes(data[4:8], "big")
    if len(data) < 8 + count * width:
        raise TagsUnreadableError("a table of offsets is cut off", remedy=REPAIR)
    offsets = struct.unpack_from(f">{count}{code}", data, 8)
    moved = [offset + growth if offset >= at else offset for offset in offsets]
    if width == 4 and max(moved, default=0) > 0xFFFFFFFF:
        raise MetadataError("the audio would move behind 4 GiB", remedy=REPAIR)
    yield Edit(table.start + 8, count * width, struct.pack(f">{count}{code}", *moved))


def _in_32_bits(size: int) -> bytes:
    if size > 0xFFFFFFFF:
        raise MetadataError("an atom would grow over 4 GiB", remedy=REPAIR)
    return size.to_bytes(4, "big")
