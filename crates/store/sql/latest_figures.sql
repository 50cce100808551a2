-- $1 kind, $2 codes, $3 moment (none: now); of each code and measure the figure of the period that ends last
select distinct on (f.code, f.measure) f.code, f.measure, f.period, f.value
from figure f
where f.kind = $1 and f.code = any ($2) and f.ubigeo is null
    and case when $3::timestamptz is null then upper_inf(f.recorded) else f.recorded @> $3::timestamptz end
order by f.code, f.measure,
    left(f.period, 4) desc,
    case substr(f.period, 6, 1)
        when '' then 12
        when 'S' then 6 * substr(f.period, 7)::int
        when 'T' then 3 * substr(f.period, 7)::int
        else substr(f.period, 6)::int
    end desc,
    length(f.period) desc
