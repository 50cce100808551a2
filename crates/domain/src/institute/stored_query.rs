//! Stored questions: a `select` over the views of the schema `consulta`, kept as text with its digest.
//!
//! The database runs one as a role that can read those views and nothing else, in a transaction that only reads and within
//! a time. What could step out of that role is a function, so the functions that a question calls are a closed list.

use sha2::{Digest, Sha256};

use crate::audit::Hash;

/// A question that was looked at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredQuery {
    text: Box<str>,
    digest: [u8; 32],
}

/// Why a text is not taken as a question.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryFault {
    /// It is longer than any honest question.
    #[error("longer than {CHARACTERS_MAX} characters")]
    TooLong,
    /// It does not begin with `select` or `with`.
    #[error("it does not begin with select or with")]
    NotAQuestion,
    /// A character that has no place in one: `;`, `"`, `$`, a backslash, or what is not ASCII outside of texts.
    #[error("the character {0:?}")]
    Character(char),
    /// A text or a comment has no end.
    #[error("a text or a comment that does not end")]
    Unended,
    /// A function that is not of the list.
    #[error("the function {0}")]
    Function(String),
    /// A word that has no place in one.
    #[error("the word {0}")]
    Word(String),
}

const CHARACTERS_MAX: usize = 20_000;

/// Words of SQL that a parenthesis may follow.
const KEYWORDS: [&str; 36] = [
    "all",
    "and",
    "any",
    "array",
    "as",
    "between",
    "by",
    "case",
    "distinct",
    "else",
    "except",
    "exists",
    "filter",
    "from",
    "having",
    "in",
    "intersect",
    "is",
    "join",
    "lateral",
    "like",
    "materialized",
    "not",
    "numeric",
    "on",
    "or",
    "order",
    "over",
    "select",
    "some",
    "then",
    "union",
    "using",
    "values",
    "when",
    "where",
];

/// Functions that a question may call.
const FUNCTIONS: [&str; 66] = [
    "abs",
    "age",
    "array_agg",
    "array_length",
    "avg",
    "bool_and",
    "bool_or",
    "ceil",
    "coalesce",
    "conocido_a",
    "concat",
    "corr",
    "count",
    "date_part",
    "date_trunc",
    "daterange",
    "dense_rank",
    "desde",
    "extract",
    "fecha",
    "first_value",
    "floor",
    "format",
    "greatest",
    "hasta",
    "jsonb_array_elements",
    "jsonb_array_elements_text",
    "jsonb_array_length",
    "jsonb_build_object",
    "lag",
    "last_value",
    "lead",
    "least",
    "left",
    "length",
    "ln",
    "lower",
    "lpad",
    "make_date",
    "max",
    "min",
    "mod",
    "nullif",
    "objeto",
    "percentile_cont",
    "power",
    "rank",
    "right",
    "round",
    "row_number",
    "split_part",
    "sqrt",
    "st_area",
    "st_buffer",
    "st_centroid",
    "st_dwithin",
    "st_intersection",
    "st_intersects",
    "st_isempty",
    "st_length",
    "st_pointonsurface",
    "st_union",
    "string_agg",
    "sum",
    "trim",
    "upper",
];

/// Words that no question has: what is not read through the views, what writes, what would keep others waiting.
const NEVER: [&str; 14] = [
    "copy",
    "create",
    "delete",
    "do",
    "drop",
    "execute",
    "for",
    "grant",
    "information_schema",
    "insert",
    "into",
    "recursive",
    "set",
    "update",
];

impl StoredQuery {
    /// Looks at a text.
    ///
    /// # Errors
    /// When it could do more than ask.
    pub fn parse(text: &str) -> Result<Self, QueryFault> {
        let text = text.trim();
        if text.chars().count() > CHARACTERS_MAX {
            return Err(QueryFault::TooLong);
        }
        let words = words(text)?;
        match words.first() {
            Some(first) if !first.calls && matches!(first.text.as_str(), "select" | "with") => {}
            _ => return Err(QueryFault::NotAQuestion),
        }
        for word in &words {
            let name = word.text.as_str();
            if NEVER.contains(&name) || name.starts_with("pg_") {
                return Err(QueryFault::Word(word.text.clone()));
            }
            if word.calls && !KEYWORDS.contains(&name) && !FUNCTIONS.contains(&name) {
                return Err(QueryFault::Function(word.text.clone()));
            }
        }
        Ok(Self {
            text: text.into(),
            digest: Sha256::digest(text).into(),
        })
    }

    /// The text, as it is run.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// SHA-256 of the text, in hexadecimal: which question a figure answers.
    pub fn digest(&self) -> String {
        Hash(self.digest).to_string()
    }
}

/// A word outside of texts and comments, in lower case.
struct Word {
    text: String,
    /// Whether a parenthesis follows.
    calls: bool,
}

