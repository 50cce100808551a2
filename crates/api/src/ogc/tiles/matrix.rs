//! The grid of tiles: `WebMercatorQuad` of the OGC.

use query::tile::ZOOM_MAX;
use serde_json::{Value, json};

use super::GRID;

/// Its place in the OGC's register.
pub const URI: &str = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad";
/// Web Mercator.
pub const CRS: &str = "http://www.opengis.net/def/crs/EPSG/0/3857";
/// Half the side of the world, in metres of the projection.
const HALF: f64 = 20_037_508.342_789_244;
/// The standard counts pixels of 0.28 mm on tiles of 256.
const PIXELS: u32 = 256;
const PIXEL_M: f64 = 0.000_28;

/// All grids.
pub fn list(base: &str) -> Value {
    json!({
        "tileMatrixSets": [{
            "id": GRID,
            "title": "Malla de los mapas web",
            "uri": URI,
            "crs": CRS,
            "links": [{
                "href": format!("{base}/ogc/tileMatrixSets/{GRID}"),
                "rel": "self",
                "type": "application/json",
                "title": "Malla de los mapas web",
            }],
        }],
        "links": [{"href": format!("{base}/ogc/tileMatrixSets"), "rel": "self", "type": "application/json"}],
    })
}

/// The grid itself.
pub fn definition() -> Value {
    let matrices: Vec<Value> = (0..=ZOOM_MAX)
        .map(|zoom| {
            let side = 1_u32 << zoom;
            let cell = 2.0 * HALF / f64::from(PIXELS) / f64::from(side);
            json!({
                "id": zoom.to_string(),
                "scaleDenominator": cell / PIXEL_M,
                "cellSize": cell,
                "cornerOfOrigin": "topLeft",
                "pointOfOrigin": [-HALF, HALF],
                "matrixWidth": side,
                "matrixHeight": side,
                "tileWidth": PIXELS,
                "tileHeight": PIXELS,
            })
        })
        .collect();
    json!({
        "id": GRID,
        "title": "Malla de los mapas web",
        "uri": URI,
        "crs": CRS,
        "orderedAxes": ["E", "N"],
        "wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
        "tileMatrices": matrices,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_are_those_of_the_register() {
        let grid = definition();
        let scale = |zoom: usize| grid["tileMatrices"][zoom]["scaleDenominator"].as_f64();
        assert!(scale(0).is_some_and(|scale| (scale - 559_082_264.028_717).abs() < 0.01));
        assert!(scale(18).is_some_and(|scale| (scale - 2_132.729_583_849).abs() < 1e-6));
    }
}
