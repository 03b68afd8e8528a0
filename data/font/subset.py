#!/usr/bin/env python3
"""Makes "Coverlay Sans" from Source Sans 3. See README.md in this folder for when and how.

usage: subset.py FILES OUT_TTF OUT_WOFF2 OUT_RUST
FILES is the folder `files` of the npm package @fontsource/source-sans-3.
"""

import sys
from pathlib import Path

from fontTools.merge import Merger
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

FAMILY = "Coverlay Sans"
WEIGHTS = {"400": ("Regular", 400), "600": ("Semibold", 600)}
# What pictures write: Basic Latin, Latin-1, Latin Extended-A (names in titles), and the
# punctuation of our own sentences. Marks such as a half-filled circle are drawn, not written.
TEXT = [*range(0x20, 0x7F), *range(0xA0, 0x180)]
PUNCTUATION = [ord(c) for c in "\u2009–—‘’‚“”„•…‹›€™"]
COPYRIGHT = "© 2023 Adobe (http://www.adobe.com/), with Reserved Font Name ‘Source’"
LICENCE = (
    "This Font Software is licensed under the SIL Open Font License, Version 1.1. "
    "Modified: a subset of Source Sans 3 without layout features, renamed."
)


def subset(path, codepoints):
    """The glyphs of `codepoints`, without hints, kerning and ligatures."""
    font = TTFont(path)
    options = Options()
    options.hinting = False
    options.layout_features = []
    options.drop_tables += ["GPOS", "GSUB", "GDEF", "BASE", "STAT", "gasp", "prep", "GlyphOrder"]
    options.notdef_outline = True
    options.name_IDs = []
    options.recalc_timestamp = False
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=codepoints)
    subsetter.subset(font)
    return font


def rename(font, style, weight):
    """Another name than the reserved one, as clause 3 of the licence asks."""
    table = font["name"]
    table.names = []
    plain = style == "Regular"
    full = FAMILY if plain else f"{FAMILY} {style}"
    for name_id, text in {
        0: COPYRIGHT,
        1: full,
        2: "Regular",
        3: f"1.0;{full.replace(' ', '')}",
        4: full,
        5: "Version 1.0",
        6: f"{FAMILY.replace(' ', '')}-{style}",
        13: LICENCE,
        14: "https://openfontlicense.org",
        16: FAMILY,
        17: style,
    }.items():
        if plain and name_id in (16, 17):
            continue
        table.setName(text, name_id, 3, 1, 0x409)
    font["OS/2"].usWeightClass = weight
    font["OS/2"].achVendID = "NONE"


def rust_array(values):
    lines, line = [], "   "
    for value in values:
        word = f" {value},"
        if len(line) + len(word) > 96:
            lines.append(line)
            line = "   "
        line += word
    lines.append(line)
    return "\n".join(lines)


def main(files, out_ttf, out_woff2, out_rust):
    rust = [
        "//! Widths of the characters of Coverlay Sans, in thousandths of the text size. Made by",
        "//! `data/font/subset.py` from the fonts themselves; a test compares the two.",
        "",
    ]
    for code, (style, weight) in WEIGHTS.items():
        base = TTFont(files / f"source-sans-3-latin-{code}-normal.woff2")
        wanted = set(TEXT + PUNCTUATION)
        in_base = wanted & set(base.getBestCmap())
        parts = []
        for name, codepoints in [("latin", in_base), ("latin-ext", wanted - in_base)]:
            font = subset(files / f"source-sans-3-{name}-{code}-normal.woff2", codepoints)
            font.flavor = None
            part = out_ttf / f"{name}.part.ttf"
            font.save(part)
            parts.append(part)
        font = Merger().merge([str(part) for part in parts])
        for part in parts:
            part.unlink()
        rename(font, style, weight)
        # The merger stamps the time; the same input shall give the same bytes.
        font.recalcTimestamp = False
        font["head"].created = font["head"].modified = base["head"].modified
        font["post"].formatType = 3.0
        font["OS/2"].recalcUnicodeRanges(font)
        font.save(out_ttf / f"CoverlaySans-{style}.ttf")
        font.flavor = "woff2"
        font.save(out_woff2 / f"CoverlaySans-{style}.woff2")

        cmap, widths = font.getBestCmap(), font["hmtx"].metrics
        missing = sorted(wanted - set(cmap))
        print(style, len(cmap), "characters; missing:", [f"U+{c:04X}" for c in missing])
        assert font["head"].unitsPerEm == 1000
        assert not missing
        advance = lambda c: widths[cmap[c]][0]
        upper = style.upper()
        rust += [
            f"/// U+0020 to U+007E and U+00A0 to U+017F, {style}.",
            f"pub(super) const {upper}: [u16; {len(TEXT)}] = [",
            rust_array(advance(c) for c in TEXT),
            "];",
            f"/// Punctuation beyond, sorted, {style}.",
            f"pub(super) const {upper}_PUNCTUATION: [(char, u16); {len(PUNCTUATION)}] = [",
            "\n".join(f"    ('\\u{{{c:x}}}', {advance(c)})," for c in sorted(PUNCTUATION)),
            "];",
            "",
        ]
    out_rust.write_text("\n".join(rust).rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*(Path(arg) for arg in sys.argv[1:]))
