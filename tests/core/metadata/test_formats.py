import shutil
from collections.abc import Callable
from pathlib import Path

import mutagen
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tagger_core.errors import MetadataError, TagsUnreadableError, UnsupportedFormatError
from tagger_core.metadata.fields import READ_ONLY, WRITABLE, Field, clean
from tagger_core.metadata.formats import open_tags
from tagger_core.metadata.formats.base import Edit, apply_edits
from tagger_core.metadata.payload import payload_hash
from tests.support.shared import SHARED, needs_shared

WRITTEN = (".mp3", ".flac", ".ogg", ".opus", ".m4a", ".alac.m4a", ".wav", ".aiff")
READ = (".wma", ".wv")
EARMARK = Field.custom("EARMARK")
VALUES = {
    Field.GENRE: ("Hip-Hop", "R&B/Soul", "80s"),
    Field.MOOD: ("calm", "größer", "日本"),
    Field.GROUPING: ("Evening",),
    Field.COMMENT: ("one\ntwo, three; four",),
    Field.KEY: ("F#m",),
    Field.BPM: ("128",),
    EARMARK: ("piano:0.91; calm:0.80; model=m",),
}
Fresh = Callable[[str], Path]


def save(path: Path, values: dict[Field, tuple[str, ...]]) -> None:
    tags = open_tags(path)
    for field, value in values.items():
        tags.set(field, value)
    tags.save(path)


def fields_of(path: Path, fields: dict[Field, tuple[str, ...]]) -> dict[Field, tuple[str, ...]]:
    tags = open_tags(path)
    return {field: tags.get(field) for field in fields}


@pytest.mark.parametrize("suffix", WRITTEN)
def test_values_come_back_and_the_audio_stays(fresh: Fresh, suffix: str) -> None:
    path = fresh(suffix)
    audio = payload_hash(path)
    save(path, VALUES)
    assert fields_of(path, VALUES) == VALUES
    assert payload_hash(path) == audio
    assert path.read_bytes() != fresh(suffix).read_bytes()


@pytest.mark.parametrize("suffix", WRITTEN)
def test_other_programs_find_the_genres(fresh: Fresh, suffix: str) -> None:
    path = fresh(suffix)
    save(path, VALUES)
    tags = mutagen.File(path).tags
    found = next(tags[key] for key in ("TCON", "genre", "\xa9gen") if _has(tags, key))
    assert tuple(getattr(found, "genres", found)) == VALUES[Field.GENRE]


def _has(tags: object, key: str) -> bool:
    try:
        return key in tags  # type: ignore[operator]
    except ValueError:  # a Vorbis comment takes no key like \xa9gen
        return False


@pytest.mark.parametrize("suffix", WRITTEN)
def test_what_is_set_to_nothing_is_gone(fresh: Fresh, suffix: str) -> None:
    path = fresh(suffix)
    save(path, VALUES)
    save(path, dict.fromkeys(VALUES, ()))
    assert not any(fields_of(path, VALUES).values())
    assert not any(open_tags(path).raw(field) for field in VALUES)


@pytest.mark.parametrize("suffix", WRITTEN)
def test_setting_what_is_there_changes_no_byte(fresh: Fresh, suffix: str) -> None:
    path = fresh(suffix)
    save(path, VALUES)
    before = path.read_bytes()
    save(path, VALUES)
    assert path.read_bytes() == before


@pytest.mark.parametrize("suffix", WRITTEN)
def test_a_small_change_reuses_the_room_that_is_there(fresh: Fresh, suffix: str) -> None:
    path = fresh(suffix)
    save(path, VALUES)
    size = path.stat().st_size
    save(path, {Field.MOOD: ("calm", "dark", "a bit longer than before")})
    assert path.stat().st_size == size


