//! Two who publish at once, and whoever is killed at whatever moment: nothing twice, nothing half, nothing lost.

use std::{
    fs,
    path::Path,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use catastro_tests::{
    Call, Reply, Service,
    desk::{Desk, Lot, PLACE, approve, table},
};

/// Overlapping lots in force, of the codes that begin so.
fn overlaps(desk: &Desk, codes: &str) -> String {
    desk.office
        .sql(&format!(
            "select count(*) from parcel a join parcel b on a.code < b.code and st_intersects(a.geom, b.geom)
             where a.code like '{codes}%' and b.code like '{codes}%' and upper_inf(a.recorded) and upper_inf(b.recorded)
                 and upper_inf(a.valid) and upper_inf(b.valid)
                 and st_area(st_intersection(a.geom, b.geom)) > 0.01"
        ))
        .remove(0)
}

#[test]
fn of_two_overlapping_surveys_published_at_once_one_is() {
    const ROUNDS: usize = 200;
    let desk = Desk::new();
    let _ = desk
        .office
        .account("jefe2", &[&format!("jefe_catastro@{PLACE}")]);
    let second = desk
        .office
        .token("jefe2", &["leer_levantamientos", "decidir_levantamiento"]);
    let lots: Vec<[(String, [f64; 4]); 2]> = (0..ROUNDS)
        .map(|round| {
            let (east, north) = ((round % 20) as f64 * 40.0, (round / 20) as f64 * 40.0);
            let code = |side: usize| format!("2201017{}{:03}001", 3 + side, round + 1);
            [
                (code(0), [east, north, 10.0, 20.0]),
                (code(1), [east + 7.0, north + 5.0, 10.0, 20.0]),
            ]
        })
        .collect();
    let upload = |lot: &(String, [f64; 4])| {
        let file = table(&[(&lot.0, lot.1)]);
        desk.upload(
            &desk.technician,
            ("lote.csv", file.as_bytes()),
            &[("crs_origen", "EPSG:32718")],
        )
    };
    let links: Vec<[String; 2]> = lots
        .iter()
        .map(|pair| [upload(&pair[0]), upload(&pair[1])])
        .collect();
    for (round, pair) in links.iter().enumerate() {
        for link in pair {
            let survey = catastro_tests::wait_until_examined(&desk.service, &desk.technician, link);
            assert!(survey["informe"].is_object(), "round {round}: {survey}");
        }
        let statuses = thread::scope(|scope| {
            let other = scope.spawn(|| desk.decide(&second, &pair[1], &approve()).0);
            let one = desk.decide(&desk.chief, &pair[0], &approve()).0;
            [one, other.join().expect("an answer")]
        });
        let mut sorted = statuses;
        sorted.sort_unstable();
        // Examined after the other was published it has an error; at the same moment, a conflict.
        assert!(
            sorted == [200, 409] || sorted == [200, 422],
            "round {round}: {statuses:?}"
        );
    }
    assert_eq!(overlaps(&desk, "2201017"), "0");
    let published = desk
        .office
        .sql("select count(*) from parcel where code like '2201017%' and upper_inf(recorded)");
    assert_eq!(published, [ROUNDS.to_string()]);
}

fn kill(pid: &str) {
    let _ = Command::new("kill").args(["-9", pid]).status();
}

struct Way<'a> {
    service: &'a Service,
    technician: &'a str,
    chief: &'a str,
}

