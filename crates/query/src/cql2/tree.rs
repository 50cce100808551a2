//! From bytes to the parser's tree, within bounds of length, depth, steps and stack.

use std::{num::NonZeroUsize, sync::Once, thread};

use cql2::Expr;

use super::{DEPTH_MAX, Fault, LENGTH_MAX, Language};

/// Steps of the parser. The longest filters of use take a few ten thousand; brackets that do not close well make it try
/// each of them twice, and so on inwards.
const STEPS_MAX: usize = 2_000_000;

static LIMIT: Once = Once::new();

/// The parser goes down the tree by calls: it has room for every filter within [`LENGTH_MAX`].
const STACK: usize = 64 << 20;

pub(super) fn parse(text: &str, language: Language) -> Result<Expr, Fault> {
    if text.len() > LENGTH_MAX {
        return Err(Fault::TooLong);
    }
    if brackets(text, language) > DEPTH_MAX {
        return Err(Fault::TooDeep);
    }
    LIMIT.call_once(|| pest::set_call_limit(NonZeroUsize::new(STEPS_MAX)));
    let parsed = thread::scope(|scope| {
        thread::Builder::new()
            .stack_size(STACK)
            .spawn_scoped(scope, || {
                let tree = match language {
                    Language::Text => cql2::parse_text(text)
                        .map_err(|error| text_fault(&error.to_string(), text))?,
                    Language::Json => {
                        cql2::parse_json(text).map_err(|error| json_fault(&error, text))?
                    }
                };
                // A deep tree is left here: others have no stack even to drop it.
                if levels(&tree) > LEVELS_MAX {
                    return Err(Fault::TooDeep);
                }
                Ok(tree)
            })
            // No thread to be had: as a filter that cannot be read now.
            .map_err(|_| Fault::TooIntricate)?
            .join()
            // The parser gave up in a way of its own.
            .map_err(|_| Fault::Syntax { at: None })?
    })?;
    Ok(parsed)
}

/// Operations that lie in each other, as in a long sum: each is a call for who goes down the tree, here and in the
/// database.
const LEVELS_MAX: usize = 100;

fn levels(tree: &Expr) -> usize {
    let below = |parts: &[Box<Expr>]| parts.iter().map(|part| levels(part)).max().unwrap_or(0);
    1 + match tree {
        Expr::Operation { args, .. } => below(args),
        Expr::Interval { interval } => below(interval),
        Expr::Array(items) => below(items),
        Expr::BBox { bbox } => below(bbox),
        Expr::Timestamp { timestamp: inner } | Expr::Date { date: inner } => levels(inner),
        _ => 0,
    }
}

/// How deep brackets lie in each other, outside of quotes.
fn brackets(text: &str, language: Language) -> usize {
    let (mut depth, mut deepest, mut quote) = (0_usize, 0, None);
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match (quote, letter) {
            // In JSON a quote inside a text has this before it.
            (Some('"'), '\\') if language == Language::Json => drop(letters.next()),
            (Some(open), closing) if open == closing => quote = None,
            (None, '\'' | '"') => quote = Some(letter),
            (None, '(' | '[' | '{') => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            (None, ')' | ']' | '}') => depth = depth.saturating_sub(1),
            (Some(_) | None, _) => {}
        }
    }
    deepest
}

/// The place that the parser names, as ` --> line:column`.
fn text_fault(said: &str, text: &str) -> Fault {
    if said.contains("call limit reached") || said.contains("limit reached") {
        return Fault::TooIntricate;
    }
    let place = said.split_once("--> ").and_then(|(_, rest)| {
        let (line, rest) = rest.split_once(':')?;
        let column: String = rest.chars().take_while(char::is_ascii_digit).collect();
        at(text, line.trim().parse().ok()?, column.parse().ok()?)
    });
    Fault::Syntax { at: place }
}

fn json_fault(error: &serde_json::Error, text: &str) -> Fault {
    Fault::Syntax {
        at: (error.line() > 0)
            .then(|| at(text, error.line(), error.column()))
            .flatten(),
    }
}

/// Which character of the whole text a line and a column are.
fn at(text: &str, line: usize, column: usize) -> Option<usize> {
    let before: usize = text
        .split('\n')
        .take(line.checked_sub(1)?)
        .map(|line| line.chars().count() + 1)
        .sum();
    Some(before + column)
}
