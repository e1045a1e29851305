"""The command line before any command runs: help is quick, queries are no options, Ctrl-C is clean."""

import argparse
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tagger_core.cli import status
from tagger_core.cli.interrupt import Interrupt
from tagger_core.cli.main import main
from tagger_core.cli.output import counted, fit, print_table, width_of
from tagger_core.cli.parser import UsageError, build_parser
from tagger_core.cli.words import QUERY_COMMANDS, VALUE_OPTIONS, parse, query_text
from tagger_core.durations import clock

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
    assert query_text(parse(["search", "piano", "-vocal", "-is:missing"]).query) == "piano -vocal -is:missing"


def test_options_of_query_commands_stay_options():
    parsed = parse(["search", "-0", "--limit", "3", "piano"])
    assert parsed.null
    assert parsed.limit == 3


@pytest.mark.parametrize(
    "words",
    [
        ["search", "piano", "--limit", "5", "-vocal", "--json", "year>1990"],
        ["search", "--limit", "5", "piano", "-vocal", "--json", "year>1990"],
        ["search", "--json", "piano", "-vocal", "year>1990", "--limit", "5"],
        ["search", "--limit=5", "--json", "--", "piano", "-vocal", "year>1990"],
    ],
)
def test_options_may_stand_between_the_words_of_a_query(words):
    parsed = parse(words)
    assert query_text(parsed.query) == "piano -vocal year>1990"
    assert (parsed.limit, parsed.json) == (5, True)


def test_a_decision_takes_its_query_in_parts_too():
    parsed = parse(["decide", "accept", "--json", "piano", "artist:bach", "--model", "small", "-vocal"])
    assert (parsed.verdict, parsed.tag, query_text(parsed.query)) == ("accept", "piano", "artist:bach -vocal")


def test_every_option_with_a_value_is_known_so_that_its_value_is_no_negation():
    commands = next(a for a in build_parser()._actions if isinstance(a, argparse._SubParsersAction))
    taking = {
        option
        for name in QUERY_COMMANDS
        for action in commands.choices[name]._actions
        for option in action.option_strings
        if action.nargs != 0
    }
    assert taking == VALUE_OPTIONS


@pytest.mark.parametrize(
    "words",
    [
        ["search", "--nonsense", "piano"],
        ["search", "piano", "--lim", "3"],  # cut short, it could mean something else tomorrow
        ["scan", "here", "--quiet", "-x"],
        ["show", "one", "two"],
        ["export", "-o", "-scores.csv"],
        [],
    ],
)
def test_what_is_no_option_is_refused(words):
    with pytest.raises(UsageError):
        parse(words)


@pytest.mark.parametrize("score", ["60", "nan", "-0.1", "1.01", "inf", "half"])
def test_a_score_is_a_number_from_0_to_1(score):
    with pytest.raises(UsageError, match="is no score: a number from 0 to 1"):
        parse(["write", "--min-score", score, "piano"])
    assert [parse(["write", f"--min-score={one}", "piano"]).min_score for one in ("0", "1")] == [0, 1]


def test_the_first_interrupt_asks_and_the_second_insists():
    with Interrupt() as interrupt:
        assert not interrupt.pressed()
        os.kill(os.getpid(), signal.SIGINT)
        assert interrupt.pressed()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)


def test_ctrl_c_instead_of_an_answer_is_obeyed_at_once():
    with Interrupt() as interrupt, pytest.raises(KeyboardInterrupt), interrupt.at_once():
        os.kill(os.getpid(), signal.SIGINT)
    with Interrupt() as interrupt:
        with interrupt.at_once():
            pass
        os.kill(os.getpid(), signal.SIGINT)
        assert interrupt.pressed()
        with pytest.raises(KeyboardInterrupt), interrupt.at_once():
            pytest.fail("asked although a stop was asked for")


def test_ctrl_c_while_a_command_is_loaded_ends_cleanly(monkeypatch, capsys):
    def press(name):
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr("importlib.import_module", press)
    assert main(["search", "--json"]) == status.INTERRUPTED
    assert "stopped" in json.loads(capsys.readouterr().out)["error"]


def test_a_mistake_of_ours_is_no_empty_result(monkeypatch, capsys):
    def fail(name):
        raise ZeroDivisionError("nought")

    monkeypatch.setattr("importlib.import_module", fail)
    assert main(["search", "--json"]) == status.ERROR
    printed = capsys.readouterr()
    assert json.loads(printed.out) == {"error": "nought", "kind": "ZeroDivisionError"}
    assert "Traceback" in printed.err


