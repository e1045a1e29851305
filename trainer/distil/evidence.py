"""`python -m trainer.distil vocabulary`: how the teachers of each word agree with each other on real music.

Clips of 29 s are cut from recorded music. The fcn and the crnn hear a clip at once, as they were trained; the
musicnn hears it in windows of 3 s, and its score of the clip is the mean. Nobody knows what is true of these
clips; but networks of two architectures that learned a word from the same labels must hear it in the same
clips, and if they do not, neither can teach it.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from tagger_core.errors import EarmarkError
from tagger_core.models.crnn import CRNN
from tagger_core.models.fcn import FCN
from tagger_core.models.musicnn import Musicnn
from trainer.distil import gather, manifest, panel
from trainer.distil.corpus import RATE, WINDOW, to_float, to_int16
from trainer.distil.evaluate import spearman
from trainer.distil.panel import Voice
from trainer.distil.parts import PARTS
from trainer.distil.sources import Piece
from trainer.distil.teacher import Teacher, fused
from trainer.distil.vocabulary import DATASETS, PAIRS, Evidence, Word, spoken, words

LOG = logging.getLogger(__name__)

CLIP = 464_000
"""Samples of a clip: 29 s, what fcn and crnn hear."""
SILENCE = 1e-3

Scores = Mapping[Voice, NDArray[np.float64]]


@dataclass(frozen=True, eq=False)
class Clips:
    """Recorded music.

    Args:
        samples: int16 [n, CLIP].
        track_of: int64 [n], equal for clips of one track.
        tracks: by source, how many tracks it gave.
    """

    samples: NDArray[np.int16]
    track_of: NDArray[np.int64]
    tracks: Mapping[str, int]


def recordings(parts: list[Path]) -> list[Piece]:
    """Return the recorded music in local copies of the corpus; the test split chooses nothing."""
    found = gather.pieces_of(manifest.local_copies(manifest.read(), parts))
    kinds = {part.name: part.kind for part in PARTS}
    return [piece for piece in found if kinds.get(piece.source) == "music" and piece.split != "test"]


def clips_of(pieces: Iterable[Piece], most: int) -> Clips:
    """Return up to `most` clips of each piece, evenly spaced.

    Raises:
        EarmarkError: there is no music of 29 s.
    """
    from tagger_core.audio import decode  # noqa: PLC0415 - a host that only teaches has no av

    found: list[NDArray[np.int16]] = []
    track_of: list[int] = []
    tracks: dict[str, int] = {}
    for piece in pieces:
        try:
            sound = decode.load(piece.path, RATE)
        except EarmarkError as error:
            LOG.warning("left out: %s", error)
            continue
        cut = _evenly(sound, most)
        found += cut
        track_of += [sum(tracks.values())] * len(cut)
        tracks[piece.source] = tracks.get(piece.source, 0) + bool(cut)
    if not found:
        raise EarmarkError("there is no recorded music of 29 s or more", remedy="name other --parts")
    return Clips(np.stack(found), np.array(track_of), tracks)


def kept_clips(work: Path, most: int, parts: list[Path]) -> Clips:
    """Return the clips in a work folder; cut them first if there are none."""
    samples, about = work / "clips.npy", work / "tracks.json"
    if not about.exists():
        work.mkdir(parents=True, exist_ok=True)
        clips = clips_of(recordings(parts), most)
        np.save(samples, clips.samples)
        about.write_text(json.dumps({"track_of": clips.track_of.tolist(), "tracks": clips.tracks}), "utf-8")
    told = json.loads(about.read_text("utf-8"))
    return Clips(np.load(samples, mmap_mode="r"), np.array(told["track_of"]), told["tracks"])


def _evenly(sound: NDArray[np.float32], most: int) -> list[NDArray[np.int16]]:
    count = min(most, len(sound) // CLIP)
    starts = np.linspace(0, len(sound) - CLIP, count + 2)[1:-1].astype(int) if count > 1 else range(count)
    cut = [sound[start : start + CLIP] for start in starts]
    return [to_int16(clip) for clip in cut if np.abs(clip).max() > SILENCE]


def witnesses(voices: tuple[Voice, ...]) -> tuple[Voice, ...]:
    """Return two networks a data set: its musicnn and its fcn, and its crnn where one of them is missing."""
    return tuple(
        voice
        for voice in voices
        if voice.network != "crnn"
        or not {"musicnn", "fcn"} <= {other.network for other in voices if other.dataset == voice.dataset}
    )


def clip_scores(
    folder: Path, voice: Voice, clips: NDArray[np.int16], considered: tuple[Word, ...]
) -> NDArray[np.float64]:
    """Return a teacher's score of each word for each clip, [n, words]; NaN for tags that it does not have."""
    network = panel.network_of(folder, voice)
    windows = Teacher(network) if isinstance(network, Musicnn) else None
    if isinstance(network, FCN | CRNN):
        network.stack = fused(network.stack)
    rows = []
    for clip in clips:
        sound = to_float(clip)
        if windows is not None:
            logits = windows.logits(sound[: CLIP // WINDOW * WINDOW].reshape(-1, WINDOW))
        else:
            with torch.inference_mode():
                logits = network(torch.from_numpy(sound[None])).numpy()
        rows.append(
            [
                spoken(word, voice.dataset, logits).mean() if voice.dataset in word.members else np.nan
                for word in considered
            ]
        )
    return np.array(rows)


def _standard(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return logits of mean 0 and deviation 1 a word, so that networks of one set can be averaged."""
    inside = np.clip(scores, 1e-6, 1 - 1e-6)
    logits = np.log(inside / (1 - inside))
    return np.asarray((logits - logits.mean(0)) / (logits.std(0) + 1e-9))


def _own(scores: Scores, dataset: str) -> NDArray[np.float64]:
    """Return the mean rank correlation between the networks of a data set, [words]."""
    mine = [values for voice, values in scores.items() if voice.dataset == dataset]
    return np.asarray(np.mean([spearman(a, b) for a, b in itertools.combinations(mine, 2)], axis=0))


def _between(scores: Scores, pair: tuple[str, str]) -> NDArray[np.float64]:
    """Return the rank correlation between the means of two data sets, [words]."""
    means = [
        np.mean([_standard(values) for voice, values in scores.items() if voice.dataset == name], axis=0)
        for name in pair
    ]
    return spearman(*means)


def _drawn(random: np.random.Generator, track_of: NDArray[np.int64]) -> NDArray[np.int64]:
    """Draw tracks with replacement and return the rows of all their clips."""
    rows = [np.flatnonzero(track_of == track) for track in np.unique(track_of)]
    return np.concatenate([rows[k] for k in random.integers(len(rows), size=len(rows))])


def measure(
    scores: Scores, track_of: NDArray[np.int64], considered: tuple[Word, ...], draws: int = 200
) -> dict[str, Evidence]:
    """Return the evidence for each word; intervals are of whole tracks drawn with replacement.

    Args:
        scores: by teacher, [n, words]; at least two networks a data set.
        track_of: [n].
        considered: the words, in the order of the columns.
        draws: of the bootstrap.
    """
    random = np.random.default_rng(0)
    picked = [_drawn(random, track_of) for _ in range(draws)]
    own, between = {}, {}
    with np.errstate(invalid="ignore"):
        for name in DATASETS:
            again = [_own({v: s[rows] for v, s in scores.items()}, name) for rows in picked]
            own[name] = (_own(scores, name), np.quantile(again, 0.025, axis=0))
        for pair in PAIRS:
            between[pair] = _between(scores, pair)
    return {
        word.name: Evidence(
            {name: (float(own[name][0][k]), float(own[name][1][k])) for name in word.members},
            {pair: float(between[pair][k]) for pair in PAIRS if set(pair) <= set(word.members)},
        )
        for k, word in enumerate(considered)
    }


def write(evidence: Mapping[str, Evidence], path: Path) -> None:
    """Write what `vocabulary.read_evidence` reads."""
    pairs = ["-".join(pair) for pair in PAIRS]
    columns = ["tag", *itertools.chain(*((name, f"{name} low") for name in DATASETS)), *pairs]
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, columns, restval="", delimiter="\t", lineterminator="\n")
        table.writeheader()
        for name, found in evidence.items():
            row = {"tag": name}
            for dataset, (mean, low) in found.own.items():
                row |= {dataset: f"{mean:.3f}", f"{dataset} low": f"{low:.3f}"}
            row |= {"-".join(pair): f"{value:.3f}" for pair, value in found.between.items()}
            table.writerow(row)


def main(arguments: list[str]) -> None:
    """Measure, and write the table."""
    parser = argparse.ArgumentParser(prog="python -m trainer.distil vocabulary", description=__doc__)
    parser.add_argument("--parts", type=Path, nargs="+", required=True, help="unpacked packages, clones")
    parser.add_argument("--teachers", type=Path, required=True, help="folder with SET-NETWORK.pth files")
    parser.add_argument("--out", type=Path, required=True, help="the table of evidence to write, TSV")
    parser.add_argument(
        "--work", type=Path, required=True, help="folder for clips and scores; it may be kept"
    )
    parser.add_argument("--clips", type=int, default=1, help="clips of 29 s a track, at most")
    options = parser.parse_args(arguments)
    clips, considered = kept_clips(options.work, options.clips, options.parts), words()
    LOG.info("%d clips; tracks by source: %s", len(clips.samples), dict(clips.tracks))
    scores: dict[Voice, NDArray[np.float64]] = {}
    for voice in witnesses(panel.voices(options.teachers)):
        path = options.work / f"{panel.fingerprint(clips.samples)}-{voice.name}.npy"
        if not path.exists():
            np.save(path, clip_scores(options.teachers, voice, clips.samples, considered))
            LOG.info("%s has heard them", voice.name)
        scores[voice] = np.load(path)
    write(measure(scores, clips.track_of, considered), options.out)
