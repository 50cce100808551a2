//! Networks of water, sewage and power along the streets, and works in them: two that clash, and one that breaks what was
//! just made.

use geo_types::{Geometry, LineString};

use crate::{
    DemoFeature,
    grid::{Cell, Street},
    layers::{attributes, investments, roads},
    street,
    town::Town,
};

/// Crossings that one piece of a network runs through: long lines are slow to ask.
const PIECE: usize = 9;

/// A network: its service, what it is called, who runs it, and what share of the blocks it reaches, in hundredths.
static NETWORKS: [(&str, &str, &str, usize); 3] = [
    ("agua", "Red de agua", "EPS de demostración", 70),
    ("desague", "Red de desagüe", "EPS de demostración", 55),
    (
        "energia",
        "Red eléctrica",
        "Empresa eléctrica de demostración",
        85,
    ),
];

/// A work: its site, service, title, state, first and last day.
type Work = (
    usize,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

/// The site of the work that belongs to a project of investment.
pub(super) const SITE_OF_PROJECT: usize = 3;
/// That project's number in its town.
pub(super) const PROJECT: usize = 3;

/// What is done on each site. The first two clash; the third is broken by the fourth.
static WORKS: [Work; 10] = [
    (
        0,
        "agua",
        "Renovación de la red de agua",
        "prevista",
        "2027-02-01",
        "2027-06-30",
    ),
    (
        0,
        "desague",
        "Renovación de la red de desagüe",
        "prevista",
        "2027-04-15",
        "2027-09-30",
    ),
    (
        1,
        "vias",
        "Pavimentación",
        "terminada",
        "2026-03-01",
        "2026-07-31",
    ),
    (
        1,
        "desague",
        "Colector de desagüe",
        "prevista",
        "2027-03-01",
        "2027-08-31",
    ),
    (
        2,
        "energia",
        "Redes eléctricas subterráneas",
        "en_obra",
        "2026-09-01",
        "2026-12-31",
    ),
    (
        3,
        "vias",
        "Pistas y veredas",
        "en_obra",
        "2026-08-01",
        "2027-01-31",
    ),
    (
        4,
        "agua",
        "Conexiones domiciliarias de agua",
        "terminada",
        "2026-01-15",
        "2026-05-31",
    ),
    (
        5,
        "residuos",
        "Contenedores soterrados",
        "prevista",
        "2027-03-01",
        "2027-04-30",
    ),
    (
        6,
        "vias",
        "Veredas y rampas",
        "suspendida",
        "2026-04-01",
        "2026-12-31",
    ),
    (
        7,
        "desague",
        "Ampliación de la red de desagüe",
        "en_obra",
        "2026-10-01",
        "2027-03-31",
    ),
];

pub fn features(town: &Town) -> impl Iterator<Item = DemoFeature> + Send + '_ {
    let networks = NETWORKS
        .iter()
        .flat_map(move |network| pieces(town, network.3).map(move |piece| (network, piece)));
    let networks = networks.zip(1..).map(
        move |(((service, name, provider, _), (street, line)), number)| DemoFeature {
            code: format!("{}-RED-{number:04}", town.ubigeo),
            geometry: Geometry::LineString(line),
            attributes: attributes([
                ("clase", "red".into()),
                ("servicio", (*service).into()),
                ("prestador", (*provider).into()),
                (
                    "nombre",
                    format!(
                        "{name}, {} (demostración)",
                        street::name(town.place, street)
                    )
                    .into(),
                ),
                ("estado", "en_servicio".into()),
            ]),
        },
    );
    networks.chain(works(town))
}

/// The pieces of a network that reaches some share of the blocks, from the seat outwards.
fn pieces(
    town: &Town,
    hundredths: usize,
) -> impl Iterator<Item = (Street, LineString<f64>)> + Send + '_ {
    let reached = (town.outwards.len() * hundredths).div_ceil(100);
    let blocks = town.outwards[..reached].iter().copied();
    // A street along the blocks serves both of its sides.
    let axes = roads::axes(
        blocks,
        |street| matches!(street, Street::Along(number) if number % 2 == 0),
    );
    axes.into_iter().flat_map(move |(street, nodes)| {
        let count = nodes.len().saturating_sub(1).div_ceil(PIECE - 1);
        (0..count).map(move |piece| {
            let from = piece * (PIECE - 1);
            let to = (from + PIECE).min(nodes.len());
            let line = nodes[from..to].iter().map(|node| town.grid.node(*node));
            (street, line.collect())
        })
    })
}

fn works(town: &Town) -> impl Iterator<Item = DemoFeature> + Send + '_ {
    let sites = sites(town);
    WORKS
        .iter()
        .zip(1..)
        .filter_map(move |(&(site, service, title, state, from, to), number)| {
            let (i, j) = *sites.get(site)?;
            let street = street::name(town.place, Street::Along(j));
            let mut attributes = attributes([
                ("clase", "obra".into()),
                ("servicio", service.into()),
                ("prestador", provider(service).into()),
                ("nombre", format!("{title}, {street} (demostración)").into()),
                ("estado", state.into()),
                ("inicio", from.into()),
                ("fin", to.into()),
            ]);
            if site == SITE_OF_PROJECT {
                attributes.insert(
                    "inversion".to_owned(),
                    investments::code(town, PROJECT).into(),
                );
            }
            Some(DemoFeature {
                code: format!("{}-OBR-{number:04}", town.ubigeo),
                geometry: Geometry::LineString(
                    [(i, j), (i + 1, j)]
                        .map(|node| town.grid.node(node))
                        .to_vec()
                        .into(),
                ),
                attributes,
            })
        })
}

fn provider(service: &str) -> &'static str {
    match service {
        "agua" | "desague" => "EPS de demostración",
        "energia" => "Empresa eléctrica de demostración",
        _ => "Municipalidad (demostración)",
    }
}

/// Blocks whose southern streets do not touch, from the seat outwards.
pub(super) fn sites(town: &Town) -> Vec<Cell> {
    let mut sites: Vec<Cell> = Vec::new();
    for &(i, j) in &town.outwards {
        let touches = |&(a, b): &Cell| b == j && (a - i).abs() <= 1;
        if !sites.iter().any(touches) {
            sites.push((i, j));
        }
        if sites.len() == 24 {
            break;
        }
    }
    sites
}
