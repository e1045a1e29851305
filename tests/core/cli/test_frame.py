"""The command line before any command runs: help is quick, queries are no options, Ctrl-C is clean."""

import os
import signal
import subprocess
import sys

import pytest

from tagger_core.cli import status
from tagger_core.cli.interrupt import Interrupt
from tagger_core.cli.main import main
from tagger_core.cli.output import clock, counted, fit, width_of
from tagger_core.cli.parser import build_parser
from tagger_core.cli.words import protect_negations, query_text

HEAVY = ("torch", "torchaudio", "av", "mutagen", "sqlalchemy", "alembic", "numpy", "PySide6")


def test_help_loads_nothing_heavy():
    program = (
        "import sys, contextlib\n"
        "from tagger_core.cli import main\n"
        "with contextlib.suppress(SystemExit):\n"
        "    main(['--help'])\n"
        f"print('HEAVY', [name for name in {HEAVY!r} if name in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "HEAVY []" in answer.stdout
    assert "scan" in answer.stdout


@pytest.mark.parametrize(
    "command", ["scan", "search", "show", "similar", "write", "undo", "history", "export"]
)
def test_every_command_has_help(command, capsys):
    with pytest.raises(SystemExit) as end:
        main([command, "--help"])
    assert end.value.code == 0
    assert command in capsys.readouterr().out


def test_a_negated_word_is_a_part_of_the_query():
    parsed = build_parser().parse_args(protect_negations(["search", "piano", "-vocal", "-is:missing"]))
    assert query_text(parsed.query) == "piano -vocal -is:missing"


def test_options_of_query_commands_stay_options():
    parsed = build_parser().parse_args(protect_negations(["search", "-0", "--limit", "3", "piano"]))
    assert parsed.null
    assert parsed.limit == 3


def test_the_first_interrupt_asks_and_the_second_insists():
    with Interrupt() as interrupt:
        assert not interrupt.pressed()
        os.kill(os.getpid(), signal.SIGINT)
        assert interrupt.pressed()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)


def test_interrupts_are_as_before_afterwards():
    before = signal.getsignal(signal.SIGINT)
    with Interrupt():
        pass
    assert signal.getsignal(signal.SIGINT) is before


def test_wrong_usage_has_its_own_status():
    with pytest.raises(SystemExit) as end:
        main(["scan", "--precision", "int3"])
    assert end.value.code == status.USAGE


@pytest.mark.parametrize(("text", "columns"), [("abc", 3), ("歌", 2), ("e\u0301", 1), ("", 0)])
def test_width_counts_columns(text, columns):
    assert width_of(text) == columns
    assert width_of(fit(text, 8)) == 8


def test_a_long_text_is_cut_to_its_width():
    assert fit("歌歌歌歌", 5) == "歌歌…"
    assert fit("Nocturne", 5) == "Noct…"


def test_numbers_read_as_people_write_them():
    assert clock(3723.4) == "1:02:03"
    assert counted(1, "song") == "1 song"
    assert counted(12000, "song") == "12,000 songs"
