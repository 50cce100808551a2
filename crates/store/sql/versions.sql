-- $1 layer, $2 code or $3 place, $4 and $5 day and moment or neither
select s.ubigeo, s.code, lower(s.valid) as valid_from, upper(s.valid) as valid_to, lower(s.recorded) as recorded_from,
       upper(s.recorded) as recorded_to, s.change_from, s.change_to, c.kind, c.reason, c.document,
       s.attributes::text as attributes, st_area(s.geom) as area_m2,
       st_asgeojson(st_transform(s.geom, 4326), 8) as shape
from spatial_unit s
join change c on c.number = s.change_from
where s.layer = $1
    and ($2::text is null or s.code = $2)
    and ($3::geometry is null or st_intersects(s.geom, $3))
    and ($4::date is null or s.valid @> $4)
    and ($5::timestamptz is null or s.recorded @> $5)
order by lower(s.recorded), lower(s.valid), s.code
limit 1000
