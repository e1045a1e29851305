"""`Query` -> a SQLAlchemy select of track ids, with bound parameters only.

Logic has three values, because what nobody has heard is neither with nor without voice: a term is true, false
or unknown of a track, and NOT of unknown is unknown. So an expression compiles to a condition for where it is
true, and its negation to one for where it is false, down to the terms. Unknown are: tags of tracks that the
model has not analysed and the person not decided, and numbers that a track does not have. A text that is not
there is known not to hold the word.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import and_, false, or_, select, true

from tagger_core.errors import QueryError
from tagger_core.library import keys
from tagger_core.library.ids import given
from tagger_core.library.query import matching
from tagger_core.library.query.expressions import (
    And,
    Expression,
    FieldCompare,
    FieldMissing,
    FieldRange,
    FieldText,
    HasTag,
    InFolder,
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
from tagger_core.library.query.folders import folder_meant
from tagger_core.library.query.matching import Condition, Ids, KnownTag
from tagger_core.library.schema import FTS_COLUMNS, Track


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
        big_set: from so many tracks on, reading whole sets is quicker than looking up the tracks of one.
    """

    text: str = ""
    model_id: int | None = None
    tags: Mapping[str, KnownTag] = field(default_factory=dict)
    now_ms: int = 0
    size: Callable[[Ids, int], int] = lambda ids, limit: limit
    big_set: int = 6_000


@dataclass(frozen=True)
class Clause:
    """Where an expression is true, or where it is false.

    Args:
        probe: as a condition on one track.
        sets: as the union of sets, for what the database can list without going through all tracks.
        outside: it is what lies in none of the sets.
        is_text: the sets come from the full-text index alone.
    """

    probe: Condition
    sets: tuple[Ids, ...] = ()
    outside: bool = False
    is_text: bool = False


@dataclass(frozen=True)
class Plan:
    """How the tracks of a query are found.

    Args:
        clauses: all of them hold of a track.
        smallest: the clause with the smallest set, None where none lists its tracks.
        size: how many are in that set, counted up to `Context.big_set`.
        order: what to sort by; tracks that are equal in it go by path, then by id.
        with_missing: missing tracks are not left out.
    """

    clauses: tuple[Clause, ...]
    smallest: Clause | None
    size: int
    order: tuple[SortKey, ...]
    with_missing: bool

    def found(self) -> Ids:
        """Return the select of the ids, in no order: one set is looked up, its tracks are asked the rest."""
        statement = select(Track.c.id)
        if self.smallest is not None:
            statement = statement.where(matching.among(self.smallest.sets))
        statement = statement.where(*(c.probe for c in self.clauses if c is not self.smallest))
        return statement if self.with_missing else statement.where(Track.c.missing.is_(False))

    def ordered(self, context: Context) -> Ids:
        """Return `found` in the order of the query."""
        return _in_order(self.found(), self.order, context)

    def sorted(self, ids: Iterable[int], context: Context) -> Ids:
        """Return the select of some tracks that were found, in the order of the query."""
        return _in_order(select(Track.c.id).where(Track.c.id.in_(given(ids))), self.order, context)


def tag_names(query: Query) -> frozenset[str]:
    """Return what could be names of tags in a query, by `keys.tag_key`."""
    named = [t.text for t in terms(query.where) if isinstance(t, Word)]
    named += [t.name for t in terms(query.where) if isinstance(t, HasTag | Score)]
    return frozenset(keys.tag_key(name) for name in (*named, *(key.name for key in query.order)))


def compile_query(query: Query, context: Context) -> Plan:
    """Return how the tracks of a query are found; `similar` is left out.

    Missing tracks are left out unless the query asks for `is:missing`.

    Raises:
        QueryError: it names a tag that neither the model nor the person knows.
    """
    clauses = _clauses(query.where, True, context)
    for key in query.order:
        if key.name.casefold() not in FIELDS:
            known_tag(key.name, key.at, context)
    smallest, size = None, context.big_set
    # Texts first: they are mostly rare, and no set need be counted further than the smallest so far.
    for clause in sorted((c for c in clauses if c.sets and not c.outside), key=lambda c: not c.is_text):
        counted = sum(context.size(ids, size) for ids in clause.sets)
        if smallest is None or counted < size:
            smallest, size = clause, min(counted, size)
    with_missing = any(isinstance(t, State) and t.name == "missing" for t in terms(query.where))
    return Plan(tuple(clauses), smallest, size, query.order, with_missing)


def _clauses(expression: Expression, wanted: bool, context: Context) -> list[Clause]:
    """Return what all holds where the expression is true, or where it is false; unknown is in neither."""
    if isinstance(expression, Not):
        return _clauses(expression.part, not wanted, context)
    if not isinstance(expression, And | Or):
        return _term(expression, wanted, context)
    parts = [_clauses(part, wanted, context) for part in expression.parts]
    if isinstance(expression, And) == wanted:
        return [clause for part in parts for clause in part]
    return [_either(map(_joined, parts))]


def _joined(clauses: list[Clause]) -> Clause:
    return clauses[0] if len(clauses) == 1 else Clause(and_(true(), *(clause.probe for clause in clauses)))


