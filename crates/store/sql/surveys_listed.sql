-- $1 municipalities, $2 state, $3 who uploaded, each where it is not null; $4 those that wait for a decision, the oldest
-- first; $5 how many, $6 after so many. What is found is counted as its report has it.
select s.id, s.ubigeo, s.layer, s.received_at, s.uploaded_by, u.login as uploader, s.file_name, s.state,
       case when s.state not in ('observado', 'conforme') then null
            when s.decided_by is not null then 'correccion'
            when s.report is null and s.reference is not null then 'sistema'
            when s.report is null then 'otro'
            when s.edition and s.sent_at is null then 'envio'
            else 'decision' end as waits_for,
       coalesce(f.errors, 0)::bigint as errors, (coalesce(f.all_found, 0) - coalesce(f.errors, 0))::bigint as others
from survey s
left join account u on u.id = s.uploaded_by
left join lateral (
    select sum((line->>'cantidad')::bigint - coalesce((line->>'menores')::bigint, 0))
               filter (where line->>'severidad' = 'error') as errors,
           sum((line->>'cantidad')::bigint) as all_found
    from jsonb_array_elements(s.report->'hallazgos') line
) f on true
where ($1::text[] is null or s.ubigeo = any ($1))
    and ($2::text is null or s.state = $2)
    and ($3::uuid is null or s.uploaded_by = $3)
    and (not $4 or s.state in ('observado', 'conforme') and s.decided_by is null and s.report is not null
                   and (not s.edition or s.sent_at is not null))
order by case when $4 then s.received_at end, s.received_at desc, s.id
limit $5 offset $6
