-- An annulment is a statement as the certificate was, and signed as it was: who has the file can prove it without us.

alter table certificate
    add annulment_payload   text,
    add annulment_protected text,
    add annulment_signature bytea check (length(annulment_signature) = 64),
    add annulment_key       text references signing_key,
    -- Those of before are not signed.
    add constraint certificate_annulment_signed_whole check (
        num_nulls(annulment_payload, annulment_protected, annulment_signature, annulment_key)
            = any (case when state = 'anulado' then '{0,4}' else '{4}' end::int[]));

grant update (annulment_payload, annulment_protected, annulment_signature, annulment_key) on certificate
    to catastro_servicio;

create or replace function certificate_stays() returns trigger language plpgsql as $$
declare
    annulment constant text[] := '{state,annulled_by,annulled_at,annulled_why,annulled_document,annulment_payload,annulment_protected,annulment_signature,annulment_key}';
    refused text;
begin
    if tg_op = 'DELETE' then
        refused := 'is never deleted';
    elsif old.state in ('anulado', 'retirado') then
        refused := 'has ended';
    elsif (new.id, new.ubigeo, new.kind, new.two_persons, new.drafted_by, new.drafted_at)
            is distinct from (old.id, old.ubigeo, old.kind, old.two_persons, old.drafted_by, old.drafted_at) then
        refused := 'is what it is';
    elsif old.state = 'emitido' and (new.state <> 'anulado' or to_jsonb(new) - annulment <> to_jsonb(old) - annulment) then
        refused := 'was issued: it can only be annulled';
    elsif new.state = 'anulado' and old.state <> 'emitido' then
        refused := 'was not issued';
    elsif new.state = 'anulado' and new.annulment_signature is null then
        refused := 'is annulled by what is signed';
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
