//! What a tile tells of a feature: what the styles and the map ask, and no more.

use std::borrow::Cow;

use domain::{
    collection::Collection,
    feature::Feature,
    id::CadastralCode,
    plan::{Theme, palette::Palette},
};
use serde_json::{Map, Value as Json};

use super::wire::{Layer, Value};
use crate::Ready;

/// The colours of zones and of overlays.
#[derive(Clone, Copy)]
pub(super) struct Colours<'a> {
    /// Of zones.
    pub(super) palette: &'a Palette,
    /// Of overlays.
    pub(super) themes: &'a [Theme],
}

/// Longest text of a further layer's attribute.
const TEXT_MAX: usize = 200;

/// Adds the attributes of a feature.
pub(super) fn add<'a>(
    layer: &mut Layer<'a>,
    collection: &Collection,
    feature: &'a Feature,
    ready: Option<&'a Ready>,
    colours: Colours<'a>,
) {
    let text = |value: &'a str| Value::Text(Cow::Borrowed(value));
    let told = |name: &str| ready.and_then(|ready| ready.text(name));
    if *collection != Collection::Zones {
        layer.attribute("codigo".into(), &text(&feature.code), true);
    }
    match collection {
        Collection::Parcels => {
            let provisional = matches!(feature.code.parse(), Ok(CadastralCode::Provisional(_)));
            layer.attribute("provisional".into(), &Value::Flag(provisional), false);
        }
        Collection::Zones => {
            let class = told("codigo").unwrap_or(&feature.code);
            layer.attribute("codigo".into(), &text(class), false);
            layer.attribute("color".into(), &text(colours.palette.color(class)), false);
            let texture = colours.palette.texture(class);
            if !texture.is_empty() {
                layer.attribute("trama".into(), &text(texture), false);
            }
            named(layer, told("nombre"));
        }
        Collection::Overlays => {
            named(layer, told("nombre"));
            let Some(kind) = told("tipo") else { return };
            layer.attribute("tipo".into(), &text(kind), false);
            if let Some(theme) = colours.themes.iter().find(|theme| theme.code == kind) {
                layer.attribute("efecto".into(), &text(theme.effect.as_str()), false);
                layer.attribute("color".into(), &text(&theme.color), false);
            }
        }
        Collection::Roads => named(layer, told("nombre")),
        Collection::Sectors | Collection::Manzanas => {}
        Collection::Municipalities | Collection::Plans => {
            if let Some(Json::String(name)) = members(feature).remove("nombre") {
                layer.attribute("nombre".into(), &Value::Text(name.into()), false);
            }
        }
        Collection::Investments | Collection::Services | Collection::Other(_) => {
            further(layer, feature);
        }
    }
}

fn named<'a>(layer: &mut Layer<'a>, name: Option<&'a str>) {
    if let Some(name) = name {
        layer.attribute("nombre".into(), &Value::Text(name.into()), false);
    }
}

/// All single values of a layer that nobody knows more of.
fn further(layer: &mut Layer<'_>, feature: &Feature) {
    for (name, value) in members(feature) {
        let value = match value {
            Json::String(text) if text.len() <= TEXT_MAX => Value::Text(text.into()),
            Json::Bool(flag) => Value::Flag(flag),
            Json::Number(number) => match number.as_f64() {
                Some(number) => Value::Number(number),
                None => continue,
            },
            _ => continue,
        };
        if name != "codigo" {
            layer.attribute(name.into(), &value, false);
        }
    }
}

fn members(feature: &Feature) -> Map<String, Json> {
    serde_json::from_str(&feature.attributes).unwrap_or_default()
}

/// The number of a feature in its layer, the same in all tiles and versions: the code itself where it is a number that
/// every client can hold, else one made of it.
pub(super) fn id(feature: &Feature) -> u64 {
    /// Above all numbers of fifteen digits, below the first that JavaScript cannot hold.
    const MADE: u64 = 1 << 52;
    let code = &feature.code;
    if (1..=15).contains(&code.len())
        && code.bytes().all(|byte| byte.is_ascii_digit())
        && let Ok(number) = code.parse()
    {
        return number;
    }
    let text = feature.ubigeo.as_str().bytes().chain(code.bytes());
    MADE | (digest(text) & (MADE - 1))
}

/// A number between zero and one that depends on the code alone: the share of features that come before this one.
pub(super) fn lot(feature: &Feature) -> f64 {
    (digest(feature.code.bytes()) >> 11) as f64 / (1_u64 << 53) as f64
}

/// FNV-1a, and its bits mixed once more: codes that follow each other must not be near each other.
fn digest(bytes: impl Iterator<Item = u8>) -> u64 {
    let mut hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^ (hash >> 33)
}
