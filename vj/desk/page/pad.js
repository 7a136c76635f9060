// The style pad: four styles in the corners of a square, a finger between them mixes them.

import { on, send, sendSoon } from "./link.js";
import { byId, make } from "./make.js";
import { list } from "./control.js";
import { picture, stylePath } from "./pictures.js";
import { rebuilt, params, value } from "./values.js";

const CORNERS = ["top_left", "top_right", "bottom_left", "bottom_right"];
const REGIONS = { person: "people", background: "background" };
const SIDE = 300;
const QUIET = 500;

const [X, Y] = ["style.pad_x", "style.pad_y"];
const clamp = (number) => Math.min(Math.max(number, 0), 1);

// The pad shows what it does: at every place the mixture of the four pictures.
async function paint(canvas, names) {
  const whole = canvas.getContext("2d");
  Object.assign(canvas, { width: SIDE, height: SIDE });
  for (const [index, name] of names.entries()) {
    const part = await picture(stylePath(name)).catch(() => null);
    if (!part || canvas.dataset.names !== names.join()) continue;
    const sheet = make("canvas", { width: SIDE, height: SIDE });
    const pen = sheet.getContext("2d");
    const scale = Math.max(SIDE / part.width, SIDE / part.height);
    pen.drawImage(part, (SIDE - part.width * scale) / 2, (SIDE - part.height * scale) / 2,
      part.width * scale, part.height * scale);
    pen.globalCompositeOperation = "destination-in";
    for (const [near, along] of [[index % 2 === 0, [SIDE, 0]], [index < 2, [0, SIDE]]]) {
      const fade = pen.createLinearGradient(0, 0, ...along);
      fade.addColorStop(near ? 0.12 : 0.88, "#000f");
      fade.addColorStop(near ? 0.88 : 0.12, "#0000");
      pen.fillStyle = fade;
      pen.fillRect(0, 0, SIDE, SIDE);
    }
    whole.globalCompositeOperation = "lighter";
    whole.drawImage(sheet, 0, 0);
  }
}

const corner = (show, name) => {
  const param = params.get(`style.pad_${name}`);
  const field = list(show, param);
  field.className = `corner ${name}`;
  return field;
};

export const build = rebuilt((show) => {
  const home = byId("pad");
  home.replaceChildren();
  if (!params.has(X)) return;
  const canvas = make("canvas");
  const puck = make("i", { className: "puck" });
  const square = make("div", { className: "square", tabIndex: 0 }, canvas, puck);
  square.setAttribute("role", "application");
  square.setAttribute("aria-label", "style pad");
  let finger = null;
  let quietUntil = 0;

  const place = (x, y) => {
    square.style.setProperty("--x", x);
    square.style.setProperty("--y", 1 - y);
  };
  const settle = () => {
    if (finger === null && performance.now() > quietUntil) place(value(X), value(Y));
  };
  const move = (x, y) => {
    place(x, y);
    quietUntil = performance.now() + QUIET;
    setTimeout(settle, QUIET + 50);
    sendSoon(X, { set: X, value: x });
    sendSoon(Y, { set: Y, value: y });
  };
  const follow = (event) => {
    const box = square.getBoundingClientRect();
    move(clamp((event.clientX - box.left) / box.width), clamp(1 - (event.clientY - box.top) / box.height));
  };
  square.addEventListener("pointerdown", (event) => {
    if (finger !== null) return;
    finger = event.pointerId;
    square.setPointerCapture(finger);
    if (Object.keys(REGIONS).every((region) => value(`style.pad_${region}`) < 0.5)) {
      for (const region of Object.keys(REGIONS)) send({ set: `style.pad_${region}`, value: 1 });
    }
    follow(event);
  });
  square.addEventListener("pointermove", (event) => event.pointerId === finger && follow(event));
  for (const kind of ["pointerup", "pointercancel"]) {
    square.addEventListener(kind, (event) => {
      if (event.pointerId !== finger) return;
      finger = null;
      setTimeout(settle, QUIET + 50);
    });
  }
  square.addEventListener("keydown", (event) => {
    const step = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!step) return;
    event.preventDefault();
    move(clamp(value(X) + step[0] * 0.05), clamp(value(Y) + step[1] * 0.05));
  });
  show(X, settle);
  show(Y, settle);
  place(value(X), value(Y));

  const repaint = () => {
    const names = CORNERS.map((name) => {
      const param = params.get(`style.pad_${name}`);
      return param.choices[Math.round(value(param.name))] ?? "";
    });
    if (canvas.dataset.names === names.join()) return;
    canvas.dataset.names = names.join();
    paint(canvas, names);
  };
  for (const name of CORNERS) show(`style.pad_${name}`, repaint);
  repaint();

  const chips = Object.entries(REGIONS).map(([region, word]) => {
    const name = `style.pad_${region}`;
    const chip = make("button", { type: "button", className: "chip", textContent: word });
    chip.dataset.name = name;
    chip.onclick = () => send({ set: name, value: value(name) >= 0.5 ? 0 : 1 });
    show(name, (now) => {
      chip.setAttribute("aria-pressed", now >= 0.5);
      const off = Object.keys(REGIONS).every((one) => value(`style.pad_${one}`) < 0.5);
      home.classList.toggle("off", off);
    });
    return chip;
  });
  home.append(
    make("div", { className: "head" }, make("h2", { textContent: "Style pad" }), ...chips),
    make("div", { className: "names" }, corner(show, "top_left"), corner(show, "top_right")),
    square,
    make("div", { className: "names" }, corner(show, "bottom_left"), corner(show, "bottom_right")),
  );
});

on("show", () => build());
