"""The containers that FFmpeg may open here.

FFmpeg also reads things that point elsewhere: playlists (HLS, DASH, concat), session descriptions (SDP),
numbered image series, text scripts. A file from a stranger must not make a scan open other files or sockets,
so only demuxers that read one file's own bytes are allowed.
"""

from __future__ import annotations

import re
from pathlib import Path

CONTAINERS = (
    # one codec each, or nearly so
    *(
        "mp3",
        "flac",
        "aac",
        "loas",
        "ac3",
        "eac3",
        "dts",
        "dtshd",
        "mlp",
        "truehd",
        "ape",
        "tak",
        "tta",
        "wv",
    ),
    *(
        "mpc",
        "mpc8",
        "dsf",
        "iff",
        "wsd",
        "shn",
        "osq",
        "qoa",
        "oma",
        "aea",
        "vqf",
        "amr",
        "amrnb",
        "amrwb",
        "gsm",
    ),
    # plain samples with a header
    *("wav", "w64", "aiff", "au", "caf", "voc", "sox", "ircam", "pvf", "nistsphere", "xwma", "adx"),
    # many streams
    *("ogg", "mov", "matroska", "asf", "avi", "flv", "rm", "nut", "mpeg", "mpegts"),
)


def hint(path: Path) -> str:
    """Return the name that FFmpeg is told: a plain suffix helps it to guess, and the rest is nobody's URL."""
    suffix = path.suffix.lower()
    return f"audio{suffix}" if re.fullmatch(r"\.[a-z0-9]{1,5}", suffix) else "audio"


def friendly(names: str) -> str:
    """Return one name for FFmpeg's list of them: "mov,mp4,m4a,3gp,3g2,mj2" is "mp4" to people."""
    return "mp4" if names.startswith("mov,") else names.partition(",")[0]
