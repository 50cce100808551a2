//! Works that clash: on the same ground, by their terms. The tree of the snapshot says what is near.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::{
    collection::Collection,
    feature::Feature,
    geometry::{apart_m, bounds},
    id::Ubigeo,
    institute::work::{ClashKind, Term, WorkRules, clash},
};
use geo_types::Geometry;
use query::Snapshot;
use serde::Serialize;

use super::STREET_M;
use crate::{
    Office, Problem, data,
    footprint::{self, Read, grown},
};

/// One of two that clash.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ClashSide {
    /// `obra`, `inversion`.
    pub tipo: &'static str,
    /// Code or CUI.
    pub codigo: String,
    /// What it is called.
    pub nombre: String,
    /// Its service; a project has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub servicio: Option<String>,
    /// Its first day.
    pub inicio: NaiveDate,
    /// Its last day.
    pub fin: NaiveDate,
    /// Where it is shown.
    pub enlace: String,
    /// Its footprint in EPSG:32718.
    #[serde(skip)]
    pub geometry: Geometry<f64>,
}

/// Two that clash.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ClashShape {
    /// `secuencia`, `simultaneas`, `seguidas`.
    pub clase: &'static str,
    /// The one that begins first.
    pub primera: ClashSide,
    /// The other.
    pub segunda: ClashSide,
    /// How far apart they are, in metres.
    pub distancia_m: f64,
    /// The street.
    pub calle: Option<String>,
    /// The municipality of the first.
    pub ubigeo: String,
    /// All of it in a sentence.
    pub texto: String,
    #[serde(skip)]
    kind: Option<ClashKind>,
}

/// Which clashes are asked for.
#[derive(Clone, Copy, Default, Debug)]
pub struct ClashFilter {
    /// In a municipality.
    pub ubigeo: Option<Ubigeo>,
    /// Of a kind.
    pub kind: Option<ClashKind>,
    /// After so many.
    pub offset: usize,
}

/// A part of the clashes.
#[derive(Clone, Debug, Serialize)]
pub struct Clashes {
    /// The gravest first, then by day.
    pub choques: Vec<ClashShape>,
    /// How many there are in all.
    pub total: usize,
    /// After how many it goes on; none at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub siguiente: Option<usize>,
    /// The last change of the land that they include.
    pub version_datos: i64,
}

/// Clashes on one page.
const PAGE: usize = 100;

/// Something with a place and a term.
struct Dated<'a> {
    feature: &'a Feature,
    is_work: bool,
    term: Term,
    name: String,
}

impl Office {
    /// All that clashes among the works and the projects in force; projects among themselves are the evidence's.
    pub fn clashes(&self, filter: &ClashFilter) -> Result<Clashes, Problem> {
        let snapshot = self.feed.snapshot();
        let rules = data::work_rules()?;
        let mut found = Vec::new();
        let mut seen: BTreeSet<[String; 2]> = BTreeSet::new();
        for feature in super::features(&snapshot, filter.ubigeo) {
            for one in of_one(&snapshot, feature, &rules) {
                let mut pair = [one.primera.codigo.clone(), one.segunda.codigo.clone()];
                pair.sort();
                if filter.kind.is_none_or(|kind| one.kind == Some(kind)) && seen.insert(pair) {
                    found.push(one);
                }
            }
        }
        sort(&mut found);
        let total = found.len();
        found.drain(..filter.offset.min(total));
        let more = found.len() > PAGE;
        found.truncate(PAGE);
        Ok(Clashes {
            total,
            siguiente: more.then_some(filter.offset + PAGE),
            choques: found,
            version_datos: snapshot.change.0,
        })
    }

    /// What a work or a project in force clashes with.
    pub fn clashes_of(
        &self,
        collection: &Collection,
        code: &str,
    ) -> Result<Vec<ClashShape>, Problem> {
        let snapshot = self.feed.snapshot();
        let rules = data::work_rules()?;
        let found = snapshot.feature(collection, code);
        Ok(found.map_or_else(Vec::new, |feature| {
            let mut clashes = match collection {
                Collection::Services => of_one(&snapshot, &feature, &rules),
                _ => of_project(&snapshot, &feature, &rules),
            };
            sort(&mut clashes);
            clashes
        }))
    }
}

/// What a work would clash with, or does: other works, and projects that it does not belong to.
pub(super) fn of_one(snapshot: &Snapshot, feature: &Feature, rules: &WorkRules) -> Vec<ClashShape> {
    let Some(own) = Dated::work(feature) else {
        return Vec::new();
    };
    let project = Read::of(&feature.attributes).text("inversion");
    let works = near(snapshot, &Collection::Services, feature, rules)
        .filter(|other| other.code != feature.code)
        .filter_map(Dated::work);
    let projects = near(snapshot, &Collection::Investments, feature, rules)
        .filter(|other| Some(&*other.code) != project.as_deref())
        .filter_map(Dated::project);
    let mut clashes: Vec<ClashShape> = works
        .chain(projects)
        .filter_map(|other| told(snapshot, &own, &other, rules))
        .collect();
    sort(&mut clashes);
    clashes
}

