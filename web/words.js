// Every word that the page says. To translate the page, translate this file. (What the service says in a list's reasons
// and notes comes from the service.)
// @ts-check

// Not by `Intl`: a browser loads its tables of all languages for that, which is a fifth of the time to the first list.
/** With commas between thousands. @param {number} value */
export const number = (value) => String(value).replace(/^-?\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ","));
/** The same with three decimals at most. @param {number} value */
export const decimal = (value) => number(Math.round(value * 1000) / 1000);
/** @param {number} count @param {string} one @param {string} many */
const counted = (count, one, many) => `${number(count)} ${count === 1 ? one : many}`;

export const words = {
  title: "Segue",
  skip: "Skip to the content",
  explicit: "explicit",
  views: { list: "List", map: "Map", playlist: "Playlist" },
  viewsLabel: "Views",
  help: "Help and shortcuts",
  untitled: "(no title)",
  noArtist: "(no artist)",
  /** @param {string} title @param {string} artists */
  by: (title, artists) => `${title} by ${artists}`,
  and: ", ",

  search: {
    label: "Search for a track",
    placeholder: "A title, an artist, words of both",
    /** @param {number} total */
    found: (total) => (total === 0 ? "Nothing found" : counted(total, "track found", "tracks found")),
    none: "Nothing has all these words. Try fewer, or other ones.",
  },

  welcome: {
    heading: "Find a song, and what is like it",
    text: "Type a title or an artist above. Segue lists the tracks most like it, and says why. No listening history is needed.",
    unlikeOnly: "Choose a song that the list is to be like: there is only what it is to be unlike.",
    tries: "Or start from a well-known one",
    map: "walk the map",
    playlist: "drop a playlist",
    features: "say how it should sound",
  },

  seeds: {
    heading: "Like",
    label: "Seeds",
    unlike: "Unlike",
    /** @param {string} name */
    remove: (name) => `Remove ${name}`,
    clear: "Remove all",
    gone: "not in this catalogue",
  },

  steer: {
    heading: "Steer",
    asSeed: "as it is",
    mean: "any",
    /** @param {string} name */
    reset: (name) => `Do not steer ${name}`,
    resetAll: "Do not steer",
    columns: /** @type {Record<string, [string, string, string]>} */ ({
      energy: ["Energy", "calm", "loud and fast"],
      popularity: ["Popularity", "unknown", "famous"],
      valence: ["Mood", "sad", "happy"],
      danceability: ["Danceability", "free", "steady"],
      acousticness: ["Acoustic", "electric", "acoustic"],
      instrumentalness: ["Instrumental", "sung", "instrumental"],
      tempo: ["Tempo", "slow", "fast"],
      liveness: ["Live", "studio", "audience"],
      speechiness: ["Speech", "music", "talk"],
      loudness: ["Loudness", "quiet", "loud"],
      duration_ms: ["Length", "short", "long"],
    }),
    more: "More to steer by",
    mix: "Mix",
    perArtist: "Per artist at most",
    noLimit: "no limit",
    diversity: "Diversity",
    spaced: "Never the same artist twice in a row",
    length: "How many tracks",
  },

  list: {
    /** @param {string} name */
    like: (name) => `Like ${name}`,
    /** @param {number} count */
    likeMany: (count) => `Like ${counted(count, "track", "tracks")}`,
    targets: "Near what you steer by",
    /** @param {string} from @param {string} to */
    path: (from, to) => `From ${from} to ${to}`,
    similarity: "Similarity",
    seed: "Take as the seed",
    more: "More like this",
    less: "Less like this",
    add: "Add to the playlist",
    remove: "Remove from the playlist",
    why: "Why",
    copy: "Copy its link",
    copied: "Copied",
    pathTo: "A path to here",
    /** @param {string} name @param {string} action */
    act: (action, name) => `${action}: ${name}`,
    /** @param {number} count */
    updated: (count) => counted(count, "track listed", "tracks listed"),
    none: "No track is left. Steer less, or take another seed.",
    closePath: "Close the path",
    addAll: "Add all to the playlist",
    waiting: "Asking ...",
  },

  why: {
    /** @param {string} seed @param {string} track */
    figure: (seed, track) => `Audio features of ${seed} beside those of ${track}`,
    seed: "the seed",
    track: "this track",
    near: "What brought it near",
    off: "What keeps it away",
    aspects: "What each aspect adds to the similarity",
    unknown: "unknown",
    all: "As a table",
    feature: "Feature",
    names: /** @type {Record<string, string>} */ ({
      "popularity:cube": "Popularity", genres: "Genres", artist_fame: "Artists' fame", artist_words: "Artists' names",
      artist_explicit: "Artists' language", log_loudness: "Loudness", log_tempo: "Tempo", log_liveness: "Live",
      log_duration_ms: "Length", log_speechiness: "Speech", log_instrumentalness: "Instrumental", log_acousticness: "Acoustic",
      mode: "Major or minor", key: "Key", time_signature: "Time signature", explicit: "Language",
    }),
  },

  playlist: {
    heading: "Your playlist",
    name: "Name",
    empty: "Add tracks from any list, or drop a playlist file here: M3U, XSPF, JSPF, CSV, or a list of links or titles.",
    choose: "Choose a file",
    save: "Save as",
    formats: /** @type {Record<string, string>} */ ({
      m3u8: "M3U8 (most players)", xspf: "XSPF", jspf: "JSPF", csv: "CSV", uris: "Links, one a line",
    }),
    saveButton: "Save the file",
    copyLinks: "Copy links",
    fit: "List what fits it",
    path: "A smooth path from the first to the last",
    clear: "Empty the playlist",
    up: "Earlier",
    down: "Later",
    /** @param {number} count */
    count: (count) => counted(count, "track", "tracks"),
    /** @param {string} file @param {number} found @param {number} all */
    read: (file, found, all) => `${file}: ${number(found)} of ${counted(all, "track", "tracks")} found`,
    missing: "Not found",
    found: "Found",
    place: "Where",
    mention: "As the file has it",
    problem: "Why not",
    take: "Put the found ones into the playlist",
    fitFile: "List what fits it",
    /** @param {string} name */
    first: (name) => `One file is read at a time; this is ${name}.`,
    pathFile: "A path from its first to its last",
    reading: "Reading the file ...",
  },

  map: {
    label: "Map of the catalogue: near tracks are alike. Arrow keys move, plus and minus zoom, Enter takes the track in the middle.",
    heading: "Map of the catalogue",
    none: "This index has no map.",
    make: "Whoever runs the service makes one with this command; the page then shows it at once:",
    loading: "Drawing the map ...",
    in: "Nearer",
    out: "Farther",
    all: "All",
    /** @param {number} tracks @param {number} drawn */
    facts: (tracks, drawn) => `${number(tracks)} tracks, ${number(drawn)} drawn`,
    middle: "In the middle",
  },

  engineer: {
    heading: "The request behind this",
    url: "Copy the address",
    copy: "Copy the line",
    curl: "As curl",
    docs: "All of the API",
    /** @param {{tracks: number, generation: number | null, version: string}} facts */
    index: (facts) => `${counted(facts.tracks, "track", "tracks")}, ${facts.generation === null ? "in memory" : `build ${facts.generation}`}, Segue ${facts.version}`,
    profile: "Profile",
    beside: "Compare with",
    nothing: "none",
    /** @param {number} ms */
    took: (ms) => `answered in ${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`,
  },

  key: {
    heading: "This service asks for a key",
    text: "It is kept until you close this tab, and sent to this service only.",
    label: "Key",
    use: "Use it",
    refused: "This key was not accepted.",
    odd: "A key has letters, digits and signs of ASCII only, and no blanks.",
  },

  helpText: {
    heading: "How to use this page",
    shortcuts: /** @type {[string, string][]} */ ([
      ["/", "go to the search"],
      ["1, 2, 3", "show what is alike, the map, the playlist"],
      ["?", "show this"],
      ["Esc", "close what is open"],
      ["Arrows, +, -, 0", "on the map: move, zoom, show all"],
      ["Enter", "on the map: take the track in the middle"],
    ]),
    on: "Shortcuts of a single key are on",
    bookmark: "The address has all that is shown: bookmark it, or send it to somebody.",
    close: "Close",
  },

  /** @param {import("./api.js").Problem} problem */
  problem: ({ status, code, detail, retryAfter }) => {
    if (code === "unreachable" && status === 0) return "The service cannot be reached. Is it running, and are you online?";
    if (code === "slow") return "The service takes too long to answer.";
    if (status === 401) return "The service asks for a key.";
    if (status === 429) return "Too many requests for this key; wait a little.";
    if (code === "not_ready") return "The service has no index open yet; it will soon.";
    if (status === 503) return retryAfter ? `The service is busy; it asks to wait ${retryAfter} s.` : "The service is busy.";
    if (code === "unknown_track") return "This catalogue has no such track; it may have been replaced since.";
    return detail || `The service answered ${status}.`;
  },
  again: "Try again",
  /** @param {number} tracks */
  replaced: (tracks) => `The catalogue was replaced; it now has ${counted(tracks, "track", "tracks")}.`,
};
