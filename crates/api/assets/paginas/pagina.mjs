// On every page: says when it has been open for long, and keeps what was typed until it is sent.

const opened = Date.now();
const LONG_OPEN_MS = 12 * 60 * 60 * 1000;
const KEPT = `escrito:${location.pathname}`;
const said = document.createElement("p");

function tell(text) {
  said.className = "aviso no-papel";
  said.setAttribute("role", "status");
  said.textContent = text;
  const again = document.createElement("button");
  again.type = "button";
  again.className = "segundo";
  again.textContent = "Volver a cargar";
  again.addEventListener("click", () => { keep(); location.reload(); });
  said.append(" ", again);
  if (!said.isConnected) document.getElementById("contenido")?.prepend(said);
}

function look() {
  if (document.visibilityState !== "visible" || Date.now() - opened < LONG_OPEN_MS) return;
  const at = new Date(opened).toLocaleString("es-PE", { dateStyle: "short", timeStyle: "short" });
  tell(`Esta página está abierta desde el ${at}: lo que muestra puede haber cambiado. Lo que escribió se conserva.`);
}
document.addEventListener("visibilitychange", look);
setInterval(look, 60 * 1000);

// Passwords and files are not kept, nor what a page fills in by itself.
const fields = () => [...document.querySelectorAll("form[data-guardar] :is(input, select, textarea)")].filter((field) => field.name && !["password", "file", "hidden", "submit"].includes(field.type));
const place = (field) => `${field.form.dataset.guardar}/${field.name}/${["checkbox", "radio"].includes(field.type) ? field.value : ""}`;
// A list has no value of its own to begin with: that of the entry which the page chose, or of its first.
const begun = (field) => field.options ? ([...field.options].find((entry) => entry.defaultSelected) ?? field.options[0])?.value ?? "" : field.defaultValue ?? "";

function keep() {
  const typed = {};
  for (const field of fields()) {
    const now = ["checkbox", "radio"].includes(field.type) ? field.checked : field.value;
    const before = ["checkbox", "radio"].includes(field.type) ? field.defaultChecked : begun(field);
    if (now !== before && now !== "") typed[place(field)] = now;
  }
  try {
    if (Object.keys(typed).length) sessionStorage.setItem(KEPT, JSON.stringify(typed));
    else sessionStorage.removeItem(KEPT);
  } catch { /* A full or forbidden store keeps nothing; the page goes on. */ }
}

function restore() {
  let typed = {};
  try { typed = JSON.parse(sessionStorage.getItem(KEPT) ?? "{}"); } catch { return; }
  let any = false;
  for (const field of fields()) {
    const kept = typed[place(field)];
    if (kept === undefined) continue;
    if (["checkbox", "radio"].includes(field.type)) field.checked = kept;
    else field.value = kept;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    any = true;
  }
  return any;
}

if (document.querySelector("form[data-guardar]")) {
  restore();
  document.addEventListener("input", keep);
  // What was answered is not typed again.
  document.addEventListener("submit", (event) => { if (event.target.method === "get") return; sessionStorage.removeItem(KEPT); });
}
for (const button of document.querySelectorAll("[data-imprimir]")) button.addEventListener("click", () => print());
