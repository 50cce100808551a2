// Drawing on a plan: <figure data-trazo="linea|poligono|punto" data-campo="ID"> holds an svg.plano; the field ID has the
// corners as text, one «este norte» (metres, EPSG:32718) a line, and can be typed as well. Corners snap to those drawn.
// A corner set on the drawn line itself comes into it. By keys: the arrows move the cross (with Shift by ten metres, with
// Ctrl by ten centimetres), Enter sets a corner, Page Up and Down go from corner to corner, Space takes the one under the
// cross along and lets it go, Backspace removes it, or else the last one.

const SVG = "http://www.w3.org/2000/svg";
const SNAP_PIXELS = 12;

function element(name, attributes, parent) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  parent.append(made);
  return made;
}

class Sketch {
  constructor(figure) {
    this.kind = figure.dataset.trazo;
    this.field = document.getElementById(figure.dataset.campo);
    this.svg = figure.querySelector("svg.plano");
    this.west = Number(this.svg.dataset.oeste);
    this.north = Number(this.svg.dataset.norte);
    const box = this.svg.viewBox.baseVal;
    this.cross = { x: box.width / 2, y: box.height / 2 };
    this.corners = [];
    this.dragged = null;
    this.taken = null;
    this.fixed = this.read();
    this.layer = element("g", { class: "trazado" }, this.svg);
    this.said = figure.querySelector("output") ?? figure.appendChild(document.createElement("output"));
    this.svg.setAttribute("tabindex", "0");
    this.svg.setAttribute("role", "application");
    this.svg.classList.add("para-trazar");
    this.svg.addEventListener("pointerdown", (event) => this.down(event));
    this.svg.addEventListener("pointermove", (event) => this.move(event));
    this.svg.addEventListener("pointerup", () => this.up());
    this.svg.addEventListener("keydown", (event) => this.key(event));
    this.field.addEventListener("input", () => { this.typed(); });
    const undo = figure.querySelector("[data-deshacer]");
    undo?.addEventListener("click", () => { this.corners.pop(); this.changed(); });
    this.typed();
  }

