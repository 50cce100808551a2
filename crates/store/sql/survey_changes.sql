-- $1 survey, $2 comparison, $3 after this number, $4 limit
-- What comes after is the survey's own rows; of a retired parcel what was in force when it was compared.
select c.number, c.kind, c.parents, c.children, c.aspects, c.displaced_m,
       c.area_before_m2, c.area_after_m2, c.spoiled,
       st_asgeojson(st_transform(coalesce(after.geom, before.geom), 4326), 8) as shape
from (
    select * from survey_change
    where survey = $1 and comparison = $2 and number > $3
    order by number
    limit $4
) c
join survey s on s.id = c.survey
left join lateral (
    select case when count(*) = 1 then (array_agg(r.geom))[1] else st_collect(r.geom) end as geom
    from survey_row r where r.survey = c.survey and r.row = any (c.rows)
) after on true
left join lateral (
    select st_collect(p.geom) as geom
    from spatial_unit p
    where p.layer = s.layer and p.ubigeo = s.ubigeo and p.code = any (c.parents)
        and p.change_from <= s.compared_to and (p.change_to is null or p.change_to > s.compared_to)
        and upper_inf(p.valid)
) before on after.geom is null
order by c.number
