//! What a check forgotten in the program could not do: the database itself refuses another municipality's rows.
//!
//! Every table that the service may write is asked, as the catalogue of the database has them; its statements are in
//! `tests/src/writes.rs`.

use catastro_tests::{
    town::{ELSEWHERE, HOME, Town, attempt, login, town},
    writes::{INSPECTION, OF_EVERYBODY, OF_NOBODY, WRITES, fill},
};

#[test]
fn no_row_of_another_municipality_is_written() {
    let town = town();
    let change = town.office.sql("select max(number) + 1 from change")[0].clone();
    for (table, writer, statements) in WRITES {
        for statement in statements {
            let of = |login: &str, place: &str| {
                let account = &town.ids[login];
                let statement = fill(
                    statement,
                    &[
                        ("TABLE", table),
                        ("PLACE", place),
                        ("CHANGE", &change),
                        ("ACCOUNT", account),
                        ("LOGIN", login),
                        ("INSPECTION", INSPECTION),
                        ("PLANNER", &town.ids["planificador"]),
                    ],
                );
                (attempt(&town.office, account, &statement), statement)
            };
            // Its own place: it is written, or at least row security has nothing against it.
            let own = if writer == "planificador" { "" } else { HOME };
            let (done, said) = of(&login(writer, own), HOME);
            assert!(
                done.as_ref()
                    .is_ok_and(|rows| *rows > 0 || table == "municipality"),
                "{table}: {said}: {done:?}"
            );
            // The same by everybody else.
            for login in town.ids.keys() {
                let is_writer = *login == self::login(writer, own);
                let may_record = table == "audit" && !login.ends_with(ELSEWHERE);
                let may_number =
                    table == "change" && (login.ends_with(HOME) || login == "planificador");
                let may_register = table == "municipality" && login == "planificador";
                // Who decides may have to compare again what they approve.
                let may_compare = ["job", "survey_row", "survey_finding", "survey_change"]
                    .contains(&table)
                    && *login == format!("jefe.catastro{HOME}");
                let may_hold =
                    table == "personal.holder" && *login == format!("jefe.catastro{HOME}");
                // A technician drafts what an officer issues, and does not take back what an officer drafted.
                let may_draft = ["certificate", "certificate_event", "personal.applicant"]
                    .contains(&table)
                    && said.trim_start().starts_with("insert")
                    && *login == format!("tecnico.catastro{HOME}");
                if is_writer
                    || may_draft
                    || may_record
                    || may_number
                    || may_register
                    || may_hold
                    || may_compare
                    || login.ends_with("demo")
                {
                    continue;
                }
                let (done, said) = of(login, HOME);
                let refused = match done {
                    // Row security hides what may not be updated.
                    Ok(rows) => rows == 0 && said.trim_start().starts_with("update"),
                    Err(error) => error.contains("42501"),
                };
                assert!(refused, "{login} wrote {table}: {said}");
            }
            // And by nobody at all.
            let nobody = fill(
                statement,
                &[
                    ("TABLE", table),
                    ("PLACE", HOME),
                    ("CHANGE", &change),
                    ("ACCOUNT", &town.ids["comite"]),
                    ("LOGIN", "comite"),
                    ("INSPECTION", INSPECTION),
                    ("PLANNER", &town.ids["planificador"]),
                ],
            );
            assert!(
                attempt(&town.office, "", &nobody)
                    .map_or_else(|error| error.contains("42501"), |rows| rows == 0),
                "nobody wrote {table}"
            );
        }
    }
}

