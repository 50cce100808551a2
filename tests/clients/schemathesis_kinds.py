"""Kinds of bodies that schemathesis does not know by itself: pieces of a file (tus 1.0) are bytes."""

import schemathesis

schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
