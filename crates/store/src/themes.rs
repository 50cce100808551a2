//! Themes of overlays.

use domain::plan::{Effect, LegalBasis, Theme};

use crate::{Act, Error, Store};

type Row = (String, String, String, String, Option<String>, String);

impl Store {
    /// All themes, by code.
    pub async fn themes(&self) -> Result<Vec<Theme>, Error> {
        themes(&self.pool).await
    }
}

pub(crate) async fn themes<'c>(executor: impl sqlx::PgExecutor<'c>) -> Result<Vec<Theme>, Error> {
    sqlx::query_as::<_, Row>(
        "select code, name, effect, norma, articulo, color from theme order by code",
    )
    .fetch_all(executor)
    .await?
    .into_iter()
    .map(|(code, name, effect, norma, articulo, color)| {
        let effect = parse_effect(&effect).ok_or_else(|| Error::Row {
            table: "theme",
            key: code.clone(),
            what: format!("unknown effect {effect}"),
        })?;
        Ok(Theme {
            code,
            name,
            effect,
            base_legal: LegalBasis {
                norma: norma.into(),
                articulo: articulo.map(Into::into),
            },
            color,
        })
    })
    .collect()
}

impl Act {
    /// Writes the themes; one that is there already takes the new words.
    pub async fn write_themes(&mut self, themes: &[Theme]) -> Result<(), Error> {
        for theme in themes {
            sqlx::query(
                "insert into theme (code, name, effect, norma, articulo, color) values ($1, $2, $3, $4, $5, $6)
                 on conflict (code) do update set name = excluded.name, effect = excluded.effect,
                     norma = excluded.norma, articulo = excluded.articulo, color = excluded.color",
            )
            .bind(&theme.code)
            .bind(&theme.name)
            .bind(effect_word(theme.effect))
            .bind(&*theme.base_legal.norma)
            .bind(theme.base_legal.articulo.as_deref())
            .bind(&theme.color)
            .execute(&mut *self.draft.tx)
            .await?;
        }
        Ok(())
    }
}

fn effect_word(effect: Effect) -> &'static str {
    match effect {
        Effect::Prohibits => "prohibe",
        Effect::Conditions => "condiciona",
        Effect::Informs => "informa",
    }
}

fn parse_effect(word: &str) -> Option<Effect> {
    [Effect::Prohibits, Effect::Conditions, Effect::Informs]
        .into_iter()
        .find(|effect| effect_word(*effect) == word)
}
