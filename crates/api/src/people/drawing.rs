//! Ground as a drawing of its page (SVG): it needs no script, prints, and weighs what its corners weigh. In, coordinates
//! are metres of the official system (EPSG:32718); on the drawing, metres from its upper left corner.

mod labels;
mod legend;
mod shades;

use std::fmt::Write as _;

use domain::geometry::{areas, bounds, lines};
use geo_types::{Coord, Geometry, LineString, MultiPolygon, Rect};
use office::tiles;

use super::escaped;

pub use labels::short_code;
pub use legend::{legend_of_color, legend_of_look, legend_of_zone, texture};
pub use shades::{SHADES, legend_of_shade};

/// Least width and height of a drawing, in metres: a point has neither.
const LEAST_M: f64 = 12.0;
/// Longest side by shortest: a narrower one would be a strip that nobody reads.
const NARROWEST: f64 = 2.2;
/// Shapes are cut off that far beyond the edge, in parts of the width, so that the cut itself is not seen.
const BEYOND: f64 = 0.15;

/// A drawing that grows.
pub struct Drawing {
    window: Rect<f64>,
    /// Decimals of a coordinate: a thousandth of the width or better.
    decimals: usize,
    body: String,
    textures: Vec<&'static str>,
    /// Something on it leads elsewhere: it is more than a picture then.
    has_links: bool,
}

impl Drawing {
    /// A drawing of what is in a window, and of some of what is around it (a share of its size).
    pub fn of(ground: Rect<f64>, around: f64) -> Self {
        let width = (ground.width() * (1.0 + 2.0 * around)).max(LEAST_M);
        let height = (ground.height() * (1.0 + 2.0 * around)).max(LEAST_M);
        let (width, height) = (width.max(height / NARROWEST), height.max(width / NARROWEST));
        let centre = ground.center();
        let half = Coord::from((width / 2.0, height / 2.0));
        Self {
            window: Rect::new(centre - half, centre + half),
            decimals: match width {
                width if width < 500.0 => 2,
                width if width < 5_000.0 => 1,
                _ => 0,
            },
            body: String::new(),
            textures: Vec::new(),
            has_links: false,
        }
    }

    /// What is on the drawing: who reads layers asks for this box.
    pub fn window(&self) -> Rect<f64> {
        self.window
    }

    /// Whether anything of a shape may be seen on it.
    pub fn shows(&self, shape: &Geometry<f64>) -> bool {
        bounds(shape).is_some_and(|ground| self.is_seen(ground))
    }

    /// What is drawn within has a name, to which a link of the page leads.
    pub fn group(&mut self, name: &str, draw: impl FnOnce(&mut Self)) {
        let _ = write!(self.body, "<g id=\"{}\">", escaped(name));
        draw(self);
        self.body.push_str("</g>");
    }

    /// A shape by its look, a class of `catastro.css`; with a name that is read aloud and shown when it is pointed at.
    pub fn shape(&mut self, shape: &Geometry<f64>, look: &str, name: Option<&str>) {
        self.put(shape, &format!(" class=\"{}\"", escaped(look)), name);
    }

    /// The ground of a zone, in the colour and with the texture of its class.
    pub fn zone(&mut self, shape: &Geometry<f64>, class: &str, name: Option<&str>) {
        let Ok(palette) = tiles::palette() else {
            return;
        };
        let color = palette.color(class).to_owned();
        self.put(
            shape,
            &format!(" class=\"zona\" fill=\"{}\"", escaped(&color)),
            name,
        );
        let name = palette.texture(class);
        if texture(name).is_some() {
            if !self.textures.contains(&name) {
                self.textures.push(name);
            }
            self.put(
                shape,
                &format!(" class=\"zona\" fill=\"url(#t-{name})\""),
                None,
            );
        }
    }

    /// The ground of a restriction, in the colour of its theme.
    pub fn restriction(&mut self, shape: &Geometry<f64>, color: &str, name: Option<&str>) {
        let color = escaped(color);
        let paint = format!(" class=\"restriccion\" fill=\"{color}\" stroke=\"{color}\"");
        self.put(shape, &paint, name);
    }

