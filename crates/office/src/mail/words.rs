//! What mails say.

use std::{collections::BTreeMap, fmt::Write as _};

use chrono::TimeDelta;
use domain::{id::Ubigeo, news::Topic};

use crate::{
    bulletin::{Item, words_of},
    observations::ObservationShape,
};

/// Of what somebody is told: `normas, en Moyobamba`.
pub(super) fn subject(
    topic: Option<Topic>,
    ubigeo: Option<Ubigeo>,
    names: &BTreeMap<Ubigeo, String>,
) -> String {
    let topic = topic.map_or("todos los temas", words_of);
    let place = ubigeo.map_or("toda la provincia".to_owned(), |ubigeo| {
        names
            .get(&ubigeo)
            .cloned()
            .unwrap_or_else(|| ubigeo.to_string())
    });
    format!("{topic}, {place}")
}

pub(super) fn confirmation(subject: &str, page: &str) -> String {
    format!(
        "Alguien pidió con esta dirección las novedades del catastro: {subject}.\n\n\
         Si fue usted, confírmelo en esta página:\n{page}\n\n\
         Si no, no haga nada: en dos días la dirección se borra, y no recibirá nada más.\n"
    )
}

/// A digest of at most so many; there may be one more, of which it says only that it is there.
pub(super) fn digest(items: &[&Item], most: usize, address: &str, leave: &str) -> String {
    let mut text = String::new();
    for item in items.iter().take(most) {
        let day = (item.fecha - TimeDelta::hours(5)).format("%d/%m/%Y");
        let place = item
            .municipio
            .as_ref()
            .map_or_else(String::new, |place| format!(", {place}"));
        let _ = writeln!(
            text,
            "{day}: {}{place}\n{address}{}\n",
            item.titulo, item.enlace
        );
    }
    if items.len() > most {
        let _ = writeln!(text, "Hay más: {address}/novedades\n");
    }
    let _ = write!(
        text,
        "--\nRecibe esto a lo más una vez al día, porque lo confirmó. Para dejar de recibirlo:\n{leave}\n"
    );
    text
}

pub(super) fn answer(seen: &ObservationShape, link: &str) -> String {
    let said = seen.pasos.last().map_or("", |step| step.texto.as_str());
    let what = if seen.estado == "respondida" {
        "El Comité de Gestión respondió su observación:"
    } else {
        "El Comité de Gestión archivó su observación, que no se publica, por esto:"
    };
    format!(
        "{what}\n\n{said}\n\n{link}\n\n--\nEste es el único mensaje: con él se borra su dirección.\n"
    )
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    #[test]
    fn a_digest_says_how_to_leave_and_what_is_left_out() {
        let item = Item {
            id: "urn:x".to_owned(),
            fecha: DateTime::UNIX_EPOCH,
            tema: "normas",
            titulo: "Entraron en vigor normas".to_owned(),
            ubigeo: None,
            municipio: Some("Moyobamba".to_owned()),
            enlace: "/control-urbano/normas".to_owned(),
        };
        let text = digest(&[&item, &item], 1, "https://x.pe", "https://x.pe/dejar");
        assert_eq!(
            text.matches("31/12/1969: Entraron en vigor normas, Moyobamba\nhttps://x.pe/control-urbano/normas").count(),
            1,
            "{text}"
        );
        assert!(text.contains("Hay más: https://x.pe/novedades"), "{text}");
        assert!(text.ends_with("https://x.pe/dejar\n"), "{text}");
    }

    #[test]
    fn a_place_and_a_topic_are_named() {
        assert_eq!(
            subject(None, None, &BTreeMap::new()),
            "todos los temas, toda la provincia"
        );
    }
}
