-- Layers of others: each harvest of a source, and the last two copies that came whole.

create table harvest (
    -- Code of the dossier of its source.
    source   text collate "C" not null,
    number   int not null check (number > 0),
    started  timestamptz not null,
    ended    timestamptz not null,
    outcome  text collate "C" not null,
    -- Why it failed, in words.
    failure  text check (length(failure) between 1 and 1000),
    features bigint not null check (features >= 0),
    bytes    bigint not null check (bytes >= 0),
    -- Of the features as they were kept, in their order: the same features, the same digest.
    sha256   bytea check (length(sha256) = 32),
    -- Whether it brought a copy of its own; one that found the same again did not.
    kept     boolean not null,
    -- The box around its copy, in EPSG:32718: west, south, east, north.
    bounds   float8[] check (cardinality(bounds) = 4),
    primary key (source, number),
    constraint harvest_outcome_known check (outcome in ('bien', 'fallo')),
    constraint harvest_failure_said check ((outcome = 'fallo') = (failure is not null)),
    constraint harvest_kept_went_well check (not kept or (outcome = 'bien' and sha256 is not null)),
    constraint harvest_in_time check (started <= ended)
);
comment on table harvest is 'Each attempt to bring the layer of a source. Only ever grows.';
create trigger only_grows before update or delete or truncate on harvest
    for each statement execute function only_grows();

create table outside_feature (
    source     text collate "C" not null,
    harvest    int not null,
    -- Its place in the copy.
    position   int not null check (position > 0),
    -- What its owner knows it by.
    fid        text not null,
    attributes jsonb not null check (jsonb_typeof(attributes) = 'object'),
    geom       geometry(Geometry, 32718) not null,
    primary key (source, harvest, position),
    -- The copy is written before its harvest is known to be whole.
    foreign key (source, harvest) references harvest deferrable initially deferred
);
create index outside_feature_place on outside_feature using gist (geom);
comment on table outside_feature is 'Features of others, as they were harvested: the last two copies of each source.';

grant select, insert on harvest to catastro_servicio;
grant select, insert, delete on outside_feature to catastro_servicio;

-- The service harvests by itself, in nobody's name: what a source in force brings and nothing else, and it only takes
-- away what a newer copy has replaced.
alter table harvest enable row level security;
alter table outside_feature enable row level security;
create policy read_by_all on harvest for select using (true);
create policy read_by_all on outside_feature for select using (true);
create function is_source(wanted text) returns boolean stable language sql as $$
    select exists (select from dossier where kind = 'fuente' and code = wanted and upper_inf(recorded))
$$;
create policy of_a_source on harvest for insert to catastro_servicio with check (is_source(source));
create policy of_a_source on outside_feature for insert to catastro_servicio with check (is_source(source));
create policy replaced on outside_feature for delete to catastro_servicio using (exists (
    select from harvest h where h.source = outside_feature.source and h.kept and h.number > outside_feature.harvest));
