//! Certificates of made-up places: each is printed, and left below the target folder to be looked at.

use std::path::PathBuf;

use catastro_documents::{Document, certificate};
use domain::{
    audit::Head,
    certificate::{Annulment, MapKind, MapShape, Sheet, ShortCode, Signatory, Standing},
    plan::{Effect, LegalBasis, Theme},
};
use geo_types::{Geometry, LineString, Point, Rect};
use proptest::prelude::*;
use serde_json::{Value, json};

const DAY: &str = "2026-11-26";

fn ground([x, y, w, d]: [f64; 4]) -> Geometry<f64> {
    let (x, y) = (281_000.0 + x, 9_332_000.0 + y);
    Geometry::Polygon(Rect::new((x, y), (x + w, y + d)).to_polygon())
}

fn street(from: [f64; 2], to: [f64; 2]) -> Geometry<f64> {
    let line = [from, to].map(|[x, y]| (281_000.0 + x, 9_332_000.0 + y));
    Geometry::LineString(LineString::from(line.to_vec()))
}

fn shape(kind: MapKind, label: &str, shape: Geometry<f64>) -> MapShape {
    MapShape {
        kind,
        label: Some(label.to_owned()),
        shape,
    }
}

fn zone(class: &str, color: &str, at: [f64; 4]) -> MapShape {
    let (name, color) = (Some(format!("Zona {class}")), color.to_owned());
    shape(MapKind::Zone { name, color }, class, ground(at))
}

fn theme(code: &str, name: &str, effect: Effect, color: &str) -> Theme {
    Theme {
        code: code.to_owned(),
        name: name.to_owned(),
        effect,
        base_legal: basis("Ley de prueba", None),
        color: color.to_owned(),
    }
}

fn basis(norma: &str, articulo: Option<&str>) -> LegalBasis {
    LegalBasis {
        norma: norma.into(),
        articulo: articulo.map(Into::into),
    }
}

/// A verdict in which a text stands wherever one may.
fn verdict(text: &str, rows: usize) -> Value {
    let law = json!({"norma": text, "articulo": format!("Artículo 12 {text}")});
    let limit = |value: Value| json!({"valor": value, "unidad": "m", "base_legal": law, "zona": text, "se_exige_a": "edificacion"});
    let zone = json!({"id": "Z1", "codigo": "RDM", "nombre": text, "area_m2": 120.5, "proporcion": 0.602_5, "significativa": true,
        "instrumento": {"codigo": text, "norma": text, "articulo": "Artículo 7"}});
    let overlay = json!({"id": "R1", "tipo": "faja_marginal", "nombre": text, "area_m2": 12.0, "proporcion": 0.06,
        "significativa": false, "efecto": "prohibe", "base_legal": {"norma": null, "articulo": null}});
    let finding = json!({"id": "altura_maxima", "estado": "no_cumple", "valor": 9, "limite": 4, "unidad": "pisos",
        "base_legal": law, "causado_por": [], "explicacion": text});
    json!({
        "predio": {"codigo": "22010101001005", "ubigeo": "220101", "area_m2": 200.0, "provisional": false},
        "demostracion": true,
        "zonificacion": vec![zone; rows],
        "restricciones": vec![overlay; rows],
        "temas": [{"tipo": "faja_marginal", "estado": "afectado", "vigente_al": DAY}, {"tipo": text, "estado": "sin_datos", "vigente_al": null}],
        "balance": {"area_predio_m2": 200.0, "con_zona_m2": 190.0, "sin_zona_m2": 10.0, "doble_zona_m2": 5.0},
        "parametros": {
            "altura_maxima_pisos": limit(json!(4)), "retiro_frontal_m": limit(Value::Null), "uno_nuevo": limit(json!(0.125)),
            "altura_maxima_m": {"valor": null, "unidad": "m", "base_legal": law, "zona": "RDM", "se_exige_a": "subdivision", "segun": text},
        },
        "resultado": "no_conforme",
        "hallazgos": vec![finding; rows],
        "certificados_vigentes": [],
        "recibo": {"version_datos": 56, "version_normas": text, "sha256": "00"},
    })
}

