"""Whose sound it is: licences read from packages, refusals by name, copies recognised by their checksum."""

from __future__ import annotations

from pathlib import Path

import pytest

from tagger_core.errors import EarmarkError
from trainer.distil import gather, manifest
from trainer.distil.albums import TEST, VALIDATION, split
from trainer.distil.licences import is_free, licence_in, stanzas
from trainer.distil.manifest import Entry, checksum, local_copies, read, scan, write
from trainer.distil.parts import PARTS, Part

COPYRIGHT = """Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/

Files: *
Copyright: somebody
License: GPL-3+

Files:
 data/music/a.ogg
 data/music/b?.ogg
Copyright: a composer
License: CC-BY-SA-3.0
Comment: a continued
 line

Files: data/music/nc.ogg
Copyright: another
License: CC-BY-NC-4.0
"""


@pytest.mark.parametrize(
    "licence",
    ["GPL-2", "GPL-2+", "CC0", "CC0-1.0", "public-domain", "public domain", "CC-BY-4.0", "CC-BY-SA-2.5",
     "MIT", "Expat", "BSD-3-clause", "GFDL-1.3", "zlib or GPL-2 or CC-BY-3.0", "GPL-2+ and CC-BY-SA-3.0",
     "GPL-2+ with composition exception", "CC-BY-NC-4.0 or GPL-3", "CC-BY-SA-3.0-us"],
)  # fmt: skip
def test_free_licences_are_known(licence: str) -> None:
    assert is_free(licence)


@pytest.mark.parametrize(
    "licence",
    [
        "CC-BY-NC-4.0",
        "CC-BY-NC-SA-3.0",
        "CC-BY-ND-4.0",
        "GPL-2 and CC-BY-NC-3.0",
        "proprietary",
        "",
        "GPLish",
    ],
)
def test_what_forbids_a_use_or_is_not_known_is_not_free(licence: str) -> None:
    assert not is_free(licence)


def test_the_last_stanza_that_fits_says_the_licence() -> None:
    found = stanzas(COPYRIGHT)
    assert found is not None
    assert licence_in(found, "data/music/a.ogg") == "CC-BY-SA-3.0"
    assert licence_in(found, "data/music/b2.ogg") == "CC-BY-SA-3.0"
    assert licence_in(found, "data/music/other.ogg") == "GPL-3+"
    assert licence_in([stanza for stanza in found if ".*" not in stanza.patterns], "other.ogg") is None
    assert stanzas("This package was debianised by hand.") is None


PART = Part(
    "game", "music", "Debian game-music 1.0-1", ("usr/music/*.ogg",), "nobody",
    source=("usr/music/", "data/music/"), by_name=True,
)  # fmt: skip


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """An unpacked package with four files, of which two are free."""
    for name in ("a.ogg", "b1.ogg", "nc.ogg", "unnamed.ogg"):
        path = tmp_path / "usr" / "music" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    told_in = tmp_path / "usr" / "share" / "doc" / "game-music" / "copyright"
    told_in.parent.mkdir(parents=True)
    told_in.write_text(COPYRIGHT, "utf-8")
    return tmp_path


def test_files_without_a_clear_or_free_licence_are_refused_by_name(package: Path, tmp_path: Path) -> None:
    entries = list(scan(PART, package))
    assert {Path(entry.file).name: bool(entry.refused) for entry in entries} == {
        "a.ogg": False, "b1.ogg": False, "nc.ogg": True, "unnamed.ogg": True,
    }  # fmt: skip
    assert entries[0].sha256 == checksum(package / "usr/music/a.ogg")
    write(entries, tmp_path / "manifest.tsv")
    assert list(read(tmp_path / "manifest.tsv")) == entries
    (package / "usr/share/doc/game-music/copyright").unlink()
    with pytest.raises(EarmarkError, match="the licence"):
        list(scan(PART, package))


def test_a_licence_in_prose_must_hold_the_words_it_is_known_by(package: Path) -> None:
    told = package / "usr/share/doc/game-music/copyright"
    prose = Part("game", "music", PART.origin, PART.files, "nobody", licence="MIT", quoted="free of charge")
    told.write_text("Permission is granted, free\n  of charge, to any person", "utf-8")
    assert {entry.licence for entry in scan(prose, package)} == {"MIT"}
    told.write_text("All rights reserved.", "utf-8")
    assert all(entry.refused for entry in scan(prose, package))