/// A series is its author's, and published by another: in the database too.
#[test]
fn partners_write_their_own_series_and_publish_none() {
    let mut town = town();
    for (login, roles) in [
        ("otro.aliado", &["aliado"][..]),
        ("ambos", &["aliado", "planificador"]),
    ] {
        let _ = town.office.account(login, roles);
        let id = town
            .office
            .sql(&format!("select id from account where login = '{login}'"));
        town.ids.insert(login.to_owned(), id[0].clone());
    }
    town.office.sql(
        "insert into dossier (kind, code, version, recorded, account, content)
         select 'serie', case login when 'aliado' then 'suya' else 'de-ambos' end, 1,
             tstzrange(now() - interval '1 hour', null), id, '{\"estado\": \"ofrecida\"}'
         from account where login in ('aliado', 'ambos')",
    );
    let version = |code: &str, number: u32, state: &str, login: &str| {
        format!(
            "insert into dossier (kind, code, version, recorded, account, content) values ('serie', '{code}', {number},
             tstzrange(clock_timestamp(), clock_timestamp() + interval '1 hour'), '{}', '{{\"estado\": \"{state}\"}}')",
            town.ids[login]
        )
    };
    let figure = |code: &str, login: &str| {
        format!(
            "insert into figure (kind, code, measure, period, value, recorded, account)
             values ('serie', '{code}', 'valor', '2026', 1, tstzrange(now(), null), '{}')",
            town.ids[login]
        )
    };
    let close = "update dossier set recorded = tstzrange(lower(recorded), clock_timestamp())
         where kind = 'serie' and code = 'suya' and upper_inf(recorded)"
        .to_owned();
    for (login, statement, may) in [
        ("aliado", version("suya", 2, "ofrecida", "aliado"), true),
        ("aliado", version("suya", 2, "retirada", "aliado"), true),
        ("aliado", version("suya", 2, "publicada", "aliado"), false),
        (
            "aliado",
            version("nueva-1", 1, "publicada", "aliado"),
            false,
        ),
        ("aliado", version("nueva-1", 1, "ofrecida", "aliado"), true),
        (
            "aliado",
            version("nueva-1", 1, "ofrecida", "otro.aliado"),
            false,
        ),
        (
            "otro.aliado",
            version("suya", 2, "ofrecida", "otro.aliado"),
            false,
        ),
        (
            "planificador",
            version("suya", 2, "publicada", "planificador"),
            true,
        ),
        ("ambos", version("suya", 2, "publicada", "ambos"), true),
        ("ambos", version("de-ambos", 2, "publicada", "ambos"), false),
        ("comite", version("suya", 2, "observada", "comite"), false),
        ("aliado", figure("suya", "aliado"), true),
        ("otro.aliado", figure("suya", "otro.aliado"), false),
        ("aliado", close.clone(), true),
        ("otro.aliado", close, false),
    ] {
        let done = attempt(&town.office, &town.ids[login], &statement);
        let written = match &done {
            Ok(rows) => *rows > 0,
            Err(error) => {
                assert!(error.contains("42501"), "{login}: {statement}: {error}");
                false
            }
        };
        assert_eq!(written, may, "{login}: {statement}: {done:?}");
    }
}

#[test]
fn every_table_that_the_service_writes_is_guarded() {
    let town = town();
    let writable = town.office.sql(
        "select case n.nspname when 'public' then c.relname else n.nspname || '.' || c.relname end, c.relrowsecurity,
             exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'ubigeo' and not a.attisdropped)
         from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where c.relkind in ('r', 'p') and n.nspname in ('public', 'personal')
             and (has_table_privilege('catastro_servicio', c.oid, 'insert, delete, truncate')
                 or has_any_column_privilege('catastro_servicio', c.oid, 'insert, update'))
         order by 1",
    );
    assert!(writable.len() > 15, "{writable:?}");
    for line in writable {
        let mut parts = line.split('|');
        let mut part = || parts.next().unwrap_or_default();
        let (table, guarded, municipal) = (part(), part(), part());
        assert_eq!(guarded == "f", OF_NOBODY.contains(&table), "{table}");
        if municipal == "t" && table != "account_role" && !OF_EVERYBODY.contains(&table) {
            assert!(
                WRITES.iter().any(|(known, ..)| *known == table),
                "{table} has no statements here"
            );
        }
    }
    let deletable = town.office.sql(
        "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where n.nspname in ('public', 'personal') and c.relkind in ('r', 'p')
             and has_table_privilege('catastro_servicio', c.oid, 'delete, truncate') order by 1",
    );
    // Nothing that anybody would miss is ever deleted. Addresses of mail go when they are of no more use.
    assert_eq!(
        deletable,
        [
            "account_role",
            "known_device",
            "observer",
            "oidc_pending",
            // Copies of layers of others that a newer one has replaced.
            "outside_feature",
            "session",
            "sign_in_failure",
            "subscription"
        ]
    );
    let owned = town
        .office
        .sql("select count(*) from pg_class where relowner = 'catastro_servicio'::regrole");
    assert_eq!(owned, ["0"]);
    let powers = town.office.sql(
        "select rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolreplication from pg_roles where rolname = 'catastro_servicio'",
    );
    assert_eq!(powers, ["f|f|f|f|f"]);
}

