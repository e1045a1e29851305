"""Where the audio of a split waits: on the device whole, or mapped from disk and read ahead."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from trainer.data.prepared import Prepared

Item = TypeVar("Item")
Result = TypeVar("Result")

Batched = Sequence[NDArray[np.int64]] | NDArray[np.int64]

FULL_SCALE = 32768.0
_SHARE_OF_DEVICE = 0.5
_PIECE = 1 << 28  # bytes that go to the device at once
_READERS = 4
_AHEAD = 8  # batches


class AudioStore(Protocol):
    """The audio of some clips, from which windows are gathered."""

    def gather(self, clips: Batched, starts: Batched) -> Iterator[Tensor]:
        """Yield windows, int16 [batch, window] on the device, for each batch.

        Args:
            clips: places among the clips of the store, int64 [batch] for each batch.
            starts: first sample of each window, likewise.
        """


class MappedAudio:
    """Audio that stays on disk and in the system's memory; threads read some batches ahead.

    Args:
        prepared: where the audio lies.
        rows: which of its clips, int64 [clips].
        window: in samples; a shorter clip is repeated until it fills one.
        device: where windows are wanted.
    """

    def __init__(
        self, prepared: Prepared, rows: NDArray[np.int64], window: int, device: torch.device
    ) -> None:
        self.audio, self.samples = prepared.audio, prepared.samples[rows]
        self.rows, self.window, self.device = rows, window, device

    def gather(self, clips: Batched, starts: Batched) -> Iterator[Tensor]:
        """Yield windows; see `AudioStore`."""
        for waves in read_ahead(self._read, zip(clips, starts, strict=True)):
            yield waves.to(self.device, non_blocking=True)

    def _read(self, batch: tuple[NDArray[np.int64], NDArray[np.int64]]) -> Tensor:
        # Torch keeps a pinned buffer until the copy out of it has ended, then hands it out again.
        pinned = self.device.type == "cuda"
        waves = torch.empty(len(batch[0]), self.window, dtype=torch.int16, pin_memory=pinned)
        for wave, clip, start in zip(waves.numpy(), *batch, strict=True):
            length, heard = self.samples[clip], self.audio[self.rows[clip]]
            if length < self.window:
                wave[:] = np.resize(heard[:length], self.window)
            else:
                wave[:] = heard[start : start + self.window]
        return waves


class ResidentAudio:
    """Audio that lies on the device; windows are gathered there, and nothing is sent at a step.

    Args as `MappedAudio`.
    """

    def __init__(
        self, prepared: Prepared, rows: NDArray[np.int64], window: int, device: torch.device
    ) -> None:
        self.slot = prepared.audio.shape[1]
        self.samples = torch.from_numpy(prepared.samples[rows]).to(device)
        self.offsets = torch.arange(window, device=device)
        self.repeats = bool((prepared.samples[rows] < window).any())
        self.audio = torch.empty(len(rows), self.slot, dtype=torch.int16, device=device)
        piece = max(1, _PIECE // (2 * self.slot))
        for first in range(0, len(rows), piece):
            part = np.array(prepared.audio[rows[first : first + piece]])
            self.audio[first : first + piece] = torch.from_numpy(part).to(device)

    def gather(self, clips: Batched, starts: Batched) -> Iterator[Tensor]:
        """Yield windows; see `AudioStore`."""
        flat = self.audio.view(-1)
        for clip, start in zip(self._sent(clips), self._sent(starts), strict=True):
            if self.repeats:
                places = (start[:, None] + self.offsets) % self.samples[clip, None] + clip[
                    :, None
                ] * self.slot
            else:
                places = (start + clip * self.slot)[:, None] + self.offsets
            yield flat[places]

    def _sent(self, batches: Batched) -> Sequence[Tensor]:
        """Return all batches on the device; sent one by one, each would wait for the step before."""
        if not len(batches):
            return ()
        whole = torch.from_numpy(np.concatenate(batches)).to(self.audio.device)
        return torch.split(whole, [len(batch) for batch in batches])


def store_audio(prepared: Prepared, rows: NDArray[np.int64], window: int, device: torch.device) -> AudioStore:
    """Return a store of clips' audio: on a GPU if it takes at most half of what is free, else mapped."""
    size = 2 * prepared.audio.shape[1] * len(rows)
    if device.type == "cuda" and size <= _SHARE_OF_DEVICE * torch.cuda.mem_get_info(device)[0]:
        return ResidentAudio(prepared, rows, window, device)
    return MappedAudio(prepared, rows, window, device)


def read_ahead(function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """Yield the function of each item in order, while threads are some items ahead."""
    waiting: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(_READERS) as readers:
        for item in items:
            waiting.append(readers.submit(function, item))
            if len(waiting) > _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
