//! Files of strangers are read by a child: what it suffers, the service does not.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use catastro_tests::{Call, Office, Service, sample, shared, wait_until_examined};
use serde_json::{Value, json};

const PLACE: &str = "220101";

struct Town {
    office: Office,
    service: Service,
    token: String,
}

fn town() -> Town {
    let office = Office::with_demonstration(200);
    let temporary = office.folder().join("temporal");
    fs::create_dir(&temporary).expect("a folder");
    let mut command = office.command(["serve", "--listen", "127.0.0.1:0"]);
    command.env("TMPDIR", &temporary);
    let service = Service::start(command);
    let _ = office.account("tecnica", &["tecnico_catastro@220101"]);
    let token = office.token("tecnica", &["subir_levantamiento", "leer_levantamientos"]);
    Town {
        office,
        service,
        token,
    }
}

impl Town {
    fn upload(&self, name: &str, file: &[u8]) -> String {
        let call = Call::new("POST", "/api/levantamientos")
            .upload((name, file), &[("coleccion", "lotes"), ("ubigeo", PLACE)])
            .token(&self.token);
        let reply = self.service.send(&call);
        assert_eq!(reply.status, 202, "{reply:?}");
        reply.header("location")[0].to_owned()
    }

    fn examined(&self, link: &str) -> Value {
        wait_until_examined(&self.service, &self.token, link)
    }

    fn leaves_nothing_behind(&self) {
        assert_eq!(self.service.workers(), Vec::<u32>::new());
        let left: Vec<_> = fs::read_dir(self.office.folder().join("temporal"))
            .expect("the folder")
            .filter_map(|entry| Some(entry.ok()?.file_name()))
            .collect();
        assert!(left.is_empty(), "{left:?}");
    }
}

/// A file that takes a second or more to read.
fn long() -> Vec<u8> {
    let mut file: Value =
        serde_json::from_slice(&sample(PLACE, 90, [-76.97, -6.03])).expect("JSON");
    let first = file["features"][0].clone();
    let features: Vec<Value> = (0..60_000_u32)
        .map(|number| {
            let mut feature = first.clone();
            feature["properties"]["lote"] = json!(format!("{:03}", number % 1_000));
            feature["properties"]["manzana"] = json!(format!("{:03}", number / 1_000));
            let (column, row) = (f64::from(number % 300), f64::from(number / 300));
            for vertex in feature["geometry"]["coordinates"][0]
                .as_array_mut()
                .expect("a ring")
            {
                vertex[0] = json!(vertex[0].as_f64().unwrap_or_default() + column * 0.00011);
                vertex[1] = json!(vertex[1].as_f64().unwrap_or_default() + row * 0.00011);
            }
            feature
        })
        .collect();
    file["features"] = json!(features);
    file.to_string().into_bytes()
}

fn wait_for_worker(service: &Service) -> u32 {
    let begun = Instant::now();
    loop {
        if let Some(pid) = service.workers().first() {
            return *pid;
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "no worker comes");
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn kill(pid: u32) {
    let _ = std::process::Command::new("kill")
        .args(["-9", &pid.to_string()])
        .status();
}

#[test]
fn a_worker_that_is_killed_begins_again_and_nothing_else_notices() {
    let town = town();
    let file = long();
    let doomed = town.upload("largo.geojson", &file);
    kill(wait_for_worker(&town.service));
    let ended = town.examined(&doomed);
    assert_eq!(ended["informe"]["leidos"], 60_000, "{ended}");
    // The survey is examined a moment before its attempt is put down as done.
    let begun = Instant::now();
    let attempts = loop {
        let asked = Call::new("GET", format!("{doomed}/intentos")).token(&town.token);
        let attempts = town.service.send(&asked).json();
        if !attempts["intentos"][1]["resultado"].is_null()
            || begun.elapsed() > Duration::from_secs(30)
        {
            break attempts;
        }
        std::thread::sleep(Duration::from_millis(50));
    };
    assert_eq!(
        (
            &attempts["intentos"][0]["resultado"],
            &attempts["intentos"][0]["motivo"],
            &attempts["intentos"][1]["resultado"],
        ),
        (
            &json!("fallido"),
            &json!("Se detuvo al programa que lee el archivo."),
            &json!("hecho"),
        ),
        "{attempts}"
    );
    assert_eq!(town.service.get("/api/salud/listo").status, 200);
    town.leaves_nothing_behind();

    // A worker whose service is gone goes as well.
    let _ = town.upload("largo.geojson", &file);
    let orphan = wait_for_worker(&town.service);
    town.service.kill();
    let begun = Instant::now();
    while Path::new(&format!("/proc/{orphan}")).exists()
        && !fs::read_to_string(format!("/proc/{orphan}/status"))
            .unwrap_or_default()
            .contains("State:\tZ")
    {
        assert!(
            begun.elapsed() < Duration::from_secs(30),
            "the worker outlives its service"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn dirty_files_end_with_a_clear_word_and_leave_nothing_behind() {
    let Some(folder) = shared("formatos-sucios") else {
        return;
    };
    let town = town();
    let mut files = Vec::new();
    collect(&folder, &mut files);
    files.sort();
    let mut ends = 0;
    for path in &files {
        let bytes = fs::read(path).expect("a file");
        if bytes.is_empty() || bytes.len() > 20 << 20 {
            continue;
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let survey = town.examined(&town.upload(&name, &bytes));
        let told = survey["informe"].is_object()
            || survey["problema"]["title"]
                .as_str()
                .is_some_and(|title| title.ends_with('.'));
        assert!(told, "{name}: {survey}");
        ends += 1;
    }
    assert!(ends > 20, "{ends} of {}", files.len());
    assert_eq!(town.service.get("/api/salud/listo").status, 200);
    town.leaves_nothing_behind();
}

fn collect(folder: &Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push(path);
        }
    }
}
