//! Networks and planned works of public services: their codes and states, and when two works on the same ground clash.

use std::{fmt, str::FromStr};

use chrono::{Months, NaiveDate};
use serde::Deserialize;

use crate::id::Ubigeo;

/// What lies in the street: what is there, or what is to be done.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum WorkClass {
    /// A network in service.
    Network,
    /// A work.
    Work,
}

/// Which service it belongs to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Deserialize)]
pub enum Service {
    /// Drinking water.
    #[serde(rename = "agua")]
    Water,
    /// Sewage.
    #[serde(rename = "desague")]
    Sewage,
    /// Power.
    #[serde(rename = "energia")]
    Power,
    /// Roads and pavements.
    #[serde(rename = "vias")]
    Roads,
    /// Waste.
    #[serde(rename = "residuos")]
    Waste,
}

/// Where it is on its way.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum WorkState {
    /// Of a network.
    InService,
    /// It will be done.
    Planned,
    /// It is being done.
    UnderWay,
    /// It was done.
    Finished,
    /// It stopped.
    Suspended,
}

/// The text names none of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such name")]
pub struct UnknownName;

macro_rules! named {
    ($kind:ty, $count:literal, [$($variant:ident = $name:literal),+]) => {
        impl $kind {
            /// All of them.
            pub const ALL: [Self; $count] = [$(Self::$variant),+];

            /// The name that files and people know.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }

        impl FromStr for $kind {
            type Err = UnknownName;

            fn from_str(text: &str) -> Result<Self, UnknownName> {
                Self::ALL.into_iter().find(|one| one.name() == text).ok_or(UnknownName)
            }
        }

        impl fmt::Display for $kind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}

named!(WorkClass, 2, [Network = "red", Work = "obra"]);
named!(
    Service,
    5,
    [
        Water = "agua",
        Sewage = "desague",
        Power = "energia",
        Roads = "vias",
        Waste = "residuos"
    ]
);
named!(
    WorkState,
    5,
    [
        InService = "en_servicio",
        Planned = "prevista",
        UnderWay = "en_obra",
        Finished = "terminada",
        Suspended = "suspendida"
    ]
);

impl WorkState {
    /// Whether something of this class can be in it.
    pub fn is_of(self, class: WorkClass) -> bool {
        (self == Self::InService) == (class == WorkClass::Network)
    }
}

/// What a network or a work is known by: `220101-RED-0003`, `220101-OBR-0012`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct WorkCode {
    text: String,
    ubigeo: Ubigeo,
    class: WorkClass,
    number: u32,
}

/// The text is no such code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a code is written 220101-OBR-0012 or 220101-RED-0003")]
pub struct InvalidWorkCode;

const NUMBER_MAX: u32 = 9_999;

impl WorkCode {
    /// The code of a number; none where it has more than four digits.
    pub fn new(ubigeo: Ubigeo, class: WorkClass, number: u32) -> Option<Self> {
        let letters = match class {
            WorkClass::Network => "RED",
            WorkClass::Work => "OBR",
        };
        (1..=NUMBER_MAX).contains(&number).then(|| Self {
            text: format!("{ubigeo}-{letters}-{number:04}"),
            ubigeo,
            class,
            number,
        })
    }

    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The municipality.
    pub fn ubigeo(&self) -> Ubigeo {
        self.ubigeo
    }

    /// What it is of.
    pub fn class(&self) -> WorkClass {
        self.class
    }

    /// Its number.
    pub fn number(&self) -> u32 {
        self.number
    }
}

impl FromStr for WorkCode {
    type Err = InvalidWorkCode;

    fn from_str(text: &str) -> Result<Self, InvalidWorkCode> {
        let mut parts = text.split('-');
        let (Some(ubigeo), Some(letters), Some(number), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(InvalidWorkCode);
        };
        let class = match letters {
            "RED" => WorkClass::Network,
            "OBR" => WorkClass::Work,
            _ => return Err(InvalidWorkCode),
        };
        let ubigeo: Ubigeo = ubigeo.parse().map_err(|_| InvalidWorkCode)?;
        let number: u32 = number.parse().map_err(|_| InvalidWorkCode)?;
        Self::new(ubigeo, class, number)
            .filter(|code| code.text == text)
            .ok_or(InvalidWorkCode)
    }
}

impl fmt::Display for WorkCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// By what works are held against each other (`data/reglas/obras.json`).
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct WorkRules {
    /// Footprints nearer than this are on the same ground, in metres.
    #[serde(rename = "cerca_m")]
    pub near_m: f64,
    /// Works that follow within so many months should be one.
    #[serde(rename = "seguidas_meses")]
    pub follow_months: u32,
    /// What was finished is not broken before so many months.
    #[serde(rename = "romper_meses")]
    pub whole_months: u32,
    /// Services from what is laid first to what is laid last on the same ground.
    #[serde(rename = "orden")]
    pub order: Vec<Service>,
    /// A block is served by a network that runs within so many metres.
    #[serde(rename = "cobertura_m")]
    pub served_m: f64,
    /// Services whose networks reach blocks.
    #[serde(rename = "cobertura_servicios")]
    pub reaching: Vec<Service>,
}

/// What is asked of a work, or of a project of investment beside it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Term {
    /// Its first day.
    pub start: NaiveDate,
    /// Its last day.
    pub end: NaiveDate,
    /// Its service; a project of investment has none.
    pub service: Option<Service>,
    /// Whether it was done already.
    pub is_done: bool,
}

