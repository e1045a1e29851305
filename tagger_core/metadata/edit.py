"""New values for fields as new content for `writer.replace_file`: a copy of the file with other tags."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tagger_core.errors import ChangedSincePlanError, EarmarkError, MetadataError, TagsUnreadableError, shown
from tagger_core.metadata import formats
from tagger_core.metadata.fields import Field
from tagger_core.metadata.formats import TagFile

Values = tuple[str, ...]

_PLAN_AGAIN = "make the plan again"
_UNTOUCHED = "nothing was changed"


class TagEdit:
    """The content that a file has once some of its fields have other values.

    Args:
        values: what the fields shall be.
        before: what they must be now, for those that matter.
        new_id3_version: 3 or 4, for a file that may hold ID3v2 and has none yet.
    """

    def __init__(
        self,
        values: Mapping[Field, Values],
        before: Mapping[Field, Values] | None = None,
        *,
        new_id3_version: int = 4,
    ) -> None:
        self._values = dict(values)
        self._before = dict(before or {})
        self._version = new_id3_version

    def is_needed(self, path: Path) -> bool:
        """Tell whether the file would change; it is only read.

        Raises:
            MetadataError: its tags do not parse, or are not written into.
            OSError: it cannot be read.
        """
        with contained(path):
            return self._change(self._open(path), path)

    def __call__(self, source: Path, copy: Path) -> None:
        """Make the changed copy and read it back.

        Raises:
            ChangedSincePlanError: a field does not have the value that the change was meant for.
            MetadataError: the tags do not parse, or the copy does not read back as written.
            OSError: a file cannot be read or written.
        """
        with contained(source):
            tags = self._open(source)
            for field, value in self._before.items():
                if tags.get(field) != value:
                    raise ChangedSincePlanError(f"{field} is another by now", path=source, remedy=_PLAN_AGAIN)
            self._change(tags, source)
            shutil.copyfile(source, copy)
            tags.save(copy)
            written = self._open(copy)
            for field in self._values:
                if written.get(field) != tags.get(field):
                    raise MetadataError(
                        f"{field} would not read back as it was written", path=source, remedy=_UNTOUCHED
                    )

    def _open(self, path: Path) -> TagFile:
        return formats.open_tags(path, new_id3_version=self._version)

    def _change(self, tags: TagFile, path: Path) -> bool:
        """Set the values and tell whether one differs from before."""
        if tags.refusal is not None:
            tags.refusal.path = path
            raise tags.refusal
        changed = False
        for field, value in self._values.items():
            old = tags.get(field)
            tags.set(field, value)
            changed = changed or tags.get(field) != old
        return changed


@contextmanager
def contained(path: Path) -> Iterator[None]:
    """Let a bug in the reading or writing of a file cost this one, not the batch.

    Raises:
        TagsUnreadableError: in the place of any error that is neither ours nor the system's.
    """
    try:
        yield
    except (EarmarkError, OSError):
        raise
    except Exception as error:
        reason = shown(f"{type(error).__name__}: {error}")
        raise TagsUnreadableError(
            f"its tags cannot be written ({reason})", path=path, remedy=_UNTOUCHED
        ) from error
