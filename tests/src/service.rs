use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use serde_json::Value;

/// A service that runs. Dropping it stops it, where it was started here.
pub struct Service {
    child: Option<Child>,
    base: String,
    agent: ureq::Agent,
    /// Follows no redirect.
    direct: ureq::Agent,
    log: Arc<Mutex<String>>,
}

/// A text as a part of an address or a form.
pub fn encoded(text: &str) -> String {
    let bytes: Vec<String> = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
    bytes.concat()
}

/// The identifiers of the features of a page.
pub fn ids(page: &Value) -> Vec<String> {
    let features = page["features"].as_array().expect("features");
    features
        .iter()
        .map(|feature| feature["id"].as_str().expect("an id").to_owned())
        .collect()
}

/// What the service answered.
#[derive(Debug)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// `Content-Type`.
    pub kind: String,
    /// All headers, their names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub text: String,
}

impl Reply {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }
}

impl Reply {
    /// The values of a header.
    pub fn header(&self, name: &str) -> Vec<&str> {
        self.headers
            .iter()
            .filter(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
            .collect()
    }

    /// The value of a cookie that is given.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.header("set-cookie").into_iter().find_map(|given| {
            let (known, rest) = given.split_once('=')?;
            (known == name).then(|| rest.split(';').next().unwrap_or_default().to_owned())
        })
    }
}

