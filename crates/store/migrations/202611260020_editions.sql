-- Editions: surveys that grow feature by feature, from a GIS client, until somebody decides on them.

alter table survey
    -- Its rows come one by one; it has no file.
    add column edition boolean not null default false,
    -- Its author wants a decision: what they write after this goes into another.
    add column sent_at timestamptz;
create unique index survey_edition_open on survey (uploaded_by, layer, ubigeo)
    where edition and sent_at is null and decided_by is null;
comment on column survey.edition is 'Written feature by feature; its digest is that of what its rows say.';
-- Each write makes it another one.
grant update (file_bytes, file_sha256, sent_at) on survey to catastro_servicio;

alter table survey_row
    -- The write that came after this one, of the same feature; what is replaced stays.
    add column replaced_by bigint,
    -- The feature goes: the row has what it was.
    add column removed boolean;
comment on column survey_row.base is
    'The change that opened the version on which the row is based; 0 where the feature is to be new.';

-- Numbers of writes are those of no other survey: one tells what a client has read.
create sequence edit_number;
grant usage on sequence edit_number to catastro_servicio;

grant update (replaced_by) on survey_row to catastro_servicio;
create policy replace_own on survey_row for update to catastro_servicio
    using (survey in (select id from survey where edition and uploaded_by = (select acting_account())
                                              and decided_by is null));