fn words(text: &str) -> Result<Vec<Word>, QueryFault> {
    let mut found: Vec<Word> = Vec::new();
    let mut word = String::new();
    // A call may have blanks and comments between the name and its parenthesis.
    let mut last_is_word = false;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter.is_ascii_alphanumeric() || letter == '_' {
            word.push(letter.to_ascii_lowercase());
            continue;
        }
        if !word.is_empty() {
            // `e'…'` and its kin read backslashes.
            if letter == '\'' {
                return Err(QueryFault::Word(word));
            }
            found.push(Word {
                text: std::mem::take(&mut word),
                calls: false,
            });
            last_is_word = true;
        }
        match letter {
            // `u&'…'` hides letters.
            '&' if letters.peek() == Some(&'\'') => return Err(QueryFault::Character('&')),
            '\'' => {
                skip_text(&mut letters)?;
                last_is_word = false;
            }
            '-' if letters.peek() == Some(&'-') => {
                letters.by_ref().find(|letter| *letter == '\n');
            }
            '/' if letters.peek() == Some(&'*') => {
                letters.next();
                skip_comment(&mut letters)?;
            }
            '(' => {
                if let Some(last) = found.last_mut().filter(|_| last_is_word) {
                    last.calls = true;
                }
                last_is_word = false;
            }
            letter if letter.is_ascii_whitespace() => {}
            letter if ")[]{},.:<>=+-*/%|&#@!?~^".contains(letter) => last_is_word = false,
            letter => return Err(QueryFault::Character(letter)),
        }
    }
    if !word.is_empty() {
        found.push(Word {
            text: word,
            calls: false,
        });
    }
    Ok(found)
}

/// Past the end of a text; `''` in it is a quote.
fn skip_text(letters: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Result<(), QueryFault> {
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => return Err(QueryFault::Character('\\')),
            '\'' if letters.peek() == Some(&'\'') => {
                letters.next();
            }
            '\'' => return Ok(()),
            _ => {}
        }
    }
    Err(QueryFault::Unended)
}

/// Past the end of a comment. PostgreSQL nests them: one inside another is refused.
fn skip_comment(letters: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Result<(), QueryFault> {
    while let Some(letter) = letters.next() {
        match (letter, letters.peek()) {
            ('*', Some('/')) => {
                letters.next();
                return Ok(());
            }
            ('/', Some('*')) => return Err(QueryFault::Character('*')),
            _ => {}
        }
    }
    Err(QueryFault::Unended)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn honest_questions_are_taken() {
        for text in [
            "select ubigeo, count(*) as valor from lotes group by ubigeo",
            "-- áreas verdes\nselect null as ubigeo, sum(st_area(geom))::numeric(12,2) as valor from zonificacion where atributos->>'codigo' in ('ZRP', 'ñ; drop')",
            "with a as (select codigo from lotes), b as materialized (select 1) select a.codigo from a where exists (select 1)",
            "select count(*) filter (where st_intersects(l.geom, r.geom)) from lotes l join restricciones r on (l.geom && r.geom)",
            "select coalesce /* nada */ (1, 2), 'it''s' from lotes",
            "select consulta.fecha() - 30",
        ] {
            assert_eq!(StoredQuery::parse(text).err(), None, "{text}");
        }
    }

    #[test]
    fn what_could_do_more_than_ask_is_not() {
        let function = |name: &str| Some(QueryFault::Function(name.to_owned()));
        let word = |name: &str| Some(QueryFault::Word(name.to_owned()));
        for (text, fault) in [
            (
                "select set_config('role', 'postgres', true)",
                function("set_config"),
            ),
            ("select public.dblink ('x')", function("dblink")),
            (
                "select query_to_xml/**/('select 1', true, true, '')",
                function("query_to_xml"),
            ),
            (
                "select 1; drop table parcel",
                Some(QueryFault::Character(';')),
            ),
            (
                "select \"set_config\"('role', 'x', true)",
                Some(QueryFault::Character('"')),
            ),
            ("select $$x$$", Some(QueryFault::Character('$'))),
            ("select e'\\''", word("e")),
            ("select u&'x'", Some(QueryFault::Character('&'))),
            ("select pg_sleep(9)", word("pg_sleep")),
            ("select * from pg_authid", word("pg_authid")),
            ("select * from lotes for update", word("for")),
            ("select 1 into x", word("into")),
            ("with recursive t as (select 1) select 1", word("recursive")),
            ("select 'x", Some(QueryFault::Unended)),
            ("select /* x", Some(QueryFault::Unended)),
            (
                "select /* a /* b */ set_config('a','b',true) */ 1",
                Some(QueryFault::Character('*')),
            ),
            ("delete from lotes", Some(QueryFault::NotAQuestion)),
            ("", Some(QueryFault::NotAQuestion)),
        ] {
            assert_eq!(StoredQuery::parse(text).err(), fault, "{text}");
        }
    }

    #[test]
    fn a_question_is_known_by_its_digest() {
        let one = StoredQuery::parse(" select 1 ").expect("a question");
        assert_eq!(
            one.digest(),
            StoredQuery::parse("select 1").expect("a question").digest()
        );
        assert_eq!(one.digest().len(), 64);
    }
}
