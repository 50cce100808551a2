//! `/certificados/nuevo`: first the kind and the place; then what that kind asks for, beside what is answered there today.

use std::{collections::BTreeMap, sync::Arc};

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    certificate::{Kind as Class, Need, Rules},
    people::Actor,
};
use geo_types::Geometry;
use office::{
    Kind, Office, Problem,
    certificates::{ApplicantShape, NewDraft, kinds, may_draft},
    checks::CheckRequest,
    place,
};
use serde_json::{Value, json};

use super::{
    super::{
        filled::Filled,
        shell::{Shell, page_with},
        surroundings::{self, Plan},
    },
    one::law,
    proposal,
    verdict::Verdict,
};
use crate::{
    problem::{Parameters, Refusal, status},
    programs::certificates::parse,
    session::Caller,
};

#[derive(Template)]
#[template(path = "certificado_nuevo.html")]
struct Sheet {
    shell: Shell,
    problem: Option<Problem>,
    typed: Filled,
    kinds: Vec<(String, String)>,
    documents: Vec<(&'static str, bool)>,
    chosen: Option<Chosen>,
}

/// The kind that is drafted, and what is known of the place.
struct Chosen {
    kind: String,
    title: String,
    law: String,
    of_a_parcel: bool,
    two_persons: bool,
    fields: Vec<Field>,
    proposal: Vec<Field>,
    plan: Option<Plan>,
    verdict: Option<Verdict>,
    lacking: Option<&'static str>,
}

/// A field that the rules of the kind ask for.
struct Field {
    name: String,
    title: String,
    required: bool,
    value: String,
}

pub(super) async fn form(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    shell: Shell,
    parameters: Parameters,
) -> Result<Response, Refusal> {
    // Told before anything is filled in.
    may_draft(&actor)?;
    let mut typed = match parameters.get("de") {
        Some(id) => like(&office, &actor, id).await?,
        None => Vec::new(),
    };
    let named = parameters.0.into_iter().filter(|(name, _)| name != "de");
    typed.splice(0..0, named);
    shown(&office, shell, Filled::of(typed), None).await
}

pub(super) async fn draft(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    shell: Shell,
    typed: Filled,
) -> Result<Response, Refusal> {
    let drafted = match read(&typed) {
        Ok(draft) => office.draft_certificate(&actor, &draft).await,
        Err(problem) => Err(problem),
    };
    match drafted {
        Ok(one) => {
            let next = format!("/certificados/{}?hecho=redactar", one.id);
            Ok(Redirect::to(&next).into_response())
        }
        // Who may not is told so, and is not shown the form.
        Err(problem) => {
            may_draft(&actor)?;
            shown(&office, shell, typed, Some(problem)).await
        }
    }
}

/// The fields of a draft like one that there is, for what takes its place.
async fn like(office: &Office, actor: &Actor, id: &str) -> Result<Vec<(String, String)>, Problem> {
    let one = office.certificate(actor, parse(id)?).await?;
    let value = |raw: &Option<Box<serde_json::value::RawValue>>| -> Value {
        let raw = raw.as_ref().map(|raw| serde_json::from_str(raw.get()));
        raw.and_then(Result::ok).unwrap_or_default()
    };
    let (asked, stated) = (value(&one.consulta), value(&one.datos));
    let mut fields = vec![("tipo".to_owned(), one.tipo.to_owned())];
    let mut put = |name: String, value: &Value| {
        let text = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        if !value.is_null() {
            fields.push((name, text));
        }
    };
    put("predio".to_owned(), &asked["predio"]);
    if let (Some(lon), Some(lat)) = (asked["punto"][0].as_f64(), asked["punto"][1].as_f64()) {
        put("lugar".to_owned(), &json!(format!("{lon}, {lat}")));
    }
    put("expediente".to_owned(), &json!(one.expediente));
    for (name, text) in stated.as_object().into_iter().flatten() {
        put(format!("dato.{name}"), text);
    }
    for (member, said) in asked["propuesta"].as_object().into_iter().flatten() {
        put(proposal::field(member), said);
    }
    Ok(fields)
}

/// What was typed, as it is drafted.
fn read(typed: &Filled) -> Result<NewDraft, Problem> {
    let rules = rules(typed)?;
    let fields = rules.fields.iter();
    let stated: BTreeMap<String, String> = fields
        .filter_map(|field| {
            let text = typed.said(&format!("dato.{}", field.name))?;
            Some((field.name.clone(), text.to_owned()))
        })
        .collect();
    let mut request = asked(typed)?;
    if let Some(proposal) = proposal::read(typed, &rules.proposal)? {
        request["propuesta"] = proposal;
    }
    Ok(NewDraft {
        kind: rules.kind,
        request,
        stated,
        case: typed.owned("expediente"),
        applicant: applicant(typed),
    })
}

fn rules(typed: &Filled) -> Result<Rules, Problem> {
    let named: Result<Class, _> = typed.typed("tipo").parse();
    let kind = named.map_err(|_| {
        Problem::new(
            Kind::BadRequest,
            "Falta la clase de certificado.",
            "Elija una de la lista.",
        )
    })?;
    office::data::certificate_rules(kind)
}

/// The place that was typed, as a check asks it.
fn asked(typed: &Filled) -> Result<Value, Problem> {
    let named = (
        typed.said("predio"),
        typed.said("lugar"),
        typed.said("vertices"),
    );
    match named {
        (Some(code), None, None) => Ok(json!({ "predio": code })),
        (None, Some(text), None) => Ok(json!({ "punto": place::typed(text)? })),
        (None, None, Some(text)) => Ok(json!({ "geometria": polygon(text)? })),
        (None, None, None) => Err(Problem::new(
            Kind::BadRequest,
            "Falta el lugar.",
            "Escriba el código del predio, o las coordenadas de un punto.",
        )),
        _ => Err(Problem::new(
            Kind::BadRequest,
            "El lugar está dicho de varias maneras.",
            "Deje una sola: el código del predio, el punto o los vértices.",
        )),
    }
}

/// A polygon of its corners, one a line.
fn polygon(text: &str) -> Result<Value, Problem> {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let mut ring = lines.map(place::typed).collect::<Result<Vec<_>, _>>()?;
    if ring.len() < 3 {
        return Err(Problem::new(
            Kind::BadRequest,
            "Faltan vértices.",
            "Un polígono tiene tres o más, uno por línea: este y norte en metros.",
        ));
    }
    if ring.first() != ring.last() {
        ring.extend(ring.first().copied());
    }
    Ok(json!({"type": "Polygon", "coordinates": [ring]}))
}

fn applicant(typed: &Filled) -> Option<ApplicantShape> {
    let said = |name: &str| typed.owned(name);
    let (name, number) = (said("solicitante.nombre"), said("solicitante.numero"));
    (name.is_some() || number.is_some()).then(|| ApplicantShape {
        full_name: name.unwrap_or_default(),
        document_kind: said("solicitante.tipo").unwrap_or_default(),
        document_number: number.unwrap_or_default(),
    })
}

async fn shown(
    office: &Office,
    shell: Shell,
    typed: Filled,
    problem: Option<Problem>,
) -> Result<Response, Refusal> {
    let kinds = kinds()?;
    let named = typed.said("tipo").is_some();
    let (chosen, wrong) = if named {
        match rules(&typed) {
            Ok(rules) => {
                let (chosen, wrong) = Chosen::of(office, &typed, rules).await;
                (Some(chosen), wrong)
            }
            Err(problem) => (None, Some(problem)),
        }
    } else {
        (None, None)
    };
    let problem = problem.or(wrong);
    let status = problem.as_ref().map_or(StatusCode::OK, status);
    Ok(page_with(
        status,
        &Sheet {
            shell,
            problem,
            documents: ["DNI", "RUC", "CE", "PASAPORTE"]
                .into_iter()
                .map(|kind| (kind, kind == typed.typed("solicitante.tipo")))
                .collect(),
            typed,
            kinds: kinds
                .into_iter()
                .map(|rules| (rules.kind, rules.title))
                .collect(),
            chosen,
        },
    ))
}

impl Chosen {
    /// The kind, and what is answered of the place today, if one is named; and what is wrong with that.
    async fn of(office: &Office, typed: &Filled, rules: Rules) -> (Self, Option<Problem>) {
        let is_named = ["predio", "lugar", "vertices"]
            .iter()
            .any(|name| typed.said(name).is_some());
        let (answer, wrong) = if is_named {
            match answered(office, typed).await {
                Ok(answer) => (Some(answer), None),
                Err(problem) => (None, Some(problem)),
            }
        } else {
            (None, None)
        };
        let (said, plan) = answer.map_or((None, None), |(said, plan)| (Some(said), plan));
        let snapshot = office.feed.snapshot();
        let fields = rules.fields.iter().map(|field| {
            let name = format!("dato.{}", field.name);
            Field {
                title: field.title.clone(),
                required: field.required,
                value: typed.typed(&name).to_owned(),
                name,
            }
        });
        let proposal = rules.proposal.iter().map(|member| {
            let name = proposal::field(member);
            Field {
                title: proposal::title(member),
                required: false,
                value: typed.typed(&name).to_owned(),
                name,
            }
        });
        let chosen = Self {
            fields: fields.collect(),
            proposal: proposal.collect(),
            law: law(&rules.basis),
            of_a_parcel: rules.of_a_parcel,
            two_persons: rules.two_persons,
            plan,
            lacking: said
                .as_ref()
                .and_then(|said| rules.lacking(said))
                .map(lacking),
            verdict: said.map(|said| Verdict::of(&said, &snapshot.themes)),
            kind: rules.kind,
            title: rules.title,
        };
        (chosen, wrong)
    }
}

fn lacking(need: Need) -> &'static str {
    match need {
        Need::Zoning => {
            "El lugar no está en ninguna zona en vigor: un certificado así se puede redactar, pero no emitir."
        }
        Need::Parameters => {
            "No hay parámetros en vigor para la zona del lugar: un certificado así se puede redactar, pero no emitir."
        }
    }
}

