-- Who acts, what they may write, and the record of it.
--
-- The service works as catastro_servicio, which owns nothing. It says who acts in the setting catastro.account, and the
-- policies below look up what that account may write: a check that was forgotten in the program writes nothing here.
-- The role is of the whole cluster: another database may have made it.

do $$
begin
    create role catastro_servicio login;
exception
    when duplicate_object or unique_violation then null;
end
$$;
-- So that a server reached as the owner only can still step down (`set role`).
do $$ begin execute format('grant catastro_servicio to %I', current_user); end $$;

create table account (
    id                   uuid primary key default gen_random_uuid(),
    login                text collate "C" not null unique check (login ~ '^[a-z][a-z0-9._-]{2,39}$'),
    full_name            text not null,
    email                text collate "C" unique check (email = lower(email)),
    -- Argon2id, in the PHC string format; none for who signs in elsewhere only.
    password_hash        text,
    must_change_password boolean not null default false,
    -- A password given by somebody else is good for some days only.
    password_expires_at  timestamptz,
    created_at           timestamptz not null default clock_timestamp(),
    expires_at           timestamptz,
    disabled_at          timestamptz,
    oidc_issuer          text,
    oidc_subject         text,
    demonstration        boolean not null default false,
    constraint account_known_elsewhere_once unique (oidc_issuer, oidc_subject)
);
comment on table account is 'People who do something in the service. Never deleted: the record names them.';

create table account_role (
    account uuid not null references account,
    role    text not null,
    ubigeo  text collate "C",
    constraint account_role_once unique nulls not distinct (account, role, ubigeo),
    constraint account_role_known check (role in
        ('tecnico_catastro', 'jefe_catastro', 'control_urbano', 'planificador', 'comite', 'administrador')),
    constraint account_role_has_its_place check (
        (role in ('tecnico_catastro', 'jefe_catastro', 'control_urbano')) = (ubigeo is not null)
        and (ubigeo is null or ubigeo ~ '^[0-9]{6}$'))
);

-- Secrets are kept as SHA-256 digests: they are long and random, so a slow hash would add nothing.
create table session (
    token_hash   bytea primary key check (length(token_hash) = 32),
    account      uuid not null references account,
    created_at   timestamptz not null default clock_timestamp(),
    last_seen_at timestamptz not null default clock_timestamp(),
    expires_at   timestamptz not null
);
create index session_of_account on session (account);

create table api_token (
    id           uuid primary key,
    account      uuid not null references account,
    name         text not null,
    token_hash   bytea not null unique check (length(token_hash) = 32),
    -- Names of actions; empty reads what is public.
    only_actions text[] not null,
    created_at   timestamptz not null default clock_timestamp(),
    expires_at   timestamptz not null,
    revoked_at   timestamptz,
    last_used_at timestamptz
);
create index api_token_of_account on api_token (account);

-- A browser that has signed in to an account before is told apart from strangers, who may guess until they are locked
-- out; the owner's browser is not, whatever they do.
create table known_device (
    account      uuid not null references account,
    token_hash   bytea not null check (length(token_hash) = 32),
    last_used_at timestamptz not null default clock_timestamp(),
    primary key (account, token_hash)
);

create table sign_in_failure (
    -- Of the name that was typed, which may be no account, or a password in the wrong field.
    login_hash bytea not null check (length(login_hash) = 32),
    -- Address or known device.
    source     text not null,
    at         timestamptz not null default clock_timestamp()
);
create index sign_in_failure_of_source on sign_in_failure (source, at);

create table oidc_pending (
    state_hash bytea primary key check (length(state_hash) = 32),
    pending    jsonb not null,
    created_at timestamptz not null default clock_timestamp()
);

create table audit (
    number   bigint primary key check (number > 0),
    at       timestamptz not null,
    actor    text not null,
    action   text not null,
    ubigeo   text collate "C",
    object   text not null,
    -- The text of a JSON object, kept as it was hashed.
    content  text not null check (content::jsonb is not null),
    previous bytea not null check (length(previous) = 32),
    hash     bytea not null check (length(hash) = 32)
);
create index audit_of_object on audit (object, number);
comment on table audit is 'What was done, each record chained to the one before it (domain::audit). Only ever grows.';

-- A record follows the last one or is not written.
create function audit_follows() returns trigger language plpgsql as $$
declare
    last record;
begin
    select number, hash, at into last from audit order by number desc limit 1;
    if new.number <> coalesce(last.number, 0) + 1
        or new.previous <> coalesce(last.hash, decode(repeat('00', 32), 'hex'))
        or new.at < last.at then
        raise exception using errcode = 'restrict_violation', constraint = 'audit_follows',
            message = format('record %s does not follow record %s', new.number, last.number);
    end if;
    return new;
end
$$;
create trigger audit_follows before insert on audit for each row execute function audit_follows();

create function audit_only_grows() returns trigger language plpgsql as $$
begin
    raise exception using errcode = 'restrict_violation', constraint = 'audit_only_grows',
        message = 'the audit trail only grows';
end
$$;
create trigger audit_only_grows before update or delete or truncate on audit
    for each statement execute function audit_only_grows();


-- Who acts, and where they hold a role. Each policy asks once a statement: `(select …)` is not asked again for a row.

create function acting_account() returns uuid stable language sql as $$
    select nullif(current_setting('catastro.account', true), '')::uuid
$$;

