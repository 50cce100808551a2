//! A check in words, for the command line.

use std::fmt;

use domain::plan::Effect;

use super::{Check, ThemeState};

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.demostracion == Some(true) {
            writeln!(f, "DATOS DE DEMOSTRACIÓN, sin valor legal")?;
        }
        match &self.predio {
            Some(predio) => {
                let code = predio.codigo.as_deref().unwrap_or("sin código");
                let provisional = if predio.provisional {
                    " (código provisional)"
                } else {
                    ""
                };
                writeln!(f, "Predio {code}{provisional}, municipio {}", predio.ubigeo)?;
                writeln!(f, "  área {:.2} m² en proyección UTM", predio.area_m2)?;
            }
            None => writeln!(f, "El punto no está en ningún lote")?,
        }
        writeln!(
            f,
            "  al {}, versión de datos {}",
            self.fecha, self.recibo.version_datos
        )?;

        writeln!(f, "\nZonificación")?;
        if self.zonificacion.is_empty() {
            writeln!(f, "  ninguna zona")?;
        }
        for zone in &self.zonificacion {
            let code = zone.codigo.as_deref().unwrap_or("sin código");
            line(
                f,
                code,
                zone.nombre.as_deref(),
                zone.area_m2,
                zone.proporcion,
                zone.significativa,
            )?;
            source(
                f,
                zone.instrumento.norma.as_deref(),
                zone.instrumento.articulo.as_deref(),
            )?;
        }
        if let Some(balance) = &self.balance {
            writeln!(
                f,
                "  con zona {:.2} m², sin zona {:.2} m², contado dos veces {:.2} m²",
                balance.con_zona_m2, balance.sin_zona_m2, balance.doble_zona_m2
            )?;
        }

        writeln!(f, "\nRestricciones")?;
        if self.restricciones.is_empty() {
            writeln!(f, "  ninguna entre los temas con datos")?;
        }
        for overlay in &self.restricciones {
            let kind = overlay.tipo.as_deref().unwrap_or("sin tema");
            line(
                f,
                kind,
                overlay.nombre.as_deref(),
                overlay.area_m2,
                overlay.proporcion,
                overlay.significativa,
            )?;
            let effect = match overlay.efecto {
                Some(Effect::Prohibits) => "prohíbe edificar",
                Some(Effect::Conditions) => "condiciona",
                Some(Effect::Informs) => "informa",
                None => "efecto no conocido",
            };
            writeln!(f, "      {effect}")?;
            source(
                f,
                overlay.base_legal.norma.as_deref(),
                overlay.base_legal.articulo.as_deref(),
            )?;
        }
        let unknown: Vec<&str> = self
            .temas
            .iter()
            .filter(|theme| theme.estado == ThemeState::NoData)
            .map(|theme| theme.tipo.as_str())
            .collect();
        if !unknown.is_empty() {
            writeln!(f, "  sin datos en este municipio: {}", unknown.join(", "))?;
        }
        match &self.certificados_vigentes {
            Some(live) if live.is_empty() => {}
            Some(live) => {
                writeln!(f, "\nCertificados vigentes")?;
                for certificate in live {
                    writeln!(f, "  {certificate}")?;
                }
            }
            None => writeln!(f, "\nCertificados vigentes: no se pudo consultar")?,
        }
        judged(f, self)?;
        write!(f, "recibo {}", self.recibo.sha256)
    }
}

/// Parameters, findings, and the whole.
fn judged(f: &mut fmt::Formatter<'_>, check: &Check) -> fmt::Result {
    writeln!(f, "\nParámetros")?;
    if check.parametros.is_empty() {
        writeln!(f, "  ninguno: no hay normas en vigor para estas zonas")?;
    }
    for (name, parameter) in &check.parametros {
        let value = match (parameter.valor, &parameter.segun) {
            (Some(value), _) => format!("{value} {}", parameter.unidad),
            (None, Some(words)) => words.clone(),
            (None, None) => format!("no se sabe (falta {})", parameter.falta.join(", ")),
        };
        writeln!(f, "  {name}: {value}")?;
        let basis = &parameter.base_legal;
        source(f, basis.norma.as_deref(), basis.articulo.as_deref())?;
    }
    if !check.hallazgos.is_empty() {
        writeln!(f, "\nHallazgos")?;
    }
    for finding in &check.hallazgos {
        writeln!(f, "  {}: {}", finding.id, finding.estado)?;
        writeln!(f, "      {}", finding.explicacion)?;
        if let Some(basis) = &finding.base_legal {
            source(f, basis.norma.as_deref(), basis.articulo.as_deref())?;
        }
    }
    let judged = if check.hallazgos.is_empty() {
        " (no se evaluó ninguna propuesta)"
    } else {
        ""
    };
    writeln!(f, "\nresultado: {}{judged}", check.resultado)
}

fn line(
    f: &mut fmt::Formatter<'_>,
    code: &str,
    name: Option<&str>,
    area_m2: Option<f64>,
    share: Option<f64>,
    significant: bool,
) -> fmt::Result {
    write!(f, "  {code}")?;
    if let Some(name) = name {
        write!(f, " {name}")?;
    }
    if let (Some(area_m2), Some(share)) = (area_m2, share) {
        write!(f, ": {area_m2:.2} m² ({:.2} %)", share * 100.0)?;
    }
    writeln!(
        f,
        "{}",
        if significant {
            ""
        } else {
            ", no significativa"
        }
    )
}

fn source(f: &mut fmt::Formatter<'_>, norma: Option<&str>, article: Option<&str>) -> fmt::Result {
    match (norma, article) {
        (Some(norma), Some(article)) => writeln!(f, "      {norma}, {article}"),
        (Some(norma), None) => writeln!(f, "      {norma}"),
        _ => writeln!(f, "      sin norma registrada"),
    }
}