/// What is answered of the place today, and its plan.
async fn answered(office: &Office, typed: &Filled) -> Result<(Value, Option<Plan>), Problem> {
    let request: CheckRequest = serde_json::from_value(asked(typed)?).map_err(|_| {
        Problem::new(
            Kind::BadRequest,
            "El lugar no se entiende.",
            "Escriba el código del predio, o las coordenadas de un punto.",
        )
    })?;
    let check = office.check(request.clone()).await?;
    let snapshot = office.feed.snapshot();
    let code = check
        .predio
        .as_ref()
        .and_then(|parcel| parcel.codigo.clone());
    let (ground, name): (Option<Geometry<f64>>, String) = match code {
        Some(code) => {
            let parcel = office.parcel(&code, None, None).await?;
            (Some(parcel.geometry), format!("el predio {code}"))
        }
        None => (
            office::checks::ground_of(request)?,
            "el lugar consultado".to_owned(),
        ),
    };
    let plan = ground.and_then(|ground| surroundings::plan(&snapshot, &ground, &name, true));
    let said = serde_json::to_value(&check).map_err(|_| {
        Problem::new(
            Kind::Internal,
            "La respuesta no se pudo escribir.",
            "El detalle está en el registro del servicio.",
        )
    })?;
    Ok((said, plan))
}
