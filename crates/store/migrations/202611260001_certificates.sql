-- Certificates: drafted by one person, issued by another, numbered by municipality and year without gaps, signed, and
-- never changed after that but for an annulment. And the public halves of the keys that sign them.

-- The private half is a file of the service's, never here.
create table signing_key (
    -- Thumbprint of the key (RFC 7638).
    id         text collate "C" primary key check (id ~ '^[A-Za-z0-9_-]{43}$'),
    public_key bytea not null unique check (length(public_key) = 32),
    valid_from timestamptz not null,
    retired_at timestamptz,
    constraint signing_key_retired_after check (retired_at > valid_from)
);
-- One signs at a time.
create unique index signing_key_in_use on signing_key ((true)) where retired_at is null;
comment on table signing_key is 'Public keys of certificates (Ed25519). Retired, never deleted: what they signed stays genuine.';

create function signing_key_stays() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and old.retired_at is null and new.retired_at is not null
        and (new.id, new.public_key, new.valid_from) = (old.id, old.public_key, old.valid_from) then
        return new;
    end if;
    raise exception using errcode = 'restrict_violation', constraint = 'signing_key_stays',
        message = format('signing key %s is only ever retired', old.id);
end
$$;
create trigger signing_key_stays before update or delete on signing_key
    for each row execute function signing_key_stays();

create table certificate (
    id            uuid primary key,
    ubigeo        text collate "C" not null references municipality,
    kind          text not null,
    -- The parcel that it is of; none for a place without one.
    parcel        text collate "C",
    -- Number of the file at the municipality's desk.
    case_number   text,
    -- As the rules of the kind said when it was drafted.
    two_persons   boolean not null,
    state         text not null default 'borrador',
    drafted_by    uuid not null references account,
    drafted_at    timestamptz not null,
    -- What was asked, what the officer states, and the verdict: texts, kept to the letter.
    request       json not null,
    stated        json not null,
    verdict       json not null,
    -- SHA-256 of what the verdict states, without what is of the moment.
    substance     bytea not null check (length(substance) = 32),
    year          int,
    sequence      int,
    code          text collate "C" unique,
    issued_by     uuid references account,
    issued_at     timestamptz,
    issued_on     date,
    expires_on    date,
    -- JWS: what was signed, by which key, and the signature.
    payload       text,
    protected     text,
    signature     bytea check (length(signature) = 64),
    key           text references signing_key,
    annulled_by   uuid references account,
    annulled_at   timestamptz,
    annulled_why  text,
    annulled_document text,
    constraint certificate_kind_known check (kind in
        ('parametros', 'zonificacion_vias', 'alineamiento', 'compatibilidad_uso', 'numeracion', 'nomenclatura',
         'catastro_negativo', 'catastro_positivo', 'constancia_posesion', 'visacion_planos')),
    constraint certificate_state_known check (state in ('borrador', 'en_revision', 'emitido', 'anulado', 'retirado')),
    constraint certificate_numbered_once unique (ubigeo, year, sequence),
    constraint certificate_issued_by_another check (not two_persons or issued_by is distinct from drafted_by),
    constraint certificate_issued_whole check (
        case when state in ('emitido', 'anulado')
            then num_nulls(year, sequence, code, issued_by, issued_at, issued_on, payload, protected, signature, key) = 0
            else num_nonnulls(year, sequence, code, issued_by, issued_at, issued_on, expires_on, payload, protected,
                signature, key) = 0 end),
    constraint certificate_annulled_whole check (
        num_nonnulls(annulled_by, annulled_at, annulled_why, annulled_document)
            = case when state = 'anulado' then 4 else 0 end),
    constraint certificate_expires_after check (expires_on >= issued_on)
);
create index certificate_of_parcel on certificate (parcel, ubigeo) where state in ('emitido', 'anulado');
create index certificate_of_place on certificate (ubigeo, drafted_at desc);
comment on table certificate is 'Certificates from draft to annulment. An issued one is annulled, never changed and never deleted.';

create function certificate_stays() returns trigger language plpgsql as $$
declare
    refused text;
begin
    if tg_op = 'DELETE' then
        refused := 'is never deleted';
    elsif old.state in ('anulado', 'retirado') then
        refused := 'has ended';
    elsif (new.id, new.ubigeo, new.kind, new.two_persons, new.drafted_by, new.drafted_at)
            is distinct from (old.id, old.ubigeo, old.kind, old.two_persons, old.drafted_by, old.drafted_at) then
        refused := 'is what it is';
    elsif old.state = 'emitido' and (new.state <> 'anulado'
            or to_jsonb(new) - '{state,annulled_by,annulled_at,annulled_why,annulled_document}'::text[]
                <> to_jsonb(old) - '{state,annulled_by,annulled_at,annulled_why,annulled_document}'::text[]) then
        refused := 'was issued: it can only be annulled';
    elsif new.state = 'anulado' and old.state <> 'emitido' then
        refused := 'was not issued';
    elsif new.state = 'emitido' and old.state = 'borrador' then
        refused := 'was not reviewed';
    elsif new.state = 'emitido' and old.state = 'en_revision' and new.sequence is distinct from (
            select coalesce(max(c.sequence), 0) + 1 from certificate c where c.ubigeo = new.ubigeo and c.year = new.year) then
        raise exception using errcode = 'restrict_violation', constraint = 'certificate_numbers_without_gaps',
            message = format('certificate %s-%s-%s does not follow the one before it', new.ubigeo, new.year, new.sequence);
    end if;
    if refused is not null then
        raise exception using errcode = 'restrict_violation', constraint = 'certificate_stays',
            message = format('certificate %s %s', old.id, refused);
    end if;
    return new;
