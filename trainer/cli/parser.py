"""What can be said on the command line; nothing heavy is imported here."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from tagger_core.cli.parser import Parser

Commands: TypeAlias = "argparse._SubParsersAction[Parser]"

SETS = ("mtat", "msd", "gtzan", "tagtraum", "jamendo", "own")
FORMS = ("all", "tagged", "filtered")
KINDS = ("tables", "figures", "runs", "models", "recipes", "data")
GREATEST_SEED = 2**63 - 1


def build_parser() -> argparse.ArgumentParser:
    """Return the whole command line; every command names the module and function that does it."""
    parser = Parser(
        prog="earmark-train",
        description="Train the networks of the SampleCNN papers, fill their tables, make models for Earmark.",
        epilog="`earmark-train COMMAND --help` tells more. Ctrl-C keeps what is done, but for the "
        "corpus that `toy` is at; begin again to go on.",
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_looking(commands)
    _add_data(commands)
    _add_training(commands)
    _add_table(commands)
    _add_figure(commands)
    return parser


def _command(commands: Commands, name: str, does: str, *, module: str, function: str) -> Parser:
    command = commands.add_parser(name, help=does, description=f"{does[0].upper()}{does[1:]}.")
    command.set_defaults(module=module, function=function)
    command.add_argument("--quiet", action="store_true", help="print no progress")
    return command


def _add_looking(commands: Commands) -> None:
    named = _command(commands, "list", "list what there is by name", module="looking", function="list_names")
    named.add_argument("kind", nargs="?", choices=KINDS, default="tables", help="of what (tables)")
    _add_data_folder(named)
    _add_json(named)
    info = _command(
        commands, "info", "tell what a run is and how far it came", module="looking", function="info"
    )
    info.add_argument("run", metavar="RUN", help="a run's name, or the folder of one that was trained")
    _add_json(info)


def _add_data(commands: Commands) -> None:
    prepare = _command(
        commands,
        "prepare",
        "decode a data set once, for all training",
        module="preparing",
        function="prepare_set",
    )
    prepare.add_argument("set", choices=SETS, metavar="SET", help=", ".join(SETS))
    prepare.add_argument("folder", type=Path, metavar="FOLDER", help="where the set lies")
    prepare.add_argument("--table", type=Path, metavar="CSV", help="of own: files and tags")
    prepare.add_argument(
        "--form", choices=FORMS, help="of mtat: which clips; filtered has the papers' 15,244"
    )
    prepare.add_argument(
        "--audio", type=Path, metavar="FOLDER", help="of msd, tagtraum, jamendo: apart from the lists"
    )
    prepare.add_argument(
        "--seed",
        type=_whole(0, GREATEST_SEED),
        metavar="N",
        help="of tagtraum: of the split, without its lists (0)",
    )
    prepare.add_argument("--least", type=int, metavar="N", help="of own: songs that a tag needs (5)")
    prepare.add_argument("--rate", type=_whole(1), default=22050, metavar="HZ", help="sample rate (22050)")
    prepare.add_argument("--seconds", type=float, default=29.1, help="heard of each clip (29.1)")
    prepare.add_argument("--place", choices=("start", "middle"), default="start", help="of these (start)")
    _add_workers(prepare)
    _add_data_folder(prepare)
    _add_json(prepare)

    toy = _command(
        commands, "toy", "compute a labelled corpus from a seed", module="preparing", function="toy"
    )
    toy.add_argument("--clips", type=int, default=1000, metavar="N", help="how many (1000)")
    toy.add_argument("--seconds", type=float, default=29.1, help="length of each clip (29.1)")
    toy.add_argument("--seed", type=_whole(0, GREATEST_SEED), default=0, help="same seed, same clips (0)")
    toy.add_argument(
        "--rate", type=int, action="append", metavar="HZ", help="sample rate (22050); may be repeated"
    )
    toy.add_argument(
        "--lay-out", type=Path, metavar="FOLDER", help="write mp3s and their table there instead"
    )
    _add_workers(toy)
    _add_data_folder(toy)


def _add_training(commands: Commands) -> None:
    train = _command(
        commands, "train", "train a network, or go on training it", module="training", function="train"
    )
    what = train.add_mutually_exclusive_group(required=True)
    what.add_argument("run", nargs="?", metavar="RUN", help="a run of the papers; earmark-train list runs")
    what.add_argument("--model", metavar="NAME", help="an architecture; earmark-train list models")
    train.add_argument(
        "--rate", type=_whole(1), metavar="HZ", help="of --model, where not that of the papers"
    )
    train.add_argument("--seed", type=_whole(0, GREATEST_SEED), default=0, help="of weights and batches (0)")
    _add_variant(train)
    _add_places(train)
    _add_machine(train)
    train.add_argument("--tensorboard", action="store_true", help="write curves for TensorBoard too")

    evaluate = _command(
        commands,
        "evaluate",
        "measure a trained network on the test split",
        module="training",
        function="evaluate",
    )
    evaluate.add_argument("run", type=Path, metavar="RUNFOLDER")
    _add_data_folder(evaluate)
    _add_machine(evaluate)
    _add_json(evaluate)

    export = _command(
        commands, "export", "make a model file for Earmark of a run", module="training", function="export"
    )
    export.add_argument("run", type=Path, metavar="RUNFOLDER")
    export.add_argument("out", type=Path, metavar="MODEL", help="the file to write (.safetensors)")
    export.add_argument("--name", default="", help="its name in Earmark; your own data want one")
    export.add_argument("--licence", default="", help="of the weights; your own data want one")
    export.add_argument("--half", action="store_true", help="weights in half precision: half the size")
    _add_data_folder(export)
    _add_machine(export)


def _add_table(commands: Commands) -> None:
    table = _command(
        commands, "table", "run what a table lacks and write it, theirs beside ours", module="tables",
        function="table",
    )  # fmt: skip
    table.add_argument("name", metavar="NAME", help="earmark-train list tables")
    table.add_argument("--seeds", type=int, default=1, metavar="N", help="runs of each row (1)")
    table.add_argument(
        "--only", action="append", default=[], metavar="RUN", help="only this run; may be repeated"
    )
    table.add_argument("--print", action="store_true", help="run nothing; write the table from what is there")
    table.add_argument("--out", type=Path, metavar="FOLDER", help="where the table goes (RUNS/tables)")
    _add_variant(table)
    _add_places(table)
    _add_machine(table)


def _add_figure(commands: Commands) -> None:
    figure = _command(
        commands, "figure", "draw a figure from trained networks", module="figures", function="figure"
    )
    figure.add_argument("name", metavar="NAME", help="earmark-train list figures")
    figure.add_argument("run", type=Path, nargs="+", metavar="RUNFOLDER", help="which it shows")
    figure.add_argument("--tags", nargs=2, metavar="TAG", help="the two of the figure of songs")
    figure.add_argument("--out", type=Path, default=Path(), metavar="FOLDER", help="for PNG and SVG (here)")
    _add_data_folder(figure)


def _whole(least: int, most: int | None = None) -> Callable[[str], int]:
    """Return what reads an option that is a whole number in a range."""

    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = least - 1
        if number < least or (most is not None and number > most):
            upwards = "on" if most is None else f"to {most}"
            raise argparse.ArgumentTypeError(f"{text!r} is no whole number from {least} {upwards}")
        return number

    return read


def _add_variant(command: argparse.ArgumentParser) -> None:
    command.add_argument("--on", metavar="SET", help="train on this prepared set, such as toy")
    command.add_argument("--scale", type=float, metavar="FACTOR", help="times the filters")
    command.add_argument("--recipe", metavar="NAME", help="learn so; earmark-train list recipes")
    command.add_argument("--epochs", type=int, metavar="N", help="at most so many")
    command.add_argument(
        "--precision", choices=("fp32", "tf32", "bf16"), help="of products; fp32 suits processors"
    )


def _add_data_folder(command: argparse.ArgumentParser) -> None:
    command.add_argument("--data", type=Path, default=Path("data"), help="folder of the prepared sets (data)")


def _add_places(command: argparse.ArgumentParser) -> None:
    _add_data_folder(command)
    command.add_argument("--runs", type=Path, default=Path("runs"), help="folder of the runs (runs)")


def _add_machine(command: argparse.ArgumentParser) -> None:
    command.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:1")


def _add_workers(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--workers", type=_whole(0), default=0, metavar="N", help="processes; 0: one per core"
    )


def _add_json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="print JSON for scripts")
