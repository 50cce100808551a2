//! Lists that go on by key, what the front page finds, and what surveys claim both, on a plan; as forms without script.

use std::collections::BTreeSet;

use catastro_tests::{
    Office, Service,
    desk::{Desk, PLACE},
};

/// Addresses of the links of a kind on a page.
fn links(text: &str, begin: &str) -> Vec<String> {
    text.split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|href| href.starts_with(begin))
        .map(|href| href.replace("&amp;", "&").replace("&#38;", "&"))
        .collect()
}

/// Goes through all pages of a list; gives the rows' links, each once.
fn walk(service: &Service, session: &str, list: &str, row: &str) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let mut path = list.to_owned();
    loop {
        let page = service.page(session, &path);
        assert_eq!(page.status, 200, "{path}");
        let rows = links(&page.text, row);
        let rows: Vec<String> = rows
            .into_iter()
            .filter(|href| !href.ends_with("/nuevo") && !href.ends_with("/nueva"))
            .collect();
        assert!(rows.len() <= 200, "{} on {path}", rows.len());
        for href in rows {
            assert!(seen.insert(href.clone()), "{href} twice");
        }
        let list = list.split('?').next().unwrap_or_default();
        let next = links(&page.text, &format!("{list}?"));
        match next.iter().find(|href| href.contains("despues=")) {
            Some(href) => path.clone_from(href),
            None => return seen,
        }
    }
}

#[test]
fn certificates_and_inspections_go_on_by_key() {
    let office = Office::with_demonstration(300);
    let service = office.serve();
    office.settled(&service, "fausto", &[&format!("control_urbano@{PLACE}")]);
    let fausto = service.session("fausto");
    // Two days with many at the same moment: the key tells them apart.
    office.sql(&format!(
        "insert into inspection (id, ubigeo, place, opened_by, opened_at, subject)
         select gen_random_uuid(), '{PLACE}', st_setsrid(st_makepoint(280000, 9332000), 32718), a.id,
             timestamptz '2026-11-01 12:00-05' + (n % 2) * interval '1 day', 'Obra ' || n
         from generate_series(1, 450) n, account a where a.login = 'fausto'"
    ));
    office.sql(&format!(
        "insert into certificate (id, ubigeo, kind, two_persons, drafted_by, drafted_at, request, stated, verdict, substance)
         select gen_random_uuid(), '{PLACE}', 'parametros', true, a.id,
             timestamptz '2026-11-01 12:00-05' + (n % 2) * interval '1 day', '{{}}', '{{}}', '{{}}',
             decode(repeat('00', 32), 'hex')
         from generate_series(1, 450) n, account a where a.login = 'fausto'"
    ));
    for (list, row) in [
        ("/inspecciones", "/inspecciones/"),
        ("/inspecciones?estado=programada", "/inspecciones/"),
        ("/certificados", "/certificados/"),
        ("/certificados?estado=borrador", "/certificados/"),
    ] {
        assert_eq!(walk(&service, &fausto, list, row).len(), 450, "{list}");
    }
    for wrong in ["/inspecciones?despues=x", "/certificados?despues=x"] {
        assert_eq!(service.page(&fausto, wrong).status, 400, "{wrong}");
    }
}

#[test]
fn a_plan_is_found_by_code_and_by_name_and_leads_to_its_page() {
    let office = Office::with_demonstration(300);
    let service = office.serve();
    let plan = &service.get("/ogc/collections/planes/items?limit=1").json()["features"][0].clone();
    let code = plan["id"].as_str().expect("a code");
    let name = plan["properties"]["nombre"].as_str().expect("a name");
    for asked in [code, name] {
        let encoded = catastro_tests::encoded(asked);
        let found = service.get(&format!("/api/buscar?q={encoded}")).json();
        let hits = found["resultados"].as_array().expect("hits");
        let own: Vec<_> = hits
            .iter()
            .filter(|hit| hit["capa"] == "planes" && hit["codigo"] == code)
            .collect();
        assert_eq!(own.len(), 1, "{asked}: {found}");
        assert_eq!(own[0]["enlace"], format!("/planes/{code}"));
        let page = service.get(&format!("/?q={encoded}"));
        assert!(
            links(&page.text, "/planes/").contains(&format!("/planes/{code}")),
            "{asked}"
        );
    }
}

#[test]
fn what_two_surveys_claim_is_on_a_plan_that_leads_to_the_other() {
    let desk = Desk::new();
    let (office, service) = (&desk.office, &desk.service);
    office.settled(service, "ana", &[&format!("tecnico_catastro@{PLACE}")]);
    let ana = service.session("ana");
    let (one, _) = desk.survey(&[("22010171001021", [40.0, 0.0, 10.0, 20.0])], &[]);
    let (other, _) = desk.survey(&[("22010171001022", [34.0, 0.0, 10.0, 20.0])], &[]);
    let id = |link: &str| link.rsplit('/').next().unwrap_or_default().to_owned();
    let page = service.page(&ana, &format!("/levantamientos/{}/conflictos", id(&one)));
    assert_eq!(page.status, 200);
    let (_, plan) = page.text.split_once("<svg").expect("a plan");
    assert!(plan.contains("Plano de los conflictos"), "{plan}");
    assert!(
        links(plan, "/levantamientos/").contains(&format!("/levantamientos/{}", id(&other))),
        "{plan}"
    );
    // Where there is none, there is no plan.
    let (alone, _) = desk.survey(&[("22010171009001", [200.0, 0.0, 10.0, 20.0])], &[]);
    let page = service.page(&ana, &format!("/levantamientos/{}/conflictos", id(&alone)));
    assert!(!page.text.contains("<svg class=\"plano\""), "{page:?}");
}
