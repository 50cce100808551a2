//! Networks and works of public services: features of the layer `servicios`; where works clash with each other and with
//! projects of investment, and which blocks a network reaches.

mod clashes;
mod coverage;
mod typed;
mod words;

use chrono::NaiveDate;
use domain::{
    collection::Collection,
    feature::Feature,
    id::Ubigeo,
    institute::work::{Service, WorkClass, WorkCode, WorkState},
    people::{Action, Actor},
};
use geo_types::Geometry;
use query::{Snapshot, folded};
use serde::Serialize;
use serde_json::{Value, json};
use store::Deed;

pub use self::{
    clashes::{ClashFilter, ClashShape, ClashSide, Clashes},
    coverage::{BlockReached, Coverage, CoverageLine},
    typed::ProposedWork,
};
use crate::{
    Office, Problem, data,
    features::Put,
    footprint::{self, Read},
    people::require,
};

/// A network or a work, as anybody sees it.
#[derive(Clone, Debug, Serialize)]
pub struct WorkShape {
    /// What it is known by.
    pub codigo: String,
    /// The municipality.
    pub ubigeo: String,
    /// Its name.
    pub municipio: String,
    /// `red`, `obra`.
    pub clase: String,
    /// `agua`, `desague`, `energia`, `vias`, `residuos`.
    pub servicio: String,
    /// Who gives the service.
    pub prestador: Option<String>,
    /// What it is called.
    pub nombre: String,
    /// Where it is on its way.
    pub estado: String,
    /// Its first day.
    pub inicio: Option<NaiveDate>,
    /// Its last day.
    pub fin: Option<NaiveDate>,
    /// The project of investment that it belongs to, by its CUI.
    pub inversion: Option<String>,
    /// The street along which it lies.
    pub calle: Option<String>,
    /// Whether it is made up.
    pub demostracion: bool,
    /// The change that its next editor has to have read.
    pub version: i64,
    /// Since when it is so.
    pub vigente_desde: NaiveDate,
    /// Its footprint as GeoJSON; of one only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub huella: Option<Value>,
    /// Its footprint in EPSG:32718.
    #[serde(skip)]
    pub geometry: Geometry<f64>,
}

/// What was written, and what it clashes with.
#[derive(Clone, Debug, Serialize)]
pub struct WrittenWork {
    /// The work.
    pub obra: WorkShape,
    /// Its clashes, the gravest first.
    pub choques: Vec<ClashShape>,
}

/// Which networks and works a list has.
#[derive(Clone, Default, Debug)]
pub struct WorkFilter {
    /// Of a municipality.
    pub ubigeo: Option<Ubigeo>,
    /// Networks or works.
    pub class: Option<WorkClass>,
    /// Of a service.
    pub service: Option<Service>,
    /// In a state.
    pub state: Option<WorkState>,
    /// With these words in its name, its street or its provider, or this code.
    pub words: Option<String>,
    /// After this one, as the list before ends.
    pub after: Option<String>,
}

/// A part of a list.
#[derive(Clone, Debug, Serialize)]
pub struct Works {
    /// By street and term: what has neither comes last.
    pub obras: Vec<WorkShape>,
    /// How many the filter finds.
    pub total: usize,
    /// After which code it goes on; none at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub siguiente: Option<String>,
    /// The last change of the land that it includes.
    pub version_datos: i64,
}

/// Works on one page.
const PAGE: usize = 50;
/// A work lies along a street whose axis is that near, in metres.
const STREET_M: f64 = 12.0;

impl Office {
    /// A part of the networks and works in force, by street and term.
    pub fn works(&self, filter: &WorkFilter) -> Works {
        let snapshot = self.feed.snapshot();
        let words = filter.words.as_deref().map(|words| folded(words.trim()));
        let mut found: Vec<WorkShape> = features(&snapshot, filter.ubigeo)
            .filter(|feature| filter.takes(feature))
            // The street is looked for last: a city has thousands of networks.
            .map(|feature| shape(&snapshot, feature))
            .filter(|one| words.as_deref().is_none_or(|words| one.says(words)))
            .collect();
        found.sort_by(|a, b| a.order().cmp(&b.order()));
        let total = found.len();
        if let Some(after) = &filter.after {
            // Where the one before stands now; if it is gone, from the beginning.
            let at = found.iter().position(|one| one.codigo == *after);
            found.drain(..at.map_or(0, |at| at + 1));
        }
        let more = found.len() > PAGE;
        found.truncate(PAGE);
        Works {
            total,
            siguiente: found.last().filter(|_| more).map(|one| one.codigo.clone()),
            obras: found,
            version_datos: snapshot.change.0,
        }
    }

