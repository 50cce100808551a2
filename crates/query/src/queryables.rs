//! What the features of a layer may be asked for: what the service knows of each, and the attributes that they have.

use std::collections::BTreeMap;

use domain::{
    collection::{Collection, ShapeKind},
    filter::{Kind, Queryable, Source},
};

use crate::{Snapshot, attributes};

/// The name of the shape.
pub const SHAPE: &str = "geometry";

impl Snapshot {
    /// What can be asked of a layer, the shape last.
    pub fn queryables(&self, collection: &Collection) -> Vec<Queryable> {
        let mut kinds = BTreeMap::<&str, Kind>::new();
        for (_, layer) in self.layers_of(collection) {
            for (name, kind) in layer.kinds() {
                kinds
                    .entry(name)
                    .and_modify(|known| *known = attributes::joined(*known, *kind))
                    .or_insert(*kind);
            }
        }
        let one = |name: &str, kind, source| Queryable {
            name: name.into(),
            kind,
            source,
        };
        let of_attributes = kinds.iter().map(|(name, kind)| {
            one(
                &attributes::shown(collection, name),
                *kind,
                Source::Attribute((*name).into()),
            )
        });
        let mut all: Vec<Queryable> = own(collection)
            .into_iter()
            // In the zoning, `codigo` is the zone class, which is an attribute.
            .filter(|(name, _, _)| {
                !(matches!(*name, "codigo" | "id") && kinds.contains_key(name))
                    || attributes::shown(collection, name) != *name
            })
            .map(|(name, kind, source)| one(name, kind, source))
            .chain(of_attributes)
            .collect();
        all.push(one(SHAPE, Kind::Shape, Source::Shape));
        all
    }
}

/// What the service itself knows of the features of a layer, as `encode::geojson` shows it; and their identifier.
fn own(collection: &Collection) -> Vec<(&'static str, Kind, Source)> {
    let mut own = vec![
        ("id", Kind::Text, Source::Code),
        ("codigo", Kind::Text, Source::Code),
        ("ubigeo", Kind::Text, Source::Ubigeo),
    ];
    if *collection == Collection::Parcels {
        own.push(("provisional", Kind::Truth, Source::Provisional));
    }
    if collection.shapes() != ShapeKind::Lines {
        own.push(("area_m2", Kind::Number, Source::Area));
    }
    if *collection != Collection::Municipalities {
        own.push(("vigente_desde", Kind::Day, Source::ValidFrom));
        own.push(("version_datos", Kind::Number, Source::Change));
    }
    own
}
