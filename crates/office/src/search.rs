//! What people look for: a code, an address, a number of the land register, a plan, a project of investment, a street.

use std::collections::{BTreeMap, HashSet};

use domain::{collection::Collection, feature::Feature, geometry::joined};
use geo::BoundingRect;
use geo_types::{Coord, Rect};
use query::{MunicipalityLand, Snapshot, folded};
use serde::Serialize;

use crate::{Kind, Problem, place};

/// Most answers of each kind.
const EACH_MAX: usize = 10;
/// Fewest and most letters that are looked for.
const LETTERS: std::ops::RangeInclusive<usize> = 2..=80;
/// A box is that much wider than what was found, in metres, so that it is seen with its surroundings.
const AROUND_M: f64 = 20.0;

/// What was found.
#[derive(Debug, Serialize)]
pub struct Found {
    /// By kind, then by municipality and name.
    pub resultados: Vec<Hit>,
    /// Whether there is more than is listed.
    pub hay_mas: bool,
}

/// One place that was found.
#[derive(Debug, Serialize)]
pub struct Hit {
    /// Its layer.
    pub capa: &'static str,
    /// Its code; none of a street, which is many features.
    pub codigo: Option<String>,
    /// How it is called.
    pub nombre: String,
    /// Its page; none of what is only on the map.
    pub enlace: Option<String>,
    /// Name of its municipality.
    pub municipio: String,
    /// Longitudes and latitudes around it: west, south, east, north.
    pub caja: [f64; 4],
}

/// A place before its box is in degrees.
struct Candidate {
    layer: &'static str,
    code: Option<String>,
    name: String,
    municipality: String,
    bounds: Rect<f64>,
}

impl Candidate {
    fn page(&self) -> Option<String> {
        let folder = match self.layer {
            "lotes" => "predios",
            "planes" => "planes",
            "inversiones" => "inversiones",
            _ => return None,
        };
        let code = self.code.as_deref()?;
        // Codes of layers are letters, digits, points and dashes, or no page has them.
        let plain = code
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
        plain.then(|| format!("/{folder}/{code}"))
    }
}

/// Attributes by which features are looked for, and whether the words begin there or are anywhere in it.
const BY_WORDS: [(Collection, &str, &str, bool); 4] = [
    (Collection::Parcels, "lotes", "direccion", false),
    (Collection::Parcels, "lotes", "partida", true),
    (Collection::Plans, "planes", "nombre", false),
    (Collection::Investments, "inversiones", "nombre", false),
];

