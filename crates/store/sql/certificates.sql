-- $1 id, $2 code, $3 municipality, $4 year, $5 sequence of one; or $6 municipalities of a list; $7 how many.
-- $11 the one after which a page goes on. A list is narrowed to $8 a state, $9 a kind, $10 a part of number, code, parcel or file, in small letters.
select c.id, c.ubigeo, c.kind, c.parcel, c.case_number, c.two_persons, c.state, c.drafted_by, c.drafted_at,
    d.login as drafter, d.full_name as drafter_name, c.request::text as request, c.stated::text as stated,
    c.verdict::text as verdict, c.substance, c.year, c.sequence, c.code, i.login as issuer, c.issued_at, c.issued_on,
    c.expires_on, c.payload, c.protected, c.signature, c.key, c.annulled_at, c.annulled_why,
    c.annulled_document, c.annulment_payload, c.annulment_protected, c.annulment_signature, c.annulment_key
from certificate c
    join account d on d.id = c.drafted_by
    left join account i on i.id = c.issued_by
where ($1::uuid is null or c.id = $1) and ($2::text is null or c.code = $2)
    and ($3::text is null or (c.ubigeo, c.year, c.sequence) = ($3, $4::int, $5::int))
    and ($6::text[] is null or c.ubigeo = any ($6))
    and ($8::text is null or c.state = $8) and ($9::text is null or c.kind = $9)
    and ($10::text is null or position($10 in lower(concat_ws(' ', c.parcel, c.case_number, c.code,
        replace(c.code, '-', ''), c.ubigeo || '-' || c.year || '-' || lpad(c.sequence::text, 6, '0')))) > 0)
    and ($11::uuid is null or (c.drafted_at, c.id) < (select l.drafted_at, l.id from certificate l where l.id = $11))
order by c.drafted_at desc, c.id desc
limit $7
