//! Indicators: what one is, whether its definition is in order, and what a value says against its baseline and its target.

use serde::{Deserialize, Serialize};

use super::{Period, Span};

/// Which way is better.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Direction {
    /// The more, the better.
    #[serde(rename = "mas")]
    More,
    /// The less, the better.
    #[serde(rename = "menos")]
    Less,
}

/// A value of a period: a baseline or a target.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[serde(try_from = "PointText", into = "PointText")]
pub struct Point {
    /// When.
    pub period: Period,
    /// How much, in the unit of its indicator.
    pub value: f64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PointText {
    periodo: String,
    valor: f64,
}

impl TryFrom<PointText> for Point {
    type Error = super::period::InvalidPeriod;

    fn try_from(text: PointText) -> Result<Self, Self::Error> {
        Ok(Self {
            period: text.periodo.parse()?,
            value: text.valor,
        })
    }
}

impl From<Point> for PointText {
    fn from(point: Point) -> Self {
        Self {
            periodo: point.period.to_string(),
            valor: point.value,
        }
    }
}

/// An indicator of the catalogue.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indicator {
    /// What it is called.
    #[serde(rename = "nombre")]
    pub name: String,
    /// Its thematic axis.
    #[serde(rename = "eje")]
    pub axis: String,
    /// How it is reckoned, in words.
    pub formula: String,
    /// Its unit: `%`, `m²`, `predios`.
    #[serde(rename = "unidad")]
    pub unit: String,
    /// Where its values come from.
    #[serde(rename = "fuente")]
    pub source: String,
    /// Which way is better.
    #[serde(rename = "sentido")]
    pub direction: Direction,
    /// How often it is measured.
    #[serde(rename = "periodicidad", with = "span_text")]
    pub span: Span,
    /// Where it began.
    #[serde(
        rename = "linea_base",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub baseline: Option<Point>,
    /// Where it is to be.
    #[serde(rename = "metas", default)]
    pub targets: Vec<Point>,
    /// The stored question that computes it; none where its values are typed in.
    #[serde(rename = "consulta", default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// Whether it is made up.
    #[serde(
        rename = "demostracion",
        default,
        skip_serializing_if = "std::ops::Not::not"
    )]
    pub demonstration: bool,
}

mod span_text {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use super::Span;

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde hands over references"
    )]
    pub fn serialize<S: Serializer>(span: &Span, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(span.name())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Span, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(|_| D::Error::custom("anual, semestral, trimestral or mensual"))
    }
}

/// Why a definition is not in order.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Fault {
    /// A text is shorter or longer than it may be.
    #[error("{0}: from {1} to {2} letters")]
    Text(&'static str, usize, usize),
    /// No such axis.
    #[error("the axis {0}")]
    Axis(String),
    /// Two targets of one period, or too many of them.
    #[error("targets")]
    Targets,
    /// A number that is none.
    #[error("a value that is no number")]
    Value,
    /// A target that is worse than the baseline.
    #[error("the target of {0} is worse than the baseline")]
    Backwards(Period),
}

/// Targets of one indicator.
const TARGETS_MAX: usize = 60;

impl Indicator {
    /// What is not in order about it.
    ///
    /// # Errors
    /// The first fault.
    pub fn check<'a>(&self, mut axes: impl Iterator<Item = &'a str>) -> Result<(), Fault> {
        for (name, text, least, most) in [
            ("nombre", &self.name, 3, 160),
            ("formula", &self.formula, 3, 1_000),
            ("unidad", &self.unit, 1, 40),
            ("fuente", &self.source, 3, 300),
        ] {
            if !(least..=most).contains(&text.trim().chars().count()) {
                return Err(Fault::Text(name, least, most));
            }
        }
        if !axes.any(|axis| axis == self.axis) {
            return Err(Fault::Axis(self.axis.clone()));
        }
        let repeated = self.targets.iter().enumerate().any(|(index, target)| {
            self.targets[..index]
                .iter()
                .any(|earlier| earlier.period == target.period)
        });
        if repeated || self.targets.len() > TARGETS_MAX {
            return Err(Fault::Targets);
        }
        let points = self.targets.iter().chain(&self.baseline);
        if points.into_iter().any(|point| !point.value.is_finite()) {
            return Err(Fault::Value);
        }
        if let Some(baseline) = &self.baseline {
            for target in &self.targets {
                let worse = match self.direction {
                    Direction::More => target.value < baseline.value,
                    Direction::Less => target.value > baseline.value,
                };
                if worse {
                    return Err(Fault::Backwards(target.period));
                }
            }
        }
        Ok(())
    }

    /// The target that counts in a period: its own, or the next one ahead; after the last one, the last.
    pub fn target(&self, period: Period) -> Option<Point> {
        let own = self.targets.iter().find(|target| target.period == period);
        let ahead = self
            .targets
            .iter()
            .filter(|target| target.period.last() >= period.last())
            .min_by_key(|target| target.period.last());
        let last = self
            .targets
            .iter()
            .max_by_key(|target| target.period.last());
        own.or(ahead).or(last).copied()
    }

    /// The period in which it is measured for a report of another period: the same where it can be computed for it, else the
    /// one of its own length that ends with it. None where none does.
    pub fn measured_in(&self, report: Period) -> Option<Period> {
        // The longest comes first.
        if self.query.is_some() && report.span() <= self.span {
            return Some(report);
        }
        let own = Period::of(report.last(), self.span);
        (own.last() == report.last()).then_some(own)
    }
}

