"""A file as another process decodes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from tagger_core.audio import messages
from tagger_core.audio.child import Child, ChildGone, Fate
from tagger_core.audio.decode import AudioInfo
from tagger_core.audio.opening import READ_REMEDY
from tagger_core.errors import AudioError, Cancelled, NoAudioError, ReadError

_KINDS = {kind.__name__: kind for kind in (NoAudioError, ReadError)}
_REMEDY = "leave it out of the music folder, or convert it"


class SongStream(Protocol):
    """What a stream of decoded sound offers, in this process or from another; see `decode.AudioStream`."""

    @property
    def info(self) -> AudioInfo:
        """What the file says of itself."""

    @property
    def seconds(self) -> float:
        """The length of what was decoded so far."""

    @property
    def problem(self) -> str:
        """Empty, or what kept a part of the file from being heard; set once iteration has ended."""

    @property
    def digest(self) -> str:
        """Of the compressed audio, 32 hex digits; empty until iteration has ended."""

    def __iter__(self) -> Iterator[NDArray[np.float32]]:
        """Yield blocks of mono sound, float32 [n]; once."""


class ChildStream:
    """A file as a child decodes it; what `decode.AudioStream` is in this process.

    Where a child dies, it need not be for the file: the system may have wanted its memory, or a file before
    have damaged it. So another child decodes the file once more, and the listener notices nothing.

    Args:
        child: decodes it, and belongs to the stream until then.
        path: the file.
        sample_rate: of the blocks, in Hz.
        keep: takes the child back once it has done its work.
        drop: ends the child where it has not.
        renew: gives a child that has decoded nothing yet, None where there can be none.

    Raises:
        NoAudioError, ReadError: as `decode.open_audio`; or the disk does not answer for too long.
        AudioError: as there; or the file makes the decoder crash twice, or hang.
        Cancelled: somebody ended the child.
    """

    def __init__(
        self,
        child: Child,
        path: Path,
        sample_rate: int,
        *,
        keep: Callable[[Child], None],
        drop: Callable[[Child, Fate], None],
        renew: Callable[[], Child | None],
    ) -> None:
        self.path = path
        self.sample_rate = sample_rate
        self.problem = ""
        self.digest = ""
        self._samples = 0
        self._keep = keep
        self._drop = drop
        self._renew = renew
        self._may_renew = True
        self._child: Child | None = child
        try:
            self._ask(child)
        except BaseException:
            self._leave()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave()

    @property
    def seconds(self) -> float:
        """The length of what was decoded so far."""
        return self._samples / self.sample_rate

    def __iter__(self) -> Iterator[NDArray[np.float32]]:
        given = heard = 0  # blocks; another child begins with those that the listener has
        while self._child is not None:
            try:
                kind, content = self._hear(self._child)
            except ChildGone as error:
                self._ask(self._next(self._child, error))
                heard = 0
                continue
            if kind == messages.END:
                self.problem, self.digest = str(content.get("problem")), str(content.get("digest"))
                self._give_back(self._child)
            elif isinstance(content, np.ndarray):
                heard += 1
                if heard > given:
                    given = heard
                    self._samples += content.size
                    yield content

    def _ask(self, child: Child) -> None:
        """Ask for the file, and hear what it says of itself."""
        try:
            child.ask(self.path, self.sample_rate)
            _, values = self._hear(child)
            self.info = AudioInfo(**values)
        except (ChildGone, TypeError) as error:
            self._ask(self._next(child, error))

    def _hear(self, child: Child) -> tuple[bytes, Any]:
        """Return the next message, unless it tells of an error."""
        kind, content = child.hear()
        if kind == messages.ERROR:
            if content.get("is_last"):
                self._leave()
            else:
                self._give_back(child)
            error = _KINDS.get(str(content.get("kind")), AudioError)
            raise error(str(content.get("message")), path=self.path, remedy=str(content.get("remedy")))
        return kind, content

    def _next(self, gone: Child, cause: Exception) -> Child:
        """Return a child in the place of one that died by itself, the first time; else say why it is gone."""
        if gone.fate is None and self._may_renew:
            self._may_renew = False
            self._leave()
            self._child = self._renew()
        if self._child is None or self._child is gone:
            self._mourn(gone, cause)
        return self._child

    def _mourn(self, child: Child, cause: Exception) -> NoReturn:
        """Say why a child is gone."""
        fate = child.fate
        self._leave()
        if fate == "closed":
            raise Cancelled from cause
        if fate == "silent" and child.is_idle:
            message = "decoding does not come to an end: the disk gives nothing"
            raise ReadError(message, path=self.path, remedy=READ_REMEDY) from cause
        if fate == "silent":
            raise AudioError("decoding does not come to an end", path=self.path, remedy=_REMEDY) from cause
        raise AudioError("the decoder crashed on it", path=self.path, remedy=_REMEDY) from cause

    def _give_back(self, child: Child) -> None:
        self._child = None
        self._keep(child)

    def _leave(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            self._drop(child, "left")
