"""Tags in files: read, plan, write safely, journal, undo."""
