//! Names of streets. Trees, flowers, animals and places of the Alto Mayo: no person's name is in this crate.

use crate::{grid::Street, place::Place};

const ALONG: [&str; 24] = [
    "Las Orquídeas",
    "Alto Mayo",
    "Los Cedros",
    "Las Palmeras",
    "Los Bambúes",
    "Las Heliconias",
    "Los Ficus",
    "Río Mayo",
    "Las Bromelias",
    "Los Laureles",
    "La Caoba",
    "Los Sauces",
    "Las Acacias",
    "El Capirona",
    "Los Pomarrosos",
    "Las Begonias",
    "El Ojé",
    "Los Cipreses",
    "Las Achiras",
    "El Tornillo",
    "Los Helechos",
    "La Quina",
    "Las Malvas",
    "El Shaina",
];
const ACROSS: [&str; 24] = [
    "Río Huallaga",
    "El Mirador",
    "La Primavera",
    "Rumiyacu",
    "El Gallito de las Rocas",
    "Los Tucanes",
    "Tahuishco",
    "Las Garzas",
    "Los Colibríes",
    "El Morro",
    "La Unión",
    "Río Tonchima",
    "La Libertad",
    "El Progreso",
    "Los Guacamayos",
    "Las Flores",
    "El Sol",
    "Río Indoche",
    "La Amistad",
    "El Lucero",
    "Los Zorzales",
    "La Esperanza",
    "Río Gera",
    "El Bosque",
];

/// How a street is called in a town: `Jr. Los Cedros`, and beyond the names, `Jr. 31 Norte`.
pub fn name(place: &Place, street: Street) -> String {
    let (number, names, [positive, negative]) = match street {
        Street::Along(number) => (number, &ALONG, ["Norte", "Sur"]),
        Street::Across(number) => (number, &ACROSS, ["Este", "Oeste"]),
    };
    let kind = if street.is_avenue() { "Av." } else { "Jr." };
    // Names sit around the main square; each town begins elsewhere in the list.
    let half = 12;
    if (-half..half).contains(&number) {
        let start = place.weight as usize + place.name.len();
        let index = usize::try_from(number + half).unwrap_or_default();
        return format!("{kind} {}", names[(index + start) % names.len()]);
    }
    format!(
        "{kind} {} {}",
        number.abs(),
        if number > 0 { positive } else { negative }
    )
}
