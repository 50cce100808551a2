//! The pictures of the manual are of the demonstration province as it is: made here, and never by hand.
//!
//!     CATASTRO_MANUAL=1 cargo test --workspace --test manual_pictures
//!
//! writes them into `docs/manual/imagenes`. Without that it only walks to where each was taken, and holds that it is there.

use std::path::{Path, PathBuf};

use catastro_tests::{Browser, Office};
use serde_json::json;

/// A picture: its name, who sees it, the page, and what has to be on it.
const PICTURES: [(&str, Option<&str>, &str, &str); 18] = [
    ("portada", None, "/?q=LOT", "Encontrado"),
    ("ficha", None, "/predios/LOT", "Áreas y medidas"),
    (
        "respuesta",
        None,
        "/control-urbano/respuesta?predio=LOT&pisos=3&actividad_ciiu=4711",
        "Punto por punto",
    ),
    (
        "observar",
        None,
        "/observaciones/nueva?predio=LOT",
        "Qué observa",
    ),
    ("plan", None, "/planes/PDU-220101-DEMO", "PDU-220101-DEMO"),
    ("inversion", None, "/inversiones/CUI", "Lotes servidos"),
    ("obras", None, "/obras", "Se rompe lo recién hecho"),
    (
        "proyectos-catastrales",
        None,
        "/proyectos-catastrales",
        "se calcula de lo que se publicó",
    ),
    (
        "indicador",
        None,
        "/indicadores/inversion_ejecutada_soles",
        "Línea de base",
    ),
    ("informe", None, "/informes/2026-T2", "SHA-256"),
    ("observatorio", None, "/observatorio", "Último valor"),
    ("acuerdo", None, "/gobierno/acuerdos/A-2026-001", "favor"),
    ("fuentes", None, "/fuentes", "antigüedad"),
    ("novedades", None, "/novedades", "Novedades"),
    (
        "levantamiento-nuevo",
        Some("tania"),
        "/levantamientos/nuevo",
        "Subir un levantamiento",
    ),
    (
        "mantenimiento",
        Some("tania"),
        "/mantenimiento?predio=LOT",
        "Subdividir",
    ),
    (
        "certificado-nuevo",
        Some("carla"),
        "/certificados/nuevo?predio=LOT",
        "certificado",
    ),
    (
        "cuentas",
        Some("adriana"),
        "/administracion/cuentas",
        "Dar una cuenta",
    ),
];

/// Heaviest picture: a sheet of the manual has two at most, on a slow line.
const BYTES_MAX: u64 = 60_000;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/manual/imagenes")
}

#[test]
fn the_pictures_of_the_manual_are_of_pages_that_are_there() {
    let office = Office::with_demonstration(600);
    let service = office.serve();
    for (login, role) in [
        ("tania", "tecnico_catastro@220101"),
        ("carla", "control_urbano@220101"),
        ("adriana", "administrador"),
    ] {
        office.settled(&service, login, &[role]);
    }
    let lots = service.get("/ogc/collections/lotes/items?limit=1").json();
    let lot = lots["features"][0]["id"]
        .as_str()
        .expect("a code")
        .to_owned();
    let project = service
        .get("/ogc/collections/inversiones/items?limit=1")
        .json();
    let project = project["features"][0]["id"]
        .as_str()
        .expect("a project")
        .to_owned();
    let writes = std::env::var_os("CATASTRO_MANUAL").is_some();
    let mut signed_in = None;
    let mut browser = Browser::start(1000, 700, &[]);
    for (name, who, path, words) in PICTURES {
        if who.is_some() && who != signed_in {
            browser.tell("Network.clearBrowserCookies", &json!({}));
            browser.sign_in(&service, who.unwrap_or_default());
            signed_in = who;
        }
        browser.resize(1000, 700);
        browser.go(&service.url(&path.replace("LOT", &lot).replace("CUI", &project)));
        let seen = browser.words();
        assert!(seen.contains(words), "{name}: {seen}");
        let file = folder().join(format!("{name}.webp"));
        if writes {
            std::fs::create_dir_all(folder()).expect("a folder");
            std::fs::write(&file, browser.small_picture()).expect("a picture");
        }
        let bytes = std::fs::metadata(&file)
            .expect("the picture is there")
            .len();
        assert!(bytes < BYTES_MAX, "{name} has {bytes} bytes");
    }
}
