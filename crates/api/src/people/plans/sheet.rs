//! `/planes/nuevo` and `/planes/{codigo}/editar`: the sheet of a plan, with its tree a node a line.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use domain::institute::{
    instrument::PlanKind,
    plan_tree::{Node, NodeClass},
};
use office::{
    Kind, Office, Problem, data,
    government::Seat,
    plans::{ChangedPlan, NewPlan},
};

use super::{
    super::{
        done,
        filled::Filled,
        papers::address,
        shell::{Shell, page_after},
    },
    words,
};
use crate::problem::{Answer, Segments};

#[derive(Template)]
#[template(path = "plan_editar.html")]
struct Sheet {
    shell: Shell,
    problem: Option<Problem>,
    /// Of the plan that is changed; none for a new one.
    code: Option<String>,
    places: Vec<Seat>,
    typed: Filled,
}

impl Sheet {
    fn kinds() -> [(&'static str, &'static str); 5] {
        PlanKind::ALL.map(|kind| (kind.name(), words::kind(kind)))
    }

    fn axes() -> String {
        let axes: Vec<&str> = data::axes().iter().map(|axis| axis.code.as_str()).collect();
        axes.join(", ")
    }

    fn show(
        office: &Office,
        shell: Shell,
        code: Option<String>,
        typed: Filled,
        problem: Option<Problem>,
    ) -> Response {
        let sheet = Self {
            shell,
            problem,
            code,
            places: office.seats(),
            typed,
        };
        page_after(sheet.problem.as_ref(), &sheet)
    }
}

pub(super) async fn blank(State(office): State<Arc<Office>>, shell: Shell) -> Answer<Response> {
    office::plans::may_keep(&shell.visitor().actor)?;
    Ok(Sheet::show(&office, shell, None, Filled::default(), None))
}

pub(super) async fn register(
    State(office): State<Arc<Office>>,
    shell: Shell,
    typed: Filled,
) -> Answer<Response> {
    let registered = match new(&typed) {
        Ok(new) => office.register_plan(&shell.visitor().actor, new).await,
        Err(problem) => Err(problem),
    };
    match registered {
        Ok(plan) => Ok(done(&address("plan", &plan.codigo), "alta")),
        Err(problem) => {
            office::plans::may_keep(&shell.visitor().actor)?;
            Ok(Sheet::show(&office, shell, None, typed, Some(problem)))
        }
    }
}

pub(super) async fn filled(
    State(office): State<Arc<Office>>,
    shell: Shell,
    Segments(code): Segments<String>,
) -> Answer<Response> {
    office::plans::may_keep(&shell.visitor().actor)?;
    let plan = office.plan(&code, None).await?;
    let lines: Vec<String> = plan.contenido.nodos.iter().map(line).collect();
    let draft = plan.contenido.borrador.map(|draft| draft.to_string());
    let fields = [
        ("version", plan.version.to_string()),
        ("nombre", plan.contenido.nombre),
        ("borrador", draft.unwrap_or_default()),
        ("nodos", lines.join("\n")),
    ];
    Ok(Sheet::show(
        &office,
        shell,
        Some(plan.codigo),
        Filled::of(fields),
        None,
    ))
}

pub(super) async fn change(
    State(office): State<Arc<Office>>,
    shell: Shell,
    Segments(code): Segments<String>,
    typed: Filled,
) -> Answer<Response> {
    let actor = shell.visitor().actor.clone();
    let changed = match changed(&typed) {
        Ok(changed) => office.change_plan(&actor, &code, changed).await,
        Err(problem) => Err(problem),
    };
    match changed {
        Ok(plan) => Ok(done(&address("plan", &plan.codigo), "cambio")),
        Err(problem) if problem.kind == Kind::NotFound => Err(problem.into()),
        Err(problem) => {
            office::plans::may_keep(&actor)?;
            Ok(Sheet::show(
                &office,
                shell,
                Some(code),
                typed,
                Some(problem),
            ))
        }
    }
}

