"""What the person said of tags: accepted or rejected, kept by name, so that it outlives every model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from tagger_core.errors import LibraryError, shown
from tagger_core.library import keys
from tagger_core.library.ids import given
from tagger_core.library.records import Decided
from tagger_core.library.schema import Decision, Track


def decide(connection: Connection, track_ids: Iterable[int], tag: str, accepted: bool | None) -> None:
    """Accept or reject a tag of tracks, or with None take the word back; unknown tracks are passed over.

    Raises:
        LibraryError: the tag is no name, or begins with a minus, which in a query means to have it not.
    """
    name = keys.tag_key(tag)
    if not name:
        raise LibraryError("a tag needs a name", remedy="name one, such as piano")
    typed = tag.strip()
    if typed.startswith("-"):
        meant = shown(typed.lstrip("-"))
        raise LibraryError(
            f"{shown(typed)!r} is no name of a tag",
            remedy=f"where songs do not have it, reject it: earmark decide reject {meant!r} QUERY",
        )
    ids = list(track_ids)
    if accepted is None:
        connection.execute(
            delete(Decision).where(Decision.c.track_id.in_(given(ids)), Decision.c.name == name)
        )
        return
    now = keys.now_ms()
    there = connection.execute(select(Track.c.id).where(Track.c.id.in_(given(ids)))).scalars()
    said = [{"track_id": i, "name": name, "accepted": accepted, "decided_at": now} for i in there]
    if said:
        new = insert(Decision)
        values = {"accepted": new.excluded.accepted, "decided_at": new.excluded.decided_at}
        connection.execute(new.on_conflict_do_update(index_elements=["track_id", "name"], set_=values), said)


def decisions(connection: Connection, track_ids: Sequence[int] | None = None) -> list[Decided]:
    """Return what was decided of some tracks, or of all, by track and name."""
    statement = select(Decision.c.track_id, Decision.c.name, Decision.c.accepted)
    if track_ids is not None:
        statement = statement.where(Decision.c.track_id.in_(given(track_ids)))
    ordered = statement.order_by(Decision.c.track_id, Decision.c.name)
    return [Decided(*row) for row in connection.execute(ordered)]
