"""A corpus that is carried: all of it arrives, in its place and order, in parcels that are small enough."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tagger_core.errors import EarmarkError
from trainer.distil import known, parcels
from trainer.distil.composed.score import Score
from trainer.distil.corpus import WINDOW, Corpus, collect, load, to_int16
from trainer.distil.sources import Piece
from trainer.distil.textures import make


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    pieces = [
        Piece("wesnoth", kind, kind, Path(kind), "GPL-2+", split)
        for kind, split in (("pad", "train"), ("plucked", "test"), ("beat", "train"))
    ]
    return collect(
        tmp_path / "home" / "corpus", pieces, lambda p: to_int16(make(p.name, 1, 6.0)).reshape(2, WINDOW)
    )


def test_a_corpus_arrives_as_it_was_packed(
    corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parcels, "TOGETHER", 4)
    packed = parcels.pack(tmp_path / "home", tmp_path / "parcels", 60_000, workers=1)
    assert sorted((tmp_path / "parcels").iterdir()) == packed
    assert len(packed) > 1
    for parcel in packed:
        assert sum(path.stat().st_size for path in parcel.iterdir()) <= 60_000
    parcels.unpack(packed, tmp_path / "abroad", workers=1)
    arrived = load(tmp_path / "abroad" / "corpus")
    assert arrived.pieces == corpus.pieces
    assert arrived.windows.shape == corpus.windows.shape
    # No scores, no programs; those of scores come along, since the scores do not.
    assert not (tmp_path / "abroad" / "corpus" / known.PROGRAMS).exists()
    for sent, here in zip(corpus.windows, arrived.windows, strict=True):
        assert np.corrcoef(sent, here)[0, 1] > 0.9


def test_what_plays_the_scores_arrives_too(tmp_path: Path) -> None:
    path = tmp_path / "score.mid"
    tune = Score(120, {0: 40})
    tune.play(0, 0, 1, 60)
    path.write_bytes(tune.to_midi())
    piece = Piece("mutopia", "a", "a", path, "public domain", "train", program=0)
    collect(tmp_path / "home" / "corpus", [piece], lambda _: np.ones((1, WINDOW), np.int16))
    parcels.unpack(parcels.pack(tmp_path / "home", tmp_path / "parcels", 1_000_000), tmp_path / "abroad")
    path.unlink()
    folder = tmp_path / "abroad" / "corpus"
    assert known.programs_in(folder, load(folder).pieces) == {str(path): {40}}


def test_what_did_not_arrive_is_named(corpus: Corpus, tmp_path: Path) -> None:
    packed = parcels.pack(tmp_path / "home", tmp_path / "parcels", 1_000_000)
    assert len(packed) == 1
    (packed[0] / "000000.ogg").unlink()
    with pytest.raises(EarmarkError, match=r"000000\.ogg is in none of the parcels"):
        parcels.unpack(packed, tmp_path / "abroad")
    assert not (tmp_path / "abroad").exists()


def test_a_parcel_holds_at_least_a_file(corpus: Corpus, tmp_path: Path) -> None:
    with pytest.raises(EarmarkError, match="allow larger parcels"):
        parcels.pack(tmp_path / "home", tmp_path / "parcels", 10_000)
