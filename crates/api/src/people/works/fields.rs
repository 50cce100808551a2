//! The form of a work.

use askama::Template;
use domain::{institute::work::WorkClass, people::Actor};
use office::{Office, Problem, works::ProposedWork};

use super::super::investments::words;
use crate::people::{
    features::{
        footprint,
        form::{Feature, Standing, day},
    },
    filled::Filled,
};

/// The fields of a work that are its own.
#[derive(Template)]
#[template(path = "obra_campos.html")]
pub struct Work {
    typed: Filled,
    is_new: bool,
    /// Whether it was refused for what it clashes with: then it can be written all the same.
    clashes: bool,
}

impl Work {
    fn classes() -> [(&'static str, &'static str); 2] {
        WorkClass::ALL.map(|class| match class {
            WorkClass::Network => (class.name(), "Red"),
            WorkClass::Work => (class.name(), "Obra"),
        })
    }
}

impl Feature for Work {
    const ALL: (&'static str, &'static str) = ("Redes y obras", "/obras");
    const NEW: (&'static str, &'static str) = ("Registrar una obra o red", "/obras/nueva");

    fn of(typed: &Filled, is_new: bool, problem: Option<&Problem>) -> Self {
        Self {
            clashes: !typed.typed("aceptar_choques").is_empty()
                || problem.is_some_and(|problem| problem.detail.contains("aceptar_choques")),
            typed: typed.clone(),
            is_new,
        }
    }

    async fn standing(office: &Office, code: &str) -> Result<Standing, Problem> {
        let work = office.street_work(code)?;
        Ok(Standing {
            fields: vec![
                ("clase", work.clase),
                ("servicio", work.servicio),
                ("prestador", work.prestador.unwrap_or_default()),
                ("nombre", work.nombre),
                ("estado", work.estado),
                ("inicio", day(work.inicio)),
                ("fin", day(work.fin)),
                ("inversion", work.inversion.unwrap_or_default()),
                ("version", work.version.to_string()),
            ],
            shape: work.geometry,
        })
    }

    async fn write(
        office: &Office,
        actor: &Actor,
        code: Option<&str>,
        typed: &Filled,
    ) -> Result<(String, &'static str), Problem> {
        let new = read(typed)?;
        let written = match code {
            None => office.create_work(actor, &new).await?,
            Some(code) => office.change_work(actor, code, &new).await?,
        };
        Ok((written.obra.codigo, "obra"))
    }
}

fn read(typed: &Filled) -> Result<ProposedWork, Problem> {
    Ok(ProposedWork {
        codigo: typed.owned("codigo"),
        ubigeo: typed.place("ubigeo")?,
        clase: typed.typed("clase").to_owned(),
        servicio: typed.typed("servicio").to_owned(),
        prestador: typed.typed("prestador").to_owned(),
        nombre: typed.typed("nombre").to_owned(),
        estado: typed.typed("estado").to_owned(),
        inicio: typed.day("inicio")?,
        fin: typed.day("fin")?,
        inversion: typed.owned("inversion"),
        huella: footprint::read(typed)?,
        version: typed.said("version").and_then(|text| text.parse().ok()),
        motivo: typed.owned("motivo"),
        aceptar_choques: !typed.typed("aceptar_choques").is_empty(),
    })
}
