-- $1 digest of the name, $2 source, $3 failures for one name, $4 for any name, $5 seconds for which they count
with swept as (
    delete from sign_in_failure where at < clock_timestamp() - interval '1 day'
)
insert into sign_in_failure (login_hash, source)
select $1, $2
from (
    select count(*) filter (where login_hash = $1) as for_login, count(*) as for_any
    from sign_in_failure
    where source = $2 and at > clock_timestamp() - $5 * interval '1 second'
) so_far
where for_login < $3 and for_any < $4
