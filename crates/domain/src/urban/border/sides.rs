//! Front, right, rear, left.

use geo_types::Coord;

use super::{Facing, Side, Street, Stretch};

/// Beyond this many degrees from the front a border is the rear.
const REAR_FROM_DEG: f64 = 135.0;

/// Tells each stretch on which side it is.
pub(super) fn tell(stretches: &mut [Stretch], streets: &[Street<'_>]) {
    let front = main_street(stretches, streets);
    let looking = front.map(|front| {
        let of_front = stretches
            .iter()
            .filter(|stretch| stretch.facing == front)
            .map(|stretch| stretch.outward() * stretch.length_m());
        of_front.fold(Coord::default(), |sum, outward| sum + outward)
    });
    for stretch in stretches {
        let outward = stretch.outward();
        stretch.side = match (front, looking) {
            (Some(front), _) if stretch.facing == front => Side::Front,
            (Some(_), Some(looking)) => from_the_street(outward, looking),
            _ => by_the_compass(outward),
        };
    }
}

/// The street along which the parcel has most of its border. Those whose axis is not known count as one, which comes
/// after the others where they are as long.
fn main_street(stretches: &[Stretch], streets: &[Street<'_>]) -> Option<Facing> {
    let along = |street: Option<usize>| -> f64 {
        let facing = Facing::Street(street);
        stretches
            .iter()
            .filter(|stretch| stretch.facing == facing)
            .map(Stretch::length_m)
            .sum()
    };
    let known = (0..streets.len()).map(Some);
    std::iter::once(None)
        .chain(known)
        .map(|street| (street, along(street)))
        .filter(|(_, length_m)| *length_m > 0.0)
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(street, _)| Facing::Street(street))
}

/// As one comes in, with the street behind.
fn from_the_street(outward: Coord<f64>, street: Coord<f64>) -> Side {
    let dot = outward.x * street.x + outward.y * street.y;
    let cross = street.x * outward.y - street.y * outward.x;
    let degrees = cross.atan2(dot).to_degrees();
    // Looking in, away from the street: what turns with the clock from the way in is on the right.
    match degrees {
        degrees if degrees.abs() >= REAR_FROM_DEG => Side::Rear,
        degrees if degrees > 0.0 => Side::Right,
        _ => Side::Left,
    }
}

fn by_the_compass(outward: Coord<f64>) -> Side {
    if outward.y.abs() >= outward.x.abs() {
        if outward.y > 0.0 {
            Side::North
        } else {
            Side::South
        }
    } else if outward.x > 0.0 {
        Side::East
    } else {
        Side::West
    }
}
