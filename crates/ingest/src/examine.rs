//! The two readings of a file: its codes first, then its rows.

use std::ops::ControlFlow;

use domain::{
    collection::{Collection, ShapeKind},
    geometry::PreparedArea,
    id::Ubigeo,
    survey::{
        AreaTable, Catalogue, Finding, RawShape, RuleCode, Severity, Tally,
        fabric::Lot,
        rules::{self, declared_area, plausible::AttributeLimits},
    },
};
use geo_types::{Coord, Geometry};
use gis::file::{Row, ShapeValue, Want};
use rules::repeated::Census;
use serde::{Deserialize, Serialize};
use store::copy::StagedEncoder;

use crate::{
    Batch, Refusal,
    load::Loader,
    normalise::{self, Name, digest},
    notes::Notes,
    open::{CodeCensus, Opened},
};

/// How far the work is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Stage {
    /// The codes of the file are being counted.
    Codes,
    /// Its rows are being read and checked.
    Rows,
}

/// Against what a file is examined.
pub struct Settings<'a> {
    /// The layer it is for.
    pub collection: &'a Collection,
    /// The municipality it is for.
    pub ubigeo: Ubigeo,
    /// The municipality's outline.
    pub outline: &'a PreparedArea,
    /// What findings weigh.
    pub catalogue: &'a Catalogue,
    /// How much a declared area may differ from the measured one.
    pub areas: &'a AreaTable,
    /// Between what limits the numbers of attributes are believed.
    pub limits: &'a AttributeLimits,
    /// How accepted rows are written.
    pub encoder: &'a StagedEncoder,
}

/// What came of it.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Examination {
    /// Rows in the file.
    pub read: u64,
    /// Rows without an error of their own.
    pub accepted: u64,
    /// What was found, counted.
    pub tally: Tally,
    /// What was found, as many as are kept.
    pub findings: Vec<Finding>,
}

impl Examination {
    fn add(&mut self, finding: Finding) {
        if self.findings.len() < FINDINGS_MAX {
            self.findings.push(finding.clone());
        }
        self.tally.add(finding);
    }
}

/// Findings of single rows that are kept one by one; all are counted. Nobody reads more, and a file in which every row
/// is wrong is told by its first ones.
const FINDINGS_MAX: usize = 50_000;

/// Rows between two reports of progress: some hundred a second.
const PROGRESS_EVERY: u64 = 512;

impl Opened {
    /// First reading: which codes or references stand in more than one row.
    pub fn census(
        &self,
        collection: &Collection,
        ubigeo: Ubigeo,
        mut progress: impl FnMut(Stage, u64),
    ) -> Result<CodeCensus, Refusal> {
        let mut census = Census::default();
        let mut read = 0;
        let of_code = &self.columns.wanted[..self.columns.of_code];
        if !of_code.is_empty() {
            self.source.rows(of_code, Want::Attributes, |row: Row| {
                read += 1;
                if read % PROGRESS_EVERY == 0 {
                    progress(Stage::Codes, read);
                }
                if let Ok(name) =
                    normalise::name(&row.values, &self.columns, collection, ubigeo, row.number)
                    && !name.text().is_empty()
                {
                    census.add(digest(&[name.text().as_bytes()]), row.number);
                }
                ControlFlow::Continue(())
            })?;
        }
        Ok(CodeCensus(census))
    }

    /// Second reading: checks each row, and hands the accepted ones to `send` as the bytes of a COPY.
    ///
    /// # Errors
    /// When the file breaks off, is of another kind or lies elsewhere. Findings are no errors.
    pub fn examine(
        &mut self,
        codes: &CodeCensus,
        settings: &Settings<'_>,
        mut send: impl FnMut(Batch) -> Result<(), Refusal>,
        mut progress: impl FnMut(Stage, u64),
    ) -> Result<Examination, Refusal> {
        let Some(read_in) = &self.read_in else {
            return Err(Refusal::NoCrs {
                layer: self.source.layer_name().to_owned(),
            });
        };
        let mut examiner = Examiner {
            columns: &self.columns,
            codes,
            settings,
            transform: &read_in.to_official,
            shapes: Census::default(),
            loader: Loader::new(settings.encoder),
            result: Examination::default(),
            outside: 0,
            placed: 0,
            outside_at: None,
            json: String::new(),
            notes: Notes::of(self.source.notes(), &read_in.to_official),
        };
        for finding in std::mem::take(&mut examiner.notes.of_none) {
            examiner.result.add(finding);
        }
        let mut failed = None;
        self.source
            .rows(&self.columns.wanted, Want::AttributesAndShape, |row| {
                if examiner.result.read.is_multiple_of(PROGRESS_EVERY) {
                    progress(Stage::Rows, examiner.result.read);
                }
                match examiner.row(row, &mut send) {
                    Ok(()) => ControlFlow::Continue(()),
                    Err(refusal) => {
                        failed = Some(refusal);
                        ControlFlow::Break(())
                    }
                }
            })?;
        if let Some(refusal) = failed {
            return Err(refusal);
        }
        progress(Stage::Rows, examiner.result.read);
        let crs = read_in.label.clone();
        examiner.finish(&self.source, crs, &mut send)
    }
}

