//! The map of a certificate: the place among its neighbours, on its zones and overlays.

use std::collections::BTreeMap;

use domain::{
    certificate::{MapKind, MapShape, Sheet},
    geometry::{areas, bounds, lines},
    plan::{Effect, Theme},
};
use geo_types::{Geometry, MultiPolygon, Rect};
use serde::Serialize;

use crate::{
    parcel::NAME_MAX,
    plan::{
        Frame,
        grid::{Bar, Grid},
        labels::{self, Label},
        metres_per_cm,
        paper::{Paper, PaperLine},
    },
    text::shown,
};

/// Width and height of the map, in millimetres.
const SIZE_MM: [f64; 2] = [174.0, 98.0];
/// Between the place and the edge of the map, in millimetres of paper.
const AROUND_MM: f64 = 26.0;
/// A smaller place is shown as if it were so wide, in metres: a point has no width.
const GROUND_MIN_M: f64 = 10.0;
/// Entries of a legend, of zones and of overlays: more would fill the page.
const LEGEND_MAX: usize = 12;
/// Width of a letter and height of a line: of zones, of streets, of codes.
const ZONE_MM: (f64, f64) = (2.2, 3.6);
const STREET_MM: (f64, f64) = (1.5, 3.2);
const CODE_MM: (f64, f64) = (1.1, 2.6);

/// How a place is laid out on a certificate's map; none where it is too large for paper.
pub fn certificate_frame(place: &Geometry<f64>) -> Option<Frame> {
    let ground = bounds(place)?;
    let wider = |metres: f64| (GROUND_MIN_M - metres).max(0.0) / 2.0;
    let (x, y) = (wider(ground.width()), wider(ground.height()));
    let ground = Rect::new(
        (ground.min().x - x, ground.min().y - y),
        (ground.max().x + x, ground.max().y + y),
    );
    Frame::of(SIZE_MM, AROUND_MM, ground)
}

#[derive(Serialize)]
pub(super) struct Map {
    ancho: f64,
    alto: f64,
    escala: u32,
    metros_por_cm: String,
    grilla: Grid,
    barra: Bar,
    zonas: Vec<Filled>,
    restricciones: Vec<Filled>,
    lotes: Vec<PaperLine>,
    vias: Vec<PaperLine>,
    predio: Vec<PaperLine>,
    punto: Option<[f64; 2]>,
    rotulos: Rotulos,
    leyenda: Legend,
}

/// Ground in a colour.
#[derive(Serialize)]
struct Filled {
    anillos: Vec<PaperLine>,
    color: String,
    trama: &'static str,
}

/// What is written on the map, by how it is set.
#[derive(Serialize)]
struct Rotulos {
    zonas: Vec<Label>,
    calles: Vec<Label>,
    lotes: Vec<Label>,
}

#[derive(Serialize)]
struct Legend {
    zonas: Vec<Entry>,
    restricciones: Vec<Entry>,
    mas: usize,
}

#[derive(Serialize)]
struct Entry {
    color: String,
    trama: &'static str,
    texto: String,
}

impl Map {
    pub(super) fn of(sheet: &Sheet) -> Option<Self> {
        let place = sheet.map.first()?;
        let frame = certificate_frame(&place.shape)?;
        let paper = Paper::of(&frame);
        let seen = Seen::of(sheet, &paper);
        let ground = areas(&place.shape);
        Some(Self {
            ancho: SIZE_MM[0],
            alto: SIZE_MM[1],
            escala: frame.denominator,
            metros_por_cm: metres_per_cm(frame.denominator),
            grilla: Grid::of(&frame, &paper),
            barra: Bar::of(frame.denominator),
            lotes: seen
                .lots
                .iter()
                .flat_map(|(_, shape)| paper.outlines(shape))
                .collect(),
            vias: sheet
                .map
                .iter()
                .filter(|shape| shape.kind == MapKind::Street)
                .filter_map(|street| lines(&street.shape))
                .flat_map(|axis| {
                    axis.iter()
                        .flat_map(|line| paper.line(line))
                        .collect::<Vec<_>>()
                })
                .collect(),
            predio: ground
                .iter()
                .flat_map(|shape| paper.outlines(shape))
                .collect(),
            punto: match &place.shape {
                Geometry::Point(point) => Some(paper.place(point.0)),
                _ => None,
            },
            rotulos: written(sheet, &seen, ground.as_ref(), &paper),
            zonas: seen.zones.into_iter().map(|zone| zone.filled).collect(),
            restricciones: seen.overlays,
            leyenda: seen.legend,
        })
    }
}

/// The grounds that have a part on the map.
struct Seen {
    lots: Vec<(String, MultiPolygon<f64>)>,
    zones: Vec<ZoneSeen>,
    overlays: Vec<Filled>,
    legend: Legend,
}

struct ZoneSeen {
    class: String,
    shape: MultiPolygon<f64>,
    filled: Filled,
}

