"""Searches kept under a name."""

from __future__ import annotations

from sqlalchemy import Connection, delete, func, insert, select, update

from tagger_core.errors import LibraryError
from tagger_core.library import keys
from tagger_core.library.query import parse
from tagger_core.library.records import SavedQuery
from tagger_core.library.schema import SavedSearch


def saved_searches(connection: Connection) -> list[SavedQuery]:
    """Return the saved searches in the order they were added."""
    statement = select(SavedSearch.c.id, SavedSearch.c.name, SavedSearch.c.query)
    return [SavedQuery(*row) for row in connection.execute(statement.order_by(SavedSearch.c.position))]


def add(connection: Connection, name: str, query: str) -> SavedQuery:
    """Keep a query under a new name.

    Raises:
        QueryError: the query does not parse.
        LibraryError: the name is empty or taken, or the query is no text.
    """
    parse(query)
    _check_text(query)
    name = _free(connection, name)
    last = connection.scalar(select(func.max(SavedSearch.c.position)))
    values = {"name": name, "query": query, "created_at": keys.now_ms()}
    statement = insert(SavedSearch).values(position=0 if last is None else last + 1, **values)
    saved_id = connection.execute(statement.returning(SavedSearch.c.id)).scalar_one()
    return SavedQuery(saved_id, name, query)


def rename(connection: Connection, saved_id: int, name: str) -> None:
    """Give a saved search another name.

    Raises:
        LibraryError: the name is empty or taken, or the search is gone.
    """
    name = _free(connection, name, but=saved_id)
    result = connection.execute(update(SavedSearch).where(SavedSearch.c.id == saved_id).values(name=name))
    if not result.rowcount:
        raise LibraryError("the saved search is not there any more", remedy="save it again")


def remove(connection: Connection, saved_id: int) -> None:
    """Forget a saved search; one that is gone already is no error."""
    connection.execute(delete(SavedSearch).where(SavedSearch.c.id == saved_id))


def _check_text(query: str) -> None:
    """Refuse a query with bytes that are no text, which a path has where its name is not in UTF-8."""
    try:
        query.encode()
    except UnicodeEncodeError as error:
        raise LibraryError(
            "a query with bytes that are no text cannot be saved",
            remedy="name a folder by its address, such as folder:file:///music/caf%E9",
        ) from error


def _free(connection: Connection, name: str, but: int | None = None) -> str:
    name = keys.clean(name).strip()
    if not name:
        raise LibraryError("a saved search needs a name", remedy="type one")
    taken = {row.name.casefold(): row.id for row in saved_searches(connection)}
    if taken.get(name.casefold(), but) != but:
        raise LibraryError(f"there is a saved search {name!r} already", remedy="choose another name")
    return name
