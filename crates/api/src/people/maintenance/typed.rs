//! What somebody typed or drew, and the operation that it asks for.

use geo_types::Coord;
use office::{
    Kind, Problem,
    surveys::operations::{Asked, Line, Operation, Workplace},
};

use super::task::Task;

/// The fields of a form, as they came.
#[derive(Clone, Debug)]
pub struct Typed(Vec<(String, String)>);

/// Parts into which a parcel is divided evenly at most.
const PARTS_MAX: u32 = 100;
/// Areas or corners that a form takes at most.
const LINES_MAX: usize = 1_000;

impl Typed {
    /// The fields of a form or of an address.
    pub fn of(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// A field without the blanks around it; empty where it is not there.
    pub fn get(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value.trim())
    }

    /// All values of a field.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let same = self.0.iter().filter(move |(known, _)| known == name);
        same.map(|(_, value)| value.trim())
    }

    /// What is sent once it was rehearsed: all but the step.
    pub fn kept(&self) -> impl Iterator<Item = &(String, String)> {
        self.0.iter().filter(|(name, _)| name != "paso")
    }

    /// What is asked for.
    pub fn asked(&self, place: &Workplace) -> Result<Asked, Problem> {
        let task = Task::of(self.get("operacion")).ok_or_else(|| {
            refuse(
                "Falta elegir la operación.",
                "Elija una de la lista de arriba.",
            )
        })?;
        Ok(Asked {
            operation: self.operation(task, place)?,
            document: self.get("documento").to_owned(),
        })
    }

    fn operation(&self, task: Task, place: &Workplace) -> Result<Operation, Problem> {
        let predio = place.code.clone();
        let codigo = || Some(self.get("codigo").to_owned()).filter(|code| !code.is_empty());
        Ok(match task {
            Task::Line => self.division(predio, Some(self.line()?), None)?,
            Task::Areas => self.division(predio, None, Some(areas(self.get("areas"))?))?,
            Task::Equal => {
                let parts = self.parts()?;
                self.division(predio, None, Some(place.equal_areas(parts)))?
            }
            Task::Join => {
                let mut predios = vec![predio];
                predios.extend(self.all("predios").map(str::to_owned));
                Operation::Acumular {
                    predios,
                    codigo: codigo(),
                }
            }
            Task::Border => {
                let colindante = self.get("colindante").to_owned();
                if colindante.is_empty() {
                    return Err(refuse(
                        "Falta elegir el colindante.",
                        "Elija el predio con el que se rectifica el lindero: en el plano o en la lista.",
                    ));
                }
                Operation::Rectificar {
                    predio,
                    colindante,
                    linea: self.line()?,
                }
            }
            Task::Renumber => Operation::Renumerar {
                predio,
                codigo: codigo(),
            },
            Task::Retire => Operation::DarDeBaja { predio },
        })
    }

    fn division(
        &self,
        predio: String,
        linea: Option<Line>,
        areas_m2: Option<Vec<f64>>,
    ) -> Result<Operation, Problem> {
        let codes: Vec<String> = self
            .get("codigos")
            .split_whitespace()
            .map(str::to_owned)
            .collect();
        Ok(Operation::Subdividir {
            predio,
            rumbo_grados: if linea.is_none() {
                self.bearing()?
            } else {
                None
            },
            linea,
            areas_m2,
            codigos: (!codes.is_empty()).then_some(codes),
        })
    }

    fn line(&self) -> Result<Line, Problem> {
        Line::official(places(self.get("linea"))?)
    }

    fn parts(&self) -> Result<u32, Problem> {
        let parts = self.get("partes").parse().ok();
        parts
            .filter(|parts| (2..=PARTS_MAX).contains(parts))
            .ok_or_else(|| {
                refuse(
                    "No se entiende en cuántas partes se divide.",
                    format!("Escriba un número entero de 2 a {PARTS_MAX}."),
                )
            })
    }

    /// The direction of the cuts: typed, or that of a side.
    fn bearing(&self) -> Result<Option<f64>, Problem> {
        let text = match self.get("rumbo") {
            "" => self.get("lado"),
            typed => typed,
        };
        if text.is_empty() {
            return Ok(None);
        }
        let read = text.trim_end_matches('°').trim().parse::<f64>().ok();
        let degrees = read.filter(|degrees| degrees.is_finite() && degrees.abs() <= 360.0);
        degrees.map(Some).ok_or_else(|| {
            refuse(
                format!("«{}» no es un rumbo.", short(text)),
                "Escriba los grados desde el norte como las agujas del reloj, como 35 o 122.5.",
            )
        })
    }
}

