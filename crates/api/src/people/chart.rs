//! Figures over periods as a drawing of its page (SVG): bars or lines, with its words for who does not see it. A table of
//! the same figures stands beside it.

use std::fmt::Write as _;

use super::{escaped, spanish::figure};

/// How figures are drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Look {
    /// One bar a period.
    Bars,
    /// A line through the periods.
    Line,
}

/// Figures of one thing, a value for each label of the chart.
#[derive(Clone, Debug)]
pub struct Run {
    /// What it is.
    pub name: String,
    /// Its values; none where there is none.
    pub values: Vec<Option<f64>>,
}

/// What is drawn.
#[derive(Clone, Debug)]
pub struct Chart<'a> {
    /// What it shows, in words.
    pub title: &'a str,
    /// Unit of its values.
    pub unit: &'a str,
    /// The periods, in time.
    pub labels: &'a [String],
    /// At most [`RUNS_MAX`] of them are told apart, by colour and by dashes.
    pub runs: &'a [Run],
    /// What is to be reached, as a line across; none where nothing is.
    pub target: Option<f64>,
    /// Bars or lines.
    pub look: Look,
}

/// Runs whose looks differ: classes `serie-0` to `serie-3` of `catastro.css`.
pub const RUNS_MAX: usize = 4;

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 260.0;
/// What the words of the axes take: left, above, right, below.
const EDGE: [f64; 4] = [92.0, 26.0, 12.0, 34.0];
/// Labels of periods that fit beside each other.
const LABELS_MAX: usize = 8;

impl Chart<'_> {
    /// The drawing; nothing where there is no value.
    pub fn svg(&self) -> Option<String> {
        let scale = Scale::of(self)?;
        let mut body = String::new();
        self.axes(&scale, &mut body);
        for (index, run) in self.runs.iter().take(RUNS_MAX).enumerate() {
            match self.look {
                Look::Bars => self.bars(&scale, index, run, &mut body),
                Look::Line => self.line(&scale, index, run, &mut body),
            }
        }
        if let Some(target) = self.target {
            let [left, _, right, _] = EDGE;
            let _ = write!(
                body,
                "<path class=\"meta\" d=\"M{left} {:.1}H{:.1}\"/>",
                scale.y(target),
                WIDTH - right
            );
        }
        Some(format!(
            "<svg class=\"grafico\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{}\">{body}</svg>",
            escaped(&self.words())
        ))
    }

    /// What is on it, in a sentence.
    fn words(&self) -> String {
        let mut words = format!("{}, en {}.", self.title, self.unit);
        for run in self.runs.iter().take(RUNS_MAX) {
            let said: Vec<(&String, f64)> = self
                .labels
                .iter()
                .zip(&run.values)
                .filter_map(|(label, value)| Some((label, (*value)?)))
                .collect();
            if let (Some((first, from)), Some((last, to))) = (said.first(), said.last()) {
                let _ = write!(
                    words,
                    " {}: de {} en {first} a {} en {last}.",
                    run.name,
                    figure(*from),
                    figure(*to)
                );
            }
        }
        if let Some(target) = self.target {
            let _ = write!(words, " Meta: {}.", figure(target));
        }
        words
    }

    fn axes(&self, scale: &Scale, body: &mut String) {
        let [left, above, right, below] = EDGE;
        for mark in scale.marks() {
            let y = scale.y(mark);
            let _ = write!(
                body,
                "<path class=\"regla\" d=\"M{left} {y:.1}H{:.1}\"/><text class=\"cuanto\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
                WIDTH - right,
                left - 6.0,
                y + 4.0,
                figure(mark)
            );
        }
        let _ = write!(
            body,
            "<text class=\"unidad\" x=\"4\" y=\"{:.1}\">{}</text>",
            above - 10.0,
            escaped(self.unit)
        );
        let every = self.labels.len().div_ceil(LABELS_MAX).max(1);
        for (index, label) in self.labels.iter().enumerate().step_by(every) {
            let _ = write!(
                body,
                "<text class=\"cuando\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
                scale.x(index),
                HEIGHT - below + 18.0,
                escaped(label)
            );
        }
        let _ = write!(
            body,
            "<path class=\"eje\" d=\"M{left} {above}V{:.1}H{:.1}\"/>",
            HEIGHT - below,
            WIDTH - right
        );
    }

    fn bars(&self, scale: &Scale, index: usize, run: &Run, body: &mut String) {
        let runs = small(self.runs.len().clamp(1, RUNS_MAX));
        let width = scale.step * 0.7 / runs;
        for (at, value) in values(run) {
            let x = scale.x(at) + (small(index) - runs / 2.0) * width;
            let (top, foot) = (scale.y(value), scale.y(0.0));
            let _ = write!(
                body,
                "<rect class=\"serie-{index}\" x=\"{x:.1}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"{:.1}\"><title>{}</title></rect>",
                top.min(foot),
                (top - foot).abs().max(0.5),
                escaped(&self.tip(run, at, value))
            );
        }
    }

    fn line(&self, scale: &Scale, index: usize, run: &Run, body: &mut String) {
        let mut path = String::new();
        let mut before: Option<usize> = None;
        let mut dots = String::new();
        for (at, value) in values(run) {
            // Where a period says nothing, the line stops and begins again.
            let letter = if before.is_some_and(|before| before + 1 == at) {
                "L"
            } else {
                "M"
            };
            before = Some(at);
            let (x, y) = (scale.x(at), scale.y(value));
            let _ = write!(path, "{letter}{x:.1} {y:.1}");
            let _ = write!(
                dots,
                "<circle class=\"serie-{index}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\"><title>{}</title></circle>",
                escaped(&self.tip(run, at, value))
            );
        }
        let _ = write!(
            body,
            "<path class=\"linea serie-{index}\" d=\"{path}\"/>{dots}"
        );
    }

    fn tip(&self, run: &Run, at: usize, value: f64) -> String {
        let label = self.labels.get(at).map_or("", String::as_str);
        format!("{}, {label}: {} {}", run.name, figure(value), self.unit)
    }
}

