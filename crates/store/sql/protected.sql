-- $1 municipality, or null for all; $2 day, $3 moment. Certificates in force that day as was known at that moment, for
-- each parcel that they protect: their own, and those that come from it. The newest first.
with recursive live as (
    select c.ubigeo, c.year, c.sequence, c.kind, c.code, c.parcel, c.issued_on, c.expires_on, c.issued_at
    from certificate c
    where c.state in ('emitido', 'anulado') and c.parcel is not null and ($1::text is null or c.ubigeo = $1)
        and c.issued_on <= $2 and c.issued_at <= $3 and coalesce(c.expires_on >= $2, true)
        and coalesce(c.annulled_at > $3, true)
), kin as (
    select distinct parcel as origin, parcel as code, null::bigint as change, 0 as steps from live
    union
    select kin.origin, l.child, l.change, kin.steps + 1
    from lineage l join kin on l.layer = 'lotes' and l.parent = kin.code and (kin.change is null or l.change > kin.change)
    where kin.steps < 100
)
select live.ubigeo, live.year, live.sequence, live.kind, live.code, live.parcel, live.issued_on, live.expires_on,
       protected.code as protected
from (select distinct origin, code from kin) protected
join live on live.parcel = protected.origin
order by live.issued_at desc