/// How two works on the same ground clash.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ClashKind {
    /// What is laid last is finished before what is laid first begins: what was just made is broken.
    Sequence,
    /// Their terms have a day in common.
    AtOnce,
    /// One follows the other so soon that the street is opened twice.
    SoonAfter,
}

impl ClashKind {
    /// All of them, the gravest first.
    pub const ALL: [Self; 3] = [Self::Sequence, Self::AtOnce, Self::SoonAfter];

    /// The name that programs know.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sequence => "secuencia",
            Self::AtOnce => "simultaneas",
            Self::SoonAfter => "seguidas",
        }
    }
}

/// How two works that lie on the same ground clash; none where they do not. Nobody can change what both are past.
pub fn clash(a: &Term, b: &Term, rules: &WorkRules) -> Option<ClashKind> {
    if a.is_done && b.is_done {
        return None;
    }
    if a.start <= b.end && b.start <= a.end {
        return Some(ClashKind::AtOnce);
    }
    let (first, second) = if a.end < b.start { (a, b) } else { (b, a) };
    // The second was done and the first is not: the days are wrong, or it was suspended. Nothing is broken.
    let within = |months: u32| {
        let until = first.end.checked_add_months(Months::new(months));
        until.is_none_or(|until| second.start <= until)
    };
    let place = |term: &Term| {
        let service = term.service?;
        rules.order.iter().position(|known| *known == service)
    };
    if let (Some(laid), Some(then)) = (place(first), place(second))
        && laid > then
        && within(rules.whole_months)
    {
        return Some(ClashKind::Sequence);
    }
    within(rules.follow_months).then_some(ClashKind::SoonAfter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> WorkRules {
        WorkRules {
            near_m: 15.0,
            follow_months: 6,
            whole_months: 60,
            order: vec![
                Service::Sewage,
                Service::Water,
                Service::Power,
                Service::Roads,
            ],
            served_m: 15.0,
            reaching: vec![Service::Water],
        }
    }

    fn term(service: Option<Service>, start: &str, end: &str) -> Term {
        let day = |text: &str| text.parse().expect("a day");
        Term {
            start: day(start),
            end: day(end),
            service,
            is_done: false,
        }
    }

    #[test]
    fn codes_read_back_and_nothing_else_is_one() {
        for text in ["220101-OBR-0012", "220106-RED-9999"] {
            let code: WorkCode = text.parse().expect("a code");
            assert_eq!(code.to_string(), text);
        }
        for wrong in [
            "",
            "220101-OBR-12",
            "220101-OBR-0000",
            "220101-OBR-10000",
            "220101-obr-0012",
            "22010-OBR-0012",
            "220101-OBR-0012-1",
            "220101-OBR-+012",
        ] {
            assert_eq!(wrong.parse::<WorkCode>(), Err(InvalidWorkCode), "{wrong}");
        }
    }

    #[test]
    fn names_read_back_and_states_fit_their_class() {
        for service in Service::ALL {
            assert_eq!(service.name().parse(), Ok(service));
        }
        assert!(WorkState::InService.is_of(WorkClass::Network));
        assert!(!WorkState::InService.is_of(WorkClass::Work));
        assert!(!WorkState::Planned.is_of(WorkClass::Network));
    }

    #[test]
    fn works_clash_by_their_terms_in_either_order() {
        let paving = term(Some(Service::Roads), "2026-03-01", "2026-06-30");
        let check = |other: Term, expected: Option<ClashKind>| {
            assert_eq!(clash(&paving, &other, &rules()), expected, "{other:?}");
            assert_eq!(clash(&other, &paving, &rules()), expected, "{other:?}");
        };
        let water = |start, end| term(Some(Service::Water), start, end);
        check(water("2026-06-30", "2026-09-30"), Some(ClashKind::AtOnce));
        check(water("2026-07-01", "2026-09-30"), Some(ClashKind::Sequence));
        check(water("2030-07-01", "2030-09-30"), Some(ClashKind::Sequence));
        check(water("2031-07-01", "2031-09-30"), None);
        // The pipe first, then the pavement: as it should be, but with the street opened twice.
        check(
            water("2025-10-01", "2026-02-28"),
            Some(ClashKind::SoonAfter),
        );
        check(water("2025-01-01", "2025-03-31"), None);
        // What has no place in the order breaks nothing.
        check(
            term(None, "2026-12-30", "2027-01-30"),
            Some(ClashKind::SoonAfter),
        );
        check(term(None, "2026-12-31", "2027-01-30"), None);
    }

    #[test]
    fn what_both_are_past_is_no_clash_and_what_was_done_can_be_broken() {
        let done = |term: Term| Term {
            is_done: true,
            ..term
        };
        let paving = done(term(Some(Service::Roads), "2026-03-01", "2026-06-30"));
        let pipe = term(Some(Service::Sewage), "2026-12-01", "2027-03-31");
        assert_eq!(clash(&paving, &pipe, &rules()), Some(ClashKind::Sequence));
        assert_eq!(clash(&paving, &done(pipe), &rules()), None);
    }
}
