-- $1 layer, $2 ubigeo, $3 codes, $4 first day on which they no longer hold, $5 moment, $6 change number
with closed as (
    update spatial_unit
    set recorded = tstzrange(lower(recorded), $5), change_to = $6
    where layer = $1 and ubigeo = $2 and code = any ($3)
        and upper_inf(valid) and upper_inf(recorded)
    returning layer, ubigeo, code, valid, content, attributes, geom
), held_until as (
    insert into spatial_unit (layer, ubigeo, code, valid, recorded, change_from, content, attributes, geom)
    select layer, ubigeo, code, daterange(lower(valid), $4), tstzrange($5, null), $6, content, attributes, geom
    from closed
    where lower(valid) < $4
)
select count(*) from closed
