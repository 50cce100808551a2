//! The form of a survey, as programs and the page send it: a file, or one that came in pieces, and what is said of it.

use axum::extract::{Multipart, multipart::MultipartRejection};
use domain::people::Actor;
use office::{
    Kind, Office, Problem,
    surveys::{Incoming, Said},
    view::SurveyShape,
};
use uuid::Uuid;

use super::surveys::{broken_form, filled, store, text, twice};

/// What came of a form so far: what was said stays, also where the rest is refused.
#[derive(Default)]
pub struct Brought {
    /// What is said of the file.
    pub said: Said,
    /// The file that came in pieces.
    pub load: Option<String>,
    incoming: Option<Incoming>,
}

impl Brought {
    /// Reads a form to its end.
    pub async fn read(
        &mut self,
        office: &Office,
        actor: &Actor,
        multipart: Result<Multipart, MultipartRejection>,
    ) -> Result<(), Problem> {
        // Who may not is told before the file has come.
        let mut incoming = Some(office.receive(actor).await?);
        let mut multipart = multipart.map_err(|_| broken_form())?;
        while let Some(mut field) = multipart.next_field().await.map_err(|_| broken_form())? {
            let name = field.name().unwrap_or_default().to_owned();
            match name.as_str() {
                "archivo" => {
                    let mut file = incoming.take().ok_or_else(|| twice("archivo"))?;
                    let file_name = field.file_name().map(str::to_owned);
                    store(&mut field, &mut file).await?;
                    // A page sends its file box also when nothing was chosen.
                    if !(file.is_empty() && file_name.as_deref() == Some("")) {
                        self.said.file_name = file_name;
                        self.incoming = Some(file);
                    }
                }
                "carga" => self.load = filled(field).await?,
                "coleccion" => self.said.collection = Some(text(field).await?),
                "ubigeo" => self.said.ubigeo = Some(text(field).await?),
                "crs_origen" => self.said.source_crs = filled(field).await?,
                "perfil" => self.said.profile = filled(field).await?,
                "capa" => self.said.file_layer = filled(field).await?,
                "alcance" => self.said.scope = filled(field).await?,
                _ => {
                    return Err(Problem::new(
                        Kind::BadRequest,
                        "El formulario tiene un campo que no se conoce.",
                        "Se admiten: archivo o carga, coleccion, ubigeo, crs_origen, perfil, capa, alcance.",
                    ));
                }
            }
        }
        Ok(())
    }

    /// Makes a survey of it.
    pub async fn submit(self, office: &Office, actor: &Actor) -> Result<SurveyShape, Problem> {
        match (self.incoming, self.load) {
            (Some(incoming), None) => office.submit(actor, incoming, self.said).await,
            (None, Some(load)) => {
                let id: Uuid = load.parse().map_err(|_| no_such_load())?;
                office.submit_load(actor, id, self.said).await
            }
            (Some(_), Some(_)) => Err(Problem::new(
                Kind::BadRequest,
                "Hay un «archivo» y una «carga».",
                "Envíe uno de los dos por levantamiento.",
            )),
            (None, None) => Err(Problem::new(
                Kind::BadRequest,
                "Falta «archivo».",
                "Elija el archivo del levantamiento y vuelva a enviarlo.",
            )),
        }
    }
}

/// No load has such an identifier.
pub(super) fn no_such_load() -> Problem {
    Problem::new(
        Kind::NotFound,
        "No hay un archivo a medio enviar con ese identificador.",
        "Empiece otra carga con POST /api/cargas, o elija otra vez el archivo.",
    )
}
