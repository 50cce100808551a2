-- $1 layer, $2 ubigeo, $3 survey, $4 its layer, $5 metres: what is in force around the rows of an edition, around what
-- is in force under their codes, and under their codes wherever it is
with written as (
    select code, geom from survey_row where survey = $3 and replaced_by is null
), around as (
    select st_expand(geom, $5) as box from written
    union all
    select st_expand(s.geom, $5)
    from written w
    join spatial_unit s on s.layer = $4 and s.ubigeo = $2 and s.code = w.code
        and upper_inf(s.valid) and upper_inf(s.recorded)
)
select distinct on (s.code) s.code, s.content, s.geom
from (
    select u.code, u.content, u.geom
    from around a
    join spatial_unit u on u.layer = $1 and u.ubigeo = $2 and u.geom && a.box
        and upper_inf(u.valid) and upper_inf(u.recorded)
    union all
    select u.code, u.content, u.geom
    from written w
    join spatial_unit u on $1 = $4 and u.layer = $1 and u.ubigeo = $2 and u.code = w.code
        and upper_inf(u.valid) and upper_inf(u.recorded)
) s
order by s.code
