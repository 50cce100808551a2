//! What is written in each table that the service may write: the statements that row security is asked about.

/// Tables of no municipality: what lets somebody in, before anybody knows who they are.
pub const OF_NOBODY: [&str; 4] = ["known_device", "oidc_pending", "session", "sign_in_failure"];

/// Of a municipality, and written by anybody: what citizens observe, and who asks for what is new.
pub const OF_EVERYBODY: [&str; 2] = ["observation", "personal.subscription"];

/// For each table with a municipality: the role that writes it, and statements that write one row of the municipality
/// `PLACE`. `CHANGE` is the number of the next change.
pub const WRITES: [(&str, &str, &[&str]); 32] = [
    ("audit", "jefe_catastro", &[
        "insert into audit select number + 1, at, 'LOGIN', 'prueba', 'PLACE', 'x', '{}', hash, hash
         from audit order by number desc limit 1",
    ]),
    ("change", "jefe_catastro", &[
        "insert into change (number, at, ubigeo, layer, kind, actor, reason)
         values (CHANGE, now(), 'PLACE', 'lotes', 'prueba', 'x', 'x')",
        "update change set counts = '{}' where ubigeo = 'PLACE'",
    ]),
    ("municipality", "jefe_catastro", &[
        "insert into municipality select 'PLACE', name, province, province_code, outline, accuracy_m, source, false
         from municipality limit 1 on conflict do nothing",
    ]),
    ("parcel", "jefe_catastro", LAND),
    ("sector", "jefe_catastro", LAND),
    ("manzana", "jefe_catastro", LAND),
    ("further_layer", "jefe_catastro", &[
        "insert into further_layer select 'postes_luz', ubigeo, 'X-1', valid, recorded, change_from, change_to, content,
             attributes, geom
         from parcel where ubigeo = 'PLACE' limit 1",
    ]),
    ("spatial_unit", "jefe_catastro", &[
        "insert into spatial_unit select layer, ubigeo, 'X-1', valid, recorded, change_from, change_to, content,
             attributes, geom
         from spatial_unit where ubigeo = 'PLACE' and layer = 'lotes' limit 1",
        "update spatial_unit set recorded = tstzrange(lower(recorded), clock_timestamp()), change_to = 1
         where ubigeo = 'PLACE' and layer = 'lotes' and upper_inf(recorded)",
    ]),
    ("zone", "planificador", LAND),
    ("overlay", "planificador", LAND),
    ("road", "planificador", LAND),
    ("plan", "planificador", LAND),
    ("survey", "tecnico_catastro", &[
        "insert into survey (id, ubigeo, layer, received_at, uploaded_by, file_name, file_bytes, file_sha256)
         values (gen_random_uuid(), 'PLACE', 'lotes', now(), 'ACCOUNT', 'x', 1, decode(repeat('00', 32), 'hex'))",
    ]),
    ("job", "tecnico_catastro", &[
        "insert into job (kind, survey) select 'examen', id from survey where ubigeo = 'PLACE'",
        "update job set ended_at = now() where survey in (select id from survey where ubigeo = 'PLACE')",
    ]),
    ("survey_row", "tecnico_catastro", &[
        "insert into survey_row select s.id, 1000, 'X-1', p.content, '{}', p.geom
         from survey s, lateral (select * from parcel limit 1) p where s.ubigeo = 'PLACE'",
        "update survey_row set replaced_by = 2 where survey in (select id from survey where ubigeo = 'PLACE')",
    ]),
    ("survey_finding", "tecnico_catastro", &[
        "insert into survey_finding (survey, comparison, number, rule, severity, message)
         select id, 9, 1, 'traslape', 'error', 'x' from survey where ubigeo = 'PLACE'",
    ]),
    ("survey_change", "tecnico_catastro", &[
        "insert into survey_change select id, 9, 1, 'baja', '{X-1}', '{}', '{}', '{}', 0, 0, 0 from survey
         where ubigeo = 'PLACE'",
    ]),
    ("lineage", "jefe_catastro", &[
        "insert into lineage select max(number), 'lotes', 'PLACE', 'subdivision', 'X-1', 'X-2' from change",
    ]),
    ("norm", "planificador", &[
        "insert into norm (ubigeo, instrument, valid, recorded, change_from, sha256, content)
         select 'PLACE', 'X-1', daterange('2026-01-01', null), tstzrange(now(), null), max(number), sha256('x'), 'x'
         from change",
        "update norm set recorded = tstzrange(lower(recorded), clock_timestamp()), change_to = 1
         where ubigeo = 'PLACE' and upper_inf(recorded)",
    ]),
    ("certificate", "control_urbano", &[
        "insert into certificate (id, ubigeo, kind, two_persons, drafted_by, drafted_at, request, stated, verdict, substance)
         values (gen_random_uuid(), 'PLACE', 'parametros', true, 'ACCOUNT', now(), '{}', '{}', '{}',
             decode(repeat('00', 32), 'hex'))",
        "update certificate set state = 'retirado' where ubigeo = 'PLACE'",
    ]),
    ("certificate_event", "control_urbano", &[
        "insert into certificate_event select id, 1, now(), 'ACCOUNT', 'enviar', 'en_revision', null, substance
         from certificate where ubigeo = 'PLACE'",
    ]),
    ("inspection", "control_urbano", &[
        "insert into inspection (id, ubigeo, place, opened_by, opened_at, subject)
         values (gen_random_uuid(), 'PLACE', st_setsrid(st_makepoint(280000, 9332000), 32718), 'ACCOUNT', now(), 'x')",
        "update inspection set acta = 'x' where ubigeo = 'PLACE'",
    ]),
    ("inspection_event", "control_urbano", &[
        "insert into inspection_event
         select 'INSPECTION', 1, now(), 'ACCOUNT', 'realizar', 'realizada', '{}' where 'PLACE' = '220101'",
    ]),
    ("inspection_evidence", "control_urbano", &[
        "insert into inspection_evidence
         select gen_random_uuid(), 'INSPECTION', 'x', 1, decode(repeat('00', 32), 'hex'), null, null, 'ACCOUNT', now()",
    ]),
    ("plan_draft", "planificador", &[
        "insert into plan_draft (id, ubigeo, name, norm, loaded_by, loaded_at)
         values (gen_random_uuid(), 'PLACE', 'x', '{}', 'ACCOUNT', now())",
        "update plan_draft set state = 'retirado', decided_by = 'ACCOUNT', decided_at = now(), reason = 'x'
         where ubigeo = 'PLACE'",
    ]),
    ("dossier", "planificador", &[
        "insert into dossier (kind, code, version, ubigeo, recorded, account, content)
         values ('plan', 'X-1', 1, 'PLACE', tstzrange(now(), null), 'PLANNER', '{}')",
        "update dossier set recorded = tstzrange(lower(recorded), clock_timestamp())
         where kind = 'plan' and code = 'PRUEBA' and upper_inf(recorded)",
    ]),
    ("figure", "planificador", &[
        "insert into figure (kind, code, measure, period, ubigeo, value, recorded, account)
         values ('indicador', 'X-1', 'valor', '2026', 'PLACE', 1, tstzrange(now(), null), 'PLANNER')",
        "update figure set recorded = tstzrange(lower(recorded), clock_timestamp())
         where kind = 'indicador' and code = 'PRUEBA' and upper_inf(recorded)",
    ]),
    ("attachment", "planificador", &[
        "insert into attachment (id, kind, code, name, about, bytes, sha256, account, at)
         values (gen_random_uuid(), 'plan', 'X-1', 'x', 'x', 1, decode(repeat('00', 32), 'hex'), 'PLANNER', now())",
    ]),
    ("sealed_report", "planificador", &[
        "insert into sealed_report (code, change, known_at, day, payload, protected, signature, key, pdf, pdf_sha256,
             account, at)
         values ('X-1', 1, now(), current_date, '', '', '', 'x', '', sha256(''), 'PLANNER', now())",
    ]),
    // In its own name anybody follows a place; here, in that of the planner.
    ("follow", "planificador", &[
        "insert into follow (id, account, ubigeo, parcel)
         select gen_random_uuid(), 'PLANNER', 'PLACE', 'X-1'",
        "update follow set ended_at = now() where account = 'PLANNER' and ubigeo = 'PLACE'",
    ]),
    ("personal.applicant", "control_urbano", &[
        "insert into personal.applicant select id, 'PLACE', 'x', 'DNI', '0', 'x', now() from certificate
         where ubigeo = 'PLACE'",
    ]),
    ("personal.holder", "tecnico_catastro", &[
        "insert into personal.holder (ubigeo, code, position, full_name, document_kind, document_number, tenure, share,
             recorded, written_by)
         values ('PLACE', 'X-1', 1, 'x', 'DNI', '0', 'x', 1, tstzrange(now(), null), 'x')",
    ]),
];

/// The inspection of [`HOME`](crate::town::HOME) in the statements above.
pub const INSPECTION: &str = "00000000-0000-4000-8000-000000000001";

const LAND: &[&str] = &[
    "insert into TABLE select layer, ubigeo, 'X-1', valid, recorded, change_from, change_to, content, attributes, geom
     from TABLE where ubigeo = 'PLACE' limit 1",
    "update TABLE set recorded = tstzrange(lower(recorded), clock_timestamp()), change_to = 1
     where ubigeo = 'PLACE' and upper_inf(recorded)",
];

/// A statement with its names filled in.
pub fn fill(statement: &str, pairs: &[(&str, &str)]) -> String {
    pairs
        .iter()
        .fold(statement.to_owned(), |text, (name, value)| {
            text.replace(name, value)
        })
}
