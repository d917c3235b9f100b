"""Calls every endpoint that Segue supports with spotipy, unmodified: python spotipy_client.py http://127.0.0.1:8080"""

import spotipy
from spotipy.oauth2 import SpotifyClientCredentials

import common
from common import UNKNOWN, base_url, called, is_id

token = SpotifyClientCredentials("any", "any")
token.OAUTH_TOKEN_URL = base_url() + "/api/token"
client = spotipy.Spotify(auth_manager=token, retries=0, status_retries=0)
client.prefix = base_url() + "/v1/"


def refused(status: int, words: str, call) -> None:
    """Asserts that a call raises spotipy's exception with this status and message."""
    try:
        called(call())
    except spotipy.SpotifyException as error:
        assert error.http_status == status and words in error.msg, error
    else:
        raise AssertionError(f"{status} {words} was wanted")


known = common.some_tracks()
ids = [track["track_id"] for track in known]
first = ids[0]

# Tracks
track = called(client.track(first))
assert (track["id"], track["name"], track["popularity"]) == (first, known[0]["track_name"], known[0]["popularity"])
assert [artist["name"] for artist in track["artists"]] == known[0]["artists"]
assert all(is_id(artist["id"]) for artist in track["artists"]) and is_id(track["album"]["id"])
assert track["href"] == f"{base_url()}/v1/tracks/{first}", track["href"]
assert called(client.track(f"spotify:track:{first}")) == track
tracks = called(client.tracks([*ids, UNKNOWN]))["tracks"]
assert [track and track["id"] for track in tracks] == [*ids, None]
refused(404, "no track", lambda: client.track(UNKNOWN))

# Audio features
one = called(client.audio_features(first))
several = called(client.audio_features([ids[1], UNKNOWN, first]))
assert [features and features["id"] for features in several] == [ids[1], None, first] and several[2] == one[0]
wanted = common.features(first)
assert all(one[0][name] == wanted[name] for name in wanted if name != "popularity")
assert one[0]["type"] == "audio_features" and one[0]["uri"] == f"spotify:track:{first}"

# Recommendations
genres = called(client.recommendation_genre_seeds())["genres"]
assert genres == sorted(genres) and len(genres) > 1
artist = track["artists"][0]["id"]
found = called(client.recommendations(seed_tracks=ids[:2], seed_artists=[artist], seed_genres=genres[:2], limit=30))
assert [seed["type"] for seed in found["seeds"]] == ["TRACK", "TRACK", "ARTIST", "GENRE", "GENRE"]
assert found["seeds"][2]["id"] == artist and found["seeds"][3]["href"] is None
assert all(seed["afterFilteringSize"] > 0 for seed in found["seeds"])
listed = [track["id"] for track in found["tracks"]]
assert len(listed) == 30 == len(set(listed)) and not set(listed) & set(ids[:2])
assert len(called(client.recommendations(seed_tracks=[first]))["tracks"]) == 20
for name, (least, most) in common.RANGES.items():
    of_plain = sorted(common.features(id)[name] for id in listed)
    middle = of_plain[len(of_plain) // 2]
    floor = called(client.recommendations(seed_tracks=[first], limit=10, country="US", **{f"min_{name}": middle}))
    ceiling = called(client.recommendations(seed_tracks=[first], limit=10, **{f"max_{name}": middle}))
    assert floor["tracks"] and ceiling["tracks"], name
    assert all(common.features(track["id"])[name] >= middle for track in floor["tracks"]), name
    assert all(common.features(track["id"])[name] <= middle for track in ceiling["tracks"]), name
    called(client.recommendations(seed_tracks=[first], limit=1, **{f"target_{name}": (least + most) / 2 if isinstance(least, float) else least}))
    refused(400, f"max_{name}: ", lambda name=name: client.recommendations(seed_tracks=[first], **{f"max_{name}": 1e9 if name != "duration_ms" else 1e12}))
refused(400, "0 seeds", lambda: client.recommendations())
refused(400, "6 seeds", lambda: client.recommendations(seed_tracks=[first] * 6))
refused(400, "limit: ", lambda: client.recommendations(seed_tracks=[first], limit=101))
refused(400, "energy", lambda: client.recommendations(seed_tracks=[first], min_energy=0.9, max_energy=0.1))

# Search, with paging
page = called(client.search("e", limit=7, type="track"))["tracks"]
assert page["total"] > 7 and len(page["items"]) == 7 and page["previous"] is None
following = called(client.next(page))["tracks"]
assert following["offset"] == 7 and {t["id"] for t in page["items"]}.isdisjoint(t["id"] for t in following["items"])
assert called(client.previous(following))["tracks"]["items"] == page["items"]
by_field = called(client.search(f'track:"{known[0]["track_name"]}" artist:"{known[0]["artists"][0]}" year:1900-2030'))
assert any(item["name"] == known[0]["track_name"] for item in by_field["tracks"]["items"]), by_field
others = called(client.search("e", type="track,artist,album,playlist", limit=1))
assert [others[kind]["total"] for kind in ("artists", "albums", "playlists")] == [0, 0, 0] and others["tracks"]["items"]
refused(400, "limit: ", lambda: client.search("e", limit=51))

print(f"spotipy: {common.calls} calls")
