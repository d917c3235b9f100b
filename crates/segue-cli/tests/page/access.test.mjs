// The page for everybody: by keyboard only, by screen reader, on small and large screens, light and dark.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";

import { Place, Service, browser, open, rows, seed } from "./support.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
let place, service, chrome, track;

before(async () => {
  place = new Place();
  place.demo("demo.segue", 2000);
  service = await Service.start(place, "demo.segue");
  chrome = await browser();
  track = (await service.json("/api/v1/search?q=the&k=1")).tracks[0];
});

after(async () => {
  await chrome?.close();
  await service?.stop();
  place?.remove();
});

for (const colorScheme of ["light", "dark"]) {
  for (const viewport of [{ width: 360, height: 640 }, { width: 1280, height: 800 }]) {
    test(`axe-core finds nothing, ${colorScheme}, ${viewport.width} x ${viewport.height}`, async () => {
      // The policy of the page would refuse the checker, which is no part of it.
      const page = await open(chrome, `${service.url}/`, { colorScheme, viewport, bypassCSP: true });
      const { recommendations } = await service.json("/api/v1/recommendations", { seeds: [{ track: track.track_id }], k: 3 });
      const [a, b] = recommendations.map((one) => one.track_id);
      const views = [
        ["#", "h1"],
        [`#like=${track.track_id}&unlike=${a}&why=${b}&beside=classic&target.energy=0.5`, ".tracks li"],
        [`#path=${track.track_id}&path=${a}&k=5`, ".tracks li"],
        ["#view=playlist", "#file"],
        [`#view=playlist&mine=${a}&mine=${b}&mine=nobody`, ".mine .tracks li"],
        [`#view=map&like=${track.track_id}`, ".mapview[data-drawn]"],
        ["#like=nobody", ".problem"],
      ];
      for (const [address, ready] of views) {
        await page.goto(`${service.url}/${address}`);
        await page.reload();
        await page.waitForSelector(ready, { state: "attached" });
        await page.waitForTimeout(150);
        for (const details of await page.$$("details:not([open]) > summary")) if (await details.isVisible()) await details.click();
        await page.evaluate(AXE);
        const { violations } = await page.evaluate(() => /** @type {any} */ (globalThis).axe.run());
        const said = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).slice(0, 3).join(" ")}`);
        assert.deepEqual(said, [], address);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth + 1), `${address} is wider than the window`);
      }
      // The search with finds, the help.
      await page.goto(`${service.url}/`);
      await page.fill("#search", "the");
      await page.waitForSelector("#found li");
      await page.evaluate(AXE);
      assert.deepEqual((await page.evaluate(() => /** @type {any} */ (globalThis).axe.run())).violations.map(({ id }) => id), []);
      await page.keyboard.press("Escape");
      await page.click("header button[aria-label^=Help]");
      assert.deepEqual((await page.evaluate(() => /** @type {any} */ (globalThis).axe.run())).violations.map(({ id }) => id), []);
      await page.context().close();
    });
  }
}

test("everything goes by keyboard", async () => {
  const page = await open(chrome, `${service.url}/`);
  await page.waitForSelector(".slider");
  // The first stop leads past the header.
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement?.className), "skip");
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement?.id), "search");
  await page.keyboard.type(track.track_name);
  // The finds of the whole title, not those of its beginning.
  await page.waitForFunction((title) => document.querySelector("#found li .title")?.textContent === title, track.track_name);
  await page.keyboard.press("ArrowDown");
  assert.equal(await page.getAttribute("#search", "aria-activedescendant"), "found-0");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  const list = await rows(page);
  // Tab reaches the buttons of the first track, and the focus stays where it was when the list changes.
  const until = async (name) => {
    for (let left = 120; left > 0; left -= 1) {
      await page.keyboard.press("Tab");
      if (await page.evaluate((name) => document.activeElement?.getAttribute("aria-label")?.startsWith(name), name)) return;
    }
    assert.fail(`Tab never reached ${name}`);
  };
  await until("Why:");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".why");
  assert.ok(await page.evaluate(() => document.activeElement?.getAttribute("aria-label")?.startsWith("Why:")), "the focus stays");
  await until("Less like this:");
  await page.keyboard.press("Enter");
  await page.waitForFunction((first) => document.querySelector(".list[aria-busy=false] .tracks li")?.dataset.id !== first, list[0]);
  assert.notEqual(await page.evaluate(() => document.activeElement?.tagName), "BODY", "the focus is not lost with its button");
  await until("Add to the playlist:");
  await page.keyboard.press("Space");
  assert.match(await page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? ""), /^Remove from the playlist:/, "the button that undoes it has the focus");
  // A slider.
  await page.focus("input[data-column=energy]");
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction(() => location.hash.includes("target.energy"));
  // Views by their numbers; the map by its keys.
  await page.keyboard.press("3");
  await page.waitForSelector(".mine .tracks li");
  await page.keyboard.press("2");
  await page.waitForSelector(".mapview[data-drawn]");
  await page.focus("canvas[tabindex]");
  await page.keyboard.press("+");
  await page.keyboard.press("ArrowLeft");
  await page.waitForFunction(() => location.hash.includes("at="));
  await page.waitForFunction(() => document.querySelector(".said")?.textContent?.includes(" by "));
  const before = page.url();
  await page.keyboard.press("Enter");
  await page.waitForFunction((before) => location.href !== before, before);
  // Help opens by its key, and closes; shortcuts can be switched off.
  await page.keyboard.press("?");
  await page.waitForSelector("dialog[open]");
  await page.click("dialog input[type=checkbox]");
  await page.keyboard.press("Escape");
  await page.waitForSelector("dialog[open]", { state: "detached" });
  await page.keyboard.press("1");
  assert.equal(await page.getAttribute("body", "data-view"), "map");
  assert.deepEqual(page.wrongs, []);
  await page.context().close();
});

test("from 360 pixels to 4K, and without motion", async () => {
  for (const viewport of [{ width: 360, height: 640 }, { width: 768, height: 1024 }, { width: 3840, height: 2160 }]) {
    const page = await open(chrome, `${service.url}/`, { viewport, reducedMotion: "reduce", hasTouch: viewport.width < 1000 });
    await seed(page, track.track_name);
    const top = (await page.locator(".tracks li").first().boundingBox()).y;
    assert.ok(top < viewport.height, `the list begins below the screen, at ${top}`);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth + 1));
    await page.click("a[data-view=map]");
    await page.waitForSelector(".mapview[data-drawn]");
    await page.click(".zoom button:first-child");
    // Without motion it is there at the next frame, not after a glide.
    await page.waitForFunction(() => location.hash.includes("1.00"));
    if (viewport.width < 1000) {
      // Some tap of a grid meets a track, which becomes the seed.
      const box = await page.locator("canvas[tabindex]").boundingBox();
      const before = await page.textContent(".chip bdi");
      const isTaken = () => page.evaluate((before) => document.querySelector(".chip bdi")?.textContent !== before, before);
      for (let at = 0; at < 64 && !(await isTaken()); at += 1) {
        await page.touchscreen.tap(box.x + box.width * (0.2 + 0.08 * (at % 8)), box.y + box.height * (0.2 + 0.08 * Math.floor(at / 8)));
        await page.waitForTimeout(50);
      }
      assert.ok(await isTaken(), "no tap took a track");
    }
    assert.deepEqual(page.wrongs, []);
    await page.context().close();
  }
});
