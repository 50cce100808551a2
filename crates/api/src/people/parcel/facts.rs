//! What a card says of a parcel in force, in words and numbers.

use domain::{
    parcel::{Facing, Stretch, Toward},
    plan::{Effect, Theme},
};
use office::{
    Problem,
    card::{PaperArea, Standing},
    data,
    view::{BasisView, LiveCertificate, ThemeState},
};
use serde_json::Value;

use super::{
    super::{spanish, text::Text},
    plan,
    words::{label, told},
};

/// The parcel in words and numbers.
pub struct Facts {
    /// Name of its municipality.
    pub municipality: String,
    /// Whether its code is one of the service's own.
    pub provisional: bool,
    /// Its address.
    pub address: Option<Text>,
    /// Further attributes with their labels.
    pub attributes: Vec<(String, Text)>,
    /// First day of this version.
    pub valid_from: String,
    /// The last change that is known.
    pub version: String,
    /// The plan as SVG.
    pub plan: String,
    /// The lines of its legend.
    pub legend: String,
    /// Square metres.
    pub area: String,
    /// Its perimeter.
    pub perimeter: String,
    /// Its areas by papers.
    pub papers: Vec<Paper>,
    /// Its sides.
    pub sides: Vec<Side>,
    /// On whom it borders.
    pub borders: Vec<Border>,
    /// Its zones.
    pub zones: Vec<Zone>,
    /// The ground: in all, under a zone, under none, counted twice.
    pub balance: Option<[String; 4]>,
    /// Its restrictions.
    pub overlays: Vec<Overlay>,
    /// Themes of which nobody knows.
    pub themes_without: Vec<String>,
    /// Themes with data that do not touch it.
    pub themes_clear: Vec<String>,
    /// What its zones limit.
    pub parameters: Vec<ParameterLine>,
    /// None while nobody can tell.
    pub certificates: Option<Vec<LiveCertificate>>,
    /// Digest of the check.
    pub receipt: String,
}

/// An area by papers.
pub struct Paper {
    /// What it is called.
    pub name: &'static str,
    /// Square metres.
    pub area: String,
    /// The measured area less this one.
    pub difference: String,
    /// Whether the difference is accepted.
    pub agrees: bool,
    /// What that means.
    pub meaning: String,
}

/// A side.
pub struct Side {
    /// What it is called.
    pub name: String,
    /// Its length.
    pub length: String,
}

/// A stretch of the border.
pub struct Border {
    /// Which side.
    pub toward: &'static str,
    /// What is there.
    pub facing: String,
    /// Its card, where it is a parcel.
    pub href: Option<String>,
    /// Its length.
    pub length: String,
}

/// A zone's share.
pub struct Zone {
    /// Its class.
    pub class: String,
    /// Its name.
    pub name: Option<Text>,
    /// Square metres.
    pub area: String,
    /// Of the ground.
    pub share: String,
    /// Whether it is too little to count.
    pub is_sliver: bool,
    /// Where it comes from.
    pub basis: String,
}

/// A restriction.
pub struct Overlay {
    /// Its theme.
    pub theme: String,
    /// Its name.
    pub name: Option<Text>,
    /// Square metres.
    pub area: String,
    /// Of the ground.
    pub share: String,
    /// Whether it is too little to count.
    pub is_sliver: bool,
    /// What it does.
    pub effect: &'static str,
    /// How that looks.
    pub look: &'static str,
    /// Where it comes from.
    pub basis: String,
}

/// A parameter.
pub struct ParameterLine {
    /// What it is called.
    pub name: String,
    /// Its limit.
    pub value: String,
    /// Whether anybody can say it.
    pub is_known: bool,
    /// The class that says it.
    pub zone: String,
    /// Where it comes from.
    pub basis: String,
    /// Whether only divisions are held to it.
    pub for_division: bool,
}

/// Sides that a card lists; all of them are in the plano perimétrico.
pub const SIDES_MAX: usize = 40;