/// Looks for lots, blocks, plans and projects of investment (by CUI) whose codes begin with a text, for lots by address (street and number) and by number in the
/// land register, for plans and projects by name, and for streets whose names have it, whatever its accents.
pub fn search(snapshot: &Snapshot, text: &str) -> Result<Found, Problem> {
    let text = text.trim();
    if !LETTERS.contains(&text.chars().count()) {
        return Err(Problem::new(
            Kind::BadRequest,
            "No se puede buscar eso.",
            format!(
                "Escriba de {} a {} letras de un código o de una calle.",
                LETTERS.start(),
                LETTERS.end()
            ),
        ));
    }
    let mut candidates = Vec::new();
    let mut has_more = false;
    for (collection, layer) in [
        (Collection::Parcels, "lotes"),
        (Collection::Manzanas, "manzanas"),
        (Collection::Plans, "planes"),
        (Collection::Investments, "inversiones"),
    ] {
        has_more |= by_code(snapshot, &collection, layer, text, &mut candidates);
    }
    for (collection, layer, attribute, begins) in BY_WORDS {
        let place = (collection, layer, attribute);
        has_more |= by_words(snapshot, &place, text, begins, &mut candidates);
    }
    has_more |= streets(snapshot, text, &mut candidates);
    // A plan whose code and name both have the words is one.
    let mut seen: HashSet<(&'static str, String)> = HashSet::new();
    candidates.retain(|one| match (&one.code, one.layer) {
        (Some(code), "planes" | "inversiones") => seen.insert((one.layer, code.clone())),
        _ => true,
    });
    let mut corners: Vec<Coord<f64>> = candidates
        .iter()
        .flat_map(|one| around(one.bounds))
        .collect();
    place::lon_lat(&mut corners)?;
    let boxes = corners.chunks(4).filter_map(|corners| {
        let points = corners.iter().map(|at| Rect::new(*at, *at));
        points.reduce(joined)
    });
    let hits = candidates.into_iter().zip(boxes).map(|(one, at)| Hit {
        enlace: one.page(),
        capa: one.layer,
        codigo: one.code,
        nombre: one.name,
        municipio: one.municipality,
        caja: [at.min().x, at.min().y, at.max().x, at.max().y],
    });
    Ok(Found {
        resultados: hits.collect(),
        hay_mas: has_more,
    })
}

/// Longitudes and latitudes around the lots of a municipality, where it has any: west, south, east, north.
pub fn box_of(land: &MunicipalityLand) -> Option<[f64; 4]> {
    let bounds = land.layer(&Collection::Parcels)?.bounds()?;
    let mut corners = around(bounds);
    place::lon_lat(&mut corners).ok()?;
    let at = corners
        .iter()
        .map(|at| Rect::new(*at, *at))
        .reduce(joined)?;
    Some([at.min().x, at.min().y, at.max().x, at.max().y])
}

fn around(bounds: Rect<f64>) -> [Coord<f64>; 4] {
    let (min, max) = (bounds.min(), bounds.max());
    [
        (min.x - AROUND_M, min.y - AROUND_M),
        (max.x + AROUND_M, min.y - AROUND_M),
        (max.x + AROUND_M, max.y + AROUND_M),
        (min.x - AROUND_M, max.y + AROUND_M),
    ]
    .map(Coord::from)
}

/// Adds the features whose codes begin with a text; whether there are more.
fn by_code(
    snapshot: &Snapshot,
    collection: &Collection,
    layer: &'static str,
    text: &str,
    out: &mut Vec<Candidate>,
) -> bool {
    // Codes are written in capitals; the layer is sorted by them.
    let begins = text.to_uppercase();
    let mut room = EACH_MAX;
    for land in snapshot.municipalities.values() {
        let features = land
            .layer(collection)
            .map_or(&[][..], |layer| layer.features());
        let first = features.partition_point(|feature| *feature.code < *begins);
        let found = features[first..]
            .iter()
            .take_while(|feature| feature.code.starts_with(&begins));
        for feature in found {
            if room == 0 {
                return true;
            }
            if let Some(bounds) = feature.geometry.bounding_rect() {
                let mut one = named(layer, land, feature, bounds);
                if matches!(layer, "planes" | "inversiones")
                    && let Some(name) = query::attribute(feature, "nombre")
                {
                    one.name = format!("{} ({})", name, feature.code);
                }
                out.push(one);
                room -= 1;
            }
        }
    }
    false
}

fn named(
    layer: &'static str,
    land: &MunicipalityLand,
    feature: &Feature,
    bounds: Rect<f64>,
) -> Candidate {
    Candidate {
        layer,
        code: Some(feature.code.to_string()),
        name: feature.code.to_string(),
        municipality: land.municipality.name.clone(),
        bounds,
    }
}

/// Adds the features of which an attribute has the words of a text, in their order; whether there are more.
fn by_words(
    snapshot: &Snapshot,
    (collection, layer, attribute): &(Collection, &'static str, &'static str),
    text: &str,
    begins: bool,
    out: &mut Vec<Candidate>,
) -> bool {
    let wanted = folded(text);
    let words: Vec<&str> = wanted.split_whitespace().collect();
    let mut room = EACH_MAX;
    for land in snapshot.municipalities.values() {
        let Some(features) = land.layer(collection) else {
            continue;
        };
        for (known, at) in features.folded(attribute).iter() {
            let fits = if begins {
                known.starts_with(&wanted)
            } else {
                in_order(known, &words)
            };
            let (true, Some(feature)) = (fits, features.features().get(*at)) else {
                continue;
            };
            if room == 0 {
                return true;
            }
            if let Some(bounds) = feature.geometry.bounding_rect() {
                let shown = query::attribute(feature, attribute).unwrap_or_default();
                out.push(Candidate {
                    name: if *attribute == "partida" {
                        format!("Partida {shown}, lote {}", feature.code)
                    } else {
                        shown
                    },
                    ..named(layer, land, feature, bounds)
                });
                room -= 1;
            }
        }
    }
    false
}

/// Whether a text has words one after another: «lima 120» is in «jr. lima nº 120», and not in «jr. lima nº 1200».
fn in_order(text: &str, words: &[&str]) -> bool {
    let mut rest = text;
    for word in words {
        let mut from = 0;
        let found = loop {
            let Some(at) = rest[from..].find(word).map(|at| at + from) else {
                return false;
            };
            let end = at + word.len();
            // A number is looked for as a whole; a word may be the beginning or the end of another.
            let digit = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_digit());
            let whole = !(digit(word.chars().next()) && digit(rest[..at].chars().next_back())
                || digit(word.chars().next_back()) && digit(rest[end..].chars().next()));
            if whole {
                break end;
            }
            from = end;
        };
        rest = &rest[found..];
    }
    true
}

/// Adds the streets whose names have a text, all stretches of a name as one; whether there are more.
fn streets(snapshot: &Snapshot, text: &str, out: &mut Vec<Candidate>) -> bool {
    let wanted = folded(text);
    let mut room = EACH_MAX;
    for land in snapshot.municipalities.values() {
        let Some(layer) = land.layer(&Collection::Roads) else {
            continue;
        };
        let mut found: BTreeMap<&str, Rect<f64>> = BTreeMap::new();
        for road in layer.ready() {
            let Some(name) = road.ready.text("nombre") else {
                continue;
            };
            let Some(bounds) = road.feature.geometry.bounding_rect() else {
                continue;
            };
            if let Some(known) = found.get_mut(name) {
                *known = joined(*known, bounds);
            } else if folded(name).contains(&wanted) {
                found.insert(name, bounds);
            }
        }
        for (name, bounds) in found {
            if room == 0 {
                return true;
            }
            room -= 1;
            out.push(Candidate {
                layer: "vias",
                code: None,
                name: name.to_owned(),
                municipality: land.municipality.name.clone(),
                bounds,
            });
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_its_words_in_order_and_whole_numbers() {
        for (words, fits) in [
            (&["lima", "120"][..], true),
            (&["lim"], true),
            (&["120", "lima"], false),
            (&["lima", "12"], false),
            (&["20"], false),
            (&[], true),
        ] {
            assert_eq!(in_order("jr. lima nº 120", words), fits, "{words:?}");
        }
    }

    #[test]
    fn too_little_is_refused_and_nothing_is_no_error() {
        let nothing = Snapshot::default();
        assert!(search(&nothing, " a ").is_err());
        assert!(search(&nothing, &"a".repeat(81)).is_err());
        let found = search(&nothing, "callao").expect("an answer");
        assert!(found.resultados.is_empty() && !found.hay_mas);
    }
}
