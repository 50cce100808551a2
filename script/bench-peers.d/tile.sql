with place as (
    select st_tileenvelope(%(z)s::int, %(x)s::int, %(y)s::int) as square,
        st_transform(st_tileenvelope(%(z)s::int, %(x)s::int, %(y)s::int, margin => 64.0 / 4096), 4326) as ground
), lot as (
    select codigo, provisional, st_asmvtgeom(st_transform(geom, 3857), square, 4096, 64, true) as geom
    from peers.lotes, place
    where geom && ground
)
select st_asmvt(lot, 'lotes', 4096, 'geom') from lot where geom is not null
