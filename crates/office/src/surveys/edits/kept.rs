//! An edit becomes a row of its author's open edition, which is compared anew.

use std::fmt::Write as _;

use domain::{
    audit::Hash,
    geometry::{PreparedArea, bounds},
    survey::Finding,
};
use geo_types::{Geometry, MultiPolygon};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use store::{
    Deed, Draft,
    copy::StagedEncoder,
    surveys::{FoundRow, OpenEdition},
};
use uuid::Uuid;

use super::{Edit, Hand, Said, Written, apart, catalogue, words};
use crate::{
    Problem, data, problem,
    surveys::{Report, Scope, comparison::Subject, place::place, queue::state_after},
};

/// Features of one edition. Each write compares all of them.
const FEATURES_MAX: usize = 2_000;
/// Findings that are read for an answer and its report.
const FINDINGS_MAX: i64 = 2_000;
/// Further from a municipality than this, in metres, lies a mistake in the coordinates.
const FAR_M: f64 = 20_000.0;

impl Hand<'_> {
    /// Keeps an edit, and compares. Nothing where somebody has decided or published something of it meanwhile.
    pub(super) async fn keep(
        &self,
        mut draft: Draft,
        edit: Edit,
    ) -> Result<Option<Written>, Problem> {
        let own = (self.account, self.collection, edit.ubigeo);
        let edition = if let Some(open) = draft.open_edition(own.0, own.1, own.2).await? {
            open
        } else {
            let name = format!("edición de {}", self.actor.name());
            draft.begin_edition(own.0, own.1, own.2, &name).await?
        };
        if edit.found.edition.is_some_and(|known| known != edition.id) {
            return Ok(None);
        }
        let number = draft.next_edit().await?;
        draft.replace_edit(edition.id, &edit.code, number).await?;
        let mut findings = Vec::new();
        let mut left_out = Vec::new();
        match (&edit.content, &edit.was) {
            (Some((attributes, geometry)), _) => {
                // On this connection: those who wait for this write may hold all others.
                let outline = match draft.municipality(edit.ubigeo).await? {
                    Some(known) => known.outline,
                    None => {
                        place(&self.office.store, edit.ubigeo)
                            .await?
                            .municipality
                            .outline
                    }
                };
                let content = (attributes, geometry);
                let edited = self
                    .examined(&edition, &edit, number, content, outline)
                    .await?;
                let Some(row) = edited.row else {
                    let catalogue = catalogue()?;
                    let said = edited
                        .findings
                        .iter()
                        .map(|finding| catalogue.sentence(finding));
                    return Err(words::with_errors(&said.collect::<Vec<_>>()));
                };
                let mut copy = draft.copy_staged().await?;
                copy.send(&row.0).await?;
                copy.finish().await?;
                findings = edited.findings;
                left_out = edited.personal;
            }
            (None, Some(was)) => {
                let of = (edit.code.as_str(), edit.base);
                draft.put_removal(edition.id, number, of, was).await?;
            }
            // It was the author's own, and nowhere else.
            (None, None) => {}
        }
        self.conclude(draft, edition, &edit, number, findings)
            .await
            .map(|written| {
                written.map(|written| Written {
                    left_out,
                    ..written
                })
            })
    }

    async fn examined(
        &self,
        edition: &OpenEdition,
        edit: &Edit,
        number: i64,
        (attributes, geometry): (&Map<String, Value>, &Geometry<f64>),
        outline: MultiPolygon<f64>,
    ) -> Result<ingest::Edited, Problem> {
        let far = bounds(&outline)
            .zip(bounds(geometry))
            .is_some_and(|(town, own)| {
                let outside = |low: f64, high: f64, from: f64, to: f64| {
                    low > to + FAR_M || high < from - FAR_M
                };
                outside(own.min().x, own.max().x, town.min().x, town.max().x)
                    || outside(own.min().y, own.max().y, town.min().y, town.max().y)
            });
        if far {
            return Err(words::elsewhere(edit.ubigeo));
        }
        let (collection, survey, ubigeo) = (self.collection.clone(), edition.id, edit.ubigeo);
        let (code, base) = (edit.code.clone(), edit.base);
        let (attributes, geometry) = (attributes.clone(), geometry.clone());
        apart(move || {
            let catalogue = catalogue()?;
            let settings = ingest::Settings {
                collection: &collection,
                ubigeo,
                outline: &PreparedArea::new(&outline),
                catalogue: &catalogue,
                areas: &data::area_table()?,
                limits: &data::attribute_limits()?,
                encoder: &StagedEncoder::new(survey),
            };
            let layer = data::profile(data::DEFAULT_PROFILE)?.layer(collection.name());
            let feature = ingest::Feature {
                number: number.unsigned_abs(),
                code: &code,
                base,
                attributes: &attributes,
                geometry,
            };
            feature
                .examine(&layer, &settings)
                .map_err(|refusal| problem::refusal(&refusal))
        })
        .await
    }

    async fn conclude(
        &self,
        mut draft: Draft,
        edition: OpenEdition,
        edit: &Edit,
        number: i64,
        findings: Vec<Finding>,
    ) -> Result<Option<Written>, Problem> {
        let begun = std::time::Instant::now();
        let comparison = edition.comparison + 1;
        let catalogue = catalogue()?;
        let rows = draft.edition_rows(edition.id).await?;
        if rows.len() > FEATURES_MAX {
            return Err(words::full(FEATURES_MAX));
        }
        let subject = Subject {
            survey: edition.id,
            comparison,
            collection: self.collection,
            ubigeo: edit.ubigeo,
            scope: Scope::Parcial,
            is_edition: true,
        };
        let compared = subject
            .compare_edit(&mut draft, &catalogue, &edit.code, &findings)
            .await?;
        let found = draft.found(edition.id, comparison, FINDINGS_MAX).await?;
        let mut report = Report::of_edition(self.collection, edit.ubigeo, self.actor.name());
        report.read = rows.len() as u64;
        report.accepted = compared.accepted;
        report.changes = compared.changes;
        report.found(&found, &catalogue);
        report.version = compared.up_to;
        report.seconds = begun.elapsed().as_secs_f64();
        let state = state_after(report.has_errors());
        let mut text = String::new();
        for row in &rows {
            let (base, gone) = (row.base.unwrap_or_default(), row.removed);
            let _ = writeln!(text, "{} {} {base} {gone}", row.code, row.content);
        }
        let digest: [u8; 32] = Sha256::digest(text.as_bytes()).into();
        let mut act = draft.begin().await?;
        // Nobody publishes beside an act: what the client has read is still there, or it is asked again.
        let in_force = act.feature_in_force(self.collection, &edit.code).await?;
        if in_force.map(|state| state.number) != edit.found.in_force {
            return Ok(None);
        }
        report.audit = act.audit_head().await?.into();
        let outcome = compared.outcome(state, json!(report));
        let length = i64::try_from(text.len()).unwrap_or(i64::MAX);
        if !act
            .conclude_edition(edition.id, &outcome, (length, digest))
            .await?
        {
            return Ok(None);
        }
        act.commit(&self.deed(edition.id, edit, number, digest))
            .await?;
        let stands = rows.iter().any(|row| row.code == edit.code);
        Ok(Some(Written {
            code: edit.code.clone(),
            survey: edition.id,
            link: format!("/api/levantamientos/{}", edition.id),
            state,
            comparison,
            version: stands.then_some(-number),
            version_base: edit.base,
            findings: said(found, &edit.code),
            left_out: Vec::new(),
        }))
    }

    fn deed(&self, survey: Uuid, edit: &Edit, number: i64, digest: [u8; 32]) -> Deed {
        Deed {
            action: "levantamiento.edicion",
            ubigeo: Some(edit.ubigeo),
            object: format!("levantamiento/{survey}"),
            content: json!({
                "coleccion": self.collection.name(),
                "codigo": edit.code,
                "escritura": number,
                "version_base": edit.base,
                "quita": edit.content.is_none(),
                "contenido_sha256": Hash(digest).to_string(),
            }),
        }
    }
}

/// What was found in a feature, or names it.
fn said(found: Vec<FoundRow>, code: &str) -> Vec<Said> {
    found
        .into_iter()
        .filter(|row| row.code.as_deref() == Some(code) || row.others.iter().any(|o| o == code))
        .map(|row| Said {
            rule: row.rule,
            severity: row.severity,
            message: row.message,
            others: row.others,
        })
        .collect()
}
