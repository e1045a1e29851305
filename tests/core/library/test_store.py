"""Rows, decisions, models, counts, saved searches, similar songs."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from sqlalchemy import update

from tagger_core.errors import LibraryError, QueryError
from tagger_core.library import figures, hearing, keys, known_models, similarity
from tagger_core.library.records import Decided, FileTags, TagCount, TagScore
from tagger_core.library.schema import Track
from tagger_core.library.store import Library
from tests.core.library.shelf import MUSIC, TAGS, add_model, add_track, hear


def _info(name: str = "small", threshold: float = 0.5) -> SimpleNamespace:
    tags = tuple(SimpleNamespace(name=n, category=c, threshold=threshold) for n, c in TAGS.items())
    return SimpleNamespace(name=name, tags=tags, to_json=lambda: {"name": name})


def test_rows_keep_their_order_and_leave_out_what_is_gone(library: Library) -> None:
    ids = [add_track(library, f"{i}.mp3", title=str(i)) for i in range(5)]
    wanted = [ids[3], 999, ids[0], ids[4]]
    assert [row.title for row in library.rows(wanted)] == ["3", "0", "4"]


def test_a_row_shows_the_tags_that_hold_accepted_ones_first(library: Library) -> None:
    model_id = add_model(library)
    track = add_track(library, genre="Jazz; Soul", problem="cut off")
    hear(library, track, model_id, {"piano": 0.7, "vocal": 0.9, "80s": 0.1, "Hip-Hop": 0.3})
    library.decide([track], "80s", True)
    library.decide([track], "VOCAL", False)
    library.decide([track], "road trip", True)
    (row,) = library.rows([track], model_id)
    assert [tag.name for tag in row.tags] == ["80s", "road trip", "piano", "Hip-Hop"]
    assert row.tags[0] == TagScore("80s", "era", 0.1, 0.5, accepted=True)
    assert row.tags[1].score is None
    assert (row.analysed, row.genres, row.problem) == (True, ("Jazz", "Soul"), "cut off")


def test_the_model_given_decides_which_scores_are_shown(library: Library) -> None:
    first, second = add_model(library), add_model(library, {"calm": "mood"}, "b" * 64)
    track = add_track(library)
    hear(library, track, second, {"calm": 0.8})
    assert [tag.name for tag in library.rows([track], second)[0].tags] == ["calm"]
    assert not library.rows([track], first)[0].analysed
    assert library.search("calm>0.5", second) == [track]
    assert [m.id for m in library.models()] == [second, first]


def test_a_detail_has_every_score_by_category(library: Library) -> None:
    model_id = add_model(library)
    track = add_track(library, comment="hm", sample_rate=44100)
    hear(library, track, model_id, {"vocal": 0.9, "female vocal": 0.95}, silent=True, problem="broke off")
    library.decide([track], "vocal", False)
    detail = library.track(track, model_id)
    assert detail is not None
    assert len(detail.scores) == len(TAGS)
    assert [t.name for t in detail.by_category()["voice"]] == ["female vocal", "vocal"]
    assert {t.name: t.holds for t in detail.scores}["vocal"] is False
    assert (detail.comment, detail.silent, detail.row.problem) == ("hm", True, "broke off")
    assert library.track(999, model_id) is None


def test_a_timeline_is_windows_by_tags(library: Library) -> None:
    model_id = add_model(library)
    track = add_track(library)
    scores = np.arange(10, dtype="<f2").reshape(2, 5)
    hear(library, track, model_id, window_scores=scores.tobytes())
    timeline = library.timeline(track, model_id)
    assert timeline is not None
    assert timeline.names == tuple(TAGS)
    assert timeline.starts.tolist() == [0, 59049]
    assert np.array_equal(timeline.scores, scores)
    assert library.timeline(999, model_id) is None


@pytest.mark.skipif(sys.platform != "linux", reason="only here may names hold any bytes")
def test_a_path_that_is_no_text_comes_back_byte_for_byte(library: Library) -> None:
    track = add_track(library, b"caf\xe9\n.mp3")
    (row,) = library.rows([track])
    assert os.fsencode(row.path) == os.fsencode(MUSIC) + b"/caf\xe9\n.mp3"
    assert library.track_id_for(row.path) == track
    assert library.search('path:"caf\\xe9"') == [track]


def test_a_track_is_found_by_a_path_composed_otherwise(library: Library) -> None:
    track = add_track(library, "Björk.mp3")
    assert library.track_id_for(MUSIC / "Bjo\u0308rk.mp3") == track
    assert library.track_id_for(MUSIC / "björk.mp3") is None


def test_a_track_is_found_by_a_path_that_leads_up_and_down_again(library: Library) -> None:
    track = add_track(library, "song.mp3")
    assert library.track_id_for(MUSIC / "rock" / ".." / "song.mp3") == track


def test_a_decision_is_changed_taken_back_and_outlives_the_analysis(library: Library) -> None:
    model_id = add_model(library)
    track, other = add_track(library, "a.mp3"), add_track(library, "b.mp3")
    library.decide([track, other, 999], "Hip-Hop", True)
    library.decide([other], "hip hop", False)
    assert library.decisions() == [Decided(track, "hip hop", True), Decided(other, "hip hop", False)]
    assert library.search("tag:hip-hop", model_id) == [track]
    assert library.search("-tag:hip-hop", model_id) == [other]
    library.decide([track], "hip_hop", None)
    assert library.decisions([track, other]) == [Decided(other, "hip hop", False)]
    assert library.decisions([track]) == []


def test_a_registered_model_takes_over_thresholds_but_stays_the_same(library: Library) -> None:
    model_id = library.register_model("f" * 64, _info())
    track = add_track(library)
    hear(library, track, model_id, {"piano": 0.4})
    assert library.search("tag:piano", model_id) == []
    assert library.register_model("f" * 64, _info("renamed", threshold=0.3)) == model_id
    assert library.search("tag:piano", model_id) == [track]
    (model,) = library.models()
    assert (model.name, model.analysed, model.identity) == ("renamed", 1, "f" * 64)
    assert [tag.name for tag in library.tags(model_id)] == list(TAGS)
    assert library.model_id("f" * 64) == model_id
    assert library.model_id("0" * 64) is None


def test_a_model_that_is_known_as_it_is_costs_a_start_no_writing(library: Library) -> None:
    model_id = library.register_model("f" * 64, _info())
    with library.write() as connection:
        before = connection.exec_driver_sql("SELECT total_changes()").scalar_one()
        assert known_models.register(connection, "f" * 64, _info()) == model_id
        assert connection.exec_driver_sql("SELECT total_changes()").scalar_one() == before


@pytest.mark.parametrize("few", [0, 1000])
def test_counts_are_of_the_result_and_follow_decisions(
    library: Library, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(figures, "FEW", few)
    model_id = add_model(library)
    ids = [add_track(library, f"{i}.mp3", missing=i == 5) for i in range(6)]
    for track in ids[:4]:
        hear(library, track, model_id, {"piano": 0.9})
    hear(library, ids[5], model_id, {"piano": 0.9})
    library.decide([ids[0]], "piano", False)
    library.decide([ids[4], ids[5]], "piano", True)
    assert library.tag_counts(model_id)[0] == TagCount("piano", "instrument", 4)
    assert library.tag_counts(model_id, ids[:2])[0].count == 1
    assert library.tag_counts(model_id, [])[0].count == 0
    assert [count.name for count in library.tag_counts(model_id)] == list(TAGS)
    assert library.tag_counts(model_id)[0].count == len(library.search("tag:piano", model_id))


def test_the_library_in_numbers(library: Library) -> None:
    model_id = add_model(library)
    heard, pending = (
        add_track(library, "a.mp3", seconds=1800.0),
        add_track(library, "b.mp3", problem="cut off"),
    )
    add_track(library, "c.mp3", missing=True, seconds=9000.0, problem="gone")
    noise = add_track(library, "noise.mp3", seconds=0.0, problem="holds no audio")
    hear(library, heard, model_id, seconds=1799.0, problem="broke off")
    stats = library.stats(model_id)
    assert (stats.tracks, stats.analysed, stats.pending, stats.missing, stats.problems) == (3, 1, 1, 1, 3)
    assert stats.hours == 0.5
    assert [(p.path.name, p.message) for p in library.problems(model_id)] == [
        ("a.mp3", "broke off"),
        ("b.mp3", "cut off"),
        ("noise.mp3", "holds no audio"),
    ]
    assert library.search("is:problem", model_id) == [heard, pending, noise]


def test_what_could_not_be_heard_is_a_problem_and_waits_no_more(library: Library) -> None:
    model_id = add_model(library)
    waiting = [add_track(library, "a.mp3"), add_track(library, "b.mp3", seconds=3.0)]
    failed = add_track(library, "noise.mp3", seconds=0.0, problem="holds no audio")
    assert library.search("is:pending", model_id) == waiting
    assert library.search("-is:pending", model_id) == [failed]
    assert library.stats(model_id).pending == 2
    with library.read() as connection:
        assert [song.id for song in hearing.pending(connection, model_id)] == waiting


def test_saved_searches_are_kept_renamed_and_removed(library: Library) -> None:
    first = library.save_search("Évening", "piano -vocal")
    second = library.save_search(" loud ", "rock")
    assert library.saved_searches() == [first, second]
    assert second.name == "loud"
    for name in ("évening", "", "  "):
        with pytest.raises(LibraryError):
            library.save_search(name, "a")
        with pytest.raises(LibraryError):
            library.rename_search(second.id, name)
    with pytest.raises(QueryError):
        library.save_search("broken", "piano (")
    with pytest.raises(LibraryError, match="not there"):
        library.rename_search(99, "x")
    library.rename_search(first.id, "EVENING")
    library.remove_search(second.id)
    assert [s.name for s in library.saved_searches()] == ["EVENING"]


def _embedded(library: Library, model_id: int, embeddings: list[list[float]]) -> list[int]:
    ids = [add_track(library, f"{i}.mp3") for i in range(len(embeddings))]
    for track, embedding in zip(ids, embeddings, strict=True):
        hear(library, track, model_id, embedding=embedding)
    return ids


@pytest.mark.parametrize("block", [1, 3, 2048])
def test_similar_songs_are_near_less_the_mean(
    library: Library, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr(similarity, "BLOCK", block)
    model_id = add_model(library)
    random = np.random.default_rng(3)
    vectors = (10 + random.random((8, 6))).astype("<f2")  # all in one corner, as rectified layers give them
    ids = _embedded(library, model_id, vectors.tolist())
    centred = vectors.astype(np.float64) - vectors.astype(np.float64).mean(axis=0)
    unit = centred / np.linalg.norm(centred, axis=1, keepdims=True)
    cosines = unit @ unit[2]
    expected = [ids[i] for i in np.argsort(-cosines) if i != 2]
    found = library.similar(ids[2], model_id, 5)
    assert [track for track, _ in found] == expected[:5]
    assert found[0][1] == pytest.approx(sorted(cosines)[-2], abs=1e-3)
    assert library.search(f"similar:{ids[2]}", model_id) == expected
    assert library.search(f"similar:{ids[2]} sort:path", model_id) == sorted(expected)


def test_missing_silent_and_broken_embeddings_are_not_near(library: Library) -> None:
    model_id = add_model(library)
    ids = _embedded(library, model_id, [[1, 0], [0.9, 0.1], [0.8, 0.2], [0, 1]])
    other_length, not_a_number = add_track(library, "x.mp3"), add_track(library, "y.mp3")
    hear(library, other_length, model_id, embedding=[1, 0, 0])
    hear(library, not_a_number, model_id, embedding=[float("nan"), float("inf")])
    silent = add_track(library, "s.mp3")
    hear(library, silent, model_id, embedding=[1, 0], silent=True)
    with library.write() as connection:
        connection.execute(update(Track).where(Track.c.id == ids[1]).values(missing=True))
    found = library.similar(ids[0], model_id)
    assert {track for track, _ in found} == {ids[2], ids[3], not_a_number}
    assert all(-1 <= cosine <= 1 for _, cosine in found)
    assert library.similar(silent, model_id) == []
    assert library.similar(999, model_id) == []


def test_measuring_the_tables_changes_no_result(library: Library) -> None:
    model_id = add_model(library)
    _embedded(library, model_id, [[1, 0]] * 3)
    before = library.search("-piano", model_id)
    library.optimise()
    assert library.search("-piano", model_id) == before


@pytest.mark.parametrize(
    ("low", "high"),
    [
        ("The Beatles", "Bjork"),
        ("Björk", "Bjork A"),
        ("a-ha", "The B"),
        ("9 Songs", "10 Songs"),
        ("2", "02b"),
    ],
)
def test_names_are_sorted_as_people_do(low: str, high: str) -> None:
    assert keys.sort_key(low) < keys.sort_key(high)


@pytest.mark.parametrize("text", ["", "The", "a", "The ", "\ud800", "\0", "99999999999999999999999999"])
def test_any_name_has_a_key_that_the_database_takes(text: str) -> None:
    keys.sort_key(text).encode()
    keys.tag_key(text).encode()
    assert keys.sort_key("The") == "the"


@pytest.mark.parametrize(
    ("date", "year"),
    [
        ("1999", 1999),
        ("1999-05-01", 1999),
        ("May 1999", 1999),
        ("19990501", None),
        ("0000", None),
        ("", None),
    ],
)
def test_the_year_of_a_date(date: str, year: int | None) -> None:
    assert FileTags(date=date).year == year


def test_any_number_of_ids_is_one_parameter(library: Library) -> None:
    track = add_track(library)
    assert [row.id for row in library.rows([*range(1000, 300_000), track])] == [track]
    assert library.decisions(list(range(300_000))) == []
    assert Path(library.rows([track])[0].path) == MUSIC / "song.mp3"


def test_a_song_without_any_tag_tells_which_come_nearest(library: Library) -> None:
    model_id = add_model(library)
    track = add_track(library)
    hear(library, track, model_id, {"piano": 0.4, "vocal": 0.1, "80s": 0.3, "Hip-Hop": 0.45})
    library.decide([track], "hip hop", False)
    (row,) = library.rows([track], model_id)
    assert (row.tags, [tag.name for tag in row.nearest]) == ((), ["piano", "80s"])
    library.decide([track], "piano", True)
    (row,) = library.rows([track], model_id)
    assert ([tag.name for tag in row.tags], row.nearest) == (["piano"], ())
