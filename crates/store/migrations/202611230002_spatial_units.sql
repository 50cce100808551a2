-- Land on two time axes (LADM ISO 19152: LA_SpatialUnit as a VersionedObject).
--   valid:    the days on which the land or the law was so;
--   recorded: the time during which the service said so.
-- A row is in force while both ranges have no end. A published row is closed and followed by the next, never changed.

create table spatial_unit (
    layer       text collate "C" not null,
    ubigeo      text collate "C" not null,
    code        text collate "C" not null,
    valid       daterange not null,
    recorded    tstzrange not null,
    change_from bigint not null,
    change_to   bigint,
    -- Digest of shape and attributes: equal means nothing changed.
    content     uuid not null,
    attributes  jsonb not null,
    geom        geometry(Geometry, 32718) not null,
    constraint spatial_unit_valid_some_day check (not isempty(valid) and not lower_inf(valid)),
    constraint spatial_unit_recorded_some_time check (not isempty(recorded) and not lower_inf(recorded)),
    constraint spatial_unit_closed_by_a_change check ((change_to is null) = upper_inf(recorded))
) partition by list (layer);

create table sector        partition of spatial_unit for values in ('sectores');
create table manzana       partition of spatial_unit for values in ('manzanas');
create table parcel        partition of spatial_unit for values in ('lotes');
create table zone          partition of spatial_unit for values in ('zonificacion');
create table overlay       partition of spatial_unit for values in ('restricciones');
create table road          partition of spatial_unit for values in ('vias');
create table plan          partition of spatial_unit for values in ('planes');
create table further_layer partition of spatial_unit default;

comment on table sector        is 'Cadastral sectors (LA_SpatialUnitGroup). Code: ubigeo + sector, 8 digits.';
comment on table manzana       is 'Blocks (LA_SpatialUnitGroup). Code: ubigeo + sector + manzana, 11 digits.';
comment on table parcel        is 'Parcels of land (LA_SpatialUnit). Code: 14 digits, or a provisional one.';
comment on table zone          is 'Zones of a plan (LA_Restriction by public law). attributes.codigo is the zone class, attributes.instrumento its plan.';
comment on table overlay       is 'Overlays (LA_Restriction by public law). attributes.tipo is the theme, attributes.norma and articulo the basis.';
comment on table road          is 'Axes of streets and roads.';
comment on table plan          is 'Perimeters of plan instruments (LA_Source and its extent): PAT, PDU, EOU.';
comment on table further_layer is 'Any further layer that an ingest registers.';

-- One row in force for each code, which names its municipality. The code comes first: it tells rows apart at the
-- first comparison.
create unique index spatial_unit_in_force on spatial_unit (code, layer)
    where upper_inf(valid) and upper_inf(recorded);
create index spatial_unit_closed on spatial_unit (code, ubigeo, layer)
    where not (upper_inf(valid) and upper_inf(recorded));
create index spatial_unit_closed_of on spatial_unit (layer, ubigeo)
    where not (upper_inf(valid) and upper_inf(recorded));
-- SP-GiST takes half the time of GiST to fill row by row, and answers the same questions.
create index spatial_unit_geom on spatial_unit using spgist (geom);

-- Two closed rows of one code never hold on the same day as known at the same moment. Rows in force are left out:
-- a GiST entry costs a bulk load seven times a B-tree's, they are unique already, and the check below keeps
-- them apart from the closed ones.
alter table sector        add constraint sector_once_in_time        exclude using gist (ubigeo with =, code with =, valid with &&, recorded with &&) where (not (upper_inf(valid) and upper_inf(recorded)));
alter table manzana       add constraint manzana_once_in_time       exclude using gist (ubigeo with =, code with =, valid with &&, recorded with &&) where (not (upper_inf(valid) and upper_inf(recorded)));
alter table parcel        add constraint parcel_once_in_time        exclude using gist (ubigeo with =, code with =, valid with &&, recorded with &&) where (not (upper_inf(valid) and upper_inf(recorded)));
alter table zone          add constraint zone_once_in_time          exclude using gist (ubigeo with =, code with =, valid with &&, recorded with &&) where (not (upper_inf(valid) and upper_inf(recorded)));
alter table overlay       add constraint overlay_once_in_time       exclude using gist (ubigeo with =, code with =, valid with &&, recorded with &&) where (not (upper_inf(valid) and upper_inf(recorded)));
alter table road          add constraint road_once_in_time          exclude using gist (ubigeo with =, code with =, valid with &&, recorded with &&) where (not (upper_inf(valid) and upper_inf(recorded)));
alter table plan          add constraint plan_once_in_time          exclude using gist (ubigeo with =, code with =, valid with &&, recorded with &&) where (not (upper_inf(valid) and upper_inf(recorded)));
alter table further_layer add constraint further_layer_once_in_time exclude using gist (layer with =, ubigeo with =, code with =, valid with &&, recorded with &&) where (not (upper_inf(valid) and upper_inf(recorded)));

-- What row-by-row constraints would cost too much for on a bulk load is checked once a statement.
create function spatial_unit_check_written() returns trigger language plpgsql as $$
declare
    rows record;
    bad text;
