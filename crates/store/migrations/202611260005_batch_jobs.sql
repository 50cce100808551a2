-- Questions about many parcels that are answered apart, by the queue that examines surveys.
alter table job alter column survey drop not null;
alter table job add column asked_by uuid references account;
alter table job add column request json;
-- What came of it: counts, bytes and digest of the file of its answers, which lies in the data folder.
alter table job add column outcome json;
alter table job drop constraint job_known;
alter table job add constraint job_known check (case kind
    when 'examen' then survey is not null and num_nonnulls(asked_by, request, outcome) = 0
    when 'verificacion' then survey is null and num_nulls(asked_by, request) = 0
    else false end);
create index job_of_account on job (asked_by, id desc) where asked_by is not null;

grant update (outcome) on job to catastro_servicio;
create policy ask_for_oneself on job for insert to catastro_servicio
    with check (kind = 'verificacion' and asked_by = (select acting_account()));
create policy end_own_question on job for update to catastro_servicio using (asked_by = (select acting_account()));
create policy work_on_own_question on job_attempt for insert to catastro_servicio
    with check (job in (select id from job where asked_by = (select acting_account())));
create policy end_own_question on job_attempt for update to catastro_servicio
    using (job in (select id from job where asked_by = (select acting_account())));
