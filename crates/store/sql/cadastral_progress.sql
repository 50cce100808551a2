-- $1 projects as JSON (n, ubigeo, area as hexadecimal EWKB or none, sectors, first, last), $2 moment, $3 day: blocks of each
-- project, and of each block its parcels in force, those of them with a version that a survey published within the
-- project's days, and the last such moment
with project as materialized (
    select p.n, p.ubigeo, p.area::geometry as area, p.sectors, p.first, p.last
    from jsonb_to_recordset($1) as p (n int, ubigeo text, area text, sectors text[], first date, last date)
), block as (
    select p.n, m.code
    from project p
    join manzana m on m.ubigeo = p.ubigeo and m.recorded @> $2::timestamptz and m.valid @> $3::date
        and (left(m.code, 8) = any (p.sectors)
            or (m.geom && p.area and st_intersects(st_pointonsurface(m.geom), p.area)))
), published as (
    select p.n, c.number, c.at
    from project p
    join change c on c.kind in ('levantamiento', 'ingesta') and c.ubigeo = p.ubigeo and c.at <= $2
        and c.at >= p.first::timestamp at time zone 'America/Lima'
        and c.at < (p.last + 1)::timestamp at time zone 'America/Lima'
), standing as (
    select u.code, left(u.code, 11) as block
    from parcel u
    where u.ubigeo in (select ubigeo from project) and u.recorded @> $2 and u.valid @> $3
), touched as (
    select c.n, u.code, max(c.at) as at
    from published c join parcel u on u.change_from = c.number
    group by c.n, u.code
)
select b.n, b.code, count(s.code)::int as parcels, count(t.code)::int as published, max(t.at) as last_at
from block b
left join standing s on s.block = b.code
left join touched t on t.n = b.n and t.code = s.code
group by b.n, b.code
order by b.n, b.code
