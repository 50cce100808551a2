-- The observations that a question asks for, the newest first; after a moment and identity where a page goes on.
-- $1 municipality · $2 states · $3 about · $4 object · $5, $6 before · $7 to $10 a box in EPSG:32718 · $11 limit
-- Where nothing ends the page before, it goes on from the end of time: the key is always one of the index.
select o.id, o.year, o.number, o.ubigeo, st_x(o.place) as x, st_y(o.place) as y, o.about, o.object, o.words, o.made_at, o.due_on, o.state, o.moved_at
from observation o
where ($1::text is null or o.ubigeo = $1)
    and (cardinality($2::text[]) = 0 or o.state = any ($2))
    and ($3::text is null or o.about = $3)
    and ($4::text is null or o.object = $4)
    and (o.made_at, o.id) < (coalesce($5::timestamptz, 'infinity'), coalesce($6::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
    and ($7::float8 is null or o.place && st_makeenvelope($7, $8, $9, $10, 32718))
order by o.made_at desc, o.id desc
limit $11
