//! The audit chain: whole, it is proved; touched anywhere, the record is named.

use catastro_tests::{Answer, Office};
use domain::people::Actor;
use serde_json::json;
use store::{Deed, Store};

const RECORDS: i64 = 10_000;

/// Adds records until there are [`RECORDS`], all in one act.
fn fill(office: &Office) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let store = Store::open(&office.database()).await.expect("the database");
        let actor = Actor::Operator("consola:prueba".to_owned());
        let mut act = store.begin(&actor).await.expect("an act");
        let deed = |number: i64| Deed {
            action: "levantamiento.decision",
            ubigeo: "220101".parse().ok(),
            object: format!("levantamiento/{number}"),
            content: json!({"decision": "aprobar", "sustento": "contrastado con el plano y la visita"}),
        };
        loop {
            let head = act.record(&deed(0)).await.expect("a record");
            if head.number + 1 == RECORDS {
                act.commit(&deed(head.number)).await.expect("committed");
                break;
            }
        }
        store.close().await;
    });
}

fn verify(office: &Office, heads: &[&str]) -> Answer {
    let mut words = vec!["audit", "verify"];
    for head in heads {
        words.extend(["--head", head]);
    }
    office.run(words)
}

/// Changes the trail as an operator with the whole database in hand would, looks, and puts it back.
fn tampered(office: &Office, statements: &str, heads: &[&str]) -> Answer {
    let as_owner = "set session_replication_role = replica;";
    let _ = office.sql(&format!("{as_owner} {statements}"));
    let answer = verify(office, heads);
    let _ = office.sql(&format!(
        "{as_owner} delete from audit; insert into audit select * from kept"
    ));
    answer
}

#[test]
fn ten_thousand_records_are_proved_and_each_way_to_touch_them_is_named() {
    let office = Office::with_demonstration(200);
    let service = office.serve();
    fill(&office);
    let head = service.get("/api/auditoria/cabeza").json();
    assert_eq!(head["numero"], RECORDS);
    let published = format!("{RECORDS}:{}", head["sha256"].as_str().expect("a hash"));

    let whole = verify(&office, &[&published]).done();
    assert!(
        whole.output.contains(&format!(
            "La cadena está completa: {RECORDS} registros; la cabeza dada está en ella."
        )),
        "{whole:?}"
    );
    assert!(whole.output.contains(&published));

    let _ = office.sql("create table kept as select * from audit");
    let rewrite_from_5000 = "
        update audit set content = '{\"decision\":\"rechazar\"}' where number = 5000;
        do $$
        declare r record; before bytea;
        begin
            select hash into before from audit where number = 4999;
            for r in select * from audit where number >= 5000 order by number loop
                before := sha256(convert_to('catastro.auditoria.1' || E'\\n', 'UTF8') || (
                    select string_agg(convert_to(octet_length(f)::text || ':' || f || E'\\n', 'UTF8'), ''::bytea order by n)
                    from unnest(array[r.number::text, (extract(epoch from r.at) * 1000000)::bigint::text, r.actor, r.action,
                        coalesce(r.ubigeo, ''), r.object, (select content from audit where number = r.number)])
                        with ordinality as fields (f, n)) || before);
                update audit set hash = before,
                    previous = (select hash from audit where number = r.number - 1) where number = r.number;
            end loop;
        end $$";
    for (statements, heads, expected) in [
        ("update audit set content = '{}' where number = 4321", &[][..], "El registro 4321 fue cambiado"),
        ("update audit set actor = 'otra' where number = 1", &[], "El registro 1 fue cambiado"),
        ("delete from audit where number = 4321", &[], "Falta el registro 4321: en su lugar está el 4322"),
        (
            "update audit set number = 1000000 where number = 700; update audit set number = 700 where number = 701;
             update audit set number = 701 where number = 1000000",
            &[],
            "El registro 700 fue cambiado",
        ),
        // Cut at the end, nothing shows by itself; whoever kept a head sees it.
        ("delete from audit where number > 9900", &[&*published], "termina en el registro 9900 y se había publicado el 10000"),
        // Written again from the middle with all its hashes, the chain is whole again, and is not the one that was published.
        (rewrite_from_5000, &[&*published], "El registro 10000 no es el que se publicó"),
    ] {
        let answer = tampered(&office, statements, heads);
        assert_eq!(answer.code, 1, "{statements}: {answer:?}");
        assert!(answer.complaint.contains(expected), "{statements}: {answer:?}");
    }
    // What the last two need a head for, they need it for.
    for statements in ["delete from audit where number > 9900", rewrite_from_5000] {
        assert_eq!(tampered(&office, statements, &[]).code, 0, "{statements}");
    }
    assert_eq!(verify(&office, &[&published]).code, 0);
    assert_eq!(verify(&office, &["10000:abc"]).code, 2);
}

#[test]
fn even_the_owner_of_the_database_is_stopped_at_first() {
    let office = Office::with_demonstration(200);
    let _service = office.serve();
    for statement in [
        "update audit set actor = 'x'",
        "delete from audit",
        "truncate audit",
        "insert into audit select number + 7, at, actor, action, ubigeo, object, content, previous, hash from audit limit 1",
    ] {
        let refused = office.try_sql(&office.database(), statement);
        assert!(
            refused.is_err_and(|said| said.contains("audit_")),
            "{statement}"
        );
    }
}

#[test]
fn a_report_carries_the_head_of_its_moment() {
    let office = Office::with_demonstration(200);
    let _service = office.serve();
    let file = office.folder().join("lotes.geojson");
    std::fs::write(&file, catastro_tests::sample("220101", 90, [-76.97, -6.03])).expect("written");
    let report = office
        .ingest(
            &file,
            &["--collection=lotes", "--ubigeo=220101", "--publish"],
        )
        .done()
        .json();
    let number = report["auditoria"]["numero"].as_i64().expect("a number");
    let head = format!(
        "{number}:{}",
        report["auditoria"]["sha256"].as_str().expect("a hash")
    );
    let _ = office.account("jefa", &["jefe_catastro@220101"]);
    assert!(
        verify(&office, &[&head])
            .done()
            .output
            .contains("la cabeza dada está en ella")
    );
    let words = office
        .run([
            "ingest",
            file.to_str().expect("a path"),
            "--collection=lotes",
            "--ubigeo=220101",
        ])
        .done();
    assert!(words.output.contains("Auditoría: "), "{words:?}");
}
