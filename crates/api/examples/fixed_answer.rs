//! An answer of a fixed size with nothing around it, to compare the service with: `fixed_answer 127.0.0.1:8090 4096`.

use axum::{Router, body::Bytes, routing::post};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut words = std::env::args().skip(1);
    let address = words.next().unwrap_or_default();
    let body = Bytes::from(vec![b'x'; words.next().unwrap_or_default().parse()?]);
    let router = Router::new().route(
        "/",
        post(move |_: Bytes| {
            let body = body.clone();
            async { body }
        }),
    );
    let listener = tokio::net::TcpListener::bind(address).await?;
    axum::serve(listener, router).await?;
    Ok(())
}
