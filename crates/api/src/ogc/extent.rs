//! Boxes of longitude and latitude, and of the official projection.

use geo_types::{Coord, Rect};
use office::{Kind, Problem, layers::AROUND, place::Served};
use query::Window;

/// What a `bbox` asks for.
pub enum Asked {
    /// Ground in EPSG:32718.
    Ground(Window),
    /// A box where nothing of ours can be.
    Nowhere,
}

/// Reads `bbox=west,south,east,north`, or with the axes as the reference system has them; heights in a box of six
/// numbers are passed over.
pub fn bbox(text: &str, crs: &Served) -> Result<Asked, Problem> {
    let wrong = || {
        Problem::new(
            Kind::BadRequest,
            format!("«{text}» no vale para «bbox»."),
            "Se esperan cuatro números: oeste,sur,este,norte en grados, como -77.0,-6.1,-76.9,-6.0; o lo mismo en el sistema que diga «bbox-crs».",
        )
    };
    let numbers: Vec<f64> = text
        .split(',')
        .map(|number| number.trim().parse().map_err(|_| wrong()))
        .collect::<Result<_, _>>()?;
    let ([a, b, c, d] | [a, b, _, c, d, _]) = numbers[..] else {
        return Err(wrong());
    };
    let [west, south, east, north] = if crs.north_first {
        [b, a, d, c]
    } else {
        [a, b, c, d]
    };
    if !numbers.iter().all(|number| number.is_finite()) || south > north {
        return Err(wrong());
    }
    if !crs.degrees {
        if west > east {
            return Err(wrong());
        }
        return sides([west, south, east, north], PIECE_M, |side| {
            crs.to_official(side).map_err(|_| wrong())
        });
    }
    if west.abs() > 360.0 || east.abs() > 360.0 {
        return Err(wrong());
    }
    let ([least_west, least_south], [most_east, most_north]) = AROUND;
    let (west, east) = match () {
        // A box across the antimeridian: the side of it where we are.
        () if west > east && east >= least_west => (least_west, east),
        () if west > east => (west, most_east),
        () => (west, east),
    };
    let (west, south) = (west.max(least_west), south.max(least_south));
    let (east, north) = (east.min(most_east), north.min(most_north));
    if west > east || south > north {
        return Ok(Asked::Nowhere);
    }
    sides([west, south, east, north], PIECE_DEGREES, |side| {
        if crs.north_first {
            for at in &mut *side {
                *at = Coord { x: at.y, y: at.x };
            }
        }
        crs.to_official(side).map_err(|_| wrong())
    })
}

/// The ground within a box, whose sides are curves on the official projection: of points along them, one for each
/// `piece`.
fn sides(
    [west, south, east, north]: [f64; 4],
    piece: f64,
    official: impl Fn(&mut [Coord<f64>]) -> Result<(), Problem>,
) -> Result<Asked, Problem> {
    let longest = (east - west).max(north - south);
    let steps = (1..STEPS_MAX)
        .find(|steps| longest <= piece * f64::from(*steps))
        .unwrap_or(STEPS_MAX);
    let along =
        |from: f64, to: f64, step: u32| from + (to - from) * f64::from(step) / f64::from(steps);
    let at = |y: f64, step: u32| Coord {
        x: along(west, east, step),
        y,
    };
    let beside = |x: f64, step: u32| Coord {
        x,
        y: along(south, north, step),
    };
    let mut around: Vec<Coord<f64>> = (0..=steps)
        .map(|step| at(south, step))
        .chain((0..=steps).map(|step| beside(east, step)))
        .chain((0..=steps).rev().map(|step| at(north, step)))
        .chain((0..=steps).rev().map(|step| beside(west, step)))
        .collect();
    official(&mut around)?;
    let mut of_a_side = around.chunks_exact(steps as usize + 1);
    let sides = std::array::from_fn(|_| of_a_side.next().unwrap_or_default().to_vec());
    Ok(Window::new(sides).map_or(Asked::Nowhere, Asked::Ground))
}

/// A side as long as this, straight on the projection, is less than a millimetre off.
const PIECE_DEGREES: f64 = 0.005;
/// The same in metres.
const PIECE_M: f64 = 550.0;
/// Pieces of a side, at most.
const STEPS_MAX: u32 = 16;

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
    use office::place::DEFAULT;

    use super::*;

    fn bbox(text: &str) -> Result<Asked, Problem> {
        super::bbox(text, DEFAULT)
    }

    #[test]
    fn a_box_is_the_same_ground_in_every_system() {
        let area = |text: &str, code: &str| {
            let Ok(Asked::Ground(window)) =
                super::bbox(text, Served::find(code).expect("a system"))
            else {
                return f64::NAN;
            };
            window.bounds().width()
        };
        assert!((area("-6.1,-77,-6,-76.9", "EPSG:4326") - 11_090.0).abs() < 300.0);
        assert!((area("279000,9331000,280000,9332000", "EPSG:32718") - 1000.0).abs() < 1e-9);
        assert!((area("-8571600,-669100,-8560500,-658000", "EPSG:3857") - 11_080.0).abs() < 300.0);
        assert!(
            super::bbox(
                "280000,1,279000,2",
                Served::find("EPSG:32718").expect("one")
            )
            .is_err()
        );
    }

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
