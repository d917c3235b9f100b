// How fast the page is, in a browser on this machine: medians and the 95th percentile of what a person waits for.
//
//     node figures.mjs INDEX
//
// INDEX has a map. SEGUE and SEGUE_CHROMIUM name the programs, as for the tests. WebGL is computed by the processor here; on a
// machine with a graphics card a frame takes less.

import { resolve } from "node:path";
import { gzipSync } from "node:zlib";

import { Service, browser, open, rows } from "./support.mjs";

const index = resolve(process.argv[2]);
const service = await Service.start({ folder: "." }, index);
const chrome = await browser();
const report = (what, values, unit = "ms") => {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  console.log(`${what.padEnd(58)} median ${at(0.5).toFixed(1).padStart(8)} ${unit}   95 % ${at(0.95).toFixed(1).padStart(8)} ${unit}   ${sorted.length} times`);
};

// Bytes before the map, and of the map.
{
  const page = await chrome.newPage();
  const sizes = new Map();
  page.on("response", async (response) => {
    const body = await response.body().catch(() => Buffer.alloc(0));
    const isSmall = response.headers()["content-encoding"] === "gzip";
    sizes.set(new URL(response.url()).pathname, isSmall ? gzipSync(body).length : body.length);
  });
  await page.goto(`${service.url}/`);
  await page.waitForSelector(".tries li");
  await page.waitForTimeout(500);
  console.log(`bytes before the map: ${[...sizes.values()].reduce((a, b) => a + b, 0)} in ${sizes.size} files`);
  await page.close();
  const tile = await fetch(`${service.url}/api/v1/map/tiles/0/0/0`, { headers: { "accept-encoding": "gzip" } });
  const reader = await fetch(`${service.url}/api/v1/map`);
  const facts = await reader.json();
  console.log(`map of ${facts.tracks} tracks: ${gzipSync(Buffer.from(await tile.arrayBuffer())).length} bytes compressed`);
}

const { tracks } = await service.json("/api/v1/search?q=love&k=50");

// Opening: until the first list, and until the map, is painted.
const painted = (ready) => `new Promise((resolve) => { const look = () => document.querySelector(${JSON.stringify(ready)}) ? requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now()))) : requestAnimationFrame(look); look(); })`;
for (const [what, address, ready] of [
  ["opening an address until its list is painted", `#like=${tracks[0].track_id}`, ".tracks li"],
  ["opening an address until its map is painted", "#view=map", ".mapview[data-drawn]"],
]) {
  const times = [];
  for (let at = 0; at < 12; at += 1) {
    const context = await chrome.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    await page.goto(`${service.url}/${address}`, { waitUntil: "commit" });
    times.push(await page.evaluate(painted(ready)));
    await context.close();
  }
  report(what, times);
}

const page = await open(chrome, `${service.url}/#like=${tracks[0].track_id}`);
await rows(page);
await page.evaluate(() => {
  globalThis.tasks = [];
  new PerformanceObserver((list) => globalThis.tasks.push(...list.getEntries().map((entry) => entry.duration))).observe({ type: "longtask" });
});

// Typing: from a key to its finds painted.
{
  const times = [];
  for (const track of tracks.slice(0, 12)) {
    await page.fill("#search", "");
    for (const letter of track.track_name.slice(0, 10)) {
      times.push(await page.evaluate((letter) => new Promise((resolve) => {
        const input = document.querySelector("#search");
        const begun = performance.now();
        const found = document.querySelector("#found");
        const done = () => requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - begun)));
        const observer = new MutationObserver(() => {
          observer.disconnect();
          done();
        });
        // It says which words its content answers.
        observer.observe(found, { attributes: true, attributeFilter: ["data-answers"] });
        input.value += letter;
        input.dispatchEvent(new Event("input", { bubbles: true }));
      }), letter));
    }
  }
  report("typing: from a key to its finds painted", times);
  await page.fill("#search", "");
  await page.keyboard.press("Escape");
}

// A slider: from its input to the list painted.
{
  const times = [];
  for (let at = 0; at < 60; at += 1) {
    times.push(await page.evaluate((value) => new Promise((resolve) => {
      const input = document.querySelector("input[data-column=energy]");
      const list = document.querySelector(".list");
      const begun = performance.now();
      const observer = new MutationObserver(() => {
        if (list.getAttribute("aria-busy") !== "false") return;
        observer.disconnect();
        requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - begun)));
      });
      observer.observe(list, { attributes: true, attributeFilter: ["aria-busy"] });
      input.value = value;
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }), String((at * 37 % 100) / 100)));
  }
  report("a slider: from its input to the list painted", times);
}
console.log(`tasks over 50 ms while typing and steering: ${(await page.evaluate(() => globalThis.tasks)).map((ms) => ms.toFixed(0)).join(", ") || "none"}`);

// Panning: the time of a frame.
{
  await page.goto(`${service.url}/#view=map`);
  await page.waitForSelector(".mapview[data-drawn]");
  const box = await page.locator("canvas[tabindex]").boundingBox();
  await page.evaluate(() => {
    globalThis.frames = [];
    let last = performance.now();
    const next = (now) => {
      globalThis.frames.push(now - last);
      last = now;
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  });
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  for (let at = 0; at < 60; at += 1) await page.mouse.move(box.x + box.width / 2 + 3 * at, box.y + box.height / 2 + at);
  await page.mouse.up();
  report("panning the map: a frame", (await page.evaluate(() => globalThis.frames)).slice(2));
}

await chrome.close();
await service.stop();
