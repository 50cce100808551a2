-- What the Institute keeps besides the land: dossiers, figures by period, their papers; and the one way in which a stored
-- question reads all of it as of a day.

alter table account_role drop constraint account_role_known;
alter table account_role add constraint account_role_known check (role in
    ('tecnico_catastro', 'jefe_catastro', 'control_urbano', 'planificador', 'comite', 'administrador', 'aliado'));

-- Projects of investment, and networks and works of services, are layers too, and the planners'.
-- Their surveys too are uploaded and decided on by planners.
create function is_of_a_plan(layer text) returns boolean immutable language sql as $$
    select layer in ('zonificacion', 'restricciones', 'vias', 'planes', 'inversiones', 'servicios')
$$;
do $$
declare
    one text;
begin
    foreach one in array array['spatial_unit', 'further_layer']
    loop
        execute format('drop policy write_own_land on %I', one);
        execute format('drop policy close_own_land on %I', one);
        execute format(
            'create policy write_own_land on %I for insert to catastro_servicio with check (
                case when is_of_a_plan(layer)
                    then (select acts_everywhere(''{planificador}''))
                    else ubigeo = any ((select places_of(''{jefe_catastro}''))::text[]) end)', one);
        execute format(
            'create policy close_own_land on %I for update to catastro_servicio using (
                case when is_of_a_plan(layer)
                    then (select acts_everywhere(''{planificador}''))
                    else ubigeo = any ((select places_of(''{jefe_catastro}''))::text[]) end)', one);
    end loop;
end
$$;
drop policy upload_own on survey;
create policy upload_own on survey for insert to catastro_servicio with check (
    uploaded_by = (select acting_account())
    and case when is_of_a_plan(layer) then (select acts_everywhere('{planificador}'))
        else ubigeo = any ((select places_of('{tecnico_catastro}'))::text[]) end);
drop policy decide_on_another on survey;
create policy decide_on_another on survey for update to catastro_servicio
    using (case when is_of_a_plan(layer) then (select acts_everywhere('{planificador}'))
        else ubigeo = any ((select places_of('{jefe_catastro}'))::text[]) end)
    with check (decided_by = (select acting_account())
        and case when is_of_a_plan(layer) then (select acts_everywhere('{planificador}'))
            else ubigeo = any ((select places_of('{jefe_catastro}'))::text[]) end);
create or replace function surveys_at_hand() returns setof uuid stable language sql as $$
    select id from survey
    where uploaded_by = (select acting_account())
        or case when is_of_a_plan(layer) then (select acts_everywhere('{planificador}'))
            else ubigeo = any ((select places_of('{jefe_catastro}'))::text[]) end
$$;
drop policy write_own_land on lineage;
create policy write_own_land on lineage for insert to catastro_servicio with check (
    case when is_of_a_plan(layer) then (select acts_everywhere('{planificador}'))
        else ubigeo = any ((select places_of('{jefe_catastro}'))::text[]) end);
comment on table further_layer is
    'Projects of investment, services, and any further layer that an ingest registers.';

