"""Scanning: folders, the scan under way, watching for changes, the window before there is anything."""
