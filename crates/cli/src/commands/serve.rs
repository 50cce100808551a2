//! `catastro serve`: the service.

use std::{process::ExitCode, sync::Arc};

use office::{Kind, Office, Problem};
use store::Store;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

use crate::{
    arguments::{Place, Serve},
    database::with_store,
    words,
};

pub fn run(place: &Place, options: &Serve) -> Result<ExitCode, Problem> {
    with_store(place, |store| serve(store, options))?;
    Ok(ExitCode::SUCCESS)
}

/// Serves until the process is told to stop.
pub async fn serve(store: Store, options: &Serve) -> Result<(), Problem> {
    let listener = listen(&options.listen).await?;
    office::setup::prepare(&store, &super::operator()).await?;
    let feed = Arc::new(
        query::Feed::start(store.clone())
            .await
            .map_err(Problem::from)?,
    );
    let address = listener
        .local_addr()
        .map_or_else(|_| options.listen.clone(), |address| address.to_string());
    words::note(&format!(
        "Servicio en http://{address}\n  clientes SIG:  http://{address}/ogc\n  programas:     http://{address}/api\nSe detiene con Ctrl+C."
    ));
    api::serve(listener, api::router(Office { store, feed }), stopped())
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
