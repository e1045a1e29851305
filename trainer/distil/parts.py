"""The free parts of the corpus, as data: where each is published, which files, and who says their licence.

A Debian package names the files' licences in its `copyright`; a repository in a file of its own. The manifest
(see `manifest`) lists every single file with its licence and checksum.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["music", "score", "voice", "sample", "soundfont"]


@dataclass(frozen=True)
class Part:
    """One collection.

    Args:
        name: of the source, in the card and in every piece.
        kind: "music" is recorded and heard as it is; "score" is MIDI, to be rendered; "voice" is speech and
            singing; "sample" are loops and single sounds; "soundfont" renders scores.
        origin: the package with its version, or the repository with its folder.
        files: pattern of its files, below the root of the unpacked package or of the local copy.
        licence: "" where it is read for each file out of machine-readable text, else the name to expect.
        quoted: words that the licence text must then hold.
        told_in: file with the licence text; of a package its copyright file.
        source: (beginning of the path in the package, what the copyright file calls it).
        by_name: whether the package names its music file by file, so that "all else" is about other things.
        credit: who made it.
        archive: pattern of the ZIP archives in the package that hold its files, "" where they lie open; what
            they hold is unpacked beside them.
    """

    name: str
    kind: Kind
    origin: str
    files: tuple[str, ...]
    credit: str
    licence: str = ""
    quoted: str = ""
    told_in: str = ""
    source: tuple[str, str] = ("", "")
    by_name: bool = field(default=False)
    archive: str = ""

    @property
    def package(self) -> str:
        """Return the Debian package's name, "" for a repository."""
        return self.origin.split()[1] if self.origin.startswith("Debian ") else ""


GAMES = "usr/share/games"
CC_BY_SA_3 = "CC-BY-SA-3.0"

