//! The words of tests of pages: what somebody does on one, and what is wrong with it.

use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::{Browser, Call, Office, Reply, Service};

/// The password that people of the tests choose for themselves.
pub const PASSWORD: &str = "la yuca del patio creció";

/// Finds what keeps people from using a page.
const AXE: &str = include_str!("../vendor/axe-core-4.12.0/axe.min.js");

/// What no page but the map may weigh.
pub const KILOBYTES_MAX: f64 = 150.0;

/// The widths at which pages are looked at: a telephone's and a desk's.
pub const WIDTHS: [u32; 2] = [360, 1440];

impl Office {
    /// Makes an account that has chosen its password, [`PASSWORD`].
    pub fn settled(&self, service: &Service, login: &str, roles: &[&str]) {
        let provisional = self.account(login, roles);
        let signed_in = service.send(
            &Call::new("POST", "/ingresar")
                .form(&[("usuario", login), ("contrasena", &provisional)]),
        );
        let session = signed_in.cookie("catastro").expect("a session");
        let changed = service.send(
            &Call::new("POST", "/cuenta/contrasena")
                .cookies(&[("catastro", &session)])
                .form(&[
                    ("actual", &provisional),
                    ("nueva", PASSWORD),
                    ("otra_vez", PASSWORD),
                ]),
        );
        assert_eq!(changed.status, 303, "{changed:?}");
    }
}

impl Service {
    /// The session of somebody who signs in with [`PASSWORD`].
    pub fn session(&self, login: &str) -> String {
        let call =
            Call::new("POST", "/ingresar").form(&[("usuario", login), ("contrasena", PASSWORD)]);
        self.send(&call).cookie("catastro").expect("a session")
    }

    /// A page, as a browser of somebody asks for it.
    pub fn page(&self, session: &str, path: &str) -> Reply {
        let call = Call::new("GET", path).header("accept", "text/html");
        self.send(&call.cookies(&[("catastro", session)]))
    }

    /// A form, as a browser without script sends it.
    pub fn form(&self, session: &str, path: &str, fields: &[(&str, &str)]) -> Reply {
        let call = Call::new("POST", path).header("accept", "text/html");
        self.send(&call.cookies(&[("catastro", session)]).form(fields))
    }
}

/// The words of a PDF without what is between them.
pub fn words_of_paper(office: &Office, pdf: &[u8]) -> String {
    let path = office.folder().join("papel.pdf");
    std::fs::write(&path, pdf).expect("written");
    let told = Command::new("pdftotext")
        .arg("-raw")
        .arg(&path)
        .arg("-")
        .stderr(Stdio::inherit())
        .output()
        .expect("poppler-utils");
    closed(&String::from_utf8_lossy(&told.stdout))
}

/// A text without what is between its words. Where a long one may break, paper says so with a space that has no width.
pub fn closed(text: &str) -> String {
    text.replace('\u{200b}', "").split_whitespace().collect()
}

impl Browser {
    /// Goes to an address and waits until all of the page is there.
    pub fn go(&mut self, address: &str) {
        self.value("window.antes = true");
        self.open(address);
        self.arrive();
    }

    /// Does something that leads to another page, and waits until all of that is there.
    pub fn leave(&mut self, act: impl FnOnce(&mut Self)) {
        self.value("window.antes = true");
        act(self);
        self.arrive();
    }

    fn arrive(&mut self) {
        self.wait_until("!window.antes && document.readyState === 'complete'");
    }

    /// Signs in on the page, by keys alone.
    pub fn sign_in(&mut self, service: &Service, login: &str) {
        self.go(&service.url("/ingresar"));
        self.fill("#usuario", login);
        self.fill("#contrasena", PASSWORD);
        self.leave(|browser| browser.key("Enter", 13));
        self.wait_until("document.querySelector('.quien button')");
    }

    /// Puts the cursor into a field and types; what was there goes.
    pub fn fill(&mut self, selector: &str, text: &str) {
        let found = self.value(&format!(
            "(() => {{ const field = document.querySelector({selector:?}); field?.focus(); field?.select?.(); return !!field; }})()"
        ));
        assert_eq!(found, true, "there is no {selector}");
        self.type_text(text);
    }

