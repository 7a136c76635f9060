// This phone's camera as the show's source: packed pictures on a WebSocket of their own, after a tap.

import { address, token } from "./link.js";
import { byId } from "./make.js";

const LONG = 960; // the longer side that is sent, in pixels
const MOST = 250_000; // bytes the desk takes in one picture
const EVERY = 1000 / 25;

const film = byId("film");
const say = (text) => (byId("camera-word").textContent = text);
let running = null; // {stream, socket, canvas, quality, ready, at}

async function packed(job) {
  const scale = Math.min(1, LONG / Math.max(film.videoWidth, film.videoHeight));
  job.canvas.width = Math.round(film.videoWidth * scale);
  job.canvas.height = Math.round(film.videoHeight * scale);
  job.canvas.getContext("2d").drawImage(film, 0, 0, job.canvas.width, job.canvas.height);
  return new Promise((done) => job.canvas.toBlob(done, "image/jpeg", job.quality));
}

// The desk answers each picture; the next one is the newest there is then, never one that waited.
async function step(job) {
  if (running !== job) return;
  const now = performance.now();
  if (job.ready && film.videoWidth && now - job.at >= EVERY) {
    [job.ready, job.at] = [false, now];
    const picture = await packed(job);
    if (picture && picture.size <= MOST && job.socket.readyState === WebSocket.OPEN) {
      job.socket.send(picture);
    } else {
      job.quality = Math.max(job.quality - 0.1, 0.3);
      job.ready = true;
    }
  } else if (now - job.at > 500) {
    job.ready = true; // a picture that was not taken is not answered
  }
  setTimeout(step, 8, job);
}

function open(job) {
  const socket = new WebSocket(address("/camera"));
  job.socket = socket;
  socket.onopen = () => {
    socket.send(JSON.stringify({ token }));
    job.ready = true;
    say("This camera is on. It is seen where a scene's source is a phone.");
  };
  socket.onmessage = () => (job.ready = true);
  socket.onclose = ({ code }) => {
    if (running !== job) return;
    if (code === 4409) return stop("Another phone has taken over.");
    job.ready = false;
    say("The show is away; this camera comes back with it.");
    setTimeout(() => running === job && open(job), 1000);
  };
}

async function start() {
  if (!navigator.mediaDevices?.getUserMedia) {
    return say("A browser lends its camera to encrypted pages only: start the show with --lan --tls and open its https address.");
  }
  const facingMode = byId("facing").value;
  try {
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { facingMode, width: { ideal: 1280 }, height: { ideal: 720 } },
    });
    film.srcObject = stream;
    film.hidden = false;
    await film.play();
    running = { stream, canvas: document.createElement("canvas"), quality: 0.8, ready: false, at: 0 };
    byId("camera-go").textContent = "Stop";
    byId("camera-go").setAttribute("aria-pressed", true);
    open(running);
    step(running);
    navigator.wakeLock?.request("screen").catch(() => {});
  } catch (error) {
    say(`The camera cannot be used: ${error.message || error.name}`);
  }
}

function stop(why = "Off.") {
  const job = running;
  running = null;
  job?.stream.getTracks().forEach((track) => track.stop());
  job?.socket?.close();
  film.srcObject = null;
  film.hidden = true;
  byId("camera-go").textContent = "Use this camera";
  byId("camera-go").setAttribute("aria-pressed", false);
  say(why);
}

byId("camera-go").addEventListener("click", () => (running ? stop() : start()));
byId("facing").addEventListener("change", async () => {
  if (!running) return;
  stop();
  await start();
});
