"""Which tags go to which field, and how: presets as data, and what a rule makes of a field."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from tagger_core.library.records import TagScore
from tagger_core.metadata.fields import Field
from tagger_core.metadata.spelling import written_name

Mode = Literal["fill", "merge", "replace", "append"]
"""fill: only where the field is empty. merge: what is there, then what is new. replace: what is new alone; a
field that is not custom stays as it is when nothing is new. append: a part in brackets behind the person's
own text, and only that part is ever replaced."""

Values = tuple[str, ...]

PROVENANCE = Field.custom("EARMARK")
_OWN = ""
"""The category of a person's own tags, which no model knows; a song has one only where it was accepted."""
_SOUND = ("genre", "mood", "instrument", "voice", "era", "tempo", "texture", _OWN)
_BLOCK = re.compile(r" ?\[Earmark: [^\]]*\]")


@dataclass(frozen=True)
class FieldRule:
    """What goes into one field.

    Args:
        field: where to.
        categories: of which tags.
        mode: what happens to the values that are there.
        limit: at most so many tags, accepted ones first, then by score; 0 for all.
        separator: joins the tags into one value, for fields that hold one; empty for a value per tag.
    """

    field: Field
    categories: tuple[str, ...]
    mode: Mode = "fill"
    limit: int = 0
    separator: str = ""

    def __post_init__(self) -> None:
        if not self.field.writable:
            raise ValueError(f"{self.field} is only read")
        if self.limit < 0:
            raise ValueError("limit is the number of tags, 0 for all")


@dataclass(frozen=True)
class Preset:
    """A way of writing tags into files.

    Args:
        name: what settings and the command line call it.
        title: what the window calls it.
        description: one sentence for a person who chooses.
        rules: one a field.
        accepted_only: write only tags that a person accepted, not those that merely reach their threshold.
        provenance: also write names, scores and the model into the custom field EARMARK.
        names: what tags are written as, by `keys.tag_key`, where not as `spelling.display_name` has it; empty
            for a tag that is not written.
    """

    name: str
    title: str
    description: str
    rules: tuple[FieldRule, ...]
    accepted_only: bool = False
    provenance: bool = False
    names: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        fields = [rule.field for rule in self.rules]
        if len(set(fields)) != len(fields):
            raise ValueError(f"preset {self.name!r} has two rules for one field")


PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        Preset(
            "standard",
            "Standard",
            "Fills empty genre and mood fields, in the places that MusicBrainz Picard uses.",
            (FieldRule(Field.GENRE, ("genre",), limit=3), FieldRule(Field.MOOD, ("mood",), limit=5)),
        ),
        Preset(
            "dj",
            "DJ comment",
            "Adds tags behind the comment, in brackets, where Rekordbox, Serato and Traktor show them.",
            (FieldRule(Field.COMMENT, _SOUND, "append", limit=8, separator=", "),),
        ),
        Preset(
            "itunes",
            "iTunes grouping",
            "Fills an empty genre with the best one, adds other tags to the grouping, for smart playlists.",
            (
                FieldRule(Field.GENRE, ("genre",), limit=1),
                FieldRule(Field.ITUNES_GROUPING, _SOUND[1:], "merge", limit=8, separator=", "),
            ),
        ),
        Preset(
            "custom",
            "Custom field",
            "Touches no common field: all tags go into a field of their own, EARMARK_TAGS.",
            (FieldRule(Field.custom("EARMARK_TAGS"), _SOUND, "replace"),),
        ),
    )
}


def with_options(preset: Preset, *, accepted_only: bool = False, provenance: bool = False) -> Preset:
    """Return the preset with these options on."""
    return replace(
        preset,
        accepted_only=preset.accepted_only or accepted_only,
        provenance=preset.provenance or provenance,
    )


def chosen(tags: Sequence[TagScore], *, accepted_only: bool = False) -> list[TagScore]:
    """Return the tags that hold: accepted ones first, then by falling score; rejected ones never."""
    held = [tag for tag in tags if (tag.accepted is True if accepted_only else tag.holds)]
    return sorted(held, key=lambda tag: (tag.accepted is not True, -(tag.score or 0.0), tag.name))


def wanted(
    rule: FieldRule, tags: Sequence[TagScore], present: Values, names: Mapping[str, str] | None = None
) -> Values:
    """Return what a field shall hold after a rule.

    Args:
        rule: of a preset.
        tags: as `chosen` returns them.
        present: what the field holds now.
        names: of the preset.
    """
    fitting = [written_name(tag, names or {}) for tag in tags if tag.category in rule.categories]
    new = _unique(tuple(name for name in fitting if name))
    if rule.limit:
        new = new[: rule.limit]
    if rule.mode == "append":
        return _appended(present, rule.separator.join(new))
    if rule.mode == "fill" and present:
        return present
    if not new:
        return () if rule.mode == "replace" and rule.field.is_custom else present
    if rule.mode == "merge":
        return _merged(present, new, rule.separator)
    return (rule.separator.join(new),) if rule.separator else new


def provenance_text(tags: Sequence[TagScore], model: str) -> Values:
    """Return the field EARMARK: `piano:0.91; calm:accepted; model=NAME`; nothing where no tag holds."""
    if not tags:
        return ()
    parts = [
        f"{_plain(tag.name)}:{'accepted' if tag.score is None else format(tag.score, '.2f')}" for tag in tags
    ]
    return ("; ".join([*parts, f"model={_plain(model)}"]),)


def _unique(values: Values) -> Values:
    """Return the values without those that differ in case alone from one before them."""
    first: dict[str, str] = {}
    for value in values:
        first.setdefault(value.casefold(), value)
    return tuple(first.values())


def _merged(present: Values, new: Values, separator: str) -> Values:
    """Return what is there, then what is new; a name inside a joined value counts as there."""
    there = {part for value in present for part in _parts(value)}
    added = tuple(value for value in new if not _parts(value) <= there)
    if not separator or not added:
        return present + added
    return (separator.join([*present, *added]),)


def _parts(value: str) -> set[str]:
    return {part.strip().casefold() for part in re.split(r"[;,/]", value) if part.strip()}


def _appended(present: Values, text: str) -> Values:
    """Return the values with the part in brackets behind the one that had it, or else behind the first."""
    stripped = tuple(_BLOCK.sub("", value) for value in present)
    if not text:
        return tuple(value for value in stripped if value)
    at = next((at for at, value in enumerate(present) if _BLOCK.search(value)), 0)
    block = "[Earmark: " + text.replace("[", "(").replace("]", ")") + "]"
    if not present:
        return (block,)
    values = list(stripped)
    values[at] = f"{values[at]} {block}" if values[at] else block
    return tuple(value for value in values if value)


def _plain(text: str) -> str:
    return re.sub(r"[;:=\s]+", " ", text).strip()
