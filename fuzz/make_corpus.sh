#!/bin/sh
# Makes seeds for the fuzz targets from a generated catalogue, in fuzz/corpus/.
# Parquet and Arrow need a Python with pyarrow: PYTHON=path/to/python fuzz/make_corpus.sh
set -eu
cd "$(dirname "$0")"
segue="${SEGUE:-cargo run --quiet --manifest-path ../Cargo.toml -p segue-cli --}"
python="${PYTHON:-python3}"
mkdir -p corpus/ingest corpus/csv_table corpus/query corpus/playlist corpus/profile corpus/service
for tracks in 1 5 40; do
    $segue --quiet demo --tracks "$tracks" --out "corpus/ingest/demo$tracks.csv"
    gzip -kf "corpus/ingest/demo$tracks.csv"
    if command -v zstd >/dev/null; then zstd -qkf "corpus/ingest/demo$tracks.csv"; fi
done
if "$python" -c 'import pyarrow.parquet' 2>/dev/null; then
    "$python" make_corpus.py corpus/ingest
else
    echo "no Parquet and Arrow seeds: $python has no pyarrow" >&2
fi
cp corpus/ingest/* corpus/csv_table/
printf "%s" "rock" >corpus/query/genre
printf "%s" "The Harbour - Flora" >corpus/query/title
printf "%s" "spotify:track:ax9733qO5659vH0EZlnRKs" >corpus/query/uri
printf "%s" "https://open.spotify.com/intl-de/track/ax9733qO5659vH0EZlnRKs?si=1" >corpus/query/url
printf '#EXTM3U\n#PLAYLIST:Mine\n#EXTINF:201,Flora - The Harbour\nspotify:track:ax9733qO5659vH0EZlnRKs\n01 - A.mp3\n' \
    >corpus/playlist/m3u8
printf '<playlist version="1"><title>M</title><trackList><track><location>a%%20b.mp3</location><title>A &amp; B</title>\n<creator>C</creator><identifier>spotify:track:x</identifier></track></trackList></playlist>' \
    >corpus/playlist/xspf
printf '{"playlist":{"title":"M","track":[{"location":["a.mp3"],"identifier":"x","title":"A","creator":"B"}]}}' \
    >corpus/playlist/jspf
printf 'playlist_id,playlist_name,track_id,title,artist\n1,M,x,"A, ""B""",C\n2,,,D,E\n' >corpus/playlist/csv
printf '# mine\nspotify:track:ax9733qO5659vH0EZlnRKs\nthe harbour - flora\n' >corpus/playlist/uris
printf '[playlist]\nFile1=A - B.mp3\nTitle1=A - B\nFile2=x/y/03 T.mp3\n' >corpus/playlist/pls
printf '<smil><head><title>x</title></head><body><seq><media src="A/05 B &amp; C.mp3" trackTitle="T"/></seq></body></smil>' \
    >corpus/playlist/wpl
printf 'PERFORMER "A"\nTITLE "D"\nFILE "x.wav" WAVE\n  TRACK 01 AUDIO\n    TITLE "T"\n    ISRC USXXX0000001\n' >corpus/playlist/cue
printf '<plist><dict><key>Tracks</key><dict><key>1</key><dict><key>Track ID</key><integer>1</integer><key>Name</key><string>T</string></dict></dict></dict></plist>' \
    >corpus/playlist/plist
printf '[{"ts":"2021","trackName":"T","artistName":"A","spotify_track_uri":"spotify:track:x"},{"episode_name":"E"}]' \
    >corpus/playlist/json
printf '{"profile":"mine","version":3,"weights":{"energy":1.5,"genres":2,"key":0.1}}' >corpus/profile/mine
printf 'GET /api/v1/search?q=the&k=3&facets=true\n\n' >corpus/service/search
printf 'GET /api/v1/tracks/ax9733qO5659vH0EZlnRKs/similar?k=5&why=true\n\n' >corpus/service/similar
printf 'POST /api/v1/recommendations\napplication/json\n{"seeds":[{"genre":"rock"}],"min":{"energy":0.2},"diversity":0.3}' \
    >corpus/service/post
printf 'GET /api/v1/path?from=ax9733qO5659vH0EZlnRKs&to=x&k=4&min_energy=0.2\n\n' >corpus/service/path
printf 'POST /api/v1/playlists?name=a.m3u\ntext/plain\n#EXTM3U\n#EXTINF:1,The - A\nx/a.mp3\n' >corpus/service/playlist
printf 'POST /api/v1/playlists/xspf\napplication/json\n{"name":"a","tracks":["ax9733qO5659vH0EZlnRKs"]}' >corpus/service/file
printf 'GET /api/v1/map/tiles/3/7/0\n\n' >corpus/service/tile
printf 'POST /api/v1/tracks\napplication/json\n{"ids":["x"],"rows":[0,300]}' >corpus/service/tracks
printf 'GET /v1/recommendations?seed_genres=rock&target_energy=0.5&limit=5\n\n' >corpus/service/spotify
