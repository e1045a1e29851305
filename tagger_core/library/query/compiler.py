"""`Query` -> a SQLAlchemy select of track ids, with bound parameters only.

Logic has three values, because what nobody has heard is neither with nor without voice: a term is true, false
or unknown of a track, and NOT of unknown is unknown. So an expression compiles to a condition for where it is
true, and its negation to one for where it is false, down to the terms. Unknown are: tags of tracks that the
model has not analysed and the person not decided, and numbers that a track does not have. A text that is not
there is known not to hold the word.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
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
from tagger_core.library.schema import Track


@dataclass(frozen=True)
class Context:
    """What a query is compiled against.

    Args:
        text: the query as it was typed, for errors.
        model_id: the active model, None where there is none.
        tags: what a query can name, by `keys.tag_key`: the tags of the active model, and those of `tag_names`
            that a person has decided on.
        now_ms: milliseconds since the epoch.
    """

    text: str = ""
    model_id: int | None = None
    tags: Mapping[str, KnownTag] = field(default_factory=dict)
    now_ms: int = 0


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
    statement = select(Track.id).where(_condition(query.where, True, context))
    if not any(isinstance(t, State) and t.name == "missing" for t in terms(query.where)):
        statement = statement.where(Track.missing.is_(False))
    for key in query.order:
        statement = _sorted(statement, key, context)
    return statement.order_by(Track.path_key)


def _condition(expression: Expression, wanted: bool, context: Context) -> Condition:
    """Return where the expression is true, or where it is false; unknown is in neither."""
    if isinstance(expression, Not):
        return _condition(expression.part, not wanted, context)
    if isinstance(expression, And | Or):
        parts = [_condition(part, wanted, context) for part in expression.parts]
        together = isinstance(expression, And) == wanted
        return and_(true(), *parts) if together else or_(false(), *parts)
    return _term(expression, wanted, context)


def _term(term: Term, wanted: bool, context: Context) -> Condition:
    match term:
        case Word():
            return _word(term, wanted, context)
        case HasTag(name, at):
            tag = _known(name, at, context)
            return matching.among(matching.score_sets(tag, ">=", tag.threshold, wanted))
        case Score(name, comparison, value, at):
            return matching.among(matching.score_sets(_known(name, at, context), comparison, value, wanted))
        case FieldCompare() | FieldRange():
            return matching.interval(term, context.now_ms, wanted)
        case FieldText("format", text):
            condition = matching.format_condition(keys.clean(text))
        case FieldText(name, text, prefix):
            column = FIELDS[name].column
            condition = matching.among(matching.text_sets(keys.clean(text), prefix, (column,)))
        case FieldMissing(name):
            condition = matching.missing_value(name)
        case State(name):
            condition = matching.state(name, context.model_id)
    return condition if wanted else ~condition


def _word(word: Word, wanted: bool, context: Context) -> Condition:
    """Return where a word is in a text or a tag that holds; it is false only where both are."""
    texts = matching.text_sets(keys.clean(word.text), word.prefix)
    tag = None if word.prefix else context.tags.get(keys.tag_key(word.text))
    if tag is None:
        return matching.among(texts) if wanted else ~matching.among(texts)
    scores = matching.score_sets(tag, ">=", tag.threshold, wanted)
    if wanted:
        return matching.among([*texts, *scores])
    return and_(matching.among(scores), ~matching.among(texts))


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
