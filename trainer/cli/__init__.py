"""The trainer's command line: `earmark-train ...` parses, calls and prints.

Exit status: 0 done; 2 wrong usage, or an error that the person can act upon; 130 stopped by Ctrl-C.
"""

from trainer.cli.main import main

__all__ = ["main"]
