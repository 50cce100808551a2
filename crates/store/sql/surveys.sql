-- $1 id, $2 municipalities, $3 state, each where it is not null; $4 how many
select s.id, s.ubigeo, s.layer, s.received_at, s.uploaded_by, u.login as uploader, s.file_name, s.file_sha256,
       s.file_layer, s.source_crs, s.profile, s.scope, s.state, s.report, s.problem, s.reference, s.compared_to,
       s.comparison, s.edition, s.sent_at, d.login as decider, s.decided_at, s.decision, s.reason, s.exceptions, s.change
from survey s
left join account u on u.id = s.uploaded_by
left join account d on d.id = s.decided_by
where ($1::uuid is null or s.id = $1)
    and ($2::text[] is null or s.ubigeo = any ($2))
    and ($3::text is null or s.state = $3)
order by s.received_at desc, s.id
limit $4
