"""The model that comes with Earmark: what its card must say, how good it must be, and what it must hear."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from tagger_core.audio import decode, windows
from tagger_core.models import model_file
from tests.support.shared import SHARED, needs_shared

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
FOLDER = RESOURCES / "models"
TAGS = {"earmark-main": 85, "earmark-quick": 78}
BEATEN_BY = {"earmark-main": 0.15, "earmark-quick": 0.1}
"""By how much the control's rank correlation on recorded clips lies below the model's, at least."""


def load(name: str) -> model_file.LoadedModel:
    return model_file.load(FOLDER / f"{name}.safetensors")


@pytest.fixture(scope="module", params=TAGS)
def model(request: pytest.FixtureRequest) -> model_file.LoadedModel:
    return load(request.param)


def test_every_bundled_model_is_looked_at() -> None:
    assert {path.stem for path in FOLDER.glob("*.safetensors")} == set(TAGS)


@pytest.mark.parametrize("name", TAGS)
def test_the_file_is_small_and_its_description_reads_without_the_weights(name: str) -> None:
    path = FOLDER / f"{name}.safetensors"
    assert path.stat().st_size <= 5_000_000
    info = model_file.read_info(path)
    assert info.name == name
    assert info.licence == "MIT"
    assert len(info.tags) == TAGS[name]


def test_every_tag_can_be_decided(model: model_file.LoadedModel) -> None:
    assert all(0 < tag.threshold < 1 for tag in model.info.tags)
    era = {"era"} if model.info.name == "earmark-main" else set()
    assert {tag.category for tag in model.info.tags} == era | {
        "genre", "mood", "instrument", "voice", "tempo", "texture",
    }  # fmt: skip


def test_the_card_names_teacher_sources_and_licences(model: model_file.LoadedModel) -> None:
    card = model.info.card
    assert card == (FOLDER / f"{model.info.name}.md").read_text("utf-8")
    for licence in ("GPL-2", "CC-BY-SA", "CC-BY-4.0", "BSD-3-Clause", "public domain"):
        assert licence in card
    assert "musicnn" in card
    assert "What it cannot do" in card
    assert "python -m trainer.distil" in card


def test_the_measured_agreement_is_there_and_good_enough(model: model_file.LoadedModel) -> None:
    quality = model.info.quality
    assert quality["real clips: Spearman"] == quality["Spearman"] >= 0.76
    assert quality["real clips: AUC"] == quality["AUC"] >= 0.9
    control = quality["real clips: Spearman of a ridge on mel statistics"]
    assert quality["real clips: Spearman"] > control + BEATEN_BY[model.info.name]
    assert quality["real clips: items"] >= 100


@pytest.mark.parametrize("sound", ["silence", "noise"])
def test_scores_are_scores(model: model_file.LoadedModel, sound: str) -> None:
    random = np.random.default_rng(0)
    wave = np.zeros(model.info.window) if sound == "silence" else random.uniform(-1, 1, model.info.window)
    with torch.inference_mode():
        scores = torch.sigmoid(model.network(torch.from_numpy(wave.astype(np.float32))[None]))
    assert scores.shape == (1, len(model.info.tags))
    assert torch.isfinite(scores).all()


def scores_of(model: model_file.LoadedModel, path: Path) -> dict[str, float]:
    """Return the mean scores of a song's first 100 s, by tag."""
    wave = decode.load(path, model.info.sample_rate)[: 100 * model.info.sample_rate]
    length = model.info.window
    wave = np.resize(wave, max(len(wave), length))  # a single note is heard again and again
    heard = [w.samples for w in windows.cut([wave], length, length) if not w.silent]
    with torch.inference_mode():
        scores = torch.sigmoid(torch.cat([model.network(torch.from_numpy(w)[None]) for w in heard])).mean(0)
    return dict(zip((tag.name for tag in model.info.tags), scores.tolist(), strict=True))


SONGS = ("Hungarian_Dance", "Joshua_Morin", "Karissa_Hobbs", "Kevin_MacLeod_-_Vibe")


def recording(name: str) -> Path:
    assert SHARED is not None
    folder = SHARED / "corpus" / "recordings"
    return next(path for path in sorted(folder.rglob(f"{name}*")) if path.suffix in (".ogg", ".wav"))


@pytest.fixture(scope="module")
def songs(model: model_file.LoadedModel) -> dict[str, dict[str, float]]:
    """Mean scores of recordings that were not taught, by the beginning of their name, then by tag."""
    return {name: scores_of(model, recording(name)) for name in SONGS}


@needs_shared
@pytest.mark.parametrize(
    ("song", "tags", "not_tags"),
    [
        ("Hungarian_Dance", ("classical", "strings", "violin"), ("rock", "techno", "drums", "metal")),
        ("Joshua_Morin", ("guitar", "rock", "male vocal"), ("techno", "choir", "harp")),
        ("Karissa_Hobbs", ("female vocal", "vocal", "guitar"), ("techno", "metal", "opera")),
        ("Kevin_MacLeod_-_Vibe", ("drums", "beat"), ("choir", "opera", "violin")),
    ],
)
def test_what_a_song_is_known_for_stands_out(
    model: model_file.LoadedModel,
    songs: dict[str, dict[str, float]],
    song: str,
    tags: tuple[str, ...],
    not_tags: tuple[str, ...],
) -> None:
    """Scores are for comparing songs: what a song is known for must stand out among the four."""
    thresholds = {tag.name: tag.threshold for tag in model.info.tags}
    for tag in tags:
        others = [scores[tag] for name, scores in songs.items() if name != song]
        assert songs[song][tag] > np.median(others), tag
    for tag in not_tags:
        assert songs[song][tag] < thresholds[tag], tag


