"""Every run of the papers by name: what is trained on what, and how."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tagger_core.models.aggregate_configs import MULTI_SCALE, AggregateConfig
from tagger_core.models.architectures import Config
from tagger_core.models.dieleman_configs import DIELEMAN
from tagger_core.models.framemel_configs import FRAME_MEL
from tagger_core.models.samplecnn_configs import FRAME_RAW, PUBLISHED_AUC, SAMPLE_RATES, SAMPLECNN
from trainer.experiments import claims, dieleman2014, lee2017, lee2018
from trainer.recipes import MSD_BATCH, RECIPES
from trainer.training.run import Run
from trainer.transfer.run import TransferRun

_LEE = RECIPES["lee2017"]
"""The classifiers on features learn so too: the papers say nothing of how theirs do."""


def _lee2017() -> Iterator[Run]:
    architectures: dict[str, Config] = {
        **{name: SAMPLECNN[name] for name in PUBLISHED_AUC},
        **FRAME_MEL,
        **FRAME_RAW,
    }
    for architecture, config in architectures.items():
        yield Run(lee2017.run_name(architecture), lee2017.SET, lee2017.RATE, config, _LEE)
    on_msd = replace(_LEE, batch=MSD_BATCH)
    yield Run(lee2017.MSD_RUN, "msd", lee2017.RATE, SAMPLECNN[lee2017.BEST], on_msd)


def _lee2018() -> Iterator[Run]:
    for architecture, rate in SAMPLE_RATES.items():
        if rate != lee2017.RATE:
            name = lee2018.rate_run_name(architecture)
            yield Run(name, lee2017.SET, rate, SAMPLECNN[architecture], _LEE)
    for scales, architectures in MULTI_SCALE.items():
        config = AggregateConfig(sources=tuple(SAMPLECNN[name] for name in architectures))
        sources = tuple(lee2017.run_name(name) for name in architectures)
        name = lee2018.scales_run_name(scales)
        yield TransferRun(name, lee2017.SET, lee2017.RATE, config, _LEE, sources)
    for target, data in lee2018.TARGETS.items():
        recipe = replace(_LEE, batch=MSD_BATCH) if target == "msd" else _LEE
        for level, layers in lee2018.LEVELS.items():
            config = AggregateConfig(sources=(SAMPLECNN[lee2017.BEST],), levels=layers)
            name = lee2018.transfer_run_name(target, level)
            yield TransferRun(name, data, lee2017.RATE, config, recipe, (lee2017.MSD_RUN,))


def _dieleman2014() -> Iterator[Run]:
    recipe = RECIPES["dieleman2014"]
    for architecture, config in DIELEMAN.items():
        yield Run(dieleman2014.run_name(architecture), dieleman2014.SET, dieleman2014.RATE, config, recipe)


RUNS: dict[str, Run] = {
    run.name: run for runs in (_lee2017(), _lee2018(), _dieleman2014(), claims.runs()) for run in runs
}
"""By name; a `TransferRun` needs the runs that its `sources` name first."""
