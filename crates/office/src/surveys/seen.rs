//! A survey as pages show it: its report, what was found and what changes, each with its ground on both sides. Shapes are
//! in EPSG:32718.

use domain::{
    geometry::{bounds, joined},
    people::{Action, Actor, permit},
    survey::{Catalogue, RuleCode},
};
use geo_types::Rect;
use store::surveys::{ChangedOnGround, FoundOnGround, OnGround, Sought, SurveyRow};
use uuid::Uuid;

use super::{Judgement, Report, reading::catalogue_of, received::rules_with_errors};
use crate::{Kind, Office, Problem, people::require, view::SurveyShape};

/// A survey, and what somebody may do with it.
pub struct Sheet {
    /// As programs see it.
    pub shape: SurveyShape,
    /// Its report.
    pub report: Option<Report>,
    /// Where somebody has to confirm its reference system: how well each fits.
    pub reference: Option<Judgement>,
    /// The rules that have to be overridden to approve it.
    pub rules_with_errors: Vec<String>,
    /// Whether they uploaded it.
    pub is_own: bool,
    /// Whether they may decide on such a survey.
    pub may_decide: bool,
}

/// What is sought among the findings.
#[derive(Clone, Default, Debug)]
pub struct Seen {
    /// Of this rule.
    pub rule: Option<String>,
    /// Of this severity.
    pub severity: Option<String>,
    /// Those alone that have a place.
    pub placed: bool,
}

/// A page of findings.
pub struct FindingsSeen {
    /// The survey, without its report.
    pub shape: SurveyShape,
    /// The findings, the worst first.
    pub findings: Vec<FoundOnGround>,
    /// How many there are in all.
    pub count: usize,
}

/// What a rule says.
pub struct RuleWords {
    /// Norm or technical standard behind it.
    pub source: String,
    /// What to do about it.
    pub remedy: String,
}

/// One finding, with the ground around it.
pub struct FindingSeen {
    /// The survey, without its report.
    pub shape: SurveyShape,
    /// The finding.
    pub finding: FoundOnGround,
    /// What its rule says.
    pub rule: RuleWords,
    /// The ground around it, where it has a place.
    pub ground: Option<Ground>,
}

/// A piece of ground on both sides.
pub struct Ground {
    /// What it is about.
    pub focus: Rect<f64>,
    /// What is there.
    pub features: Vec<OnGround>,
    /// Whether there is more than what was taken.
    pub more: bool,
}

/// A page of changes.
pub struct ChangesSeen {
    /// The survey, without its report.
    pub shape: SurveyShape,
    /// The changes.
    pub changes: Vec<ChangedOnGround>,
    /// How many there are, by kind.
    pub counts: Vec<(String, usize)>,
}

/// All of a survey on one plan, as far as it goes.
pub struct Overview {
    /// The box around it.
    pub around: Rect<f64>,
    /// What it brings.
    pub features: Vec<OnGround>,
    /// How many features it brings in all.
    pub features_count: usize,
    /// Its faults that have a place, the worst first.
    pub faults: Vec<FoundOnGround>,
    /// How many of them there are in all.
    pub faults_count: usize,
}

/// Features of a plan on each side: more are no longer told apart.
const FEATURES_MAX: i64 = 400;
/// Features and faults of a plan of a whole survey.
const OVERVIEW_MAX: i64 = 1_500;
const FAULTS_MAX: i64 = 150;
/// Around what a finding is about, in parts of its size, and in metres at least.
const AROUND: f64 = 0.7;
const AROUND_M: f64 = 12.0;

impl Office {
    async fn read_survey(&self, actor: &Actor, id: Uuid) -> Result<SurveyRow, Problem> {
        let row = self.found(id).await?;
        require(actor, Action::ReadSurveys, Some(row.ubigeo))?;
        Ok(row)
    }

    /// A survey for its page.
    pub async fn survey_sheet(&self, actor: &Actor, id: Uuid) -> Result<Sheet, Problem> {
        let row = self.read_survey(actor, id).await?;
        let report = row.report.clone();
        let decides = Action::decide_on(&row.collection);
        Ok(Sheet {
            shape: SurveyShape::of(&row),
            rules_with_errors: report.as_ref().map(rules_with_errors).unwrap_or_default(),
            report: report.and_then(|report| serde_json::from_value(report).ok()),
            reference: row
                .reference
                .clone()
                .filter(|_| row.report.is_none())
                .and_then(|judged| serde_json::from_value(judged).ok()),
            is_own: actor.account().is_some()
                && row.uploaded_by.as_ref().map(|(id, _)| *id) == actor.account(),
            may_decide: permit(actor, decides, Some(row.ubigeo)).is_ok(),
        })
    }

    /// All of a survey on one plan.
    pub async fn survey_overview(
        &self,
        actor: &Actor,
        id: Uuid,
    ) -> Result<Option<Overview>, Problem> {
        let row = self.read_survey(actor, id).await?;
        let sought = Sought {
            placed: true,
            ..Sought::default()
        };
        let (count, extent) = self.store.survey_extent(id).await?;
        let faults = self
            .store
            .findings_seen(id, row.comparison, &sought, (FAULTS_MAX, 0))
            .await?;
        let of_faults = faults
            .iter()
            .filter_map(|found| bounds(found.shape.as_ref()?));
        let Some(around) = extent.into_iter().chain(of_faults).reduce(joined) else {
            return Ok(None);
        };
        let features = self
            .store
            .survey_ground(&row, None, everywhere(), (0, OVERVIEW_MAX))
            .await?;
        let faults_count = self
            .store
            .findings_count(id, row.comparison, &sought)
            .await?;
        Ok(Some(Overview {
            around,
            features,
            features_count: usize::try_from(count).unwrap_or_default(),
            faults,
            faults_count: usize::try_from(faults_count).unwrap_or_default(),
        }))
    }

