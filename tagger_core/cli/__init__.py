"""The command line: `earmark ...` parses, calls the core and prints.

Exit status: 0 done; 1 nothing matched, or nothing to do; 2 wrong usage or a query that does not parse; 3 an
error; 4 done in part, some files were refused; 130 stopped by Ctrl-C.
"""

from tagger_core.cli.main import main

__all__ = ["main"]
