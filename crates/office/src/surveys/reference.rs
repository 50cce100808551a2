//! The reference system of a file is judged before anything of it is taken in. Nothing is moved in silence: where the
//! judgement is not the file's own word, somebody has to confirm it.

use domain::{
    geometry::{PreparedArea, bounds, joined},
    survey::{
        Finding, RuleCode,
        fabric::Lot,
        reference::{Fit, Placed, REACH_M, Verdict, fit, is_doubtful, proposed, verdict},
        tolerances::DoubtfulCrs,
    },
};
use geo_types::{Geometry, MultiPolygon};
use gis::crs::{Crs, ToOfficial};
use ingest::Sampled;
use serde::{Deserialize, Serialize};
use store::{
    Store,
    surveys::{FindingRow, Standing},
};

use super::{Request, comparison::kept, place::Place, reading::Facts};
use crate::{Kind, Problem, data, view::work::hundredths};

/// How well reference systems fit a file, as staff sees it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Judgement {
    /// The system that the file or the person says.
    #[serde(rename = "declarado")]
    pub claimed: Option<String>,
    /// Those that were tried.
    #[serde(rename = "candidatos")]
    pub candidates: Vec<Candidate>,
    /// The one that fits, where one does.
    #[serde(rename = "propuesto")]
    pub proposed: Option<String>,
    /// What that means, in words.
    #[serde(rename = "mensaje")]
    pub message: String,
}

/// How well one of them fits.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Candidate {
    /// Which.
    pub crs: String,
    /// The operation to the official projection.
    #[serde(rename = "operacion")]
    pub operation: String,
    /// Share of the sample in the municipality.
    #[serde(rename = "dentro_del_municipio")]
    pub inside: f64,
    /// Parcels of the sample that are in force too.
    #[serde(rename = "sobre_el_catastro")]
    pub on_fabric: usize,
    /// Metres to the east and to the north of where they are in force.
    #[serde(rename = "desplazamiento_m")]
    pub shift_m: Option<[f64; 2]>,
    /// How well they agree on that.
    #[serde(rename = "dispersion_m")]
    pub spread_m: Option<f64>,
    /// `coincide`, `desplazado`, `posible`, `fuera`, `imposible`.
    #[serde(rename = "juicio")]
    pub verdict: String,
}

/// What came of it.
pub(super) struct Judged {
    pub(super) judgement: Judgement,
    /// Why somebody has to confirm it first.
    pub(super) asks: Option<Problem>,
}

/// A sample where one system puts it.
struct Laid {
    crs: String,
    operation: String,
    shapes: Vec<(Option<String>, MultiPolygon<f64>)>,
}

/// Parcels in force that are looked at where no code says which, at most.
const STANDING_MAX: i64 = 5_000;
/// Where less than this share of a sample exists in a system, none of it does.
const EXISTS_SHARE: f64 = 0.5;

/// Judges the system in which a file is read, and where it is doubtful or nobody says one, all others.
pub(super) async fn judge(
    store: &Store,
    request: &Request,
    facts: &Facts,
    place: &Place,
) -> Result<Judged, Problem> {
    let tolerances = data::catalogue()?.tolerances().doubtful_crs;
    let outline = PreparedArea::new(&place.municipality.outline);
    let mut bench = Bench {
        store,
        request,
        codes: codes(&facts.sample),
        outline: &outline,
        tolerances,
        tried: Vec::new(),
    };
    if let Some(crs) = &facts.crs {
        let laid = Laid {
            crs: crs.clone(),
            operation: facts.operation.clone(),
            shapes: shapes(&facts.sample, |sampled| sampled.official.clone()),
        };
        bench.try_out(laid, facts.sample.len()).await?;
        let plain = matches!(bench.tried[0].verdict, Verdict::Fits(_) | Verdict::Possible);
        if plain || facts.sample.is_empty() {
            return Ok(bench.judged(facts));
        }
    }
    let sample = facts.sample.clone();
    let others = tokio::task::spawn_blocking(move || lay_all(&sample))
        .await
        .unwrap_or_default();
    for laid in others {
        if bench.tried.iter().all(|tried| tried.crs != laid.crs) {
            bench.try_out(laid, facts.sample.len()).await?;
        }
    }
    Ok(bench.judged(facts))
}

fn codes(sample: &[Sampled]) -> Vec<String> {
    sample.iter().filter_map(|one| one.code.clone()).collect()
}

