"""Which parts of a plan the person wants: pure functions over the plan."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagger_core.metadata.fields import Field
from tagger_core.metadata.presets import Mode, Preset, with_options

if TYPE_CHECKING:
    from tagger_core.metadata.plan import WritePlan  # it brings mutagen

Part = tuple[int, int]
"""One change: the file's position in the plan, the change's position in the file."""


@dataclass(frozen=True)
class Wish:
    """What the person set above the plan.

    Args:
        preset: with modes and options as they were set.
        min_score: one threshold for all tags; None for each tag's own.
    """

    preset: Preset
    min_score: float | None = None


@dataclass(frozen=True)
class Summary:
    """What would be written of a plan.

    Args:
        chosen: files of which at least one change is wanted. files: files that could be written.
        fields: how often each field is wanted.
        warned: chosen files that a warning is told of.
    """

    chosen: int
    files: int
    fields: dict[Field, int]
    warned: int


def wish(
    preset: Preset,
    modes: dict[Field, Mode],
    *,
    min_score: float | None = None,
    accepted_only: bool = False,
    provenance: bool = False,
) -> Wish:
    """Return a preset with what the person set beside it; a rule that appends to a comment keeps its way."""
    rules = tuple(dataclasses.replace(rule, mode=modes.get(rule.field, rule.mode)) for rule in preset.rules)
    changed = dataclasses.replace(preset, rules=rules)
    return Wish(with_options(changed, accepted_only=accepted_only, provenance=provenance), min_score)


def parts(plan: WritePlan, files: Iterable[int]) -> Iterator[Part]:
    """Yield all changes of some files."""
    for file in files:
        for change in range(len(plan.files[file].changes)):
            yield file, change


def reduced(plan: WritePlan, unchecked: Set[Part]) -> WritePlan:
    """Return the plan without the parts that were unchecked; a file of which nothing is left is not in it."""
    files = []
    for number, file in enumerate(plan.files):
        kept = tuple(change for at, change in enumerate(file.changes) if (number, at) not in unchecked)
        if kept:
            files.append(file if len(kept) == len(file.changes) else dataclasses.replace(file, changes=kept))
    return dataclasses.replace(plan, files=tuple(files))


def summary(plan: WritePlan, unchecked: Set[Part]) -> Summary:
    """Count what would be written."""
    left = reduced(plan, unchecked).files
    fields = Counter(change.field for file in left for change in file.changes)
    return Summary(len(left), len(plan.files), dict(fields), sum(bool(file.warnings) for file in left))
