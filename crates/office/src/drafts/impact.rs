//! What a plan in draft would change: each parcel judged under what is in force and under the draft.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    collection::Collection,
    feature::Feature,
    geometry::{PreparedArea, Scratch, ledger_with},
    time::ChangeNumber,
    urban::Proposal,
};
use query::Found;
use serde_json::{Map, Value, json};
use store::certificates::Protected;

use crate::{
    checks::{Judgement, Listing, Subject, World, each},
    view::{self, ParameterView, RulingFinding},
};

/// Members of a row of the table.
const COLUMNS: &[&str] = &[
    "codigo",
    "area_m2",
    "cambia_m2",
    "clases_antes",
    "clases_despues",
    "cambios",
    "resultado_antes",
    "resultado_despues",
    "certificados",
];

/// Below this an area has not changed: a square centimetre, the rounding of areas.
const ROUNDING_M2: f64 = 1e-4;

/// What a draft would change.
pub(super) struct Impact {
    head: Map<String, Value>,
    rows: Vec<(usize, Map<String, Value>)>,
}

/// A municipality under two laws.
pub(super) struct Comparison<'a> {
    pub(super) before: &'a World,
    pub(super) after: &'a World,
    pub(super) proposal: Option<&'a Proposal>,
    pub(super) protected: &'a Protected,
}

impl Impact {
    /// Looks at every parcel. Takes all cores until it is done.
    pub(super) fn of(compared: &Comparison<'_>) -> Self {
        let parcels: Vec<(usize, &Feature)> = compared
            .before
            .land
            .layer(&Collection::Parcels)
            .map(|layer| layer.features().iter().enumerate().collect())
            .unwrap_or_default();
        let changes = each(&parcels, |(place, parcel), scratch| {
            Some((*place, Change::of(compared, parcel, scratch)?))
        });
        let changes: Vec<(usize, Change)> = changes.into_iter().flatten().collect();
        let mut head = compared.before.head();
        head.insert(
            "resumen".to_owned(),
            summary(parcels.len(), changes.iter().map(|(_, change)| change)),
        );
        Self {
            head,
            rows: changes
                .into_iter()
                .map(|(place, change)| (place, change.row()))
                .collect(),
        }
    }

    /// The row of a parcel that would change.
    pub(super) fn row(&self, place: usize) -> Option<&Map<String, Value>> {
        let found = self
            .rows
            .binary_search_by_key(&place, |(known, _)| *known)
            .ok()?;
        self.rows.get(found).map(|(_, row)| row)
    }

    /// As a list, with what else is said of the whole.
    pub(super) fn listing(self, world: &World, more: Map<String, Value>) -> Listing<'_> {
        let mut head = self.head;
        head.extend(more);
        Listing {
            world,
            head,
            columns: COLUMNS,
            rows: self.rows,
        }
    }
}

/// What would change on a parcel.
struct Change {
    code: String,
    area_m2: f64,
    /// Ground that would be of another class.
    changes_m2: f64,
    classes: [Vec<String>; 2],
    /// In words, each one change.
    words: Vec<String>,
    parameters: Vec<Value>,
    outcome: Option<[&'static str; 2]>,
    certificates: Vec<String>,
}

impl Change {
    /// None where nothing would change.
    fn of(compared: &Comparison<'_>, parcel: &Feature, scratch: &mut Scratch) -> Option<Self> {
        let subject = Subject::Parcel(parcel);
        let judged = |world: &'_ World, scratch: &mut Scratch| {
            world
                .judgement(subject, compared.proposal, scratch)
                .map(|judgement| Side::of(world, &judgement))
        };
        let (before, after) = (
            judged(compared.before, scratch)?,
            judged(compared.after, scratch)?,
        );
        let changes_m2 = changed_m2(compared, subject, scratch);
        let mut words = Vec::new();
        if before.classes != after.classes {
            words.push(format!(
                "zonas: {} → {}",
                named(&before.classes),
                named(&after.classes)
            ));
        }
        let mut parameters = Vec::new();
        let names: BTreeSet<&str> = before
            .parameters
            .keys()
            .chain(after.parameters.keys())
            .copied()
            .collect();
        for name in names {
            let (was, will) = (before.parameters.get(name), after.parameters.get(name));
            if limit(was) == limit(will) {
                continue;
            }
            words.push(format!("{name}: {} → {}", limit(was), limit(will)));
            parameters.push(json!({"parametro": name, "antes": was, "despues": will}));
        }
        for (id, state) in &after.findings {
            let was = before.findings.get(id).copied().unwrap_or("—");
            if was != *state {
                words.push(format!("{id}: {was} → {state}"));
            }
        }
        for (id, was) in &before.findings {
            if !after.findings.contains_key(id) {
                words.push(format!("{id}: {was} → —"));
            }
        }
        let outcome = compared.proposal.map(|_| [before.outcome, after.outcome]);
        if let Some([was, will]) = outcome
            && was != will
        {
            words.push(format!("resultado: {was} → {will}"));
        }
        if words.is_empty() && !compared.before.is_significant(changes_m2, before.area_m2) {
            return None;
        }
        let certificates = compared.protected.get(&parcel.code);
        Some(Self {
            code: parcel.code.to_string(),
            area_m2: before.area_m2,
            changes_m2,
            classes: [before.classes, after.classes],
            words,
            parameters,
            outcome,
            certificates: certificates
                .into_iter()
                .flatten()
                .map(|live| live.number.to_string())
                .collect(),
        })
    }

