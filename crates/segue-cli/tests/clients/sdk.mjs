// Calls every endpoint that Segue supports with Spotify's TypeScript SDK, unmodified: node sdk.mjs http://127.0.0.1:8080

import assert from "node:assert/strict";
import { SpotifyApi } from "@spotify/web-api-ts-sdk";

const base = process.argv[2].replace(/\/$/, "");
const UNKNOWN = "0".repeat(22);
const RANGES = {
  acousticness: [0, 1], danceability: [0, 1], energy: [0, 1], instrumentalness: [0, 1], liveness: [0, 1],
  speechiness: [0, 1], valence: [0, 1], key: [0, 11], mode: [0, 1], popularity: [0, 100], duration_ms: [0, 1e7],
  time_signature: [0, 7], loudness: [-60, 5], tempo: [0, 250],
};

const redirected = (url, options) =>
  fetch(String(url).replace(/^https:\/\/(api|accounts)\.spotify\.com/, base), options);
const granted = await redirected("https://accounts.spotify.com/api/token", {
  method: "POST",
  headers: { "Content-Type": "application/x-www-form-urlencoded", Authorization: `Basic ${btoa("any:any")}` },
  body: "grant_type=client_credentials",
}).then((response) => response.json());
const client = SpotifyApi.withAccessToken("any", { ...granted, refresh_token: "" }, { fetch: redirected });

let calls = 1;
const called = async (promise) => {
  calls += 1;
  return await promise;
};
const refused = (words, promise) => assert.rejects(called(promise), (error) => error.message.includes(words));
const native = async (path) => (await fetch(`${base}/api/v1${path}`)).json();
const features = async (id) => (await native(`/tracks/${id}`)).audio_features;

const known = (await native("/search?q=e&match=contains&k=5")).tracks;
const ids = known.map((track) => track.track_id);
const first = ids[0];

// Tracks
const track = await called(client.tracks.get(first));
assert.deepEqual([track.id, track.name, track.popularity], [first, known[0].track_name, known[0].popularity]);
assert.deepEqual(track.artists.map((artist) => artist.name), known[0].artists);
assert.match(track.artists[0].id, /^[0-9A-Za-z]{22}$/);
assert.deepEqual((await called(client.tracks.get([...ids, UNKNOWN]))).map((track) => track?.id ?? null), [...ids, null]);
await refused("no track", client.tracks.get(UNKNOWN));

// Audio features
const one = await called(client.tracks.audioFeatures(first));
const several = await called(client.tracks.audioFeatures([ids[1], UNKNOWN, first]));
assert.deepEqual(several.map((features) => features?.id ?? null), [ids[1], null, first]);
assert.deepEqual(several[2], one);
const { popularity, ...wanted } = await features(first);
for (const [name, value] of Object.entries(wanted)) assert.equal(one[name], value, name);

// Recommendations
const { genres } = await called(client.recommendations.genreSeeds());
assert.ok(genres.length > 1);
const artist = track.artists[0].id;
const found = await called(
  client.recommendations.get({ seed_tracks: ids.slice(0, 2), seed_artists: [artist], seed_genres: genres.slice(0, 2), limit: 30 }),
);
assert.deepEqual(found.seeds.map((seed) => seed.type), ["TRACK", "TRACK", "ARTIST", "GENRE", "GENRE"]);
const listed = found.tracks.map((track) => track.id);
assert.equal(new Set(listed).size, 30);
for (const [name, [, most]] of Object.entries(RANGES)) {
  const values = (await Promise.all(listed.map(features))).map((of) => of[name]).sort((a, b) => a - b);
  const middle = values[values.length >> 1];
  const floor = await called(
    client.recommendations.get({ seed_tracks: [first], limit: 5, [`min_${name}`]: middle, [`target_${name}`]: Math.max(middle, Math.min(most, middle)) }),
  );
  const ceiling = await called(client.recommendations.get({ seed_tracks: [first], limit: 5, [`max_${name}`]: middle }));
  assert.ok(floor.tracks.length && ceiling.tracks.length, name);
  for (const { id } of floor.tracks) assert.ok((await features(id))[name] >= middle, name);
  for (const { id } of ceiling.tracks) assert.ok((await features(id))[name] <= middle, name);
}
await refused("0 seeds", client.recommendations.get({ limit: 5 }));
await refused("6 seeds", client.recommendations.get({ seed_tracks: Array(6).fill(first) }));
await refused("target_energy: ", client.recommendations.get({ seed_tracks: [first], target_energy: 1.5 }));

// Search
const page = (await called(client.search("e", ["track"], undefined, 7))).tracks;
assert.ok(page.total > 7 && page.items.length === 7 && page.next.startsWith(`${base}/v1/search`));
const following = (await called(client.search("e", ["track"], undefined, 7, 7))).tracks;
assert.ok(following.items.every((track) => page.items.every((other) => other.id !== track.id)));
const others = await called(client.search("e", ["track", "artist", "album"], undefined, 1));
assert.deepEqual([others.artists.total, others.albums.total, others.tracks.items.length], [0, 0, 1]);

console.log(`TypeScript SDK: ${calls} calls`);
