//! A series as a drawing (SVG) without script; the same values stand in a table beside it.

use std::fmt::Write as _;

use office::indicators::{FigureShape, IndicatorShape};

use super::words::figure;
use crate::people::escaped;

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 260.0;
/// Room for the numbers at the left and the periods below.
const LEFT: f64 = 90.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 20.0;
const BELOW: f64 = 36.0;

/// Periods of one chart: of months, two years.
const PERIODS_MAX: usize = 24;
/// Periods that are written below it.
const LABELS_MAX: usize = 6;

/// The last values for the province, in periods of the indicator's own length, with the target; none where there is no value.
pub fn chart(shape: &IndicatorShape) -> Option<String> {
    let mut points: Vec<&FigureShape> = shape
        .cifras
        .iter()
        .filter(|one| one.ubigeo.is_none() && one.period.span() == shape.indicator.span)
        .take(PERIODS_MAX)
        .collect();
    points.reverse();
    let last = points.last()?;
    let target = shape.meta.map(|meta| meta.value);
    let values = points.iter().map(|one| one.valor).chain(target);
    // From nothing, so that a bar's height is its value.
    let (low, high) = values.fold((0.0_f64, 0.0_f64), |(low, high), value| {
        (low.min(value), high.max(value))
    });
    let height = if high > low { high - low } else { 1.0 };
    let y = |value: f64| TOP + (HEIGHT - TOP - BELOW) * (1.0 - (value - low) / height);
    let step = (WIDTH - LEFT - RIGHT) / points.len() as f64;
    let x = |at: usize| LEFT + step * (at as f64 + 0.5);
    let mut body = String::new();
    for value in [low, high] {
        let _ = write!(
            body,
            "<line class=\"guia\" x1=\"{LEFT}\" y1=\"{0:.1}\" x2=\"{1}\" y2=\"{0:.1}\"/><text class=\"valor\" x=\"{2}\" y=\"{3:.1}\">{4}</text>",
            y(value),
            WIDTH - RIGHT,
            LEFT - 6.0,
            y(value) + 4.0,
            figure(value),
        );
    }
    let every = points.len().div_ceil(LABELS_MAX);
    for (at, one) in points.iter().enumerate() {
        let (top, bottom) = (y(one.valor.max(0.0)), y(one.valor.min(0.0)));
        let wide = (step * 0.6).min(60.0);
        let _ = write!(
            body,
            "<rect class=\"barra\" x=\"{:.1}\" y=\"{top:.1}\" width=\"{wide:.1}\" height=\"{:.1}\"><title>{}: {}</title></rect>",
            x(at) - wide / 2.0,
            bottom - top,
            escaped(&one.periodo),
            figure(one.valor),
        );
        if (points.len() - 1 - at).is_multiple_of(every) {
            let _ = write!(
                body,
                "<text x=\"{:.1}\" y=\"{:.1}\">{}</text>",
                x(at),
                HEIGHT - 12.0,
                escaped(&one.periodo)
            );
        }
    }
    if let Some(target) = target {
        let _ = write!(
            body,
            "<line class=\"meta\" x1=\"{LEFT}\" y1=\"{0:.1}\" x2=\"{1}\" y2=\"{0:.1}\"/>",
            y(target),
            WIDTH - RIGHT
        );
    }
    let said = format!(
        "{}: {} valores hasta {}, el último {}{}",
        shape.indicator.name,
        points.len(),
        last.periodo,
        figure(last.valor),
        target
            .map(|target| format!("; meta {}", figure(target)))
            .unwrap_or_default()
    );
    Some(format!(
        "<svg class=\"grafico\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{}\">{body}</svg>",
        escaped(&said)
    ))
}
