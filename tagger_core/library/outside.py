"""Tracks outside the places that a scan looks at: whether their files are gone or back."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tagger_core.library.changes import KnownTrack
from tagger_core.library.walk import holds_anything, holds_file, is_nowhere


class Outside:
    """What a scan may ask of the tracks that its walk does not come across.

    A file that is not at its path was deleted or moved, or its disk is away, which the path alone does not
    tell. So it counts as gone only while its music folder is there and holds something: an absent or empty
    one, as an unmounted share is, loses no track to a copy elsewhere. A disk below a music folder is a part
    of it here, as it is for the walk.

    Args:
        in_scope: whether the walk would have come across a file with this path.
        roots: the paths of all music folders by id.
    """

    def __init__(self, in_scope: Callable[[bytes], bool], roots: Mapping[int, bytes]) -> None:
        self._in_scope = in_scope
        self._roots = roots
        self._available: dict[int, bool] = {}

    def is_gone(self, track: KnownTrack) -> bool:
        """Tell whether a track outside the scope has lost its file although its music folder is there."""
        return not self._in_scope(track.path) and is_nowhere(track.path) and self._is_available(track.root)

    def is_away(self, track: KnownTrack) -> bool:
        """Tell whether a track is missing with its whole music folder, so that its disk may come back."""
        return track.missing and not self._is_available(track.root)

    def is_back(self, track: KnownTrack) -> bool:
        """Tell whether the file of a track outside the scope is at its path, with the known size and time."""
        return not self._in_scope(track.path) and holds_file(track.path, track.size, track.mtime_ns)

    def _is_available(self, root: int) -> bool:
        if root not in self._available:
            self._available[root] = root in self._roots and holds_anything(self._roots[root])
        return self._available[root]
