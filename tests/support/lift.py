"""Support, confidence and lift counted without Coverlay, from standard input (JSON):

{ "uses": {"G0016": ["T1003.001", ...], ...}  or  "bundle": PATH of a STIX bundle,
  "attributed": true: a group uses what campaigns attributed to it used (only with "bundle"),
  "with_parents": false, "least": 4, "z": 1.645,
  "sets": [["T1003.001", "T1021.002"], ...],
  "picks": [[ids], ...] }

To standard output: {"entities": n, "groups": n, "sets": [{"with": n, "next": {id: [both, users, confidence, lift]}}],
"picks": [{id: [bound, both, with, users]}]}: of each pick and each technique that is not picked and above no
picked one, the best lower bound over all sets of one to three picked techniques.
"""

import collections
import itertools
import json
import math
import sys


def of_bundle(path, attributed):
    with open(path, encoding="utf-8") as file:
        objects = [o for o in json.load(file)["objects"]]
    live = {o["id"]: o for o in objects if not o.get("revoked") and not o.get("x_mitre_deprecated")}

    def external(o):
        for reference in o.get("external_references", []):
            if reference.get("source_name") == "mitre-attack":
                return reference["external_id"]
        return None

    uses = collections.defaultdict(set)
    behind = collections.defaultdict(set)
    for o in live.values():
        if o["type"] != "relationship":
            continue
        source, target = live.get(o["source_ref"]), live.get(o["target_ref"])
        if not source or not target:
            continue
        if (
            o["relationship_type"] == "uses"
            and source["type"] in ("intrusion-set", "campaign")
            and target["type"] == "attack-pattern"
        ):
            uses[external(source)].add(external(target))
        if o["relationship_type"] == "attributed-to":
            behind[external(source)].add(external(target))
    if attributed:
        for campaign, groups in behind.items():
            for group in groups:
                uses[group] |= uses.get(campaign, set())
    return uses


def wilson(both, n, z):
    """Lower end of Wilson's score interval, from its quadratic equation."""
    p = both / n
    a, b, c = 1 + z * z / n, 2 * p + z * z / n, p * p
    return max(0.0, (b - math.sqrt(max(0.0, b * b - 4 * a * c))) / (2 * a))


def main():
    asked = json.load(sys.stdin)
    if "bundle" in asked:
        uses = of_bundle(asked["bundle"], asked["attributed"])
    else:
        uses = {actor: set(ids) for actor, ids in asked["uses"].items()}
    with_parents = asked.get("with_parents", False)

    def parent(id_):
        return id_.split(".")[0]

    if with_parents:
        uses = {actor: ids | {parent(i) for i in ids} for actor, ids in uses.items()}
    uses = {actor: ids for actor, ids in uses.items() if ids}
    entities = len(uses)
    users = collections.Counter(i for ids in uses.values() for i in ids)

    def having(antecedent):
        return [ids for ids in uses.values() if ids.issuperset(antecedent)]

    sets = []
    for antecedent in asked.get("sets", []):
        have = having(antecedent)
        both = collections.Counter(i for ids in have for i in ids)
        sets.append(
            {
                "with": len(have),
                "next": {
                    i: [n, users[i], n / len(have), (n / len(have)) / (users[i] / entities)]
                    for i, n in both.items()
                    if i not in antecedent
                },
            }
        )

    least, z = asked.get("least", 4), asked.get("z", 1.645)
    picks = []
    for pick in asked.get("picks", []):
        picked = set(pick)
        above = {parent(i) for i in picked if "." in i}
        if with_parents:
            picked |= above
        best = {}
        for size in (1, 2, 3):
            for antecedent in itertools.combinations(sorted(picked), size):
                have = having(antecedent)
                if len(have) < least:
                    continue
                both = collections.Counter(i for ids in have for i in ids)
                for i, n in both.items():
                    if n < least or i in picked or i in above:
                        continue
                    found = [wilson(n, len(have), z), n, len(have), users[i]]
                    if i not in best or found[0] > best[i][0] + 1e-12:
                        best[i] = found
        picks.append(best)

    groups = sum(actor.startswith("G") for actor in uses)
    json.dump({"entities": entities, "groups": groups, "sets": sets, "picks": picks}, sys.stdout)


main()