    fn row(self) -> Map<String, Value> {
        let [before, after] = self.classes;
        let row = json!({
            "codigo": self.code,
            "area_m2": to_cents(self.area_m2),
            "cambia_m2": to_cents(self.changes_m2),
            "clases_antes": before,
            "clases_despues": after,
            "cambios": self.words,
            "parametros": self.parameters,
            "resultado_antes": self.outcome.map(|[before, _]| before),
            "resultado_despues": self.outcome.map(|[_, after]| after),
            "certificados": self.certificates,
        });
        match row {
            Value::Object(row) => row,
            _ => Map::new(),
        }
    }
}

/// A parcel under one law.
struct Side {
    area_m2: f64,
    /// Classes of its zones, the largest first; slivers left out.
    classes: Vec<String>,
    parameters: BTreeMap<&'static str, ParameterView>,
    findings: BTreeMap<String, &'static str>,
    outcome: &'static str,
}

impl Side {
    fn of(world: &World, judgement: &Judgement<'_>) -> Self {
        let area_m2 = judgement.shares.balance.parcel_area_m2;
        let mut areas: BTreeMap<&str, f64> = BTreeMap::new();
        for share in &judgement.shares.zones {
            let class = share.found.ready.text("codigo").unwrap_or("sin clase");
            *areas.entry(class).or_default() += share.area_m2;
        }
        let mut areas: Vec<(&str, f64)> = areas
            .into_iter()
            .filter(|(_, share_m2)| world.is_significant(*share_m2, area_m2))
            .collect();
        areas.sort_by(|a, b| b.1.total_cmp(&a.1));
        Self {
            area_m2,
            classes: areas
                .into_iter()
                .map(|(class, _)| class.to_owned())
                .collect(),
            parameters: view::parameters(&judgement.ruling),
            findings: view::findings(&judgement.ruling)
                .into_iter()
                .map(|finding: RulingFinding| (finding.id, finding.estado))
                .collect(),
            outcome: view::outcome(judgement.ruling.outcome),
        }
    }
}

/// Ground of a parcel that is of one class before and of another, or of none, after. Shapes are not cut: what two areas
/// share is what they have less what they cover together. Where a plan puts zones over each other it is at least so much.
fn changed_m2(compared: &Comparison<'_>, subject: Subject<'_>, scratch: &mut Scratch) -> f64 {
    let Some(shape) = subject.shape() else {
        return 0.0;
    };
    let zones = |world| by_class(world, subject);
    let (before, after) = (zones(compared.before), zones(compared.after));
    let same = before.len() == after.len()
        && before
            .iter()
            .zip(&after)
            .all(|(was, will)| was.0 == will.0 && are_same(was.1, will.1));
    if same {
        return 0.0;
    }
    let mut covered = |zones: &[Found<'_>]| {
        let areas: Vec<&PreparedArea> = zones.iter().map(|zone| &zone.ready.ground).collect();
        ledger_with(scratch, shape, &areas).covered_m2
    };
    let either: Vec<Found<'_>> = before
        .values()
        .chain(after.values())
        .flatten()
        .copied()
        .collect();
    let either = covered(&either);
    let (mut kept, mut other) = (0.0, 0.0_f64);
    let classes: BTreeSet<&str> = before.keys().chain(after.keys()).copied().collect();
    for class in classes {
        let was = before.get(class).cloned().unwrap_or_default();
        let will = after.get(class).cloned().unwrap_or_default();
        let (was_m2, will_m2) = (covered(&was), covered(&will));
        let both = covered(&[was, will].concat());
        kept += was_m2 + will_m2 - both;
        // Lost, or gained.
        other = other.max(both - will_m2).max(both - was_m2);
    }
    let changed_m2 = (either - kept).max(other);
    if changed_m2 > ROUNDING_M2 {
        changed_m2
    } else {
        0.0
    }
}

