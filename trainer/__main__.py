"""Lets `python -m trainer` stand in for `earmark-train`."""

import sys

from trainer.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