end
$$;
create trigger certificate_stays before update or delete on certificate
    for each row execute function certificate_stays();

-- What was done with each, from its draft on.
create table certificate_event (
    certificate uuid not null references certificate,
    number      int not null check (number > 0),
    at          timestamptz not null,
    account     uuid not null references account,
    step        text not null check (step in
        ('redactar', 'enviar', 'devolver', 'actualizar', 'retirar', 'emitir', 'anular')),
    state       text not null,
    -- Why, in the officer's words.
    reason      text,
    -- Of the verdict after it.
    substance   bytea not null check (length(substance) = 32),
    primary key (certificate, number)
);
comment on table certificate_event is 'The way of each certificate. Only ever grows.';

create function only_grows() returns trigger language plpgsql as $$
begin
    raise exception using errcode = 'restrict_violation', constraint = tg_table_name || '_only_grows',
        message = format('%s only grows', tg_table_name);
end
$$;
create trigger certificate_event_only_grows before update or delete or truncate on certificate_event
    for each statement execute function only_grows();
create trigger certificate_only_grows before truncate on certificate
    for each statement execute function only_grows();
create trigger signing_key_only_grows before truncate on signing_key
    for each statement execute function only_grows();

-- Who asked for one (Ley 29733): not on the paper, not in what is signed.
create table personal.applicant (
    certificate     uuid primary key references certificate,
    ubigeo          text collate "C" not null references municipality,
    full_name       text not null,
    document_kind   text not null,
    document_number text not null,
    written_by      text not null,
    written_at      timestamptz not null
);
comment on table personal.applicant is 'Who asked for a certificate. Read by role and purpose, each reading recorded.';

grant select on signing_key to catastro_servicio;
grant select, insert on certificate, certificate_event to catastro_servicio;
grant update (state, request, stated, verdict, substance, year, sequence, code, issued_by, issued_at, issued_on, expires_on,
        payload, protected, signature, key, annulled_by, annulled_at, annulled_why, annulled_document)
    on certificate to catastro_servicio;
grant select, insert on personal.applicant to catastro_servicio;

-- Keys are made and retired by who operates the server.
alter table signing_key enable row level security;
create policy read_by_all on signing_key for select using (true);

-- Anybody verifies an issued one; the program asks who may read the others.
alter table certificate enable row level security;
create policy read_by_service on certificate for select to catastro_servicio using (true);
create policy draft_own on certificate for insert to catastro_servicio with check (
    drafted_by = (select acting_account()) and state = 'borrador'
    and ubigeo = any ((select places_of('{tecnico_catastro, control_urbano}'))::text[]));
-- Who drafts it writes it until it is issued; who issues or annuls it signs with their own account.
create policy work_on_own on certificate for update to catastro_servicio
    using (drafted_by = (select acting_account()) and state in ('borrador', 'en_revision')
        and ubigeo = any ((select places_of('{tecnico_catastro, control_urbano}'))::text[]))
    with check (drafted_by = (select acting_account()) and state in ('borrador', 'en_revision', 'retirado'));
create policy issue_own_place on certificate for update to catastro_servicio
    using (ubigeo = any ((select places_of('{control_urbano}'))::text[]))
    with check (ubigeo = any ((select places_of('{control_urbano}'))::text[])
        and case state
            when 'emitido' then issued_by = (select acting_account())
            when 'anulado' then annulled_by = (select acting_account())
            else state in ('borrador', 'retirado') end);

-- Certificates whose way somebody may write.
create function certificates_at_hand() returns setof uuid stable language sql as $$
    select id from certificate where ubigeo = any ((select places_of('{tecnico_catastro, control_urbano}'))::text[])
$$;
alter table certificate_event enable row level security;
create policy read_by_service on certificate_event for select to catastro_servicio using (true);
create policy sign_own on certificate_event for insert to catastro_servicio with check (
    account = (select acting_account()) and certificate in (select certificates_at_hand()));

alter table personal.applicant enable row level security;
create policy staff_of_the_place_read on personal.applicant for select to catastro_servicio
    using (ubigeo = any ((select places_of('{tecnico_catastro, control_urbano}'))::text[]));
create policy staff_of_the_place_write on personal.applicant for insert to catastro_servicio
    with check (ubigeo = any ((select places_of('{tecnico_catastro, control_urbano}'))::text[]));
