"""The terms of a query as SQL: sets of track ids, and conditions on a track; values are bound parameters."""

from __future__ import annotations

import operator
import os
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Double,
    Select,
    and_,
    column,
    exists,
    false,
    func,
    or_,
    select,
    table,
    type_coerce,
    union_all,
)

from tagger_core.library import keys, walk
from tagger_core.library.query.expressions import FieldCompare, FieldRange
from tagger_core.library.query.fields import FIELDS, Field
from tagger_core.library.schema import (
    FTS_COLUMNS,
    AnalysisRow,
    Decision,
    Root,
    Track,
    TrackTagScore,
    WriteBatch,
    WriteFile,
)

Ids = Select[Any]
Condition = ColumnElement[bool]

_FTS = table("track_fts", column("rowid"), column("track_fts"))
_COMPARE: dict[str, Callable[..., Condition]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
}
_CONTRARY: dict[str, Callable[..., Condition]] = {
    ">": operator.le,
    ">=": operator.lt,
    "<": operator.ge,
    "<=": operator.gt,
    "=": operator.ne,
}


@dataclass(frozen=True)
class KnownTag:
    """A tag that a query can name.

    Args:
        id: in the active model; None where only the person knows the tag.
        name: as it is shown.
        key: `keys.tag_key` of the name.
        decided: a person has accepted or rejected it for some track.
        category: of the tag; empty where only the person knows it.
    """

    id: int | None
    name: str
    key: str
    threshold: float = 0.5
    decided: bool = False
    category: str = ""


def among(sets: Sequence[Ids]) -> Condition:
    """Return the condition that a track is in one of the sets."""
    return Track.c.id.in_(sets[0] if len(sets) == 1 else union_all(*sets))


def text_set(text: str, prefix: bool, columns: Sequence[str] = FTS_COLUMNS) -> Ids | None:
    """Return the tracks with these words, in this order and side by side, in one of the columns.

    Whole words match, without case and accents. None where the text holds no letter and no digit.
    """
    if not any(_in_word(c) for c in text):
        return None
    phrase = '"' + text.replace('"', '""') + '"' + "*" * prefix
    where = "" if tuple(columns) == FTS_COLUMNS else f"{{{' '.join(columns)}}} : "
    return select(_FTS.c.rowid).where(_FTS.c.track_fts.op("MATCH")(where + phrase))


def text_anywhere(text: str, columns: Sequence[str] = FTS_COLUMNS) -> Condition | None:
    """Return the condition that a text stands anywhere in a column, None where whole words do.

    The full-text index holds no signs, and in scripts that do not part words by spaces, no words.
    """
    if any(_in_word(c) for c in text) and not any(_unspaced(c) for c in text):
        return None
    return or_(*(func.instr(Track.c[name], text) > 0 for name in columns))


def format_condition(text: str) -> Condition:
    """Return the condition on container, codec or ending of the name: `format:flac`, `format:m4a`."""
    folded = text.casefold()
    return or_(
        func.instr(Track.c.container, folded) > 0,
        func.instr(Track.c.codec, folded) > 0,
        Track.c.path_key.endswith("." + folded, autoescape=True),
    )


def root(folder: Path) -> Ids:
    """Return the music folder at exactly this path, if there is one."""
    return select(Root.c.id).where(Root.c.path == keys.path_bytes(folder))


def below(folder: Path) -> Condition:
    """Return the condition that a track lies in exactly this folder or below it; an index lists them.

    Raises:
        ValueError: the file system takes no such name.
    """
    first, after = walk.below(keys.path_bytes(folder))
    return and_(Track.c.path >= first, Track.c.path < after)


def below_alike(folder: Path) -> Condition:
    """Return the condition that a track lies in a folder that reads the same; an index lists them.

    Accents may be composed otherwise, and on Windows letters be of the other case.
    """
    first, after = (end.decode() for end in walk.below(keys.path_key(folder).encode()))
    alike = and_(Track.c.missing.in_((False, True)), Track.c.path_key >= first, Track.c.path_key < after)
    if os.name == "nt":
        return alike
    text = walk.below(keys.path_text(folder).encode())[0].decode()
    return and_(alike, func.substr(Track.c.path_text, 1, len(text)) == text)


def score_sets(tag: KnownTag, comparison: str, value: float, wanted: bool) -> list[Ids]:
    """Return the tracks where the comparison is true, or those where it is false.

    A person's word stands for the score 1 or 0 and beats the model. Tracks without a score are in neither.
    """
    compare = (_COMPARE if wanted else _CONTRARY)[comparison]
    sets: list[Ids] = []
    if tag.id is not None:
        scored = select(TrackTagScore.c.track_id).where(
            TrackTagScore.c.tag_id == tag.id, compare(TrackTagScore.c.score, value)
        )
        if tag.decided:
            said = select(Decision.c.track_id).where(Decision.c.name == tag.key)
            scored = scored.where(TrackTagScore.c.track_id.not_in(said))
        sets.append(scored)
    if tag.decided:
        sets += [
            select(Decision.c.track_id).where(Decision.c.name == tag.key, Decision.c.accepted.is_(accepted))
            for accepted in (True, False)
            if compare(float(accepted), value)
        ]
    return sets or [select(Track.c.id).where(false())]


def sortable(field: Field) -> ColumnElement[Any]:
    """Return what a field sorts by, and what a number compares by: NULL where there is no number."""
    value: ColumnElement[Any] = Track.c[field.sort]
    return func.nullif(value, 0) if field.zero_is_unknown else value


