//! Text from outside: it shows as text whatever is in it, and however long it is.

use std::fmt;

use askama::filters::HtmlSafe;

use super::escaped;

/// As much of a text as a line takes, and all of it, folded away, where that is more. It turns no letters around it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Text {
    /// Its beginning.
    pub head: String,
    /// All of it, where there is more.
    pub whole: Option<String>,
}

/// Letters of a text before the rest is folded away.
const HEAD_LETTERS: usize = 160;

impl Text {
    /// A text.
    pub fn of(text: &str) -> Self {
        let head: String = text.chars().take(HEAD_LETTERS).collect();
        Self {
            whole: (head.len() < text.len()).then(|| text.to_owned()),
            head,
        }
    }
}

/// As HTML, in which nothing of it is markup.
impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<bdi>{}</bdi>", escaped(&self.head))?;
        if let Some(whole) = &self.whole {
            write!(
                f,
                "… <details><summary>Ver el texto completo</summary><bdi>{}</bdi></details>",
                escaped(whole)
            )?;
        }
        Ok(())
    }
}

impl HtmlSafe for Text {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_stays_text_and_what_is_long_is_folded() {
        assert_eq!(Text::of("<b>").to_string(), "<bdi>&lt;b&gt;</bdi>");
        let long = "ñ".repeat(HEAD_LETTERS + 1);
        let told = Text::of(&long);
        assert_eq!(told.head.chars().count(), HEAD_LETTERS);
        assert!(
            told.to_string()
                .contains(&format!("<bdi>{long}</bdi></details>"))
        );
    }
}
