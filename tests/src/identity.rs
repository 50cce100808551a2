use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::OnceLock,
    time::Duration,
};

/// A real identity provider that runs (`tests/identity`). Dropping it stops it.
pub struct IdentityProvider {
    child: Child,
    issuer: String,
    agent: ureq::Agent,
}

impl IdentityProvider {
    /// Who its one client is.
    pub const CLIENT: &str = "catastro";
    /// The secret of that client.
    pub const SECRET: &str = "secreto-de-prueba";

    /// Starts one that sends browsers back to an address. Says so and gives none where there is no Node to run it.
    #[must_use]
    pub fn start(redirect_uri: &str) -> Option<Self> {
        Self::start_on(0, redirect_uri)
    }

    /// The same on a port that is known beforehand.
    #[must_use]
    pub fn start_on(port: u16, redirect_uri: &str) -> Option<Self> {
        let Installed { folder, node } = installed()?;
        let mut child = Command::new(node)
            .args(["provider.mjs", redirect_uri, &port.to_string()])
            .current_dir(folder)
            // It ends with its standard input: also where a test ends without a word.
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("node runs");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        // Notices of a program for development surround it.
        let issuer = lines
            .by_ref()
            .map_while(Result::ok)
            .find(|line| line.starts_with("http://127.0.0.1:"))
            .expect("the provider says where it is");
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(Duration::from_secs(30)))
            .build()
            .into();
        Some(Self {
            child,
            issuer,
            agent,
        })
    }

    /// Its issuer, as it writes it itself.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Walks a browser through signing in and consenting, from the address it was sent to until it is sent back.
    /// That last address, with code and state, is returned and not opened. `rosa` has a verified address, `julio` has one
    /// that is not; the provider knows nobody else.
    pub fn sign_in(&self, authorize_url: &str, login: &str) -> String {
        self.walk(authorize_url, Some(login))
    }

    /// The same for somebody who changes their mind.
    pub fn cancel(&self, authorize_url: &str) -> String {
        self.walk(authorize_url, None)
    }

    /// From here on it signs with another key.
    pub fn change_keys(&self) {
        let address = format!("{}/prueba/claves-nuevas", self.issuer);
        let answer = self.agent.post(address).send_empty().expect("an answer");
        assert_eq!(answer.status(), 200);
    }

    fn walk(&self, authorize_url: &str, login: Option<&str>) -> String {
        let mut browser = Browser {
            agent: &self.agent,
            jar: BTreeMap::new(),
        };
        let mut page = browser.open(authorize_url);
        // Sign-in and consent with a few redirects around each are about eight steps.
        for _ in 0..20 {
            page = match page {
                Page::Elsewhere(to) if to.starts_with('/') => {
                    browser.open(&format!("{}{to}", self.issuer))
                }
                Page::Elsewhere(to) if to.starts_with(&self.issuer) => browser.open(&to),
                Page::Elsewhere(to) => return to,
                Page::Shown(html) => match login {
                    Some(login) => {
                        let action = between(&html, "action=\"", "\"");
                        let prompt = between(&html, "name=\"prompt\" value=\"", "\"");
                        browser.send(
                            &action,
                            &[("prompt", &prompt), ("login", login), ("password", "x")],
                        )
                    }
                    None => browser.open(&between(&html, "<a href=\"", "\"")),
                },
            };
        }
        panic!("the provider never sends the browser back");
    }
}

impl Drop for IdentityProvider {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

enum Page {
    Elsewhere(String),
    Shown(String),
}

/// As much of a browser as the provider's forms need.
struct Browser<'a> {
    agent: &'a ureq::Agent,
    /// By path and name: its cookies are told apart by both.
    jar: BTreeMap<(String, String), String>,
}

