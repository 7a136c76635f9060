// Where the picture lies on every output: corners and mesh points to be dragged.

import { fire, on, sendSoon } from "./link.js";
import { byId, make } from "./make.js";
import { twice } from "./twice.js";

const SVG = "http://www.w3.org/2000/svg";
const MARGIN = 0.12;
const QUIET = 900;

const draw = (tag, attributes) => {
  const found = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) found.setAttribute(name, value);
  return found;
};

let drawn = "";
let held = null;
let quietUntil = 0;

const neighbours = ({ points, mesh }) => {
  if (!mesh) return points.map((_, index) => [index, (index + 1) % points.length]);
  const [columns, rows] = mesh;
  const pairs = [];
  for (let at = 0; at < columns * rows; at += 1) {
    if ((at + 1) % columns) pairs.push([at, at + 1]);
    if (at + columns < columns * rows) pairs.push([at, at + columns]);
  }
  return pairs;
};

function field(output, index) {
  const side = 1 + 2 * MARGIN;
  const sheet = draw("svg", { viewBox: `${-MARGIN} ${-MARGIN} ${side} ${side}`, preserveAspectRatio: "none" });
  sheet.append(draw("rect", { x: 0, y: 0, width: 1, height: 1 }));
  const points = output.points.map((point) => [...point]);
  const lines = neighbours(output).map((pair) => [pair, draw("line", {})]);
  const place = () => {
    for (const [[a, b], line] of lines) {
      const ends = { x1: points[a][0], y1: points[a][1], x2: points[b][0], y2: points[b][1] };
      for (const [name, value] of Object.entries(ends)) line.setAttribute(name, value);
    }
  };
  sheet.append(...lines.map(([, line]) => line));
  const pins = points.map((point, number) => {
    const pin = make("button", { type: "button", className: "pin" });
    pin.setAttribute("aria-label", `point ${number + 1}`);
    const put = () => {
      pin.style.setProperty("--x", (point[0] + MARGIN) / side);
      pin.style.setProperty("--y", (point[1] + MARGIN) / side);
    };
    const move = (x, y) => {
      [point[0], point[1]] = [x, y];
      put();
      place();
      quietUntil = performance.now() + QUIET;
      const argument = `${index}/${number} ${x.toFixed(4)} ${y.toFixed(4)}`;
      sendSoon(`map ${index}/${number}`, { trigger: "map.move", argument });
    };
    pin.addEventListener("pointerdown", (event) => {
      held = [index, number];
      pin.setPointerCapture(event.pointerId);
    });
    pin.addEventListener("pointermove", (event) => {
      if (held?.[0] !== index || held[1] !== number) return;
      const box = sheet.getBoundingClientRect();
      move(((event.clientX - box.left) / box.width) * side - MARGIN, ((event.clientY - box.top) / box.height) * side - MARGIN);
    });
    for (const kind of ["pointerup", "pointercancel"]) pin.addEventListener(kind, () => (held = null));
    pin.addEventListener("keydown", (event) => {
      const step = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (!step) return;
      event.preventDefault();
      const size = event.shiftKey ? 0.01 : 0.001;
      move(point[0] + step[0] * size, point[1] + step[1] * size);
    });
    put();
    return pin;
  });
  place();
  const name = output.display || (index === 0 ? "the output" : `output ${index + 1}`);
  return make("figure", { className: "map" }, make("div", { className: "wall" }, sheet, ...pins), make("figcaption", { textContent: name }));
}

on("health", ({ stage }) => {
  const mapping = stage?.mapping;
  byId("mapping").hidden = !mapping?.length;
  const text = JSON.stringify(mapping);
  if (!mapping?.length || held || performance.now() < quietUntil || text === drawn) return;
  drawn = text;
  byId("maps").replaceChildren(...mapping.map(field));
});
byId("map-save").addEventListener("click", () => fire("map.save"));
twice(byId("map-reset"), "tap again to put back", () => fire("map.reset"));
