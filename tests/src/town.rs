//! Two municipalities with an account of each role and a row of what each writes, for what the database itself allows.

use std::collections::BTreeMap;

use crate::{Office, Service};

/// The municipality that is asked about.
pub const HOME: &str = "220101";

/// The other one.
pub const ELSEWHERE: &str = "220102";

/// The accounts of both municipalities and of the Institute, and the database that they write.
pub struct Town {
    /// Its database.
    pub office: Office,
    _service: Service,
    /// Login to id.
    pub ids: BTreeMap<String, String>,
}

/// Both municipalities, with something of each to write.
pub fn town() -> Town {
    let office = Office::with_demonstration(1_000);
    let service = office.serve();
    for place in [HOME, ELSEWHERE] {
        for role in ["jefe_catastro", "tecnico_catastro", "control_urbano"] {
            let _ = office.account(&login(role, place), &[&format!("{role}@{place}")]);
        }
    }
    for role in ["planificador", "comite", "administrador", "aliado"] {
        let _ = office.account(&login(role, ""), &[role]);
    }
    // A survey of each place, by its technician, with a job.
    for place in [HOME, ELSEWHERE] {
        office.sql(&format!(
            "insert into survey (id, ubigeo, layer, received_at, uploaded_by, file_name, file_bytes, file_sha256)
             select gen_random_uuid(), '{place}', 'lotes', now(), id, 'x', 1, decode(repeat('00', 32), 'hex')
             from account where login = 'tecnico.catastro{place}'"
        ));
    }
    // And an edition with a feature.
    for place in [HOME, ELSEWHERE] {
        office.sql(&format!(
            "insert into survey (id, ubigeo, layer, received_at, uploaded_by, file_name, file_bytes, file_sha256, edition)
             select gen_random_uuid(), '{place}', 'lotes', now(), id, 'x', 1, decode(repeat('00', 32), 'hex'), true
             from account where login = 'tecnico.catastro{place}'"
        ));
    }
    office.sql(
        "insert into survey_row (survey, row, code, content, attributes, geom)
         select s.id, 1, 'X-2', p.content, '{}', p.geom
         from survey s, lateral (select * from parcel limit 1) p where s.edition",
    );
    // What the Institute keeps.
    office.sql(&format!(
        "insert into dossier (kind, code, version, ubigeo, recorded, content)
             values ('plan', 'PRUEBA', 1, '{HOME}', tstzrange(now() - interval '1 hour', null), '{{}}');
         insert into figure (kind, code, measure, period, ubigeo, value, recorded)
             values ('indicador', 'PRUEBA', 'valor', '2026', '{HOME}', 1, tstzrange(now() - interval '1 hour', null))"
    ));
    // A draft of a plan, and a place that the planner follows.
    office.sql(&format!(
        "insert into plan_draft (id, ubigeo, name, norm, loaded_by, loaded_at)
         select gen_random_uuid(), '{HOME}', 'x', '{{}}', id, now() from account where login = 'planificador'"
    ));
    office.sql(&format!(
        "insert into follow (id, account, ubigeo, parcel)
         select gen_random_uuid(), id, '{HOME}', 'X-1' from account where login = 'planificador'"
    ));
    // And a draft of a certificate, and an inspection.
    for (place, number) in [(HOME, 1), (ELSEWHERE, 2)] {
        office.sql(&format!(
            "insert into inspection (id, ubigeo, place, opened_by, opened_at, subject)
             select '00000000-0000-4000-8000-00000000000{number}', '{place}',
                 st_setsrid(st_makepoint(280000, 9332000), 32718), id, now(), 'x'
             from account where login = 'control.urbano{place}'"
        ));
        office.sql(&format!(
            "insert into certificate
                 (id, ubigeo, kind, two_persons, drafted_by, drafted_at, request, stated, verdict, substance)
             select gen_random_uuid(), '{place}', 'parametros', true, id, now(), '{{}}', '{{}}', '{{}}',
                 decode(repeat('00', 32), 'hex')
             from account where login = 'control.urbano{place}'"
        ));
    }
    office.sql(
        "insert into job (kind, survey, run_after) select 'examen', id, 'infinity' from survey",
    );
    let ids = office
        .sql("select login || '=' || id from account")
        .iter()
        .filter_map(|line| line.split_once('='))
        .map(|(login, id)| (login.to_owned(), id.to_owned()))
        .collect();
    Town {
        office,
        _service: service,
        ids,
    }
}

/// The login of a role at a place; of the whole province where that is empty.
pub fn login(role: &str, place: &str) -> String {
    format!("{}{place}", role.replace('_', "."))
}

/// Runs a statement as the service acting for an account, and takes it back. Gives how many rows it wrote.
pub fn attempt(office: &Office, account: &str, statement: &str) -> Result<u64, String> {
    let rows = office.try_sql(
        &office.database_for_service(),
        &format!(
            "begin; do $$ begin perform set_config('catastro.account', '{account}', true); end $$;
             with written as ({statement} returning 1) select count(*) from written; rollback"
        ),
    )?;
    Ok(rows
        .last()
        .and_then(|count| count.parse().ok())
        .unwrap_or_default())
}
