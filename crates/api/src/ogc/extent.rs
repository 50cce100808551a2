//! Boxes of longitude and latitude, and of the official projection.

use geo_types::{Coord, Rect};
use office::{Kind, Problem};
use query::Window;

/// Longitudes and latitudes around Peru. Outside of them nothing is ours, and the projection means nothing.
const WORLD: (f64, f64, f64, f64) = (-84.0, -20.0, -66.0, 2.0);

/// What a `bbox` asks for.
pub enum Asked {
    /// Ground in EPSG:32718.
    Ground(Window),
    /// A box where nothing of ours can be.
    Nowhere,
}

/// Reads `bbox=west,south,east,north`; heights in a box of six numbers are passed over.
pub fn bbox(text: &str) -> Result<Asked, Problem> {
    let wrong = || {
        Problem::new(
            Kind::BadRequest,
            format!("«{text}» no vale para «bbox»."),
            "Se esperan cuatro números: oeste,sur,este,norte en grados, como -77.0,-6.1,-76.9,-6.0.",
        )
    };
    let numbers: Vec<f64> = text
        .split(',')
        .map(|number| number.trim().parse().map_err(|_| wrong()))
        .collect::<Result<_, _>>()?;
    let ([west, south, east, north] | [west, south, _, east, north, _]) = numbers[..] else {
        return Err(wrong());
    };
    if !numbers.iter().all(|number| number.is_finite())
        || south > north
        || west.abs() > 360.0
        || east.abs() > 360.0
    {
        return Err(wrong());
    }
    let (west, east) = match () {
        // A box across the antimeridian: the side of it where we are.
        () if west > east && east >= WORLD.0 => (WORLD.0, east),
        () if west > east => (west, WORLD.2),
        () => (west, east),
    };
    let (west, south) = (west.max(WORLD.0), south.max(WORLD.1));
    let (east, north) = (east.min(WORLD.2), north.min(WORLD.3));
    if west > east || south > north {
        return Ok(Asked::Nowhere);
    }
    // The sides of the box are curves on the projection: points along them.
    let along =
        |from: f64, to: f64, step: u32| from + (to - from) * f64::from(step) / f64::from(STEPS);
    let at = |y: f64, step: u32| Coord {
        x: along(west, east, step),
        y,
    };
    let beside = |x: f64, step: u32| Coord {
        x,
        y: along(south, north, step),
    };
    let mut sides = [
        (0..=STEPS).map(|step| at(south, step)).collect::<Vec<_>>(),
        (0..=STEPS).map(|step| beside(east, step)).collect(),
        (0..=STEPS).rev().map(|step| at(north, step)).collect(),
        (0..=STEPS).rev().map(|step| beside(west, step)).collect(),
    ];
    for side in &mut sides {
        office::place::official(side)?;
    }
    Ok(Window::new(sides).map_or(Asked::Nowhere, Asked::Ground))
}

/// Points along each side of a box.
const STEPS: u32 = 16;

/// Longitudes and latitudes around a box of the official projection: west, south, east, north.
pub fn lon_lat(official: Rect<f64>) -> Result<[f64; 4], Problem> {
    let (min, max) = (official.min(), official.max());
    let mut corners = [
        min,
        max,
        Coord { x: min.x, y: max.y },
        Coord { x: max.x, y: min.y },
    ];
    office::place::lon_lat(&mut corners)?;
    let around = around(&corners).unwrap_or(official);
    Ok([
        around.min().x,
        around.min().y,
        around.max().x,
        around.max().y,
    ])
}

fn around(coords: &[Coord<f64>]) -> Option<Rect<f64>> {
    let first = *coords.first()?;
    let (min, max) = coords.iter().fold((first, first), |(min, max), coord| {
        (
            Coord {
                x: min.x.min(coord.x),
                y: min.y.min(coord.y),
            },
            Coord {
                x: max.x.max(coord.x),
                y: max.y.max(coord.y),
            },
        )
    });
    Some(Rect::new(min, max))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_are_read_and_what_is_elsewhere_is_nowhere() {
        assert!(
            matches!(bbox("-77,-6.1,-76.9,-6"), Ok(Asked::Ground(window)) if (window.bounds().width() - 11_000.0).abs() < 300.0)
        );
        assert!(matches!(
            bbox("-77,-6.1,0,-76.9,-6,100"),
            Ok(Asked::Ground(_))
        ));
        assert!(matches!(bbox("-180,-90,180,90"), Ok(Asked::Ground(_))));
        assert!(matches!(bbox("170,-10,-70,0"), Ok(Asked::Ground(_))));
        assert!(matches!(bbox("2,40,3,41"), Ok(Asked::Nowhere)));
        for wrong in [
            "",
            "1,2,3",
            "a,b,c,d",
            "-77,6,-76,5",
            "nan,1,2,3",
            "1,2,3,4,5",
        ] {
            assert!(bbox(wrong).is_err(), "{wrong}");
        }
    }
}