/// A request that says more than a path.
#[derive(Clone, Debug)]
pub struct Call {
    method: &'static str,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Call {
    /// A request without a body.
    pub fn new(method: &'static str, path: impl Into<String>) -> Self {
        Self {
            method,
            path: path.into(),
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    /// With a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// With a personal token.
    #[must_use]
    pub fn token(self, token: &str) -> Self {
        self.header("authorization", format!("Bearer {token}"))
    }

    /// With cookies.
    #[must_use]
    pub fn cookies(self, cookies: &[(&str, &str)]) -> Self {
        let pairs: Vec<String> = cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        self.header("cookie", pairs.join("; "))
    }

    /// With a JSON body.
    #[must_use]
    pub fn json(mut self, body: &Value) -> Self {
        self.body = body.to_string().into_bytes();
        self.header("content-type", "application/json")
    }

    /// With a JSON body of another media type.
    #[must_use]
    pub fn body(mut self, kind: &str, body: &Value) -> Self {
        self.body = body.to_string().into_bytes();
        self.header("content-type", kind)
    }

    /// With a body as it is.
    #[must_use]
    pub fn raw(mut self, kind: &str, body: &[u8]) -> Self {
        self.body = body.to_vec();
        self.header("content-type", kind)
    }

    /// With a form, as a page sends it.
    #[must_use]
    pub fn form(mut self, fields: &[(&str, &str)]) -> Self {
        let pairs: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
            .collect();
        self.body = pairs.join("&").into_bytes();
        self.header("content-type", "application/x-www-form-urlencoded")
    }

    /// With an upload: a file under `archivo`, and text fields.
    #[must_use]
    pub fn upload(mut self, file: (&str, &[u8]), fields: &[(&str, &str)]) -> Self {
        const EDGE: &str = "----catastro-prueba";
        for (name, value) in fields {
            self.body.extend_from_slice(
                format!(
                    "--{EDGE}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
                )
                .as_bytes(),
            );
        }
        let (file_name, bytes) = file;
        self.body.extend_from_slice(
            format!("--{EDGE}\r\nContent-Disposition: form-data; name=\"archivo\"; filename=\"{file_name}\"\r\n\r\n")
                .as_bytes(),
        );
        self.body.extend_from_slice(bytes);
        self.body
            .extend_from_slice(format!("\r\n--{EDGE}--\r\n").as_bytes());
        self.header(
            "content-type",
            format!("multipart/form-data; boundary={EDGE}"),
        )
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
        let mut before = String::new();
        let base = lines
            .by_ref()
            .map_while(Result::ok)
            .inspect(|line| {
                before.push_str(line);
                before.push('\n');
            })
            .find_map(|line| Some(line.strip_prefix("Servicio en ")?.trim().to_owned()))
            .expect("the service says where it is");
        // Its log must go on being read, or it stops when the pipe is full.
        let log = Arc::new(Mutex::new(before));
        let kept = Arc::clone(&log);
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                kept.lock().expect("the log").push_str(&(line + "\n"));
            }
        });
        let mut service = Self::at(&base);
        service.child = Some(child);
        service.log = log;
        service.wait_until_ready();
        service
    }

    /// One that somebody else started, or is about to.
    pub fn at(base: &str) -> Self {
        let agent = |redirects| {
            ureq::Agent::config_builder()
                .http_status_as_error(false)
                .max_redirects(redirects)
                .max_redirects_will_error(false)
                .allow_non_standard_methods(true)
                .timeout_global(Some(Duration::from_mins(2)))
                .build()
                .into()
        };
        Self {
            child: None,
            base: base.to_owned(),
            agent: agent(10),
            direct: agent(0),
            log: Arc::default(),
        }
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
        self.child.as_ref().expect("a process of ours").id()
    }

    /// Reads a path.
    pub fn get(&self, path: &str) -> Reply {
        reply(self.agent.get(self.url(path)).call())
    }

    /// The JSON of a path that anybody may read.
    pub fn read(&self, path: &str) -> Value {
        let reply = self.get(path);
        assert_eq!(reply.status, 200, "{path}: {reply:?}");
        reply.json()
    }

    /// Sends JSON to a path.
    pub fn post(&self, path: &str, body: &Value) -> Reply {
        reply(self.agent.post(self.url(path)).send_json(body))
    }

    /// Sends JSON to a path as whoever has a token.
    pub fn send_as(&self, token: &str, method: &'static str, path: &str, body: &Value) -> Reply {
        self.send(&Call::new(method, path).token(token).json(body))
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

    /// Sends a request as it is; redirects are not followed.
    pub fn send(&self, call: &Call) -> Reply {
        self.try_send(call).expect("the service answers")
    }

    /// Sends a request to a service that may end meanwhile.
    pub fn try_send(&self, call: &Call) -> Option<Reply> {
        read(self.direct.run(self.request(call)).ok()?)
    }

    fn request(&self, call: &Call) -> ureq::http::Request<Vec<u8>> {
        let mut request = ureq::http::Request::builder()
            .method(call.method)
            .uri(self.url(&call.path));
        for (name, value) in &call.headers {
            request = request.header(name, value);
        }
        request.body(call.body.clone()).expect("a request")
    }

    /// What is answered to a request, its body as bytes; redirects are not followed.
    pub fn fetch(&self, call: &Call) -> (Reply, Vec<u8>) {
        let mut answer = self.direct.run(self.request(call)).expect("an answer");
        let mut bytes = Vec::new();
        answer
            .body_mut()
            .as_reader()
            .read_to_end(&mut bytes)
            .expect("a whole body");
        let empty = answer.map(|_| ureq::Body::builder().data(Vec::new()));
        (read(empty).expect("headers"), bytes)
    }

    /// The answer to a request that goes well, before its body is read.
    fn answer(&self, call: &Call) -> ureq::http::Response<ureq::Body> {
        let answer = self
            .direct
            .run(self.request(call))
            .expect("the service answers");
        assert_eq!(answer.status(), 200, "{}", call.path);
        answer
    }

    /// The body of an answer that is no text, of a request that goes well.
    pub fn bytes(&self, call: &Call) -> Vec<u8> {
        let mut answer = self.answer(call);
        let mut bytes = Vec::new();
        answer
            .body_mut()
            .as_reader()
            .read_to_end(&mut bytes)
            .expect("a whole body");
        bytes
    }

    /// The lines of a long answer, one by one, of a request that goes well.
    pub fn lines(&self, call: &Call, mut each: impl FnMut(&str)) {
        let mut answer = self.answer(call);
        for line in BufReader::new(answer.body_mut().as_reader()).lines() {
            each(&line.expect("a whole answer"));
        }
    }

    /// The children that read a file for it now.
    pub fn workers(&self) -> Vec<u32> {
        let own = self.pid().to_string();
        std::fs::read_dir("/proc")
            .expect("/proc")
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
            .filter(|pid: &u32| {
                let read = |name: &str| {
                    let path = std::path::Path::new("/proc").join(pid.to_string());
                    std::fs::read(path.join(name)).unwrap_or_default()
                };
                let words = read("cmdline");
                let status = String::from_utf8_lossy(&read("status")).into_owned();
                let is_worker = words.ends_with(b"\0worker\0");
                let is_gone = status.contains("State:\tZ");
                is_worker && !is_gone && descends(*pid, &own)
            })
            .collect()
    }

    /// The memory that it holds now, in megabytes.
    pub fn memory_mb(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid()));
        let status = status.expect("the service runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes = line.and_then(|line| line.split_whitespace().next());
        kilobytes.and_then(|text| text.parse().ok()).unwrap_or(0) / 1024
    }

    /// Everything that it has written to its log so far.
    pub fn log(&self) -> String {
        self.log.lock().expect("the log").clone()
    }

    /// Ends it without a word, as a power cut would.
    pub fn kill(mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Whether a process descends from another.
fn descends(pid: u32, ancestor: &str) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let parent = status
        .lines()
        .find_map(|line| line.strip_prefix("PPid:"))
        .map(str::trim);
    match parent {
        Some(parent) if parent == ancestor => true,
        Some("0" | "1") | None => false,
        Some(parent) => parent
            .parse()
            .is_ok_and(|parent| descends(parent, ancestor)),
    }
}

fn reply(result: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Reply {
    read(result.expect("the service answers")).expect("a whole answer")
}

/// Nothing where it breaks off.
fn read(mut response: ureq::http::Response<ureq::Body>) -> Option<Reply> {
    let headers: Vec<(String, String)> = response
        .headers()
        .iter()
        .map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.as_str().to_owned(), value)
        })
        .collect();
    let kind = headers
        .iter()
        .find(|(name, _)| name == "content-type")
        .map(|(_, kind)| kind.clone())
        .unwrap_or_default();
    Some(Reply {
        status: response.status().as_u16(),
        kind,
        headers,
        text: response
            .body_mut()
            .with_config()
            .limit(1 << 30)
            .read_to_string()
            .ok()?,
    })
}

impl Drop for Service {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = Command::new("kill")
                .args(["-TERM", &child.id().to_string()])
                .status();
            let _ = child.wait();
        }
    }
}
