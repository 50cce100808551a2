//! The first step: where.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::{collection::Collection, geometry, id::Ubigeo};
use geo_types::{Coord, Rect};
use office::{Kind, Office, Problem, place, search};
use query::Snapshot;

use super::{
    super::{
        drawing::Drawing,
        shell::{Shell, page_with},
    },
    question::Question,
};
use crate::problem::{Answer, Parameters, status};

const PAGE: &str = "/control-urbano";
const NEXT: &str = "/control-urbano/propuesta";

/// Lots on one plan, and the widest ground on which one still finds one's own.
const LOTS_MAX: usize = 400;
const LOTS_WITHIN_M: f64 = 1_500.0;
/// Blocks or sectors on one plan.
const BLOCKS_MAX: usize = 600;
/// A plan around a street or a block shows that much more.
const AROUND: f64 = 0.15;

#[derive(Template)]
#[template(path = "control_lugar.html")]
struct PlacePage {
    shell: Shell,
    problem: Option<Problem>,
    question: Question,
    /// What goes with the next place.
    kept: Question,
    /// The way back to the proposal, where there is a place already.
    onward: Option<String>,
    asked: String,
    found: Option<Vec<Line>>,
    more: bool,
    municipalities: Vec<(String, String)>,
    plan: Option<Picture>,
}

/// Something that was found.
struct Line {
    name: String,
    kind: &'static str,
    municipality: String,
    href: String,
    act: &'static str,
}

/// A plan on which a place is chosen.
struct Picture {
    svg: String,
    /// What is drawn on it by hand: `punto`, `poligono`, or nothing: what is seen are links.
    draws: &'static str,
    words: String,
    as_links: String,
    as_point: String,
    as_polygon: String,
}

/// Where one is on the way: what is said on the page beside the question itself.
#[derive(Default)]
struct Look {
    words: Option<String>,
    area: Option<String>,
    town: Option<String>,
    draws: &'static str,
}

pub(super) async fn page_of_place(
    State(office): State<Arc<Office>>,
    shell: Shell,
    parameters: Parameters,
) -> Answer<Response> {
    let text = |name: &str| parameters.get(name).map(|text| text.trim().to_owned());
    let look = Look {
        words: text("q"),
        area: text("caja"),
        town: text("ubigeo"),
        draws: match parameters.get("trazar") {
            Some("punto") => "punto",
            Some("poligono") => "poligono",
            _ => "",
        },
    };
    let ours = ["q", "caja", "ubigeo", "trazar"];
    let rest = parameters
        .0
        .iter()
        .filter(|(name, _)| !ours.contains(&name.as_str()));
    let rest: Vec<(String, String)> = rest.cloned().collect();
    let question = Question::read(&rest)?;
    let snapshot = office.feed.snapshot();
    if let Some(code) = look.words.as_ref().map(|words| words.to_uppercase())
        && code
            .parse()
            .is_ok_and(|code| snapshot.parcel(&code).is_some())
        && let Some(address) = question.elsewhere().with("predio", code).address(NEXT)
    {
        return Ok(Redirect::to(&address).into_response());
    }
    Ok(shown(&snapshot, shell, question, look, None))
}

/// The first step again, for a place that is none.
pub(super) fn again(
    office: &Office,
    shell: Shell,
    question: Question,
    problem: Problem,
) -> Response {
    let look = Look::default();
    shown(
        &office.feed.snapshot(),
        shell,
        question,
        look,
        Some(problem),
    )
}

