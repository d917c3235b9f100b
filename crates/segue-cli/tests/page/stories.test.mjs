// What a listener, a curator, an explorer and an engineer do with the page.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";

import { Place, Service, browser, open, rows, seed } from "./support.mjs";

const TRACKS = 3000;
let place, service, chrome, some;

before(async () => {
  place = new Place();
  place.demo("demo.segue", TRACKS);
  service = await Service.start(place, "demo.segue");
  chrome = await browser();
  // Tracks with plain titles that name one song each.
  const found = await service.json("/api/v1/search?q=the&k=200");
  some = found.tracks.filter((track) => /^[A-Za-z ]+$/.test(track.track_name));
  assert.ok(some.length > 10);
});

after(async () => {
  await chrome?.close();
  await service?.stop();
  place?.remove();
});

/** A page without anything that must never happen. */
function story(name, tell) {
  test(name, async () => {
    const page = await open(chrome, `${service.url}/`);
    try {
      await tell(page);
      assert.deepEqual(page.wrongs, []);
    } finally {
      await page.context().close();
    }
  });
}

const words = (track) => `${track.track_name} ${track.artists[0]}`;

story("a listener types, picks, sees what is like it and why, steers, and saves a list", async (page) => {
  await page.locator("#search").pressSequentially(words(some[0]).slice(0, 12));
  await page.waitForSelector("#found li");
  assert.equal(await page.getAttribute("#search", "aria-expanded"), "true");
  await page.fill("#search", words(some[0]));
  await page.waitForFunction((title) => document.querySelector("#found li .title")?.textContent === title, some[0].track_name);
  await page.click("#found li:first-child");
  const listed = await rows(page);
  const answer = await service.json("/api/v1/recommendations", { seeds: [{ track: some[0].track_id }], k: 20 });
  assert.deepEqual(listed, answer.recommendations.map((one) => one.track_id), "the page shows the engine's list");

  // Why: features side by side, and what brought it near.
  await page.click(".tracks li:nth-child(3) button[title=Why]");
  await page.waitForSelector(".why svg.features circle.seed");
  const features = await service.json(`/api/v1/tracks/${listed[2]}`);
  const table = await page.$$eval(".why tbody tr", (lines) => lines.map((line) => [...line.children].map((cell) => cell.textContent)));
  const energy = table.find(([name]) => name === "Energy");
  assert.equal(Number(energy[2]), Math.round(features.audio_features.energy * 1000) / 1000);
  assert.ok((await page.$$(".why svg.contributions rect.near")).length > 0);
  assert.match(page.url(), new RegExp(`why=${listed[2]}`));

  // Steering: energy up, popularity down.
  await page.locator("input[data-column=energy]").fill("1");
  await page.locator("input[data-column=popularity]").fill("0");
  await page.waitForFunction((first) => document.querySelector(".tracks li")?.dataset.id !== first, listed[0]);
  await page.waitForSelector(".list[aria-busy=false]");
  const steered = await service.json("/api/v1/recommendations", { seeds: [{ track: some[0].track_id }], targets: { energy: 1, popularity: 0 }, k: 20 });
  await page.waitForFunction((ids) => [...document.querySelectorAll(".tracks li")].map((item) => item.dataset.id).join() === ids, steered.recommendations.map((one) => one.track_id).join());

  // Less like this.
  const refused = steered.recommendations[0].track_id;
  await page.click(".tracks li:first-child button[title='Less like this']");
  await page.waitForSelector(".chip.unlike");
  const unlike = await service.json("/api/v1/recommendations", { seeds: [{ track: some[0].track_id }, { track: refused, weight: -0.5 }], targets: { energy: 1, popularity: 0 }, k: 20 });
  await page.waitForFunction((ids) => [...document.querySelectorAll(".tracks li")].map((item) => item.dataset.id).join() === ids, unlike.recommendations.map((one) => one.track_id).join());

  // A playlist of two, saved.
  await page.click(".tracks li:nth-child(1) button[title='Add to the playlist']");
  await page.click(".tracks li:nth-child(2) button[title='Add to the playlist']");
  const two = (await rows(page)).slice(0, 2);
  await page.click("a[data-view=playlist]");
  const [file] = await Promise.all([page.waitForEvent("download"), page.click("text=Save the file")]);
  const saved = readFileSync(await file.path(), "utf8");
  assert.ok(saved.startsWith("#EXTM3U") && two.every((id) => saved.includes(id)), saved);
});

