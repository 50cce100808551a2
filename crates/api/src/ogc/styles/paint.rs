//! How each layer is drawn, in the words of `MapLibre`. Without letters: there are none on a map that asks nobody else.

use domain::collection::Collection;
use serde_json::{Value, json};

/// The colour of a layer that has one for all its features.
pub fn color(layer: &Collection) -> &'static str {
    match layer {
        Collection::Municipalities => "#6b5b95",
        Collection::Sectors => "#8c6d31",
        Collection::Manzanas => "#4a4a4a",
        Collection::Parcels => "#7a4b2a",
        Collection::Roads => "#9a9a9a",
        Collection::Plans => "#00695c",
        Collection::Investments => "#b03060",
        Collection::Services => "#1f5fa8",
        Collection::Zones | Collection::Overlays | Collection::Other(_) => "#5f6b73",
    }
}

/// The layers of a style, on paper.
pub fn layers(layers: &[Collection]) -> Vec<Value> {
    let paper =
        json!({"id": "papel", "type": "background", "paint": {"background-color": "#faf8f3"}});
    std::iter::once(paper)
        .chain(layers.iter().flat_map(drawn))
        .collect()
}

fn drawn(layer: &Collection) -> Vec<Value> {
    match layer {
        Collection::Municipalities => vec![line(layer, json!([4, 1.0, 10, 2.0]), Some([4, 2]))],
        Collection::Plans => vec![line(layer, json!([8, 1.0, 14, 2.0]), Some([2, 2]))],
        Collection::Sectors => vec![line(layer, json!([9, 0.4, 16, 2.0]), Some([5, 2]))],
        Collection::Manzanas => vec![line(layer, json!([11, 0.2, 17, 1.6]), None)],
        Collection::Roads => vec![line(layer, json!([11, 0.4, 18, 5.0]), None)],
        Collection::Zones => vec![
            painted(layer, 0.75),
            json!({
                "id": "zonificacion-borde", "type": "line", "source": "catastro", "source-layer": "zonificacion", "minzoom": 13,
                "paint": {"line-color": "#8a8a8a", "line-width": 0.5},
            }),
        ],
        Collection::Overlays => vec![
            painted(layer, 0.3),
            json!({
                "id": "restricciones-borde", "type": "line", "source": "catastro", "source-layer": "restricciones",
                "paint": {"line-color": ["coalesce", ["get", "color"], "#5f6b73"], "line-width": 1.2, "line-dasharray": [3, 1.5]},
            }),
        ],
        Collection::Parcels => parcels(),
        Collection::Investments | Collection::Services => anything(layer),
        Collection::Other(_) => vec![line(layer, json!([10, 0.6, 16, 1.5]), None)],
    }
}

/// A layer that has areas, lines and points.
fn anything(layer: &Collection) -> Vec<Value> {
    let one = |id: &str, kind: &str, shape: &str, paint: Value| {
        json!({
            "id": format!("{}{id}", layer.name()), "type": kind, "source": "catastro", "source-layer": layer.name(),
            "filter": ["==", ["geometry-type"], shape], "paint": paint,
        })
    };
    vec![
        one(
            "-area",
            "fill",
            "Polygon",
            json!({"fill-color": color(layer), "fill-opacity": 0.25}),
        ),
        line(layer, json!([9, 1.2, 17, 4.0]), None),
        one(
            "-punto",
            "circle",
            "Point",
            json!({"circle-color": color(layer), "circle-radius": 5, "circle-stroke-color": "#ffffff", "circle-stroke-width": 1}),
        ),
    ]
}

/// A layer whose features bring their own colour.
fn painted(layer: &Collection, opacity: f64) -> Value {
    json!({
        "id": layer.name(), "type": "fill", "source": "catastro", "source-layer": layer.name(),
        "paint": {"fill-color": ["coalesce", ["get", "color"], "#ececec"], "fill-opacity": opacity},
    })
}

/// Lots: their ground, so that they can be chosen, and their borders; dashed where the code is provisional.
fn parcels() -> Vec<Value> {
    let border = |id: &str, is_provisional: bool| {
        let mut border = line(&Collection::Parcels, json!([13, 0.3, 18, 1.6]), None);
        border["id"] = id.into();
        border["filter"] = json!(["==", ["get", "provisional"], is_provisional]);
        border
    };
    let mut provisional = border("lotes-provisionales", true);
    provisional["paint"]["line-dasharray"] = json!([3, 2]);
    vec![
        json!({
            "id": "lotes", "type": "fill", "source": "catastro", "source-layer": "lotes", "minzoom": 12,
            "paint": {"fill-color": color(&Collection::Parcels), "fill-opacity": 0.05},
        }),
        border("lotes-borde", false),
        provisional,
    ]
}

/// A line whose width grows with the zoom.
fn line(layer: &Collection, widths: Value, dashes: Option<[u8; 2]>) -> Value {
    let mut width = vec![json!("interpolate"), json!(["linear"]), json!(["zoom"])];
    if let Value::Array(widths) = widths {
        width.extend(widths);
    }
    let mut drawn = json!({
        "id": layer.name(), "type": "line", "source": "catastro", "source-layer": layer.name(),
        "layout": {"line-join": "round"},
        "paint": {"line-color": color(layer), "line-width": width},
    });
    if let Some(dashes) = dashes {
        drawn["paint"]["line-dasharray"] = json!(dashes);
    }
    drawn
}
