"""Text -> `Query`, by recursive descent; every error says where and what was expected."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from tagger_core.errors import QueryError
from tagger_core.library.query.expressions import (
    Expression,
    FieldCompare,
    FieldMissing,
    FieldRange,
    FieldText,
    HasTag,
    InFolder,
    Not,
    Query,
    Score,
    Similar,
    SortKey,
    State,
    Word,
    conjunction,
    disjunction,
)
from tagger_core.library.query.fields import FIELDS, STATES, Field

MAX_LENGTH = 4000  # characters
MAX_TERMS = 60
MAX_DEPTH = 12  # of parentheses and negations; SQLite's own parser ends at a stack of 100

_BARE = re.compile(r'[^\s()":<>=]+')
_VALUE = re.compile(r'[^\s()"]+')
_OPERATOR = re.compile(r"\s*(>=|<=|>|<|=)\s*|:\s*")
_SPACE = re.compile(r"\s*")
_NUMBER = re.compile(r"\d{0,9}\.?\d{1,12}", re.ASCII)
_KEYWORDS = ("AND", "OR", "NOT")
_PREFIXES = ("tag", "is", "folder", "similar", "sort")


@dataclass(frozen=True)
class _Text:
    """A word or value as it stands in the query."""

    text: str
    at: int
    quoted: bool
    prefix: bool

    @property
    def typed(self) -> str:
        """The text with its star, for numbers, which have no beginnings."""
        return self.text + "*" * self.prefix


def parse(text: str) -> Query:
    r"""Return what a query says.

    Raises:
        QueryError: it does not parse; with the offset and what was expected there.

    Examples:
        >>> parse("piano -vocal").where
        And(parts=(Word(text='piano', prefix=False), Not(part=Word(text='vocal', prefix=False))))
        >>> parse('"female vocal">0.4').where
        Score(name='female vocal', operator='>', value=0.4)
        >>> parse("year:1990..1999 OR genre:\"\"").where
        Or(parts=(FieldRange(field='year', low='1990', high='1999'), FieldMissing(field='genre')))
        >>> parse("hip-hop sort:-energy").order
        (SortKey(name='energy', descending=True),)
        >>> parse("piano (")
        Traceback (most recent call last):
        tagger_core.errors.QueryError: the query ends too early at character 8 (expected a word or a field)
    """
    if len(text) > MAX_LENGTH:
        raise QueryError("the query is too long", query=text, position=MAX_LENGTH, expected="its end")
    return _Parser(text).query()


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.count = 0
        self.order: list[SortKey] = []
        self.similar: Similar | None = None

    def query(self) -> Query:
        self._skip()
        where = self._alternatives(0) if self.at < len(self.text) else conjunction(())
        if self.at < len(self.text):
            raise self._error("there is nothing that this closes", "a word, a field or the end")
        return Query(where, tuple(self.order), self.similar)

    def _error(self, message: str, expected: str = "", at: int | None = None) -> QueryError:
        position = self.at if at is None else at
        return QueryError(message, query=self.text, position=position, expected=expected)

    def _skip(self) -> None:
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def _peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def _keyword(self, word: str) -> bool:
        """Step over a keyword if it stands here."""
        found = _BARE.match(self.text, self.at)
        if not found or found[0] != word or self.text[found.end() : found.end() + 1] in (":", "<", ">", "="):
            return False
        self.at = found.end()
        self._skip()
        return True

    def _alternatives(self, depth: int) -> Expression:
        parts = [self._together(depth)]
        while self._keyword("OR"):
            parts.append(self._together(depth))
        if len(parts) > 1 and None in parts:
            raise self._error("there is nothing on one side of OR", "a word or a field")
        return disjunction(tuple(conjunction(()) if part is None else part for part in parts))

    def _together(self, depth: int) -> Expression | None:
        """Read what is joined by AND; None where only sort or similar stand."""
        parts: list[Expression] = []
        while True:
            before = self.at
            part = self._negatable(depth)
            if part is not None:
                parts.append(part)
            self._skip()
            joined = self._keyword("AND")
            if self.at >= len(self.text) or self._peek() == ")" or self._at_or():
                if joined:
                    raise self._error("there is nothing after AND", "a word or a field")
                break
            if self.at == before:
                raise self._error("this cannot stand here", "a word or a field")
        return conjunction(tuple(parts)) if parts else None

    def _at_or(self) -> bool:
        at = self.at
        found = self._keyword("OR")
        self.at = at
        return found

    def _negatable(self, depth: int) -> Expression | None:
        if depth > MAX_DEPTH:
            raise self._error("the query is nested too deeply", f"at most {MAX_DEPTH} levels")
        start = self.at
        if self._peek() == "-":
            self.at += 1
            if not self._peek() or self._peek().isspace():
                return None  # the dash of a pasted "artist - title"
            return self._negated(depth, start)
        if self._keyword("NOT"):
            return self._negated(depth, start)
        if self._peek() == "(":
            self.at += 1
            self._skip()
            inner = self._alternatives(depth + 1)
            if self._peek() != ")":
                raise self._error("the parenthesis is never closed", '")"', at=start)
            self.at += 1
            return inner
        return self._term(depth)

    def _negated(self, depth: int, start: int) -> Expression:
        inner = self._negatable(depth + 1)
        if inner is None:
            raise self._error("there is nothing to negate", "a word or a field", at=start)
        return Not(inner)

    def _read(self, pattern: re.Pattern[str], expected: str) -> _Text:
        """Read a bare or quoted text; two quotes within quotes are one."""
        start = self.at
        if self._peek() != '"':
            found = pattern.match(self.text, start)
            if not found:
                message = "this cannot stand here" if self._peek() else "the query ends too early"
                raise self._error(message, expected)
            self.at = found.end()
            bare = found[0].rstrip("*")
            return _Text(bare, start, quoted=False, prefix=bare != found[0])
        parts: list[str] = []
        while self._peek() == '"':
            end = self.text.find('"', self.at + 1)
            if end < 0:
                raise self._error("the quote is never closed", "'\"'", at=start)
            parts.append(self.text[self.at + 1 : end])
            self.at = end + 1
        prefix = self._peek() == "*"
        self.at += prefix
        return _Text('"'.join(parts), start, quoted=True, prefix=prefix)

    def _term(self, depth: int) -> Expression | None:
        self.count += 1
        if self.count > MAX_TERMS:
            raise self._error("the query has too many terms", f"at most {MAX_TERMS}")
        name = self._read(_BARE, "a word or a field")
        found = _OPERATOR.match(self.text, self.at)
        if found and not name.prefix:
            self.at = found.end()
            if found[1]:
                return self._comparison(name, found[1])
            return self._prefixed(name, depth)
        if name.quoted and not name.text.strip():
            raise self._error("there is nothing between the quotes", "a word", at=name.at)
        if not name.quoted and name.text in _KEYWORDS:
            raise self._error(f"{name.text} joins what stands on both sides", "a word or a field", at=name.at)
        if not name.text:
            return conjunction(())  # a lone star
        return Word(name.text, name.prefix, name.at)

    def _comparison(self, name: _Text, operator: str) -> Expression:
        value = self._read(_VALUE, "a number")
        field = None if name.quoted else FIELDS.get(name.text.casefold())
        if field is not None:
            if field.read is None:
                raise self._error(f"{name.text} holds text", f"{name.text}:text", at=name.at)
            self._check(field, value.typed, value.at, operator)
            return FieldCompare(name.text.casefold(), operator, value.text, name.at)
        if not _NUMBER.fullmatch(value.typed) or float(value.text) > 1:
            raise self._error(f"{value.typed!r} is not a score", "a number from 0 to 1", at=value.at)
        if not name.text.strip():
            raise self._error("there is nothing between the quotes", "the name of a tag", at=name.at)
        return Score(name.text, operator, float(value.text), name.at)

    def _check(self, field: Field, value: str, at: int, operator: str) -> None:
        interval = field.read(value, 0) if field.read else None
        if interval is None:
            raise self._error(f"{value!r} does not fit", field.form, at=at)
        if interval[1] is None and operator != "=":
            raise self._error("an age stands for itself", f"added:{value}", at=at)

    def _prefixed(self, name: _Text, depth: int) -> Expression | None:
        key = name.text.casefold()
        if name.quoted or (key not in FIELDS and key not in _PREFIXES):
            near = difflib.get_close_matches(key, (*FIELDS, *_PREFIXES), n=1, cutoff=0.6)
            hint = f"{near[0]}:" if near else "a field, or quotes around a text with a colon"
            raise self._error(f"there is no field {name.text!r}", hint, at=name.at)
        value = self._read(_VALUE, f"a value for {key}")
        if key in FIELDS:
            return self._field(key, value, name.at)
        if not value.text.strip():
            raise self._error("there is nothing between the quotes", f"a value for {key}", at=value.at)
        if key == "tag":
            return HasTag(value.text, name.at)
        if key == "is":
            return self._state(value, name.at)
        if key == "folder":
            return self._folder(value, name.at)
        self._whole(key, value, name.at, depth)
        return None

    def _field(self, key: str, value: _Text, at: int) -> Expression:
        field = FIELDS[key]
        if value.quoted and not value.text.strip():
            return FieldMissing(key, at)
        if field.read is None:
            if not value.text:
                return Not(FieldMissing(key, at))  # artist:* is any artist
            return FieldText(key, value.text, value.prefix, at)
        low, dots, high = value.typed.partition("..")
        if not dots:
            self._check(field, value.typed, value.at, "=")
            return FieldCompare(key, "=", value.text, at)
        for end, where in ((low, value.at), (high, value.at + len(low) + 2)):
            if end or not (low or high):
                self._check(field, end, where, "..")
        return FieldRange(key, low, high, at)

    def _state(self, value: _Text, at: int) -> Expression:
        name = value.text.casefold()
        if name not in STATES:
            raise self._error(f"there is no state {value.text!r}", ", ".join(STATES), at=value.at)
        return State(name, at)

    def _folder(self, value: _Text, at: int) -> Expression:
        if value.prefix:
            raise self._error("a folder is named whole", "a folder such as /music/rock", at=value.at)
        return InFolder(value.text, at)

    def _whole(self, key: str, value: _Text, at: int, depth: int) -> None:
        """Keep sort and similar, which speak of the whole query."""
        if depth:
            raise self._error(f"{key} speaks of the whole query", "it outside of parentheses and NOT", at=at)
        if key == "similar":
            if self.similar is not None:
                raise self._error("the query has two similar", "one", at=at)
            self.similar = Similar(value.text, at)
            return
        descending = not value.quoted and value.text.startswith("-")
        name = value.text[descending:]
        if descending and not name and self._peek() == '"':
            name = self._read(_VALUE, "a field or tag").text
        if not name.strip():
            raise self._error("there is nothing to sort by", "a field or tag", at=value.at)
        self.order.append(SortKey(name, descending, at))
