-- Ten years of a province that is busy: 5,000 projects with two years of progress, 50,000 observations, 500 indicators with
-- ten years of months in seven places. Made up, in a database of its own; run as its owner.
\set ON_ERROR_STOP on
\set QUIET on
begin;
select setseed(0.2201);

-- A change writes one layer of one municipality.
do $$
declare
    place record;
    number bigint;
    first int := 0;
begin
    for place in select ubigeo from municipality order by ubigeo
    loop
        select coalesce(max(c.number), 0) + 1 into number from change c;
        insert into change (number, at, ubigeo, layer, kind, actor, reason)
        values (number, clock_timestamp(), place.ubigeo, 'inversiones', 'demostracion', 'medida', 'Proyectos para medir');
        insert into spatial_unit (layer, ubigeo, code, valid, recorded, change_from, content, attributes, geom)
        select 'inversiones', place.ubigeo, (3000000 + first + n)::text, daterange('2026-01-01', null),
            tstzrange(clock_timestamp(), null), number, gen_random_uuid(),
            jsonb_build_object('nombre', format('Proyecto para medir %s', first + n),
                'fase', (array['idea', 'formulacion', 'ejecucion', 'funcionamiento'])[1 + n % 4],
                'eje', (array['fisico_ambiental', 'urbano', 'servicios', 'economico', 'social', 'institucional'])[1 + n % 6],
                'plan', format('PDU-%s-DEMO', '220101'), 'nodo', format('OE%s.E%s.P%s', 1 + n % 3, 1 + n % 2, 1 + n / 3 % 2),
                'costo_soles', 100000 + n * 37, 'area_influencia_m', 100, 'inicio', '2026-01-01', 'fin', '2027-12-31',
                'responsable', 'Oficina de obras', 'abierto_a_inversionistas', n % 10 = 0, 'demostracion', true),
            st_centroid(l.geom)
        from generate_series(1, 834) n
        join lateral (select geom from parcel where ubigeo = place.ubigeo order by code offset n % 200 limit 1) l on true;
        first := first + 834;
    end loop;
end
$$;
insert into figure (kind, code, measure, period, value, recorded, content)
select 'inversion', (3000000 + n)::text, m.measure, format('%s-T%s', 2025 + q / 4, 1 + q % 4), m.step * (q + 1),
    tstzrange(clock_timestamp(), null), '{}'
from generate_series(1, 5004) n, generate_series(0, 7) q,
    (values ('fisico_pct', 12.5), ('financiero_soles', 12500)) m (measure, step);

insert into observation (id, year, number, ubigeo, place, about, words, receipt, made_at, due_on, state, moved_at)
select gen_random_uuid(), 2016 + n / 5000, 1000000 + n, l.ubigeo, st_centroid(l.geom),
    (array['predio', 'plan', 'levantamiento', 'inversion', 'obra', 'otro'])[1 + n % 6],
    format('Observación para medir, número %s.', n), sha256(n::text::bytea),
    timestamptz '2016-01-01' + n * interval '100 minutes', date '2016-02-01' + (n / 15)::int,
    (array['recibida', 'publicada', 'respondida', 'respondida', 'archivada'])[1 + n % 5],
    timestamptz '2016-01-01' + n * interval '100 minutes'
from (select row_number() over () as n, ubigeo, geom from parcel, generate_series(1, 60) limit 50000) l;

insert into dossier (kind, code, version, recorded, content)
select 'indicador', format('medida_%s', n), 1, tstzrange(clock_timestamp(), null),
    jsonb_build_object('nombre', format('Indicador para medir %s', n),
        'eje', (array['fisico_ambiental', 'urbano', 'servicios', 'economico', 'social', 'institucional'])[1 + n % 6],
        'formula', 'Un número', 'unidad', 'unidades', 'fuente', 'Ninguna', 'sentido', 'mas', 'periodicidad', 'mensual',
        'metas', '[]'::jsonb, 'demostracion', true)
from generate_series(1, 500) n;
insert into figure (kind, code, measure, period, ubigeo, value, recorded, content)
select 'indicador', format('medida_%s', n), 'valor', to_char(date '2016-01-01' + m * interval '1 month', 'YYYY-MM'), p.ubigeo,
    random() * 100, tstzrange(clock_timestamp(), null), '{"nota": "para medir"}'
from generate_series(1, 500) n, generate_series(0, 119) m, (select ubigeo from municipality union all select null) p;
commit;
analyze;