/// Lines of a legend for the runs of a chart.
pub fn legend(runs: &[Run]) -> String {
    let mut lines = String::new();
    for (index, run) in runs.iter().take(RUNS_MAX).enumerate() {
        let _ = write!(
            lines,
            "<li><svg class=\"grafico\" viewBox=\"0 0 24 16\" aria-hidden=\"true\"><path class=\"linea serie-{index}\" d=\"M1 8H23\"/><circle class=\"serie-{index}\" cx=\"12\" cy=\"8\" r=\"3\"/></svg>{}</li>",
            escaped(&run.name)
        );
    }
    lines
}

fn values(run: &Run) -> impl Iterator<Item = (usize, f64)> {
    run.values
        .iter()
        .enumerate()
        .filter_map(|(at, value)| Some((at, (*value)?)))
}

/// Where values and periods lie on the drawing.
struct Scale {
    low: f64,
    mark: f64,
    marks: usize,
    step: f64,
}

/// Least number of marks of the upright axis.
const MARKS: f64 = 4.0;

impl Scale {
    /// From nought, or from below it, to above the greatest.
    fn of(chart: &Chart<'_>) -> Option<Self> {
        let mut all = chart
            .runs
            .iter()
            .take(RUNS_MAX)
            .flat_map(values)
            .map(|(_, value)| value)
            .filter(|value| value.is_finite())
            .peekable();
        all.peek()?;
        let (low, high) = all
            .chain(chart.target)
            .fold((0.0_f64, 0.0_f64), |(low, high), value| {
                (low.min(value), high.max(value))
            });
        let mark = round_step((high - low) / MARKS);
        let low = (low / mark).floor() * mark;
        let mut marks = 1;
        while low + small(marks) * mark < high {
            marks += 1;
        }
        let width = WIDTH - EDGE[0] - EDGE[2];
        Some(Self {
            low,
            mark,
            marks,
            step: width / small(chart.labels.len().max(1)),
        })
    }

    fn marks(&self) -> impl Iterator<Item = f64> {
        (0..=self.marks).map(|index| self.low + small(index) * self.mark)
    }

    fn x(&self, index: usize) -> f64 {
        EDGE[0] + (small(index) + 0.5) * self.step
    }

    fn y(&self, value: f64) -> f64 {
        let share = (value - self.low) / (small(self.marks) * self.mark);
        HEIGHT - EDGE[3] - share * (HEIGHT - EDGE[1] - EDGE[3])
    }
}

