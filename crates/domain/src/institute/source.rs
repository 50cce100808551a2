//! Sources of layers of others: what is said of one, when it is due again, and where no source may lead.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// How a source gives its features.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum SourceKind {
    /// A collection of OGC API Features.
    #[serde(rename = "oapif")]
    Features,
    /// A feature type of WFS 2.0.
    #[serde(rename = "wfs")]
    Wfs,
    /// A `GeoJSON`, `GeoPackage` or zipped shapefile at an address.
    #[serde(rename = "archivo")]
    File,
}

impl SourceKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Features, Self::Wfs, Self::File];

    /// The name that programs know.
    pub fn name(self) -> &'static str {
        match self {
            Self::Features => "oapif",
            Self::Wfs => "wfs",
            Self::File => "archivo",
        }
    }

    /// The name for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Features => "OGC API Features",
            Self::Wfs => "WFS 2.0",
            Self::File => "archivo en una dirección",
        }
    }
}

/// Whether a source is harvested by itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum SourceState {
    /// It is, when it is due.
    #[serde(rename = "activa")]
    Active,
    /// Only when somebody asks for it.
    #[serde(rename = "pausada")]
    Paused,
}

impl SourceState {
    /// The name that programs know.
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "activa",
            Self::Paused => "pausada",
        }
    }
}

/// What is kept of a source: the content of its dossier.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Source {
    /// What people call it.
    #[serde(rename = "nombre")]
    pub name: String,
    /// Whose it is.
    #[serde(rename = "titular")]
    pub owner: String,
    /// On which terms it may be shown and passed on.
    #[serde(rename = "licencia")]
    pub license: String,
    /// How it gives its features.
    #[serde(rename = "clase")]
    pub kind: SourceKind,
    /// Where.
    #[serde(rename = "direccion")]
    pub address: String,
    /// The collection, the feature type, or the layer of a file with several.
    #[serde(rename = "capa", default)]
    pub layer: Option<String>,
    /// How often it is harvested, in hours.
    #[serde(rename = "cada_horas")]
    pub every_hours: u32,
    /// Most bytes of a harvest, in megabytes.
    #[serde(rename = "megabytes_max")]
    pub megabytes_max: u32,
    /// Most features of a harvest.
    #[serde(rename = "entidades_max")]
    pub features_max: u32,
    /// The thematic axis.
    #[serde(rename = "eje", default)]
    pub axis: Option<String>,
    /// What it is about.
    #[serde(rename = "tema", default)]
    pub topic: Option<String>,
    /// Whether it is harvested by itself.
    #[serde(rename = "estado")]
    pub state: SourceState,
    /// Whether it is made up.
    #[serde(
        rename = "demostracion",
        default,
        skip_serializing_if = "std::ops::Not::not"
    )]
    pub demonstration: bool,
}

/// What is wrong with what is said of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SourceFault {
    /// A text that has to be there is not, or is too long.
    #[error("{0} is empty or longer than {TEXT_MAX} characters")]
    Text(&'static str),
    /// Its address is none.
    #[error("the address is not one of http or https")]
    Address,
    /// Its kind needs a layer.
    #[error("this kind needs a layer")]
    Layer,
    /// A number is out of its range.
    #[error("{0} is not from {1} to {2}")]
    Number(&'static str, u32, u32),
}

/// Longest text of a source, in characters.
pub const TEXT_MAX: usize = 300;
/// Longest address, in characters.
const ADDRESS_MAX: usize = 1_000;
/// Hours between two harvests.
const HOURS: (u32, u32) = (1, 24 * 366);
/// Megabytes of a harvest.
const MEGABYTES: (u32, u32) = (1, 500);
/// Features of a harvest.
const FEATURES: (u32, u32) = (1, 200_000);

impl Source {
    /// Looks at what is said of it.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(&self) -> Result<(), SourceFault> {
        for (name, text) in [
            ("nombre", &self.name),
            ("titular", &self.owner),
            ("licencia", &self.license),
        ] {
            if text.trim().is_empty() || text.chars().count() > TEXT_MAX {
                return Err(SourceFault::Text(name));
            }
        }
        for (name, text) in [("capa", &self.layer), ("tema", &self.topic)] {
            let fits = |text: &String| !text.trim().is_empty() && text.chars().count() <= TEXT_MAX;
            if !text.as_ref().is_none_or(fits) {
                return Err(SourceFault::Text(name));
            }
        }
        if !is_address(&self.address) {
            return Err(SourceFault::Address);
        }
        if self.layer.is_none() && self.kind != SourceKind::File {
            return Err(SourceFault::Layer);
        }
        for (name, value, (least, most)) in [
            ("cada_horas", self.every_hours, HOURS),
            ("megabytes_max", self.megabytes_max, MEGABYTES),
            ("entidades_max", self.features_max, FEATURES),
        ] {
            if !(least..=most).contains(&value) {
                return Err(SourceFault::Number(name, least, most));
            }
        }
        Ok(())
    }
}