/// How far a value has come.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Progress {
    /// The share of the way from the baseline to the target, which may be negative or above one; none without a way.
    pub share: Option<f64>,
    /// Whether the target is reached.
    pub reached: bool,
}

/// How far a value has come from the baseline to a target.
pub fn progress(value: f64, baseline: Option<f64>, target: f64, direction: Direction) -> Progress {
    let share = baseline.and_then(|baseline| {
        let way = target - baseline;
        (way != 0.0).then(|| (value - baseline) / way)
    });
    Progress {
        share,
        reached: match direction {
            Direction::More => value >= target,
            Direction::Less => value <= target,
        },
    }
}

/// Which way a value went.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Trend {
    /// To the better.
    Better,
    /// To the worse.
    Worse,
    /// Nowhere.
    Same,
}

impl Trend {
    /// As people read it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Better => "mejora",
            Self::Worse => "empeora",
            Self::Same => "igual",
        }
    }
}

/// What a value says against that of an earlier period.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Comparison {
    /// The later less the earlier, in the unit of the indicator.
    pub difference: f64,
    /// The same as a share of the earlier; none where that is nothing.
    pub relative: Option<f64>,
    /// Which way it went.
    pub trend: Trend,
}

/// Compares two periods. What nobody sees is no change: values that are shown as the same, or that differ by so little that
/// the change in hundredths is shown as none.
pub fn compare(earlier: f64, later: f64, direction: Direction) -> Comparison {
    let difference = later - earlier;
    let relative = (earlier != 0.0).then(|| difference / earlier.abs());
    let is_seen = shown(earlier) != shown(later)
        && relative.is_none_or(|relative| shown(relative * 100.0) != shown(0.0));
    let trend = if !is_seen {
        Trend::Same
    } else if (difference > 0.0) == (direction == Direction::More) {
        Trend::Better
    } else {
        Trend::Worse
    };
    Comparison {
        difference,
        relative,
        trend,
    }
}

/// A number as people see it: with two decimals, and no sign where those are nothing.
fn shown(value: f64) -> String {
    let text = format!("{value:.2}");
    if text == "-0.00" {
        "0.00".to_owned()
    } else {
        text
    }
}

