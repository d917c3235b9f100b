// When something is wrong: the page says it in words, and offers to try again.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Place, Service, browser, open, rows, seed } from "./support.mjs";

let place, chrome;
const services = [];

before(async () => {
  place = new Place();
  place.demo("one.segue", 1000, 1);
  place.demo("two.segue", 1500, 2);
  chrome = await browser();
});

after(async () => {
  await chrome?.close();
  for (const service of services) await service.stop();
  place?.remove();
});

async function serve(...args) {
  const service = await Service.start(place, ...args);
  services.push(service);
  return service;
}

const some = async (service) => (await service.json("/api/v1/search?q=the&k=5")).tracks;

test("a service that restarts with another index is noticed, and everything is asked anew", async () => {
  const first = await serve("one.segue");
  const page = await open(chrome, `${first.url}/`);
  const [track] = await some(first);
  await seed(page, track.track_name);
  await page.click("a[data-view=map]");
  await page.waitForSelector(".mapview[data-drawn='1000']");
  const { port } = first;
  await first.stop();
  await page.fill("#search", "a");
  await page.waitForFunction(() => document.querySelector(".search .note")?.textContent?.includes("cannot be reached"));
  const second = await serve("two.segue", { port });
  const [other] = await some(second);
  await page.fill("#search", other.track_name);
  await page.waitForFunction(() => document.querySelector(".notice")?.textContent?.includes("replaced"));
  assert.match(await page.textContent(".notice"), /1,500 tracks/);
  await page.waitForSelector(".mapview[data-drawn='1500']");
  assert.match(await page.textContent("footer .index"), /1,500 tracks/);
  // The seed is not in the new catalogue: said in words, and another one can be taken.
  await page.click("a[data-view=list]");
  await page.waitForSelector(".list .problem");
  assert.match(await page.textContent(".list .problem"), /no such track/);
  await seed(page, other.track_name);
  assert.deepEqual(page.wrongs, []);
  await page.context().close();
});

test("a service with keys asks for one, keeps it for the session, and says when it is wrong", async () => {
  const key = place.key("keys.txt");
  const service = await serve("one.segue", { args: ["--keys", "keys.txt"] });
  const page = await open(chrome, `${service.url}/`);
  await page.waitForSelector("dialog[open] #key");
  await page.fill("#key", "wrong");
  await page.keyboard.press("Enter");
  await page.waitForSelector("dialog[open] .problem:not([hidden])");
  await page.fill("#key", key);
  await page.keyboard.press("Enter");
  await page.waitForSelector("dialog[open]", { state: "detached" });
  await page.waitForSelector(".slider");
  await seed(page, "the");
  await page.click("footer summary");
  assert.ok(!(await page.textContent("#curl")).includes(key), "what is copied has no key");
  assert.equal(await page.evaluate(() => Object.keys(localStorage).length), 0, "nothing is kept longer than the session");
  await page.reload();
  await rows(page);
  assert.deepEqual(page.wrongs, []);
  await page.context().close();
});

test("an answer that is refused or slow is said in words, and can be tried again", async () => {
  const service = await serve("one.segue");
  const page = await open(chrome, `${service.url}/`);
  const [track, other] = await some(service);
  let mode = "busy";
  await page.route("**/api/v1/recommendations", async (route) => {
    if (mode === "busy") {
      return route.fulfill({ status: 503, headers: { "retry-after": "1" }, contentType: "application/problem+json", body: JSON.stringify({ code: "overloaded", detail: "", status: 503 }) });
    }
    if (mode === "broken") return route.fulfill({ status: 502, contentType: "text/html", body: "<h1>Bad gateway</h1>" });
    if (mode === "offline") return route.abort();
    return route.continue();
  });
  await page.goto(`${service.url}/#like=${track.track_id}`);
  await page.reload();
  await page.waitForSelector(".list .problem");
  assert.match(await page.textContent(".list .problem"), /busy/);
  for (const [next, said] of [["broken", /502|Bad/], ["offline", /cannot be reached/]]) {
    mode = next;
    await page.click(".list .problem button");
    await page.waitForFunction((source) => new RegExp(source).test(document.querySelector(".list .problem")?.textContent ?? ""), said.source);
  }
  mode = "fine";
  await page.click(".list .problem button");
  assert.ok((await rows(page)).length > 0);
  // Slow: the page says that it waits, and only the newest answer is shown.
  await page.unroute("**/api/v1/recommendations");
  await page.route("**/api/v1/recommendations", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 400));
    await route.continue();
  });
  await page.click(".tracks li:first-child button.name");
  await page.waitForSelector(".list[aria-busy=true]");
  await page.evaluate((id) => (location.hash = `like=${id}`), other.track_id);
  const newest = await service.json("/api/v1/recommendations", { seeds: [{ track: other.track_id }], k: 20 });
  await page.waitForFunction((id) => document.querySelector(".list[aria-busy=false] .tracks li")?.dataset.id === id, newest.recommendations[0].track_id);
  assert.deepEqual(page.wrongs, []);
  await page.context().close();
});

test("an index without a map says how to make one", async () => {
  place.segue("build", "one.segue.csv", "-o", "plain.segue", "--quiet");
  const service = await serve("plain.segue");
  const page = await open(chrome, `${service.url}/#view=map`);
  await page.waitForSelector(".state pre");
  assert.match(await page.textContent(".state pre"), /segue map/);
  // Made meanwhile, it is there at the next try.
  place.segue("map", "-i", "plain.segue", "--quiet");
  for (let left = 20; left > 0 && !(await page.$(".mapview[data-drawn]")); left -= 1) {
    if (await page.locator(".state button").isVisible()) await page.click(".state button");
    await page.waitForTimeout(500);
  }
  await page.waitForSelector(".mapview[data-drawn='1000']");
  // All else works.
  await page.click("a[data-view=list]");
  await seed(page, "the");
  assert.deepEqual(page.wrongs, []);
  await page.context().close();
});

test("without the page, nothing is at its address", async () => {
  const service = await serve("one.segue", { args: ["--no-page"] });
  assert.equal((await fetch(`${service.url}/`)).status, 404);
  assert.equal((await fetch(`${service.url}/page/app.js`)).status, 404);
});
