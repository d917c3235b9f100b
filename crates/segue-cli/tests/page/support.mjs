// A service for the page, and a browser to look at it.

import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { chromium } from "playwright-core";

const SEGUE = process.env.SEGUE ?? "target/release/segue";

/** A temporary folder, and the command in it. */
export class Place {
  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), "segue-page-"));
  }

  path(name) {
    return join(this.folder, name);
  }

  write(name, content) {
    writeFileSync(this.path(name), content);
    return this.path(name);
  }

  /** Runs `segue`, and returns what it writes to standard output, as bytes. */
  segue(...args) {
    return execFileSync(SEGUE, args, { cwd: this.folder, stdio: ["ignore", "pipe", "pipe"], maxBuffer: 1 << 28 });
  }

  /** A generated catalogue with both profiles and a map, as `name`. */
  demo(name, tracks, seed = 1) {
    this.segue("demo", "--tracks", String(tracks), "--seed", String(seed), "--out", `${name}.csv`, "--quiet");
    this.segue("build", `${name}.csv`, "--profile", "segue", "--profile", "classic", "--with-map", "-o", name, "--quiet");
  }

  /** Makes a key, and the file of keys that has it as `name`. */
  key(name) {
    const made = spawnSync(SEGUE, ["serve", "--new-key", "tester"], { cwd: this.folder, encoding: "utf8" });
    this.write(name, made.stdout);
    return made.stderr.match(/[0-9a-f]{64}/)[0];
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A running `segue serve`. */
export class Service {
  /** Starts it and waits until it is ready; port 0 is a free one. */
  static async start(place, index, { port = 0, args = [] } = {}) {
    const process = spawn(SEGUE, ["serve", "-i", index, "--listen", `127.0.0.1:${port}`, "--log-requests", "false", ...args], {
      cwd: place.folder, stdio: ["ignore", "ignore", "pipe"],
    });
    const service = new Service(process);
    service.log = "";
    await new Promise((resolve, reject) => {
      createInterface({ input: process.stderr }).on("line", (line) => {
        service.log += `${line}\n`;
        const listening = line.includes("listening") && line.match(/127\.0\.0\.1:(\d+)/);
        if (listening) {
          service.port = Number(listening[1]);
          resolve();
        }
      });
      process.on("exit", () => reject(new Error(`the service ended: ${service.log}`)));
    });
    service.url = `http://127.0.0.1:${service.port}`;
    for (let left = 300; left > 0; left -= 1) {
      const ready = await fetch(`${service.url}/health/ready`).catch(() => null);
      if (ready?.ok) return service;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`the service is not ready: ${service.log}`);
  }

  constructor(process) {
    this.process = process;
  }

  async json(path, body) {
    const response = await fetch(this.url + path, body && { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
    return response.json();
  }

  async stop() {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = new Promise((resolve) => this.process.on("exit", resolve));
    this.process.kill("SIGKILL");
    await ended;
  }
}

/** A browser without a screen; WebGL is computed by the processor. */
export function browser() {
  return chromium.launch({
    executablePath: process.env.SEGUE_CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-dev-shm-usage"],
  });
}

/**
 * A page at `url`, with everything that must never happen collected in `page.wrongs`: errors of scripts, violations of the
 * content security policy, requests to other hosts.
 */
export async function open(browser, url, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const page = await context.newPage();
  page.wrongs = [];
  page.on("pageerror", (error) => page.wrongs.push(`error: ${error.message}`));
  page.on("console", (message) => {
    // A refused request is reported as an error too; the page says it in words.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) page.wrongs.push(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    const { protocol, host } = new URL(request.url());
    if (protocol.startsWith("http") && host !== new URL(url).host) page.wrongs.push(`request: ${request.url()}`);
  });
  page.on("dialog", (dialog) => {
    page.wrongs.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.setDefaultTimeout(20_000);
  await page.goto(url);
  // The last part that is there.
  await page.waitForSelector("footer", { state: "attached" });
  return page;
}

/** Types into the search, and takes the first find. */
export async function seed(page, text) {
  await page.fill("#search", text);
  await page.waitForFunction(() => document.querySelector("#found li") !== null);
  await page.keyboard.press("Enter");
  await rows(page);
}

/** The ids in the list, once it is answered. */
export async function rows(page) {
  await page.waitForSelector(".list[aria-busy=false] .tracks li");
  return page.$$eval(".list .column:first-child .tracks li", (items) => items.map((item) => item.dataset.id));
}
