//! The six towns: where they are, how big, and what is known of each.

use geo_types::{Coord, LineString, Polygon};

/// A town of the province. Data, like a file: nothing here follows from anything else in the crate.
#[derive(Debug)]
pub struct Place {
    /// Place code.
    pub ubigeo: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Share of the province's parcels, in hundredths.
    pub weight: u32,
    /// The seat in EPSG:32718: the `capital` of `data/provincia/2201.json` through PROJ 9.1.
    pub seat: (f64, f64),
    /// The outline of the district there, through PROJ, in whole metres.
    pub outline: &'static [(f64, f64)],
    /// Tangent of half the angle by which the streets turn from the east: keeps sines out of the coordinates.
    pub turn: f64,
    /// Class of its plan.
    pub instrument: Instrument,
    /// Themes of overlays that exist there. What is absent is absent on purpose: "no data" must be seen too.
    pub themes: &'static [&'static str],
}

/// Class of a plan instrument.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Instrument {
    /// Plan de desarrollo urbano.
    Pdu,
    /// Esquema de ordenamiento urbano.
    Eou,
}

impl Instrument {
    /// The letters it is known by.
    pub fn code(self) -> &'static str {
        match self {
            Self::Pdu => "PDU",
            Self::Eou => "EOU",
        }
    }

    /// Its name in full.
    pub fn title(self) -> &'static str {
        match self {
            Self::Pdu => "Plan de Desarrollo Urbano",
            Self::Eou => "Esquema de Ordenamiento Urbano",
        }
    }
}

impl Place {
    /// The outline as a polygon.
    pub fn polygon(&self) -> Polygon<f64> {
        let ring = self.outline.iter().map(|&(x, y)| Coord { x, y }).collect();
        Polygon::new(LineString(ring), Vec::new())
    }
}

/// The municipalities of the province. The first takes what the others have no room for.
pub static PLACES: [Place; 6] = [
    Place {
        ubigeo: "220101",
        name: "Moyobamba",
        weight: 55,
        seat: (281_619.878, 9_332_752.240),
        outline: &[
            (200_777.0, 9_401_350.0),
            (196_346.0, 9_400_223.0),
            (207_490.0, 9_388_100.0),
            (205_297.0, 9_382_557.0),
            (208_653.0, 9_375_933.0),
            (215_339.0, 9_368_217.0),
            (224_191.0, 9_371_575.0),
            (234_175.0, 9_369_405.0),
            (239_739.0, 9_363_896.0),
            (250_841.0, 9_358_409.0),
            (251_989.0, 9_348_457.0),
            (256_442.0, 9_342_944.0),
            (263_087.0, 9_342_970.0),
            (269_729.0, 9_344_101.0),
            (277_489.0, 9_341_918.0),
            (275_303.0, 9_334_167.0),
            (271_993.0, 9_330_836.0),
            (281_979.0, 9_325_343.0),
            (285_296.0, 9_326_461.0),
            (293_046.0, 9_326_488.0),
            (295_238.0, 9_333_132.0),
            (301_877.0, 9_334_260.0),
            (306_299.0, 9_336_486.0),
            (306_281.0, 9_342_016.0),
            (302_942.0, 9_347_535.0),
            (298_497.0, 9_351_944.0),
            (296_243.0, 9_364_103.0),
            (290_704.0, 9_364_085.0),
            (282_934.0, 9_368_483.0),
            (271_839.0, 9_372_869.0),
            (262_958.0, 9_377_261.0),
            (252_972.0, 9_380_543.0),
            (233_016.0, 9_381_570.0),
            (227_469.0, 9_382_654.0),
            (220_767.0, 9_394_797.0),
            (214_109.0, 9_395_875.0),
            (200_777.0, 9_401_350.0),
        ],
        turn: 0.07,
        instrument: Instrument::Pdu,
        themes: &[
            "faja_marginal",
            "riesgo_muy_alto",
            "riesgo_alto",
            "seccion_vial",
            "servidumbre_electrica",
            "patrimonio",
            "barranco",
        ],
    },
    Place {
        ubigeo: "220102",
        name: "Calzada",
        weight: 8,
        seat: (271_543.410, 9_332_714.915),
        outline: &[
            (263_096.0, 9_340_758.0),
            (260_916.0, 9_331_899.0),
            (263_139.0, 9_329_696.0),
            (271_998.0, 9_329_730.0),
            (271_993.0, 9_330_836.0),
            (275_303.0, 9_334_167.0),
            (271_960.0, 9_339_685.0),
            (263_096.0, 9_340_758.0),
        ],
        turn: -0.05,
        instrument: Instrument::Eou,
        themes: &[
            "faja_marginal",
            "riesgo_alto",
            "area_conservacion",
            "servidumbre_electrica",
        ],
    },
    Place {
        ubigeo: "220103",
        name: "Habana",
        weight: 5,
        seat: (268_795.060, 9_327_505.471),
        outline: &[
            (271_998.0, 9_329_730.0),
            (263_139.0, 9_329_696.0),
            (263_157.0, 9_325_271.0),
            (264_273.0, 9_323_063.0),
            (272_023.0, 9_323_093.0),
            (271_998.0, 9_329_730.0),
        ],
        turn: 0.12,
        instrument: Instrument::Eou,
        themes: &["riesgo_alto"],
    },
    Place {
        ubigeo: "220104",
        name: "Jepelacio",
        weight: 8,
        seat: (287_850.266, 9_324_368.514),
        outline: &[
            (271_993.0, 9_330_836.0),
            (271_998.0, 9_329_730.0),
            (272_023.0, 9_323_093.0),
            (275_349.0, 9_322_000.0),
            (283_135.0, 9_312_074.0),
            (284_266.0, 9_305_442.0),
            (289_800.0, 9_305_462.0),
            (293_112.0, 9_307_686.0),
            (296_444.0, 9_304_380.0),
            (298_638.0, 9_309_917.0),
            (298_623.0, 9_314_341.0),
            (297_512.0, 9_315_444.0),
            (296_371.0, 9_325_394.0),
            (293_046.0, 9_326_488.0),
            (285_296.0, 9_326_461.0),
            (281_979.0, 9_325_343.0),
            (271_993.0, 9_330_836.0),
        ],
        turn: -0.14,
        instrument: Instrument::Eou,
        themes: &["faja_marginal", "riesgo_muy_alto"],
    },
    Place {
        ubigeo: "220105",
        name: "Soritor",
        weight: 18,
        seat: (267_714.125, 9_320_753.628),
        outline: &[
            (272_023.0, 9_323_093.0),
            (264_273.0, 9_323_063.0),
            (265_415.0, 9_314_218.0),
            (256_572.0, 9_310_863.0),
            (264_353.0, 9_303_152.0),
            (262_162.0, 9_297_612.0),
            (265_505.0, 9_292_094.0),
            (277_682.0, 9_291_037.0),
            (284_316.0, 9_292_169.0),
            (286_521.0, 9_294_389.0),
            (282_070.0, 9_301_009.0),
            (284_266.0, 9_305_442.0),
            (283_135.0, 9_312_074.0),
            (275_349.0, 9_322_000.0),
            (272_023.0, 9_323_093.0),
        ],
        turn: 0.03,
        instrument: Instrument::Pdu,
        themes: &[
            "faja_marginal",
            "riesgo_alto",
            "seccion_vial",
            "servidumbre_electrica",
        ],
    },
    Place {
        ubigeo: "220106",
        name: "Yantalo",
        weight: 6,
        seat: (275_837.017, 9_339_478.340),
        outline: &[
            (275_303.0, 9_334_167.0),
            (277_489.0, 9_341_918.0),
            (269_729.0, 9_344_101.0),
            (263_087.0, 9_342_970.0),
            (263_096.0, 9_340_758.0),
            (271_960.0, 9_339_685.0),
            (275_303.0, 9_334_167.0),
        ],
        turn: 0.09,
        instrument: Instrument::Eou,
        themes: &["faja_marginal"],
    },
];

