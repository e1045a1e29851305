"""The table of songs: a list of ids, rows fetched when they come into view."""
