"""The window: a PySide6 application over `tagger_core`."""

from app import immortals

immortals.keep()
