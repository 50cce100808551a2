//! Files in pieces: the protocol (tus 1.0), and the page that goes on where it stopped.

use std::{path::Path, time::Duration};

use catastro_tests::{Browser, Call, Office, Reply, Service, desk::PLACE, sample};
use serde_json::json;

const AT: [f64; 2] = [-76.95, -6.0];

fn town() -> (Office, Service, String) {
    let office = Office::with_demonstration(300);
    let service = office.serve();
    let roles = format!("tecnico_catastro@{PLACE}");
    office.settled(&service, "ana", &[&roles]);
    let token = office.token("ana", &["subir_levantamiento", "leer_levantamientos"]);
    (office, service, token)
}

fn tus(method: &'static str, path: &str, token: &str) -> Call {
    Call::new(method, path)
        .token(token)
        .header("tus-resumable", "1.0.0")
}

fn begin(service: &Service, token: &str, length: usize) -> Reply {
    let call = tus("POST", "/api/cargas", token)
        .header("upload-length", length.to_string())
        .header("upload-metadata", "filename bG90ZXMuZ2VvanNvbg==");
    service.send(&call)
}

fn piece(service: &Service, token: &str, place: &str, from: usize, bytes: &[u8]) -> Reply {
    let call = tus("PATCH", place, token)
        .header("upload-offset", from.to_string())
        .raw("application/offset+octet-stream", bytes);
    service.send(&call)
}

fn offset(service: &Service, token: &str, place: &str) -> Option<usize> {
    let reply = service.send(&tus("HEAD", place, token));
    reply.header("upload-offset").first()?.parse().ok()
}