PARTS: tuple[Part, ...] = (
    Part(
        "wesnoth", "music", "Debian wesnoth-1.16-music 1:1.16.9-1",
        (f"{GAMES}/wesnoth/1.16/data/core/music/*.ogg",),
        "composers of The Battle for Wesnoth",
        licence="GPL-2+", quoted="General Public License version 2 or at your option any later version",
    ),
    Part(
        "warzone2100", "music", "Debian warzone2100-music 4.3.3-3",
        (f"{GAMES}/warzone2100/music/**/*.opus",),
        "Martin Severn, Eidos Interactive, LupusMechanicus and the Warzone 2100 Project",
        source=(f"{GAMES}/warzone2100/", "data/"),
    ),
    Part(
        "supertuxkart", "music", "Debian supertuxkart-data 1.4+dfsg-2",
        (f"{GAMES}/supertuxkart/data/music/*.ogg",),
        "composers of SuperTuxKart",
        source=(f"{GAMES}/supertuxkart/", ""), by_name=True,
    ),
    Part(
        "hedgewars", "music", "Debian hedgewars-data 1.0.2-6",
        (f"{GAMES}/hedgewars/Data/Music/*.ogg",),
        "the Hedgewars Project",
        source=(f"{GAMES}/hedgewars/", "share/hedgewars/"),
    ),
    Part(
        "megaglest", "music", "Debian megaglest-data 3.13.0-3",
        (
            f"{GAMES}/megaglest/techs/megapack/factions/*/music/*.ogg",
            f"{GAMES}/megaglest/data/core/menu/music/*.ogg",
        ),
        "the Glest and MegaGlest teams, Aminos, Margaras, Manolo Camp and Mattias Westlund",
        source=(f"{GAMES}/megaglest/", ""),
    ),
    Part(
        "hyperrogue", "music", "Debian hyperrogue-music 12.0q-1",
        ("usr/share/hyperrogue/music/*.ogg",),
        "Shawn Parrotte, Lincoln Domina and Will Savino",
        source=("usr/share/hyperrogue/", ""), by_name=True,
    ),
    Part(
        "singularity", "music", "Debian singularity-music 007-2",
        (f"{GAMES}/singularity/music/**/*.ogg",),
        "Max McCracken",
        licence=CC_BY_SA_3, quoted="ShareAlike",
    ),
    Part(
        "muldjord", "music", "Debian fretsonfire-songs-muldjord 2.dfsg-2.1",
        (f"{GAMES}/fretsonfire/data/songs/muldjord/*/*.ogg",),
        "El Senator and Muldjord",
        licence=CC_BY_SA_3, quoted="Attribution ShareAlike licence 3.0",
    ),
    Part(
        "sectoid", "music", "Debian fretsonfire-songs-sectoid 1.dfsg-3.1",
        (f"{GAMES}/fretsonfire/data/songs/sectoid/*/*.ogg",),
        "Carlos Viola Iborra",
        licence="MIT", quoted="Permission is hereby granted, free of charge",
    ),
    Part(
        "songs", "music", "GitHub librosa/data audio/ and UltraStar-Deluxe/songs",
        ("recordings/*.ogg",),
        "US Army Strings, Joshua Morin, Karissa Hobbs, Kevin MacLeod, Mihai Sorohan; readers of LibriSpeech",
        told_in="beside",
    ),
    Part(
        "sms-tools", "voice", "GitHub MTG/sms-tools sounds/ (19ebefd^)",
        ("recordings/sms/*.wav",),
        "freesound.org, pack 13038 by xserra",
        told_in="recordings/sms/LICENSE",
    ),
    Part(
        "hedgewars voices", "voice", "Debian hedgewars-data 1.0.2-6",
        tuple(
            f"{GAMES}/hedgewars/Data/Sounds/voices/{who}/*.ogg"
            for who in (
                "British", "Classic", "Default", "Default_es", "Default_pl", "Default_ru",
                "HillBilly", "Mobster", "Pirate", "Russian", "Singer", "Surfer",
            )
        ),
        "Andrey Korotaev and the speakers of Hedgewars",
        source=(f"{GAMES}/hedgewars/", "share/hedgewars/"),
    ),
    Part(
        "asterisk", "voice", "Debian asterisk-core-sounds-en-wav 1.6.1-1",
        ("usr/share/asterisk/sounds/en_US_f_Allison/*.wav",),
        "Allison Smith",
        source=("usr/share/asterisk/sounds/", ""),
    ),
    Part(
        "sonic-pi", "sample", "Debian sonic-pi-samples 3.2.2~repack-8",
        ("usr/share/sonic-pi/samples/*.flac",),
        "Samuel Aaron and contributors of freesound.org",
        source=("usr/share/sonic-pi/", "etc/"), by_name=True,
    ),
    Part(
        "hydrogen", "sample", "Debian hydrogen-drumkits 2017.09.19~dfsg-1",
        ("usr/share/hydrogen/data/drumkits/*/*.flac", "usr/share/hydrogen/data/drumkits/*/*.wav"),
        "authors of the Hydrogen drum kits",
        source=("usr/share/hydrogen/data/", ""),
    ),
    Part(
        "mutopia", "score", "GitHub MutopiaProject/MutopiaProject (paths below; MIDI by LilyPond 2.24)",
        ("mutopia/*.mid",),
        "typesetters of the Mutopia project",
        told_in="mutopia/INDEX.tsv",
    ),
    Part(
        "freedoom", "score", "GitHub freedoom/freedoom musics/",
        ("freedoom/*.mid",),
        "contributors of the Freedoom project",
        licence="BSD-3-Clause", quoted="Redistribution and use in source and binary forms",
        told_in="freedoom/COPYING.adoc",
    ),
    Part(
        "FluidR3", "soundfont", "Debian fluid-soundfont-gm 3.1-5.3",
        ("usr/share/sounds/sf2/FluidR3_GM.sf2",),
        "Frank Wen",
        licence="MIT", quoted="I hereby release Fluid under the MIT license",
    ),
    Part(
        "TimGM6mb", "soundfont", "Debian timgm6mb-soundfont 1.3-5",
        ("usr/share/sounds/sf2/TimGM6mb.sf2",),
        "Tim Brechbill, David Bolton",
        source=("usr/share/sounds/sf2/", ""),
    ),
    Part(
        "MuseScore General", "soundfont", "Debian musescore-general-soundfont-small 0.2.1-1",
        ("usr/share/sounds/sf3/MuseScore_General_Lite.sf3",),
        "S. Christian Collins, Frank Wen, Michael Cowgill",
        licence="MIT", quoted="MuseScore_General SoundFont (MIT, parts PD or CC0)",
    ),
    Part(
        "OPL3", "soundfont", "Debian opl3-soundfont 1.0-4",
        ("usr/share/sounds/sf2/OPL-3_FM_128M.sf2",),
        "Zandro Reveille",
        source=("usr/share/sounds/sf2/", ""),
    ),
    Part(
        "marsshooter", "music", "Debian marsshooter-data 0.7.6-7",
        (
            f"{GAMES}/marsshooter/audio/music/*.ogg",
            f"{GAMES}/marsshooter/audio/menu.ogg", f"{GAMES}/marsshooter/audio/tutorial.ogg",
        ),
        "Obsidian Shell",
        source=(f"{GAMES}/marsshooter/", "data/"), by_name=True,
    ),
    Part(
        "unknown-horizons", "music", "Debian unknown-horizons 2019.1-6",
        ("usr/share/unknown-horizons/content/audio/music/**/*.ogg",),
        "Tobias Escher and other composers of Unknown Horizons, the Czech National Symphony Orchestra",
        source=("usr/share/unknown-horizons/", ""), by_name=True,
    ),
    Part(
        "widelands", "music", "Debian widelands-data 2:1.1-3",
        (f"{GAMES}/widelands/data/music/*.ogg",),
        "Barry van Oudtshoorn, MiddleFinger, Joshua O'Leary, Klaus Halfmann, Stuart Marshall and the "
        "Widelands Development Team",
        source=(f"{GAMES}/widelands/", ""),
    ),
    Part(
        "naev", "music", "Debian naev-data 0.8.2-1",
        ("usr/share/naev/dat/snd/music/*.ogg",),
        "Nikola Whallon, Askyel, Zeropage and Vega Strike",
        source=("usr/share/naev/", "./"), by_name=True,
    ),
    Part(
        # "greatgigantic", a cover of a published piece, stays out: its permission may not go further.
        "supertux", "music", "Debian supertux-data 0.6.3-2",
        (
            *(f"{GAMES}/supertux2/music/{folder}/*.ogg" for folder in (
                "antarctic", "castle", "misc", "retro", "tropical",
            )),
            f"{GAMES}/supertux2/music/forest/[!g]*.ogg", f"{GAMES}/supertux2/music/forest/ghost*.ogg",
        ),
        "Marek Moeckel (Wansti) and other composers of SuperTux",
        source=(f"{GAMES}/supertux2/", "data/"), by_name=True,
    ),
    Part(
        "colobot", "music", "Debian colobot-common-sounds 0.2.0-2",
        (f"{GAMES}/colobot/music/*.ogg",),
        "Daniel Roux, Emxx52 and the TerranovaTeam",
        source=(f"{GAMES}/colobot/", "data/"),
    ),
    Part(
        # Two tracks name artists of whom the copyright file says nothing: "Bleostrada" and "TheBeginning".
        "freedroidrpg", "music", "Debian freedroidrpg-data 1.0-1",
        (
            "usr/share/freedroidrpg/data/sound/music/[!BT]*.ogg",
            "usr/share/freedroidrpg/data/sound/music/TechBattle.ogg",
        ),
        "Arvid Picciani and the FreedroidRPG team",
        source=("usr/share/freedroidrpg/", ""),
    ),
    Part(
        "fillets", "music", "Debian fillets-ng-data 1.0.1-1.1",
        (f"{GAMES}/fillets-ng/music/*.ogg",),
        "ALTAR interactive and the Fish Fillets NG team",
        licence="GPL-2", quoted="GNU General Public License as published by the Free Software Foundation; "
        "version 2 dated June, 1991",
    ),
    Part(
        "planetblupi", "music", "Debian planetblupi-music-ogg 1.14.2-3",
        ("usr/share/planetblupi/music/*.ogg",),
        "Denis Dumoulin, Daniel Roux and EPSITEC SA",
        source=("usr/share/planetblupi/", ""),
    ),
    Part(
        "asc", "music", "Debian asc-music 1.3-6",
        (f"{GAMES}/asc/music/*.mp3",),
        "Michael Kievernagel",
        source=(f"{GAMES}/asc/music/", ""),
    ),
    Part(
        "frozen-bubble", "music", "Debian frozen-bubble-data 2.212-11",
        (f"{GAMES}/frozen-bubble/snd/*zik*.ogg",),
        "Matthias Le Bidan and the Frozen-Bubble Team",
        source=(f"{GAMES}/frozen-bubble/", "share/"),
    ),
    Part(
        "xmoto", "music", "Debian xmoto-data 0.6.1+repack-9",
        (f"{GAMES}/xmoto/Textures/Musics/*.ogg",),
        "Jens Erler, Cubulo and the X-Moto Development Team",
        source=(f"{GAMES}/xmoto/", "bin/"),
    ),
    Part(
        "freeorion", "music", "Debian freeorion-data 0.4.10.2-1",
        (f"{GAMES}/freeorion/default/data/sound/artificial_intelligence_v3.ogg",),
        "Kenneth Welch and the FreeOrion project",
        source=(f"{GAMES}/freeorion/", ""),
    ),
    Part(
        "extremetuxracer", "music", "Debian extremetuxracer-data 0.8.2-1",
        (f"{GAMES}/etr/music/*.ogg",),
        "Kristian Picon, Grady O'Connell and the Extreme Tux Racer Team",
        source=(f"{GAMES}/etr/", "data/"),
    ),
    Part(
        "0ad", "music", "Debian 0ad-data 0.0.26-1",
        (f"{GAMES}/0ad/mods/public/audio/music/*.ogg",),
        "Omri Lahav and other composers and musicians of Wildfire Games",
        source=(f"{GAMES}/0ad/mods/", "binaries/data/mods/"),
        archive=f"{GAMES}/0ad/mods/public/public.zip",
    ),
    Part(
        "ufoai", "music", "Debian ufoai-music 2.5-2",
        (f"{GAMES}/ufoai/base/music/*.ogg",),
        "Christian Hoffmann (Crystan), Simon Green (Psymong), Manuel Marino (Vanethian), Marine Baklund, "
        "Gren, Destructavator, Karl Macklin and other composers of UFO: Alien Invasion",
        source=(f"{GAMES}/ufoai/", ""), by_name=True,
        archive=f"{GAMES}/ufoai/base/0music.pk3",
    ),
    Part(
        "nexuiz", "music", "Debian nexuiz-music 2.5.2-12",
        (f"{GAMES}/nexuiz/data/sound/cdtracks/*.ogg",),
        "composers of Nexuiz; Alientrap",
        licence="GPL-2+", quoted="General Public License as published by the Free Software Foundation; "
        "either version 2 of the License, or (at your option) any later version",
        archive=f"{GAMES}/nexuiz/data/music.pk3",
    ),
    Part(
        "flare", "music", "Debian flare-game 1.14-1",
        (f"{GAMES}/flare/mods/fantasycore/music/*.ogg",),
        "composers of Flare: Empyrean Campaign",
        licence=CC_BY_SA_3, quoted="License: CC-BY-SA-3.0+",
    ),
    Part(
        "trackballs", "music", "Debian trackballs-data 1.3.4-1",
        (f"{GAMES}/trackballs/music/*.ogg",),
        "Marco Goebel, Attila Boros and the Trackballs team",
        source=(f"{GAMES}/trackballs/", "share/"),
    ),
    Part(
        "pushover", "music", "Debian pushover-data 0.0.5+git20180909-4",
        ("usr/share/pushover/themes/*.ogg",),
        "Roberto Lorenz",
        source=("usr/share/pushover/", ""),
    ),
    Part(
        # Manolo Camp, who plays in megaglest too, stays out: that is held out.
        "opsound", "music", "Debian asterisk-moh-opsound-wav 2.03-1.1",
        ("usr/share/asterisk/moh/macroform*.wav", "usr/share/asterisk/moh/reno*.wav"),
        "Paul Shuler (Macroform) and Reno Project",
        licence=CC_BY_SA_3, quoted="Attribution-ShareAlike 3.0 license",
    ),
    Part(
        "ardentryst", "music", "Debian ardentryst 1.71-9",
        (f"{GAMES}/ardentryst/Music/*.ogg",),
        "Jordan Trudgett",
        source=(f"{GAMES}/ardentryst/", ""),
    ),
    Part(
        "zaz", "music", "Debian zaz-data 1.0.1-1",
        (f"{GAMES}/zaz/mus*.ogg",),
        "Leonard Ritter",
        source=(f"{GAMES}/zaz/", "data/"),
    ),
)  # fmt: skip
"""In the order of the manifest; what is new comes last, since a score's place there says what plays it."""
