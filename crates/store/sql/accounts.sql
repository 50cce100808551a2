-- $1 id, $2 login, $3 issuer, $4 subject, $5 email: the one that is not null decides; all accounts where none is
select a.id, a.login, a.full_name, a.email, a.password_hash, a.must_change_password, a.password_expires_at,
       a.expires_at, a.disabled_at,
       coalesce(array_agg(r.role order by r.role, r.ubigeo) filter (where r.role is not null), '{}') as roles,
       coalesce(array_agg(r.ubigeo order by r.role, r.ubigeo) filter (where r.role is not null), '{}') as places
from account a
left join account_role r on r.account = a.id
where ($1::uuid is null or a.id = $1)
    and ($2::text is null or a.login = $2)
    and ($3::text is null or a.oidc_issuer = $3)
    and ($4::text is null or a.oidc_subject = $4)
    and ($5::text is null or a.email = $5)
group by a.id
order by a.login