story("a list can be saved as the command writes it, in every format", async (page) => {
  const [from, to] = [some[1], some[5]];
  const title = `from ${from.track_name} to ${to.track_name}`;
  await page.goto(`${service.url}/#path=${from.track_id}&path=${to.track_id}&k=8&name=${encodeURIComponent(title)}`);
  await page.reload();
  await rows(page);
  await page.click("text=Add all to the playlist");
  await page.click("a[data-view=playlist]");
  for (const format of ["m3u8", "xspf", "jspf", "csv", "uris"]) {
    await page.selectOption(".tools select", format);
    const [file] = await Promise.all([page.waitForEvent("download"), page.click("text=Save the file")]);
    const saved = readFileSync(await file.path());
    const asked = ["path", "-i", "demo.segue", from.track_id, to.track_id, "-k", "8", "--format"];
    if (format !== "csv") {
      assert.equal(saved.toString(), place.segue(...asked, format).toString(), format);
      continue;
    }
    // `--format csv` of the command is a table; the page saves a playlist that can be read again, with the same tracks.
    const { tracks } = JSON.parse(place.segue(...asked, "json").toString());
    const read = await (await fetch(`${service.url}/api/v1/playlists?name=saved.csv`, { method: "POST", body: saved })).json();
    assert.deepEqual(read.playlists[0].entries.map((entry) => entry.track?.track_id), tracks.map((track) => track.track_id));
  }
});

story("a curator drops a file, sees what was found, fills it up, and walks from its first track to its last", async (page) => {
  const chosen = some.slice(2, 5);
  const lines = ["#EXTM3U", ...chosen.flatMap((track) => [`#EXTINF:10,${track.artists.join(", ")} - ${track.track_name}`, `${track.track_name}.mp3`]), "#EXTINF:10,Nobody - Xyzzy Qwrtp", "x.mp3"];
  await page.click("a[data-view=playlist]");
  await page.setInputFiles("#file", { name: "evening.m3u8", mimeType: "audio/x-mpegurl", buffer: Buffer.from(lines.join("\n")) });
  await page.waitForSelector(".read");
  assert.match(await page.textContent(".read h2"), /3 of 4 tracks found/);
  assert.match(await page.textContent(".read table"), /Xyzzy Qwrtp/);
  await page.click("text=List what fits it");
  const fits = await rows(page);
  const answer = await service.json("/api/v1/recommendations", { seeds: chosen.map((track) => ({ track: track.track_id })), k: 20, per_artist: 2, spaced: true });
  assert.deepEqual(fits, answer.recommendations.map((one) => one.track_id));
  await page.click("a[data-view=playlist]");
  await page.click("text=A path from its first to its last");
  await page.waitForFunction(() => document.querySelector("#list-heading")?.textContent.startsWith("From "));
  const path = await rows(page);
  assert.equal(path[0], chosen[0].track_id);
  assert.equal(path.at(-1), chosen[2].track_id);
  // What is no playlist is refused in words, and nothing is lost.
  await page.click("a[data-view=playlist]");
  await page.setInputFiles("#file", { name: "x.xspf", mimeType: "text/xml", buffer: Buffer.from("<playlist><trackList><track>") });
  await page.waitForSelector(".report .problem");
});

story("a file dropped anywhere on the page is read", async (page) => {
  const name = words(some[3]);
  await page.evaluate(({ name }) => {
    const data = new DataTransfer();
    data.items.add(new File([name], "dropped.txt", { type: "text/plain" }));
    document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
  }, { name });
  await page.waitForSelector(".read h2");
  assert.match(await page.textContent(".read h2"), /dropped/);
  // What is read while another view is shown is there when this one is.
  await page.click("a[data-view=list]");
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.items.add(new File(["nothing that there is"], "second.txt", { type: "text/plain" }));
    document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    document.querySelector("a[data-view=list]").click();
  });
  await page.waitForTimeout(300);
  await page.click("a[data-view=playlist]");
  await page.waitForFunction(() => document.querySelector(".read h2")?.textContent.startsWith("second"));
});

story("an explorer opens the map, zooms, hovers, clicks, searches, and sees a path", async (page) => {
  await page.click("a[data-view=map]");
  await page.waitForSelector(`.mapview[data-drawn="${TRACKS}"][data-painter=WebGL2]`);
  const pixels = await page.evaluate(drawn);
  assert.ok(pixels > 500, `${pixels} pixels are drawn`);
  // Hover: some place of a grid has a track near it.
  const box = await page.locator(".frame canvas").last().boundingBox();
  let hit = null;
  for (let at = 0; at < 100 && !hit; at += 1) {
    const [x, y] = [box.x + box.width * (0.3 + 0.04 * (at % 10)), box.y + box.height * (0.3 + 0.04 * Math.floor(at / 10))];
    await page.mouse.move(x, y);
    if (await page.evaluate(() => document.querySelector("canvas.over") !== null)) hit = [x, y];
  }
  assert.ok(hit, "no track was near the pointer anywhere");
  await page.waitForSelector(".tip:not([hidden])");
  const title = await page.textContent(".tip .title");
  // Click: it becomes the seed.
  await page.mouse.click(...hit);
  await page.waitForFunction((title) => [...document.querySelectorAll(".chip bdi")].some((chip) => chip.textContent === title), title);
  assert.match(page.url(), /like=/);
  // The wheel zooms, and the address follows.
  await page.mouse.wheel(0, -480);
  await page.waitForFunction(() => location.hash.includes("at="));
  // A search lights up its finds.
  const before = await page.evaluate(found);
  await page.keyboard.press("/");
  await page.keyboard.type(some[6].track_name);
  await page.waitForSelector("#found li");
  await page.click(".zoom button:last-child");
  await page.waitForFunction(`(${found})() > ${before}`);
});