    /// The same as [`Self::shape`], as a link.
    pub fn link(&mut self, shape: &Geometry<f64>, look: &str, name: &str, href: &str) {
        if !self.shows(shape) {
            return;
        }
        self.has_links = true;
        let _ = write!(
            self.body,
            "<a href=\"{}\" aria-label=\"{}\">",
            escaped(href),
            escaped(name)
        );
        self.shape(shape, look, Some(name));
        self.body.push_str("</a>");
    }

    /// A round spot as a link, its radius a share of the width: of several things, where one of them is a point.
    pub fn spot(&mut self, at: Coord<f64>, share: f64, look: &str, name: &str, href: &str) {
        if !self.is_seen(Rect::new(at, at)) {
            return;
        }
        self.has_links = true;
        let (x, y) = self.place(at);
        let radius = self.window.width() * share;
        let (name, href, look) = (escaped(name), escaped(href), escaped(look));
        let _ = write!(
            self.body,
            "<a href=\"{href}\" aria-label=\"{name}\"><circle class=\"{look}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius:.1}\"><title>{name}</title></circle></a>"
        );
    }

    /// A few letters, so high in metres.
    pub fn text(&mut self, at: Coord<f64>, height_m: f64, text: &str) {
        if !self.is_seen(Rect::new(at, at)) {
            return;
        }
        let (x, y) = self.place(at);
        let decimals = self.decimals;
        let _ = write!(
            self.body,
            "<text x=\"{x:.decimals$}\" y=\"{y:.decimals$}\" font-size=\"{height_m:.2}\">{}</text>",
            escaped(text)
        );
    }

    /// The height of letters that are read well on it, in metres.
    pub fn letters_m(&self) -> f64 {
        self.window.width().max(self.window.height()) / 38.0
    }

    /// The drawing, with what it shows in words. Scripts find in it where its corner is.
    pub fn svg(self, words: &str) -> String {
        let mut textures = String::new();
        // A texture repeats each so many metres: some sixty times over the drawing.
        let scale = self.window.width() / 60.0 / 8.0;
        for name in &self.textures {
            let lines = texture(name).unwrap_or_default();
            let _ = write!(
                textures,
                "<pattern id=\"t-{name}\" patternUnits=\"userSpaceOnUse\" width=\"8\" height=\"8\" patternTransform=\"scale({scale:.4})\"><path d=\"{lines}\" fill=\"none\" stroke=\"#3a3a3a\" stroke-opacity=\".55\"/></pattern>",
            );
        }
        format!(
            "<svg class=\"plano\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {:.2} {:.2}\" data-oeste=\"{:.2}\" data-norte=\"{:.2}\" role=\"{}\" aria-label=\"{}\"><defs>{textures}</defs>{}</svg>",
            self.window.width(),
            self.window.height(),
            self.window.min().x,
            self.window.max().y,
            // A picture has no parts that are read.
            if self.has_links { "group" } else { "img" },
            escaped(words),
            self.body
        )
    }

    fn put(&mut self, shape: &Geometry<f64>, paint: &str, name: Option<&str>) {
        if !self.shows(shape) {
            return;
        }
        let mut path = String::new();
        if let Some(ground) = areas(shape) {
            self.rings(&ground, &mut path);
        } else if let Some(axis) = lines(shape) {
            for line in &axis {
                for run in self.runs(line) {
                    self.line(run.iter(), false, &mut path);
                }
            }
        }
        let title = name.map_or_else(String::new, |name| {
            format!("<title>{}</title>", escaped(name))
        });
        if let Geometry::Point(point) = shape {
            let (x, y) = self.place(point.0);
            let radius = self.window.width() / 90.0;
            let _ = write!(
                self.body,
                "<circle{paint} cx=\"{x:.2}\" cy=\"{y:.2}\" r=\"{radius:.2}\">{title}</circle>"
            );
        } else if let Geometry::MultiPoint(points) = shape {
            for point in points {
                self.put(&Geometry::Point(*point), paint, name);
            }
        } else if !path.is_empty() {
            let _ = write!(
                self.body,
                "<path{paint} fill-rule=\"evenodd\" d=\"{path}\">{title}</path>"
            );
        }
    }

