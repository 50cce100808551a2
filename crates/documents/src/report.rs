//! The paper of a report by thematic axis.

use chrono::{Datelike, NaiveDate};
use serde::Serialize;

use crate::{
    parcel::NAME_MAX,
    press::{Document, Misprint, Template},
    text::{shown, whole},
    words::day,
};

/// A report that is signed.
#[derive(Clone, Debug)]
pub struct ReportSheet {
    /// What it is known by.
    pub code: String,
    /// Its title.
    pub title: String,
    /// The province.
    pub province: String,
    /// Its period in words.
    pub period: String,
    /// The names of its axes.
    pub axes: String,
    /// The report before it; none where there is none.
    pub previous: Option<String>,
    /// What it says, by axis.
    pub sections: Vec<ReportSection>,
    /// Who drafted it.
    pub drafted_by: String,
    /// Who signs it, and as what.
    pub signed_by: (String, String),
    /// The day of its signature.
    pub issued_on: NaiveDate,
    /// The last change of the land that it saw.
    pub version: i64,
    /// Where anybody verifies it.
    pub address: String,
    /// What proves it: names and values.
    pub proof: Vec<[String; 2]>,
    /// Whether its figures are made up.
    pub demonstration: bool,
}

/// What it says of one axis.
#[derive(Clone, Debug)]
pub struct ReportSection {
    /// The axis.
    pub name: String,
    /// Plain paragraphs.
    pub text: String,
    /// Its indicators.
    pub indicators: Vec<ReportIndicator>,
}

/// The values of one indicator.
#[derive(Clone, Debug)]
pub struct ReportIndicator {
    /// What it is called.
    pub name: String,
    /// Its unit.
    pub unit: String,
    /// The period of the values.
    pub period: String,
    /// The target, with its period.
    pub target: Option<(f64, String)>,
    /// Its values, by place.
    pub rows: Vec<ReportRow>,
}

/// A value at a place.
#[derive(Clone, Debug)]
pub struct ReportRow {
    /// The place.
    pub place: String,
    /// The value, in the unit of its indicator.
    pub value: f64,
    /// The value of the period before.
    pub before: Option<f64>,
    /// The later less the earlier.
    pub difference: Option<f64>,
    /// Where it comes from, in words.
    pub origin: String,
}

/// Letters of the text of a section.
const TEXT_MAX: usize = 8_000;

#[derive(Serialize)]
struct Data {
    predio: About,
    codigo: String,
    titulo: String,
    provincia: String,
    periodo: String,
    ejes: String,
    anterior: String,
    fecha: String,
    version_datos: i64,
    secciones: Vec<Section>,
    elaborado_por: String,
    firmado_por: String,
    cargo: String,
    direccion: String,
    firma: Vec<[String; 2]>,
}

/// What the style of all documents asks for.
#[derive(Serialize)]
struct About {
    municipio: String,
    demostracion: bool,
    fecha_partes: [i32; 3],
}

#[derive(Serialize)]
struct Section {
    nombre: String,
    parrafos: Vec<String>,
    indicadores: Vec<Indicator>,
}

#[derive(Serialize)]
struct Indicator {
    nombre: String,
    detalle: String,
    filas: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    lugar: String,
    valor: String,
    /// Its share of the largest of its indicator.
    barra: f64,
    anterior: String,
    diferencia: String,
    origen: String,
}

/// A report with its tables and bars.
pub fn report(sheet: &ReportSheet) -> Result<Document, Misprint> {
    let on = sheet.issued_on;
    let part = |part: u32| i32::try_from(part).unwrap_or(1);
    let (name, post) = &sheet.signed_by;
    Document::new(
        Template::Report,
        &Data {
            predio: About {
                municipio: String::new(),
                demostracion: sheet.demonstration,
                fecha_partes: [on.year(), part(on.month()), part(on.day())],
            },
            codigo: sheet.code.clone(),
            titulo: shown(&sheet.title, 160),
            provincia: shown(&sheet.province, NAME_MAX),
            periodo: sheet.period.clone(),
            ejes: whole(&sheet.axes, 400),
            anterior: sheet
                .previous
                .clone()
                .unwrap_or_else(|| "no hay uno firmado".to_owned()),
            fecha: day(on),
            version_datos: sheet.version,
            secciones: sheet.sections.iter().map(section).collect(),
            elaborado_por: shown(&sheet.drafted_by, 300),
            firmado_por: shown(name, NAME_MAX),
            cargo: shown(post, 120),
            direccion: whole(&sheet.address, 300),
            firma: sheet
                .proof
                .iter()
                .map(|[name, value]| [name.clone(), whole(value, 300)])
                .collect(),
        },
    )
}

