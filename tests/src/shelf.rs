//! Somebody else's server: a few answers behind an address of this machine, good ones and others.

use std::{
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex, PoisonError},
};

/// What a server answers.
#[derive(Clone, Debug)]
pub enum Served {
    /// A body with its media type.
    Body(&'static str, Vec<u8>),
    /// A status and nothing else.
    Status(u16),
    /// A redirect.
    Redirect(String),
    /// The start of a body, then the connection is cut.
    Cut(&'static str, Vec<u8>),
    /// A body that does not end.
    Endless,
}

type Answers = Arc<Mutex<Box<dyn Fn(&str) -> Served + Send>>>;

/// A server that lives as long as the test.
pub struct Shelf {
    /// Its address.
    pub address: String,
    answers: Answers,
}

impl Shelf {
    /// A server that answers by path and query.
    pub fn new(answers: impl Fn(&str) -> Served + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let answers: Answers = Arc::new(Mutex::new(Box::new(answers)));
        let own = Arc::clone(&answers);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let answers = Arc::clone(&own);
                // Whoever asks may go away in the middle: that is no fault of the test.
                std::thread::spawn(move || drop(serve(&client, &answers)));
            }
        });
        Self { address, answers }
    }

    /// It answers otherwise from now on.
    pub fn change(&self, answers: impl Fn(&str) -> Served + Send + 'static) {
        *self.answers.lock().unwrap_or_else(PoisonError::into_inner) = Box::new(answers);
    }
}

fn serve(mut client: &TcpStream, answers: &Answers) -> std::io::Result<()> {
    let mut reader = BufReader::new(client);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let mut line = String::new();
    while reader.read_line(&mut line)? > 2 {
        line.clear();
    }
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let served = answers.lock().unwrap_or_else(PoisonError::into_inner)(&path);
    let head =
        |status: &str, more: &str| format!("HTTP/1.1 {status}\r\nconnection: close\r\n{more}\r\n");
    match served {
        Served::Body(kind, body) => {
            let more = format!("content-type: {kind}\r\ncontent-length: {}\r\n", body.len());
            client.write_all(head("200 OK", &more).as_bytes())?;
            client.write_all(&body)
        }
        Served::Status(status) => {
            let status = format!("{status} x");
            client.write_all(head(&status, "content-length: 0\r\n").as_bytes())
        }
        Served::Redirect(to) => {
            let more = format!("location: {to}\r\ncontent-length: 0\r\n");
            client.write_all(head("302 Found", &more).as_bytes())
        }
        Served::Cut(kind, body) => {
            let more = format!(
                "content-type: {kind}\r\ncontent-length: {}\r\n",
                body.len() + 10
            );
            client.write_all(head("200 OK", &more).as_bytes())?;
            client.write_all(&body)
        }
        Served::Endless => {
            client.write_all(head("200 OK", "content-type: application/json\r\n").as_bytes())?;
            loop {
                client.write_all(&[b' '; 1 << 14])?;
            }
        }
    }
}
