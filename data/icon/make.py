"""Draws public/icon/*.png, the favicon of index.html in sizes that a system asks for: python3 data/icon/make.py"""
import pathlib
import struct
import zlib

# On a field of 16: left, top, right, bottom and colour; the third is an outline of 1.
SQUARES = [(1, 1, 7, 7, 0xB3D1EC), (9, 1, 15, 7, 0x4A88C4), (1, 9, 7, 15, 0x8A919E), (9, 9, 15, 15, 0x0B3C6F)]
OUTLINE = 2
PAPER = 0xFFFFFF


def colour(x, y):
    """Of a point on the field."""
    for number, (left, top, right, bottom, ink) in enumerate(SQUARES):
        if left <= x < right and top <= y < bottom:
            inside = left + 1 <= x < right - 1 and top + 1 <= y < bottom - 1
            return PAPER if number == OUTLINE and inside else ink
    return PAPER


def png(size, field):
    """`field`: how much of the picture the field of 16 takes, in its middle."""
    margin = (1 - field) / 2
    place = lambda at: ((at + 0.5) / size - margin) / field * 16
    rows = b"".join(
        b"\0" + b"".join(colour(place(x), place(y)).to_bytes(3, "big") for x in range(size)) for y in range(size)
    )
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    head = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


folder = pathlib.Path(__file__).parent.parent.parent / "public/icon"
folder.mkdir(exist_ok=True)
# A system may cut a maskable one down to a circle of four fifths.
for name, size, field in [("192", 192, 0.875), ("512", 512, 0.875), ("512-maskable", 512, 0.56)]:
    (folder / f"{name}.png").write_bytes(png(size, field))
