-- $1 survey, $2 comparison; $3 rule, $4 severity, $5 number, each where it is not null; $6 only those with a place;
-- $7 how many, $8 after so many. The worst come first.
select number, rule, severity, row, code, others, message, coalesce(fault, point) as shape, repair
from survey_finding
where survey = $1 and comparison = $2
    and ($3::text is null or rule = $3)
    and ($4::text is null or severity = $4)
    and ($5::int is null or number = $5)
    and (not $6 or coalesce(fault, point) is not null)
order by case severity when 'error' then 0 when 'observacion' then 1 else 2 end, number
limit $7 offset $8
