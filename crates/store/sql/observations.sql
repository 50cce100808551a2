-- The observations that a question asks for, the newest first; after a moment and identity where a page goes on.
-- $1 id · $2 receipt digest · $3 municipality · $4 states · $5 about · $6 object · $7, $8 before · $9 limit
select o.id, o.year, o.number, o.ubigeo, o.place, o.about, o.object, o.words, o.made_at, o.due_on, o.state, o.moved_at
from observation o
where ($1::uuid is null or o.id = $1)
    and ($2::bytea is null or o.receipt = $2)
    and ($3::text is null or o.ubigeo = $3)
    and (cardinality($4::text[]) = 0 or o.state = any ($4))
    and ($5::text is null or o.about = $5)
    and ($6::text is null or o.object = $6)
    and ($7::timestamptz is null or (o.made_at, o.id) < ($7, $8::uuid))
order by o.made_at desc, o.id desc
limit $9
