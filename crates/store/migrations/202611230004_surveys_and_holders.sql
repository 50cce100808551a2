-- Surveys on their way to two persons, and who holds a parcel, apart from all that is public.

create table survey (
    id               uuid primary key,
    ubigeo           text collate "C" not null check (ubigeo ~ '^[0-9]{6}$'),
    layer            text collate "C" not null,
    received_at      timestamptz not null,
    uploaded_by      uuid not null references account,
    file_name        text not null,
    file_bytes       bigint not null check (file_bytes >= 0),
    file_sha256      bytea not null check (length(file_sha256) = 32),
    source_crs       text,
    profile          text,
    state            text not null default 'recibido',
    -- What was found, in the shape of surface; or why the file was refused whole, as a problem document.
    report           jsonb,
    problem          jsonb,
    decided_by       uuid references account,
    decided_at       timestamptz,
    decision         text check (decision in ('aprobar', 'observar', 'rechazar')),
    reason           text,
    -- Rules whose findings were overridden, each with its reason.
    exceptions       jsonb not null default '[]',
    change           bigint references change,
    constraint survey_state_known check (state in
        ('recibido', 'observado', 'conforme', 'rechazado', 'publicado')),
    constraint survey_decided_by_another check (decided_by <> uploaded_by),
    constraint survey_decided_whole check (
        num_nulls(decided_by, decided_at, decision, reason) in (0, 4)),
    constraint survey_published_by_decision check ((state = 'publicado') <= (decision is not distinct from 'aprobar'))
);
create index survey_of_place on survey (ubigeo, received_at desc);
create index survey_waiting on survey (received_at) where state = 'recibido';
comment on table survey is 'Uploaded surveys. The file itself lies in the data folder, under the id.';

grant select, insert on survey to catastro_servicio;
grant update (state, report, problem, decided_by, decided_at, decision, reason, exceptions, change)
    on survey to catastro_servicio;
alter table survey enable row level security;
-- Not for the public, but the service itself must find what waits after a restart; the program asks who may read.
create policy read_by_service on survey for select to catastro_servicio using (true);
create policy upload_own on survey for insert to catastro_servicio with check (
    uploaded_by = (select acting_account())
    and case when layer in ('zonificacion', 'restricciones', 'vias', 'planes')
        then (select acts_everywhere('{planificador}'))
        else ubigeo = any ((select places_of('{tecnico_catastro}'))::text[]) end);
-- Who uploaded writes what was found; who decides signs with their own account.
create policy examine_own on survey for update to catastro_servicio
    using (uploaded_by = (select acting_account()))
    with check (uploaded_by = (select acting_account()) and decided_by is null);
create policy decide_on_another on survey for update to catastro_servicio
    using (case when layer in ('zonificacion', 'restricciones', 'vias', 'planes')
        then (select acts_everywhere('{planificador}'))
        else ubigeo = any ((select places_of('{jefe_catastro}'))::text[]) end)
    with check (decided_by = (select acting_account())
        and case when layer in ('zonificacion', 'restricciones', 'vias', 'planes')
            then (select acts_everywhere('{planificador}'))
            else ubigeo = any ((select places_of('{jefe_catastro}'))::text[]) end);

-- Ley 29733: in a schema of its own, read only by role and purpose, each reading recorded.
create schema personal;
create table personal.holder (
    ubigeo          text collate "C" not null references municipality,
    code            text collate "C" not null,
    position        int not null,
    full_name       text not null,
    document_kind   text not null,
    document_number text not null,
    -- LADM: LA_Right, and the share in it.
    tenure          text not null,
    share           double precision not null check (share > 0 and share <= 1),
    recorded        tstzrange not null check (not isempty(recorded)),
    written_by      text not null,
    constraint holder_once_in_time exclude using gist (ubigeo with =, code with =, position with =, recorded with &&)
);
comment on table personal.holder is 'Who holds a parcel (LA_Party, LA_Right). Closed and followed by the next, never changed.';

grant usage on schema personal to catastro_servicio;
grant select, insert, update (recorded) on personal.holder to catastro_servicio;
alter table personal.holder enable row level security;
create policy staff_of_the_place_read on personal.holder for select to catastro_servicio
    using (ubigeo = any ((select places_of('{tecnico_catastro, jefe_catastro}'))::text[]));
create policy staff_of_the_place_write on personal.holder for insert to catastro_servicio
    with check (ubigeo = any ((select places_of('{tecnico_catastro, jefe_catastro}'))::text[]));
create policy staff_of_the_place_close on personal.holder for update to catastro_servicio
    using (ubigeo = any ((select places_of('{tecnico_catastro, jefe_catastro}'))::text[]));
