-- $1 survey, $2 comparison, $3 first number; then a list a column. Codes are joined by commas, which none has.
insert into survey_finding (survey, comparison, number, rule, severity, row, code, others, message, point, fault, repair)
select $1, $2, $3 + n::int, rule, severity, row, code, string_to_array(others, ','), message,
       st_geomfromewkb(point), st_geomfromewkb(fault), st_geomfromewkb(repair)
from unnest($4::text[], $5::text[], $6::bigint[], $7::text[], $8::text[], $9::text[], $10::bytea[], $11::bytea[],
            $12::bytea[])
    with ordinality as f (rule, severity, row, code, others, message, point, fault, repair, n)
