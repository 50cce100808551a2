//! The municipalities by the value of an indicator or a series.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use domain::geometry::{bounds, joined};
use office::{
    Office,
    observatory::{MapOf, classes},
};

use crate::{
    people::{
        drawing::{Drawing, SHADES, legend_of_shade},
        shell::{Shell, page},
        spanish,
    },
    problem::{Answer, Parameters},
    programs::series::downloads::asked,
};

#[derive(Template)]
#[template(path = "observatorio_mapa.html")]
struct MapPage {
    shell: Shell,
    found: MapOf,
    /// What it is of: name and code of the parameter.
    of: (&'static str, String),
    link: String,
    period: String,
    plan: Option<String>,
    legend: String,
}

pub(super) async fn map(
    State(office): State<Arc<Office>>,
    shell: Shell,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(&["indicador", "serie", "periodo", "conocido_a"])?;
    let found = asked(&office, &shell.visitor().actor, &parameters).await?;
    let (plan, legend) = drawn(&found);
    let mut query = vec![(found.clase, found.codigo.clone())];
    query.extend(found.periodo.clone().map(|period| ("periodo", period)));
    if let Some(known_at) = parameters.get("conocido_a") {
        query.push(("conocido_a", known_at.to_owned()));
    }
    Ok(page(&MapPage {
        shell,
        of: (found.clase, found.codigo.clone()),
        link: serde_urlencoded::to_string(query).unwrap_or_default(),
        period: found.periodo.clone().unwrap_or_default(),
        found,
        plan,
        legend,
    }))
}

/// The plan with its legend: the darker, the more.
fn drawn(found: &MapOf) -> (Option<String>, String) {
    let numbers: Vec<f64> = found.valores.iter().filter_map(|one| one.valor).collect();
    let ends = classes(&numbers, SHADES.len() - 1);
    let class_of = |value: f64| {
        let within = ends.iter().skip(1).rev().skip(1);
        // The first shade is that of no value.
        1 + within.filter(|end| value >= **end).count()
    };
    let ground = found
        .valores
        .iter()
        .filter_map(|one| bounds(&one.outline))
        .reduce(joined);
    let plan = ground.map(|ground| {
        let mut drawing = Drawing::of(ground, 0.03);
        let letters = drawing.letters_m();
        for one in &found.valores {
            let words = one.valor.map_or_else(
                || format!("{}: sin dato", one.municipio),
                |value| {
                    format!(
                        "{}: {} {}",
                        one.municipio,
                        spanish::figure(value),
                        found.unidad
                    )
                },
            );
            drawing.shade(&one.outline, one.valor.map_or(0, class_of), &words);
        }
        for one in &found.valores {
            if let Some(bounds) = bounds(&one.outline) {
                drawing.text(bounds.center(), letters, &one.municipio);
            }
        }
        drawing.svg(&format!(
            "Mapa de los municipios por {}, en {}; los valores están en la tabla.",
            found.nombre, found.unidad
        ))
    });
    let mut legend = legend_of_shade(0, "sin dato");
    for (class, pair) in ends.windows(2).enumerate() {
        let words = format!(
            "{} a {} {}",
            spanish::figure(pair[0]),
            spanish::figure(pair[1]),
            found.unidad
        );
        legend.push_str(&legend_of_shade(class + 1, &words));
    }
    (plan, legend)
}
