// The page /mapa. The map is drawn from our own tiles and styles; nothing is asked of anybody else.

import * as maplibre from "./maplibre-gl.mjs";

const STYLE = "/ogc/styles/mapa";
const SOURCE = "catastro";
// What is shown when an address says nothing else.
const HIDDEN_AT_FIRST = ["planes", "sectores"];
const NAMES = {
  municipios: "Municipios", planes: "Planes", zonificacion: "Zonificación", restricciones: "Restricciones",
  sectores: "Sectores", manzanas: "Manzanas", vias: "Vías", lotes: "Lotes",
};
const WORDS = {
  "Map.Title": "Mapa del catastro",
  "NavigationControl.ZoomIn": "Acercar",
  "NavigationControl.ZoomOut": "Alejar",
  "NavigationControl.ResetBearing": "Norte arriba",
  "ScaleControl.Meters": "m",
  "ScaleControl.Kilometers": "km",
};

const at = (id) => document.getElementById(id);

// An element with attributes and children; text is never read as markup.
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// What the address says: #z=…&lat=…&lon=…&capas=…&fecha=…&predio=…
const state = (() => {
  const said = new URLSearchParams(location.hash.slice(1));
  const number = (name) => (said.has(name) && Number.isFinite(Number(said.get(name))) ? Number(said.get(name)) : null);
  return {
    zoom: number("z"), lat: number("lat"), lon: number("lon"),
    layers: said.has("capas") ? said.get("capas").split(",").filter(Boolean) : null,
    day: /^\d{4}-\d{2}-\d{2}$/.test(said.get("fecha") ?? "") ? said.get("fecha") : "",
    lot: said.get("predio") ?? "",
  };
})();

let map = null;
// Whether the map has its layers, which it reads a moment after it is made.
let ready = false;
let template = "";
let written = "";

function remember() {
  const said = new URLSearchParams();
  if (map) {
    const centre = map.getCenter();
    said.set("z", map.getZoom().toFixed(2));
    said.set("lat", centre.lat.toFixed(6));
    said.set("lon", centre.lng.toFixed(6));
  }
  said.set("capas", state.layers.join(","));
  if (state.day) said.set("fecha", state.day);
  if (state.lot) said.set("predio", state.lot);
  written = `#${said.toString().replaceAll("%2C", ",")}`;
  history.replaceState(null, "", written);
}

// Somebody typed or followed another address of this page.
addEventListener("hashchange", () => { if (location.hash !== written && location.hash.includes("=")) location.reload(); });

async function json(address, options) {
  const reply = await fetch(address, options);
  const body = await reply.json();
  if (!reply.ok) throw new Error([body.title, body.detail].filter(Boolean).join(" "));
  return body;
}

const said = (error) => (error instanceof TypeError ? "El servicio no responde. Vuelva a intentarlo." : error.message);

// ---- Layers and their legend

const layersOf = (style, name) => style.layers.filter((layer) => layer["source-layer"] === name);

function show(style) {
  for (const name of Object.keys(NAMES)) {
    const visibility = state.layers.includes(name) ? "visible" : "none";
    for (const layer of layersOf(style, name)) {
      layer.layout = { ...layer.layout, visibility };
      if (ready) map.setLayoutProperty(layer.id, "visibility", visibility);
    }
  }
}

function swatch(entry) {
  const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  picture.setAttribute("class", "muestra");
  picture.setAttribute("viewBox", "0 0 10 10");
  picture.setAttribute("aria-hidden", "true");
  const form = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  const line = entry.forma === "linea";
  for (const [key, value] of Object.entries({ x: 0, y: line ? 4 : 0, width: 10, height: line ? 2.5 : 10, fill: entry.color })) {
    form.setAttribute(key, value);
  }
  picture.append(form);
  if (entry.dibujo) {
    const lines = document.createElementNS("http://www.w3.org/2000/svg", "path");
    for (const [key, value] of Object.entries({ d: entry.dibujo, fill: "none", stroke: "#333", "stroke-width": 0.9, transform: "scale(1.25)" })) lines.setAttribute(key, value);
    picture.append(lines);
  }
  return picture;
}