    fn rings(&self, ground: &MultiPolygon<f64>, path: &mut String) {
        for polygon in ground {
            for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
                let cut = self.cut(ring);
                self.line(cut.iter(), true, path);
            }
        }
    }

    fn line<'a>(
        &self,
        corners: impl Iterator<Item = &'a Coord<f64>>,
        closed: bool,
        path: &mut String,
    ) {
        let decimals = self.decimals;
        let mut any = false;
        for corner in corners {
            let (x, y) = self.place(*corner);
            let letter = if any { "L" } else { "M" };
            let _ = write!(path, "{letter}{x:.decimals$} {y:.decimals$}");
            any = true;
        }
        if any && closed {
            path.push('Z');
        }
    }

    /// The stretches of a line whose sides may be seen: a road leads far beyond what is drawn.
    fn runs(&self, line: &LineString<f64>) -> Vec<Vec<Coord<f64>>> {
        let mut runs: Vec<Vec<Coord<f64>>> = Vec::new();
        let mut goes_on = false;
        for side in line.lines() {
            let seen = self.is_seen(Rect::new(side.start, side.end));
            match runs.last_mut() {
                Some(run) if seen && goes_on => run.push(side.end),
                _ if seen => runs.push(vec![side.start, side.end]),
                _ => {}
            }
            goes_on = seen;
        }
        runs
    }

    fn place(&self, at: Coord<f64>) -> (f64, f64) {
        (at.x - self.window.min().x, self.window.max().y - at.y)
    }

    fn is_seen(&self, ground: Rect<f64>) -> bool {
        let (a, b) = (self.window, ground);
        a.min().x <= b.max().x
            && b.min().x <= a.max().x
            && a.min().y <= b.max().y
            && b.min().y <= a.max().y
    }

    /// A ring without what lies far beyond the edges, side by side of the window (Sutherland and Hodgman).
    fn cut(&self, ring: &LineString<f64>) -> Vec<Coord<f64>> {
        let beyond = self.window.width() * BEYOND;
        let (min, max) = (self.window.min(), self.window.max());
        let mut corners: Vec<Coord<f64>> = ring.coords().copied().collect();
        corners.pop();
        for (axis, sign, limit) in [
            (0, 1.0, min.x - beyond),
            (0, -1.0, -(max.x + beyond)),
            (1, 1.0, min.y - beyond),
            (1, -1.0, -(max.y + beyond)),
        ] {
            let depth = |at: Coord<f64>| sign * if axis == 0 { at.x } else { at.y } - limit;
            let mut kept = Vec::with_capacity(corners.len());
            for (index, to) in corners.iter().enumerate() {
                let from = corners[(index + corners.len() - 1) % corners.len()];
                let (a, b) = (depth(from), depth(*to));
                if (a < 0.0) != (b < 0.0) {
                    kept.push(from + (*to - from) * (a / (a - b)));
                }
                if b >= 0.0 {
                    kept.push(*to);
                }
            }
            corners = kept;
        }
        corners
    }
}

#[cfg(test)]
mod tests {
    use geo_types::polygon;

    use super::*;

    fn square(side: f64) -> Geometry<f64> {
        polygon![(x: 0.0, y: 0.0), (x: side, y: 0.0), (x: side, y: side), (x: 0.0, y: side)].into()
    }

    #[test]
    fn north_is_up_and_what_is_far_away_is_cut_off() {
        let mut drawing = Drawing::of(Rect::new((40.0, 40.0), (60.0, 60.0)), 0.0);
        drawing.shape(&square(50.0), "predio", Some("<b>"));
        drawing.shape(&square(1.0), "lote", None);
        let svg = drawing.svg("un plano");
        // The upper edge at 50 is ten metres below the window's; the lower left corner is cut at three metres beyond.
        assert!(svg.contains("10.00 10.00"), "{svg}");
        assert!(svg.contains("-3.00 23.00"), "{svg}");
        assert!(
            svg.contains("<title>&lt;b&gt;</title>") && !svg.contains("lote"),
            "{svg}"
        );
    }

    #[test]
    fn every_texture_of_the_palette_is_drawn() {
        let palette = tiles::palette().expect("the palette");
        for family in palette.families() {
            assert!(texture(&family.texture).is_some(), "{}", family.texture);
        }
    }
}
