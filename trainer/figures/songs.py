"""Songs of two tags, laid out by how alike a network's layers find them (Lee et al. 2018, section 7.2)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.manifold import TSNE  # type: ignore[import-untyped]  # scikit-learn has no types

from trainer.errors import RunError
from trainer.figures.sheet import COLOURS, MARKERS, PAGE, bare, boxed, sheet

TAGS = ("piano", "techno")
PERPLEXITY = 30.0
NEAREST = 10
"""Neighbours of a clip that are counted, where a tag has more clips than that."""
MOST = 500
"""Clips of a tag that are shown."""

Features = Mapping[str, NDArray[np.float32]]


def pair_of(
    labels: NDArray[np.bool_],
    names: tuple[str, ...],
    tags: tuple[str, str],
    *,
    most: int = MOST,
    seed: int = 0,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the rows of clips that have the one tag and not the other, and which of the two it is.

    Args:
        labels: bool [clips, tags].
        names: of the tags, whatever their case.
        tags: the two.
        most: clips of each, drawn from all that there are.
        seed: of the draw.

    Raises:
        RunError: a tag is unknown, or has fewer than two clips of its own.
    """
    known = [name.casefold() for name in names]
    for tag in tags:
        if tag.casefold() not in known:
            raise RunError(f"the data has no tag {tag!r}", remedy=f"choose two of: {', '.join(names)}")
    pair = labels[:, [known.index(tag.casefold()) for tag in tags]]
    random = np.random.default_rng(seed)
    found = []
    for which, tag in enumerate(tags):
        own = np.flatnonzero(pair[:, which] & ~pair[:, 1 - which])
        if len(own) < 2:
            raise RunError(f"only {len(own)} clips have {tag!r} alone", remedy="choose another tag")
        found.append(np.sort(random.permutation(own)[:most]))
    return np.concatenate(found), np.repeat([0, 1], [len(rows) for rows in found])


def layout(features: NDArray[np.float32], seed: int = 0) -> NDArray[np.float64]:
    """Return t-SNE's places of clips [clips, 2] from their features [clips, dimensions]."""
    perplexity = min(PERPLEXITY, (len(features) - 1) / 3)
    places = TSNE(2, perplexity=perplexity, init="pca", random_state=seed).fit_transform(features)
    return np.asarray(places, np.float64)


def same_neighbours(
    features: NDArray[np.float32], which: NDArray[np.int64], nearest: int = NEAREST
) -> NDArray[np.float64]:
    """Return for each of two tags the mean share of a clip's nearest neighbours that have its tag too, [2].

    Args:
        features: [clips, dimensions].
        which: tag of each clip, 0 or 1, [clips].
        nearest: neighbours that count, by Euclidean distance between the features themselves.
    """
    exact = features.astype(np.float64)
    squares = (exact**2).sum(axis=1)
    distance = squares[:, None] + squares - 2 * exact @ exact.T
    np.fill_diagonal(distance, np.inf)
    neighbours = np.argsort(distance, axis=1, kind="stable")[:, : min(nearest, len(which) - 1)]
    same = (which[neighbours] == which[:, None]).mean(axis=1)
    return np.array([same[which == tag].mean() for tag in (0, 1)])


def draw_songs(
    features: Features, which: NDArray[np.int64], tags: tuple[str, str], stem: Path, *, seed: int = 0
) -> None:
    """Draw t-SNE layouts of the same clips, a panel a layer (2018, figure 5).

    Args:
        features: by the name of the layer, [clips, dimensions] each.
        which: tag of each clip, 0 or 1, [clips].
        tags: names of the two.
        stem: of the files to write.
        seed: of the layout.
    """
    nearest = max(1, min(NEAREST, int(np.bincount(which).min()) - 1))
    with sheet(stem, PAGE, PAGE / len(features) + 0.9) as figure:
        row = figure.subplots(1, len(features), squeeze=False)[0]
        for axes, (layer, content) in zip(row, features.items(), strict=True):
            places = layout(content, seed)
            shares = same_neighbours(content, which, nearest)
            for tag, name in enumerate(tags):
                own = places[which == tag]
                alike = f"{100 * shares[tag]:.0f} % of the nearest {nearest} alike"
                axes.scatter(
                    own[:, 0],
                    own[:, 1],
                    s=9,
                    marker=MARKERS[tag],
                    color=COLOURS[tag],
                    alpha=0.7,
                    linewidth=0,
                    label=f"{name}: {len(own)} clips, {alike}",
                )
            bare(axes)
            axes.margins(0.03)
            boxed(axes)
            axes.set_aspect("equal", adjustable="datalim")
            axes.set_title(layer)
            axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.01), handletextpad=0.2)