/// The works that a project clashes with; its own are part of it.
fn of_project(snapshot: &Snapshot, feature: &Feature, rules: &WorkRules) -> Vec<ClashShape> {
    let Some(own) = Dated::project(feature) else {
        return Vec::new();
    };
    near(snapshot, &Collection::Services, feature, rules)
        .filter(|work| {
            Read::of(&work.attributes).text("inversion").as_deref() != Some(&*feature.code)
        })
        .filter_map(Dated::work)
        .filter_map(|other| told(snapshot, &own, &other, rules))
        .collect()
}

fn sort(clashes: &mut [ClashShape]) {
    clashes.sort_by(|a, b| {
        let key = |one: &ClashShape| {
            (
                one.kind,
                one.segunda.inicio,
                one.primera.codigo.clone(),
                one.segunda.codigo.clone(),
            )
        };
        key(a).cmp(&key(b))
    });
}

/// The features of a layer whose boxes come near that of one, in any municipality: streets go on beyond a border.
fn near<'a>(
    snapshot: &'a Snapshot,
    layer: &'a Collection,
    feature: &Feature,
    rules: &WorkRules,
) -> impl Iterator<Item = &'a Feature> {
    let ground = bounds(&feature.geometry).map(|ground| grown(ground, rules.near_m));
    snapshot
        .municipalities
        .values()
        .filter_map(move |land| land.layer(layer))
        .flat_map(move |layer| {
            let near: Vec<usize> =
                ground.map_or_else(Vec::new, |ground| layer.near(ground).collect());
            near.into_iter()
                .filter_map(move |at| layer.features().get(at))
        })
}

impl<'a> Dated<'a> {
    /// A work with its term; networks have none.
    fn work(feature: &'a Feature) -> Option<Self> {
        let read = Read::of(&feature.attributes);
        if read.text("clase").as_deref() != Some("obra") {
            return None;
        }
        let service = read.text("servicio").and_then(|text| text.parse().ok());
        let is_done = read.text("estado").as_deref() == Some("terminada");
        Self::of(feature, &read, true, service, is_done)
    }

    /// A project with its term.
    fn project(feature: &'a Feature) -> Option<Self> {
        let read = Read::of(&feature.attributes);
        let is_done = read.text("fase").as_deref() == Some("funcionamiento");
        Self::of(feature, &read, false, None, is_done)
    }

    fn of(
        feature: &'a Feature,
        read: &Read<'_>,
        is_work: bool,
        service: Option<domain::institute::work::Service>,
        is_done: bool,
    ) -> Option<Self> {
        let (start, end) = (read.day("inicio")?, read.day("fin")?);
        (start <= end).then(|| Self {
            feature,
            is_work,
            term: Term {
                start,
                end,
                service,
                is_done,
            },
            name: read
                .text("nombre")
                .unwrap_or_else(|| "Sin nombre".to_owned()),
        })
    }

    fn side(&self) -> ClashSide {
        let code = &self.feature.code;
        ClashSide {
            tipo: if self.is_work { "obra" } else { "inversion" },
            codigo: code.to_string(),
            nombre: self.name.clone(),
            servicio: self.term.service.map(|service| service.name().to_owned()),
            inicio: self.term.start,
            fin: self.term.end,
            enlace: if self.is_work {
                format!("/obras/{code}")
            } else {
                format!("/inversiones/{code}")
            },
            geometry: self.feature.geometry.clone(),
        }
    }
}

fn told(
    snapshot: &Snapshot,
    a: &Dated<'_>,
    b: &Dated<'_>,
    rules: &WorkRules,
) -> Option<ClashShape> {
    let kind = clash(&a.term, &b.term, rules)?;
    let apart = apart_m(&a.feature.geometry, &b.feature.geometry);
    if apart > rules.near_m {
        return None;
    }
    let key = |one: &Dated<'_>| (one.term.start, one.term.end, one.feature.code.clone());
    let (first, second) = if key(a) <= key(b) { (a, b) } else { (b, a) };
    let (from, to) = (first.side(), second.side());
    let work = if a.is_work { a.feature } else { b.feature };
    let street = footprint::street(snapshot, work.ubigeo, &work.geometry, STREET_M);
    let days = (second.term.start - first.term.end).num_days();
    let day = |day: NaiveDate| day.format("%d/%m/%Y").to_string();
    let place = street
        .as_deref()
        .map_or_else(String::new, |street| format!(", en {street}"));
    let what = match kind {
        ClashKind::Sequence => format!(
            "se rompe lo recién hecho: {} termina el {} y {} empieza {days} días después",
            from.codigo,
            day(from.fin),
            to.codigo
        ),
        ClashKind::AtOnce => format!(
            "{} y {} coinciden desde el {}",
            from.codigo,
            to.codigo,
            day(to.inicio)
        ),
        ClashKind::SoonAfter => format!(
            "{} empieza {days} días después de {}: la calle se abre dos veces",
            to.codigo, from.codigo
        ),
    };
    Some(ClashShape {
        clase: kind.name(),
        texto: format!(
            "{} ({}) y {} ({}){place}: {what}.",
            from.nombre, from.codigo, to.nombre, to.codigo
        ),
        distancia_m: (apart * 100.0).round() / 100.0,
        calle: street,
        ubigeo: first.feature.ubigeo.to_string(),
        primera: from,
        segunda: to,
        kind: Some(kind),
    })
}