@pytest.mark.parametrize("redirection", [">&-", "2>&-", "<&-", ">/dev/full"])
def test_a_closed_or_full_stream_is_no_traceback(redirection):
    if "full" in redirection and not Path("/dev/full").is_char_device():
        pytest.skip("this system has no device that is always full")
    command = [sys.executable, "-m", "tagger_core.cli", "models", "list", "--json"]
    said = subprocess.run(
        ["sh", "-c", f'"$@" {redirection}', "sh", *command], check=False, capture_output=True, text=True
    )
    assert said.returncode == (status.ERROR if "full" in redirection else status.DONE)
    assert "Traceback" not in said.stderr
    assert ("No space left" in said.stderr) == ("full" in redirection)


@pytest.mark.parametrize(("command", "expected"), [("scan", status.ERROR), ("search", status.DONE)])
def test_work_that_a_gone_reader_cuts_short_is_not_called_done(command, expected):
    code = (
        "import importlib, sys\nfrom tagger_core.cli.main import main\n"
        "def gone(name):\n    raise BrokenPipeError\n"
        f"importlib.import_module = gone\nsys.exit(main([{command!r}]))"
    )
    said = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert (said.returncode, said.stderr) == (expected, "")


def test_ctrl_c_asks_although_nobody_reads(monkeypatch):
    class Gone:
        def write(self, text):
            raise BrokenPipeError

    with Interrupt() as interrupt:
        monkeypatch.setattr(sys, "stderr", Gone())
        os.kill(os.getpid(), signal.SIGINT)
        monkeypatch.undo()
        assert interrupt.pressed()


def test_the_window_is_ours_whatever_the_folder_holds(monkeypatch, tmp_path):
    started = {}

    def run(command, *, env, check):
        started.update(command=command, env=env)
        return subprocess.CompletedProcess(command, 0)

    with monkeypatch.context() as patch:
        patch.setattr("tagger_core.cli.app.subprocess.run", run)
        assert main(["app"]) == status.DONE
    (tmp_path / "app.py").write_text("raise SystemExit('not ours')")
    (tmp_path / "queue.py").write_text("raise SystemExit('not ours')")
    *python, flag, name = started["command"]
    assert (flag, name) == ("-m", "app")
    look = [*python, "-c", "import app, queue; print(app.__file__)"]
    said = subprocess.run(look, env=started["env"], cwd=tmp_path, check=True, capture_output=True, text=True)
    assert Path(said.stdout.strip()) == Path(__file__).parents[3] / "app" / "__init__.py"


def test_interrupts_are_as_before_afterwards():
    before = signal.getsignal(signal.SIGINT)
    with Interrupt():
        pass
    assert signal.getsignal(signal.SIGINT) is before


def test_wrong_usage_has_its_own_status():
    assert main(["scan", "--precision", "int3"]) == status.USAGE


def test_wrong_usage_is_one_json_value_too(capsys):
    assert main(["search", "--json", "--limit", "many"]) == status.USAGE
    printed = capsys.readouterr()
    assert "many" in json.loads(printed.out)["error"]
    assert "usage: earmark search" in printed.err


@pytest.mark.parametrize(("text", "columns"), [("abc", 3), ("歌", 2), ("e\u0301", 1), ("", 0)])
def test_width_counts_columns(text, columns):
    assert width_of(text) == columns
    assert width_of(fit(text, 8)) == 8


@pytest.mark.parametrize("columns", [200, 80, 60])
def test_a_table_fits_the_terminal_whatever_its_longest_cell(monkeypatch, capsys, columns):
    monkeypatch.setattr("tagger_core.cli.output.terminal_width", lambda: columns)
    rows = [["1", "T" * 300, "A" * 90, "3:20", "rock 90, " * 5], ["2", "歌" * 50, "B", "1:00:00", "calm 50"]]
    print_table(["id", "title", "artist", "time", "heard"], rows, stretch=4)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert max(width_of(line) for line in lines) <= columns
    assert lines[0].split() == ["id", "title", "artist", "time", "heard"]


def test_a_long_table_is_printed_while_it_is_read_and_headed_once(capsys):
    printed = []

    def rows():
        for number in range(2500):
            if number in (1500, 2499):
                printed.append(len(capsys.readouterr().out.splitlines()))
            yield [str(number), "a song" if number < 2000 else "a song with a longer name"]

    print_table(["id", "title"], rows(), stretch=1)
    lines = capsys.readouterr().out.splitlines()
    assert printed == [1001, 1000]
    assert len(lines) == 500
    assert lines[-1].split(maxsplit=1) == ["2499", "a song with a longer name"]


def test_an_empty_table_has_its_headings(capsys):
    print_table(["id", "title"], [], stretch=1)
    assert capsys.readouterr().out.split() == ["id", "title"]


def test_a_long_text_is_cut_to_its_width():
    assert fit("歌歌歌歌", 5) == "歌歌…"
    assert fit("Nocturne", 5) == "Noct…"


def test_numbers_read_as_people_write_them():
    assert clock(3723.4) == "1:02:03"
    assert counted(1, "song") == "1 song"
    assert counted(12000, "song") == "12,000 songs"
