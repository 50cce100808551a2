// Two plans of the same ground, one over the other: <div data-cortina> with a figure for each. A slider says how much of the
// second is seen; without script they stay side by side.

for (const part of document.querySelectorAll("[data-cortina]")) {
  const [before, after] = part.querySelectorAll("figure");
  const [under, over] = [before, after].map((figure) => figure?.querySelector("svg.plano"));
  if (!over || under.getAttribute("viewBox") !== over.getAttribute("viewBox")) continue;

  const stack = document.createElement("div");
  stack.className = "cortina";
  before.prepend(stack);
  stack.append(under, over);
  part.classList.replace("dos", "una");

  const label = document.createElement("label");
  label.className = "no-papel";
  label.textContent = "Del antes al después ";
  const slider = document.createElement("input");
  Object.assign(slider, { type: "range", min: 0, max: 100, step: 5, value: 50, id: "cortina" });
  label.htmlFor = slider.id;
  label.append(slider);
  stack.after(label);

  const show = () => {
    const share = Number(slider.value);
    // From the left comes what was, from the right what will be.
    over.style.clipPath = `inset(0 0 0 ${100 - share}%)`;
    slider.setAttribute("aria-valuetext", share === 0 ? "solo antes" : share === 100 ? "solo después" : `después, ${share} %`);
  };
  slider.addEventListener("input", show);
  show();
}
