//! The cuadro de datos técnicos, as the templates draw it.

use domain::parcel::{RingKind, TechnicalData};
use serde::Serialize;

use crate::words::{angle, two};

/// The table: a section a ring.
#[derive(Serialize)]
pub(crate) struct Table {
    anillos: Vec<Section>,
    area: String,
    perimetro: String,
    inicio: &'static str,
}

#[derive(Serialize)]
struct Section {
    /// Said where there is more than one ring.
    titulo: Option<String>,
    /// Vertex, side, distance, angle, easting, northing.
    filas: Vec<[String; 6]>,
    suma_angulos: String,
    formula: String,
    perimetro: String,
}

impl Table {
    pub(crate) fn of(data: &TechnicalData) -> Self {
        let parts = data
            .rings
            .iter()
            .filter(|ring| ring.kind == RingKind::Outer)
            .count();
        let section = |ring: &domain::parcel::Ring| {
            let part = if parts > 1 {
                format!("Parte {}", ring.part)
            } else {
                "Predio".to_owned()
            };
            let titulo = match ring.kind {
                RingKind::Outer => format!("{part}: contorno"),
                RingKind::Hole => {
                    format!("{part}: lindero interior, excluye {} m²", two(ring.area_m2))
                }
            };
            let n = ring.vertices.len();
            Section {
                titulo: (data.rings.len() > 1).then_some(titulo),
                filas: ring
                    .vertices
                    .iter()
                    .map(|vertex| {
                        [
                            vertex.name.clone(),
                            vertex.side.clone(),
                            two(vertex.distance_m),
                            angle(vertex.angle_deg),
                            two(vertex.at.x),
                            two(vertex.at.y),
                        ]
                    })
                    .collect(),
                suma_angulos: angle(ring.angles_deg()),
                formula: match ring.kind {
                    RingKind::Outer => format!("180° × ({n} − 2)"),
                    RingKind::Hole => format!("180° × ({n} + 2)"),
                },
                perimetro: two(ring.perimeter_m),
            }
        };
        Self {
            anillos: data.rings.iter().map(section).collect(),
            area: two(data.area_m2),
            perimetro: two(data.perimeter_m),
            inicio: "Desde el vértice más al noroeste, en sentido horario. Distancias y área en proyección UTM.",
        }
    }

    /// Lines that it takes.
    pub(crate) fn lines(data: &TechnicalData) -> usize {
        let rows: usize = data.rings.iter().map(|ring| ring.vertices.len()).sum();
        rows + if data.rings.len() > 1 {
            2 * data.rings.len()
        } else {
            1
        }
    }
}
