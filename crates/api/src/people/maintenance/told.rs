//! A rehearsal in words and numbers.

use domain::survey::{ChangeCounts, Severity};
use office::{
    checks::Minimum,
    surveys::operations::{PlannedLot, Rehearsal, Workplace},
};

use super::{
    super::{spanish, text::Text},
    plan,
};

/// What would come of an operation.
pub struct Told {
    /// Lots as they would be.
    pub lots: Vec<LotLine>,
    /// Their area together.
    pub sum: String,
    /// Codes that would leave force.
    pub retires: Vec<String>,
    /// Before and after.
    pub plan: String,
    /// What the rules say.
    pub findings: Vec<FindingLine>,
    /// What it changes, counted.
    pub changes: Vec<String>,
    /// What is found keeps it from being published as it is.
    pub has_errors: bool,
    /// Some lot is smaller than its zone allows.
    pub is_too_small: bool,
}

/// A lot that would be.
pub struct LotLine {
    /// Its code.
    pub code: String,
    /// Its area.
    pub area: String,
    /// Its perimeter.
    pub perimeter: String,
    /// What it has of the border of its block.
    pub front: String,
    /// Against the smallest lot of its zone.
    pub verdict: &'static str,
    /// How that looks.
    pub look: &'static str,
    /// What its zone asks.
    pub asked: String,
}

/// What a rule says.
pub struct FindingLine {
    /// The rule.
    pub rule: String,
    /// What it weighs.
    pub weight: &'static str,
    /// How that looks.
    pub look: &'static str,
    /// How many.
    pub count: u64,
    /// The first of them.
    pub examples: Vec<Text>,
    /// What to do.
    pub remedy: String,
}

/// Examples that are told of one rule.
const EXAMPLES: usize = 3;

impl Told {
    /// What a rehearsal shows.
    pub fn of(place: &Workplace, rehearsal: &Rehearsal) -> Self {
        let (plan, report) = (&rehearsal.plan, &rehearsal.report);
        let sum: f64 = plan.lots.iter().map(|lot| lot.area_m2).sum();
        Self {
            sum: spanish::square_metres(sum),
            lots: plan.lots.iter().map(lot).collect(),
            retires: plan.retires.clone(),
            plan: plan::before_and_after(place, &plan.retires, &plan.lots),
            findings: report.findings.iter().map(finding).collect(),
            changes: changes(&report.changes),
            has_errors: report
                .findings
                .iter()
                .any(|line| line.severity == Severity::Error),
            is_too_small: plan.lots.iter().any(|lot| lot.minimum == "no_cumple"),
        }
    }
}

/// What a zone asks of a lot, in a sentence; none where that is not known.
pub fn minimum(asked: &Minimum) -> Option<String> {
    let lot = asked.lot_m2?;
    let front = asked
        .front_m
        .map(|front| format!(" y un frente de {} m", spanish::number(front, 2)))
        .unwrap_or_default();
    let basis = match (&asked.ordinance, &asked.article) {
        (Some(norm), Some(article)) => format!(" ({norm}, {article})"),
        (Some(norm), None) => format!(" ({norm})"),
        _ => String::new(),
    };
    Some(format!(
        "un lote de {}{front}{basis}",
        spanish::square_metres(lot)
    ))
}

fn lot(lot: &PlannedLot) -> LotLine {
    let (verdict, look) = match lot.minimum {
        "cumple" => ("cumple", "bien"),
        "no_cumple" => ("no cumple", "mal"),
        _ => ("no se puede afirmar", "duda"),
    };
    LotLine {
        code: lot.code.clone(),
        area: spanish::square_metres(lot.area_m2),
        perimeter: format!("{} m", spanish::number(lot.perimeter_m, 2)),
        front: lot.front_m.map_or_else(
            || "no se sabe".to_owned(),
            |front| format!("{} m", spanish::number(front, 2)),
        ),
        verdict,
        look,
        asked: minimum(&lot.asked).unwrap_or_default(),
    }
}

fn finding(line: &office::surveys::FindingLine) -> FindingLine {
    let (weight, look) = match line.severity {
        Severity::Error => ("error", "mal"),
        Severity::Observation => ("observación", "duda"),
        Severity::Notice => ("aviso", "dato"),
    };
    FindingLine {
        rule: line.rule.replace('_', " "),
        weight,
        look,
        count: line.count,
        examples: line
            .examples
            .iter()
            .take(EXAMPLES)
            .map(|one| Text::of(&one.message))
            .collect(),
        remedy: line.remedy.clone(),
    }
}

fn changes(counts: &ChangeCounts) -> Vec<String> {
    [
        (counts.added, "altas"),
        (counts.retired, "bajas"),
        (counts.modified, "modificaciones"),
        (counts.split, "subdivisiones"),
        (counts.merged, "acumulaciones"),
        (counts.readjusted, "reajustes"),
        (counts.unchanged, "sin cambio"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, name)| format!("{name}: {}", spanish::count(count)))
    .collect()
}