def _either(clauses: Iterable[Clause]) -> Clause:
    parts = list(clauses)
    listed = bool(parts) and all(part.sets and not part.outside for part in parts)
    sets = tuple(ids for part in parts for ids in part.sets) if listed else ()
    return Clause(or_(false(), *(part.probe for part in parts)), sets)


def _term(term: Term, wanted: bool, context: Context) -> list[Clause]:
    match term:
        case Word():
            return _word(term, wanted, context)
        case State("pending") if wanted:
            return [_state("analysed", False, context), Clause(matching.can_be_heard())]
        case InFolder(name, at):
            return [_folder(name, at, wanted, context)]
        case _:
            return [_single(term, wanted, context)]


def _single(term: Term, wanted: bool, context: Context) -> Clause:
    condition: Condition
    match term:
        case HasTag(name, at):
            tag = known_tag(name, at, context)
            return _score(tag, ">=", tag.threshold, wanted)
        case Score(name, comparison, value, at):
            return _score(known_tag(name, at, context), comparison, value, wanted)
        case FieldCompare() | FieldRange():
            condition = matching.interval(term, context.now_ms, wanted)
            return Clause(condition, matching.interval_sets(term, condition))
        case FieldText("format", text):
            condition = matching.format_condition(keys.clean(text))
        case FieldText(name, text, prefix):
            return _text(keys.clean(text), prefix, (FIELDS[name].column,), wanted)
        case FieldMissing(name):
            condition = matching.missing_value(name)
        case State(name):
            return _state(name, wanted, context)
    return Clause(condition if wanted else ~condition)


def _state(name: str, wanted: bool, context: Context) -> Clause:
    condition = matching.state(name, context.model_id)
    sets = matching.state_sets(name, context.model_id)
    return Clause(condition if wanted else ~condition, sets, outside=bool(sets) and not wanted)


def _folder(name: str, at: int, wanted: bool, context: Context) -> Clause:
    """Return what lies in exactly this folder; of one that nobody knows, in those named alike."""
    try:
        folder = folder_meant(name)
        condition = matching.below(folder)
    except (OSError, ValueError) as error:
        message = f"no folder can be called {name!r}"
        raise QueryError(
            message, query=context.text, position=at, expected="a folder such as /music/rock"
        ) from error
    if not any(context.size(ids, 1) for ids in (select(Track.c.id).where(condition), matching.root(folder))):
        condition = matching.below_alike(folder)
    sets = (select(Track.c.id).where(condition),)
    return Clause(condition if wanted else ~condition, sets, outside=not wanted)


def _score(tag: KnownTag, comparison: str, value: float, wanted: bool) -> Clause:
    sets = matching.score_sets(tag, comparison, value, wanted)
    return Clause(matching.score_probe(tag, comparison, value, wanted), tuple(sets))


def _text(text: str, prefix: bool, columns: tuple[str, ...], wanted: bool) -> Clause:
    words = matching.text_set(text, prefix, columns)
    anywhere = matching.text_anywhere(text, columns)
    sets = () if words is None else (words,)
    parts = [matching.among([ids]) for ids in sets] + ([] if anywhere is None else [anywhere])
    probe = or_(false(), *parts)
    listed = sets if anywhere is None else ()
    return Clause(probe if wanted else ~probe, listed, outside=bool(listed) and not wanted, is_text=True)


def _word(word: Word, wanted: bool, context: Context) -> list[Clause]:
    """Return where a word is in a text or a tag that holds; it is false only where both are."""
    text = _text(keys.clean(word.text), word.prefix, FTS_COLUMNS, wanted)
    tag = None if word.prefix else context.tags.get(keys.tag_key(word.text))
    if tag is None:
        return [text]
    score = _score(tag, ">=", tag.threshold, wanted)
    return [_either((text, score))] if wanted else [score, text]


def known_tag(name: str, at: int, context: Context) -> KnownTag:
    """Return the tag that a query names; an error that suggests others where there is none."""
    key = keys.tag_key(name)
    if key in context.tags:
        return context.tags[key]
    near = difflib.get_close_matches(key, context.tags, n=3, cutoff=0.5)
    expected = " or ".join(context.tags[k].name for k in near) or "a tag of the model"
    if not context.tags:
        expected = "a model that has analysed the library"
    raise QueryError(f"there is no tag {name!r}", query=context.text, position=at, expected=expected)


def _in_order(statement: Ids, order: Iterable[SortKey], context: Context) -> Ids:
    for key in order:
        statement = _sorted(statement, key, context)
    return statement.order_by(Track.c.path_key, Track.c.id)


def _sorted(statement: Ids, key: SortKey, context: Context) -> Ids:
    """Add an order; tracks without the value come last, both ways."""
    field = FIELDS.get(key.name.casefold())
    if field is None:
        score = matching.effective_score(known_tag(key.name, key.at, context))
        return statement.order_by((score.desc() if key.descending else score.asc()).nulls_last())
    value = matching.sortable(field)
    ordered = value.desc() if key.descending else value.asc()
    if field.read is None:
        return statement.order_by(value == "", ordered)
    return statement.order_by(ordered.nulls_last())
