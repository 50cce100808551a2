//! The figures of a report: those in force, each with the one before it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::{
    audit::Hash,
    id::Ubigeo,
    institute::{
        FigureKind, Period,
        indicator::{Indicator, compare},
        report::ReportCode,
    },
};
use store::{
    Store,
    figures::{FigureQuestion, FigureRow},
};
use uuid::Uuid;

use super::{
    AxisName, EarlierShape, PaperShape, Report, ReportFigures, ReportValue, SectionShape, read,
};
use crate::{
    Problem,
    dossiers::Kept,
    indicators::{self, FigureShape},
};

/// Values of the report before, by indicator and place.
type Earlier = HashMap<(String, Option<String>), (Period, f64)>;

/// The indicators of a report, which is of all axes or of one.
pub(super) async fn indicators_of(
    store: &Store,
    code: &ReportCode,
) -> Result<Vec<Kept<Indicator>>, Problem> {
    let mut all = indicators::all(store, None).await?;
    all.retain(|one| {
        let of_axis = code
            .axis
            .as_ref()
            .is_none_or(|axis| one.content.axis == *axis);
        of_axis && one.content.measured_in(code.period).is_some()
    });
    Ok(all)
}

/// The signed report before it, and the sections of a draft with the figures in force.
pub(super) async fn gather(
    store: &Store,
    names: &BTreeMap<Ubigeo, String>,
    code: &ReportCode,
    kept: &Kept<Report>,
) -> Result<(Option<String>, Vec<SectionShape>), Problem> {
    let chosen = indicators_of(store, code).await?;
    let before = code.previous();
    let mut periods: BTreeSet<String> = BTreeSet::new();
    for one in &chosen {
        for period in [code.period, before.period] {
            periods.extend(
                one.content
                    .measured_in(period)
                    .map(|found| found.to_string()),
            );
        }
    }
    let codes: Vec<String> = chosen.iter().map(|one| one.code.clone()).collect();
    let periods: Vec<String> = periods.into_iter().collect();
    let question = FigureQuestion {
        codes: Some(&codes),
        periods: Some(&periods),
        known_at: None,
    };
    let rows = indicators::current(store.figures(FigureKind::Indicator, &question).await?);
    let papers = papers(store, &rows).await?;
    let mut of: HashMap<(&str, Period), Vec<&FigureRow>> = HashMap::new();
    for row in &rows {
        of.entry((&row.code, row.period)).or_default().push(row);
    }
    let signed = signed_before(store, &before.to_string()).await?;
    let previous = signed.as_ref().map(|_| before.to_string());
    let mut figures: HashMap<&str, Vec<ReportFigures>> = HashMap::new();
    for one in &chosen {
        let Some(period) = one.content.measured_in(code.period) else {
            continue;
        };
        let Some(rows) = of.get(&(one.code.as_str(), period)) else {
            continue;
        };
        let earlier = match &signed {
            Some(signed) => Told::Signed(signed, previous.as_deref()),
            None => Told::InForce(
                one.content
                    .measured_in(before.period)
                    .and_then(|period| of.get(&(one.code.as_str(), period)))
                    .map_or(&[], Vec::as_slice),
            ),
        };
        figures
            .entry(one.content.axis.as_str())
            .or_default()
            .push(ReportFigures {
                indicador: one.code.clone(),
                nombre: one.content.name.clone(),
                unidad: one.content.unit.clone(),
                sentido: one.content.direction,
                periodo: period.to_string(),
                calculado: one.content.query.is_some(),
                meta: one.content.target(period),
                valores: rows
                    .iter()
                    .map(|row| value(row, &one.content, &earlier, names, &papers))
                    .collect(),
            });
    }
    let sections = kept.content.secciones.iter().map(|section| SectionShape {
        eje: AxisName::of(&section.eje),
        texto: section.texto.clone(),
        cifras: figures.remove(section.eje.as_str()).unwrap_or_default(),
    });
    Ok((previous, sections.collect()))
}

/// Where values before come from.
enum Told<'a> {
    Signed(&'a Earlier, Option<&'a str>),
    InForce(&'a [&'a FigureRow]),
}

impl Told<'_> {
    fn of(&self, code: &str, place: Option<Ubigeo>) -> Option<(Period, f64, Option<String>)> {
        match self {
            Self::Signed(values, report) => {
                let key = (code.to_owned(), place.map(|place| place.to_string()));
                let (period, value) = values.get(&key)?;
                Some((*period, *value, report.map(str::to_owned)))
            }
            Self::InForce(rows) => {
                let row = rows.iter().find(|row| row.ubigeo == place)?;
                Some((row.period, row.value, None))
            }
        }
    }
}

fn value(
    row: &FigureRow,
    indicator: &Indicator,
    earlier: &Told<'_>,
    names: &BTreeMap<Ubigeo, String>,
    papers: &HashMap<Uuid, PaperShape>,
) -> ReportValue {
    let shape = FigureShape::of(row, names);
    let before = earlier.of(&row.code, row.ubigeo);
    ReportValue {
        ubigeo: shape.ubigeo,
        lugar: shape.lugar,
        valor: row.value,
        anterior: before.map(|(period, before, report)| {
            let compared = compare(before, row.value, indicator.direction);
            EarlierShape {
                periodo: period.to_string(),
                valor: before,
                diferencia: compared.difference,
                tendencia: compared.trend.name().to_owned(),
                informe: report,
            }
        }),
        origen: shape.origen,
        nota: shape.nota,
        documento: shape.documento.and_then(|id| papers.get(&id).cloned()),
    }
}

/// The papers behind figures that were typed in.
async fn papers(store: &Store, rows: &[FigureRow]) -> Result<HashMap<Uuid, PaperShape>, Problem> {
    let ids: BTreeSet<Uuid> = rows
        .iter()
        .filter_map(|row| row.content.get("documento")?.as_str()?.parse().ok())
        .collect();
    let mut papers = HashMap::new();
    for id in ids {
        let Some(paper) = store.attachment(id).await? else {
            continue;
        };
        let digest: Option<[u8; 32]> = paper.sha256.as_slice().try_into().ok();
        papers.insert(
            id,
            PaperShape {
                id,
                nombre: paper.name,
                sha256: digest
                    .map(|digest| Hash(digest).to_string())
                    .unwrap_or_default(),
            },
        );
    }
    Ok(papers)
}

/// What the report before says, if it is signed.
async fn signed_before(store: &Store, code: &str) -> Result<Option<Earlier>, Problem> {
    let Some(sealed) = store.sealed_report(code).await? else {
        return Ok(None);
    };
    let mut values = Earlier::new();
    for figures in read(&sealed)?
        .secciones
        .into_iter()
        .flat_map(|one| one.cifras)
    {
        let Ok(period) = figures.periodo.parse::<Period>() else {
            continue;
        };
        for value in figures.valores {
            values.insert(
                (figures.indicador.clone(), value.ubigeo),
                (period, value.valor),
            );
        }
    }
    Ok(Some(values))
}