    /// Chooses an entry of a list by its value.
    pub fn choose(&mut self, selector: &str, value: &str) {
        let chosen = self.value(&format!(
            "(() => {{ const list = document.querySelector({selector:?}); if (!list) return null; list.value = {value:?};
                list.dispatchEvent(new Event('input', {{bubbles: true}})); list.dispatchEvent(new Event('change', {{bubbles: true}})); return list.value; }})()"
        ));
        assert_eq!(chosen, value, "{selector}");
    }

    /// Puts the cursor on something by its selector and presses Enter: as somebody without a mouse.
    pub fn press(&mut self, selector: &str) {
        let found = self.value(&format!(
            "(() => {{ const one = document.querySelector({selector:?}); one?.focus(); return !!one && document.activeElement === one; }})()"
        ));
        assert_eq!(found, true, "{selector} is not there or takes no keys");
        self.key("Enter", 13);
    }

    /// Presses something that leads to another page, and waits for it.
    pub fn follow(&mut self, selector: &str) {
        self.leave(|browser| browser.press(selector));
    }

    /// Puts files into a file box.
    pub fn give_files(&mut self, selector: &str, files: &[&std::path::Path]) {
        let document = self.tell("DOM.getDocument", &json!({}));
        let found = self.tell(
            "DOM.querySelector",
            &json!({"nodeId": document["root"]["nodeId"], "selector": selector}),
        );
        self.tell(
            "DOM.setFileInputFiles",
            &json!({"nodeId": found["nodeId"], "files": files}),
        );
    }

    /// The words on the page, as they are seen.
    pub fn words(&mut self) -> String {
        let words = self.value("document.body.innerText");
        words.as_str().unwrap_or_default().to_owned()
    }

    /// The address of the page, without the service's.
    pub fn path(&mut self) -> String {
        let path = self.value("location.pathname + location.search");
        path.as_str().unwrap_or_default().to_owned()
    }

    /// The size of the window's inside, in pixels of style.
    pub fn resize(&mut self, width: u32, height: u32) {
        self.tell(
            "Emulation.setDeviceMetricsOverride",
            &json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false}),
        );
    }

    /// A line like that of a village: so many kilobits a second, and so many milliseconds there and back.
    pub fn slow_line(&mut self, kilobits: u32, milliseconds: u32) {
        let bytes = f64::from(kilobits) * 1000.0 / 8.0;
        self.tell(
            "Network.emulateNetworkConditions",
            &json!({"offline": false, "latency": milliseconds, "downloadThroughput": bytes, "uploadThroughput": bytes}),
        );
    }

    /// Kilobytes of the page and of all that it has fetched, as they are sent: also of what was in the browser already.
    fn kilobytes(&mut self) -> f64 {
        let bytes = self.value(
            "[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].reduce((sum, one) => sum + one.encodedBodySize, 0)",
        );
        bytes.as_f64().expect("bytes") / 1000.0
    }

    /// Looks at the page as it is: lighter than [`KILOBYTES_MAX`], nothing in the console, nothing serious that axe finds, at both widths nothing that is
    /// wider than the window. Keeps a picture where `CATASTRO_IMAGENES` names a folder.
    pub fn look(&mut self, name: &str) {
        let kilobytes = self.kilobytes();
        assert!(kilobytes < KILOBYTES_MAX, "{name} takes {kilobytes} kB");
        for width in WIDTHS {
            self.resize(width, 900);
            let wide = self.value("document.documentElement.scrollWidth - window.innerWidth");
            assert!(
                wide.as_f64().is_some_and(|wide| wide <= 0.0),
                "{name} is {wide} wider than a window of {width}: {}",
                self.value("[...document.querySelectorAll('body *')].filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('.ancha')).slice(0, 4).map((one) => one.outerHTML.slice(0, 160)).join('\\n')")
            );
            let serious = self.serious();
            assert!(serious.is_empty(), "{name} at {width}: {serious:#?}");
            if let Some(folder) = std::env::var_os("CATASTRO_IMAGENES") {
                let picture = self.whole_picture(width);
                let path = std::path::Path::new(&folder).join(format!("{name}-{width}.png"));
                std::fs::write(path, picture).expect("a picture");
            }
        }
        assert!(
            self.complaints().is_empty(),
            "{name}: {:#?}",
            self.complaints()
        );
    }

    /// What axe finds that is serious or worse.
    fn serious(&mut self) -> Vec<Value> {
        if self.value("typeof axe") == "undefined" {
            self.value(&format!("{{ {AXE} }}; 0"));
        }
        let found = self.value(
            "axe.run(document, {resultTypes: ['violations']}).then((found) => found.violations.filter((one) => ['serious', 'critical'].includes(one.impact))
                .map((one) => ({rule: one.id, help: one.help, where: one.nodes.slice(0, 3).map((node) => node.html + ' ' + (node.any[0]?.message ?? ''))})))",
        );
        found.as_array().cloned().unwrap_or_default()
    }

    /// A picture of the whole page as PNG, from its top to its end.
    fn whole_picture(&mut self, width: u32) -> Vec<u8> {
        const HEIGHT_MAX: f64 = 4_000.0;
        let height = self.value("document.documentElement.scrollHeight");
        let height = height.as_f64().unwrap_or(900.0).min(HEIGHT_MAX);
        let shot = self.tell(
            "Page.captureScreenshot",
            &json!({"format": "png", "captureBeyondViewport": true, "clip": {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}}),
        );
        decoded(shot["data"].as_str().unwrap_or_default())
    }

    /// A picture of the window as light WebP.
    pub fn small_picture(&mut self) -> Vec<u8> {
        let shot = self.tell(
            "Page.captureScreenshot",
            &json!({"format": "webp", "quality": 55}),
        );
        decoded(shot["data"].as_str().unwrap_or_default())
    }

    /// The page as it comes out of a printer: a PDF.
    pub fn printed(&mut self) -> Vec<u8> {
        let paper = self.tell(
            "Page.printToPDF",
            &json!({"paperWidth": 8.27, "paperHeight": 11.69}),
        );
        decoded(paper["data"].as_str().unwrap_or_default())
    }
}

fn decoded(base64: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD
        .decode(base64)
        .expect("base64")
}