#[test]
fn the_record_is_not_changed_and_roles_are_not_taken() {
    let town = town();
    let chief = &town.ids[&login("jefe_catastro", HOME)];
    let administrator = &town.ids["administrador"];
    for statement in [
        "update audit set actor = 'otro'",
        "delete from audit",
        "update change set reason = 'otra'",
        "delete from spatial_unit",
        "update parcel set attributes = '{}'",
        "delete from account",
        "update account set login = 'otro'",
        "delete from survey",
        "delete from survey_row",
        "update survey_row set attributes = '{}'",
        "update survey set uploaded_by = decided_by",
        "update personal.holder set full_name = 'x'",
        "delete from certificate",
        "update certificate set drafted_by = issued_by",
        "update certificate_event set reason = 'x'",
        "update personal.applicant set full_name = 'x'",
        "update signing_key set retired_at = now()",
        "insert into signing_key (id, public_key, valid_from) values ('x', '', now())",
        "delete from inspection",
        "delete from observation",
        "update observation set words = 'otras palabras'",
        "update inspection_evidence set sha256 = ''",
        "update harvest set failure = 'x'",
        "delete from harvest",
        "update outside_feature set fid = 'x'",
        "insert into harvest values ('no-hay', 1, now(), now(), 'bien', null, 0, 0, null, false)",
        "insert into outside_feature values ('no-hay', 1, 1, 'x', '{}', st_setsrid(st_makepoint(1, 1), 32718))",
    ] {
        let refused = attempt(&town.office, chief, statement);
        assert!(
            refused.is_err_and(|error| error.contains("42501")),
            "{statement}"
        );
    }
    // Nobody gives roles to themselves, the administrator neither.
    for account in [chief, administrator] {
        let grant = format!(
            "insert into account_role values ('{account}', 'jefe_catastro', '{ELSEWHERE}')"
        );
        let refused = attempt(&town.office, account, &grant);
        assert!(
            refused.is_err_and(|error| error.contains("42501")),
            "{grant}"
        );
    }
    // Nobody signs a record as somebody else.
    let forged = "insert into audit select number + 1, at, 'administrador', 'prueba', null, 'x', '{}', hash, hash
         from audit order by number desc limit 1";
    assert!(attempt(&town.office, chief, forged).is_err_and(|error| error.contains("42501")));
    // Names are not read from another place, nor by who has no business with them.
    let _ = town.office.sql(
        "insert into personal.holder values ('220101', 'X-1', 1, 'María', 'DNI', '01234567', 'propietario', 1, tstzrange(now(), null), 'x')",
    );
    let read = "select * from personal.holder";
    let seen = |login: &str| {
        let statements = format!(
            "begin; do $$ begin perform set_config('catastro.account', '{}', true); end $$; {read}; rollback",
            town.ids[login]
        );
        town.office
            .try_sql(&town.office.database_for_service(), &statements)
            .map(|rows| rows.len())
    };
    assert_eq!(seen(&login("jefe_catastro", HOME)), Ok(1));
    for stranger in [
        "administrador",
        "comite",
        "planificador",
        &login("jefe_catastro", ELSEWHERE),
        &login("control_urbano", HOME),
    ] {
        assert_eq!(seen(stranger), Ok(0), "{stranger}");
    }
    // Addresses of mail are the service's own: no account reads one, and none writes one.
    town.office.sql(
        "insert into personal.subscription (id, address) values (gen_random_uuid(), 'ana@ejemplo.pe')",
    );
    let of_mail = |account: &str| {
        let statements = format!(
            "begin; do $$ begin perform set_config('catastro.account', '{account}', true); end $$;
             select address from personal.subscription; rollback"
        );
        town.office
            .try_sql(&town.office.database_for_service(), &statements)
    };
    assert_eq!(of_mail(""), Ok(vec!["ana@ejemplo.pe".to_owned()]));
    for (login, account) in &town.ids {
        assert_eq!(of_mail(account), Ok(Vec::new()), "{login}");
        for statement in [
            "insert into personal.subscription (id, address) values (gen_random_uuid(), 'b@ejemplo.pe')",
            "insert into personal.observer (observation, address) select id, 'b@ejemplo.pe' from observation limit 1",
        ] {
            let refused = attempt(&town.office, account, statement);
            assert!(
                refused.is_err_and(|error| error.contains("42501")),
                "{login}: {statement}"
            );
        }
    }
    check_account_out_of_use(&town);
}

/// An account out of use writes nothing, whatever is still open.
fn check_account_out_of_use(town: &Town) {
    let chief = &town.ids[&login("jefe_catastro", HOME)];
    let _ = town
        .office
        .run(["user", "disable", &login("jefe_catastro", HOME)])
        .done();
    let late =
        "update parcel set change_to = 1, recorded = tstzrange(lower(recorded), clock_timestamp())
         where ubigeo = '220101' and upper_inf(recorded)";
    assert_eq!(attempt(&town.office, chief, late), Ok(0));
}
