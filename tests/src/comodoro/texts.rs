//! The untidy texts of a zoning layer, read where they are clear and left in words where they are not.
//!
//! A text is clear where all of it is understood: a range, a condition, a number without its unit, a minimum where a
//! maximum is asked for, stay in words, because what a parameter cannot say would be lost.

/// What a text says of a parameter.
#[derive(Clone, PartialEq, PartialOrd, Debug)]
pub enum Told {
    /// Nothing is written.
    Silent,
    /// It says that nothing is asked for.
    Free,
    /// A number, in the parameter's unit.
    Number(f64),
    /// Words, for a person to judge by.
    Words(String),
}

/// Setbacks from the three kinds of border.
#[derive(Clone, PartialEq, Debug)]
pub struct Setbacks {
    /// From the street.
    pub front: Told,
    /// From the borders on the right and left.
    pub side: Told,
    /// From the rear border.
    pub rear: Told,
}

fn told(text: &str, number: Option<f64>) -> Told {
    match number {
        _ if text.trim().is_empty() => Told::Silent,
        Some(number) => Told::Number(number),
        None => Told::Words(text.trim().to_owned()),
    }
}

/// Ground without roof in per cent, from the share of the lot that may be built on (FOS): its complement.
pub fn open_pct(fos: &str) -> Told {
    let open = factor(fos).filter(|fos| *fos <= 1.0);
    // In hundredths, so that 0.6 leaves 40 and not 39.999.
    told(fos, open.map(|fos| 100.0 - (fos * 100.0).round()))
}

/// Built area by area of the lot (FOT).
pub fn ratio(fot: &str) -> Told {
    told(fot, factor(fot))
}

/// Height in metres; a number alone could be of floors.
pub fn height_m(text: &str) -> Told {
    let trimmed = text.trim().trim_end_matches('.');
    let metres = ["mts", "m"]
        .iter()
        .find_map(|unit| trimmed.strip_suffix(unit));
    told(text, metres.and_then(|number| factor(number.trim_end())))
}

/// Area of a lot in square metres; a point parts thousands.
pub fn lot_m2(text: &str) -> Told {
    let number = text.trim().strip_suffix("m2").map(str::trim_end);
    told(text, number.and_then(thousands))
}

/// People by hectare. The layer does not say whether of lots or of the whole ground, and the two differ by a third.
pub fn density(text: &str) -> Told {
    told(text, None)
}

/// `0,5`, `0.60`, `2`: one point or comma, two decimals at most, or it could part thousands.
fn factor(text: &str) -> Option<f64> {
    let (whole, decimals) = match text.trim().split_once([',', '.']) {
        Some((whole, decimals)) if (1..=2).contains(&decimals.len()) => (whole, decimals),
        Some(_) => return None,
        None => (text.trim(), "0"),
    };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(decimals) {
        return None;
    }
    format!("{whole}.{decimals}").parse().ok()
}

/// `200`, `1.000`, `30.000`.
fn thousands(text: &str) -> Option<f64> {
    let mut groups = text.split('.');
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let parted = rest.iter().all(|group| group.len() == 3 && digits(group));
    if !digits(first) || !parted || (!rest.is_empty() && first.len() > 3) {
        return None;
    }
    format!("{first}{}", rest.concat()).parse().ok()
}

/// `Frente: Obligatorio 3 mts. Minimo - Medianeras y Fondo: Optativos`. One word that is not understood leaves all of it
/// in words.
pub fn setbacks(text: &str) -> Setbacks {
    let silent = Setbacks {
        front: Told::Silent,
        side: Told::Silent,
        rear: Told::Silent,
    };
    if text.trim().is_empty() {
        return silent;
    }
    let mut found = silent;
    for part in text.split(" - ") {
        let Some(part) = Part::read(part) else {
            let words = Told::Words(text.trim().to_owned());
            return Setbacks {
                front: words.clone(),
                side: words.clone(),
                rear: words,
            };
        };
        for (named, told) in [
            (part.front, &mut found.front),
            (part.side, &mut found.side),
            (part.rear, &mut found.rear),
        ] {
            if named {
                *told = part.told.clone();
            }
        }
    }
    found
}

/// What is said of some borders.
struct Part {
    front: bool,
    side: bool,
    rear: bool,
    told: Told,
}

