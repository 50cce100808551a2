"""Asks each tile of a list once over one connection, after one of a lower zoom that pays for what is done once (the
service brings all lots to the tiles' projection, PostGIS loads PROJ's grids and plans); its time is told apart:
tiles.py LIST http URL-with-{z}{x}{y}, or tiles.py LIST sql ADDRESS STATEMENT-FILE."""

import json
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

tiles = [tuple(map(int, line.split("/"))) for line in Path(sys.argv[1]).read_text().split()]
way, address = sys.argv[2:4]

if way == "http":
    from http_answers import Connection

    connection = Connection(address)
    pattern = urlsplit(address).path

    def ask(z, x, y):
        status, body = connection.get(pattern.format(z=z, x=x, y=y))
        if status not in (200, 204):
            sys.exit(f"{status}: {body[:300]}")
        return len(body)

else:
    import os

    import psycopg

    connection = psycopg.connect(address, autocommit=True)
    cursor = connection.cursor(binary=True)
    statement = Path(sys.argv[4]).read_text()

    def ask(z, x, y):
        cursor.execute(statement, {"z": z, "x": x, "y": y}, prepare=True)
        return len(cursor.fetchone()[0])


z, x, y = tiles[0]
begun = time.perf_counter()
ask(z - 1, x >> 1, y >> 1)
first = time.perf_counter() - begun

times, sizes = {}, {}
for z, x, y in tiles:
    begun = time.perf_counter()
    size = ask(z, x, y)
    times.setdefault(z, []).append(time.perf_counter() - begun)
    sizes[z] = sizes.get(z, 0) + size

extra = {}
if way == "sql":
    cursor.execute("select pg_backend_pid()")
    pid = cursor.fetchone()[0]
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    extra["peak_mb"] = round(next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024)
for z, of_zoom in sorted(times.items()):
    of_zoom.sort()
    total = sum(of_zoom)
    print(
        "RESULT",
        json.dumps(
            {
                "zoom": z,
                "per_second": round(len(of_zoom) / total, 1),
                "p50_ms": round(of_zoom[len(of_zoom) // 2] * 1e3, 3),
                "p99_ms": round(of_zoom[int(len(of_zoom) * 0.99)] * 1e3, 3),
                "bytes": round(sizes[z] / len(of_zoom)),
                "tiles": len(of_zoom),
                "first_ms": round(first * 1e3, 3),
                "errors": 0,
                **extra,
            }
        ),
    )
