//! How much one client or one account may ask for in a minute.

use std::{
    net::IpAddr,
    num::NonZeroU32,
    sync::atomic::{AtomicU32, Ordering},
};

use axum::{
    extract::Request,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};
use office::{Kind, Problem, data::observation_rules};
use uuid::Uuid;

use super::address;
use crate::{doors::Doors, problem::Refusal};

/// Requests a minute; none for as many as they like.
#[derive(Clone, Copy, Debug)]
pub struct PerMinute {
    /// Readings from one address.
    pub reads: Option<NonZeroU32>,
    /// Everything else from one address.
    pub writes: Option<NonZeroU32>,
    /// Anything by one account, wherever it is.
    pub by_account: Option<NonZeroU32>,
}

impl Default for PerMinute {
    /// An office of ten people who pan a map of tiles stays below it.
    fn default() -> Self {
        Self {
            reads: NonZeroU32::new(6_000),
            writes: NonZeroU32::new(300),
            by_account: NonZeroU32::new(3_000),
        }
    }
}

type Counter<K> = Option<DefaultKeyedRateLimiter<K>>;

/// The counters. They hold only who asked within the last minute.
pub struct Limits {
    reads: Counter<IpAddr>,
    writes: Counter<IpAddr>,
    by_account: Counter<Uuid>,
    observations: Counter<IpAddr>,
    asked: AtomicU32,
}

/// Between two sweeps of who no longer counts.
const SWEEP_EVERY: u32 = 4_096;

impl Limits {
    /// Counters with nothing counted yet.
    pub fn new(per_minute: PerMinute) -> Self {
        Self {
            reads: per_minute.reads.map(counter),
            writes: per_minute.writes.map(counter),
            by_account: per_minute.by_account.map(counter),
            // A rule that cannot be read is found by its own test; without one nobody is kept out.
            observations: observation_rules()
                .ok()
                .map(|rules| RateLimiter::keyed(Quota::per_hour(rules.per_hour))),
            asked: AtomicU32::new(0),
        }
    }

    /// Counts a request of an account.
    pub fn count_account(&self, account: Uuid) -> Result<(), TooMany> {
        count(self.by_account.as_ref(), &account)
    }

    /// Counts an observation or a subscription from an address: no account keeps abuse out. The machine itself is not counted.
    pub fn count_observation(&self, address: IpAddr) -> Result<(), TooMany> {
        if address.is_loopback() {
            return Ok(());
        }
        count(self.observations.as_ref(), &address)
    }

    fn count_address(&self, address: IpAddr, reads: bool) -> Result<(), TooMany> {
        if self.asked.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            self.sweep();
        }
        let counter = if reads { &self.reads } else { &self.writes };
        count(counter.as_ref(), &address)
    }

    fn sweep(&self) {
        let by_address = [&self.reads, &self.writes, &self.observations];
        for counter in by_address.into_iter().flatten() {
            counter.retain_recent();
        }
        if let Some(counter) = &self.by_account {
            counter.retain_recent();
        }
    }
}

fn counter<K: std::hash::Hash + Eq + Clone>(per_minute: NonZeroU32) -> DefaultKeyedRateLimiter<K> {
    RateLimiter::keyed(Quota::per_minute(per_minute))
}

fn count<K: std::hash::Hash + Eq + Clone>(
    counter: Option<&DefaultKeyedRateLimiter<K>>,
    key: &K,
) -> Result<(), TooMany> {
    let Some(counter) = counter else {
        return Ok(());
    };
    counter.check_key(key).map_err(|until| TooMany {
        seconds: until
            .wait_time_from(DefaultClock::default().now())
            .as_secs()
            + 1,
    })
}

/// Too many requests; how long to wait.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TooMany {
    seconds: u64,
}

impl TooMany {
    /// The same in words.
    pub fn problem(self) -> Problem {
        Problem::new(
            Kind::TooMany,
            "Demasiados pedidos en poco tiempo.",
            format!(
                "Espere {} s. Quien necesita más pide una capa entera con «limit», o habla con quien opera el servicio.",
                self.seconds
            ),
        )
    }
}

impl From<TooMany> for Refusal {
    fn from(too_many: TooMany) -> Self {
        Self(too_many.problem())
    }
}

impl IntoResponse for TooMany {
    fn into_response(self) -> Response {
        let mut response = Refusal(self.problem()).into_response();
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(self.seconds));
        response
    }
}

/// Counts each request by its address. The machine itself is not counted: its health checks and load tests are its
/// operator's own. A proxy on the same machine must be named as one, so that its clients are told apart.
pub fn hold(doors: Doors, request: &Request) -> Result<(), TooMany> {
    let address = address::of(request.extensions(), request.headers(), doors.settings());
    if address.is_loopback() {
        return Ok(());
    }
    doors.limits().count_address(address, is_reading(request))
}

/// Questions that are sent, because they are too long for an address: nothing is written.
const ASKED_BY_POST: [&str; 3] = [
    "/api/control-urbano/verificaciones",
    "/api/control-urbano/verificaciones/masivas",
    "/api/control-urbano/frente",
];

fn is_reading(request: &Request) -> bool {
    request.method().is_safe() || ASKED_BY_POST.contains(&request.uri().path())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> Limits {
        Limits::new(PerMinute {
            reads: NonZeroU32::new(3),
            writes: NonZeroU32::new(1),
            by_account: None,
        })
    }

    #[test]
    fn each_address_has_its_own_count_and_reading_is_not_writing() {
        let limits = limits();
        let one = IpAddr::from([203, 0, 113, 1]);
        let other = IpAddr::from([203, 0, 113, 2]);
        for _ in 0..3 {
            assert_eq!(limits.count_address(one, true), Ok(()));
        }
        let refused = limits.count_address(one, true);
        assert!(refused.is_err_and(|refused| (1..=60).contains(&refused.seconds)));
        assert_eq!(limits.count_address(one, false), Ok(()));
        assert!(limits.count_address(one, false).is_err());
        assert_eq!(limits.count_address(other, true), Ok(()));
        assert_eq!(limits.count_account(Uuid::nil()), Ok(()));
    }

    #[test]
    fn many_addresses_do_not_fill_the_memory() {
        let limits = Limits::new(PerMinute {
            // A sixtieth of a second, and the count is forgotten.
            reads: NonZeroU32::new(60_000_000),
            ..PerMinute::default()
        });
        for number in 0..100_000_u32 {
            let _ = limits.count_address(IpAddr::from(number.to_be_bytes()), true);
        }
        limits.sweep();
        assert!(
            limits
                .reads
                .as_ref()
                .is_some_and(|reads| reads.len() < 10_000)
        );
    }
}
