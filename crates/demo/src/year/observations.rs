//! What people observed in the demonstration province, and what the Comité answered.

use domain::{
    collection::Collection,
    geometry::bounds,
    id::Ubigeo,
    observation::{About, Step},
};
use geo_types::Coord;

use crate::{DemoFeature, Town};

/// A made-up observation.
#[derive(Clone, PartialEq, Debug)]
pub struct DemoObservation {
    /// The municipality.
    pub ubigeo: Ubigeo,
    /// Where, in EPSG:32718.
    pub place: Coord<f64>,
    /// What it is about.
    pub about: About,
    /// Which one.
    pub object: Option<String>,
    /// What is observed.
    pub words: &'static str,
    /// What was done with it, in which words; nothing where it waits.
    pub steps: &'static [(Step, &'static str)],
}

/// What is said about a layer's features, and what was done with it. All of it is made up.
type Told = (About, &'static str, &'static [(Step, &'static str)]);

const PUBLISHED: (Step, &str) = (Step::Publish, "Se publica.");

const TOLD: [Told; 9] = [
    (
        About::Parcel,
        "(Demostración) El cerco de este lote está corrido hacia la vereda y deja menos de un metro de paso.",
        &[
            PUBLISHED,
            (
                Step::Answer,
                "(Demostración) Se midió en campo: el cerco se retira un metro en el plazo de treinta días.",
            ),
        ],
    ),
    (
        About::Parcel,
        "(Demostración) El lote figura sin construir, y hay una casa de dos pisos desde hace años.",
        &[PUBLISHED],
    ),
    (
        About::Parcel,
        "(Demostración) La acequia pasa por el fondo del lote y no está dibujada en el plano.",
        &[],
    ),
    (
        About::Plan,
        "(Demostración) El plan debería dejar libre la orilla del río, que se inunda cada marzo.",
        &[
            PUBLISHED,
            (
                Step::Answer,
                "(Demostración) Se recoge: la faja se amplía en la versión que irá a la Asamblea.",
            ),
        ],
    ),
    (
        About::Investment,
        "(Demostración) El proyecto no dice quién mantendrá el local después de entregarlo.",
        &[PUBLISHED],
    ),
    (
        About::Works,
        "(Demostración) La obra corta la única salida de la calle y no hay aviso de desvío.",
        &[
            PUBLISHED,
            (
                Step::Answer,
                "(Demostración) El ejecutor puso el desvío y los avisos; se comprobó en el lugar.",
            ),
        ],
    ),
    (
        About::Other,
        "(Demostración) El nombre de la calle está mal escrito en todos los planos de esta manzana.",
        &[(
            Step::Answer,
            "(Demostración) Se corrigió el nombre en la capa de vías.",
        )],
    ),
    (
        About::Other,
        "(Demostración) Aquí no hay nada que observar, solo se prueba el formulario.",
        &[(
            Step::Shelve,
            "(Demostración) Se archiva: no habla de un lugar ni de una obra.",
        )],
    ),
    (
        About::Other,
        "(Demostración) En la esquina se junta agua después de cada lluvia fuerte.",
        &[],
    ),
];

/// Lots between two observations of a town.
const LOTS_APART: usize = 23;

/// What was observed in these towns.
pub fn of(towns: &[Town]) -> Vec<DemoObservation> {
    towns.iter().flat_map(of_town).collect()
}

fn of_town(town: &Town) -> Vec<DemoObservation> {
    let lots: Vec<DemoFeature> = town
        .features(&Collection::Parcels)
        .step_by(LOTS_APART)
        .take(TOLD.len())
        .collect();
    TOLD.iter()
        .enumerate()
        .filter_map(|(number, (about, words, steps))| {
            // A small town has few lots: they are gone through again.
            let lot = lots.get(number % lots.len().max(1))?;
            let first = |layer: &Collection| town.features(layer).next();
            let object = match about {
                About::Parcel => Some(lot.clone()),
                About::Plan => Some(first(&Collection::Plans)?),
                About::Investment => Some(first(&Collection::Investments)?),
                About::Works => Some(first(&Collection::Services)?),
                About::Survey | About::Other => None,
            };
            // The plan is of all of the town: what is observed has its own place in it.
            let at = match (about, &object) {
                (About::Investment | About::Works, Some(object)) => object,
                _ => lot,
            };
            Some(DemoObservation {
                ubigeo: town.ubigeo(),
                place: bounds(&at.geometry)?.center(),
                about: *about,
                object: object.map(|object| object.code),
                words,
                steps,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Plan, towns};

    #[test]
    fn each_town_has_some_in_every_state() {
        let towns = towns(&Plan {
            seed: 2201,
            parcels: 600,
        });
        let observed = of(&towns);
        assert_eq!(observed, of(&towns));
        for town in &towns {
            let own: Vec<_> = observed
                .iter()
                .filter(|one| one.ubigeo == town.ubigeo())
                .collect();
            for step in Step::ALL {
                let last = |one: &&&DemoObservation| {
                    one.steps.last().is_some_and(|(last, _)| *last == step)
                };
                assert!(own.iter().any(|one| last(&one)), "{step:?}");
            }
            assert!(own.iter().any(|one| one.steps.is_empty()));
        }
        for one in &observed {
            assert!(one.words.starts_with("(Demostración)"), "{}", one.words);
        }
    }
}
