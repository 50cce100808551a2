-- $1 survey, $2 layer, $3 municipality, $4 the change that it was compared with; $5 codes where they are not null;
-- $6 to $9 a box; $10 how many in force, $11 how many brought
(select false as brought, p.code, p.geom
 from spatial_unit p
 where p.layer = $2 and p.ubigeo = $3 and p.change_from <= $4 and (p.change_to is null or p.change_to > $4)
     and upper_inf(p.valid) and ($5::text[] is null or p.code = any ($5))
     and p.geom && st_makeenvelope($6, $7, $8, $9, 32718)
 order by p.code limit $10)
union all
(select true, r.code, r.geom
 from survey_row r
 where r.survey = $1 and r.replaced_by is null and r.removed is not true
     and ($5::text[] is null or r.code = any ($5))
     and r.geom && st_makeenvelope($6, $7, $8, $9, 32718)
 order by r.row limit $11)