pub(crate) struct Examiner<'a> {
    columns: &'a crate::columns::Columns,
    codes: &'a CodeCensus,
    settings: &'a Settings<'a>,
    transform: &'a gis::crs::ToOfficial,
    shapes: Census,
    loader: Loader<'a>,
    result: Examination,
    outside: u64,
    placed: u64,
    outside_at: Option<Coord<f64>>,
    json: String,
    notes: Notes,
}

impl<'a> Examiner<'a> {
    /// For one row that comes from no file.
    pub(crate) fn of_one(
        columns: &'a crate::columns::Columns,
        codes: &'a CodeCensus,
        settings: &'a Settings<'a>,
        transform: &'a gis::crs::ToOfficial,
    ) -> Self {
        Self {
            columns,
            codes,
            settings,
            transform,
            shapes: Census::default(),
            loader: Loader::new(settings.encoder),
            result: Examination::default(),
            outside: 0,
            placed: 0,
            outside_at: None,
            json: String::new(),
            notes: Notes::default(),
        }
    }

    /// Hands over what is left, and ends.
    pub(crate) fn finish_one(
        mut self,
        send: &mut dyn FnMut(Batch) -> Result<(), Refusal>,
    ) -> Result<Examination, Refusal> {
        self.loader.finish(send)?;
        Ok(self.result)
    }

    pub(crate) fn row(
        &mut self,
        row: Row,
        send: &mut dyn FnMut(Batch) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        self.result.read += 1;
        let number = row.number;
        let settings = self.settings;
        let mut found = self.notes.of_rows.remove(&number).unwrap_or_default();

        let mut json = std::mem::take(&mut self.json);
        let declared_area_m2 = normalise::attributes(
            &row.values,
            self.columns,
            settings.limits,
            number,
            &mut json,
            &mut found,
        );
        let name = normalise::name(
            &row.values,
            self.columns,
            settings.collection,
            settings.ubigeo,
            number,
        );
        let name = name.map_err(|finding| found.push(*finding)).ok();
        let repeated = name
            .as_ref()
            .is_some_and(|name| self.repetition(name, number, &mut found));
        // Of two rows with one code neither is believed: the first is kept out too, though the finding names the second.
        let disputed = repeated && matches!(name, Some(Name::Code(_)));

        let shape = self
            .shape(row.shape, number)
            .map_err(|finding| {
                if finding.rule != RuleCode::EmptyShape || !found.iter().any(tells_of_no_shape) {
                    found.push(*finding);
                }
            })
            .ok();
        let shape = shape.map(|geometry| {
            let digest = shape_digest(&geometry);
            (geometry, digest)
        });
        let mut again = false;
        if let Some((geometry, digest)) = &shape {
            if let Some(first) = self.shapes.add(*digest, number) {
                again = true;
                found.push(
                    rules::repeated::repeated(RuleCode::RepeatedShape, "", number, first)
                        .at(rules::place::middle(geometry)),
                );
            }
            self.placed += 1;
            if let Some(finding) = rules::place::place(geometry, settings.outline, number) {
                self.outside += 1;
                self.outside_at = finding.at;
                found.push(finding);
            }
        }

        let code = name
            .zip(shape.as_ref())
            .map(|(name, (_, digest))| self.code(name, repeated, *digest, again));
        if let Some((Geometry::MultiPolygon(shape), _)) = &shape
            && settings.collection.has_fabric()
        {
            let lot = Lot {
                row: number,
                code: code.as_deref().unwrap_or_default(),
                shape,
                declared_area_m2,
            };
            found.extend(self.of_parcel(&lot));
        }
        let severity = |finding: &Finding| settings.catalogue.severity_of(finding);
        let accepted = !disputed
            && !found
                .iter()
                .any(|finding| severity(finding) == Severity::Error);
        for mut finding in found {
            if finding.code.as_deref().unwrap_or_default().is_empty() {
                finding.code.clone_from(&code);
            }
            self.result.add(finding);
        }
        if let (true, Some(code), Some((geometry, digest))) = (accepted, code, shape) {
            self.result.accepted += 1;
            let base = normalise::base(&row.values, self.columns);
            self.loader
                .take((number, base), &code, &json, &geometry, digest, send)?;
        }
        self.json = json;
        Ok(())
    }

    /// The code under which a row is kept. Where its reference is not its own, the shape tells it apart, and `again` says
    /// that the shape was there before.
    fn code(&self, name: Name, repeated: bool, digest: u128, again: bool) -> String {
        let reference = match name {
            Name::Code(code) => return code,
            Name::Reference(reference) => reference,
        };
        let is_own = !reference.is_empty() && !repeated;
        let times = if again { self.shapes.times(digest) } else { 0 };
        normalise::provisional(
            self.settings.collection,
            self.settings.ubigeo,
            &reference,
            (!is_own).then_some((digest, times)),
        )
    }

