"""The folder of public material beside the project, for tests that try Earmark on files from elsewhere."""

from pathlib import Path

import pytest

_BESIDE = Path(__file__).resolve().parents[3] / "shared"
SHARED: Path | None = _BESIDE if (_BESIDE / "zoo").is_dir() else None

needs_shared = pytest.mark.skipif(SHARED is None, reason="needs the folder shared/ beside the project")
