-- $1 id of one, or none for all that row security shows; $2 how many.
select i.id, i.ubigeo, i.place, i.parcel, i.certificate, i.receipt_sha256, i.state, a.login as opener, i.opened_at, i.subject,
    i.acta, i.visited_on, i.infraction_code, i.infraction, i.ordered, i.deadline, i.resolution
from inspection i join account a on a.id = i.opened_by
where $1::uuid is null or i.id = $1
order by i.opened_at desc, i.id
limit $2