fn shown(
    snapshot: &Snapshot,
    shell: Shell,
    question: Question,
    look: Look,
    problem: Option<Problem>,
) -> Response {
    let kept = question.elsewhere();
    let mut problem = problem;
    let mut found = None;
    let mut more = false;
    if let Some(words) = &look.words {
        match search::search(snapshot, words) {
            Ok(answer) => {
                more = answer.hay_mas;
                let lines = answer.resultados.into_iter();
                found = Some(lines.map(|hit| line(hit, &kept)).collect());
            }
            Err(wrong) => problem = problem.or(Some(wrong)),
        }
    }
    let plan = match picture(snapshot, &look, &kept) {
        Ok(plan) => plan,
        Err(wrong) => {
            problem = problem.or(Some(wrong));
            None
        }
    };
    let towns = snapshot.municipalities.values().map(|land| {
        let ubigeo = land.municipality.ubigeo;
        let name = land.municipality.name.clone();
        (
            look_address(&[("ubigeo", &ubigeo.to_string())], &kept),
            name,
        )
    });
    let status = problem.as_ref().map_or(axum::http::StatusCode::OK, status);
    let onward = question.address(NEXT).filter(|_| question.has_place());
    page_with(
        status,
        &PlacePage {
            shell,
            problem,
            onward,
            question,
            asked: look.words.unwrap_or_default(),
            found,
            more,
            municipalities: towns.collect(),
            plan,
            kept,
        },
    )
}

fn line(hit: search::Hit, kept: &Question) -> Line {
    let area = hit.caja.map(|degrees| format!("{degrees:.6}")).join(",");
    let on_the_plan = || look_address(&[("caja", &area)], kept);
    let (kind, act, href) = match (hit.capa, &hit.codigo) {
        ("lotes", Some(code)) => {
            let chosen = kept.with("predio", code.clone());
            let href = chosen.address(NEXT).unwrap_or_default();
            ("Predio", "Elegir", href)
        }
        ("manzanas", _) => ("Manzana", "Ver sus lotes", on_the_plan()),
        ("planes", _) => ("Plan", "Ver en el plano", on_the_plan()),
        _ => ("Calle", "Ver sus lotes", on_the_plan()),
    };
    Line {
        name: hit.nombre,
        municipality: hit.municipio,
        kind,
        href,
        act,
    }
}

/// An address of the first step.
fn look_address(look: &[(&str, &str)], kept: &Question) -> String {
    let mut pairs: Vec<(&str, &str)> = look.to_vec();
    pairs.extend(
        kept.fields()
            .iter()
            .map(|(name, value)| (*name, value.as_str())),
    );
    let query = serde_urlencoded::to_string(pairs).unwrap_or_default();
    format!("{PAGE}?{query}#plano")
}

/// The plan of a town or of a box, as far as there is one.
fn picture(snapshot: &Snapshot, look: &Look, kept: &Question) -> Result<Option<Picture>, Problem> {
    let (area, name) = if let Some(area) = &look.area {
        (box_of(area).ok_or_else(no_box)?, ("caja", area.as_str()))
    } else if let Some(town) = &look.town {
        let land = town
            .parse::<Ubigeo>()
            .ok()
            .and_then(|ubigeo| snapshot.municipalities.get(&ubigeo));
        let lots = land.and_then(|land| land.layer(&Collection::Parcels));
        let area = lots.and_then(query::Layer::bounds).ok_or_else(no_town)?;
        (area, ("ubigeo", town.as_str()))
    } else {
        return Ok(None);
    };
    let with = |draws: &str| match draws {
        "" => look_address(&[name], kept),
        draws => look_address(&[name, ("trazar", draws)], kept),
    };
    let mut drawing = Drawing::of(area, AROUND);
    let words = drawn(snapshot, &mut drawing, look.draws.is_empty(), kept);
    Ok(Some(Picture {
        svg: drawing.svg("Plano para elegir el lugar"),
        draws: look.draws,
        words,
        as_links: with(""),
        as_point: with("punto"),
        as_polygon: with("poligono"),
    }))
}