/// Whether zones are versions in force that both laws have. What a draft opens has no change yet.
fn are_same(was: &[Found<'_>], will: &[Found<'_>]) -> bool {
    was.len() == will.len()
        && was.iter().zip(will).all(|(was, will)| {
            let (was, will) = (was.feature, will.feature);
            was.code == will.code
                && was.change == will.change
                && was.change != ChangeNumber::default()
        })
}

/// Zones around a parcel by their class.
fn by_class<'a>(world: &'a World, subject: Subject<'_>) -> BTreeMap<&'a str, Vec<Found<'a>>> {
    let mut zones: BTreeMap<&str, Vec<Found<'_>>> = BTreeMap::new();
    let bounds = subject.shape().and_then(domain::geometry::bounds);
    if let (Some(layer), Some(bounds)) = (world.land.layer(&Collection::Zones), bounds) {
        for found in layer.ready_near(bounds) {
            let class = found.ready.text("codigo").unwrap_or_default();
            zones.entry(class).or_default().push(found);
        }
    }
    zones
}

/// A limit in words, without the article that says it.
fn limit(parameter: Option<&ParameterView>) -> String {
    let Some(parameter) = parameter else {
        return "—".to_owned();
    };
    match (parameter.valor, &parameter.segun) {
        (Some(value), _) => format!("{value} {}", parameter.unidad),
        (None, Some(words)) => format!("«{words}»"),
        (None, None) => format!("depende de {}", parameter.falta.join(", ")),
    }
}

fn named(classes: &[String]) -> String {
    if classes.is_empty() {
        "ninguna".to_owned()
    } else {
        classes.join(", ")
    }
}

fn summary<'a>(parcels: usize, changes: impl Iterator<Item = &'a Change>) -> Value {
    let (mut count, mut area_m2, mut changes_m2) = (0, 0.0, 0.0);
    let mut rezoned: BTreeMap<(String, String), (usize, f64)> = BTreeMap::new();
    let mut parameters: BTreeMap<String, usize> = BTreeMap::new();
    let mut outcomes: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut certificates = BTreeSet::new();
    for change in changes {
        count += 1;
        area_m2 += change.area_m2;
        changes_m2 += change.changes_m2;
        if change.changes_m2 > 0.0 {
            let [before, after] = &change.classes;
            let rezoned = rezoned.entry((named(before), named(after))).or_default();
            rezoned.0 += 1;
            rezoned.1 += change.changes_m2;
        }
        for parameter in &change.parameters {
            let name = parameter["parametro"].as_str().unwrap_or_default();
            *parameters.entry(name.to_owned()).or_default() += 1;
        }
        if let Some([before, after]) = change.outcome
            && before != after
        {
            *outcomes.entry((before, after)).or_default() += 1;
        }
        certificates.extend(change.certificates.iter());
    }
    let rezoned: Vec<Value> = rezoned
        .into_iter()
        .map(|((before, after), (parcels, area_m2))| {
            json!({"antes": before, "despues": after, "predios": parcels, "cambia_m2": to_cents(area_m2)})
        })
        .collect();
    let outcomes: Vec<Value> = outcomes
        .into_iter()
        .map(|((before, after), parcels)| {
            json!({"antes": before, "despues": after, "predios": parcels})
        })
        .collect();
    json!({
        "predios": parcels,
        "cambian": count,
        "area_m2": to_cents(area_m2),
        "cambia_m2": to_cents(changes_m2),
        "zonas": rezoned,
        "parametros": parameters,
        "resultados": outcomes,
        "certificados": certificates,
    })
}

fn to_cents(area_m2: f64) -> f64 {
    (area_m2 * 1e2).round() / 1e2
}
