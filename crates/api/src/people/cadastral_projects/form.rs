//! The form of a project: lists are lines of text, as people have them.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use chrono::NaiveDate;
use domain::institute::cadastral_project::{Brigade, ProjectState, Stage, Targets};
use office::{
    Kind, Office, Problem,
    cadastral_projects::{Fund, ProjectSent, Times},
    government::Seat,
};

use super::{KIND, show, words};
use crate::{
    people::{
        done,
        filled::Filled,
        papers::address,
        shell::{Shell, page_after},
    },
    problem::{Answer, Segments},
};

#[derive(Template)]
#[template(path = "proyecto_catastral_formulario.html")]
struct Form {
    shell: Shell,
    problem: Option<Problem>,
    /// Its code; none for a new one.
    code: Option<String>,
    places: Vec<Seat>,
    typed: Filled,
}

impl Form {
    fn states() -> [(&'static str, &'static str); 5] {
        ProjectState::ALL.map(|one| (one.name(), words::state(one.name()).0))
    }

    fn shown(
        office: &Office,
        shell: Shell,
        code: Option<String>,
        typed: Filled,
        problem: Option<Problem>,
    ) -> Response {
        let form = Self {
            shell,
            problem,
            code,
            places: office.seats(),
            typed,
        };
        page_after(form.problem.as_ref(), &form)
    }
}

pub(super) async fn blank(State(office): State<Arc<Office>>, shell: Shell) -> Response {
    Form::shown(&office, shell, None, Filled::default(), None)
}

pub(super) async fn create(
    State(office): State<Arc<Office>>,
    shell: Shell,
    typed: Filled,
) -> Answer<Response> {
    keep(&office, shell, None, typed).await
}

pub(super) async fn edit(
    State(office): State<Arc<Office>>,
    shell: Shell,
    Segments(code): Segments<String>,
) -> Answer<Response> {
    let one = office.cadastral_project(&code, Times::default()).await?;
    let project = one.proyecto;
    let brigades: Vec<String> = project
        .brigadas
        .iter()
        .map(|one| format!("{}; {}; {}", one.name, one.people, one.blocks.join(", ")))
        .collect();
    let stages: Vec<String> = project
        .calendario
        .iter()
        .map(|one| format!("{}; {}; {}", one.name, one.first, one.last))
        .collect();
    let fields = [
        ("version", one.version.to_string()),
        ("ubigeo", one.ubigeo),
        ("nombre", project.nombre),
        ("estado", project.estado.name().to_owned()),
        (
            "area",
            project
                .area
                .map(|area| area.to_string())
                .unwrap_or_default(),
        ),
        ("sectores", project.sectores.join(", ")),
        ("brigadas", brigades.join("\n")),
        ("predios", project.metas.parcels.to_string()),
        ("manzanas", project.metas.blocks.to_string()),
        ("calendario", stages.join("\n")),
        ("descripcion", project.descripcion.unwrap_or_default()),
    ];
    let typed = Filled::of(fields);
    Ok(Form::shown(&office, shell, Some(one.codigo), typed, None))
}

pub(super) async fn change(
    State(office): State<Arc<Office>>,
    shell: Shell,
    Segments(code): Segments<String>,
    typed: Filled,
) -> Answer<Response> {
    keep(&office, shell, Some(code), typed).await
}

async fn keep(
    office: &Office,
    shell: Shell,
    code: Option<String>,
    typed: Filled,
) -> Answer<Response> {
    let kept = match sent(&typed, code.is_some()) {
        Ok(sent) => {
            let actor = &shell.visitor().actor;
            office
                .keep_cadastral_project(actor, code.as_deref(), sent)
                .await
        }
        Err(problem) => Err(problem),
    };
    match kept {
        Ok(kept) => Ok(done(&address(KIND, &kept.codigo), "guardado")),
        Err(problem) if problem.kind == Kind::NoAccount => Err(problem.into()),
        Err(problem) => Ok(Form::shown(office, shell, code, typed, Some(problem))),
    }
}

