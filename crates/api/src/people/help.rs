//! `/ayuda`: the manual of the staff, as it is in `docs/manual`, carried in the program.

use askama::Template;
use axum::{
    Router,
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use office::{Kind, Problem};
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html};
use rust_embed::RustEmbed;

use super::shell::{Shell, page};
use crate::{
    doors::Doors,
    problem::{Answer, Segments},
};

#[derive(RustEmbed)]
#[folder = "../../docs/manual"]
struct Manual;

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/ayuda", get(contents))
        .route("/ayuda/{hoja}", get(sheet))
        .route("/ayuda/imagenes/{nombre}", get(picture))
}

#[derive(Template)]
#[template(path = "ayuda.html")]
struct Sheet {
    shell: Shell,
    title: String,
    /// The text of the manual as markup. It is ours.
    text: String,
    is_contents: bool,
}

async fn contents(shell: Shell) -> Answer<Response> {
    show(shell, "README", true)
}

async fn sheet(shell: Shell, Segments(name): Segments<String>) -> Answer<Response> {
    show(shell, name.trim_end_matches(".md"), false)
}

fn show(shell: Shell, name: &str, is_contents: bool) -> Answer<Response> {
    let file = Manual::get(&format!("{name}.md")).ok_or_else(absent)?;
    let text = String::from_utf8_lossy(&file.data);
    let (title, text) = written(&text);
    Ok(page(&Sheet {
        shell,
        title,
        text,
        is_contents,
    }))
}

async fn picture(Segments(name): Segments<String>) -> Answer<Response> {
    let file = Manual::get(&format!("imagenes/{name}")).ok_or_else(absent)?;
    let kind = [
        (header::CONTENT_TYPE, "image/webp"),
        (header::CACHE_CONTROL, "public, max-age=86400"),
    ];
    Ok((kind, file.data.into_owned()).into_response())
}

fn absent() -> Problem {
    Problem::new(
        Kind::NotFound,
        "La ayuda no tiene esa hoja.",
        "El índice está en /ayuda.",
    )
}

/// A sheet as markup, and its title. Markup in the sheet itself is shown as text; links between sheets lead to pages.
fn written(text: &str) -> (String, String) {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut title = String::new();
    let mut in_title = false;
    let mut outside = false;
    let events: Vec<Event<'_>> = Parser::new_ext(text, options)
        .map(|event| match event {
            Event::Html(raw) | Event::InlineHtml(raw) => Event::Text(raw),
            Event::Start(Tag::Heading {
                level: pulldown_cmark::HeadingLevel::H1,
                ..
            }) => {
                in_title = title.is_empty();
                Event::Text(CowStr::Borrowed(""))
            }
            Event::End(TagEnd::Heading(pulldown_cmark::HeadingLevel::H1)) => {
                in_title = false;
                Event::Text(CowStr::Borrowed(""))
            }
            Event::Text(words) | Event::Code(words) if in_title => {
                title.push_str(&words);
                Event::Text(CowStr::Borrowed(""))
            }
            // What lies beside the manual is in the project, and not on the service.
            Event::Start(Tag::Link { dest_url, .. }) if dest_url.starts_with("..") => {
                outside = true;
                Event::Text(CowStr::Borrowed(""))
            }
            Event::End(TagEnd::Link) if outside => {
                outside = false;
                Event::Text(CowStr::Borrowed(""))
            }
            Event::Start(Tag::Link {
                link_type,
                dest_url,
                title,
                id,
            }) => Event::Start(Tag::Link {
                link_type,
                dest_url: address(&dest_url).into(),
                title,
                id,
            }),
            Event::Start(Tag::Image {
                link_type,
                dest_url,
                title,
                id,
            }) => Event::Start(Tag::Image {
                link_type,
                dest_url: format!("/ayuda/{dest_url}").into(),
                title,
                id,
            }),
            other => other,
        })
        .collect();
    let mut markup = String::with_capacity(text.len() * 2);
    html::push_html(&mut markup, events.into_iter());
    // Wide tables scroll by themselves, and can be reached by keys.
    let markup = markup
        .replace("<table>", "<div class=\"ancha\" tabindex=\"0\"><table>")
        .replace("</table>", "</table></div>")
        .replace("<pre>", "<pre tabindex=\"0\">")
        .replace(" style=\"text-align: right\"", " class=\"n\"")
        .replace(" style=\"text-align: left\"", "")
        .replace(" style=\"text-align: center\"", "");
    (title, markup)
}

/// Where a link of a sheet leads on the pages.
fn address(link: &str) -> String {
    match link.split_once(".md") {
        Some((sheet, rest)) if !sheet.contains('/') && !sheet.contains(':') => {
            format!("/ayuda/{sheet}{rest}")
        }
        _ => link.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_become_pages_and_markup_in_them_text() {
        let (title, text) = written(
            "# Subir `un` levantamiento\n\nVea [las reglas](reglas.md#a) y <script>x</script>.\n\n![La lista](imagenes/lista.webp)\n",
        );
        assert_eq!(title, "Subir un levantamiento");
        assert!(
            text.contains("<a href=\"/ayuda/reglas#a\">las reglas</a>"),
            "{text}"
        );
        assert!(
            text.contains("&lt;script&gt;") && !text.contains("<script>"),
            "{text}"
        );
        assert!(
            text.contains("<img src=\"/ayuda/imagenes/lista.webp\" alt=\"La lista\""),
            "{text}"
        );
    }

    #[test]
    fn every_link_of_the_manual_leads_to_a_sheet_or_a_picture() {
        for name in Manual::iter().filter(|name| name.ends_with(".md")) {
            let file = Manual::get(&name).expect("a sheet");
            let text = String::from_utf8_lossy(&file.data).into_owned();
            for event in Parser::new(&text) {
                let Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) = event
                else {
                    continue;
                };
                let path = dest_url.split('#').next().unwrap_or_default();
                if path.is_empty()
                    || path.contains("://")
                    || path.starts_with('/')
                    || path.starts_with("..")
                {
                    continue;
                }
                assert!(Manual::get(path).is_some(), "{name} leads to {path}");
            }
        }
    }
}
