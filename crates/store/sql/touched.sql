-- $1 survey, $2 comparison: codes that it closes, and those that it opens with their shapes
select code, null as geom
from survey_change cross join unnest(parents) as code
where survey = $1 and comparison = $2 and not spoiled
union all
select r.code, r.geom
from survey_change c
cross join unnest(c.rows) as n
join survey_row r on r.survey = c.survey and r.row = n
where c.survey = $1 and c.comparison = $2 and not c.spoiled
