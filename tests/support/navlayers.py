"""Opens layer files with MITRE's own library and prints what it found in them, one line of JSON
a file. Paths come on standard input, one a line."""

import contextlib
import io
import json
import sys
import types

# The library's __init__ files load its importers and exporters, and with them pandas, numpy and
# others. Its reader of layers needs none of that: the two packages are entered by their paths.
root = next(path for path in sys.path if path.endswith("site-packages")) + "/mitreattack"
for name, path in [("mitreattack", root), ("mitreattack.navlayers", root + "/navlayers")]:
    package = types.ModuleType(name)
    package.__path__ = [path]
    sys.modules[name] = package

from mitreattack.navlayers.core import Layer  # noqa: E402


def items(things):
    return [thing.get_dict() for thing in things or []]


def opened(path):
    told = io.StringIO()
    layer = Layer(strict=True)
    with contextlib.redirect_stdout(told):
        try:
            layer.from_file(path)
        except Exception as error:  # noqa: BLE001
            print(repr(error))
    found = {"path": path, "told": told.getvalue()}
    if layer.to_dict() is None:
        return found
    inside = layer.layer
    found["layer"] = layer.to_dict()
    found["links"] = items(inside.links)
    found["techniques"] = []
    for technique in inside.techniques or []:
        colour = None
        if technique.score is not None:
            colour = inside.gradient.compute_color(technique.score)
        found["techniques"].append(
            {
                "techniqueID": technique.techniqueID,
                "tactic": technique.tactic,
                "score": technique.score,
                "color": technique.color,
                "comment": technique.comment,
                "enabled": technique.enabled,
                "metadata": items(technique.metadata),
                "links": items(technique.links),
                "showSubtechniques": technique.showSubtechniques,
                "computed": colour,
            }
        )
    return found


for line in sys.stdin:
    print(json.dumps(opened(line.rstrip("\n"))))
