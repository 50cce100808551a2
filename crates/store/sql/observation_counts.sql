-- How many observations there are, by state, and how they were answered. An answer ends its way, so that the state is
-- since the answer. $1 municipality · $2 about · $3 today in the province
select count(*) filter (where state = 'recibida') as received,
    count(*) filter (where state = 'publicada') as published,
    count(*) filter (where state = 'respondida') as answered,
    count(*) filter (where state = 'archivada') as shelved,
    count(*) filter (where state = 'respondida' and (moved_at at time zone 'America/Lima')::date <= due_on) as in_term,
    count(*) filter (where state in ('recibida', 'publicada') and due_on < $3) as overdue
from observation
where ($1::text is null or ubigeo = $1) and ($2::text is null or about = $2)
