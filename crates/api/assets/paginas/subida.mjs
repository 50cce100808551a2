// Sends the file of a form in pieces (tus 1.0). When the line breaks it goes on by itself; when the page was closed, as
// soon as the same file is chosen again. Then the form is sent with the identifier of what came («carga»).

const PIECE = 1024 * 1024;
const LONGEST_WAIT_S = 30;
const TUS = { "Tus-Resumable": "1.0.0" };

class Refused extends Error {
  constructor(title, detail) { super(`${title} ${detail ?? ""}`.trim()); }
}

const form = document.querySelector("form[data-subida]");
const box = form.querySelector("input[type=file]");
const told = document.getElementById("avance-subida");
const [said, bar] = [told.querySelector("[role=status]"), told.querySelector("progress")];
const button = form.querySelector("button");
let busy = false;
let ready = false;

const one = (value) => value.toLocaleString("es-PE", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const megabytes = (bytes) => (bytes < 1e5 ? `${one(bytes / 1e3)} KB` : `${one(bytes / 1e6)} MB`);
// A name in its own direction, whatever its letters say.
const named = (file) => `«\u2068${file.name}\u2069»`;
const pause = (seconds) => new Promise((done) => {
  const end = setTimeout(done, seconds * 1000);
  addEventListener("online", () => { clearTimeout(end); done(); }, { once: true });
});

function tell(text) { told.hidden = false; if (said.textContent !== text) said.textContent = text; }
function show(done, of) { bar.max = of; bar.value = done; bar.textContent = `${Math.round((100 * done) / of)} %`; }

// Where a file went, by what it looks like from here.
const key = (file) => `carga:${form.dataset.subida}:${file.name}:${file.size}:${file.lastModified}`;
const remembered = (file) => { try { return localStorage.getItem(key(file)); } catch { return null; } };
const remember = (file, place) => { try { if (place) localStorage.setItem(key(file), place); else localStorage.removeItem(key(file)); } catch { /* It is then sent from its beginning. */ } };

async function refusal(answer) {
  if (answer.status === 401) return new Refused("Su sesión terminó.", "Ingrese en otra pestaña, vuelva a esta y pulse Subir: sigue desde donde se quedó.");
  let problem = {};
  try { problem = await answer.json(); } catch { /* Not ours to read. */ }
  return new Refused(problem.title ?? "El servidor no tomó el archivo.", problem.detail);
}

async function begin(file) {
  const name = btoa(String.fromCharCode(...new TextEncoder().encode(file.name.slice(0, 200))));
  const answer = await fetch("/api/cargas", { method: "POST", headers: { ...TUS, "Upload-Length": file.size, "Upload-Metadata": `filename ${name}` } });
  if (answer.status >= 500) throw new Error("later");
  if (!answer.ok) throw await refusal(answer);
  const place = answer.headers.get("location");
  remember(file, place);
  return place;
}

// How much of it is there; nothing where it is gone.
async function offsetOf(place) {
  const answer = await fetch(place, { method: "HEAD", headers: TUS });
  if ([403, 404, 410].includes(answer.status)) return null;
  if (answer.status === 401) throw await refusal(answer);
  if (!answer.ok) throw new Error("later");
  return Number(answer.headers.get("upload-offset"));
}

// One piece: `fetch` does not tell how much of it has left.
const send = (place, piece, offset, of) => new Promise((done, broken) => {
  const request = new XMLHttpRequest();
  request.open("PATCH", place);
  for (const [name, value] of Object.entries({ ...TUS, "Upload-Offset": offset, "Content-Type": "application/offset+octet-stream" })) request.setRequestHeader(name, value);
  request.upload.addEventListener("progress", (event) => show(offset + event.loaded, of));
  request.addEventListener("load", () => done(request));
  for (const end of ["error", "abort", "timeout"]) request.addEventListener(end, () => broken(new Error("line")));
  request.send(piece);
});

async function pieces(file, place, from) {
  let offset = from;
  while (offset < file.size) {
    tell(`Enviando ${named(file)}: ${megabytes(offset)} de ${megabytes(file.size)}. Si se corta, sigue desde ahí.`);
    show(offset, file.size);
    const answer = await send(place, file.slice(offset, offset + PIECE), offset, file.size);
    if (answer.status === 204) offset = Number(answer.getResponseHeader("upload-offset"));
    else if ([409, 423, 429].includes(answer.status) || answer.status >= 500) throw new Error("later");
    else throw await refusal(new Response(answer.responseText, { status: answer.status }));
  }
}

// The whole way of a file; gives the identifier under which it is there.
async function upload(file) {
  let wait = 1;
  for (;;) {
    let last = 0;
    try {
      let place = remembered(file);
      let offset = place ? await offsetOf(place) : null;
      if (offset === null) { place = await begin(file); offset = 0; }
      last = offset;
      await pieces(file, place, offset);
      return place.split("/").pop();
    } catch (error) {
      if (error instanceof Refused) throw error;
      try { await file.slice(0, 1).arrayBuffer(); } catch { throw new Refused("El archivo cambió o ya no está.", "Elíjalo otra vez."); }
      if (bar.value > last) wait = 1;
      tell(`La línea se cortó con ${megabytes(bar.value)} de ${megabytes(file.size)}. Lo enviado se conserva; se intenta otra vez en ${wait} s, o cuando vuelva la red.`);
      await pause(wait);
      wait = Math.min(wait * 2, LONGEST_WAIT_S);
    }
  }
}

async function chosen() {
  const file = box.files[0];
  if (!file) return;
  for (const other of form.querySelectorAll("input[type=radio][name=carga]")) other.checked = other.value === "";
  tell(`${named(file)}, ${megabytes(file.size)}.`);
  show(0, file.size);
  const place = remembered(file);
  try {
    const offset = place ? await offsetOf(place) : null;
    if (place && offset === null) remember(file, null);
    if (offset) { tell(`De ${named(file)} ya hay ${megabytes(offset)} de ${megabytes(file.size)} en el servidor: al subir se sigue desde ahí.`); show(offset, file.size); }
  } catch { /* Asked again when it is sent. */ }
}

form.addEventListener("submit", async (event) => {
  const file = box.files[0];
  const other = form.querySelector("input[type=radio][name=carga]:checked");
  if (ready || !file || other?.value) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (busy) return;
  busy = button.disabled = true;
  try {
    const id = await upload(file);
    tell("Enviado. Se abre su página.");
    show(1, 1);
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: "carga", value: id });
    for (const radio of form.querySelectorAll("input[type=radio][name=carga]")) radio.disabled = true;
    form.append(field);
    box.disabled = true;
    ready = true;
    button.disabled = false;
    form.requestSubmit();
  } catch (error) {
    tell(error.message);
    button.disabled = false;
  } finally {
    busy = false;
  }
});
box.addEventListener("change", chosen);

// A file that is let go over the form.
const zone = form.querySelector(".suelta");
for (const kind of ["dragenter", "dragover"]) form.addEventListener(kind, (event) => { event.preventDefault(); zone.classList.add("encima"); });
for (const kind of ["dragleave", "drop"]) form.addEventListener(kind, () => zone.classList.remove("encima"));
form.addEventListener("drop", (event) => {
  event.preventDefault();
  if (!event.dataTransfer.files.length || busy) return;
  box.files = event.dataTransfer.files;
  chosen();
});
// Leaving asks first while something is on its way.
addEventListener("beforeunload", (event) => { if (busy) event.preventDefault(); });