    /// One network or work in force.
    pub fn street_work(&self, code: &str) -> Result<WorkShape, Problem> {
        let snapshot = self.feed.snapshot();
        let found = snapshot
            .feature(&Collection::Services, code)
            .ok_or_else(words::absent)?;
        let mut one = shape(&snapshot, &found);
        one.huella = Some(footprint::drawn(&one.geometry));
        Ok(one)
    }

    /// Registers a network or a work. What clashes is written only where its author has seen with what.
    pub async fn create_work(
        &self,
        actor: &Actor,
        new: &ProposedWork,
    ) -> Result<WrittenWork, Problem> {
        require(actor, Action::KeepRegister, None)?;
        let snapshot = self.feed.snapshot();
        let drawn = new.huella.as_ref().ok_or_else(words::no_footprint)?;
        let geometry = footprint::official(drawn)?;
        let said = new.codigo.as_deref().map(str::trim);
        let said = said.filter(|code| !code.is_empty());
        let code = if let Some(code) = said {
            let code: WorkCode = code.parse().map_err(|_| words::no_code(code))?;
            footprint::municipality(&snapshot, &geometry, Some(code.ubigeo()))?;
            code
        } else {
            let ubigeo = footprint::municipality(&snapshot, &geometry, new.ubigeo)?;
            next_code(&snapshot, ubigeo, new.class()?).ok_or_else(words::no_more_codes)?
        };
        let reason = new.motivo.as_deref().unwrap_or("Alta de la obra o red");
        self.put_work(actor, &code, new, (geometry, None), reason)
            .await
    }

    /// Changes a network or a work; a footprint that is not said stays.
    pub async fn change_work(
        &self,
        actor: &Actor,
        code: &str,
        new: &ProposedWork,
    ) -> Result<WrittenWork, Problem> {
        require(actor, Action::KeepRegister, None)?;
        let code: WorkCode = code.parse().map_err(|_| words::absent())?;
        let said = new.codigo.as_deref().unwrap_or_default();
        if !said.is_empty() && said != code.as_str() {
            return Err(words::other_code());
        }
        let version = new.version.ok_or_else(words::no_version)?;
        let reason = footprint::told(new.motivo.as_deref().unwrap_or_default(), "motivo", 3..=500)?;
        let snapshot = self.feed.snapshot();
        let standing = snapshot
            .feature(&Collection::Services, code.as_str())
            .ok_or_else(words::absent)?;
        let geometry = match &new.huella {
            Some(drawn) => footprint::official(drawn)?,
            None => standing.geometry.clone(),
        };
        self.put_work(actor, &code, new, (geometry, Some(version)), &reason)
            .await
    }

    async fn put_work(
        &self,
        actor: &Actor,
        code: &WorkCode,
        new: &ProposedWork,
        (geometry, after): (Geometry<f64>, Option<i64>),
        reason: &str,
    ) -> Result<WrittenWork, Problem> {
        let mut attributes = new.attributes(code)?;
        let snapshot = self.feed.snapshot();
        if let Some(cui) = attributes.get("inversion").and_then(Value::as_str)
            && snapshot.feature(&Collection::Investments, cui).is_none()
        {
            return Err(words::no_investment(cui));
        }
        let standing = snapshot.feature(&Collection::Services, code.as_str());
        if standing.is_some() && after.is_none() {
            return Err(words::known(code));
        }
        // What else a file brought stays.
        if let Some(standing) = standing {
            for (name, value) in footprint::members(&standing.attributes) {
                if !typed::NAMES.contains(&name.as_str()) {
                    attributes.entry(name).or_insert(value);
                }
            }
        }
        let rules = data::work_rules()?;
        let proposed = Feature {
            ubigeo: code.ubigeo(),
            code: code.as_str().into(),
            geometry: geometry.clone(),
            attributes: Value::Object(attributes.clone()).to_string().into(),
            valid_from: NaiveDate::default(),
            change: snapshot.change,
        };
        let clashes = clashes::of_one(&snapshot, &proposed, &rules);
        if !clashes.is_empty() && !new.aceptar_choques {
            return Err(words::clashes(&clashes));
        }
        let put = Put {
            collection: &Collection::Services,
            ubigeo: code.ubigeo(),
            code: code.as_str(),
            attributes,
            geometry,
            after,
            reason,
        };
        let against: Vec<&str> = clashes
            .iter()
            .flat_map(|clash| [clash.primera.codigo.as_str(), clash.segunda.codigo.as_str()])
            .filter(|other| *other != code.as_str())
            .collect();
        let deed = Deed {
            action: if after.is_none() {
                "obra.alta"
            } else {
                "obra.cambio"
            },
            ubigeo: Some(code.ubigeo()),
            object: format!("obra/{code}"),
            content: json!({"codigo": code.as_str(), "motivo": reason, "choca_con": against}),
        };
        self.put_feature(actor, put, deed).await?;
        Ok(WrittenWork {
            obra: self.street_work(code.as_str())?,
            choques: clashes,
        })
    }
}

