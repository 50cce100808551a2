//! The embedded cluster against the system's own `PostgreSQL`: what happens when things die or are in the way.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use catastro_store::cluster::{Cluster, ClusterError};
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, geteuid};
use sqlx::Connection;

/// Names the data folder for the process that [`helper_that_holds_a_cluster`] becomes.
const HOLD: &str = "CATASTRO_TEST_HOLD";

#[test]
fn a_new_cluster_answers_with_postgis_and_keeps_its_durable_settings() {
    let dir = folder();
    let cluster = Cluster::open(dir.path()).expect("opens");
    assert!(cluster.owner());
    assert!(ask(&cluster.url(), "select postgis_version()").starts_with("3."));
    for (setting, value) in [
        ("fsync", "on"),
        ("full_page_writes", "on"),
        ("synchronous_commit", "on"),
        ("wal_level", "replica"),
        ("data_checksums", "on"),
        ("listen_addresses", ""),
    ] {
        assert_eq!(
            ask(&cluster.url(), &format!("show {setting}")),
            value,
            "{setting}"
        );
    }
    assert_eq!(Cluster::status(dir.path()), Some(cluster.url()));
    let pid = cluster.pid().expect("runs");
    let account = ask(&cluster.url(), "select current_user::text");
    assert_eq!(account, "catastro");
    assert_ne!(owner_of(pid), 0, "the server must not run as root");
    drop(cluster);
    assert_eq!(Cluster::status(dir.path()), None);
    assert!(!lives(pid));
}

#[test]
fn a_second_opener_attaches_and_stops_nothing() {
    let dir = folder();
    let first = Cluster::open(dir.path()).expect("opens");
    let second = Cluster::open(dir.path()).expect("attaches");
    assert!(!second.owner());
    assert_eq!((second.pid(), second.url()), (first.pid(), first.url()));
    drop(second);
    assert_eq!(ask(&first.url(), "select 'still here'"), "still here");
}

#[test]
fn many_openers_at_once_make_one_cluster() {
    let dir = folder();
    let openers: Vec<_> = (0..4)
        .map(|_| {
            let path = dir.path().to_owned();
            std::thread::spawn(move || Cluster::open(&path).expect("opens"))
        })
        .collect();
    let clusters: Vec<_> = openers
        .into_iter()
        .map(|opener| opener.join().expect("no panic"))
        .collect();
    assert_eq!(clusters.iter().filter(|cluster| cluster.owner()).count(), 1);
}

#[test]
fn what_was_written_survives_the_end_and_a_warm_start_is_quick() {
    let dir = folder();
    let cluster = Cluster::open(dir.path()).expect("opens");
    run(&cluster.url(), "create table kept as select 7 as n");
    drop(cluster);
    let begun = Instant::now();
    let cluster = Cluster::open(dir.path()).expect("opens again");
    let took = begun.elapsed();
    assert_eq!(ask(&cluster.url(), "select n::text from kept"), "7");
    // Half a second when alone; the bound leaves room for a busy machine.
    assert!(took < Duration::from_secs(3), "warm start took {took:?}");
}

#[test]
fn a_killed_server_comes_back_with_its_data_at_the_same_address() {
    let dir = folder();
    let cluster = Cluster::open(dir.path()).expect("opens");
    run(&cluster.url(), "create table kept as select 7 as n");
    let killed = cluster.pid().expect("runs");
    send(killed, Signal::SIGKILL);
    let back = wait_for(|| cluster.pid().filter(|pid| *pid != killed));
    assert_ne!(back, killed);
    assert!(cluster.owner());
    assert_eq!(ask(&cluster.url(), "select n::text from kept"), "7");
}

#[test]
fn a_killed_server_comes_back_although_a_backend_is_too_busy_to_notice() {
    let dir = folder();
    let cluster = Cluster::open(dir.path()).expect("opens");
    let url = cluster.url();
    let busy = std::thread::spawn(move || {
        try_ask(
            &url,
            "select count(*)::text from generate_series(1, 4000000000)",
        )
    });
    std::thread::sleep(Duration::from_millis(500));
    let killed = cluster.pid().expect("runs");
    send(killed, Signal::SIGKILL);
    wait_for(|| cluster.pid().filter(|pid| *pid != killed));
    assert_eq!(ask(&cluster.url(), "select 'back'"), "back");
    assert!(busy.join().expect("no panic").is_err());
}

