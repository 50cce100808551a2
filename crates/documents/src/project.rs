//! The sheet of a project of investment: its data, where it lies, its progress, and its evidence with where it comes from.

use chrono::{Datelike, NaiveDate};
use domain::geometry::{areas, lines};
use geo_types::{Geometry, LineString};
use serde::Serialize;

use crate::{
    certificate::certificate_frame,
    parcel::NAME_MAX,
    plan::{
        grid::{Bar, Grid},
        metres_per_cm,
        paper::{Paper, PaperLine},
    },
    press::{Document, Misprint, Template},
    text::{shown, whole},
    words::{DATUM, day},
};

/// Rows of a table that a sheet has; of more it says how many.
const ROWS_MAX: usize = 40;
/// Letters of a value.
const VALUE_MAX: usize = 200;
/// Width and height of the plan, in millimetres: those of a certificate's map, which lays out any place.
const SIZE_MM: [f64; 2] = [174.0, 98.0];

/// A project as its sheet tells it.
#[derive(Clone, Debug)]
pub struct Project {
    /// Its code.
    pub cui: String,
    /// What it is called.
    pub name: String,
    /// Name of the municipality.
    pub municipality: String,
    /// Name of its province.
    pub province: String,
    /// Its place code.
    pub ubigeo: String,
    /// Whether it is made up.
    pub demonstration: bool,
    /// The day of which it tells.
    pub day: NaiveDate,
    /// Number of the last change that was known.
    pub version: i64,
    /// Name and value.
    pub facts: Vec<(String, String)>,
    /// Period, physical and financial progress.
    pub progress: Vec<[String; 3]>,
    /// What was computed of it.
    pub evidence: Vec<ProjectEvidence>,
    /// Its footprint in EPSG:32718.
    pub footprint: Geometry<f64>,
    /// The blocks around it.
    pub blocks: Vec<Geometry<f64>>,
    /// The streets around it, with their names.
    pub streets: Vec<(String, Geometry<f64>)>,
}

/// An answer with where it comes from.
#[derive(Clone, Debug)]
pub struct ProjectEvidence {
    /// What it is called.
    pub name: String,
    /// What is counted.
    pub explanation: String,
    /// Its columns.
    pub columns: Vec<String>,
    /// Its rows.
    pub rows: Vec<Vec<String>>,
    /// SHA-256 of the question.
    pub digest: String,
    /// The last change of the land that it read.
    pub version: i64,
    /// The day of land and law.
    pub day: NaiveDate,
}

#[derive(Serialize)]
struct Data {
    predio: About,
    titulo: String,
    cui: String,
    version_datos: i64,
    fecha: String,
    datum: &'static str,
    datos: Vec<[String; 2]>,
    mapa: Option<Map>,
    avances: Vec<[String; 3]>,
    evidencias: Vec<Told>,
}

/// What the style of all documents asks for.
#[derive(Serialize)]
struct About {
    municipio: String,
    provincia: String,
    ubigeo: String,
    demostracion: bool,
    fecha_partes: [i32; 3],
}

#[derive(Serialize)]
struct Told {
    nombre: String,
    explicacion: String,
    columnas: Vec<String>,
    filas: Vec<Vec<String>>,
    mas: usize,
    huella: String,
    version_datos: i64,
    fecha: String,
}

#[derive(Serialize)]
struct Map {
    ancho: f64,
    alto: f64,
    escala: u32,
    metros_por_cm: String,
    grilla: Grid,
    barra: Bar,
    manzanas: Vec<PaperLine>,
    vias: Vec<PaperLine>,
    superficies: Vec<PaperLine>,
    lineas: Vec<PaperLine>,
    puntos: Vec<[f64; 2]>,
}

/// The sheet of a project.
pub fn project(project: &Project) -> Result<Document, Misprint> {
    let part = |part: u32| i32::try_from(part).unwrap_or(1);
    let on = project.day;
    Document::new(
        Template::Project,
        &Data {
            predio: About {
                municipio: shown(&project.municipality, NAME_MAX),
                provincia: shown(&project.province, NAME_MAX),
                ubigeo: shown(&project.ubigeo, 6),
                demostracion: project.demonstration,
                fecha_partes: [on.year(), part(on.month()), part(on.day())],
            },
            titulo: whole(&project.name, VALUE_MAX),
            cui: shown(&project.cui, 20),
            version_datos: project.version,
            fecha: day(on),
            datum: DATUM,
            datos: project
                .facts
                .iter()
                .map(|(name, value)| [shown(name, NAME_MAX), whole(value, VALUE_MAX)])
                .collect(),
            mapa: Map::of(project),
            avances: project
                .progress
                .iter()
                .map(|line| line.each_ref().map(|cell| shown(cell, NAME_MAX)))
                .collect(),
            evidencias: project.evidence.iter().map(Told::of).collect(),
        },
    )
}