    /// A page of findings.
    pub async fn findings_seen(
        &self,
        actor: &Actor,
        id: Uuid,
        seen: &Seen,
        (limit, after): (u32, u32),
    ) -> Result<FindingsSeen, Problem> {
        let row = self.read_survey(actor, id).await?;
        let sought = Sought {
            rule: seen.rule.as_deref(),
            severity: seen.severity.as_deref(),
            number: None,
            placed: seen.placed,
        };
        let page = (i64::from(limit), i64::from(after));
        let findings = self
            .store
            .findings_seen(id, row.comparison, &sought, page)
            .await?;
        let count = self
            .store
            .findings_count(id, row.comparison, &sought)
            .await?;
        Ok(FindingsSeen {
            shape: SurveyShape::without_report(&row),
            findings,
            count: usize::try_from(count).unwrap_or_default(),
        })
    }

    /// One finding, with what is around it before and after.
    pub async fn finding_seen(
        &self,
        actor: &Actor,
        id: Uuid,
        number: i32,
    ) -> Result<FindingSeen, Problem> {
        let row = self.read_survey(actor, id).await?;
        let sought = Sought {
            number: Some(number),
            ..Sought::default()
        };
        let found = self
            .store
            .findings_seen(id, row.comparison, &sought, (1, 0))
            .await?;
        let finding = found.into_iter().next().ok_or_else(no_such_finding)?;
        let catalogue = catalogue_of(row.profile.as_deref())?;
        let rule = rule_words(&catalogue, &finding.rule);
        let ground = self.ground_of(&row, &finding).await?;
        Ok(FindingSeen {
            shape: SurveyShape::without_report(&row),
            finding,
            rule,
            ground,
        })
    }

    async fn ground_of(
        &self,
        row: &SurveyRow,
        finding: &FoundOnGround,
    ) -> Result<Option<Ground>, Problem> {
        let codes: Vec<String> = finding
            .code
            .iter()
            .chain(&finding.others)
            .cloned()
            .collect();
        let named = if codes.is_empty() {
            Vec::new()
        } else {
            self.store
                .survey_ground(
                    row,
                    Some(&codes),
                    everywhere(),
                    (FEATURES_MAX, FEATURES_MAX),
                )
                .await?
        };
        let shapes = named.iter().map(|one| &one.shape);
        let shapes = shapes.chain(&finding.shape).chain(&finding.repair);
        let Some(focus) = shapes.filter_map(bounds).reduce(joined) else {
            return Ok(None);
        };
        let margin = (focus.width().max(focus.height()) * AROUND).max(AROUND_M);
        let around = Rect::new(
            (focus.min().x - margin, focus.min().y - margin),
            (focus.max().x + margin, focus.max().y + margin),
        );
        let features = self
            .store
            .survey_ground(row, None, around, (FEATURES_MAX, FEATURES_MAX))
            .await?;
        let most = usize::try_from(FEATURES_MAX).unwrap_or(usize::MAX);
        let brought = features.iter().filter(|one| one.brought).count();
        Ok(Some(Ground {
            focus,
            more: brought >= most || features.len() - brought >= most,
            features,
        }))
    }

    /// A page of changes: of one kind, or all.
    pub async fn changes_seen(
        &self,
        actor: &Actor,
        id: Uuid,
        kind: Option<&str>,
        (limit, after): (u32, u32),
    ) -> Result<ChangesSeen, Problem> {
        let row = self.read_survey(actor, id).await?;
        let page = (i64::from(limit), i64::from(after));
        let changes = self
            .store
            .changes_seen(id, row.comparison, kind, page)
            .await?;
        let counts = self.store.changes_count(id, row.comparison).await?;
        Ok(ChangesSeen {
            shape: SurveyShape::without_report(&row),
            changes,
            counts: counts
                .into_iter()
                .map(|(kind, count)| (kind, usize::try_from(count).unwrap_or_default()))
                .collect(),
        })
    }
}

/// What a rule says.
pub(super) fn rule_words(catalogue: &Catalogue, name: &str) -> RuleWords {
    let rule = RuleCode::ALL.into_iter().find(|rule| rule.name() == name);
    let entry = rule.map(|rule| catalogue.entry(rule));
    RuleWords {
        source: entry.map_or_else(String::new, |entry| entry.source.clone()),
        remedy: entry.map_or_else(String::new, |entry| entry.remedy.clone()),
    }
}

/// More ground than any projection of ours has.
fn everywhere() -> Rect<f64> {
    Rect::new((-1e8, -1e8), (1e8, 1e8))
}

fn no_such_finding() -> Problem {
    Problem::new(
        Kind::NotFound,
        "Este levantamiento no tiene un hallazgo con ese número.",
        "Si se comparó otra vez, sus hallazgos tienen números nuevos: véalos en su lista.",
    )
}
