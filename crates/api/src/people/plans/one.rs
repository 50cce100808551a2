//! `/planes/{codigo}`: a plan, its milestones and its tree; its next state; the projects of a node.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::State,
    response::{Redirect, Response},
};
use chrono::{DateTime, Utc};
use domain::{
    collection::Collection, geometry, institute::DossierKind, institute::instrument, observation,
    people::Action,
};
use office::{
    Kind, Office, Problem,
    government::AgreementShape,
    observations::{ObservationFilter, ObservationShape},
    plans::{NodeProjects, NodeShape, PlanShape, PlanStep},
};

use super::{
    super::{
        done,
        drawing::Drawing,
        filled::Filled,
        next_of,
        papers::{Papers, address},
        shell::{Shell, page, page_after},
        spanish, surroundings,
    },
    words,
};
use crate::{
    ogc::encoded,
    problem::{Answer, Parameters, Segments},
};

#[derive(Template)]
#[template(path = "plan.html")]
struct Seen {
    shell: Shell,
    problem: Option<Problem>,
    told: Option<&'static str>,
    plan: PlanShape,
    drawing: Option<String>,
    tree: Vec<Branch>,
    elsewhere: Option<String>,
    observed: Vec<ObservationShape>,
    decided: Vec<AgreementShape>,
    papers: Papers,
    keeps: bool,
    /// To which states it may go: name and words.
    ways: Vec<(&'static str, &'static str)>,
    typed: Filled,
}

/// A node with what hangs from it.
struct Branch {
    id: String,
    title: String,
    axis: Option<String>,
    facts: String,
    has_projects: bool,
    below: Vec<Branch>,
}

impl Branch {
    fn of(node: &NodeShape, nodes: &[NodeShape]) -> Self {
        let below = nodes
            .iter()
            .filter(|one| one.padre.as_ref() == Some(&node.id));
        Self {
            id: node.id.clone(),
            title: format!("{} {}: {}", words::class(node.clase), node.id, node.nombre),
            axis: node
                .eje
                .as_deref()
                .map(|code| spanish::axis(code).to_owned()),
            facts: words::progress(&node.avance),
            has_projects: node.avance.proyectos > 0,
            below: below.map(|one| Self::of(one, nodes)).collect(),
        }
    }
}

const MOMENT: &str = "un momento, como 2026-11-23T15:04:05Z";

pub(super) async fn plan(
    State(office): State<Arc<Office>>,
    shell: Shell,
    Segments(code): Segments<String>,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(&["hecho", "conocido_a"])?;
    let known_at = parameters.read("conocido_a", MOMENT)?;
    let told = parameters.told(&[
        ("alta", "El plan quedó inscrito."),
        ("cambio", "El cambio quedó registrado."),
        ("estado", "El plan pasó de estado."),
    ]);
    show(
        &office,
        shell,
        &code,
        known_at,
        (told, None),
        Filled::default(),
    )
    .await
}

