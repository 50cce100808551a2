-- $1 zoom, $2 column, $3 row: the tile of lots as PostGIS itself makes it.
with place as (
    select st_tileenvelope($1, $2, $3) as square,
        st_transform(st_tileenvelope($1, $2, $3, margin => 64.0 / 4096), 32718) as ground
), lot as (
    select code as codigo, code like 'P-%' as provisional,
        st_asmvtgeom(st_transform(geom, 3857), square, 4096, 64, true) as geom
    from parcel, place
    where geom && ground and upper_inf(valid) and upper_inf(recorded)
)
select st_asmvt(lot, 'lotes', 4096, 'geom') from lot where geom is not null
