//! `/observaciones/mapa`: all of them on one plan, by cells; a cell leads nearer, to one alone in the end.

use askama::Template;
use axum::{extract::State, response::Response};
use domain::geometry::bounds;
use geo_types::{Coord, Geometry, Rect};
use office::{
    Office, Problem,
    observations::{Cluster, ObservationPlan},
    place,
};

use super::with_filters;
use crate::{
    doors::Doors,
    people::{
        drawing::{Drawing, legend_of_look},
        shell::{Shell, page},
        spanish, surroundings,
    },
    problem::{Answer, Parameters},
    programs::observations::filter,
};

#[derive(Template)]
#[template(path = "observaciones_mapa.html")]
struct Map {
    shell: Shell,
    svg: String,
    legend: String,
    count: String,
    spots: String,
    list: String,
    /// All of the province, where less is shown.
    whole: Option<String>,
    ways: Vec<(&'static str, String)>,
    geojson: String,
}

/// Nearer than this, blocks are drawn.
const BLOCKS_BELOW_M: f64 = 5_000.0;
/// Around what a cell has, in parts of the cell.
const AROUND: f64 = 0.6;

/// The plan.
pub async fn map(
    State(doors): State<Doors>,
    shell: Shell,
    parameters: Parameters,
) -> Answer<Response> {
    let office = doors.office();
    let filter = filter(&parameters)?;
    let found = office
        .observation_plan(&shell.visitor().actor, &filter)
        .await?;
    let is_part = filter.within.is_some();
    let Some(plan) = found else {
        return Ok(page(&Map {
            svg: String::new(),
            legend: String::new(),
            count: "0".to_owned(),
            spots: "0".to_owned(),
            list: with_filters("/observaciones", &parameters, &[]),
            whole: None,
            ways: Vec::new(),
            geojson: with_filters("/api/observaciones", &parameters, &[]),
            shell,
        }));
    };
    let count: i64 = plan.clusters.iter().map(|one| one.count).sum();
    let own_box = degrees(plan.window)?;
    let within = [("bbox", own_box.clone())];
    let geojson = [("bbox", own_box), ("f", "geojson".to_owned())];
    Ok(page(&Map {
        svg: drawn(office, &plan, &parameters)?,
        legend: legend_of_look("falta", "alguna espera respuesta")
            + &legend_of_look("predio", "todas respondidas"),
        count: spanish::count(count),
        spots: spanish::count(plan.clusters.len()),
        list: with_filters("/observaciones", &parameters, &within),
        whole: is_part.then(|| with_filters("/observaciones/mapa", &parameters, &[])),
        ways: if is_part {
            ways(plan.window, &parameters)?
        } else {
            Vec::new()
        },
        geojson: with_filters("/api/observaciones", &parameters, &geojson),
        shell,
    }))
}

fn drawn(
    office: &Office,
    plan: &ObservationPlan,
    parameters: &Parameters,
) -> Result<String, Problem> {
    let mut drawing = Drawing::of(plan.window, 0.02);
    let snapshot = office.feed.snapshot();
    for land in snapshot.municipalities.values() {
        let outline = Geometry::MultiPolygon(land.municipality.outline.clone());
        let name = &land.municipality.name;
        drawing.shape(&outline, "manzana", Some(name));
        if let Some(own) = bounds(&outline)
            && plan.window.width() > BLOCKS_BELOW_M
        {
            let letters = drawing.letters_m();
            drawing.text(own.center(), letters, name);
        }
    }
    if plan.window.width() < BLOCKS_BELOW_M {
        surroundings::blocks(&snapshot, &mut drawing);
    }
    for cluster in &plan.clusters {
        let (name, href) = match cluster.id {
            Some(id) => ("Una observación".to_owned(), format!("/observaciones/{id}")),
            None => (
                format!(
                    "{} observaciones, {} respondidas",
                    spanish::count(cluster.count),
                    spanish::count(cluster.answered)
                ),
                nearer(cluster, plan.side_m, parameters)?,
            ),
        };
        let look = if cluster.answered == cluster.count {
            "predio"
        } else {
            "falta"
        };
        drawing.spot(cluster.at, share(cluster.count), look, &name, &href);
    }
    // Numbers go over all spots: a click goes through them.
    for cluster in plan.clusters.iter().filter(|one| one.count > 1) {
        let letters = drawing.letters_m();
        drawing.text(cluster.at, letters * 0.8, &cluster.count.to_string());
    }
    Ok(drawing.svg("Plano de las observaciones: cada punto lleva a la suya, o más cerca"))
}

/// The radius of a spot, as a share of the width: ten times as many are a step wider.
fn share(count: i64) -> f64 {
    0.008 + 0.005 * (count.max(1) as f64).log10()
}

/// The plan of what a cell has. Many at one place are a list: no plan tells them apart.
fn nearer(cluster: &Cluster, side_m: f64, parameters: &Parameters) -> Result<String, Problem> {
    const ONE_PLACE_M: f64 = 1.0;
    let around = cluster.around;
    let is_one_place = around.width().max(around.height()) < ONE_PLACE_M;
    let reach = if is_one_place {
        ONE_PLACE_M
    } else {
        (around.width().max(around.height()) * AROUND).min(side_m)
    };
    let reach = Coord { x: reach, y: reach };
    let within = [(
        "bbox",
        degrees(Rect::new(around.min() - reach, around.max() + reach))?,
    )];
    let path = if is_one_place {
        "/observaciones"
    } else {
        "/observaciones/mapa"
    };
    Ok(with_filters(path, parameters, &within))
}

/// Links to what is beside, and to twice as much.
fn ways(
    window: Rect<f64>,
    parameters: &Parameters,
) -> Result<Vec<(&'static str, String)>, Problem> {
    let (width, height) = (window.width() / 2.0, window.height() / 2.0);
    let moved = |x: f64, y: f64| {
        let by = Coord {
            x: x * width,
            y: y * height,
        };
        Rect::new(window.min() + by, window.max() + by)
    };
    let wider = {
        let reach = Coord {
            x: width,
            y: height,
        };
        Rect::new(window.min() - reach, window.max() + reach)
    };
    [
        ("Alejar", wider),
        ("Al norte", moved(0.0, 1.0)),
        ("Al sur", moved(0.0, -1.0)),
        ("Al este", moved(1.0, 0.0)),
        ("Al oeste", moved(-1.0, 0.0)),
    ]
    .into_iter()
    .map(|(name, to)| {
        let within = [("bbox", degrees(to)?)];
        Ok((
            name,
            with_filters("/observaciones/mapa", parameters, &within),
        ))
    })
    .collect()
}

/// A box as `bbox` has it: a tenth of a metre is enough.
fn degrees(ground: Rect<f64>) -> Result<String, Problem> {
    let mut corners = [ground.min(), ground.max()];
    place::lon_lat(&mut corners)?;
    let [low, high] = corners;
    Ok(format!(
        "{:.6},{:.6},{:.6},{:.6}",
        low.x, low.y, high.x, high.y
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_at_one_place_are_a_list_and_others_a_nearer_plan() {
        let cluster = |east: f64| Cluster {
            at: Coord {
                x: 280_000.0,
                y: 9_332_000.0,
            },
            around: Rect::new((280_000.0, 9_332_000.0), (east, 9_332_000.0)),
            count: 12,
            answered: 0,
            id: None,
        };
        let none = Parameters(Vec::new());
        let list = nearer(&cluster(280_000.0), 900.0, &none).expect("a link");
        assert!(list.starts_with("/observaciones?bbox=-76."), "{list}");
        let plan = nearer(&cluster(280_400.0), 900.0, &none).expect("a link");
        assert!(plan.starts_with("/observaciones/mapa?bbox="), "{plan}");
        assert!(share(1) < share(10) && share(50_000) < 0.04);
    }
}
