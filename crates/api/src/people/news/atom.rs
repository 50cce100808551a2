//! What is new as Atom (RFC 4287).

use std::fmt::Write as _;

use chrono::{DateTime, SecondsFormat, Utc};
use office::bulletin::Item;

use crate::people::escaped;

/// A feed before it is written.
pub struct Feed<'a> {
    /// Its identity, which stays.
    pub id: String,
    /// What it is of.
    pub title: String,
    /// Its own address.
    pub own: String,
    /// The page that says the same.
    pub page: String,
    /// The service's address.
    pub base: &'a str,
    /// What is new, the newest first.
    pub items: &'a [Item],
}

/// The feed as XML. The same items are the same letters.
pub fn feed(feed: &Feed<'_>) -> String {
    let updated = feed
        .items
        .first()
        .map_or(DateTime::UNIX_EPOCH, |item| item.fecha);
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"es-PE\">\n\
         <id>{}</id>\n<title>{}</title>\n<updated>{}</updated>\n\
         <author><name>Catastro provincial</name></author>\n\
         <link rel=\"self\" type=\"application/atom+xml\" href=\"{}\"/>\n\
         <link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\n",
        letters(&feed.id),
        letters(&feed.title),
        moment(updated),
        letters(&feed.own),
        letters(&feed.page),
    );
    for item in feed.items {
        let place = item.municipio.as_deref().unwrap_or("La provincia");
        let at = moment(item.fecha);
        let _ = write!(
            text,
            "<entry>\n<id>{}</id>\n<title>{}</title>\n<updated>{at}</updated>\n<published>{at}</published>\n\
             <link rel=\"alternate\" type=\"text/html\" href=\"{}{}\"/>\n<category term=\"{}\"/>\n\
             <summary>{}</summary>\n</entry>\n",
            letters(&item.id),
            letters(&item.titulo),
            letters(feed.base),
            letters(&item.enlace),
            item.tema,
            letters(&format!("{}. {place}.", item.titulo)),
        );
    }
    text.push_str("</feed>\n");
    text
}

fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// Text of others within XML, which knows no letters of control.
fn letters(text: &str) -> String {
    let known = |letter: &char| {
        matches!(letter, '\t' | '\n' | '\r')
            || (*letter >= ' ' && !matches!(letter, '\u{fffe}' | '\u{ffff}'))
    };
    escaped(&text.chars().filter(known).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_others_are_text_and_nothing_is_a_feed_too() {
        let item = Item {
            id: "urn:uuid:1".to_owned(),
            fecha: DateTime::UNIX_EPOCH,
            tema: "planes",
            titulo: "</title><script>&\u{b}".to_owned(),
            ubigeo: None,
            municipio: None,
            enlace: "/planes/A".to_owned(),
        };
        let make = |items: &[Item]| {
            feed(&Feed {
                id: "urn:uuid:0".to_owned(),
                title: "Todo".to_owned(),
                own: "https://x.pe/novedades.atom?tema=planes&ubigeo=220101".to_owned(),
                page: "https://x.pe/novedades".to_owned(),
                base: "https://x.pe",
                items,
            })
        };
        let text = make(&[item]);
        assert!(
            text.contains("<title>&lt;/title&gt;&lt;script&gt;&amp;</title>"),
            "{text}"
        );
        assert!(text.contains("?tema=planes&amp;ubigeo=220101"), "{text}");
        assert!(text.contains("href=\"https://x.pe/planes/A\""), "{text}");
        assert!(make(&[]).contains("<updated>1970-01-01T00:00:00.000000Z</updated>"));
    }
}