async fn show(
    office: &Office,
    shell: Shell,
    code: &str,
    known_at: Option<DateTime<Utc>>,
    (told, problem): (Option<&'static str>, Option<Problem>),
    typed: Filled,
) -> Answer<Response> {
    let plan = office.plan(code, known_at).await?;
    let kind = DossierKind::Plan.name();
    let filter = ObservationFilter {
        about: Some(observation::About::Plan),
        object: Some(plan.codigo.clone()),
        ..ObservationFilter::default()
    };
    let observed = office.observations(&shell.visitor().actor, &filter).await?;
    let nodes = &plan.arbol.nodos;
    let roots = nodes.iter().filter(|node| node.padre.is_none());
    let elsewhere = &plan.arbol.fuera_del_arbol;
    let keeps = shell.may(Action::KeepRegister) && known_at.is_none();
    let page = Seen {
        problem,
        told,
        drawing: perimeter(office, &plan),
        tree: roots.map(|node| Branch::of(node, nodes)).collect(),
        elsewhere: (elsewhere.proyectos > 0).then(|| words::progress(elsewhere)),
        observed: observed.observaciones,
        decided: office.agreements_about(kind, &plan.codigo).await?,
        papers: Papers::of(office, (kind, &plan.codigo), keeps).await?,
        keeps,
        ways: plan
            .sigue
            .iter()
            .map(|state| (state.name(), words::state(*state).0))
            .collect(),
        typed,
        plan,
        shell,
    };
    Ok(page_after(page.problem.as_ref(), &page))
}

/// The perimeter of a plan over the blocks of today; none where the layer has none.
fn perimeter(office: &Office, plan: &PlanShape) -> Option<String> {
    let snapshot = office.feed.snapshot();
    let feature = snapshot.feature(&Collection::Plans, &plan.codigo)?;
    let mut drawing = Drawing::of(geometry::bounds(&feature.geometry)?, 0.05);
    surroundings::blocks(&snapshot, &mut drawing);
    drawing.shape(&feature.geometry, "predio", Some(&plan.contenido.nombre));
    Some(drawing.svg(&format!(
        "Perímetro de {}; el norte está arriba.",
        plan.contenido.nombre
    )))
}

pub(super) async fn step(
    State(office): State<Arc<Office>>,
    shell: Shell,
    Segments(code): Segments<String>,
    typed: Filled,
) -> Answer<Response> {
    let stepped = match read(&typed) {
        Ok(next) => office.step_plan(&shell.visitor().actor, &code, next).await,
        Err(problem) => Err(problem),
    };
    match stepped {
        Ok(plan) => Ok(done(&address("plan", &plan.codigo), "estado")),
        Err(problem) => {
            office::plans::may_keep(&shell.visitor().actor)?;
            show(&office, shell, &code, None, (None, Some(problem)), typed).await
        }
    }
}

/// Who signs in to send a form is led here: to the page that has it.
pub(super) async fn back(Segments(code): Segments<String>) -> Redirect {
    Redirect::to(&address("plan", &code))
}

fn read(typed: &Filled) -> Result<PlanStep, Problem> {
    let missing = |title: &str, detail: &str| Problem::new(Kind::BadRequest, title, detail);
    Ok(PlanStep {
        version: typed.version()?,
        estado: typed
            .typed("estado")
            .parse::<instrument::State>()
            .map_err(|_| missing("Falta el estado.", "Elija a cuál pasa el plan."))?,
        fecha: typed.day("fecha")?.ok_or_else(|| {
            missing(
                "Falta la fecha.",
                "Escriba desde qué día está en ese estado.",
            )
        })?,
        hasta: typed.day("hasta")?,
        norma: typed.owned("norma"),
        nota: typed.owned("nota"),
    })
}

#[derive(Template)]
#[template(path = "plan_nodo.html")]
struct Node {
    shell: Shell,
    plan: PlanShape,
    title: String,
    facts: String,
    found: NodeProjects,
    next: Option<String>,
}

pub(super) async fn node(
    State(office): State<Arc<Office>>,
    shell: Shell,
    Segments((code, id)): Segments<(String, String)>,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(&["despues"])?;
    let found = office
        .projects_of_node(&code, &id, parameters.get("despues"), None)
        .await?;
    let plan = office.plan(&code, None).await?;
    let known = plan.arbol.nodos.iter().find(|node| node.id == id);
    let (title, facts) = match known {
        Some(node) => (
            format!("{} {}: {}", words::class(node.clase), node.id, node.nombre),
            words::progress(&node.avance),
        ),
        None => (
            "Proyectos fuera del árbol".to_owned(),
            words::progress(&plan.arbol.fuera_del_arbol),
        ),
    };
    let here = format!("{}/nodos/{}", address("plan", &code), encoded(&id));
    Ok(page(&Node {
        next: next_of(&here, &parameters, found.siguiente.as_deref()),
        shell,
        plan,
        title,
        facts,
        found,
    }))
}