impl Way<'_> {
    /// As far as it goes before somebody is killed: the link, once the upload was confirmed.
    fn walk(
        &self,
        lot: Lot<'_>,
        link: Option<String>,
        patience: Duration,
    ) -> (Option<String>, bool) {
        let link = link.or_else(|| self.upload(lot));
        let Some(link) = link else {
            return (None, false);
        };
        let begun = Instant::now();
        while begun.elapsed() < patience {
            let state = self
                .send(&Call::new("GET", &link).token(self.technician))
                .map(|reply| {
                    reply.json()["estado"]
                        .as_str()
                        .unwrap_or_default()
                        .to_owned()
                });
            match state.as_deref() {
                Some("publicado") => return (Some(link), true),
                Some("conforme") => {
                    let call = Call::new("POST", format!("{link}/decision"))
                        .token(self.chief)
                        .json(&approve());
                    let _ = self.send(&call);
                }
                Some("recibido" | "en_proceso") => {}
                Some(other) => unreachable!("{link} is {other}"),
                // Nobody answers.
                None => return (Some(link), false),
            }
            thread::sleep(Duration::from_millis(15));
        }
        (Some(link), false)
    }

    fn upload(&self, lot: Lot<'_>) -> Option<String> {
        let file = table(&[lot]);
        let call = Call::new("POST", "/api/levantamientos")
            .upload(
                ("lote.csv", file.as_bytes()),
                &[
                    ("coleccion", "lotes"),
                    ("ubigeo", PLACE),
                    ("crs_origen", "EPSG:32718"),
                ],
            )
            .token(self.technician);
        let reply = self.send(&call).filter(|reply| reply.status == 202)?;
        Some(reply.header("location")[0].to_owned())
    }

    /// A database that starts again answers with 503 for a moment.
    fn send(&self, call: &Call) -> Option<Reply> {
        self.service
            .try_send(call)
            .filter(|reply| reply.status < 500)
    }
}

#[test]
fn a_hundred_power_cuts_on_the_way_lose_nothing_and_publish_nothing_twice() {
    const ROUNDS: u64 = 100;
    let mut desk = Desk::new();
    // Any numbers would do; these are the same each time.
    let mut state = 20_261_123_u64;
    let mut next = |below: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) % below
    };
    for round in 0..ROUNDS {
        let code = format!("2201017{}{:03}001", 6 + round / 900, round + 1);
        let lot = (
            code.as_str(),
            [
                (round % 20) as f64 * 12.0,
                (round / 20) as f64 * 25.0 + 2_000.0,
                10.0,
                20.0,
            ],
        );
        let (delay, who) = (Duration::from_millis(next(350)), next(3));
        let way = Way {
            service: &desk.service,
            technician: &desk.technician,
            chief: &desk.chief,
        };
        let link = thread::scope(|scope| {
            let walking = scope.spawn(|| way.walk(lot, None, Duration::from_secs(4)).0);
            thread::sleep(delay);
            match who {
                0 => desk
                    .service
                    .workers()
                    .iter()
                    .for_each(|pid| kill(&pid.to_string())),
                1 => {
                    let file = desk.office.folder().join("datos/pg/postmaster.pid");
                    let pid = fs::read_to_string(file).unwrap_or_default();
                    kill(pid.lines().next().unwrap_or_default());
                }
                _ => kill(&desk.service.pid().to_string()),
            }
            walking.join().expect("a walk")
        });
        if who == 2 {
            let service = desk.office.serve();
            let gone = std::mem::replace(&mut desk.service, service);
            gone.kill();
        }
        desk.service.wait_until_ready();
        let way = Way {
            service: &desk.service,
            technician: &desk.technician,
            chief: &desk.chief,
        };
        // What was confirmed is there; what was not is sent again.
        let mut goes_on = way.walk(lot, link.clone(), Duration::from_secs(20));
        for _ in 0..20 {
            if goes_on.1 {
                break;
            }
            desk.service.wait_until_ready();
            goes_on = way.walk(lot, goes_on.0, Duration::from_secs(20));
        }
        assert!(goes_on.1, "round {round} ({who}, {delay:?}): {goes_on:?}");
        if let Some(link) = link {
            assert_eq!(goes_on.0, Some(link), "round {round}");
        }
        let versions = desk.office.sql(&format!(
            "select count(*) from parcel where code = '{code}'"
        ));
        assert_eq!(versions, ["1"], "round {round}");
    }
    let surveys = desk
        .office
        .sql("select count(distinct change), count(*) from survey where state = 'publicado'");
    let both: Vec<&str> = surveys[0].split('|').collect();
    assert_eq!(both[0], both[1], "{surveys:?}");
    let folder = desk.office.folder().join("datos/levantamientos");
    let files = fs::read_dir(Path::new(&folder)).map_or(0, Iterator::count);
    let kept = desk.office.sql("select count(*) from survey");
    assert!(
        files >= kept[0].parse().expect("a number"),
        "{files} files of {kept:?} surveys"
    );
    let proved = desk.office.run(["audit", "verify"]);
    assert_eq!(proved.code, 0, "{proved:?}");
}
