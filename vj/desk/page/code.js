// The address of this page as a QR code, for the phones that shall open it too.

import { on } from "./link.js";
import { byId } from "./make.js";

on("show", ({ code }) => {
  byId("code").hidden = !code?.length;
  if (!code?.length) return;
  const canvas = byId("code").querySelector("canvas");
  const side = code.length + 4;
  Object.assign(canvas, { width: side, height: side });
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, side, side);
  pen.fillStyle = "#000";
  code.forEach((row, y) => [...row].forEach((dark, x) => dark === "1" && pen.fillRect(x + 2, y + 2, 1, 1)));
});