// The textures of zones, for who does not tell colours apart: one picture for each, repeated over the ground.
function textured(style) {
  const border = style.layers.findIndex((layer) => layer.id === "zonificacion-borde");
  style.layers.splice(border, 0, {
    id: "zonificacion-trama", type: "fill", source: SOURCE, "source-layer": "zonificacion", minzoom: 12,
    filter: ["has", "trama"], paint: { "fill-pattern": ["concat", "trama-", ["get", "trama"]] },
  });
}

function paintTextures(style) {
  const side = 32;
  for (const { trama, dibujo } of style.metadata["catastro:leyenda"]) {
    if (!dibujo || map.hasImage(`trama-${trama}`)) continue;
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = side;
    const pen = canvas.getContext("2d");
    pen.scale(side / 8, side / 8);
    pen.lineWidth = 0.5;
    pen.strokeStyle = "rgba(50, 50, 50, 0.55)";
    pen.stroke(new Path2D(dibujo));
    map.addImage(`trama-${trama}`, pen.getImageData(0, 0, side, side), { pixelRatio: 2 });
  }
}

function legend(style) {
  const entries = style.metadata["catastro:leyenda"];
  // From the highest layer to the lowest, as they lie on each other.
  for (const name of Object.keys(NAMES).reverse()) {
    const own = entries.filter((entry) => entry.capa === name);
    const box = element("input", { type: "checkbox", id: `capa-${name}`, name });
    box.checked = state.layers.includes(name);
    const label = element("label", { for: box.id });
    const single = own.length === 1;
    label.append(...(single ? [" ", swatch(own[0])] : [" "]), NAMES[name]);
    const row = element("div", { class: `capa${box.checked ? " vista" : ""}` }, box, label);
    if (!single && own.length) {
      row.append(element("ul", {}, ...own.map((entry) => element("li", {}, swatch(entry), entry.etiqueta))));
      row.lastChild.hidden = !box.checked;
    }
    box.addEventListener("change", () => {
      state.layers = Object.keys(NAMES).filter((other) => at(`capa-${other}`).checked);
      row.classList.toggle("vista", box.checked);
      const list = row.querySelector("ul");
      if (list) list.hidden = !box.checked;
      show(style);
      remember();
    });
    at("capas").append(row);
  }
}

// ---- The card of a lot

