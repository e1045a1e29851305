"""`Query` -> a SQLAlchemy select of track ids, with bound parameters only.

Logic has three values, because what nobody has heard is neither with nor without voice: a term is true, false
or unknown of a track, and NOT of unknown is unknown. So an expression compiles to a condition for where it is
true, and its negation to one for where it is false, down to the terms. Unknown are: tags of tracks that the
model has not analysed and the person not decided, and numbers that a track does not have. A text that is not
there is known not to hold the word.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import and_, false, or_, select, true

from tagger_core.errors import QueryError
from tagger_core.library import keys
from tagger_core.library.query import matching
from tagger_core.library.query.expressions import (
    And,
    Expression,
    FieldCompare,
    FieldMissing,
    FieldRange,
    FieldText,
    HasTag,
    Not,
    Or,
    Query,
    Score,
    SortKey,
    State,
    Term,
    Word,
    terms,
)
from tagger_core.library.query.fields import FIELDS
from tagger_core.library.query.matching import Condition, Ids, KnownTag
from tagger_core.library.schema import FTS_COLUMNS, Track

BIG_SET = 20_000  # tracks; above, walking through a library in order is quicker than looking up and sorting


@dataclass(frozen=True)
class Context:
    """What a query is compiled against.

    Args:
        text: the query as it was typed, for errors.
        model_id: the active model, None where there is none.
        tags: what a query can name, by `keys.tag_key`: the tags of the active model, and those of `tag_names`
            that a person has decided on.
        now_ms: milliseconds since the epoch.
        size: returns how many tracks are in a set, counted up to a limit, to look up the smallest first.
    """

    text: str = ""
    model_id: int | None = None
    tags: Mapping[str, KnownTag] = field(default_factory=dict)
    now_ms: int = 0
    size: Callable[[Ids, int], int] = lambda ids, limit: limit


@dataclass(frozen=True)
class _Clause:
    """Where an expression is true, or where it is false.

    Args:
        probe: as a condition on one track.
        sets: as the union of sets, for what the database can list without going through all tracks.
        is_text: the sets come from the full-text index alone.
    """

    probe: Condition
    sets: tuple[Ids, ...] = ()
    is_text: bool = False


def tag_names(query: Query) -> frozenset[str]:
    """Return what could be names of tags in a query, by `keys.tag_key`."""
    named = [t.text for t in terms(query.where) if isinstance(t, Word)]
    named += [t.name for t in terms(query.where) if isinstance(t, HasTag | Score)]
    return frozenset(keys.tag_key(name) for name in (*named, *(key.name for key in query.order)))


def compile_query(query: Query, context: Context) -> Ids:
    """Return the select of the ids of the tracks that a query means, in its order; `similar` is left out.

    Missing tracks are left out unless the query asks for `is:missing`.

    Raises:
        QueryError: it names a tag that neither the model nor the person knows.
    """
    statement = select(Track.id).where(*_conjunction(query, context))
    if not any(isinstance(t, State) and t.name == "missing" for t in terms(query.where)):
        statement = statement.where(Track.missing.is_(False))
    for key in query.order:
        statement = _sorted(statement, key, context)
    return statement.order_by(Track.path_key)


def _conjunction(query: Query, context: Context) -> list[Condition]:
    """Return the conditions of a query: the smallest set is looked up, its tracks are asked for the rest."""
    parts = query.where.parts if isinstance(query.where, And) else (query.where,)
    clauses = [_clause(part, True, context) for part in parts]
    smallest, size = None, BIG_SET
    # Texts first: they are mostly rare, and no set need be counted further than the smallest so far.
    for clause in sorted((c for c in clauses if c.sets), key=lambda c: not c.is_text):
        counted = sum(context.size(ids, size) for ids in clause.sets)
        if smallest is None or counted < size:
            smallest, size = clause, min(counted, size)
    if smallest is None:
        return [clause.probe for clause in clauses]
    looked_up = matching.among(smallest.sets, walk=size >= BIG_SET)
    return [looked_up, *(clause.probe for clause in clauses if clause is not smallest)]


def _clause(expression: Expression, wanted: bool, context: Context) -> _Clause:
    """Return where the expression is true, or where it is false; unknown is in neither."""
    if isinstance(expression, Not):
        return _clause(expression.part, not wanted, context)
    if not isinstance(expression, And | Or):
        return _term(expression, wanted, context)
    parts = [_clause(part, wanted, context) for part in expression.parts]
    if isinstance(expression, And) == wanted:
        return _Clause(and_(true(), *(part.probe for part in parts)))
    listed = bool(parts) and all(part.sets for part in parts)
    sets = tuple(ids for part in parts for ids in part.sets) if listed else ()
    return _Clause(or_(false(), *(part.probe for part in parts)), sets)


def _term(term: Term, wanted: bool, context: Context) -> _Clause:
    match term:
        case Word():
            return _word(term, wanted, context)
        case HasTag(name, at):
            tag = _known(name, at, context)
            return _score(tag, ">=", tag.threshold, wanted)
        case Score(name, comparison, value, at):
            return _score(_known(name, at, context), comparison, value, wanted)
        case FieldCompare() | FieldRange():
            return _Clause(matching.interval(term, context.now_ms, wanted))
        case FieldText("format", text):
            condition = matching.format_condition(keys.clean(text))
        case FieldText(name, text, prefix):
            return _text(keys.clean(text), prefix, (FIELDS[name].column,), wanted)
        case FieldMissing(name):
            condition = matching.missing_value(name)
        case State(name):
            condition = matching.state(name, context.model_id)
    return _Clause(condition if wanted else ~condition)


def _score(tag: KnownTag, comparison: str, value: float, wanted: bool) -> _Clause:
    sets = matching.score_sets(tag, comparison, value, wanted)
    return _Clause(matching.score_probe(tag, comparison, value, wanted), tuple(sets))


def _text(text: str, prefix: bool, columns: tuple[str, ...], wanted: bool) -> _Clause:
    words = matching.text_set(text, prefix, columns)
    anywhere = matching.text_anywhere(text, columns)
    sets = () if words is None else (words,)
    parts = [matching.among([ids]) for ids in sets] + ([] if anywhere is None else [anywhere])
    probe = or_(false(), *parts)
    return _Clause(probe, sets if anywhere is None else (), is_text=True) if wanted else _Clause(~probe)


def _word(word: Word, wanted: bool, context: Context) -> _Clause:
    """Return where a word is in a text or a tag that holds; it is false only where both are."""
    text = _text(keys.clean(word.text), word.prefix, FTS_COLUMNS, wanted)
    tag = None if word.prefix else context.tags.get(keys.tag_key(word.text))
    if tag is None:
        return text
    score = _score(tag, ">=", tag.threshold, wanted)
    if wanted:
        return _Clause(or_(text.probe, score.probe), (*text.sets, *score.sets) if text.sets else ())
    return _Clause(and_(score.probe, text.probe))


def _known(name: str, at: int, context: Context) -> KnownTag:
    key = keys.tag_key(name)
    if key in context.tags:
        return context.tags[key]
    near = difflib.get_close_matches(key, context.tags, n=3, cutoff=0.5)
    expected = " or ".join(context.tags[k].name for k in near) or "a tag of the model"
    if not context.tags:
        expected = "a model that has analysed the library"
    raise QueryError(f"there is no tag {name!r}", query=context.text, position=at, expected=expected)


def _sorted(statement: Ids, key: SortKey, context: Context) -> Ids:
    """Add an order; tracks without the value come last, both ways."""
    field = FIELDS.get(key.name.casefold())
    if field is None:
        score = matching.effective_score(_known(key.name, key.at, context))
        return statement.order_by((score.desc() if key.descending else score.asc()).nulls_last())
    value = getattr(Track, field.sort)
    ordered = value.desc() if key.descending else value.asc()
    if field.read is None:
        return statement.order_by(value == "", ordered)
    return statement.order_by(ordered.nulls_last())
