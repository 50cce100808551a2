-- Inspections: what was found where, what was ordered until when, and the evidence. For officers only.
create table inspection (
    id              uuid primary key,
    ubigeo          text collate "C" not null references municipality,
    place           geometry(Point, 32718) not null,
    parcel          text collate "C",
    -- What it is held against: an issued certificate, or the receipt of a check.
    certificate     uuid references certificate,
    receipt_sha256  bytea check (length(receipt_sha256) = 32),
    state           text not null default 'programada',
    opened_by       uuid not null references account,
    opened_at       timestamptz not null,
    subject         text not null,
    acta            text,
    visited_on      date,
    infraction_code text,
    infraction      text,
    ordered         text,
    deadline        date,
    resolution      text,
    constraint inspection_state_known check (state in
        ('programada', 'realizada', 'sin_infraccion', 'con_infraccion', 'en_plazo', 'subsanada', 'resuelta')),
    constraint inspection_order_known check (ordered in
        ('paralizacion', 'demolicion', 'retiro', 'clausura', 'regularizacion')),
    constraint inspection_visited check (state = 'programada' or num_nulls(acta, visited_on) = 0),
    constraint inspection_infringed check (
        state not in ('con_infraccion', 'en_plazo', 'subsanada', 'resuelta') or infraction is not null),
    constraint inspection_ordered check (
        state not in ('en_plazo', 'subsanada', 'resuelta') or num_nulls(ordered, deadline) = 0)
);
create unique index inspection_acta_once on inspection (ubigeo, acta);
create index inspection_of_place on inspection (ubigeo, opened_at desc);
comment on table inspection is 'Inspections of what is built and done. Never deleted; its way is in inspection_event.';

create function inspection_stays() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and old.state not in ('sin_infraccion', 'subsanada', 'resuelta')
        and (new.id, new.ubigeo, new.opened_by, new.opened_at) = (old.id, old.ubigeo, old.opened_by, old.opened_at) then
        return new;
    end if;
    raise exception using errcode = 'restrict_violation', constraint = 'inspection_stays',
        message = format('inspection %s is kept as it is', old.id);
end
$$;
create trigger inspection_stays before update or delete on inspection
    for each row execute function inspection_stays();

create table inspection_event (
    inspection uuid not null references inspection,
    number     int not null check (number > 0),
    at         timestamptz not null,
    account    uuid not null references account,
    step       text not null,
    state      text not null,
    -- What was written with the step.
    content    json not null,
    primary key (inspection, number)
);
comment on table inspection_event is 'The way of each inspection. Only ever grows.';

create table inspection_evidence (
    id          uuid primary key,
    inspection  uuid not null references inspection,
    file_name   text not null,
    bytes       bigint not null check (bytes > 0),
    sha256      bytea not null check (length(sha256) = 32),
    place       geometry(Point, 32718),
    taken_at    timestamptz,
    uploaded_by uuid not null references account,
    uploaded_at timestamptz not null
);
create index evidence_of_inspection on inspection_evidence (inspection, uploaded_at);
comment on table inspection_evidence is 'Evidence of inspections. The file itself lies in the data folder, under the id.';
do $$
declare
    one text;
begin
    foreach one in array array['inspection_event', 'inspection_evidence']
    loop
        execute format('create trigger %I before update or delete or truncate on %I
            for each statement execute function only_grows()', one || '_only_grows', one);
    end loop;
end
$$;
create trigger inspection_only_grows before truncate on inspection
    for each statement execute function only_grows();

grant select, insert on inspection, inspection_event, inspection_evidence to catastro_servicio;
grant update (state, acta, visited_on, infraction_code, infraction, ordered, deadline, resolution)
    on inspection to catastro_servicio;
alter table inspection enable row level security;
create policy read_own on inspection for select to catastro_servicio
    using (ubigeo = any ((select places_of('{control_urbano}'))::text[]));
create policy open_own on inspection for insert to catastro_servicio
    with check (opened_by = (select acting_account()) and ubigeo = any ((select places_of('{control_urbano}'))::text[]));
create policy work_on_own on inspection for update to catastro_servicio
    using (ubigeo = any ((select places_of('{control_urbano}'))::text[]));
alter table inspection_event enable row level security;
create policy read_own on inspection_event for select to catastro_servicio
    using (inspection in (select id from inspection));
create policy sign_own on inspection_event for insert to catastro_servicio
    with check (account = (select acting_account()) and inspection in (select id from inspection));
alter table inspection_evidence enable row level security;
create policy read_own on inspection_evidence for select to catastro_servicio
    using (inspection in (select id from inspection));
create policy bring_own on inspection_evidence for insert to catastro_servicio
    with check (uploaded_by = (select acting_account()) and inspection in (select id from inspection));