story("a track under a pointer that came fast and rests is named", async (page) => {
  await page.goto(`${service.url}/#view=map`);
  await page.reload();
  await page.waitForSelector(`.mapview[data-drawn="${TRACKS}"]`);
  await page.route("**/api/v1/tracks", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 300));
    await route.continue();
  });
  const box = await page.locator("canvas[tabindex]").boundingBox();
  // Every point on the way is asked about while the first answer is awaited; only the last one matters.
  for (let at = 0; at < 60; at += 1) {
    await page.mouse.move(box.x + box.width * (0.35 + 0.005 * at), box.y + box.height * (0.4 + 0.003 * at));
    if (at > 20 && (await page.$("canvas.over"))) break;
  }
  assert.ok(await page.$("canvas.over"), "no track was near the pointer");
  await page.waitForSelector(".tip:not([hidden]) .title");
});

/** How many pixels of the points are not empty. */
function drawn() {
  const canvas = document.querySelector(".frame canvas");
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d");
  return new Promise((resolve) => {
    canvas.dispatchEvent(new Event("segue-repaint"));
    // In the frame that paints, after it: later what WebGL has drawn cannot be read.
    requestAnimationFrame(() => {
      copy.drawImage(canvas, 0, 0);
      const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
      let count = 0;
      for (let at = 3; at < data.length; at += 4) count += data[at] > 0;
      resolve(count);
    });
  });
}

/** How many pixels of the layer above the points have the colour of finds. */
function found() {
  const canvas = document.querySelectorAll(".frame canvas")[1];
  const [r, g, b] = getComputedStyle(canvas).getPropertyValue("--found").trim().match(/[0-9a-f]{2}/g).map((hex) => parseInt(hex, 16));
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let count = 0;
  for (let at = 0; at < data.length; at += 4) count += data[at] === r && data[at + 1] === g && data[at + 2] === b;
  return count;
}

story("without WebGL the map is drawn by Canvas2D", async (page) => {
  await page.goto(`${service.url}/?canvas2d#view=map`);
  await page.waitForSelector(`.mapview[data-drawn="${TRACKS}"][data-painter=Canvas2D]`);
  assert.ok((await page.evaluate(drawn)) > 500);
});

story("an engineer copies the request, and has two profiles side by side", async (page) => {
  await seed(page, words(some[0]));
  await page.click("footer summary");
  const curl = await page.textContent("#curl");
  const [, url] = curl.match(/'(http[^']+)'/);
  const [, body] = curl.match(/-d '(.+)'$/);
  const answer = await (await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body })).json();
  assert.deepEqual(await rows(page), answer.recommendations.map((one) => one.track_id), "the request is the one behind the list");
  await page.click("footer >> text=Copy");
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), curl);
  await page.selectOption("#beside", "classic");
  await page.waitForSelector(".columns.two .column:nth-child(2) .tracks li");
  const classic = await service.json("/api/v1/recommendations", { seeds: [{ track: some[0].track_id }], profile: "classic", k: 20 });
  const beside = await page.$$eval(".columns.two .column:nth-child(2) .tracks li", (items) => items.map((item) => item.dataset.id));
  assert.deepEqual(beside, classic.recommendations.map((one) => one.track_id));
  assert.match(await page.textContent("footer .index"), /3,000 tracks, build 1/);
});

