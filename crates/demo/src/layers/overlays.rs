//! Overlays: a few of each theme that the town has.

use geo_types::{Coord, Geometry, LineString, Polygon};

use crate::{
    DemoFeature,
    freehand::{Band, band, blob, straight},
    layers::attributes,
    noise::{Draw, wave},
    outline,
    town::Town,
};

/// Said with every overlay, so that no one takes a limit from here.
const SOURCE: &str = "Resolución de demostración, sin valor legal";

pub fn features(town: &Town) -> impl Iterator<Item = DemoFeature> + Send + '_ {
    // A town without parcels has no ground to limit.
    let themes = if town.blocks.is_empty() {
        &[][..]
    } else {
        town.place.themes
    };
    let drawn = themes.iter().flat_map(|&theme| {
        let (name, shapes) = shapes(town, theme);
        shapes.into_iter().map(move |shape| (theme, name, shape))
    });
    drawn
        .zip(1..)
        .map(|((theme, name, shape), number)| DemoFeature {
            code: format!("{}-R{number:03}", town.ubigeo),
            geometry: Geometry::Polygon(shape),
            attributes: attributes([
                ("tipo", theme.into()),
                ("nombre", name.into()),
                ("norma", SOURCE.into()),
            ]),
        })
}

fn shapes(town: &Town, theme: &str) -> (&'static str, Vec<Polygon<f64>>) {
    match theme {
        "faja_marginal" => ("Faja marginal del río", river_strip(town)),
        "riesgo_muy_alto" => ("Ladera inestable", steep_banks(town)),
        "riesgo_alto" => ("Zona inundable", flood_areas(town)),
        "seccion_vial" => ("Ampliación de la avenida central", widening(town)),
        "servidumbre_electrica" => ("Línea de transmisión", power_line(town)),
        "patrimonio" => ("Entorno de la plaza mayor", square(town)),
        "barranco" => ("Barranco del norte", ravine(town)),
        "area_conservacion" => ("Área de conservación del morro", hill(town)),
        _ => ("", Vec::new()),
    }
}

fn ground(town: &Town, ring: Vec<Coord<f64>>) -> Polygon<f64> {
    Polygon::new(
        LineString(ring.into_iter().map(|own| town.grid.place(own)).collect()),
        Vec::new(),
    )
}

/// The bed with fifty metres on each side.
fn river_strip(town: &Town) -> Vec<Polygon<f64>> {
    let Some(river) = town.river else {
        return Vec::new();
    };
    let reach = town.radius * 1.3 + 200.0;
    let ring = band(
        Band {
            from: -reach,
            to: reach,
            step: 40.0,
        },
        |x| river.at(x) - 50.0,
        |x| river.at(x) + 50.0,
    );
    vec![ground(town, ring)]
}

/// How many areas of a kind a town has.
fn how_many(town: &Town, blocks_each: usize) -> i32 {
    i32::try_from(town.blocks.len() / blocks_each)
        .unwrap_or(i32::MAX)
        .clamp(1, 40)
}

fn steep_banks(town: &Town) -> Vec<Polygon<f64>> {
    let noise = town.grid.noise();
    let count = how_many(town, 120);
    let one = |number: i32| {
        // One in each stretch, so that they do not meet.
        let x = town.radius * (-0.8 + 1.6 * (f64::from(number) + 0.5) / f64::from(count));
        let y = town
            .river
            .map_or(town.radius * 0.5, |river| river.at(x) + 60.0);
        let radius = (town.radius * 0.12)
            .clamp(45.0, 140.0)
            .min(town.radius * 0.6 / f64::from(count))
            .max(30.0);
        ground(
            town,
            blob(
                noise.inside(Draw::Freehand, 10, number),
                Coord { x, y },
                radius,
            ),
        )
    };
    (0..count).map(one).collect()
}

fn flood_areas(town: &Town) -> Vec<Polygon<f64>> {
    let noise = town.grid.noise();
    let count = how_many(town, 150);
    let one = |number: i32| {
        let x = town.radius * (-0.7 + 1.4 * (f64::from(number) + 0.5) / f64::from(count));
        let y = town.radius * noise.between(Draw::Freehand, 11, number, -0.6, -0.25);
        let radius = (town.radius * 0.16)
            .clamp(70.0, 260.0)
            .min(town.radius * 0.6 / f64::from(count))
            .max(40.0);
        ground(
            town,
            blob(
                noise.inside(Draw::Freehand, 12, number),
                Coord { x, y },
                radius,
            ),
        )
    };
    (0..count).map(one).collect()
}

/// Three metres on each side of the avenue through the main square, along its houses.
fn widening(town: &Town) -> Vec<Polygon<f64>> {
    let built = |i: i32| town.blocks.contains_key(&(i, 0)) || town.blocks.contains_key(&(i, -1));
    let (mut west, mut east) = (0, 1);
    while built(west - 1) {
        west -= 1;
    }
    while built(east) {
        east += 1;
    }
    let axis: Vec<Coord<f64>> = (west..=east).map(|i| town.grid.own_node(i, 0)).collect();
    let half = town.grid.width_m(crate::grid::Street::Along(0)) / 2.0 + 3.0;
    let south = axis.iter().map(|at| Coord {
        x: at.x,
        y: at.y - half,
    });
    let north = axis.iter().rev().map(|at| Coord {
        x: at.x,
        y: at.y + half,
    });
    vec![ground(town, south.chain(north).collect())]
}

/// A straight strip of 25 metres at the eastern side.
fn power_line(town: &Town) -> Vec<Polygon<f64>> {
    let from = Coord {
        x: town.radius * 0.5,
        y: -town.radius * 1.3,
    };
    let to = Coord {
        x: town.radius * 0.78,
        y: town.radius * 1.3,
    };
    vec![ground(town, straight(from, to, 12.5))]
}

/// The main square and the blocks around it.
fn square(town: &Town) -> Vec<Polygon<f64>> {
    let cells = (-1..=1)
        .flat_map(|i| (-1..=1).map(move |j| (i, j)))
        .collect();
    outline::parts(&cells, |node| town.grid.node(node))
}

/// A ravine that eats into the town from the north and gets narrower.
fn ravine(town: &Town) -> Vec<Polygon<f64>> {
    let (foot, head) = (town.radius * 1.3, town.radius * 0.35);
    let middle = |y: f64| -town.radius * 0.3 + 45.0 * wave(y / 620.0);
    let half = |y: f64| 12.0 + (town.radius * 0.08).clamp(25.0, 90.0) * (y - head) / (foot - head);
    // Drawn along x and turned: a band runs eastwards, a ravine northwards.
    let ring = band(
        Band {
            from: head,
            to: foot,
            step: 35.0,
        },
        |y| middle(y) - half(y),
        |y| middle(y) + half(y),
    );
    vec![ground(
        town,
        ring.into_iter()
            .rev()
            .map(|at| Coord { x: at.y, y: at.x })
            .collect(),
    )]
}

fn hill(town: &Town) -> Vec<Polygon<f64>> {
    let centre = Coord {
        x: -town.radius * 0.95,
        y: town.radius * 0.5,
    };
    vec![ground(
        town,
        blob(
            town.grid.noise().inside(Draw::Freehand, 13, 0),
            centre,
            town.radius * 0.32,
        ),
    )]
}