/// Whether two values are one: sums of many binary numbers differ in their last digits by the order in which they are added.
pub fn equal(one: f64, other: f64) -> bool {
    const HAIR: f64 = 1e-9;
    (one - other).abs() <= HAIR * one.abs().max(other.abs()).max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(text: &str) -> Period {
        text.parse().expect("a period")
    }

    fn point(text: &str, value: f64) -> Point {
        Point {
            period: period(text),
            value,
        }
    }

    fn indicator() -> Indicator {
        Indicator {
            name: "Áreas verdes".to_owned(),
            axis: "urbano".to_owned(),
            formula: "m² por predio".to_owned(),
            unit: "m²".to_owned(),
            source: "Catastro".to_owned(),
            direction: Direction::More,
            span: Span::Quarter,
            baseline: Some(point("2025", 4.0)),
            targets: vec![point("2026", 6.0), point("2027", 8.0)],
            query: None,
            demonstration: false,
        }
    }

    fn check(change: impl FnOnce(&mut Indicator)) -> Option<Fault> {
        let mut changed = indicator();
        change(&mut changed);
        changed.check(["urbano", "social"].into_iter()).err()
    }

    #[test]
    fn a_definition_is_checked() {
        assert_eq!(check(|_| ()), None);
        assert_eq!(
            check(|one| one.name = " ".to_owned()),
            Some(Fault::Text("nombre", 3, 160))
        );
        assert_eq!(
            check(|one| one.axis = "otro".to_owned()),
            Some(Fault::Axis("otro".to_owned()))
        );
        assert_eq!(
            check(|one| one.targets.push(point("2026", 9.0))),
            Some(Fault::Targets)
        );
        assert_eq!(
            check(|one| one.targets[0].value = f64::NAN),
            Some(Fault::Value)
        );
        assert_eq!(
            check(|one| one.direction = Direction::Less),
            Some(Fault::Backwards(period("2026")))
        );
    }

    #[test]
    fn the_target_is_the_own_then_the_next_then_the_last() {
        let one = indicator();
        for (when, expected) in [
            ("2026-T1", 6.0),
            ("2026", 6.0),
            ("2026-T4", 6.0),
            ("2027-T1", 8.0),
            ("2030", 8.0),
        ] {
            let target = one.target(period(when)).map(|target| target.value);
            assert_eq!(target, Some(expected), "{when}");
        }
    }

    #[test]
    fn progress_goes_either_way() {
        let more = progress(5.0, Some(4.0), 6.0, Direction::More);
        assert_eq!((more.share, more.reached), (Some(0.5), false));
        let less = progress(3.0, Some(8.0), 4.0, Direction::Less);
        assert_eq!((less.share, less.reached), (Some(1.25), true));
        assert_eq!(progress(6.0, Some(6.0), 6.0, Direction::More).share, None);
    }

    #[test]
    fn periods_are_compared_by_what_is_better() {
        assert_eq!(compare(4.0, 6.0, Direction::More).trend, Trend::Better);
        assert_eq!(compare(4.0, 6.0, Direction::Less).trend, Trend::Worse);
        assert_eq!(compare(0.1 + 0.2, 0.3, Direction::Less).trend, Trend::Same);
        assert_eq!(compare(4.0, 6.0, Direction::More).relative, Some(0.5));
        assert_eq!(compare(0.0, 6.0, Direction::More).relative, None);
    }

    #[test]
    fn what_nobody_sees_is_no_change() {
        let trend = |earlier: f64, later: f64| compare(earlier, later, Direction::More).trend;
        for (earlier, later, expected) in [
            // Two soles of 2.7 million are 0.00 %; two hundred are 0.01 %.
            (2_700_002.0, 2_700_000.0, Trend::Same),
            (2_700_200.0, 2_700_000.0, Trend::Worse),
            // Both are shown as 0.12; as 0.12 and 0.13.
            (0.121, 0.124, Trend::Same),
            (0.124, 0.126, Trend::Better),
            (0.0, 0.004, Trend::Same),
            (0.0, -0.004, Trend::Same),
            (0.0, 0.006, Trend::Better),
            (0.006, 0.0, Trend::Worse),
            (-4.0, -6.0, Trend::Worse),
            (1.0, 2.0, Trend::Better),
            // One parcel more of ten thousand is one.
            (10_000.0, 10_001.0, Trend::Better),
        ] {
            assert_eq!(trend(earlier, later), expected, "{earlier} {later}");
        }
        // The difference itself stays what it is, and so does what is verified.
        assert_eq!(
            compare(2_700_002.0, 2_700_000.0, Direction::More)
                .difference
                .to_string(),
            "-2"
        );
        assert!(!equal(2_700_002.0, 2_700_000.0));
    }

    #[test]
    fn a_report_takes_the_period_that_ends_with_it() {
        let measured = |query: bool, span: Span, report: &str| {
            let one = Indicator {
                query: query.then(|| "select 1".to_owned()),
                span,
                ..indicator()
            };
            one.measured_in(period(report))
                .map(|period| period.to_string())
        };
        let found = |text: &str| Some(text.to_owned());
        assert_eq!(measured(true, Span::Quarter, "2026-S1"), found("2026-S1"));
        assert_eq!(measured(false, Span::Quarter, "2026-S1"), found("2026-T2"));
        assert_eq!(measured(false, Span::Month, "2026-T3"), found("2026-09"));
        assert_eq!(measured(false, Span::Year, "2026-T3"), None);
        assert_eq!(measured(true, Span::Year, "2026-T4"), found("2026"));
        assert_eq!(measured(true, Span::Half, "2026-T2"), found("2026-S1"));
    }

    #[test]
    fn it_is_written_as_it_is_read() {
        let value = serde_json::to_value(indicator()).expect("JSON");
        assert_eq!(value["linea_base"]["periodo"], "2025");
        assert_eq!(value["periodicidad"], "trimestral");
        let read: Indicator = serde_json::from_value(value).expect("an indicator");
        assert_eq!(read, indicator());
    }
}