  // The corners of what is drawn, in the plan's own metres; and its sides.
  read() {
    const fixed = { corners: [], sides: [] };
    for (const path of this.svg.querySelectorAll("path:not(.zona):not(.restriccion)")) {
      for (const ring of path.getAttribute("d").split("M").filter(Boolean)) {
        const corners = ring.replace("Z", "").split("L").map((pair) => pair.trim().split(/[ ,]+/).map(Number)).filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y));
        if (ring.includes("Z") && corners.length) corners.push(corners[0]);
        corners.forEach(([x, y], index) => {
          fixed.corners.push({ x, y });
          if (index) fixed.sides.push([{ x: corners[index - 1][0], y: corners[index - 1][1] }, { x, y }]);
        });
      }
    }
    return fixed;
  }

  metresPerPixel() {
    return this.svg.viewBox.baseVal.width / this.svg.getBoundingClientRect().width;
  }

  at(event) {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(this.svg.getScreenCTM().inverse());
    return { x: point.x, y: point.y };
  }

  // The nearest corner, or else the nearest place on a side, within reach.
  snapped(at) {
    const reach = SNAP_PIXELS * this.metresPerPixel();
    const far = (one) => Math.hypot(one.x - at.x, one.y - at.y);
    const nearest = (places) => places.reduce((best, one) => (far(one) < Math.min(reach, best ? far(best) : Infinity) ? one : best), null);
    const foot = ([a, b]) => {
      const [dx, dy] = [b.x - a.x, b.y - a.y];
      const length = dx * dx + dy * dy;
      const share = length ? Math.min(1, Math.max(0, ((at.x - a.x) * dx + (at.y - a.y) * dy) / length)) : 0;
      return { x: a.x + share * dx, y: a.y + share * dy };
    };
    return nearest(this.fixed.corners) ?? nearest(this.fixed.sides.map(foot)) ?? at;
  }

  down(event) {
    if (event.button !== 0) return;
    event.preventDefault();
    this.svg.focus({ preventScroll: true });
    this.cross = this.at(event);
    const reach = SNAP_PIXELS * this.metresPerPixel();
    const grabbed = this.corners.findIndex((one) => Math.hypot(one.x - this.cross.x, one.y - this.cross.y) < reach);
    if (grabbed >= 0) { this.dragged = grabbed; this.svg.setPointerCapture(event.pointerId); return; }
    this.add(this.snapped(this.cross));
  }

  move(event) {
    if (this.dragged === null) return;
    this.corners[this.dragged] = this.snapped(this.at(event));
    this.changed();
  }

  up() { this.dragged = null; }

  // The corner under the cross, for who has no mouse.
  under() {
    return this.corners.findIndex((one) => Math.hypot(one.x - this.cross.x, one.y - this.cross.y) < 0.01);
  }

  jump(step) {
    if (!this.corners.length) return;
    this.taken = null;
    const at = this.under();
    const next = at < 0 ? (step > 0 ? 0 : this.corners.length - 1) : (at + step + this.corners.length) % this.corners.length;
    this.cross = { ...this.corners[next] };
    this.draw();
  }

  take() {
    if (this.taken === null) this.taken = this.under() >= 0 ? this.under() : null;
    else {
      this.cross = this.snapped(this.cross);
      this.corners[this.taken] = { ...this.cross };
      this.taken = null;
      this.changed();
    }
    this.draw();
  }

  remove() {
    const at = this.under();
    this.taken = null;
    this.corners.splice(at < 0 ? -1 : at, 1);
    this.changed();
  }

  key(event) {
    const step = event.shiftKey ? 10 : event.ctrlKey ? 0.1 : 1;
    const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    if (moves[event.key]) {
      this.cross = { x: this.cross.x + moves[event.key][0], y: this.cross.y + moves[event.key][1] };
      if (this.taken === null) this.draw();
      else { this.corners[this.taken] = { ...this.cross }; this.changed(); }
    } else if (event.key === "Enter") { if (this.taken === null) this.add(this.snapped(this.cross)); else this.take(); }
    else if (event.key === "PageDown" || event.key === "PageUp") this.jump(event.key === "PageDown" ? 1 : -1);
    else if (event.key === " ") this.take();
    else if (event.key === "Backspace" || event.key === "Delete") this.remove();
    else return;
    event.preventDefault();
  }

  add(corner) {
    if (this.kind === "punto") this.corners = [];
    this.corners.splice(this.sideAt(corner), 0, corner);
    this.changed();
  }

  // Where a corner comes in: within the drawn side it is set on, or at the end.
  sideAt(corner) {
    const reach = SNAP_PIXELS * this.metresPerPixel() / 2;
    for (let index = 1; index < this.corners.length; index += 1) {
      const [a, b] = [this.corners[index - 1], this.corners[index]];
      const [dx, dy] = [b.x - a.x, b.y - a.y];
      const length = Math.hypot(dx, dy);
      const along = ((corner.x - a.x) * dx + (corner.y - a.y) * dy) / length;
      const away = Math.abs((corner.x - a.x) * dy - (corner.y - a.y) * dx) / length;
      if (away < reach && along > reach && along < length - reach) return index;
    }
    return this.corners.length;
  }

  // From the drawing to the field.
  changed() {
    this.field.value = this.corners.map(({ x, y }) => `${(this.west + x).toFixed(3)} ${(this.north - y).toFixed(3)}`).join("\n");
    this.draw();
    this.field.dispatchEvent(new CustomEvent("trazado", { bubbles: true, detail: this.figures() }));
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // From the field to the drawing.
  typed() {
    const lines = this.field.value.split(/[\n;]+/).map((line) => line.trim().split(/[\s,]+/).map(Number));
    const corners = lines.filter((line) => line.length === 2 && line.every(Number.isFinite)).map(([east, north]) => ({ x: east - this.west, y: this.north - north }));
    this.corners = corners;
    this.draw();
  }

  figures() {
    const closed = this.kind === "poligono" && this.corners.length > 2;
    const sides = this.corners.map((one, index) => {
      const next = this.corners[(index + 1) % this.corners.length];
      return Math.hypot(next.x - one.x, next.y - one.y);
    });
    if (!closed) sides.pop();
    const twice = this.corners.reduce((sum, one, index) => {
      const next = this.corners[(index + 1) % this.corners.length];
      return sum + one.x * next.y - next.x * one.y;
    }, 0);
    return { sides, area: closed ? Math.abs(twice) / 2 : null };
  }

  draw() {
    this.layer.replaceChildren();
    const { sides, area } = this.figures();
    const points = this.corners.map(({ x, y }) => `${x},${y}`).join(" ");
    if (this.corners.length > 1) element(area === null ? "polyline" : "polygon", { class: area === null ? "trazo abierto" : "trazo", points }, this.layer);
    const size = 5 * this.metresPerPixel();
    for (const { x, y } of this.corners) element("circle", { class: "trazo", cx: x, cy: y, r: size }, this.layer);
    const { x, y } = this.cross;
    element("path", { class: "trazo cruz", d: `M${x - 3 * size} ${y}L${x + 3 * size} ${y}M${x} ${y - 3 * size}L${x} ${y + 3 * size}` }, this.layer);
    const metres = (value) => value.toLocaleString("es-PE", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
    const words = [];
    if (sides.length) words.push(`Lados: ${sides.map(metres).join(" · ")} m`);
    if (area !== null) words.push(`Área: ${metres(area)} m²`);
    this.said.textContent = words.join(". ");
  }
}

for (const figure of document.querySelectorAll("figure[data-trazo]")) new Sketch(figure);