impl Facts {
    /// All of it.
    pub fn of(code: &str, standing: &Standing, when: &str) -> Result<Self, Problem> {
        let themes = data::themes()?;
        let check = &standing.check;
        let (plan, legend) = plan::drawn(code, standing, &themes, when);
        let without = check
            .temas
            .iter()
            .filter(|theme| theme.estado == ThemeState::NoData);
        let clear = check
            .temas
            .iter()
            .filter(|theme| theme.estado == ThemeState::Unaffected);
        Ok(Self {
            municipality: standing.municipality.clone(),
            provisional: check
                .predio
                .as_ref()
                .is_some_and(|parcel| parcel.provisional),
            address: standing
                .attributes
                .get("direccion")
                .and_then(Value::as_str)
                .map(Text::of),
            attributes: attributes(standing),
            valid_from: spanish::day(standing.valid_from),
            version: spanish::count(u64::try_from(standing.version).unwrap_or_default()),
            plan,
            legend,
            area: spanish::square_metres(standing.data.area_m2),
            perimeter: metres(standing.data.perimeter_m),
            papers: standing.papers.iter().map(paper).collect(),
            sides: sides(standing),
            borders: standing
                .borders
                .stretches
                .iter()
                .map(|one| border(one, when))
                .collect(),
            zones: zones(standing),
            balance: check.balance.as_ref().map(|balance| {
                [
                    balance.area_predio_m2,
                    balance.con_zona_m2,
                    balance.sin_zona_m2,
                    balance.doble_zona_m2,
                ]
                .map(spanish::square_metres)
            }),
            overlays: overlays(standing, &themes),
            themes_without: without
                .map(|theme| theme_name(&themes, Some(&theme.tipo)))
                .collect(),
            themes_clear: clear
                .map(|theme| theme_name(&themes, Some(&theme.tipo)))
                .collect(),
            parameters: parameters(standing),
            certificates: check.certificados_vigentes.clone(),
            receipt: check.recibo.sha256.clone(),
        })
    }
}

/// `12.50 m`.
pub fn metres(length: f64) -> String {
    format!("{} m", spanish::number(length, 2))
}

fn attributes(standing: &Standing) -> Vec<(String, Text)> {
    const ELSEWHERE: [&str; 3] = ["direccion", "area_declarada_m2", "area_registrada_m2"];
    let all = standing.attributes.iter();
    all.filter(|(name, _)| !ELSEWHERE.contains(&name.as_str()))
        .filter_map(|(name, value)| Some((label(name), Text::of(&told(value)?))))
        .collect()
}

fn paper(area: &PaperArea) -> Paper {
    let accepted = spanish::square_metres(area.accepted_m2);
    let sign = if area.difference_m2 > 0.0 { "+" } else { "" };
    Paper {
        name: if area.is_registered {
            "Registrada (Registros Públicos)"
        } else {
            "Declarada"
        },
        area: spanish::square_metres(area.area_m2),
        difference: format!("{sign}{}", spanish::square_metres(area.difference_m2)),
        agrees: area.agrees(),
        meaning: if area.agrees() {
            format!(
                "dentro de la tolerancia catastral registral de {accepted}: las dos valen para el mismo terreno"
            )
        } else {
            format!(
                "pasa de la tolerancia catastral registral de {accepted}: el plano y el documento no dicen lo mismo, y hay que aclararlo antes de un trámite"
            )
        },
    }
}

fn sides(standing: &Standing) -> Vec<Side> {
    let vertices = standing.data.rings.iter().flat_map(|ring| &ring.vertices);
    vertices
        .take(SIDES_MAX + 1)
        .map(|vertex| Side {
            name: vertex.side.clone(),
            length: metres(vertex.distance_m),
        })
        .collect()
}

