//! Numbers and places as people type them.

use geo_types::Coord;
use office::{Kind, Problem, place};

/// What was typed, short enough for a sentence.
pub fn shortened(text: &str) -> String {
    const LETTERS_MAX: usize = 60;
    if text.chars().count() <= LETTERS_MAX {
        return text.to_owned();
    }
    let begins: String = text.chars().take(LETTERS_MAX).collect();
    format!("{begins}…")
}

/// A number as people in Peru write it, `1,234.50`; a single comma elsewhere is taken for the point of decimals.
pub fn number(text: &str) -> Option<f64> {
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let groups: Vec<&str> = groups.collect();
    let are_thousands = !first.is_empty() && groups.iter().all(|group| group.len() == 3);
    let plain = if are_thousands {
        format!("{first}{}{rest}", groups.concat())
    } else if groups.len() == 1 && rest.is_empty() {
        text.replace(',', ".")
    } else {
        return None;
    };
    plain.parse().ok().filter(|value: &f64| value.is_finite())
}

/// A place in metres of the official system, from east and north in metres or longitude and latitude in degrees.
pub fn corner(text: &str) -> Option<Coord<f64>> {
    let numbers: Vec<f64> = text
        .split([' ', ',', '\t'])
        .filter(|word| !word.is_empty())
        .map(|word| word.parse().ok().filter(|value: &f64| value.is_finite()))
        .collect::<Option<_>>()?;
    let [x, y] = numbers[..] else { return None };
    let mut places = [Coord { x, y }];
    if x.abs() <= 180.0 && y.abs() <= 90.0 {
        place::official(&mut places).ok()?;
        return Some(places[0]);
    }
    // Metres that the projection gives for somewhere in Peru.
    let near = (-1_000_000.0..2_000_000.0).contains(&x) && (7_000_000.0..10_500_000.0).contains(&y);
    near.then_some(places[0])
}

/// Corners, one a line or between semicolons.
pub fn corners(text: &str, field: &str) -> Result<Vec<Coord<f64>>, Problem> {
    let lines = text.split(['\n', ';']).map(str::trim);
    let corners = lines
        .filter(|line| !line.is_empty())
        .map(|line| corner(line).ok_or_else(|| no_place(field, line)))
        .collect::<Result<Vec<_>, _>>()?;
    if corners.len() < 3 {
        return Err(Problem::new(
            Kind::BadRequest,
            format!("En «{field}» faltan esquinas."),
            "Hacen falta tres o más, una por línea: el este y el norte en metros, como 281580.50 9332796.25.",
        ));
    }
    Ok(corners)
}

/// A closed ring of longitudes and latitudes.
pub fn degrees(mut corners: Vec<Coord<f64>>) -> Result<Vec<Vec<Vec<f64>>>, Problem> {
    if corners.first() != corners.last() {
        corners.extend(corners.first().copied());
    }
    place::lon_lat(&mut corners)?;
    Ok(vec![corners.iter().map(|at| vec![at.x, at.y]).collect()])
}

/// What was typed names no place.
pub fn no_place(field: &str, typed: &str) -> Problem {
    Problem::new(
        Kind::BadRequest,
        format!("En «{field}», «{}» no es un lugar.", shortened(typed)),
        "Se espera el este y el norte en metros (UTM 18 sur), como 281580.50 9332796.25; o la longitud y la latitud en grados, como -76.97 -6.03.",
    )
}

/// What was typed is no number.
pub fn no_number(label: &str, typed: &str) -> Problem {
    Problem::new(
        Kind::BadRequest,
        format!("«{}», en «{label}», no es un número.", shortened(typed)),
        "Escriba solo la cifra, sin la unidad, como 3 o 1,250.50.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_are_written_here() {
        for (text, value) in [
            ("3", Some(3.0)),
            ("1,250.50", Some(1_250.5)),
            ("1,250", Some(1_250.0)),
            ("2,5", Some(2.5)),
            ("1,250,000.5", Some(1_250_000.5)),
            ("2,5.1", None),
            ("tres", None),
            ("NaN", None),
            (",5", Some(0.5)),
        ] {
            assert_eq!(number(text), value, "{text}");
        }
    }
}