const square = new Intl.NumberFormat("es-PE", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const share = new Intl.NumberFormat("es-PE", { style: "percent", maximumFractionDigits: 1 });

function table(title, heads, rows, none) {
  const parts = [element("h3", {}, title)];
  if (!rows.length) return [...parts, element("p", {}, none)];
  const head = element("tr", {}, ...heads.map((text, place) => element("th", place ? { scope: "col", class: "n" } : { scope: "col" }, text)));
  const body = rows.map((cells) => element("tr", {}, ...cells.map((text, place) => element("td", place ? { class: "n" } : {}, text))));
  return [...parts, element("table", {}, element("thead", {}, head), element("tbody", {}, ...body))];
}

function card(code, parcel, check) {
  const close = element("button", { type: "button", class: "lista" }, "Cerrar la ficha");
  close.addEventListener("click", () => { choose(""); at("q").focus(); });
  const part = (one) => [`${square.format(one.area_m2)} m²`, one.proporcion == null ? "" : share.format(one.proporcion)];
  const zones = check.zonificacion.map((one) => [[one.codigo, one.nombre].filter(Boolean).join(", ") || one.id, ...part(one)]);
  const overlays = check.restricciones.map((one) => [`${one.nombre ?? one.tipo ?? one.id}${one.efecto ? ` (${one.efecto})` : ""}`, ...part(one)]);
  const unknown = check.temas.filter((theme) => theme.estado === "sin_datos").map((theme) => theme.tipo.replaceAll("_", " "));
  const address = `/api/predios/${encodeURIComponent(code)}`;
  const when = state.day ? `?fecha=${state.day}` : "";
  const links = [
    [`/predios/${encodeURIComponent(code)}${when}`, "La ficha entera"], [`/control-urbano?predio=${encodeURIComponent(code)}`, "Qué se puede hacer aquí"],
    [`${address}/ficha.pdf${when}`, "Ficha (PDF)"], [`${address}/plano.pdf${when}`, "Plano perimétrico (PDF)"],
    [`${address}/historia`, "Historia"], [`${address}${when}`, "GeoJSON"],
  ];
  const day = (text) => text.split("-").reverse().join("/");
  at("ficha").replaceChildren(
    element("h2", {}, `Lote ${code}`),
    element("p", {}, `${square.format(parcel.properties.area_m2)} m². Vigente desde el ${day(parcel.properties.vigente_desde)}.${parcel.properties.provisional ? " Código provisional." : ""}`),
    ...table("Zonas", ["Zona", "Área", "Parte"], zones, "Ninguna zona de los planes vigentes lo cubre."),
    ...table("Restricciones", ["Restricción", "Área", "Parte"], overlays, "Ninguna de las registradas lo toca."),
    ...(unknown.length ? [element("p", { class: "ayuda" }, `Sin datos, que no es lo mismo que sin restricción: ${unknown.join(", ")}.`)] : []),
    element("ul", {}, ...links.map(([href, text]) => element("li", {}, element("a", { href }, text)))),
    close,
  );
}

const chosen = () => ["==", ["get", "codigo"], state.lot];

async function choose(code, focus = false) {
  state.lot = code;
  remember();
  if (ready) map.setFilter("elegido", chosen());
  const place = at("ficha");
  place.hidden = !code;
  if (!code) return;
  place.replaceChildren(element("p", {}, `Leyendo el lote ${code}…`));
  if (focus) place.focus();
  try {
    const when = state.day ? { fecha: state.day } : {};
    const [parcel, check] = await Promise.all([
      json(`/api/predios/${encodeURIComponent(code)}${state.day ? `?fecha=${state.day}` : ""}`),
      json("/api/control-urbano/verificaciones", {
        method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ predio: code, ...when }),
      }),
    ]);
    // Another lot may have been chosen meanwhile.
    if (state.lot === code) card(code, parcel, check);
  } catch (error) {
    if (state.lot === code) place.replaceChildren(element("h2", {}, `Lote ${code}`), element("p", { class: "aviso" }, said(error)));
  }
}

// ---- Search

async function search(event) {
  event.preventDefault();
  const list = at("resultados");
  list.replaceChildren();
  at("aviso-busqueda").textContent = "Buscando…";
  try {
    const found = await json(`/api/buscar?q=${encodeURIComponent(at("q").value.trim())}`);
    const count = found.resultados.length;
    at("aviso-busqueda").textContent = count === 0 ? "No se encontró nada." : `${count} ${count === 1 ? "resultado" : "resultados"}${found.hay_mas ? "; hay más: escriba algo más largo" : ""}.`;
    for (const hit of found.resultados) {
      const kind = { lotes: "Lote", manzanas: "Manzana", vias: "Vía", planes: "Plan", inversiones: "Inversión" }[hit.capa];
      const button = element("button", { type: "button", class: "lista" }, hit.nombre, element("small", {}, `${kind}, ${hit.municipio}`));
      button.addEventListener("click", () => go(hit));
      const item = element("li", {}, button);
      // A lot opens its card here; what has a page of its own leads there.
      if (hit.enlace && hit.capa !== "lotes") item.append(element("a", { href: hit.enlace }, "Su página"));
      list.append(item);
    }
    list.querySelector("button")?.focus();
  } catch (error) {
    at("aviso-busqueda").textContent = said(error);
  }
}

function go(hit) {
  const [west, south, east, north] = hit.caja;
  if (map) map.fitBounds([[west, south], [east, north]], { padding: 60, maxZoom: 18, duration: 0 });
  if (hit.capa === "lotes") choose(hit.codigo, true);
}

