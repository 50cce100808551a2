-- $1 survey, $2 layer, $3 ubigeo: rows of a package or an edition whose feature has changed since, and is not what the
-- row says. A base of 0: the feature was to be new.
select r.row, r.code, r.base, s.change_from as current,
       r.removed is not true and exists (
           select from spatial_unit b
           where b.layer = $2 and b.ubigeo = $3 and b.code = r.code and b.change_from = r.base
               and b.attributes = r.attributes and b.geom = r.geom) as untouched
from survey_row r
left join spatial_unit s on s.layer = $2 and s.ubigeo = $3 and s.code = r.code
    and upper_inf(s.valid) and upper_inf(s.recorded)
where r.survey = $1 and r.base is not null and r.replaced_by is null
    and s.change_from is distinct from nullif(r.base, 0)
    and case when r.removed then s.change_from is not null
        else s.change_from is null or s.attributes <> r.attributes or not s.geom = r.geom end
order by r.row
