//! Plans of surveys: what was in force before, what comes after, and where the faults are.

use std::collections::HashSet;

use domain::geometry::{areas, bounds, joined};
use geo_types::{Geometry, MultiPolygon, Rect};
use office::surveys::{
    ChangedOnGround, Claimed, FindingSeen, FoundOnGround, Ground, OnGround, Overview,
};

use super::words;
use crate::people::{
    drawing::{Drawing, legend_of_look},
    spanish,
};

/// A drawing, its legend, and what it says in words. All of it is markup of ours.
pub struct Plan {
    /// The drawing.
    pub svg: String,
    /// The lines of its legend.
    pub legend: String,
    /// What is drawn of how much.
    pub words: String,
}

/// A fault narrower than this share of a plan is drawn as a point.
const POINT_BELOW: f64 = 1.0 / 40.0;
/// Labels of one drawing: with more of them nobody reads any.
const LABELS_MAX: usize = 40;

/// All of a survey, its faults as links.
pub fn overview(survey: &str, overview: &Overview) -> Plan {
    let mut drawing = Drawing::of(overview.around, 0.04);
    brought(&mut drawing, &overview.features);
    for fault in &overview.faults {
        let Some(shape) = fault.shape.as_ref() else {
            continue;
        };
        let look = if fault.severity == "error" {
            "falta"
        } else {
            "trazo"
        };
        let shape = seen_from_afar(shape, drawing.window());
        let name = format!(
            "{} {}: {}",
            words::severity(&fault.severity).1,
            fault.number,
            fault.rule
        );
        let href = format!("/levantamientos/{survey}/hallazgos/{}", fault.number);
        drawing.link(&shape, look, &name, &href);
    }
    let features = of_all(
        overview.features.len(),
        overview.features_count,
        "elemento",
        "elementos",
    );
    let faults = of_all(
        overview.faults.len(),
        overview.faults_count,
        "hallazgo con lugar",
        "hallazgos con lugar",
    );
    Plan {
        svg: drawing.svg("Plano del levantamiento: cada falla lleva a su página"),
        legend: [
            legend_of_look("despues", "lo que trae"),
            legend_of_look("falta", "error"),
            legend_of_look("trazo", "observación o aviso"),
        ]
        .concat(),
        words: format!("Se dibujan {features} y {faults}."),
    }
}

fn of_all(drawn: usize, all: usize, one: &str, many: &str) -> String {
    if drawn >= all {
        words::so_many(all, one, many)
    } else {
        format!(
            "{} de {}",
            spanish::count(drawn),
            words::so_many(all, one, many)
        )
    }
}

/// Ground as one shape, which weighs less than one for each.
fn brought(drawing: &mut Drawing, features: &[OnGround]) {
    let mut ground = MultiPolygon(Vec::new());
    for feature in features {
        match areas(&feature.shape) {
            Some(areas) => ground.0.extend(areas.0),
            None => drawing.shape(
                &feature.shape,
                look_of(&feature.shape, "despues"),
                Some(&feature.code),
            ),
        }
    }
    if !ground.0.is_empty() {
        drawing.shape(&Geometry::MultiPolygon(ground), "despues", None);
    }
}

/// Lines are not filled.
fn look_of<'a>(shape: &Geometry<f64>, look: &'a str) -> &'a str {
    match shape {
        Geometry::LineString(_) | Geometry::MultiLineString(_) => "via",
        _ => look,
    }
}

fn seen_from_afar(shape: &Geometry<f64>, window: Rect<f64>) -> Geometry<f64> {
    match bounds(shape) {
        Some(own) if own.width().max(own.height()) < window.width() * POINT_BELOW => {
            Geometry::Point(own.center().into())
        }
        _ => shape.clone(),
    }
}

/// The ground of a finding: in force before, and after.
pub fn finding(seen: &FindingSeen) -> Option<[Plan; 2]> {
    let ground = seen.ground.as_ref()?;
    Some([
        side(&seen.finding, ground, false),
        side(&seen.finding, ground, true),
    ])
}

fn side(finding: &FoundOnGround, ground: &Ground, after: bool) -> Plan {
    let mut drawing = Drawing::of(ground.focus, 0.35);
    let named: HashSet<&str> = finding
        .code
        .iter()
        .chain(&finding.others)
        .map(String::as_str)
        .collect();
    let new: HashSet<&str> = codes(ground, true);
    let (mut any, mut labelled) = (false, Vec::new());
    for feature in &ground.features {
        let is_named = named.contains(feature.code.as_str());
        let look = match (after, feature.brought) {
            (false, false) if is_named => "antes",
            (true, true) => "despues",
            // Beside what is brought stands what stays.
            (false, false) => "lote",
            (true, false) if !new.contains(feature.code.as_str()) => "lote",
            _ => continue,
        };
        any |= feature.brought == after;
        drawing.shape(
            &feature.shape,
            look_of(&feature.shape, look),
            Some(&feature.code),
        );
        labelled.push(feature);
    }
    if let Some(shape) = &finding.shape {
        drawing.shape(shape, look_of_fault(shape), Some("la falla"));
    }
    if let Some(repair) = finding.repair.as_ref().filter(|_| after) {
        drawing.shape(repair, "trazo", Some("cómo podría corregirse"));
    }
    label(&mut drawing, &labelled);
    let more = if ground.more {
        " Hay más alrededor de lo que se dibuja."
    } else {
        ""
    };
    let mut legend = if after {
        legend_of_look("despues", "lo que trae el levantamiento")
            + &legend_of_look("lote", "lo que sigue en vigor")
    } else {
        legend_of_look("antes", "en vigor, lo que se nombra") + &legend_of_look("lote", "en vigor")
    };
    legend += &legend_of_look("falta", "la falla");
    if after && finding.repair.is_some() {
        legend += &legend_of_look("trazo", "cómo podría corregirse");
    }
    let title = match (after, any) {
        (false, true) => "Antes: lo que está en vigor",
        (false, false) => "Antes: aquí no hay nada en vigor",
        (true, true) => "Después: lo que trae el levantamiento",
        (true, false) => "Después: el levantamiento no trae nada aquí",
    };
    Plan {
        svg: drawing.svg(title),
        legend,
        words: format!("{title}.{more}"),
    }
}

