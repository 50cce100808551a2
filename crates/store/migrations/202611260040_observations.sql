-- What citizens observe, on a place and about something; and what the Comité de Gestión answers.

create table observation (
    id       uuid primary key,
    -- `O-2026-000012`: by year, in the order in which they came.
    year     int not null check (year between 2000 and 2999),
    number   int not null check (number > 0),
    ubigeo   text collate "C" not null references municipality,
    place    geometry(Point, 32718) not null,
    about    text not null,
    -- Which one: a code or an identifier.
    object   text,
    words    text not null check (length(words) between 10 and 4000),
    -- Digest of the code on the receipt, by which whoever wrote it follows it. Who they are is not kept.
    receipt  bytea not null check (length(receipt) = 32),
    made_at  timestamptz not null,
    due_on   date not null,
    state    text not null default 'recibida',
    moved_at timestamptz not null,
    constraint observation_numbered unique (year, number),
    constraint observation_received unique (receipt),
    constraint observation_about_known check (about in ('predio', 'plan', 'levantamiento', 'inversion', 'obra', 'otro')),
    constraint observation_state_known check (state in ('recibida', 'publicada', 'respondida', 'archivada'))
);
create index observation_of_place on observation (ubigeo, made_at desc);
create index observation_waiting on observation (due_on) where state in ('recibida', 'publicada');
create index observation_on_the_map on observation using gist (place);
comment on table observation is 'Observations of citizens. Never deleted; their way is in observation_step.';

create function observation_stays() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and to_jsonb(new) - '{state,moved_at}'::text[] = to_jsonb(old) - '{state,moved_at}'::text[] then
        return new;
    end if;
    raise exception using errcode = 'restrict_violation', constraint = 'observation_stays',
        message = 'an observation is kept as it was written';
end
$$;
create trigger observation_stays before update or delete on observation
    for each row execute function observation_stays();
create trigger observation_only_grows before truncate on observation
    for each statement execute function only_grows();

create table observation_step (
    observation uuid not null references observation,
    number      int not null check (number > 0),
    at          timestamptz not null,
    account     uuid not null references account,
    step        text not null,
    words       text not null,
    primary key (observation, number),
    constraint observation_step_known check (step in ('publicar', 'archivar', 'responder'))
);
comment on table observation_step is 'What the Comité did with an observation, and in which words. Only ever grows.';
create trigger observation_step_only_grows before update or delete or truncate on observation_step
    for each statement execute function only_grows();

grant select, insert on observation, observation_step to catastro_servicio;
grant update (state, moved_at) on observation to catastro_servicio;

-- Anybody observes, without an account; what is shown of it is decided by those who answer.
alter table observation enable row level security;
create policy read_by_service on observation for select to catastro_servicio using (true);
create policy made_by_anybody on observation for insert to catastro_servicio with check (state = 'recibida');
create policy moved_by_committee on observation for update to catastro_servicio
    using ((select acts_everywhere('{comite}')));
alter table observation_step enable row level security;
create policy read_by_service on observation_step for select to catastro_servicio using (true);
create policy taken_by_committee on observation_step for insert to catastro_servicio
    with check (account = (select acting_account()) and (select acts_everywhere('{comite}')));

-- What somebody without an account did has a record too.
create policy observed_by_anybody on audit for insert to catastro_servicio with check (
    acting_account() is null and actor = 'publico' and action = 'observacion.recepcion');
