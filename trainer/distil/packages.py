"""Fetches the Debian packages of the corpus with Debian's own tools, which check what they download.

Only `make model` and `python -m trainer.distil everything` come here, and only for what is in no folder that
was named. Afterwards every single file is held against the manifest's checksum like any other copy.
"""

from __future__ import annotations

import logging
import shutil
import subprocess
import zipfile
import zlib
from fnmatch import fnmatchcase
from pathlib import Path

from tagger_core.errors import EarmarkError
from trainer.distil.parts import Part

LOG = logging.getLogger(__name__)


def fetched(parts: list[Part], folder: Path) -> Path:
    """Download and unpack the packages of some parts and return the folder that holds their files.

    Args:
        parts: those that are published as packages.
        folder: keeps the packages in `packages` and their files in `files`.

    Raises:
        EarmarkError: this is not Debian or a relative of it, or a package is not to be had.
    """
    packages, files = folder / "packages", folder / "files"
    packages.mkdir(parents=True, exist_ok=True)
    files.mkdir(exist_ok=True)
    for name, version in dict.fromkeys(_release(part) for part in parts):
        done = packages / f"{name}.unpacked"
        if done.exists() and done.read_text("utf-8") == version:
            continue
        LOG.info("fetching %s %s", name, version)
        _call("apt-get", "--quiet", "download", f"{name}={version}", folder=packages)
        # apt writes the colon of an epoch as %3a.
        archive = next(iter(packages.glob(f"{name}_{version.replace(':', '%3a')}_*.deb")), None)
        if archive is None:
            raise EarmarkError(f"apt-get left no {name} {version}", path=packages, remedy="fetch it by hand")
        _call("dpkg-deb", "--extract", str(archive.absolute()), str(files.absolute()), folder=packages)
        archive.unlink()
        done.write_text(version, "utf-8")
    for part in parts:
        unpack(part, files)
    return files


def unpack(part: Part, folder: Path) -> None:
    """Unpack the files of a part that its package keeps in an archive, beside that; those there are kept.

    Args:
        part: what has no archive is left as it is.
        folder: the root of the unpacked package.

    Raises:
        EarmarkError: the archive is broken.
    """
    for path in folder.glob(part.archive) if part.archive else ():
        beside = path.parent.relative_to(folder).as_posix()
        try:
            with zipfile.ZipFile(path) as archive:
                for member in archive.infolist():
                    file = f"{beside}/{member.filename}"
                    wanted = any(fnmatchcase(file, pattern) for pattern in part.files)
                    if wanted and not _is_there(folder / file, member.file_size):
                        # ZipFile.extract never leaves the folder that it is given.
                        archive.extract(member, path.parent)
        except (OSError, zipfile.BadZipFile, zlib.error) as error:
            raise EarmarkError(
                f"the archive of {part.name} cannot be unpacked", path=path, remedy="fetch the package again"
            ) from error


def _is_there(path: Path, size: int) -> bool:
    return path.exists() and path.stat().st_size == size


def _release(part: Part) -> tuple[str, str]:
    """Return the name and version of a part's package."""
    _, name, version = part.origin.split()
    return name, version


def _call(program: str, *words: str, folder: Path) -> None:
    path = shutil.which(program)
    if path is None:
        raise EarmarkError(
            f"there is no {program} here to fetch packages with",
            remedy="unpack the packages elsewhere and name their folder with --parts",
        )
    # The words are names and versions from our own list, and folders that were named to us.
    done = subprocess.run([path, *words], cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise EarmarkError(
            f"{program} {' '.join(words)} failed: {done.stderr.strip()[-300:]}",
            remedy="apt-get update may help; or unpack the package yourself and name its folder with --parts",
        )