impl Seen {
    fn of(sheet: &Sheet, paper: &Paper) -> Self {
        let mut seen = Self {
            lots: Vec::new(),
            zones: Vec::new(),
            overlays: Vec::new(),
            legend: Legend {
                zonas: Vec::new(),
                restricciones: Vec::new(),
                mas: 0,
            },
        };
        // Sorted by what they say, so that the legend is the same whatever the order of the shapes.
        let mut zones: BTreeMap<String, String> = BTreeMap::new();
        let mut overlays: BTreeMap<(String, &'static str), String> = BTreeMap::new();
        for MapShape { kind, label, shape } in &sheet.map {
            let (Some(ground), label) = (areas(shape), label.as_deref().unwrap_or_default()) else {
                continue;
            };
            match kind {
                MapKind::Neighbour => seen.lots.push((label.to_owned(), ground)),
                MapKind::Zone { name, color } => {
                    let rings = paper.areas(&ground);
                    if rings.is_empty() {
                        continue;
                    }
                    let words = format!("{label} {}", name.as_deref().unwrap_or_default());
                    zones.insert(shown(&words, NAME_MAX), color.clone());
                    seen.zones.push(ZoneSeen {
                        class: label.to_owned(),
                        shape: ground,
                        filled: filled(rings, color, "lleno"),
                    });
                }
                MapKind::Overlay(code) => {
                    let rings = paper.areas(&ground);
                    if rings.is_empty() {
                        continue;
                    }
                    let theme = sheet.themes.iter().find(|theme| theme.code == *code);
                    let color = theme.map_or("#555555", |theme| &theme.color);
                    let name = theme.map_or(code.as_str(), |theme| &theme.name);
                    let pattern = pattern(theme);
                    overlays.insert((shown(name, NAME_MAX), pattern), color.to_owned());
                    seen.overlays.push(filled(rings, color, pattern));
                }
                MapKind::Parcel | MapKind::Street => {}
            }
        }
        let more = |count: usize| count.saturating_sub(LEGEND_MAX);
        seen.legend = Legend {
            mas: more(zones.len()) + more(overlays.len()),
            zonas: zones
                .into_iter()
                .take(LEGEND_MAX)
                .map(|(texto, color)| Entry {
                    color,
                    trama: "lleno",
                    texto,
                })
                .collect(),
            restricciones: overlays
                .into_iter()
                .take(LEGEND_MAX)
                .map(|((texto, trama), color)| Entry {
                    color,
                    trama,
                    texto,
                })
                .collect(),
        };
        seen
    }
}

fn filled(anillos: Vec<PaperLine>, color: &str, trama: &'static str) -> Filled {
    Filled {
        anillos,
        color: color.to_owned(),
        trama,
    }
}

/// How an overlay is drawn: the more it forbids, the denser.
fn pattern(theme: Option<&Theme>) -> &'static str {
    match theme.map(|theme| theme.effect) {
        Some(Effect::Prohibits) => "cruzada",
        Some(Effect::Conditions) => "diagonal",
        Some(Effect::Informs) | None => "borde",
    }
}

/// What is written, the most telling first: what would cover it is left out.
fn written(
    sheet: &Sheet,
    seen: &Seen,
    ground: Option<&MultiPolygon<f64>>,
    paper: &Paper,
) -> Rotulos {
    let own = ground.zip(sheet.parcel.as_deref());
    let own = own.and_then(|(shape, code)| labels::parcel(code, shape, true, paper));
    let streets = sheet
        .map
        .iter()
        .filter(|shape| shape.kind == MapKind::Street);
    // A street of many pieces is named once, along its longest.
    let mut axes: BTreeMap<&str, Vec<geo_types::LineString<f64>>> = BTreeMap::new();
    for street in streets {
        if let (Some(name), Some(axis)) = (street.label.as_deref(), lines(&street.shape)) {
            axes.entry(name).or_default().extend(axis.0);
        }
    }
    let streets = axes
        .into_iter()
        .filter_map(|(name, axis)| labels::street(name, &geo_types::MultiLineString(axis), paper));
    let zones = seen.zones.iter().filter_map(|zone| {
        let class = shown(&zone.class, 12);
        let room = (
            class.chars().count() as f64 * ZONE_MM.0 + 1.0,
            ZONE_MM.1 + 1.0,
        );
        labels::inside(class, room, &zone.shape, paper)
    });
    let lots = seen
        .lots
        .iter()
        .filter_map(|(code, shape)| labels::parcel(code, shape, false, paper));
    let ranked: Vec<(u8, Label, (f64, f64))> = own
        .into_iter()
        .map(|label| (0, label, CODE_MM))
        .chain(streets.map(|label| (1, label, STREET_MM)))
        .chain(zones.map(|label| (2, label, ZONE_MM)))
        .chain(lots.map(|label| (0, label, CODE_MM)))
        .collect();
    // The numbers of the grid stand on the left and lower edge, the arrow in the upper right corner.
    let [width, height] = SIZE_MM;
    let lettered = Rect::new((4.0, 0.0), (width, height - 4.0));
    let north = Rect::new((width - 18.0, 0.0), (width, 26.0));
    let mut rotulos = Rotulos {
        zonas: Vec::new(),
        calles: Vec::new(),
        lotes: Vec::new(),
    };
    for (kind, label) in labels::free(ranked, lettered, vec![north]) {
        match kind {
            0 => rotulos.lotes.push(label),
            1 => rotulos.calles.push(label),
            _ => rotulos.zonas.push(label),
        }
    }
    rotulos
}