def test_copies_are_taken_wherever_they_lie_and_missing_ones_told_with_their_origin(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifest, "PARTS", (PART,))
    entries = list(scan(PART, package))
    moved = tmp_path / "elsewhere" / "a.ogg"
    moved.parent.mkdir()
    (package / "usr/music/a.ogg").rename(moved)
    found = local_copies(entries, [package / "usr", moved.parent])
    assert set(found.values()) == {moved, package / "usr/music/b1.ogg"}
    moved.write_bytes(b"another edition")
    with pytest.raises(EarmarkError, match=r"game: 1 of 2 files, usr/music/a\.ogg first; from Debian game"):
        local_copies(entries, [package])


def test_the_manifest_is_free_whole_and_names_every_part() -> None:
    entries = read()
    assert {entry.part for entry in entries} == {part.name for part in PARTS}
    used = [entry for entry in entries if not entry.refused]
    assert len(used) > 2000
    assert all(is_free(entry.licence) and len(entry.sha256) == 64 and entry.album for entry in used)
    assert not [entry for entry in entries if entry.refused and is_free(entry.licence)]
    for part in PARTS:
        assert part.package or part.origin.startswith("GitHub ")


def test_an_album_is_in_one_split_and_each_split_has_real_music() -> None:
    parts = {part.name: part for part in PARTS}
    splits: dict[str, set[str]] = {}
    for entry in read():
        if not entry.refused:
            splits.setdefault(entry.album, set()).add(split(parts[entry.part], entry.album))
    assert all(len(found) == 1 for found in splits.values())
    albums = {entry.album for entry in read()}
    assert albums >= TEST | VALIDATION
    music = {album for album in albums if parts[album.split(":")[0]].kind == "music"}
    for name in ("train", "validation", "test"):
        assert sum(splits.get(album) == {name} for album in music) >= 4


def test_versions_of_a_piece_are_one_album() -> None:
    album = {Path(entry.file).name: entry.album for entry in read() if entry.part != "hydrogen"}
    assert album["celtic.ogg"] == album["celtic_fast.ogg"]
    assert album["frantic.ogg"] == album["frantic-old.ogg"]
    assert album["track3.opus"] == album["track3_enhanced.opus"]
    assert Entry(*[""] * 7).album == ""


SPLIT_BY_HASH = {"supertuxkart", "hedgewars", "megaglest", "songs"}
"""The music parts whose albums were spread over the splits before others were chosen by hand."""


def test_recorded_music_teaches_unless_it_was_chosen_by_hand() -> None:
    by_hand = {"unknown-horizons": "test", "xmoto": "test", "fillets": "validation"}
    seen: dict[str, set[str]] = {}
    parts = {part.name: part for part in PARTS if part.kind == "music" and part.name not in SPLIT_BY_HASH}
    for entry in read():
        if entry.part in parts and not entry.refused and entry.album not in TEST | VALIDATION:
            seen.setdefault(entry.part, set()).add(split(parts[entry.part], entry.album))
    assert set(seen) >= {"marsshooter", "widelands", "naev", "supertux", "colobot", "asc"}
    assert all(found == {"train"} for found in seen.values())
    for name, expected in by_hand.items():
        assert {entry.album for entry in read() if entry.part == name} == {name}
        assert split(parts[name], name) == expected


def test_a_composer_who_is_tested_is_taught_nowhere_in_the_same_game() -> None:
    metal = {entry.file for entry in read() if entry.album == "widelands: MiddleFinger"}
    assert {Path(file).stem for file in metal} == {"ingame_15", "ingame_16", "ingame_17"}


def test_of_a_part_of_many_long_tracks_only_the_beginning_of_each_is_heard() -> None:
    entries = {entry.part: entry for entry in read() if not entry.refused}
    found = {entries[name]: Path(entries[name].file) for name in ("naev", "asc")}
    pieces = {piece.source: piece for piece in gather.pieces_of(found)}
    assert pieces["naev"].seconds == gather.LONGEST["naev"] == 60.0
    assert pieces["asc"].seconds > 1000
    assert pieces["naev"].program is None
    assert pieces["naev"].real
    assert pieces["naev"].split == pieces["asc"].split == "train"


def test_what_a_package_says_of_none_or_of_others_is_not_in_the_manifest_as_free() -> None:
    entries = {
        Path(entry.file).name: entry for entry in read() if entry.part in {"naev", "supertux", "freedroidrpg"}
    }
    assert entries["blackmoor_tides.ogg"].refused
    assert entries["ambient1.ogg"].licence == "GPL-3 or CC-BY-3.0"
    assert not {"greatgigantic.ogg", "Bleostrada.ogg", "TheBeginning.ogg"} & set(entries)