/// `http` or `https`, with a host, without a name and a password in it: what is public says no secret.
fn is_address(text: &str) -> bool {
    let Some(rest) = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))
    else {
        return false;
    };
    let host = rest.split(['/', '?']).next().unwrap_or_default();
    let plain =
        |letter: char| letter.is_ascii_graphic() && !matches!(letter, '"' | '<' | '>' | '#' | '\\');
    !host.is_empty() && !host.contains('@') && text.chars().all(plain) && text.len() <= ADDRESS_MAX
}

/// How the last harvests of a source went.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Lately {
    /// When the last one began and ended; none where there is none yet.
    pub last: Option<(DateTime<Utc>, DateTime<Utc>)>,
    /// How many failed since the last that went well.
    pub failures: u32,
}

/// The first wait after a failure; each further failure doubles it, up to the source's own pace.
const FIRST_WAIT: TimeDelta = TimeDelta::minutes(15);

/// When a source is due again. What was changed since the last harvest began is due at once.
pub fn due(every_hours: u32, changed: DateTime<Utc>, lately: Lately) -> DateTime<Utc> {
    let Some((_, ended)) = lately.last.filter(|(began, _)| changed <= *began) else {
        return changed;
    };
    let pace = TimeDelta::hours(every_hours.into());
    let wait = match lately.failures {
        0 => pace,
        // 2^10 quarters of an hour are ten days: no more bits are needed.
        failures => (FIRST_WAIT * (1 << (failures - 1).min(10))).min(pace),
    };
    ended + wait
}

/// How old something is, as people say it: «hace 3 horas».
pub fn age(age: TimeDelta) -> String {
    let said = |count: i64, one: &str, many: &str| {
        format!("hace {count} {}", if count == 1 { one } else { many })
    };
    match (age.num_days(), age.num_hours(), age.num_minutes()) {
        (days, ..) if days >= 60 => said(days / 30, "mes", "meses"),
        (days, ..) if days > 0 => said(days, "día", "días"),
        (_, hours, _) if hours > 0 => said(hours, "hora", "horas"),
        (_, _, minutes) if minutes > 0 => said(minutes, "minuto", "minutos"),
        _ => "hace un momento".to_owned(),
    }
}

