"""The learning curve for TensorBoard, where somebody asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from trainer.errors import RunError

if TYPE_CHECKING:
    from torch.utils.tensorboard import SummaryWriter


class Board:
    """Writes rounds into the folder `tensorboard` of a run.

    Args:
        folder: of the run; None writes nothing.
        step: where training begins; later points of an earlier start are dropped.

    Raises:
        RunError: TensorBoard is not installed.
    """

    def __init__(self, folder: Path | None, step: int) -> None:
        self._writer: SummaryWriter | None = None
        if folder is None:
            return
        try:
            from torch.utils.tensorboard import SummaryWriter  # noqa: PLC0415 - it is optional
        except ImportError as error:
            raise RunError("TensorBoard is not installed", remedy="pip install tensorboard") from error
        self._writer = SummaryWriter(folder / "tensorboard", purge_step=step + 1)

    def add(self, row: Mapping[str, float]) -> None:
        """Add the figures of a round at its step."""
        if self._writer:
            for name, value in row.items():
                self._writer.add_scalar(name, value, int(row["step"]))
            self._writer.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._writer:
            self._writer.close()
