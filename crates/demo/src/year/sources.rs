//! Three sources of layers of others. They are paused and lead nowhere (`.example`, RFC 2606): a demonstration calls nobody.

use domain::institute::DossierKind;
use serde_json::json;

use super::{DemoDossier, Year};

/// Code, name, owner, licence, kind, address, layer, hours, axis, topic.
type Line = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    u32,
    &'static str,
    &'static str,
);

const SOURCES: [Line; 3] = [
    (
        "pot-alto-mayo-zee",
        "Zonificación ecológica y económica (demostración)",
        "Plan de Ordenamiento Territorial del Alto Mayo (demostración)",
        "CC BY 4.0",
        "oapif",
        "https://datos.pot-altomayo.example/ogc",
        "zee",
        24 * 30,
        "fisico_ambiental",
        "zonificación ecológica y económica",
    ),
    (
        "gore-san-martin-vias",
        "Red vial departamental (demostración)",
        "Gobierno Regional de San Martín (demostración)",
        "ODC-By 1.0",
        "wfs",
        "https://geo.regionsanmartin.example/wfs",
        "vial:red_departamental",
        24 * 7,
        "servicios",
        "vías",
    ),
    (
        "nacional-fajas-marginales",
        "Fajas marginales de ríos (demostración)",
        "Organismo nacional del agua (demostración)",
        "Uso libre citando la fuente",
        "archivo",
        "https://descargas.agua.example/fajas_marginales.gpkg",
        "fajas",
        24,
        "fisico_ambiental",
        "ríos",
    ),
];

/// Adds them.
pub(super) fn add(year: &mut Year) {
    for (code, name, owner, license, kind, address, layer, hours, axis, topic) in SOURCES {
        year.dossiers.push(DemoDossier {
            kind: DossierKind::Source,
            code: code.to_owned(),
            ubigeo: None,
            content: json!({
                "nombre": name,
                "titular": owner,
                "licencia": license,
                "clase": kind,
                "direccion": address,
                "capa": layer,
                "cada_horas": hours,
                "megabytes_max": 50,
                "entidades_max": 50_000,
                "eje": axis,
                "tema": topic,
                "estado": "pausada",
                "demostracion": true,
            }),
        });
    }
}

#[cfg(test)]
mod tests {
    use domain::institute::source::{Source, SourceState};

    use super::*;

    #[test]
    fn a_demonstration_calls_nobody() {
        let mut year = Year::default();
        add(&mut year);
        for made in year.dossiers {
            let source: Source = serde_json::from_value(made.content).expect("a source");
            assert_eq!(source.check(), Ok(()), "{}", made.code);
            assert_eq!(source.state, SourceState::Paused);
            assert!(source.demonstration && source.name.ends_with("(demostración)"));
            let host = source.address.split('/').nth(2).unwrap_or_default();
            assert!(host.ends_with(".example"), "{host}");
        }
    }
}
