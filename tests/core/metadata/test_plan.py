import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tagger_core.errors import Cancelled
from tagger_core.library.records import TagScore
from tagger_core.metadata.fields import Field
from tagger_core.metadata.formats import open_tags
from tagger_core.metadata.plan import FieldChange, Fingerprint, SongTags, WritePlan, plan_write
from tagger_core.metadata.presets import PRESETS, PROVENANCE, FieldRule, Preset, with_options
from tests.core.metadata.parsers import frame, id3, untagged

Fresh = Callable[[str], Path]
TAGS = (
    TagScore("hip-hop", "genre", 0.8, 0.5),
    TagScore("calm", "mood", 0.7, 0.5),
    TagScore("x", "mood", 0.2, 0.5),
)
STANDARD = PRESETS["standard"]


def song(path: Path, number: int = 1) -> SongTags:
    return SongTags(number, path, TAGS, "model")


def apply(plan: WritePlan) -> None:
    for file in plan.files:
        tags = open_tags(file.path)
        for change in file.changes:
            tags.set(change.field, change.after)
        tags.save(file.path)


@pytest.mark.parametrize("suffix", [".mp3", ".flac", ".ogg", ".opus", ".m4a", ".alac.m4a", ".wav", ".aiff"])
@pytest.mark.parametrize("preset", list(PRESETS))
def test_a_plan_promises_what_reads_back_and_a_second_plan_is_empty(
    fresh: Fresh, suffix: str, preset: str
) -> None:
    path = fresh(suffix)
    before = path.stat(), path.read_bytes()
    chosen = with_options(PRESETS[preset], provenance=True)
    plan = plan_write([song(path)], chosen)
    assert (path.stat().st_mtime_ns, path.read_bytes()) == (before[0].st_mtime_ns, before[1])
    (file,) = plan.files
    assert file.fingerprint == Fingerprint.of(path.stat())
    assert (file.track_id, file.path, plan.refused, plan.unchanged) == (1, path, (), 0)
    apply(plan)
    for change in file.changes:
        assert open_tags(path).get(change.field) == change.after
    again = plan_write([song(path)], chosen)
    assert (again.files, again.unchanged) == ((), 1)


def test_only_empty_fields_are_filled_by_default(fresh: Fresh) -> None:
    path = fresh(".mp3")
    path.write_bytes(id3(frame("TCON", b"\x00(17)", 3), 3) + untagged(path.read_bytes()))
    (file,) = plan_write([song(path)], STANDARD).files
    assert file.changes == (FieldChange(Field.MOOD, (), ("Calm",)),)
    assert file.format == "ID3v2.3 (MP3)"


def test_the_change_is_shown_as_the_format_will_hold_it(fresh: Fresh) -> None:
    path = fresh(".m4a")
    preset = Preset("x", "X", "X.", (FieldRule(Field.GROUPING, ("genre", "mood"), "replace"),))
    (file,) = plan_write([song(path)], preset).files
    assert file.changes == (FieldChange(Field.GROUPING, (), ("Hip-Hop; Calm",)),)
    apply(plan_write([song(path)], preset))
    assert plan_write([song(path)], preset).unchanged == 1


def test_provenance_goes_beside_the_tags(fresh: Fresh) -> None:
    (file,) = plan_write([song(fresh(".flac"))], with_options(STANDARD, provenance=True)).files
    assert file.changes[-1] == FieldChange(PROVENANCE, (), ("hip-hop:0.80; calm:0.70; model=model",))


def test_nothing_to_write_is_nothing_to_refuse(fresh: Fresh) -> None:
    path = fresh(".wma")
    plan = plan_write([SongTags(1, path, ()), SongTags(None, path, TAGS)], STANDARD)
    assert plan.unchanged == 1
    ((refused, reason),) = plan.refused
    assert refused == path
    assert "FLAC, Ogg Vorbis" in reason


def test_one_bad_file_costs_one_line(fresh: Fresh, tmp_path: Path) -> None:
    good = fresh(".flac")
    bad = tmp_path / "bad.flac"
    bad.write_bytes(b"fLaC" + bytes(50))
    folder = tmp_path / "folder.mp3"
    folder.mkdir()
    read_only = tmp_path / "locked.flac"
    read_only.write_bytes(good.read_bytes())
    read_only.chmod(0o444)
    trap = fresh(".mp3")
    songs = [song(path) for path in (tmp_path / "gone.mp3", bad, folder, read_only, good)]
    songs.append(SongTags(7, trap, (TagScore("80", "genre", 0.9, 0.5),)))
    seen: list[int] = []
    plan = plan_write(songs, STANDARD, progress=seen.append)
    assert [file.path for file in plan.files] == [good]
    assert [path for path, _ in plan.refused] == [song.path for song in songs if song.path != good]
    reasons = " ".join(reason for _, reason in plan.refused)
    for word in ("gone", "regular file", "read-only", "'80' as 'Folk'"):
        assert word in reasons
    assert seen == [1, 2, 3, 4, 5, 6]


def test_links_are_named(fresh: Fresh, tmp_path: Path) -> None:
    path = fresh(".flac")
    os.link(path, tmp_path / "other.flac")
    link = tmp_path / "link.flac"
    link.symlink_to(path)
    (file,) = plan_write([song(link)], STANDARD).files
    assert file.fingerprint == Fingerprint.of(path.stat())
    assert "2 names" in file.warnings[0]
    assert "symbolic link" in file.warnings[1]


def test_a_plan_can_be_stopped(fresh: Fresh) -> None:
    path = fresh(".flac")
    seen: list[int] = []
    with pytest.raises(Cancelled):
        plan_write(
            (song(path) for _ in range(9)), STANDARD, progress=seen.append, cancelled=lambda: len(seen) == 3
        )
    assert seen == [1, 2, 3]


def test_a_new_tag_gets_the_version_that_was_asked_for(fresh: Fresh) -> None:
    path = fresh(".mp3")
    path.write_bytes(untagged(path.read_bytes()))
    plan = plan_write([song(path)], STANDARD, new_id3_version=3)
    assert plan.new_id3_version == 3
    assert plan.files[0].format == "ID3v2.3 (MP3)"