impl WorkFilter {
    /// Whether what is kept of a feature is asked for.
    fn takes(&self, feature: &Feature) -> bool {
        let read = Read::of(&feature.attributes);
        let is = |name: &str, asked: Option<&'static str>| {
            asked.is_none_or(|asked| read.text(name).as_deref() == Some(asked))
        };
        is("clase", self.class.map(WorkClass::name))
            && is("servicio", self.service.map(Service::name))
            && is("estado", self.state.map(WorkState::name))
    }
}

impl WorkShape {
    /// In which order it is listed.
    fn order(&self) -> (bool, Option<&str>, bool, Option<NaiveDate>, &str) {
        let (street, start) = (self.calle.as_deref(), self.inicio);
        let (no_street, no_start) = (street.is_none(), start.is_none());
        (no_street, street, no_start, start, self.codigo.as_str())
    }

    fn says(&self, words: &str) -> bool {
        let texts = [
            Some(&self.nombre),
            Some(&self.codigo),
            self.calle.as_ref(),
            self.prestador.as_ref(),
        ];
        let mut texts = texts.into_iter().flatten();
        texts.any(|text| folded(text).contains(words))
    }
}

fn features(snapshot: &Snapshot, ubigeo: Option<Ubigeo>) -> impl Iterator<Item = &Feature> {
    snapshot
        .municipalities
        .iter()
        .filter(move |(known, _)| ubigeo.is_none_or(|asked| asked == **known))
        .filter_map(|(_, land)| land.layer(&Collection::Services))
        .flat_map(query::Layer::features)
}

/// The code after the last one of its class.
fn next_code(snapshot: &Snapshot, ubigeo: Ubigeo, class: WorkClass) -> Option<WorkCode> {
    let known = features(snapshot, Some(ubigeo))
        .filter_map(|feature| feature.code.parse::<WorkCode>().ok())
        .filter(|code| code.class() == class);
    let last = known.map(|code| code.number()).max().unwrap_or_default();
    WorkCode::new(ubigeo, class, last + 1)
}

fn shape(snapshot: &Snapshot, feature: &Feature) -> WorkShape {
    let read = Read::of(&feature.attributes);
    WorkShape {
        codigo: feature.code.to_string(),
        ubigeo: feature.ubigeo.to_string(),
        municipio: snapshot.municipalities.get(&feature.ubigeo).map_or_else(
            || feature.ubigeo.to_string(),
            |land| land.municipality.name.clone(),
        ),
        clase: read.text("clase").unwrap_or_default(),
        servicio: read.text("servicio").unwrap_or_default(),
        prestador: read.text("prestador"),
        nombre: read
            .text("nombre")
            .unwrap_or_else(|| "Sin nombre".to_owned()),
        estado: read.text("estado").unwrap_or_default(),
        inicio: read.day("inicio"),
        fin: read.day("fin"),
        inversion: read.text("inversion"),
        calle: footprint::street(snapshot, feature.ubigeo, &feature.geometry, STREET_M),
        demostracion: read.truth("demostracion"),
        version: feature.change.0,
        vigente_desde: feature.valid_from,
        huella: None,
        geometry: feature.geometry.clone(),
    }
}
