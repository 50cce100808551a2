//! The colours of zones on maps.

use serde::Deserialize;

/// A colour for each family of classes, from `data/reglas/colores_zonas.json`.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Palette {
    /// Colours by the beginning of a class's code.
    #[serde(rename = "clases")]
    families: Vec<Family>,
    /// For all others.
    #[serde(rename = "otras")]
    other: String,
}

/// Zone classes that begin alike.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Family {
    /// With what their codes begin.
    #[serde(rename = "comienza")]
    pub begins: String,
    /// What a legend calls them.
    #[serde(rename = "nombre")]
    pub name: String,
    /// Their colour, `#rrggbb`.
    pub color: String,
    /// Name of their texture, for who does not tell colours apart.
    #[serde(rename = "trama")]
    pub texture: String,
}

impl Palette {
    /// Reads the file.
    pub fn parse(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }

    /// The families, in the order of the file.
    pub fn families(&self) -> &[Family] {
        &self.families
    }

    /// The colour of all classes without a family.
    pub fn other(&self) -> &str {
        &self.other
    }

    /// The colour of a class, `#rrggbb`: that of the longest beginning that it has.
    pub fn color(&self, class: &str) -> &str {
        self.family(class)
            .map_or(&self.other, |family| &family.color)
    }

    /// The texture of a class by name, empty for one without a family.
    pub fn texture(&self, class: &str) -> &str {
        self.family(class).map_or("", |family| &family.texture)
    }

    fn family(&self, class: &str) -> Option<&Family> {
        self.families
            .iter()
            .filter(|family| class.starts_with(&family.begins))
            .max_by_key(|family| family.begins.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_beginning_gives_the_colour() {
        let palette = Palette::parse(
            r##"{"otras": "#ffffff", "clases": [{"comienza": "R", "nombre": "Residencial", "color": "#ffff00", "trama": "puntos"}, {"comienza": "RD", "nombre": "De densidad", "color": "#ffcc00", "trama": "rayas"}]}"##,
        )
        .expect("a palette");
        for (class, color) in [
            ("RDM", "#ffcc00"),
            ("R", "#ffff00"),
            ("ZA", "#ffffff"),
            ("", "#ffffff"),
        ] {
            assert_eq!(palette.color(class), color, "{class}");
        }
        assert_eq!(
            (palette.texture("RDM"), palette.texture("ZA")),
            ("rayas", "")
        );
    }
}
