//! A question of control urbano as people type it and as it stands in an address.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use geo_types::{LineString, Polygon};
use office::{
    Kind, Problem,
    checks::{CheckRequest, Shape},
    place,
};
use serde_json::{Map, Value, json};

use super::typed::{corner, corners, degrees, no_number, no_place, number, shortened};

/// A number of a proposal.
pub struct Number {
    /// Its name in addresses.
    pub name: &'static str,
    /// What people call it.
    pub label: &'static str,
    /// Its unit.
    pub unit: &'static str,
}

const fn number_of(name: &'static str, label: &'static str, unit: &'static str) -> Number {
    Number { name, label, unit }
}

/// The numbers of a proposal, in the order of the form.
pub const NUMBERS: [Number; 11] = [
    number_of("pisos", "Pisos", ""),
    number_of("altura_m", "Altura", "m"),
    number_of("area_techada_m2", "Área techada, todos los pisos", "m²"),
    number_of("area_libre_pct", "Área libre", "% del lote"),
    number_of("retiro_frontal_m", "Retiro frontal", "m"),
    number_of("retiro_lateral_m", "Retiro lateral", "m"),
    number_of("retiro_posterior_m", "Retiro posterior", "m"),
    number_of("estacionamientos", "Estacionamientos", "plazas"),
    number_of("lote_frente_m", "Frente del lote, si se midió", "m"),
    number_of("viviendas", "Viviendas", ""),
    number_of("habitantes", "Habitantes", ""),
];

/// Ways to say a place.
const PLACES: [&str; 3] = ["predio", "punto", "poligono"];
/// Words of a proposal besides its numbers, and the two times.
const TEXTS: [&str; 2] = ["actividad_ciiu", "uso"];
const FOOTPRINT: &str = "huella";
const TIMES: [&str; 2] = ["fecha", "conocido_a"];
/// What begins so in a form is a setback of the request.
const SETBACKS: [(&str, &str); 3] = [
    ("retiro_frontal_m", "frontal"),
    ("retiro_lateral_m", "lateral"),
    ("retiro_posterior_m", "posterior"),
];

/// Bytes of an address that every browser and every server on the way takes.
const ADDRESS_BYTES_MAX: usize = 6_000;
const LIMA_IS_BEHIND: TimeDelta = TimeDelta::hours(5);

