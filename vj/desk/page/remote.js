// The remote page: draws what the desk tells over one WebSocket and sends back what fingers do.
// No state of its own: every value on the page is the one the show really has.
"use strict";

const byId = (id) => document.getElementById(id);
const make = (tag, attributes = {}, ...children) => {
  const found = Object.assign(document.createElement(tag), attributes);
  found.append(...children);
  return found;
};
const token = location.hash.slice(1);
const home = ["localhost", "127.0.0.1", "[::1]"].includes(location.hostname);

const params = new Map(); // name -> what the show says it is
const known = new Map(); // name -> [natural value, fader position 0..1]
const shown = new Map(); // name -> functions that redraw it
let socket = null;
let wait = 400;
let sceneNow = "";
let previewOn = home;

// ---- talking ---------------------------------------------------------------------------------

const send = (message) => {
  if (socket && socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
};

const queued = new Map(); // only the newest position of a fader is worth sending
let flushing = 0;
const sendSoon = (name, norm) => {
  queued.set(name, norm);
  flushing ||= setTimeout(() => {
    flushing = 0;
    for (const [key, position] of queued) send({ set: key, norm: position });
    queued.clear();
  }, 40);
};

const notice = (text) => {
  byId("notice").hidden = !text;
  byId("notice").textContent = text;
};

function connect() {
  socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`);
  socket.binaryType = "arraybuffer";
  socket.onopen = () => send({ token });
  socket.onmessage = ({ data }) => (typeof data === "string" ? hear(JSON.parse(data)) : see(data));
  socket.onclose = ({ code }) => {
    document.body.dataset.link = "lost";
    if (code === 4403) {
      byId("health").textContent = "closed";
      notice("This page needs the complete link that the show has printed, with its # part.");
      return;
    }
    byId("health").textContent = "reconnecting";
    setTimeout(connect, wait);
    wait = Math.min(wait * 1.6, 4000);
  };
}

function hear(message) {
  if (message.kind === "show") {
    wait = 400;
    document.body.dataset.link = "open";
    notice("");
    build(message);
    send({ preview: previewOn && !document.hidden });
  } else if (message.kind === "scene") {
    buildScene(message);
  } else if (message.kind === "state") {
    for (const [name, value] of Object.entries(message.values)) {
      known.set(name, value);
      redraw(name);
    }
    enter(message.scene);
  } else if (message.kind === "health") {
    drawHealth(message);
  }
}

const redraw = (name) => {
  for (const draw of shown.get(name) || []) draw(...known.get(name));
};

const show = (name, draw) => {
  if (!shown.has(name)) shown.set(name, new Set());
  shown.get(name).add(draw);
  if (known.has(name)) draw(...known.get(name));
};

// ---- controls --------------------------------------------------------------------------------

const words = (text) => text.replaceAll("-", " ").replaceAll("_", " ");

function figure(param, value) {
  const span = param.high - param.low;
  const digits = param.kind === "int" ? 0 : span > 20 ? 1 : 2;
  return value.toFixed(digits);
}

// In its group a parameter needs only its own word; among a scene's faders it needs both, and room
// for what it does.
function named(param, alone) {
  const full = alone && param.group !== "show" ? `${words(param.group)} ${param.label}` : param.label;
  const label = make("span", { className: "name", textContent: full });
  if (alone) label.append(make("small", { textContent: param.doc }));
  return label;
}

// A fader moves by how far the finger goes, not to where it lands: scrolling never makes it jump.
function fader(param, alone) {
  const worth = make("span", { className: "worth" });
  const bar = make("div", { className: "fader", tabIndex: 0, title: param.doc }, named(param, alone), worth);
  bar.setAttribute("role", "slider");
  bar.setAttribute("aria-label", `${param.group} ${param.label}`);
  let position = 0;
  let grip = null;
  let quietUntil = 0;
  const place = (where) => {
    position = Math.min(Math.max(where, 0), 1);
    bar.style.setProperty("--at", position);
  };
  const move = (where) => {
    place(where);
    quietUntil = performance.now() + 500;
    sendSoon(param.name, position);
  };
  show(param.name, (value, where) => {
    worth.replaceChildren(figure(param, value));
    if (param.unit) worth.append(make("em", { textContent: ` ${param.unit}` }));
    bar.setAttribute("aria-valuenow", value);
    if (!grip && performance.now() > quietUntil) place(where);
  });
  const settle = () => {
    if (!grip && known.has(param.name)) place(known.get(param.name)[1]);
  };
  bar.addEventListener("pointerdown", (event) => {
    grip = { x: event.clientX, from: position };
    bar.setPointerCapture(event.pointerId);
    bar.classList.add("held");
  });
  bar.addEventListener("pointermove", (event) => {
    const way = grip ? event.clientX - grip.x : 0;
    if (grip && (grip.moves ||= Math.abs(way) > 4)) move(grip.from + way / bar.clientWidth);
  });
  const release = () => {
    grip = null;
    bar.classList.remove("held");
    setTimeout(settle, 550);
  };
  bar.addEventListener("pointerup", release);
  bar.addEventListener("pointercancel", release);
  bar.addEventListener("dblclick", () => send({ set: param.name, value: param.default }));
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    move(position + step * (event.shiftKey ? 0.1 : 0.02));
    setTimeout(settle, 550);
  });
  return bar;
}

function toggle(param, alone) {
  const button = make("button", { type: "button", className: "switch", title: param.doc }, named(param, alone));
  button.setAttribute("role", "switch");
  show(param.name, (value) => button.setAttribute("aria-checked", value >= 0.5));
  button.onclick = () => {
    const now = known.get(param.name)?.[0] ?? param.default;
    send({ set: param.name, value: now >= 0.5 ? 0 : 1 });
  };
  return button;
}

function pick(param, alone) {
  const list = make("select");
  list.setAttribute("aria-label", `${param.group} ${param.label}`);
  list.append(...param.choices.map((word, index) => make("option", { value: index, textContent: words(word) })));
  show(param.name, (value) => (list.value = Math.round(value)));
  list.onchange = () => send({ set: param.name, value: Number(list.value) });
  return make("label", { className: "pick", title: param.doc }, named(param, alone), list);
}

function control(param, alone) {
  if (param.kind === "switch") return toggle(param, alone);
  return param.kind === "choice" ? pick(param, alone) : fader(param, alone);
}

function plates(param) {
  const row = make("div", { className: "plates" });
  param.choices.forEach((word, index) => {
    const canvas = make("canvas", { width: 208, height: 148 });
    const button = make("button", { type: "button" }, canvas, make("span", { textContent: words(word) }));
    button.onclick = () => send({ set: param.name, value: index });
    show(param.name, (value) => {
      const chosen = Math.round(value) === index;
      if (chosen && button.getAttribute("aria-pressed") !== "true") {
        row.scrollTo({ left: button.offsetLeft - row.offsetLeft - row.clientWidth / 3 });
      }
      button.setAttribute("aria-pressed", chosen);
    });
    thumbnail(word, canvas);
    row.append(button);
  });
  return make("div", { className: "styles" },
    make("div", { className: "head" }, make("h2", { textContent: `${param.label} style` })), row);
}

const pictures = new Map(); // style name -> promise of a small bitmap
let line = Promise.resolve(); // one after another: the show needs the processor more than we do

async function small(name) {
  const answer = await fetch(`style/${encodeURIComponent(name)}`, { headers: { Authorization: `Bearer ${token}` } });
  if (!answer.ok) throw new Error(answer.statusText);
  const whole = await createImageBitmap(await answer.blob());
  const scale = Math.max(208 / whole.width, 148 / whole.height);
  const [w, h] = [208 / scale, 148 / scale];
  const part = await createImageBitmap(whole, (whole.width - w) / 2, (whole.height - h) / 2, w, h,
    { resizeWidth: 208, resizeHeight: 148, resizeQuality: "medium" });
  whole.close();
  return part;
}

function thumbnail(name, canvas) {
  if (!pictures.has(name)) {
    const found = line.then(() => small(name));
    line = found.catch(() => {});
    pictures.set(name, found);
  }
  pictures.get(name).then((part) => canvas.getContext("2d").drawImage(part, 0, 0)).catch(() => {});
}

// ---- building --------------------------------------------------------------------------------

const pressing = (button, name) => {
  if (params.has(name)) show(name, (value) => button.setAttribute("aria-pressed", value >= 0.5));
};

function build({ params: list, scenes }) {
  params.clear();
  known.clear();
  shown.clear();
  sceneNow = "";
  for (const param of list) params.set(param.name, param);

  byId("big").replaceChildren(
    ...[["Blackout", "blackout.toggle"], ["Freeze", "freeze.toggle"], ["Tap", "tap"], ["Panic", "panic"]].map(
      ([word, action]) => {
        const button = make("button", { type: "button", textContent: word });
        button.dataset.trigger = action;
        pressing(button, action.split(".")[0]);
        return button;
      }));

  byId("scenes").replaceChildren(...scenes.map(({ name, title }, index) => {
    const button = make("button", { type: "button" }, make("i", { textContent: index + 1 }), title);
    button.dataset.scene = name;
    button.onclick = () => send({ trigger: "scene.go", argument: index + 1 });
    return button;
  }));

  byId("styles").replaceChildren(
    ...list.filter((one) => one.kind === "choice" && one.choices.length > 1).map(plates));

  const groups = new Map();
  for (const param of list) {
    if (!groups.has(param.group)) groups.set(param.group, []);
    groups.get(param.group).push(param);
  }
  byId("groups").replaceChildren(...[...groups].map(([name, members]) =>
    make("section", { className: "group" }, make("h3", { textContent: words(name) }),
      make("div", { className: "faders" }, ...members.map((param) => control(param, false))))));
}

let sceneDraws = [];
function buildScene({ faders }) {
  for (const [name, draw] of sceneDraws) shown.get(name)?.delete(draw);
  const before = new Map([...shown].map(([name, draws]) => [name, new Set(draws)]));
  const bound = faders.map(({ name }) => params.get(name)).filter((one) => one && one.kind !== "choice");
  byId("faders").replaceChildren(...(bound.length ? bound.map((param) => control(param, true)) : [
    make("p", { className: "empty", textContent: "This scene binds no knobs; all parameters are below." })]));
  sceneDraws = [...shown].flatMap(([name, draws]) =>
    [...draws].filter((draw) => !before.get(name)?.has(draw)).map((draw) => [name, draw]));
}

function enter(scene) {
  if (scene === sceneNow) return;
  sceneNow = scene;
  for (const button of byId("scenes").children) {
    const here = button.dataset.scene === scene;
    button.setAttribute("aria-pressed", here);
    if (here) byId("scene").textContent = button.lastChild.textContent;
  }
}

document.addEventListener("click", ({ target }) => {
  const action = target.closest("[data-trigger]")?.dataset.trigger;
  if (action) send({ trigger: action });
});

// ---- health and picture ----------------------------------------------------------------------

function drawHealth({ processes }) {
  const { stage, infer } = processes;
  const bits = [];
  if (stage?.fps != null) bits.push(make("b", { textContent: Math.round(stage.fps) }), " fps");
  if (infer?.fps != null) bits.push(" · ", make("b", { textContent: Math.round(infer.fps) }), " styled/s");
  if (stage?.delay_ms) bits.push(" · ", make("b", { textContent: Math.round(stage.delay_ms) }), " ms");
  byId("health").replaceChildren(...(bits.length ? bits : ["waiting for the show"]));
  byId("processes").replaceChildren(...Object.entries(processes).map(([name, { alive, error }]) =>
    make("span", {
      className: alive ? (error ? "ill" : "") : "dead",
      textContent: alive ? (error ? `${name}: ${error}` : name) : `${name} is away`,
    })));
}

const canvas = byId("preview").querySelector("canvas");
function see(data) {
  const head = new DataView(data);
  const [width, height] = [head.getUint16(0, true), head.getUint16(2, true)];
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  canvas.getContext("2d").putImageData(new ImageData(new Uint8ClampedArray(data, 8), width, height), 0, 0);
  byId("preview").classList.toggle("on", previewOn);
}

const sayPreview = () => {
  byId("preview-word").textContent = previewOn ? "waiting for a picture" : "tap for the live picture";
};
const askPreview = () => send({ preview: previewOn && !document.hidden });
byId("preview").onclick = () => {
  previewOn = !previewOn;
  byId("preview").classList.remove("on");
  sayPreview();
  canvas.getContext("2d").clearRect(0, 0, canvas.width, canvas.height);
  askPreview();
};
sayPreview();
document.addEventListener("visibilitychange", askPreview);

connect();
