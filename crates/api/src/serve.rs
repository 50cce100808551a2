//! Connections: taken, timed and ended.

use std::{future::Future, io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::{Router, body::Body, extract::ConnectInfo, http::Request};
use hyper::body::Incoming;
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto, graceful::GracefulShutdown},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};
use tower::ServiceExt;

/// Who has not said by then what they ask for holds a connection for nothing.
const HEADERS_MAX: Duration = Duration::from_secs(15);

/// Connections at a time. Each costs a socket and some kilobytes; the next ones wait in the system's queue.
const CONNECTIONS_MAX: usize = 4_096;

/// After the word to stop, what is under way has so long; a client that says nothing more cannot hold the service.
const GRACE: Duration = Duration::from_secs(10);

/// After the system refused a connection (no file descriptors left), before the next try.
const BREATH: Duration = Duration::from_millis(100);

/// Serves until `stopped`; requests under way are answered first, for as long as [`GRACE`].
pub async fn serve(
    listener: TcpListener,
    router: Router,
    stopped: impl Future<Output = ()>,
) -> io::Result<()> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_MAX);
    builder.http2().timer(TokioTimer::new());
    let builder = Arc::new(builder);
    let open = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let graceful = GracefulShutdown::new();
    let mut stopped = pin!(stopped);
    loop {
        // The semaphore is never closed.
        let permit = tokio::select! {
            permit = Arc::clone(&open).acquire_owned() => permit,
            () = &mut stopped => break,
        };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stopped => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "no connection taken");
                tokio::time::sleep(BREATH).await;
                continue;
            }
        };
        let answered = connection(&builder, &router, stream, peer);
        let answered = graceful.watch(answered);
        tokio::spawn(async move {
            // How a client leaves is its own business.
            let _ = answered.await;
            drop(permit);
        });
    }
    drop(listener);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(GRACE) => tracing::warn!("requests still under way were cut off"),
    }
    Ok(())
}

fn connection(
    builder: &Arc<auto::Builder<TokioExecutor>>,
    router: &Router,
    stream: TcpStream,
    peer: SocketAddr,
) -> impl hyper_util::server::graceful::GracefulConnection<
    Error = Box<dyn std::error::Error + Send + Sync>,
> + use<> {
    let _ = stream.set_nodelay(true);
    let service = router
        .clone()
        .map_request(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            request.map(Body::new)
        });
    builder
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service))
        .into_owned()
}
