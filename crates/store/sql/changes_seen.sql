-- $1 survey, $2 comparison, $3 kind where it is not null, $4 how many, $5 after so many
-- What comes after is the survey's own rows; what was before, what was in force when it was compared.
select c.number, c.kind, c.parents, c.children, c.aspects, c.displaced_m,
       c.area_before_m2, c.area_after_m2, c.spoiled, before.geom as before, after.geom as after
from (
    select * from survey_change
    where survey = $1 and comparison = $2 and ($3::text is null or kind = $3)
    order by number
    limit $4 offset $5
) c
join survey s on s.id = c.survey
left join lateral (
    select st_collectionhomogenize(st_collect(r.geom)) as geom
    from survey_row r where r.survey = c.survey and r.row = any (c.rows)
) after on true
left join lateral (
    select st_collectionhomogenize(st_collect(p.geom)) as geom
    from spatial_unit p
    where p.layer = s.layer and p.ubigeo = s.ubigeo and p.code = any (c.parents)
        and p.change_from <= s.compared_to and (p.change_to is null or p.change_to > s.compared_to)
        and upper_inf(p.valid)
) before on true
order by c.number
