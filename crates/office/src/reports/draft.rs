//! Drafting and editing a report.

use domain::{
    institute::{DossierCode, DossierKind, report::ReportCode},
    people::{Action, Actor},
};
use serde::Deserialize;
use store::{Store, people::accounts::By};
use uuid::Uuid;

use super::{Report, Section, State, gathering, kept, parse};
use crate::{
    Kind, Problem, data,
    dossiers::{self, Written},
    indicators,
    people::require,
};

/// A report as somebody begins it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewReport {
    /// A quarter or a half.
    pub periodo: String,
    /// Its axis; none for all of them.
    #[serde(default)]
    pub eje: Option<String>,
    /// Its title; one is made where none is given.
    #[serde(default)]
    pub titulo: Option<String>,
}

/// A report as its editor leaves it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EditedReport {
    /// The version that its editor has read.
    pub version: i32,
    /// Its title.
    pub titulo: String,
    /// Its texts; those of axes that are not named stay.
    #[serde(default)]
    pub secciones: Vec<Section>,
}

/// Letters of a title, and of the text of a section.
const TITLE: std::ops::RangeInclusive<usize> = 5..=160;
const TEXT_MAX: usize = 8_000;

/// Drafts a report: computes the figures that are missing, and writes the draft. Gives its code.
pub async fn draft_report(
    store: &Store,
    actor: &Actor,
    new: &NewReport,
) -> Result<String, Problem> {
    require(actor, Action::KeepRegister, None)?;
    let period = indicators::period(&new.periodo)?;
    let axis = new
        .eje
        .as_deref()
        .map(str::trim)
        .filter(|axis| !axis.is_empty());
    let known = axis.is_none_or(|axis| data::axes().iter().any(|known| known.code == axis));
    let code = ReportCode::new(period, axis.map(str::to_owned))
        .ok()
        .filter(|_| known)
        .ok_or_else(|| {
            let axes: Vec<&str> = data::axes().iter().map(|axis| axis.code.as_str()).collect();
            Problem::new(
                Kind::BadRequest,
                "Un informe es de un trimestre o un semestre, de todos los ejes o de uno.",
                format!(
                    "Pase periodo, como 2026-T3 o 2026-S1; y, si es de un eje, eje: {}.",
                    axes.join(", ")
                ),
            )
        })?;
    let name: DossierCode = code
        .to_string()
        .parse()
        .map_err(|error| super::unreadable(&error))?;
    if store
        .dossier(DossierKind::Report, &name, None)
        .await?
        .is_some()
    {
        return Err(Problem::new(
            Kind::Conflict,
            format!("El informe {code} ya existe."),
            format!("Está en /informes/{code}: edítelo mientras sea un borrador."),
        ));
    }
    if period.first() > crate::moment::now().day {
        return Err(Problem::new(
            Kind::Refused,
            format!("{period} todavía no empieza."),
            "Se informa de un periodo que empezó.",
        ));
    }
    let chosen = gathering::indicators_of(store, &code).await?;
    indicators::compute_missing(store, actor, period, &chosen).await?;
    let made_up = format!("Informe del {}", period.words());
    let demonstration = store
        .municipalities()
        .await?
        .iter()
        .any(|one| one.demonstration);
    let content = Report {
        titulo: match new.titulo.as_deref().map(str::trim) {
            Some(title) if !title.is_empty() => titled(title)?,
            _ if demonstration => format!("{made_up} (demostración)"),
            _ => made_up,
        },
        estado: State::Draft,
        secciones: data::axes()
            .iter()
            .filter(|axis| code.axis.as_ref().is_none_or(|own| axis.code == *own))
            .map(|axis| Section {
                eje: axis.code.clone(),
                texto: String::new(),
            })
            .collect(),
        demostracion: demonstration,
    };
    write(store, actor, &name, (&content, 0, "informe.alta")).await?;
    Ok(code.to_string())
}

/// Writes the next version of a draft.
pub(crate) async fn edit(
    store: &Store,
    actor: &Actor,
    code: &str,
    edited: &EditedReport,
) -> Result<(), Problem> {
    let old = kept(store, code).await?;
    if old.content.estado == State::Signed {
        return Err(signed(code));
    }
    let mut content = old.content;
    content.titulo = titled(edited.titulo.trim())?;
    for section in &edited.secciones {
        if section.texto.chars().count() > TEXT_MAX {
            return Err(Problem::new(
                Kind::BadRequest,
                "El texto de un eje es demasiado largo.",
                format!("Escriba hasta {TEXT_MAX} letras; lo demás va en un documento."),
            ));
        }
        let own = content
            .secciones
            .iter_mut()
            .find(|own| own.eje == section.eje);
        let own = own.ok_or_else(|| {
            Problem::new(
                Kind::BadRequest,
                format!("El informe no tiene el eje «{}».", section.eje),
                "Sus ejes están en «secciones».",
            )
        })?;
        let text = section.texto.replace("\r\n", "\n");
        own.texto = String::from(text.trim());
    }
    let name = parse(code)?
        .to_string()
        .parse()
        .map_err(|error| super::unreadable(&error))?;
    write(
        store,
        actor,
        &name,
        (&content, edited.version, "informe.cambio"),
    )
    .await
}

async fn write(
    store: &Store,
    actor: &Actor,
    code: &DossierCode,
    (content, after, action): (&Report, i32, &'static str),
) -> Result<(), Problem> {
    let mut act = store.begin(actor).await?;
    let deed = dossiers::write(
        &mut act,
        &Written {
            kind: DossierKind::Report,
            code,
            ubigeo: None,
            content,
            after,
            action,
        },
    )
    .await?;
    act.commit(&deed).await?;
    Ok(())
}

/// The accounts that wrote a report, the first one first.
pub(super) async fn writers(store: &Store, code: &str) -> Result<Vec<Uuid>, Problem> {
    let Ok(code) = code.parse::<DossierCode>() else {
        return Ok(Vec::new());
    };
    let mut versions = store.dossier_versions(DossierKind::Report, &code).await?;
    versions.reverse();
    let mut writers = Vec::new();
    for account in versions.into_iter().filter_map(|version| version.account) {
        if !writers.contains(&account) {
            writers.push(account);
        }
    }
    Ok(writers)
}

/// Their names.
pub(super) async fn authors(store: &Store, code: &str) -> Result<Vec<String>, Problem> {
    let mut names = Vec::new();
    for account in writers(store, code).await? {
        if let Some(account) = store.account(By::Id(account)).await? {
            names.push(account.full_name);
        }
    }
    if names.is_empty() {
        names.push("la consola del servicio".to_owned());
    }
    Ok(names)
}

fn titled(title: &str) -> Result<String, Problem> {
    if TITLE.contains(&title.chars().count()) {
        return Ok(title.to_owned());
    }
    Err(Problem::new(
        Kind::BadRequest,
        "El título es demasiado corto o demasiado largo.",
        format!("Escriba de {} a {} letras.", TITLE.start(), TITLE.end()),
    ))
}

pub(super) fn signed(code: &str) -> Problem {
    Problem::new(
        Kind::Conflict,
        format!("El informe {code} ya está firmado."),
        "Lo firmado no cambia. Lo que cambió después lo dice su verificación, y el informe siguiente.",
    )
}
