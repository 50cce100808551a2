//! Parcels are divided, joined, corrected, renumbered and retired without a file: rehearsed first, then decided on.

use catastro_tests::{
    Call,
    desk::{Desk, GROUND, Lot, approve},
    wait_until_examined,
};
use serde_json::{Value, json};

/// Two rows of three lots that share their borders.
const BLOCK: [Lot<'static>; 6] = [
    ("22010171001001", [0.0, 0.0, 10.0, 20.0]),
    ("22010171001002", [10.0, 0.0, 10.0, 20.0]),
    ("22010171001003", [20.0, 0.0, 10.0, 20.0]),
    ("22010171001004", [0.0, 20.0, 10.0, 20.0]),
    ("22010171001005", [10.0, 20.0, 10.0, 20.0]),
    ("22010171001006", [20.0, 20.0, 10.0, 20.0]),
];

fn code(lot: u32) -> String {
    format!("22010171001{lot:03}")
}

/// A line between places in metres from the ground of the desk, as GeoJSON.
fn line(desk: &Desk, places: &[[f64; 2]]) -> Value {
    let points: Vec<String> = places
        .iter()
        .map(|[x, y]| format!("st_makepoint({}, {})", GROUND[0] + x, GROUND[1] + y))
        .collect();
    let sql = format!(
        "select st_asgeojson(st_transform(st_setsrid(st_makeline(array[{}]), 32718), 4326), 12)",
        points.join(", ")
    );
    serde_json::from_str(&desk.office.sql(&sql)[0]).expect("GeoJSON")
}

fn ask(desk: &Desk, path: &str, operation: &Value) -> (u16, Value, Vec<String>) {
    let body = json!({"operacion": operation, "documento": "Resolución 012-2026-MPM"});
    let call = Call::new("POST", path).token(&desk.technician).json(&body);
    let reply = desk.service.send(&call);
    let link = reply.header("location").into_iter().map(str::to_owned);
    (reply.status, reply.json(), link.collect())
}

fn rehearsed(desk: &Desk, operation: &Value) -> Value {
    let (status, told, _) = ask(desk, "/api/operaciones/ensayo", operation);
    assert_eq!(status, 200, "{told}");
    told
}

/// Codes and areas of a plan.
fn lots(rehearsal: &Value) -> Vec<(String, f64)> {
    let lots = rehearsal["plan"]["lotes"].as_array().expect("lots").iter();
    lots.map(|lot| {
        let code = lot["codigo"].as_str().expect("a code").to_owned();
        (code, lot["area_m2"].as_f64().expect("an area"))
    })
    .collect()
}

/// Does an operation, with the second person's approval; gives what it changed.
fn done(desk: &Desk, operation: &Value) -> Vec<String> {
    let (status, told, link) = ask(desk, "/api/operaciones", operation);
    assert_eq!(status, 202, "{told}");
    let survey = wait_until_examined(&desk.service, &desk.technician, &link[0]);
    assert_eq!(survey["estado"], "conforme", "{survey}");
    let changes = desk.changes(&link[0]);
    let own = Call::new("POST", format!("{}/decision", link[0]))
        .token(&desk.technician)
        .json(&approve());
    assert_eq!(desk.service.send(&own).status, 403, "two persons");
    assert_eq!(desk.decide(&desk.chief, &link[0], &approve()).0, 200);
    changes
}