def interval(term: FieldCompare | FieldRange, now_ms: int, wanted: bool) -> Condition:
    """Return where a number lies in what was typed, or where it lies outside; no number is in neither."""
    value = sortable(FIELDS[term.field])
    low, high = _bounds(term, now_ms)
    conditions: list[Condition] = [value.is_not(None)] if wanted else []
    if low is not None:
        conditions.append(value >= low if wanted else value < low)
    if high is not None:
        conditions.append(value < high if wanted else value >= high)
    return and_(*conditions) if wanted else or_(false(), *conditions)


def interval_sets(term: FieldCompare | FieldRange, condition: Condition) -> tuple[Ids, ...]:
    """Return the tracks of an interval as a set, where an index lists them."""
    if not FIELDS[term.field].indexed:
        return ()
    return (select(Track.c.id).where(Track.c.missing.in_((False, True)), condition),)


def _bounds(term: FieldCompare | FieldRange, now_ms: int) -> tuple[float | None, float | None]:
    """Return from where and up to where a number fits."""

    def read(text: str) -> tuple[float, float | None]:
        reader = FIELDS[term.field].read
        found = reader(text, now_ms) if reader else None
        if found is None:
            raise ValueError(f"{term} was not made by parse")
        return found

    if isinstance(term, FieldRange):
        return (read(term.low)[0] if term.low else None, read(term.high)[1] if term.high else None)
    start, end = read(term.value)
    return {
        "=": (start, end),
        ">": (end, None),
        ">=": (start, None),
        "<": (None, start),
        "<=": (None, end),
    }[term.operator]


def missing_value(name: str) -> Condition:
    """Return the condition that a field has no value."""
    field = FIELDS[name]
    return Track.c[field.column] == "" if field.read is None else sortable(field).is_(None)


def state(name: str, model_id: int | None) -> Condition:
    """Return the condition for `is:...`; "analysed", "pending" and "silent" are said of the active model."""
    heard = exists().where(AnalysisRow.c.model_id == model_id, AnalysisRow.c.track_id == Track.c.id)
    decided = exists().where(Decision.c.track_id == Track.c.id)
    states: dict[str, Condition] = {
        "analysed": heard,
        "pending": and_(can_be_heard(), ~heard),
        "missing": Track.c.missing.is_(True),
        "written": exists().where(WriteFile.c.track_id == Track.c.id, _is_still_written()),
        "problem": or_(Track.c.problem != "", heard.where(AnalysisRow.c.problem != "")),
        "silent": heard.where(AnalysisRow.c.silent.is_(True)),
        "accepted": decided.where(Decision.c.accepted.is_(True)),
        "rejected": decided.where(Decision.c.accepted.is_(False)),
    }
    return states[name]


def state_sets(name: str, model_id: int | None) -> tuple[Ids, ...]:
    """Return the tracks of which `is:...` is said as a set, where a table or an index lists them."""
    decided = select(Decision.c.track_id)
    sets: dict[str, Ids] = {
        "analysed": select(AnalysisRow.c.track_id).where(AnalysisRow.c.model_id == model_id),
        "accepted": decided.where(Decision.c.accepted.is_(True)),
        "rejected": decided.where(Decision.c.accepted.is_(False)),
        "written": select(WriteFile.c.track_id).where(WriteFile.c.track_id.is_not(None), _is_still_written()),
    }
    return (sets[name],) if name in sets else ()


def _is_still_written() -> Condition:
    """Return the condition that a file has what a batch wrote: a write, or the undo of an undo."""
    writes = select(WriteBatch.c.id).where(WriteBatch.c.undo_of.is_(None)).cte(recursive=True)
    undo, redo = WriteBatch.alias(), WriteBatch.alias()
    again = select(redo.c.id).join(undo, redo.c.undo_of == undo.c.id).where(undo.c.undo_of == writes.c.id)
    return and_(WriteFile.c.state == "done", WriteFile.c.batch_id.in_(select(writes.union_all(again).c.id)))


def can_be_heard() -> Condition:
    """Return the condition that nobody has failed to hear a track; where one has, its length is 0."""
    return or_(Track.c.seconds.is_(None), Track.c.seconds > 0)


def score_probe(tag: KnownTag, comparison: str, value: float, wanted: bool) -> Condition:
    """Return what `score_sets` returns as a condition on one track: quicker where few tracks are asked."""
    return (_COMPARE if wanted else _CONTRARY)[comparison](effective_score(tag), value)


def effective_score(tag: KnownTag) -> ColumnElement[float]:
    """Return the score of a tag as a column of a track: the person's word first; NULL where unknown."""
    said = (
        select(type_coerce(Decision.c.accepted, Double))
        .where(Decision.c.track_id == Track.c.id, Decision.c.name == tag.key)
        .correlate(Track)
        .scalar_subquery()
    )
    scored = (
        select(TrackTagScore.c.score)
        .where(TrackTagScore.c.tag_id == tag.id, TrackTagScore.c.track_id == Track.c.id)
        .correlate(Track)
        .scalar_subquery()
    )
    if tag.id is None:
        return said
    return func.coalesce(said, scored) if tag.decided else scored


def _in_word(character: str) -> bool:
    """Tell whether the tokenizer of the full-text index takes a character into a word."""
    return unicodedata.category(character)[0] in "LN" or unicodedata.category(character) == "Co"


def _unspaced(character: str) -> bool:
    """Tell the letters of scripts that part no words: Thai to Khmer, and Chinese, Japanese."""
    code = ord(character)
    spans = ((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF), (0x3400, 0x9FFF))
    return any(low <= code <= high for low, high in spans) or 0x20000 <= code <= 0x3FFFF
