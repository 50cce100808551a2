-- Participation: observations by thousands, what is new, and who asked to be told of it by mail.

-- Pages go on by moment and identity; a map looks for those that are shown.
drop index observation_of_place;
create index observation_newest on observation (made_at desc, id desc);
create index observation_of_place on observation (ubigeo, made_at desc, id desc);
create index observation_of_object on observation (about, object, made_at desc, id desc);
create index observation_step_newest on observation_step (at desc);
-- Of a change of a register, what it is about.
create index further_layer_by_change on further_layer (change_from);
create index dossier_newest on dossier (lower(recorded) desc);

-- Addresses of mail are personal data: never shown, read by the service alone, and gone when they are of no more use.
create table personal.subscription (
    -- It is in the links of its mails: who has it has the mail.
    id           uuid primary key,
    address      text not null check (length(address) between 3 and 254),
    -- None for all of them.
    topic        text collate "C",
    -- None for the province.
    ubigeo       text collate "C" references municipality,
    asked_at     timestamptz not null default clock_timestamp(),
    -- When the mail that asks for a confirmation went out.
    sent_at      timestamptz,
    confirmed_at timestamptz,
    -- It was told all that was recorded until then.
    told_until   timestamptz,
    -- When its last digest went out.
    told_at      timestamptz,
    failures     int not null default 0,
    try_after    timestamptz not null default clock_timestamp(),
    constraint subscription_topic_known check (topic in
        ('levantamientos', 'planes', 'inversiones', 'obras', 'informes', 'observaciones', 'normas')),
    constraint subscription_told_since_confirmed check ((confirmed_at is null) = (told_until is null))
);
create unique index subscription_once on personal.subscription (address, coalesce(topic, ''), coalesce(ubigeo, ''));
comment on table personal.subscription is 'Who asked by mail for what is new. Confirmed by the mail itself; deleted when they leave.';

create table personal.observer (
    observation uuid primary key references observation,
    address     text not null check (length(address) between 3 and 254),
    failures    int not null default 0,
    try_after   timestamptz not null default clock_timestamp()
);
comment on table personal.observer is 'Who asked for the answer to an observation by mail. Deleted when the answer was sent.';

grant select, insert, delete on personal.subscription, personal.observer to catastro_servicio;
grant update (sent_at, confirmed_at, told_until, told_at, failures, try_after) on personal.subscription to catastro_servicio;
grant update (failures, try_after) on personal.observer to catastro_servicio;

-- The service itself, in nobody's name: no account reads an address or writes one.
do $$
declare
    one text;
begin
    foreach one in array array['subscription', 'observer']
    loop
        execute format('alter table personal.%I enable row level security', one);
        execute format('create policy in_nobodys_name on personal.%I to catastro_servicio
            using (acting_account() is null) with check (acting_account() is null)', one);
    end loop;
end
$$;
