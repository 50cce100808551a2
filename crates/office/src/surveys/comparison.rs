//! The rows that wait against what is in force: what is wrong between them, and what they change.

mod fabric;

use std::collections::{HashMap, HashSet};

use domain::{
    collection::Collection,
    id::Ubigeo,
    survey::{
        Catalogue, ChangeCounts, ChangeKind, Finding, RuleCode, Severity, Tally,
        compare::{Change, Whole},
        fabric::TooManyOverlaps,
        rules::{
            code,
            succession::{edited_meanwhile, in_force_elsewhere},
        },
    },
    time::ChangeNumber,
};
use geo_types::Geometry;
use serde_json::Value;
use store::{
    Act, Draft,
    surveys::{Areas, ChangeRow, FindingRow, Outcome, Outdated, Staged},
};
use uuid::Uuid;

use self::fabric::{Around, Matter};
use super::Scope;
use crate::{Kind, Problem, data};

/// A survey that is compared.
pub(super) struct Subject<'a> {
    pub(super) survey: Uuid,
    /// Which comparison this is, from 1.
    pub(super) comparison: i32,
    pub(super) collection: &'a Collection,
    pub(super) ubigeo: Ubigeo,
    pub(super) scope: Scope,
    /// Whether to look only around what it brings: an edition is some lots of a town, and compared with each write.
    pub(super) is_edition: bool,
}

/// So far around the features of an edition, in metres: more than any rule looks.
const AROUND_M: f64 = 100.0;

/// What came of it.
#[derive(Debug)]
pub(super) struct Compared {
    pub(super) comparison: i32,
    /// The last change of the land that it knows.
    pub(super) up_to: ChangeNumber,
    /// What is wrong between parcels.
    pub(super) tally: Tally,
    pub(super) changes: ChangeCounts,
    /// Rows that can be published, or are in force already.
    pub(super) accepted: u64,
}

