-- Plans in draft, which nobody has voted on yet; places that people follow, and what they are told of them.

create table plan_draft (
    id         uuid primary key,
    ubigeo     text collate "C" not null references municipality,
    name       text not null,
    -- The file of its norms, kept to the letter; and the survey of its zones, which waits for a decision.
    norm       text,
    survey     uuid references survey,
    state      text not null default 'abierto',
    loaded_by  uuid not null references account,
    loaded_at  timestamptz not null,
    decided_by uuid references account,
    decided_at timestamptz,
    reason     text,
    change     bigint references change,
    constraint plan_draft_state_known check (state in ('abierto', 'aprobado', 'retirado')),
    constraint plan_draft_drafts_something check (num_nonnulls(norm, survey) > 0),
    constraint plan_draft_decided_whole check (
        num_nonnulls(decided_by, decided_at, reason) = case when state = 'abierto' then 0 else 3 end
        and (change is not null) = (state = 'aprobado')),
    constraint plan_draft_approved_by_another check (state <> 'aprobado' or decided_by <> loaded_by)
);
create index plan_draft_of_place on plan_draft (ubigeo, loaded_at desc);
comment on table plan_draft is 'Plans before they are in force: what they would change is computed when it is asked. Never deleted.';

create function plan_draft_stays() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and old.state = 'abierto'
        and to_jsonb(new) - '{state,decided_by,decided_at,reason,change}'::text[]
            = to_jsonb(old) - '{state,decided_by,decided_at,reason,change}'::text[] then
        return new;
    end if;
    raise exception using errcode = 'restrict_violation', constraint = 'plan_draft_stays',
        message = 'a draft of a plan is decided once, never changed and never deleted';
end
$$;
create trigger plan_draft_stays before update or delete on plan_draft
    for each row execute function plan_draft_stays();
create trigger plan_draft_only_grows before truncate on plan_draft
    for each statement execute function only_grows();

create table follow (
    id       uuid primary key,
    account  uuid not null references account,
    ubigeo   text collate "C" not null references municipality,
    -- A parcel by its code, or a place on the map.
    parcel   text collate "C",
    area     geometry(MultiPolygon, 32718),
    since    timestamptz not null default clock_timestamp(),
    ended_at timestamptz,
    constraint follow_one_place check (num_nonnulls(parcel, area) = 1)
);
create index follow_of_account on follow (account) where ended_at is null;
create index follow_of_place on follow (ubigeo) where ended_at is null;
comment on table follow is 'Places that people want to hear of.';

create table notice (
    id      bigint generated always as identity primary key,
    account uuid not null references account,
    follow  uuid not null references follow,
    at      timestamptz not null default clock_timestamp(),
    change  bigint not null references change,
    content json not null,
    constraint notice_once unique (follow, change)
);
create index notice_of_account on notice (account, id desc);
comment on table notice is 'What was told to those who follow a place. Only ever grows.';
create trigger notice_only_grows before update or delete or truncate on notice
    for each statement execute function only_grows();

grant select, insert on plan_draft, follow, notice to catastro_servicio;
grant update (state, decided_by, decided_at, reason, change) on plan_draft to catastro_servicio;
grant update (ended_at) on follow to catastro_servicio;

-- Anybody may see what is about to be voted on.
alter table plan_draft enable row level security;
create policy read_by_all on plan_draft for select using (true);
create policy load_own on plan_draft for insert to catastro_servicio
    with check (loaded_by = (select acting_account()) and state = 'abierto' and (select acts_everywhere('{planificador}')));
create policy decided_by_planners on plan_draft for update to catastro_servicio
    using ((select acts_everywhere('{planificador}')))
    with check (decided_by = (select acting_account()));

-- What somebody follows is their own affair; who decides on a plan tells them.
alter table follow enable row level security;
create policy read_own on follow for select to catastro_servicio
    using (account = (select acting_account()) or (select acts_everywhere('{planificador}')));
create policy follow_for_oneself on follow for insert to catastro_servicio
    with check (account = (select acting_account()));
create policy end_own on follow for update to catastro_servicio
    using (account = (select acting_account())) with check (account = (select acting_account()));
alter table notice enable row level security;
create policy read_own on notice for select to catastro_servicio
    using (account = (select acting_account()));
create policy told_by_planners on notice for insert to catastro_servicio
    with check ((select acts_everywhere('{planificador}')));
