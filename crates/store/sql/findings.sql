-- $1 survey, $2 comparison, $3 after this number, $4 limit
select number, rule, severity, row, code, others, message,
       st_asgeojson(st_transform(coalesce(fault, point), 4326), 8) as shape,
       st_asgeojson(st_transform(repair, 4326), 8) as repair
from survey_finding
where survey = $1 and comparison = $2 and number > $3
order by number
limit $4
