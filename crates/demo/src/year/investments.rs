//! Progress of the projects in execution, month by month or quarter by quarter, from December 2025 to November 2026.

use domain::institute::{FigureKind, Period, Span};
use serde_json::json;

use super::{DemoFigure, Year};
use crate::{Town, layers::investments};

/// What is built in each month of the year that it tells of, December to November, for one in an even year: little in
/// the rains, much in the dry months.
const BUILT: [f64; 12] = [0.4, 0.4, 0.4, 0.5, 0.8, 1.2, 1.5, 1.7, 1.7, 1.4, 1.1, 0.9];

/// Adds what was built and spent.
pub(super) fn of(year: &mut Year, towns: &[Town]) {
    for town in towns {
        for project in investments::built(town) {
            if project.phase != "ejecucion" {
                continue;
            }
            // One of them reports by quarter.
            let span = if project.number == 4 {
                Span::Quarter
            } else {
                Span::Month
            };
            for (period, months) in periods(span) {
                // Each project at its own pace; money follows what is built.
                let pace = 5.0 + project.number as f64 * 0.4;
                let built = (BUILT.iter().take(months).sum::<f64>() * pace).min(96.0);
                let spent = (project.cost * built / 100.0 * 0.93).round();
                for (measure, value) in [("fisico_pct", built), ("financiero_soles", spent)] {
                    year.figures.push(DemoFigure {
                        kind: FigureKind::Investment,
                        code: project.code.clone(),
                        measure,
                        period,
                        ubigeo: None,
                        value: (value * 100.0).round() / 100.0,
                        content: json!({"demostracion": true}),
                    });
                }
            }
        }
    }
}

/// The periods of a span that end within the year, and how many of its months have passed by their end.
fn periods(span: Span) -> Vec<(Period, usize)> {
    let mut found = Vec::new();
    let Ok(mut month) = "2025-12".parse::<Period>() else {
        return found;
    };
    for passed in 1..=BUILT.len() {
        let period = Period::of(month.last(), span);
        if period.last() == month.last() {
            found.push((period, passed));
        }
        month = month.next();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_even_year_has_twelve_even_months() {
        assert!((BUILT.iter().sum::<f64>() - 12.0).abs() < 1e-9);
    }

    #[test]
    fn months_and_quarters_of_the_year_are_those_that_end_in_it() {
        let names = |span| -> Vec<String> {
            let periods = periods(span).into_iter();
            periods.map(|(period, _)| period.to_string()).collect()
        };
        assert_eq!(names(Span::Month).len(), 12);
        assert_eq!(
            names(Span::Quarter),
            ["2025-T4", "2026-T1", "2026-T2", "2026-T3"]
        );
    }
}