create function acting_roles() returns setof account_role stable language sql as $$
    select r.* from account_role r join account a on a.id = r.account
    where a.id = acting_account() and a.disabled_at is null
        and (a.expires_at is null or a.expires_at > clock_timestamp())
$$;

-- Municipalities where who acts holds one of these roles.
create function places_of(roles text[]) returns text[] stable language sql as $$
    select coalesce(array_agg(ubigeo), '{}') from acting_roles() where role = any (roles) and ubigeo is not null
$$;

-- Whether who acts holds one of these roles for the province.
create function acts_everywhere(roles text[]) returns boolean stable language sql as $$
    select exists (select from acting_roles() where role = any (roles) and ubigeo is null)
$$;

grant usage on schema public to catastro_servicio;
grant select on municipality, change, theme, zone_class, spatial_unit,
    sector, manzana, parcel, zone, overlay, road, plan, further_layer to catastro_servicio;
grant insert on municipality, change, spatial_unit,
    sector, manzana, parcel, zone, overlay, road, plan, further_layer to catastro_servicio;
grant update (counts) on change to catastro_servicio;
grant update (recorded, change_to) on spatial_unit,
    sector, manzana, parcel, zone, overlay, road, plan, further_layer to catastro_servicio;
grant select, insert on account, account_role, api_token, audit to catastro_servicio;
grant update (password_hash, must_change_password, password_expires_at, expires_at, disabled_at, oidc_issuer, oidc_subject)
    on account to catastro_servicio;
grant delete on account_role to catastro_servicio;
grant update (revoked_at, last_used_at) on api_token to catastro_servicio;
grant select, insert, delete on session, known_device, sign_in_failure, oidc_pending to catastro_servicio;
grant update (last_seen_at) on session to catastro_servicio;
grant update (last_used_at) on known_device to catastro_servicio;
grant select on _sqlx_migrations to catastro_servicio;

-- The land of a municipality is written by its chief of cadastre, who decides; the layers of plans by the planners.
do $$
declare
    one text;
begin
    foreach one in array array['spatial_unit', 'sector', 'manzana', 'parcel', 'zone', 'overlay', 'road', 'plan', 'further_layer']
    loop
        execute format('alter table %I enable row level security', one);
        execute format('create policy read_by_all on %I for select using (true)', one);
        execute format(
            'create policy write_own_land on %I for insert to catastro_servicio with check (
                case when layer in (''zonificacion'', ''restricciones'', ''vias'', ''planes'')
                    then (select acts_everywhere(''{planificador}''))
                    else ubigeo = any ((select places_of(''{jefe_catastro}''))::text[]) end)', one);
        execute format(
            'create policy close_own_land on %I for update to catastro_servicio using (
                case when layer in (''zonificacion'', ''restricciones'', ''vias'', ''planes'')
                    then (select acts_everywhere(''{planificador}''))
                    else ubigeo = any ((select places_of(''{jefe_catastro}''))::text[]) end)', one);
    end loop;
end
$$;

alter table municipality enable row level security;
create policy read_by_all on municipality for select using (true);
create policy write_own on municipality for insert to catastro_servicio with check (
    (select acts_everywhere('{planificador}')) or ubigeo = any ((select places_of('{jefe_catastro}'))::text[]));

alter table change enable row level security;
create policy read_by_all on change for select using (true);
create policy write_own on change for insert to catastro_servicio with check (
    (select acts_everywhere('{planificador}'))
    or ubigeo = any ((select places_of('{tecnico_catastro, jefe_catastro, control_urbano}'))::text[]));
create policy count_own on change for update to catastro_servicio using (
    (select acts_everywhere('{planificador}'))
    or ubigeo = any ((select places_of('{tecnico_catastro, jefe_catastro, control_urbano}'))::text[]));

-- Everyone's own account, and all of them for the administrator.
alter table account enable row level security;
create policy read_by_service on account for select to catastro_servicio using (true);
create policy made_by_administrator on account for insert to catastro_servicio
    with check ((select acts_everywhere('{administrador}')));
create policy own_or_administered on account for update to catastro_servicio
    using (id = (select acting_account()) or (select acts_everywhere('{administrador}')));

-- Nobody gives roles to themselves.
alter table account_role enable row level security;
create policy read_by_service on account_role for select to catastro_servicio using (true);
create policy given_by_administrator on account_role for insert to catastro_servicio
    with check (account <> (select acting_account()) and (select acts_everywhere('{administrador}')));
create policy taken_by_administrator on account_role for delete to catastro_servicio
    using (account <> (select acting_account()) and (select acts_everywhere('{administrador}')));

alter table api_token enable row level security;
create policy read_by_service on api_token for select to catastro_servicio using (true);
create policy own on api_token for insert to catastro_servicio with check (account = (select acting_account()));
create policy own_or_administered on api_token for update to catastro_servicio
    using (account = (select acting_account()) or (select acts_everywhere('{administrador}')));

-- Who acts signs their records with their own name, about the places where they hold a role.
alter table audit enable row level security;
create policy read_by_service on audit for select to catastro_servicio using (true);
create policy own_deeds on audit for insert to catastro_servicio with check (
    actor = (select login from account where id = acting_account())
    and (ubigeo is null
        or (select acts_everywhere('{planificador, comite, administrador}'))
        or ubigeo = any ((select places_of('{tecnico_catastro, jefe_catastro, control_urbano}'))::text[])));
