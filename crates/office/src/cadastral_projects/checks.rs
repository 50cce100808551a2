//! What a project may say.

use domain::{
    id::Ubigeo,
    institute::cadastral_project::{ProjectFault, check_area_code, check_brigades, check_calendar},
};

use super::{Project, ProjectSent, area_of};
use crate::{Kind, Problem, moment};

const AREA_BYTES_MAX: usize = 200_000;
const LINES_MAX: usize = 200;

pub(super) fn checked(
    sent: &ProjectSent,
    ubigeo: Ubigeo,
    before: Option<&Project>,
) -> Result<Project, Problem> {
    let name = said(&sent.nombre, "nombre", 160)?;
    if before.is_some_and(|before| !before.estado.may_become(sent.estado)) {
        return Err(told(&ProjectFault::Ended));
    }
    check_calendar(&sent.calendario).map_err(|fault| told(&fault))?;
    check_brigades(&sent.brigadas).map_err(|fault| told(&fault))?;
    if sent.metas.parcels == 0 && sent.metas.blocks == 0 {
        return Err(told(&ProjectFault::NoTarget));
    }
    if sent.calendario.len() > LINES_MAX
        || sent.brigadas.len() > LINES_MAX
        || sent.sectores.len() > LINES_MAX
    {
        return Err(Problem::new(
            Kind::BadRequest,
            "Una lista es demasiado larga.",
            format!("Etapas, brigadas y sectores son hasta {LINES_MAX}."),
        ));
    }
    for stage in &sent.calendario {
        said(&stage.name, "calendario", 80)?;
        if ![stage.first, stage.last]
            .into_iter()
            .all(moment::has_a_plain_year)
        {
            return Err(told(&ProjectFault::Backwards(stage.name.clone())));
        }
    }
    let area = sent.area.clone().filter(|area| !area.is_null());
    if let Some(area) = &area {
        if area.to_string().len() > AREA_BYTES_MAX {
            return Err(Problem::new(
                Kind::TooLarge,
                "El área tiene demasiados vértices.",
                "Simplifíquela: basta con que encierre sus manzanas.",
            ));
        }
        area_of(area)?;
    }
    for sector in &sent.sectores {
        check_area_code(sector).map_err(|fault| told(&fault))?;
        if sector.len() != 8 || !sector.starts_with(ubigeo.as_str()) {
            return Err(told(&ProjectFault::BlockCode(sector.clone())));
        }
    }
    if area.is_none() == sent.sectores.is_empty() {
        return Err(Problem::new(
            Kind::BadRequest,
            "Falta el lugar del proyecto, o está dos veces.",
            "Diga «area» (un polígono) o «sectores» (sus códigos de ocho dígitos), uno de los dos.",
        ));
    }
    let described = sent.descripcion.as_deref().map(str::trim);
    Ok(Project {
        nombre: name,
        estado: sent.estado,
        area,
        sectores: sent.sectores.clone(),
        brigadas: sent.brigadas.clone(),
        metas: sent.metas,
        calendario: sent.calendario.clone(),
        descripcion: described
            .filter(|text| !text.is_empty())
            .map(|text| text.chars().take(4_000).collect()),
        demostracion: before.is_some_and(|before| before.demostracion),
    })
}

/// Words that have to be there, and not too many.
pub(crate) fn said(text: &str, what: &str, most: usize) -> Result<String, Problem> {
    let text = text.trim();
    if !text.is_empty() && text.chars().count() <= most {
        return Ok(text.to_owned());
    }
    Err(Problem::new(
        Kind::BadRequest,
        format!("«{what}» está vacío o es demasiado largo."),
        format!("Escriba hasta {most} letras."),
    ))
}

pub(super) fn told(fault: &ProjectFault) -> Problem {
    let (title, detail) = match fault {
        ProjectFault::Code => (
            "El código no es el de un proyecto catastral.".to_owned(),
            "Es PC, el año y un número, como PC-2026-01.",
        ),
        ProjectFault::NoStage => (
            "El calendario no tiene etapas.".to_owned(),
            "Escriba al menos una, con su primer y su último día.",
        ),
        ProjectFault::Backwards(stage) => (
            format!(
                "La etapa «{stage}» termina antes de empezar, o sus días no son de este tiempo."
            ),
            "Corrija sus días.",
        ),
        ProjectFault::OutOfOrder(stage) => (
            format!("La etapa «{stage}» empieza antes que la anterior."),
            "Ponga las etapas en el orden de su primer día.",
        ),
        ProjectFault::BrigadeName(name) => (
            format!("«{name}» no es el nombre de una brigada."),
            "Empieza con «Brigada», y sigue un número o un lugar; nunca el nombre de una persona.",
        ),
        ProjectFault::BrigadeTwice(name) => (
            format!("«{name}» está dos veces."),
            "Cada brigada tiene su nombre.",
        ),
        ProjectFault::BrigadeSize(name) => (
            format!("«{name}» no tiene personas, o tiene demasiadas."),
            "Escriba de 1 a 60.",
        ),
        ProjectFault::BlockTwice(code) => (
            format!("La manzana {code} es de dos brigadas."),
            "Désela a una; quien tiene un sector tiene todas sus manzanas.",
        ),
        ProjectFault::BlockCode(code) => (
            format!("«{code}» no es el código de un sector ni de una manzana del municipio."),
            "Un sector tiene ocho dígitos y una manzana once, y empiezan con el ubigeo.",
        ),
        ProjectFault::NoTarget => (
            "El proyecto no tiene metas.".to_owned(),
            "Escriba cuántos predios o cuántas manzanas se van a actualizar.",
        ),
        ProjectFault::Ended => (
            "El proyecto no puede pasar a ese estado.".to_owned(),
            "Lo que terminó o se anuló no vuelve a empezar, y lo que empezó no vuelve a estar previsto.",
        ),
    };
    let kind = if *fault == ProjectFault::Ended {
        Kind::Conflict
    } else {
        Kind::BadRequest
    };
    Problem::new(kind, title, detail)
}