    /// What the rules say of one parcel, block or sector by itself.
    fn of_parcel(&self, lot: &Lot<'_>) -> impl Iterator<Item = Finding> + use<> {
        let tolerances = self.settings.catalogue.tolerances();
        // Codes of lots are those of the urban cadastre; the rural one has units of its own.
        let nature = declared_area::Nature::Urban;
        let of_area = declared_area::declared_area(lot, nature, self.settings.areas);
        rules::parcel(lot, tolerances).chain(of_area)
    }

    /// Says that a code or reference stands in more than one row, once for each row beyond the first.
    fn repetition(&self, name: &Name, row: u64, found: &mut Vec<Finding>) -> bool {
        let text = name.text();
        let Some(first) = self.codes.0.repeated(digest(&[text.as_bytes()])) else {
            return false;
        };
        let rule = match name {
            Name::Code(_) => RuleCode::RepeatedCode,
            Name::Reference(_) => RuleCode::RepeatedReference,
        };
        if first != row {
            found.push(rules::repeated::repeated(rule, text, row, first));
        }
        true
    }

    fn shape(&self, shape: ShapeValue, row: u64) -> Result<Geometry<f64>, Box<Finding>> {
        let raw = match shape {
            ShapeValue::None | ShapeValue::NotRead => RawShape::Missing,
            ShapeValue::Empty => RawShape::Empty,
            ShapeValue::Unsupported(kind) => RawShape::Unsupported(kind),
            ShapeValue::TooManyVertices(vertices) => RawShape::TooLarge(vertices),
            ShapeValue::Geometry(mut geometry) => match self.transform.apply(&mut geometry) {
                Ok(()) => RawShape::Geometry(geometry),
                Err(_) => RawShape::NoSuchPlace,
            },
        };
        rules::shape::shape(raw, self.settings.collection.shapes(), row)
    }

    fn finish(
        mut self,
        source: &gis::file::Source,
        crs: String,
        send: &mut dyn FnMut(Batch) -> Result<(), Refusal>,
    ) -> Result<Examination, Refusal> {
        if self.result.read == 0 {
            return Err(Refusal::Empty {
                layer: source.layer_name().to_owned(),
            });
        }
        if self.result.tally.count(RuleCode::ShapeKind) == self.result.read {
            return Err(self.wrong_shapes());
        }
        if let Some(at) = self.outside_at
            && self.outside as f64 > rules::place::ELSEWHERE_SHARE * self.placed as f64
        {
            return Err(Refusal::Elsewhere {
                ubigeo: self.settings.ubigeo,
                outside: self.outside,
                placed: self.placed,
                at,
                crs,
            });
        }
        self.loader.finish(send)?;
        Ok(self.result)
    }

    fn wrong_shapes(&self) -> Refusal {
        let found = self
            .result
            .tally
            .entries()
            .find(|(rule, _)| *rule == RuleCode::ShapeKind)
            .and_then(|(_, entry)| entry.examples.first())
            .and_then(|finding| {
                finding
                    .values
                    .iter()
                    .find(|(place, _)| *place == "encontrado")
            })
            .map(|(_, value)| value.clone())
            .unwrap_or_default();
        let expected = match self.settings.collection.shapes() {
            ShapeKind::Areas => "polígonos",
            ShapeKind::Lines => "líneas",
            ShapeKind::Any => "puntos, líneas o polígonos",
        };
        Refusal::WrongShapes {
            collection: self.settings.collection.clone(),
            expected: expected.to_owned(),
            found,
        }
    }
}

/// Whether a finding already says why there is no shape.
fn tells_of_no_shape(finding: &Finding) -> bool {
    matches!(
        finding.rule,
        RuleCode::BrokenVertices | RuleCode::InvalidShape
    )
}

/// Digest of a shape's coordinates, ring by ring.
pub(crate) fn shape_digest(geometry: &Geometry<f64>) -> u128 {
    use geo_types::LineString;
    let mut bytes = Vec::with_capacity(512);
    let mut line = |line: &LineString<f64>| {
        bytes.extend_from_slice(&(line.0.len() as u64).to_le_bytes());
        for coord in &line.0 {
            bytes.extend_from_slice(&coord.x.to_le_bytes());
            bytes.extend_from_slice(&coord.y.to_le_bytes());
        }
    };
    match geometry {
        Geometry::MultiPolygon(polygons) => {
            for polygon in polygons {
                line(polygon.exterior());
                polygon.interiors().iter().for_each(&mut line);
            }
        }
        Geometry::MultiLineString(lines) => lines.iter().for_each(&mut line),
        other => {
            use geo::CoordsIter;
            line(&LineString(other.coords_iter().collect()));
        }
    }
    digest(&[&bytes])
}