impl Subject<'_> {
    /// Compares for the first time, and keeps what was found in the rows by themselves beside what is found now.
    pub(super) async fn compare(
        &self,
        draft: &mut Draft,
        catalogue: &Catalogue,
        of_rows: &[Finding],
    ) -> Result<Compared, Problem> {
        let kept: Vec<FindingRow> = of_rows.iter().map(|f| kept(f, catalogue)).collect();
        draft
            .put_findings(self.survey, self.comparison, 0, &kept)
            .await?;
        self.run(draft, catalogue, kept.len()).await
    }

    /// Compares once more, after the land has changed. What is wrong with the rows by themselves has not.
    pub(super) async fn compare_again(
        &self,
        draft: &mut Draft,
        catalogue: &Catalogue,
    ) -> Result<Compared, Problem> {
        let kept = draft
            .repeat_findings(self.survey, self.comparison, &of_fabric(), None)
            .await?;
        self.run(draft, catalogue, kept).await
    }

    /// Compares after one feature was written: what was found in it before is gone, what is found in it now is kept.
    pub(super) async fn compare_edit(
        &self,
        draft: &mut Draft,
        catalogue: &Catalogue,
        code: &str,
        of_row: &[Finding],
    ) -> Result<Compared, Problem> {
        let before = draft
            .repeat_findings(self.survey, self.comparison, &of_fabric(), Some(code))
            .await?;
        let kept: Vec<FindingRow> = of_row.iter().map(|f| kept(f, catalogue)).collect();
        draft
            .put_findings(self.survey, self.comparison, before, &kept)
            .await?;
        self.run(draft, catalogue, before + kept.len()).await
    }

    async fn run(
        &self,
        draft: &mut Draft,
        catalogue: &Catalogue,
        kept_before: usize,
    ) -> Result<Compared, Problem> {
        // Asked first: what is published while we read makes the comparison stale, never the other way round.
        let up_to = draft.last_change().await?;
        let staged = draft.staged(self.survey).await?;
        let in_force = self.areas(draft, self.collection).await?;
        let (changes, unchanged, findings) = if self.collection.has_fabric() {
            self.weighed(draft, catalogue, staged, in_force).await?
        } else {
            self.by_code(draft, catalogue, &staged, &in_force).await?
        };
        let kept: Vec<FindingRow> = findings.iter().map(|f| self::kept(f, catalogue)).collect();
        draft
            .put_findings(self.survey, self.comparison, kept_before, &kept)
            .await?;
        draft
            .put_changes(self.survey, self.comparison, &changes)
            .await?;
        let mut tally = Tally::default();
        for finding in findings {
            tally.add(finding);
        }
        let mut counts = ChangeCounts {
            unchanged,
            ..ChangeCounts::default()
        };
        let mut accepted = unchanged;
        for change in changes.iter().filter(|change| !change.spoiled) {
            counts.add(change.kind);
            accepted += change.rows.len() as u64;
        }
        Ok(Compared {
            comparison: self.comparison,
            up_to,
            tally,
            changes: counts,
            accepted,
        })
    }

    /// Layers whose features have nothing to do with each other change by their codes alone. Gives what changes, how
    /// many rows are in force as they are, and what somebody else changed first.
    async fn by_code(
        &self,
        draft: &mut Draft,
        catalogue: &Catalogue,
        staged: &[Staged],
        in_force: &Areas,
    ) -> Result<(Vec<ChangeRow>, u64, Vec<Finding>), Problem> {
        let meanwhile = self.meanwhile(draft).await?;
        let mut findings = meanwhile.edited;
        findings.extend(self.taken_elsewhere(draft, staged).await?);
        let spoils = |code: &str| {
            let mut found = findings.iter();
            found.any(|f| f.code.as_deref() == Some(code) && is_error(f, catalogue))
        };
        let alike: HashSet<u64> = draft
            .alike(self.survey, self.collection, self.ubigeo)
            .await?
            .into_iter()
            .collect();
        let known: HashMap<&str, (u128, &Geometry<f64>)> = in_force
            .iter()
            .map(|(code, content, shape)| (&**code, (*content, shape)))
            .collect();
        let mut unchanged = 0;
        let mut changes = Vec::new();
        for row in staged {
            let code = row.code.to_string();
            let (kind, parents) = match known.get(&*row.code) {
                _ if meanwhile.left_alone.contains(&row.row) => continue,
                Some((content, shape))
                    if *content == row.content
                        || alike.contains(&row.row) && **shape == row.geometry =>
                {
                    unchanged += 1;
                    continue;
                }
                Some(_) => (ChangeKind::Modified, vec![code.clone()]),
                None => (ChangeKind::Added, Vec::new()),
            };
            changes.push(ChangeRow {
                parents,
                spoiled: spoils(&code),
                children: vec![code],
                rows: vec![row.row],
                ..ChangeRow::of(kind)
            });
        }
        let gone = draft.removals(self.survey).await?.into_iter();
        changes.extend(
            gone.filter(|gone| known.contains_key(&*gone.code))
                .map(|gone| ChangeRow {
                    spoiled: spoils(&gone.code),
                    parents: vec![gone.code],
                    ..ChangeRow::of(ChangeKind::Retired)
                }),
        );
        Ok((changes, unchanged, findings))
    }

    /// Rows whose codes another municipality has in force, in layers whose codes do not name theirs.
    async fn taken_elsewhere(
        &self,
        draft: &mut Draft,
        staged: &[Staged],
    ) -> Result<Vec<Finding>, Problem> {
        if code::form(self.collection).names_place() {
            return Ok(Vec::new());
        }
        let codes: Vec<String> = staged.iter().map(|row| row.code.to_string()).collect();
        let taken: HashSet<String> = draft
            .in_force_elsewhere(self.collection, self.ubigeo, &codes)
            .await?
            .into_iter()
            .collect();
        Ok(staged
            .iter()
            .filter(|row| taken.contains(&*row.code))
            .map(|row| in_force_elsewhere(row.row, &row.code))
            .collect())
    }

    /// What has changed since it was taken out to be edited.
    async fn meanwhile(&self, draft: &mut Draft) -> Result<Meanwhile, Problem> {
        // What nobody edited in the field only grew old there: it says nothing, and is not missing.
        let outdated = draft
            .outdated(self.survey, self.collection, self.ubigeo)
            .await?;
        let (old, edited): (Vec<Outdated>, Vec<Outdated>) =
            outdated.into_iter().partition(|row| row.untouched);
        Ok(Meanwhile {
            left_alone: old.iter().map(|row| row.row.unsigned_abs()).collect(),
            old: old.into_iter().map(|row| row.code).collect(),
            edited: edited
                .iter()
                .map(|row| {
                    edited_meanwhile(row.row.unsigned_abs(), &row.code, row.base, row.current)
                })
                .collect(),
        })
    }

    /// Lots and roads in force: all of them, or those around an edition. A whole layer that is empty says something, so
    /// the others, of which there are few, are read whole.
    async fn areas(&self, draft: &mut Draft, collection: &Collection) -> Result<Areas, Problem> {
        if self.is_edition {
            let near = (self.survey, self.collection);
            return Ok(draft
                .areas_near(collection, self.ubigeo, near, AROUND_M)
                .await?);
        }
        Ok(draft.areas(collection, self.ubigeo).await?)
    }

    /// What lots lie in and beside; other layers ask for nothing around them.
    async fn around(&self, draft: &mut Draft) -> Result<Around, Problem> {
        let mut around = Around::default();
        if *self.collection == Collection::Parcels {
            around.blocks = draft.areas(&Collection::Manzanas, self.ubigeo).await?;
            around.sectors = draft.areas(&Collection::Sectors, self.ubigeo).await?;
            around.roads = self.areas(draft, &Collection::Roads).await?;
            around.zones = draft.areas(&Collection::Zones, self.ubigeo).await?;
        }
        Ok(around)
    }

    /// Layers whose features share borders are weighed on a thread of their own.
    async fn weighed(
        &self,
        draft: &mut Draft,
        catalogue: &Catalogue,
        mut staged: Vec<Staged>,
        in_force: Areas,
    ) -> Result<(Vec<ChangeRow>, u64, Vec<Finding>), Problem> {
        let meanwhile = self.meanwhile(draft).await?;
        staged.retain(|row| !meanwhile.left_alone.contains(&row.row));
        let known: HashSet<&str> = in_force.iter().map(|(code, ..)| &**code).collect();
        let unknown: Vec<String> = staged
            .iter()
            .filter(|row| !known.contains(&*row.code))
            .map(|row| row.code.to_string())
            .collect();
        let retired = draft
            .retired(self.collection, self.ubigeo, &unknown)
            .await?;
        let alike = draft
            .alike(self.survey, self.collection, self.ubigeo)
            .await?;
        let mut named = draft.named(self.survey, self.comparison).await?;
        named.extend(meanwhile.old);
        let removed = draft.removals(self.survey).await?;
        let matter = Matter {
            staged,
            in_force,
            alike: alike.into_iter().collect(),
            retired: retired.into_iter().collect(),
            named: named.into_iter().collect(),
            meanwhile: meanwhile.edited,
            removed: removed.into_iter().map(|gone| gone.code).collect(),
            whole: match self.scope {
                Scope::Parcial => Whole::Nothing,
                Scope::Manzanas => Whole::Blocks,
            },
            catalogue: catalogue.clone(),
            bands: data::area_table()?,
            around: self.around(draft).await?,
        };
        let weighed = tokio::task::spawn_blocking(move || {
            let weighed = matter.weigh()?;
            let changes = weighed.changes.iter();
            let changes = changes
                .map(|(change, spoiled)| row_of(change, *spoiled, &matter))
                .collect();
            Ok((changes, weighed.unchanged, weighed.findings))
        });
        match weighed.await {
            Ok(weighed) => weighed.map_err(|TooManyOverlaps { .. }| heaps()),
            Err(error) => {
                tracing::error!(%error, "comparison");
                Err(Problem::new(
                    Kind::Internal,
                    "La comparación con lo que está en vigor se interrumpió.",
                    "No se cambió nada. Vuelva a enviarlo; si se repite, avise a quien mantiene el programa.",
                ))
            }
        }
    }
}

