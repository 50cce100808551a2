//! Values that are typed in, each with what proves it.

use domain::{
    id::Ubigeo,
    institute::{DossierKind, FigureKind},
    people::{Action, Actor},
};
use serde::Deserialize;
use serde_json::json;
use store::{Deed, figures::NewFigure};
use uuid::Uuid;

use super::{FigureShape, MEASURE};
use crate::{Kind, Office, Problem, people::require};

/// A value as somebody types it in.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TypedFigure {
    /// When it was measured.
    pub periodo: String,
    /// How much, in the unit of its indicator.
    pub valor: f64,
    /// The municipality; none for the province.
    #[serde(default)]
    pub ubigeo: Option<String>,
    /// Where it comes from.
    #[serde(default)]
    pub nota: Option<String>,
    /// A paper of the indicator that proves it.
    #[serde(default)]
    pub documento: Option<Uuid>,
}

/// Letters of a note.
const NOTE: std::ops::RangeInclusive<usize> = 10..=500;

impl Office {
    /// Writes a value that somebody types in; one of the same period and place is corrected by it.
    pub async fn type_figure(
        &self,
        actor: &Actor,
        code: &str,
        typed: &TypedFigure,
    ) -> Result<FigureShape, Problem> {
        require(actor, Action::KeepRegister, None)?;
        let kept = self.kept_indicator(code).await?;
        if kept.content.query.is_some() {
            return Err(Problem::new(
                Kind::Refused,
                format!("El indicador {code} se calcula."),
                "Sus valores no se escriben a mano: corrija el dato en su fuente y calcúlelo otra vez.",
            ));
        }
        let period = super::period(&typed.periodo)?;
        if period.span() != kept.content.span {
            return Err(Problem::new(
                Kind::Refused,
                format!("{period} no es un periodo {}.", kept.content.span.name()),
                "Este indicador se mide así; escriba un periodo de esa duración.",
            ));
        }
        let today = crate::moment::now().day;
        if period.first() > today || !typed.valor.is_finite() {
            return Err(Problem::new(
                Kind::Refused,
                "El valor no se puede registrar.",
                "Un periodo que todavía no empieza no tiene valor, y el valor es un número.",
            ));
        }
        let ubigeo = self.place_named(typed.ubigeo.as_deref())?;
        let note = typed
            .nota
            .as_deref()
            .map(str::trim)
            .filter(|note| !note.is_empty());
        if note.is_some_and(|note| !NOTE.contains(&note.chars().count())) {
            return Err(Problem::new(
                Kind::BadRequest,
                "La nota es demasiado corta o demasiado larga.",
                format!("Escriba de {} a {} letras.", NOTE.start(), NOTE.end()),
            ));
        }
        if let Some(paper) = typed.documento {
            self.own_paper(code, paper).await?;
        } else if note.is_none() {
            return Err(Problem::new(
                Kind::Refused,
                "Falta lo que respalda el valor.",
                "Elija un documento del indicador, o diga en la nota de dónde sale.",
            ));
        }
        let mut act = self.store.begin(actor).await?;
        let figure = NewFigure {
            code,
            measure: MEASURE,
            period,
            ubigeo,
            value: typed.valor,
            content: json!({"nota": note, "documento": typed.documento}),
        };
        act.write_figures(FigureKind::Indicator, &[figure]).await?;
        act.commit(&Deed {
            action: "indicador.valor",
            ubigeo,
            object: format!("indicador/{code}"),
            content: json!({"periodo": period.to_string(), "valor": typed.valor, "documento": typed.documento}),
        })
        .await?;
        let place = ubigeo.map(|ubigeo| ubigeo.to_string());
        self.indicator_figures(code)
            .await?
            .into_iter()
            .find(|figure| figure.period == period && figure.ubigeo == place)
            .ok_or_else(|| super::absent(code))
    }

    fn place_named(&self, text: Option<&str>) -> Result<Option<Ubigeo>, Problem> {
        let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
            return Ok(None);
        };
        let known = text
            .parse()
            .ok()
            .filter(|ubigeo| self.feed.snapshot().municipalities.contains_key(ubigeo));
        known.map(Some).ok_or_else(|| {
            Problem::new(
                Kind::BadRequest,
                format!("«{text}» no es el ubigeo de un municipio del servicio."),
                "Escriba seis dígitos, como 220101; nada, para la provincia.",
            )
        })
    }

    async fn own_paper(&self, code: &str, paper: Uuid) -> Result<(), Problem> {
        let own = self
            .papers(DossierKind::Indicator.name(), code)
            .await?
            .iter()
            .any(|known| known.id == paper);
        if own {
            return Ok(());
        }
        Err(Problem::new(
            Kind::Refused,
            "El documento no es de este indicador.",
            "Agréguelo primero en la página del indicador, y elija ese.",
        ))
    }
}
