-- The norms of plans on two time axes: which day the law was so, and since when the service says so. The file is kept as
-- it came, byte for byte: what it means is read from it by the same constructor that read it the first time.
drop table zone_class;

create table norm (
    ubigeo      text collate "C" not null references municipality,
    instrument  text collate "C" not null,
    valid       daterange not null,
    recorded    tstzrange not null,
    change_from bigint not null references change,
    change_to   bigint references change,
    sha256      bytea not null check (length(sha256) = 32),
    content     text not null,
    constraint norm_valid_some_day check (not isempty(valid) and not lower_inf(valid)),
    constraint norm_recorded_some_time check (not isempty(recorded) and not lower_inf(recorded)),
    constraint norm_closed_by_a_change check ((change_to is null) = upper_inf(recorded)),
    constraint norm_is_its_digest check (sha256 = pg_catalog.sha256(convert_to(content, 'UTF8'))),
    constraint norm_once_in_time
        exclude using gist (ubigeo with =, instrument with =, valid with &&, recorded with &&)
);
comment on table norm is 'Norms of an instrument in a municipality (schemas/norma.schema.json): zones, parameters, uses, with their articles.';

create function norm_only_closes() returns trigger language plpgsql as $$
begin
    if tg_op <> 'UPDATE'
        or (new.ubigeo, new.instrument, new.valid, new.change_from, new.sha256, new.content)
               is distinct from (old.ubigeo, old.instrument, old.valid, old.change_from, old.sha256, old.content)
        or lower(new.recorded) <> lower(old.recorded)
        or not upper_inf(old.recorded) then
        raise exception using errcode = 'restrict_violation', constraint = 'norm_only_closes',
            message = 'a published norm is closed, never changed and never deleted';
    end if;
    return new;
end
$$;
create trigger norm_only_closes before update or delete on norm for each row execute function norm_only_closes();
create trigger norm_never_emptied before truncate on norm for each statement execute function norm_only_closes();

grant select, insert on norm to catastro_servicio;
grant update (recorded, change_to) on norm to catastro_servicio;
alter table norm enable row level security;
create policy read_by_all on norm for select using (true);
create policy written_by_planners on norm for insert to catastro_servicio
    with check ((select acts_everywhere('{planificador}')));
create policy closed_by_planners on norm for update to catastro_servicio
    using ((select acts_everywhere('{planificador}')));
