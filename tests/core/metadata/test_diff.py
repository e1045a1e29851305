import os
from pathlib import Path

from tagger_core.metadata.diff import render
from tagger_core.metadata.fields import Field
from tagger_core.metadata.plan import FieldChange, FilePlan, Fingerprint, WritePlan
from tagger_core.metadata.presets import PRESETS

PRINT = Fingerprint(1, 2, 3, 4)


def test_a_plan_reads_like_a_diff() -> None:
    changes = (
        FieldChange(Field.GENRE, ("Rock", "Old"), ("Rock", "Pop")),
        FieldChange(Field.COMMENT, (), ("two\nlines",)),
    )
    odd = Path(os.fsdecode(b"/m/caf\xe9\n.mp3"))
    plan = WritePlan(
        PRESETS["standard"],
        (FilePlan(1, odd, PRINT, "ID3v2.4 (MP3)", changes, ("it has 2 names",)),),
        ((Path("/m/b.wma"), "no"),),
        3,
    )
    assert list(render(plan)) == [
        "/m/caf\\xe9\\n.mp3  (ID3v2.4 (MP3))",
        "  genre",
        "    - Old",
        "      Rock",
        "    + Pop",
        "  comment",
        "    + two\\nlines",
        "  ! it has 2 names",
        "",
        "/m/b.wma",
        "  refused: no",
        "",
        "1 file would change, 3 already fit, 1 cannot be written",
    ]


def test_a_long_value_is_cut() -> None:
    change = FieldChange(Field.COMMENT, (), ("x" * 100_000,))
    plan = WritePlan(PRESETS["standard"], (FilePlan(1, Path("a"), PRINT, "x", (change,)),))
    assert list(render(plan))[2] == "    + " + "x" * 300 + "... (100,000 characters)"


def test_every_line_is_one_line() -> None:
    change = FieldChange(Field.GENRE, ("a\r\n\x1b[31m",), ("b\u2028\x00",))
    plan = WritePlan(PRESETS["standard"], (FilePlan(None, Path("\x1b"), PRINT, "x", (change,)),))
    assert all(line == "" or line.isprintable() for line in render(plan))
