"""What may be learned from: only what is free, split so that nothing heard in training is measured."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from trainer.distil.corpus import WINDOW, collect, cut, load, to_float, to_int16, updated
from trainer.distil.render import commands
from trainer.distil.sources import Piece, licence_of, split_of
from trainer.distil.textures import MAKERS, make, pieces


@pytest.mark.parametrize("kind", sorted(MAKERS))
def test_a_texture_is_its_seed_and_sounds(kind: str) -> None:
    sound = make(kind, 3, 2.0)
    assert sound.dtype == np.float32
    assert len(sound) == 32_000
    assert np.array_equal(sound, make(kind, 3, 2.0))
    assert not np.array_equal(sound, make(kind, 4, 2.0))
    assert 0.09 < np.abs(sound).max() < 0.96
    assert np.sqrt(np.mean(sound**2)) > 1e-3


def test_textures_are_of_all_kinds() -> None:
    names = {piece.name.split()[0] for piece in pieces(21)}
    assert names == set(MAKERS)


def test_versions_of_a_piece_stay_together_and_every_split_gets_some() -> None:
    splits = {split_of(f"piece {k}", validation=0.1, test=0.2) for k in range(100)}
    assert splits == {"train", "validation", "test"}
    assert split_of("a", validation=0.1, test=0.2) == split_of("a", validation=0.1, test=0.2)


@pytest.mark.parametrize(
    ("text", "licence"),
    [
        ("CC-BY https://creativecommons.org/licenses/by/3.0/", "CC-BY-3.0"),
        ("http://creativecommons.org/licenses/by-sa/2.5/", "CC-BY-SA-2.5"),
        ("https://creativecommons.org/publicdomain/mark/1.0/", "public domain"),
        ("http://creativecommons.org/licenses/by-nc/4.0/ and also licenses/by/4.0", None),
        ("Creative Commons Attribution-NonCommercial; licenses/by/3.0", None),
        ("all rights reserved", None),
    ],
)
def test_only_free_licences_are_taken(text: str, licence: str | None) -> None:
    assert licence_of(text) == licence


def test_windows_are_whole_sound_and_loud_enough() -> None:
    short = np.full(WINDOW // 2, 0.5, np.float32)
    assert cut(short, 100, WINDOW).shape == (1, WINDOW)
    long = np.concatenate([np.full(WINDOW, 0.5, np.float32), np.zeros(WINDOW + 5, np.float32)])
    assert cut(long, 100, WINDOW).shape == (1, WINDOW)
    assert cut(np.full(3 * WINDOW, 0.5, np.float32), 6.0, WINDOW).shape == (2, WINDOW)
    assert cut(np.zeros(0, np.float32), 6.0, WINDOW).shape == (0, WINDOW)


def test_sixteen_bits_clip_rather_than_wrap() -> None:
    assert np.allclose(to_float(to_int16(np.float32([-2, -1, 0.25, 1, 2]))), [-1, -1, 0.25, 1, 1], atol=1e-4)


def _piece(name: str, split: str, program: int | None = None) -> Piece:
    return Piece("wesnoth", name, name, Path(name), "GPL-2.0-or-later", split, program)


def test_a_corpus_is_written_once_and_mapped_again(tmp_path: Path) -> None:
    pieces = [_piece("a", "train"), _piece("silent", "train"), _piece("b", "test")]
    counts = {"a": 2, "silent": 0, "b": 3}
    heard = collect(tmp_path, pieces, lambda p: np.full((counts[p.name], WINDOW), counts[p.name], np.int16))
    again = collect(tmp_path, [], lambda p: pytest.fail(f"{p.name} is heard twice"))
    for corpus in (heard, again, load(tmp_path)):
        assert corpus.windows[:, 0].tolist() == [2, 2, 3, 3, 3]
        assert [piece.name for piece in corpus.pieces] == ["a", "b"]
        assert corpus.indices("test").tolist() == [2, 3, 4]
        assert corpus.hours("wesnoth", "train") == pytest.approx(6 / 3600)


def test_a_corpus_that_grows_is_not_heard_again(tmp_path: Path) -> None:
    heard: list[str] = []

    def sound_of(piece: Piece) -> np.ndarray:
        heard.append(piece.name)
        return np.full((len(piece.name), WINDOW), ord(piece.name[0]), np.int16)

    a, b, c = _piece("a", "train"), _piece("bb", "train"), _piece("ccc", "test")
    updated(tmp_path / "corpus", [a, b], sound_of)
    corpus = updated(tmp_path / "corpus", [c, b], sound_of)
    assert heard == ["a", "bb", "ccc"]
    assert corpus.windows[:, 0].tolist() == [99, 99, 99, 98, 98]
    assert corpus.pieces == [c, b]
    # As after a kill between the two renamings.
    (tmp_path / "corpus").rename(tmp_path / "corpus.before")
    again = updated(tmp_path / "corpus", [c, b], sound_of)
    assert np.array_equal(again.windows, corpus.windows)
    assert heard == ["a", "bb", "ccc"]
    assert [path.name for path in tmp_path.iterdir()] == ["corpus"]


def test_a_corpus_that_lacks_nothing_is_not_written_again(tmp_path: Path) -> None:
    counts = {"a": 2, "silent": 0}

    def sound_of(piece: Piece) -> np.ndarray:
        return np.ones((counts[piece.name], WINDOW), np.int16)

    def written() -> int:
        return (tmp_path / "corpus" / "windows.i16").stat().st_ino

    pieces = [_piece("a", "train"), _piece("silent", "train")]
    updated(tmp_path / "corpus", pieces, sound_of)
    first = written()
    updated(tmp_path / "corpus", pieces, sound_of)
    assert written() == first
    # What could not be heard, say for want of a program, is heard when it can be.
    counts["silent"] = 1
    assert len(updated(tmp_path / "corpus", pieces, sound_of).windows) == 3
    # What is not wanted any more goes.
    assert len(updated(tmp_path / "corpus", pieces[1:], sound_of).windows) == 1


def test_commands_leave_the_drums_alone_and_replace_only_when_asked() -> None:
    own = commands(24, replace=False, transpose=0)
    assert "prog 0 24\n" in own
    assert "prog 9 " not in own
    assert "router" not in own
    other = commands(104, replace=True, transpose=-5)
    assert "router_par1 0 127 0 104\n" in other
    assert "router_par1 0 127 1 -5\n" in other
