//! `catastro norms`: what plans say may be built.

use std::{fs, path::Path, process::ExitCode};

use office::{
    Kind, Problem,
    norms::{self, NormFile, NormReport, Publish, SHEET},
};

use crate::{
    arguments::{Format, Norms, Place},
    database::visiting,
    words,
};

pub fn run(place: &Place, action: &Norms) -> Result<ExitCode, Problem> {
    match action {
        Norms::Import {
            file,
            dry_run,
            reason,
            format,
        } => {
            let text = read(file)?;
            let sheet = file.with_file_name(SHEET);
            let cases = if sheet.exists() {
                Some(read(&sheet)?)
            } else {
                None
            };
            let publish = if *dry_run {
                Publish::Never
            } else {
                Publish::IfRight
            };
            let name = file
                .file_name()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default();
            let report = visiting(place, async |store| {
                let file = NormFile {
                    name: &name,
                    text: &text,
                    cases: cases.as_deref(),
                };
                norms::import(
                    &store,
                    &super::operator(),
                    &file,
                    publish,
                    reason.as_deref(),
                )
                .await
            })?;
            match format {
                Format::Text => say(&report),
                Format::Json => words::say(&super::json(&report)),
            }
            Ok(if report.estado == "rechazado" {
                words::refused()
            } else {
                ExitCode::SUCCESS
            })
        }
        Norms::List => {
            let lines = visiting(place, async |store| norms::list(&store).await)?;
            for line in lines {
                let until = line
                    .vigente_hasta
                    .map_or_else(String::new, |day| format!(" hasta {day}"));
                words::say(&format!(
                    "{} {} desde {}{until} sha256 {}",
                    line.ubigeo, line.instrumento, line.vigente_desde, line.sha256
                ));
            }
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn say(report: &NormReport) {
    for finding in &report.hallazgos {
        words::say(&format!(
            "{} {} en {}\n    {}",
            finding.severidad, finding.regla, finding.lugar, finding.mensaje
        ));
    }
    if let Some(cases) = &report.casos {
        words::say(&format!(
            "Casos: {}, de ellos {} distintos de lo esperado.",
            cases.total,
            cases.distintos.len()
        ));
        for case in &cases.distintos {
            words::say(&format!(
                "  {}: se esperaba «{}» y dio «{}»",
                case.caso, case.esperado, case.obtenido
            ));
        }
    }
    let name = report.instrumento.as_deref().unwrap_or("El archivo");
    words::say(&match report.estado {
        "publicado" => format!("{name}: publicado."),
        "revisado" => format!("{name}: se puede publicar (no se publicó: --dry-run)."),
        "sin_cambio" => format!("{name}: ya estaba publicado así."),
        _ if report.casos.is_some() => format!(
            "{name}: no se publicó. Corrija la norma o la hoja, o diga por qué con --reason."
        ),
        _ => format!("{name}: no se publicó. Corrija los errores y vuelva a importarlo."),
    });
}

fn read(path: &Path) -> Result<String, Problem> {
    fs::read_to_string(path).map_err(|error| {
        Problem::new(
            Kind::Refused,
            format!("No se pudo leer {}: {error}.", path.display()),
            "Compruebe la ruta, y que el archivo es texto UTF-8.",
        )
    })
}
