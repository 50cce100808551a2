-- What the peers read: the lots in force with the same properties, in the system, with the key and the index that each of
-- them likes best; and the questions, the same for all.
begin;
set client_min_messages = warning;
drop schema if exists peers cascade;
create schema peers;

create table peers.lotes as
select code as codigo, ubigeo, code like 'P-%' as provisional, round(st_area(geom)::numeric, 2)::float8 as area_m2,
    lower(valid) as vigente_desde, change_from as version_datos,
    attributes->>'barrio' as barrio, attributes->>'sector' as sector, attributes->>'dominio' as dominio,
    attributes->>'manzana' as manzana, attributes->>'parcela' as parcela, (attributes->>'partida')::bigint as partida,
    attributes->>'direccion' as direccion, attributes->>'circunscripcion' as circunscripcion,
    st_multi(st_transform(geom, 4326))::geometry(MultiPolygon, 4326) as geom
from public.parcel
where upper_inf(valid) and upper_inf(recorded)
order by code;
alter table peers.lotes add primary key (codigo);
create index on peers.lotes using gist (geom);

-- Boxes of 60 to 300 m around lots taken at random, in town and out of it.
select setseed(0.6);
create table peers.boxes as
select row_number() over () as id, st_expand(at, half, half) as box
from (
    select st_centroid(geom) as at, (30 + 120 * random()) / 111320 as half
    from peers.lotes order by md5(codigo) limit 4000
) lot;
alter table peers.boxes add primary key (id);

create table peers.ids as select codigo from peers.lotes order by md5('id' || codigo) limit 10000;

-- Tiles on which there are lots, by zoom in no order; at most so many of each.
create table peers.tiles as
select z, x, y from (
    select z, x, y, row_number() over (partition by z order by md5(z || '/' || x || '/' || y)) as turn
    from (
        select distinct z,
            floor((st_x(at) + 180) / 360 * (1 << z))::int as x,
            floor((1 - asinh(tan(radians(st_y(at)))) / pi()) / 2 * (1 << z))::int as y
        from (select st_centroid(geom) as at from peers.lotes) lot, generate_series(14, 17) z
    ) tile
) tile
where turn <= 150 order by z, turn;
commit;
vacuum analyze peers.lotes;
vacuum analyze peers.boxes;
vacuum analyze public.parcel;
