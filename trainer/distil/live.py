"""Sound that is changed and scored at the very step that teaches it, all on one device.

Every window is drawn from the training split, which lies there as int16, and is changed anew each time; the
teachers hear what came of it, and their targets go to the student with it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torchaudio.functional import resample

from trainer.distil import augment, live_changes, rounds
from trainer.distil.corpus import RATE, Corpus
from trainer.distil.live_changes import Random
from trainer.distil.train import Recipe
from trainer.errors import RunError

CLEAN = 0.25
"""Share of the windows that stay as they are: so the student hears what it will be asked about, too."""

Ask = Callable[[Tensor, Tensor], Tensor]
"""(sound float32 [n, samples], whether it is music [n]) -> target logits [n, tags]."""


def device_of(name: str) -> torch.device:
    """Return the device of a name: "cpu", "cuda", or "auto" for a GPU if there is one.

    Raises:
        RunError: there is no such device.
    """
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    if name.startswith("cuda") and not torch.cuda.is_available():
        raise RunError(f"there is no device {name} here", remedy="choose cpu, or install torch with CUDA")
    return torch.device(name)


@dataclass(frozen=True, eq=False)
class Store:
    """The windows that are taught, on a device, and what is known of each, on the processor.

    Args:
        sound: int16 [n, samples].
        voice: whether it is speech or singing alone, bool [n].
        music: whether there is music in it, bool [n].
        twice: whether it is drawn twice as often, bool [n].
    """

    sound: Tensor
    voice: Tensor
    music: Tensor
    twice: Tensor

    def of(self, rows: Tensor) -> Tensor:
        """Return some windows, float32 [m, samples]."""
        return self.sound[rows.to(self.sound.device)].float() / 32768

    def and_rounds(self, rounds_of: list[NDArray[np.int16]]) -> Store:
        """Return the store with rounds of changed music in it, further windows like all others."""
        more = [torch.from_numpy(np.array(windows)).to(self.sound.device) for windows in rounds_of]
        yes = torch.ones(sum(len(windows) for windows in more), dtype=torch.bool)
        return Store(
            torch.cat([self.sound, *more]),
            torch.cat([self.voice, ~yes]),
            torch.cat([self.music, yes]),
            torch.cat([self.twice, yes]),
        )


def store_of(
    corpus: Corpus, music: NDArray[np.bool_], again: NDArray[np.bool_], device: torch.device
) -> Store:
    """Return the training split of a corpus on a device; what is recorded is drawn twice as often.

    Args:
        corpus: of which the other splits stay where they are.
        music: whether there is music in a window, [windows].
        again: whether it is drawn as often as what is recorded, [windows].
        device: where there is room for it: 2 bytes a sample.
    """
    rows = corpus.indices("train")
    pieces = [corpus.pieces[k] for k in corpus.piece_of[rows]]
    return Store(
        torch.from_numpy(np.ascontiguousarray(corpus.windows[rows])).to(device),
        torch.tensor([piece.voice for piece in pieces]),
        torch.from_numpy(music[rows]),
        torch.tensor([piece.real for piece in pieces]) | torch.from_numpy(again[rows]),
    )


class Live:
    """What a student learns from where everything is made at every step.

    Windows of the store that are to come twice come twice before any comes again, as they do with one round.
    A voice that is to be changed is laid under music first, as in `rounds.augmented`.

    Args:
        store: the training split.
        ask: the teachers.
        targets: of the training split's windows as they are, float32 [n, tags], with what is known, which
            teachers do not say; rounds that the store has beside them are not among these.
        window: samples that the student hears.
        sample_rate: at which it does.
        recipe: batch and seed.
        names: changes that may be made.
    """

    def __init__(
        self,
        store: Store,
        ask: Ask,
        targets: NDArray[np.float32],
        *,
        window: int,
        sample_rate: int,
        recipe: Recipe,
        names: tuple[str, ...] = live_changes.NAMES,
    ) -> None:
        self.store, self.ask, self.names = store, ask, names
        self.window, self.sample_rate, self.batch = window, sample_rate, recipe.batch
        self.device, self.targets = store.sound.device, torch.from_numpy(targets)
        self.mean = torch.from_numpy(targets.mean(axis=0)).to(self.device)
        self.deviation = torch.from_numpy(targets.std(axis=0)).to(self.device)
        self.chances = live_changes.randoms(recipe.seed, self.device)
        self.random = Random(recipe.seed, self.device)
        self.places = torch.cat([torch.arange(len(store.voice)), store.twice.nonzero()[:, 0]])
        self.order = self.places[:0]
        self.sung, self.unsung = (kind.nonzero()[:, 0] for kind in (store.voice, ~store.voice))

    def draw(self) -> tuple[Tensor, Tensor]:
        """Return waveforms, float32 [batch, window], and their target logits, float32 [batch, tags]."""
        with torch.no_grad():
            rows = self._next()
            sound, music = self.heard(rows)
            return self._cropped(sound), self._told(rows, self.ask(sound, music))

    def _told(self, rows: Tensor, asked: Tensor) -> Tensor:
        """Return targets [n, tags]: of windows that are as they are the given ones, else the teachers'."""
        same = (torch.arange(len(rows)) < round(CLEAN * len(rows))) & (rows < len(self.targets))
        asked[same.to(self.device)] = self.targets[rows[same]].to(self.device)
        return asked

    def heard(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Return the sound of some windows, float32 [n, samples], and whether there is music in it, [n].

        The first of them, a share of CLEAN, are as they are; chance has changed the others.
        """
        sound, music = self.store.of(rows), self.store.music[rows].to(self.device)
        first = round(CLEAN * len(rows))
        changed, with_music = sound[first:], music[first:]
        if augment.MIX in self.names:
            changed, with_music = self._mixed(changed, with_music, self.store.voice[rows[first:]])
        changed = live_changes.changed(self.chances, changed, self.names)
        return torch.cat([sound[:first], changed]), torch.cat([music[:first], with_music])

    def _next(self) -> Tensor:
        """Return a batch of rows; each of the places comes once before any comes again."""
        while len(self.order) < self.batch:
            more = torch.randperm(len(self.places), generator=self.random.chance)
            self.order = torch.cat([self.order, self.places[more]])
        rows, self.order = self.order[: self.batch], self.order[self.batch :]
        return rows

    def _mixed(self, sound: Tensor, music: Tensor, voice: Tensor) -> tuple[Tensor, Tensor]:
        random, voices = self.chances[augment.MIX], voice.nonzero()[:, 0]
        if len(voices) and len(self.unsung):
            laid, here = random.drawn(self.unsung, len(voices)), voices.to(self.device)
            sound, music = sound.clone(), music.clone()
            sound[here] = live_changes.beside(random, sound[here], self.store.of(laid))
            music[here] |= self.store.music[laid].to(self.device)
        return live_changes.mixed(random, sound, music, self._another)

    def _another(self, random: Random, count: int) -> tuple[Tensor, Tensor]:
        """Return windows to mix in, half of them voices if there are any, and whether they are music."""
        rows = random.drawn(self.unsung if len(self.unsung) else self.sung, count)
        if len(self.sung):
            sings = torch.rand(count, generator=random.chance) < rounds.SUNG
            rows = torch.where(sings, random.drawn(self.sung, count), rows)
        return self.store.of(rows), self.store.music[rows].to(self.device)

    def _cropped(self, sound: Tensor) -> Tensor:
        """Return a part of each window at the student's rate, half of them upside down, as good."""
        if self.sample_rate != RATE:
            sound = resample(sound, RATE, self.sample_rate)
        starts = self.random.uniform(0, sound.shape[1] - self.window + 1, len(sound), 1).long()
        within = torch.arange(self.window, device=self.device)
        parts = sound.gather(1, starts.clamp(max=sound.shape[1] - self.window) + within)
        return torch.where(self.random.uniform(0, 1, len(sound), 1) < 0.5, parts, -parts)
