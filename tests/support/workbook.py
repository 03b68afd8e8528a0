"""What openpyxl, a reader of its own, finds in a workbook, as JSON on standard output."""
import json
import sys

import openpyxl


def cell(found):
    fill = found.fill.fgColor.rgb if found.fill.patternType == "solid" else None
    colour = found.font.color.rgb if found.font.color is not None else None
    bottom = found.border.bottom
    return {
        "value": found.value,
        "type": found.data_type,
        "format": found.number_format,
        "fill": fill[2:].lower() if fill else None,
        "text": colour[2:].lower() if isinstance(colour, str) else None,
        "edge": bottom.color.rgb[2:].lower() if bottom and bottom.style == "thick" else None,
        "note": found.comment.text if found.comment else None,
        "quoted": bool(found.quotePrefix),
    }


def sheet(found):
    cells = {}
    for row in found.iter_rows():
        for each in row:
            if each.value is not None or each.comment:
                cells[each.coordinate] = cell(each)
    return {
        "name": found.title,
        "cells": cells,
        "merged": sorted(str(each) for each in found.merged_cells.ranges),
        "freeze": found.freeze_panes,
        "filter": found.auto_filter.ref,
        "heads": found.print_title_rows,
        "landscape": found.page_setup.orientation == "landscape",
        "fit": [bool(found.sheet_properties.pageSetUpPr and found.sheet_properties.pageSetUpPr.fitToPage),
                # Both are 1 where the file does not say.
                found.page_setup.fitToWidth or 1, 1 if found.page_setup.fitToHeight is None else
                found.page_setup.fitToHeight],
        "widths": {name: each.width for name, each in sorted(found.column_dimensions.items())},
        "footer": found.oddFooter.left.text,
    }


book = openpyxl.load_workbook(sys.argv[1])
json.dump(
    {
        "sheets": [sheet(each) for each in book],
        "title": book.properties.title,
        "made": book.properties.created.isoformat(),
    },
    sys.stdout,
    # Days.
    default=str,
)
