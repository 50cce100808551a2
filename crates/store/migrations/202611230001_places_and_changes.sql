-- Places of the service, and the numbered acts that change what it holds.
create extension if not exists postgis;
create extension if not exists btree_gist;


create table municipality (
    ubigeo        text collate "C" primary key check (ubigeo ~ '^[0-9]{6}$'),
    name          text not null,
    province      text not null,
    province_code text not null check (province_code ~ '^[0-9]{4}$'),
    -- Generalised: good for "mostly elsewhere", never for a boundary. See accuracy_m.
    outline       geometry(MultiPolygon, 32718) not null,
    accuracy_m    double precision not null check (accuracy_m > 0),
    source        text not null,
    demonstration boolean not null default false,
    constraint municipality_in_its_province check (left(ubigeo, 4) = province_code)
);
comment on table municipality is 'Municipalities that the service holds land of.';

-- Numbers grow without gaps in the order of commit (they are given under a lock that lasts until the commit),
-- so "all changes up to n" is a state that existed, and a reader that saw n misses nothing before it.
create table change (
    number          bigint primary key,
    at              timestamptz not null,
    ubigeo          text collate "C" references municipality,
    layer           text collate "C",
    kind            text not null,
    actor           text not null,
    reason          text not null,
    document        text,
    document_sha256 bytea check (length(document_sha256) = 32),
    counts          jsonb not null default '{}',
    constraint change_grows_from_one check (number > 0)
);
create index change_by_place on change (ubigeo, number);
comment on table change is 'What was done: when, where, by whom, why, and on the strength of which document.';

create table theme (
    code     text collate "C" primary key,
    name     text not null,
    effect   text not null check (effect in ('prohibe', 'condiciona', 'informa')),
    norma    text not null,
    articulo text,
    color    text not null check (color ~ '^#[0-9a-f]{6}$')
);
comment on table theme is 'Themes of overlays: what an overlay of this theme does, and by which law.';
