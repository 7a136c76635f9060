// The one WebSocket to the desk: says what fingers do, hears what the show is, comes back by itself.

import { byId } from "./make.js";

export const token = location.hash.slice(1);
export const home = ["localhost", "127.0.0.1", "[::1]"].includes(location.hostname);

const FIRST_WAIT = 400;
const MOST_WAIT = 4000;
const SOON = 25; // ms between two places of the same finger: more than any stage shows

const hearers = new Map(); // kind of message -> functions
const queued = new Map(); // what moves -> its newest message
let socket = null;
let wait = FIRST_WAIT;
let later = 0;
let looks = false; // this page may only look: what fingers do stays here

export const on = (kind, hear) => {
  if (!hearers.has(kind)) hearers.set(kind, []);
  hearers.get(kind).push(hear);
};

const tell = (kind, message) => {
  for (const hear of hearers.get(kind) || []) hear(message);
};

export const send = (message) => {
  queued.delete(message.set); // what is said now is newer than what waits
  if (looks && !("preview" in message) && !("token" in message)) return;
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
};

export const fire = (trigger, argument) => send(argument === undefined ? { trigger } : { trigger, argument });

// Only the newest position of a fader, and the newest place of a handle, is worth sending. The first
// one goes at once, with all that moved together with it; the next ones wait for each other.
let waiting = false;
const flush = () => {
  waiting = queued.size > 0;
  if (!waiting) return;
  const newest = [...queued.values()];
  queued.clear();
  newest.forEach(send);
  setTimeout(flush, SOON);
};
export const sendSoon = (key, message) => {
  queued.set(key, message);
  if (waiting) return;
  waiting = true;
  queueMicrotask(flush);
};

export const notice = (text) => {
  byId("notice").hidden = !text;
  byId("notice").textContent = text;
};

export const address = (path) => `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${path}`;

export function connect() {
  clearTimeout(later);
  const mine = new WebSocket(address("/ws"));
  socket = mine;
  mine.binaryType = "arraybuffer";
  mine.onopen = () => send({ token });
  mine.onmessage = ({ data }) => {
    if (typeof data !== "string") return tell("picture", data);
    const message = JSON.parse(data);
    if (message.kind === "show" && document.body.dataset.link !== "open") {
      wait = FIRST_WAIT;
      document.body.dataset.link = "open";
      notice("");
      tell("open");
    }
    if (message.kind === "show") {
      looks = message.may === "look";
      document.body.dataset.may = message.may;
    }
    tell(message.kind, message);
  };
  mine.onclose = ({ code, reason }) => {
    if (socket !== mine) return;
    document.body.dataset.link = "lost";
    if (code === 4403 && reason === "locked" && !token) return (later = setTimeout(connect, wait));
    if (code === 4403 && reason === "locked") return notice("The show was locked. It has printed a new link.");
    if (code === 4403) return notice("This page needs the complete link that the show has printed, with its # part.");
    tell("lost");
    later = setTimeout(connect, wait);
    wait = Math.min(wait * 1.6, MOST_WAIT);
  };
}

// A phone that wakes up, or finds its network again, does not wait for its turn.
const hurry = () => {
  if (document.body.dataset.link === "lost" && !document.hidden) {
    wait = FIRST_WAIT;
    connect();
  }
};
addEventListener("online", hurry);
document.addEventListener("visibilitychange", hurry);
