-- The work on a survey: what waits for a worker, what its file brought, what was found in it, what it changes; and how
-- parcels come from each other.

alter table survey
    -- Nobody where the operator of the server brought it.
    alter column uploaded_by drop not null,
    -- How the file is read and judged: the reference systems that were tried, and how well each fits.
    add column reference jsonb,
    -- Whether the file is the whole of each block that it brings something of: what is missing is then retired.
    add column scope text not null default 'parcial' check (scope in ('parcial', 'manzanas')),
    add column file_layer text,
    -- The last change of the land that the survey was compared with, and how often it was compared.
    add column compared_to bigint,
    add column comparison int not null default 0,
    drop constraint survey_state_known,
    add constraint survey_state_known check (state in
        ('recibido', 'en_proceso', 'observado', 'conforme', 'aprobado', 'rechazado', 'publicado')),
    -- What the operator brings is published by one person, and the record says so.
    drop constraint survey_published_by_decision,
    add constraint survey_published_by_decision check (
        state <> 'publicado' or uploaded_by is null or decision is not distinct from 'aprobar');
grant update (reference, source_crs, compared_to, comparison) on survey to catastro_servicio;
-- The operator's name is in the audit trail; a survey of nobody's is not one that the service may bring.
comment on column survey.uploaded_by is 'Nobody where the operator of the server brought it.';

-- Jobs survive a restart. Who works on one holds its advisory lock: a worker that dies lets go of it at once.
create table job (
    id         bigint generated always as identity primary key,
    kind       text not null,
    survey     uuid not null references survey,
    asked_at   timestamptz not null default clock_timestamp(),
    run_after  timestamptz not null default clock_timestamp(),
    ended_at   timestamptz,
    constraint job_known check (kind in ('examen'))
);
create index job_waiting on job (run_after) where ended_at is null;
comment on table job is 'Work to be done apart. Its attempts are its history.';

create table job_attempt (
    job        bigint not null references job,
    number     int not null check (number > 0),
    started_at timestamptz not null default clock_timestamp(),
    ended_at   timestamptz,
    -- `hecho`, `fallido`; nothing while it runs, or for good where the worker died.
    outcome    text check (outcome in ('hecho', 'fallido')),
    reason     text,
    primary key (job, number)
);
comment on table job_attempt is 'Each attempt at a job: when, and why it failed.';

-- Rows that the file brought and that can be published, in the official projection.
create table survey_row (
    survey     uuid not null references survey,
    row        bigint not null check (row > 0),
    code       text collate "C" not null,
    content    uuid not null,
    attributes jsonb not null,
    geom       geometry(Geometry, 32718) not null,
    -- The change that opened the version on which the row is based, where it comes back from a package.
    base       bigint,
    primary key (survey, row)
);
comment on table survey_row is 'What a survey brings, before anybody decides on it.';

-- What was found and what would change. A survey that is compared again gets a new set; the old ones stay.
create table survey_finding (
    survey     uuid not null references survey,
    comparison int not null,
    number     int not null,
    rule       text not null,
    severity   text not null,
    row        bigint,
    code       text collate "C",
    others     text[] not null default '{}',
    message    text not null,
    point      geometry(Point, 32718),
    fault      geometry(Geometry, 32718),
    repair     geometry(Geometry, 32718),
    primary key (survey, comparison, number)
);
comment on table survey_finding is 'A fault in a survey: the rule, the parcels, the place, and a repair that somebody may apply.';

create table survey_change (
    survey       uuid not null references survey,
    comparison   int not null,
    number       int not null,
    kind         text not null,
    parents      text[] not null,
    children     text[] not null,
    rows         bigint[] not null,
    -- What of it changed, of a `modificacion`: `geometria`, `atributos`, `codigo`.
    aspects      text[] not null,
    displaced_m  double precision not null,
    area_before_m2 double precision not null,
    area_after_m2 double precision not null,
    -- A row of it has an error: all of it stays out, or none.
    spoiled      boolean not null default false,
    primary key (survey, comparison, number),
    constraint survey_change_known check (kind in
        ('alta', 'baja', 'modificacion', 'subdivision', 'acumulacion', 'reajuste'))
);
comment on table survey_change is 'What a survey changes of what was in force when it was compared.';

-- LADM: the versions of a spatial unit that come from others, by the act that made them so.
create table lineage (
    change    bigint not null references change,
    layer     text collate "C" not null,
    ubigeo    text collate "C" not null references municipality,
    operation text not null,
    parent    text collate "C" not null,
    child     text collate "C" not null,
    primary key (change, parent, child)
);
create index lineage_up on lineage (child);
create index lineage_down on lineage (parent);
comment on table lineage is 'Which parcel came from which, by which operation and which change.';

grant select, insert on job, job_attempt, survey_row, survey_finding, survey_change, lineage to catastro_servicio;
grant update (run_after, ended_at) on job to catastro_servicio;
grant update (ended_at, outcome, reason) on job_attempt to catastro_servicio;

-- Who may write the work on a survey: who uploaded it, and who decides in its place (an approval compares again).
create function surveys_at_hand() returns setof uuid stable language sql as $$
    select id from survey
    where uploaded_by = (select acting_account())
        or case when layer in ('zonificacion', 'restricciones', 'vias', 'planes')
            then (select acts_everywhere('{planificador}'))
            else ubigeo = any ((select places_of('{jefe_catastro}'))::text[]) end
$$;

do $$
declare
    one text;
begin
    foreach one in array array['job', 'survey_row', 'survey_finding', 'survey_change']
    loop
        execute format('alter table %I enable row level security', one);
        execute format('create policy read_by_service on %I for select to catastro_servicio using (true)', one);
        execute format('create policy work_on_own on %I for insert to catastro_servicio
            with check (survey in (select surveys_at_hand()))', one);
    end loop;
end
$$;
create policy end_own on job for update to catastro_servicio using (survey in (select surveys_at_hand()));
alter table job_attempt enable row level security;
create policy read_by_service on job_attempt for select to catastro_servicio using (true);
create policy work_on_own on job_attempt for insert to catastro_servicio
    with check (job in (select id from job where survey in (select surveys_at_hand())));
create policy end_own on job_attempt for update to catastro_servicio
    using (job in (select id from job where survey in (select surveys_at_hand())));

-- Lineage is written with the land.
alter table lineage enable row level security;
create policy read_by_all on lineage for select using (true);
create policy write_own_land on lineage for insert to catastro_servicio with check (
    case when layer in ('zonificacion', 'restricciones', 'vias', 'planes')
        then (select acts_everywhere('{planificador}'))
        else ubigeo = any ((select places_of('{jefe_catastro}'))::text[]) end);
