//! The sheet of a project on paper: its data, its progress, its evidence, and where it lies.

use ::documents::{Project, ProjectEvidence as OnPaper};
use domain::{collection::Collection, geometry::bounds};
use query::{Snapshot, attribute};

use super::{Evidence, ProgressLine, ProjectShape, words};
use crate::{
    Office, Problem, data,
    documents::{Ready, misprint, place},
    footprint::grown,
};

/// Ground around a project on its plan, in metres; and most shapes of a layer there.
const AROUND_M: f64 = 60.0;
const SHAPES_MAX: usize = 1_500;

impl Office {
    /// The sheet of a project as it stands now.
    pub async fn project_sheet(&self, cui: &str) -> Result<Ready, Problem> {
        let turn = place()?;
        let project = self.project(cui).await?;
        let series = self.progress(cui, None).await?;
        let evidence = self.project_evidence(cui, None, None).await?.evidencias;
        let snapshot = self.feed.snapshot();
        let name = format!("proyecto-{cui}.pdf");
        let told = told(&snapshot, &project, &series.avances, &evidence)?;
        Ready::made(turn, name, move || {
            documents::project(&told).map_err(|error| misprint(&error))
        })
        .await
    }
}

fn told(
    snapshot: &Snapshot,
    project: &ProjectShape,
    series: &[ProgressLine],
    evidence: &[Evidence],
) -> Result<Project, Problem> {
    // By what it was computed, not by a clock: the same data, the same bytes.
    let origin = &evidence.first().ok_or_else(words::absent)?.origen;
    let ubigeo = project.ubigeo.parse().ok();
    let land = ubigeo.and_then(|ubigeo| snapshot.municipalities.get(&ubigeo));
    let number =
        |value: Option<f64>| value.map_or_else(|| "—".to_owned(), |value| format!("{value:.2}"));
    Ok(Project {
        cui: project.cui.clone(),
        name: project.nombre.clone(),
        municipality: project.municipio.clone(),
        province: land.map_or_else(String::new, |land| land.municipality.province.clone()),
        ubigeo: project.ubigeo.clone(),
        demonstration: project.demostracion,
        day: origin.fecha,
        version: origin.version_datos,
        facts: facts(project),
        progress: series
            .iter()
            .map(|line| {
                let words = line.period.words();
                [
                    words,
                    number(line.fisico_pct),
                    number(line.financiero_soles),
                ]
            })
            .collect(),
        evidence: evidence
            .iter()
            .map(|one| OnPaper {
                name: one.nombre.clone(),
                explanation: one.explicacion.clone(),
                columns: one.columns.iter().map(|(_, words)| words.clone()).collect(),
                rows: one.cells(),
                digest: one.origen.consulta_sha256.clone(),
                version: one.origen.version_datos,
                day: one.origen.fecha,
            })
            .collect(),
        blocks: around(snapshot, project, &Collection::Manzanas)
            .into_iter()
            .map(|(_, shape)| shape)
            .collect(),
        streets: around(snapshot, project, &Collection::Roads),
        footprint: project.geometry.clone(),
    })
}

fn facts(project: &ProjectShape) -> Vec<(String, String)> {
    let axis = project.eje.as_deref().unwrap_or_default();
    let axis = data::axes()
        .iter()
        .find(|known| known.code == axis)
        .map_or_else(|| axis.to_owned(), |known| known.name.clone());
    let day = |day: Option<chrono::NaiveDate>| {
        day.map_or_else(String::new, |day| day.format("%d/%m/%Y").to_string())
    };
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let lines = [
        ("CUI", project.cui.clone()),
        ("Fase", project.fase.clone()),
        ("Eje temático", axis),
        ("Plan", text(&project.plan)),
        ("Objetivo o programa", text(&project.nodo)),
        ("Costo", format!("{:.2} soles", project.costo_soles)),
        ("Fuentes", text(&project.sources_text)),
        ("Responsable", text(&project.responsable)),
        ("Inicio", day(project.inicio)),
        ("Fin", day(project.fin)),
        (
            "Área de influencia",
            format!("{:.0} m alrededor de la huella", project.area_influencia_m),
        ),
        (
            "Abierto a inversionistas",
            if project.abierto_a_inversionistas {
                "sí"
            } else {
                "no"
            }
            .to_owned(),
        ),
    ];
    lines
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// What lies around a project, by code, with its name.
fn around(
    snapshot: &Snapshot,
    project: &ProjectShape,
    layer: &Collection,
) -> Vec<(String, geo_types::Geometry<f64>)> {
    let Some(ground) = bounds(&project.geometry) else {
        return Vec::new();
    };
    let reach = ground.width().max(ground.height()).max(AROUND_M);
    let ground = grown(ground, reach);
    let mut found = Vec::new();
    for land in snapshot.municipalities.values() {
        let Some(layer) = land.layer(layer) else {
            continue;
        };
        let mut near: Vec<usize> = layer.near(ground).collect();
        near.sort_unstable();
        found.extend(near.into_iter().filter_map(|at| {
            let feature = layer.features().get(at)?;
            let name = attribute(feature, "nombre").unwrap_or_default();
            Some((name, feature.geometry.clone()))
        }));
    }
    found.truncate(SHAPES_MAX);
    found
}
