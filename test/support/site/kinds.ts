import { content, html, type Routes, type Visit } from "./answers.ts";
import { makeBlockFont } from "./block-font.ts";
import { colours, css } from "./colours.ts";

/**
 * Kinds of things that pages load less often: blocks of 100 pixels, red; each turns green when its thing has come. What "load" does not
 * wait for has come, or failed to, once there is `body.settled`.
 */
export const kindParts = ["font", "media", "texttrack", "eventsource", "worker", "object"] as const;

export const kindRoutes: Routes = {
  "/kinds": kindsPage,
  "/kinds/block.ttf": (visit) => content(visit, "font/ttf", makeBlockFont()),
  "/kinds/silence.wav": (visit) => content(visit, "audio/wav", silence()),
  "/kinds/text.vtt": (visit) =>
    content(visit, "text/vtt", "WEBVTT\n\n00:00.000 --> 00:01.000\nText\n"),
  "/kinds/events": ({ response }) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write("data: 1\n\n");
  },
  "/kinds/worker.js": (visit) => content(visit, "text/javascript", "postMessage(1);"),
  "/kinds/object.svg": (visit) =>
    content(visit, "image/svg+xml", `<svg xmlns="http://www.w3.org/2000/svg"/>`),
  "/kinds/app.webmanifest": (visit) => content(visit, "application/manifest+json", "{}"),
};

function kindsPage(visit: Visit): void {
  const red = css(colours.red);
  const green = css(colours.green);
  html(visit, {
    title: "Kinds",
    head: `<link rel="manifest" href="/kinds/app.webmanifest">
      <style>.part { float: left; width: 100px; height: 100px; background: ${red}; overflow: hidden; }</style>`,
    body: `${kindParts.map((part) => `<div id="${part}" class="part"></div>`).join("")}<script>
      const turn = (id) => { document.getElementById(id).style.background = "${green}"; };
      const awaited = new Set(["font", "media", "texttrack", "eventsource", "worker"]);
      const settle = (id) => { awaited.delete(id); if (awaited.size === 0) document.body.className = "settled"; };
      const come = (id) => { turn(id); settle(id); };
      new FontFace("Block", "url(/kinds/block.ttf)").load().then(() => come("font"), () => settle("font"));
      const audio = new Audio();
      audio.onloadedmetadata = () => come("media");
      audio.onerror = () => settle("media");
      audio.src = "/kinds/silence.wav";
      const video = document.createElement("video");
      const track = document.createElement("track");
      track.onload = () => come("texttrack");
      track.onerror = () => settle("texttrack");
      Object.assign(track, { kind: "subtitles", src: "/kinds/text.vtt", default: true });
      video.append(track);
      document.body.append(video);
      track.track.mode = "showing";
      const events = new EventSource("/kinds/events");
      events.onmessage = () => { come("eventsource"); events.close(); };
      events.onerror = () => settle("eventsource");
      const worker = new Worker("/kinds/worker.js");
      worker.onmessage = () => come("worker");
      worker.onerror = () => settle("worker");
      const object = document.createElement("object");
      object.onload = () => turn("object");
      Object.assign(object, { data: "/kinds/object.svg", type: "image/svg+xml", width: 1, height: 1 });
      document.body.append(object);
      </script>`,
  });
}

/** A tenth of a second of PCM, 8,000 samples a second, 8 bits, one channel. */
function silence(): Buffer {
  const samples = Buffer.alloc(800, 0x80);
  const header = Buffer.alloc(44);
  header.write("RIFF", 0, "latin1");
  header.writeUInt32LE(36 + samples.length, 4);
  header.write("WAVEfmt ", 8, "latin1");
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(8000, 24);
  header.writeUInt32LE(8000, 28);
  header.writeUInt16LE(1, 32);
  header.writeUInt16LE(8, 34);
  header.write("data", 36, "latin1");
  header.writeUInt32LE(samples.length, 40);
  return Buffer.concat([header, samples]);
}