/// Whether an address is one of the public network: neither of this machine nor of a private network, nor one that
/// stands for such an address in another form. What is not known to be public is not.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(mapped) => is_public_v4(mapped),
            None => is_public_v6(address),
        },
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let protocols = a == 192 && b == 0 && c == 0;
    let relays = a == 192 && b == 88 && c == 99;
    let benchmarks = a == 198 && (b == 18 || b == 19);
    !(a == 0
        || a >= 224
        || shared
        || protocols
        || relays
        || benchmarks
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation())
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    // Global unicast is 2000::/3; of it, tunnels (6to4, Teredo and its neighbours) and documentation lead elsewhere.
    (first & 0xe000) == 0x2000
        && first != 0x2002
        && !(first == 0x2001 && (second < 0x200 || second == 0xdb8))
        && (first & 0xfff0) != 0x3ff0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source() -> Source {
        Source {
            name: "Ríos".to_owned(),
            owner: "Gobierno Regional".to_owned(),
            license: "CC BY 4.0".to_owned(),
            kind: SourceKind::Features,
            address: "https://datos.example/ogc".to_owned(),
            layer: Some("rios".to_owned()),
            every_hours: 24,
            megabytes_max: 50,
            features_max: 50_000,
            axis: None,
            topic: None,
            state: SourceState::Active,
            demonstration: false,
        }
    }

    #[test]
    fn what_lacks_an_owner_or_a_licence_is_no_source() {
        assert_eq!(source().check(), Ok(()));
        let with = |change: &dyn Fn(&mut Source)| {
            let mut changed = source();
            change(&mut changed);
            changed.check()
        };
        assert_eq!(
            with(&|source| source.owner = " ".to_owned()),
            Err(SourceFault::Text("titular"))
        );
        assert_eq!(
            with(&|source| source.license.clear()),
            Err(SourceFault::Text("licencia"))
        );
        assert_eq!(with(&|source| source.layer = None), Err(SourceFault::Layer));
        assert_eq!(
            with(&|source| {
                source.layer = None;
                source.kind = SourceKind::File;
            }),
            Ok(())
        );
        assert_eq!(
            with(&|source| source.every_hours = 0),
            Err(SourceFault::Number("cada_horas", HOURS.0, HOURS.1))
        );
        for wrong in [
            "",
            "ftp://x",
            "file:///etc/passwd",
            "https://",
            "https://a b",
            "https://yo:clave@x/",
            "https://x/#a",
            "HTTPS//x",
        ] {
            assert_eq!(
                with(&|source| source.address = wrong.to_owned()),
                Err(SourceFault::Address),
                "{wrong}"
            );
        }
    }

    #[test]
    fn failures_are_repeated_soon_and_then_ever_more_slowly() {
        let start = DateTime::UNIX_EPOCH;
        let hours = |hours: i64| start + TimeDelta::hours(hours);
        assert_eq!(due(24, hours(1), Lately::default()), hours(1));
        let lately = |failures| Lately {
            last: Some((hours(2), hours(3))),
            failures,
        };
        assert_eq!(due(24, hours(1), lately(0)), hours(27));
        assert_eq!(due(24, hours(1), lately(1)), hours(3) + FIRST_WAIT);
        assert_eq!(due(24, hours(1), lately(3)), hours(4));
        assert_eq!(due(24, hours(1), lately(u32::MAX)), hours(27));
        assert_eq!(due(1, hours(1), lately(9)), hours(4));
        // Changed after it began: at once.
        assert_eq!(due(24, hours(5), lately(9)), hours(5));
    }

    #[test]
    fn ages_are_said_in_one_unit() {
        for (age, words) in [
            (TimeDelta::seconds(-3), "hace un momento"),
            (TimeDelta::minutes(1), "hace 1 minuto"),
            (TimeDelta::minutes(119), "hace 1 hora"),
            (TimeDelta::hours(47), "hace 1 día"),
            (TimeDelta::days(59), "hace 59 días"),
            (TimeDelta::days(61), "hace 2 meses"),
        ] {
            assert_eq!(super::age(age), words);
        }
    }

    #[test]
    fn only_the_public_network_is_public() {
        for public in ["8.8.8.8", "200.48.225.130", "2800:200::1", "::ffff:8.8.8.8"] {
            assert!(is_public(public.parse().expect("one")), "{public}");
        }
        for other in [
            "127.0.0.1",
            "0.0.0.0",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "192.0.0.8",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "::ffff:127.0.0.1",
            "::127.0.0.1",
            "fe80::1",
            "fd00::1",
            "fec0::1",
            "ff02::1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001::1",
            "2001:db8::1",
        ] {
            assert!(!is_public(other.parse().expect("one")), "{other}");
        }
    }
}