@pytest.mark.parametrize("suffix", WRITTEN)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    field=st.sampled_from([Field.GENRE, Field.MOOD, EARMARK]),
    values=st.lists(
        st.text(st.characters(exclude_characters=";"), max_size=40) | st.just("long " * 2000), max_size=4
    ),
)
def test_any_text_comes_back(
    sounds: dict[str, Path], tmp_path: Path, suffix: str, field: Field, values: list[str]
) -> None:
    path = tmp_path / "song"
    shutil.copyfile(sounds[suffix], path)
    tags = open_tags(path)
    try:
        tags.set(field, tuple(values))
    except MetadataError:  # "80" would read as Folk
        assume(False)
    promised = tags.get(field)
    if not tags.format.startswith("ID3v2.3"):
        assert promised == tuple(text for text in map(clean, values) if text)
    tags.save(path)
    assert open_tags(path).get(field) == promised


@pytest.mark.parametrize("suffix", READ)
def test_other_formats_are_read_and_refused(fresh: Fresh, suffix: str) -> None:
    path = fresh(suffix)
    tags = open_tags(path)
    tags.get(Field.GENRE)
    with pytest.raises(UnsupportedFormatError, match="FLAC, Ogg Vorbis, Opus"):
        tags.set(Field.GENRE, ("Rock",))
    with pytest.raises(UnsupportedFormatError):
        tags.save(path)


@pytest.mark.parametrize("suffix", WRITTEN)
def test_the_content_decides_not_the_name(fresh: Fresh, suffix: str) -> None:
    path = fresh(suffix)
    lying = path.rename(path.with_name("song.flac" if suffix != ".flac" else "song.mp3"))
    save(lying, VALUES)
    assert fields_of(lying, VALUES) == VALUES


@pytest.mark.parametrize("suffix", WRITTEN)
def test_a_field_that_is_only_read_is_never_set(fresh: Fresh, suffix: str) -> None:
    with pytest.raises(ValueError, match="only read"):
        open_tags(fresh(suffix)).set(Field.TITLE, ("x",))


def test_a_file_that_is_not_there_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(TagsUnreadableError, match="cannot be opened"):
        open_tags(tmp_path / "gone.mp3")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.binary(max_size=300),
    cuts=st.lists(st.tuples(st.integers(0, 300), st.integers(0, 20), st.binary(max_size=30)), max_size=4),
)
def test_edits_do_what_slices_do(tmp_path: Path, data: bytes, cuts: list[tuple[int, int, bytes]]) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    edits: list[Edit] = []
    for offset, length, new in sorted(cuts):
        start = max(offset, edits[-1].offset + edits[-1].length if edits else 0)
        if start + length <= len(data) and (not edits or start > edits[-1].offset):
            edits.append(Edit(start, length, new))
    expected = data
    for edit in reversed(edits):
        expected = expected[: edit.offset] + edit.data + expected[edit.offset + edit.length :]
    apply_edits(path, reversed(edits))
    assert path.read_bytes() == expected


@needs_shared
def test_files_from_elsewhere_are_read_written_or_refused_but_never_harmed(tmp_path: Path) -> None:
    assert SHARED is not None
    written = 0
    for original in sorted(path for path in (SHARED / "zoo").rglob("*") if path.is_file()):
        path = tmp_path / original.name
        path.write_bytes(original.read_bytes())
        try:
            tags = open_tags(path)
            shown = {name: tags.get(Field(name)) for name in READ_ONLY}
            audio = payload_hash(path)
            save(path, VALUES)
        except MetadataError:
            assert path.read_bytes() == original.read_bytes(), original.name
            continue
        after = open_tags(path)
        assert after.refusal is None
        assert fields_of(path, VALUES) | {Field.GENRE: ()} == VALUES | {Field.GENRE: ()}, original.name
        assert {name: after.get(Field(name)) for name in READ_ONLY} == shown, original.name
        assert payload_hash(path) == audio, original.name
        written += 1
    assert written > 80
    assert set(WRITABLE) >= {str(field) for field in VALUES if not field.is_custom}
