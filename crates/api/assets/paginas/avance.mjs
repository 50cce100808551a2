// How far a survey is, as it happens: <section data-avance="address of its events"> with a progress and a status.

const STAGES = { codigos: "Se cuentan los códigos", filas: "Se revisan las filas", comparacion: "Se compara con lo que está en vigor" };

for (const part of document.querySelectorAll("[data-avance]")) {
  const said = part.querySelector("[role=status]");
  const bar = part.querySelector("progress");
  const events = new EventSource(part.dataset.avance);
  events.addEventListener("avance", (event) => {
    const { fase, hechas, total } = JSON.parse(event.data);
    const words = `${STAGES[fase] ?? "Se examina"}.`;
    // What is read aloud changes with the stage; the numbers beside it as they come.
    if (said.textContent !== words) said.textContent = words;
    if (total > 0) { bar.max = total; bar.value = Math.min(hechas, total); } else bar.removeAttribute("value");
    part.querySelector("[data-cuenta]").textContent = total > 0 ? `${hechas.toLocaleString("es-PE")} de ${total.toLocaleString("es-PE")} filas` : "";
  });
  events.addEventListener("estado", (event) => {
    const { estado } = JSON.parse(event.data);
    if (["recibido", "en_proceso"].includes(estado)) return;
    events.close();
    location.reload();
  });
}
