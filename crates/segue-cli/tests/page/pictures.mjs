// Takes the pictures of docs/page.md and README.md:
//
//     node pictures.mjs INDEX FOLDER
//
// INDEX has both profiles and a map. SEGUE and SEGUE_CHROMIUM name the programs, as for the tests.

import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";

import { Service, browser, open } from "./support.mjs";

const [index, folder] = process.argv.slice(2).map((path) => resolve(path));
mkdirSync(folder, { recursive: true });
const service = await Service.start({ folder: "." }, index);
const chrome = await browser();

const id = async (words) => (await service.json(`/api/v1/search?q=${encodeURIComponent(words)}&k=1`)).tracks[0].track_id;
const [blinding, jude, sandman] = [await id("blinding lights weeknd"), await id("hey jude beatles"), await id("enter sandman metallica")];

/** A picture of an address, once it is drawn. */
async function picture(name, address, ready, options = {}, then = async () => {}) {
  const page = await open(chrome, `${service.url}/${address}`, options);
  await page.waitForSelector(ready, { state: "attached" });
  await then(page);
  await page.waitForTimeout(700);
  await page.screenshot({ path: join(folder, `${name}.png`) });
  if (page.wrongs.length) throw new Error(page.wrongs.join());
  await page.context().close();
}

const map = ".mapview[data-drawn]";
const wide = { viewport: { width: 1280, height: 760 } };
await picture("typing", "", ".tries li", { viewport: { width: 1280, height: 520 } }, async (page) => {
  await page.fill("#search", "weeknd");
  await page.waitForSelector("#found li");
});
await picture("why", `#like=${blinding}`, ".tracks li", { viewport: { width: 1280, height: 900 } }, async (page) => {
  await page.click(".tracks li:nth-child(3) button[title=Why]");
  await page.waitForSelector(".why svg.features");
});
await picture("steer", `#like=${blinding}&target.energy=0.95&target.popularity=20`, ".tracks li", { viewport: { width: 1280, height: 620 } });
await picture("map", `#view=map&like=${blinding}`, map, wide);
await picture("map-dark", "#view=map", map, { ...wide, colorScheme: "dark" });
await picture("path", `#view=map&path=${jude}&path=${sandman}&k=12`, map, wide);
await picture("profiles", `#like=${blinding}&beside=classic`, ".columns.two .column:nth-child(2) .tracks li", { viewport: { width: 1280, height: 620 } });
await picture("playlist", "#view=playlist", "#file", { viewport: { width: 1280, height: 760 } }, async (page) => {
  const lines = ["Blinding Lights - The Weeknd", "Hey Jude - The Beatles", "Enter Sandman - Metallica", "A Song that Nobody Has - Nobody at All"];
  await page.setInputFiles("#file", { name: "evening.txt", mimeType: "text/plain", buffer: Buffer.from(lines.join("\n")) });
  await page.waitForSelector(".read h2");
  await page.click("text=Put the found ones into the playlist");
});
await picture("phone", `#like=${blinding}`, ".tracks li", { viewport: { width: 360, height: 640 }, colorScheme: "dark", deviceScaleFactor: 2 });

await chrome.close();
await service.stop();
