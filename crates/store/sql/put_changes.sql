-- $1 survey, $2 comparison, $3 first number; then a list a column. Codes and rows are joined by commas.
insert into survey_change (survey, comparison, number, kind, parents, children, rows, aspects, displaced_m,
                           area_before_m2, area_after_m2, spoiled)
select $1, $2, $3 + n::int, kind, string_to_array(parents, ','), string_to_array(children, ','),
       string_to_array(rows, ',')::bigint[], string_to_array(aspects, ','), displaced_m, area_before_m2,
       area_after_m2, spoiled
from unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::float8[], $10::float8[], $11::float8[],
            $12::bool[])
    with ordinality as c (kind, parents, children, rows, aspects, displaced_m, area_before_m2, area_after_m2,
                          spoiled, n)