fn new(typed: &Filled) -> Result<NewPlan, Problem> {
    Ok(NewPlan {
        codigo: typed.typed("codigo").trim().to_owned(),
        tipo: typed.typed("tipo").parse().map_err(|_| {
            bad(
                "Falta la clase del plan.".to_owned(),
                "Elíjala de la lista.",
            )
        })?,
        nombre: typed.typed("nombre").to_owned(),
        ubigeo: typed.place("ubigeo")?,
        borrador: draft(typed)?,
        nodos: nodes(typed.typed("nodos"))?,
        hitos: Vec::new(),
    })
}

fn changed(typed: &Filled) -> Result<ChangedPlan, Problem> {
    Ok(ChangedPlan {
        version: typed.version()?,
        nombre: typed.typed("nombre").to_owned(),
        borrador: draft(typed)?,
        nodos: nodes(typed.typed("nodos"))?,
    })
}

fn draft(typed: &Filled) -> Result<Option<uuid::Uuid>, Problem> {
    let said = typed.said("borrador");
    // The address of its page is taken too: people copy that.
    let id = said.map(|text| {
        text.trim_end_matches('/')
            .rsplit('/')
            .next()
            .unwrap_or(text)
    });
    id.map(str::parse).transpose().map_err(|_| {
        bad(
            "El borrador no se entiende.".to_owned(),
            "Copie la dirección de su página en /control-urbano/borradores.",
        )
    })
}

/// A node as a line of the form.
fn line(node: &Node) -> String {
    let parts = [
        node.id.as_str(),
        node.class.name(),
        &node.name,
        node.parent.as_deref().unwrap_or_default(),
        node.axis.as_deref().unwrap_or_default(),
    ];
    parts.join(" | ").trim_end_matches([' ', '|']).to_owned()
}

/// The nodes of a form: `id | clase | nombre | padre | eje`, one a line.
fn nodes(text: &str) -> Result<Vec<Node>, Problem> {
    let lines = text
        .lines()
        .zip(1..)
        .filter(|(line, _)| !line.trim().is_empty());
    lines.map(|(line, number)| node(line, number)).collect()
}

fn node(line: &str, number: usize) -> Result<Node, Problem> {
    let wrong = |what: &str| {
        bad(
            format!("La línea {number} del árbol no se entiende: {what}."),
            "Escriba identificador | clase | nombre | de qué cuelga | eje. Las clases son objetivo, eje y programa.",
        )
    };
    let parts: Vec<&str> = line.split('|').map(str::trim).collect();
    let (id, class, name, rest) = match parts[..] {
        [id, class, name, ref rest @ ..] if rest.len() <= 2 => (id, class, name, rest),
        _ => return Err(wrong("le faltan o le sobran partes")),
    };
    let class = NodeClass::ALL
        .into_iter()
        .find(|known| known.name() == class);
    let said = |at: usize| {
        let text = rest.get(at).copied().unwrap_or_default();
        (!text.is_empty()).then(|| text.to_owned())
    };
    Ok(Node {
        id: id.to_owned(),
        class: class.ok_or_else(|| wrong("su clase no existe"))?,
        name: name.to_owned(),
        parent: said(0),
        axis: said(1),
    })
}

fn bad(title: String, detail: &str) -> Problem {
    Problem::new(Kind::BadRequest, title, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_is_read_as_it_is_written() {
        let text = "OE1 | objetivo | Vivir mejor\n\nOE1.E1 | eje | Agua | OE1 | servicios\nP | programa | Redes | OE1.E1";
        let read = nodes(text).expect("a tree");
        assert_eq!(read.len(), 3);
        assert_eq!(read[1].axis.as_deref(), Some("servicios"));
        let again: Vec<String> = read.iter().map(line).collect();
        assert_eq!(nodes(&again.join("\n")), Ok(read));
        for wrong in ["OE1 | objetivo", "a | b | c", "a | eje | c | d | e | f"] {
            let said = nodes(wrong).map_err(|problem| problem.title);
            assert!(
                said.is_err_and(|title| title.contains("línea 1")),
                "{wrong}"
            );
        }
    }
}