#[test]
fn each_operation_is_rehearsed_decided_on_and_remembered() {
    let desk = Desk::new();
    desk.publish(&BLOCK);
    let surveys = || {
        let list = desk.get(&desk.technician, "/api/levantamientos");
        list["levantamientos"].as_array().expect("a list").len()
    };
    let before = surveys();

    let divide = json!({"tipo": "subdividir", "predio": code(1), "linea": line(&desk, &[[-0.2, 8.0], [10.3, 8.0]])});
    let rehearsal = rehearsed(&desk, &divide);
    assert_eq!(
        lots(&rehearsal),
        [(code(7), 80.0), (code(8), 120.0)],
        "{rehearsal}"
    );
    assert_eq!(rehearsal["plan"]["retira"], json!([code(1)]));
    assert_eq!(rehearsal["plan"]["lotes"][0]["perimetro_m"], 36.0);
    assert_eq!(rehearsal["plan"]["lotes"][0]["lote_minimo"], "sin_datos");
    assert_eq!(rehearsal["informe"]["cambios"]["subdivision"], 1);
    assert_eq!(surveys(), before, "a rehearsal leaves nothing behind");
    assert_eq!(
        desk.service
            .get(&format!("/api/predios/{}", code(1)))
            .status,
        200
    );
    assert_eq!(
        done(&desk, &divide),
        [format!("subdivision[] {}>{}+{}", code(1), code(7), code(8))]
    );

    let by_areas =
        json!({"tipo": "subdividir", "predio": code(4), "areas_m2": [50.0], "rumbo_grados": 90.0});
    let rehearsal = rehearsed(&desk, &by_areas);
    assert_eq!(
        lots(&rehearsal),
        [(code(9), 50.0), (code(10), 150.0)],
        "{rehearsal}"
    );

    let join = json!({"tipo": "acumular", "predios": [code(2), code(3)]});
    assert_eq!(
        done(&desk, &join),
        [format!("acumulacion[] {}+{}>{}", code(2), code(3), code(9))]
    );
    let correct = json!({
        "tipo": "rectificar", "predio": code(5), "colindante": code(6),
        "linea": line(&desk, &[[21.0, 19.8], [21.0, 40.2]]),
    });
    assert_eq!(
        lots(&rehearsed(&desk, &correct)),
        [(code(5), 220.0), (code(6), 180.0)]
    );
    assert_eq!(
        done(&desk, &correct),
        [
            format!("modificacion[geometria] {}>{}", code(5), code(5)),
            format!("modificacion[geometria] {}>{}", code(6), code(6)),
        ]
    );
    let renumber = json!({"tipo": "renumerar", "predio": code(4)});
    assert_eq!(
        done(&desk, &renumber),
        [format!("modificacion[codigo] {}>{}", code(4), code(10))]
    );
    let retire = json!({"tipo": "dar_de_baja", "predio": code(6)});
    assert_eq!(rehearsed(&desk, &retire)["informe"]["cambios"]["baja"], 1);
    assert_eq!(done(&desk, &retire), [format!("baja[] {}>", code(6))]);
    assert_eq!(
        desk.service
            .get(&format!("/api/predios/{}", code(6)))
            .status,
        404
    );

    // The parcel remembers where it comes from, and the survey the document.
    let history = desk.get(
        &desk.technician,
        &format!("/api/predios/{}/historia", code(9)),
    );
    assert_eq!(
        history["antecesores"].as_array().map(Vec::len),
        Some(2),
        "{history}"
    );
    let list = desk.get(&desk.technician, "/api/levantamientos");
    assert!(
        list["levantamientos"]
            .as_array()
            .expect("a list")
            .iter()
            .any(|survey| {
                survey["archivo"]
                    .as_str()
                    .is_some_and(|name| name.contains("Resolución 012-2026-MPM"))
            }),
        "{list}"
    );
}

#[test]
fn what_cannot_be_done_is_said_with_what_to_do() {
    let desk = Desk::new();
    desk.publish(&BLOCK);
    let refused = [
        (
            json!({"tipo": "subdividir", "predio": code(1), "linea": line(&desk, &[[0.0, 8.0], [6.0, 8.0]])}),
            "a 4.00 m del lindero",
        ),
        (
            json!({"tipo": "subdividir", "predio": code(1), "areas_m2": [500.0]}),
            "el predio mide 200.00 m²",
        ),
        (
            json!({"tipo": "subdividir", "predio": code(1)}),
            "o ninguna",
        ),
        (
            json!({"tipo": "acumular", "predios": [code(1), code(6)]}),
            "no colindan",
        ),
        (
            json!({"tipo": "acumular", "predios": [code(1), code(1)]}),
            "dos veces",
        ),
        (
            json!({"tipo": "renumerar", "predio": code(99)}),
            "No hay un predio",
        ),
        (
            json!({"tipo": "acumular", "predios": [code(1), "22010271001001"]}),
            "mismo municipio",
        ),
    ];
    for (operation, words) in refused {
        for path in ["/api/operaciones/ensayo", "/api/operaciones"] {
            let (status, told, _) = ask(&desk, path, &operation);
            assert_eq!(status, 422, "{operation}: {told}");
            let title = told["title"].as_str().expect("words");
            assert!(title.contains(words), "{operation}: {told}");
        }
    }
    // What the rules have against it is in the report, as of any survey: the code of another lot would take that away.
    let taken = json!({"tipo": "renumerar", "predio": code(1), "codigo": code(2)});
    let report = rehearsed(&desk, &taken);
    assert_eq!(
        catastro_tests::count(&report["informe"], "traslape"),
        1,
        "{report}"
    );
    // Somebody of another place may not.
    let _ = desk.office.account("otra", &["tecnico_catastro@220102"]);
    let token = desk.office.token("otra", &["subir_levantamiento"]);
    let body = json!({"operacion": {"tipo": "dar_de_baja", "predio": code(1)}, "documento": "x"});
    let call = Call::new("POST", "/api/operaciones/ensayo")
        .token(&token)
        .json(&body);
    assert_eq!(desk.service.send(&call).status, 403);
}
