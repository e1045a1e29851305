"""What a preparation has done so far, line by line, so that the next one goes on from there."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from trainer.errors import DataError

JOURNAL = "journal.jsonl"

_REMEDY = "name another folder, or delete this one"


@dataclass(frozen=True)
class Outcome:
    """What became of a clip.

    Args:
        samples: that are kept of it; 0 where it is left out.
        crc: CRC-32 of the row of audio.
        problem: why it is left out; or, where it is kept, what could not be heard; or empty.
    """

    samples: int
    crc: int
    problem: str


class Journal:
    """The lines of a folder's journal: the plan, then each clip's outcome, and marks that all is on the disk.

    Attributes:
        done: outcomes by row.
        unsure: rows of which a power cut may have lost the audio, since no mark follows them.
        settled: whether the rows that are kept have been brought together.
    """

    def __init__(self, folder: Path, plan: Mapping[str, Any]) -> None:
        """Begin, or take up, the journal of a folder.

        Args:
            folder: in which the data are prepared.
            plan: all that decides the outcome; "count" of them is the number of rows.

        Raises:
            DataError: the folder holds something else, or what was done by another plan.
        """
        self.path = folder / JOURNAL
        self.done: dict[int, Outcome] = {}
        self.unsure: set[int] = set()
        self.settled = False
        if self.path.exists():
            self._take_up(plan)
        else:
            _begin(self.path, plan)
        self._stream = self.path.open("a", encoding="utf-8")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stream.close()

    def add(self, row: int, outcome: Outcome) -> None:
        """Tell the outcome of a clip, whose audio has been written."""
        self.done[row] = outcome
        self.unsure.add(row)
        self._write({"row": row, "samples": outcome.samples, "crc": outcome.crc, "problem": outcome.problem})

    def mark(self) -> None:
        """Tell that the audio of all outcomes so far is on the disk, and see that the journal is."""
        if self.unsure:
            self.unsure.clear()
            self._write({"safe": True})
            os.fsync(self._stream.fileno())

    def settle(self) -> None:
        """Tell that the rows that are kept stand at the beginning of the audio, without gaps."""
        self.settled = True
        self._write({"settled": True})
        os.fsync(self._stream.fileno())

    def forget(self, row: int) -> None:
        """Take back the outcome of a clip whose audio was lost."""
        del self.done[row]
        self.unsure.discard(row)

    def _write(self, line: Mapping[str, Any]) -> None:
        self._stream.write(json.dumps(line) + "\n")
        self._stream.flush()

    def _take_up(self, plan: Mapping[str, Any]) -> None:
        whole, _, torn = self.path.read_bytes().rpartition(b"\n")
        try:
            first, *lines = [json.loads(line) for line in whole.split(b"\n")]
            _compare(self.path.parent, first, plan)
            for line in lines:
                if line.keys() & {"safe", "settled"}:
                    self.unsure.clear()
                    self.settled = "settled" in line
                    continue
                row = int(line["row"])
                if not 0 <= row < plan["count"]:
                    raise ValueError(f"row {row}")  # noqa: TRY301 - one answer to whatever is wrong
                self.done[row] = Outcome(int(line["samples"]), int(line["crc"]), str(line["problem"]))
                self.unsure.add(row)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise DataError(f"is damaged: {error!r}", path=self.path, remedy=_REMEDY) from error
        if torn:  # the kill came in the middle of a line
            with self.path.open("rb+") as stream:
                stream.truncate(len(whole) + 1)


def _begin(path: Path, plan: Mapping[str, Any]) -> None:
    temporary = path.with_name(f"{path.name}.tmp")
    with temporary.open("w", encoding="utf-8") as stream:
        stream.write(json.dumps(plan) + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(path)


def _compare(folder: Path, before: object, now: Mapping[str, Any]) -> None:
    then = before if isinstance(before, dict) else {}
    other = [name for name in now if then.get(name) != now[name]]
    if other:
        said = "; ".join(
            f"{name} {then.get(name)} then, {now[name]} now" for name in other if name != "clips"
        )
        raise DataError(
            f"was prepared from something else: {said or 'other clips, labels or splits'}",
            path=folder,
            remedy=_REMEDY,
        )