/// What others published while somebody edited.
struct Meanwhile {
    /// Rows that nobody edited.
    left_alone: HashSet<u64>,
    /// Their codes.
    old: Vec<String>,
    /// What was edited on both sides.
    edited: Vec<Finding>,
}

fn is_error(finding: &Finding, catalogue: &Catalogue) -> bool {
    catalogue.severity_of(finding) == Severity::Error
}

fn row_of(change: &Change, spoiled: bool, matter: &Matter) -> ChangeRow {
    ChangeRow {
        kind: change.kind,
        parents: change
            .parents
            .iter()
            .map(|at| matter.in_force[*at].0.to_string())
            .collect(),
        children: change
            .children
            .iter()
            .map(|at| matter.staged[*at].code.to_string())
            .collect(),
        rows: change
            .children
            .iter()
            .map(|at| matter.staged[*at].row)
            .collect(),
        aspects: [
            (change.of_shape, "geometria"),
            (change.of_attributes, "atributos"),
            (change.of_code, "codigo"),
        ]
        .into_iter()
        .filter_map(|(changes, what)| changes.then_some(what))
        .collect(),
        displaced_m: change.displaced_m,
        area_before_m2: change.area_before_m2,
        area_after_m2: change.area_after_m2,
        spoiled,
    }
}

