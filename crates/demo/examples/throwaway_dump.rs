fn main() {
    let a: Vec<String> = std::env::args().collect();
    let plan = demo_plan(a[1].parse().unwrap());
    let t0 = std::time::Instant::now();
    let towns = catastro_demo::towns(&plan);
    println!("towns {:?}", t0.elapsed());
    let mut total = 0;
    for town in &towns {
        for c in domain::collection::Collection::KNOWN {
            let t = std::time::Instant::now();
            let n = town.features(&c).count();
            if c.name() == "lotes" { total += n; }
            println!("{} {} {} {:?}", town.ubigeo(), c, n, t.elapsed());
        }
    }
    println!("total {total} {:?}", t0.elapsed());
    if let Some(dir) = a.get(2) {
        for town in &towns {
            for c in domain::collection::Collection::KNOWN {
                let mut s = String::from("{\"type\":\"FeatureCollection\",\"crs\":{\"type\":\"name\",\"properties\":{\"name\":\"urn:ogc:def:crs:EPSG::32718\"}},\"features\":[");
                for (k, f) in town.features(&c).enumerate() {
                    if k > 0 { s.push(','); }
                    let ring = |l: &geo_types::LineString<f64>| format!("[{}]", l.0.iter().map(|c| format!("[{},{}]", c.x, c.y)).collect::<Vec<_>>().join(","));
                    let poly = |p: &geo_types::Polygon<f64>| format!("[{}]", std::iter::once(p.exterior()).chain(p.interiors()).map(ring).collect::<Vec<_>>().join(","));
                    let g = match &f.geometry {
                        geo_types::Geometry::Polygon(p) => format!("{{\"type\":\"Polygon\",\"coordinates\":{}}}", poly(p)),
                        geo_types::Geometry::MultiPolygon(m) => format!("{{\"type\":\"MultiPolygon\",\"coordinates\":[{}]}}", m.0.iter().map(poly).collect::<Vec<_>>().join(",")),
                        geo_types::Geometry::LineString(l) => format!("{{\"type\":\"LineString\",\"coordinates\":{}}}", ring(l)),
                        _ => unreachable!(),
                    };
                    let mut at = f.attributes.clone();
                    at.insert("code".into(), f.code.clone().into());
                    s.push_str(&format!("{{\"type\":\"Feature\",\"properties\":{},\"geometry\":{}}}\n", serde_json::Value::Object(at), g));
                }
                s.push_str("]}");
                std::fs::write(format!("{dir}/{}_{}.geojson", town.ubigeo(), c), s).unwrap();
            }
        }
    }
}
fn demo_plan(parcels: u32) -> catastro_demo::Plan { catastro_demo::Plan { parcels, ..Default::default() } }
