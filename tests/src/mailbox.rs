//! A mail server that takes everything and keeps it: enough of SMTP (RFC 5321) for whoever sends.

use std::{
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

/// A mail that came.
#[derive(Clone, Debug)]
pub struct Mail {
    /// To whom.
    pub to: String,
    /// Its headers, as they came.
    pub headers: String,
    /// Its text, as its writer wrote it.
    pub text: String,
}

/// A mail server of this process.
pub struct Mailbox {
    port: u16,
    mails: Arc<Mutex<Vec<Mail>>>,
}

/// How long a mail may take, on a machine with other work.
const ARRIVES_MAX: Duration = Duration::from_mins(1);

impl Mailbox {
    /// Listens on a port of its own until the process ends.
    pub fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let mails = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&mails);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let kept = Arc::clone(&kept);
                std::thread::spawn(move || serve(stream, &kept));
            }
        });
        Self { port, mails }
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// All that came so far.
    pub fn mails(&self) -> Vec<Mail> {
        self.mails.lock().expect("the mails").clone()
    }

    /// Waits for so many to an address; gives them in their order.
    pub fn wait_for(&self, to: &str, count: usize) -> Vec<Mail> {
        let begun = Instant::now();
        loop {
            let own: Vec<Mail> = self
                .mails()
                .into_iter()
                .filter(|mail| mail.to == to)
                .collect();
            if own.len() >= count {
                return own;
            }
            assert!(
                begun.elapsed() < ARRIVES_MAX,
                "{} of {count} mails came to {to}",
                own.len()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Mail {
    /// The path of the first link that begins with some address.
    pub fn link(&self, address: &str) -> &str {
        let (_, rest) = self.text.split_once(address).expect("a link");
        rest.split_whitespace().next().expect("a path")
    }
}

/// One conversation. Whoever breaks off is none of our business.
fn serve(stream: TcpStream, mails: &Mutex<Vec<Mail>>) {
    let Ok(mut answers) = stream.try_clone() else {
        return;
    };
    let mut say = |line: &str| answers.write_all(format!("{line}\r\n").as_bytes()).is_ok();
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    let mut to = String::new();
    if !say("220 prueba ESMTP") {
        return;
    }
    while let Some(line) = lines.next() {
        let word = line.to_ascii_uppercase();
        let goes_on = if word.starts_with("RCPT TO:<") {
            let named = line[9..].split('>').next();
            named.unwrap_or_default().clone_into(&mut to);
            // Nobody lives there.
            if to.starts_with("nadie@") {
                say("550 5.1.1 no existe")
            } else {
                say("250 ok")
            }
        } else if word == "DATA" {
            let told = say("354 va");
            let whole: Vec<String> = lines.by_ref().take_while(|line| line != ".").collect();
            let at = whole.iter().position(String::is_empty).unwrap_or(0);
            mails.lock().expect("the mails").push(Mail {
                to: to.clone(),
                headers: whole[..at].join("\n"),
                text: quoted_printable(&whole[at..].join("\n")),
            });
            told && say("250 ok")
        } else if word.starts_with("QUIT") {
            let _ = say("221 adiós");
            return;
        } else {
            say("250 ok")
        };
        if !goes_on {
            return;
        }
    }
}

/// Quoted-printable text (RFC 2045) as it was written. A point at the beginning of a line was doubled on the way.
fn quoted_printable(text: &str) -> String {
    let text = text.replace("\n..", "\n.").replace("=\n", "");
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let code = tail
            .get(..2)
            .filter(|_| *first == b'=')
            .and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        if let Some(byte) = code {
            bytes.push(byte);
            rest = &tail[2..];
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8_lossy(&bytes).replace("\r\n", "\n")
}
