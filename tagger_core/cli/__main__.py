"""Lets `python -m tagger_core.cli` stand in for `earmark`."""

import sys

from tagger_core.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
