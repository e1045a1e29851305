"""Run with: python -m app [FOLDER]."""

import sys

from app.main import main

sys.exit(main())
