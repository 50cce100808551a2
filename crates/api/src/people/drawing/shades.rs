//! Ground by how much there is of something: darker and denser the more.

use geo_types::Geometry;

use super::{Drawing, legend::texture};
use crate::people::escaped;

/// Classes that are told apart, by colour and by texture.
pub const SHADES: [(&str, &str); 5] = [
    ("#f4f1e4", ""),
    ("#d5e3c4", "puntos_ralos"),
    ("#a3c79c", "rayas_ralas"),
    ("#62a074", "rayas"),
    ("#2f7350", "rayas_densas"),
];

impl Drawing {
    /// Ground of a class: from none (0) to much (4); with a name that is read aloud and shown when it is pointed at.
    pub fn shade(&mut self, shape: &Geometry<f64>, class: usize, name: &str) {
        let (color, pattern) = SHADES[class.min(SHADES.len() - 1)];
        self.put(
            shape,
            &format!(" class=\"tono\" fill=\"{color}\""),
            Some(name),
        );
        if texture(pattern).is_some() {
            if !self.textures.contains(&pattern) {
                self.textures.push(pattern);
            }
            self.put(
                shape,
                &format!(" class=\"tono\" fill=\"url(#t-{pattern})\""),
                None,
            );
        }
    }
}

/// A line of a legend for a class.
pub fn legend_of_shade(class: usize, words: &str) -> String {
    let (color, pattern) = SHADES[class.min(SHADES.len() - 1)];
    let lines = texture(pattern).unwrap_or_default();
    format!(
        "<li><svg viewBox=\"0 0 12 8\" aria-hidden=\"true\"><rect width=\"12\" height=\"8\" fill=\"{color}\"/><path d=\"{lines}\" fill=\"none\" stroke=\"#3a3a3a\" stroke-opacity=\".7\"/></svg>{}</li>",
        escaped(words)
    )
}