/// The next of 1, 2, 5, 10, 20, 50…
fn round_step(least: f64) -> f64 {
    if !(least.is_finite() && least > 0.0) {
        return 0.25;
    }
    let power = 10_f64.powf(least.log10().floor());
    [1.0, 2.0, 5.0]
        .into_iter()
        .map(|digit| digit * power)
        .find(|step| *step >= least)
        .unwrap_or(10.0 * power)
}

/// A count as a number of a drawing.
fn small(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(look: Look, values: &[Option<f64>]) -> Option<String> {
        aiming(look, values, None)
    }

    fn aiming(look: Look, values: &[Option<f64>], target: Option<f64>) -> Option<String> {
        let labels: Vec<String> = (0..values.len()).map(|at| format!("2026-{at}")).collect();
        let runs = [Run {
            name: "<Sauce>".to_owned(),
            values: values.to_vec(),
        }];
        Chart {
            title: "Áreas verdes",
            unit: "m²",
            labels: &labels,
            runs: &runs,
            target,
            look,
        }
        .svg()
    }

    #[test]
    fn nothing_is_drawn_of_nothing() {
        assert_eq!(drawn(Look::Bars, &[None, None]), None);
        assert_eq!(drawn(Look::Line, &[]), None);
    }

    #[test]
    fn it_says_what_it_shows_and_has_no_styles_of_its_own() {
        let svg = drawn(Look::Line, &[Some(1.0), Some(3.5)]).expect("a drawing");
        assert!(
            svg.contains("Áreas verdes, en m². &lt;Sauce&gt;: de 1 en 2026-0 a 3.5 en 2026-1."),
            "{svg}"
        );
        assert!(!svg.contains("style=") && !svg.contains("NaN"), "{svg}");
    }

    #[test]
    fn a_target_is_said_and_lies_on_the_drawing() {
        assert_eq!(aiming(Look::Bars, &[None], Some(9.0)), None);
        let svg = aiming(Look::Bars, &[Some(1.0)], Some(90.0)).expect("a drawing");
        assert!(svg.contains(" Meta: 90."), "{svg}");
        let begins = format!("class=\"meta\" d=\"M{} ", EDGE[0]);
        let path = svg.split(&begins).nth(1);
        let height = path
            .and_then(|rest| rest.split('H').next())
            .expect("a line");
        let height: f64 = height.parse().expect("a number");
        assert!((0.0..=HEIGHT).contains(&height), "{svg}");
    }

    #[test]
    fn a_line_stops_where_nothing_is_known() {
        let svg = drawn(Look::Line, &[Some(1.0), Some(2.0), None, Some(3.0)]).expect("a drawing");
        let path = svg.split("class=\"linea serie-0\" d=\"").nth(1);
        let path = path
            .and_then(|rest| rest.split('"').next())
            .expect("a line");
        assert_eq!(path.matches('M').count(), 2, "{path}");
        assert_eq!(path.matches('L').count(), 1, "{path}");
    }

    #[test]
    fn the_marks_reach_around_all_values() {
        for values in [
            vec![Some(0.0)],
            vec![Some(-3.0), Some(7.0)],
            vec![Some(1e9), Some(2.5e9)],
            vec![Some(0.000_1)],
        ] {
            let svg = drawn(Look::Bars, &values).expect("a drawing");
            for part in svg.split(" y=\"").skip(1) {
                let y: f64 = part
                    .split('"')
                    .next()
                    .unwrap_or("")
                    .parse()
                    .expect("a number");
                assert!((0.0..=HEIGHT).contains(&y), "{values:?}: {y}");
            }
        }
        for (least, step) in [
            (0.0, 0.25),
            (0.9, 1.0),
            (1.1, 2.0),
            (30.0, 50.0),
            (6.0, 10.0),
        ] {
            assert!((round_step(least) - step).abs() < 1e-9, "{least}");
        }
    }

    #[test]
    fn many_periods_have_few_labels() {
        let many: Vec<Option<f64>> = (0..120).map(|at| Some(f64::from(at))).collect();
        let svg = drawn(Look::Bars, &many).expect("a drawing");
        assert!(
            svg.matches("class=\"cuando\"").count() <= LABELS_MAX,
            "{svg}"
        );
    }
}