create table dossier (
    kind     text collate "C" not null,
    -- What people know it by.
    code     text collate "C" not null check (code ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$'),
    version  int not null check (version > 0),
    -- None for what is the province's.
    ubigeo   text collate "C" references municipality,
    recorded tstzrange not null,
    -- Who wrote this version; none for the console.
    account  uuid references account,
    content  jsonb not null check (jsonb_typeof(content) = 'object'),
    primary key (kind, code, version),
    constraint dossier_kind_known check (kind in
        ('plan', 'proyecto_catastral', 'indicador', 'informe', 'serie', 'sesion', 'acuerdo', 'fuente')),
    constraint dossier_recorded_some_time check (not isempty(recorded) and not lower_inf(recorded))
);
create unique index dossier_in_force on dossier (kind, code) where upper_inf(recorded);
comment on table dossier is
    'Plans, indicators, reports, sessions… version by version. A version is closed and followed by the next, never changed.';

create table figure (
    id       bigint generated always as identity primary key,
    kind     text collate "C" not null,
    code     text collate "C" not null,
    measure  text collate "C" not null,
    -- 2026, 2026-S1, 2026-T3, 2026-09.
    period   text collate "C" not null check (period ~ '^[0-9]{4}(-(S[12]|T[1-4]|0[1-9]|1[0-2]))?$'),
    ubigeo   text collate "C" references municipality,
    value    double precision not null
        check (value not in ('NaN', 'Infinity', '-Infinity')),
    recorded tstzrange not null,
    account  uuid references account,
    -- Evidence, note, digest of the stored question, version of the data.
    content  jsonb not null default '{}' check (jsonb_typeof(content) = 'object'),
    constraint figure_kind_known check (kind in
        ('inversion', 'indicador', 'serie', 'proyecto_catastral', 'aporte')),
    constraint figure_recorded_some_time check (not isempty(recorded) and not lower_inf(recorded))
);
create unique index figure_in_force on figure (kind, code, measure, period, coalesce(ubigeo, '')) where upper_inf(recorded);
create index figure_closed on figure (kind, code) where not upper_inf(recorded);
comment on table figure is
    'A number of something in a period: progress, value of an indicator, money agreed and paid. Corrected by the next, never changed.';

-- A version of either is closed, never changed and never deleted.
create function only_closes() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and upper_inf(old.recorded) and not upper_inf(new.recorded)
        and lower(new.recorded) = lower(old.recorded)
        and to_jsonb(new) - 'recorded' = to_jsonb(old) - 'recorded' then
        return new;
    end if;
    raise exception using errcode = 'restrict_violation', constraint = 'only_closes',
        message = format('a version in %s would be lost', tg_table_name);
end
$$;

create table attachment (
    id     uuid primary key,
    -- What it belongs to.
    kind   text collate "C" not null,
    code   text collate "C" not null,
    name   text not null check (length(name) between 1 and 200),
    -- What it is: an ordinance, an act, evidence of a figure.
    about  text not null check (length(about) between 1 and 200),
    bytes  bigint not null check (bytes > 0),
    sha256 bytea not null check (length(sha256) = 32),
    account uuid references account,
    at     timestamptz not null
);
create index attachment_of on attachment (kind, code, at);
comment on table attachment is 'Papers of a dossier, public. The file itself lies in the data folder, under the id.';

-- A report as it was signed. Its bytes are what is shown ever after.
create table sealed_report (
    code       text collate "C" primary key,
    -- What its figures were computed from.
    change     bigint not null,
    known_at   timestamptz not null,
    day        date not null,
    payload    text not null,
    protected  text not null,
    signature  bytea not null,
    key        text not null,
    pdf        bytea not null,
    pdf_sha256 bytea not null check (pdf_sha256 = sha256(pdf)),
    account    uuid references account,
    at         timestamptz not null
);
comment on table sealed_report is 'Signed reports, to the byte. Only ever grows.';

do $$
declare
    one text;
begin
    foreach one in array array['dossier', 'figure']
    loop
        execute format('create trigger only_closes before update or delete on %I for each row execute function only_closes()', one);
        execute format('create trigger only_grows before truncate on %I for each statement execute function only_grows()', one);
    end loop;
    foreach one in array array['attachment', 'sealed_report']
    loop
        execute format('create trigger only_grows before update or delete or truncate on %I
            for each statement execute function only_grows()', one);
    end loop;
end
$$;

grant select, insert on dossier, figure, attachment, sealed_report to catastro_servicio;
grant update (recorded) on dossier, figure to catastro_servicio;

-- The Institute writes; a partner only series, and only those under its own name.
do $$
declare
    one text;
begin
    foreach one in array array['dossier', 'figure', 'attachment']
    loop
        execute format('alter table %I enable row level security', one);
        execute format('create policy read_by_all on %I for select using (true)', one);
        execute format('create policy written_by_institute on %I for insert to catastro_servicio
            with check (account = (select acting_account()) and (select acts_everywhere(''{planificador}'')))', one);
        execute format('create policy offered_by_partners on %I for insert to catastro_servicio
            with check (account = (select acting_account()) and kind = ''serie'' and (select acts_everywhere(''{aliado}'')))', one);
    end loop;
    foreach one in array array['dossier', 'figure']
    loop
        execute format('create policy closed_by_institute on %I for update to catastro_servicio
            using ((select acts_everywhere(''{planificador}'')))', one);
        execute format('create policy closed_by_its_partner on %I for update to catastro_servicio
            using (account = (select acting_account()) and kind = ''serie'' and (select acts_everywhere(''{aliado}'')))', one);
    end loop;
end
$$;
alter table sealed_report enable row level security;
create policy read_by_all on sealed_report for select using (true);
create policy sealed_by_institute on sealed_report for insert to catastro_servicio
    with check (account = (select acting_account()) and (select acts_everywhere('{planificador}')));

-- Stored questions read these views and nothing else, as a role that can do nothing else. The settings say as of when:
-- catastro.fecha, catastro.conocido_a, catastro.desde, catastro.hasta, catastro.objeto.
do $$
begin
    create role catastro_consulta nologin;
exception
    when duplicate_object or unique_violation then null;
end
$$;
do $$ begin execute format('grant catastro_consulta to %I', current_user); end $$;
grant catastro_consulta to catastro_servicio;

create schema consulta;
grant usage on schema consulta to catastro_consulta;

create function consulta.fecha() returns date stable language sql as $$
    select coalesce(nullif(current_setting('catastro.fecha', true), '')::date,
        (now() at time zone 'America/Lima')::date)
$$;
create function consulta.conocido_a() returns timestamptz stable language sql as $$
    select coalesce(nullif(current_setting('catastro.conocido_a', true), '')::timestamptz, now())
$$;
create function consulta.desde() returns date stable language sql as $$
    select nullif(current_setting('catastro.desde', true), '')::date
$$;
create function consulta.hasta() returns date stable language sql as $$
    select nullif(current_setting('catastro.hasta', true), '')::date
$$;
create function consulta.objeto() returns text stable language sql as $$
    select nullif(current_setting('catastro.objeto', true), '')
$$;

create view consulta.municipios as
    select ubigeo as codigo, name as nombre, outline as geom from municipality;

-- `(select …)` is asked once a question, not once a row. Bounds are compared one by one: of `range @> something not yet
-- known` the planner believes that it leaves one row in forty thousand, and joins layers as if they were empty.
do $$
declare
    one text;
begin
    foreach one in array array['sectores', 'manzanas', 'lotes', 'zonificacion', 'restricciones', 'vias', 'planes',
        'inversiones', 'servicios']
    loop
        execute format(
            'create view consulta.%I as
             select code as codigo, ubigeo, attributes as atributos, lower(valid) as desde, change_from as version_datos, geom
             from spatial_unit
             where layer = %L
                 and lower(valid) <= (select consulta.fecha())
                 and (upper_inf(valid) or upper(valid) > (select consulta.fecha()))
                 and lower(recorded) <= (select consulta.conocido_a())
                 and (upper_inf(recorded) or upper(recorded) > (select consulta.conocido_a()))', one, one);
    end loop;
end
$$;
create view consulta.capas as
    select layer as capa, code as codigo, ubigeo, attributes as atributos, geom
    from spatial_unit
    where lower(valid) <= (select consulta.fecha())
        and (upper_inf(valid) or upper(valid) > (select consulta.fecha()))
        and lower(recorded) <= (select consulta.conocido_a())
        and (upper_inf(recorded) or upper(recorded) > (select consulta.conocido_a()));

-- What a partner offers is not asked of before it is published.
create view consulta.expedientes as
    select kind as clase, code as codigo, ubigeo, content as contenido
    from dossier
    where recorded @> (select consulta.conocido_a()) and (kind <> 'serie' or content->>'estado' = 'publicada');

-- The last day of 2026, 2026-S1, 2026-T3 or 2026-09.
create function consulta.fin_de(periodo text) returns date immutable language sql as $$
    select (make_date(left(periodo, 4)::int, case substr(periodo, 6, 1)
            when '' then 12
            when 'S' then 6 * right(periodo, 1)::int
            when 'T' then 3 * right(periodo, 1)::int
            else right(periodo, 2)::int end, 1) + interval '1 month')::date - 1
$$;
create view consulta.cifras as
    select kind as clase, code as codigo, measure as medida, period as periodo, consulta.fin_de(period) as fin, ubigeo,
        value as valor, content as detalle
    from figure
    where recorded @> (select consulta.conocido_a())
        and (kind <> 'serie' or code in (select codigo from consulta.expedientes where clase = 'serie'));

-- What each project executed in the period: figures are cumulative, so it is the last one up to its end less the last one
-- before it began. Stacked and grouped, not joined: it takes as long with five thousand projects.
create view consulta.ejecutado as
with avances as (
    select codigo, periodo, fin, valor::numeric as valor
    from consulta.cifras where clase = 'inversion' and medida = 'financiero_soles'
), hasta_el_fin as (
    select distinct on (codigo) codigo, valor from avances where fin <= (select consulta.hasta())
    order by codigo, fin desc, periodo desc
), antes as (
    select distinct on (codigo) codigo, valor from avances where fin < (select consulta.desde())
    order by codigo, fin desc, periodo desc
), filas as (
    select codigo, ubigeo, atributos->>'eje' as eje, 0::numeric as soles from consulta.inversiones
    union all
    select codigo, null, null, valor from hasta_el_fin
    union all
    select codigo, null, null, -valor from antes
)
select codigo, max(ubigeo) as ubigeo, max(eje) as eje, sum(soles) as soles
from filas group by codigo having max(ubigeo) is not null;

-- Without a person in them.
create view consulta.certificados as
    select format('%s-%s-%s', ubigeo, year, lpad(sequence::text, 6, '0')) as numero, ubigeo, kind as clase,
        (issued_at at time zone 'America/Lima')::date as emitido
    from certificate
    where issued_at <= (select consulta.conocido_a())
        and (annulled_at is null or annulled_at > (select consulta.conocido_a()));

create view consulta.observaciones as
    select o.id, o.ubigeo, o.about as sobre, o.object as objeto, o.place as geom, o.due_on as plazo,
        (o.made_at at time zone 'America/Lima')::date as recibida,
        (select (min(s.at) at time zone 'America/Lima')::date from observation_step s
         where s.observation = o.id and s.step = 'responder' and s.at <= (select consulta.conocido_a())) as respondida
    from observation o where o.made_at <= (select consulta.conocido_a());

create view consulta.inspecciones as
    select i.ubigeo, i.visited_on as visitada, i.deadline as plazo, i.place as geom,
        (select e.state from inspection_event e where e.inspection = i.id and e.at <= (select consulta.conocido_a())
         order by e.number desc limit 1) as estado
    from inspection i where i.opened_at <= (select consulta.conocido_a());

create view consulta.cambios as
    select number as numero, (at at time zone 'America/Lima')::date as fecha, ubigeo, layer as capa, kind as clase,
        counts as cantidades
    from change where at <= (select consulta.conocido_a());

grant select on all tables in schema consulta to catastro_consulta;
