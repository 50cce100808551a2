"""The results of a run as tables in Markdown, with the ratios that are asked: table.py RESULTS."""

import json
import sys

results = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
best = {}
for result in results:
    key = (result["measure"], result["server"], result.get("zoom"))
    if key not in best or result["per_second"] > best[key]["per_second"]:
        best[key] = result

# Of which measure, which peer, at least how many times it.
ASKED = [
    ("bbox", "tipg", 100),
    ("bbox", "tipg×2", 100),
    ("bbox", "axum", 0.5),
    ("bbox", "nginx", 0.5),
    ("id", "tipg", 100),
    ("id", "tipg×2", 100),
    ("paging", "tipg", 20),
    ("paging", "tipg×2", 20),
    ("tiles", "ST_AsMVT", 3),
    ("tiles", "martin", 5),
]
TITLES = {
    "bbox": "`items?bbox`, up to 100 features (answers per second)",
    "id": "Item by id (answers per second)",
    "paging": "All features, by `next` links of 1000 (features per second; times are a page's)",
    "tiles": "Cold tiles, each asked once over one connection (tiles per second)",
}


def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def ratio(ours, theirs):
    value = ours["per_second"] / theirs["per_second"]
    return f"{value:,.0f}" if value >= 20 else f"{value:.2f}"


for measure, title in TITLES.items():
    rows = sorted((r for k, r in best.items() if k[0] == measure), key=lambda r: (r.get("zoom") or 0, -r["per_second"]))
    if not rows:
        continue
    print(f"### {title}\n")
    print("| server | per second | p50 ms | p99 ms | bytes | peak memory | service ÷ it | asked |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for row in rows:
        ours = best.get((measure, "catastro", row.get("zoom")))
        name = row["server"] + (f", z{row['zoom']}" if "zoom" in row else "")
        asked = next((least for m, s, least in ASKED if (m, s) == (measure, row["server"])), None)
        compared = "" if row["server"] == "catastro" or not ours else ratio(ours, row)
        short = asked and ours and ours["per_second"] < asked * row["per_second"]
        print(
            f"| {name} | {number(row['per_second'])} | {row['p50_ms']:.3g} | {row['p99_ms']:.3g} "
            f"| {number(row['bytes']) if row.get('bytes') else '–'} "
            f"| {str(row['peak_mb']) + ' MB' if row.get('peak_mb') else '–'} | {compared} "
            f"| {f'≥ {asked}' if asked else ''}{' **short**' if short else ''} |"
        )
        if row["errors"]:
            print(f"\n{name}: {row['errors']} errors\n")
    print()
    starts = {row["server"]: row["first_ms"] for row in rows if "first_ms" in row}
    if starts:
        print("The first tile of all, before these: " + ", ".join(f"{s} {t:.0f} ms" for s, t in starts.items()) + ".\n")
missing = [f"{peer} ({measure})" for measure, peer, _ in ASKED if not any(k[:2] == (measure, peer) for k in best)]
if missing:
    print("Not measured: " + ", ".join(missing) + ".")
