"""The models that the library holds scores of, and their tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, bindparam, func, insert, select, update

from tagger_core.library.records import ModelTag, RegisteredModel
from tagger_core.library.schema import AnalysisRow, Model, Tag

if TYPE_CHECKING:
    from tagger_core.models.model_info import ModelInfo

_TAGS = (
    select(Tag.c.id, Tag.c.name, Tag.c.category, Tag.c.threshold)
    .where(Tag.c.model_id == bindparam("model"))
    .order_by(Tag.c.position)
)


def register(connection: Connection, identity: str, info: ModelInfo) -> int:
    """Return the id of a model; enter it if it is new, take over its description and thresholds if not.

    `identity` is the sha256 of the model file. The file decides the tags, so those of a known model never
    change in number, order or name.
    """
    values = {"name": info.name, "info": info.to_json()}
    known = select(Model.c.id, Model.c.name, Model.c.info).where(Model.c.identity == identity)
    found = connection.execute(known).one_or_none()
    if found is None:
        entered = insert(Model).values(identity=identity, **values).returning(Model.c.id)
        model_id = int(connection.execute(entered).scalar_one())
        tags = [
            {
                "model_id": model_id,
                "position": i,
                "name": t.name,
                "category": t.category,
                "threshold": t.threshold,
            }
            for i, t in enumerate(info.tags)
        ]
        if tags:
            connection.execute(insert(Tag), tags)
        return model_id
    model_id = int(found.id)
    if {"name": found.name, "info": found.info} == values:
        return model_id  # as at nearly every start, when somebody waits for the first songs
    connection.execute(update(Model).where(Model.c.id == model_id).values(values))
    for position, tag in enumerate(info.tags):
        changes = update(Tag).where(Tag.c.model_id == model_id, Tag.c.position == position)
        connection.execute(changes.values(threshold=tag.threshold, category=tag.category))
    return model_id


def registered(connection: Connection) -> list[RegisteredModel]:
    """Return the models, the one that heard something last first."""
    statement = (
        select(Model.c.id, Model.c.identity, Model.c.name, func.count(AnalysisRow.c.id))
        .outerjoin(AnalysisRow, AnalysisRow.c.model_id == Model.c.id)
        .group_by(Model.c.id)
        .order_by(func.max(AnalysisRow.c.analysed_at).desc().nulls_last(), Model.c.id.desc())
    )
    return [RegisteredModel(*row) for row in connection.execute(statement)]


def id_of(connection: Connection, identity: str) -> int | None:
    """Return the id of a registered model, None where it is not registered."""
    return connection.scalar(select(Model.c.id).where(Model.c.identity == identity))


def tags_of(connection: Connection, model_id: int) -> dict[int, ModelTag]:
    """Return the tags of a model by id, in the order of its outputs."""
    return {row[0]: ModelTag(*row[1:]) for row in connection.execute(_TAGS, {"model": model_id}).all()}
