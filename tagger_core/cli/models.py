"""`earmark models`: the shelf of models."""

from __future__ import annotations

import argparse
import dataclasses
import sys

from tagger_core.cli import status
from tagger_core.cli.interrupt import Interrupt
from tagger_core.cli.output import print_json, print_table
from tagger_core.errors import ModelError, shown
from tagger_core.jobs import model_in_use, shelf
from tagger_core.library.keys import typed
from tagger_core.models.installed import CHECKPOINTS, ShelfEntry
from tagger_core.settings import Places, Settings


def list_models(arguments: argparse.Namespace, interrupt: Interrupt) -> int:
    """List the models, the one in use marked."""
    places = Places.default()
    entries = shelf(places).list()
    used = _used_name(places)
    if arguments.json:
        print_json([_json(entry, used) for entry in entries])
    elif entries:
        table = [
            [
                "*" if entry.name == used else "",
                entry.name,
                str(len(entry.info.tags)) if entry.info else "",
                f"{entry.info.sample_rate / 1000:g} kHz" if entry.info else "",
                f"{entry.size / 1e6:.1f} MB",
                "bundled" if entry.bundled else "added",
                entry.problem or (entry.info.licence if entry.info else ""),
            ]
            for entry in entries
        ]
        print_table(["", "name", "tags", "hears", "size", "from", "licence"], table, stretch=6)
    else:
        print("No model yet: earmark models import FILE", file=sys.stderr)
    return status.DONE if entries else status.NOTHING


def info(arguments: argparse.Namespace, interrupt: Interrupt) -> int:
    """Print a model's card and its tags by category."""
    places = Places.default()
    entry = model_in_use(shelf(places), Settings.load(places.settings_file), arguments.name)
    if entry.info is None:
        raise ModelError(entry.problem, path=entry.path)
    if arguments.json:
        print_json({**_json(entry, _used_name(places)), "card": entry.info.card})
        return status.DONE
    # A file from elsewhere must not command the terminal.
    print("\n".join(shown(line) for line in entry.info.card.strip().expandtabs().splitlines()))
    licence, provenance = shown(entry.info.licence), shown(entry.info.provenance)
    print(f"\nFile: {shown(entry.path)}\nLicence: {licence}\nFrom: {provenance}")
    by_category: dict[str, list[str]] = {}
    for tag in entry.info.tags:
        by_category.setdefault(shown(tag.category), []).append(f"{shown(tag.name)} ({tag.threshold:.2f})")
    print("\nTags, with the score from which each holds:")
    for category, names in by_category.items():
        print(f"  {category}: {', '.join(names)}")
    return status.DONE


def import_model(arguments: argparse.Namespace, interrupt: Interrupt) -> int:
    """Put a model file, or what is made of a public checkpoint, on the shelf."""
    source = typed(arguments.file)
    models = shelf(Places.default())
    if source.suffix.lower() in CHECKPOINTS:
        entry = models.add_checkpoint(
            source,
            family=arguments.family,
            dataset=arguments.dataset,
            name=arguments.name,
            replace=arguments.replace,
        )
    elif arguments.family or arguments.dataset or arguments.name:
        raise ModelError(
            "--family, --dataset and --name are for checkpoints",
            path=source,
            remedy="a model file says of itself what it is",
        )
    else:
        entry = models.add(source, replace=arguments.replace)
    if arguments.json:
        print_json(_json(entry, ""))
    else:
        print(f"{entry.name} is on the shelf; to use it: earmark models use {entry.name}")
    return status.DONE


def use(arguments: argparse.Namespace, interrupt: Interrupt) -> int:
    """Choose the model that scans and searches use."""
    places = Places.default()
    entry = shelf(places).find(arguments.name)
    settings = Settings.load(places.settings_file)
    dataclasses.replace(settings, model=entry.name).save(places.settings_file)
    if arguments.json:
        print_json({"model": entry.name})
    else:
        print(f"{entry.name} is in use. Songs that it has not heard: earmark scan")
    return status.DONE


def remove(arguments: argparse.Namespace, interrupt: Interrupt) -> int:
    """Take an added model off the shelf; its scores stay in the library."""
    places = Places.default()
    models = shelf(places)
    models.remove(arguments.name)
    settings = Settings.load(places.settings_file)
    key = arguments.name.casefold()
    if settings.model.casefold() == key and not models.has(arguments.name):
        dataclasses.replace(settings, model="").save(places.settings_file)
        print("It was in use; the bundled model is now.", file=sys.stderr)
    if arguments.json:
        print_json({"removed": arguments.name})
    return status.DONE


def _used_name(places: Places) -> str:
    try:
        return model_in_use(shelf(places), Settings.load(places.settings_file)).name
    except ModelError:
        return ""


def _json(entry: ShelfEntry, used: str) -> dict[str, object]:
    described = dataclasses.asdict(entry.info) if entry.info else {}
    described.pop("card", None)
    return {
        **described,
        "name": entry.name,
        "path": shown(entry.path),
        "bundled": entry.bundled,
        "size": entry.size,
        "problem": entry.problem,
        "in_use": entry.name == used,
    }