/// The form did not come whole.
pub fn unread() -> Problem {
    refuse(
        "El formulario llegó incompleto.",
        "Vuelva a la página y envíelo otra vez.",
    )
}

fn refuse(title: impl Into<String>, detail: impl Into<String>) -> Problem {
    Problem::new(Kind::BadRequest, title, detail)
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

/// Square metres, one in a line or apart by blanks or semicolons. A comma stands between thousands or ends a number.
fn areas(text: &str) -> Result<Vec<f64>, Problem> {
    let words = text.split(|letter: char| letter.is_whitespace() || letter == ';');
    let words: Vec<&str> = words
        .map(|word| word.trim_end_matches(','))
        .filter(|word| !word.is_empty() && *word != "m²" && *word != "m2")
        .collect();
    if words.is_empty() || words.len() > LINES_MAX {
        return Err(refuse(
            "Faltan las áreas de las partes.",
            "Escriba una por línea, en metros cuadrados, como 120.50; lo que sobra forma una parte más.",
        ));
    }
    words
        .into_iter()
        .map(|word| {
            number(word).filter(|area| *area > 0.0).ok_or_else(|| {
                refuse(
                    format!("«{}» no es un área.", short(word)),
                    "Escriba metros cuadrados con punto decimal, como 120.50 o 1,250.00: una por línea.",
                )
            })
        })
        .collect()
}

/// A number as it is written in Peru: `1,250.50`.
fn number(text: &str) -> Option<f64> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let mut digits = first.to_owned();
    for group in groups {
        if group.len() != 3 || first.is_empty() || first.len() > 3 {
            return None;
        }
        digits.push_str(group);
    }
    if decimals.contains(',') {
        return None;
    }
    let number: f64 = format!("{digits}.{decimals}0").parse().ok()?;
    number.is_finite().then_some(number)
}

/// Corners, one «este norte» in a line.
fn places(text: &str) -> Result<Vec<Coord<f64>>, Problem> {
    let lines: Vec<&str> = text
        .split(['\n', ';'])
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    if lines.len() < 2 || lines.len() > LINES_MAX {
        return Err(refuse(
            "Falta la línea, o tiene un solo vértice.",
            "Dibújela en el plano, o escriba sus vértices: uno por línea, «este norte» en metros.",
        ));
    }
    lines
        .iter()
        .enumerate()
        .map(|(index, line)| {
            place(line).ok_or_else(|| {
                refuse(
                    format!("El vértice {} no se entiende: «{}».", index + 1, short(line)),
                    "Cada línea tiene el este y el norte en metros (UTM 18 Sur), como «284010.50 9340020.00».",
                )
            })
        })
        .collect()
}

fn place(line: &str) -> Option<Coord<f64>> {
    let mut numbers = line
        .split(|letter: char| letter.is_whitespace() || letter == ',')
        .filter(|word| !word.is_empty())
        .map(|word| word.parse::<f64>().ok());
    let (x, y) = (numbers.next()??, numbers.next()??);
    let on_the_grid =
        (100_000.0..900_000.0).contains(&x) && (8_000_000.0..10_000_000.0).contains(&y);
    (on_the_grid && numbers.next().is_none()).then_some(Coord { x, y })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_are_read_as_people_write_them() {
        assert_eq!(areas("120.5, 80").ok(), Some(vec![120.5, 80.0]));
        assert_eq!(
            areas("1,250.50 m²\n80;\n7").ok(),
            Some(vec![1_250.5, 80.0, 7.0])
        );
        for text in ["", "120,5", "-3", "12 y 13", "1e400", "0", "1,2500"] {
            assert!(areas(text).is_err(), "{text}");
        }
    }

    #[test]
    fn corners_are_east_and_north() {
        let read = places("284010.5 9340020\n284020,9340030.25").expect("two");
        assert_eq!(
            read[1],
            Coord {
                x: 284_020.0,
                y: 9_340_030.25
            }
        );
        let wrong = |text: &str| places(text).map_err(|problem| problem.title).err();
        assert_eq!(
            wrong("284010 9340020\n-76.9 -6.0").as_deref(),
            Some("El vértice 2 no se entiende: «-76.9 -6.0».")
        );
        assert!(wrong("284010 9340020").is_some() && wrong("284010 9340020\n1 2 3").is_some());
    }
}
