"""The commands on real songs with a tiny model: what a person types, what a script relies on."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import mutagen
import pytest

from tagger_core.cli import status
from tagger_core.models.model_info import Tag


def hashes(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.iterdir())}


def test_a_scan_reads_only_and_tells_what_it_did(earmark, music):
    before = hashes(music)
    said = earmark("scan", music)
    assert said.status == status.DONE
    assert "3 songs found: 3 new" in said.out
    assert "3 songs heard by small" in said.out
    assert hashes(music) == before


def test_a_second_scan_finds_nothing_to_do(earmark, scanned):
    report = earmark("scan", "--json").json
    assert (report["found"], report["unchanged"], report["analysed"]) == (3, 3, 0)
    assert earmark("scan").out == "3 songs found: 3 unchanged.\nNothing new to hear for small.\n"


def test_a_scan_without_folders_says_what_to_do(earmark):
    said = earmark("scan")
    assert said.status == status.ERROR
    assert "name a folder" in said.err


def test_a_mistyped_folder_is_an_error_and_adds_nothing(earmark, music):
    said = earmark("scan", music.with_name("musik"))
    assert said.status == status.ERROR
    assert "is not there" in said.err
    assert earmark("roots").status == status.NOTHING


def test_a_file_that_is_no_song_is_a_problem_with_its_name(earmark, music):
    (music / "letter.mp3").write_text("Dear Sir")
    said = earmark("scan", music)
    assert said.status == status.DONE
    assert "letter.mp3" in said.out
    assert "letter.mp3" in earmark("doctor", "--problems").out
    assert "could not be heard" in earmark("show", music / "letter.mp3").out
    assert earmark("search", "is:pending").status == status.NOTHING
    assert "0 to hear" in earmark("doctor").out


def test_search_finds_by_text_tag_and_field(earmark, scanned):
    assert len(earmark("search", "--json", "rock").json) == 3
    assert [s["title"] for s in earmark("search", "--json", "year>1985", "sort:-year").json] == [
        "Song 2",
        "Song 1",
    ]
    nothing = earmark("search", "tag:piano")
    assert nothing.status == status.NOTHING
    assert "No song matches" in nothing.err
    assert "Did you mean: piano" in earmark("search", "piaon").err


def test_a_wrong_query_shows_where(earmark, scanned):
    said = earmark("search", "rock (calm")
    assert said.status == status.USAGE
    line, marker = said.err.splitlines()[-2:]
    assert line.strip() == "rock (calm"
    assert marker.strip() == "^"


def test_paths_come_out_exactly(earmark, music):
    odd = os.fsdecode(os.fsencode(music) + b"/caf\xe9\n.flac")
    (music / "song 1.flac").rename(odd)
    earmark("scan", music)
    command = [sys.executable, "-m", "tagger_core.cli", "search", "-0", "sort:path"]
    found = subprocess.run(command, capture_output=True, check=True).stdout
    assert os.fsencode(odd) in found.split(b"\0")


def test_all_paths_come_out_whatever_the_limit_and_in_the_order_asked_for(earmark, scanned):
    paths = earmark("search", "--paths", "--limit", "1", "sort:-path").out.splitlines()
    assert paths == sorted(map(str, scanned.iterdir()), reverse=True)
    assert len(earmark("search", "--json", "--limit", "1").json) == 1


def test_saved_searches_are_kept_used_and_forgotten(earmark, scanned):
    assert earmark("search", "--save", "Eighties", "year:1980..1989").status == status.DONE
    assert len(earmark("search", "--saved", "eighties", "--json").json) == 1
    assert earmark("search", "--saved", "--json").json == [{"name": "Eighties", "query": "year:1980..1989"}]
    assert earmark("search", "--forget", "Eighties").status == status.DONE
    assert earmark("search", "--saved", "--json").json == []


def test_a_search_is_neither_kept_nor_forgotten_without_a_name(earmark, scanned):
    kept, forgotten = earmark("search", "--save", "", "rock"), earmark("search", "--forget", "")
    assert (kept.status, forgotten.status) == (status.ERROR, status.ERROR)
    assert "a saved search needs a name" in kept.err
    assert "there is no saved search ''" in forgotten.err
    assert earmark("search", "--saved", "--json").json == []


@pytest.mark.skipif(sys.platform != "linux", reason="only here may names hold any bytes")
def test_a_query_with_a_byte_that_is_no_text_is_saved_by_the_address_it_is_told(earmark, scanned):
    odd = scanned / os.fsdecode(b"caf\xe9")
    odd.mkdir()
    (scanned / "song 0.mp3").rename(odd / "song 0.mp3")
    earmark("scan")
    said = earmark("search", f"folder:{odd}", "--save", "Café")
    assert said.status == status.ERROR
    assert "folder:file:///music/caf%E9" in said.err
    assert "Traceback" not in said.err
    assert earmark("search", f"folder:{odd.as_uri()}", "--save", "Café").status == status.DONE
    assert len(earmark("search", "--saved", "Café", "--json").json) == 1


def test_words_beside_a_saved_search_narrow_all_of_it(earmark, scanned):
    def titles(*words):
        return [song["title"] for song in earmark("search", "--json", *words).json]

    earmark("search", "--save", "Two", 'title:"Song 1"', "OR", 'title:"Song 2"', "sort:-title")
    assert titles("--saved", "Two") == ["Song 2", "Song 1"]
    assert titles("--saved", "Two", "1") == ["Song 1"]
    assert titles("--saved", "Two", 'title:"Song 0"', "OR", 'title:"Song 2"') == ["Song 2"]
    assert titles("--saved", "Two", "sort:title") == ["Song 1", "Song 2"]
    assert titles("--saved", "Two", "1", "--save", "One") == ["Song 1"]
    assert titles("--saved", "One") == ["Song 1"]
    assert earmark("search", "--saved", "Two", "rock (calm").status == status.USAGE


def test_show_tells_all_scores_by_path_and_by_number(earmark, scanned):
    song = earmark("show", scanned / "song 0.mp3", "--json", "--windows").json
    assert set(song["scores"]) == {"rock", "calm", "piano"}
    assert song["windows"][0]["seconds"] == 0
    assert earmark("show", str(song["id"]), "--json").json["path"] == song["path"]
    assert "instrument" in earmark("show", scanned / "song 0.mp3").out


def test_a_song_is_meant_by_a_path_that_leads_up_too(earmark, scanned, monkeypatch):
    monkeypatch.chdir(scanned)
    up = Path("..") / scanned.name / "song 0.mp3"
    assert earmark("show", up, "--json").json["title"] == "Song 0"
    assert len(earmark("similar", up, "--json").json) == 2
    assert len(earmark("search", f'similar:"{up}"', "--json").json) == 2


def test_a_name_that_begins_with_a_tilde_is_a_name_where_nobody_has_that_home(earmark, music, monkeypatch):
    monkeypatch.chdir(music)
    (music / "song 0.mp3").rename(music / "~hidden.mp3")
    assert earmark("scan", "~hidden.mp3", ".").status == status.DONE
    assert earmark("show", "~hidden.mp3", "--json").json["title"] == "Song 0"
    assert len(earmark("similar", "~hidden.mp3", "--json").json) == 2
    assert len(earmark("search", "similar:~hidden.mp3", "--json").json) == 2
    monkeypatch.chdir("..")
    assert len(earmark("search", "similar:~hidden.mp3", "--json").json) == 2
    assert earmark("export", "-o", "~songs.json").status == status.DONE
    assert Path("~songs.json").is_file()
    for words in (("roots", "--forget", "~songs"), ("models", "import", "~songs.json"), ("show", "~nobody")):
        said = earmark(*words)
        assert said.status == status.ERROR
        assert "~" in said.err
        assert "Traceback" not in said.err


def test_show_of_a_stranger_names_the_file(earmark, scanned):
    said = earmark("show", scanned / "nobody.mp3")
    assert said.status == status.ERROR
    assert "nobody.mp3" in said.err
    assert "scan its folder" in said.err


@pytest.mark.parametrize("command", ["show", "similar", "history", "undo"])
def test_a_number_beyond_all_numbers_is_not_there(earmark, scanned, command):
    said = earmark(command, "9" * 25, "--json")
    assert said.status in (status.ERROR, status.USAGE)
    assert "9999" in said.json["error"]
    assert "Traceback" not in said.err


def test_similar_songs_come_with_their_similarity(earmark, scanned):
    near = earmark("similar", scanned / "song 0.mp3", "--json").json
    assert {song["title"] for song in near} == {"Song 1", "Song 2"}
    assert all(-1 <= song["similarity"] <= 1 for song in near)
    assert earmark("similar", scanned / "song 0.mp3", "--json", "--limit", "0").json == near
    # Every score, as everywhere.
    found = {song["id"]: song for song in earmark("search", "--json").json}
    assert all(song.pop("similarity") <= 1 and song == found[song["id"]] for song in near)


def test_a_decision_beats_the_model(earmark, scanned):
    earmark("decide", "accept", "piano", 'title:"Song 1"')
    earmark("decide", "reject", "rock", 'title:"Song 2"')
    assert [song["title"] for song in earmark("search", "--json", "tag:piano").json] == ["Song 1"]
    assert {song["title"] for song in earmark("search", "--json", "tag:rock").json} == {"Song 0", "Song 1"}
    earmark("decide", "clear", "piano", "sort:title")
    assert earmark("search", "tag:piano").status == status.NOTHING


@pytest.mark.parametrize(
    ("tag", "is_own"), [("ROCK", False), ("hip_hop", False), ("Hip  hop", False), ("hop", True)]
)
def test_a_tag_is_ones_own_only_where_the_model_knows_it_by_no_spelling(earmark, scanned, home, tag, is_own):
    from tests.core.models.small import write_small

    tags = (Tag("rock", "genre", 0.0), Tag("hip-hop", "genre", 0.0), Tag("calm", "mood", 0.0))
    write_small(home / "data" / "models" / "small.safetensors", tags=tags)
    said = earmark("decide", "accept", tag, 'title:"Song 1"')
    assert said.status == status.DONE
    assert ("one of your own" in said.out) == is_own


@pytest.mark.parametrize("verdict", ["accept", "reject", "clear"])
def test_a_decision_on_what_is_no_name_is_refused(earmark, scanned, verdict):
    negated = earmark("decide", verdict, "-vocal", "rock")
    assert negated.status == status.ERROR
    assert "earmark decide reject 'vocal'" in negated.err
    for tag in ("", "-", " _ "):
        said = earmark("decide", verdict, tag, "rock")
        assert said.status == status.ERROR
        assert "a tag needs a name" in said.err
        assert "Traceback" not in said.err
    assert earmark("search", "is:accepted").status == status.NOTHING


def test_a_dry_run_shows_the_diff_and_changes_nothing(earmark, scanned):
    before = hashes(scanned)
    said = earmark("write", "--dry-run", "rock")
    assert said.status == status.DONE
    assert "+ Rock" in said.out
    assert hashes(scanned) == before
    plan = earmark("write", "--dry-run", "--json", "rock").json
    assert plan["files"][0]["changes"]["genre"] == {"before": [], "after": ["Rock"]}


def test_nothing_is_written_without_a_yes(earmark, scanned):
    before = hashes(scanned)
    said = earmark("write", "rock")
    assert said.status == status.NOTHING
    assert "Nothing was written" in said.err
    assert hashes(scanned) == before


def test_write_history_undo_and_redo(earmark, scanned):
    before = hashes(scanned)
    written = earmark("write", "--yes", "--json", "rock").json
    assert written["written"] == 3
    assert mutagen.File(scanned / "song 1.flac")["genre"] == ["Rock"]
    assert earmark("write", "--yes", "rock").status == status.NOTHING
    history = earmark("history", "--json").json
    assert [(row["files"], row["state"], row["query"]) for row in history] == [(3, "done", "rock")]
    files = earmark("history", str(written["batch"]), "--json").json["changes"]
    assert files[0]["fields"]["genre"]["after"] == ["Rock"]
    assert earmark("scan", "--json").json["unchanged"] == 3
    undone = earmark("undo", "--yes", "--json").json
    assert undone["restored"] == 3
    assert hashes(scanned) == before
    assert earmark("undo", "--yes").status == status.NOTHING
    assert earmark("undo", "--yes", str(undone["batch_id"])).status == status.DONE
    assert mutagen.File(scanned / "song 1.flac")["genre"] == ["Rock"]


def test_a_field_that_others_changed_is_left_alone_and_named(earmark, scanned):
    earmark("write", "--yes", "rock")
    file = mutagen.File(scanned / "song 1.flac")
    file["genre"] = ["Polka"]
    file.save()
    said = earmark("undo", "--yes")
    assert said.status == status.PARTLY
    assert "song 1.flac" in said.out
    assert "left alone: genre" in said.out
    assert mutagen.File(scanned / "song 1.flac")["genre"] == ["Polka"]


def test_undo_goes_on_to_the_batch_before_one_of_which_others_left_nothing(earmark, scanned):
    before = (scanned / "song 0.mp3").read_bytes()
    earmark("write", "--yes", 'title:"Song 0"')
    earmark("write", "--yes", 'title:"Song 1"')
    file = mutagen.File(scanned / "song 1.flac")
    file["genre"], file["mood"] = ["Polka"], ["odd"]
    file.save()
    assert earmark("undo", "--yes", "--json").json["left_alone"] != []
    assert [row["state"] for row in earmark("history", "--json").json] == ["undone", "done"]
    assert earmark("undo", "--yes", "--json").json["restored"] == 1
    assert (scanned / "song 0.mp3").read_bytes() == before
    assert earmark("undo", "--yes").status == status.NOTHING


def test_a_refused_file_does_not_stop_the_others(earmark, scanned):
    (scanned / "song 1.flac").unlink()
    said = earmark("write", "--yes", "--json", "rock")
    assert said.status == status.PARTLY
    assert said.json["written"] == 2
    assert "song 1.flac" in said.json["failures"][0]["path"]


def test_a_query_with_a_byte_that_is_no_text_is_written_all_the_same(earmark, scanned):
    (scanned / "song 0.mp3").rename(scanned / os.fsdecode(b"caf\xe9.mp3"))
    earmark("scan")
    said = earmark("write", "--yes", "--json", "-title:" + os.fsdecode(b"caf\xe9"))
    assert said.json["written"] == 3
    assert earmark("history", "--json").json[0]["query"] == "-title:caf?"


def test_presets_modes_and_thresholds(earmark, scanned):
    assert earmark("write", "--dry-run", "--preset", "nonsense", "rock").status == status.ERROR
    custom = earmark("write", "--dry-run", "--json", "--preset", "custom", "rock").json
    assert custom["files"][0]["changes"]["custom:EARMARK_TAGS"]["after"] != []
    assert earmark("write", "--dry-run", "--min-score", "1.0", "rock").status == status.NOTHING
    assert earmark("write", "--dry-run", "--accepted", "rock").status == status.NOTHING
    with_provenance = earmark("write", "--dry-run", "--json", "--provenance", "rock").json
    assert "model=small" in with_provenance["files"][0]["changes"]["custom:EARMARK"]["after"][0]


def test_a_tag_of_ones_own_is_written(earmark, scanned):
    earmark("decide", "accept", "campfire", 'title:"Song 1"')
    for preset, after in (("custom", ["Campfire"]), ("dj", ["[Earmark: Campfire]"])):
        plan = earmark("write", "--dry-run", "--json", "--accepted", "--preset", preset, "rock").json
        ((change,),) = [list(file["changes"].values()) for file in plan["files"]]
        assert change["after"] == after


def test_export_as_json_has_paths_and_scores(earmark, scanned):
    songs = earmark("export", "--json").json
    assert {Path(song["path"]).name for song in songs} == {"song 0.mp3", "song 1.flac", "song 2.ogg"}
    assert all(set(song["scores"]) == {"rock", "calm", "piano"} for song in songs)
    assert all(0 <= score <= 1 for song in songs for score in song["scores"].values())


def test_export_as_csv_and_playlist(earmark, scanned, tmp_path):
    assert earmark("export", "--csv", "-o", tmp_path / "songs.csv").status == status.DONE
    table = list(csv.DictReader(io.StringIO((tmp_path / "songs.csv").read_text())))
    assert len(table) == 3
    assert 0 <= float(table[0]["rock"]) <= 1
    assert earmark("export", "--m3u8", "-o", tmp_path / "songs.m3u8").status == status.DONE
    lines = (tmp_path / "songs.m3u8").read_text().splitlines()
    assert lines[0] == "#EXTM3U"
    assert str(scanned / "song 0.mp3") in lines


def test_a_song_that_a_playlist_cannot_hold_is_told_and_not_counted(earmark, music, tmp_path):
    (music / "song 1.flac").rename(music / "song\n1.flac")
    earmark("scan", music)
    said = earmark("export", "--m3u8", "-o", tmp_path / "songs.m3u8")
    assert "2 songs written" in said.err
    assert "left out, a line break in its path" in said.err
    assert "song\\n1.flac" in said.err


def test_export_to_a_bad_place_leaves_nothing(earmark, scanned, tmp_path):
    said = earmark("export", "-o", tmp_path / "no" / "songs.json")
    assert said.status == status.ERROR
    assert "songs.json" in said.err


def test_models_are_listed_described_used_and_removed(earmark, home, tmp_path):
    from tests.core.models.small import write_small

    listed = {entry["name"]: entry for entry in earmark("models", "list", "--json").json}
    assert listed["small"]["in_use"]
    other = write_small(tmp_path / "other.safetensors", name="other", seed=1)
    assert earmark("models", "import", other).status == status.DONE
    assert "Knows nothing." in earmark("models", "info", "other").out
    earmark("models", "use", "other")
    assert json.loads((home / "config" / "settings.json").read_text())["model"] == "other"
    assert earmark("models", "remove", "other").status == status.DONE
    assert "other" not in {entry["name"] for entry in earmark("models", "list", "--json").json}


def test_a_models_card_does_not_command_the_terminal(earmark, tmp_path):
    from tests.core.models.small import write_small

    hostile = "\x1b]0;TITLE\x07\x1b[2J"
    other = write_small(tmp_path / "other.safetensors", name="other", card=f"# Card {hostile}\n\n\tText",
                        licence=f"MIT{hostile}", provenance=hostile)  # fmt: skip
    earmark("models", "import", other)
    said = earmark("models", "info", "other").out
    assert not set(said) & {"\x1b", "\x07"}
    assert "# Card \\x1b" in said
    assert "        Text" in said


def test_a_file_that_is_no_model_is_refused_with_its_name(earmark, tmp_path):
    (tmp_path / "evil.safetensors").write_bytes(b"\xff" * 100)
    said = earmark("models", "import", tmp_path / "evil.safetensors")
    assert said.status == status.ERROR
    assert "evil.safetensors" in said.err


def test_roots_are_listed_and_forgotten_and_the_files_stay(earmark, scanned):
    before = hashes(scanned)
    assert earmark("roots", "--json").json[0]["path"] == str(scanned)
    assert "3 songs forgotten" in earmark("roots", "--forget", scanned).out
    assert earmark("search").status == status.NOTHING
    assert hashes(scanned) == before


def test_the_doctor_says_what_is_wrong_and_what_to_do(earmark, scanned):
    assert earmark("doctor").status == status.DONE
    scanned.rename(scanned.with_name("unmounted"))
    said = earmark("doctor", "--json")
    assert said.status == status.ERROR
    assert any("mount its disk" in finding["remedy"] for finding in said.json["findings"])


def test_an_unmounted_folder_keeps_its_songs(earmark, scanned):
    away = scanned.with_name("unmounted")
    scanned.rename(away)
    said = earmark("scan")
    assert "not there or empty" in said.out
    assert len(earmark("search", "is:missing", "--json").json) == 3
    away.rename(scanned)
    report = earmark("scan", "--json").json
    assert (report["returned"], report["analysed"]) == (3, 0)


@pytest.mark.parametrize("text", ["{", '{"hop": -1}', '{"workers": "many"}', "[]"])
def test_a_broken_settings_file_is_named(earmark, home, text):
    (home / "config" / "settings.json").write_text(text)
    said = earmark("search")
    assert said.status == status.ERROR
    assert "settings.json" in said.err


def test_settings_that_cannot_be_kept_are_an_error_with_their_place(earmark, home):
    (home / "config" / "settings.json").unlink()
    (home / "config").rmdir()
    (home / "config").write_text("no folder")
    said = earmark("models", "use", "small")
    assert said.status == status.ERROR
    assert "settings.json" in said.err


@pytest.mark.parametrize(
    "name", ["config/settings.json", "data/library.sqlite", "data/models/small.safetensors"]
)
def test_the_doctor_tells_of_what_is_broken_among_what_is_not(earmark, scanned, home, name):
    for file in (home / "data").glob("library.sqlite-*"):
        file.unlink()
    (home / name).write_bytes(b"\xff broken " * 1000)
    said = earmark("doctor", "--json", "--problems")
    assert said.status == status.ERROR
    findings = said.json["findings"]
    assert {"python", "torch", "decoder"} <= {finding["about"] for finding in findings}
    (wrong,) = [finding for finding in findings if finding["remedy"]]
    assert name in wrong["says"]


def test_the_doctor_says_in_words_how_songs_are_heard(earmark, scanned):
    said = earmark("doctor").out
    assert "on the processor in fp32" in said
    assert "windows at once" in said
    assert "Execution" not in said


@pytest.mark.parametrize(
    "words",
    [
        ("write", "--yes", "xyzzy"),
        ("write", "--dry-run", "xyzzy"),
        ("write", "rock"),
        ("undo",),
        ("search", "xyzzy"),
        ("history",),
        ("decide", "accept", "rock", "xyzzy"),
        ("export", "xyzzy"),
    ],
)
def test_nothing_done_is_json_too(earmark, scanned, words):
    said = earmark(*words, "--json")
    assert said.status == status.NOTHING
    assert isinstance(said.json, dict | list)


def test_what_is_forgotten_is_told_as_json(earmark, scanned):
    earmark("search", "--save", "All", "")
    assert earmark("search", "--forget", "all", "--json").json == {"forgotten": "All"}
    assert earmark("roots", "--forget", scanned, "--json").json == {"forgotten": str(scanned), "songs": 3}


def test_a_write_that_wrote_nothing_offers_no_undo(earmark, scanned):
    (scanned / "song 1.flac").chmod(0o444)
    os.link(scanned / "song 1.flac", scanned.with_name("other name"))
    said = earmark("write", "--yes", "rock", 'title:"Song 1"')
    assert said.status == status.PARTLY
    assert "earmark undo" not in said.out


def test_undo_parts_a_file_from_other_names_where_allowed(earmark, scanned):
    song = scanned / "song 1.flac"
    before = song.read_bytes()
    assert earmark("write", "--yes", "rock", 'title:"Song 1"').status == status.DONE
    os.link(song, scanned.with_name("backup"))
    refused = earmark("undo", "--yes")
    assert refused.status == status.PARTLY
    assert "2 names" in refused.out
    assert earmark("undo", "--yes", "--allow-hard-links").status == status.DONE
    assert song.read_bytes() == before


def test_an_export_through_a_link_or_to_a_device_keeps_both(earmark, scanned, tmp_path):
    target, link = tmp_path / "scores.json", tmp_path / "link.json"
    target.write_text("old")
    link.symlink_to(target)
    assert earmark("export", "-o", link).status == status.DONE
    assert link.is_symlink()
    assert len(json.loads(target.read_text())) == 3
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE)
    assert earmark("export", "-o", pipe).status == status.DONE
    assert len(json.loads(reader.communicate(timeout=20)[0])) == 3
    assert pipe.is_fifo()


def test_a_checkpoint_that_is_refused_is_named_by_its_own_path(earmark, home, tmp_path, monkeypatch):
    from tests.core.models.small import write_small

    def make(source, made, **options):
        write_small(made, name="small", seed=1)

    monkeypatch.setattr("tagger_core.models.importer.import_checkpoint", make)
    said = earmark("models", "import", tmp_path / "public.pth")
    assert said.status == status.ERROR
    assert "public.pth" in said.err
    assert earmark("models", "import", "--replace", tmp_path / "public.pth").status == status.DONE


@pytest.mark.parametrize("words", [("search", "--json", "x>2"), ("show", "--json", "nobody.mp3")])
def test_with_json_an_error_is_json_too(earmark, scanned, words):
    assert earmark(*words).json["error"]
