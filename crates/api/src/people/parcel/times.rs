//! The versions of a parcel on both axes of time, as a drawing: across, the days on which a version holds; down, since
//! when the service says so. Days and moments stand at equal distances: what matters is what comes before what.

use std::fmt::Write as _;

use chrono::{DateTime, NaiveDate, Utc};
use domain::time::AsOf;
use office::view::{History, Version};

use super::super::spanish;

/// Versions on a drawing: the last ones of more.
const SHOWN_MAX: usize = 10;
const LEFT: usize = 132;
const TOP: usize = 34;
const COLUMN: usize = 104;
const ROW: usize = 44;

/// The drawing.
pub fn drawing(history: &History, as_of: AsOf) -> String {
    let skipped = history.versions.len().saturating_sub(SHOWN_MAX);
    let shown: Vec<(usize, Span)> = history
        .versions
        .iter()
        .enumerate()
        .skip(skipped)
        .filter_map(|(index, version)| Some((index + 1, Span::of(version)?)))
        .collect();
    if shown.is_empty() {
        return String::new();
    }
    let mut days: Vec<NaiveDate> = Vec::new();
    let mut moments: Vec<DateTime<Utc>> = Vec::new();
    for (_, span) in &shown {
        days.push(span.from);
        days.extend(span.to);
        moments.push(span.since);
        moments.extend(span.until);
    }
    days.sort_unstable();
    days.dedup();
    moments.sort_unstable();
    moments.dedup();
    let axes = Axes { days, moments };
    axes.drawn(&shown, as_of)
}

struct Span {
    from: NaiveDate,
    to: Option<NaiveDate>,
    since: DateTime<Utc>,
    until: Option<DateTime<Utc>>,
}

impl Span {
    fn of(version: &Version) -> Option<Self> {
        let day = |text: &str| text.parse().ok();
        let moment = |text: &str| text.parse().ok();
        Some(Self {
            from: day(&version.valid_from)?,
            to: version.valid_to.as_deref().and_then(day),
            since: moment(&version.recorded_from)?,
            until: version.recorded_to.as_deref().and_then(moment),
        })
    }
}

struct Axes {
    days: Vec<NaiveDate>,
    moments: Vec<DateTime<Utc>>,
}

impl Axes {
    fn drawn(&self, shown: &[(usize, Span)], as_of: AsOf) -> String {
        let width = LEFT + self.days.len() * COLUMN + 24;
        let height = TOP + self.moments.len() * ROW + 8;
        let mut body = String::new();
        for (index, day) in self.days.iter().enumerate() {
            let x = LEFT + index * COLUMN;
            let _ = write!(
                body,
                "<path class=\"eje\" d=\"M{x} {}V{height}\"/><text x=\"{x}\" y=\"{}\">{}</text>",
                TOP - 4,
                TOP - 12,
                spanish::day(*day)
            );
        }
        for (index, moment) in self.moments.iter().enumerate() {
            let y = TOP + index * ROW;
            let _ = write!(
                body,
                "<path class=\"eje\" d=\"M{} {y}H{width}\"/><text x=\"{}\" y=\"{}\">{}</text>",
                LEFT - 4,
                LEFT - 66,
                y + 5,
                spanish::moment(*moment)
            );
        }
        for (number, span) in shown {
            let x = LEFT + place(&self.days, &span.from) * COLUMN;
            let right = span
                .to
                .map_or(width - 2, |to| LEFT + place(&self.days, &to) * COLUMN);
            let y = TOP + place(&self.moments, &span.since) * ROW;
            let low = span
                .until
                .map_or(height - 2, |until| TOP + place(&self.moments, &until) * ROW);
            let look = if span.until.is_none() {
                "rige"
            } else {
                "dicho"
            };
            let _ = write!(
                body,
                "<a href=\"#v{number}\" aria-label=\"Versión {number}\"><rect class=\"{look}\" x=\"{x}\" y=\"{y}\" width=\"{}\" height=\"{}\"/><text class=\"numero\" x=\"{}\" y=\"{}\">{number}</text></a>",
                right.saturating_sub(x).max(2),
                low.saturating_sub(y).max(2),
                usize::midpoint(x, right),
                usize::midpoint(y, low) + 5
            );
        }
        let after = |count: usize| count.saturating_sub(1);
        if as_of.day >= self.days[0] && as_of.known_at >= self.moments[0] {
            let x = LEFT + after(self.days.partition_point(|day| *day <= as_of.day)) * COLUMN + 12;
            let y =
                TOP + after(self.moments.partition_point(|at| *at <= as_of.known_at)) * ROW + 14;
            let _ = write!(
                body,
                "<circle class=\"aqui\" cx=\"{x}\" cy=\"{y}\" r=\"6\"><title>Lo que se ve en esta página</title></circle>"
            );
        }
        format!(
            "<svg class=\"tiempos\" xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"group\" aria-label=\"Versiones del predio: a lo ancho, los días en que rigen; hacia abajo, desde cuándo lo dice el servicio. La tabla que sigue dice lo mismo.\">{body}</svg>"
        )
    }
}

fn place<T: Ord>(sorted: &[T], one: &T) -> usize {
    sorted.partition_point(|other| other < one)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(valid: (&str, Option<&str>), recorded: (&str, Option<&str>)) -> Version {
        Version {
            code: "A".to_owned(),
            ubigeo: "220101".to_owned(),
            valid_from: valid.0.to_owned(),
            valid_to: valid.1.map(str::to_owned),
            recorded_from: recorded.0.to_owned(),
            recorded_to: recorded.1.map(str::to_owned),
            change: 1,
            closed_by: None,
            act: "levantamiento".to_owned(),
            reason: String::new(),
            document: None,
            area_m2: 1.0,
            attributes: None,
            shape: None,
        }
    }

    #[test]
    fn each_version_is_a_box_and_what_is_asked_a_dot() {
        let (first, second) = ("2026-01-05T15:00:00+00:00", "2026-03-05T15:00:00+00:00");
        let history = History {
            code: "A".to_owned(),
            versions: vec![
                version(("2026-01-01", None), (first, Some(second))),
                version(("2026-01-01", Some("2026-03-01")), (second, None)),
                version(("2026-03-01", None), (second, None)),
            ],
            ancestors: Vec::new(),
            descendants: Vec::new(),
        };
        let as_of = AsOf {
            day: "2026-02-01".parse().expect("a day"),
            known_at: Utc::now(),
        };
        let svg = drawing(&history, as_of);
        assert_eq!(svg.matches("class=\"dicho\"").count(), 1, "{svg}");
        assert_eq!(svg.matches("class=\"rige\"").count(), 2, "{svg}");
        assert!(
            svg.contains("05/03/2026 10:00") && svg.contains("aqui"),
            "{svg}"
        );
    }
}
