//! The form of an indicator: a new one, or the next version of one.

use std::{fmt::Write as _, sync::Arc};

use askama::Template;
use axum::{extract::State, response::Response};
use domain::institute::Span;
use office::{
    Kind, Office, Problem,
    indicators::{IndicatorShape, NewIndicator},
};
use serde_json::{Map, Value, json};

use crate::{
    people::{
        done,
        filled::{Filled, number},
        papers::address,
        shell::{Shell, page_after},
    },
    problem::{Answer, Segments},
};

#[derive(Template)]
#[template(path = "indicador_editar.html")]
struct Form {
    shell: Shell,
    problem: Option<Problem>,
    /// Its code; none for a new one.
    code: Option<String>,
    typed: Filled,
}

impl Form {
    fn spans() -> [&'static str; 4] {
        Span::ALL.map(Span::name)
    }

    fn action(&self) -> String {
        match &self.code {
            Some(code) => format!("{}/editar", address("indicador", code)),
            None => "/indicadores/nuevo".to_owned(),
        }
    }

    fn shown(
        shell: Shell,
        code: Option<String>,
        typed: Filled,
        problem: Option<Problem>,
    ) -> Response {
        let form = Self {
            shell,
            problem,
            code,
            typed,
        };
        page_after(form.problem.as_ref(), &form)
    }
}

pub async fn blank(shell: Shell) -> Response {
    Form::shown(shell, None, Filled::default(), None)
}

pub async fn form(
    State(office): State<Arc<Office>>,
    shell: Shell,
    Segments(code): Segments<String>,
) -> Answer<Response> {
    let one = office.indicator(&code).await?;
    let typed = filled(&one);
    Ok(Form::shown(shell, Some(one.codigo), typed, None))
}

fn filled(one: &IndicatorShape) -> Filled {
    let indicator = &one.indicator;
    let mut targets = String::new();
    for target in &indicator.targets {
        let _ = writeln!(targets, "{} = {}", target.period, target.value);
    }
    let direction = serde_json::to_value(indicator.direction).unwrap_or_default();
    let fields = [
        ("version", one.version.to_string()),
        ("nombre", indicator.name.clone()),
        ("eje", indicator.axis.clone()),
        ("formula", indicator.formula.clone()),
        ("unidad", indicator.unit.clone()),
        ("fuente", indicator.source.clone()),
        ("sentido", direction.as_str().unwrap_or_default().to_owned()),
        ("periodicidad", indicator.span.name().to_owned()),
        (
            "base_periodo",
            indicator
                .baseline
                .map(|base| base.period.to_string())
                .unwrap_or_default(),
        ),
        (
            "base_valor",
            indicator
                .baseline
                .map(|base| base.value.to_string())
                .unwrap_or_default(),
        ),
        ("metas", targets),
        ("consulta", indicator.query.clone().unwrap_or_default()),
        (
            "demostracion",
            if indicator.demonstration { "si" } else { "" }.to_owned(),
        ),
    ];
    Filled::of(fields)
}

pub async fn create(
    State(office): State<Arc<Office>>,
    shell: Shell,
    typed: Filled,
) -> Answer<Response> {
    let code = typed.typed("codigo").trim().to_owned();
    write(&office, shell, typed, code, None).await
}

pub async fn replace(
    State(office): State<Arc<Office>>,
    shell: Shell,
    Segments(code): Segments<String>,
    typed: Filled,
) -> Answer<Response> {
    write(&office, shell, typed, code.clone(), Some(code)).await
}

async fn write(
    office: &Office,
    shell: Shell,
    typed: Filled,
    codigo: String,
    code: Option<String>,
) -> Answer<Response> {
    let actor = shell.visitor().actor.clone();
    let version = if code.is_some() {
        typed.typed("version").parse().unwrap_or(1)
    } else {
        0
    };
    let written = match read(&typed) {
        Ok(indicator) => {
            office
                .write_indicator(
                    &actor,
                    NewIndicator {
                        codigo,
                        version,
                        indicator,
                    },
                )
                .await
        }
        Err(problem) => Err(problem),
    };
    match written {
        Ok(one) => Ok(done(&address("indicador", &one.codigo), "guardado")),
        Err(problem) if problem.kind == Kind::NoAccount => Err(problem.into()),
        Err(problem) => Ok(Form::shown(shell, code, typed, Some(problem))),
    }
}

/// What was typed, as the definition that programs send.
fn read(typed: &Filled) -> Result<Map<String, Value>, Problem> {
    let mut definition = Map::new();
    for name in [
        "nombre",
        "eje",
        "formula",
        "unidad",
        "fuente",
        "sentido",
        "periodicidad",
    ] {
        definition.insert(name.to_owned(), json!(typed.typed(name).trim()));
    }
    if let Some(query) = typed.said("consulta") {
        definition.insert("consulta".to_owned(), json!(query.replace("\r\n", "\n")));
    }
    if typed.said("demostracion").is_some() {
        definition.insert("demostracion".to_owned(), json!(true));
    }
    if let Some(period) = typed.said("base_periodo") {
        let value = number("línea de base", typed.typed("base_valor"))?;
        definition.insert("linea_base".to_owned(), point(period, value)?);
    }
    let mut targets = Vec::new();
    for line in typed.typed("metas").lines().map(str::trim) {
        if line.is_empty() {
            continue;
        }
        let (period, value) = line.split_once('=').ok_or_else(|| {
            Problem::new(
                Kind::BadRequest,
                format!("La meta «{line}» no se entiende."),
                "Escriba una por renglón, como 2026-T4 = 85.5.",
            )
        })?;
        targets.push(point(period.trim(), number("metas", value)?)?);
    }
    definition.insert("metas".to_owned(), targets.into());
    Ok(definition)
}

fn point(period: &str, value: f64) -> Result<Value, Problem> {
    period.parse::<domain::institute::Period>().map_err(|_| {
        Problem::new(
            Kind::BadRequest,
            format!("«{period}» no es un periodo."),
            "Escríbalo como 2026 (año), 2026-S1 (semestre), 2026-T3 (trimestre) o 2026-09 (mes).",
        )
    })?;
    Ok(json!({"periodo": period, "valor": value}))
}
