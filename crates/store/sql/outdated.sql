-- $1 survey, $2 layer, $3 ubigeo: rows of a package whose parcel has changed since, and is not what the row says
select r.row, r.code, r.base, s.change_from as current,
       exists (
           select from spatial_unit b
           where b.layer = $2 and b.ubigeo = $3 and b.code = r.code and b.change_from = r.base
               and b.attributes = r.attributes and b.geom = r.geom) as untouched
from survey_row r
left join spatial_unit s on s.layer = $2 and s.ubigeo = $3 and s.code = r.code
    and upper_inf(s.valid) and upper_inf(s.recorded)
where r.survey = $1 and r.base is not null and s.change_from is distinct from r.base
    and (s.change_from is null or s.attributes <> r.attributes or not s.geom = r.geom)
order by r.row
