// Beside a plan of maintenance: the areas of the parts while a line is drawn, and neighbours chosen by a click on them.

const REACH_M = 0.5;
const said = (value) => value.toLocaleString("es-PE", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const read = (text) => text.split(/[\n;]+/).map((line) => line.trim().split(/[\s,]+/).map(Number)).filter((at) => at.length === 2 && at.every(Number.isFinite));
const area = (ring) => Math.abs(ring.reduce((sum, [x, y], index) => {
  const [nextX, nextY] = ring[(index + 1) % ring.length];
  return sum + (x - ring[0][0]) * (nextY - ring[0][1]) - (nextX - ring[0][0]) * (y - ring[0][1]);
}, 0)) / 2;

// Both ends a little longer, as the service takes them.
function reaching(line) {
  const out = ([x, y], [fromX, fromY]) => {
    const length = Math.hypot(x - fromX, y - fromY) || 1;
    return [x + (x - fromX) / length * REACH_M, y + (y - fromY) / length * REACH_M];
  };
  return [out(line[0], line[1]), ...line.slice(1, -1), out(line.at(-1), line.at(-2))];
}

// Where the line meets the ring, along the line.
function meetings(ring, line) {
  const found = [];
  for (let i = 1; i < line.length; i += 1) for (let j = 0; j < ring.length; j += 1) {
    const [[ax, ay], [bx, by]] = [line[i - 1], line[i]];
    const [[cx, cy], [dx, dy]] = [ring[j], ring[(j + 1) % ring.length]];
    const cross = (bx - ax) * (dy - cy) - (by - ay) * (dx - cx);
    if (!cross) continue;
    const onLine = ((cx - ax) * (dy - cy) - (cy - ay) * (dx - cx)) / cross;
    const onRing = ((cx - ax) * (by - ay) - (cy - ay) * (bx - ax)) / cross;
    if (onLine < 0 || onLine > 1 || onRing < 0 || onRing > 1) continue;
    const at = [ax + onLine * (bx - ax), ay + onLine * (by - ay)];
    // A corner of the ring belongs to two of its sides.
    if (!found.some((other) => Math.hypot(other.at[0] - at[0], other.at[1] - at[1]) < 1e-4)) found.push({ line: i - 1 + onLine, ring: j + onRing, at });
  }
  return found.sort((a, b) => a.line - b.line);
}

// The two parts into which the line divides the ring; none where it does not cross it just once.
function parts(ring, line) {
  if (line.length < 2) return null;
  const met = meetings(ring, reaching(line));
  if (met.length !== 2) return null;
  const [from, to] = met;
  const inner = line.filter((_, index) => index > from.line && index < to.line);
  const cut = [from.at, ...inner, to.at];
  const between = [];
  for (let step = 1; step <= ring.length; step += 1) {
    const index = (Math.floor(to.ring) + step) % ring.length;
    const ahead = (index - to.ring + ring.length) % ring.length;
    if (ahead > 1e-9 && ahead < (from.ring - to.ring + ring.length) % ring.length) between.push(ring[index]);
  }
  const one = area([...cut, ...between]);
  return [one, area(ring) - one];
}

for (const figure of document.querySelectorAll("figure[data-anillo]")) {
  const ring = read(figure.dataset.anillo).slice(0, -1);
  const least = Number(figure.dataset.minimo) || 0;
  const field = document.getElementById(figure.dataset.campo);
  const place = figure.querySelector(".partes");
  const tell = () => {
    const line = read(field.value);
    const areas = parts(ring, line);
    if (line.length < 2) place.textContent = "";
    else if (!areas) place.textContent = "La línea todavía no cruza el terreno una sola vez, de lindero a lindero.";
    else {
      const small = least && areas.some((one) => one < least - 0.005);
      place.textContent = `Partes: ${areas.map(said).join(" m² y ")} m².${least ? ` La zona pide ${said(least)} m² por lote: ${small ? "alguna no llega" : "las dos llegan"}.` : ""}`;
      place.classList.toggle("mal", Boolean(small));
    }
  };
  field.addEventListener("input", tell);
  tell();
}

// Neighbours: without script the plan leads to their boxes; with it, a click ticks them.
for (const figure of document.querySelectorAll("figure[data-elegir]")) {
  for (const link of figure.querySelectorAll("a[href^='#v-']")) {
    const box = document.getElementById(link.getAttribute("href").slice(1));
    if (!box) continue;
    const show = () => link.firstElementChild.classList.toggle("elegido", box.checked);
    link.addEventListener("click", (event) => {
      event.preventDefault();
      box.checked = !box.checked;
      box.dispatchEvent(new Event("input", { bubbles: true }));
    });
    box.addEventListener("input", show);
    show();
  }
}

// What was rehearsed is what one came for.
document.getElementById("ensayo-titulo")?.focus();
