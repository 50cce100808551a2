//! Geometries in and out of PostGIS as EWKB.

use geo_types::Geometry;
use geozero::{CoordDimensions, ToGeo, ToWkb};
use sqlx::{
    Decode, Encode, Postgres, Type,
    encode::IsNull,
    error::BoxDynError,
    postgres::{PgArgumentBuffer, PgTypeInfo, PgValueFormat, PgValueRef},
};

/// The official projection: WGS 84 / UTM zone 18 South.
pub const OFFICIAL_SRID: i32 = 32718;

/// A geometry in the official projection, as a column or a parameter of type `geometry`.
pub struct Official(pub Geometry<f64>);

impl Type<Postgres> for Official {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_name("geometry")
    }
}

impl Encode<'_, Postgres> for Official {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        buffer.extend_from_slice(&self.0.to_ewkb(CoordDimensions::xy(), Some(OFFICIAL_SRID))?);
        Ok(IsNull::No)
    }
}

impl<'r> Decode<'r, Postgres> for Official {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        if value.format() != PgValueFormat::Binary {
            return Err("a geometry came as text".into());
        }
        let bytes = value.as_bytes()?;
        if srid(bytes) != Some(OFFICIAL_SRID) {
            return Err("a geometry came in another projection".into());
        }
        Ok(Self(geozero::wkb::Ewkb(bytes).to_geo()?))
    }
}

/// SRID of little-endian EWKB, the form that PostGIS sends.
fn srid(ewkb: &[u8]) -> Option<i32> {
    const HAS_SRID: u32 = 0x2000_0000;
    let kind = u32::from_le_bytes(ewkb.get(1..5)?.try_into().ok()?);
    let srid = i32::from_le_bytes(ewkb.get(5..9)?.try_into().ok()?);
    (ewkb[0] == 1 && kind & HAS_SRID != 0).then_some(srid)
}

/// The two shapes of EWKB that carry nearly all the land, written without a detour; the rest through geozero.
///
/// # Errors
/// When geozero cannot write the geometry.
pub(crate) fn write_ewkb(
    geometry: &Geometry<f64>,
    out: &mut Vec<u8>,
) -> Result<(), geozero::error::GeozeroError> {
    match geometry {
        Geometry::MultiPolygon(polygons) => {
            header(6, out);
            count(polygons.0.len(), out);
            for polygon in polygons {
                out.push(1);
                out.extend_from_slice(&3_u32.to_le_bytes());
                count(1 + polygon.interiors().len(), out);
                ring(polygon.exterior(), out);
                for interior in polygon.interiors() {
                    ring(interior, out);
                }
            }
            Ok(())
        }
        other => {
            out.extend_from_slice(&other.to_ewkb(CoordDimensions::xy(), Some(OFFICIAL_SRID))?);
            Ok(())
        }
    }
}

fn header(kind: u32, out: &mut Vec<u8>) {
    out.push(1);
    out.extend_from_slice(&(kind | 0x2000_0000).to_le_bytes());
    out.extend_from_slice(&OFFICIAL_SRID.to_le_bytes());
}

fn count(length: usize, out: &mut Vec<u8>) {
    // The reader stops at a million vertices a feature, so every count fits.
    out.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
}

fn ring(line: &geo_types::LineString<f64>, out: &mut Vec<u8>) {
    count(line.0.len(), out);
    for coord in &line.0 {
        out.extend_from_slice(&coord.x.to_le_bytes());
        out.extend_from_slice(&coord.y.to_le_bytes());
    }
}

#[cfg(test)]
mod tests {
    use geo_types::{MultiPolygon, polygon};

    use super::*;

    #[test]
    fn our_ewkb_is_that_of_geozero() -> Result<(), Box<dyn std::error::Error>> {
        let with_hole = polygon!(
            exterior: [(x: 0., y: 0.), (x: 9., y: 0.), (x: 9., y: 9.), (x: 0., y: 0.)],
            interiors: [[(x: 2., y: 1.), (x: 3., y: 1.), (x: 3., y: 2.), (x: 2., y: 1.)]],
        );
        let geometry = Geometry::MultiPolygon(MultiPolygon(vec![with_hole.clone(), with_hole]));
        let mut ours = Vec::new();
        write_ewkb(&geometry, &mut ours)?;
        assert_eq!(
            ours,
            geometry.to_ewkb(CoordDimensions::xy(), Some(OFFICIAL_SRID))?
        );
        assert_eq!(srid(&ours), Some(OFFICIAL_SRID));
        Ok(())
    }
}
