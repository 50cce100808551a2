-- How the harvests of each source went. $1 source (none: all)
select l.source, l.number, l.started, l.ended, l.outcome, l.failure,
    (select count(*) from harvest h where h.source = l.source and h.number > coalesce(g.number, 0)) as failures,
    g.ended as good_at, g.features as good_features, c.number as copy
from (select distinct on (source) * from harvest where $1::text is null or source = $1
      order by source, number desc) l
left join lateral (select number, ended, features from harvest h where h.source = l.source and h.outcome = 'bien'
                   order by number desc limit 1) g on true
left join lateral (select number from harvest h where h.source = l.source and h.kept
                   order by number desc limit 1) c on true
order by l.source
