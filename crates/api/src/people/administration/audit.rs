//! The audit trail: read, and checked from its first record to its last.

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::State,
    response::Response,
    routing::{get, post},
};
use chrono::{DateTime, Utc};
use domain::people::Action;
use office::{
    Office,
    audit::{HeadShape, RecordShape},
};

use crate::{
    doors::Doors,
    people::{
        shell::{Shell, page},
        spanish,
    },
    problem::{Answer, Parameters},
};

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/administracion/auditoria", get(trail))
        .route("/administracion/auditoria/comprobacion", post(check))
}

/// Records of one page.
const PAGE: i64 = 50;

#[derive(Template)]
#[template(path = "auditoria.html")]
struct Trail {
    shell: Shell,
    head: HeadShape,
    object: String,
    lines: Vec<Line>,
    /// Addresses of the page before and after.
    before: Option<String>,
    after: Option<String>,
    /// What the check found: none where it was not asked for.
    checked: Option<Result<HeadShape, String>>,
}

/// A record in a line.
struct Line {
    record: RecordShape,
    at: Option<DateTime<Utc>>,
}

async fn trail(
    State(office): State<Arc<Office>>,
    shell: Shell,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(&["despues_de", "objeto"])?;
    show(&office, shell, &parameters, None).await
}

async fn check(State(office): State<Arc<Office>>, shell: Shell) -> Answer<Response> {
    let checked = office.check_audit(&shell.visitor().actor).await?;
    show(&office, shell, &Parameters(Vec::new()), Some(checked)).await
}

async fn show(
    office: &Office,
    shell: Shell,
    parameters: &Parameters,
    checked: Option<Result<HeadShape, String>>,
) -> Answer<Response> {
    let head = office.audit_head().await?;
    let object = parameters.get("objeto").unwrap_or_default().to_owned();
    let asked: Option<i64> = parameters.read("despues_de", "un número de registro")?;
    // Without a word, the last ones; of one object, the first ones.
    let from = match (asked, object.is_empty()) {
        (Some(from), _) => from,
        (None, true) => (head.number - PAGE).max(0),
        (None, false) => 0,
    };
    let of = Some(object.clone()).filter(|object| !object.is_empty());
    let records = office
        .audit_page(&shell.visitor().actor, from, PAGE, of)
        .await?;
    let address = |from: i64| {
        let query = [("despues_de", from.to_string()), ("objeto", object.clone())];
        format!(
            "/administracion/auditoria?{}",
            serde_urlencoded::to_string(query).unwrap_or_default()
        )
    };
    let last = records.last().map_or(from, |record| record.number);
    let lines = records.into_iter().map(|record| Line {
        at: record.at.parse().ok(),
        record,
    });
    Ok(page(&Trail {
        before: (from > 0).then(|| address((from - PAGE).max(0))),
        after: (last < head.number && last > from).then(|| address(last)),
        lines: lines.collect(),
        shell,
        head,
        object,
        checked,
    }))
}

impl Trail {
    fn manages_accounts(&self) -> bool {
        self.shell.may(Action::ManageAccounts)
    }
}
