"""Data sets: what lies on a person's disk, prepared once, then read as memory."""
