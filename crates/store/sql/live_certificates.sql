-- $1 code of a parcel, $2 day, $3 moment. Those of the parcel and of the parcels that it comes from, in force that day as
-- was known at that moment, the newest first.
with recursive kin as (
    select $1::text collate "C" as code, null::bigint as change, 0 as steps
    union
    select l.parent, l.change, kin.steps + 1
    from lineage l join kin on l.layer = 'lotes' and l.child = kin.code and (kin.change is null or l.change < kin.change)
    where kin.steps < 100
)
select c.ubigeo, c.year, c.sequence, c.kind, c.code, c.parcel, c.issued_on, c.expires_on
from certificate c
where c.parcel in (select code from kin) and c.state in ('emitido', 'anulado')
    and c.issued_on <= $2 and c.issued_at <= $3 and coalesce(c.expires_on >= $2, true)
    and coalesce(c.annulled_at > $3, true)
order by c.issued_at desc
limit 100
