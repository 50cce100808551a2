//! Progress as a chart of its page (SVG): by period, what is built and what is spent, of a hundred.

use std::fmt::Write as _;

use chrono::NaiveDate;
use office::investments::ProgressLine;

use super::super::escaped;

const WIDTH: f64 = 600.0;
const HEIGHT: f64 = 260.0;
/// Room for the numbers on the left and the periods below.
const LEFT: f64 = 46.0;
const RIGHT: f64 = 14.0;
const TOP: f64 = 14.0;
const BELOW: f64 = 34.0;

const BUILT: &str = "#17492f";
const SPENT: &str = "#9b1c1c";

/// The chart; none where nothing was reported.
pub(super) fn chart(lines: &[ProgressLine], cost: f64) -> Option<String> {
    let first = lines.first()?.period.last();
    let last = lines.last()?.period.last();
    let built: Vec<(NaiveDate, f64)> = lines
        .iter()
        .filter_map(|line| Some((line.period.last(), line.fisico_pct?)))
        .collect();
    let spent: Vec<(NaiveDate, f64)> = lines
        .iter()
        .filter(|_| cost > 0.0)
        .filter_map(|line| Some((line.period.last(), line.financiero_soles? / cost * 100.0)))
        .collect();
    let all = built.iter().chain(&spent).map(|(_, share)| *share);
    let top = all.fold(100.0_f64, f64::max);
    let days = (last - first).num_days().max(1) as f64;
    let place = |day: NaiveDate, share: f64| {
        let along = (day - first).num_days() as f64 / days;
        (
            LEFT + along * (WIDTH - LEFT - RIGHT),
            TOP + (1.0 - share / top) * (HEIGHT - TOP - BELOW),
        )
    };
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH:.0} {HEIGHT:.0}\" role=\"img\" aria-label=\"Avance acumulado por periodo; las cifras están en la tabla\" font-size=\"13\" font-family=\"system-ui, sans-serif\">"
    );
    for share in [0.0, 50.0, 100.0] {
        let (_, y) = place(first, share);
        let _ = write!(
            svg,
            "<path d=\"M{LEFT:.0} {y:.1}H{:.0}\" stroke=\"#c9cfc9\"/><text x=\"{:.0}\" y=\"{:.1}\" text-anchor=\"end\" fill=\"#1d2a22\">{share:.0} %</text>",
            WIDTH - RIGHT,
            LEFT - 6.0,
            y + 4.5,
        );
    }
    for (line, anchor) in [(lines.first()?, "start"), (lines.last()?, "end")] {
        let (x, _) = place(line.period.last(), 0.0);
        let _ = write!(
            svg,
            "<text x=\"{x:.1}\" y=\"{:.0}\" text-anchor=\"{anchor}\" fill=\"#1d2a22\">{}</text>",
            HEIGHT - 10.0,
            escaped(&line.periodo),
        );
        if lines.len() == 1 {
            break;
        }
    }
    for (series, color, dashes) in [(&built, BUILT, ""), (&spent, SPENT, "7 4")] {
        let mut path = String::new();
        for (at, &(day, share)) in series.iter().enumerate() {
            let (x, y) = place(day, share);
            let letter = if at == 0 { 'M' } else { 'L' };
            let _ = write!(path, "{letter}{x:.1} {y:.1}");
        }
        let _ = write!(
            svg,
            "<path d=\"{path}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"2.5\" stroke-dasharray=\"{dashes}\"/>"
        );
        for &(day, share) in series {
            let (x, y) = place(day, share);
            let _ = write!(
                svg,
                "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3.5\" fill=\"{color}\"/>"
            );
        }
    }
    svg.push_str("</svg>");
    Some(svg)
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    #[test]
    fn a_series_of_any_length_is_drawn_and_none_is_not() {
        let line = |text: &str, share: f64| ProgressLine {
            periodo: text.to_owned(),
            fisico_pct: Some(share),
            financiero_soles: Some(share * 2.0),
            motivo: None,
            registrado: DateTime::UNIX_EPOCH,
            period: text.parse().expect("a period"),
        };
        assert_eq!(chart(&[], 100.0), None);
        let one = chart(&[line("2026-01", 10.0)], 0.0).expect("a chart");
        assert_eq!(one.matches("<circle").count(), 1, "{one}");
        let two = [line("2026-01", 10.0), line("2026-02", 90.0)];
        let two = chart(&two, 100.0).expect("a chart");
        assert_eq!(two.matches("<circle").count(), 4, "{two}");
        assert!(!two.contains("NaN") && !two.contains("style="), "{two}");
    }
}