MISSES = {
    ("earmark-main", "Kevin_MacLeod_-_Vibe"): ".299, from .386 on",
    ("earmark-quick", "Kevin_MacLeod_-_Vibe"): ".290, from .431 on",
}
"""Scores that should reach their thresholds and do not yet; whoever mends one has to take it out here."""


@needs_shared
@pytest.mark.parametrize(
    ("song", "tag"),
    [
        ("Hungarian_Dance", "classical"),
        ("Joshua_Morin", "guitar"),
        ("Karissa_Hobbs", "female vocal"),
        ("Kevin_MacLeod_-_Vibe", "drums"),
    ],
)
def test_what_a_song_is_best_known_for_holds(
    request: pytest.FixtureRequest,
    model: model_file.LoadedModel,
    songs: dict[str, dict[str, float]],
    song: str,
    tag: str,
) -> None:
    miss = MISSES.get((model.info.name, song))
    if miss is not None:
        request.applymarker(pytest.mark.xfail(reason=miss, raises=AssertionError, strict=True))
    (threshold,) = (one.threshold for one in model.info.tags if one.name == tag)
    assert songs[song][tag] >= threshold


PUT_OTHERS_FIRST = {
    ("earmark-main", "Joshua_Morin", "genre"): "indie .36, pop folk .35, pop .33, folk .32, rock .31",
    ("earmark-quick", "Karissa_Hobbs", "genre"): "rock .49, pop .34",
}
"""What should come first and does not yet; whoever mends one has to take it out here."""


@needs_shared
@pytest.mark.parametrize(
    ("name", "category", "expected"),
    [
        ("Hungarian_Dance", "genre", {"classical", "orchestral"}),
        ("Joshua_Morin", "genre", {"rock"}),
        ("Joshua_Morin", "instrument", {"guitar"}),
        ("Karissa_Hobbs", "genre", {"folk", "pop", "pop folk"}),
        ("Karissa_Hobbs", "instrument", {"guitar", "bass"}),
        ("Kevin_MacLeod_-_P_I_Tchaikovsky", "genre", {"classical"}),
        ("flute-A4", "instrument", {"flute"}),
        ("mridangam", "instrument", {"drums"}),
        ("orchestra", "genre", {"orchestral"}),
        ("piano", "instrument", {"piano"}),
        ("soprano-E4", "voice", {"choir", "female vocal"}),
    ],
)
def test_the_models_put_the_obvious_first(
    request: pytest.FixtureRequest,
    model: model_file.LoadedModel,
    name: str,
    category: str,
    expected: set[str],
) -> None:
    """Songs were not taught; of the single sounds it heard a second or two.

    The song of Karissa Hobbs is folk and pop, as librosa, which publishes it, says of it.
    """
    miss = PUT_OTHERS_FIRST.get((model.info.name, name, category))
    if miss is not None:
        request.applymarker(pytest.mark.xfail(reason=miss, raises=AssertionError, strict=True))
    scores = scores_of(model, recording(name))
    mine = [tag.name for tag in model.info.tags if tag.category == category]
    assert max(mine, key=lambda tag: scores[tag]) in expected


@needs_shared
def test_the_models_hear_jazz_among_the_first(model: model_file.LoadedModel) -> None:
    """What its teachers put first, it puts behind the likes of lounge."""
    scores = scores_of(model, recording("Kevin_MacLeod_-_Vibe"))
    genres = [tag.name for tag in model.info.tags if tag.category == "genre"]
    assert "jazz" in sorted(genres, key=lambda tag: -scores[tag])[:4]


def genres_heard(model: model_file.LoadedModel, name: str) -> list[str]:
    scores = scores_of(model, recording(name))
    return [t.name for t in model.info.tags if t.category == "genre" and scores[t.name] >= t.threshold]


@needs_shared
@pytest.mark.parametrize("name", ["198-", "3436-", "speech-female", "rain", "ocean"])
def test_speech_rain_and_surf_get_no_genre(model: model_file.LoadedModel, name: str) -> None:
    """The numbers are readers whom it was not taught with."""
    assert genres_heard(model, name) == []


@needs_shared
@pytest.mark.parametrize("name", ["5703-", "speech-male"])
def test_the_main_model_gives_no_genre_to_whoever_speaks(name: str) -> None:
    assert genres_heard(load("earmark-main"), name) == []


@pytest.mark.parametrize(
    ("song", "tag", "scores"),
    [
        ("01 Lantern on the Water", "piano", (0.65, 0.50)),
        ("03 Night Shift", "techno", (0.70, 0.74)),
        ("06 Slow Weather", "slow", (0.46, 0.48)),
        ("07 Kyrie for Nobody", "choir", (0.87, 0.80)),
        ("10 Reeds by the River", "flute", (0.75, 0.72)),
        ("12 Broken Turnstile", "electronic", (0.65, 0.63)),
    ],
)
def test_scores_of_the_demo_songs_do_not_drift(song: str, tag: str, scores: tuple[float, float]) -> None:
    path = next((RESOURCES / "demo").glob(f"{song}.*"))
    for name, score in zip(("earmark-main", "earmark-quick"), scores, strict=True):
        assert scores_of(load(name), path)[tag] == pytest.approx(score, abs=0.05)
