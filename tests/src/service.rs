use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;

/// A service that runs. Dropping it stops it.
pub struct Service {
    child: Child,
    base: String,
    agent: ureq::Agent,
}

/// What the service answered.
#[derive(Debug)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// `Content-Type`.
    pub kind: String,
    /// The body.
    pub text: String,
}

impl Reply {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }
}

/// How long a service may take to answer first, on a machine with other work.
const START_MAX: Duration = Duration::from_mins(1);

impl Service {
    /// Starts it and waits until it answers.
    pub fn start(mut command: Command) -> Self {
        let mut child = command
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("the binary runs");
        let mut lines = BufReader::new(child.stderr.take().expect("piped")).lines();
        let base = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| Some(line.strip_prefix("Servicio en ")?.trim().to_owned()))
            .expect("the service says where it is");
        // Its log must go on being read, or it stops when the pipe is full.
        std::thread::spawn(move || lines.for_each(drop));
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_mins(2)))
            .build()
            .into();
        let service = Self { child, base, agent };
        service.wait_until_ready();
        service
    }

    /// Waits until it says that it is ready.
    pub fn wait_until_ready(&self) {
        let begun = Instant::now();
        while !self.is_ready() {
            assert!(
                begun.elapsed() < START_MAX,
                "the service does not become ready"
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn is_ready(&self) -> bool {
        self.agent
            .get(self.url("/api/salud/listo"))
            .call()
            .is_ok_and(|reply| reply.status() == 200)
    }

    /// Waits until its answers include a change.
    pub fn wait_for_version(&self, version: i64) {
        let begun = Instant::now();
        while self.get("/api/salud/listo").json()["version_datos"]
            .as_i64()
            .unwrap_or(-1)
            < version
        {
            assert!(
                begun.elapsed() < START_MAX,
                "change {version} does not arrive"
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// The whole address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Reads a path.
    pub fn get(&self, path: &str) -> Reply {
        reply(self.agent.get(self.url(path)).call())
    }

    /// Sends JSON to a path.
    pub fn post(&self, path: &str, body: &Value) -> Reply {
        reply(self.agent.post(self.url(path)).send_json(body))
    }

    /// Sends text to a path as if it were JSON.
    pub fn post_text(&self, path: &str, body: &str) -> Reply {
        reply(
            self.agent
                .post(self.url(path))
                .content_type("application/json")
                .send(body),
        )
    }

    /// Ends it without a word, as a power cut would.
    pub fn kill(mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn reply(result: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Reply {
    let mut response = result.expect("the service answers");
    let kind = response
        .headers()
        .get("content-type")
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    Reply {
        status: response.status().as_u16(),
        kind,
        text: response
            .body_mut()
            .with_config()
            .limit(1 << 30)
            .read_to_string()
            .expect("text"),
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = Command::new("kill")
            .args(["-TERM", &self.child.id().to_string()])
            .status();
        let _ = self.child.wait();
    }
}
