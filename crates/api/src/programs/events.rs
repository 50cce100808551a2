//! `GET /api/levantamientos/{id}/eventos`: how far a survey is, as it happens (server-sent events).

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::State,
    response::sse::{Event, KeepAlive, Sse},
};
use domain::people::Actor;
use futures_util::{Stream, stream};
use office::{Office, view::SurveyShape};
use uuid::Uuid;

use super::surveys::parse;
use crate::{
    problem::{Answer, Segments},
    session::Caller,
};

/// News at most this often: more than an eye follows.
const NEWS_EVERY: Duration = Duration::from_millis(250);

/// Cómo avanza un levantamiento: «avance» mientras se examina, «estado» cuando cambia; termina cuando espera a una
/// persona.
#[utoipa::path(get, tag = "programas", path = "/api/levantamientos/{id}/eventos",
    params(("id" = String, Path, description = "Su identificador")),
    responses((status = 200, description = "Eventos", content_type = "text/event-stream"),
        (status = 404, description = "No existe", content_type = "application/problem+json")))]
pub async fn events(
    State(office): State<Office>,
    Caller(actor): Caller,
    Segments(id): Segments<String>,
) -> Answer<Sse<impl Stream<Item = Result<Event, Infallible>>>> {
    let id = parse(&id)?;
    // Who may not, hears it as a plain answer.
    office.follow(&actor, id).await?;
    let watch = Watch {
        office,
        actor,
        id,
        state: String::new(),
        said: None,
        ended: false,
    };
    let news = stream::unfold(watch, |mut watch| async move {
        let event = watch.next().await?;
        Some((Ok(event), watch))
    });
    Ok(Sse::new(news).keep_alive(KeepAlive::default()))
}

struct Watch {
    office: Office,
    actor: Actor,
    id: Uuid,
    /// The state said last.
    state: String,
    /// The progress said last.
    said: Option<office::surveys::Progress>,
    ended: bool,
}

impl Watch {
    async fn next(&mut self) -> Option<Event> {
        while !self.ended {
            // Who loses their role, or a database that is away: the client asks again.
            let (survey, progress) = self.office.follow(&self.actor, self.id).await.ok()?;
            if survey.state != self.state {
                self.state.clone_from(&survey.state);
                self.ended = !is_under_way(&survey);
                return Event::default().event("estado").json_data(&survey).ok();
            }
            let progress = progress.map(|progress| *progress.borrow());
            if progress.is_some() && progress != self.said {
                self.said = progress;
                tokio::time::sleep(NEWS_EVERY).await;
                return Event::default().event("avance").json_data(progress).ok();
            }
            tokio::time::sleep(NEWS_EVERY).await;
        }
        None
    }
}

fn is_under_way(survey: &SurveyShape) -> bool {
    matches!(survey.state.as_str(), "recibido" | "en_proceso")
}
