//! `catastro demo`: the demonstration province, then the service.

use std::{
    fs::{self, OpenOptions},
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    process::ExitCode,
};

use chrono::Utc;
use demo::year::cadastral_projects::surveyed;
use domain::{collection::Collection, time::day_at};
use indicatif::{ProgressBar, ProgressStyle};
use office::{
    Kind, Problem,
    demonstration::{self, MadeDossier, MadeFigure, MadeObservation},
    norms::{self, NormFile, Publish},
    people,
};
use store::Store;

use crate::{
    arguments::{Demo, Place},
    configuration::Configuration,
    database::{Database, block_on},
    words,
};

pub fn run(
    place: &Place,
    configuration: &Configuration,
    options: &Demo,
) -> Result<ExitCode, Problem> {
    let database = Database::open(place)?;
    block_on(async {
        database
            .as_owner(async |store| {
                make(&store, options).await?;
                office::certificates::keys::first(
                    &store,
                    &super::operator(),
                    &configuration.signing.folder,
                )
                .await?;
                accounts(&store, &place.data_dir).await?;
                demonstration::reports(
                    &store,
                    &super::operator(),
                    &configuration.signing.folder,
                    configuration.signing.address.as_deref(),
                )
                .await?;
                participation(&store, options).await
            })
            .await?;
        if options.no_serve {
            return Ok(());
        }
        let accounts = fs::read_to_string(accounts_file(&place.data_dir)).unwrap_or_default();
        let doors = api::Settings {
            practice: if options.practice {
                api::Practice::Here
            } else {
                configuration.doors.practice.clone()
            },
            ..configuration.doors.clone()
        };
        super::serve::serve(
            &database,
            place,
            configuration,
            doors,
            &options.serve,
            &[accounts],
        )
        .await
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Where the passwords of the demonstration lie, so that every start can say them.
fn accounts_file(data_dir: &Path) -> PathBuf {
    data_dir.join("cuentas-demostracion.txt")
}

/// One account for each role, made with the province and kept in a file for its owner alone.
async fn accounts(store: &Store, data_dir: &Path) -> Result<(), Problem> {
    if store.has_accounts().await? {
        return Ok(());
    }
    let made = people::first::of_demonstration(store, &super::operator()).await?;
    let lines: Vec<String> = made
        .iter()
        .map(|(login, role, password)| format!("  {login:18} {}  {role}\n", password.reveal()))
        .collect();
    let text = format!(
        "Cuentas de demostración (se ingresa en /ingresar):\n{}",
        lines.concat()
    );
    let path = accounts_file(data_dir);
    fs::create_dir_all(data_dir)
        .and_then(|()| {
            OpenOptions::new()
                .write(true)
                .create(true)
                .truncate(true)
                .mode(0o600)
                .open(&path)
        })
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|error| {
            Problem::new(
                Kind::Internal,
                format!("No se pudo escribir {}: {error}.", path.display()),
                "Compruebe los permisos de la carpeta de datos.",
            )
        })
}

async fn make(store: &Store, options: &Demo) -> Result<(), Problem> {
    demonstration::refuse_real_land(store).await?;
    if demonstration::is_loaded(store).await? {
        words::note("La provincia de demostración ya está.");
        return Ok(());
    }
    words::note(&format!(
        "Creando la provincia de demostración con {} lotes inventados…",
        options.parcels
    ));
    let actor = super::operator();
    office::setup::prepare(store, &actor).await?;
    let plan = demo::Plan {
        seed: options.seed,
        parcels: options.parcels,
    };
    let towns = demo::towns(&plan);
    let bar = ProgressBar::new(towns.len() as u64 * Collection::KNOWN.len() as u64);
    if let Ok(style) =
        ProgressStyle::with_template("{msg:22} {bar:30} {percent:>3} %  faltan {eta}")
    {
        bar.set_style(style);
    }
    for town in &towns {
        demonstration::register(store, &actor, town.ubigeo()).await?;
        for collection in Collection::KNOWN {
            bar.set_message(format!("{} {collection}", town.ubigeo()));
            let features = || {
                town.features(&collection)
                    .map(|feature| demonstration::Made {
                        code: feature.code,
                        geometry: feature.geometry,
                        attributes: feature.attributes,
                    })
            };
            let of = (town.ubigeo(), &collection);
            // What a project of the cadastre has surveyed comes as a survey does.
            let surveyed = surveyed(&towns, town.ubigeo());
            if collection == Collection::Parcels && !surveyed.is_empty() {
                let is_surveyed =
                    |lot: &demonstration::Made| surveyed.contains(lot.code.get(..11).unwrap_or(""));
                let lots = features().filter(is_surveyed);
                demonstration::write(store, &actor, of, demonstration::SURVEYED, lots).await?;
            }
            demonstration::write(store, &actor, of, demonstration::KIND, features()).await?;
            bar.inc(1);
        }
    }
    bar.finish_and_clear();
    laws(store, &plan).await?;
    institute(store, &towns).await?;
    demonstration::complete(store, &actor).await
}

/// A year of the Institute's life.
async fn institute(store: &Store, towns: &[demo::Town]) -> Result<(), Problem> {
    let demo::year::Year { dossiers, figures } = demo::year::of(towns, day_at(Utc::now()));
    let dossiers: Vec<MadeDossier> = dossiers
        .into_iter()
        .map(|made| MadeDossier {
            kind: made.kind,
            code: made.code,
            ubigeo: made.ubigeo,
            content: made.content,
        })
        .collect();
    let figures: Vec<MadeFigure> = figures
        .into_iter()
        .map(|made| MadeFigure {
            kind: made.kind,
            code: made.code,
            measure: made.measure,
            period: made.period,
            ubigeo: made.ubigeo,
            value: made.value,
            content: made.content,
        })
        .collect();
    demonstration::institute(store, &super::operator(), &dossiers, &figures).await
}

/// What its people observe, and what the account of its Comité answers.
async fn participation(store: &Store, options: &Demo) -> Result<(), Problem> {
    let towns = demo::towns(&demo::Plan {
        seed: options.seed,
        parcels: options.parcels,
    });
    let observed: Vec<MadeObservation> = demo::year::observations::of(&towns)
        .into_iter()
        .map(|made| MadeObservation {
            ubigeo: made.ubigeo,
            place: made.place,
            about: made.about,
            object: made.object,
            words: made.words,
            steps: made.steps,
        })
        .collect();
    demonstration::observations(store, &observed).await
}

/// The norms of its towns. Their cases name parcels of the usual province; in another one those are other ground.
async fn laws(store: &Store, plan: &demo::Plan) -> Result<(), Problem> {
    let usual = *plan == demo::Plan::default();
    for norm in office::data::norms() {
        let file = NormFile {
            name: &norm.path,
            text: &norm.text,
            cases: norm.cases.as_deref().filter(|_| usual),
        };
        let report =
            norms::import(store, &super::operator(), &file, Publish::IfRight, None).await?;
        if report.estado == "rechazado" {
            return Err(Problem::new(
                Kind::Internal,
                format!("La norma {} de la demostración no entró.", norm.path),
                format!(
                    "Avise a quien mantiene el programa. El informe: {}",
                    super::json(&report)
                ),
            ));
        }
    }
    Ok(())
}