#[test]
fn one_who_attached_takes_over_when_the_owner_leaves() {
    let dir = folder();
    let first = Cluster::open(dir.path()).expect("opens");
    let second = Cluster::open(dir.path()).expect("attaches");
    let before = first.pid();
    drop(first);
    wait_for(|| second.pid().filter(|pid| Some(*pid) != before));
    assert!(second.owner());
    assert_eq!(ask(&second.url(), "select 'taken over'"), "taken over");
}

#[test]
fn the_server_stops_when_its_parent_is_killed_and_the_next_one_starts() {
    let dir = folder();
    let mut parent = Command::new(std::env::current_exe().expect("has a path"))
        .args(["--exact", "helper_that_holds_a_cluster"])
        .env(HOLD, dir.path())
        .stdout(Stdio::null())
        .spawn()
        .expect("starts");
    let url = wait_for(|| {
        std::fs::read_to_string(dir.path().join("held"))
            .ok()
            .filter(|url| !url.is_empty())
    });
    assert_eq!(Cluster::status(dir.path()), Some(url));
    let server = server_of(dir.path());
    parent.kill().expect("is killed");
    parent.wait().expect("is gone");
    wait_for(|| (!lives(server)).then_some(()));
    let cluster = Cluster::open(dir.path()).expect("opens");
    assert!(cluster.owner());
}

/// No test: in a child process, with [`HOLD`] set, it opens the cluster and waits to be killed.
#[test]
fn helper_that_holds_a_cluster() {
    let Some(dir) = std::env::var_os(HOLD).map(PathBuf::from) else {
        return;
    };
    let cluster = Cluster::open(&dir).expect("opens");
    std::fs::write(dir.join("held"), cluster.url()).expect("writes");
    std::thread::sleep(Duration::from_mins(1));
}

#[test]
fn a_stop_on_request_lasts_until_somebody_opens_again() {
    let dir = folder();
    let cluster = Cluster::open(dir.path()).expect("opens");
    assert!(Cluster::stop(dir.path()).expect("stops"));
    wait_for(|| cluster.pid().is_none().then_some(()));
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(Cluster::status(dir.path()), None);
    assert!(!Cluster::stop(dir.path()).expect("has nothing to stop"));
    let again = Cluster::open(dir.path()).expect("opens");
    wait_for(|| cluster.pid());
    assert_eq!(ask(&again.url(), "select 'open'"), "open");
}

#[test]
fn stop_and_status_of_a_folder_without_a_cluster_do_nothing() {
    let dir = folder();
    assert_eq!(Cluster::status(dir.path()), None);
    assert!(!Cluster::stop(dir.path()).expect("has nothing to stop"));
    assert_eq!(std::fs::read_dir(dir.path()).expect("reads").count(), 0);
}

#[test]
fn a_folder_of_something_else_is_left_alone() {
    let dir = folder();
    let taken = dir.path().join("pg");
    std::fs::create_dir(&taken).expect("makes");
    std::fs::write(taken.join("fotos.txt"), "mine").expect("writes");
    match Cluster::open(dir.path()) {
        Err(ClusterError::DataDirTaken { path }) => assert_eq!(path, taken),
        other => unexpected(&other),
    }
    assert_eq!(
        std::fs::read_to_string(taken.join("fotos.txt")).expect("reads"),
        "mine"
    );
}

#[test]
fn an_empty_folder_and_a_half_made_cluster_are_no_obstacle() {
    let dir = folder();
    std::fs::create_dir(dir.path().join("pg")).expect("makes");
    std::fs::create_dir_all(dir.path().join("pg.new/base")).expect("makes");
    let cluster = Cluster::open(dir.path()).expect("opens");
    assert!(cluster.owner());
    assert!(!dir.path().join("pg.new").exists());
}

