-- $1 ubigeo, $2 instrument, $3 days on which the new norm holds, $4 moment, $5 change number, $6 digest, $7 content
with closed as (
    update norm set recorded = tstzrange(lower(recorded), $4), change_to = $5
    where ubigeo = $1 and instrument = $2 and valid && $3 and upper_inf(recorded)
    returning valid, sha256, content
), remaining as (
    select valid * daterange(null, lower($3)) as valid, sha256, content from closed
    union all
    select valid * daterange(upper($3), null), sha256, content from closed where not upper_inf($3)
)
insert into norm (ubigeo, instrument, valid, recorded, change_from, sha256, content)
select $1, $2, valid, tstzrange($4, null), $5, sha256, content from remaining where not isempty(valid)
union all
select $1, $2, $3, tstzrange($4, null), $5, $6, $7