/// A certificate of a lot that two zones cut and three overlays touch.
fn sheet(text: &str, rows: usize) -> Sheet {
    let map = vec![
        shape(
            MapKind::Parcel,
            "22010101001005",
            ground([10.0, 0.0, 10.0, 20.0]),
        ),
        shape(
            MapKind::Neighbour,
            "22010101001004",
            ground([0.0, 0.0, 10.0, 20.0]),
        ),
        shape(
            MapKind::Neighbour,
            "22010101001006",
            ground([20.0, 0.0, 10.0, 20.0]),
        ),
        shape(MapKind::Neighbour, text, ground([30.0, 0.0, 30.0, 20.0])),
        zone("RDM", "#ffd480", [-200.0, -200.0, 400.0, 212.0]),
        zone("CZ", "#f4a0a0", [-200.0, 12.0, 400.0, 200.0]),
        shape(
            MapKind::Overlay("faja_marginal".to_owned()),
            text,
            ground([12.0, -50.0, 200.0, 60.0]),
        ),
        shape(
            MapKind::Overlay("riesgo_alto".to_owned()),
            text,
            ground([-50.0, 15.0, 65.0, 60.0]),
        ),
        shape(
            MapKind::Overlay(text.to_owned()),
            text,
            ground([-50.0, -50.0, 65.0, 60.0]),
        ),
        shape(
            MapKind::Street,
            "Jr. Los Cedros",
            street([-80.0, -6.0], [120.0, -6.0]),
        ),
        shape(
            MapKind::Street,
            text,
            street([-20.0, -80.0], [-20.0, 120.0]),
        ),
    ];
    Sheet {
        number: "220101-2026-000123".parse().expect("a number"),
        code: ShortCode::from_random([7; 15]),
        qr_text: "https://catastro.example.pe/verificar/7777-7777-7777-777X".to_owned(),
        title: "Certificado de parámetros urbanísticos y edificatorios".to_owned(),
        basis: basis("Ley 29090", Some("Artículo 14")),
        municipality: "Moyobamba".to_owned(),
        ubigeo: "220101".parse().expect("a ubigeo"),
        demonstration: true,
        parcel: Some("22010101001005".to_owned()),
        case: Some("EXP-2026-004512".to_owned()),
        stated: vec![("Calificación".to_owned(), text.to_owned())],
        proposal: json!({"uso": text, "pisos": 9, "retiros_m": {"frontal": 1.5}, "huella": {"type": "Polygon"}}),
        verdict: verdict(text, rows),
        prevails: Some(text.to_owned()),
        issued_at: "2026-11-26T15:04:05Z".parse().expect("a moment"),
        issued_on: DAY.parse().expect("a day"),
        expires_on: Some("2029-11-26".parse().expect("a day")),
        drafted_by: text.to_owned(),
        signed_by: Signatory {
            name: "Rosa Quispe".to_owned(),
            post: text.to_owned(),
        },
        key: "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k".to_owned(),
        sha256: "0123456789abcdef".repeat(4),
        audit_head: Head::BEFORE_ALL,
        standing: Standing::InForce(Some(1096)),
        themes: vec![
            theme(
                "faja_marginal",
                "Faja marginal",
                Effect::Prohibits,
                "#1f78b4",
            ),
            theme("riesgo_alto", "Riesgo alto", Effect::Conditions, "#fd8d3c"),
        ],
        map,
    }
}

fn printed(name: &str, sheet: &Sheet) -> (Document, Vec<u8>) {
    let document = certificate(sheet).expect("a certificate");
    let pdf = document.pdf().expect("a document");
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("documentos");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join(format!("{name}-certificado.pdf")), &pdf).expect("a file");
    (document, pdf)
}

#[test]
fn a_certificate_is_archived_with_its_structure_and_is_the_same_twice() {
    let (document, pdf) = printed("varias-zonas", &sheet("Ordenanza 001-2026", 2));
    let said = String::from_utf8_lossy(&pdf);
    for standard in [
        "<pdfaid:part>2<",
        "<pdfaid:conformance>A<",
        "<pdfuaid:part>1<",
    ] {
        assert!(said.contains(standard), "{standard}");
    }
    let (again, bytes) = printed("varias-zonas", &sheet("Ordenanza 001-2026", 2));
    assert!(pdf == bytes, "other bytes of the same sheet");
    assert_eq!(document.fingerprint(), again.fingerprint());
    // How many days are left is of the day; that it is over is of the certificate.
    let mut tomorrow = sheet("Ordenanza 001-2026", 2);
    tomorrow.standing = Standing::InForce(Some(1095));
    assert_eq!(
        document.fingerprint(),
        printed("manana", &tomorrow).0.fingerprint()
    );
    tomorrow.standing = Standing::Expired;
    assert_ne!(
        document.fingerprint(),
        printed("vencido", &tomorrow).0.fingerprint()
    );
    tomorrow.standing = Standing::Annulled(Annulment {
        at: tomorrow.issued_at,
        reason: "error material en el área".to_owned(),
        document: "R.G. 12-2026-MPM".to_owned(),
    });
    assert_ne!(
        document.fingerprint(),
        printed("anulado", &tomorrow).0.fingerprint()
    );
}

#[test]
fn many_rows_a_point_no_map_and_no_qr_are_printed() {
    let _ = printed(
        "muchas-filas",
        &sheet(
            "Ordenanza de la municipalidad que aprueba el plan de desarrollo urbano",
            60,
        ),
    );
    let mut point = sheet("x", 0);
    point.parcel = None;
    point.verdict["predio"] = Value::Null;
    point.verdict["balance"] = Value::Null;
    point.map[0].shape = Geometry::Point(Point::new(281_010.0, 9_332_005.0));
    let _ = printed("punto", &point);
    point.map.clear();
    point.qr_text = "x".repeat(5_000);
    let _ = printed("sin-mapa", &point);
    // Larger than a map of any scale.
    point.map = vec![shape(
        MapKind::Parcel,
        "x",
        ground([0.0, 0.0, 90_000.0, 90_000.0]),
    )];
    let _ = printed("enorme", &point);
}

#[test]
fn hostile_text_is_text() {
    let nasty =
        "\"#panic(\"x\")$ \\ `a` *b* _c_ @d <e> سلام 🏠 e\u{30A} א\u{5B8} \u{202E}txet ก็ 漢字";
    for text in [nasty, &"x".repeat(10_000), "", "\u{0}\u{7}\n\n\t"] {
        let _ = printed("hostil", &sheet(text, 1));
    }
    assert!(
        certificate(&Sheet {
            verdict: json!({}),
            ..sheet("x", 1)
        })
        .is_err()
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_text_at_all_can_be_printed(text in any::<String>()) {
        let _ = printed("cualquiera", &sheet(&text, 1));
    }
}
