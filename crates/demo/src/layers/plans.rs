//! The plan in force of a municipality.

use crate::{
    DemoFeature,
    layers::{ORDINANCE, attributes, zones},
    outline,
    town::Town,
};

pub fn features(town: &Town) -> impl Iterator<Item = DemoFeature> + Send + '_ {
    let instrument = town.place.instrument;
    let perimeter = outline::geometry(&zones::covered(town), |node| {
        zones::border_node(&town.grid, node)
    });
    perimeter.into_iter().map(move |geometry| DemoFeature {
        code: code(town),
        geometry,
        attributes: attributes([
            ("codigo", code(town).into()),
            (
                "nombre",
                format!("{} de {} (demostración)", instrument.title(), town.name()).into(),
            ),
            ("tipo", instrument.code().into()),
            ("norma", ORDINANCE.into()),
            ("estado", "vigente".into()),
        ]),
    })
}

/// `PDU-220101-DEMO`.
pub fn code(town: &Town) -> String {
    format!("{}-{}-DEMO", town.place.instrument.code(), town.ubigeo)
}
