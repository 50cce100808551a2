-- Observations on a grid over a box, by cell. What is counted is drawn: a cell of one names it.
-- $1 municipality · $2 states · $3 about · $4 to $7 the box in EPSG:32718 · $8 side of a cell in metres
select avg(st_x(o.place)) as x, avg(st_y(o.place)) as y,
    min(st_x(o.place)) as west, min(st_y(o.place)) as south, max(st_x(o.place)) as east, max(st_y(o.place)) as north,
    count(*) as count, count(*) filter (where o.state = 'respondida') as answered,
    case when count(*) = 1 then (array_agg(o.id))[1] end as id
from observation o
where ($1::text is null or o.ubigeo = $1)
    and o.state = any ($2)
    and ($3::text is null or o.about = $3)
    and o.place && st_makeenvelope($4, $5, $6, $7, 32718)
group by floor((st_x(o.place) - $4) / $8), floor((st_y(o.place) - $5) / $8)
order by count desc, x, y
