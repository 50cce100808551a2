-- $1 kind, $2 codes, $3 moment (none: now); of each code and measure the figure of the period that ends last, of
-- those the shortest: a month before a quarter, a half and a year
select distinct on (f.code, f.measure) f.code, f.measure, f.period, f.value
from figure f
where f.kind = $1 and f.code = any ($2) and f.ubigeo is null
    and case when $3::timestamptz is null then upper_inf(f.recorded) else f.recorded @> $3::timestamptz end
order by f.code, f.measure, consulta.fin_de(f.period) desc,
    array_position(array['', 'S', 'T'], substr(f.period, 6, 1)) desc nulls first