fn border(stretch: &Stretch, when: &str) -> Border {
    let (facing, href) = match &stretch.facing {
        Facing::Parcel(code) => (
            format!("predio {code}"),
            Some(format!("/predios/{}{when}", crate::ogc::encoded(code))),
        ),
        Facing::Street(name) => (Text::of(name).head, None),
        Facing::Unknown => ("terreno sin predio ni vía registrados".to_owned(), None),
    };
    Border {
        toward: match stretch.toward {
            Toward::Front => "Frente",
            Toward::Right => "Derecha",
            Toward::Left => "Izquierda",
            Toward::Back => "Fondo",
            Toward::North => "Norte",
            Toward::East => "Este",
            Toward::South => "Sur",
            Toward::West => "Oeste",
            Toward::Inside => "Lindero interior",
        },
        facing,
        href,
        length: metres(stretch.length_m()),
    }
}

fn zones(standing: &Standing) -> Vec<Zone> {
    let all = standing.check.zonificacion.iter();
    all.map(|zone| Zone {
        class: zone
            .codigo
            .clone()
            .unwrap_or_else(|| "sin clase".to_owned()),
        name: zone.nombre.as_deref().map(Text::of),
        area: zone.area_m2.map(spanish::square_metres).unwrap_or_default(),
        share: zone.proporcion.map(spanish::percent).unwrap_or_default(),
        is_sliver: !zone.significativa,
        basis: source(
            zone.instrumento.norma.as_deref(),
            zone.instrumento.articulo.as_deref(),
        ),
    })
    .collect()
}

/// What people call a theme.
pub fn theme_name(themes: &[Theme], code: Option<&str>) -> String {
    let Some(code) = code else {
        return "sin tema".to_owned();
    };
    let known = themes.iter().find(|theme| theme.code == code);
    known.map_or_else(|| code.replace('_', " "), |theme| theme.name.clone())
}

fn overlays(standing: &Standing, themes: &[Theme]) -> Vec<Overlay> {
    let all = standing.check.restricciones.iter();
    all.map(|overlay| {
        let (effect, look) = match overlay.efecto {
            Some(Effect::Prohibits) => ("prohíbe edificar", "mal"),
            Some(Effect::Conditions) => ("condiciona", "duda"),
            Some(Effect::Informs) => ("informa", "dato"),
            None => ("efecto no conocido", "duda"),
        };
        Overlay {
            theme: theme_name(themes, overlay.tipo.as_deref()),
            name: overlay.nombre.as_deref().map(Text::of),
            area: overlay
                .area_m2
                .map(spanish::square_metres)
                .unwrap_or_default(),
            share: overlay.proporcion.map(spanish::percent).unwrap_or_default(),
            is_sliver: !overlay.significativa,
            effect,
            look,
            basis: basis(&overlay.base_legal),
        }
    })
    .collect()
}

fn parameters(standing: &Standing) -> Vec<ParameterLine> {
    let all = standing.check.parametros.iter();
    all.map(|(name, parameter)| ParameterLine {
        name: label(name),
        value: match (parameter.valor, &parameter.segun) {
            (Some(value), _) => format!("{} {}", spanish::figure(value), parameter.unidad),
            (None, Some(words)) => Text::of(words).head,
            (None, None) => format!("no se sabe: falta {}", parameter.falta.join(", ")),
        },
        is_known: parameter.valor.is_some() || parameter.segun.is_some(),
        zone: parameter.zona.clone(),
        basis: basis(&parameter.base_legal),
        for_division: parameter.se_exige_a == "subdivision",
    })
    .collect()
}

fn basis(basis: &BasisView) -> String {
    source(basis.norma.as_deref(), basis.articulo.as_deref())
}

fn source(norm: Option<&str>, article: Option<&str>) -> String {
    match (norm, article) {
        (Some(norm), Some(article)) => format!("{norm}, {article}"),
        (Some(norm), None) => norm.to_owned(),
        _ => "sin norma registrada".to_owned(),
    }
}
