-- $1 layer, $2 first day, $3 last day, $4 moment, $5 ground, $6 and $7 key to go on after, $8 limit, $9 offset
select distinct on (ubigeo, code) ubigeo, code, attributes::text, lower(valid), change_from, geom
from spatial_unit
where layer = $1
    and valid && daterange($2, $3, '[]')
    and recorded @> $4::timestamptz
    and ($5::geometry is null or st_intersects(geom, $5::geometry))
    and ($6::text is null or (ubigeo, code) > ($6::text, $7::text))
order by ubigeo, code, lower(valid) desc
limit $8 offset $9