/// The sample in each system in which it may be.
fn lay_all(sample: &[Sampled]) -> Vec<Laid> {
    let are_degrees = sample.iter().all(|one| {
        bounds(&one.shape).is_none_or(|bounds| {
            let corners = [bounds.min(), bounds.max()];
            corners
                .iter()
                .all(|at| at.x.abs() <= 180.0 && at.y.abs() <= 180.0)
        })
    });
    Crs::candidates(are_degrees)
        .iter()
        .filter_map(|crs| {
            let to_official = ToOfficial::new(crs).ok()?;
            let shapes = shapes(sample, |sampled| {
                let mut shape = sampled.shape.clone();
                to_official.apply(&mut shape).ok().map(|()| shape)
            });
            Some(Laid {
                crs: crs.label().to_owned(),
                operation: ingest::said(&to_official),
                shapes,
            })
        })
        .collect()
}

fn shapes(
    sample: &[Sampled],
    official: impl Fn(&Sampled) -> Option<Geometry<f64>>,
) -> Vec<(Option<String>, MultiPolygon<f64>)> {
    sample
        .iter()
        .filter_map(|one| Some((one.code.clone(), area(official(one)?)?)))
        .collect()
}

/// What is no area is judged by its box.
fn area(geometry: Geometry<f64>) -> Option<MultiPolygon<f64>> {
    match geometry {
        Geometry::Polygon(polygon) => Some(polygon.into()),
        Geometry::MultiPolygon(polygons) => Some(polygons),
        other => Some(bounds(&other)?.to_polygon().into()),
    }
}

/// A system that was tried, how a file lies in it, and what that means.
struct Tried {
    crs: String,
    operation: String,
    fit: Option<Fit>,
    verdict: Verdict,
}

struct Bench<'a> {
    store: &'a Store,
    request: &'a Request,
    codes: Vec<String>,
    outline: &'a PreparedArea,
    tolerances: DoubtfulCrs,
    tried: Vec<Tried>,
}

impl Bench<'_> {
    async fn try_out(&mut self, laid: Laid, of_all: usize) -> Result<(), Problem> {
        let exists = laid.shapes.len() as f64 >= EXISTS_SHARE * of_all as f64;
        let fit = if exists && of_all > 0 {
            let standing = self.standing(&laid).await?;
            let fabric: Vec<Lot<'_>> = standing
                .iter()
                .filter_map(|(code, shape)| match shape {
                    Geometry::MultiPolygon(shape) => Some(Lot {
                        row: 0,
                        code,
                        shape,
                        declared_area_m2: None,
                    }),
                    _ => None,
                })
                .collect();
            let placed: Vec<Placed<'_>> = laid
                .shapes
                .iter()
                .map(|(code, shape)| Placed {
                    code: code.as_deref(),
                    shape,
                })
                .collect();
            Some(fit(&placed, self.outline, &fabric))
        } else {
            None
        };
        let verdict = verdict(fit.as_ref(), self.tolerances);
        self.tried.push(Tried {
            crs: laid.crs,
            operation: laid.operation,
            fit,
            verdict,
        });
        Ok(())
    }

    /// Parcels in force with the codes of the sample, or near it.
    async fn standing(&self, laid: &Laid) -> Result<Vec<Standing>, Problem> {
        let Request {
            collection, ubigeo, ..
        } = self.request;
        if !collection.has_fabric() {
            return Ok(Vec::new());
        }
        let around = laid
            .shapes
            .iter()
            .filter_map(|(_, shape)| bounds(shape))
            .reduce(joined);
        let Some(around) = around else {
            return Ok(Vec::new());
        };
        let near = (around, REACH_M);
        let found = self
            .store
            .standing(collection, *ubigeo, &self.codes, near, STANDING_MAX);
        Ok(found.await?)
    }

    fn judged(self, facts: &Facts) -> Judged {
        let fits: Vec<(Option<Fit>, Verdict)> = self
            .tried
            .iter()
            .map(|tried| (tried.fit.clone(), tried.verdict))
            .collect();
        let best = proposed(&fits).map(|at| &self.tried[at]);
        let candidates = self.tried.iter().map(candidate).collect();
        let claimed = facts.crs.as_ref().and(self.tried.first());
        let others: Vec<Verdict> = fits.iter().skip(1).map(|(_, verdict)| *verdict).collect();
        let doubtful = claimed.is_none_or(|claimed| is_doubtful(claimed.verdict, &others));
        let message = match claimed {
            Some(claimed) => of_claimed(claimed, best),
            None => of_none(best, &fits),
        };
        let asks = (doubtful && !self.request.crs_confirmed).then(|| {
            let way = best.map_or("EPSG:32718 (WGS 84) o EPSG:24878 (PSAD56)", |best| &best.crs);
            Problem::new(
                Kind::Refused,
                message.clone(),
                format!(
                    "No se tomó nada del archivo. Compruébelo con el plano y confirme el sistema de referencia: {way}. \
                     En la consola, con --source-crs; por la API, con POST …/sistema o enviándolo otra vez con «crs_origen»."
                ),
            )
        });
        Judged {
            judgement: Judgement {
                claimed: facts.crs.clone(),
                candidates,
                proposed: best.map(|best| best.crs.clone()),
                message,
            },
            asks,
        }
    }
}

