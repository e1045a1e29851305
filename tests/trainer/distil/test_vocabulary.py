"""The words of the bundled model: all that the data sets have, merged; kept where their teachers agree."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tagger_core.errors import EarmarkError
from tagger_core.models.tag_names import TAG_NAMES
from tests.support.audio import encode, tone
from trainer.distil import manifest
from trainer.distil.evidence import clips_of, measure, recordings, witnesses, write
from trainer.distil.manifest import Entry
from trainer.distil.panel import PUBLISHED, Voice
from trainer.distil.sources import Piece
from trainer.distil.vocabulary import (
    DATASETS,
    Evidence,
    Word,
    read_evidence,
    spoken,
    verdict,
    vocabulary,
    words,
)


def test_every_tag_of_every_data_set_is_a_word_or_part_of_one() -> None:
    for dataset in DATASETS:
        merged = {name for word in words() for name in word.members.get(dataset, ())}
        assert merged == {name for name, _ in TAG_NAMES[dataset]}


def test_names_are_for_people_and_stand_alone() -> None:
    names = [word.name for word in words()]
    assert len(names) == len(set(names))
    assert all(name == name.lower() for name in names)


def test_a_table_with_a_tag_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    table = tmp_path / "words.tsv"
    table.write_text("tag\tcategory\tmtat\tmsd\tjamendo\nzither\tinstrument\tzither\t\t\n", "utf-8")
    with pytest.raises(ValueError, match="mtat has no tag"):
        words(table)
    table.write_text("tag\tcategory\tmtat\tmsd\tjamendo\npiano\tfurniture\tpiano\t\t\n", "utf-8")
    with pytest.raises(ValueError, match="no known category"):
        words(table)


MTAT_JAMENDO = ("mtat", "jamendo")


@pytest.mark.parametrize(
    ("own", "between", "teachers"),
    [
        ({"mtat": (0.8, 0.7)}, {}, ("mtat",)),
        ({"mtat": (0.49, 0.4)}, {}, ()),
        ({"mtat": (0.55, 0.1)}, {}, ()),
        ({"mtat": (0.8, 0.7), "jamendo": (0.7, 0.6)}, {MTAT_JAMENDO: 0.5}, ("mtat", "jamendo")),
        ({"mtat": (0.8, 0.7), "jamendo": (0.7, 0.6)}, {MTAT_JAMENDO: 0.1}, ("mtat",)),
        ({"mtat": (0.6, 0.5), "jamendo": (0.7, 0.6)}, {MTAT_JAMENDO: -0.3}, ("jamendo",)),
        ({"mtat": (0.3, 0.1), "jamendo": (0.7, 0.6)}, {MTAT_JAMENDO: 0.1}, ("jamendo",)),
    ],
)
def test_a_data_set_teaches_a_word_if_it_agrees_with_itself_and_the_others(
    own: dict[str, tuple[float, float]], between: dict[tuple[str, str], float], teachers: tuple[str, ...]
) -> None:
    found = verdict(Evidence(own, between))
    assert found.teachers == teachers
    assert bool(found.reason) == (len(teachers) < len(own))


def test_every_word_was_measured_and_those_without_a_teacher_are_left_out() -> None:
    measured = read_evidence()
    assert set(measured) == {word.name for word in words()}
    kept = vocabulary()
    assert {word.name for word in kept} == {name for name in measured if verdict(measured[name]).teachers}
    for word in kept:
        assert tuple(word.members) == verdict(measured[word.name]).teachers
    assert {"piano", "rock", "jazz", "techno", "female vocal", "slow", "happy"} <= {w.name for w in kept}


def test_a_word_is_the_chance_that_one_of_its_synonyms_was_written() -> None:
    order = [name for name, _ in TAG_NAMES["mtat"]]
    logits = np.full((2, 50), -20.0)
    logits[0, [order.index("choir"), order.index("choral")]] = 0.0
    logits[1, order.index("piano")] = 5.0
    choir = Word("choir", "voice", {"mtat": ("choir", "choral")})
    assert spoken(choir, "mtat", logits) == pytest.approx([0.75, 0.0], abs=1e-6)


WORDS = (
    Word("piano", "instrument", {"mtat": ("piano",), "jamendo": ("piano",)}),
    Word("sitar", "instrument", {"mtat": ("sitar",)}),
)


def test_evidence_tells_agreement_from_accident_and_is_read_as_it_was_written(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    heard, noise = random.random((60, 2)), random.random((60, 2))
    scores = {
        Voice("mtat", "musicnn"): np.c_[heard[:, 0], heard[:, 1]],
        Voice("mtat", "fcn"): np.c_[heard[:, 0] ** 2, noise[:, 1]],
        Voice("jamendo", "musicnn"): np.c_[1 - heard[:, 0], np.full(60, np.nan)],
        Voice("jamendo", "fcn"): np.c_[1 - heard[:, 0] ** 2, np.full(60, np.nan)],
        Voice("msd", "fcn"): np.full((60, 2), np.nan),
        Voice("msd", "crnn"): np.full((60, 2), np.nan),
    }
    found = measure(scores, np.arange(60) // 2, WORDS, draws=20)
    piano, sitar = found["piano"], found["sitar"]
    assert piano.own["mtat"] == (pytest.approx(1), pytest.approx(1))
    assert piano.between == {MTAT_JAMENDO: pytest.approx(-1)}
    assert set(sitar.own) == {"mtat"}
    assert sitar.own["mtat"][1] < sitar.own["mtat"][0] < 0.4
    assert verdict(piano).teachers in {("mtat",), ("jamendo",)}
    assert verdict(sitar).teachers == ()
    write(found, tmp_path / "evidence.tsv")
    again = read_evidence(tmp_path / "evidence.tsv")
    assert again["sitar"].own["mtat"] == pytest.approx(sitar.own["mtat"], abs=1e-3)
    assert again["piano"].between == pytest.approx(piano.between)


def test_two_networks_a_data_set_are_heard() -> None:
    heard = witnesses(tuple(Voice(*voice) for voice in PUBLISHED))
    assert sorted(voice.name for voice in heard) == [
        "jamendo-fcn", "jamendo-musicnn", "msd-crnn", "msd-fcn", "mtat-fcn", "mtat-musicnn",
    ]  # fmt: skip


def test_clips_are_of_music_that_is_long_enough(tmp_path: Path) -> None:
    encode(tmp_path / "long.wav", tone(70.0, 16_000), 16_000)
    encode(tmp_path / "short.wav", tone(5.0, 16_000), 16_000)
    (tmp_path / "broken.ogg").write_bytes(b"OggS")
    pieces = [
        Piece("zaz", path.stem, path.stem, path, "CC0-1.0", "train") for path in sorted(tmp_path.iterdir())
    ]
    clips = clips_of(pieces, most=2)
    assert clips.samples.shape == (2, 464_000)
    assert clips.track_of.tolist() == [0, 0]
    assert clips.tracks == {"zaz": 1}
    with pytest.raises(EarmarkError, match="no recorded music of 29 s"):
        clips_of([piece for piece in pieces if piece.name != "long"], most=2)


def test_words_are_chosen_by_recorded_music_that_no_test_will_hear(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def there(part: str, file: str, album: str) -> tuple[Entry, Path]:
        return Entry(part, file, "", "", "CC0-1.0", album, ""), tmp_path / file

    found = dict([
        there("zaz", "mus1.ogg", "zaz"),
        there("xmoto", "song.ogg", "xmoto"),
        there("songs", "198-209-0000.hq.ogg", "songs: 198"),
        there("asterisk", "hello.wav", "asterisk"),
        there("mutopia", "piano-bach.mid", "mutopia: bach"),
        there("FluidR3", "font.sf2", "font"),
    ])  # fmt: skip
    monkeypatch.setattr(manifest, "local_copies", lambda *_: found)
    assert [piece.source for piece in recordings([tmp_path])] == ["zaz"]