/// Draws what somebody chooses from: lots or, where they are too many, blocks or sectors. Says what it is.
fn drawn(snapshot: &Snapshot, drawing: &mut Drawing, as_links: bool, kept: &Question) -> String {
    let window = drawing.window();
    let near = |collection: &Collection| -> usize {
        let lands = snapshot.municipalities.values();
        let layers = lands.filter_map(|land| land.layer(collection));
        layers.map(|layer| layer.near(window).count()).sum()
    };
    let is_near = window.width() <= LOTS_WITHIN_M && near(&Collection::Parcels) <= LOTS_MAX;
    let collection = if is_near || near(&Collection::Manzanas) == 0 {
        Collection::Parcels
    } else if near(&Collection::Manzanas) <= BLOCKS_MAX || near(&Collection::Sectors) == 0 {
        Collection::Manzanas
    } else {
        Collection::Sectors
    };
    let mut room = BLOCKS_MAX;
    for land in snapshot.municipalities.values() {
        if collection == Collection::Parcels {
            for road in land
                .layer(&Collection::Roads)
                .into_iter()
                .flat_map(|layer| layer.ready_near(window))
            {
                drawing.shape(&road.feature.geometry, "via", road.ready.text("nombre"));
            }
        }
        let Some(layer) = land.layer(&collection) else {
            continue;
        };
        let mut places: Vec<usize> = layer.near(window).take(room).collect();
        // By code, so that keys go from one to the next.
        places.sort_unstable();
        for place in places {
            let feature = &layer.features()[place];
            let Some(bounds) = geometry::bounds(&feature.geometry) else {
                continue;
            };
            room = room.saturating_sub(1);
            let code = feature.code.to_string();
            let href = if collection == Collection::Parcels {
                kept.with("predio", code).address(NEXT).unwrap_or_default()
            } else {
                let (min, max) = (bounds.min(), bounds.max());
                let area = format!("{:.0},{:.0},{:.0},{:.0}", min.x, min.y, max.x, max.y);
                look_address(&[("caja", &area)], kept)
            };
            if as_links {
                drawing.link(&feature.geometry, "lote elegible", &feature.code, &href);
            } else {
                drawing.shape(&feature.geometry, "lote", Some(&feature.code));
            }
            label(drawing, &feature.code, bounds);
        }
    }
    if room == 0 {
        return "Aquí hay más de lo que cabe en un plano: busque una calle o una manzana."
            .to_owned();
    }
    match (as_links, collection) {
        (false, _) => "",
        (true, Collection::Parcels) => "Elija el lote en el plano.",
        (true, Collection::Manzanas) => "Se ven las manzanas: elija una para ver sus lotes.",
        (true, _) => "Se ven los sectores: elija uno para ver sus manzanas.",
    }
    .to_owned()
}

/// The last digits of a code, where there is room for them.
fn label(drawing: &mut Drawing, code: &str, bounds: Rect<f64>) {
    const LEAST: f64 = 0.35;
    let letters = (bounds.width().min(bounds.height()) / 2.5).min(drawing.letters_m());
    if letters >= drawing.letters_m() * LEAST
        && let Some(last) = code.len().checked_sub(3).and_then(|from| code.get(from..))
    {
        drawing.text(bounds.center(), letters, last);
    }
}

/// A box: west, south, east, north; in degrees, or in metres of the official system.
fn box_of(text: &str) -> Option<Rect<f64>> {
    let numbers: Vec<f64> = text
        .split(',')
        .map(|word| {
            word.trim()
                .parse()
                .ok()
                .filter(|value: &f64| value.is_finite())
        })
        .collect::<Option<_>>()?;
    let [west, south, east, north] = numbers[..] else {
        return None;
    };
    let mut corners = [Coord { x: west, y: south }, Coord { x: east, y: north }];
    if west.abs() <= 180.0 && south.abs() <= 90.0 {
        place::official(&mut corners).ok()?;
    }
    let is_near = corners
        .iter()
        .all(|at| at.x.abs() < 2_000_000.0 && (7_000_000.0..10_500_000.0).contains(&at.y));
    is_near.then(|| Rect::new(corners[0], corners[1]))
}

fn no_box() -> Problem {
    Problem::new(
        Kind::BadRequest,
        "El plano que se pide no está en ninguna parte.",
        "Busque una calle o una manzana, o elija un municipio.",
    )
}

fn no_town() -> Problem {
    Problem::new(
        Kind::NotFound,
        "De ese municipio no hay lotes.",
        "Elija uno de los que se listan.",
    )
}
