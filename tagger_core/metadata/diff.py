"""A plan as text, for reading before anything is written."""

from __future__ import annotations

from collections.abc import Iterator

from tagger_core.errors import shown
from tagger_core.metadata.plan import WritePlan

_LONGEST = 300


def render(plan: WritePlan) -> Iterator[str]:
    """Yield the lines of a plan: a block a file, `-` before values that go and `+` before those that come.

    The same plan gives the same text. Odd bytes and control characters are escaped, long values are cut.
    """
    for file in plan.files:
        yield f"{shown(file.path)}  ({file.format})"
        for change in file.changes:
            yield f"  {change.field}"
            yield from (f"    - {_shown(value)}" for value in change.before if value not in change.after)
            yield from (f"      {_shown(value)}" for value in change.before if value in change.after)
            yield from (f"    + {_shown(value)}" for value in change.after if value not in change.before)
        yield from (f"  ! {warning}" for warning in file.warnings)
        yield ""
    for path, reason in plan.refused:
        yield f"{shown(path)}"
        yield f"  refused: {shown(reason)}"
        yield ""
    yield (
        f"{_count(len(plan.files), 'file')} would change, {plan.unchanged} already fit, "
        f"{len(plan.refused)} cannot be written"
    )


def _shown(value: str) -> str:
    if len(value) <= _LONGEST:
        return shown(value)
    return f"{shown(value[:_LONGEST])}... ({len(value):,} characters)"


def _count(number: int, name: str) -> str:
    return f"{number} {name}" if number == 1 else f"{number} {name}s"
