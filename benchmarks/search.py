"""How long a query and a rescan take in a large library of made-up tracks: `python -m benchmarks.search`."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from sqlalchemy import Connection, insert

from benchmarks.measure import machine, parser, report
from tagger_core.library import keys
from tagger_core.library.records import FileTags
from tagger_core.library.scanner import scan
from tagger_core.library.schema import Model, Root, Tag, Track
from tagger_core.library.store import Library

SEED = 20
ROUNDS = 3
FOLDER_SIZE = 12  # files in a folder, about an album
_FIRST = ("ba", "ce", "di", "fo", "gu", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "wo", "zu")
WORDS = [first + last for first in _FIRST for last in ("lan", "mer", "nor", "pel", "ris", "tas")]


def main() -> None:
    """Build the library, ask it, scan it, print."""
    options = parser(__doc__ or "")
    options.add_argument("--tracks", type=int, default=100_000)
    options.add_argument("--tags", type=int, default=50)
    options.add_argument("--no-rescan", action="store_true", help="leave out the files and their rescan")
    chosen = options.parse_args()
    results: dict[str, float | int | str | None] = {"tracks": chosen.tracks, "tags": chosen.tags}
    with tempfile.TemporaryDirectory(prefix="earmark-search-") as folder:
        music = Path(folder) / "music"
        started = time.perf_counter()
        paths = list(song_paths(music, chosen.tracks))
        if not chosen.no_rescan:
            make_files(paths)
        results["files_s"] = time.perf_counter() - started
        with Library.open(Path(folder) / "library.sqlite") as library:
            started = time.perf_counter()
            model_id = fill(library, music, paths, chosen.tags, real=not chosen.no_rescan)
            results["build_s"] = time.perf_counter() - started
            results |= _ask(library, model_id, chosen.tags)
            results["rescan_s"] = None if chosen.no_rescan else _rescan(library, chosen.tracks)
    results["machine"] = machine()
    report(results, chosen.json)


def song_paths(music: Path, count: int) -> Iterator[Path]:
    """Yield made-up paths, the same ones every time."""
    words = np.random.default_rng(SEED).choice(WORDS, (count, 5))
    for i in range(count):
        album = i // FOLDER_SIZE
        artist = f"{WORDS[album // 8 % len(WORDS)]} {WORDS[album // 97 % len(WORDS)]}"
        title = " ".join(words[i, :3])
        yield music / artist / f"{words[album, 3]} {album}" / f"{i % FOLDER_SIZE + 1:02d} {title}.mp3"


def make_files(paths: list[Path]) -> None:
    """Make empty files of them."""
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o644))


def fill(library: Library, music: Path, paths: list[Path], tags: int, *, real: bool) -> int:
    """Enter tracks, one model, a score for every tag and track, and an analysis of each track."""
    with library.write() as connection:
        root_id = connection.execute(
            insert(Root).values(path=keys.path_bytes(music), added_at=0).returning(Root.c.id)
        ).scalar_one()
        for start in range(0, len(paths), 10_000):
            part = paths[start : start + 10_000]
            rows = [_track(path, start + i, root_id, real=real) for i, path in enumerate(part)]
            connection.execute(insert(Track), rows)
        model = insert(Model).values(identity="made up", name="made up", info={}).returning(Model.c.id)
        model_id = connection.execute(model).scalar_one()
        connection.execute(
            insert(Tag),
            [
                {
                    "model_id": model_id,
                    "position": i,
                    "name": f"tag {i}",
                    "category": "mood",
                    "threshold": 0.5,
                }
                for i in range(tags)
            ],
        )
        _score(connection, len(paths), tags)
        silence = (model_id, b"", b"", b"")
        connection.exec_driver_sql(
            "INSERT INTO analysis (track_id, model_id, seconds, hop, window_count, analysed_at,"
            " embedding, window_starts, window_scores) VALUES (?, ?, 200, 59049, 0, 0, ?, ?, ?)",
            [(i + 1, *silence) for i in range(len(paths))],
        )
    library.optimise()
    return int(model_id)


def _track(path: Path, index: int, root_id: int, *, real: bool) -> dict[str, object]:
    found = path.stat() if real else None
    texts = {
        "title": path.stem[3:],
        "artist": path.parent.parent.name,
        "album": path.parent.name,
        "genre": ("Rock", "Jazz", "Electronic", "Folk; Country", "")[index // FOLDER_SIZE % 5],
    }
    return {
        "root_id": root_id,
        "path": keys.path_bytes(path),
        "path_text": keys.path_text(path),
        "path_key": keys.path_key(path),
        "size": found.st_size if found else 0,
        "mtime_ns": found.st_mtime_ns if found else 0,
        "inode": found.st_ino if found else 0,
        "device": found.st_dev if found else 0,
        "digest": f"{index:064x}",
        "seconds": 120.0 + index % 240,
        "year": 1950 + index // FOLDER_SIZE % 75,
        "added_at": index,
        "scanned_at": index,
        **texts,
        **{f"{name}_key": keys.sort_key(text) for name, text in texts.items()},
    }


def _score(connection: Connection, tracks: int, tags: int) -> None:
    """Enter scores; the tags hold for 1 % (the first) to 40 % (the last) of the tracks."""
    random = np.random.default_rng(SEED)
    for tag in range(tags):
        share = 0.01 * 40 ** (tag / max(1, tags - 1))
        holds = random.random(tracks) < share
        drawn = random.random(tracks)
        scores = np.where(holds, 0.5 + drawn / 2, drawn / 2).tolist()
        connection.exec_driver_sql(
            "INSERT INTO track_tag_score (tag_id, track_id, score) VALUES (?, ?, ?)",
            [(tag + 1, i + 1, score) for i, score in enumerate(scores)],
        )


def _queries(tags: int) -> list[str]:
    """Return queries on two tags with a text, of every kind of order, on rare and on common tags."""
    random = np.random.default_rng(SEED)
    queries = []
    for i in range(60):
        first, second = (int(tag) for tag in random.choice(tags, 2, replace=False))
        word = WORDS[int(random.integers(len(WORDS)))]
        queries += [
            f'"tag {first}">0.6 "tag {second}">0.4 {word}',
            f'tag:"tag {first}" -"tag {second}" {word} sort:-"tag {first}"',
            f'"tag {first}" "tag {second}" artist:{word} sort:-year',
        ][i % 3 : i % 3 + 1]
    return queries


def _ask(library: Library, model_id: int, tags: int) -> dict[str, float]:
    queries = _queries(tags)
    library.search(queries[0], model_id)
    seconds = []
    for _ in range(ROUNDS):
        for query in queries:
            started = time.perf_counter()
            library.search(query, model_id)
            seconds.append(time.perf_counter() - started)
    results = {
        "query_p50_ms": 1000 * float(np.percentile(seconds, 50)),
        "query_p95_ms": 1000 * float(np.percentile(seconds, 95)),
    }
    others = {
        "all_ms": "",
        "two_tags_ms": f'"tag {tags - 1}">0.5 "tag {tags - 2}">0.5',
        "by_title_ms": "sort:title",
        "not_tag_ms": f'-"tag {tags - 1}"',
        "page_ms": None,
        "counts_ms": None,
    }
    some = library.search("", model_id)
    for name, query in others.items():
        taken = []
        for _ in range(ROUNDS):
            started = time.perf_counter()
            if query is not None:
                library.search(query, model_id)
            elif name == "page_ms":
                library.rows(some[1000:1100], model_id)
            else:
                library.tag_counts(model_id, some)
            taken.append(time.perf_counter() - started)
        results[name] = 1000 * float(np.median(taken))
    return results


def _rescan(library: Library, tracks: int) -> float:
    """Return the seconds of a scan that finds every file as it was."""

    def untouched(path: Path) -> FileTags:
        raise AssertionError(f"{path} was read although nothing changed")

    started = time.perf_counter()
    found = scan(library, None, None, untouched)
    seconds = time.perf_counter() - started
    assert found.unchanged == tracks, found
    return seconds


if __name__ == "__main__":
    main()
