"""The window: a PySide6 application over `tagger_core`."""

from app import beginning, immortals

immortals.keep()
beginning.load_core()