fn candidate(tried: &Tried) -> Candidate {
    let fit = tried.fit.as_ref();
    let shift = fit.and_then(|fit| fit.shift);
    Candidate {
        crs: tried.crs.clone(),
        operation: tried.operation.clone(),
        inside: fit.map_or(0.0, |fit| hundredths(fit.inside)),
        on_fabric: fit.map_or(0, |fit| fit.on_fabric),
        shift_m: shift.map(|shift| [hundredths(shift.east_m), hundredths(shift.north_m)]),
        spread_m: shift.map(|shift| hundredths(shift.spread_m)),
        verdict: match tried.verdict {
            Verdict::Fits(_) => "coincide",
            Verdict::Apart(_) => "desplazado",
            Verdict::Possible => "posible",
            Verdict::Elsewhere => "fuera",
            Verdict::Impossible => "imposible",
        }
        .to_owned(),
    }
}

/// The finding of a file whose system has to be confirmed.
pub(super) fn doubtful_reference(problem: &Problem) -> Result<FindingRow, Problem> {
    let doubt = Finding::new(RuleCode::DoubtfulCrs, 0);
    let mut row = kept(&doubt, &data::catalogue()?);
    row.message.clone_from(&problem.title);
    Ok(row)
}

/// What the system that somebody says means.
fn of_claimed(claimed: &Tried, best: Option<&Tried>) -> String {
    let Tried { crs, verdict, .. } = claimed;
    let better = best
        .filter(|best| best.crs != *crs)
        .map(|best| format!(" {}.", fits_in(best)))
        .unwrap_or_default();
    match verdict {
        Verdict::Fits(shift) => format!(
            "En {crs} los predios del archivo caen donde están en vigor (a {:.2} m).",
            shift.length_m()
        ),
        Verdict::Apart(shift) => format!(
            "Leídos en {crs}, los predios del archivo quedan a {:.0} m de donde están en vigor ({}).{better}",
            shift.length_m(),
            heading(shift.east_m, shift.north_m)
        ),
        Verdict::Possible => format!(
            "En {crs} el archivo cae en el municipio. No hay predios en vigor que digan más: PSAD56 y WGS 84 distan unos 430 m."
        ),
        Verdict::Elsewhere => {
            format!("Leído en {crs}, el archivo cae fuera del municipio.{better}")
        }
        Verdict::Impossible => {
            format!("Las coordenadas del archivo no existen en {crs}.{better}")
        }
    }
}

/// What can be said of a file that says nothing.
fn of_none(best: Option<&Tried>, fits: &[(Option<Fit>, Verdict)]) -> String {
    let possible = fits
        .iter()
        .any(|(_, verdict)| *verdict == Verdict::Possible);
    let what = match best {
        Some(best) => format!("{}.", fits_in(best)),
        None if possible => "Cae en el municipio en más de un sistema, y no hay predios en vigor que los distingan: \
                             PSAD56 y WGS 84 distan unos 430 m."
            .to_owned(),
        None => "En ninguno de los sistemas que se probaron cae en el municipio.".to_owned(),
    };
    format!(
        "El archivo no dice su sistema de referencia (falta el .prj o la definición; un DXF o un CSV nunca lo dicen). {what}"
    )
}

fn fits_in(best: &Tried) -> String {
    match best.verdict {
        Verdict::Fits(shift) => format!(
            "En {} coincide con los predios en vigor (a {:.2} m)",
            best.crs,
            shift.length_m()
        ),
        _ => format!("En {} cae en el municipio", best.crs),
    }
}

/// Which way, as people say it.
fn heading(east_m: f64, north_m: f64) -> String {
    let east = if east_m < 0.0 { "oeste" } else { "este" };
    let north = if north_m < 0.0 { "sur" } else { "norte" };
    format!(
        "{:.0} m al {east} y {:.0} m al {north}",
        east_m.abs(),
        north_m.abs()
    )
}
