"""What can be said on the command line; nothing heavy is imported here."""

from __future__ import annotations

import argparse
from importlib.metadata import PackageNotFoundError, version
from typing import Any, NoReturn, TypeAlias

Commands: TypeAlias = "argparse._SubParsersAction[Parser]"

QUERY_HELP = """
a query is words and comparisons, all of which must hold:
  piano                   in the text or heard as a tag      tag:piano      heard as a tag
  piano>0.6               a score                            "female vocal">0.4
  artist:bach year<1990   fields: title artist album genre year duration bpm path format added rating
  genre:""                missing                            year:1990..1999
  -vocal, NOT vocal       heard, and not this                (techno OR trance) fast
  folder:~/Music/Jazz     in this folder or below it         path:jazz      a word of the path
  is:analysed             also pending missing written problem
  similar:"song.mp3"      sounds like it                     sort:-energetic  by a score or field
"""


class UsageError(Exception):
    """A command line that does not parse.

    Args:
        message: what is wrong.
        usage: what can be said, in lines.
    """

    def __init__(self, message: str, usage: str) -> None:
        super().__init__(message)
        self.usage = usage


class Parser(argparse.ArgumentParser):
    """Raises UsageError where argparse would end the program, and takes no option cut short."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, allow_abbrev=False)

    def error(self, message: str) -> NoReturn:
        """Say what is wrong.

        Raises:
            UsageError: always.
        """
        raise UsageError(message, self.format_usage())


def build_parser() -> argparse.ArgumentParser:
    """Return the whole command line; every command names the module and function that does it."""
    parser = Parser(
        prog="earmark",
        description="Listen to the music on this machine, find songs by how they sound, write tags safely.",
        epilog="`earmark COMMAND --help` tells more. Nothing leaves this machine; scanning only reads.",
    )
    parser.add_argument("--version", action="version", version=f"earmark {_version()}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_scan(commands)
    _add_finding(commands)
    _add_writing(commands)
    _add_models(commands)
    _add_care(commands)
    _add_window(commands)
    return parser


def _command(
    commands: Commands,
    name: str,
    does: str,
    *,
    module: str,
    function: str = "run",
    epilog: str = "",
) -> argparse.ArgumentParser:
    command = commands.add_parser(
        name, help=does, description=does, epilog=epilog, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    command.set_defaults(module=module, function=function)
    command.add_argument("--json", action="store_true", help="print JSON for scripts")
    return command


def _add_model_choice(command: argparse.ArgumentParser) -> None:
    command.add_argument("--model", metavar="NAME", help="a model other than the one in use")


def _add_scan(commands: Commands) -> None:
    scan = _command(commands, "scan", "listen to new and changed songs; files are only read", module="scan")
    scan.add_argument("paths", nargs="*", metavar="PATH", help="folders or files; none: all known folders")
    _add_model_choice(scan)
    scan.add_argument("--device", help="auto, cpu, cuda, cuda:1 or mps")
    scan.add_argument("--precision", choices=("auto", "fp32", "bf16", "fp16"))
    scan.add_argument("--hop", type=float, metavar="WINDOWS", help="between windows; 0.5 hears all twice")
    scan.add_argument("--workers", type=int, metavar="N", help="songs at once; 0: one per core")
    scan.add_argument("--retry-problems", action="store_true", help="try unchanged files that failed again")
    scan.add_argument("--quiet", action="store_true", help="print problems and the last line only")


def _add_finding(commands: Commands) -> None:
    search = _command(
        commands, "search", "find songs by tag, score and text", module="search", epilog=QUERY_HELP
    )
    search.add_argument("query", nargs="*", metavar="QUERY", help="see below; none: every song")
    search.add_argument("--limit", type=int, default=50, metavar="N", help="songs shown (50; 0: all)")
    search.add_argument("--paths", action="store_true", help="print only paths, one a line")
    search.add_argument("-0", "--null", action="store_true", help="only paths, exact bytes, ended by NUL")
    search.add_argument("--save", metavar="NAME", help="keep the query under a name")
    search.add_argument(
        "--saved", nargs="?", const="", metavar="NAME", help="run a saved query; no NAME: list all"
    )
    search.add_argument("--forget", metavar="NAME", help="forget a saved query")
    _add_model_choice(search)

    show = _command(commands, "show", "tell what is known of one song", module="show")
    show.add_argument("song", metavar="SONG", help="a path, or the number that search prints")
    show.add_argument("--windows", action="store_true", help="the strongest tags along the song too")
    _add_model_choice(show)

    similar = _command(commands, "similar", "find songs that sound like one", module="similar")
    similar.add_argument("song", metavar="SONG", help="a path, or the number that search prints")
    similar.add_argument("--limit", type=int, default=20, metavar="N", help="songs shown (20; 0: all)")
    _add_model_choice(similar)

    export = _command(commands, "export", "print songs with their scores", module="export", epilog=QUERY_HELP)
    export.add_argument("query", nargs="*", metavar="QUERY", help="see below; none: every song")
    kinds = export.add_mutually_exclusive_group()
    kinds.add_argument("--csv", action="store_true", help="a table, one column a tag")
    kinds.add_argument("--m3u8", action="store_true", help="a playlist")
    export.add_argument("--output", "-o", metavar="FILE", help="write there instead of printing")
    _add_model_choice(export)


def _add_writing(commands: Commands) -> None:
    decide = _command(
        commands,
        "decide",
        "accept or reject a tag, whatever the scores",
        module="decide",
        epilog=QUERY_HELP,
    )
    decide.add_argument("verdict", choices=("accept", "reject", "clear"))
    decide.add_argument("tag", metavar="TAG")
    decide.add_argument("query", nargs="+", metavar="QUERY", help="which songs; see below")
    _add_model_choice(decide)

    write = _command(
        commands, "write", "write predicted tags into files, after showing what changes", module="write",
        epilog=QUERY_HELP,
    )  # fmt: skip
    write.add_argument("query", nargs="+", metavar="QUERY", help="which songs; see below")
    write.add_argument("--dry-run", action="store_true", help="show what would change and stop")
    write.add_argument("--yes", action="store_true", help="do not ask before writing")
    write.add_argument("--preset", metavar="NAME", help="standard, dj, itunes, custom; where the tags go")
    write.add_argument("--mode", choices=("fill", "merge", "replace"), help="for values already there")
    write.add_argument("--min-score", type=_score, metavar="S", help="instead of each tag's threshold")
    write.add_argument("--accepted", action="store_true", help="only tags that were accepted")
    write.add_argument("--provenance", action="store_true", help="add scores and model in a field EARMARK")
    write.add_argument(
        "--allow-hard-links", action="store_true", help="write hard-linked files too; unlinks them"
    )
    _add_model_choice(write)

    undo = _command(commands, "undo", "take one batch of writing back", module="undo")
    undo.add_argument("batch", nargs="?", type=_batch, metavar="BATCH", help="its number; none: the last one")
    undo.add_argument("--yes", action="store_true", help="do not ask before writing")
    undo.add_argument(
        "--allow-hard-links", action="store_true", help="undo in hard-linked files too; unlinks them"
    )

    history = _command(commands, "history", "tell what was written and taken back", module="history")
    history.add_argument(
        "batch", nargs="?", type=_batch, metavar="BATCH", help="its number; none: all batches"
    )


def _add_models(commands: Commands) -> None:
    models = commands.add_parser("models", help="list, import, choose and remove models")
    actions = models.add_subparsers(title="actions", metavar="ACTION", required=True)
    _command(actions, "list", "list the models on the shelf", module="models", function="list_models")
    info = _command(actions, "info", "print a model's card", module="models", function="info")
    info.add_argument("name", nargs="?", metavar="NAME", help="none: the one in use")
    add = _command(
        actions, "import", "put a model file or a public checkpoint (.pth) on the shelf", module="models",
        function="import_model",
    )  # fmt: skip
    add.add_argument("file", metavar="FILE")
    add.add_argument("--family", choices=("fcn", "crnn", "musicnn", "sample"), help="else guessed")
    add.add_argument("--dataset", choices=("mtat", "msd", "jamendo"), help="else guessed")
    add.add_argument("--name", metavar="NAME", help="its name on the shelf")
    add.add_argument("--replace", action="store_true", help="in place of an added model of the same name")
    use = _command(
        actions, "use", "choose the model to scan and search with", module="models", function="use"
    )
    use.add_argument("name", metavar="NAME")
    remove = _command(actions, "remove", "take a model off the shelf", module="models", function="remove")
    remove.add_argument("name", metavar="NAME")


def _add_care(commands: Commands) -> None:
    doctor = _command(commands, "doctor", "check this machine, the library, its folders", module="doctor")
    doctor.add_argument("--problems", action="store_true", help="list every file that made trouble")
    doctor.add_argument("--measure", action="store_true", help="measure again how this machine is fastest")
    roots = _command(commands, "roots", "list the music folders, or forget one", module="roots")
    roots.add_argument("--forget", metavar="PATH", help="forget a folder and its songs; files stay")


def _add_window(commands: Commands) -> None:
    window = commands.add_parser("app", help="open the window", description="Open the window.")
    window.set_defaults(module="app", function="run")
    window.add_argument("folder", nargs="?", metavar="FOLDER", help="a music folder to add and scan")


def _batch(text: str) -> int:
    """Return the number of a batch; SQLite knows none of more than 63 bits."""
    if not (text.isascii() and text.isdigit() and int(text) < 2**63):
        raise argparse.ArgumentTypeError(f"{text!r} is not the number of a batch")
    return int(text)


def _score(text: str) -> float:
    """Return a score; what is no number is none either, nor is "nan"."""
    try:
        score = float(text)
    except ValueError:
        score = -1.0
    if not 0 <= score <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no score: a number from 0 to 1, such as 0.6")
    return score


def _version() -> str:
    try:
        return version("earmark")
    except PackageNotFoundError:
        return "(not installed)"
