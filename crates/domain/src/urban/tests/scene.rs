//! A lot and what lies on it, in a line.

use geo_types::{Coord, Geometry, LineString, MultiPolygon, Polygon, Rect};

use super::super::*;
use crate::{
    geometry::{PreparedArea, ledger},
    plan::{Effect, LegalBasis, Theme},
    urban::border::{Street, border},
};

const X0: f64 = 280_000.0;
const Y0: f64 = 9_332_000.0;

/// Of a street, in metres, where it is known.
#[derive(Clone, Copy, Debug)]
pub(super) struct Width(pub(super) Option<f64>);

/// Metres from the lot's south-western corner: west, south, east, north.
pub(super) type Box4 = [f64; 4];

/// `R=0,0,10,20` a zone of class R; `X` of a class that is not in the norm, `N` of an instrument without norms, `U` that
/// says nothing; `prohibits=`, `conditions=`, `informs=`, `theme=` overlays; `S=12`, `E=12` streets in the south and
/// the east with their widths, `?` for an unknown one; `h=` the footprint; `nodata` a theme without data; `lot=10x20`.
#[derive(Clone, Debug)]
pub(super) struct Scene {
    pub(super) lot: [f64; 2],
    pub(super) zones: Vec<(char, Box4)>,
    pub(super) overlays: Vec<(String, Box4)>,
    pub(super) south: Option<Width>,
    pub(super) east: Option<Width>,
    pub(super) footprint: Option<Box4>,
    pub(super) nodata: bool,
    pub(super) rule: String,
    pub(super) raw: RawProposal,
}

impl Scene {
    pub(super) fn read(text: &str, proposal: &str) -> Self {
        let mut scene = Self {
            lot: [10.0, 20.0],
            zones: Vec::new(),
            overlays: Vec::new(),
            south: None,
            east: None,
            footprint: None,
            nodata: false,
            rule: "mas_restrictiva".to_owned(),
            raw: serde_json::from_str(proposal).expect("a proposal"),
        };
        for word in text.split_whitespace() {
            let (name, value) = word.split_once('=').unwrap_or((word, ""));
            let box4 = || -> Box4 {
                let numbers: Vec<f64> = value
                    .split(',')
                    .map(|n| n.parse().expect("a number"))
                    .collect();
                numbers.try_into().expect("four numbers")
            };
            match name {
                "lot" => {
                    let (width, depth) = value.split_once('x').expect("width x depth");
                    scene.lot = [width, depth].map(|n| n.parse().expect("a number"));
                }
                "S" => scene.south = Some(Width(value.parse().ok())),
                "E" => scene.east = Some(Width(value.parse().ok())),
                "h" => scene.footprint = Some(box4()),
                "nodata" => scene.nodata = true,
                "rule" => value.clone_into(&mut scene.rule),
                "prohibits" | "conditions" | "informs" | "theme" => {
                    scene.overlays.push((name.to_owned(), box4()));
                }
                zone => scene
                    .zones
                    .push((zone.chars().next().expect("a letter"), box4())),
            }
        }
        scene
    }

    pub(super) fn ruling(&self) -> Ruling {
        let norms = super::norms(&self.rule);
        self.judged_by(&norms)
    }

