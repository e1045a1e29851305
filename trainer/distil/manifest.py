"""The manifest: every file that the corpus may use, with its origin, its licence and its checksum.

`manifest.tsv` is written once from unpacked packages and clones (`python -m trainer.distil manifest`). Who
rebuilds the corpus names folders; a file is taken wherever it lies in them if its checksum is the one listed.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import logging
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from tagger_core.errors import EarmarkError, shown
from trainer.distil import licences
from trainer.distil.albums import album_of
from trainer.distil.parts import PARTS, Part
from trainer.distil.sources import licence_of

LOG = logging.getLogger(__name__)
TABLE = Path(__file__).with_name("manifest.tsv")


@dataclass(frozen=True)
class Entry:
    """One file.

    Args:
        part: name of its part.
        file: path below the package's root or the local copy.
        origin: path in the repository; "" where it is `file` of the part's package.
        sha256: checksum, hex.
        licence: its name.
        album: what it is never parted from, see `albums`.
        refused: why it is not used, "" where it is.
    """

    part: str
    file: str
    origin: str
    sha256: str
    licence: str
    album: str
    refused: str


def read(table: Path = TABLE) -> tuple[Entry, ...]:
    """Return all entries, refused ones included."""
    with table.open(encoding="utf-8", newline="") as file:
        return tuple(Entry(**row) for row in csv.DictReader(file, delimiter="\t"))


def write(entries: Iterable[Entry], table: Path) -> None:
    """Write what `read` reads."""
    with table.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, delimiter="\t", lineterminator="\n")
        rows.writerow([column.name for column in fields(Entry)])
        rows.writerows(astuple(entry) for entry in entries)


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file, hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def scan(part: Part, folder: Path) -> Iterator[Entry]:
    """Yield an entry for each file of a part below a folder, with the licence that its package states.

    Raises:
        EarmarkError: there are files, but not the text that says their licence.
    """
    index = folder / "mutopia" / "INDEX.tsv"
    origins = _mutopia_origins(index) if part.name == "mutopia" and index.exists() else {}
    for path in sorted({p for pattern in part.files for p in folder.glob(pattern)}):
        file = path.relative_to(folder).as_posix()
        # A score of several movements is listed once, its files have a number more.
        listed = origins.get(path.name) or origins.get(re.sub(r"-\d+(?=\.mid$)", "", path.name))
        origin, licence = listed or ("", None if origins else _stated(part, folder, path))
        refused = _refusal(licence)
        album = album_of(part, path, origin)
        yield Entry(part.name, file, origin, checksum(path), licence or "", album, refused)


def _refusal(licence: str | None) -> str:
    if not licence:
        return "nobody says its licence"
    return "" if licences.is_free(licence) else f"{licence} is not free, or not known"


def _stated(part: Part, folder: Path, path: Path) -> str | None:
    """Return the licence of a file by the text that goes with it, None where that says nothing of it."""
    if part.told_in == "beside":
        beside = path.with_name(path.name.split(".")[0] + ".txt")
        return licence_of(beside.read_text("utf-8", "replace")) if beside.exists() else None
    told_in = folder / (part.told_in or f"usr/share/doc/{part.package}/copyright")
    if not told_in.exists():
        raise EarmarkError("is missing, and with it the licence", path=told_in, remedy="unpack all of it")
    text = told_in.read_text("utf-8", "replace")
    if part.licence:
        return part.licence if _plain(part.quoted) in _plain(text) else None
    found = licences.stanzas(text)
    if found is None:
        return licence_of(text)
    if part.by_name:
        found = [stanza for stanza in found if ".*" not in stanza.patterns]
    return licences.licence_in(found, _in_source(part, path.relative_to(folder).as_posix()))


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).lower()


def _in_source(part: Part, file: str) -> str:
    """Return what the copyright file calls an installed file."""
    beginning, called = part.source
    path = called + file.removeprefix(beginning)
    if part.name == "hydrogen":
        # The source package holds each kit as one archive, named after the kit's folder.
        return "/".join(path.split("/")[:2]) + ".h2drumkit"
    return path


def _mutopia_origins(index: Path) -> dict[str, tuple[str, str]]:
    """Return (path in the repository, licence) by file name, from the index beside the scores."""
    with index.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {row["file"]: (row["source"], row["licence"].lower()) for row in rows}


def local_copies(entries: Sequence[Entry], folders: list[Path]) -> dict[Entry, Path]:
    """Return where each entry that is used lies below the folders.

    Raises:
        EarmarkError: some are not there; it says of which parts, how many, and where they are published.
    """
    found = copies(entries, folders)
    expect_all(entries, found)
    return found


def copies(entries: Iterable[Entry], folders: list[Path]) -> dict[Entry, Path]:
    """Return where each entry that is used lies below the folders, for those that do."""
    wanted = [entry for entry in entries if not entry.refused]
    names = {Path(entry.file).name for entry in wanted}
    lying: dict[str, list[Path]] = {}
    for folder in folders:
        for path in folder.rglob("*"):
            if path.name in names and path.is_file():
                lying.setdefault(path.name, []).append(path)
    sums = {path: checksum(path) for paths in lying.values() for path in paths}
    found = {}
    for entry in wanted:
        same = [path for path in lying.get(Path(entry.file).name, ()) if sums[path] == entry.sha256]
        if same:
            found[entry] = same[0]
    return found


def missing(entries: Iterable[Entry], found: Mapping[Entry, Path]) -> dict[Part, list[Entry]]:
    """Return what is used and was not found, by part."""
    parts = {part.name: part for part in PARTS}
    out: dict[Part, list[Entry]] = {}
    for entry in entries:
        if not entry.refused and entry not in found:
            out.setdefault(parts[entry.part], []).append(entry)
    return out


def expect_all(entries: Sequence[Entry], found: Mapping[Entry, Path]) -> None:
    """Check that nothing is missing.

    Raises:
        EarmarkError: some are; it says of which parts, how many, and where they are published.
    """
    lines = []
    for part, absent in missing(entries, found).items():
        count = sum(entry.part == part.name and not entry.refused for entry in entries)
        lines.append(
            f"{part.name}: {len(absent)} of {count} files, {shown(absent[0].file)} first; from {part.origin}"
        )
    if lines:
        raise EarmarkError(
            "parts of the corpus are missing, or differ from the manifest:\n  " + "\n  ".join(lines),
            remedy="download them (apt-get download, dpkg -x, unzip; git clone) and name their folders",
        )


def main(arguments: list[str]) -> None:
    """Write the manifest of what lies below the folders."""
    parser = argparse.ArgumentParser(prog="python -m trainer.distil manifest", description=__doc__)
    parser.add_argument("--folders", type=Path, nargs="+", required=True, help="unpacked packages, clones")
    parser.add_argument("--out", type=Path, default=TABLE, help="the table to write")
    options = parser.parse_args(arguments)
    entries: list[Entry] = []
    for part in PARTS:
        mine = [entry for folder in options.folders for entry in scan(part, folder)]
        refused = [entry for entry in mine if entry.refused]
        LOG.info("%s: %d files, %d refused", part.name, len(mine), len(refused))
        for entry in refused:
            LOG.info("  refused: %s: %s", shown(entry.file), entry.refused)
        if not mine:
            raise EarmarkError(f"{part.name} is in none of the folders", remedy=f"get {part.origin}")
        entries += mine
    write(entries, options.out)
