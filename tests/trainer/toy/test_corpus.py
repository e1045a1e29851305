"""The toy corpus: same seed, same clips; splits by folder; tags as common and as often forgotten as told."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from tagger_core.models.model_info import CATEGORIES
from trainer.data.catalogue import SPLITS
from trainer.toy import corpus
from trainer.toy.plan import artist, place, plan
from trainer.toy.styles import ARTISTS, CHANCES, INSTRUMENTS, STYLES
from trainer.toy.tags import INDEX, NAMES, TAGS
from trainer.toy.write import catalogue

COUNT = 1600


@pytest.fixture(scope="module")
def truth() -> np.ndarray:
    return corpus.truth(COUNT, seed=5)


@pytest.fixture(scope="module")
def written() -> np.ndarray:
    present = np.zeros((COUNT, len(TAGS)), bool)
    for number in range(COUNT):
        present[number, list(corpus.written(5, number))] = True
    return present


def test_there_are_fifty_tags_of_known_categories() -> None:
    assert len(set(NAMES)) == 50
    assert {tag.category for tag in TAGS} <= set(CATEGORIES)
    assert all(0.15 <= tag.missing <= 0.3 for tag in TAGS)


def test_styles_fill_a_folder_and_speak_of_known_things() -> None:
    assert sum(style.artists for style in STYLES) == ARTISTS
    for style in STYLES:
        assert style.instruments.keys() <= set(INSTRUMENTS)
        assert style.chances.keys() <= CHANCES.keys()
        assert max(style.chances.values(), default=0) < 1


def test_a_clip_is_its_seed_and_number() -> None:
    few = [(one.key, one.labels, one.samples.tobytes()) for one in corpus.clips(3, 7, 4000)]
    more = [(one.key, one.labels, one.samples.tobytes()) for one in corpus.clips(5, 7, 4000)]
    assert more[:3] == few
    alone = corpus.clip(7, 2, 4000)
    assert (alone.key, alone.labels, alone.samples.tobytes()) == few[2]
    assert corpus.clip(8, 2, 4000).samples.tobytes() != few[2][2]


def test_the_split_of_a_seed_stays_for_ever() -> None:
    found = catalogue(160, 0).checksum()
    assert found == "f0de9271b1f84219c5b841c63549dd46ee6e74982fffea0d0795edfe95be6e8f"


def test_samples_of_a_seed_stay_for_ever() -> None:
    # Rounded to a hundredth of a percent: mathematics libraries may differ in a last bit.
    sums = [
        float(np.abs(corpus.clip(0, number, 8000).samples.astype(np.float64)).sum()) for number in (0, 5, 9)
    ]
    assert np.allclose(sums, [2032.59, 13823.17, 13598.8], rtol=1e-4)


def test_folders_decide_the_split() -> None:
    for number in range(48):
        folder = "0123456789abcdef"[number % 16]
        assert corpus.key(number).startswith(f"{folder}/")
        expected = "train" if folder < "c" else "validation" if folder == "c" else "test"
        assert corpus.split(number) == expected
    sizes = catalogue(160, 1).sizes()
    assert sizes == {"train": 120, "validation": 10, "test": 30}


def test_an_artist_keeps_style_and_settings() -> None:
    mates = [number for number in range(2000) if place(number) == place(35)]
    assert len(mates) > 3
    assert all(plan(1, number).artist == artist(1, *place(35)) for number in mates)
    assert len({place(number) for number in range(16 * ARTISTS)}) == 16 * ARTISTS


def test_few_tags_are_common_and_many_are_rare(truth: np.ndarray, written: np.ndarray) -> None:
    share = np.sort(written.mean(0))
    assert share[0] > 0.006
    assert 0.2 < share[-1] < 0.3
    assert np.median(share) < 0.08
    assert 3 < written.sum(1).mean() < 5
    assert 4 < truth.sum(1).mean() < 6


@pytest.mark.parametrize("split", SPLITS)
def test_tags_are_as_likely_in_every_split_but_for_the_luck_of_its_artists(
    written: np.ndarray, split: str
) -> None:
    rows = [number for number in range(COUNT) if corpus.split(number) == split]
    assert np.corrcoef(written[rows].mean(0), written.mean(0))[0, 1] > 0.9


def test_the_validation_split_of_eight_thousand_clips_has_every_tag() -> None:
    numbers = range(12, 8000, 16)
    assert {corpus.split(number) for number in numbers} == {"validation"}
    counts = Counter(label for number in numbers for label in corpus.written(5, number))
    rarest = min(range(50), key=lambda label: counts[label])
    assert counts[rarest] >= 3, NAMES[rarest]


@pytest.mark.parametrize("split", SPLITS)
def test_true_tags_are_forgotten_and_few_are_wrong(
    truth: np.ndarray, written: np.ndarray, split: str
) -> None:
    rows = [number for number in range(COUNT) if corpus.split(number) == split]
    true, told = truth[rows], written[rows]
    forgotten = (true & ~told).sum() / true.sum()
    wrong = (~true & told).sum() / told.sum()
    assert 0.19 < forgotten < 0.26
    assert 0.015 < wrong < 0.06


def test_tags_hang_together(truth: np.ndarray) -> None:
    def given(tag: str, other: str) -> float:
        return float(truth[truth[:, INDEX[other]], INDEX[tag]].mean())

    assert given("drums", "distorted") > 2 * given("drums", "bowed")
    assert given("slow", "drone") > 2 * given("fast", "drone")
    for one in ("male voice", "female voice", "choir", "humming"):
        assert given("vocal", one) == 1
    for one in ("cymbals", "claps", "four on the floor", "swing"):
        assert given("drums", one) == 1
    for one, other in (("fast", "slow"), ("loud", "quiet"), ("major", "minor"), ("high", "low")):
        assert given(one, other) == 0
