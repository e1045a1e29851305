"""The main job on the bundled songs: scan, search, write tags to copies, read them back, undo.

    python scripts/demo.py [--keep FOLDER]

Works on copies in a temporary folder with a library of its own; neither the bundled songs nor the person's
library are touched. Ends with status 0 only if every step did what it promises: the undone files equal the
originals byte for byte.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SONGS = Path(__file__).resolve().parent.parent / "resources" / "demo"
SUFFIXES = {".mp3", ".flac", ".ogg", ".opus", ".m4a", ".wav"}
QUERIES = ("piano", "electronic -ambient", "duration:0..40 sort:-strings")


def main() -> int:
    """Run the demo in a temporary folder, or in the one given with --keep."""
    parser = argparse.ArgumentParser(
        description="Scan, search, write and undo on copies of the bundled songs."
    )
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="work there and leave everything in place"
    )
    folder: Path | None = parser.parse_args().keep
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        return Demo(folder.absolute()).run()
    with tempfile.TemporaryDirectory(prefix="earmark-demo-") as temporary:
        return Demo(Path(temporary)).run()


class Demo:
    """The steps, each a command line that a person could type."""

    def __init__(self, folder: Path) -> None:
        self.songs = folder / "songs"
        self.environment = {**os.environ, "EARMARK_HOME": str(folder / "earmark")}
        self.earmark = [sys.executable, "-m", "tagger_core.cli"]

    def run(self) -> int:
        """Do all steps; return 0 only if the files end as they began."""
        copy_songs(self.songs)
        before = hashes(self.songs)
        title(f"{len(before)} demo songs are copied to {self.songs}")
        self.say("scan", str(self.songs))
        title("What Earmark hears")
        self.say("search", "--limit", "0", "sort:title")
        title("Three queries")
        for query in QUERIES:
            self.say("search", query)
        title("What writing genre and mood would change")
        self.say("write", "--dry-run", "is:analysed")
        self.say("write", "--yes", "is:analysed")
        written = hashes(self.songs)
        changed = [name for name in before if written[name] != before[name]]
        title(f"{len(changed)} files have new tags; an independent reader (FFmpeg) says")
        for name in changed:
            print(f"  {name:34} {tags_by_ffmpeg(self.songs / name)}")
        title("Taken back")
        self.say("undo", "--yes")
        after = hashes(self.songs)
        same = after == before
        verdict = "byte for byte as before" if same else "NOT as before"
        print(f"\n{len(after)} files: {verdict} (SHA-256 compared)")
        if has_display():
            title("The same in the window; close it to end the demo")
            self.say("app")
        return 0 if same and changed else 1

    def say(self, *words: str) -> None:
        """Show a command as it is typed, run it, and stop the demo if it fails."""
        print(f"\n$ earmark {' '.join(quoted(word) for word in words)}", flush=True)
        subprocess.run([*self.earmark, *words], env=self.environment, check=True)


def copy_songs(folder: Path) -> None:
    """Copy the bundled songs; those of an earlier demo in the same folder are replaced."""
    folder.mkdir(exist_ok=True)
    for song in sorted(SONGS.iterdir()):
        if song.suffix in SUFFIXES:
            shutil.copyfile(song, folder / song.name)


def hashes(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file by name."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def tags_by_ffmpeg(path: Path) -> str:
    """Return genre and mood as FFmpeg reads them: by ffprobe where it is installed, else by PyAV's FFmpeg."""
    if shutil.which("ffprobe"):
        show = ["-v", "error", "-show_entries", "format_tags:stream_tags", "-of", "json"]
        answer = subprocess.run(["ffprobe", *show, str(path)], capture_output=True, check=True)
        found = json.loads(answer.stdout)
        tags = {**found.get("format", {}).get("tags", {})}
        for stream in found.get("streams", []):
            tags.update(stream.get("tags", {}))
    else:
        import av  # noqa: PLC0415 - ffprobe is the better witness where it is there

        with av.open(str(path)) as container:
            tags = dict(container.metadata)
            for audio in container.streams.audio:
                tags.update(audio.metadata)
    tags = {name.casefold(): value for name, value in tags.items()}
    return "  ".join(f"{name}: {tags[name]}" for name in ("genre", "mood", "tmoo") if name in tags)


def quoted(word: str) -> str:
    """Return a word as one would type it in a shell."""
    return f"'{word}'" if any(c in word for c in " <>:-()") and not word.startswith(("-", "/")) else word


def has_display() -> bool:
    """Return whether a window can be shown: always on desktop systems, elsewhere where a display is named."""
    if sys.platform in ("win32", "darwin"):
        return "CI" not in os.environ
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def title(text: str) -> None:
    """Print a heading."""
    print(f"\n== {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