story("what is shown is in the address; Back and Forward work, and a reload shows the same", async (page) => {
  await seed(page, words(some[0]));
  const first = page.url();
  const list = await rows(page);
  await page.click(".tracks li:first-child button.name");
  await page.waitForFunction((first) => location.href !== first, first);
  await page.waitForFunction((id) => document.querySelector(".tracks li")?.dataset.id !== id, list[0]);
  const second = await rows(page);
  await page.goBack();
  await page.waitForFunction((id) => document.querySelector(".tracks li")?.dataset.id === id, list[0]);
  assert.equal(page.url(), first);
  await page.goForward();
  await page.waitForFunction((id) => document.querySelector(".tracks li")?.dataset.id === id, second[0]);
  await page.reload();
  assert.deepEqual(await rows(page), second);
  // The same address in another window.
  const other = await open(chrome, page.url());
  assert.deepEqual(await rows(other), second);
  await other.context().close();
  // A slider that was moved much is one step back.
  const url = page.url();
  for (const value of ["0.2", "0.5", "0.9"]) await page.locator("input[data-column=energy]").fill(value);
  await page.goBack();
  await page.waitForFunction((url) => location.href === url, url);
});

story("a playlist is named at the keyboard", async (page) => {
  await page.goto(`${service.url}/#view=playlist&mine=${some[0].track_id}`);
  await page.reload();
  await page.waitForSelector(".mine .tracks li .title");
  await page.locator(".playlist input[type=text]").pressSequentially("abc 2 x");
  assert.equal(await page.inputValue(".playlist input[type=text]"), "abc 2 x");
  await page.waitForFunction(() => location.hash.includes("name=abc+2+x"));
});

story("Enter before the finds are there takes the one that is meant, and each slider is a step of its own", async (page) => {
  await page.waitForSelector(".slider");
  await page.route("**/api/v1/search**", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 300));
    await route.continue();
  });
  await page.fill("#search", "the");
  await page.waitForSelector("#found li");
  await page.fill("#search", words(some[4]));
  await page.keyboard.press("Enter");
  await page.waitForFunction((id) => location.hash.includes(`like=${id}`), some[4].track_id);
  await rows(page);
  await page.locator("input[data-column=energy]").fill("0.3");
  await page.locator("input[data-column=valence]").fill("0.4");
  await page.goBack();
  await page.waitForFunction(() => location.hash.includes("target.energy") && !location.hash.includes("target.valence"));
});

story("the page is small, and asks nobody else", async (page) => {
  await page.waitForSelector(".slider");
  await page.waitForTimeout(300);
  const sizes = await page.evaluate(() => performance.getEntriesByType("resource").concat(performance.getEntriesByType("navigation")).map((entry) => entry.transferSize));
  const bytes = sizes.reduce((a, b) => a + b, 0);
  assert.ok(bytes > 10_000 && bytes <= 100_000, `${bytes} bytes before the map`);
});

test("what the page opens with is announced at its top, and nothing else is", async () => {
  const text = async (path) => (await fetch(service.url + path)).text();
  const html = await text("/");
  const announced = [...html.matchAll(/rel="modulepreload" href="([^"]+)"/g)].map(([, path]) => path);
  const needed = new Set(["/page/app.js"]);
  for (const path of needed) {
    for (const [, from] of (await text(path)).matchAll(/^import .* from "([^"]+)";$/gm)) needed.add(new URL(from, service.url + path).pathname);
  }
  needed.delete("/page/app.js");
  assert.deepEqual(announced.sort(), [...needed].sort());
});

story("a slider that moves fast changes the address when it rests, and the list's rows stay in the document", async (page) => {
  await seed(page, words(some[0]));
  const url = page.url();
  await page.evaluate(() => {
    globalThis.changes = 0;
    for (const name of ["pushState", "replaceState"]) {
      const change = history[name].bind(history);
      history[name] = (...given) => {
        globalThis.changes += 1;
        change(...given);
      };
    }
    document.querySelector(".tracks li").dataset.stays = "yes";
    const input = document.querySelector("input[data-column=energy]");
    for (let at = 0; at <= 200; at += 1) {
      input.value = String(at / 200);
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });
  await page.waitForFunction(() => location.hash.includes("target.energy=1"));
  assert.ok((await page.evaluate(() => globalThis.changes)) <= 3);
  await rows(page);
  assert.equal(await page.locator(".tracks li[data-stays]").count(), 1);
  // What is not written yet when another step is taken is part of the step before.
  await page.locator("input[data-column=energy]").fill("0.4");
  await page.click(".tracks li:first-child button[title='Add to the playlist']");
  await page.goBack();
  await page.waitForFunction(() => location.hash.includes("target.energy=0.4") && !location.hash.includes("mine="));
  await page.goBack();
  await page.waitForFunction((url) => location.href === url, url);
});

story("any address shows something", async (page) => {
  for (const address of ["#k=-5&diversity=nan&view=zebra&at=1,2", "#like=%00%FF&path=a", "#target.=3&target.nothing=1e999&like=nobody", `#like=${"x".repeat(5000)}`, "#%%%"]) {
    await page.goto(`${service.url}/${address}`);
    await page.reload();
    await page.waitForSelector("h1");
  }
  await page.waitForSelector("header");
});
