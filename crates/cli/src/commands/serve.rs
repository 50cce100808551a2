//! `catastro serve`: the service.

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use office::{Kind, Office, Problem};
use store::Store;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

use super::practice::Practice;
use crate::{
    arguments::{Place, Serve},
    configuration::Configuration,
    database::{Database, block_on},
    words,
};

pub fn run(
    place: &Place,
    configuration: &Configuration,
    options: &Serve,
) -> Result<ExitCode, Problem> {
    let database = Database::open(place)?;
    block_on(async {
        if !database.is_for_service_only() {
            database
                .as_owner(async |store| prepare(store, configuration).await)
                .await?;
        }
        let practice = Practice::beside(place, configuration)?;
        let doors = configuration.doors.clone();
        let served = serve(&database, place, configuration, doors, options, &[]).await;
        if let Some(practice) = practice {
            practice.end().await;
        }
        served
    })?;
    Ok(ExitCode::SUCCESS)
}

/// What a database needs before it serves: its themes, a key that signs, and somebody who administers accounts.
pub async fn prepare(store: Store, configuration: &Configuration) -> Result<(), Problem> {
    let operator = super::operator();
    office::setup::prepare(&store, &operator).await?;
    office::certificates::keys::first(&store, &operator, &configuration.signing.folder).await?;
    if let Some(password) = office::people::first::administrator(&store, &operator).await? {
        words::note(&super::user::provisional(
            office::people::first::ADMINISTRATOR,
            &password,
        ));
    }
    Ok(())
}

/// Serves until the process is told to stop. The notes are said once it is there.
pub async fn serve(
    database: &Database,
    place: &Place,
    configuration: &Configuration,
    doors: api::Settings,
    options: &Serve,
    notes: &[String],
) -> Result<(), Problem> {
    let address = options
        .listen
        .as_deref()
        .or(configuration.listen.as_deref());
    let listener = listen(address.unwrap_or(USUAL_ADDRESS)).await?;
    let uploads = place.data_dir.join("levantamientos");
    database
        .as_service(async |store| {
            answer(store, listener, uploads, configuration, doors, notes).await
        })
        .await
}

/// Only the machine itself, until somebody says otherwise.
const USUAL_ADDRESS: &str = "127.0.0.1:8080";

async fn answer(
    store: Store,
    listener: TcpListener,
    uploads: PathBuf,
    configuration: &Configuration,
    doors: api::Settings,
    notes: &[String],
) -> Result<(), Problem> {
    let feed = query::Feed::start(store.clone())
        .await
        .map_err(Problem::from)?;
    let address = listener
        .local_addr()
        .map_or_else(|_| String::new(), |address| address.to_string());
    let office = Office {
        store,
        feed: Arc::new(feed),
        uploads,
        worker: program()?,
        tracks: Arc::default(),
        upload_bytes_max: configuration.upload_bytes_max,
        signing: configuration.signing.clone(),
        sessions: configuration.sessions,
        elsewhere: configuration.elsewhere.clone(),
        private_networks: configuration.private_networks,
        mail: configuration.mail.clone(),
        impacts: Arc::default(),
    };
    tokio::spawn(office.clone().work());
    tokio::spawn(office.clone().deliver());
    tokio::spawn(office.clone().harvest_sources());
    words::note(&format!(
        "Servicio en http://{address}\n  clientes SIG:  http://{address}/ogc\n  programas:     http://{address}/api"
    ));
    for note in notes {
        words::note(note);
    }
    words::note("Se detiene con Ctrl+C.");
    let doors = api::Doors::new(office, doors);
    api::serve(listener, api::router(doors), stopped())
        .await
        .map_err(|error| {
            tracing::error!(%error, "server");
            Problem::new(
                Kind::Internal,
                "El servicio se interrumpió.",
                "El detalle está en el registro; vuelva a arrancarlo.",
            )
        })
}

/// Where this program lies: its children are itself.
pub(super) fn program() -> Result<PathBuf, Problem> {
    std::env::current_exe().map_err(|error| {
        tracing::error!(%error, "own program");
        Problem::new(
            Kind::Internal,
            "El programa no encuentra su propio archivo.",
            "Compruebe que /proc está montado y que el archivo del programa no se borró.",
        )
    })
}

async fn listen(address: &str) -> Result<TcpListener, Problem> {
    TcpListener::bind(address)
        .await
        .map_err(|error| match error.kind() {
            std::io::ErrorKind::AddrInUse => Problem::new(
                Kind::Unavailable,
                format!("La dirección {address} ya está en uso."),
                "Puede que el servicio ya esté en marcha. Use otra con --listen 127.0.0.1:8081.",
            ),
            _ => Problem::new(
                Kind::BadRequest,
                format!("No se puede servir en «{address}»: {error}."),
                "Escríbala como 127.0.0.1:8080.",
            ),
        })
}

async fn stopped() {
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}
