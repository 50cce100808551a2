-- $1 layer, $2 ubigeo, $3 day, $4 moment, $5 code
-- Rows in force and closed rows have an index each, so they are asked one after the other.
select code, attributes::text, lower(valid), change_from, geom from spatial_unit
where layer = $1 and ubigeo = $2 and code = $5 and valid @> $3 and recorded @> $4
    and upper_inf(valid) and upper_inf(recorded)
union all
select code, attributes::text, lower(valid), change_from, geom from spatial_unit
where layer = $1 and ubigeo = $2 and code = $5 and valid @> $3 and recorded @> $4
    and not (upper_inf(valid) and upper_inf(recorded))
