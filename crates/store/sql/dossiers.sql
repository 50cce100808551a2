-- $1 kind, $2 moment (none: now), $3 after this code, $4 at most
select d.code, d.version, d.ubigeo, lower(d.recorded) as since, upper(d.recorded) as until, d.account, a.login, d.content
from dossier d left join account a on a.id = d.account
where d.kind = $1
    and case when $2::timestamptz is null then upper_inf(d.recorded) else d.recorded @> $2::timestamptz end
    and ($3::text is null or d.code > $3)
order by d.code
limit $4
