"""Goes through all features of a layer by its `next` links: paging.py URL. Reading what came is not in the time."""

import json
import sys
import time
from urllib.parse import urlsplit

from http_answers import Connection


def next_path(body):
    """Path of the link `next`, found without reading the features."""
    at = max(body.find(b'"rel":"next"'), body.find(b'"rel": "next"'))
    if at < 0:
        return None
    link = json.loads(body[body.rfind(b"{", 0, at) : body.find(b"}", at) + 1])
    parts = urlsplit(link["href"])
    return f"{parts.path}?{parts.query}"


url = sys.argv[1]
connection = Connection(url)
path = urlsplit(url)._replace(scheme="", netloc="").geturl()
bodies, times = [], []
while path:
    begun = time.perf_counter()
    status, body = connection.get(path)
    path = next_path(body)
    times.append(time.perf_counter() - begun)
    if status != 200:
        sys.exit(f"{status} en la página {len(times)}: {body[:300]}")
    bodies.append(body)

ids = {feature["id"] for body in bodies for feature in json.loads(body)["features"]}
times.sort()
total = sum(times)
print(
    "RESULT",
    json.dumps(
        {
            "per_second": round(len(ids) / total, 1),
            "p50_ms": round(times[len(times) // 2] * 1e3, 3),
            "p99_ms": round(times[int(len(times) * 0.99)] * 1e3, 3),
            "seconds": round(total, 3),
            "features": len(ids),
            "pages": len(bodies),
            "errors": 0,
        }
    ),
)