// ---- The day

const today = () => new Intl.DateTimeFormat("en-CA", { timeZone: "America/Lima" }).format(new Date());

function tiles() {
  const time = state.day ? `&datetime=${state.day}` : "";
  return [`${template}${time}`];
}

function setDay(day) {
  state.day = day === today() ? "" : day;
  at("fecha").value = day || today();
  at("aviso-fecha").textContent = state.day ? `El mapa muestra lo vigente el ${state.day.split("-").reverse().join("/")}.` : "";
  if (ready) map.getSource(SOURCE).setTiles(tiles());
  if (state.lot) choose(state.lot);
  else remember();
}

// ---- The map

function hasWebGl() {
  return Boolean(document.createElement("canvas").getContext("webgl2"));
}

function without(text) {
  at("sin-mapa").textContent = `${text} La búsqueda y las fichas de los lotes funcionan igual.`;
  at("sin-mapa").hidden = false;
  document.documentElement.dataset.mapa = "sin";
}

function pick(point) {
  const [found] = map.queryRenderedFeatures(point, { layers: ["lotes"] });
  if (found) choose(String(found.properties.codigo), true);
}

function draw(style) {
  const bounds = style.sources[SOURCE].bounds ?? [-81.4, -18.4, -68.6, 0];
  const place = state.zoom !== null && state.lat !== null && state.lon !== null
    ? { center: [state.lon, state.lat], zoom: state.zoom }
    : { bounds, fitBoundsOptions: { padding: 20 } };
  map = new maplibre.Map({
    container: "mapa-lienzo", style, ...place, maxZoom: 20, locale: WORDS, attributionControl: false, dragRotate: false,
    // So that a print shows the map.
    canvasContextAttributes: { preserveDrawingBuffer: true },
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new maplibre.NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new maplibre.ScaleControl({ unit: "metric" }), "bottom-left");
  map.on("moveend", remember);
  map.on("click", (event) => pick(event.point));
  map.on("mousemove", "lotes", () => { map.getCanvas().style.cursor = "pointer"; });
  map.on("mouseleave", "lotes", () => { map.getCanvas().style.cursor = ""; });
  map.getCanvas().addEventListener("keydown", (event) => {
    if (event.key === "Enter") pick(map.project(map.getCenter()));
  });
  map.on("movestart", () => { document.documentElement.dataset.mapa = "cargando"; });
  map.on("idle", () => { document.documentElement.dataset.mapa = "listo"; });
  map.once("style.load", () => {
    ready = true;
    paintTextures(style);
    show(style);
    map.setFilter("elegido", chosen());
    map.getSource(SOURCE).setTiles(tiles());
    remember();
  });
}

async function begin() {
  at("busqueda").addEventListener("submit", search);
  at("tiempo").addEventListener("submit", (event) => { event.preventDefault(); setDay(at("fecha").value); });
  at("hoy").addEventListener("click", () => setDay(""));
  at("imprimir").addEventListener("click", () => print());
  at("fecha").max = today();
  const style = await json(STYLE);
  state.layers ??= Object.keys(NAMES).filter((name) => !HIDDEN_AT_FIRST.includes(name));
  // From where the page came, whatever a proxy told the service of itself.
  template = style.sources[SOURCE].tiles[0].replace(/^https?:\/\/[^/]+/, location.origin);
  style.sources[SOURCE].tiles = tiles();
  style.layers.push({
    id: "elegido", type: "line", source: SOURCE, "source-layer": "lotes",
    filter: chosen(), paint: { "line-color": "#b35c00", "line-width": 4 },
  });
  textured(style);
  legend(style);
  show(style);
  if (hasWebGl()) {
    try {
      draw(style);
    } catch (error) {
      map = null;
      without("Este navegador no pudo dibujar el mapa.");
    }
  } else {
    without("Este navegador no puede dibujar el mapa (le falta WebGL 2, o está desactivado).");
  }
  setDay(state.day);
}

begin().catch((error) => without(said(error)));