fn section(section: &ReportSection) -> Section {
    let paragraphs = section.text.split('\n').map(str::trim);
    Section {
        nombre: shown(&section.name, 120),
        parrafos: paragraphs
            .filter(|paragraph| !paragraph.is_empty())
            .map(|paragraph| whole(paragraph, TEXT_MAX))
            .collect(),
        indicadores: section.indicators.iter().map(indicator).collect(),
    }
}

fn indicator(one: &ReportIndicator) -> Indicator {
    let largest = one
        .rows
        .iter()
        .map(|row| row.value.abs())
        .fold(0.0, f64::max);
    let target = one
        .target
        .as_ref()
        .map(|(value, period)| format!(" · Meta de {period}: {}", number(*value)))
        .unwrap_or_default();
    let or_dash = |value: Option<f64>| value.map_or_else(|| "—".to_owned(), number);
    Indicator {
        nombre: shown(&one.name, 160),
        detalle: format!("{} · {}{target}", shown(&one.unit, 40), one.period),
        filas: one
            .rows
            .iter()
            .map(|row| Row {
                lugar: shown(&row.place, NAME_MAX),
                valor: number(row.value),
                // Thousandths are finer than a printer.
                barra: if largest > 0.0 {
                    (row.value.abs() / largest * 1_000.0).round() / 1_000.0
                } else {
                    0.0
                },
                anterior: or_dash(row.before),
                diferencia: or_dash(row.difference),
                origen: whole(&row.origin, 200),
            })
            .collect(),
    }
}

/// A number with at most two decimals, thousands apart.
fn number(value: f64) -> String {
    let plain = format!("{:.2}", value.abs());
    let plain = plain.trim_end_matches('0').trim_end_matches('.');
    let (whole, rest) = plain.split_at(plain.find('.').unwrap_or(plain.len()));
    let mut text = String::new();
    if value < 0.0 && plain != "0" {
        text.push('-');
    }
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet() -> ReportSheet {
        ReportSheet {
            code: "2026-T2".to_owned(),
            title: "Informe #let x = 1 $y$".to_owned(),
            province: "Moyobamba".to_owned(),
            period: "segundo trimestre de 2026".to_owned(),
            axes: "Desarrollo urbano".to_owned(),
            previous: None,
            sections: vec![ReportSection {
                name: "Desarrollo urbano".to_owned(),
                text: "Un párrafo.\n\nOtro con #panic() y *asteriscos*.".to_owned(),
                indicators: vec![ReportIndicator {
                    name: "Predios".to_owned(),
                    unit: "predios".to_owned(),
                    period: "2026-T2".to_owned(),
                    target: Some((2_000.0, "2026".to_owned())),
                    rows: vec![ReportRow {
                        place: "Provincia".to_owned(),
                        value: 1_234.5,
                        before: Some(1_000.0),
                        difference: Some(234.5),
                        origin: "calculado".to_owned(),
                    }],
                }],
            }],
            drafted_by: "Una".to_owned(),
            signed_by: ("Otra".to_owned(), "Jefa".to_owned()),
            issued_on: NaiveDate::from_ymd_opt(2026, 7, 10).unwrap_or_default(),
            version: 12,
            address: "/informes/2026-T2/verificacion".to_owned(),
            proof: vec![["Llave".to_owned(), "x".repeat(43)]],
            demonstration: true,
        }
    }

    #[test]
    fn the_same_report_has_the_same_bytes() {
        let print = || report(&sheet()).and_then(|document| document.pdf());
        let once = print().expect("a PDF");
        assert!(once.starts_with(b"%PDF") && print().as_ref() == Ok(&once));
    }

    #[test]
    fn numbers_are_short_and_thousands_apart() {
        for (value, text) in [
            (0.0, "0"),
            (-0.001, "0"),
            (1_234.5, "1,234.5"),
            (-125_025_000.0, "-125,025,000"),
            (99.999, "100"),
        ] {
            assert_eq!(number(value), text);
        }
    }
}