fn look_of_fault(shape: &Geometry<f64>) -> &'static str {
    match shape {
        Geometry::LineString(_) | Geometry::MultiLineString(_) => "falta abierta",
        _ => "falta",
    }
}

fn codes(ground: &Ground, brought: bool) -> HashSet<&str> {
    let features = ground
        .features
        .iter()
        .filter(|feature| feature.brought == brought);
    features.map(|feature| feature.code.as_str()).collect()
}

/// The last digits of codes, as plans of blocks have them.
fn label(drawing: &mut Drawing, features: &[&OnGround]) {
    const LOT_DIGITS: usize = 3;
    if features.len() > LABELS_MAX {
        return;
    }
    let letters = drawing.letters_m();
    for feature in features {
        let Some(own) = bounds(&feature.shape) else {
            continue;
        };
        let is_code =
            feature.code.len() >= 14 && feature.code.bytes().all(|digit| digit.is_ascii_digit());
        let text: String = if is_code {
            feature.code[14 - LOT_DIGITS..14].to_owned()
        } else {
            feature.code.chars().take(10).collect()
        };
        drawing.text(own.center(), letters, &text);
    }
}

/// Changes, before in red and after in blue.
pub fn changes(changes: &[ChangedOnGround]) -> Option<Plan> {
    let shapes = changes
        .iter()
        .flat_map(|change| change.before.iter().chain(&change.after));
    let around = shapes.filter_map(bounds).reduce(joined)?;
    let mut drawing = Drawing::of(around, 0.05);
    for change in changes {
        let name = format!("{}: {}", change.number, change.kind);
        if let Some(after) = &change.after {
            drawing.shape(after, look_of(after, "despues"), Some(&name));
        }
        if let Some(before) = &change.before {
            drawing.shape(before, "antes", Some(&name));
        }
    }
    Some(Plan {
        svg: drawing.svg("Plano de los cambios de esta página: antes en rojo, después en azul"),
        legend: legend_of_look("antes", "antes") + &legend_of_look("despues", "después"),
        words: format!(
            "El plano tiene los {} de esta página.",
            words::so_many(changes.len(), "cambio", "cambios")
        ),
    })
}

/// What several surveys claim: each piece leads to the other one.
pub fn conflicts(found: &[Claimed]) -> Option<Plan> {
    let around = found
        .iter()
        .filter_map(|(ground, _)| bounds(ground.as_ref()?))
        .reduce(joined)?;
    let mut drawing = Drawing::of(around, 0.2);
    let mut drawn = 0;
    for (ground, conflict) in found {
        let Some(ground) = ground else {
            continue;
        };
        drawn += 1;
        let look = if conflict.by == "codigo" {
            "trazo"
        } else {
            "falta"
        };
        let name = format!("{} con {}", conflict.parcel, conflict.theirs);
        let shape = seen_from_afar(ground, drawing.window());
        let href = format!("/levantamientos/{}", conflict.survey);
        drawing.link(&shape, look, &name, &href);
    }
    Some(Plan {
        svg: drawing.svg("Plano de los conflictos: cada uno lleva al otro levantamiento"),
        legend: legend_of_look("falta", "el mismo terreno")
            + &legend_of_look("trazo", "el mismo código"),
        words: format!(
            "Se dibujan {}.",
            of_all(drawn, found.len(), "conflicto", "conflictos")
        ),
    })
}

#[cfg(test)]
mod tests {
    use geo_types::polygon;

    use super::*;

    #[test]
    fn what_is_not_drawn_is_said_and_names_are_text() {
        let square = |west: f64| -> Geometry<f64> {
            polygon![(x: west, y: 0.0), (x: west + 10.0, y: 0.0), (x: west + 10.0, y: 10.0), (x: west, y: 10.0)].into()
        };
        let whole = Overview {
            around: Rect::new((0.0, 0.0), (900.0, 600.0)),
            features: vec![OnGround {
                brought: true,
                code: "<b>".to_owned(),
                shape: square(0.0),
            }],
            features_count: 3_000,
            faults: vec![FoundOnGround {
                number: 7,
                rule: "traslape\"><script>".to_owned(),
                severity: "error".to_owned(),
                row: None,
                code: None,
                others: Vec::new(),
                message: String::new(),
                shape: Some(square(5.0)),
                repair: None,
            }],
            faults_count: 1,
        };
        let plan = overview("x", &whole);
        assert_eq!(
            plan.words,
            "Se dibujan 1 de 3,000 elementos y 1 hallazgo con lugar."
        );
        assert!(
            plan.svg.contains("href=\"/levantamientos/x/hallazgos/7\""),
            "{}",
            plan.svg
        );
        assert!(
            plan.svg.contains("<circle") && !plan.svg.contains("<script>"),
            "{}",
            plan.svg
        );
        assert!(plan.svg.contains("role=\"group\""), "{}", plan.svg);
    }
}