/// What was typed, in the order of the form; nothing is judged yet.
#[derive(Clone, Debug, Default)]
pub struct Question(Vec<(&'static str, String)>);

impl Question {
    /// Reads fields of a form or of an address.
    pub fn read(pairs: &[(String, String)]) -> Result<Self, Problem> {
        let mut said = Vec::new();
        for name in known() {
            let mut values = pairs.iter().filter(|(other, _)| other == name);
            let Some((_, value)) = values.next() else {
                continue;
            };
            if values.next().is_some() {
                return Err(Problem::new(
                    Kind::BadRequest,
                    format!("«{name}» está dos veces."),
                    "Dígalo una sola vez.",
                ));
            }
            if !value.trim().is_empty() {
                said.push((name, value.trim().replace("\r\n", "\n")));
            }
        }
        if let Some((name, _)) = pairs
            .iter()
            .find(|(name, _)| known().all(|one| one != name))
        {
            return Err(Problem::new(
                Kind::BadRequest,
                format!("No existe el campo «{}».", shortened(name)),
                format!("Se admiten: {}.", known().collect::<Vec<_>>().join(", ")),
            ));
        }
        Ok(Self(said))
    }

    /// What was typed in a field.
    pub fn get(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(known, _)| *known == name);
        found.map_or("", |(_, value)| value)
    }

    /// The same with another value of a field.
    pub fn with(&self, name: &'static str, value: String) -> Self {
        let mut other = self.without(&[name]);
        other.0.push((name, value));
        other
    }

    /// The same without some fields.
    pub fn without(&self, names: &[&str]) -> Self {
        let kept = self.0.iter().filter(|(name, _)| !names.contains(name));
        Self(kept.cloned().collect())
    }

    /// What is left for another place: a footprint stays where it was drawn.
    pub fn elsewhere(&self) -> Self {
        self.without(&["predio", "punto", "poligono", FOOTPRINT])
    }

    /// The same about the place alone.
    pub fn of_the_place(&self) -> Self {
        let kept = |name: &str| PLACES.contains(&name) || TIMES.contains(&name);
        Self(
            self.0
                .iter()
                .filter(|(name, _)| kept(name))
                .cloned()
                .collect(),
        )
    }

    /// Whether it says where.
    pub fn has_place(&self) -> bool {
        PLACES.iter().any(|name| !self.get(name).is_empty())
    }

    /// A name under which what is typed about this place is kept.
    pub fn key(&self) -> String {
        let place = PLACES.iter().map(|name| self.get(name)).collect::<String>();
        format!("control-{}", place.chars().take(60).collect::<String>())
    }

    /// All that was typed, for hidden fields.
    pub fn fields(&self) -> &[(&'static str, String)] {
        &self.0
    }

    /// As an address below a page; none where it would be too long for one.
    pub fn address(&self, page: &str) -> Option<String> {
        let query = serde_urlencoded::to_string(&self.0).ok()?;
        let address = if query.is_empty() {
            page.to_owned()
        } else {
            format!("{page}?{query}")
        };
        (address.len() <= ADDRESS_BYTES_MAX).then_some(address)
    }

    /// What is proposed in words, for the answer's page: labels and values.
    pub fn proposed(&self) -> Vec<(&'static str, String)> {
        let mut lines = Vec::new();
        for (name, value) in &self.0 {
            let value = shortened(value);
            match *name {
                "actividad_ciiu" => lines.push(("Actividad (CIIU)", value)),
                "uso" => lines.push(("Uso", value)),
                name => {
                    if let Some(number) = NUMBERS.iter().find(|number| number.name == name) {
                        lines.push((number.label, format!("{value} {}", number.unit)));
                    }
                }
            }
        }
        lines
    }

    /// The footprint in metres of the official system.
    pub fn footprint(&self) -> Result<Option<Polygon<f64>>, Problem> {
        match self.get(FOOTPRINT) {
            "" => Ok(None),
            text => {
                let corners = corners(text, "Huella del edificio")?;
                Ok(Some(Polygon::new(LineString(corners), Vec::new())))
            }
        }
    }

    /// What the office is asked.
    pub fn request(&self) -> Result<CheckRequest, Problem> {
        let text = |name: &str| Some(self.get(name).to_owned()).filter(|text| !text.is_empty());
        let mut request = CheckRequest {
            predio: text("predio").map(|code| code.to_uppercase()),
            fecha: self.day()?,
            conocido_a: self.known_at()?,
            propuesta: Some(self.proposal()?).filter(|proposal| !proposal.is_empty()),
            ..CheckRequest::default()
        };
        if let Some(at) = text("punto") {
            let mut places = [corner(&at).ok_or_else(|| no_place("Punto", &at))?];
            place::lon_lat(&mut places)?;
            request.punto = Some([places[0].x, places[0].y]);
        }
        if let Some(text) = text("poligono") {
            request.geometria = Some(Shape::Polygon(degrees(corners(&text, "Polígono")?)?));
        }
        Ok(request)
    }

    /// The proposal, as a check takes it.
    pub fn proposal(&self) -> Result<Map<String, Value>, Problem> {
        let mut proposal = Map::new();
        for name in TEXTS {
            if !self.get(name).is_empty() {
                proposal.insert(name.to_owned(), json!(self.get(name)));
            }
        }
        let mut setbacks = Map::new();
        for known in &NUMBERS {
            let typed = self.get(known.name);
            if typed.is_empty() {
                continue;
            }
            let value = json!(number(typed).ok_or_else(|| no_number(known.label, typed))?);
            match SETBACKS.iter().find(|(name, _)| *name == known.name) {
                Some((_, member)) => setbacks.insert((*member).to_owned(), value),
                None => proposal.insert(known.name.to_owned(), value),
            };
        }
        if !setbacks.is_empty() {
            proposal.insert("retiros_m".to_owned(), Value::Object(setbacks));
        }
        if !self.get(FOOTPRINT).is_empty() {
            let rings = degrees(corners(self.get(FOOTPRINT), "Huella del edificio")?)?;
            let drawn = json!({"type": "Polygon", "coordinates": rings});
            proposal.insert(FOOTPRINT.to_owned(), drawn);
        }
        Ok(proposal)
    }

    fn day(&self) -> Result<Option<NaiveDate>, Problem> {
        let typed = self.get("fecha");
        if typed.is_empty() {
            return Ok(None);
        }
        let day = typed.parse().ok();
        let day = day.or_else(|| NaiveDate::parse_from_str(typed, "%d/%m/%Y").ok());
        day.map(Some).ok_or_else(|| {
            Problem::new(
                Kind::BadRequest,
                format!("«{}» no es un día.", shortened(typed)),
                "Escríbalo como 26/11/2026.",
            )
        })
    }

    fn known_at(&self) -> Result<Option<DateTime<Utc>>, Problem> {
        let typed = self.get("conocido_a");
        if typed.is_empty() {
            return Ok(None);
        }
        if let Ok(at) = DateTime::parse_from_rfc3339(typed) {
            return Ok(Some(at.to_utc()));
        }
        let forms = ["%d/%m/%Y %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"];
        let mut read = forms.iter();
        let at = read.find_map(|form| NaiveDateTime::parse_from_str(typed, form).ok());
        let at = at.and_then(|at| at.and_utc().checked_add_signed(LIMA_IS_BEHIND));
        at.map(Some).ok_or_else(|| {
            Problem::new(
                Kind::BadRequest,
                format!("«{}» no es un momento.", shortened(typed)),
                "Escríbalo en hora de Lima, como 26/11/2026 15:04, o como lo dice un recibo.",
            )
        })
    }
}

/// A problem with the names that the form has for what is wrong.
pub fn in_words(mut problem: Problem) -> Problem {
    for number in &NUMBERS {
        let setback = SETBACKS.iter().find(|(name, _)| *name == number.name);
        let member = setback.map_or_else(
            || number.name.to_owned(),
            |(_, member)| format!("retiros_m.{member}"),
        );
        let label = format!("«{}»", number.label);
        problem.title = problem.title.replace(&format!("«{member}»"), &label);
    }
    problem
}

fn known() -> impl Iterator<Item = &'static str> {
    let numbers = NUMBERS.iter().map(|number| number.name);
    PLACES
        .into_iter()
        .chain(TEXTS)
        .chain(numbers)
        .chain([FOOTPRINT])
        .chain(TIMES)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(fields: &[(&str, &str)]) -> Question {
        let pairs: Vec<(String, String)> = fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        Question::read(&pairs).expect("a question")
    }

    #[test]
    fn a_question_goes_into_an_address_and_comes_back() {
        let asked = question(&[
            ("predio", "22010101001001"),
            ("uso", "vivienda & «tienda»"),
            ("pisos", ""),
            ("retiro_frontal_m", "3"),
            (
                "huella",
                "281580.5 9332796.25\r\n281590 9332796\n281590 9332806",
            ),
        ]);
        let address = asked.address("/control-urbano/respuesta").expect("short");
        let query = address.split_once('?').expect("a query").1;
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).expect("pairs");
        let again = Question::read(&pairs).expect("a question");
        assert_eq!(again.fields(), asked.fields());
        let request = again.request().expect("a request");
        let proposal = request.propuesta.expect("a proposal");
        assert_eq!(proposal["retiros_m"], json!({"frontal": 3.0}));
        let ring = proposal["huella"]["coordinates"][0]
            .as_array()
            .map(Vec::len);
        assert_eq!(ring, Some(4), "it is closed");
        assert!(proposal.get("pisos").is_none());
    }

    #[test]
    fn what_is_typed_wrong_is_said_with_its_field() {
        let refused = |fields: &[(&str, &str)]| {
            let problem = question(fields).request().expect_err("refused");
            format!("{problem}")
        };
        assert!(refused(&[("predio", "1"), ("pisos", "dos")]).contains("«dos», en «Pisos»"));
        assert!(refused(&[("punto", "aquí")]).contains("«aquí» no es un lugar"));
        assert!(refused(&[("poligono", "1 1\n2 2")]).contains("faltan esquinas"));
        assert!(refused(&[("fecha", "ayer")]).contains("«ayer» no es un día"));
        assert!(refused(&[("conocido_a", "ayer")]).contains("«ayer» no es un momento"));
        let at = question(&[("conocido_a", "26/11/2026 19:30")]).request();
        let at = at.expect("a request").conocido_a.map(|at| at.to_rfc3339());
        assert_eq!(at.as_deref(), Some("2026-11-27T00:30:00+00:00"));
    }
}