impl Told {
    fn of(evidence: &ProjectEvidence) -> Self {
        let cells = |row: &Vec<String>| -> Vec<String> {
            row.iter().map(|cell| shown(cell, VALUE_MAX)).collect()
        };
        Self {
            nombre: shown(&evidence.name, NAME_MAX),
            explicacion: whole(&evidence.explanation, 400),
            columnas: cells(&evidence.columns),
            filas: evidence.rows.iter().take(ROWS_MAX).map(cells).collect(),
            mas: evidence.rows.len().saturating_sub(ROWS_MAX),
            // Ours, and whole: it is compared letter by letter.
            huella: evidence.digest.clone(),
            version_datos: evidence.version,
            fecha: day(evidence.day),
        }
    }
}

impl Map {
    fn of(project: &Project) -> Option<Self> {
        let frame = certificate_frame(&project.footprint)?;
        let paper = Paper::of(&frame);
        let axes = |shape: &Geometry<f64>| -> Vec<PaperLine> {
            let axes = lines(shape).into_iter().flat_map(|axis| axis.0);
            axes.flat_map(|line: LineString<f64>| paper.line(&line))
                .collect()
        };
        let outlines = |shape: &Geometry<f64>| {
            let ground = areas(shape);
            ground.map_or_else(Vec::new, |ground| paper.outlines(&ground))
        };
        Some(Self {
            ancho: SIZE_MM[0],
            alto: SIZE_MM[1],
            escala: frame.denominator,
            metros_por_cm: metres_per_cm(frame.denominator),
            grilla: Grid::of(&frame, &paper),
            barra: Bar::of(frame.denominator),
            manzanas: project.blocks.iter().flat_map(outlines).collect(),
            vias: project
                .streets
                .iter()
                .flat_map(|(_, axis)| axes(axis))
                .collect(),
            superficies: outlines(&project.footprint),
            lineas: axes(&project.footprint),
            puntos: match &project.footprint {
                Geometry::Point(point) => vec![paper.place(point.0)],
                Geometry::MultiPoint(points) => {
                    points.iter().map(|point| paper.place(point.0)).collect()
                }
                _ => Vec::new(),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use geo_types::{line_string, point, polygon};

    use super::*;

    fn sheet(footprint: Geometry<f64>) -> Project {
        let day = NaiveDate::from_ymd_opt(2026, 11, 27).expect("a day");
        Project {
            cui: "2010001".to_owned(),
            name: "Pistas y veredas <#> *fuertes* $x$".to_owned(),
            municipality: "Moyobamba".to_owned(),
            province: "Moyobamba".to_owned(),
            ubigeo: "220101".to_owned(),
            demonstration: true,
            day,
            version: 7,
            facts: vec![("Fase".to_owned(), "ejecucion".to_owned())],
            progress: vec![["enero de 2026", "10.00", "5.00"].map(str::to_owned)],
            evidence: vec![ProjectEvidence {
                name: "Lotes servidos".to_owned(),
                explanation: "Lotes cerca".to_owned(),
                columns: vec!["Lotes".to_owned(), "Área".to_owned()],
                rows: vec![vec!["3".to_owned(), "450.00".to_owned()]; 50],
                digest: "a".repeat(64),
                version: 7,
                day,
            }],
            footprint,
            blocks: vec![polygon![(x: 0.0, y: 0.0), (x: 90.0, y: 0.0), (x: 90.0, y: 50.0)].into()],
            streets: vec![(
                "Jr. Uno".to_owned(),
                line_string![(x: -10.0, y: -5.0), (x: 100.0, y: -5.0)].into(),
            )],
        }
    }

    #[test]
    fn any_footprint_is_printed_and_the_same_twice() {
        for footprint in [
            point! {x: 5.0, y: 5.0}.into(),
            line_string![(x: 0.0, y: 0.0), (x: 90.0, y: 0.0)].into(),
            polygon![(x: 0.0, y: 0.0), (x: 90.0, y: 0.0), (x: 90.0, y: 50.0)].into(),
        ] {
            let sheet = sheet(footprint);
            let pdf = project(&sheet)
                .and_then(|sheet| sheet.pdf())
                .expect("a sheet");
            assert!(pdf.starts_with(b"%PDF"));
            assert_eq!(Ok(pdf), project(&sheet).and_then(|sheet| sheet.pdf()));
        }
    }
}