#[cfg(test)]
mod tests {
    use domain::province::Province;

    use super::*;

    /// Transverse Mercator of zone 18 south by the usual series: within a millimetre near the middle of the zone, and
    /// another mind than PROJ, from which the numbers above come.
    fn official(lon: f64, lat: f64) -> (f64, f64) {
        let (a, f, scale) = (6_378_137.0_f64, 1.0 / 298.257_223_563, 0.9996);
        let e2 = f * (2.0 - f);
        let second = e2 / (1.0 - e2);
        let phi = lat.to_radians();
        let (sin, cos) = phi.sin_cos();
        let n = a / (1.0 - e2 * sin * sin).sqrt();
        let t = (sin / cos).powi(2);
        let c = second * cos * cos;
        let l = (lon + 75.0).to_radians() * cos;
        let meridian = a
            * ((1.0 - e2 / 4.0 - 3.0 * e2.powi(2) / 64.0 - 5.0 * e2.powi(3) / 256.0) * phi
                - (3.0 * e2 / 8.0 + 3.0 * e2.powi(2) / 32.0 + 45.0 * e2.powi(3) / 1024.0)
                    * (2.0 * phi).sin()
                + (15.0 * e2.powi(2) / 256.0 + 45.0 * e2.powi(3) / 1024.0) * (4.0 * phi).sin()
                - 35.0 * e2.powi(3) / 3072.0 * (6.0 * phi).sin());
        let east = l
            + (1.0 - t + c) * l.powi(3) / 6.0
            + (5.0 - 18.0 * t + t * t + 72.0 * c - 58.0 * second) * l.powi(5) / 120.0;
        let north = meridian
            + n * sin / cos
                * (l.powi(2) / 2.0
                    + (5.0 - t + 9.0 * c + 4.0 * c * c) * l.powi(4) / 24.0
                    + (61.0 - 58.0 * t + t * t + 600.0 * c - 330.0 * second) * l.powi(6) / 720.0);
        (500_000.0 + scale * n * east, 10_000_000.0 + scale * north)
    }

    fn apart(a: (f64, f64), b: (f64, f64)) -> f64 {
        (a.0 - b.0).abs().max((a.1 - b.1).abs())
    }

    #[test]
    fn places_are_those_of_the_province_file() {
        let province: Province =
            serde_json::from_str(include_str!("../../../data/provincia/2201.json"))
                .expect("a province");
        assert_eq!(province.municipalities.len(), PLACES.len());
        for (place, entry) in PLACES.iter().zip(&province.municipalities) {
            assert_eq!(
                (place.ubigeo, place.name),
                (entry.ubigeo.as_str(), entry.name.as_str())
            );
            assert!(
                apart(place.seat, official(entry.seat[0], entry.seat[1])) < 0.01,
                "seat of {}",
                place.name
            );
            let ring = &entry.outline[0];
            assert_eq!(ring.len(), place.outline.len(), "outline of {}", place.name);
            for (ours, [lon, lat]) in place.outline.iter().zip(ring) {
                assert!(
                    apart(*ours, official(*lon, *lat)) < 0.6,
                    "outline of {}",
                    place.name
                );
            }
        }
    }

    #[test]
    fn weights_are_hundredths() {
        assert_eq!(PLACES.iter().map(|place| place.weight).sum::<u32>(), 100);
    }
}