fn heaps() -> Problem {
    Problem::new(
        Kind::Refused,
        "Los polígonos del archivo están amontonados: demasiados caen unos sobre otros.",
        "Compruebe que es la capa de lotes, sin repeticiones ni capas mezcladas, y que su sistema de referencia es el correcto.",
    )
}

impl Compared {
    /// Whether all of it is in force already.
    pub(super) fn changes_nothing(&self) -> bool {
        self.changes.all() == 0
    }

    /// As the survey keeps it.
    pub(super) fn outcome(&self, state: &'static str, report: Value) -> Outcome {
        Outcome {
            state,
            report: Some(report),
            compared_to: self.up_to,
            comparison: self.comparison,
            ..Outcome::default()
        }
    }
}

/// Whether the land that a comparison up to this change depends on has changed since.
pub(super) async fn is_stale(
    act: &mut Act,
    compared_to: ChangeNumber,
    ubigeo: Ubigeo,
    collection: &Collection,
) -> Result<bool, Problem> {
    let mut layers = vec![collection.name()];
    match collection {
        Collection::Parcels => layers.extend(["manzanas", "sectores", "vias", "zonificacion"]),
        Collection::Manzanas => layers.push("sectores"),
        _ => {}
    }
    Ok(act.changed_since(compared_to, ubigeo, &layers).await?)
}

/// A finding as it is kept.
pub(super) fn kept(finding: &Finding, catalogue: &Catalogue) -> FindingRow {
    FindingRow {
        rule: finding.rule.name(),
        severity: match catalogue.severity_of(finding) {
            Severity::Error => "error",
            Severity::Observation => "observacion",
            Severity::Notice => "aviso",
        },
        row: i64::try_from(finding.row).ok().filter(|row| *row > 0),
        code: finding.code.clone(),
        others: finding.others.clone(),
        message: catalogue.sentence(finding),
        point: finding.at,
        fault: finding.fault.clone(),
        repair: finding.repair.clone(),
    }
}

/// Rules whose findings a new comparison finds anew.
pub(super) fn of_fabric() -> Vec<&'static str> {
    RuleCode::ALL
        .into_iter()
        .filter(|rule| rule.is_of_comparison())
        .map(RuleCode::name)
        .collect()
}
