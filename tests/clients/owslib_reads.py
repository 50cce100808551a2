"""OWSLib at the door of GIS clients: what it lists, counts, filters and follows. Argument: the address of /ogc."""

import sys

from owslib.ogcapi.features import Features


def main(door: str) -> None:
    service = Features(door)
    classes = service.conformance()["conformsTo"]
    assert any(one.endswith("/ogcapi-features-1/1.0/conf/core") for one in classes), classes
    layers = service.feature_collections()
    for layer in ("lotes", "zonificacion", "restricciones", "vias"):
        assert layer in layers, layers
    assert service.collection("lotes")["storageCrs"].endswith("/EPSG/0/32718")
    assert "area_m2" in service.collection_queryables("lotes")["properties"]
    page = service.collection_items("lotes", limit=10)
    total = page["numberMatched"]
    assert page["numberReturned"] == 10 and len(page["features"]) == 10
    within = service.collection_items("lotes", bbox=[-76.98, -6.04, -76.97, -6.03], limit=10_000)
    assert 0 < within["numberMatched"] <= total
    large = service.collection_items("lotes", filter="area_m2 > 300", limit=10_000)
    assert 0 < large["numberMatched"] < total
    assert all(one["properties"]["area_m2"] > 300 for one in large["features"])
    item = service.collection_item("lotes", page["features"][0]["id"])
    assert item["id"] == page["features"][0]["id"]
    print(f"OWSLib: {len(layers)} capas, {total} lotes, {large['numberMatched']} de más de 300 m²")


main(sys.argv[1])
