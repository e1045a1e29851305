"""Little parsers and builders that share nothing with the code under test."""

import zlib
from pathlib import Path

JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 8


def synchsafe(number: int) -> bytes:
    return bytes([(number >> 21) & 127, (number >> 14) & 127, (number >> 7) & 127, number & 127])


def frame(name: str, data: bytes, version: int, flags: bytes = b"\0\0") -> bytes:
    size = synchsafe(len(data)) if version == 4 else len(data).to_bytes(4, "big")
    return name.encode() + size + flags + data


def id3(frames: bytes, version: int, padding: int = 0, flags: int = 0) -> bytes:
    return b"ID3" + bytes([version, 0, flags]) + synchsafe(len(frames) + padding) + frames + bytes(padding)


def foreign_frames(version: int) -> list[bytes]:
    """Frames that a library would like to tidy up: each must come out as it went in."""
    return [
        frame("TIT2", b"\x01\xfe\xff" + "Ä title".encode("utf-16-be"), version),
        frame("TYER", b"\x001994", version),
        frame("TDAT", b"\x000305", version),
        frame("APIC", b"\x00JPG\x00\x03cover\x00" + JPEG, version),
        frame("APIC", b"\x00-->\x00\x03cover\x00http://x", version),
        frame("POPM", b"me@x\x00\xc4" + b"\x00\x00\x00\x05", version),
        frame("GEOB", b"\x00application/x\x00Serato Markers2\x00\x00" + bytes(40) + b"\x01", version),
        frame("PRIV", b"WM/MediaClassPrimaryID\x00\xbc\x7d\x60\xd1", version),
        frame("UFID", b"http://musicbrainz.org\x00abc", version),
        frame("TXXX", b"\x01\xff\xfeM\x00B\x00\x00\x00\xff\xfe\x00\x01", version),
        frame("RVAD", b"\x00\x10\x00\x00\x00\x00", version),
        frame("XYZ0", b"nobody knows", version),
        frame("TLEN", b"\x07broken encoding", version),
        frame("TPE1", b"", version),
        frame("COMM", b"\x00engiTunNORM\x00 00000", version),
        frame("COMM", b"\x00deuNotiz\x00auf Deutsch", version),
        frame("IPLS", b"\x00producer\x00me\x00", version),
        frame("USLT", b"\x00eng\x00la\x00la", version, b"\x00\x00" if version == 3 else b"\x10\x00"),
        frame("TSRC", zlib.compress(b"\x00X"), version, b"\x40\x00"),
    ]


def id3_end(data: bytes) -> int:
    if data[:3] != b"ID3":
        return 0
    a, b, c, d = data[6:10]
    return 10 + (a << 21 | b << 14 | c << 7 | d)


def id3_frames(tag: bytes) -> list[tuple[str, bytes]]:
    """Name and whole bytes of each frame of a plain v2.3 or v2.4 tag."""
    found, at, end = [], 10, id3_end(tag)
    while at < end and tag[at]:
        raw = tag[at + 4 : at + 8]
        size = int.from_bytes(raw, "big") if tag[3] == 3 else int("".join(f"{b:07b}" for b in raw), 2)
        found.append((tag[at : at + 4].decode(), tag[at : at + 10 + size]))
        at += 10 + size
    assert not any(tag[at:end])
    return found


def untagged(mp3: bytes) -> bytes:
    return mp3[id3_end(mp3) :]


def flac_blocks(data: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    """Code and content of each metadata block, and the audio."""
    at = data.index(b"fLaC") + 4
    blocks = []
    while True:
        size = int.from_bytes(data[at + 1 : at + 4], "big")
        blocks.append((data[at] & 0x7F, data[at + 4 : at + 4 + size]))
        last, at = data[at] >> 7, at + 4 + size
        if last:
            return blocks, data[at:]


def flac(blocks: list[tuple[int, bytes]], audio: bytes) -> bytes:
    parts = [b"fLaC"]
    for number, (code, content) in enumerate(blocks):
        last = 0x80 if number == len(blocks) - 1 else 0
        parts.append(bytes([code | last]) + len(content).to_bytes(3, "big") + content)
    return b"".join(parts) + audio


def comments(data: bytes) -> tuple[bytes, list[bytes]]:
    """Vendor and entries of a Vorbis comment."""
    size = int.from_bytes(data[:4], "little")
    vendor, at = data[4 : 4 + size], 4 + size
    count, at = int.from_bytes(data[at : at + 4], "little"), at + 4
    entries = []
    for _ in range(count):
        size = int.from_bytes(data[at : at + 4], "little")
        entries.append(data[at + 4 : at + 4 + size])
        at += 4 + size
    return vendor, entries


def comment_block(vendor: bytes, entries: list[bytes]) -> bytes:
    parts = [len(vendor).to_bytes(4, "little"), vendor, len(entries).to_bytes(4, "little")]
    for entry in entries:
        parts += [len(entry).to_bytes(4, "little"), entry]
    return b"".join(parts)


def atom(name: bytes, content: bytes) -> bytes:
    return (len(content) + 8).to_bytes(4, "big") + name + content


def atoms(data: bytes) -> list[tuple[bytes, bytes]]:
    """Name and content of each atom side by side."""
    found, at = [], 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        found.append((data[at + 4 : at + 8], data[at + 8 : at + size]))
        at += size
    return found


def inside(data: bytes, *names: bytes) -> bytes:
    """Content of the first atom down a path; `meta` is taken for a full atom."""
    for name in names:
        data = dict(reversed(atoms(data)))[name]
        if name == b"meta":
            data = data[4:]
    return data


def chunks(path: Path) -> list[tuple[bytes, bytes]]:
    """Id and content of each chunk of a RIFF or IFF file; asserts that the sizes fill the file."""
    data = path.read_bytes()
    order = "big" if data[:4] == b"FORM" else "little"
    assert int.from_bytes(data[4:8], order) == len(data) - 8
    found, at = [], 12
    while at < len(data):
        size = int.from_bytes(data[at + 4 : at + 8], order)
        found.append((data[at : at + 4], data[at + 8 : at + 8 + size]))
        at += 8 + size + size % 2
    assert at == len(data)
    return found