    #[expect(
        clippy::too_many_lines,
        reason = "what is drawn, turned into a case in one place"
    )]
    pub(super) fn judged_by(&self, norms: &crate::plan::book::NormBook) -> Ruling {
        let [width, depth] = self.lot;
        let shape = area(&[0.0, 0.0, width, depth]);
        let grounds: Vec<PreparedArea> = self
            .zones
            .iter()
            .map(|(_, at)| PreparedArea::new(&area(at)))
            .collect();
        let balance = ledger(&shape, &grounds.iter().collect::<Vec<_>>());
        let ids: Vec<String> = self
            .zones
            .iter()
            .enumerate()
            .map(|(place, (class, _))| format!("{class}{place}"))
            .collect();
        let classes: Vec<String> = self
            .zones
            .iter()
            .map(|(class, _)| class.to_string())
            .collect();
        let zones: Vec<Zone<'_>> = (0..self.zones.len())
            .filter(|place| balance.shares_m2[*place] > 0.0)
            .map(|place| Zone {
                id: &ids[place],
                class: (classes[place] != "U").then_some(classes[place].as_str()),
                instrument: Some(if classes[place] == "N" { "EOU" } else { "PDU" }),
                area_m2: balance.shares_m2[place],
                area: Some(&grounds[place]),
            })
            .collect();
        let over: Vec<PreparedArea> = self
            .overlays
            .iter()
            .map(|(_, at)| PreparedArea::new(&area(at)))
            .collect();
        let over_shares = ledger(&shape, &over.iter().collect::<Vec<_>>()).shares_m2;
        let basis = || LegalBasis {
            norma: "Ley".into(),
            articulo: None,
        };
        let overlay_ids: Vec<String> = (0..self.overlays.len())
            .map(|place| format!("O{place}"))
            .collect();
        let overlays: Vec<Overlay<'_>> = (0..self.overlays.len())
            .filter(|place| over_shares[*place] > 0.0)
            .map(|place| Overlay {
                id: &overlay_ids[place],
                theme: Some("faja"),
                name: "Faja",
                effect: match self.overlays[place].0.as_str() {
                    "prohibits" => Some(Effect::Prohibits),
                    "conditions" => Some(Effect::Conditions),
                    "informs" => Some(Effect::Informs),
                    _ => None,
                },
                basis: Some(basis()),
                area_m2: over_shares[place],
                area: Some(&over[place]),
            })
            .collect();
        let axes = [
            line([-50.0, -6.0], [90.0, -6.0]),
            line([width + 6.0, -50.0], [width + 6.0, 90.0]),
        ];
        let streets: Vec<Street<'_>> = [(&self.south, "Sur"), (&self.east, "Este")]
            .iter()
            .zip(&axes)
            .filter_map(|((street, name), axis)| {
                Some(Street {
                    name: Some(name),
                    width_m: (**street)?.0,
                    axis,
                })
            })
            .collect();
        // The block ends where the streets are.
        let block = area(&[
            -20.0,
            if self.south.is_some() { 0.0 } else { -20.0 },
            if self.east.is_some() {
                width
            } else {
                width + 20.0
            },
            depth + 20.0,
        ]);
        let sides = border(&shape.0[0], &block, &streets);
        let risk = Theme {
            code: "riesgo".to_owned(),
            name: "Riesgo".to_owned(),
            effect: Effect::Prohibits,
            base_legal: basis(),
            color: String::new(),
        };
        let themes = [&risk];
        let proposal = Proposal::parse(&self.raw, self.footprint.map(|at| area(&at)));
        let proposal = match proposal {
            Err(InvalidProposal::Empty) => None,
            read => Some(read.expect("a proposal")),
        };
        judge(&Case {
            shape: &shape,
            balance: &balance,
            zones: &zones,
            overlays: &overlays,
            themes_without_data: if self.nodata { &themes } else { &[] },
            border: &sides,
            streets: &streets,
            sector: Some("01"),
            norms,
            proposal: proposal.as_ref(),
            sliver: (0.5, 0.01),
        })
    }
}

fn at(x: f64, y: f64) -> Coord<f64> {
    Coord {
        x: X0 + x,
        y: Y0 + y,
    }
}

fn area([west, south, east, north]: &Box4) -> MultiPolygon<f64> {
    Rect::new(at(*west, *south), at(*east, *north))
        .to_polygon()
        .into()
}

fn line(from: [f64; 2], to: [f64; 2]) -> Geometry<f64> {
    Geometry::LineString(LineString(vec![at(from[0], from[1]), at(to[0], to[1])]))
}

/// A closed ring of corners.
pub(super) fn ring(corners: &[(f64, f64)]) -> MultiPolygon<f64> {
    let ring = corners
        .iter()
        .chain(corners.first())
        .map(|(x, y)| at(*x, *y))
        .collect();
    MultiPolygon(vec![Polygon::new(LineString(ring), Vec::new())])
}
