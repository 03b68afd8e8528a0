"""What pypdf, a reader of its own, finds in a PDF, as JSON on standard output: of each page its size
in points, its text, and its pieces of text with where they begin (from the lower left corner)."""
import json
import sys

import pypdf


def pieces(page):
    found = []

    def visit(text, cm, tm, _font, _size):
        if text.strip():
            x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
            y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            found.append([text.strip(), round(x, 1), round(y, 1)])

    text = page.extract_text(visitor_text=visit)
    return text, found


def told(page):
    text, found = pieces(page)
    box = page.mediabox
    return {"width": float(box.width), "height": float(box.height), "text": text, "pieces": found}


json.dump([told(page) for page in pypdf.PdfReader(sys.argv[1]).pages], sys.stdout)
