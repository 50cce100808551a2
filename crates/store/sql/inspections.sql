-- $1 id of one, or none for all that row security shows; $2 how many; $3 a state, $4 a part of what is written in it, in small
-- letters; $5 the one after which a page goes on.
select i.id, i.ubigeo, i.place, i.parcel, i.certificate, i.receipt_sha256, i.state, a.login as opener, i.opened_at, i.subject,
    i.acta, i.visited_on, i.infraction_code, i.infraction, i.ordered, i.deadline, i.resolution
from inspection i join account a on a.id = i.opened_by
where ($1::uuid is null or i.id = $1) and ($3::text is null or i.state = $3)
    and ($4::text is null
        or position($4 in lower(concat_ws(' ', i.parcel, i.acta, i.subject, i.infraction_code, i.infraction))) > 0)
    and ($5::uuid is null or (i.opened_at, i.id) < (select l.opened_at, l.id from inspection l where l.id = $5))
order by i.opened_at desc, i.id desc
limit $2
