//! A norm against the zones and the perimeter that are drawn.

use std::collections::BTreeMap;

use domain::{
    collection::Collection,
    feature::Feature,
    plan::{Theme, coverage::coverage, norm::Norm},
};
use geo_types::{Geometry, MultiPolygon};
use store::Store;

use super::words::{NormFinding, drawn};
use crate::{Problem, checks, data};

/// What the norm and the map do not agree on. Nothing of it stops a norm: until it is mended, those places are
/// inconclusive.
pub(super) async fn compared(store: &Store, norm: &Norm) -> Result<Vec<NormFinding>, Problem> {
    let code = norm.instrument.code.as_str();
    let mut zones = Vec::new();
    let mut plans = Vec::new();
    let mut overlays = Vec::new();
    let mut reading = store.read().await?;
    reading
        .features(norm.ubigeo, &Collection::Zones, |zone| zones.push(zone))
        .await?;
    reading
        .features(norm.ubigeo, &Collection::Plans, |plan| plans.push(plan))
        .await?;
    reading
        .features(norm.ubigeo, &Collection::Overlays, |overlay| {
            overlays.push(overlay);
        })
        .await?;
    zones.retain(|zone| checks::attribute(zone, "instrumento").as_deref() == Some(code));
    let mut found = themes(norm, &overlays, &store.themes().await?);
    let mut classes: BTreeMap<String, usize> = BTreeMap::new();
    for zone in &zones {
        *classes
            .entry(checks::attribute(zone, "codigo").unwrap_or_default())
            .or_default() += 1;
    }
    for (class, count) in classes
        .iter()
        .filter(|(class, _)| !norm.classes.iter().any(|known| known.code == **class))
    {
        found.push(drawn(
            "clase_sin_norma",
            "observacion",
            "/clases",
            format!("{count} zonas dibujadas son de la clase «{class}», que la norma no define: lo que se pregunte ahí será no concluyente."),
        ));
    }
    for (place, class) in norm
        .classes
        .iter()
        .enumerate()
        .filter(|(_, class)| !classes.contains_key(&class.code))
    {
        found.push(drawn(
            "clase_sin_zona",
            "aviso",
            format!("/clases/{place}"),
            format!(
                "Ninguna zona en vigor de {code} es de la clase «{}».",
                class.code
            ),
        ));
    }
    let Some(perimeter) = plans
        .iter()
        .find(|plan| *plan.code == *code)
        .and_then(ground)
    else {
        found.push(drawn(
            "perimetro_desconocido",
            "aviso",
            "/instrumento/codigo",
            format!("La capa planes no tiene el perímetro de {code}: no se pudo comprobar que sus zonas lo cubren."),
        ));
        return Ok(found);
    };
    let shapes: Vec<&MultiPolygon<f64>> = zones.iter().filter_map(ground).collect();
    let covered = coverage(perimeter, &shapes);
    let negligible_m2 = data::sliver().area_m2;
    for (rule, area_m2, words) in [
        (
            "plan_sin_zona",
            covered.uncovered_m2,
            "del perímetro del plan no están en ninguna zona",
        ),
        (
            "zonas_superpuestas",
            covered.doubly_m2,
            "del perímetro del plan están en más de una zona",
        ),
        (
            "zona_fuera_del_plan",
            covered.outside_m2,
            "de sus zonas están fuera del perímetro del plan",
        ),
    ] {
        if area_m2 > negligible_m2 {
            found.push(drawn(
                rule,
                "observacion",
                "/instrumento/codigo",
                format!("{area_m2:.2} m² {words}."),
            ));
        }
    }
    Ok(found)
}

/// Themes that nobody knows, and those of which the norm says that there are none while some are drawn.
fn themes(norm: &Norm, overlays: &[Feature], known: &[Theme]) -> Vec<NormFinding> {
    let effects = norm.effects.iter().enumerate();
    let absent = norm.absent_themes.iter().enumerate();
    let named = effects
        .map(|(place, row)| (format!("/efectos/{place}/tema"), &row.theme))
        .chain(
            absent
                .clone()
                .map(|(place, row)| (format!("/temas_inexistentes/{place}/tema"), &row.theme)),
        );
    let unknown = named
        .filter(|(_, code)| !known.iter().any(|theme| theme.code == **code))
        .map(|(place, code)| {
            drawn(
                "tema_desconocido",
                "observacion",
                place,
                format!("El servicio no tiene ningún tema «{code}»: lo que se dice de él no cambia nada."),
            )
        });
    let standing = absent.filter_map(|(place, row)| {
        let count = overlays
            .iter()
            .filter(|overlay| {
                checks::attribute(overlay, "tipo").as_deref() == Some(row.theme.as_str())
            })
            .count();
        (count > 0).then(|| {
            drawn(
                "tema_con_datos",
                "observacion",
                format!("/temas_inexistentes/{place}"),
                format!("La norma dice que en el municipio no hay «{}», y hay {count} restricciones dibujadas de ese tema: son las que cuentan. Quite una de las dos cosas.", row.theme),
            )
        })
    });
    unknown.chain(standing).collect()
}

fn ground(feature: &Feature) -> Option<&MultiPolygon<f64>> {
    match &feature.geometry {
        Geometry::MultiPolygon(shape) => Some(shape),
        _ => None,
    }
}