impl Part {
    fn read(text: &str) -> Option<Self> {
        let mut part = Self {
            front: false,
            side: false,
            rear: false,
            told: Told::Silent,
        };
        let (mut metres, mut has_unit, mut optional) = (None, false, false);
        let lower = text.to_lowercase().replace([':', '.'], " ");
        for word in lower.split_whitespace() {
            match word {
                "frente" => part.front = true,
                "lateral" | "medianeras" => part.side = true,
                "fondo" => part.rear = true,
                "optativo" | "optativos" => optional = true,
                "obligatorio" | "minimo" | "min" | "y" => {}
                "m" | "mts" => has_unit = true,
                number => {
                    let plain = number.strip_suffix('m');
                    has_unit |= plain.is_some();
                    if metres.replace(factor(plain.unwrap_or(number))?).is_some() {
                        return None;
                    }
                }
            }
        }
        part.told = match (metres, optional) {
            (Some(metres), false) if has_unit => Told::Number(metres),
            (None, true) => Told::Free,
            // A number that is optional: whoever leaves it must leave so much, or may leave less.
            (Some(_), true) => Told::Words(text.trim().to_owned()),
            _ => return None,
        };
        (part.front || part.side || part.rear).then_some(part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Told {
        Told::Words(text.to_owned())
    }

    #[test]
    fn shares_of_the_lot_that_may_be_built_on() {
        for (text, open) in [("0,5", 50.0), ("0.5", 50.0), ("0.6", 40.0), ("0.60", 40.0)] {
            assert_eq!(open_pct(text), Told::Number(open), "{text}");
        }
        assert_eq!(open_pct(""), Told::Silent);
        for text in [
            "0,4 a 0,7",
            "Factor minimo de ocupacion de suelo: 15%",
            "Factor mini de ocupacion de suelo: 40%",
            "Factor mini de ocupacion de suelo: 50%",
            "Min: 15% - Max: 40%",
            "0.60 para usos de tipo residencial o de caracter mixto que incluyan residencia.",
            "0.6 para usos de tipo residencial o de caracter mixto que incluyan residencia",
            // Not in the layer: a share above all of the lot, and one that could be thousands.
            "1,2",
            "0.500",
        ] {
            assert_eq!(open_pct(text), words(text), "{text}");
        }
    }

    #[test]
    fn built_area_by_area_of_the_lot() {
        for (text, number) in [("1", 1.0), ("2", 2.0), ("0.7", 0.7)] {
            assert_eq!(ratio(text), Told::Number(number), "{text}");
        }
        // They speak of occupation in the column of the built area: of which of the two nobody can say.
        for text in [
            "Factor maximo  de ocupacion: 70%",
            "Factor maximo  de ocupacion: 40%",
        ] {
            assert_eq!(ratio(text), words(text), "{text}");
        }
    }

    #[test]
    fn heights_with_their_unit_and_without_a_condition() {
        for (text, metres) in [("12 mts", 12.0), ("12 mts.", 12.0), ("6 mts", 6.0)] {
            assert_eq!(height_m(text), Told::Number(metres), "{text}");
        }
        for text in [
            "12",
            "6 mts. Sobre Calle - 9 mts. sobre Avda.",
            "6mts. sobre Avda.",
            "6 mts sobre calle - 9 mts sobre Avda",
            "6mts sobre calle - 9 mts sobre avenida.",
            "6 mts sobre calle - 9 mts sobre Avenidas.",
            "6 mts sobre calles - 9 mts sobre Avenidas",
        ] {
            assert_eq!(height_m(text), words(text), "{text}");
        }
    }

    #[test]
    fn smallest_lots_with_their_thousands() {
        for (text, area) in [
            ("200 m2", 200.0),
            ("200m2", 200.0),
            ("400 m2", 400.0),
            ("500m2", 500.0),
            ("600 m2", 600.0),
            ("1.000 m2", 1_000.0),
            ("1000m2", 1_000.0),
            ("1.000m2", 1_000.0),
            ("5.000 m2", 5_000.0),
            ("30.000 m2", 30_000.0),
        ] {
            assert_eq!(lot_m2(text), Told::Number(area), "{text}");
        }
        for text in [
            "Ord. Particularizada",
            "Bajo presentacion de proyecto urbano y evaluacion de factibilidad",
            "Bajo presentacion de proyecto urbano y presentacion de factibilidad",
            "12 m fte.",
            "1.00 m2",
            "1000.000 m2",
            "200",
        ] {
            assert_eq!(lot_m2(text), words(text), "{text}");
        }
    }

    #[test]
    fn densities_stay_in_words() {
        for text in [
            "150 hab/ha",
            "300 hab/ha",
            "100 hab/ha",
            "150 hab/HA",
            "BAJA",
            "Baja",
        ] {
            assert_eq!(density(text), words(text), "{text}");
        }
    }

    #[test]
    fn setbacks_of_each_border() {
        let of = |text: &str| {
            let Setbacks { front, side, rear } = setbacks(text);
            (front, side, rear)
        };
        let three = Told::Number(3.0);
        let four = Told::Number(4.0);
        for (text, expected) in [
            ("3 mts frente", (three.clone(), Told::Silent, Told::Silent)),
            (
                "Frente: Obligatorio 3 mts. Minimo - Medianeras y Fondo: Optativos",
                (three.clone(), Told::Free, Told::Free),
            ),
            (
                "Frente obligatorio 3 mts. Min - Fondo obligatorio 4 mts min - Lateral: Optativo",
                (three.clone(), Told::Free, four.clone()),
            ),
            (
                "Frente: Obligatorio 3 mts min - Fondo: Obligatorio 4 mts min - Lateral: Optativo",
                (three.clone(), Told::Free, four.clone()),
            ),
            (
                "Frente: Obligatorio 3 m Minimo - Fondo: 4 m obligatorio - Lateral: 3m optativo",
                (three.clone(), words("Lateral: 3m optativo"), four.clone()),
            ),
        ] {
            assert_eq!(of(text), expected, "{text}");
        }
        for text in [
            "3 mts frente salvo esquinas",
            "Frente: 3",
            "Frente: 3 m 4 m",
            "3 mts",
            "Frente obligatorio",
        ] {
            assert_eq!(of(text), (words(text), words(text), words(text)), "{text}");
        }
    }
}