impl Browser<'_> {
    fn open(&mut self, url: &str) -> Page {
        let cookies = self.cookies_for(url);
        let request = self.agent.get(url).header("cookie", cookies);
        self.look(request.call())
    }

    fn send(&mut self, url: &str, form: &[(&str, &str)]) -> Page {
        let cookies = self.cookies_for(url);
        let request = self.agent.post(url).header("cookie", cookies);
        self.look(request.send_form(form.iter().copied()))
    }

    fn look(&mut self, answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Page {
        let mut answer = answer.expect("the provider answers");
        for cookie in answer.headers().get_all("set-cookie") {
            let cookie = cookie.to_str().expect("text");
            let (pair, rest) = cookie.split_once(';').expect("a path");
            let (name, value) = pair.split_once('=').expect("a value");
            let path = between(&format!("{rest};"), "path=", ";");
            self.jar.insert((path, name.to_owned()), value.to_owned());
        }
        if let Some(to) = answer.headers().get("location") {
            return Page::Elsewhere(to.to_str().expect("text").to_owned());
        }
        let html = answer.body_mut().read_to_string().expect("text");
        assert_eq!(answer.status(), 200, "{html}");
        Page::Shown(html)
    }

    fn cookies_for(&self, url: &str) -> String {
        let path = url.splitn(4, '/').nth(3).unwrap_or_default();
        let pairs: Vec<String> = self
            .jar
            .iter()
            .filter(|((under, _), value)| {
                !value.is_empty() && format!("/{path}").starts_with(under)
            })
            .map(|((_, name), value)| format!("{name}={value}"))
            .collect();
        pairs.join("; ")
    }
}

fn between(text: &str, before: &str, after: &str) -> String {
    text.split_once(before)
        .and_then(|(_, rest)| rest.split_once(after))
        .unwrap_or_else(|| panic!("no {before} in {text}"))
        .0
        .to_owned()
}

/// The provider as it is installed, and what runs it.
struct Installed {
    folder: PathBuf,
    node: PathBuf,
}

/// Installs it, once for a run.
fn installed() -> Option<&'static Installed> {
    static INSTALLED: OnceLock<Option<Installed>> = OnceLock::new();
    INSTALLED.get_or_init(install).as_ref()
}

fn install() -> Option<Installed> {
    for program in ["node", "npm"] {
        if Command::new(program).arg("--version").output().is_err() {
            skip(program);
            return None;
        }
    }
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("identity");
    // Beside what cargo builds: the sources stay clean, and it survives from run to run.
    let folder = std::env::current_exe()
        .expect("this test")
        .ancestors()
        .nth(3)
        .expect("cargo's folder")
        .join("identidad");
    std::fs::create_dir_all(&folder).expect("a folder");
    let lock = File::create(folder.join("en-uso")).expect("a lock");
    lock.lock().expect("the lock");
    std::fs::copy(source.join("provider.mjs"), folder.join("provider.mjs")).expect("a copy");
    install_packages(&source, &folder);
    let node = if is_new_enough("node") {
        PathBuf::from("node")
    } else {
        let own = folder.join("node");
        install_packages(&source.join("node"), &own);
        own.join("node_modules/.bin/node")
    };
    Some(Installed { folder, node })
}

/// `npm ci` of what a folder lists in another, unless that was done.
fn install_packages(source: &Path, folder: &Path) {
    let listed = std::fs::read(source.join("package-lock.json")).expect("a list of packages");
    let stamp = folder.join("instalado");
    if std::fs::read(&stamp).is_ok_and(|done| done == listed) {
        return;
    }
    std::fs::create_dir_all(folder).expect("a folder");
    for file in ["package.json", "package-lock.json"] {
        std::fs::copy(source.join(file), folder.join(file)).expect("a copy");
    }
    let output = Command::new("npm")
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .expect("npm runs");
    assert!(
        output.status.success(),
        "npm ci in {}: {}",
        folder.display(),
        String::from_utf8_lossy(&output.stderr)
    );
    std::fs::write(stamp, listed).expect("a stamp");
}

/// Whether a Node has what the provider uses. That of Debian 12 and of Ubuntu 22.04 has not.
fn is_new_enough(node: &str) -> bool {
    const USED: &str = "process.exit(URL.parse && require('node:crypto').hash ? 0 : 1)";
    Command::new(node)
        .args(["-e", USED])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

#[expect(clippy::print_stderr, reason = "a skipped test must be seen")]
fn skip(program: &str) {
    eprintln!("SE OMITE: falta «{program}», y sin él no anda el proveedor de identidad");
}
