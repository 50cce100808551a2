"""QGIS without a screen: adds layers as people do, counts, filters, identifies, and draws tiles. Argument: address of /ogc."""

import os
import sys

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from qgis.core import (  # noqa: E402
    QgsApplication,
    QgsFeatureRequest,
    QgsRectangle,
    QgsVectorLayer,
    QgsVectorTileLayer,
)


def layer(door: str, name: str) -> QgsVectorLayer:
    source = f"url='{door}' typename='{name}' pagingEnabled='true' pageSize='200'"
    made = QgsVectorLayer(source, name, "OAPIF")
    assert made.isValid(), (name, made.error().message())
    return made


def main(door: str) -> None:
    app = QgsApplication([], False)
    app.initQgis()
    lots = layer(door, "lotes")
    codes = {feature["codigo"] for feature in lots.getFeatures()}
    assert len(codes) == lots.featureCount() > 500, (len(codes), lots.featureCount())
    assert lots.crs().authid() in ("OGC:CRS84", "EPSG:4326"), lots.crs().authid()
    names = [field.name() for field in lots.fields()]
    assert "area_m2" in names and "uso" in names, names
    box = QgsRectangle(-76.98, -6.04, -76.97, -6.03)
    within = sum(1 for _ in layer(door, "lotes").getFeatures(QgsFeatureRequest(box)))
    assert 0 < within < len(codes), within
    zones = layer(door, "zonificacion")
    assert sum(1 for _ in zones.getFeatures()) > 0
    tiles = QgsVectorTileLayer(
        f"type=xyz&url={door}/tiles/WebMercatorQuad/{{z}}/{{y}}/{{x}}&zmin=0&zmax=18", "teselas"
    )
    assert tiles.isValid()
    print(f"QGIS: {len(codes)} lotes, {within} en una caja, teselas válidas")
    sys.stdout.flush()
    # Qt ends badly where it never had a screen.
    os._exit(0)


main(sys.argv[1])