/// The form of a survey without a file.
fn form(fields: &[(&str, &str)]) -> (String, Vec<u8>) {
    let parts: Vec<String> = fields
        .iter()
        .map(|(name, value)| {
            format!("--borde\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        })
        .collect();
    (
        "multipart/form-data; boundary=borde".to_owned(),
        format!("{}--borde--\r\n", parts.concat()).into_bytes(),
    )
}

#[test]
fn a_file_in_pieces_goes_on_where_it_stopped_and_becomes_a_survey() {
    let (office, service, token) = town();
    let spoken = service.send(&Call::new("OPTIONS", "/api/cargas"));
    assert_eq!(
        (spoken.status, spoken.header("tus-version")),
        (204, vec!["1.0.0"])
    );
    assert_eq!(
        spoken.header("tus-extension"),
        ["creation,expiration,termination"]
    );

    let file = sample(PLACE, 90, AT);
    let begun = begin(&service, &token, file.len());
    assert_eq!(begun.status, 201, "{begun:?}");
    assert!(
        begun.header("upload-expires")[0].ends_with("GMT"),
        "{begun:?}"
    );
    let place = begun.header("location")[0].to_owned();
    let half = file.len() / 2;
    assert_eq!(
        piece(&service, &token, &place, 0, &file[..half]).status,
        204
    );
    assert_eq!(offset(&service, &token, &place), Some(half));

    // From elsewhere in the file, too much, of another kind, of another version: nothing of it is taken.
    assert_eq!(
        piece(&service, &token, &place, 0, &file[..half]).status,
        409
    );
    let too_much = [&file[half..], &file[..]].concat();
    assert_eq!(piece(&service, &token, &place, half, &too_much).status, 413);
    let kind = tus("PATCH", &place, &token)
        .header("upload-offset", half.to_string())
        .raw("text/plain", b"x");
    assert_eq!(service.send(&kind).status, 415);
    let version = service.send(&Call::new("HEAD", &place).token(&token));
    assert_eq!(
        (version.status, version.header("tus-version")),
        (412, vec!["1.0.0"])
    );

    // A survey of half a file is none; of somebody else's neither.
    let id = place.rsplit('/').next().unwrap_or_default().to_owned();
    let submit = |token: &str, ubigeo: &str| {
        let (kind, body) = form(&[("carga", &id), ("coleccion", "lotes"), ("ubigeo", ubigeo)]);
        service.send(
            &Call::new("POST", "/api/levantamientos")
                .token(token)
                .raw(&kind, &body),
        )
    };
    assert_eq!(submit(&token, PLACE).status, 409);
    let at = offset(&service, &token, &place).expect("it is there");
    assert_eq!(piece(&service, &token, &place, at, &file[at..]).status, 204);
    let _ = office.account("otra", &[&format!("tecnico_catastro@{PLACE}")]);
    let other = office.token("otra", &["subir_levantamiento", "leer_levantamientos"]);
    assert_eq!(offset(&service, &other, &place), None);
    assert_eq!(submit(&other, PLACE).status, 404);
    assert_eq!(service.send(&tus("DELETE", &place, &other)).status, 404);

    // What is refused stays; what is taken is a survey, and no load any more.
    assert_eq!(submit(&token, "999999").status, 403);
    let survey = submit(&token, PLACE);
    assert_eq!(survey.status, 202, "{survey:?}");
    assert_eq!(survey.json()["archivo"], "lotes.geojson");
    let link = survey.header("location")[0].to_owned();
    let done = catastro_tests::wait_until_examined(&service, &token, &link);
    assert_eq!(done["informe"]["leidos"], 3, "{done}");
    assert_eq!(offset(&service, &token, &place), None);

    limits(&office, &service, &token);
}

/// So many at a time, not too large, and not for ever.
fn limits(office: &Office, service: &Service, token: &str) {
    assert_eq!(begin(service, token, 0).status, 400);
    assert_eq!(begin(service, token, 5 << 30).status, 413);
    let places: Vec<String> = (0..5)
        .map(|_| begin(service, token, 10).header("location")[0].to_owned())
        .collect();
    assert_eq!(begin(service, token, 10).status, 429);
    assert_eq!(service.send(&tus("DELETE", &places[0], token)).status, 204);
    assert_eq!(offset(service, token, &places[0]), None);
    // Two days later.
    let folder = office.folder().join("datos/cargas");
    let old = places[1].rsplit('/').next().unwrap_or_default();
    let long_ago = std::time::SystemTime::now() - Duration::from_hours(48);
    let file = std::fs::File::options()
        .append(true)
        .open(folder.join(old).join("archivo"))
        .expect("a file");
    file.set_modified(long_ago).expect("an older one");
    assert_eq!(offset(service, token, &places[1]), None);
    assert_eq!(begin(service, token, 10).status, 201);
    assert!(!folder.join(old).exists());
    assert_eq!(
        service
            .send(
                &Call::new("POST", "/api/cargas")
                    .header("tus-resumable", "1.0.0")
                    .header("upload-length", "1")
            )
            .status,
        401
    );
}

/// A large file that is read quickly.
fn large(office: &Office, name: &str, sector: u8) -> (std::path::PathBuf, usize) {
    let mut file = sample(PLACE, sector, AT);
    let end = file.pop();
    file.extend(std::iter::repeat_n(b' ', 8_000_000));
    file.extend(end);
    let path = office.folder().join(name);
    std::fs::write(&path, &file).expect("a file");
    (path, file.len())
}

/// Counts on the page what leaves it.
const COUNTED: &str = "(() => { window.enviado = 0; const send = XMLHttpRequest.prototype.send;
    XMLHttpRequest.prototype.send = function (piece) { let told = 0; this.upload.addEventListener('progress', (event) => { window.enviado += event.loaded - told; told = event.loaded; }); return send.call(this, piece); }; })()";
const SO_FAR: &str = "document.querySelector('#avance-subida progress').value";

fn choose(browser: &mut Browser, service: &Service, file: &Path) {
    browser.go(&service.url("/levantamientos/nuevo"));
    browser.value(COUNTED);
    browser.give_files("#archivo", &[file]);
    browser.choose("#ubigeo", PLACE);
}

#[test]
fn the_page_goes_on_after_the_line_broke_and_after_it_was_closed() {
    let (office, service, token) = town();
    let mut browser = Browser::start(1280, 900, &[]);
    browser.sign_in(&service, "ana");
    let (file, size) = large(&office, "corte.geojson", 91);
    choose(&mut browser, &service, &file);
    browser.slow_line(16_000, 10);
    browser
        .value("window.antes = true; document.querySelector('form[data-subida]').requestSubmit()");
    browser.wait_until(&format!("{SO_FAR} > {}", size * 6 / 10));
    browser.tell(
        "Network.emulateNetworkConditions",
        &json!({"offline": true, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}),
    );
    browser.wait_until("document.querySelector('#avance-subida [role=status]').textContent.includes('La línea se cortó')");
    let place = browser
        .value("Object.values(localStorage).find((place) => place.startsWith('/api/cargas/'))");
    let place = place.as_str().expect("a place").to_owned();
    let there = offset(&service, &token, &place).expect("it is there");
    assert!(there > size / 2 && there < size, "{there} of {size}");
    let sent_before = browser.value("window.enviado").as_f64().expect("a number");
    browser.tell(
        "Network.emulateNetworkConditions",
        &json!({"offline": false, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}),
    );
    browser.wait_until(
        "!window.antes && document.querySelector('h1')?.textContent.includes('corte.geojson')",
    );
    // What was sent before, and after that no more than what was missing.
    let all = sent_before + (size - there) as f64;
    assert!(all < 1.2 * size as f64, "{all} of {size}");

    // Closed in the middle; chosen again, it goes on from there.
    let (file, size) = large(&office, "cierre.geojson", 92);
    choose(&mut browser, &service, &file);
    browser.slow_line(16_000, 10);
    browser.value("document.querySelector('form[data-subida]').requestSubmit()");
    browser.wait_until(&format!("{SO_FAR} > {}", size * 6 / 10));
    let sent_before = browser.value("window.enviado").as_f64().expect("a number");
    let place =
        browser.value("Object.entries(localStorage).find(([name]) => name.includes('cierre'))[1]");
    let place = place.as_str().expect("a place").to_owned();
    browser.go(&service.url("/levantamientos"));
    browser.slow_line(800_000, 0);
    let there = offset(&service, &token, &place).expect("it is there");
    assert!(there > size / 2 && there < size, "{there} of {size}");
    choose(&mut browser, &service, &file);
    browser.wait_until(
        "document.querySelector('#avance-subida [role=status]').textContent.includes('ya hay')",
    );
    assert!(
        browser.words().contains("A medio enviar"),
        "{}",
        browser.words()
    );
    browser.press("form[data-subida] button");
    browser.wait_until("document.querySelector('h1')?.textContent.includes('cierre.geojson')");
    let sent_after = size - there;
    assert!(
        sent_before + (sent_after as f64) < 1.2 * size as f64,
        "{sent_before} and {sent_after} of {size}"
    );
    assert_eq!(offset(&service, &token, &place), None, "it is a survey now");
}
