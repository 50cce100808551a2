//! A real browser, told what to do over the `DevTools` protocol: JSON between zero bytes, through two pipes.

use std::{
    fs::File,
    io::{BufRead, BufReader, Write},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tempfile::TempDir;

/// A browser with one page. Dropping it ends it.
pub struct Browser {
    child: Child,
    to: File,
    from: BufReader<File>,
    session: String,
    number: u64,
    /// What the page complained of.
    complaints: Vec<String>,
    /// All addresses that the page asked for.
    asked: Vec<String>,
    /// Requests of pages themselves, by their identity.
    pages: std::collections::HashSet<String>,
    _folder: TempDir,
}

/// How long a page may take for anything, on a machine without a graphics card and with other work.
const PATIENCE: Duration = Duration::from_mins(2);

impl Browser {
    /// Starts one with a window of this size; `words` are further flags.
    pub fn start(width: u32, height: u32, words: &[&str]) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("catastro-navegador-")
            .tempdir()
            .expect("a folder");
        let pipe = |name: &str| {
            let path = folder.path().join(name);
            let made = Command::new("mkfifo").arg(&path).status().expect("mkfifo");
            assert!(made.success());
            path
        };
        let (to, from) = (pipe("a"), pipe("de"));
        // The pipes are the third and the fourth file of the browser: only a shell gives it those.
        let child = Command::new("sh")
            .args(["-c", r#"exec chromium "$@" 3<"$A" 4>"$DE""#, "sh"])
            .args([
                "--headless",
                "--no-sandbox",
                "--use-angle=swiftshader",
                "--enable-unsafe-swiftshader",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--remote-debugging-pipe",
            ])
            .arg(format!("--window-size={width},{height}"))
            .arg(format!(
                "--user-data-dir={}",
                folder.path().join("perfil").display()
            ))
            .args(words)
            .arg("about:blank")
            .env("A", &to)
            .env("DE", &from)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromium");
        let to = File::options().write(true).open(&to).expect("a pipe");
        let from = BufReader::new(File::open(&from).expect("a pipe"));
        let mut browser = Self {
            child,
            to,
            from,
            session: String::new(),
            number: 0,
            complaints: Vec::new(),
            asked: Vec::new(),
            pages: std::collections::HashSet::new(),
            _folder: folder,
        };
        let target = browser.tell("Target.createTarget", &json!({"url": "about:blank"}));
        let attached = browser.tell(
            "Target.attachToTarget",
            &json!({"targetId": target["targetId"], "flatten": true}),
        );
        attached["sessionId"]
            .as_str()
            .expect("a session")
            .clone_into(&mut browser.session);
        for domain in ["Page", "Runtime", "Network", "Log"] {
            browser.tell(&format!("{domain}.enable"), &json!({}));
        }
        browser
    }

    /// Sends a command and waits for its answer.
    pub fn tell(&mut self, method: &str, parameters: &Value) -> Value {
        self.try_tell(method, parameters)
            .unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// The same, or what the browser has against it.
    fn try_tell(&mut self, method: &str, parameters: &Value) -> Result<Value, Value> {
        self.number += 1;
        let mut message = json!({"id": self.number, "method": method, "params": parameters});
        if !self.session.is_empty() {
            message["sessionId"] = self.session.as_str().into();
        }
        self.to
            .write_all(format!("{message}\0").as_bytes())
            .expect("the browser listens");
        loop {
            let mut bytes = Vec::new();
            self.from.read_until(0, &mut bytes).expect("an answer");
            assert_eq!(bytes.pop(), Some(0), "the browser ended");
            let answer: Value = serde_json::from_slice(&bytes).expect("JSON");
            if answer["id"] == self.number {
                return if answer["error"].is_null() {
                    Ok(answer["result"].clone())
                } else {
                    Err(answer["error"].clone())
                };
            }
            self.hear(&answer);
        }
    }

    fn hear(&mut self, event: &Value) {
        let told = &event["params"];
        match event["method"].as_str() {
            Some("Network.requestWillBeSent") => {
                let address = told["request"]["url"].as_str().unwrap_or_default();
                self.asked.push(address.to_owned());
                if told["type"] == "Document" {
                    self.pages
                        .insert(told["requestId"].as_str().unwrap_or_default().to_owned());
                }
            }
            Some("Runtime.exceptionThrown") => self.complaints.push(told.to_string()),
            // A page that says what is wrong with a form comes with a status that says so too.
            Some("Log.entryAdded")
                if told["entry"]["level"] == "error"
                    && !told["entry"]["networkRequestId"]
                        .as_str()
                        .is_some_and(|id| self.pages.contains(id)) =>
            {
                self.complaints.push(told["entry"].to_string());
            }
            Some("Runtime.consoleAPICalled") if told["type"] == "error" => {
                self.complaints.push(told["args"].to_string());
            }
            _ => {}
        }
    }

    /// Goes to an address.
    pub fn open(&mut self, address: &str) {
        self.tell("Page.navigate", &json!({"url": address}));
    }

    /// The value of an expression on the page.
    pub fn value(&mut self, expression: &str) -> Value {
        self.try_value(expression)
            .unwrap_or_else(|error| panic!("{expression}: {error}"))
    }

    fn try_value(&mut self, expression: &str) -> Result<Value, Value> {
        let answer = self.try_tell(
            "Runtime.evaluate",
            &json!({"expression": expression, "returnByValue": true, "awaitPromise": true}),
        )?;
        assert!(
            answer["exceptionDetails"].is_null(),
            "{expression}: {answer}"
        );
        Ok(answer["result"]["value"].clone())
    }

    /// Waits until an expression is true on the page, which may be on its way.
    pub fn wait_until(&mut self, expression: &str) {
        let begun = Instant::now();
        // A page that is still coming has nothing to ask yet.
        let asked = format!("Boolean(document.documentElement && ({expression}))");
        // One that goes while it is asked says so; then the next is asked.
        while !self.try_value(&asked).is_ok_and(|value| value == true) {
            assert!(
                begun.elapsed() < PATIENCE,
                "{expression} does not come true: {:?}",
                self.complaints
            );
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Presses and releases the mouse at a place of the window.
    pub fn click(&mut self, x: f64, y: f64) {
        for kind in ["mouseMoved", "mousePressed", "mouseReleased"] {
            self.tell(
                "Input.dispatchMouseEvent",
                &json!({"type": kind, "x": x, "y": y, "button": if kind == "mouseMoved" { "none" } else { "left" }, "clickCount": 1}),
            );
        }
    }

    /// Presses and releases a key that has a name.
    pub fn key(&mut self, name: &str, code: u32) {
        for kind in ["keyDown", "keyUp"] {
            let mut event =
                json!({"type": kind, "key": name, "code": name, "windowsVirtualKeyCode": code});
            if name == "Enter" && kind == "keyDown" {
                event["text"] = "\r".into();
            }
            self.tell("Input.dispatchKeyEvent", &event);
        }
    }

    /// Types text where the cursor is.
    pub fn type_text(&mut self, text: &str) {
        self.tell("Input.insertText", &json!({"text": text}));
    }

    /// Puts a picture of the page into a file, as base64 of PNG; gives that text.
    pub fn picture(&mut self) -> String {
        let shot = self.tell("Page.captureScreenshot", &json!({"format": "png"}));
        shot["data"].as_str().expect("a picture").to_owned()
    }

    /// What the page complained of so far.
    pub fn complaints(&self) -> &[String] {
        &self.complaints
    }

    /// All addresses that the page asked for so far.
    pub fn asked(&self) -> &[String] {
        &self.asked
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