/// Money of a quarter.
pub(super) async fn funds(
    State(office): State<Arc<Office>>,
    shell: Shell,
    Segments(code): Segments<String>,
    typed: Filled,
) -> Answer<Response> {
    let written = match (typed.number("acordado"), typed.number("gastado")) {
        (Ok(agreed), Ok(spent)) => {
            let fund = Fund {
                periodo: typed.typed("periodo").trim().to_owned(),
                ubigeo: typed.typed("ubigeo").to_owned(),
                acordado: agreed,
                gastado: spent,
                sustento: typed.owned("sustento"),
            };
            let actor = &shell.visitor().actor;
            office.write_cadastral_funds(actor, &code, &[fund]).await
        }
        (Err(problem), _) | (_, Err(problem)) => Err(problem),
    };
    match written {
        Ok(_) => Ok(done(&address(KIND, &code), "fondos")),
        Err(problem) if matches!(problem.kind, Kind::NoAccount | Kind::NotFound) => {
            Err(problem.into())
        }
        Err(problem) => {
            let said = (Some(problem), None, typed);
            show(&office, shell, &code, Times::default(), said).await
        }
    }
}

/// A project as the form says it.
fn sent(typed: &Filled, exists: bool) -> Result<ProjectSent, Problem> {
    let count = |name: &str| -> Result<u32, Problem> {
        let text = typed.said(name).unwrap_or("0");
        text.parse()
            .map_err(|_| not_understood(name, "Escriba un número entero."))
    };
    let area = typed.said("area").map(serde_json::from_str).transpose();
    Ok(ProjectSent {
        codigo: typed.owned("codigo"),
        version: if exists {
            // Without the version that was read nothing is changed.
            typed.typed("version").parse().unwrap_or(i32::MAX)
        } else {
            0
        },
        ubigeo: typed.typed("ubigeo").to_owned(),
        nombre: typed.typed("nombre").to_owned(),
        estado: typed
            .typed("estado")
            .parse()
            .map_err(|_| not_understood("estado", "Elija uno de la lista."))?,
        area: area.map_err(|_| not_understood("area", "Pegue un polígono GeoJSON."))?,
        sectores: codes(typed.typed("sectores")),
        brigadas: brigades(typed.typed("brigadas"))?,
        metas: Targets {
            parcels: count("predios")?,
            blocks: count("manzanas")?,
        },
        calendario: stages(typed.typed("calendario"))?,
        descripcion: typed.owned("descripcion"),
    })
}

fn brigades(text: &str) -> Result<Vec<Brigade>, Problem> {
    lines(text)
        .map(|line| {
            let mut parts = line.splitn(3, ';').map(str::trim);
            let name = parts.next().unwrap_or_default().to_owned();
            let people = parts.next().and_then(|text| text.parse().ok());
            Ok(Brigade {
                name,
                people: people.ok_or_else(|| {
                    not_understood(
                        "brigadas",
                        "Cada línea es «Brigada 1; 4; 22010101, 22010102».",
                    )
                })?,
                blocks: codes(parts.next().unwrap_or_default()),
            })
        })
        .collect()
}

fn stages(text: &str) -> Result<Vec<Stage>, Problem> {
    let day = |text: Option<&str>| -> Result<NaiveDate, Problem> {
        let text = text.unwrap_or_default();
        text.parse()
            .or_else(|_| NaiveDate::parse_from_str(text, "%d/%m/%Y"))
            .map_err(|_| {
                not_understood(
                    "calendario",
                    "Cada línea es «Campo; 01/03/2026; 31/05/2026».",
                )
            })
    };
    lines(text)
        .map(|line| {
            let mut parts = line.split(';').map(str::trim);
            Ok(Stage {
                name: parts.next().unwrap_or_default().to_owned(),
                first: day(parts.next())?,
                last: day(parts.next())?,
            })
        })
        .collect()
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty())
}

/// Codes apart by anything that is no digit.
fn codes(text: &str) -> Vec<String> {
    text.split([',', ';', ' ', '\n', '\r', '\t'])
        .filter(|code| !code.is_empty())
        .map(str::to_owned)
        .collect()
}

fn not_understood(field: &str, detail: &str) -> Problem {
    Problem::new(
        Kind::BadRequest,
        format!("El campo «{field}» no se entiende."),
        detail,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_as_people_write_them() {
        let brigades = brigades("Brigada 1; 4; 22010101, 22010102\n\n Brigada 2;3").expect("two");
        assert_eq!(brigades.len(), 2);
        assert_eq!(brigades[0].blocks, ["22010101", "22010102"]);
        assert!(brigades[1].blocks.is_empty());
        let stages = stages("Campo; 01/03/2026; 2026-05-31").expect("one");
        assert_eq!(stages[0].last.to_string(), "2026-05-31");
        assert!(super::stages("Campo; ayer; hoy").is_err());
        assert!(super::brigades("Brigada 1").is_err());
    }
}
