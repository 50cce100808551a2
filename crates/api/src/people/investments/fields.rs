//! The form of a project.

use askama::Template;
use domain::{institute::investment::Sources, people::Actor};
use office::{
    Kind, Office, Problem,
    investments::{ProposedProject, SourceShape},
};

use super::words;
use crate::people::{
    features::{
        footprint,
        form::{Feature, Standing, day},
    },
    filled::Filled,
};

/// The fields of a project that are its own.
#[derive(Template)]
#[template(path = "inversion_campos.html")]
pub struct Project {
    typed: Filled,
    is_new: bool,
}

impl Feature for Project {
    const ALL: (&'static str, &'static str) = ("Inversiones", "/inversiones");
    const NEW: (&'static str, &'static str) = ("Registrar un proyecto", "/inversiones/nuevo");

    fn of(typed: &Filled, is_new: bool, _: Option<&Problem>) -> Self {
        Self {
            typed: typed.clone(),
            is_new,
        }
    }

    async fn standing(office: &Office, code: &str) -> Result<Standing, Problem> {
        let project = office.project(code).await?;
        let sources = project.sources_text.unwrap_or_default();
        let is_open = project.abierto_a_inversionistas;
        Ok(Standing {
            fields: vec![
                ("nombre", project.nombre),
                ("fase", project.fase),
                ("eje", project.eje.unwrap_or_default()),
                ("plan", project.plan.unwrap_or_default()),
                ("nodo", project.nodo.unwrap_or_default()),
                ("costo_soles", format!("{:.2}", project.costo_soles)),
                ("fuentes", sources.replace("; ", "\n")),
                ("responsable", project.responsable.unwrap_or_default()),
                ("inicio", day(project.inicio)),
                ("fin", day(project.fin)),
                ("area_influencia_m", project.area_influencia_m.to_string()),
                (
                    "abierto_a_inversionistas",
                    if is_open { "si" } else { "" }.to_owned(),
                ),
                ("version", project.version.to_string()),
            ],
            shape: project.geometry,
        })
    }

    async fn write(
        office: &Office,
        actor: &Actor,
        code: Option<&str>,
        typed: &Filled,
    ) -> Result<(String, &'static str), Problem> {
        let new = read(typed)?;
        Ok(match code {
            None => (office.create_project(actor, &new).await?.cui, "alta"),
            Some(cui) => (office.change_project(actor, cui, &new).await?.cui, "cambio"),
        })
    }
}

fn read(typed: &Filled) -> Result<ProposedProject, Problem> {
    Ok(ProposedProject {
        cui: typed.typed("cui").trim().to_owned(),
        ubigeo: typed.place("ubigeo")?,
        nombre: typed.typed("nombre").to_owned(),
        fase: typed.typed("fase").to_owned(),
        eje: typed.typed("eje").to_owned(),
        plan: typed.owned("plan"),
        nodo: typed.owned("nodo"),
        costo_soles: typed.number("costo_soles")?.unwrap_or_default(),
        fuentes: sources(typed.typed("fuentes"))?,
        responsable: typed.typed("responsable").to_owned(),
        inicio: typed.day("inicio")?,
        fin: typed.day("fin")?,
        area_influencia_m: typed.number("area_influencia_m")?.unwrap_or_default(),
        abierto_a_inversionistas: !typed.typed("abierto_a_inversionistas").is_empty(),
        huella: footprint::read(typed)?,
        version: typed.said("version").and_then(|text| text.parse().ok()),
        motivo: typed.owned("motivo"),
    })
}

fn sources(text: &str) -> Result<Vec<SourceShape>, Problem> {
    let sources: Sources = text.parse().map_err(|_| {
        Problem::new(
            Kind::BadRequest,
            "Las fuentes no se entienden.",
            "Escriba una por línea, con su monto en soles, como canon: 120000.50.",
        )
    })?;
    let shape = |(fuente, soles)| SourceShape { fuente, soles };
    Ok(sources.0.into_iter().map(shape).collect())
}
