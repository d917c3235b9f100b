// A catalogue that means harm, or is only odd: nothing of it may become markup, a link, a script, or break the page.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Place, Service, browser, open, rows } from "./support.mjs";

const TITLES = [
  "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\"><svg onload=alert(1)>", "javascript:alert(1)", "</title><b>bold</b>",
  "{{7*7}} ${7*7}", "\u202Ereversed\u202C", "זהו שיר ישן", "zero\u200Bwidth\u200D\u2060", "👩🏽‍🎤🎶🏳️‍🌈", "a".repeat(300), "  ", "ﷺ", "Z̷̢̛͎a̸l̷g̶o̴", "'; DROP TABLE tracks; --", "\\", "%3Cscript%3E", "&lt;b&gt;",
];
const IDS = (at) => ["javascript:alert(1)", "\"onmouseover=alert(1)", "a b&c=d#e/f?g", "id,with,commas", "<b>"][at] ?? `id${at}`;
const cell = (value) => `"${String(value).replaceAll('"', '""')}"`;

let place, service, chrome;

before(async () => {
  place = new Place();
  const header = "track_id,artists,album_name,track_name,popularity,duration_ms,explicit,danceability,energy,key,loudness,mode,speechiness,acousticness,instrumentalness,liveness,valence,tempo,time_signature,track_genre";
  const lines = Array.from({ length: 60 }, (_, at) => {
    const title = TITLES[at % TITLES.length] + (at < TITLES.length ? "" : ` ${at}`);
    const share = (n) => ((at * n) % 97) / 97;
    return [IDS(at), TITLES[(at + 3) % TITLES.length], "<u>album</u>", title, at % 100, 100000 + at, "False", share(3), share(5), at % 12, -share(7) * 20, at % 2, share(11), share(13), share(17), share(19), share(23), 60 + at, 4, ["<i>genre</i>", "rock", "רוק"][at % 3]].map(cell).join(",");
  });
  place.write("hostile.csv", [header, ...lines].join("\n"));
  place.segue("build", "hostile.csv", "--profile", "segue", "--profile", "classic", "--with-map", "-o", "hostile.segue", "--quiet");
  service = await Service.start(place, "hostile.segue");
  chrome = await browser();
});

after(async () => {
  await chrome?.close();
  await service?.stop();
  place?.remove();
});

/** Elements that the page never makes, and attributes that would run something. */
const foreign = () => [...document.querySelectorAll("script:not([src^='/page/']), b, i, u, img:not([src^='/page/']), [onerror], [onload], [onmouseover], a[href^='javascript']")].map((element) => element.outerHTML.slice(0, 80));

test("every title is text, in every view", async () => {
  const page = await open(chrome, `${service.url}/`);
  for (const address of [
    `#like=${encodeURIComponent(IDS(0))}&why=${encodeURIComponent(IDS(1))}&k=50`,
    `#like=${encodeURIComponent(IDS(2))}&unlike=${encodeURIComponent(IDS(1))}&beside=classic&k=50`,
    `#view=playlist&${[0, 1, 2, 3, 4].map((at) => `mine=${encodeURIComponent(IDS(at))}`).join("&")}&name=${encodeURIComponent("<script>alert(1)</script>")}`,
    `#view=map&like=${encodeURIComponent(IDS(3))}`,
    `#path=${encodeURIComponent(IDS(2))}&path=${encodeURIComponent(IDS(5))}&k=5`,
  ]) {
    await page.goto(`${service.url}/${address}`);
    await page.reload();
    if (address.startsWith("#like") || address.startsWith("#path")) {
      assert.ok((await rows(page)).length > 1, address);
      // A path has no reasons.
      if (address.startsWith("#like")) {
        if (!address.includes("why=")) await page.click(".tracks li button[title=Why]");
        await page.waitForSelector(".why svg.contributions");
      }
    }
    if (address.includes("map")) await page.waitForSelector(".mapview[data-drawn='60']");
    if (address.includes("playlist")) await page.waitForFunction(() => document.querySelectorAll(".mine .tracks li .title").length === 5);
    assert.deepEqual(await page.evaluate(foreign), [], address);
    // No line is wider than the page, whatever its title.
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth + 1), `${address} is wider than the window`);
  }
  await page.setViewportSize({ width: 360, height: 640 });
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth + 1));
  for (const text of ["script", "onerror", "עברית", "javascript", "\u200B", "👩🏽‍🎤", "'", "\\", "a".repeat(300)]) {
    await page.fill("#search", text);
    await page.waitForTimeout(150);
    assert.deepEqual(await page.evaluate(foreign), [], text);
  }
  assert.deepEqual(page.wrongs, []);
  await page.context().close();
});

test("a file of a playlist that means harm is text too, and its name", async () => {
  const page = await open(chrome, `${service.url}/#view=playlist`);
  await page.setInputFiles("#file", { name: "<img src=x onerror=alert(1)>.m3u8", mimeType: "text/plain", buffer: Buffer.from(`#EXTM3U\n#PLAYLIST:<b>x</b>\n${TITLES.map((title) => `#EXTINF:1,${title} - ${title}\nx.mp3`).join("\n")}\n`) });
  await page.waitForSelector(".read h2, .report .problem");
  assert.deepEqual(await page.evaluate(foreign), []);
  await page.setInputFiles("#file", { name: "noise.bin", mimeType: "application/octet-stream", buffer: Buffer.from(Array.from({ length: 5000 }, (_, at) => (at * 7919) % 256)) });
  await page.waitForSelector(".report .problem, .read h2");
  assert.deepEqual(page.wrongs, []);
  await page.context().close();
});

test("the policy allows nothing but the page's own files", async () => {
  const response = await fetch(`${service.url}/`);
  const policy = response.headers.get("content-security-policy");
  assert.match(policy, /default-src 'self'/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.doesNotMatch(policy, /unsafe|\*|https?:/);
  assert.equal(response.headers.get("x-content-type-options"), "nosniff");
  assert.equal(response.headers.get("referrer-policy"), "no-referrer");
});
