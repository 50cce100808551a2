"""Whether a server finds in the first boxes what PostGIS finds in them: agree.py URL-PREFIX BOXES COUNTS."""

import json
import sys
from pathlib import Path
from urllib.parse import urlsplit

from http_answers import Connection

prefix, boxes, counts = sys.argv[1:4]
connection = Connection(prefix)
path = urlsplit(prefix)._replace(scheme="", netloc="").geturl()
wrong = 0
for box, count in zip(Path(boxes).read_text().split(), Path(counts).read_text().split()):
    status, body = connection.get(path + box)
    found = json.loads(body)["numberMatched"] if status == 200 else -1
    # A border that lies on the box's side may fall to either.
    if abs(found - int(count)) > 1:
        wrong += 1
        print(f"  {box}: {found}, según PostGIS {count}")
sys.exit(wrong > 0)