#[test]
fn a_cluster_of_another_version_is_refused() {
    let dir = folder();
    drop(Cluster::open(dir.path()).expect("opens"));
    std::fs::write(dir.path().join("pg/PG_VERSION"), "99\n").expect("writes");
    match Cluster::open(dir.path()) {
        Err(ClusterError::WrongVersion { needed: 99, found }) => assert!(found >= 14),
        other => unexpected(&other),
    }
}

#[test]
fn a_broken_setting_gives_the_end_of_the_log() {
    let dir = folder();
    drop(Cluster::open(dir.path()).expect("opens"));
    std::fs::write(
        dir.path().join("pg/catastro.conf"),
        "shared_buffers = 'muchos'\n",
    )
    .expect("writes");
    match Cluster::open(dir.path()) {
        Err(ClusterError::StartFailed { log, log_tail }) => {
            assert_eq!(log, dir.path().join("pg.log"));
            assert!(log_tail.contains("shared_buffers"), "{log_tail}");
        }
        other => unexpected(&other),
    }
}

#[test]
fn a_closed_parent_folder_is_named() {
    if !geteuid().is_root() {
        println_skip("only root changes to another account");
        return;
    }
    let dir = folder();
    let closed = dir.path().join("closed");
    std::fs::create_dir_all(closed.join("data")).expect("makes");
    std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o700)).expect("closes");
    match Cluster::open(&closed.join("data")) {
        Err(ClusterError::DataDirNotReachable {
            path,
            user,
            blocking_parent,
        }) => {
            assert_eq!((path, user.as_str()), (closed.join("data"), "postgres"));
            assert_eq!(blocking_parent, closed);
        }
        other => unexpected(&other),
    }
}

#[test]
fn a_long_path_gets_its_socket_elsewhere() {
    let dir = folder();
    let long = dir.path().join("una-carpeta-de-nombre-muy-largo".repeat(4));
    let cluster = Cluster::open(&long).expect("opens");
    assert!(!cluster.socket_dir().starts_with(dir.path()));
    assert_eq!(ask(&cluster.url(), "select 'short'"), "short");
    let socket_dir = cluster.socket_dir().to_owned();
    drop(cluster);
    std::fs::remove_dir_all(socket_dir).expect("is left empty");
}

/// A folder that the server's account can walk down to. Those of `tempfile` are closed.
fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a temporary folder");
    std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o755)).expect("opens it");
    dir
}

fn ask(url: &str, question: &str) -> String {
    try_ask(url, question).unwrap_or_else(|error| unexpected(&error))
}

fn try_ask(url: &str, question: &str) -> Result<String, sqlx::Error> {
    block_on(async {
        let mut connection = sqlx::PgConnection::connect(url).await?;
        sqlx::query_scalar(sqlx::AssertSqlSafe(question))
            .fetch_one(&mut connection)
            .await
    })
}

fn run(url: &str, statement: &str) {
    let outcome: Result<(), sqlx::Error> = block_on(async {
        let mut connection = sqlx::PgConnection::connect(url).await?;
        sqlx::query(sqlx::AssertSqlSafe(statement))
            .execute(&mut connection)
            .await?;
        Ok(())
    });
    outcome.expect("runs");
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(future)
}

/// Looks until there is something to see, for at most twenty seconds.
fn wait_for<T>(look: impl Fn() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(Instant::now() < deadline, "waited in vain");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn server_of(dir: &Path) -> u32 {
    let file = std::fs::read_to_string(dir.join("pg/postmaster.pid")).expect("a server runs");
    file.lines()
        .next()
        .expect("a first line")
        .parse()
        .expect("a number")
}

fn owner_of(pid: u32) -> u32 {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(format!("/proc/{pid}"))
        .expect("runs")
        .uid()
}

fn lives(pid: u32) -> bool {
    Path::new(&format!("/proc/{pid}")).exists()
}

fn send(pid: u32, signal: Signal) {
    kill(
        Pid::from_raw(i32::try_from(pid).expect("a process id")),
        signal,
    )
    .expect("is sent");
}

#[expect(clippy::panic, reason = "this is how a test fails")]
fn unexpected(outcome: &impl std::fmt::Debug) -> ! {
    panic!("unexpected: {outcome:?}")
}

#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn println_skip(why: &str) {
    eprintln!("skipped: {why}");
}
