"""`earmark show`: what is known of one song."""

from __future__ import annotations

import argparse

from tagger_core.cli import status
from tagger_core.cli.interrupt import Interrupt
from tagger_core.cli.output import fit, print_json
from tagger_core.cli.songs import song_json
from tagger_core.cli.workspace import open_workspace
from tagger_core.durations import clock
from tagger_core.errors import LibraryError, shown
from tagger_core.library.records import TagScore, Timeline, TrackDetail, TrackRow

_BAR = 24


def run(arguments: argparse.Namespace, interrupt: Interrupt) -> int:
    """Print the file's own tags, every score by category and, if asked, how they go along the song."""
    with open_workspace(arguments) as workspace:
        model = workspace.model(arguments.model)
        detail = workspace.library.track(workspace.track(arguments.song), model.id)
        if detail is None:
            raise LibraryError("the song was removed from the library", remedy="scan its folder again")
        timeline = workspace.library.timeline(detail.row.id, model.id) if arguments.windows else None
        rate = model.entry.info.sample_rate if model.entry.info else 1
    if arguments.json:
        print_json(_json(detail, timeline, rate))
        return status.DONE
    _print_file(detail)
    for category, scores in detail.by_category().items():
        print(f"\n{category or 'your own'}")
        for score in scores:
            print(f"  {_mark(score)} {fit(score.name, 22)} {_bar(score)}")
    if timeline is not None:
        _print_timeline(timeline, rate)
    return status.DONE


def _print_file(detail: TrackDetail) -> None:
    row = detail.row
    sound = [
        row.container,
        row.codec,
        f"{detail.sample_rate or '?'} Hz",
        f"{detail.channels or '?'} channels",
    ]
    known = {
        "path": shown(row.path),
        "title": row.title,
        "artist": row.artist,
        "album": row.album,
        "year": str(row.year or ""),
        "genre": row.genre,
        "mood": row.mood,
        "time": clock(row.seconds or None),
        "format": ", ".join(part for part in sound if part),
        "problem": row.problem,
        "state": _state(row),
    }
    for name, value in known.items():
        if value:
            print(f"{name:8} {shown(value)}")


def _state(row: TrackRow) -> str:
    if row.missing:
        return "missing"
    if row.analysed:
        return ""
    return "could not be heard" if row.seconds == 0 else "not heard yet"


def _mark(score: TagScore) -> str:
    if score.accepted is not None:
        return "✓" if score.accepted else "✗"
    return "●" if score.holds else " "


def _bar(score: TagScore) -> str:
    if score.score is None:
        return "accepted" if score.accepted else "rejected"
    filled = round(score.score * _BAR)
    return f"{'█' * filled}{'·' * (_BAR - filled)} {score.score:.2f}  (threshold {score.threshold:.2f})"


def _print_timeline(timeline: Timeline, rate: int) -> None:
    print("\nalong the song")
    for start, scores in zip(timeline.starts, timeline.scores, strict=True):
        best = sorted(zip(scores.tolist(), timeline.names, strict=True), reverse=True)[:4]
        print(f"  {clock(float(start) / rate):>7}  " + ", ".join(f"{name} {100 * s:.0f}" for s, name in best))


def _json(detail: TrackDetail, timeline: Timeline | None, rate: int) -> dict[str, object]:
    song = song_json(detail.row, detail.scores)
    song["categories"] = {tag.name: tag.category for tag in detail.scores}
    song["thresholds"] = {tag.name: tag.threshold for tag in detail.scores}
    if timeline is not None:
        song["windows"] = [
            {
                "seconds": round(float(start) / rate, 3),
                "scores": {n: round(float(s), 4) for n, s in zip(timeline.names, scores, strict=True)},
            }
            for start, scores in zip(timeline.starts, timeline.scores, strict=True)
        ]
    return song
