"""What can go wrong in training and that a person can act upon."""

from __future__ import annotations

from tagger_core.errors import EarmarkError


class DataError(EarmarkError):
    """A data set on disk, or its prepared form, cannot be used as it is."""


class RunError(EarmarkError):
    """A training run cannot begin, go on, or be read."""
