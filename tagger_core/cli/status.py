"""Exit statuses: what a script may rely on."""

DONE = 0
NOTHING = 1
USAGE = 2
ERROR = 3
PARTLY = 4
INTERRUPTED = 130
