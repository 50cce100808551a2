//! `kill -9` of the ingest, of the service and of the database, in the middle of a file: all of it is there or nothing.

use std::{
    path::Path,
    process::{Child, Command, Stdio},
    thread::sleep,
    time::Duration,
};

use catastro_tests::{Office, shared};

const PARCELS: &str = "ar-comodoro/moyobamba_32718/parcelas.zip";
const ALL: &str = "62484";

fn begin_ingest(office: &Office, file: &Path) -> Child {
    office
        .command(["ingest"])
        .arg(file)
        .args([
            "--collection",
            "lotes",
            "--ubigeo",
            "220101",
            "--profile",
            "tests/perfiles/comodoro.json",
        ])
        .args(["--publish", "--skip-errors", "--format", "json"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary runs")
}

fn kill(pid: &str) {
    let _ = Command::new("kill").args(["-9", pid]).status();
}

/// Pid of the database server, the first line of its own file.
fn database_pid(office: &Office) -> Option<String> {
    let file = office.folder().join("datos/pg/postmaster.pid");
    Some(
        std::fs::read_to_string(file)
            .ok()?
            .lines()
            .next()?
            .to_owned(),
    )
}

#[test]
fn whoever_is_killed_in_the_middle_the_file_is_whole_or_absent() {
    let Some(file) = shared(PARCELS) else { return };
    let office = Office::new();
    let mut service = office.serve();
    let mut published = false;
    for (round, delay_ms) in [150, 400, 700, 1000, 1400, 1900].into_iter().enumerate() {
        let mut ingest = begin_ingest(&office, &file);
        sleep(Duration::from_millis(delay_ms));
        match round % 3 {
            0 => kill(&ingest.id().to_string()),
            1 => kill(&database_pid(&office).expect("the database runs")),
            _ => {
                service.kill();
                let _ = ingest.wait();
                service = office.serve();
            }
        }
        let _ = ingest.wait();
        service.wait_until_ready();
        let rows = &office.sql("select count(*) from parcel")[0];
        let changes = &office.sql("select count(*) from change where kind = 'ingesta'")[0];
        let whole = rows == ALL && changes == "1";
        let absent = rows == "0" && changes == "0";
        assert!(
            whole || (absent && !published),
            "round {round}: {rows} rows, {changes} changes"
        );
        published = whole;
        assert_eq!(
            service.get("/ogc/collections/lotes/items?limit=1").status,
            200,
            "round {round}"
        );
    }
    let mut last = begin_ingest(&office, &file);
    assert!(
        last.wait().expect("it ends").success(),
        "after all that, the file can be published"
    );
    assert_eq!(office.sql("select count(*) from parcel"), [ALL]);
}