begin
    -- One pass: an act writes one layer of one municipality, so that is nearly always all there is to look at.
    select min(layer) as layer, max(layer) as last_layer, min(ubigeo) as ubigeo, max(ubigeo) as last_ubigeo,
           min(change_from) as change, max(change_from) as last_change,
           count(*) filter (where not (upper_inf(valid) and upper_inf(recorded))) as closed
    into rows from written;

    if rows.change is distinct from rows.last_change
        or not exists (select from change where number = rows.change) and rows.change is not null then
        raise foreign_key_violation using constraint = 'spatial_unit_by_a_change',
            message = format('rows of no change or of several: %s to %s', rows.change, rows.last_change);
    end if;
    if rows.layer is distinct from rows.last_layer or rows.ubigeo is distinct from rows.last_ubigeo then
        raise foreign_key_violation using constraint = 'spatial_unit_of_one_municipality',
            message = 'a statement writes one layer of one municipality';
    end if;
    if rows.ubigeo is not null and not exists (select from municipality where ubigeo = rows.ubigeo) then
        raise foreign_key_violation using constraint = 'spatial_unit_in_a_municipality',
            message = format('no municipality %s', rows.ubigeo);
    end if;

    -- The rows in force and the closed rows of one code, whichever of them was written. Each question is asked only
    -- where there is something to compare: a first load of a town has no closed rows, and pays for none.
    if exists (
        select from spatial_unit
        where layer = rows.layer and ubigeo = rows.ubigeo and not (upper_inf(valid) and upper_inf(recorded))
    ) then
        select w.code into bad
        from written w
        join spatial_unit o on o.layer = rows.layer and o.ubigeo = rows.ubigeo and o.code = w.code
            and o.valid && w.valid and o.recorded && w.recorded
            and not (upper_inf(o.valid) and upper_inf(o.recorded))
        where upper_inf(w.valid) and upper_inf(w.recorded)
        limit 1;
    end if;
    if bad is null and rows.closed > 0 then
        select w.code into bad
        from written w
        join spatial_unit o on o.layer = rows.layer and o.ubigeo = rows.ubigeo and o.code = w.code
            and o.valid && w.valid and o.recorded && w.recorded
            and upper_inf(o.valid) and upper_inf(o.recorded)
        where not (upper_inf(w.valid) and upper_inf(w.recorded))
        limit 1;
    end if;
    if bad is not null then
        raise exclusion_violation using constraint = 'spatial_unit_once_in_time',
            message = format('two versions of %s hold at the same time', bad);
    end if;
    return null;
end
$$;

-- Triggers of a statement are those of the table that it names. A COPY names the partition: into the parent, with a
-- trigger that sees the rows, PostgreSQL would write them one by one, a quarter slower.
create trigger check_written after insert on spatial_unit  referencing new table as written for each statement execute function spatial_unit_check_written();
create trigger check_written after insert on sector        referencing new table as written for each statement execute function spatial_unit_check_written();
create trigger check_written after insert on manzana       referencing new table as written for each statement execute function spatial_unit_check_written();
create trigger check_written after insert on parcel        referencing new table as written for each statement execute function spatial_unit_check_written();
create trigger check_written after insert on zone          referencing new table as written for each statement execute function spatial_unit_check_written();
create trigger check_written after insert on overlay       referencing new table as written for each statement execute function spatial_unit_check_written();
create trigger check_written after insert on road          referencing new table as written for each statement execute function spatial_unit_check_written();
create trigger check_written after insert on plan          referencing new table as written for each statement execute function spatial_unit_check_written();
create trigger check_written after insert on further_layer referencing new table as written for each statement execute function spatial_unit_check_written();

-- A published row is closed, never changed and never deleted: any past day must be answerable.
create function spatial_unit_only_closes() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        raise exception using errcode = 'restrict_violation', constraint = 'spatial_unit_never_deleted',
            message = format('a version of %s would be lost', old.code);
    end if;
    if (new.layer, new.ubigeo, new.code, new.valid, new.change_from, new.content)
           is distinct from (old.layer, old.ubigeo, old.code, old.valid, old.change_from, old.content)
       or new.attributes is distinct from old.attributes
       or new.geom::bytea is distinct from old.geom::bytea
       or lower(new.recorded) <> lower(old.recorded)
       or not upper_inf(old.recorded) then
        raise exception using errcode = 'restrict_violation', constraint = 'spatial_unit_only_closes',
            message = format('a published version of %s would change', old.code);
    end if;
    return new;
end
$$;

create trigger spatial_unit_only_closes before update or delete on spatial_unit
    for each row execute function spatial_unit_only_closes();

-- A truncate fires only the triggers of the tables it names, so each partition has its own.
create function spatial_unit_never_emptied() returns trigger language plpgsql as $$
begin
    raise exception using errcode = 'restrict_violation', constraint = 'spatial_unit_never_deleted',
        message = format('all versions in %s would be lost', tg_table_name);
end
$$;

create trigger never_emptied before truncate on sector        for each statement execute function spatial_unit_never_emptied();
create trigger never_emptied before truncate on manzana       for each statement execute function spatial_unit_never_emptied();
create trigger never_emptied before truncate on parcel        for each statement execute function spatial_unit_never_emptied();
create trigger never_emptied before truncate on zone          for each statement execute function spatial_unit_never_emptied();
create trigger never_emptied before truncate on overlay       for each statement execute function spatial_unit_never_emptied();
create trigger never_emptied before truncate on road          for each statement execute function spatial_unit_never_emptied();
create trigger never_emptied before truncate on plan          for each statement execute function spatial_unit_never_emptied();
create trigger never_emptied before truncate on further_layer for each statement execute function spatial_unit_never_emptied();

create table zone_class (
    ubigeo      text collate "C" not null references municipality,
    instrument  text not null,
    code        text not null,
    name        text not null,
    norma       text not null,
    articulo    text,
    valid       daterange not null check (not isempty(valid)),
    recorded    tstzrange not null check (not isempty(recorded)),
    change_from bigint not null references change,
    constraint zone_class_once_in_time
        exclude using gist (ubigeo with =, instrument with =, code with =, valid with &&, recorded with &&)
);
comment on table zone_class is 'Zone classes of an instrument: RDM, CZ, E1… with the article that defines them.';
